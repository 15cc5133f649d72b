"""Verifies an evidence folder offline: everything in it must follow from the recorded answers and the plan.

 1. The folder is complete: the ledger, head.json, plan.yaml, the blobs and the reports are there, and nothing else.
 2. The chain is whole: every line hashes to its hash and follows the one before, without a gap, one run, time never
    goes back; the run is opened once and closed; behind that stands only what calls came to late; head.json names
    that very end.
 3. plan.yaml is, byte for byte, the plan that the run was opened with; clock and addresses are the plan's.
 4. Every blob that a line cites is there and hashes to its name; no other blob is.
 5. Every observation's values are parsed again from its recorded answers; no answer came before its question.
 6. Every verdict is judged again over the observations that it cites, figure by figure.
 7. Every outcome has its intention before it, and no switching was repeated without a read-back between.
 8. Every phase, message, switching, verdict and closing is one that the rules asked for in the state just before;
    no press came before its message, and each is the one that the service delivered.
 9. Every message is rendered again from the state before it; what left is what was rendered; what was accepted is
    shown by the service's answer, at a time that fits.
10. The reports are rendered again and compared byte for byte.
11. Every link of the chain that a message quotes is the chain's own; a new message quotes the newest.
12. Every signer that the plan names has signed these very files, and nobody else has; the authority that it names, if
    it names one, has seen this end of the chain, and not before its last line.

What stands behind the first line that breaks the chain is not judged: nothing vouches for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.actors import READ_BACK
from bongsu.core.events import (
    ButtonPressed,
    EndedLate,
    Judged,
    Observed,
    PhaseEntered,
    ReadFailed,
    Resolved,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
)
from bongsu.evidence import (
    steps_attested,
    steps_causality,
    steps_chain,
    steps_claims,
    steps_clock,
    steps_messages,
    steps_outside,
    steps_published,
    steps_reports,
    steps_timestamp,
)
from bongsu.evidence.findings import Findings, Report, Step
from bongsu.evidence.folder import Folder, Story, closing
from bongsu.evidence.rules import CannotTell, Rules, asked
from bongsu.evidence.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bongsu.checks._port import CheckResult
    from bongsu.core.actions import Action
    from bongsu.core.events import Recorded
    from bongsu.core.plan import CheckSpec, Plan
    from bongsu.core.state import Observation, RunState
    from bongsu.evidence.rules import Render, RenderMessage

PROVES = (
    "the folder is complete",
    "the chain is whole and ends where head.json says",
    "the plan is the one that the run was opened with",
    "every cited blob is there, unchanged",
    "every value follows from the recorded answers",
    "every verdict follows from the values",
    "every outcome was intended first",
    "every step was asked for by the rules, and no press came before its message",
    "every message says what the ledger says, and left as it was rendered",
    "the reports follow from the ledger",
    "every link that a message quotes is the chain's own",
    "the signers that the plan names have signed these files",
)


def verify(
    folder: Path,
    *,
    load_plan: Callable[[bytes], Plan],
    render: Render,
    reread: Callable[[str, Mapping[str, Any], Sequence[bytes]], Mapping[str, Any]],
    judge: Callable[[CheckSpec, Mapping[str, Observation]], CheckResult],
    render_message: RenderMessage,
    decide: Callable[[Plan, RunState, datetime], Sequence[Action]],
) -> Report:
    """Return what was found in an evidence folder; asks nothing but its files and the program's own pure functions.

    Never raises for what the folder holds: whatever is missing, forged or cut becomes a finding.
    """
    rules = Rules(
        load_plan=load_plan,
        render=render,
        reread=reread,
        judge=judge,
        render_message=render_message,
        decide=decide,
    )
    findings = Findings()
    opened = Folder(folder, findings)
    # (1) The folder is complete.
    lines = steps_chain.structure(opened)
    # (2) The chain is whole, and ends where head.json says.
    run_id, told = steps_chain.chain(lines, findings)
    steps_chain.head(opened, run_id, told)
    # (3) The plan is the one that the run was opened with.
    plan = steps_chain.plan(opened, told, rules)
    # (4) The blobs are there, unchanged.
    complete = len(told) == len(lines)
    looked = {1: len(opened.names()), 2: len(told), 4: steps_chain.blobs(opened, told, complete=complete)}
    head = steps_chain.end_of(told)
    if plan is not None:
        original = steps_published.copy_of(opened, head)
        walk = Walk(plan=plan, run_id=run_id, folder=opened, rules=rules, original=original)
        looked |= {3: 1, **_walked(walk, told, complete=complete)}
        # (12) The signers have signed these files.
        looked[12] = steps_attested.signatures(opened, plan, run_id, head)
        looked[12] += steps_timestamp.timestamp(opened, plan, told)
    return Report(
        run_id=run_id,
        seq=head.seq,
        head=head.hash,
        verdict=_verdict(told),
        steps=tuple(
            Step(number=number, proves=proves, looked_at=looked.get(number, 0))
            for number, proves in enumerate(PROVES, start=1)
        ),
        findings=tuple(findings.items),
    )


def _walked(walk: Walk, told: tuple[Recorded, ...], *, complete: bool) -> dict[int, int]:
    """Return how many things steps 5 to 11 looked at."""
    # (5) to (9) and (11), line by line.
    followed = _followed(walk, told)
    # (9) again: a clock that is off is off for all messages, and is said once.
    steps_clock.said_once(walk)
    # (10) The reports follow from the ledger.
    if followed and complete:
        walk.looked[10] = steps_reports.reports(walk.folder, _story(walk, told), walk.rules)
    return walk.looked


def _followed(walk: Walk, told: tuple[Recorded, ...]) -> bool:
    """Take the steps at every line, whatever it holds; return whether that came to the end."""
    try:
        return asked(_steps, walk, told)
    except CannotTell as exc:
        line = told[len(walk.hashes)]
        walk.wrong(
            "line_unusable",
            line,
            found=type(line.event).__name__,
            why=f"the line, or what it cites, cannot be followed: {exc}",
            instead="a line as a run records it",
        )
        return False


def _steps(walk: Walk, told: tuple[Recorded, ...]) -> bool:
    """Take steps 5 to 9 and 11, line by line; return False at one that no state can follow from."""
    for line in told:
        event = line.event
        follows = steps_causality.intended_first(walk, line)
        steps_outside.acted(walk, line)
        for step in _STEPS.get(type(event), ()):
            step(walk, line, event)
        if not (follows and _evolve(walk, line)):
            return False
        walk.hashes.append(line.hash)
    return True


def _links(walk: Walk, line: Recorded, _event: SendIntended | SendEnded | EndedLate) -> None:
    steps_attested.links(walk, line)


def _resolved(walk: Walk, line: Recorded, event: Resolved) -> None:
    if event.by == READ_BACK:  # what a person found out nobody decided on
        steps_causality.decided(walk, line, event)


_STEPS: Mapping[type, tuple[Callable[[Walk, Recorded, Any], None], ...]] = {
    RunOpened: (steps_outside.opened,),
    Observed: (steps_claims.observed, steps_outside.exchanges),
    ReadFailed: (steps_outside.exchanges,),
    Judged: (steps_claims.judged, steps_causality.decided),
    SendIntended: (steps_causality.decided, steps_messages.intended, _links),
    PhaseEntered: (steps_causality.decided,),
    SwitchIntended: (steps_causality.decided,),
    RunClosed: (steps_causality.decided,),
    Resolved: (_resolved,),
    SendEnded: (steps_messages.ended, steps_outside.exchanges, _links),
    SwitchEnded: (steps_outside.exchanges,),
    EndedLate: (steps_messages.ended, steps_outside.exchanges, _links),
    ButtonPressed: (steps_causality.pressed, steps_outside.pressed),
}
"""Kind of event to what is done at its line in steps 3, 5, 6, 8, 9 and 11.

A change of listening, an order or a stepped clock claims nothing more.
"""


def _evolve(walk: Walk, line: Recorded) -> bool:
    try:
        asked(walk.take, line)
    except CannotTell as exc:
        walk.wrong(
            "no_state",
            line,
            found=type(line.event).__name__,
            why=f"no state follows from this line: {exc}",
            instead="a line that can follow the ones before it",
        )
        return False
    if isinstance(line.event, Observed):
        walk.seen[line.seq] = walk.state.observations[line.event.key]
    return True


def _story(walk: Walk, told: tuple[Recorded, ...]) -> Story:
    def content(digest: str) -> bytes:
        found = walk.folder.blob(digest, 0)
        if found is None:
            raise CannotTell(f"it needs the blob {digest}, which is not there as it was stored")
        return found

    original = walk.original.hash if walk.original is not None else ""
    return Story(run_id=walk.run_id, plan=walk.plan, lines=told, state=walk.state, blob=content, original=original)


def _verdict(told: tuple[Recorded, ...]) -> str:
    closed = closing(told)
    return closed.verdict.value if closed is not None else ""
