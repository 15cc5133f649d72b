"""What must hold of everything that a run switches, and of the people it asks: each law looked at line by line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bongsu.core.events import (
    ButtonPressed,
    Judged,
    Method,
    Observed,
    OperatorAsked,
    Order,
    Phase,
    PhaseEntered,
    Recorded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.presses import acknowledgement, counted, subject_of
from bongsu.core.reversal import PAST_ORDERS
from bongsu.core.state import RunState
from bongsu.core.switching import ENABLE
from bongsu.core.verdict import Verdict

JUST_NOW = timedelta(minutes=1)
WAY_BACK = frozenset({Phase.ROLLING_BACK, Phase.NO_GO})


class BrokenLawError(AssertionError):
    """Something that must always hold did not."""


def must(holds: bool, otherwise: str) -> None:
    """Raise unless something holds."""
    if not holds:
        raise BrokenLawError(otherwise)


@dataclass(slots=True)
class Switching:
    """Holds each line against what went before it in the ledger alone."""

    plan: Any
    read: dict[str, Recorded] = field(default_factory=dict)
    """The newest reading of the legacy, and of the target in each scope: one that was asked before may answer late."""
    calling: dict[str, str] = field(default_factory=dict)
    """Which rule is being called upon, by the key of the call."""
    called: dict[str, int] = field(default_factory=dict)
    went_on: int = 0
    way_back: int = 0
    """The line at which somebody asked for the way back and was not obeyed yet."""
    taken_back: bool = False
    phase: Phase = Phase.PLANNED
    answered: Counter[str] = field(default_factory=Counter)
    judged: dict[str, tuple[int, Verdict]] = field(default_factory=dict)

    def __call__(self, line: Recorded, state: RunState) -> None:
        """Look at one more line, with the state after it."""
        match line.event:
            case SwitchIntended() as event if event.to is not SwitchState.SETTLED:
                self._called(line, event, state)
            case SwitchEnded() as event if event.key in self.calling:
                del self.calling[event.key]
                self.called[event.key] = line.seq
            case Observed(reading="target_rule" | "legacy_rule") as event:
                self.read["legacy" if event.reading == "legacy_rule" else event.key.partition("/")[0]] = line
            case OperatorAsked(order=Order.ROLL_BACK) if self.phase not in PAST_ORDERS:
                self.way_back = self.way_back or line.seq
            case PhaseEntered() as event:
                self._entered(line, event, state)
            case ButtonPressed() as event:
                self.answered[event.press_id] += 0
            case SendIntended() as event:
                self._sent(line, event, state)
            case Judged() as event:
                self.judged[event.key] = (line.seq, event.verdict)

    def _called(self, line: Recorded, event: SwitchIntended, state: RunState) -> None:
        must(event.which not in self.calling.values(), f"#{line.seq} calls upon a rule that is being called upon")
        must(self.phase is not Phase.HELD, f"#{line.seq} switches while the run is held")
        self.calling[event.key] = event.which
        if (event.which, event.to) != ("target", SwitchState.ENABLED):
            return
        window = self.plan.window
        must(window.start <= line.at < window.end, f"#{line.seq} enables at {line.at}, outside the window")
        legacy = self.read.get("legacy")
        must(legacy is not None and _state(legacy) == "DISABLED", f"#{line.seq} enables beside a legacy that is on")
        assert legacy is not None
        must(line.at - legacy.at <= JUST_NOW, f"#{line.seq} enables by a legacy's reading of {legacy.at}")
        must(legacy.seq > self.went_on, f"#{line.seq} enables by a legacy's reading from before the hold")
        must(not self.taken_back, f"#{line.seq} enables what is being taken back")
        goes = {press.contact for press in counted(state, "go_request") if press.button == "go"}
        must(len(goes) >= self.plan.go.approvals, f"#{line.seq} enables, and only {goes} said go")
        told = any(send.message == "start" and send.accepted for send in state.sends.values())
        must(told, f"#{line.seq} enables, and no start was taken by any chat")

    def _entered(self, line: Recorded, event: PhaseEntered, state: RunState) -> None:
        if self.way_back:
            must(event.phase in WAY_BACK, f"#{line.seq} is {event.phase}, and #{self.way_back} asked for the way back")
        self.way_back = 0
        self.phase = event.phase
        self.taken_back = self.taken_back or event.phase in WAY_BACK
        if event.why is Why.WENT_ON:
            self.went_on = line.seq
        match event.phase:
            case Phase.APPROVED:
                refused = [press for press in counted(state, "go_request") if press.button == "no_go"]
                must(not refused, f"#{line.seq} is approved against a no-go")
            case Phase.ENABLED if event.why is not Why.WENT_ON:
                self._reads(line, "enable", "ENABLED", after=max(self.called[ENABLE], self.went_on))
            case Phase.ROLLED_BACK:
                off = [seq for key, seq in self.called.items() if key.startswith("switch/target/disabled")]
                self._reads(line, "rollback", "DISABLED", after=max(off, default=0))
            case Phase.SUCCEEDED if self.went_on and event.why is not Why.WENT_ON:
                self._reads(line, "success", "ENABLED", after=self.went_on)

    def _reads(self, line: Recorded, scope: str, word: str, *, after: int) -> None:
        seen = self.read.get(scope)
        must(seen is not None and seen.seq > after, f"#{line.seq} {self.phase} rests on no reading after #{after}")
        assert seen is not None
        must(_state(seen) == word, f"#{line.seq} {self.phase}, and the rule read {_state(seen)}")

    def _sent(self, line: Recorded, event: SendIntended, state: RunState) -> None:
        if event.method is Method.ANSWER:
            self.answered[event.about] += 1
            must(self.answered[event.about] == 1, f"#{line.seq} answers {event.about} twice")
        if event.message == "success":
            must(not self.taken_back, f"#{line.seq} tells of a success that is being taken back")
        level = event.key.rpartition("/")[2]
        if event.message == "page" and event.attempt == 1 and "@" in event.key and self.phase is Phase.DECIDING:
            taken = acknowledgement(state, subject_of(event.key))
            must(taken is None, f"#{line.seq} pages {level} about what {taken and taken.contact} has taken")

    def after(self, state: RunState) -> None:
        """Look at the run once it is over."""
        unheard = [press for press, times in self.answered.items() if not times]
        must(not unheard, f"nobody answered {unheard}")
        assert state.closed is not None
        if state.closed.exit_code == 6:
            doubtful = [one.key for one in state.switches.values() if one.to is SwitchState.ENABLED and one.may_be_done]
            must(not doubtful, f"nothing was changed, it says, and {doubtful} may have been")
        if state.closed.exit_code == 0:
            unpassed = [
                key
                for key, (seq, verdict) in self.judged.items()
                if key.startswith(("verify/", "watch/")) and verdict is not Verdict.PASS and seq > self.went_on
            ]
            must(not unpassed, f"a pass, and {unpassed} did not")


def _state(line: Recorded) -> str:
    assert isinstance(line.event, Observed)
    return str(line.event.values["state"])
