"""The bad day as the core decides it: who is asked, what the plan does by itself, and when the target is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bongsu.core.actions import Enter, Read, Send, Switch
from bongsu.core.decide import decide
from bongsu.core.events import (
    Outcome,
    Phase,
    ReadFailed,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.plan import RollbackRule
from bongsu.core.reversal import LOGS_LAG
from bongsu.core.times import from_iso, iso
from bongsu.core.verdict import Verdict
from tests.core.told import end, failed_read, phases, posted
from tests.core.world import MINUTE, SECOND, WINDOW, World, check, invocation, plan


def failing(key: str, verdict: Verdict = Verdict.FAIL) -> Any:
    """Return verdicts that all pass but one."""
    return lambda _world, judge: verdict if judge.key == key else Verdict.PASS


def rule(**changes: Any) -> RollbackRule:
    """Return the plan's rule with changes."""
    return replace(plan().rollback, **changes)


def three_of_twenty_fail(**changes: Any) -> World:
    """Return the world in which 3 of 20 SMS are not delivered, and nobody answers a page unless told otherwise."""
    world = World(plan=plan(**changes), verdicts=failing("verify/sms_delivery"))
    world.people.pop("page")
    return world


def disabled(world: World) -> list[SwitchIntended]:
    """Return the calls that were to switch the target off."""
    return [e for e in world.events(SwitchIntended) if e.to is SwitchState.DISABLED]


def test_a_failed_verification_pages_and_rolls_back_when_nobody_decides() -> None:
    """No success message; ten minutes for people; then off, read back, said, exit 1."""
    world = three_of_twenty_fail().run()
    assert phases(world)[-4:] == ["verifying", "deciding", "rolling_back", "rolled_back"]
    assert posted(world, "success") == []
    assert posted(world, "rollback") == ["rollback//ops_chat", "rollback//alerts"]
    assert len(disabled(world)) == 1
    assert world.rule == "DISABLED"
    assert end(world) == ("fail", "verify_failed", 1)
    waited = world.state.entered[Phase.ROLLING_BACK] - world.state.entered[Phase.DECIDING]
    assert waited == 10 * MINUTE - 5 * SECOND
    assert world.state.whys[Phase.ROLLING_BACK].why is Why.NOBODY_DECIDED


def test_a_fail_does_not_wait_for_what_may_still_settle() -> None:
    """Three SMS are lost, and the metrics lag: the page goes out at once."""
    world = three_of_twenty_fail()
    slow = {"verify/sms_delivery": Verdict.FAIL, "verify/duration": Verdict.UNKNOWN}
    world.verdicts = lambda _world, judge: slow.get(judge.key, Verdict.PASS)
    world.run()
    assert world.state.entered[Phase.DECIDING] == world.state.entered[Phase.VERIFYING]


def test_a_fail_waits_until_every_check_has_been_judged_once() -> None:
    """The page says all that did not pass: the log that answers late is waited for, the settling is not."""
    world = three_of_twenty_fail()
    slow = iter([failed_read(), failed_read()])
    usual = world.usual
    verify = (check("sms_delivery", "state_table"), check("duration", "metrics"))
    world.plan = replace(world.plan, verify=verify)
    world.reads["verify/metrics"] = lambda _w, read: next(slow, None) or usual(read)
    while world.state.phase is not Phase.VERIFYING:
        world.run(steps=1)
    while "verify/sms_delivery" not in world.state.judgements:
        world.run(steps=1)
    assert not [one for one in decide(world.plan, world.state, world.now) if isinstance(one, Enter)]
    world.run(until=world.now + MINUTE)
    assert "verify/duration" in world.state.judgements
    assert world.state.whys[Phase.DECIDING].why is Why.VERIFY_FAILED
    assert world.state.whys[Phase.DECIDING].detail == "sms_delivery: as scripted"


def test_a_press_on_roll_back_does_not_wait() -> None:
    """The on-call engineer decides after 40 s, and is named."""
    world = three_of_twenty_fail()
    world.people["page"] = {"on_call": ("roll_back", 40 * SECOND)}
    world.run()
    assert world.state.whys[Phase.ROLLING_BACK].detail == "on_call"
    assert world.state.entered[Phase.ROLLING_BACK] - world.state.entered[Phase.DECIDING] == 40 * SECOND
    assert end(world) == ("fail", "verify_failed", 1)


def test_an_acknowledgement_stops_the_paging_but_not_the_clock() -> None:
    """Somebody is at it; the plan's ten minutes still run."""
    world = three_of_twenty_fail()
    world.people["page"] = {"on_call": ("ack", 40 * SECOND)}
    world.run()
    levels = [e.key for e in world.events(SendIntended) if e.message == "page" and "/r" in e.key]
    assert levels == ["page/1//on_call@ops_chat/r0l0", "page/1//on_call@alerts/r0l0"]
    assert world.state.whys[Phase.ROLLING_BACK].why is Why.NOBODY_DECIDED


def test_the_same_person_may_acknowledge_and_then_decide() -> None:
    """Two different buttons, both count."""
    world = three_of_twenty_fail().run(until=WINDOW.start + 4 * MINUTE)
    for button in ("ack", "roll_back"):
        world.add(world.press("page/1//ops_chat", "2", button), actor="service")
    world.run()
    assert world.state.whys[Phase.ROLLING_BACK].why is Why.DECIDED_BY_PERSON


def test_pages_climb_the_levels_while_nobody_answers() -> None:
    """On-call at once, both after 5 minutes; James's turn would come after the plan has decided."""
    world = three_of_twenty_fail(rollback=rule(decide=12 * MINUTE)).run()
    noticed = world.state.entered[Phase.DECIDING]
    pages = {e.key: line.at - noticed for line in world.lines if isinstance(e := line.event, SendIntended)}
    assert pages["page/1//on_call@ops_chat/r0l0"] == timedelta(0)
    assert pages["page/1//ops_manager@alerts/r0l1"] == 5 * MINUTE
    assert pages["page/1//james@ops_chat/r0l2"] == 10 * MINUTE


def test_hold_leaves_everything_as_it_is() -> None:
    """The operations manager holds: the rule stays on, people are told, nothing more happens."""
    world = three_of_twenty_fail()
    world.people["page"] = {"ops_manager": ("hold", 30 * SECOND)}
    world.run()
    assert world.state.phase is Phase.HELD
    assert world.state.closed is None
    assert disabled(world) == []
    assert posted(world, "hold") == ["hold/1//ops_chat", "hold/1//alerts"]


def test_a_plan_may_say_hold_when_nobody_decides() -> None:
    """`nobody_decides: hold`."""
    world = three_of_twenty_fail(rollback=rule(nobody_decides="hold")).run()
    assert world.state.phase is Phase.HELD
    assert world.state.whys[Phase.HELD].why is Why.NOBODY_DECIDED


def test_what_the_plan_does_not_name_is_not_reversed_by_itself() -> None:
    """`when: [alarm]` does not cover a failed verification."""
    world = three_of_twenty_fail(rollback=rule(when=("alarm",))).run()
    assert world.state.phase is Phase.HELD


def test_unknown_may_roll_back_at_once() -> None:
    """`when_unknown: roll_back`: the page goes out first, nobody is waited for."""
    world = World(
        plan=plan(rollback=rule(when_unknown="roll_back")), verdicts=failing("verify/duration", Verdict.UNKNOWN)
    ).run()
    assert world.state.whys[Phase.ROLLING_BACK].why is Why.UNKNOWN_ROLLS_BACK
    assert posted(world, "page")[:2] == ["page/1//ops_chat", "page/1//alerts"]
    assert end(world) == ("fail", "verify_unknown", 1)


def test_a_plan_without_escalation_still_pages_the_channels() -> None:
    """Somebody is told, even when nobody is named."""
    world = three_of_twenty_fail(escalation={}, drill=None).run()
    assert posted(world, "page") == ["page/1//ops_chat", "page/1//alerts"]
    assert end(world) == ("fail", "verify_failed", 1)


def test_an_enable_that_cannot_be_read_back_is_reversed() -> None:
    """Nobody can say whether the rule is on, so it is switched off; that is read back."""
    world = World()
    lost = ReadFailed(key="", reading="", reason="timed out after 10 s", final=True)
    world.reads["enable/target_rule"] = lambda _w, _r: lost
    world.people.pop("page")
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.SWITCH_IN_DOUBT
    assert end(world) == ("fail", "switch_in_doubt", 1)


def test_the_time_to_the_safe_state_is_counted_in_its_parts() -> None:
    """From the end of the failing invocation: noticed, decided, executed, in all; each against its limit."""
    world = three_of_twenty_fail().run()
    judged = world.state.judgements["rollback"]
    assert judged.verdict is Verdict.PASS
    figures = {figure.name: int(figure.value) for figure in judged.figures}
    assert figures["decide_s"] == 595
    assert figures["detect_s"] == 13
    assert figures["total_s"] == figures["detect_s"] + figures["decide_s"] + figures["execute_s"]
    assert world.state.figures["rollback.total_s"].value == str(figures["total_s"])


def test_a_rollback_that_takes_too_long_says_so() -> None:
    """The plan gives people one minute and the whole two; they took ten."""
    world = three_of_twenty_fail(rollback=rule(total=2 * MINUTE)).run()
    judged = world.state.judgements["rollback"]
    assert judged.verdict is Verdict.FAIL
    assert judged.why.endswith("over its limit: total")


def test_the_legacy_comes_back_when_the_plan_says_so() -> None:
    """`on_rollback: enable`: only after the target is off, and read back as on."""
    base = plan()
    assert base.legacy is not None
    world = three_of_twenty_fail(legacy=replace(base.legacy, on_rollback="enable"))

    def slow(world: World, switch: Switch) -> Outcome:
        world.now += 30 * SECOND if switch.which == "legacy" else 0 * SECOND
        return Outcome.ACCEPTED

    world.switches = slow
    world.reads["rollback/legacy_rule"] = lambda w, _r: {"name": "old", "state": w.rule}
    world.run()
    took = {figure.name: int(figure.value) for figure in world.state.judgements["rollback"].figures}
    assert took["execute_s"] >= 30, "what was restored last counts"
    order = [(e.which, str(e.to)) for e in world.events(SwitchIntended)]
    assert order == [("target", "enabled"), ("target", "disabled"), ("legacy", "enabled")]
    assert end(world) == ("fail", "verify_failed", 1)


def test_a_legacy_that_does_not_come_back_pages_everyone() -> None:
    """The target is off and nobody sends: exit 4."""
    base = plan()
    assert base.legacy is not None
    world = three_of_twenty_fail(legacy=replace(base.legacy, on_rollback="enable"))
    world.reads["rollback/legacy_rule"] = lambda _w, _r: {"name": "old", "state": "DISABLED"}
    world.run()
    assert end(world) == ("fail", "legacy_not_restored", 4)


def test_a_rule_that_refuses_to_go_off_pages_the_top_until_somebody_answers() -> None:
    """Exit 4, and everyone of the policy is called at once."""

    def refused(world: World, switch: Switch) -> Outcome:
        return Outcome.REFUSED if switch.to is SwitchState.DISABLED else Outcome.ACCEPTED

    world = three_of_twenty_fail()
    world.switches = refused
    world.run()
    assert len(disabled(world)) == 1
    called = {e.key for e in world.events(SendIntended) if e.key.startswith("page/2//") and "@" in e.key}
    assert {key.partition("//")[2].partition("@")[0] for key in called} == {"james", "on_call", "ops_manager"}
    assert end(world) == ("fail", "not_disabled", 4)
    assert world.state.closed_at == world.state.entered[Phase.ROLLBACK_FAILED] + 10 * MINUTE


def test_an_answer_ends_the_calling_after_a_failed_rollback() -> None:
    """James acknowledges; the run ends as failed all the same."""
    world = three_of_twenty_fail(escalation={})
    world.switches = lambda w, s: Outcome.REFUSED if s.to is SwitchState.DISABLED else Outcome.ACCEPTED
    assert end(world.run()) == ("fail", "not_disabled", 4)
    world = three_of_twenty_fail()
    world.switches = lambda w, s: Outcome.REFUSED if s.to is SwitchState.DISABLED else Outcome.ACCEPTED
    while world.state.phase is not Phase.ROLLBACK_FAILED:
        world.run(until=world.now + MINUTE)
    world.run(until=world.now + 5 * SECOND)
    world.add(world.press("page/2//ops_chat", "1", "ack"), actor="service")
    world.run()
    assert world.state.closed_at is not None
    assert world.state.closed_at < world.state.entered[Phase.ROLLBACK_FAILED] + 2 * MINUTE


def test_a_disable_in_doubt_that_worked_is_not_repeated() -> None:
    """The reply was lost; the read-back shows it off."""

    def lost(world: World, switch: Switch) -> Outcome:
        world.rule = "ENABLED" if switch.to is SwitchState.ENABLED else "DISABLED"
        world.enabled_at = world.enabled_at or world.now
        return Outcome.IN_DOUBT

    world = three_of_twenty_fail()
    world.switches = lost
    world.run()
    assert len(disabled(world)) == 1
    assert end(world)[2] == 1


def test_a_disable_that_cannot_be_read_back_is_a_failed_rollback() -> None:
    """Nobody may say that it is off."""
    world = three_of_twenty_fail()
    world.reads["rollback/target_rule"] = lambda _w, _r: ReadFailed(key="", reading="", reason="denied", final=True)
    assert end(world.run()) == ("fail", "not_disabled", 4)


def test_an_invocation_that_starts_after_the_disable_is_a_failed_rollback() -> None:
    """Something else starts it."""
    world = three_of_twenty_fail()
    world.reads["rollback/invocations"] = lambda w, _r: {
        "complete": [invocation(w.now - 60 * SECOND)],
        "incomplete": [],
    }
    assert end(world.run()) == ("fail", "still_runs", 4)


@pytest.mark.parametrize(("late", "ends"), [(LOGS_LAG, "verify_failed"), (LOGS_LAG + SECOND, "still_runs")])
def test_what_began_while_the_disable_took_hold_is_none_of_a_failed_rollback(late: timedelta, ends: str) -> None:
    """A rule that is off may still start what was on its way, for as long as its log lags; not a second longer."""
    world = three_of_twenty_fail()

    def logs(world: World, read: Read) -> dict[str, Any]:
        off_at = from_iso(read.args["since"])
        began = {"started_at": iso(off_at + late), "ended_at": iso(off_at + late + SECOND)}
        seen = world.now >= off_at + late
        return {"complete": [invocation(off_at, **began)] if seen else [], "incomplete": [] if seen else ["running"]}

    world.reads["rollback/invocations"] = logs
    assert end(world.run())[1] == ends


def test_an_invocation_that_does_not_end_is_waited_for_as_long_as_the_plan_says() -> None:
    """15 minutes of execution; then the message says that its end was not seen."""
    world = three_of_twenty_fail()
    world.reads["rollback/invocations"] = lambda _w, _r: {"complete": [], "incomplete": ["running"]}
    world.run()
    assert end(world)[2] == 1
    took = world.state.entered[Phase.ROLLED_BACK] - world.state.entered[Phase.ROLLING_BACK]
    assert took == 15 * MINUTE


def test_logs_that_cannot_be_read_do_not_stop_the_rollback() -> None:
    """Off is off, whatever the logs say."""
    world = three_of_twenty_fail()
    world.reads["rollback/invocations"] = lambda _w, _r: ReadFailed(key="", reading="", reason="denied", final=True)
    assert end(world.run())[2] == 1


def settling(*outcomes: Outcome) -> World:
    """Return the failing world whose plan settles, and whose settling calls end so, one after the other."""
    world = three_of_twenty_fail(rollback=rule(settle=True))
    ends = iter(outcomes)

    def switches(_world: World, switch: Switch) -> Outcome:
        return next(ends) if switch.which == "workload" else Outcome.ACCEPTED

    def logs(world: World, _read: object) -> dict[str, Any]:
        calls = [line for line in world.lines if getattr(line.event, "key", "") == "switch/workload/settled"]
        begun = [line.at for line in calls if isinstance(line.event, SwitchEnded)]
        ended = bool(begun) and world.now >= begun[-1] + 40 * SECOND
        done = [invocation(begun[-1] - 100 * SECOND, request_id="settling")] if ended else []
        return {"complete": done, "incomplete": []}

    world.switches = switches
    world.reads["rollback/invocations"] = logs
    world.request_ids = {"switch/workload/settled": "settling"}
    return world


def settle_calls(world: World) -> list[SwitchIntended]:
    """Return the calls that asked the workload to settle."""
    return [e for e in world.events(SwitchIntended) if e.which == "workload"]


def test_the_workload_settles_once_the_target_is_off() -> None:
    """Its claims are cleared up before anybody sends again; its own run is no sign that the target still runs."""
    world = settling(Outcome.ACCEPTED).run()
    order = [e.which for e in world.events(SwitchIntended)]
    assert order == ["target", "target", "workload"]
    assert end(world) == ("fail", "verify_failed", 1)
    seen = world.state.observations["rollback/invocations"]
    assert [run["request_id"] for run in seen.values["complete"]] == ["settling"]


def test_a_settling_in_doubt_is_simply_asked_for_again() -> None:
    """Settling twice does no harm."""
    world = settling(Outcome.IN_DOUBT, Outcome.ACCEPTED).run()
    assert [e.attempt for e in settle_calls(world)] == [1, 2]
    first, again = (line.at for line in world.lines if line.event in settle_calls(world))
    assert again - first == 5 * SECOND
    assert end(world)[2] == 1


def test_a_settling_under_way_is_waited_for() -> None:
    """The call has left and is not answered: nothing else is asked for."""
    world = settling(Outcome.ACCEPTED)
    while not settle_calls(world):
        actions = decide(world.plan, world.state, world.now)
        if actions and isinstance(actions[0], Switch) and actions[0].which == "workload":
            world.add(SwitchIntended(key=actions[0].key, which="workload", to=SwitchState.SETTLED))
        elif actions:
            world.answer(actions[0])
        else:
            world.run(until=world.now + SECOND)
    asked = {type(action) for action in decide(world.plan, world.state, world.now)}
    assert asked == {Send}  # the buttons of the page are closed meanwhile


@pytest.mark.parametrize("outcomes", [(Outcome.REFUSED,), (Outcome.NOT_SENT,) * 3])
def test_a_workload_that_cannot_be_asked_does_not_stop_the_rollback(outcomes: tuple[Outcome, ...]) -> None:
    """Off is what matters; the message says that nobody settled."""
    world = settling(*outcomes).run()
    assert len(settle_calls(world)) == len(outcomes)
    assert end(world)[2] == 1
