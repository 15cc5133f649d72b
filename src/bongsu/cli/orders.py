"""Orders to a run from the command line: taken over when nobody drives it, handed to whoever does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bongsu.cli.naming import runs_at
from bongsu.cli.outcome import handed
from bongsu.cli.running import plan_of, resume_run
from bongsu.core.actors import actor_of
from bongsu.core.events import OperatorAsked
from bongsu.errors import UsageError, concerning
from bongsu.redact import Redactor
from bongsu.run.book import Book
from bongsu.run.lock import Driven
from bongsu.run.start import RunOver

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.cli.place import State
    from bongsu.core.events import Event, Order
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState


def give(run_id: str, order: Order, *, by: str, reason: str, state: State, out: Path | None) -> int:
    """Have a run obey an order: drive it from here, or hand the order to the process that drives it."""
    reason = without_persons(reason)
    try:
        return resume_run(run_id, state=state, out=out, order=order, by=by, reason=reason)
    except Driven:
        add(run_id, OperatorAsked(order=order, by=by, reason=reason), by=by, state=state)
        return handed(state, run_id, code=3)


def without_persons(reason: str) -> str:
    """Return what somebody typed as a reason, without phone numbers and the shapes of secrets: it is evidence."""
    return Redactor().clean_text(reason)


def add(run_id: str, event: Event, *, by: str, state: State) -> RunState:
    """Add a person's word to a run's ledger and return the state after it.

    Raises:
        RunNotFound: there is no such run.
        RunOver: the run is closed.
        UsageError: the plan knows nobody of that name.
    """
    with concerning(run_id), runs_at(state, run_id) as ledger:
        plan = plan_of(ledger, run_id)
        if by:
            known(plan, by)
        book = Book(plan, ledger, run_id, Redactor())
        book.catch_up()
        if book.state.closed is not None:
            raise RunOver(f"the run {run_id!r} is closed")
        assert book.state.at is not None
        # Under a rehearsal's clock the newest line is later or earlier than this machine's time: the ledger's own
        # time never goes back, and an order is as late as the newest line that it was given on.
        now = datetime.now(UTC) if plan.clock is None else book.state.at
        book.append(now, actor_of(event), event)
        return book.state


def must_cut_over(plan: Plan) -> None:
    """Refuse a plan that has nothing to cut over."""
    if not plan.cuts_over:
        raise UsageError("the plan is for paging alone", hint="`bongsu page` and `bongsu drill` take it")


def known(plan: Plan, by: str) -> None:
    """Refuse a name that is not a contact of the plan."""
    if by not in plan.contacts:
        raise UsageError(f"nobody in the plan is called {by!r}", hint=f"the contacts are {', '.join(plan.contacts)}")
