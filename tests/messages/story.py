"""The seed's cutover as a ledger: events with plausible, invented figures, folded by `evolve`.

Each chapter is the state at the moment at which a message is rendered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.messages.signed_off import ALARMS, BASELINE, VERIFY, WATCH, at, minutes, plan

from bongsu import checks
from bongsu.core.actions import Send
from bongsu.core.escalation import drill_times
from bongsu.core.events import (
    ButtonPressed,
    Judged,
    JudgedFigure,
    Observed,
    Outcome,
    Phase,
    PhaseEntered,
    Recorded,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.kinds import RunKind
from bongsu.core.state import RunState, evolve
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from bongsu.core.events import Event
    from bongsu.core.plan import CheckSpec, Plan

RUN_ID = "naver-sms-20251022-7f3a"
RULE = "naver-sms-automation-trigger"
LEGACY_RULE = "naverplace-send-inform-schedule"
FIRST = "7d1f4c1e-3b52-4f0a-9a52-6c0d1f3b8e21"


class Story:
    """A ledger that grows event by event, with its state; hashes are made up but fixed."""

    def __init__(self, of: Plan | None = None, kind: RunKind = RunKind.CUTOVER) -> None:
        self.plan = of or plan()
        self.state = RunState()
        self.add(
            at("13:50:00"),
            RunOpened(
                plan_sha256="0" * 64,
                cutover=self.plan.cutover,
                program="bongsu 0.1.0",
                endpoints={},
                clock="system",
                go_by="james",
                kind=kind,
            ),
        )

    def add(self, when: datetime, event: Event) -> int:
        seq = self.state.head.seq + 1
        digest = sha256(f"link {seq}".encode()).hexdigest()
        self.state = evolve(self.plan, self.state, Recorded(seq=seq, at=when, actor="run", event=event, hash=digest))
        return seq

    def enter(self, when: datetime, phase: Phase, why: Why, detail: str = "") -> None:
        self.add(when, PhaseEntered(phase=phase, why=why, detail=detail))

    def observe(self, when: datetime, key: str, reading: str, **values: Any) -> int:
        return self.add(when, Observed(key=key, reading=reading, args={}, values=values))

    def judge(self, when: datetime, scope: str, check: CheckSpec) -> None:
        """Put the real check to what was observed, as the run does."""
        sources = {need.reading: f"{scope}/{need.label}" for need in check.reads}
        found = {name: self.state.observations[key] for name, key in sources.items() if key in self.state.observations}
        result = checks.judge(check, found)
        self.add(
            when,
            Judged(
                key=f"{scope}/{check.name}",
                check=check.kind,
                verdict=result.verdict,
                why=result.why,
                figures=result.figures,
                sources=tuple(seen.seq for seen in found.values()),
            ),
        )

    def send(self, when: datetime, key: str, message: str, *, outcome: Outcome = Outcome.ACCEPTED) -> None:
        channel = key.partition("//")[2].rpartition("@")[2]
        to = self.plan.channels[channel].to
        self.add(when, SendIntended(key=key, message=message, channel=channel, to=to))
        ref = {"message_id": str(4100 + self.state.head.seq)} if outcome is Outcome.ACCEPTED else {}
        reason = "" if outcome is Outcome.ACCEPTED else "channel_not_found"
        ended = SendEnded(key=key, outcome=outcome, ref=ref, reason=reason)
        self.add(when + timedelta(milliseconds=420), ended)

    def press(self, when: datetime, key: str, user: str, button: str) -> str:
        channel = key.partition("//")[2].rpartition("@")[2]
        press_id = f"{channel}:{self.state.head.seq}"
        service_at = when - timedelta(milliseconds=350) if channel == "alerts" else None
        self.add(
            when,
            ButtonPressed(
                press_id=press_id,
                channel=channel,
                service_user=user,
                message_key=key,
                button=button,
                authentic=True,
                service_at=service_at,
            ),
        )
        return press_id

    def action(self, message: str, channel: str, **more: Any) -> Send:
        key = more.pop("key", f"{message}//{channel}")
        return Send(key=key, message=message, channel=channel, to=self.plan.channels[channel].to, **more)


def report(*, new: int = 8, guide: int = 12, delivered: int = 20, **more: Any) -> dict[str, Any]:
    """Return what a run report says of a run with `new` confirmations and `guide` reminders."""
    sent = new + guide
    values: dict[str, Any] = {
        "run_id": "01JAYEXAMPLE0000000000000A",
        "result": "ok",
        "new": new,
        "accepted": sent,
        "delivered": delivered,
        "failed": sent - delivered,
        "pending": 0,
        "unknown": 0,
        "refused": 0,
        "confirm": new,
        "guide": guide,
        "event": 0,
        "writes_attempted": sent,
        "writes_succeeded": sent,
        "errors": 0,
        "attempted_ops": 16 * sent + 4,
        "parity": {
            "compared": 2 * sent,
            "matched": 2 * sent,
            "percent": "100",
            "missing": 0,
            "extra": 0,
            "different": 0,
        },
        "latencies": {
            "naver": {"n": 33, "p50": "120", "p95": "340"},
            "sens_send": {"n": sent, "p50": "180", "p95": "342"},
        },
        "records": [f"1000001_{900001 + number}" for number in range(sent)],
    }
    return {**values, **more}


def run(began: datetime, *, ms: str = "145003.25", of: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Return one complete invocation."""
    values: dict[str, Any] = {
        "request_id": FIRST,
        "started_at": iso(began),
        "ended_at": iso(began + timedelta(milliseconds=float(ms))),
        "duration_ms": ms,
        "memory_mb": 512,
        "memory_used_mb": 412,
        "failed": False,
        "report": of,
    }
    return {**values, **more}


def iso(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def gateway(accepted: int, delivered: int | None = None, *, pending: int = 0) -> dict[str, Any]:
    arrived = accepted - pending if delivered is None else delivered
    return {
        "listed": accepted,
        "accepted": accepted,
        "delivered": arrived,
        "failed": accepted - arrived - pending,
        "pending": pending,
        "request_ids": [],
    }


def alarm_values(state: str = "OK") -> dict[str, Any]:
    since = iso(at("09:12:00"))
    return {"states": {name: {"state": state, "since": since} for name in ALARMS}, "missing": []}


def baselined(*, legacy: str = "DISABLED", of: Plan | None = None) -> Story:
    """The baseline was read and judged."""
    story = Story(of)
    when = at("13:55:02")
    over = next(check for check in BASELINE if check.kind == "sms_delivery")
    story.observe(when, "baseline/identity", "identity", account="000000000000", region="ap-northeast-2")
    story.observe(when, "baseline/legacy_rule", "legacy_rule", name=LEGACY_RULE, state=legacy)
    story.observe(when, "baseline/target_rule", "target_rule", name=RULE, state="DISABLED")
    counts = {"compared": 362, "matched": 362, "missing": 0, "extra": 0, "different": 0, "percent": "100"}
    story.observe(when, f"baseline/{BASELINE[3].reads[0].label}", "parity_file", **counts)
    story.observe(when, f"baseline/{over.reads[0].label}", "gateway", **gateway(1204, 1202))
    story.observe(when, f"baseline/{over.reads[1].label}", "workload_metrics", accepted=1204, delivered=1202)
    story.observe(when, f"baseline/{BASELINE[5].reads[0].label}", "alarms", **alarm_values())
    for check in BASELINE:
        story.judge(at("13:55:04"), "baseline", check)
    if legacy == "DISABLED":
        story.enter(at("13:55:05"), Phase.BASELINED, Why.BASELINE_PASSED)
    return story


def approved(*, alerts: Outcome = Outcome.ACCEPTED, of: Plan | None = None) -> Story:
    """Both approvers said go."""
    story = baselined(of=of)
    story.send(at("13:55:06"), "go_request//ops_chat", "go_request")
    story.send(at("13:55:06"), "go_request//alerts", "go_request", outcome=alerts)
    story.press(at("13:56:10"), "go_request//ops_chat", "100000002", "go")
    story.press(at("13:57:41"), "go_request//alerts", "U00000003", "go")
    story.enter(at("13:57:41"), Phase.APPROVED, Why.APPROVED)
    return story


def announced(*, alerts: Outcome = Outcome.ACCEPTED, of: Plan | None = None) -> Story:
    """The start was announced and the target asked to be enabled."""
    story = approved(alerts=alerts, of=of)
    story.send(at("14:00:30"), "start//ops_chat", "start")
    story.send(at("14:00:30"), "start//alerts", "start", outcome=alerts)
    story.enter(at("14:00:32"), Phase.ANNOUNCED, Why.ANNOUNCED)
    key = "switch/target/enabled"
    story.add(at("14:00:33"), SwitchIntended(key=key, which="target", to=SwitchState.ENABLED))
    story.add(at("14:00:34"), SwitchEnded(key=key, outcome=Outcome.ACCEPTED))
    return story


def verified(*, delivered: int = 20, alerts: Outcome = Outcome.ACCEPTED, of: Plan | None = None) -> Story:
    """The target was enabled, the first invocation found and judged."""
    story = announced(alerts=alerts, of=of)
    story.observe(at("14:00:35"), "enable/target_rule", "target_rule", name=RULE, state="ENABLED")
    story.enter(at("14:00:35"), Phase.ENABLED, Why.READ_BACK_ENABLED)
    story.enter(at("14:00:36"), Phase.OBSERVING, Why.WAITING_FOR_FIRST_RUN)
    story.enter(at("14:04:45"), Phase.VERIFYING, Why.FIRST_RUN_FOUND, FIRST)
    window = {"since": iso(at("14:00:35")), "until": iso(at("14:04:45"))}
    done = run(at("14:02:15"), of=report(delivered=delivered))
    when = at("14:04:46")
    story.observe(when, "verify/invocations", "invocations", complete=[done], incomplete=[], **window)
    story.observe(when, "verify/gateway", "gateway", **gateway(20, delivered))
    story.observe(when, "verify/state_table", "state_table", asked=20, found=20, missing=0, accepted=20)
    story.observe(when, "verify/metrics", "metrics", invocations=1, errors=0, throttles=0)
    for check in VERIFY:
        story.judge(at("14:04:48"), "verify", check)
    return story


def succeeded(*, alerts: Outcome = Outcome.ACCEPTED) -> Story:
    """Every check of the first invocation passed."""
    story = verified(alerts=alerts)
    story.enter(at("14:04:48"), Phase.SUCCEEDED, Why.VERIFY_PASSED)
    return story


def not_enabled() -> Story:
    """The start was announced, the service took the call, and the rule still reads back as disabled."""
    story = announced()
    story.observe(at("14:01:36"), "enable/target_rule", "target_rule", name=RULE, state="DISABLED")
    story.enter(at("14:01:36"), Phase.NO_GO, Why.NOT_ENABLED, "the rule stays DISABLED")
    return story


def drilled(*, ops_manager: bool = True) -> Story:
    """The drill was sent and its acknowledgements recorded; the core has judged it."""
    story = succeeded()
    for channel in ("ops_chat", "alerts"):
        story.send(at("14:04:50"), f"success//{channel}", "success")
        story.send(at("14:20:00"), f"drill//{channel}", "drill")
    story.press(at("14:20:15"), "drill//ops_chat", "100000002", "ack")
    if ops_manager:
        story.press(at("14:20:22"), "drill//alerts", "U00000003", "ack")
    times = drill_times(story.plan, story.state)
    missing = [time.contact for time in times if time.elapsed is None]
    figures = tuple(
        JudgedFigure(name=f"{time.contact}.elapsed_s", value=str(time.elapsed_s), unit="s", seq=time.acked_seq)
        for time in times
        if time.elapsed is not None
    )
    why = f"not acknowledged within the SLA: {', '.join(missing)}" if missing else "2 of 2 acknowledged within the SLA"
    verdict = Verdict.FAIL if missing else Verdict.PASS
    when = at("14:35:01") if missing else at("14:20:22")
    story.add(when, Judged(key="drill", check="drill", verdict=verdict, why=why, figures=figures))
    return story


def watched(*, bad_look: bool = False) -> Story:
    """Three looks of the watch; the second had nothing to send."""
    story = drilled()
    story.enter(at("14:20:30"), Phase.DRILLED, Why.DRILL_PASSED)
    story.enter(at("14:20:31"), Phase.WATCHING, Why.FINISHED)
    _look(story, 1, report(new=3, guide=5, delivered=8), ms="61240.5")
    _look(story, 2, report(new=0, guide=0, delivered=0, attempted_ops=33), ms="9120.75")
    _look(story, 3, report(new=2, guide=0, delivered=2), ms="31999.01", failed=bad_look)
    return story


def _look(story: Story, number: int, of: dict[str, Any], *, ms: str, failed: bool = False) -> None:
    scope = f"watch/{number:04d}"
    since = at("14:20:31") + (number - 1) * minutes(20)
    until = since + minutes(20)
    done = run(since + minutes(2), ms=ms, of=of, request_id=f"{FIRST[:-1]}{number}", failed=failed)
    window = {"since": iso(since), "until": iso(until)}
    story.observe(until, f"{scope}/invocations", "invocations", complete=[done], incomplete=[], **window)
    story.observe(until, f"{scope}/gateway", "gateway", **gateway(of["accepted"], of["delivered"]))
    sent = of["accepted"]
    story.observe(until, f"{scope}/state_table", "state_table", asked=sent, found=sent, missing=0, accepted=sent)
    story.observe(until, f"{scope}/metrics", "metrics", invocations=1, errors=int(failed), throttles=0)
    story.observe(until, f"{scope}/{WATCH[3].reads[0].label}", "alarms", **alarm_values())
    for check in WATCH:
        story.judge(until + timedelta(seconds=1), scope, check)


def no_go() -> Story:
    """The legacy was still on, so nothing was begun."""
    story = baselined(legacy="ENABLED")
    story.enter(at("13:55:05"), Phase.NO_GO, Why.BASELINE_FAILED, "legacy_off")
    return story
