"""How it is with a worker's ledger: told when it can no longer be used, now and then meanwhile, and when it is back."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from bongsu.run.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.errors import LedgerError

TOLD_EVERY_S = 60.0
"""How often it is told while it lasts: the ledger is tried twice a second, and each try says the same."""


class Wellness:
    """Known by what came of the newest look at the ledger; for any thread."""

    def __init__(
        self,
        tell: Callable[[Told, str, str], None],
        text_of: Callable[[Exception], str],
        *,
        mono: Callable[[], float] = time.monotonic,
    ) -> None:
        """`text_of` returns what an error says."""
        self._tell = tell
        self._text_of = text_of
        self._mono = mono
        self._lock = threading.Lock()
        self._told_mono = 0.0
        self.well = True
        """Whether the ledger let itself be read and written when it was last tried."""
        self.proofs = 0
        """How often it was found to be back."""

    def troubled(self, error: LedgerError, proofs: int) -> None:
        """Take note that the ledger could not be used.

        `proofs` is how many there had been when the use began: what failed before the newest of them is over, although
        its thread may come to say so only now. What fails in earnest fails again the next time.
        """
        with self._lock:
            if proofs != self.proofs:
                return
            now = self._mono()
            tells = self.well or now - self._told_mono >= TOLD_EVERY_S
            self.well = False
            if tells:
                self._told_mono = now
        if tells:
            self._tell(Told.LEDGER, "", self._text_of(error))

    def prove(self, write: Callable[[], object]) -> None:
        """Have something written, where the ledger could not be used: a full disk lets itself be read.

        Raises:
            LedgerError: it still cannot.
        """
        if self.well:
            return
        write()
        with self._lock:
            tells, self.well = not self.well, True
            self.proofs += 1
        if tells:
            self._tell(Told.LEDGER_BACK, "", "")
