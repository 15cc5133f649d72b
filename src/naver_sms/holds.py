"""Senders that are refused: what goes out from such a number arrives nowhere, so that it waits instead.

A carrier refuses a number late, after SENS took the text: a text that was accepted is never sent again, and every
further one would be lost as well. For an hour nothing more is sent from that number, and the texts stay due. Then one
text tries it in each run, and the others wait until one has arrived. A quota that is used up holds every number.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from naver_sms.errors import StateError
from naver_sms.intent import Skipped
from sens.codes import CodeClass, class_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from naver_sms.fates import Fate
    from naver_sms.intent import Intent
    from naver_sms.settings import Settings
    from naver_sms.state import StatePort

HELD, EVERY = "held#", "quota"
HELD_FOR = timedelta(hours=1)


class Holds:
    """From which numbers texts may be sent in one run. Safe between threads."""

    def __init__(self, until: Mapping[str, datetime] | None = None, *, now: datetime | None = None) -> None:
        """Hold each number, `quota` for all of them, until its moment; afterwards it is on trial."""
        ends = until or {}
        self._held = {one for one, at in ends.items() if now is None or at > now}
        self.on_trial = frozenset(ends.keys() - self._held)
        self._tried: set[str] = set()
        self._lock = threading.Lock()

    def why_not(self, number: str) -> Skipped | None:
        """Return why nothing may be sent from a number; None lets one text go, the only one while it is on trial."""
        with self._lock:
            waits = self._held | self._tried
            why = Skipped.CALLER_ID if number in waits else Skipped.QUOTA if EVERY in waits else None
            if why is None:
                self._tried |= self.on_trial & {number, EVERY}
            return why


def held_now(state: StatePort, settings: Settings, *, now: datetime) -> Holds:
    """Return what is held now; nothing when that cannot be read."""
    numbers = {settings.default_from_number, *(store.from_number or "" for store in settings.enabled)} - {""}
    try:
        found = state.notes([HELD + one for one in (*sorted(numbers), EVERY)])
    except StateError:
        return Holds()
    until = {name.removeprefix(HELD): datetime.fromisoformat(text) for name, text in found.items()}
    return Holds(until, now=now)


def hold(
    state: StatePort, intents: Iterable[Intent], fates: Iterable[Fate], *, now: datetime, holds: Holds | None = None
) -> None:
    """Write down the numbers that a carrier refused, and strike out those on trial from which a text has arrived.

    One that cannot be written is found out by the next run.
    """
    ended = [(one.words.from_number, one.delivery, one.code) for one in intents]
    ended += [(one.from_number, one.ended.value, one.code) for one in fates]
    refused = {
        EVERY if kind is CodeClass.QUOTA else number
        for number, delivery, code in ended
        if delivery == "failed" and (kind := class_of(code or "")) in {CodeClass.CALLER_ID, CodeClass.QUOTA}
    }
    arrived = {name for number, delivery, _ in ended if delivery == "delivered" for name in (number, EVERY)}
    on_trial = frozenset() if holds is None else holds.on_trial
    with suppress(StateError):
        for one in sorted(refused):
            state.note(HELD + one, (now + HELD_FOR).isoformat(), at=now)
        for one in sorted((on_trial & arrived) - refused):
            state.note(HELD + one, None, at=now)
