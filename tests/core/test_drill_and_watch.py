"""The drill and the watch as the core decides them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bongsu.core.actions import Judge
from bongsu.core.decide import decide, wake_at
from bongsu.core.escalation import drill_times
from bongsu.core.events import (
    ButtonPressed,
    Judged,
    JudgedFigure,
    Outcome,
    Phase,
    SendIntended,
    Why,
)
from bongsu.core.times import from_iso
from bongsu.core.verdict import Verdict
from tests.core.told import end, posted
from tests.core.world import MINUTE, SECOND, WINDOW, World, plan


def test_no_message_of_the_drill_comes_after_its_answers_but_the_result() -> None:
    """The seed's drill listed answers that came later; here the result is a new message."""
    world = World().run()
    lines = {
        key: line
        for line in world.lines
        if (key := getattr(line.event, "key", None)) and isinstance(line.event, SendIntended)
    }
    acks = [line.at for line in world.lines if isinstance(line.event, ButtonPressed) and line.event.button == "ack"]
    assert lines["drill//ops_chat"].at < min(acks)
    assert lines["drill_result//ops_chat"].at >= max(acks)


def test_drill_times_are_measured_from_acceptance_to_press() -> None:
    """15 s and 22 s, as in the seed, but counted."""
    world = World().run()
    times = drill_times(world.plan, world.state)
    assert [(time.contact, time.elapsed_s) for time in times] == [("on_call", 15), ("ops_manager", 22)]
    assert world.state.figures["drill.on_call.elapsed_s"].value == "15"


def test_without_a_drill_the_watch_follows_the_success() -> None:
    """A plan need not drill."""
    world = World(plan=plan(drill=None)).run()
    assert world.state.whys[Phase.DRILLED].why is Why.NO_DRILL
    assert drill_times(world.plan, world.state) == ()
    assert end(world)[0] == "pass"


def test_without_a_watch_the_run_ends_after_the_drill() -> None:
    """And the buttons of the drill are closed before the last line."""
    world = World(plan=plan(watch=None)).run()
    assert end(world) == ("pass", "no_watch", 0)
    assert "close//drill//alerts" in world.state.sends


def test_a_missed_drill_fails_the_run_and_names_who_was_missing() -> None:
    """The operations manager does not answer within 15 minutes."""
    world = World()
    del world.people["drill"]["ops_manager"]
    world.run()
    assert world.state.judgements["drill"].why == "not acknowledged within the SLA: ops_manager"
    assert world.state.whys[Phase.DRILLED].why is Why.DRILL_MISSED
    assert end(world) == ("fail", "drill_missed", 1)


def test_an_acknowledgement_in_the_last_second_of_the_sla_is_in_time() -> None:
    """Fifteen minutes are promised: at exactly fifteen it is kept, a second later it is not."""
    for after, verdict in ((15 * MINUTE, Verdict.PASS), (15 * MINUTE + SECOND, Verdict.FAIL)):
        world = World()
        del world.people["drill"]["ops_manager"]
        while not drill_times(world.plan, world.state)[1].asked_at:
            world.run(until=world.now + SECOND)
        asked_at = drill_times(world.plan, world.state)[1].asked_at
        assert asked_at is not None
        press = world.press("drill//ops_manager@alerts", "U3", "ack", channel="alerts")
        world.coming.append((asked_at + after, press))
        world.run()
        assert world.state.judgements["drill"].verdict is verdict


def test_only_who_has_answered_the_drill_loses_its_button() -> None:
    """Seven seconds lie between the two answers; the announcement keeps its own until the drill is over."""
    world = World()
    while not any(press.button == "ack" for press in world.state.presses.values()):
        assert not [key for key in world.state.sends if key.startswith("close//drill//")]
        world.run(until=world.now + SECOND)
    world.run(until=world.now + 3 * SECOND)
    closed = {key for key in world.state.sends if key.startswith("close//drill//")}
    assert closed == {"close//drill//on_call@ops_chat", "close//drill//on_call@alerts"}


def test_an_answer_after_the_drill_is_kept_as_late() -> None:
    """It changes nothing and is shown."""
    world = World()
    world.people["drill"]["ops_manager"] = ("ack", 16 * MINUTE)
    world.run()
    late = next(time for time in drill_times(world.plan, world.state) if time.contact == "ops_manager")
    assert late.late
    assert world.state.judgements["drill"].verdict is Verdict.FAIL


def test_a_drill_that_reaches_nobody_is_missed_at_once() -> None:
    """Every channel refuses: there is no clock to wait for."""
    world = World(sends=lambda _w, send: Outcome.REFUSED if send.message == "drill" else Outcome.ACCEPTED).run()
    assert world.state.judgements["drill"].verdict is Verdict.FAIL
    assert world.state.judgements["drill"].why == "not acknowledged within the SLA: on_call, ops_manager"
    assert drill_times(world.plan, world.state)[0].elapsed_s is None


@pytest.mark.parametrize(("verdict", "why"), [(Verdict.FAIL, Why.WATCH_FAILED), (Verdict.UNKNOWN, Why.WATCH_UNKNOWN)])
def test_a_look_that_does_not_pass_pages(verdict: Verdict, why: Why) -> None:
    """The second look of the watch fails, or cannot be known."""
    world = World(verdicts=lambda _w, judge: verdict if judge.key.startswith("watch/0002") else Verdict.PASS).run()
    assert world.state.whys[Phase.DECIDING].why is why
    assert posted(world, "watch_summary") == []
    assert end(world)[2] == 1


def test_a_look_at_which_nothing_was_due_pages_nobody() -> None:
    """At night no SMS is due: unknown stays unknown in the ledger, and is no reason to wake anybody."""
    world = World().run(until=WINDOW.start + 25 * MINUTE)
    while world.state.closed is None:
        for action in decide(world.plan, world.state, world.now):
            if isinstance(action, Judge):
                none = JudgedFigure(name="items", value="0", unit="", seq=len(world.lines))
                rate = JudgedFigure(name="rate", value="0", unit="%", seq=len(world.lines))
                figures = (rate, none)
                idle = Judged(key=action.key, check="error_rate", verdict=Verdict.UNKNOWN, why="none", figures=figures)
                world.add(idle)
                break
            world.answer(action)
            break
        else:
            world.now = wake_at(world.plan, world.state, world.now) or world.now
    assert world.state.judgements["watch/0003/error_rate"].verdict is Verdict.UNKNOWN
    assert end(world) == ("pass", "watch_over", 0)


def test_the_watch_reports_as_often_as_the_plan_says() -> None:
    """Every 20 minutes within the hour: three reports to each channel."""
    watch = plan().watch
    assert watch is not None
    world = World(plan=plan(watch=replace(watch, report_every=20 * MINUTE))).run()
    assert [key for key in posted(world, "watch_summary") if key.endswith("ops_chat")] == [
        f"watch_summary/{number}//ops_chat" for number in (1, 2, 3)
    ]


def test_the_first_look_begins_where_the_verification_ended() -> None:
    """No invocation falls between the two."""
    world = World().run()
    verified = world.state.observations["verify/invocations"].args["until"]
    assert world.state.observations["watch/0001/invocations"].args["since"] == verified
    counted = [world.state.observations[f"watch/{n:04d}/metrics"].args for n in (1, 2, 3)]
    edges = [from_iso(text) for args in counted for text in (args["since"], args["until"])]
    assert all(edge.second == edge.microsecond == 0 for edge in edges)
    assert from_iso(verified) <= edges[0] < from_iso(verified) + MINUTE
    assert edges[1:5] == [edges[1], edges[1], edges[3], edges[3]]


def test_an_answer_to_a_drill_in_doubt_counts_from_its_intention() -> None:
    """The reply to the message was lost, but its button was pressed: it arrived, and the time is not cut short."""
    world = World(plan=plan(watch=None))
    world.plan = replace(
        world.plan,
        announce=replace(world.plan.announce, to=("ops_chat",)),
        contacts={
            **world.plan.contacts,
            "on_call": replace(world.plan.contacts["on_call"], addresses={"telegram": "2"}),
        },
        go=None,
        drill=replace(world.plan.drill, everyone=("on_call",)) if world.plan.drill else None,
    )
    world.people = {}
    world.sends = lambda _w, send: Outcome.IN_DOUBT if send.message == "drill" else Outcome.ACCEPTED
    while "drill//on_call@ops_chat" not in world.state.sends:
        world.run(until=world.now + SECOND)
    first = world.state.sends["drill//on_call@ops_chat"]
    world.run(until=world.now + 2 * SECOND)
    world.add(world.press("drill//on_call@ops_chat", "2", "ack", ref={}), actor="service")
    (time,) = drill_times(world.plan, world.state)
    assert time.asked_at is not None and time.asked_at <= first.intended_at
    assert time.elapsed_s is not None and 2 <= time.elapsed_s <= 4
    world.run()
    assert world.state.judgements["drill"].verdict is Verdict.PASS
