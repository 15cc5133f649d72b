"""What the commands that page people do: raise a matter once, say that it is over, answer for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bongsu.cli.naming import runs_at
from bongsu.cli.orders import add, known, without_persons
from bongsu.cli.outcome import handed, tell_at
from bongsu.cli.place import asked_for_json, local_folder
from bongsu.cli.running import plan_of, resume_run, run_plan
from bongsu.cli.speech import say
from bongsu.cli.times import clock_text
from bongsu.core.events import OperatorAsked, Order
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.presses import acknowledgement, asked_of, counted, open_matter
from bongsu.errors import LedgerConflict, RunNotFound, UsageError, concerning
from bongsu.ledger import open_ledger
from bongsu.ledger.snapshots import state_of
from bongsu.run.lock import Driven
from bongsu.run.pages import page_of, run_of, summary_of
from bongsu.run.start import Opening, RunOver
from bongsu.run.tenure import Tenure

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State
    from bongsu.core.plan import Plan
    from bongsu.core.presses import Press
    from bongsu.core.state import RunState

IN_HAND = 3
"""The exit code when another process goes on with the page: how it ends is not known here."""


class AlreadyTaken(UsageError):
    """Somebody has acknowledged it before."""

    hint = "nothing more is needed; `bongsu status RUN` shows where it stands"


class NotAsked(UsageError):
    """The person is not one whose answer counts here."""

    hint = "whoever is asked answers for themselves: `bongsu status RUN` shows where it stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A page as it is asked for on the command line."""

    plan: Plan
    path: Path
    dedup: str
    by: str
    state: State
    out: Path | None


def raise_page(asked: Asked, *, summary: str, policy: str | None) -> int:
    """Page people, or go on with the page of the same alarm that is open; return the documented exit code."""
    said = summary_of(summary)
    if not said:
        raise UsageError("a page needs a summary", hint='say what it is about: --summary "disk of db-1 is full"')
    found = asked.plan.policy(policy)
    if found is None:
        raise _no_policy(asked.plan, policy)
    if asked.by:
        known(asked.plan, asked.by)
    raised = Raised(summary=said, policy=found.name, dedup=asked.dedup)
    if not asked.dedup:
        return _open(asked, raised, None)
    run_id, is_open = _page_of(asked)
    return _go_on(asked, raised, run_id) if is_open else _open(asked, raised, run_id)


def _no_policy(plan: Plan, policy: str | None) -> UsageError:
    names = ", ".join(plan.escalation)
    if policy is None or not names:
        return UsageError("the plan has no escalation policy", hint="add one: escalation: {critical: {…}}")
    return UsageError(f"no escalation policy is called {policy!r}", hint=f"the plan has {names}")


def _page_of(asked: Asked) -> tuple[str, bool]:
    ledger = open_ledger(asked.state)
    try:
        return page_of(ledger, asked.plan, asked.dedup)
    finally:
        ledger.close()


def _open(asked: Asked, raised: Raised, run_id: str | None) -> int:
    opening = Opening(go_by=asked.by, kind=RunKind.PAGE, raised=raised, run_id=run_id)
    try:
        return run_plan(asked.plan, asked.path, opening, state=asked.state, out=asked.out)
    except (Driven, LedgerConflict):
        if run_id is None:
            raise
        return _in_hand(asked.state, run_id)


def _go_on(asked: Asked, raised: Raised, run_id: str) -> int:
    try:
        return resume_run(run_id, state=asked.state, out=asked.out, folder=asked.path.parent)
    except Driven:
        return _in_hand(asked.state, run_id)
    except RunNotFound:
        # It has a name and no first line: whoever opened it is just doing so, or died over it.
        if _is_driven(asked.state, run_id):
            return _in_hand(asked.state, run_id)
        stem, _, number = run_id.rpartition("-")
        return _open(asked, raised, f"{stem}-{int(number) + 1}")


def _is_driven(state: State, run_id: str) -> bool:
    ledger = open_ledger(state)
    try:
        with Tenure(ledger, local_folder(state)) as tenure:
            tenure.take_run(run_id)
    except Driven:
        return True
    finally:
        ledger.close()
    return False


def _in_hand(state: State, run_id: str) -> int:
    said = say("{} is this page already, and another process has it in hand; nothing new is sent", run_id)
    return tell_at(state, run_id, said, code=IN_HAND)


def clear_page(asked: Asked) -> int:
    """Say that the matter of an alarm is over; return 0 when its page was open."""
    if not asked.dedup:
        raise UsageError("--clear needs the alarm's name", hint="give the --dedup NAME that the page was raised with")
    run_id, is_open = _page_of(asked)
    if not is_open:
        raise RunOver(f"no page of {asked.dedup!r} is open")
    if asked.by:
        known(asked.plan, asked.by)
    add(run_id, OperatorAsked(order=Order.CLEAR, by=asked.by), by=asked.by, state=asked.state)
    return _handed(run_id, asked.state, asked.out)


def _handed(run_id: str, state: State, out: Path | None) -> int:
    """Have whoever drives the run take up what was added to it; drive it from here when nobody does."""
    try:
        return resume_run(run_id, state=state, out=out)
    except Driven:
        return handed(state, run_id, code=0)
    except RunOver:
        # Between the two, whoever drives it has ended it: a person has been told of the answer, a program not yet.
        return tell_at(state, run_id, "", code=0)


def acknowledge(reference: str, *, by: str, reason: str, state: State, out: Path | None) -> int:
    """Record somebody's acknowledgement and return 0 when it counts.

    Raises:
        RunNotFound: no run is meant by that reference, or several.
        NotAsked: that person's answer does not count here.
        AlreadyTaken: somebody has acknowledged it before.
        RunOver: the run is closed.
    """
    with runs_at(state, reference) as ledger:
        run_id = run_of(ledger, reference)
        plan = plan_of(ledger, run_id)
        stands = state_of(ledger, run_id, plan)
    known(plan, by)
    with concerning(run_id):
        return _answer(plan, stands, run_id, by=by, reason=reason, state=state, out=out)


def _answer(plan: Plan, stands: RunState, run_id: str, *, by: str, reason: str, state: State, out: Path | None) -> int:
    _may_answer(plan, stands, run_id, by)
    asked = OperatorAsked(order=Order.ACKNOWLEDGE, by=by, reason=without_persons(reason))
    after = add(run_id, asked, by=by, state=state)
    press = list(after.presses.values())[-1]
    if not press.counted:
        _may_answer(plan, after, run_id, by)
    said = say("{}: acknowledged by {} (#{})", run_id, plan.contacts[by].name, press.seq)
    if stands.kind is RunKind.CUTOVER:
        # Whoever drives the cutover takes it up, and nobody drives one because somebody was awake.
        return tell_at(state, run_id, said, code=0)
    if not asked_for_json():
        click.echo(said)
    return _handed(run_id, state, out)


def _may_answer(plan: Plan, state: RunState, run_id: str, by: str) -> None:
    """Refuse an answer that would not count, with the reason."""
    subject = open_matter(state) or (state.raised.subject if state.raised else "")
    first = _answered(state, subject, by)
    if first is not None:
        name = plan.contacts[first.contact].name if first.contact else first.service_user
        at = clock_text(plan, first.at)
        raise AlreadyTaken(f"{name} has acknowledged {run_id} already, at {at} on {first.channel}")
    if state.closed is not None:
        raise RunOver(f"the run {run_id!r} is closed")
    if not subject:
        raise UsageError(
            f"nobody is asked to acknowledge anything in {run_id!r} now",
            hint=f"`bongsu status {run_id}` shows where it stands",
        )
    if by not in asked_of(plan, subject):
        names = ", ".join(asked_of(plan, subject))
        raise NotAsked(f"{by!r} is not asked to acknowledge {run_id}", hint=f"those asked are {names}")


def _answered(state: RunState, subject: str, by: str) -> Press | None:
    """Return the answer that is there already: of a drill the same person's, else the first of anybody's."""
    if subject == "drill":
        return next((press for press in counted(state, subject) if press.contact == by), None)
    return acknowledgement(state, subject)
