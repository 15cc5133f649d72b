"""Alarms from the enabling on: noticed within the plan's time, counted from when they fired."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bongsu.core.actions import Read
from bongsu.core.alarms import every
from bongsu.core.events import Judged, Observed, OperatorAsked, Order, Phase, ReadFailed, Why
from bongsu.core.times import iso
from bongsu.core.verdict import Verdict
from tests.core.told import end, failed_read, phases, posted
from tests.core.world import MINUTE, SECOND, WINDOW, World, check, plan

FIRES_AT = WINDOW.start + 31 * MINUTE


def alarm(state: str, since: datetime) -> dict[str, Any]:
    """Return what the reading shows of the plan's one alarm."""
    return {"count": 1, "states": {"a": {"state": state, "since": iso(since)}}}


def fires(*, at: datetime = FIRES_AT, until: datetime | None = None) -> World:
    """Return the world in which all goes well but for an alarm that fires in the night."""

    def read(world: World, read: Read) -> dict[str, Any]:
        firing = at <= world.now and (until is None or world.now < until)
        return alarm("ALARM", at) if firing else world.usual(read)

    def judged(world: World, judge: Any) -> Verdict:
        sources = [world.state.observations[key] for key in judge.sources.values()]
        firing = any("ALARM" in str(seen.values.get("states", "")) for seen in sources)
        return Verdict.FAIL if firing else Verdict.PASS

    world = World(reads={"alarms": read}, verdicts=judged)
    world.people.pop("page")
    return world


def read_at(world: World) -> list[datetime]:
    """Return when the alarms were read after the enabling."""
    keys = ("alarm/",)
    return [line.at for line in world.lines if isinstance(line.event, Observed) and line.event.key.startswith(keys)]


def test_the_alarms_are_read_from_the_enabling_to_the_end_of_the_watch() -> None:
    """Each reading a little before the plan's time for noticing is over, and no check is judged while none fires."""
    world = World().run()
    assert end(world) == ("pass", "watch_over", 0)
    times = read_at(world)
    assert times[0] == world.state.first_entered[Phase.ENABLED]
    steps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    assert set(steps) == {every(world.plan)} == {9 * MINUTE}
    assert [e.key for e in world.events(Judged) if e.check == "alarms"] == ["baseline/alarms"]


def test_an_alarm_pages_and_the_time_counts_from_when_it_fired() -> None:
    """Noticed at the next reading, and rolled back when nobody decides."""
    world = fires().run()
    assert end(world) == ("fail", "alarm", 1)
    noticed = world.state.entered[Phase.DECIDING]
    assert timedelta(0) <= noticed - FIRES_AT < world.plan.rollback.detect
    assert posted(world, "page") and posted(world, "rollback")
    figures = {one.name: one.value for one in world.state.judgements["rollback"].figures}
    assert figures["detect_s"] == str((noticed - FIRES_AT) // SECOND)


def test_an_alarm_that_is_over_by_the_next_look_was_an_alarm_all_the_same() -> None:
    """Twelve minutes of it, between two looks: the watch's own checks would have seen nothing."""
    world = fires(until=FIRES_AT + 12 * MINUTE).run()
    assert end(world) == ("fail", "alarm", 1)


def test_an_alarm_while_the_first_invocation_is_awaited_is_told_then() -> None:
    """Nothing runs, and an alarm fires after three minutes: nobody waits for the end of the twenty-five."""
    world = fires(at=WINDOW.start + 3 * MINUTE)
    world.reads["invocations"] = lambda _w, _r: {"count": 0, "complete": [], "incomplete": []}
    world.run()
    assert phases(world)[-4:] == ["observing", "deciding", "rolling_back", "rolled_back"]
    assert end(world) == ("fail", "alarm", 1)
    assert world.state.entered[Phase.DECIDING] - WINDOW.start < world.plan.rollback.detect


def test_an_alarm_while_the_first_invocation_is_judged_stops_the_success() -> None:
    """Its deliveries are pending for minutes: that all was well is not announced beside an alarm that fires."""
    world = fires(at=WINDOW.start + 3 * MINUTE)
    fired = world.verdicts
    world.verdicts = lambda w, j: Verdict.UNKNOWN if j.key.startswith("verify/") else fired(w, j)
    world.plan = plan(first_run=replace(world.plan.first_run, settle=20 * MINUTE))
    world.run()
    assert phases(world)[-4:] == ["verifying", "deciding", "rolling_back", "rolled_back"]
    assert end(world) == ("fail", "alarm", 1)


def test_an_alarm_during_the_drill_does_not_wait_for_the_watch() -> None:
    """Nobody answers the drill, and meanwhile production needs somebody."""
    world = fires(at=WINDOW.start + 8 * MINUTE)
    world.people.pop("drill")
    world.run()
    assert phases(world)[-4:] == ["succeeded", "deciding", "rolling_back", "rolled_back"]


def test_whoever_had_the_run_go_on_knew_of_that_alarm() -> None:
    """Held for it and gone on: it does not page again while it stands, and a new one does."""
    world = fires(at=WINDOW.start + 12 * MINUTE)
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.run()
    assert world.state.phase is Phase.HELD
    world.add(OperatorAsked(order=Order.GO_ON, by="james"), actor="operator:james")
    world.run(until=world.now + 20 * MINUTE)
    assert world.state.phase is Phase.WATCHING and len(read_at(world)) > 3
    again = world.now + MINUTE
    world.reads["alarms"] = lambda w, r: alarm("ALARM", again) if w.now >= again else w.usual(r)
    world.run()
    assert phases(world).count("deciding") == 2


def test_alarms_that_cannot_be_read_are_unknown_and_paged_once() -> None:
    """No answer is no quiet; and whoever has the run go on is not paged for the old silence."""
    world = World()
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    silent: list[ReadFailed | None] = [failed_read()]
    world.reads["alarms"] = lambda w, r: (  # type: ignore[assignment]
        silent[0] if silent[0] and r.key.startswith("alarm/") else w.usual(r)
    )
    world.run()
    assert world.state.phase is Phase.HELD
    assert world.state.whys[Phase.DECIDING].why is Why.ALARM_UNKNOWN
    assert world.state.whys[Phase.DECIDING].detail == "alarms: timed out after 10 s"
    silent[0] = None
    world.add(OperatorAsked(order=Order.GO_ON, by="james"), actor="operator:james")
    assert end(world.run()) == ("pass", "watch_over", 0)


def test_a_reading_that_stays_silent_after_going_on_pages_again() -> None:
    """It is asked anew first."""
    world = World()
    world.people["page"] = {"on_call": ("hold", 30 * SECOND)}
    world.reads["alarms"] = lambda w, r: failed_read() if r.key.startswith("alarm/") else w.usual(r)
    world.run()
    world.add(OperatorAsked(order=Order.GO_ON, by="james"), actor="operator:james")
    world.run()
    assert phases(world).count("deciding") == 2


def test_an_alarm_that_the_check_lets_be_moves_nothing() -> None:
    """The plan's check has the word on what state is wanted."""
    world = fires()
    world.verdicts = lambda _world, _judge: Verdict.PASS
    assert end(world.run()) == ("pass", "watch_over", 0)


def test_a_plan_without_alarms_reads_none() -> None:
    """There is nothing to read."""
    world = World(plan=plan(baseline=(check("legacy_off", "legacy_rule"),))).run()
    assert end(world) == ("pass", "watch_over", 0)
    assert read_at(world) == []


@pytest.mark.parametrize(("detect", "step"), [(10, 9 * MINUTE), (1, 30 * SECOND), (2, MINUTE)])
def test_the_readings_leave_time_to_notice(detect: int, step: timedelta) -> None:
    """A minute of the plan's time is the reading's own; of a very short time, half."""
    base = plan()
    assert every(replace(base, rollback=replace(base.rollback, detect=detect * MINUTE))) == step
