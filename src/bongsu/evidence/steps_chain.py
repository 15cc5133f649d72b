"""Steps 1 to 4: the folder is complete, the chain is whole, the plan is the one signed off, the blobs are there."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from bongsu.core.chain import START, ChainFault, Head, hash_after, verify_line
from bongsu.core.events import EndedLate, RunClosed, RunOpened
from bongsu.errors import LedgerUnreadable
from bongsu.evidence.findings import Place, Severity
from bongsu.evidence.folder import (
    AUTHORITY,
    BLOBS,
    HEAD,
    LEDGER,
    NAMES,
    PLAN,
    TIMESTAMP,
    VERIFIER,
    closing,
    head_json,
    verifier,
)
from bongsu.evidence.rules import CannotTell, asked
from bongsu.ledger.codec import decode_line
from bongsu.ledger.spelling import respelled

if TYPE_CHECKING:
    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.evidence.findings import Findings
    from bongsu.evidence.folder import Folder
    from bongsu.evidence.rules import Rules

_WHY_CHAIN = {
    "line_shape": "it is not a stored ledger line",
    "line_hash": "the line's bytes are not the ones that were hashed",
    "prev_hash": "it does not follow the line before it: lines were cut out, swapped or put in",
}


def structure(folder: Folder) -> list[bytes]:
    """Step 1. Return the stored lines; note files that are missing or strange, and, for step 2, a line without end."""
    there = folder.names()
    alone = {AUTHORITY} if TIMESTAMP not in there else set()  # a certificate that no timestamp needs
    for name in sorted(there - (NAMES - alone)):
        folder.findings.add(
            "file_unexpected",
            Place(file=name),
            found=name,
            why="nothing in the ledger speaks for it, so it proves nothing and may mislead",
            instead="keep it somewhere else",
        )
    own = folder.file(VERIFIER)
    if own is not None and own != verifier():
        folder.findings.add(
            "verifier",
            Place(file=VERIFIER),
            found=sha256(own).hexdigest(),
            why="this is not the verifier that the program puts into a folder",
            instead=sha256(verifier()).hexdigest(),
        )
    whole = folder.file(LEDGER)
    if whole is None:
        return []
    if not whole.endswith(b"\n"):
        folder.findings.add(
            "ledger_cut",
            Place(file=LEDGER, line=whole.count(b"\n") + 1),
            found=whole[-40:] or "an empty file",
            why="the last line has no end",
            instead="a line feed behind every line",
        )
    return whole.removesuffix(b"\n").split(b"\n") if whole else []


def chain(lines: list[bytes], findings: Findings) -> tuple[str, tuple[Recorded, ...]]:
    """Step 2. Return the run's id and its lines, up to the first that does not follow from the one before."""
    run_id = ""
    told: list[Recorded] = []
    before, closed = START.hash, False
    for number, line in enumerate(lines, start=1):
        digest, place = hash_after(line, before), Place(file=LEDGER, line=number)
        if digest is None:
            fault = verify_line(line, Head(number - 1, before))
            assert isinstance(fault, ChainFault)
            findings.add(fault.rule, place, found=fault.found, why=_WHY_CHAIN[fault.rule], instead=fault.expected)
            break
        read = _read(line, place, findings)
        if read is None:
            break
        run, recorded = read
        run_id, kind = run_id or run, type(recorded.event)
        over = closed and kind is not EndedLate
        back = bool(told) and recorded.at < told[-1].at
        other = run != run_id or not run
        if over or back or recorded.seq != number or other or (kind is RunOpened) is not (number == 1):
            _order(findings, place, told, (run_id, run, recorded), over=over)
        closed = closed or kind is RunClosed
        told.append(recorded)
        before = digest
    _ends(findings, told)
    return run_id, tuple(told)


def _read(line: bytes, place: Place, findings: Findings) -> tuple[str, Recorded] | None:
    """Return the run and the event of a line that a run can have written; None, and a finding, of another."""
    try:
        read = decode_line(line)
    except LedgerUnreadable as exc:
        findings.add("line_unreadable", place, found=line, why=exc.text, instead="a line of a known kind")
        return None
    if instead := respelled(line):
        why = "no run writes a line like that, and not every reader of JSON takes it for the same"
        findings.add("line_unreadable", place, found=line, why=why, instead=instead)
        return None
    return read


def _order(
    findings: Findings, place: Place, told: list[Recorded], newest: tuple[str, str, Recorded], *, over: bool
) -> None:
    run_id, run, recorded = newest
    if recorded.seq != place.line:
        findings.add("seq", place, found=recorded.seq, why="lines are numbered without a gap", instead=place.line)
    if run != run_id or not run:
        findings.add("run_id", place, found=run, why="a ledger holds one run", instead=run_id or "a run's id")
    if told and recorded.at < told[-1].at:
        findings.add(
            "time_back",
            place,
            found=recorded.at.isoformat(),
            why="time does not go back",
            instead=f"{told[-1].at.isoformat()} or later",
        )
    if isinstance(recorded.event, RunOpened) is not (place.line == 1):
        findings.add(
            "run_opened",
            place,
            found=type(recorded.event).__name__,
            why="a run is opened once, by its first line",
            instead="`run_opened` as line 1 and nowhere else",
        )
    if over:
        findings.add(
            "after_close",
            place,
            found=type(recorded.event).__name__,
            why="an earlier line has closed the run",
            instead="nothing, or what a call came to late (`ended_late`)",
        )


def _ends(findings: Findings, told: list[Recorded]) -> None:
    if closing(told) is None:
        findings.add(
            "run_open",
            Place(file=LEDGER, line=len(told)),
            found=type(told[-1].event).__name__ if told else "no line",
            why="the run is not closed: what comes next is unknown, and so is its verdict",
            instead="`run_closed`, with nothing but late ends behind it",
            severity=Severity.UNKNOWN,
        )


def head(folder: Folder, run_id: str, told: tuple[Recorded, ...]) -> None:
    """Step 2, its end. Compare head.json with the last line, so that a cut tail shows."""
    stored = folder.file(HEAD)
    if stored is None or not told:
        return
    expected = head_json(run_id, told)
    if stored == expected:
        return
    try:
        seq = msgspec.json.decode(stored)["seq"]
    except (msgspec.MsgspecError, ValueError, RecursionError, TypeError, KeyError):
        seq = None
    cut = isinstance(seq, int) and seq > told[-1].seq
    folder.findings.add(
        "head",
        Place(file=HEAD, line=1),
        found=stored.strip(),
        why=f"the ledger ends before line {seq}" if cut else "head.json names another end than the ledger has",
        instead=expected.strip(),
        also=(Place(file=LEDGER, line=told[-1].seq),),
    )


def plan(folder: Folder, told: tuple[Recorded, ...], rules: Rules) -> Plan | None:
    """Step 3. Return the plan when plan.yaml is, byte for byte, what the run was opened with."""
    stored = plan_bytes(folder, told)
    if stored is None:
        return None
    try:
        return asked(rules.load_plan, stored)
    except CannotTell as exc:
        folder.findings.add(
            "plan_unusable", Place(file=PLAN), found=exc, why="the plan cannot be read", instead="a valid plan"
        )
        return None


def plan_bytes(folder: Folder, told: tuple[Recorded, ...]) -> bytes | None:
    """Return plan.yaml when it has the digest that the run was opened with; note where it is not the ledger's own."""
    stored = folder.file(PLAN)
    opened = told[0].event if told else None
    if stored is None or not isinstance(opened, RunOpened):
        return None
    digest = sha256(stored).hexdigest()
    first = Place(file=LEDGER, line=1)
    if digest != opened.plan_sha256:
        folder.findings.add(
            "plan_hash",
            Place(file=PLAN),
            found=digest,
            why="this is not the plan that the run was opened with",
            instead=opened.plan_sha256,
            also=(first,),
        )
        return None
    cited = told[0].blobs.get("plan")
    kept = folder.blob(cited, 1) if cited else None
    if kept != stored:
        folder.findings.add(
            "plan_blob",
            first,
            found="another plan, or none" if kept is not None or not cited else f"{BLOBS}/{cited}",
            why="the ledger keeps the plan itself, and plan.yaml is not it",
            instead="a blob `plan` equal to plan.yaml",
            also=(Place(file=PLAN),),
        )
    return stored


def blobs(folder: Folder, told: tuple[Recorded, ...], *, complete: bool) -> int:
    """Step 4. Return how many blobs are cited; note those that are missing, changed, or cited by no line.

    Which blobs are idle can only be said when every line could be read (`complete`).
    """
    cited: dict[str, int] = {}
    for recorded in told:
        for digest in recorded.blobs.values():
            if digest not in cited:
                cited[digest] = recorded.seq

    for digest, seq in cited.items():
        folder.blob(digest, seq)
    if complete:
        for name in sorted(folder.blob_names - cited.keys()):
            folder.findings.add(
                "blob_uncited",
                Place(file=f"{BLOBS}/{name}"),
                found=name,
                why="no line cites it, so nothing says what it is",
                instead="only blobs that the ledger cites",
            )
    return len(cited)


def end_of(told: tuple[Recorded, ...]) -> Head:
    """Return the head that the whole part of the chain ends in."""
    return Head(told[-1].seq, told[-1].hash) if told else START
