"""The rules of each phase, in the order of a cutover: one function a phase, each looking at the ledger alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.actions import Close, Conclude, Enter
from bongsu.core.alarms import alarmed
from bongsu.core.escalation import drill_times
from bongsu.core.events import Judged, JudgedFigure, Phase, SwitchState, Why
from bongsu.core.presses import counted
from bongsu.core.reads import Window, whole_minute
from bongsu.core.state import Failures, Observation
from bongsu.core.switching import ENABLE, WORDS, Stuck, switched
from bongsu.core.telling import announce, announcements, nobody, reach
from bongsu.core.times import from_iso, iso
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.agenda import Agenda
    from bongsu.core.plan import Watch

POLL_FIRST_RUN = timedelta(seconds=15)
READ_JUST_NOW = timedelta(minutes=1)
"""How old the legacy's reading may be when the target is enabled, and the target's when the run passes: what follows
within seconds needs no other."""


def planned(agenda: Agenda) -> None:
    """Read and judge the baseline; only a pass goes on."""
    at = agenda.state.entered[Phase.PLANNED]
    args = Window(agenda, "baseline", since=at, until=agenda.now)
    verdict = agenda.judge("baseline", agenda.plan.baseline, args)
    if verdict is Verdict.PASS:
        agenda.do(Enter(phase=Phase.BASELINED, why=Why.BASELINE_PASSED))
    elif verdict is not None:
        why = Why.BASELINE_FAILED if verdict is Verdict.FAIL else Why.BASELINE_UNKNOWN
        agenda.do(Enter(phase=Phase.NO_GO, why=why, detail=_unpassed(agenda, "baseline")))


def baselined(agenda: Agenda) -> None:
    """Ask the approvers for go, and count their answers."""
    go = agenda.plan.go
    if go is None:
        agenda.do(Enter(phase=Phase.APPROVED, why=Why.NO_APPROVAL_NEEDED))
        return
    answers = list(counted(agenda.state, "go_request"))
    refusal = next((press for press in answers if press.button == "no_go"), None)
    if refusal is not None:
        agenda.do(Enter(phase=Phase.NO_GO, why=Why.REFUSED_BY_APPROVER, detail=refusal.contact or ""))
    elif sum(press.button == "go" for press in answers) >= go.approvals:
        agenda.do(Enter(phase=Phase.APPROVED, why=Why.APPROVED))
    elif agenda.wait(agenda.state.entered[Phase.BASELINED] + go.within):
        agenda.do(Enter(phase=Phase.NO_GO, why=Why.NOT_APPROVED_IN_TIME))
    elif nobody(announce(agenda, "go_request")):
        agenda.do(Enter(phase=Phase.NO_GO, why=Why.NOBODY_TOLD))


def approved(agenda: Agenda) -> None:
    """Announce the start when the window opens: a gate to the switch."""
    window = agenda.plan.window
    if agenda.now >= window.end:
        agenda.do(Enter(phase=Phase.NO_GO, why=Why.WINDOW_PASSED))
    elif agenda.wait(window.start):
        told = announce(agenda, "start")
        if nobody(told):
            agenda.do(Enter(phase=Phase.NO_GO, why=Why.NOBODY_TOLD))
        elif told is not None:
            agenda.do(Enter(phase=Phase.ANNOUNCED, why=Why.ANNOUNCED))


def announced(agenda: Agenda) -> None:
    """Enable the target inside the window, with the legacy just read as off, and believe only the read-back."""
    result = switched(agenda, "target", SwitchState.ENABLED, scope="enable", may=lambda: _may_enable(agenda))
    if isinstance(result, Observation):
        agenda.do(Enter(phase=Phase.ENABLED, why=Why.READ_BACK_ENABLED))
    elif isinstance(result, Stuck):
        _not_enabled(agenda, Why.NOT_ENABLED, result.reason, in_doubt=result.in_doubt)


def _may_enable(agenda: Agenda) -> bool:
    """Return whether the target may be called on now; what is read and what follows otherwise is asked for here.

    A process may have been away since the start was announced, or somebody have held the run: neither the window nor
    an old reading of the legacy speaks for this moment.
    """
    if agenda.now >= agenda.plan.window.end:
        _not_enabled(agenda, Why.WINDOW_PASSED)
        return False
    if agenda.plan.legacy is None:
        return True
    key, state = "enable/legacy_rule", agenda.state
    seen = state.observations.get(key)
    fresh = seen is None or (seen.seq > state.went_on_seq and agenda.now <= seen.at + READ_JUST_NOW)
    legacy = agenda.read(key, "legacy_rule", {}, after_seq=0 if seen is None or fresh else seen.seq)
    if isinstance(legacy, Observation) and legacy.values["state"] in WORDS[SwitchState.DISABLED]:
        return True
    if legacy is not None:
        found = legacy.reason if isinstance(legacy, Failures) else str(legacy.values["state"])
        _not_enabled(agenda, Why.LEGACY_ENABLED, found)
    return False


def _not_enabled(agenda: Agenda, why: Why, detail: str = "", *, in_doubt: bool = False) -> None:
    """End with nothing changed; where a call may still take effect, whatever was read so far, ask people instead."""
    called = agenda.state.switches.get(ENABLE)
    if in_doubt or (called is not None and called.may_be_done):
        agenda.do(Enter(phase=Phase.DECIDING, why=Why.SWITCH_IN_DOUBT, detail=detail))
    else:
        agenda.do(Enter(phase=Phase.NO_GO, why=why, detail=detail))


def enabled(agenda: Agenda) -> None:
    """Start to look for the first invocation."""
    agenda.do(Enter(phase=Phase.OBSERVING, why=Why.WAITING_FOR_FIRST_RUN))


def observing(agenda: Agenda) -> None:
    """Look for the first complete invocation until the plan's limit, and at the alarms meanwhile."""
    if alarmed(agenda):
        return
    enabled_at = agenda.state.entered[Phase.ENABLED]
    seen = agenda.state.observations.get("observe/invocations")
    complete = seen.values["complete"] if seen is not None else ()
    # One that began before the read-back was not started by the rule that was just enabled.
    first = next((run for run in complete if from_iso(run["started_at"]) >= enabled_at), None)
    if first is not None:
        agenda.do(Enter(phase=Phase.VERIFYING, why=Why.FIRST_RUN_FOUND, detail=str(first["request_id"])))
        return
    limit = max(enabled_at, agenda.state.entered[Phase.OBSERVING]) + agenda.plan.first_run.within
    # The last look is taken after the limit, so that a run that began in time is not overlooked.
    if seen is not None and seen.at >= limit:
        agenda.do(Enter(phase=Phase.DECIDING, why=Why.NO_FIRST_RUN))
        return
    if seen is None or agenda.wait(min(seen.at + POLL_FIRST_RUN, limit)):
        args = Window(agenda, "observe", since=enabled_at, until=agenda.now)
        need = {"since": args.since, "until": args.until}
        result = agenda.read(
            "observe/invocations",
            "invocations",
            {name: iso(at) for name, at in need.items()},
            after_seq=seen.seq if seen else 0,
        )
        if isinstance(result, Failures) and agenda.wait(limit):
            agenda.do(Enter(phase=Phase.DECIDING, why=Why.NO_FIRST_RUN, detail=result.reason))


def verifying(agenda: Agenda) -> None:
    """Judge the first invocation, and look at the alarms meanwhile; announce nothing before a pass."""
    if alarmed(agenda):
        return
    state = agenda.state
    args = Window(agenda, "verify", since=state.entered[Phase.ENABLED], until=agenda.now)
    settle_by = state.entered[Phase.VERIFYING] + agenda.plan.first_run.settle
    verdict = agenda.judge("verify", agenda.plan.verify, args, settle_by=settle_by)
    if verdict is Verdict.PASS:
        _succeed(agenda)
    elif verdict is not None:
        why = Why.VERIFY_FAILED if verdict is Verdict.FAIL else Why.VERIFY_UNKNOWN
        agenda.do(Enter(phase=Phase.DECIDING, why=why, detail=_unpassed(agenda, "verify")))


def _succeed(agenda: Agenda) -> None:
    """Go on to the success; where somebody may have switched the target off meanwhile, only if it still reads as on."""
    newest = max((j.seq for key, j in agenda.state.judgements.items() if key.startswith("verify/")), default=0)
    newest = max(newest, agenda.state.went_on_seq)
    if _still_on(agenda, "success", after_seq=newest):
        agenda.do(Enter(phase=Phase.SUCCEEDED, why=Why.VERIFY_PASSED))


def _still_on(agenda: Agenda, scope: str, *, after_seq: int) -> bool:
    """Return whether the target reads as on; else ask people, once that is read.

    Nobody else switches the target while a run drives it but its guard, which it may be cut off from, and whoever had
    the run held: without either, nothing is asked.
    """
    if agenda.plan.guard is None and not agenda.state.went_on_seq:
        return True
    return _reads_as_on(agenda, scope, after_seq=after_seq)


def _on_at_the_end(agenda: Agenda) -> bool:
    """Return whether the target reads as on just now; else ask people: nothing that comes later would show it."""
    seen, after_seq = agenda.state.observations.get("end/target_rule"), agenda.state.went_on_seq
    if seen is not None and agenda.now > seen.at + READ_JUST_NOW:
        after_seq = max(after_seq, seen.seq)
    return _reads_as_on(agenda, "end", after_seq=after_seq)


def _reads_as_on(agenda: Agenda, scope: str, *, after_seq: int) -> bool:
    seen = agenda.read(f"{scope}/target_rule", "target_rule", {}, after_seq=after_seq)
    if isinstance(seen, Failures):
        watched = agenda.state.phase is Phase.WATCHING
        why = Why.WATCH_UNKNOWN if watched else Why.VERIFY_UNKNOWN
        agenda.do(Enter(phase=Phase.DECIDING, why=why, detail=seen.reason))
    elif seen is not None and seen.values["state"] not in WORDS[SwitchState.ENABLED]:
        agenda.do(Enter(phase=Phase.DECIDING, why=Why.TARGET_CHANGED, detail=str(seen.values["state"])))
    else:
        return seen is not None
    return False


def succeeded(agenda: Agenda) -> None:
    """Announce the success, then drill the people."""
    if alarmed(agenda) or announce(agenda, "success") is None:
        return
    if agenda.plan.drill is None:
        agenda.do(Enter(phase=Phase.DRILLED, why=Why.NO_DRILL))
        return
    verdict = _drill(agenda)
    if verdict is not None:
        passed = verdict is Verdict.PASS
        agenda.do(Enter(phase=Phase.DRILLED, why=Why.DRILL_PASSED if passed else Why.DRILL_MISSED))


def drilling(agenda: Agenda) -> None:
    """Drill the people, say how it went, and end: a run that is nothing but its drill."""
    verdict = _drill(agenda)
    if verdict is not None:
        passed = verdict is Verdict.PASS
        why = Why.DRILL_PASSED if passed else Why.DRILL_MISSED
        agenda.do(Close(verdict=verdict, why=why, exit_code=0 if passed else 1))


def _drill(agenda: Agenda) -> Verdict | None:
    """Return the drill's verdict once it was announced, or None before."""
    drill = agenda.plan.drill
    assert drill is not None
    judged = agenda.state.judgements.get("drill")
    if judged is not None:
        return judged.verdict if _result_told(agenda, drill.everyone) else None
    records = [agenda.send(send) for send in announcements(agenda.plan, "drill")]
    records += reach(agenda, "drill", drill.everyone, "drill")
    times = drill_times(agenda.plan, agenda.state)
    asked = [time.asked_at for time in times if time.asked_at is not None]
    everyone_answered = all(time.acked_at is not None for time in times)
    ended = all(record is not None for record in records)
    # The clock of each contact runs from the first message that reached a place they can see; the drill is over
    # when everyone answered, or when the last of those clocks has run out.
    if everyone_answered or (ended and (not asked or agenda.wait(max(asked) + drill.ack_sla))):
        agenda.do(Conclude(judged=_judge_drill(agenda)))
    return None


def _result_told(agenda: Agenda, people: tuple[str, ...]) -> bool:
    """Announce the result, or tell it to those who were drilled where the plan announces nothing; return when over."""
    if agenda.plan.announce.to:
        return announce(agenda, "drill_result") is not None
    return all(record is not None for record in reach(agenda, "drill_result", people, "drill_result"))


def _judge_drill(agenda: Agenda) -> Judged:
    drill = agenda.plan.drill
    assert drill is not None
    times = drill_times(agenda.plan, agenda.state)
    within = [time for time in times if time.elapsed is not None and time.elapsed <= drill.ack_sla]
    missing = [time.contact for time in times if time not in within]
    figures = tuple(
        JudgedFigure(name=f"{time.contact}.elapsed_s", value=str(time.elapsed_s), unit="s", seq=time.acked_seq)
        for time in times
        if time.elapsed is not None
    )
    sources = tuple(seq for time in times for seq in (time.asked_seq, time.acked_seq) if seq)
    why = (
        f"{len(within)} of {len(times)} acknowledged within the SLA"
        if not missing
        else f"not acknowledged within the SLA: {', '.join(missing)}"
    )
    verdict = Verdict.PASS if not missing else Verdict.FAIL
    return Judged(key="drill", check="drill", verdict=verdict, why=why, figures=figures, sources=sources)


def drilled(agenda: Agenda) -> None:
    """Go on to the watch, or end here when the plan has none."""
    if agenda.plan.watch is not None:
        agenda.do(Enter(phase=Phase.WATCHING, why=Why.FINISHED))
    elif _on_at_the_end(agenda):
        _close(agenda, Why.NO_WATCH)


def watching(agenda: Agenda) -> None:
    """Look at every invocation of the soak and at the alarms between, report on time, and end it."""
    watch = agenda.plan.watch
    assert watch is not None
    if alarmed(agenda):
        return
    began = whole_minute(agenda.state.first_entered[Phase.WATCHING])
    looks = watch.length // watch.every
    for number in range(_newest_look(agenda), looks + 1):
        until = began + number * watch.every
        if not agenda.wait(until):
            return
        scope = f"watch/{number:04d}"
        if not _still_on(agenda, scope, after_seq=agenda.state.went_on_seq):
            return
        if _let_pass(agenda, scope, watch):
            continue
        since = _watched_from(agenda) if number == 1 else until - watch.every
        args = Window(agenda, scope, since=since, until=until)
        settle_by = until + agenda.plan.first_run.settle
        verdict = agenda.judge(scope, watch.checks, args, settle_by=settle_by, idle_passes=True)
        if verdict is None:
            return
        if verdict is not Verdict.PASS:
            why = Why.WATCH_FAILED if verdict is Verdict.FAIL else Why.WATCH_UNKNOWN
            agenda.do(Enter(phase=Phase.DECIDING, why=why, detail=_unpassed(agenda, scope)))
            return
        reported = (number * watch.every) // watch.report_every
        due = reported > ((number - 1) * watch.every) // watch.report_every or number == looks
        if due and announce(agenda, f"watch_summary/{max(reported, 1)}", "watch_summary") is None:
            return
    if _on_at_the_end(agenda):
        _close(agenda, Why.WATCH_OVER)


def _newest_look(agenda: Agenda) -> int:
    """Return the number of the look that was judged last; the ones before it have passed and been reported."""
    for key in reversed(agenda.state.judgements):
        scope, _, number = key.partition("/")
        if scope == "watch":
            return int(number.partition("/")[0])
    return 1


def _let_pass(agenda: Agenda, scope: str, watch: Watch) -> bool:
    """Return whether a person had the run go on after this look was judged."""
    went_on = agenda.state.went_on_seq
    if not went_on:
        return False
    judged = (agenda.state.judgements.get(f"{scope}/{check.name}") for check in watch.checks)
    return max((j.seq for j in judged if j is not None), default=went_on) < went_on


def _watched_from(agenda: Agenda) -> datetime:
    """Return where the verification stopped looking, so that no invocation falls between it and the watch."""
    seen = agenda.state.observations.get("verify/invocations")
    return agenda.state.entered[Phase.WATCHING] if seen is None else from_iso(seen.args["until"])


def no_go(agenda: Agenda) -> None:
    """Say that nothing was changed, and end."""
    if announce(agenda, "no_go") is not None:
        why = agenda.state.whys[Phase.NO_GO].why
        unknown = why in (Why.BASELINE_UNKNOWN, Why.NOBODY_TOLD)
        agenda.do(Close(verdict=Verdict.UNKNOWN if unknown else Verdict.FAIL, why=why, exit_code=6))


def _close(agenda: Agenda, why: Why) -> None:
    drill = agenda.state.judgements.get("drill")
    if drill is not None and drill.verdict is not Verdict.PASS:
        agenda.do(Close(verdict=Verdict.FAIL, why=Why.DRILL_MISSED, exit_code=1))
    else:
        agenda.do(Close(verdict=Verdict.PASS, why=why, exit_code=0))


def _unpassed(agenda: Agenda, scope: str) -> str:
    return "; ".join(
        f"{judged.check}: {judged.why}"
        for key, judged in agenda.state.judgements.items()
        if key.startswith(f"{scope}/") and judged.verdict is not Verdict.PASS
    )
