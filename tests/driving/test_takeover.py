"""Real processes and one run: whoever has the newest lease drives it, and every other stops itself.

The run is a page whose channel refuses every connection: nobody answers, and the run goes on for minutes.
"""

from __future__ import annotations

import signal

import pytest
from tests.driving.desk import PATIENCE_S, Desk


def paged(desk: Desk) -> str:
    """Page somebody, and return the run once it has begun to."""
    desk.begin("first", "page", "plan.yaml", "--summary", "disk full")
    desk.until(lambda: desk.stands(epoch=1, lines=4))
    run = desk.run()
    assert run is not None
    return run.run_id


def test_a_paused_process_whose_lease_is_over_is_taken_over_and_stops_itself(desk: Desk) -> None:
    run_id = paged(desk)
    desk.pause("first")
    desk.lasts()
    refused = desk.begin("too early", "resume", run_id)
    assert refused.wait(PATIENCE_S) == 3
    assert f"error: another process drives the run '{run_id}' already" in desk.said("too early")
    desk.passes()
    desk.begin("second", "resume", run_id)
    desk.until(lambda: desk.stands(epoch=2))
    desk.processes["first"].send_signal(signal.SIGCONT)
    assert desk.processes["first"].wait(PATIENCE_S) == 3
    said = desk.said("first")
    assert said.count("error: ") == 1
    assert f'error: the run "{run_id}" was taken over by another process' in said
    assert "holds epoch 1 of the run, the ledger is at epoch 2" in said and "Traceback" not in said
    assert desk.processes["second"].poll() is None, desk.said("second")
    desk.verified()


def test_of_two_that_resume_the_run_of_a_killed_process_one_drives_it_at_once(desk: Desk) -> None:
    """Its lease has not run out: that it let go of its lock shows that it is dead."""
    run_id = paged(desk)
    desk.processes["first"].kill()
    desk.processes["first"].wait()
    for name in ("left", "right"):
        desk.begin(name, "resume", run_id)
    desk.until(lambda: any(desk.processes[name].poll() is not None for name in ("left", "right")))
    (loser,) = (name for name in ("left", "right") if desk.processes[name].poll() is not None)
    assert desk.processes[loser].returncode == 3 and "drives the run" in desk.said(loser)
    desk.until(lambda: desk.stands(epoch=2))
    desk.verified()


@pytest.mark.parametrize("desk", ["postgres"], indirect=True)
def test_a_run_goes_on_when_the_database_crashes_and_comes_back(desk: Desk, postgres) -> None:
    run_id = paged(desk)
    postgres.crash()
    before = desk.run()
    assert before is not None
    order = desk.begin("order", "ack", run_id, "--by", "on_call")
    assert order.wait(PATIENCE_S) in (0, 3), desk.said("order")
    assert desk.processes["first"].wait(PATIENCE_S) == 0, desk.said("first")
    assert desk.stands(epoch=1, lines=before.head.seq + 2) and "error: " not in desk.said("first")
    desk.verified()
    desk.proves("first")
