"""Steps 7 and 8: nothing ended that was not intended, nothing was done that the rules did not ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bongsu.core.actions import Close, Conclude, Enter, Judge, Read, Resolve, Send, Switch
from bongsu.core.events import (
    EndedLate,
    Judged,
    Observed,
    PhaseEntered,
    Resolved,
    RunClosed,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
)
from bongsu.core.skew import SKEW
from bongsu.evidence.rules import CannotTell, asked

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.core.events import ButtonPressed, Event, Recorded
    from bongsu.core.presses import Press
    from bongsu.core.state import RunState
    from bongsu.evidence.walk import Walk

DECIDED = PhaseEntered | SendIntended | SwitchIntended | Judged | Resolved | RunClosed
"""The events that the program decides on; all others come from outside."""


def intended_first(walk: Walk, line: Recorded) -> bool:
    """Step 7. Return whether the line can follow: an end needs its intention; no blind second switching."""
    event = line.event
    if type(event) is Judged:
        return True
    match event:
        case Observed():
            if walk.last_switch:
                _read_back(walk, event)
            return True
        case SendIntended():
            walk.looked[7] += 1
            walk.open_sends[event.key] = walk.intents[event.key] = line
            return True
        case SwitchIntended():
            walk.looked[7] += 1
            _not_blind(walk, line, event)
            walk.open_switches[event.key] = line
            return True
        case SendEnded():
            walk.looked[7] += 1
            return _ended(walk, line, event, walk.open_sends.pop(event.key, None))
        case SwitchEnded():
            walk.looked[7] += 1
            return _ended(walk, line, event, walk.open_switches.pop(event.key, None))
        case EndedLate():
            walk.looked[7] += 1
            return _begun(walk, line, event)
        case _:
            return True


def _read_back(walk: Walk, event: Observed) -> None:
    for which, to in [*walk.last_switch]:
        if event.reading == f"{which}_rule":
            del walk.last_switch[which, to]


def _not_blind(walk: Walk, line: Recorded, event: SwitchIntended) -> None:
    if event.to is SwitchState.SETTLED:
        return  # has no state to read back, and settling twice does no harm
    before = walk.last_switch.get((event.which, event.to))
    if before is not None:
        walk.wrong(
            "switched_blindly",
            line,
            found=f"the {event.which} switched to {event.to} again",
            why="the outcome of the first was not read back before the second",
            instead=f"an observation `{event.which}_rule` between the two",
            also=(before,),
        )
    walk.last_switch[event.which, event.to] = line.seq


def _ended(walk: Walk, line: Recorded, event: SendEnded | SwitchEnded, before: Recorded | None) -> bool:
    intended = before.event if before is not None else None
    if isinstance(intended, SendIntended | SwitchIntended) and intended.attempt == event.attempt:
        return True
    walk.wrong(
        "no_intention",
        line,
        found=f"{event.key}, attempt {event.attempt}",
        why="an effect ended that was never intended, or had ended already",
        instead="an intention with the same key and attempt before it",
        also=() if before is None else (before.seq,),
    )
    return before is not None


def _begun(walk: Walk, line: Recorded, event: EndedLate) -> bool:
    known = walk.state.sends.get(event.key) or walk.state.switches.get(event.key)
    if known is not None and 1 <= event.attempt <= known.attempt:
        return True
    walk.wrong(
        "no_intention",
        line,
        found=f"{event.key}, attempt {event.attempt}",
        why="what came of an effect was learned that was never intended",
        instead="an intention with the same key and attempt before it",
    )
    return False


def decided(walk: Walk, line: Recorded, event: DECIDED) -> None:
    """Step 8. Ask the rules what they wanted in the state just before, and find this line among it."""
    walk.looked[8] += 1
    try:
        actions = asked(walk.rules.decide, walk.plan, walk.state, line.at)
    except CannotTell as exc:
        walk.wrong(
            "not_decided",
            line,
            found=_named(event),
            why=f"the rules cannot be put to the state before this line: {exc}",
            instead="a state that a run can be in",
        )
        return
    if not any(matches(action, event, walk.state) for action in actions):
        wanted = ", ".join(sorted({f"{type(action).__name__.lower()} {action.key}" for action in actions}))
        walk.wrong(
            "not_decided",
            line,
            found=_named(event),
            why="the rules did not ask for this in the state before it, at this time",
            instead=wanted or "nothing: the run waited",
        )


def matches(action: Action, event: Event, state: RunState) -> bool:
    """Return whether an event is what performing an action records."""
    match action:
        case Enter():
            return event == PhaseEntered(phase=action.phase, why=action.why, detail=action.detail)
        case Send():
            return isinstance(event, SendIntended) and send_of(event) == action
        case Switch():
            return event == SwitchIntended(key=action.key, which=action.which, to=action.to, attempt=action.attempt)
        case Judge():
            sources = sorted(state.observations[key].seq for key in action.sources.values())
            return (
                isinstance(event, Judged)
                and (event.key, event.check) == (action.key, action.check.kind)
                and event.sources == tuple(sources)
            )
        case Conclude():
            return event == action.judged
        case Close():
            return event == RunClosed(verdict=action.verdict, why=action.why, exit_code=action.exit_code)
        case Resolve():
            return event == action.resolved
        case Read():
            return False
        case _ as unreachable:
            assert_never(unreachable)


def send_of(event: SendIntended) -> Send:
    """Return the action that an intention to send was recorded for."""
    return Send(
        key=event.key,
        message=event.message,
        channel=event.channel,
        to=event.to,
        method=event.method,
        language=event.language,
        attempt=event.attempt,
        repeat_of=event.repeat_of,
        about=event.about,
        instead_of=event.instead_of,
    )


def pressed(walk: Walk, line: Recorded, event: ButtonPressed) -> None:
    """Step 8, for presses. A message is pressed after it was sent, by our clock and by the service's."""
    walk.looked[8] += 1
    intended = walk.intents.get(event.message_key)
    if event.message_key and intended is None:
        walk.wrong(
            "pressed_before_sent",
            line,
            found=event.message_key,
            why="no message of that key had been sent",
            instead="a press after the message",
        )
    accepted = walk.accepted.get(event.message_key)
    if accepted is not None:
        press_after_message(walk, accepted, pressed=line, service_at=event.service_at)


def press_after_message(
    walk: Walk, accepted: Recorded, *, pressed: Recorded | Press, service_at: datetime | None
) -> None:
    """Step 8. Compare a press with its message's acceptance: by the service's clock, and by ours within `SKEW`.

    Where the service's time of the message cannot be, which step 9 says, ours is compared with ours.
    """
    sent_at = accepted.event.service_at if isinstance(accepted.event, SendEnded) else None
    if sent_at is None:
        return
    by_service = service_at is not None and service_at < sent_at
    by_ours = sent_at if sent_at <= accepted.at + SKEW else accepted.at
    if by_service or pressed.at + SKEW < by_ours:
        walk.wrong(
            "pressed_before_sent",
            pressed,
            found=(service_at if by_service and service_at is not None else pressed.at).isoformat(),
            why="the press came before the service had the message",
            instead=f"{sent_at.isoformat()} or later",
            also=(accepted.seq,),
        )


def _named(event: DECIDED) -> str:
    match event:
        case PhaseEntered():
            return f"phase_entered {event.phase}: {event.why}"
        case RunClosed():
            return f"run_closed {event.verdict}: {event.why}, exit code {event.exit_code}"
        case Judged():
            return f"judged {event.key}: {event.verdict}, sources {event.sources}"
        case Resolved():
            return f"resolved {event.key}: {event.found}"
        case SwitchIntended():
            return f"switch_intended {event.key} to {event.to}, attempt {event.attempt}"
        case SendIntended():
            return f"send_intended {event.key} to {event.to}, attempt {event.attempt}"
