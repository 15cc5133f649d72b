"""The progress of a run on the terminal: one line per fact, appended; words carry the state, colour repeats it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from bongsu.cli.guard_lines import guard_text
from bongsu.cli.lines import last, put
from bongsu.cli.speech import pad, say, told
from bongsu.cli.standing import why_of
from bongsu.cli.times import window_text
from bongsu.cli.waiting import waiting_text
from bongsu.core.escalation import drill_times
from bongsu.core.events import (
    ButtonPressed,
    ClockStepped,
    EndedLate,
    Judged,
    ListeningChanged,
    Method,
    Observed,
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    PhaseEntered,
    ReadFailed,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    Why,
)
from bongsu.core.guard_events import GuardChanged, HeartbeatsChanged, RunLookedFor
from bongsu.core.kinds import RunKind
from bongsu.core.verdict import Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.presses import Press
    from bongsu.core.state import RunState

COLOURS = {Verdict.PASS: "green", Verdict.UNKNOWN: "yellow", Verdict.FAIL: "red"}
LABEL_WIDTH = 9
TEXT_AT = 20 + LABEL_WIDTH + 2
"""The cell at which the text of a line begins, behind its time, its number and its label."""
TOLD = ("sms_delivery", "error_rate")
"""The checks of a look whose words are shown, where it has one; the others speak when they do not pass."""
BASELINE = (Why.BASELINE_FAILED, Why.BASELINE_UNKNOWN)
WHAT_A_PHASE_SAYS = {
    Phase.BASELINED: "baseline",
    Phase.APPROVED: "go",
    Phase.ENABLED: "enable",
    Phase.VERIFYING: "first run",
    Phase.NO_GO: "no-go",
    Phase.HELD: "held",
    Phase.ROLLING_BACK: "rollback",
    Phase.ROLLED_BACK: "rollback",
}


def t_plus(plan: Plan, state: RunState, at: datetime) -> str:
    """Return the time since the target was enabled as `T+00:02:31`; before it, the time to the window's start.

    A drill or a page has neither: there it is the time since it began.
    """
    if state.kind is not RunKind.CUTOVER and state.opened_at is not None:
        return f"T+{_hours(at - state.opened_at)}"
    since = at - (state.enabled_at or plan.window.start)
    sign = "-" if state.enabled_at is None else "+"
    # Inside the window and not yet enabled, T+0 has not come: it stays at T-0.
    return f"T{sign}{_hours(abs(since) if (since < timedelta(0)) == (sign == '-') else timedelta(0))}"


def _hours(span: timedelta) -> str:
    seconds = span // timedelta(seconds=1)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


class Progress:
    """Turns ledger lines into progress lines on stderr."""

    def __init__(self, plan: Plan, run_id: str, *, write: Callable[[str], None] | None = None) -> None:
        self.plan = plan
        self.run_id = run_id
        self._write = write or self._to_stderr
        self._scope_from = 0

    def __call__(self, recorded: Recorded, state: RunState) -> None:
        """Write what one more ledger line means to a person, when it means anything; below it what is waited for."""
        self._tell(recorded, state)
        if self._write == self._to_stderr:
            last.show(lambda: waiting_text(self.plan, state, recorded.at))

    def _tell(self, recorded: Recorded, state: RunState) -> None:
        event = recorded.event
        match event:
            case RunOpened():
                self._opening(event)
            case PhaseEntered():
                self._phase(recorded, event, state)
            case Judged():
                self._judged(recorded, event, state)
            case SendEnded():
                self._sent(recorded, event, state)
            case ButtonPressed():
                self._pressed(recorded, state.presses[event.press_id], state)
            case OperatorAsked(order=Order.ACKNOWLEDGE):
                self._pressed(recorded, list(state.presses.values())[-1], state)
            case OperatorAsked():
                pass
            case ReadFailed() | ListeningChanged() | SwitchEnded() | ClockStepped():
                self._trouble(recorded, event, state)
            case RunClosed():
                verdict = click.style(say(event.verdict), fg=COLOURS[event.verdict])
                self._line(recorded, state, "closed", f"{verdict}  {why_of(event.why)}")
            case GuardChanged() | HeartbeatsChanged() | RunLookedFor():
                self._line(recorded, state, "guard", guard_text(event))
            case Observed() | EndedLate() | SendIntended() | SwitchIntended():
                pass

    def _opening(self, event: RunOpened) -> None:
        captain = say("captain: {}", self.plan.contacts[self.plan.captain].name)
        when = say("window {}", window_text(self.plan)) if event.kind is RunKind.CUTOVER else say(event.kind)
        if event.raised is not None:
            when += ": " + event.raised.summary.partition("\n")[0]
        self._write(f"{self.run_id}   {when}   {captain}   {say('clock: {}', event.clock)}")

    def _phase(self, recorded: Recorded, event: PhaseEntered, state: RunState) -> None:
        label = WHAT_A_PHASE_SAYS.get(event.phase)
        if label is None:
            return
        text = say(str(event.why).replace("_", " "))
        if event.phase is Phase.ENABLED:
            text = say("rule ENABLED, read back")
        elif event.phase is Phase.VERIFYING:
            text = say("found, request {}", event.detail)
        elif event.why in BASELINE:
            text = f"{text}: {_unpassed(state)}"
        elif event.detail:
            text = f"{text}: {told(event.detail)}"
        self._line(recorded, state, label, text)

    def _judged(self, recorded: Recorded, event: Judged, state: RunState) -> None:
        scope = event.key.partition("/")[0]
        label = {"baseline": "baseline", "verify": "verify", "watch": "watch"}.get(scope, scope)
        verdict = click.style(say(event.verdict), fg=COLOURS[event.verdict])
        if scope == "watch":
            self._watch_line(recorded, event, state, verdict)
            return
        text = self._drill_text(state) if scope == "drill" else f"{event.check}: {told(event.why)}"
        self._line(recorded, state, label, f"{verdict}  {text}")

    def _watch_line(self, recorded: Recorded, event: Judged, state: RunState, verdict: str) -> None:
        assert self.plan.watch is not None
        tick = event.key.rpartition("/")[0]
        judged = [j for key, j in state.judgements.items() if key.startswith(f"{tick}/")]
        idle = any(figure.name == "items" and figure.value == "0" for figure in event.figures)
        if event.verdict is not Verdict.PASS and not idle:
            self._line(recorded, state, "watch", f"{verdict}  {event.check}: {told(event.why)}")
        if len(judged) == len(self.plan.watch.checks):
            known = [j.verdict for j in judged if not any(f.name == "items" and f.value == "0" for f in j.figures)]
            overall = worst(known) if known else Verdict.PASS
            number = int(tick.rpartition("/")[2])
            total = self.plan.watch.length // self.plan.watch.every
            limit = say(", the limit")
            spoken = [j for j in judged if j.check in TOLD] or judged
            short = (told(j.why).partition(";")[0].partition(limit)[0] for j in spoken)
            word = click.style(say(overall), fg=COLOURS[overall])
            text = say("look {} of {}: {}", number, total, "; ".join(short))
            self._line(recorded, state, "watch", f"{word}  {text}")

    def _drill_text(self, state: RunState) -> str:
        assert self.plan.drill is not None
        minutes = self.plan.drill.ack_sla // timedelta(minutes=1)
        times = ", ".join(
            f"{time.contact} {'-' if time.elapsed_s is None else say('{} s', time.elapsed_s)}"
            for time in drill_times(self.plan, state)
        )
        return say("{} (SLA {} min)", times, minutes)

    def _sent(self, recorded: Recorded, event: SendEnded, state: RunState) -> None:
        record = state.sends[event.key]
        if record.method != Method.POST:
            if event.outcome is not Outcome.ACCEPTED:
                self._line(recorded, state, "buttons", f"{record.channel} {_loud(event.outcome)}  {told(event.reason)}")
            return
        person = record.key.partition("//")[2].rpartition("@")[0]
        what = say("{} to {}", say(record.message), person) if person else say(record.message)
        text = f"{what}: {record.channel} {_loud(event.outcome)}  {told(event.reason)}".rstrip()
        self._line(recorded, state, "page" if person else "announce", text)

    def _pressed(self, recorded: Recorded, press: Press, state: RunState) -> None:
        who = press.contact or say("unknown person on {}", press.channel)
        text = say("{} by {} on {}", say(press.button.replace("_", "-")), who, press.channel)
        if not press.counted:
            text += "  " + say("does not count: {}", say(press.standing.replace("_", " ")))
        self._line(recorded, state, "pressed", text)

    def _trouble(
        self, recorded: Recorded, event: ReadFailed | ListeningChanged | SwitchEnded | ClockStepped, state: RunState
    ) -> None:
        match event:
            case ReadFailed():
                self._line(recorded, state, "read", say("{} not answered: {}", event.key, told(event.reason)))
            case ListeningChanged(state="lost"):
                self._line(recorded, state, "listen", say("{} lost: {}", event.channel, told(event.reason)))
            case ClockStepped():
                self._line(recorded, state, "clock", told(_stepped(event)))
            case SwitchEnded() if event.outcome is not Outcome.ACCEPTED:
                self._line(recorded, state, "switch", f"{_loud(event.outcome)}  {told(event.reason)}")
            case _:
                pass

    def _line(self, recorded: Recorded, state: RunState, label: str, text: str) -> None:
        clock = t_plus(self.plan, state, recorded.at)
        if state.kind is RunKind.GUARD:
            # A guard counts nothing from the enabling: whoever reads along wants to know when it was.
            clock = f"{recorded.at.astimezone(self.plan.timezone):%H:%M:%S}"
        self._write(f"{clock}  {f'#{recorded.seq}':>6}  {pad(say(label), LABEL_WIDTH)}  {text}")

    def _to_stderr(self, line: str) -> None:
        put(line, hang=TEXT_AT, err=True)


def _stepped(event: ClockStepped) -> str:
    way = "forward" if event.by_ms > 0 else "back"
    what = "the run's time went with it" if event.followed else "the run's time goes on without it"
    return f"this machine's clock was set {way} by {abs(event.by_ms) // 1000} s; {what}"


def _unpassed(state: RunState) -> str:
    """Return what the run was not begun for, as the line's own detail has it in English."""
    judged = (one for key, one in state.judgements.items() if key.startswith("baseline/"))
    return "; ".join(f"{one.check}: {told(one.why)}" for one in judged if one.verdict is not Verdict.PASS)


def _loud(outcome: Outcome) -> str:
    return say(outcome.replace("_", " ").upper() if outcome is Outcome.IN_DOUBT else outcome.replace("_", " "))
