"""Where a story is read from: a run in the ledger, or an evidence folder, with no ledger at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.chain import Head, verify_chain
from bongsu.core.fold import folded
from bongsu.errors import BongsuError, UsageError
from bongsu.evidence.findings import Findings
from bongsu.evidence.folder import HEAD, LEDGER, PLAN, Folder, Story, head_json
from bongsu.ledger.blobs import content_of
from bongsu.ledger.codec import decode, decode_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger


class EvidenceUnsound(BongsuError):
    """A folder whose chain is not whole is read no further."""

    exit_code = 5
    hint = "`bongsu verify` shows each place that does not hold"


def story_of_run(ledger: Ledger, run_id: str, load_plan: Callable[[bytes], Plan]) -> Story:
    """Return the story of a run in a ledger.

    Raises:
        RunNotFound: the ledger has no such run.
        UsageError: it has no line yet.
    """
    lines = tuple(decode(row.line) for row in ledger.rows(run_id))
    if not lines:
        raise UsageError(f'the run "{run_id}" has no line yet; there is nothing to show')
    plan = load_plan(content_of(ledger.blob(lines[0].blobs["plan"])))
    return Story(
        run_id=run_id,
        plan=plan,
        lines=lines,
        state=folded(plan, lines),
        blob=lambda digest: content_of(ledger.blob(digest)),
    )


def story_of_folder(folder: Path, load_plan: Callable[[bytes], Plan]) -> Story:
    """Return the story of an evidence folder whose chain, head, plan and blobs are whole; nothing is judged again.

    Raises:
        EvidenceUnsound: one of them is not.
    """
    stored = (folder / LEDGER).read_bytes().splitlines()
    if not stored or not isinstance(verify_chain(stored), Head):
        raise EvidenceUnsound(f'the chain in "{folder}" is not whole')
    opened = Folder(folder, Findings())
    try:
        run_id = decode_line(stored[0])[0]
        lines = tuple(decode(line) for line in stored)
        plan_bytes = opened.blob(lines[0].blobs["plan"], 1)
        if plan_bytes is None or plan_bytes != opened.file(PLAN) or opened.file(HEAD) != head_json(run_id, lines):
            raise EvidenceUnsound(f'the plan or the head in "{folder}" is not the one of its ledger')
        plan = load_plan(plan_bytes)
        state = folded(plan, lines)
    except (BongsuError, KeyError, AssertionError) as exc:
        if isinstance(exc, EvidenceUnsound):
            raise
        raise EvidenceUnsound(f'no run can be followed in "{folder}"', cause=str(exc)) from exc

    def blob(digest: str) -> bytes:
        content = opened.blob(digest, 0)
        if content is None:
            raise EvidenceUnsound(f'"{folder}" does not hold the blob {digest} as it was')
        return content

    return Story(run_id=run_id, plan=plan, lines=lines, state=state, blob=blob)
