"""A run that is stopped in the middle of its cutover, and wakes up when its guard has acted."""

from __future__ import annotations

import os
import signal

from tests.evidence.audited import contradictions
from tests.rehearsal.processes import Place, guarded_plan, no_success_over_a_target_that_is_off, until
from tests.rehearsal.world import WALL_MAX_S, sandbox

from bongsu.core.events import Phase


def test_a_stopped_run_that_wakes_up_finds_out_and_undoes_nothing(tmp_path):
    """SIGSTOP with the rule on, SIGCONT once the guard has put it off: the run rolls back, and announces no success."""
    with sandbox(tmp_path, guarded_plan(tmp_path, "3s", "12s")) as variables:
        place = Place(tmp_path, variables)
        with place.guard() as guard, place.run() as run:
            until(lambda: place.stands_at(Phase.ENABLED), guard, run)
            os.kill(run.pid, signal.SIGSTOP)
            until(place.is_off, guard, run)
            os.kill(run.pid, signal.SIGCONT)
            assert run.wait(timeout=WALL_MAX_S) == 1, (tmp_path / "start.log").read_text("utf-8")
            assert guard.wait(timeout=WALL_MAX_S) == 1, (tmp_path / "guard.log").read_text("utf-8")
    told = place.evidence()
    assert told.code == 0, told.ended.out
    no_success_over_a_target_that_is_off(told)
    (acted,) = told.told("guard_changed", state="acted")
    assert acted["body"]["did"] == "restored"
    first = place.guards()[0]
    assert first.code == 0, first.ended.out
    assert first.told("run_looked_for")[-1]["body"]["found"] == "stands_still"
    assert contradictions(told.evidence) == contradictions(first.evidence) == []
