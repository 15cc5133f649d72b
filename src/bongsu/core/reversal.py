"""When it goes wrong: people decide or the plan's rule does, the target goes off, and that is read back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.actions import Close, Conclude, Enter, Switch
from bongsu.core.agenda import BACKOFF, SWITCH_ATTEMPTS
from bongsu.core.alarms import firing
from bongsu.core.escalation import policy_of
from bongsu.core.events import Judged, JudgedFigure, Order, Outcome, Phase, SwitchState, Why
from bongsu.core.kinds import RunKind
from bongsu.core.levels import schedule
from bongsu.core.presses import acknowledgement, counted
from bongsu.core.state import ASIDE, Failures
from bongsu.core.switching import ENABLE, WORDS, Stuck, switched
from bongsu.core.telling import announce, nobody, page_people, reach
from bongsu.core.times import from_iso, iso
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.agenda import Agenda
    from bongsu.core.plan import EscalationPolicy, Plan
    from bongsu.core.state import Observation, RunState

AHEAD = timedelta(seconds=5)
QUIET_EVERY = timedelta(seconds=15)
LOGS_LAG = timedelta(seconds=30)
"""Log lines arrive seconds late; what started just before the rule went off shows within this time."""
UNKNOWN = frozenset({Why.VERIFY_UNKNOWN, Why.WATCH_UNKNOWN, Why.ALARM_UNKNOWN, Why.SWITCH_IN_DOUBT})
TRIGGERS = {
    Why.VERIFY_FAILED: "verify_fails",
    Why.VERIFY_UNKNOWN: "verify_fails",
    Why.NO_FIRST_RUN: "no_first_run",
    Why.WATCH_FAILED: "alarm",
    Why.WATCH_UNKNOWN: "alarm",
    Why.ALARM: "alarm",
    Why.ALARM_UNKNOWN: "alarm",
    Why.SWITCH_IN_DOUBT: "verify_fails",
    Why.TARGET_CHANGED: "verify_fails",
}
"""Why a run left its way, to the word for it in the plan's `rollback.when`."""
SETTLE = "switch/workload/settled"
BEFORE_THE_SWITCH = frozenset({Phase.PLANNED, Phase.BASELINED, Phase.APPROVED})
PAST_ORDERS = frozenset({Phase.ROLLING_BACK, Phase.ROLLED_BACK, Phase.NO_GO, Phase.CLOSED})


def ordered(agenda: Agenda) -> bool:
    """Obey an order from the command line, given since the phase began; return whether it moved the run."""
    state = agenda.state
    order = state.order
    if state.kind is not RunKind.CUTOVER:
        return False  # a drill or a page has nothing to hold or to undo; that a matter is over is a page's own rule
    if order is None or state.order_seq < state.phase_seq or state.phase in PAST_ORDERS:
        return False
    match order.order:
        case Order.ROLL_BACK:
            stands = state.left if state.phase in ASIDE else state.phase
            phase = Phase.NO_GO if stands in BEFORE_THE_SWITCH else Phase.ROLLING_BACK
            agenda.do(Enter(phase=phase, why=Why.ASKED_BY_OPERATOR, detail=order.by))
            return True
        case Order.HOLD if state.phase not in (Phase.HELD, Phase.ROLLBACK_FAILED):
            agenda.do(Enter(phase=Phase.HELD, why=Why.ASKED_BY_OPERATOR, detail=order.by))
            return True
        case Order.GO_ON if state.phase is Phase.HELD:
            agenda.do(Enter(phase=state.left, why=Why.WENT_ON, detail=order.by))
            return True
        case _:
            return False


def deciding(agenda: Agenda) -> None:
    """Page with what was measured, and let people decide; the plan decides when nobody does."""
    state, rule = agenda.state, agenda.plan.rollback
    since = state.entered[Phase.DECIDING]
    cause = state.whys[Phase.DECIDING].why
    subject = f"page/{state.troubles}"
    told = announce(agenda, subject, "page")
    if acknowledgement(state, subject) is None:
        page_people(agenda, subject, policy_of(agenda.plan), since)
    pressed = next((p for p in counted(state, subject) if p.button in ("roll_back", "hold")), None)
    if pressed is not None:
        phase = Phase.ROLLING_BACK if pressed.button == "roll_back" else Phase.HELD
        agenda.do(Enter(phase=phase, why=Why.DECIDED_BY_PERSON, detail=pressed.contact or ""))
    elif cause in UNKNOWN and rule.when_unknown == "roll_back" and told is not None:
        agenda.do(Enter(phase=Phase.ROLLING_BACK, why=Why.UNKNOWN_ROLLS_BACK))
    elif agenda.wait(decided_by(agenda.plan, since)):
        by_itself = rule.nobody_decides == "roll_back" and TRIGGERS[cause] in rule.when
        agenda.do(Enter(phase=Phase.ROLLING_BACK if by_itself else Phase.HELD, why=Why.NOBODY_DECIDED))


def decided_by(plan: Plan, since: datetime) -> datetime:
    """Return when the plan decides for itself what people have not: just within the time it gives the decision."""
    return since + max(plan.rollback.decide - AHEAD, plan.rollback.decide / 2)


def held(agenda: Agenda) -> None:
    """Say that the run is held; then nothing moves until an order is given."""
    announce(agenda, f"hold/{agenda.state.holds}", "hold")


def rolling_back(agenda: Agenda) -> None:
    """Disable the target, see that nothing runs any more, put the legacy back if the plan says so.

    While its enabling is under way the target is left alone: of two calls at once, the wrong one may come last.
    """
    on = agenda.state.switches.get(ENABLE)
    if on is not None and on.outcome is None:
        return
    off = switched(agenda, "target", SwitchState.DISABLED, scope="rollback")
    if isinstance(off, Stuck):
        agenda.do(Enter(phase=Phase.ROLLBACK_FAILED, why=Why.NOT_DISABLED, detail=off.reason))
    elif off is not None:
        quiet = _quiet(agenda, off.at, settling=_settling(agenda))
        if quiet == "runs":
            agenda.do(Enter(phase=Phase.ROLLBACK_FAILED, why=Why.STILL_RUNS))
        elif quiet and _stays_off(agenda, off):
            _restore(agenda)


def _stays_off(agenda: Agenda, off: Observation) -> bool:
    """Return whether the target is off for good.

    An enabling that was in doubt may land after everything else: where there was one, the rule is read once more.
    """
    on = agenda.state.switches.get(ENABLE)
    if on is None or not (on.doubted or on.outcome is Outcome.IN_DOUBT):
        return True
    seen = agenda.read("rollback/again/target_rule", "target_rule", {}, after_seq=off.seq)
    if isinstance(seen, Failures):
        agenda.do(Enter(phase=Phase.ROLLBACK_FAILED, why=Why.NOT_DISABLED, detail=seen.reason))
    elif seen is not None and seen.values["state"] not in WORDS[SwitchState.DISABLED]:
        agenda.do(Enter(phase=Phase.ROLLBACK_FAILED, why=Why.NOT_DISABLED, detail=str(seen.values["state"])))
    else:
        return seen is not None
    return False


def _settling(agenda: Agenda) -> str | None:
    """Have the workload clear up its open claims; return the request whose end is waited for, or None.

    Settling twice does no harm, so a call that may have arrived is simply made again. When it cannot be made, the
    rollback goes on: an open claim costs a text sent twice or not at all, a target left on costs all of them.
    """
    if not agenda.plan.rollback.settle:
        return None
    record = agenda.state.switches.get(SETTLE)
    if record is None:
        agenda.do(Switch(key=SETTLE, which="workload", to=SwitchState.SETTLED))
        return ""
    if record.ended_at is None:
        return ""
    if record.outcome is Outcome.ACCEPTED:
        return record.request_id
    if record.outcome is Outcome.REFUSED or record.attempt >= SWITCH_ATTEMPTS:
        return None
    if agenda.wait(record.ended_at + BACKOFF[record.attempt - 1]):
        again = record.attempt + 1
        agenda.do(Switch(key=SETTLE, which="workload", to=SwitchState.SETTLED, attempt=again))
    return ""


def _quiet(agenda: Agenda, off_at: datetime, *, settling: str | None) -> str:
    """Return "" while it is still looked for, "quiet" or "unseen" when that is over, "runs" when it was started again.

    Unseen: what was already running when the rule went off did not end, or could not be seen, in the time that the
    plan gives the execution.
    """
    seen = agenda.state.observations.get("rollback/invocations")
    if seen is not None and seen.seq < agenda.state.phase_seq:
        seen = None  # of an earlier try
    complete = seen.values["complete"] if seen is not None else ()
    others = [run for run in complete if run["request_id"] != settling]
    if any(from_iso(run["started_at"]) > off_at + LOGS_LAG for run in others):
        return "runs"
    settled = settling is None or len(others) < len(complete)
    limit = max(agenda.state.entered[Phase.ROLLING_BACK] + agenda.plan.rollback.execute, off_at + LOGS_LAG)
    if seen is not None and seen.at >= off_at + LOGS_LAG and not seen.values["incomplete"] and settled:
        return "quiet"
    if agenda.now >= limit:
        return "unseen"
    if agenda.wait(min(off_at + LOGS_LAG if seen is None else seen.at + QUIET_EVERY, limit)):
        window = {"since": iso(off_at), "until": iso(agenda.now)}
        after_seq = seen.seq if seen else agenda.state.phase_seq
        asked = agenda.read("rollback/invocations", "invocations", window, after_seq=after_seq)
        if asked is not None:
            agenda.wait(limit)
    return ""


def _restore(agenda: Agenda) -> None:
    legacy = agenda.plan.legacy
    if legacy is not None and legacy.on_rollback == "enable":
        back = switched(agenda, "legacy", SwitchState.ENABLED, scope="rollback")
        if isinstance(back, Stuck):
            agenda.do(Enter(phase=Phase.ROLLBACK_FAILED, why=Why.LEGACY_NOT_RESTORED, detail=back.reason))
            return
        if back is None:
            return
    if "rollback" not in agenda.state.judgements:
        agenda.do(Conclude(judged=_judge_rollback(agenda)))
    else:
        agenda.do(Enter(phase=Phase.ROLLED_BACK, why=Why.READ_BACK_DISABLED))


def _judge_rollback(agenda: Agenda) -> Judged:
    """Return each part of the time to the safe state against the plan's limits, in whole seconds rounded up.

    Where nothing but an order stopped the run there was nothing to detect or to decide: the time runs from the order.
    """
    state, rule = agenda.state, agenda.plan.rollback
    began, noticed = state.entered[Phase.ROLLING_BACK], state.trouble_at
    off = state.observations["rollback/target_rule"]
    legacy = state.observations.get("rollback/legacy_rule")
    safe = max(off.at, legacy.at) if legacy else off.at
    source = legacy.seq if legacy and legacy.at >= off.at else off.seq
    happened_at, parts = _ordered_at(state, began), {}
    if noticed is not None:
        happened_at, happened_seq = _happened(agenda, noticed)
        parts["detect_s"] = (noticed - happened_at, rule.detect, happened_seq)
        parts["decide_s"] = (began - noticed, rule.decide, off.seq)
    parts["execute_s"] = (safe - began, rule.execute, source)
    parts["total_s"] = (safe - happened_at, rule.total, source)
    late = [name.removesuffix("_s") for name, (took, limit, _) in parts.items() if took > limit]
    figures = tuple(
        JudgedFigure(name=name, value=str(-(-took // timedelta(seconds=1))), unit="s", seq=seq)
        for name, (took, _, seq) in parts.items()
    )
    total = -(-parts["total_s"][0] // timedelta(seconds=1))
    limit_s = rule.total // timedelta(seconds=1)
    over = f"; over its limit: {', '.join(late)}" if late else ""
    why = f"safe state within {total} s, the limit is {limit_s} s{over}"
    sources = tuple(sorted({seq for _, _, seq in parts.values()}))
    verdict = Verdict.FAIL if late else Verdict.PASS
    return Judged(key="rollback", check="rollback", verdict=verdict, why=why, figures=figures, sources=sources)


def _ordered_at(state: RunState, began: datetime) -> datetime:
    """Return when a person asked for the rollback; else when it began."""
    by_order = state.whys[Phase.ROLLING_BACK].why is Why.ASKED_BY_OPERATOR
    return state.order_at if by_order and state.order_at is not None else began


def _happened(agenda: Agenda, noticed: datetime) -> tuple[datetime, int]:
    """Return when the trouble itself was there, by the readings before it was noticed, and the line that shows it.

    An alarm says since when it fires, and a run that fell silent is in trouble from its last heartbeat on. Else it is
    the end of the last invocation that was looked at; without one, the moment it was noticed.
    """
    state = agenda.state
    if state.heart is not None and state.heart.last_at is not None:
        return min(state.heart.last_at, noticed), state.heart_seq
    if state.trouble is not None and state.trouble.why is Why.ALARM:
        look = max((o for o in state.observations.values() if o.reading == "alarms"), key=lambda o: o.seq)
        return min(since for _, since in firing(state, look)), look.seq
    looks = [o for o in state.observations.values() if o.reading == "invocations" and o.at <= noticed]
    for look in sorted(looks, key=lambda o: o.seq, reverse=True):
        if look.values["complete"]:
            return max(from_iso(run["ended_at"]) for run in look.values["complete"]), look.seq
    return noticed, state.observations["rollback/target_rule"].seq


def rolled_back(agenda: Agenda) -> None:
    """Say what was undone and how long it took, and end; when no chat takes it, tell people one by one."""
    told = announce(agenda, "rollback")
    if told is not None and (not nobody(told) or _somebody_told(agenda, "rollback", agenda.state.phase)):
        cause = agenda.state.trouble or agenda.state.whys[Phase.ROLLING_BACK]
        agenda.do(Close(verdict=Verdict.FAIL, why=cause.why, exit_code=1))


def _somebody_told(agenda: Agenda, message: str, phase: Phase) -> bool:
    """Tell everybody directly, round after round; return whether one message was taken, or the last round is over."""
    policy = top_of(policy_of(agenda.plan))
    dues, over = schedule(policy, agenda.state.entered[phase]) if policy else ((), agenda.now)
    for due in dues:
        if not agenda.wait(due.from_at):
            return False
        told = reach(agenda, message, due.people, message, suffix=due.suffix)
        if any(record is not None and record.accepted for record in told):
            return True
    return agenda.wait(over)


def rollback_failed(agenda: Agenda) -> None:
    """Page the top level until somebody answers: the target may still be on, and bongsu cannot help it."""
    state = agenda.state
    subject = f"page/{state.troubles}"
    told = announce(agenda, subject, "page")
    policy = policy_of(agenda.plan)
    over = page_people(agenda, subject, top_of(policy), state.entered[Phase.ROLLBACK_FAILED])
    answered = acknowledgement(state, subject) is not None
    if told is not None and (answered or (over is not None and agenda.wait(over))):
        agenda.do(Close(verdict=Verdict.FAIL, why=state.whys[Phase.ROLLBACK_FAILED].why, exit_code=4))


def top_of(policy: EscalationPolicy | None) -> EscalationPolicy | None:
    """Return the policy with everyone in its one level: when the way back is blocked, nobody is left to sleep."""
    from dataclasses import replace

    if policy is None:
        return None
    everyone = tuple(dict.fromkeys(person for level in reversed(policy.levels) for person in level.page))
    return replace(policy, levels=(replace(policy.levels[-1], page=everyone),))
