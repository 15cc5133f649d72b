"""Who may not get advertising: asked before each such text, and what cannot be asked means that none goes out.

Three things are looked at: the numbers that the owner entered, the list that SENS keeps of those who called the 080
number, and, where a rule says `basis: consent`, whether there is a consent.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from naver_sms.errors import StateError
from naver_sms.intent import Skipped
from naver_sms.law import CONSENT, Purpose
from sens import ReadFailed

if TYPE_CHECKING:
    from naver_sms.intent import Intent
    from naver_sms.meter import Meter
    from naver_sms.state import StatePort
    from sens import OptOutList

OPTED_OUT, CONSENTED = "optout#", "consent#"


class Refusals:
    """Answers for one run; SENS's list is read once, when the first advertising text is due."""

    def __init__(self, state: StatePort, listed: OptOutList, *, meter: Meter) -> None:
        self._state = state
        self._listed = listed
        self._meter = meter
        self._lock = threading.Lock()
        self._numbers: frozenset[str] | ReadFailed | None = None

    def why_not(self, intent: Intent) -> Skipped | None:
        """Return why a text must not go out; None when it may, as every text that is information may."""
        if intent.words.purpose is not Purpose.ADVERTISING:
            return None
        number = intent.booking.phone or ""
        try:
            kept = self._state.notes([OPTED_OUT + number, CONSENTED + number])
        except StateError:
            return Skipped.STATE
        if OPTED_OUT + number in kept:
            return Skipped.OPTED_OUT
        numbers = self._of_sens()
        if isinstance(numbers, ReadFailed):
            return Skipped.OPTOUT_UNKNOWN
        if number in numbers:
            return Skipped.OPTED_OUT
        return Skipped.NO_CONSENT if intent.words.basis == CONSENT and CONSENTED + number not in kept else None

    def _of_sens(self) -> frozenset[str] | ReadFailed:
        with self._lock:
            if self._numbers is None:
                with self._meter.timed("sens_result") as operation:
                    answer = self._listed.read()
                    if isinstance(answer, ReadFailed):
                        operation.failure = f"http_{answer.status}" if answer.status else "no_answer"
                self._numbers = answer if isinstance(answer, ReadFailed) else frozenset(one.number for one in answer)
            return self._numbers
