"""An end that a process tells after another took the run over settles what is still in doubt, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bongsu.core.actions import Close
from bongsu.core.decide import decide, look
from bongsu.core.events import EndedLate, Found, Outcome, Resolved, SwitchState
from bongsu.core.state import SwitchRecord
from tests.core.world import MINUTE, WINDOW, World

SEND, SWITCH = "success//ops_chat", "switch/target/enabled"


def world_with_doubt(key: str) -> World:
    """Return a run whose send or switch of that key had begun when its process was paused."""
    lost = lambda _w, action: Outcome.IN_DOUBT if action.key == key and action.attempt == 1 else Outcome.ACCEPTED
    world = World(sends=lost, switches=lost)
    while outcome_of(world, key) is not Outcome.IN_DOUBT:
        world.run(until=world.now + MINUTE / 60)
    return world


def outcome_of(world: World, key: str) -> Outcome | None:
    found = world.state.sends.get(key) or world.state.switches.get(key)
    return None if found is None else found.outcome


@pytest.mark.parametrize("key", [SEND, SWITCH])
@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.NOT_SENT, Outcome.REFUSED])
def test_it_settles_what_is_in_doubt(key: str, outcome: Outcome) -> None:
    world = world_with_doubt(key)
    world.add(EndedLate(key=key, outcome=outcome, attempt=1))
    assert outcome_of(world, key) is outcome


def test_a_message_that_was_taken_has_its_reference_and_nobodys_time_to_answer_is_cut_short() -> None:
    world = world_with_doubt(SEND)
    intended_at = world.state.sends[SEND].intended_at
    world.add(EndedLate(key=SEND, outcome=Outcome.ACCEPTED, attempt=1, ref={"message_id": "7"}))
    send = world.state.sends[SEND]
    assert (send.ref, send.ended_at, send.in_doubt_seq) == ({"message_id": "7"}, intended_at, 0)


@pytest.mark.parametrize(
    "told",
    [
        EndedLate(key=SEND, outcome=Outcome.IN_DOUBT, attempt=1),
        EndedLate(key=SEND, outcome=Outcome.ACCEPTED, attempt=2),
        EndedLate(key="another//ops_chat", outcome=Outcome.ACCEPTED, attempt=1),
    ],
)
def test_what_says_nothing_of_that_attempt_changes_nothing(told: EndedLate) -> None:
    world = world_with_doubt(SEND)
    before = dict(world.state.sends)
    world.add(told)
    assert dict(world.state.sends) == before


def test_what_a_person_has_cleared_up_stays_as_they_found_it() -> None:
    world = world_with_doubt(SEND)
    world.add(Resolved(key=SEND, found=Found.NOT_SENT, by="james"), actor="operator:james")
    world.add(EndedLate(key=SEND, outcome=Outcome.ACCEPTED, attempt=1))
    assert outcome_of(world, SEND) is Outcome.NOT_SENT


def test_what_is_learned_after_the_run_was_closed_settles_the_doubt_and_nothing_else() -> None:
    """The verdict stands as it was given; what was in doubt by then is so no more."""
    world = world_with_doubt(SEND).run()
    closed = world.state.closed
    assert closed is not None
    assert outcome_of(world, SEND) is Outcome.IN_DOUBT
    world.add(EndedLate(key=SEND, outcome=Outcome.ACCEPTED, attempt=1))
    assert outcome_of(world, SEND) is Outcome.ACCEPTED
    assert (world.state.closed, str(world.state.phase)) == (closed, "closed")
    assert look(world.plan, world.state, world.now) == ([], None)


@pytest.mark.parametrize("to", [SwitchState.ENABLED, SwitchState.DISABLED])
def test_a_run_is_not_closed_while_a_switching_call_is_under_way(to: SwitchState) -> None:
    """Whatever the rules want otherwise: its end would have nowhere to stand."""
    world = World().run()
    before = world.states[-1]
    assert any(isinstance(action, Close) for action in decide(world.plan, before, world.now))
    switch = SwitchRecord(key="s", which="target", to=to, seq=9, attempt=1, intended_at=world.now)
    under_way = replace(before, switches={**before.switches, "s": switch})
    assert not any(isinstance(action, Close) for action in decide(world.plan, under_way, world.now))


def test_the_run_goes_on_from_a_late_end_as_from_any_other() -> None:
    world = world_with_doubt(SWITCH)
    assert world.now < WINDOW.end
    world.rule, world.enabled_at = "ENABLED", world.now
    world.add(EndedLate(key=SWITCH, outcome=Outcome.ACCEPTED, attempt=1))
    world.run()
    assert world.state.closed is not None and str(world.state.closed.verdict) == "pass"
