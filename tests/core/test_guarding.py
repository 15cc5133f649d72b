"""The guard's rules: it does nothing while its run is heard, looks before it acts, and what it did is never undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bongsu.core.actions import Enter, Read
from bongsu.core.decide import decide
from bongsu.core.events import (
    Method,
    Observed,
    OperatorAsked,
    Order,
    Outcome,
    Phase,
    PhaseEntered,
    ReadFailed,
    SendIntended,
    SwitchIntended,
    SwitchState,
    Why,
)
from bongsu.core.guard_events import (
    Did,
    GuardChanged,
    Guarding,
    Heart,
    Life,
    RunLookedFor,
    Safe,
)
from bongsu.core.guarding import safe_state
from tests.core.guards import RUN, guard, heard, silent, spec
from tests.core.world import MINUTE, SECOND, World, plan


def guarded(**changes: object) -> World:
    """Return a cutover whose plan has a guard."""
    return World(plan=replace(plan(), guard=spec()), **changes)  # type: ignore[arg-type]


def phases(world: World) -> list[Phase]:
    return [event.phase for event in world.events(PhaseEntered)]


def test_a_guard_does_nothing_while_its_run_is_heard():
    """An hour of heartbeats: one phase, no message, no switch, no reading."""
    world = guard().run(until=World().now + 60 * MINUTE)
    assert phases(world) == [Phase.ARMED]
    assert not world.events(SendIntended) and not world.events(Observed)


@pytest.mark.parametrize(("leave", "why"), [(Heart.CLOSED, Why.RUN_CLOSED), (Heart.LEFT, Why.RUN_LEFT)])
def test_a_guard_ends_when_its_run_takes_leave(leave, why):
    """A run that is over, and one that somebody left on purpose, need no guard: nobody is told, and it ends with 0."""
    world = guard()
    world.add(heard(leave))
    world.run()
    assert world.state.closed is not None
    assert (world.state.closed.why, world.state.closed.exit_code) == (why, 0)
    assert not world.events(SendIntended)


def test_a_silent_run_is_looked_for_before_anything_is_done():
    """Silence alone switches and sends nothing, however long it lasts: the second look must have been taken."""
    world = guard()
    world.add(heard(Heart.SILENT))
    world.run(until=world.now + 60 * MINUTE)
    assert phases(world) == [Phase.ARMED, Phase.LOOKING]
    assert not world.events(SendIntended) and not world.events(SwitchIntended)


def test_a_guard_decides_nothing_before_what_it_asked_has_been_answered():
    """The rule, and out of sight of the store the chat too: one answer of the two is not enough."""
    world = silent(guard(), Life.OUT_OF_SIGHT)
    for awaited in ({"look/target_rule", "look/sent_message"}, {"look/sent_message"}):
        actions = decide(world.plan, world.state, world.now)
        assert {action.key for action in actions if isinstance(action, Read)} == awaited
        assert not [action for action in actions if isinstance(action, Enter)]
        world.answer(actions[0])
    world.run(until=world.now + SECOND)
    assert Phase.DECIDING in phases(world)


def test_a_run_that_is_heard_from_one_phase_to_the_next_is_not_looked_for():
    """Each phase of it is a word of its own, also after it was seen alive while it was not heard."""
    world = guard()
    world.add(heard(Heart.HEARD, Phase.VERIFYING))
    assert decide(world.plan, world.state, world.now) == []
    silent(world, Life.ALIVE).run(until=world.now + SECOND)
    world.add(heard(Heart.HEARD, Phase.WATCHING, Safe.AS_IT_IS))
    assert decide(world.plan, world.state, world.now) == []


@pytest.mark.parametrize("sign", [heard(Heart.HEARD), RunLookedFor(run=RUN, found=Life.ALIVE)])
def test_a_run_that_lives_is_left_alone(sign):
    """Heard again, or seen at work in its ledger while its heartbeats are lost: back to listening."""
    world = guard()
    world.add(heard(Heart.SILENT))
    world.run(until=world.now + SECOND)
    world.add(sign)
    world.run(until=world.now + 60 * MINUTE)
    assert phases(world) == [Phase.ARMED, Phase.LOOKING, Phase.ARMED]
    assert not world.events(SendIntended) and not world.events(SwitchIntended)


def test_a_dead_run_has_its_target_put_back_and_people_paged():
    """Restore: off and read back, everybody told by page and by the rollback's message; exit code 1."""
    world = silent(guard()).run()
    assert phases(world)[1:] == [Phase.LOOKING, Phase.DECIDING, Phase.ROLLING_BACK, Phase.ROLLED_BACK]
    assert [(s.which, s.to) for s in world.events(SwitchIntended)] == [("target", SwitchState.DISABLED)]
    assert world.rule == "DISABLED"
    assert world.state.whys[Phase.ROLLING_BACK].why is Why.GUARD_RESTORES
    messages = {event.message for event in world.events(SendIntended)}
    assert messages == {"silence", "rollback", "answer", "closing"}
    paged = {event.key.partition("//")[2] for event in world.events(SendIntended) if event.message == "silence"}
    assert paged >= {"ops_chat", "alerts", "on_call@ops_chat/r0l0"}
    assert not [key for key in paged if key.endswith("l1")], "whoever answered ends the climbing"
    undone = next(line.seq for line in world.lines if getattr(line.event, "phase", None) is Phase.ROLLED_BACK)
    assert world.state.sends["silence//on_call@ops_chat/r0l0"].seq < undone


def test_the_way_back_begins_before_anybody_has_answered():
    """A target that is on unwatched does not wait for a person: the switch comes before the first press."""
    world = silent(guard())
    world.people = {}
    world.run(until=world.now + 5 * SECOND)
    assert world.rule == "DISABLED"


def test_a_guard_that_only_pages_switches_nothing_by_itself():
    """Page: buttons for a decision, levels until somebody answers; then the target is left, and the exit code is 3."""
    world = silent(guard("page")).run()
    assert world.rule == "ENABLED" and not world.events(SwitchIntended)
    assert phases(world)[-2:] == [Phase.DECIDING, Phase.HELD]
    assert world.state.closed is not None and world.state.closed.exit_code == 3
    posted = {e.key for e in world.events(SendIntended) if e.message == "silence" and e.method is Method.POST}
    assert {key for key in world.state.sends if key.startswith("close//")} == {f"close//{key}" for key in posted}


def test_a_person_has_the_guard_roll_back():
    """Roll back under the guard's page is obeyed by the guard: the machine of the run may be gone."""
    world = guard("page")
    world.people = {"silence": {"on_call": ("roll_back", 20 * SECOND)}}
    silent(world).run()
    assert world.rule == "DISABLED"
    assert world.state.whys[Phase.ROLLING_BACK].why is Why.DECIDED_BY_PERSON
    assert world.state.closed is not None and world.state.closed.exit_code == 1


def test_nobody_answers_and_every_level_is_paged():
    """The guard goes through its own policy to the end."""
    world = silent(guard("page"))
    world.people = {}
    world.run()
    keys = {event.key for event in world.events(SendIntended) if event.message == "silence"}
    assert {key.rpartition("/")[2] for key in keys if "@" in key} == {f"r{r}l{n}" for r in (0, 1) for n in (0, 1, 2)}
    assert world.state.closed is not None and world.state.closed.exit_code == 3


def test_a_target_that_is_off_already_is_not_switched():
    """The run died before it enabled anything: people are paged, and that is all."""
    world = silent(guard(rule="DISABLED", phase=Phase.APPROVED)).run()
    assert not world.events(SwitchIntended)
    assert world.state.closed is not None and world.state.closed.exit_code == 3


def test_a_run_that_said_in_a_chat_that_it_is_cut_off_is_not_overruled():
    """No store in common, but its notice to the captain came after its last heartbeat: people decide about it."""
    world = guard()
    asked: list[dict[str, object]] = []

    def history(_world, read):
        asked.append(dict(read.args))
        return {"found": True, "ref": {"channel": "D1", "ts": "1.000001"}, "looked_through": 3}

    world.reads["look/sent_message"] = history
    silent(world, Life.OUT_OF_SIGHT).run()
    assert world.rule == "ENABLED" and not world.events(SwitchIntended)
    assert world.state.closed is not None and world.state.closed.exit_code == 3
    (args,) = asked
    assert (args["key"], args["run"], args["to"]) == ("guard_lost/1//james@alerts", RUN, "U1")


@pytest.mark.parametrize("found", [Life.GONE, Life.STANDS_STILL])
def test_what_a_store_shows_needs_no_look_into_a_chat(found):
    world = silent(guard(), found).run()
    assert world.rule == "DISABLED"
    assert "sent_message" not in {event.reading for event in world.events(Observed) if event.key.startswith("look/")}


@pytest.mark.parametrize("unread", [True, False])
def test_a_chat_that_holds_no_notice_keeps_nobody_waiting(unread):
    """Nothing found, or no answer: the guard acts as the plan says."""
    world = guard()
    nothing = {"found": False, "ref": {}, "looked_through": 3}
    failed = ReadFailed(key="", reading="", reason="missing_scope")
    world.reads["look/sent_message"] = lambda _w, _r: failed if unread else nothing
    silent(world, Life.OUT_OF_SIGHT).run(until=world.now + 10 * SECOND)
    assert world.rule == "DISABLED"


def test_a_success_is_not_taken_back_because_its_watch_died():
    """After the success the target is safe as it is: restore or not, the guard pages."""
    world = silent(guard(safe=Safe.AS_IT_IS, phase=Phase.WATCHING)).run()
    assert world.rule == "ENABLED" and not world.events(SwitchIntended)


def test_a_rule_that_cannot_be_read_keeps_nobody_waiting():
    """The reading fails: the target is switched off all the same, and people are paged at once."""
    world = guard()
    failing = ReadFailed(key="", reading="", reason="unreachable")
    world.reads["look/target_rule"] = lambda _w, _r: failing
    silent(world).run(until=world.now + 10 * SECOND)
    assert world.rule == "DISABLED"


def test_a_rule_that_refuses_to_go_off_is_told_of():
    """The guard's own rollback fails: everybody is paged once more, exit code 4."""
    world = guard()
    world.switches = lambda _w, _s: Outcome.REFUSED
    world.people["page"] = {"on_call": ("ack", 40 * SECOND)}
    silent(world).run()
    assert world.state.closed is not None and world.state.closed.exit_code == 4
    assert "page" in {event.message for event in world.events(SendIntended)}


def test_an_order_on_the_command_line_does_not_move_a_guard():
    """Orders are for the run; a guard is ended or pressed under."""
    world = guard()
    world.add(OperatorAsked(order=Order.ROLL_BACK, by="james"))
    world.run(until=world.now + MINUTE)
    assert phases(world) == [Phase.ARMED]


@pytest.mark.parametrize(
    ("phase", "left", "safe"),
    [
        (Phase.APPROVED, Phase.PLANNED, Safe.OFF),
        (Phase.ANNOUNCED, Phase.PLANNED, Safe.OFF),
        (Phase.VERIFYING, Phase.PLANNED, Safe.OFF),
        (Phase.DECIDING, Phase.VERIFYING, Safe.OFF),
        (Phase.ROLLING_BACK, Phase.WATCHING, Safe.OFF),
        (Phase.SUCCEEDED, Phase.PLANNED, Safe.AS_IT_IS),
        (Phase.WATCHING, Phase.PLANNED, Safe.AS_IT_IS),
        (Phase.DECIDING, Phase.WATCHING, Safe.AS_IT_IS),
    ],
)
def test_what_is_safe_follows_from_where_the_run_stands(phase, left, safe):
    """Off until the success is announced and on the way back; as it is afterwards."""
    assert safe_state(phase, left) is safe


def acted(did: Did) -> GuardChanged:
    return GuardChanged(state=Guarding.ACTED, guard_run="guard-cutover-1", did=did)


def until_phase(world: World, phase: Phase) -> World:
    for _ in range(2000):
        if world.state.phase is phase:
            return world
        world.run(steps=1)
    raise AssertionError(f"the run never stands at {phase}")


@pytest.mark.parametrize("phase", [Phase.ENABLED, Phase.OBSERVING, Phase.VERIFYING])
def test_a_run_that_wakes_up_after_its_guard_finishes_the_way_back(phase):
    """It never enables again and announces no success: it rolls back, reads that back, and ends with 1."""
    world = until_phase(guarded(), phase)
    world.add(acted(Did.RESTORED))
    world.run()
    enabled = [e for e in world.events(SwitchIntended) if (e.which, e.to) == ("target", SwitchState.ENABLED)]
    assert len(enabled) == 1
    assert "success" not in {event.message for event in world.events(SendIntended)}
    assert world.state.closed is not None
    assert (world.state.closed.exit_code, world.state.closed.why) == (1, Why.GUARD_ACTED)
    assert world.rule == "DISABLED"


def test_a_run_that_wakes_up_before_the_switch_does_not_switch():
    """The guard acted while nothing was on: a no-go, and the target is never enabled."""
    world = until_phase(guarded(), Phase.APPROVED)
    world.add(acted(Did.RESTORED))
    world.run()
    assert not world.events(SwitchIntended)
    assert world.state.closed is not None and world.state.closed.exit_code == 6


def test_a_run_whose_guard_only_paged_waits_for_a_person():
    """People were told that it is dead: what comes next is theirs, and they may have it go on."""
    world = until_phase(guarded(), Phase.OBSERVING)
    world.add(acted(Did.PAGED))
    world.run(until=world.now + 60 * MINUTE)
    assert world.state.phase is Phase.HELD
    world.add(OperatorAsked(order=Order.GO_ON, by="james"))
    world.run()
    assert world.state.closed is not None and world.state.closed.exit_code == 0


def test_a_guard_that_acts_after_a_person_has_held_the_run_changes_nothing():
    """It is in a person's hands already: the same people decide, and the run has no second hold."""
    world = until_phase(guarded(), Phase.OBSERVING)
    world.add(OperatorAsked(order=Order.HOLD, by="james"))
    until_phase(world, Phase.HELD)
    world.add(acted(Did.PAGED))
    assert not [one for one in decide(world.plan, world.state, world.now) if isinstance(one, Enter)]


def test_no_success_is_announced_over_a_target_that_somebody_has_switched_off():
    """Also without a word from the guard: the rule is read once more before the success, and people are paged."""
    world = guarded()
    world.reads["success/target_rule"] = lambda _w, _r: {"name": "new", "state": "DISABLED"}
    world.run()
    assert "success" not in {event.message for event in world.events(SendIntended)}
    assert Why.TARGET_CHANGED in {event.why for event in world.events(PhaseEntered)}


def test_a_target_that_goes_off_in_the_watch_is_noticed_at_the_next_look():
    """Cut off from its guard, the run sees by the rule itself what was done to it; nothing running is no pass then."""
    world = until_phase(guarded(), Phase.WATCHING)
    world.run(until=world.now + 25 * MINUTE)
    world.rule = "DISABLED"
    world.run(until=world.now + 20 * MINUTE)
    assert world.events(PhaseEntered)[-1].why in (Why.TARGET_CHANGED, Why.DECIDED_BY_PERSON, Why.NOBODY_DECIDED)
    assert Why.TARGET_CHANGED in {event.why for event in world.events(PhaseEntered)}


def test_a_lost_guard_stops_nothing_and_the_captain_is_told():
    """The guard dies, comes back and dies again: the cutover passes, with a notice to the captain each time."""
    world = until_phase(guarded(), Phase.OBSERVING)
    for state in (Guarding.LOST, Guarding.STANDING_BY, Guarding.LOST):
        world.add(GuardChanged(state=state, reason="no answer in time"))
        world.run(until=world.now + 5 * SECOND)
    world.run()
    assert world.state.closed is not None and world.state.closed.exit_code == 0
    told = {event.key for event in world.events(SendIntended) if event.message == "guard_lost"}
    assert told == {f"guard_lost/{n}//james@{channel}" for n in (1, 2) for channel in ("ops_chat", "alerts")}


def test_a_guard_that_comes_and_goes_all_night_does_not_fill_the_captains_chat():
    """All losses are in the ledger; the captain hears of the first three."""
    world = until_phase(guarded(), Phase.OBSERVING)
    for _ in range(10):
        world.add(GuardChanged(state=Guarding.LOST, reason="no answer in time"))
        world.add(GuardChanged(state=Guarding.STANDING_BY))
        world.run(until=world.now + timedelta(seconds=5))
    told = {event.key.partition("//")[0] for event in world.events(SendIntended) if event.message == "guard_lost"}
    assert told == {"guard_lost/1", "guard_lost/2", "guard_lost/3"}
