"""A world of pure values for the core: scripted answers, virtual time, no I/O.

`World.run` folds, decides and answers every action at once, as the run loop does, and moves the time to the next
wake-up or press when nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bongsu.core.actions import Action, Close, Conclude, Enter, Judge, Read, Resolve, Send, Switch
from bongsu.core.decide import decide, wake_at
from bongsu.core.events import (
    ButtonPressed,
    Event,
    Exchange,
    Judged,
    ListeningChanged,
    Observed,
    Outcome,
    PhaseEntered,
    ReadFailed,
    Recorded,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
)
from bongsu.core.plan import (
    Announce,
    ChannelSpec,
    CheckSpec,
    Contact,
    Drill,
    EscalationPolicy,
    FirstRun,
    Go,
    Level,
    Plan,
    ReadNeed,
    RollbackRule,
    SwitchSpec,
    Watch,
    Window,
)
from bongsu.core.state import RunState, evolve
from bongsu.core.times import iso
from bongsu.core.verdict import Verdict

OPENS_AT = datetime(2025, 10, 22, 4, 50, tzinfo=UTC)
WINDOW = Window(start=datetime(2025, 10, 22, 5, 0, tzinfo=UTC), end=datetime(2025, 10, 22, 6, 0, tzinfo=UTC))
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def check(kind: str, *reads: str | ReadNeed) -> CheckSpec:
    """Return a check of the plan that rests on the named readings."""
    needs = tuple(ReadNeed(reading=read) if isinstance(read, str) else read for read in reads)
    return CheckSpec(name=kind, kind=kind, options={}, reads=needs)


def plan(**changes: Any) -> Plan:
    """Return the seed's cutover as a plan: two approvers, a drill, a watch of one hour."""
    contacts = {
        "james": Contact(id="james", name="James", role="Release Captain", addresses={"telegram": "1", "slack": "U1"}),
        "on_call": Contact(
            id="on_call", name="On-Call Engineer", role="Technical Lead", addresses={"telegram": "2", "slack": "U2"}
        ),
        "ops_manager": Contact(id="ops_manager", name="Operations Manager", role="Ops Lead", addresses={"slack": "U3"}),
    }
    base = Plan(
        cutover="Naver SMS Automation Lambda Migration",
        captain="james",
        timezone=ZoneInfo("Asia/Seoul"),
        window=WINDOW,
        contacts=contacts,
        channels={
            "ops_chat": ChannelSpec(name="ops_chat", kind="telegram", to="-100"),
            "alerts": ChannelSpec(name="alerts", kind="slack", to="C1"),
        },
        announce=Announce(to=("ops_chat", "alerts")),
        target=SwitchSpec(kind="eventbridge_lambda", facts={"Rule": "new"}),
        legacy=SwitchSpec(kind="eventbridge_lambda", facts={"Rule": "old"}),
        gateway=None,
        baseline=(
            check("legacy_off", "legacy_rule"),
            check("alarms", ReadNeed(reading="alarms", args={"names": ["a"]})),
        ),
        go=Go(approvals=2, of=("on_call", "ops_manager"), within=30 * MINUTE),
        first_run=FirstRun(within=25 * MINUTE, settle=5 * MINUTE),
        verify=(
            check("sms_delivery", "invocations", "gateway", "state_table"),
            check("duration", "invocations"),
        ),
        escalation={
            "critical": EscalationPolicy(
                name="critical",
                ack_sla=15 * MINUTE,
                levels=(
                    Level(page=("on_call",), wait=5 * MINUTE),
                    Level(page=("on_call", "ops_manager"), wait=5 * MINUTE),
                    Level(page=("james",), wait=5 * MINUTE),
                ),
                repeat=1,
            )
        },
        drill=Drill(policy="critical", everyone=("on_call", "ops_manager"), ack_sla=15 * MINUTE),
        rollback=RollbackRule(
            when=("verify_fails", "no_first_run", "alarm"),
            when_unknown="page",
            nobody_decides="roll_back",
            detect=10 * MINUTE,
            decide=10 * MINUTE,
            execute=15 * MINUTE,
            total=35 * MINUTE,
        ),
        watch=Watch(
            length=60 * MINUTE,
            every=20 * MINUTE,
            checks=(check("error_rate", "metrics", "invocations"),),
            report_every=60 * MINUTE,
        ),
    )
    return replace(base, **changes)


def opened(**changes: str) -> RunOpened:
    """Return the first event of a run."""
    facts = {"plan_sha256": "0" * 64, "cutover": "x", "program": "bongsu", "clock": "system", "go_by": "james"}
    return RunOpened(endpoints={}, **{**facts, **changes})


def invocation(at: datetime, **changes: Any) -> dict[str, Any]:
    """Return a complete invocation that began two minutes after `at`, as the reading gives it."""
    began = at + timedelta(seconds=135)
    return {
        "request_id": "11111111-2222-4333-8444-555555555555",
        "started_at": iso(began),
        "ended_at": iso(began + 2 * SECOND),
        "failed": False,
        "report": {"run_id": "r1", "records": ["1000001_900001"]},
        **changes,
    }


@dataclass(slots=True)
class World:
    """What the outside answers: by default the cutover of the seed log, as it should have gone."""

    plan: Plan = field(default_factory=plan)
    now: datetime = OPENS_AT
    reads: dict[str, Callable[[World, Read], dict[str, Any] | ReadFailed]] = field(default_factory=dict)
    verdicts: Callable[[World, Judge], Verdict] = lambda _world, _judge: Verdict.PASS
    sends: Callable[[World, Send], SendEnded | Outcome] = lambda _world, _send: Outcome.ACCEPTED
    switches: Callable[[World, Switch], Outcome] = lambda _world, _switch: Outcome.ACCEPTED
    people: dict[str, dict[str, tuple[str, timedelta]]] = field(
        default_factory=lambda: {
            "go_request": {"on_call": ("go", 20 * SECOND), "ops_manager": ("go", 35 * SECOND)},
            "drill": {"on_call": ("ack", 15 * SECOND), "ops_manager": ("ack", 22 * SECOND)},
            "page": {"on_call": ("ack", 40 * SECOND)},
        }
    )
    state: RunState = field(default_factory=RunState)
    lines: list[Recorded] = field(default_factory=list)
    states: list[RunState] = field(default_factory=list)
    asked: list[Action] = field(default_factory=list)
    coming: list[tuple[datetime, ButtonPressed]] = field(default_factory=list)
    request_ids: dict[str, str] = field(default_factory=dict)
    rule: str = "DISABLED"
    enabled_at: datetime | None = None

    def add(self, event: Event, actor: str = "bongsu") -> Recorded:
        """Record one event and fold it."""
        seq = len(self.lines) + 1
        line = Recorded(seq=seq, at=self.now, actor=actor, event=event, hash=f"{seq:064x}")
        self.states.append(self.state)
        self.lines.append(line)
        self.state = evolve(self.plan, self.state, line)
        return line

    def run(self, *, until: datetime | None = None, steps: int = 5000) -> World:
        """Run to the end of the run, or to a time, or until nothing can happen any more."""
        if not self.lines:
            self.add(opened())
        for _ in range(steps):
            if self.state.closed is not None or (until is not None and self.now >= until):
                break
            actions = decide(self.plan, self.state, self.now)
            if actions:
                self.answer(actions[0])
            elif not self._wait(until):
                break
        return self

    def _wait(self, until: datetime | None) -> bool:
        due = [at for at, _ in self.coming]
        wake = wake_at(self.plan, self.state, self.now)
        moments = [*due, *([wake] if wake else []), *([until] if until else [])]
        if not moments:
            return False
        self.now = max(self.now, min(moments))
        for item in [item for item in self.coming if item[0] <= self.now]:
            self.coming.remove(item)
            self.add(item[1], actor="service")
        return True

    def answer(self, action: Action) -> None:
        """Do what one action asks for, as the outside of this world answers it."""
        self.asked.append(action)
        match action:
            case Read():
                self.add(self._read(action))
            case Judge():
                sources = tuple(sorted(self.state.observations[key].seq for key in action.sources.values()))
                self.add(
                    Judged(
                        key=action.key,
                        check=action.check.kind,
                        verdict=self.verdicts(self, action),
                        why="as scripted",
                        sources=sources,
                    )
                )
            case Conclude():
                self.add(action.judged)
            case Send():
                self._send(action)
            case Resolve():
                self.add(action.resolved)
            case Switch():
                self.add(SwitchIntended(key=action.key, which=action.which, to=action.to, attempt=action.attempt))
                outcome = self.switches(self, action)
                if outcome is Outcome.ACCEPTED and action.which != "workload":
                    self.rule = "ENABLED" if action.to is SwitchState.ENABLED else "DISABLED"
                    self.enabled_at = self.now
                call = Exchange(
                    service="aws",
                    operation="x",
                    address="",
                    status=200,
                    request_id=self.request_ids.get(action.key, ""),
                )
                self.add(
                    SwitchEnded(
                        key=action.key,
                        outcome=outcome,
                        attempt=action.attempt,
                        reason=str(outcome),
                        exchanges=(call,) if outcome is Outcome.ACCEPTED else (),
                    )
                )
            case Enter():
                self.add(PhaseEntered(phase=action.phase, why=action.why, detail=action.detail))
            case Close():
                self.add(RunClosed(verdict=action.verdict, why=action.why, exit_code=action.exit_code))

    def _read(self, action: Read) -> Observed | ReadFailed:
        scripted = self.reads.get(action.key) or self.reads.get(action.reading)
        values = scripted(self, action) if scripted else self.usual(action)
        if isinstance(values, ReadFailed):
            return replace(values, key=action.key, reading=action.reading)
        return Observed(key=action.key, reading=action.reading, args=action.args, values=values)

    def usual(self, action: Read) -> dict[str, Any]:
        """Return what a reading shows when all is well."""
        match action.reading:
            case "legacy_rule":
                return {"name": "old", "state": "DISABLED"}
            case "target_rule":
                return {"name": "new", "state": self.rule}
            case "invocations":
                complete = []
                if self.enabled_at is not None and self.now >= self.enabled_at + timedelta(seconds=140):
                    complete = [invocation(self.enabled_at)]
                return {"count": len(complete), "complete": complete, "incomplete": []}
            case "alarms":
                return {"count": 1, "states": {"a": {"state": "OK", "since": iso(OPENS_AT)}}}
            case "sent_message":
                return {"found": True, "ref": {"channel": "C1", "ts": "1761109200.000100"}}
            case _:
                return {"count": 1}

    def _send(self, action: Send) -> None:
        self.add(
            SendIntended(
                key=action.key,
                message=action.message,
                channel=action.channel,
                to=action.to,
                method=action.method,
                language=action.language,
                attempt=action.attempt,
                repeat_of=action.repeat_of,
                about=action.about,
                instead_of=action.instead_of,
            )
        )
        scripted = self.sends(self, action)
        if isinstance(scripted, Outcome):
            ref = {"id": action.key} if scripted is Outcome.ACCEPTED else {}
            scripted = SendEnded(key=action.key, outcome=scripted, ref=ref)
        self.add(replace(scripted, key=action.key, attempt=action.attempt))
        if scripted.outcome is Outcome.ACCEPTED and action.method == "post":
            self._shown(action)

    def _shown(self, action: Send) -> None:
        """Let the people who see a message react to it: each once a matter."""
        kind = self.plan.channels[action.channel].kind
        for person, (button, delay) in self.people.get(action.message, {}).items():
            address = self.plan.contacts[person].addresses.get(kind)
            press_id = f"{action.key.partition('//')[0]}:{person}:{button}"
            known = [event.press_id for _, event in self.coming] + list(self.state.presses)
            if address is not None and press_id not in known:
                press = self.press(action.key, address, button, press_id=press_id, channel=action.channel)
                self.coming.append((self.now + delay, press))

    def press(self, key: str, user: str, button: str, **changes: Any) -> ButtonPressed:
        """Return a press of one of our buttons, authentic unless told otherwise."""
        facts: dict[str, Any] = {
            "press_id": f"{key}:{user}:{button}",
            "channel": next(iter(self.plan.channels)),
            "authentic": True,
            "ref": {"id": key},
        }
        return ButtonPressed(service_user=user, message_key=key, button=button, **{**facts, **changes})

    def listening(self, channel: str, state: str) -> None:
        """Record that a way in opened or broke."""
        self.add(ListeningChanged(channel=channel, state=state))

    def events(self, kind: type[Any]) -> list[Any]:
        """Return the recorded events of one kind."""
        return [line.event for line in self.lines if isinstance(line.event, kind)]
