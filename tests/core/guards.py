"""A guard of the core's world: a run that was handed to it, and that falls silent."""

from __future__ import annotations

from dataclasses import replace

from bongsu.core.events import Phase
from bongsu.core.guard_events import Heart, HeartbeatsChanged, Life, RunLookedFor, Safe
from bongsu.core.kinds import RunKind
from bongsu.core.plan import GuardSpec
from tests.core.world import SECOND, World, opened, plan

RUN = "cutover-1"


def spec(then: str = "restore") -> GuardSpec:
    return GuardSpec(
        address="http://127.0.0.1:8090",
        key="env:KEY",
        every=5 * SECOND,
        silent_after=30 * SECOND,
        then=then,  # type: ignore[arg-type]
        policy="critical",
    )


def heard(state: Heart, phase: Phase = Phase.OBSERVING, safe: Safe = Safe.OFF) -> HeartbeatsChanged:
    return HeartbeatsChanged(run=RUN, state=state, phase=phase, safe=safe, last_at=World().now)


def guard(
    then: str = "restore", *, rule: str = "ENABLED", safe: Safe = Safe.OFF, phase: Phase = Phase.OBSERVING
) -> World:
    """Return a guard to which a run was handed over, beside a world in which the target is as told."""
    world = World(plan=replace(plan(), guard=spec(then)), rule=rule)
    world.people = {"silence": {"on_call": ("ack", 40 * SECOND)}}
    world.add(replace(opened(), kind=RunKind.GUARD))
    world.add(heard(Heart.ARMED, phase, safe))
    return world.run(until=world.now + SECOND)


def silent(world: World, found: Life = Life.GONE) -> World:
    """Let the run fall silent, and have it looked for."""
    last = world.state.heart
    assert last is not None
    world.add(replace(last, state=Heart.SILENT))
    world.run(until=world.now + SECOND)
    world.add(RunLookedFor(run=RUN, found=found))
    return world
