"""Telling the owner of a run: the digest, the lines that rules want, and alerts that do not repeat for six hours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from naver_sms.chats import IN_DOUBT, NAMES, OK, chat_of, tell
from naver_sms.digest import BROKEN, alerts, digest, worth_telling
from naver_sms.errors import StateError
from naver_sms.meter import Meter
from naver_sms.record import Claim, ClaimState, Kind
from naver_sms.state import Change, open_state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from naver_sms.run import Pass
    from naver_sms.settings import Settings
    from naver_sms.state import StatePort
    from naver_sms.tally import Note

AGAIN_AFTER = timedelta(hours=6)
# For alerts while the store cannot be asked: this process's own memory of them.
_TOLD: dict[str, datetime] = {}


def told(done: Pass, report: Mapping[str, Any], *, now: datetime) -> dict[str, str | None]:
    """Tell the owner of a run and return, for each chat, how that ended; None where it was not asked to."""
    settings = done.settings
    names = [name for name in NAMES if settings is not None and chat_of(settings, name) is not None]
    ended: dict[str, str | None] = dict.fromkeys(NAMES)
    if settings is None or not names or settings.mode != "live" or report["result"] == "skipped_overlap":
        return ended
    state = _opened(settings)
    try:
        notes = [note for store in done.tally.stores.values() for note in store.notes]
        if report["result"] not in BROKEN and (settings.digest == "every" or notes or worth_telling(report)):
            text = digest(report, done.tally.intents, language=settings.language)
            for name in names:
                own = [note.text for note in notes if name in note.chats]
                ended[name] = tell(settings, name, "\n".join([text, *own]))
            _remember(state, [n for n in notes if any(ended[c] in {OK, IN_DOUBT} for c in n.chats)], done, now)
        for name in names:
            for alert in alerts(report, done.tally.intents, language=settings.language):
                ended[name] = _alert(state, settings, name, cause=alert.cause, text=alert.text, now=now) or ended[name]
    finally:
        if state is not None:
            state.shut()
    return ended


def _opened(settings: Settings) -> StatePort | None:
    try:
        return open_state(settings, Meter())
    except StateError:
        return None


def _alert(
    state: StatePort | None, settings: Settings, name: str, *, cause: str, text: str, now: datetime
) -> str | None:
    """Send an alert unless it went out a short while ago; None when it did."""
    key = f"alert#{name}#{cause}"
    holder, until = now.isoformat(), now + AGAIN_AFTER
    if not _may_tell(state, key, holder=holder, now=now, until=until):
        return None
    ended = tell(settings, name, text)
    if ended not in {OK, IN_DOUBT}:
        _forget(state, key, holder)
    return ended


def _may_tell(state: StatePort | None, key: str, *, holder: str, now: datetime, until: datetime) -> bool:
    if _TOLD.get(key, now) > now:
        return False
    try:
        if state is not None:
            return state.take_lease(holder=holder, now=now, until=until, name=key)
    except StateError:
        pass
    _TOLD[key] = until
    return True


def _forget(state: StatePort | None, key: str, holder: str) -> None:
    _TOLD.pop(key, None)
    try:
        if state is not None:
            state.free_lease(holder, name=key)
    except StateError:
        return  # it ends by itself


def _remember(state: StatePort | None, notes: list[Note], done: Pass, now: datetime) -> None:
    """Write down that lines were told; one that is not written down is told once more, which is no harm."""
    for note in notes if state is not None else ():
        held = note.record.claims.get(Kind.CONFIRM)
        attempt = 1 if held is None else held.attempt + 1
        claim = Claim(state=ClaimState.CLAIMED, run_id=done.run_id, at=now, hash="", attempt=attempt)
        change = Change(run_id=done.run_id, states=(ClaimState.CLAIMED,), to=ClaimState.DELIVERED, set_flag=True)
        try:
            if state is not None and state.claim(note.record, Kind.CONFIRM, claim):
                state.settle(note.record, Kind.CONFIRM, change)
        except StateError:
            return
