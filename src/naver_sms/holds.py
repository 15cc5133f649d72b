"""Senders that are refused: what goes out from such a number arrives nowhere, so that it waits instead.

A carrier refuses a number late, after SENS took the text: a text that was accepted is never sent again, and every
further one would be lost as well. For an hour nothing more is sent from that number, and the texts stay due; then one
run tries again. A quota that is used up holds every number.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from naver_sms.errors import StateError
from naver_sms.intent import Skipped
from naver_sms.record import ClaimState
from sens.codes import CodeClass, class_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from naver_sms.fates import Fate
    from naver_sms.intent import Intent
    from naver_sms.settings import Settings
    from naver_sms.state import StatePort

HELD, EVERY = "held#", "quota"
HELD_FOR = timedelta(hours=1)


def held_now(state: StatePort, settings: Settings, *, now: datetime) -> Mapping[str, Skipped]:
    """Return the numbers from which nothing may be sent, `quota` for all of them; nothing when it cannot be read."""
    numbers = {settings.default_from_number, *(store.from_number or "" for store in settings.enabled)} - {""}
    try:
        found = state.notes([HELD + one for one in (*sorted(numbers), EVERY)])
    except StateError:
        return {}
    until = {name.removeprefix(HELD): datetime.fromisoformat(text) for name, text in found.items()}
    return {one: Skipped.QUOTA if one == EVERY else Skipped.CALLER_ID for one, at in until.items() if at > now}


def hold(state: StatePort, intents: Iterable[Intent], fates: Iterable[Fate], *, now: datetime) -> None:
    """Write down the numbers that a carrier refused; one that cannot be written is found out by the next run."""
    failed = [(one.words.from_number, one.code) for one in intents if one.delivery == "failed"]
    failed += [(one.from_number, one.code) for one in fates if one.ended is ClaimState.FAILED]
    refused = {
        EVERY if kind is CodeClass.QUOTA else number
        for number, code in failed
        if (kind := class_of(code or "")) in {CodeClass.CALLER_ID, CodeClass.QUOTA}
    }
    with suppress(StateError):
        for one in sorted(refused):
            state.note(HELD + one, (now + HELD_FOR).isoformat(), at=now)
