"""What the ledger says of messages: each send, how each channel does, and what the next one has to wait for."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a snapshot is read by these annotations
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bongsu.core.events import Method, Outcome, SendEnded, SendIntended
from bongsu.core.pacing import Moment, chat_of, kept, retry_at, scopes, settled
from bongsu.core.unsettled import unsettled

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.core.events import Recorded
    from bongsu.core.pacing import Rate
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState

    Put = Callable[[dict[Any, Any], Any, Any], dict[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRecord:
    """One send: its newest intention, and how that ended."""

    key: str
    message: str
    channel: str
    to: str
    method: Method
    language: str
    seq: int
    attempt: int
    first_at: datetime
    """When it was first tried."""
    intended_at: datetime
    untried: timedelta = timedelta(0)
    """How much of the time since the first try does not count as trying: an attempt's end was not known, or it was
    time for the next one and no process was there to make it."""
    about: str = ""
    instead_of: int | None = None
    outcome: Outcome | None = None
    ended_seq: int = 0
    ended_at: datetime | None = None
    ref: Mapping[str, str] = field(default_factory=dict)
    service_at: datetime | None = None
    reason: str = ""
    retry_after_s: int | None = None
    in_doubt_seq: int = 0
    """Line of the newest attempt that may have been taken without anybody knowing; 0 without one."""

    @property
    def accepted(self) -> bool:
        """Whether the service took the message; not whether anyone saw it."""
        return self.outcome is Outcome.ACCEPTED


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """A chat in which a message waits to be tried again; those behind it wait for their turn."""

    key: str
    until: datetime
    asked: datetime | None
    """Until when the service itself asked for a pause: nothing at all goes out before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a channel does: what it took last, and how many attempts in a row it has not taken since."""

    accepted_at: datetime | None = None
    accepted_seq: int = 0
    failing: int = 0
    failed_seq: int = 0
    paused_until: datetime | None = None
    """Until when the service last asked for a pause, in whichever of its chats."""


NO_WAY = Way()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A chat that its service has given another id, and the line that says so."""

    to: str
    seq: int


def intended(plan: Plan, state: RunState, recorded: Recorded, put: Put) -> dict[str, Any]:
    """Return the fields of the state that change with an intention to send."""
    event = recorded.event
    assert isinstance(event, SendIntended)
    before = state.sends.get(event.key)
    send = SendRecord(
        key=event.key,
        message=event.message,
        channel=event.channel,
        to=event.to,
        method=event.method,
        language=event.language,
        seq=recorded.seq,
        attempt=event.attempt,
        first_at=before.first_at if before else recorded.at,
        intended_at=recorded.at,
        untried=_untried(state, before, recorded.at),
        about=event.about,
        instead_of=event.instead_of,
        in_doubt_seq=before.in_doubt_seq if before else 0,
    )
    paces = state.paces
    for scope, rate in _scopes(plan, send):
        moments = (*paces.get(scope, ()), Moment(recorded.seq, recorded.at))
        paces = put(paces, scope, kept(rate, moments))
    # Buttons that an edited message keeps bear the edit's line, and still belong to the message itself.
    named = event.about if event.method is Method.CLOSE else event.key
    changes = {**put_send(state, send, put), "intents": put(state.intents, recorded.seq, named), "paces": paces}
    chat = chat_of(send.channel, send.to)
    if chat in state.put_off and state.put_off[chat].key == send.key:
        changes["put_off"] = {other: off for other, off in state.put_off.items() if other != chat}
    return changes


def ended(plan: Plan, state: RunState, recorded: Recorded, put: Put) -> dict[str, Any]:
    """Return the fields of the state that change with the end of an attempt."""
    event = recorded.event
    assert isinstance(event, SendEnded)
    begun = state.sends[event.key]
    in_doubt = event.outcome is Outcome.IN_DOUBT
    send = replace(
        begun,
        untried=begun.untried + (recorded.at - begun.intended_at) if in_doubt else begun.untried,
        outcome=event.outcome,
        ended_seq=recorded.seq,
        ended_at=recorded.at,
        ref=event.ref,
        service_at=event.service_at,
        reason=event.reason,
        retry_after_s=event.retry_after_s,
        in_doubt_seq=begun.seq if in_doubt else begun.in_doubt_seq,
    )
    paces = state.paces
    for scope, _ in _scopes(plan, send):
        paces = put(paces, scope, settled(paces.get(scope, ()), send.seq, recorded.at))
    changes: dict[str, Any] = {**put_send(state, send, put), "paces": paces}
    if send.method == Method.POST:
        changes["ways"] = put(state.ways, send.channel, _way(state, send))
    off = _put_off(state, send)
    if off is not None:
        changes["put_off"] = put(state.put_off, chat_of(send.channel, send.to), off)
    if event.moved_to:
        moved = Moved(to=event.moved_to, seq=recorded.seq)
        changes["moved"] = put(state.moved, (send.channel, send.to), moved)
    return changes


def _untried(state: RunState, before: SendRecord | None, now: datetime) -> timedelta:
    if before is None:
        return timedelta(0)
    due = retry_at(before, state.seed)
    return before.untried + (max(now - due, timedelta(0)) if due is not None else timedelta(0))


def put_send(state: RunState, send: SendRecord, put: Put) -> dict[str, Any]:
    """Return the fields of the state that change with any line about a send."""
    return {"sends": put(state.sends, send.key, send), **unsettled(state, send)}


def _scopes(plan: Plan, send: SendRecord) -> tuple[tuple[str, Rate | None], ...]:
    if send.method == Method.ANSWER:
        return ()
    return scopes(plan.channels[send.channel].kind, send.channel, send.to, send.method)


def _put_off(state: RunState, send: SendRecord) -> PutOff | None:
    """Return what the chat waits for: a message that is to be tried again keeps its place before those behind it."""
    assert send.ended_at is not None
    if send.outcome is not Outcome.NOT_SENT:
        return None
    asked = send.ended_at + timedelta(seconds=send.retry_after_s) if send.retry_after_s else None
    due = retry_at(send, state.seed) if send.method == Method.POST else None
    if due is None:
        # Nobody's turn: the pause that the service asked for holds for the chat all the same.
        return PutOff(key="", until=asked, asked=asked) if asked else None
    return PutOff(key=send.key, until=due, asked=asked)


def _way(state: RunState, send: SendRecord) -> Way:
    before = state.ways.get(send.channel, NO_WAY)
    if send.accepted:
        return Way(
            accepted_at=send.ended_at,
            accepted_seq=send.ended_seq,
            failed_seq=before.failed_seq,
            paused_until=before.paused_until,
        )
    assert send.ended_at is not None
    asked = send.ended_at + timedelta(seconds=send.retry_after_s) if send.retry_after_s else None
    paused = max((at for at in (before.paused_until, asked) if at is not None), default=None)
    return replace(before, failing=before.failing + 1, failed_seq=send.ended_seq, paused_until=paused)
