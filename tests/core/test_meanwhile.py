"""What was so before a hold, a kill or a lost answer may be so no longer: nothing is switched or passed on its word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bongsu.core.decide import decide
from bongsu.core.events import (
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.verdict import Verdict
from tests.core.test_reversal import failing
from tests.core.told import end, failed_read, phases
from tests.core.world import MINUTE, SECOND, WINDOW, World, opened, plan

DAY = timedelta(days=1)
ENABLE = "switch/target/enabled"


def until(world: World, come: Callable[[World], bool]) -> World:
    """Run up to the line after which something is so."""
    if not world.lines:
        world.add(opened())
    for _ in range(500):
        if come(world):
            return world
        world.run(steps=1)
    raise AssertionError("it does not come to that")


def order(world: World, *what: Order) -> World:
    """Give orders on the command line, all before the run looks again."""
    for one in what:
        world.add(OperatorAsked(order=one, by="james"), actor="operator:james")
    return world


def held_in(phase: Phase, world: World | None = None) -> World:
    """Return a run that was held as soon as it had come to a phase."""
    return order(until(world or World(), lambda w: w.state.phase is phase), Order.HOLD).run()


def enabled(world: World) -> list[SwitchIntended]:
    """Return every call that was to enable the target."""
    return [event for event in world.events(SwitchIntended) if event.key == ENABLE]


def legacy_is_on(world: World) -> None:
    """Have somebody put the legacy back by hand."""
    world.reads["legacy_rule"] = lambda _w, _r: {"name": "old", "state": "ENABLED"}


def test_a_run_that_goes_on_after_the_window_enables_nothing() -> None:
    """The start was announced and the run held; a day later somebody has it go on."""
    world = held_in(Phase.ANNOUNCED)
    world.now += DAY
    order(world, Order.GO_ON).run()
    assert enabled(world) == []
    assert end(world) == ("fail", "window_passed", 6)


def test_a_call_that_was_lost_is_not_made_again_after_the_window() -> None:
    """The process died in the call and is resumed the next day: off by the read-back, and people say what follows."""
    world = World(switches=lambda _w, _s: Outcome.IN_DOUBT)
    until(world, lambda w: bool(w.events(SwitchEnded)))
    world.now += DAY
    world.switches = lambda _w, _s: Outcome.ACCEPTED
    world.run()
    assert len(enabled(world)) == 1
    assert end(world) == ("fail", "switch_in_doubt", 1)


@pytest.mark.parametrize("held", [True, False], ids=["held", "killed"])
def test_the_legacy_is_read_again_when_the_run_was_away_in_between(*, held: bool) -> None:
    """Off when the run left, and put back by hand since: two of them would text every customer twice."""
    world = until(World(), lambda w: "enable/legacy_rule" in w.state.observations)
    if held:
        order(world, Order.HOLD).run()
    legacy_is_on(world)
    world.now += 10 * SECOND if held else 20 * MINUTE
    order(world, *[Order.GO_ON] * held).run()
    assert enabled(world) == []
    assert end(world) == ("fail", "legacy_enabled", 6)


def test_a_repeat_asks_for_the_legacy_again_when_it_is_late() -> None:
    """The first call was refused for now, and somebody held the run before the second."""
    world = World(switches=lambda _w, _s: Outcome.NOT_SENT)
    until(world, lambda w: bool(w.events(SwitchEnded)))
    order(world, Order.HOLD).run()
    legacy_is_on(world)
    order(world, Order.GO_ON).run()
    assert len(enabled(world)) == 1
    assert end(world) == ("fail", "legacy_enabled", 6)


def test_calls_that_may_still_land_are_not_the_end() -> None:
    """Three answers lost, off by every read-back: to say that nothing was changed would be a guess."""
    world = World(switches=lambda _w, s: Outcome.IN_DOUBT if s.to is SwitchState.ENABLED else Outcome.ACCEPTED)
    world.people.pop("page")
    world.run()
    assert len(enabled(world)) == 3
    assert world.rule == "DISABLED"
    assert end(world) == ("fail", "switch_in_doubt", 1)


def test_a_call_in_doubt_counts_after_a_refused_repeat() -> None:
    """What was lost first can land last."""
    world = World(switches=lambda _w, s: Outcome.IN_DOUBT if s.attempt == 1 else Outcome.REFUSED)
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.SWITCH_IN_DOUBT


def test_a_rollback_leaves_the_target_alone_while_it_is_being_enabled() -> None:
    """Two calls at once could land in either order: it goes off when the other has ended."""
    world = until(World(), lambda w: w.state.phase is Phase.ANNOUNCED)
    until(world, lambda w: any(a.key == ENABLE for a in decide(w.plan, w.state, w.now)))
    world.add(SwitchIntended(key=ENABLE, which="target", to=SwitchState.ENABLED))
    order(world, Order.ROLL_BACK).run()
    assert world.state.phase is Phase.ROLLING_BACK
    assert not any(event.to is SwitchState.DISABLED for event in world.events(SwitchIntended))
    world.add(SwitchEnded(key=ENABLE, outcome=Outcome.ACCEPTED))
    assert end(world.run()) == ("fail", "asked_by_operator", 1)


@pytest.mark.parametrize("lands", ["never", "late", "unread"])
def test_an_enabling_in_doubt_is_looked_for_once_more_after_the_rollback(lands: str) -> None:
    """It may land when all is said to be off: then everybody is paged."""
    world = World(switches=lambda _w, s: Outcome.IN_DOUBT if s.to is SwitchState.ENABLED else Outcome.ACCEPTED)
    last = {"never": {"name": "new", "state": "DISABLED"}, "late": {"name": "new", "state": "ENABLED"}}
    world.reads["rollback/again/target_rule"] = lambda _w, _r: last.get(lands) or failed_read()
    until(world, lambda w: bool(w.events(SwitchEnded)))
    order(world, Order.ROLL_BACK).run()
    ended = ("fail", "asked_by_operator", 1) if lands == "never" else ("fail", "not_disabled", 4)
    assert end(world) == ended


def test_go_can_be_given_while_the_run_is_held() -> None:
    """Held while the approvers were asked: their buttons stay, and their word counts once the run goes on."""
    world = World(people={}).run(until=WINDOW.start - 8 * MINUTE)
    order(world, Order.HOLD).run()
    assert not [event for event in world.events(SendIntended) if event.method == "close"]
    for person, user in (("on_call", "U2"), ("ops_manager", "U3")):
        world.add(world.press("go_request//alerts", user, "go", channel="alerts", press_id=person), actor="service")
    world.run()
    assert world.state.phase is Phase.HELD
    order(world, Order.GO_ON).run(until=WINDOW.start)
    assert world.state.whys[Phase.APPROVED].why is Why.APPROVED


def test_a_success_after_a_hold_rests_on_a_rule_that_is_on() -> None:
    """Whoever held it has switched it off by hand; its first run had been good."""
    world = held_in(Phase.VERIFYING)
    world.rule = "DISABLED"
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    order(world, Order.GO_ON).run()
    assert world.state.whys[Phase.DECIDING].why is Why.TARGET_CHANGED
    assert "succeeded" not in phases(world)


def test_a_run_without_a_watch_ends_with_a_rule_that_is_on() -> None:
    """Held in its drill, switched off by hand, and gone on."""
    world = held_in(Phase.SUCCEEDED, World(plan=plan(watch=None)))
    world.rule = "DISABLED"
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    order(world, Order.GO_ON).run()
    assert world.state.whys[Phase.DECIDING].why is Why.TARGET_CHANGED
    world.rule = "ENABLED"
    order(world, Order.GO_ON).run()
    assert end(world) == ("pass", "no_watch", 0)


@pytest.mark.parametrize("watch", [True, False], ids=["watch", "no-watch"])
def test_a_pass_ends_with_a_rule_that_reads_as_on(*, watch: bool) -> None:
    """Nobody held the run and no guard stands beside it: somebody has switched the target off behind its last look."""
    world = World() if watch else World(plan=plan(watch=None))
    last = "watch/0003/error_rate" if watch else "drill"
    until(world, lambda w: last in w.state.judgements)
    world.rule = "DISABLED"
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    assert world.state.phase is Phase.HELD
    assert world.state.whys[Phase.DECIDING].why is Why.TARGET_CHANGED
    world.rule = "ENABLED"
    order(world, Order.GO_ON).run()
    assert end(world) == ("pass", "watch_over" if watch else "no_watch", 0)


@pytest.mark.parametrize(("watch", "why"), [(True, Why.WATCH_UNKNOWN), (False, Why.VERIFY_UNKNOWN)])
def test_a_rule_that_cannot_be_read_at_the_end_is_no_pass(*, watch: bool, why: Why) -> None:
    """The last thing to know is whether the target is on."""
    world = World() if watch else World(plan=plan(watch=None))
    world.reads["end/target_rule"] = lambda _w, _r: failed_read()
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    assert world.state.whys[Phase.DECIDING].why is why


def test_a_run_that_is_resumed_at_its_end_reads_the_rule_anew() -> None:
    """Its process died behind the last reading; a day later that reading says nothing of the rule."""
    world = until(World(), lambda w: "end/target_rule" in w.state.observations)
    world.now += DAY
    world.rule = "DISABLED"
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.TARGET_CHANGED


def test_a_last_look_that_is_let_pass_does_not_vouch_for_the_rule() -> None:
    """It failed, was held, and gone on: the watch is over, and the rule was switched off by hand in between."""
    world = World(verdicts=failing("watch/0003/error_rate"))
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    world.rule = "DISABLED"
    order(world, Order.GO_ON).run()
    assert world.state.whys[Phase.DECIDING].why is Why.TARGET_CHANGED


def test_the_way_back_is_not_overruled_by_a_hold_that_comes_right_after_it() -> None:
    """Two people at two terminals, within one look of the run."""
    world = World().run(until=WINDOW.start + 30 * MINUTE)
    order(world, Order.ROLL_BACK, Order.HOLD)
    assert end(world.run()) == ("fail", "asked_by_operator", 1)


def test_alarms_that_stay_unread_are_noticed_however_often_they_are_due() -> None:
    """Due every other minute, none is ever given up by itself: five failures in a row are enough all the same."""
    quick = replace(plan().rollback, detect=3 * MINUTE)
    world = World(plan=plan(rollback=quick)).run(until=WINDOW.start + 15 * MINUTE)
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.reads["alarms"] = lambda _w, _r: failed_read()
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.ALARM_UNKNOWN
    assert world.state.entered[Phase.DECIDING] < WINDOW.start + 20 * MINUTE


def test_an_alarm_that_is_not_there_any_more_is_unknown_and_paged_once() -> None:
    """It was deleted in the middle of the night; whoever has the run go on knows."""
    world = World(verdicts=lambda _w, judge: Verdict.UNKNOWN if judge.key.startswith("alarm/") else Verdict.PASS)
    world.run(until=WINDOW.start + 15 * MINUTE)
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.reads["alarms"] = lambda _w, _r: {"count": 1, "states": {}, "missing": ["a"]}
    world.run()
    assert world.state.whys[Phase.DECIDING].why is Why.ALARM_UNKNOWN
    order(world, Order.GO_ON).run()
    assert end(world) == ("pass", "watch_over", 0)


def test_a_page_about_a_rollback_that_failed_goes_out_again_however_late_the_run_is_resumed() -> None:
    """Its answer was lost with the process: to end there would leave the target on, and nobody told."""
    world = World(switches=lambda _w, s: Outcome.REFUSED if s.to is SwitchState.DISABLED else Outcome.ACCEPTED)
    world.run(until=WINDOW.start + 30 * MINUTE)
    order(world, Order.ROLL_BACK)
    until(world, lambda w: w.state.phase is Phase.ROLLBACK_FAILED)
    world.people.pop("page")
    world.now += DAY
    tried = {1: Outcome.IN_DOUBT, 2: Outcome.ACCEPTED}
    world.sends = lambda _w, s: tried[s.attempt] if "@" in s.key else Outcome.ACCEPTED
    assert end(world.run()) == ("fail", "not_disabled", 4)
    paged = [send for key, send in world.state.sends.items() if key.startswith("page/") and "@" in key]
    assert paged and all(send.accepted for send in paged)
    assert world.state.closed_at is not None
    assert world.state.closed_at >= max(send.intended_at for send in paged) + 5 * MINUTE
