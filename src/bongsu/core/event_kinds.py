"""The word by which a ledger line names each kind of event."""

from __future__ import annotations

from typing import Any

from bongsu.core.events import (
    ButtonPressed,
    ClockStepped,
    EndedLate,
    Judged,
    ListeningChanged,
    Observed,
    OperatorAsked,
    PhaseEntered,
    ReadFailed,
    Resolved,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
)
from bongsu.core.guard_events import GuardChanged, HeartbeatsChanged, RunLookedFor

KINDS: dict[str, type[Any]] = {
    "run_opened": RunOpened,
    "phase_entered": PhaseEntered,
    "observed": Observed,
    "read_failed": ReadFailed,
    "judged": Judged,
    "send_intended": SendIntended,
    "send_ended": SendEnded,
    "switch_intended": SwitchIntended,
    "switch_ended": SwitchEnded,
    "button_pressed": ButtonPressed,
    "operator_asked": OperatorAsked,
    "resolved": Resolved,
    "listening_changed": ListeningChanged,
    "clock_stepped": ClockStepped,
    "guard_changed": GuardChanged,
    "heartbeats_changed": HeartbeatsChanged,
    "run_looked_for": RunLookedFor,
    "ended_late": EndedLate,
    "run_closed": RunClosed,
}
KIND_OF: dict[type[Any], str] = {cls: kind for kind, cls in KINDS.items()}
