"""Whose line an event is follows from the event."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bongsu.core.actors import actor_of
from bongsu.core.events import (
    ButtonPressed,
    Found,
    ListeningChanged,
    OperatorAsked,
    Order,
    Phase,
    PhaseEntered,
    Resolved,
    Why,
)
from bongsu.core.guard_events import GuardChanged, Guarding
from bongsu.core.kinds import RunKind
from tests.core.world import opened

PRESS = ButtonPressed(
    channel="alerts",
    press_id="slack:1",
    message_key="go_request//alerts",
    button="go",
    service_user="U2",
    authentic=True,
    ref={},
)
RESOLVED = Resolved(key="start//alerts", found=Found.ACCEPTED, by="on_call")


@pytest.mark.parametrize(
    ("event", "actor"),
    [
        (opened(), "captain:james"),
        (replace(opened(), kind=RunKind.DRILL), "operator:james"),
        (replace(opened(), kind=RunKind.PAGE), "operator:james"),
        (replace(opened(), kind=RunKind.PAGE, go_by=""), "bongsu"),
        (replace(opened(), kind=RunKind.GUARD, go_by=""), "guard"),
        (PRESS, "alerts:U2"),
        (ListeningChanged(channel="alerts", state="open"), "alerts"),
        (GuardChanged(state=Guarding.LOST), "guard"),
        (OperatorAsked(order=Order.HOLD, by="james"), "operator:james"),
        (OperatorAsked(order=Order.CLEAR, by=""), "operator"),
        (OperatorAsked(order=Order.CLEAR, by="", reason="sns says that it is over"), "alarm:sns"),
        (OperatorAsked(order=Order.CLEAR, by="james", reason="sns says that it is over"), "operator:james"),
        (RESOLVED, "operator:on_call"),
        (replace(RESOLVED, by="read_back"), "bongsu"),
        (PhaseEntered(phase=Phase.PLANNED, why=Why.STARTED), "bongsu"),
    ],
)
def test_a_line_is_by_whoever_its_event_tells_of(event, actor):
    assert actor_of(event) == actor
