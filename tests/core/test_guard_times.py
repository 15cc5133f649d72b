"""How long a guard's own way back took: from the last heartbeat of the run that fell silent."""

from __future__ import annotations

from dataclasses import replace

from bongsu.core.events import Judged
from bongsu.core.guard_events import Heart, HeartbeatsChanged
from bongsu.core.verdict import Verdict
from tests.core.guards import guard, silent
from tests.core.world import MINUTE, SECOND


def test_the_time_to_the_restored_target_runs_from_the_last_heartbeat():
    """It is judged as every rollback is: the silence and the second look are what it took to notice."""
    world, noticed_s = guard(), 60
    armed = world.state.heart
    assert armed is not None
    world.add(replace(armed, state=Heart.HEARD, last_at=world.now + MINUTE))
    world.now += MINUTE + (noticed_s - 1) * SECOND
    world = silent(world).run()
    (judged,) = (event for event in world.events(Judged) if event.key == "rollback")
    took = {figure.name: (int(figure.value), figure.seq) for figure in judged.figures}
    facts = [line for line in world.lines if isinstance(line.event, HeartbeatsChanged)]
    (fell_silent,) = (line.seq for line in facts if line.event.state is Heart.SILENT)
    assert took["detect_s"] == (noticed_s, fell_silent) and fell_silent in judged.sources
    assert took["total_s"][0] == noticed_s + took["decide_s"][0] + took["execute_s"][0]
    assert judged.verdict is Verdict.PASS


def test_a_guards_clock_that_was_set_back_makes_no_trouble_that_comes_after_it_was_noticed():
    """The newest heartbeat then seems to be of a time to come: it took no time to notice, and not less than that."""
    world = guard()
    armed = world.state.heart
    assert armed is not None
    world.add(replace(armed, state=Heart.HEARD, last_at=world.now + MINUTE))
    (judged,) = (event for event in silent(world).run().events(Judged) if event.key == "rollback")
    assert [figure.value for figure in judged.figures if figure.name == "detect_s"] == ["0"]
