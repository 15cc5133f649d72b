"""Writes the evidence of a run: its ledger, head, plan, blobs and reports, in one folder that `verify` can check.

Everything in the folder follows from the ledger; no time of writing, no path and no host is in it, so that writing
twice gives the same bytes.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bongsu.core.fold import folded
from bongsu.errors import LedgerUnreadable, UsageError
from bongsu.evidence.attestation import SUBJECTS
from bongsu.evidence.folder import (
    ATTESTATION,
    AUTHORITY,
    BLOBS,
    HEAD,
    LEDGER,
    NAMES,
    PLAN,
    TIMESTAMP,
    VERIFIER,
    Story,
    head_json,
    verifier,
)
from bongsu.ledger.blobs import content_of, is_name
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.core.plan import Plan
    from bongsu.evidence.rules import Render
    from bongsu.ledger._port import Ledger


def write_evidence(
    ledger: Ledger,
    run_id: str,
    folder: Path,
    *,
    load_plan: Callable[[bytes], Plan],
    render: Render,
) -> Story:
    """Write the run's evidence to `folder` and return the story that its reports tell.

    The folder appears at once or not at all. One that is there already is replaced only when it holds evidence of
    the same run and nothing else; signatures are kept as long as they are over the same files.

    Raises:
        RunNotFound: the ledger has no such run.
        UsageError: the run has no line yet, or the folder holds something else.
        LedgerUnreadable: the ledger cites bytes that it does not hold.
    """
    rows = list(ledger.rows(run_id))
    if not rows:
        raise UsageError(f'the run "{run_id}" has no line yet; there is nothing to show')
    lines = tuple(decode(row.line) for row in rows)
    try:
        blobs = {digest: ledger.blob(digest) for line in lines for digest in line.blobs.values()}
        plan_bytes = content_of(blobs[lines[0].blobs["plan"]])
    except KeyError as exc:
        raise LedgerUnreadable(
            f'the ledger of the run "{run_id}" cites bytes that it does not hold', cause=str(exc)
        ) from exc
    plan = load_plan(plan_bytes)
    state = folded(plan, lines)
    story = Story(run_id=run_id, plan=plan, lines=lines, state=state, blob=lambda digest: content_of(blobs[digest]))
    files = {
        LEDGER: b"".join(row.line + b"\n" for row in rows),
        HEAD: head_json(run_id, lines),
        PLAN: plan_bytes,
        VERIFIER: verifier(),
        **{f"{BLOBS}/{digest}": file for digest, file in blobs.items()},
        **render(story),
    }
    _put(folder, {**files, **_replaceable(folder, run_id, files)})
    return story


def _replaceable(folder: Path, run_id: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Refuse a folder that holds something else; return the signatures and the timestamp to keep, if there are any."""
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise UsageError(f'"{folder}" is a file; name a folder for the evidence')
    names = {entry.name for entry in folder.iterdir()}
    if not names:
        return {}
    foreign = sorted(names - NAMES) + _foreign_blobs(folder / BLOBS)
    if foreign or _run_in(folder) != run_id:
        raise UsageError(
            f'"{folder}" holds {_listed(foreign) if foreign else "evidence of another run"}; '
            "nothing was written; name another folder",
        )
    kept = {name: (folder / name).read_bytes() for name in sorted(names & {ATTESTATION, TIMESTAMP, AUTHORITY})}
    subjects = SUBJECTS if ATTESTATION in names else (HEAD,) if kept else ()
    changed = [
        name for name in subjects if (folder / name).is_file() and (folder / name).read_bytes() != files.get(name)
    ]
    if HEAD in changed:
        raise UsageError(
            f'the evidence in "{folder}" is signed and the run has gone on since; '
            "nothing was written; name another folder"
        )
    if changed:
        raise UsageError(
            f'the evidence in "{folder}" is signed, and writing it again would change {_listed(changed)}; '
            "nothing was written; name another folder",
        )
    return kept


def _foreign_blobs(blobs: Path) -> list[str]:
    return (
        sorted(f"{BLOBS}/{entry.name}" for entry in blobs.iterdir() if not is_name(entry.name))
        if blobs.is_dir()
        else []
    )


def _run_in(folder: Path) -> str | None:
    try:
        told = msgspec.json.decode((folder / HEAD).read_bytes())
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return told.get("run") if isinstance(told, dict) else None


def _listed(names: list[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files beside the folder first, then put them in its place."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            new = made / "new"
            (new / BLOBS).mkdir(parents=True)
            for name, content in files.items():
                (new / name).write_bytes(content)
            _swap(new, folder, made / "old")
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as exc:
        raise UsageError(
            f'the evidence could not be written to "{folder}"',
            cause=exc.strerror,
            hint="free the disk or name another folder; the ledger itself is untouched",
        ) from exc


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put `new` in the place of `folder`; where that fails, what was there stays there."""
    replaced = folder.exists()
    if replaced:
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if replaced:
            old.rename(folder)
        raise
