"""When a run's state is kept beside its ledger: from time to time, and never on the way of what the run does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bongsu.ledger import snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.core.state import RunState
    from bongsu.ledger._port import Ledger

EVERY = 500
"""So many lines, at least, are between two snapshots of a run that is being driven."""
GROWTH = 4
"""And so large a part of the run: what is written for snapshots stays a few times the newest one."""


class Keeper:
    """Keeps snapshots of one run. Its methods are called by the thread that folds the run."""

    def __init__(
        self,
        ledger: Ledger,
        run_id: str,
        *,
        every: int = EVERY,
        worth: int = snapshots.WORTH,
        aside: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """`every` lines are between two snapshots, `worth` when the run is let go; `aside` carries out the writing.

        By default a thread of its own writes while the run goes on.
        """
        self.seq = 0
        """The line of the newest snapshot, as far as this process knows."""
        self.worth = worth
        """A run of fewer lines has none."""
        self._ledger = ledger
        self._run_id = run_id
        self._every = every
        self._aside = aside or self._in_a_thread
        self._thread: threading.Thread | None = None
        snapshots.version()  # of the code that runs here: its files may be replaced before the first snapshot

    def look(self, state: RunState) -> None:
        """Keep the state beside what goes on, when enough has come since the last one."""
        writing = self._thread is not None and self._thread.is_alive()
        if not writing and state.head.seq - self.seq >= max(self._every, self.seq // GROWTH):
            self._begin(state, self._aside)

    def last(self, state: RunState) -> None:
        """Keep the state now, when it is worth it: the run is closed, or let go."""
        self.wait()
        if state.head.seq - self.seq >= self.worth:
            self._begin(state, lambda write: write())

    def wait(self) -> None:
        """Return when nothing is being written any more; the ledger may be closed then."""
        if self._thread is not None:
            self._thread.join()

    def _begin(self, state: RunState, carry_out: Callable[[Callable[[], None]], None]) -> None:
        """Make bytes of the state, here, since the next line changes it, and have them written."""
        at = state.head
        # Also where it fails: what cannot be kept now is tried again after as many lines, not at every look.
        self.seq = at.seq
        kept = snapshots.encode(state)
        if kept is not None:
            carry_out(lambda: snapshots.keep(self._ledger, self._run_id, at, kept))

    def _in_a_thread(self, write: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=write, name="bongsu-snapshot", daemon=True)
        self._thread.start()
