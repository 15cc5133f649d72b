"""Orders from the command line, and going on after a hold."""

from __future__ import annotations

from bongsu.core.events import (
    Method,
    Observed,
    OperatorAsked,
    Order,
    Phase,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
)
from bongsu.core.presses import Standing
from bongsu.core.verdict import Verdict
from tests.core.test_reversal import disabled, failing, three_of_twenty_fail
from tests.core.told import end, posted
from tests.core.world import MINUTE, SECOND, WINDOW, World, invocation


def order(world: World, what: Order) -> None:
    """Give an order on the command line."""
    world.add(OperatorAsked(order=what, by="james"), actor="operator:james")


def test_a_person_may_roll_back_at_any_moment() -> None:
    """In the middle of the watch, with everything passing."""
    world = World().run(until=WINDOW.start + 30 * MINUTE)
    order(world, Order.ROLL_BACK)
    world.run()
    assert end(world) == ("fail", "asked_by_operator", 1)
    assert world.state.whys[Phase.ROLLING_BACK].detail == "james"


def test_a_rollback_before_the_switch_is_a_no_go() -> None:
    """There is nothing to undo."""
    world = World().run(until=WINDOW.start - 5 * MINUTE)
    order(world, Order.ROLL_BACK)
    assert end(world.run()) == ("fail", "asked_by_operator", 6)
    assert world.events(SwitchIntended) == []


def test_a_rollback_while_held_before_the_switch_is_a_no_go() -> None:
    """Held while the approvers were asked: there is still nothing to undo."""
    world = World(people={}).run(until=WINDOW.start - 8 * MINUTE)
    order(world, Order.HOLD)
    world.run()
    order(world, Order.ROLL_BACK)
    assert end(world.run()) == ("fail", "asked_by_operator", 6)
    assert world.events(SwitchIntended) == []


def test_an_old_trouble_does_not_count_in_a_later_rollback() -> None:
    """Held and gone on; half an hour later somebody rolls back: the time runs from that order."""
    world = three_of_twenty_fail()
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    world.verdicts = lambda _world, _judge: Verdict.PASS
    order(world, Order.GO_ON)
    world.run(until=world.now + 30 * MINUTE)
    order(world, Order.ROLL_BACK)
    world.run()
    figures = {figure.name: figure.value for figure in world.state.judgements["rollback"].figures}
    assert figures["total_s"] == figures["execute_s"]
    assert end(world) == ("fail", "asked_by_operator", 1)


def test_a_persons_own_rollback_misses_no_limit_of_detection() -> None:
    """Nineteen minutes behind the last look, with everything passing: nothing was there to be detected."""
    world = World().run(until=WINDOW.start + 59 * MINUTE)
    order(world, Order.ROLL_BACK)
    ordered_at = world.now
    world.run()
    judged = world.state.judgements["rollback"]
    assert judged.verdict is Verdict.PASS and "over its limit" not in judged.why
    figures = {figure.name: figure.value for figure in judged.figures}
    assert figures.keys() == {"execute_s", "total_s"}
    took = world.state.observations["rollback/target_rule"].at - ordered_at
    assert figures["total_s"] == str(-(-took // SECOND))


def test_a_second_order_changes_nothing_once_the_target_goes_off() -> None:
    """Hold comes too late."""
    world = World().run(until=WINDOW.start + 30 * MINUTE)
    order(world, Order.ROLL_BACK)
    world.run(until=world.now + SECOND)
    order(world, Order.HOLD)
    assert end(world.run())[2] == 1


def test_hold_and_go_on() -> None:
    """Held during the verification, gone on an hour later: verified again on fresh readings, then as planned."""
    world = three_of_twenty_fail()
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    order(world, Order.HOLD)
    world.run(until=world.now + 60 * MINUTE)
    assert world.state.phase is Phase.HELD
    world.verdicts = lambda _world, _judge: Verdict.PASS
    before = world.state.observations["verify/gateway"].seq
    order(world, Order.GO_ON)
    world.run()
    assert world.state.observations["verify/gateway"].seq > before
    assert end(world) == ("pass", "watch_over", 0)


def test_going_on_after_a_failed_look_goes_on_with_the_next() -> None:
    """A person has let it pass; the ledger keeps that it failed."""
    world = World(verdicts=failing("watch/0002/error_rate"))
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    order(world, Order.GO_ON)
    world.run()
    assert world.state.judgements["watch/0002/error_rate"].verdict is Verdict.FAIL
    assert "watch/0003/error_rate" in world.state.judgements
    assert end(world) == ("pass", "watch_over", 0)


def test_going_on_when_nothing_is_held_does_nothing() -> None:
    """The order is kept in the ledger, and that is all."""
    world = World().run(until=WINDOW.start + 30 * MINUTE)
    order(world, Order.GO_ON)
    assert end(world.run()) == ("pass", "watch_over", 0)


def test_waiting_for_the_first_run_begins_anew_after_a_hold() -> None:
    """The rule fires again an hour later."""
    world = World()
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    nothing = {"count": 0, "complete": [], "incomplete": []}
    world.reads["observe/invocations"] = lambda _w, _r: nothing
    world.run()
    assert world.state.phase is Phase.HELD
    late = world.now + 60 * MINUTE
    world.reads["observe/invocations"] = lambda w, r: (
        {**nothing, "complete": [invocation(late)]} if w.now > late else nothing
    )
    world.run(until=late)
    order(world, Order.GO_ON)
    world.run()
    assert end(world)[0] == "pass"


def test_a_press_after_the_decision_is_late_and_the_buttons_are_gone() -> None:
    """The page is closed once it is decided."""
    world = three_of_twenty_fail()
    world.people["page"] = {"on_call": ("roll_back", 40 * SECOND)}
    world.run(until=WINDOW.start + 6 * MINUTE)
    world.add(world.press("page/1//ops_chat", "1", "hold", press_id="late"), actor="service")
    assert world.state.presses["late"].standing is Standing.LATE
    world.run()
    closed = {e.about for e in world.events(SendIntended) if e.method is Method.CLOSE}
    assert set(posted(world, "page")) <= closed


def test_trouble_twice_has_two_pages() -> None:
    """Held, gone on, failed again: page/2, decided on its own."""
    world = three_of_twenty_fail()
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    order(world, Order.GO_ON)
    world.people.pop("page")
    world.run()
    assert world.state.troubles == 2
    assert end(world) == ("fail", "verify_failed", 1)
    assert [e for e in world.events(Observed) if e.key == "rollback/target_rule"]
    assert [e for e in world.events(SwitchEnded) if e.key == "switch/target/disabled"]


def test_who_has_answered_one_matter_is_asked_again_in_the_next() -> None:
    """The drill was acknowledged; the page in the watch is another matter, and the same person's answer counts."""
    world = World(verdicts=lambda _w, judge: Verdict.FAIL if judge.key.startswith("watch/") else Verdict.PASS)
    world.run()
    answered = [(press.subject, press.contact) for press in world.state.presses.values() if press.counted]
    assert ("drill", "on_call") in answered and ("page/1", "on_call") in answered


def test_no_first_run_is_measured_from_when_it_was_noticed() -> None:
    """Without any invocation there is no earlier moment to count from."""
    world = World()
    world.people.pop("page")
    world.reads["invocations"] = lambda _w, _r: {"count": 0, "complete": [], "incomplete": []}
    world.run()
    figures = {figure.name: figure.value for figure in world.state.judgements["rollback"].figures}
    assert figures["detect_s"] == "0"


def test_a_person_may_hold_the_watch_and_go_on() -> None:
    """Held on the command line at half past two; the looks that fell due meanwhile are taken afterwards."""
    world = World().run(until=WINDOW.start + 30 * MINUTE)
    order(world, Order.HOLD)
    world.run()
    assert (world.state.phase, world.state.left) == (Phase.HELD, Phase.WATCHING)
    assert world.state.whys[Phase.HELD].detail == "james"
    world.now += 60 * MINUTE
    order(world, Order.GO_ON)
    assert end(world.run()) == ("pass", "watch_over", 0)
    assert disabled(world) == []
