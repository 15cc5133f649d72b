"""Start a run: check the window, open the ledger's first line, drive to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu import __version__
from bongsu.core.events import RunOpened
from bongsu.errors import UsageError
from bongsu.run.book import Book
from bongsu.run.loop import Runner
from bongsu.run.wiring import Wiring, new_run_id, open_clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger
    from bongsu.run.book import Watcher


class WindowPassed(UsageError):
    """The plan's window is over on the run's clock."""

    hint = "set a new window in the plan, and have it signed off again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run that has ended, or was left: its name and the exit code that is documented for its end."""

    run_id: str
    exit_code: int
    closed: bool


def start(
    plan: Plan,
    plan_bytes: bytes,
    *,
    folder: Path,
    ledger: Ledger,
    go_by: str,
    watcher: Callable[[str], Watcher],
) -> Started:
    """Run the plan to its end on its own clock and return how it ended.

    Args:
        plan: the loaded plan.
        plan_bytes: the signed-off bytes, kept as evidence.
        folder: what `file:` references are relative to.
        ledger: where the run is kept.
        go_by: who gave the word on the command line.
        watcher: given the run's name, returns what is shown every new line.

    Raises:
        SecretMissing: a reference of the plan leads nowhere; nothing was done.
        WindowPassed: the window is over; nothing was done.
        LedgerWriteFailed: the run stopped because a line could not be stored.
    """
    wiring = Wiring(plan, folder)
    clock = open_clock(plan)
    try:
        opened_at = clock.now()
        if opened_at >= plan.window.end:
            raise WindowPassed(
                f"the window of this plan ended at {plan.window.end.astimezone(plan.timezone):%Y-%m-%d %H:%M %Z}"
            )
        run_id = new_run_id(plan, opened_at)
        drivers = wiring.drivers(run_id, lambda: int(clock.now().timestamp() * 1000))
        try:
            ledger.create(run_id, opened_at)
            book = Book(plan, ledger, run_id, wiring.redactor)
            book.watched_by(watcher(run_id))
            opened = RunOpened(
                plan_sha256=plan.digest,
                cutover=plan.cutover,
                program=f"bongsu {__version__}",
                endpoints=dict(drivers.endpoints),
                clock=clock.source,
                go_by=go_by,
            )
            book.append(opened_at, f"captain:{go_by}", opened, {"plan": plan_bytes})
            return _drive(Runner(book, drivers, clock), run_id)
        finally:
            drivers.close()
    finally:
        clock.close()


def _drive(runner: Runner, run_id: str) -> Started:
    try:
        exit_code = runner.run()
    except KeyboardInterrupt:
        return Started(run_id=run_id, exit_code=3, closed=False)
    return Started(run_id=run_id, exit_code=exit_code, closed=runner.book.state.closed is not None)
