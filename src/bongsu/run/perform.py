"""From an action to its driver and back to an event: the only place where a run touches the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, assert_never

import msgspec

from bongsu.channels._port import Accepted, InDoubt, NotSent, Outgoing, Refused
from bongsu.core.actions import Read, Send, Switch
from bongsu.core.events import (
    ButtonPressed,
    ClockStepped,
    Exchange,
    ListeningChanged,
    Observed,
    Outcome,
    ReadFailed,
    SendEnded,
    SwitchEnded,
)
from bongsu.probes._port import ReadDone
from bongsu.readings import parser_of
from bongsu.readings._port import Unreadable
from bongsu.targets._port import SwitchDone, SwitchInDoubt, SwitchNotDone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bongsu.channels._port import SendOutcome, Wire
    from bongsu.core.events import Event
    from bongsu.core.state import RunState
    from bongsu.inbound._port import ListeningChange, PressReceived
    from bongsu.run.clock import Clock, Step
    from bongsu.run.drivers import Drivers
    from bongsu.targets._port import SwitchOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an effect came to, ready for the ledger."""

    key: str
    actor: str
    event: Event
    blobs: Mapping[str, bytes]


def exchanges_of(clock: Clock, wires: Sequence[Wire]) -> tuple[tuple[Exchange, ...], dict[str, bytes]]:
    """Return the exchanges with their times on the run's clock, and their bodies as blobs `request.N`, `response.N`."""
    blobs: dict[str, bytes] = {}
    exchanges = []
    for number, wire in enumerate(wires):
        blobs[f"request.{number}"] = wire.request
        blobs[f"response.{number}"] = wire.response
        exchanges.append(
            Exchange(
                service=wire.service,
                operation=wire.operation,
                address=wire.address,
                status=wire.status,
                request_id=wire.request_id,
                sent_at=clock.at(wire.sent_mono) if wire.sent_mono else None,
                received_at=clock.at(wire.received_mono) if wire.received_mono is not None else None,
                service_at=wire.service_at,
            )
        )
    return tuple(exchanges), blobs


def perform_read(drivers: Drivers, clock: Clock, action: Read) -> Result:
    """Ask, keep every answer, and make values of exactly the bytes that are kept."""
    probe = drivers.probes.get(action.reading)
    if probe is None:
        event = ReadFailed(
            key=action.key, reading=action.reading, reason="the plan names nothing that can answer this", final=True
        )
        return Result(key=action.key, actor="bongsu", event=event, blobs={})
    outcome = probe.read(action.reading, action.args)
    exchanges, blobs = exchanges_of(clock, outcome.wires)
    failed: ReadFailed | None = None
    if isinstance(outcome, ReadDone):
        # Parsed after cleaning, because `verify` will have only the cleaned bytes.
        kept = [drivers.cleaner.clean(wire.response) for wire in outcome.wires]
        try:
            values = parser_of(action.reading)(action.args, kept)
        except Unreadable as error:
            failed = ReadFailed(key=action.key, reading=action.reading, reason=str(error), exchanges=exchanges)
        else:
            seen = Observed(
                key=action.key, reading=action.reading, args=action.args, values=values, exchanges=exchanges
            )
            return Result(key=action.key, actor="bongsu", event=seen, blobs=blobs)
    else:
        failed = ReadFailed(
            key=action.key,
            reading=action.reading,
            reason=outcome.reason,
            final=outcome.final,
            exchanges=exchanges,
        )
    return Result(key=action.key, actor="bongsu", event=failed, blobs=blobs)


def outgoing_of(state: RunState, action: Send, payload: Mapping[str, Any], seq: int, *, run_id: str = "") -> Outgoing:
    """Return what the channel is handed: for a closing the message to edit, for an answer the press to answer."""
    press = state.presses.get(action.about)
    closed = state.sends.get(action.about)
    return Outgoing(
        key=action.key,
        seq=seq,
        method=action.method,
        to=action.to,
        payload=payload,
        ref=closed.ref if closed else {},
        answer_to=press.answer_to if press else {},
        run_id=run_id,
    )


def perform_send(drivers: Drivers, clock: Clock, action: Send, outgoing: Outgoing) -> Result:
    """Make the one attempt and say how it ended."""
    outcome = drivers.channels[action.channel].send(outgoing)
    exchanges, blobs = exchanges_of(clock, outcome.wires)
    event = SendEnded(
        key=action.key,
        attempt=action.attempt,
        outcome=_word(outcome),
        reason="" if isinstance(outcome, Accepted) else outcome.reason,
        ref=dict(outcome.ref) if isinstance(outcome, Accepted) else {},
        service_at=outcome.service_at if isinstance(outcome, Accepted) else None,
        retry_after_s=outcome.retry_after_s if isinstance(outcome, NotSent) else None,
        moved_to=outcome.moved_to if isinstance(outcome, Refused) else "",
        exchanges=exchanges,
    )
    return Result(key=action.key, actor="bongsu", event=event, blobs=blobs)


def _word(outcome: SendOutcome) -> Outcome:
    match outcome:
        case Accepted():
            return Outcome.ACCEPTED
        case NotSent():
            return Outcome.NOT_SENT
        case Refused():
            return Outcome.REFUSED
        case InDoubt():
            return Outcome.IN_DOUBT
        case _ as unreachable:
            assert_never(unreachable)


def perform_switch(drivers: Drivers, clock: Clock, action: Switch) -> Result:
    """Make the one call and say how it ended; the state is for the read-back to say."""
    assert drivers.target is not None, "only a cutover switches"
    outcome = drivers.target.switch(action.which, action.to)
    exchanges, blobs = exchanges_of(clock, outcome.wires)
    event = SwitchEnded(
        key=action.key,
        attempt=action.attempt,
        outcome=_switch_word(outcome),
        reason="" if isinstance(outcome, SwitchDone) else outcome.reason,
        exchanges=exchanges,
    )
    return Result(key=action.key, actor="bongsu", event=event, blobs=blobs)


def _switch_word(outcome: SwitchOutcome) -> Outcome:
    match outcome:
        case SwitchDone():
            return Outcome.ACCEPTED
        case SwitchNotDone(final=True):
            return Outcome.REFUSED
        case SwitchNotDone():
            return Outcome.NOT_SENT
        case SwitchInDoubt():
            return Outcome.IN_DOUBT
        case _ as unreachable:
            assert_never(unreachable)


def press_event(state: RunState, received: PressReceived) -> tuple[ButtonPressed, dict[str, bytes]]:
    """Return the fact of a press, with the message it names looked up in the ledger."""
    key = "" if received.intent_seq is None else state.intents.get(received.intent_seq, "")
    event = ButtonPressed(
        press_id=received.press_id,
        channel=received.channel,
        service_user=received.service_user,
        message_key=key,
        button=received.button,
        authentic=received.authentic,
        ref=dict(received.ref),
        service_at=received.service_at,
        answer_to=dict(received.answer_to),
    )
    return event, {"received": received.raw}


def listening_event(received: ListeningChange) -> ListeningChanged:
    """Return the fact that a way in opened or broke."""
    return ListeningChanged(channel=received.channel, state=received.state, reason=received.reason)


def step_event(step: Step) -> ClockStepped:
    """Return the fact that this machine's clock was set."""
    return ClockStepped(by_ms=step.by // timedelta(milliseconds=1), followed=step.followed)


def not_begun(action: Read | Send | Switch, reason: str) -> Result:
    """Return the end of an effect that was not begun, for a reason that is known."""
    event: Event
    match action:
        case Read():
            event = ReadFailed(key=action.key, reading=action.reading, reason=reason)
        case Send():
            event = SendEnded(key=action.key, attempt=action.attempt, outcome=Outcome.NOT_SENT, reason=reason)
        case Switch():
            event = SwitchEnded(key=action.key, attempt=action.attempt, outcome=Outcome.NOT_SENT, reason=reason)
    return Result(key=action.key, actor="bongsu", event=event, blobs={})


def payload_bytes(payload: Mapping[str, Any]) -> bytes:
    """Return a rendered payload as the ledger keeps it: JSON, keys sorted, no idle spaces."""
    return msgspec.json.encode(payload, order="sorted")
