"""The second look: signs of life that a run leaves in its state folder, and what a guard sees of them there."""

from __future__ import annotations

import fcntl
import os
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.core.guard_events import Life
from bongsu.errors import BongsuError, LedgerWriteFailed, RunNotFound
from bongsu.run.lock import NAME_MOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bongsu.ledger._port import Ledger

FOLDER = "signs"


class SignOfLife:
    """Leaves the number of the run's newest heartbeat beside its ledger, so that it is seen where it is not heard."""

    def __init__(self, state: Path, run_id: str) -> None:
        self._place = sign_of(state, run_id)

    def __call__(self, number: int) -> None:
        """Write the number; LedgerWriteFailed when the state folder takes nothing."""
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self._place.write_text(f"{os.getpid()} {number}", "ascii")
        except OSError as error:
            raise LedgerWriteFailed(
                f"the state folder {str(self._place.parent.parent)!r} cannot be used", cause=error.strerror
            ) from error


def sign_of(state: Path, run_id: str) -> Path:
    """Return the file that holds a run's sign of life."""
    return state / FOLDER / f"{run_id}.alive"


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands in the store of a run at one moment."""

    seq: int
    closed: bool
    sign: str


class Sight:
    """What a guard can see of runs in a store that both have: the ledger, and a folder if they share the machine."""

    def __init__(self, open_ledger: Callable[[], Ledger], folder: Path) -> None:
        """`open_ledger` opens the ledger of the runs; `folder` holds their locks and signs of life, if it is here."""
        self._open = open_ledger
        self._folder = folder

    def signs(self, run_id: str) -> Signs | None:
        """Return the signs of a run; None when its ledger is not here.

        One that cannot be read, as when a process that was stopped keeps it locked, shows no line and no end.
        """
        seq, closed = 0, False
        try:
            with closing(self._open()) as ledger:
                found = ledger.run(run_id)
                seq, closed = found.head.seq, found.closed
        except RunNotFound:
            return None
        except BongsuError:
            pass  # the lock and the sign of life beside it are looked at all the same
        try:
            sign = sign_of(self._folder, run_id).read_text("ascii")
        except OSError:
            sign = ""
        return Signs(seq=seq, closed=closed, sign=sign)

    def driven(self, run_id: str) -> bool | None:
        """Return whether a process has the run in hand, as one that was stopped has; None when that shows elsewhere.

        The lock is taken for an instant, when it is free. Nobody else is kept from it who would not have waited longer.
        """
        try:
            descriptor = os.open(self._folder / "locks" / f"run-{run_id}.lock", os.O_RDWR)
        except OSError:
            return False if self._leased(run_id, dead="") is False else None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            dead = os.pread(descriptor, NAME_MOST, 0).decode("ascii", "replace")
        except OSError:
            return True
        finally:
            os.close(descriptor)
        # Another machine may have gone on with what a process of this one left.
        return None if self._leased(run_id, dead=dead) else False

    def _leased(self, run_id: str, *, dead: str) -> bool | None:
        """Return whether somebody but `dead` has the right to drive the run; None when the ledger does not say."""
        try:
            with closing(self._open()) as ledger:
                found = ledger.run(run_id)
                if not found.epoch:
                    return None
                until = found.lease_until
                return found.lease_owner not in ("", dead) and until is not None and until > ledger.now()
        except BongsuError:
            return None


REASONS = {
    Life.GONE: "no process drives it",
    Life.STANDS_STILL: "its process is there and does nothing",
    Life.OUT_OF_SIGHT: "its ledger is not where this guard can see it",
    Life.ALIVE: "it is at work in its ledger, and its heartbeats do not arrive",
}
"""What a look shows, in the words of the ledger."""
