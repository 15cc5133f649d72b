"""A fold that grows in place is what folding line by line gives, and what is kept about sends is what is left to do."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from bongsu.core.decide import decide
from bongsu.core.events import ClockStepped, ListeningChanged, Method, Outcome
from bongsu.core.fold import Fold, folded
from bongsu.core.state import RunState
from bongsu.core.unsettled import BUTTONED
from bongsu.core.verdict import Verdict
from tests.core.world import World

if TYPE_CHECKING:
    from bongsu.core.actions import Send


def lossy(_world: World, send: Send) -> Outcome:
    """Lose every first answer, so that pages are sent again and closings too."""
    return Outcome.IN_DOUBT if send.attempt == 1 else Outcome.ACCEPTED


WORLDS = {
    "to the end": lambda: World().run(),
    "lost answers": lambda: World(sends=lossy).run(steps=600),
    "refused messages": lambda: World(sends=lambda _w, _s: Outcome.REFUSED).run(steps=600),
    "a bad day": lambda: World(verdicts=lambda _w, j: Verdict.FAIL if "verify/" in j.key else Verdict.PASS).run(),
}


def shown(state: RunState) -> dict[str, object]:
    """Return all that a state says, its figures gathered."""
    said = {field.name: getattr(state, field.name) for field in fields(RunState)}
    return said | {"figures": list(state.figures.items())}


@pytest.mark.parametrize("told", WORLDS)
def test_growing_in_place_gives_the_same_states_and_decisions(told: str) -> None:
    """Line by line the same state, in the same order, and so the same decisions."""
    world = WORLDS[told]()
    fold = Fold(world.plan)
    for line, before in zip(world.lines, world.states, strict=True):
        assert shown(fold.state) == shown(before)
        assert list(fold.state.sends) == list(before.sends)
        assert decide(world.plan, fold.state, line.at) == decide(world.plan, before, line.at)
        fold.add(line)
    assert shown(folded(world.plan, world.lines)) == shown(world.state)


@pytest.mark.parametrize("told", WORLDS)
def test_what_is_left_to_do_is_what_a_look_through_everything_finds(told: str) -> None:
    """No open send, unanswered press or button is ever forgotten, and none that is settled is kept."""
    world = WORLDS[told]()
    for state in [*world.states, world.state]:
        sends = state.sends
        assert set(state.under_way) == {key for key, send in sends.items() if send.outcome is None}
        answered = {s.key.removeprefix("answer//") for s in sends.values() if s.method is Method.ANSWER and s.outcome}
        assert set(state.unanswered) == state.presses.keys() - answered
        closed = {s.key.removeprefix("close//") for s in sends.values() if s.method is Method.CLOSE and s.accepted}
        with_buttons = {
            s.key for s in sends.values() if s.message in BUTTONED and s.method is Method.POST and s.accepted
        }
        assert set(state.buttoned) == with_buttons - closed


def test_a_state_that_evolve_was_given_stays_as_it_was() -> None:
    """Earlier states are kept by whoever asked for them; only a fold's own state grows."""
    world = World().run(steps=40)
    before = shown(world.state)
    world.add(ListeningChanged(channel="alerts", state="lost"))
    after = shown(world.states[-1])
    assert after == before
    assert world.state.listening["alerts"] == "lost"


def test_a_clock_that_was_set_moves_nothing_and_is_counted() -> None:
    """The run goes on as if nothing had been; the evidence says that it was."""
    world = World().run(steps=40)
    before = decide(world.plan, world.state, world.now)
    world.add(ClockStepped(by_ms=-60_000, followed=False))
    assert world.state.clock_steps == 1
    assert decide(world.plan, world.state, world.now) == before
