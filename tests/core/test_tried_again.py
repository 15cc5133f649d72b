"""A rollback that did not come off is tried again by order, and one that no chat hears of is told to people."""

from __future__ import annotations

from typing import Any

from bongsu.core.actions import Read, Switch
from bongsu.core.events import Observed, OperatorAsked, Order, Outcome, Phase, SwitchState
from tests.core.test_reversal import disabled, three_of_twenty_fail
from tests.core.told import end, failed_read, phases, posted
from tests.core.world import MINUTE, SECOND, World, invocation


def refuses_at_first(times: int = 1) -> World:
    """Return the world in which the rule refuses to be disabled so many times, and James knows why by then."""

    def switch(world: World, asked: Switch) -> Outcome:
        off = asked.to is SwitchState.DISABLED
        return Outcome.REFUSED if off and len(disabled(world)) <= times else Outcome.ACCEPTED

    world = three_of_twenty_fail()
    world.switches = switch
    while world.state.phase is not Phase.ROLLBACK_FAILED:
        world.run(until=world.now + MINUTE)
    return world


def test_a_failed_rollback_can_be_tried_again_while_the_page_stands() -> None:
    """The missing permission is given, and the captain has it done: read first, called once, exit 1 after all."""
    world = refuses_at_first()
    world.add(OperatorAsked(order=Order.ROLL_BACK, by="james"), actor="operator:james")
    world.run()
    assert [one.key for one in disabled(world)] == ["switch/target/disabled", "switch/target/disabled/2"]
    called = world.lines.index(next(line for line in world.lines if line.event == disabled(world)[1]))
    before = [line.event for line in world.lines[:called] if isinstance(line.event, Observed)]
    assert before[-1].key == "rollback/target_rule" and before[-1].values["state"] == "ENABLED"
    assert end(world) == ("fail", "verify_failed", 1) and world.rule == "DISABLED"


def test_a_rule_that_could_not_be_read_is_read_again_when_the_rollback_is() -> None:
    """Access was denied for good; it is given, and what was given up is asked anew."""
    world = three_of_twenty_fail()
    world.reads["rollback/target_rule"] = lambda _w, _r: failed_read(final=True)
    while world.state.phase is not Phase.ROLLBACK_FAILED:
        world.run(until=world.now + MINUTE)
    assert "rollback/target_rule" in world.state.failures
    del world.reads["rollback/target_rule"]
    world.add(OperatorAsked(order=Order.ROLL_BACK, by="james"), actor="operator:james")
    world.run()
    assert end(world) == ("fail", "verify_failed", 1)


def test_a_rule_that_somebody_disabled_by_hand_is_not_called_again() -> None:
    """Done in the console, then `bongsu rollback`: the reading shows it, and the run ends as rolled back."""
    world = refuses_at_first(times=9)
    world.rule = "DISABLED"
    world.add(OperatorAsked(order=Order.ROLL_BACK, by="james"), actor="operator:james")
    world.run()
    assert len(disabled(world)) == 1
    assert end(world) == ("fail", "verify_failed", 1)


def test_a_second_failure_has_a_page_of_its_own() -> None:
    """Refused again: everybody is called again, and nothing is held or gone on with meanwhile."""
    world = refuses_at_first(times=9)
    for order in (Order.HOLD, Order.GO_ON, Order.ROLL_BACK):
        world.add(OperatorAsked(order=order, by="james"), actor="operator:james")
        world.run(until=world.now + SECOND)
    world.run()
    assert phases(world)[-3:] == ["rollback_failed", "rolling_back", "rollback_failed"]
    assert posted(world, "page")[-1].startswith("page/3//")
    assert end(world) == ("fail", "not_disabled", 4)


def test_what_was_started_meanwhile_is_looked_for_anew() -> None:
    """Something started the function after the disable; it is stopped by hand, and the next try finds it quiet."""
    world = three_of_twenty_fail()
    late = [True]

    def runs(world: World, _read: Read) -> dict[str, Any]:
        found = [invocation(world.now)] if late[0] else []
        return {"count": len(found), "complete": found, "incomplete": []}

    world.reads["rollback/invocations"] = runs
    while world.state.phase is not Phase.ROLLBACK_FAILED:
        world.run(until=world.now + MINUTE)
    late[0] = False
    world.add(OperatorAsked(order=Order.ROLL_BACK, by="james"), actor="operator:james")
    world.run()
    assert end(world) == ("fail", "verify_failed", 1)


def test_when_no_chat_takes_the_rollback_people_are_told_one_by_one() -> None:
    """Both groups refuse the message: everybody gets it directly, and one acceptance is enough to end."""
    world = three_of_twenty_fail()
    world.sends = lambda _w, s: Outcome.REFUSED if s.message == "rollback" and "@" not in s.key else Outcome.ACCEPTED
    world.run()
    told = [key for key in posted(world, "rollback") if "@" in key]
    assert {key.partition("//")[2].partition("@")[0] for key in told} == {"james", "on_call", "ops_manager"}
    assert all(key.endswith("/r0l0") for key in told)
    assert end(world) == ("fail", "verify_failed", 1)


def test_when_nobody_at_all_can_be_told_it_is_tried_for_the_whole_escalation() -> None:
    """No chat takes anything: round after round, and then the run ends all the same."""
    world = three_of_twenty_fail()
    world.sends = lambda _w, s: Outcome.REFUSED if s.message == "rollback" else Outcome.ACCEPTED
    world.run()
    assert {key[-5:] for key in posted(world, "rollback") if "@" in key} == {"/r0l0", "/r1l0"}
    assert end(world) == ("fail", "verify_failed", 1)
    world = three_of_twenty_fail(escalation={})
    world.sends = lambda _w, s: Outcome.REFUSED if s.message == "rollback" else Outcome.ACCEPTED
    assert end(world.run()) == ("fail", "verify_failed", 1)
