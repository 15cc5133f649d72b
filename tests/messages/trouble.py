"""The cutover that goes wrong, as ledgers: a failed verification, what people decide, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.messages.signed_off import ALARMS, at, minutes
from tests.messages.signed_off import plan as signed_off
from tests.messages.story import FIRST, LEGACY_RULE, RULE, Story, drilled, iso, report, run, verified

from bongsu.core.actions import Conclude
from bongsu.core.decide import decide
from bongsu.core.events import Outcome, Phase, ReadFailed, SwitchEnded, SwitchIntended, SwitchState, Why
from bongsu.core.guard_events import GuardChanged, Guarding, Heart, HeartbeatsChanged, Life, RunLookedFor, Safe
from bongsu.core.kinds import RunKind

if TYPE_CHECKING:
    from bongsu.core.plan import Plan


def deciding(why: Why = Why.VERIFY_FAILED, *, of: Plan | None = None) -> Story:
    """One of twenty SMS failed, so people are paged to decide."""
    story = verified(delivered=19, of=of)
    story.enter(at("14:04:48"), Phase.DECIDING, why, "sms_delivery: 19 of 20")
    return story


def alarmed() -> Story:
    """The drill passed, and before the first look of the watch an alarm is read as firing."""
    story = drilled()
    since = iso(at("14:26:00"))
    states = {name: {"state": "ALARM" if name == "lambda-errors" else "OK", "since": since} for name in ALARMS}
    spec = story.plan.alarms
    assert spec is not None
    story.observe(at("14:29:00"), f"alarm/0001/{spec.reads[0].label}", "alarms", states=states, missing=[])
    story.judge(at("14:29:00"), "alarm/0001", spec)
    why = story.state.judgements[f"alarm/0001/{spec.name}"].why
    story.enter(at("14:29:00"), Phase.DECIDING, Why.ALARM, why)
    return story


def decided(*, of: Plan | None = None) -> Story:
    """On-call acknowledged the page and pressed Roll back under it."""
    story = deciding(of=of)
    for channel in ("ops_chat", "alerts"):
        story.send(at("14:04:50"), f"page/1//{channel}", "page")
    story.press(at("14:05:02"), "page/1//ops_chat", "100000002", "ack")
    story.press(at("14:05:12"), "page/1//ops_chat", "100000002", "roll_back")
    story.enter(at("14:05:12"), Phase.ROLLING_BACK, Why.DECIDED_BY_PERSON, "on_call")
    return story


def undecided(phase: Phase, *, of: Plan | None = None) -> Story:
    """Nobody answered the page in ten minutes."""
    story = deciding(of=of)
    story.send(at("14:04:50"), "page/1//ops_chat", "page")
    story.enter(at("14:14:48"), phase, Why.NOBODY_DECIDED)
    return story


def rolled_back(story: Story | None = None, *, clock: str = "14:05:", incomplete: tuple[str, ...] = ()) -> Story:
    """The target was disabled and read back, nothing runs any more, and the core has judged the times."""
    story = story or decided()
    _disable(story, clock, Outcome.ACCEPTED)
    story.observe(at(f"{clock}15"), "rollback/target_rule", "target_rule", name=RULE, state="DISABLED")
    window = {"since": iso(at(f"{clock}15")), "until": iso(at(f"{clock}45"))}
    seen = {"complete": [], "incomplete": list(incomplete), **window}
    story.observe(at(f"{clock}45"), "rollback/invocations", "invocations", **seen)
    legacy = story.plan.legacy
    if legacy is not None and legacy.on_rollback == "enable":
        key = "switch/legacy/enabled"
        story.add(at(f"{clock}46"), SwitchIntended(key=key, which="legacy", to=SwitchState.ENABLED))
        story.add(at(f"{clock}47"), SwitchEnded(key=key, outcome=Outcome.ACCEPTED))
        story.observe(at(f"{clock}48"), "rollback/legacy_rule", "legacy_rule", name=LEGACY_RULE, state="ENABLED")
    when = at(f"{clock}50") + (minutes(30) if incomplete else minutes(0))
    for action in decide(story.plan, story.state, when):
        if isinstance(action, Conclude):
            story.add(when, action.judged)
    story.enter(when, Phase.ROLLED_BACK, Why.READ_BACK_DISABLED)
    return story


def _disable(story: Story, clock: str, outcome: Outcome) -> None:
    key = "switch/target/disabled"
    story.add(at(f"{clock}13"), SwitchIntended(key=key, which="target", to=SwitchState.DISABLED))
    reason = "" if outcome is Outcome.ACCEPTED else "AccessDeniedException"
    story.add(at(f"{clock}14"), SwitchEnded(key=key, outcome=outcome, reason=reason))


def rollback_refused(*, read: bool = True) -> Story:
    """The service refused to disable the rule, which then reads back as enabled; or cannot be read at all."""
    story = decided()
    _disable(story, "14:05:", Outcome.REFUSED)
    if read:
        story.observe(at("14:05:15"), "rollback/target_rule", "target_rule", name=RULE, state="ENABLED")
    else:
        failed = ReadFailed(key="rollback/target_rule", reading="target_rule", reason="access denied", final=True)
        story.add(at("14:05:15"), failed)
    story.enter(at("14:05:16"), Phase.ROLLBACK_FAILED, Why.NOT_DISABLED, "AccessDeniedException")
    return story


def still_runs() -> Story:
    """The rule reads back as disabled, and yet an invocation began a minute later."""
    story = decided()
    _disable(story, "14:05:", Outcome.ACCEPTED)
    story.observe(at("14:05:15"), "rollback/target_rule", "target_rule", name=RULE, state="DISABLED")
    again = run(at("14:06:15"), of=report(), request_id=f"{FIRST[:-1]}9")
    window = {"since": iso(at("14:05:15")), "until": iso(at("14:09:00"))}
    story.observe(at("14:09:00"), "rollback/invocations", "invocations", complete=[again], incomplete=[], **window)
    story.enter(at("14:09:00"), Phase.ROLLBACK_FAILED, Why.STILL_RUNS)
    return story


def held() -> Story:
    """On-call pressed Hold."""
    story = deciding()
    story.send(at("14:04:50"), "page/1//ops_chat", "page")
    story.press(at("14:05:12"), "page/1//ops_chat", "100000002", "hold")
    story.enter(at("14:05:12"), Phase.HELD, Why.DECIDED_BY_PERSON, "on_call")
    return story


def silent(*, safe: Safe = Safe.OFF, rule: str = "ENABLED", then: str = "restore") -> Story:
    """The run was killed while it waited for its first invocation, and its guard has looked for it."""
    spec = signed_off()
    guard = spec.guard
    assert guard is not None
    story = Story(replace(spec, guard=replace(guard, then=then)), kind=RunKind.GUARD)
    heard = HeartbeatsChanged(
        run="naver-sms-20251022-7f3a", state=Heart.ARMED, phase="observing", safe=safe, last_at=at("14:01:00")
    )
    story.add(at("13:50:05"), heard)
    story.enter(at("13:50:05"), Phase.ARMED, Why.STARTED, heard.run)
    story.add(at("14:01:30"), replace(heard, state=Heart.SILENT))
    story.enter(at("14:01:30"), Phase.LOOKING, Why.NO_HEARTBEAT)
    story.add(at("14:01:30"), RunLookedFor(run=heard.run, found=Life.GONE, reason="no process drives it"))
    story.observe(at("14:01:31"), "look/target_rule", "target_rule", name=RULE, state=rule)
    story.enter(at("14:01:31"), Phase.DECIDING, Why.NO_HEARTBEAT, "no process drives it")
    if then == "restore" and safe is Safe.OFF and rule == "ENABLED":
        story.enter(at("14:01:31"), Phase.ROLLING_BACK, Why.GUARD_RESTORES)
    return story


def guard_lost() -> Story:
    """The guard was killed while the run verified its first invocation."""
    story = verified()
    reason = "http://127.0.0.1:8090 does not answer: connection refused"
    story.add(at("14:04:40"), GuardChanged(state=Guarding.LOST, reason=reason))
    return story


def cut_off() -> Story:
    """The same, and the run has told its captain in the meantime that it does not hear its guard."""
    story = silent(then="page")
    found = story.state.observations["look/target_rule"]
    story = Story(story.plan, kind=RunKind.GUARD)
    heard = HeartbeatsChanged(
        run="naver-sms-20251022-7f3a", state=Heart.SILENT, phase="observing", safe=Safe.OFF, last_at=at("14:01:00")
    )
    story.add(at("14:01:30"), heard)
    story.enter(at("14:01:30"), Phase.LOOKING, Why.NO_HEARTBEAT)
    reason = "its ledger is not where this guard can see it"
    story.add(at("14:01:30"), RunLookedFor(run=heard.run, found=Life.OUT_OF_SIGHT, reason=reason))
    story.observe(at("14:01:31"), "look/target_rule", "target_rule", **found.values)
    ref = {"channel": "D00000001", "ts": "1761109275.000100"}
    story.observe(at("14:01:32"), "look/sent_message", "sent_message", found=True, ref=ref, looked_through=4)
    story.enter(at("14:01:32"), Phase.DECIDING, Why.NO_HEARTBEAT, reason)
    return story
