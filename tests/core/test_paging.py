"""A page by itself and a drill by itself, as the core decides them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bongsu.core.decide import decide, wake_at
from bongsu.core.escalation import drill_times
from bongsu.core.events import Method, OperatorAsked, Order, Outcome, Phase, RunClosed, RunOpened, SendIntended
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.plan import ANY_TIME, NO_FIRST_RUN, NO_ROLLBACK, NO_TARGET, Announce, EscalationPolicy, Level
from bongsu.core.presses import Standing, open_matter
from bongsu.core.state import RunState
from bongsu.core.verdict import Verdict
from tests.core.told import end, posted
from tests.core.world import MINUTE, OPENS_AT, SECOND, World, opened, plan

MATTER = Raised(summary="the disk of db-1 is full", policy="critical")
NIGHTLY = EscalationPolicy(name="nightly", ack_sla=MINUTE, levels=(Level(page=("james",), wait=MINUTE),), repeat=0)


def paging(raised: Raised = MATTER, **answers: Any) -> World:
    """Return a run that has just been opened to page people; `answers` are who presses what, and after how long."""
    world = World(plan=plan(announce=Announce(to=())))
    world.people = {"page": answers}
    world.add(replace(opened(), kind=RunKind.PAGE, raised=raised))
    return world


def drilling(**changes: Any) -> World:
    """Return a run that has just been opened for the drill alone."""
    world = World(plan=plan(**changes))
    world.add(replace(opened(), kind=RunKind.DRILL))
    return world


def told_by_level(world: World) -> list[str]:
    """Return who was paged, in order, each once a level and round."""
    keys = posted(world, "page")
    return list(dict.fromkeys(key.partition("//")[2].replace("@ops_chat", "").replace("@alerts", "") for key in keys))


def ordered(world: World, order: Order, by: str = "james") -> None:
    """Give an order on the command line."""
    world.add(OperatorAsked(order=order, by=by), actor=f"operator:{by}")


def test_a_run_without_a_kind_is_a_cutover() -> None:
    """As every ledger was before there were others."""
    assert RunState().kind is RunKind.CUTOVER and RunState().raised is None
    assert opened().kind is RunKind.CUTOVER


def test_an_acknowledgement_ends_a_page() -> None:
    """The on-call engineer takes it after two minutes: nobody else is woken."""
    world = paging(on_call=("ack", 2 * MINUTE)).run()
    assert end(world) == ("pass", "acknowledged", 0)
    assert told_by_level(world) == ["on_call/r0l0"]
    assert world.now < OPENS_AT + 3 * MINUTE


def test_a_page_is_a_few_lines() -> None:
    """Opened, one message to each way of one person, a press and its answer, the buttons off, closed."""
    world = paging(on_call=("ack", 2 * MINUTE)).run()
    assert len(world.lines) == 1 + 2 * 2 + 1 + 2 + 2 * 2 + 1
    assert world.state.entered == {Phase.PAGING: OPENS_AT}


def test_the_next_level_is_paged_when_the_first_sleeps() -> None:
    """The manager answers four minutes after the first level had its five."""
    world = paging(ops_manager=("ack", 9 * MINUTE)).run()
    assert end(world) == ("pass", "acknowledged", 0)
    assert told_by_level(world) == ["on_call/r0l0", "on_call/r0l1", "ops_manager/r0l1"]


def test_unanswered_ends_after_all_repeats() -> None:
    """Three levels of five minutes, twice."""
    world = paging().run()
    assert end(world) == ("fail", "unanswered", 1)
    assert told_by_level(world) == [
        *("on_call/r0l0", "on_call/r0l1", "ops_manager/r0l1", "james/r0l2"),
        *("on_call/r1l0", "on_call/r1l1", "ops_manager/r1l1", "james/r1l2"),
    ]
    assert world.lines[-1].at == OPENS_AT + 30 * MINUTE


def test_a_page_that_no_service_took_is_unknown_not_unanswered() -> None:
    """Nobody was asked, so nobody failed to answer."""
    world = paging()
    world.sends = lambda _w, _send: Outcome.REFUSED
    assert end(world.run()) == ("unknown", "nobody_told", 3)


def test_unanswered_is_not_known_while_a_way_back_is_lost() -> None:
    """Somebody may have pressed where nobody listens."""
    world = paging()
    world.run(until=OPENS_AT + MINUTE)
    world.listening("alerts", "lost")
    assert end(world.run()) == ("unknown", "not_listening", 3)


def test_a_way_back_that_came_back_loses_nothing() -> None:
    """What was pressed meanwhile is delivered when it is open again."""
    world = paging()
    world.listening("alerts", "lost")
    world.listening("alerts", "open")
    assert end(world.run()) == ("fail", "unanswered", 1)


def test_a_page_goes_by_the_policy_that_it_names() -> None:
    """The nightly policy pages the captain alone."""
    world = paging(Raised(summary="x", policy="nightly"), james=("ack", 20 * SECOND))
    world.plan = replace(world.plan, escalation={**world.plan.escalation, "nightly": NIGHTLY})
    assert end(world.run()) == ("pass", "acknowledged", 0)
    assert told_by_level(world) == ["james/r0l0"]


def test_only_the_people_of_its_policy_can_take_it() -> None:
    """The manager is not in the nightly policy."""
    world = paging(Raised(summary="x", policy="nightly"))
    world.plan = replace(world.plan, escalation={**world.plan.escalation, "nightly": NIGHTLY})
    world.run(until=OPENS_AT + 10 * SECOND)
    press = world.press("page/nightly//james@alerts/r0l0", "U3", "ack", channel="alerts")
    world.add(press, actor="service")
    assert world.state.presses[press.press_id].standing is Standing.WRONG_PERSON
    assert end(world.run()) == ("fail", "unanswered", 1)


def test_the_channels_of_the_plan_hear_of_it_too() -> None:
    """Where the plan announces to somebody."""
    world = paging(on_call=("ack", MINUTE))
    world.plan = plan()
    world.run()
    assert {"page/critical//ops_chat", "page/critical//alerts"} <= set(posted(world, "page"))


def test_an_acknowledgement_takes_the_buttons_off_everywhere() -> None:
    """In every chat, before the last line; until then whoever is paged can answer."""
    world = paging(ops_manager=("ack", 6 * MINUTE))
    world.run(until=OPENS_AT + 5 * MINUTE + 30 * SECOND)
    assert not any(e.method is Method.CLOSE for e in world.events(SendIntended))
    world.run()
    closed = {e.about for e in world.events(SendIntended) if e.method is Method.CLOSE}
    assert closed == set(posted(world, "page"))


def test_whoever_comes_second_is_too_late() -> None:
    """One answer is enough, and the second is told so."""
    world = paging(on_call=("ack", 6 * MINUTE))
    world.run(until=OPENS_AT + 5 * MINUTE + 30 * SECOND)
    for user, channel in (("2", "ops_chat"), ("U3", "alerts")):
        person = "on_call" if user == "2" else "ops_manager"
        press = world.press(f"page/critical//{person}@{channel}/r0l1", user, "ack", channel=channel)
        world.add(press, actor="service")
    assert [press.standing for press in world.state.presses.values()] == [Standing.COUNTED, Standing.LATE]
    assert end(world.run()) == ("pass", "acknowledged", 0)


def test_an_answer_after_the_last_level_is_late() -> None:
    """The page is over by then, and says so in every chat."""
    world = paging()
    world.run(until=OPENS_AT + 30 * MINUTE)
    press = world.press("page/critical//on_call@ops_chat/r0l0", "2", "ack")
    world.add(press, actor="service")
    assert world.state.presses[press.press_id].standing is Standing.LATE
    assert end(world.run()) == ("fail", "unanswered", 1)


def test_a_matter_that_is_over_pages_nobody_any_more() -> None:
    """The alarm's own end, or somebody's word."""
    world = paging()
    world.run(until=OPENS_AT + MINUTE)
    ordered(world, Order.CLEAR, by="")
    world.add(world.press("page/critical//on_call@ops_chat/r0l0", "2", "ack"), actor="service")
    assert [press.standing for press in world.state.presses.values()] == [Standing.LATE]
    assert end(world.run()) == ("pass", "cleared", 0)
    assert told_by_level(world) == ["on_call/r0l0"]


@pytest.mark.parametrize("order", [Order.HOLD, Order.ROLL_BACK, Order.GO_ON])
@pytest.mark.parametrize("kind", [RunKind.PAGE, RunKind.DRILL])
def test_there_is_nothing_to_hold_or_to_undo(kind: RunKind, order: Order) -> None:
    """Such an order changes nothing, should it ever get into the ledger."""
    world = paging(on_call=("ack", 2 * MINUTE)) if kind is RunKind.PAGE else drilling()
    world.run(until=OPENS_AT + 5 * SECOND)
    ordered(world, order)
    world.run()
    assert world.state.closed is not None and world.state.closed.verdict is Verdict.PASS


@pytest.mark.parametrize("order", [Order.HOLD, Order.ROLL_BACK, Order.GO_ON])
def test_an_order_that_means_nothing_to_a_page_takes_nobodys_answer_away(order: Order) -> None:
    """Only that the matter is over makes an acknowledgement come too late."""
    world = paging(on_call=("ack", 2 * MINUTE))
    world.run(until=OPENS_AT + 5 * SECOND)
    ordered(world, order)
    world.run()
    assert [press.standing for press in world.state.presses.values()] == [Standing.COUNTED]


def test_nothing_comes_after_the_end() -> None:
    """Neither an action nor a wake-up."""
    world = paging(on_call=("ack", 2 * MINUTE)).run()
    assert isinstance(world.lines[-1].event, RunClosed)
    assert decide(world.plan, world.state, world.now) == []
    assert wake_at(world.plan, world.state, world.now) is None


# --- on the command line


def test_a_word_on_the_command_line_counts_like_a_press() -> None:
    """The on-call engineer has no hand free for the phone."""
    world = paging()
    world.run(until=OPENS_AT + MINUTE)
    ordered(world, Order.ACKNOWLEDGE, by="on_call")
    (press,) = world.state.presses.values()
    assert (press.contact, press.channel, press.subject, press.counted) == ("on_call", "console", MATTER.subject, True)
    assert end(world.run()) == ("pass", "acknowledged", 0)
    assert not any(e.method is Method.ANSWER for e in world.events(SendIntended)), "there is no press to answer"


@pytest.mark.parametrize(("by", "standing"), [("nobody", Standing.WRONG_PERSON), ("on_call", Standing.COUNTED)])
def test_only_somebody_who_is_asked_can_say_it(by: str, standing: Standing) -> None:
    """A name that the plan does not know counts for nobody."""
    world = paging()
    world.run(until=OPENS_AT + MINUTE)
    ordered(world, Order.ACKNOWLEDGE, by=by)
    assert [press.standing for press in world.state.presses.values()] == [standing]


def test_an_acknowledgement_replaces_no_order() -> None:
    """A hold that was given before it is still obeyed."""
    world = World()
    world.run(until=OPENS_AT + 5 * SECOND)
    ordered(world, Order.HOLD)
    ordered(world, Order.ACKNOWLEDGE, by="on_call")
    assert world.state.order is not None and world.state.order.order is Order.HOLD
    assert [press.standing for press in world.state.presses.values()] == [Standing.UNKNOWN_MESSAGE]
    world.run()
    assert world.state.phase is Phase.HELD


def test_what_a_word_on_the_command_line_is_about() -> None:
    """The newest trouble of a cutover, its drill once it is out, and nothing before and after."""
    world = World(verdicts=lambda _w, judge: Verdict.FAIL if judge.key.startswith("verify/") else Verdict.PASS)
    world.people["page"] = {}
    assert open_matter(world.state) == ""
    while world.state.phase is not Phase.DECIDING:
        world.run(until=world.now + SECOND)
    assert open_matter(world.state) == "page/1"
    ordered(world, Order.ACKNOWLEDGE, by="ops_manager")
    world.run(until=world.now + MINUTE)
    assert "taken//page/1//alerts" in world.state.sends
    world.run()
    assert open_matter(world.state) == ""


# --- the drill


def test_a_drill_alone_is_its_drill_and_nothing_else() -> None:
    """On-call after two minutes, the manager after four: both within the SLA, and nothing is read or switched."""
    world = drilling()
    world.people = {"drill": {"on_call": ("ack", 2 * MINUTE), "ops_manager": ("ack", 4 * MINUTE)}}
    world.run()
    assert end(world) == ("pass", "drill_passed", 0)
    assert [(time.contact, time.elapsed_s) for time in drill_times(world.plan, world.state)] == [
        ("on_call", 120),
        ("ops_manager", 240),
    ]
    assert {type(action).__name__ for action in world.asked} == {"Send", "Conclude", "Close"}
    assert {key.partition("//")[0] for key in posted(world, "drill_result")} == {"drill_result"}


def test_a_drill_alone_that_is_missed_ends_with_one() -> None:
    """The manager sleeps for sixteen minutes."""
    world = drilling()
    world.people = {"drill": {"on_call": ("ack", 2 * MINUTE)}}
    assert end(world.run()) == ("fail", "drill_missed", 1)


def test_a_drill_is_answered_on_the_command_line_too() -> None:
    """And each person answers for themselves."""
    world = drilling()
    world.people = {"drill": {"ops_manager": ("ack", MINUTE)}}
    world.run(until=OPENS_AT + 30 * SECOND)
    assert open_matter(world.state) == "drill"
    ordered(world, Order.ACKNOWLEDGE, by="on_call")
    assert end(world.run()) == ("pass", "drill_passed", 0)
    assert "on_call.elapsed_s" in [figure.name for figure in world.state.judgements["drill"].figures]


def test_nobody_can_answer_a_drill_that_is_not_out_yet() -> None:
    """The run is opened, and no message has left."""
    world = drilling()
    assert open_matter(world.state) == ""
    assert isinstance(world.lines[0].event, RunOpened)


# --- a process that was away, and a plan for paging alone


def test_levels_that_nobody_drove_are_paged_late_and_not_all_at_once() -> None:
    """The process is away for two hours after the first level: everybody hears of it once, and gets their time."""
    world = paging()
    world.run(until=OPENS_AT + MINUTE)
    assert told_by_level(world) == ["on_call/r0l0"]
    back = world.now = OPENS_AT + 120 * MINUTE
    world.run(until=back + SECOND)
    assert world.state.closed is None
    assert told_by_level(world)[1:] == ["on_call/r1l1", "ops_manager/r1l1", "james/r1l2"]
    assert end(world.run()) == ("fail", "unanswered", 1)
    assert world.lines[-1].at == back + 5 * MINUTE


def test_a_page_that_was_lost_with_its_process_goes_out_again_however_late() -> None:
    """The last level is begun when the process dies, and its time is long over when somebody goes on with the run."""
    world = paging()
    world.sends = lambda _w, _s: Outcome.IN_DOUBT
    world.now += 60 * MINUTE
    while "james/r1l2" not in told_by_level(world):
        world.run(steps=1)
    world.sends = lambda _w, _s: Outcome.ACCEPTED
    world.now += 60 * MINUTE
    again = world.now
    assert end(world.run()) == ("fail", "unanswered", 1)
    assert {event.attempt for event in world.events(SendIntended) if event.key.startswith("page/critical//james")} == {
        1,
        2,
    }
    assert world.state.closed_at is not None and world.state.closed_at >= again + 5 * MINUTE


def test_everybody_of_the_last_level_is_paged_before_it_is_over() -> None:
    """One of two had been begun when the process died."""
    both = EscalationPolicy(
        name="critical", ack_sla=MINUTE, levels=(Level(page=("james", "on_call"), wait=MINUTE),), repeat=0
    )
    world = World(people={}, plan=plan(announce=Announce(to=()), escalation={"critical": both}, drill=None))
    world.add(replace(opened(), kind=RunKind.PAGE, raised=MATTER))
    world.run(steps=1)
    assert told_by_level(world) == ["james/r0l0"]
    world.now += 60 * MINUTE
    assert end(world.run()) == ("fail", "unanswered", 1)
    assert told_by_level(world) == ["james/r0l0", "on_call/r0l0"]


def test_a_level_that_has_no_way_to_anybody_is_not_waited_for() -> None:
    """Its people have no address on any channel of the plan: the others have had their time."""
    world = paging()
    james = replace(world.plan.contacts["james"], addresses={})
    world.plan = replace(world.plan, contacts={**world.plan.contacts, "james": james})
    assert end(world.run()) == ("fail", "unanswered", 1)
    assert world.lines[-1].at == OPENS_AT + 30 * MINUTE


def test_where_nothing_is_announced_the_drilled_hear_of_their_result() -> None:
    """Each of them, directly."""
    world = drilling(announce=Announce(to=()))
    assert end(world.run()) == ("pass", "drill_passed", 0)
    assert posted(world, "drill_result") == [
        "drill_result//on_call@ops_chat",
        "drill_result//on_call@alerts",
        "drill_result//ops_manager@alerts",
    ]


def test_what_a_plan_is_good_for() -> None:
    """A cutover needs a target, a drill a drill, a page an escalation."""
    whole = plan()
    assert whole.kinds == (RunKind.CUTOVER, RunKind.DRILL, RunKind.PAGE)
    alone = replace(whole, target=NO_TARGET, window=ANY_TIME, first_run=NO_FIRST_RUN, rollback=NO_ROLLBACK)
    assert alone.kinds == (RunKind.DRILL, RunKind.PAGE) and not alone.cuts_over
    assert replace(whole, drill=None, escalation={}).kinds == (RunKind.CUTOVER,)
