"""The cutover of the seed log as the core decides it: what happens, in which order, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bongsu.core.actions import Read
from bongsu.core.decide import decide, wake_at
from bongsu.core.escalation import policy_of
from bongsu.core.events import (
    Judged,
    Observed,
    Outcome,
    Phase,
    PhaseEntered,
    ReadFailed,
    RunClosed,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    Why,
)
from bongsu.core.plan import FirstRun, ReadNeed
from bongsu.core.state import RunState
from bongsu.core.times import from_iso
from bongsu.core.verdict import Verdict
from tests.core.told import end, failed_read, phases, posted
from tests.core.world import MINUTE, SECOND, WINDOW, World, check, invocation, opened, plan


def test_the_happy_path_goes_through_every_phase_once() -> None:
    """Baseline, go, start, enable, first run, success, drill, watch, end: pass."""
    world = World().run()
    assert phases(world) == [
        "baselined", "approved", "announced", "enabled", "observing", "verifying", "succeeded", "drilled", "watching",
    ]  # fmt: skip
    assert end(world) == ("pass", "watch_over", 0)
    assert world.state.enabled_at == world.state.entered[Phase.ENABLED]


def test_the_start_waits_for_the_window() -> None:
    """Approved at 13:50, announced at 14:00 and not before."""
    world = World().run()
    first = next(line for line in world.lines if isinstance(line.event, SendIntended) and line.event.message == "start")
    assert first.at == WINDOW.start


def test_the_rule_is_enabled_once_after_both_channels_heard() -> None:
    """The announcement is a gate to the switch."""
    world = World().run()
    order = [type(line.event).__name__ for line in world.lines]
    switch = order.index("SwitchIntended")
    told = [
        line.seq for line in world.lines if isinstance(line.event, SendEnded) and line.event.key.startswith("start")
    ]
    assert order.count("SwitchIntended") == 1
    assert max(told) <= switch


def test_nothing_is_decided_before_the_run_is_opened_or_after_it_is_closed() -> None:
    """An empty ledger asks for nothing, a closed one neither."""
    world = World()
    assert decide(world.plan, RunState(), world.now) == []
    world.run()
    assert decide(world.plan, world.state, world.now) == []
    assert wake_at(world.plan, world.state, world.now) is None


@pytest.mark.parametrize(
    ("verdict", "why", "closed"),
    [(Verdict.FAIL, "baseline_failed", "fail"), (Verdict.UNKNOWN, "baseline_unknown", "unknown")],
)
def test_a_baseline_that_does_not_pass_is_no_go(verdict: Verdict, why: str, closed: str) -> None:
    """Nothing was changed, people are told, exit 6."""
    world = World(verdicts=lambda _w, judge: verdict if judge.key == "baseline/alarms" else Verdict.PASS).run()
    assert end(world) == (closed, why, 6)
    assert posted(world, "no_go") == ["no_go//ops_chat", "no_go//alerts"]
    assert world.events(SwitchIntended) == []
    assert "alarms: as scripted" in world.state.whys[Phase.NO_GO].detail


def test_one_no_go_is_enough() -> None:
    """The operations manager refuses: nothing is announced or enabled."""
    people = {"go_request": {"on_call": ("go", SECOND), "ops_manager": ("no_go", 2 * SECOND)}}
    world = World(people=people).run()
    assert end(world) == ("fail", "refused_by_approver", 6)
    assert world.state.whys[Phase.NO_GO].detail == "ops_manager"
    assert posted(world, "start") == []


def test_silence_of_the_approvers_is_no_go() -> None:
    """Half an hour without the second approval ends the attempt."""
    world = World(people={"go_request": {"on_call": ("go", SECOND)}}).run()
    assert end(world) == ("fail", "not_approved_in_time", 6)


def test_a_plan_without_go_needs_only_the_captains_word() -> None:
    """`--go NAME` was given on the command line."""
    world = World(plan=plan(go=None)).run()
    assert posted(world, "go_request") == []
    assert world.state.whys[Phase.APPROVED].why is Why.NO_APPROVAL_NEEDED
    assert end(world)[0] == "pass"


def test_a_go_that_comes_after_the_window_is_no_go() -> None:
    """Approved in time for the request, but too late for the window."""
    world = World(now=WINDOW.end - MINUTE)
    world.people["go_request"]["ops_manager"] = ("go", 5 * MINUTE)
    assert end(world.run()) == ("fail", "window_passed", 6)


@pytest.mark.parametrize("message", ["go_request", "start"])
def test_nothing_is_enabled_when_nobody_could_be_told(message: str) -> None:
    """Both channels refuse: no-go, and the no-go message is still tried."""
    world = World(sends=lambda _w, send: Outcome.REFUSED if send.message == message else Outcome.ACCEPTED).run()
    assert end(world) == ("unknown", "nobody_told", 6)
    assert world.events(SwitchIntended) == []


def test_a_legacy_that_is_still_on_stops_the_switch() -> None:
    """It was off in the baseline and is on at 14:00: two senders would be worse than none."""
    world = World()
    world.reads["enable/legacy_rule"] = lambda _w, _r: {"name": "old", "state": "ENABLED"}
    world.run()
    assert world.events(SwitchIntended) == []
    assert end(world) == ("fail", "legacy_enabled", 6)
    assert posted(world, "no_go") == ["no_go//ops_chat", "no_go//alerts"]


def test_a_legacy_that_cannot_be_read_stops_the_switch() -> None:
    """No data is not off."""
    world = World()
    world.reads["enable/legacy_rule"] = lambda _w, _r: failed_read(final=True)
    world.run()
    assert world.events(SwitchIntended) == []
    assert world.state.whys[Phase.NO_GO].detail == "timed out after 10 s"


def test_a_plan_without_legacy_reads_none() -> None:
    """There is nothing to be off."""
    world = World(plan=plan(legacy=None, baseline=(check("alarms", "alarms"),))).run()
    assert "enable/legacy_rule" not in world.state.observations
    assert end(world)[0] == "pass"


def test_an_enable_in_doubt_is_read_back_before_anything_else() -> None:
    """The reply was lost but the rule is on: no second call."""

    def lost(world: World, _switch: object) -> Outcome:
        world.rule, world.enabled_at = "ENABLED", world.now
        return Outcome.IN_DOUBT

    world = World(switches=lost).run()
    assert len(world.events(SwitchIntended)) == 1
    assert end(world)[0] == "pass"


def test_an_enable_in_doubt_that_did_nothing_is_called_again_after_the_read_back() -> None:
    """The request never arrived: read back as off, then once more."""
    world = World(switches=lambda _w, switch: Outcome.IN_DOUBT if switch.attempt == 1 else Outcome.ACCEPTED).run()
    order = [line.event for line in world.lines]
    first, second = (order.index(e) for e in world.events(SwitchIntended))
    between = order[first:second]
    assert any(isinstance(e, Observed) and e.reading == "target_rule" for e in between)
    assert end(world)[0] == "pass"


def test_an_enable_in_doubt_that_lands_after_the_first_look_is_not_called_again() -> None:
    """The process died with its request on the way: off at first, and on by the time that it would be repeated."""
    looks: list[str] = []

    def late(world: World, _read: object) -> dict[str, str]:
        called = bool(world.events(SwitchIntended))
        looks.extend(["x"] if called else [])
        if called and len(looks) == 2:
            world.rule, world.enabled_at = "ENABLED", world.now
        return {"name": "new", "state": world.rule}

    world = World(switches=lambda _w, _s: Outcome.IN_DOUBT)
    world.reads["target_rule"] = late
    world.run()
    assert len(world.events(SwitchIntended)) == 1
    assert end(world)[0] == "pass"


def test_an_enable_that_never_works_is_given_up() -> None:
    """Three attempts, each read back as off: nothing was changed, and people are told."""
    world = World(switches=lambda _w, _s: Outcome.NOT_SENT).run()
    assert len(world.events(SwitchIntended)) == 3
    assert end(world) == ("fail", "not_enabled", 6)


def test_an_enable_that_is_refused_is_not_repeated() -> None:
    """The rule belongs to somebody else."""
    world = World(switches=lambda _w, _s: Outcome.REFUSED).run()
    assert len(world.events(SwitchIntended)) == 1
    assert end(world) == ("fail", "not_enabled", 6)


def test_a_rule_that_stays_off_is_read_for_a_minute() -> None:
    """The call was taken, the state did not follow: read every 5 s, then it is taken back, since it still may."""
    world = World()
    world.reads["enable/target_rule"] = lambda _w, _r: {"name": "new", "state": "DISABLED"}
    world.people.pop("page")
    world.run()
    assert end(world) == ("fail", "switch_in_doubt", 1)
    reads = [e for e in world.events(Observed) if e.key == "enable/target_rule"]
    assert len(reads) == 12


def test_no_first_run_within_the_limit_is_a_fail() -> None:
    """25 minutes without an invocation: page, and no success message."""
    world = World()
    world.reads["invocations"] = lambda _w, _r: {"count": 0, "complete": [], "incomplete": []}
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.NO_FIRST_RUN
    assert posted(world, "success") == []
    assert end(world) == ("fail", "no_first_run", 1)


def test_an_invocation_from_before_the_switch_is_not_the_first_run() -> None:
    """Somebody tried the function by hand while the rule was still off; its end falls after the switch."""
    world = World()

    def by_hand(world: World, _read: object) -> dict[str, object]:
        assert world.enabled_at is not None
        early = invocation(world.enabled_at - 5 * MINUTE, request_id="by-hand")
        usual = world.usual(Read(key="x", reading="invocations"))["complete"]
        return {"count": 1, "complete": [early, *usual]}

    world.reads["observe/invocations"] = by_hand
    world.run()
    found = next(e for e in world.events(PhaseEntered) if e.phase is Phase.VERIFYING)
    assert found.detail != "by-hand"


def test_logs_that_cannot_be_read_are_no_first_run_either() -> None:
    """Asked until the limit, then said so."""
    world = World()
    world.reads["observe/invocations"] = lambda _w, _r: failed_read(final=True)
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.NO_FIRST_RUN
    assert world.state.entered[Phase.DECIDING] - world.state.entered[Phase.ENABLED] == 25 * MINUTE


def test_a_rule_that_sees_management_events_too_is_on() -> None:
    """EventBridge has two words for a rule that is on."""
    world = World()
    world.reads["enable/target_rule"] = lambda _w, _r: {"state": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}
    assert end(world.run())[0] == "pass"


def test_a_reading_is_asked_again_with_pauses_and_then_given_up() -> None:
    """Five attempts; what was not answered is unknown, and unknown is not go."""
    world = World(verdicts=lambda w, judge: Verdict.PASS if "alarms" in judge.sources else Verdict.UNKNOWN)
    world.reads["baseline/alarms-115919"] = lambda _w, _r: failed_read()
    world.plan = plan(baseline=(check("alarms", ReadNeed(reading="alarms", args={"names": ["a"]})),))
    world.run()
    failed = [line.at for line in world.lines if isinstance(line.event, ReadFailed)]
    assert [(after - before).seconds for before, after in pairwise(failed)] == [5, 20, 60, 60]
    assert end(world) == ("unknown", "baseline_unknown", 6)


def test_a_reading_that_is_answered_at_last_is_no_longer_failing() -> None:
    """Two timeouts, then an answer: the failures are history, not state."""
    world = World()
    key = "baseline/alarms-115919"
    world.reads[key] = lambda w, r: failed_read() if r.attempt < 3 else w.usual(r)  # type: ignore[attr-defined]
    world.run()
    assert len(world.events(ReadFailed)) == 2
    assert world.state.failures == {}
    assert end(world)[0] == "pass"


def test_pending_deliveries_are_read_again_until_they_settle() -> None:
    """Unknown at first, known half a minute later."""

    def settling(world: World, judge: object) -> Verdict:
        key = judge.key  # type: ignore[attr-defined]
        return Verdict.UNKNOWN if key == "verify/sms_delivery" and key not in world.state.judgements else Verdict.PASS

    world = World(verdicts=settling).run()
    judged = [
        line for line in world.lines if isinstance(line.event, Judged) and line.event.key == "verify/sms_delivery"
    ]
    assert [str(line.event.verdict) for line in judged] == ["unknown", "pass"]
    assert judged[1].at - judged[0].at == 30 * SECOND
    assert judged[0].event.sources[0] not in judged[1].event.sources
    assert end(world)[0] == "pass"


def test_what_does_not_settle_stays_unknown() -> None:
    """After five minutes unknown is the verdict, and a person is paged."""
    world = World(verdicts=lambda _w, judge: Verdict.UNKNOWN if judge.key.startswith("verify/") else Verdict.PASS).run()
    noticed = world.state.entered[Phase.DECIDING]
    assert noticed - world.state.entered[Phase.VERIFYING] == 5 * MINUTE
    assert world.state.whys[Phase.DECIDING].why is Why.VERIFY_UNKNOWN
    assert posted(world, "success") == []


def test_a_reading_that_rests_on_one_given_up_is_left_out() -> None:
    """No invocations, so neither the gateway nor the table can be asked for their span."""
    world = World(verdicts=lambda _w, judge: Verdict.PASS if judge.sources else Verdict.UNKNOWN)
    world.plan = replace(world.plan, first_run=FirstRun(within=25 * MINUTE, settle=timedelta(0)))
    world.reads["verify/invocations"] = lambda _w, _r: failed_read(final=True)
    world.run()
    assert "verify/gateway" not in world.state.observations
    assert world.state.whys[Phase.DECIDING].why is Why.VERIFY_UNKNOWN


def test_the_gateway_is_asked_for_the_span_of_the_invocations() -> None:
    """From a second before the first start to a second after the last end."""
    world = World().run()
    asked = world.state.observations["verify/gateway"].args
    assert world.enabled_at is not None
    assert from_iso(asked["since"]) == world.enabled_at + timedelta(seconds=134)
    assert from_iso(asked["until"]) == world.enabled_at + timedelta(seconds=138)
    assert world.state.observations["verify/state_table"].args == {"run_ids": ["r1"], "records": ["1000001_900001"]}


def test_an_invocation_without_report_names_no_records() -> None:
    """It is found, it is asked about, and it cannot pass by accident."""
    world = World()
    world.reads["invocations"] = lambda w, _r: {
        "count": 1,
        "complete": [invocation(w.enabled_at, report=None)] if w.enabled_at else [],
    }
    world.run()
    assert world.state.observations["verify/state_table"].args == {"run_ids": [], "records": []}


def test_a_history_is_read_back_from_now() -> None:
    """`over: 7d` is a span that ends at the reading."""
    over = ReadNeed(reading="gateway", args={"over_s": 604800})
    world = World(plan=plan(baseline=(check("sms_delivery", over),))).run()
    args = world.state.observations[f"baseline/{over.label}"].args
    assert from_iso(args["until"]) - from_iso(args["since"]) == timedelta(days=7)


def test_the_named_policy_is_used() -> None:
    """By name, else `critical`."""
    named = plan()
    assert policy_of(named, "critical") is policy_of(named)


def test_a_way_in_that_breaks_is_remembered() -> None:
    """Presses may be missed while it is down, and the state says so."""
    world = World()
    world.add(opened())
    world.listening("ops_chat", "lost")
    assert world.state.listening == {"ops_chat": "lost"}


def test_the_run_is_not_closed_while_an_answer_is_under_way() -> None:
    """The last line of a run is its last."""
    world = World(plan=plan(watch=None)).run(until=WINDOW.start)
    world.run(steps=200)
    assert world.state.closed is not None
    last = world.lines[-1]
    assert isinstance(last.event, RunClosed)
    intended = [e.key for e in world.events(SendIntended)]
    assert sorted(intended) == sorted(e.key for e in world.events(SendEnded))


def test_every_action_has_a_key_that_no_attempt_changes() -> None:
    """A restart finds the same effect under the same name."""
    world = World(plan=plan(watch=None)).run()
    keys = {type(action).__name__: action.key for action in world.asked}
    assert keys["Enter"].startswith("phase/")
    assert keys["Conclude"] == "drill"
    assert keys["Close"] == "close"


def test_a_switch_remembers_how_its_call_ended() -> None:
    """Intention, outcome, and the line of each."""
    world = World().run()
    record = world.state.switches["switch/target/enabled"]
    ended = next(line for line in world.lines if isinstance(line.event, SwitchEnded))
    assert (record.outcome, record.ended_seq, record.ended_at) == (Outcome.ACCEPTED, ended.seq, ended.at)
