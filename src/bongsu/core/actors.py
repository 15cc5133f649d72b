"""Whose line an event is: it follows from the event, so that nobody can write another's name beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import (
    ButtonPressed,
    ListeningChanged,
    OperatorAsked,
    Order,
    Resolved,
    RunOpened,
)
from bongsu.core.guard_events import GuardChanged, HeartbeatsChanged, RunLookedFor
from bongsu.core.kinds import RunKind

if TYPE_CHECKING:
    from bongsu.core.events import Event

PROGRAM, GUARD = "bongsu", "guard"
READ_BACK = "read_back"
IS_OVER = " says that it is over"
"""What the reason of an order says behind the name of the alarm's sender who gave it."""


def actor_of(event: Event) -> str:
    """Return who a line with this event is by: the program, a person on the command line, a channel, a guard."""
    match event:
        case RunOpened():
            return _opener(event)
        case ButtonPressed():
            return f"{event.channel}:{event.service_user}"
        case ListeningChanged():
            return event.channel
        case GuardChanged() | HeartbeatsChanged() | RunLookedFor():
            return GUARD
        case OperatorAsked(order=Order.CLEAR, by="") if event.reason.endswith(IS_OVER):
            return f"alarm:{event.reason.removesuffix(IS_OVER)}"
        case OperatorAsked():
            return f"operator:{event.by}" if event.by else "operator"
        case Resolved() if event.by != READ_BACK:
            return f"operator:{event.by}"
        case _:
            return PROGRAM


def _opener(event: RunOpened) -> str:
    if event.kind is RunKind.GUARD:
        return GUARD
    if not event.go_by:
        return PROGRAM
    return f"{'captain' if event.kind is RunKind.CUTOVER else 'operator'}:{event.go_by}"
