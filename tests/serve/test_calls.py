"""A worker makes no call that could outlast its lease on the run, however long the call waited for its turn."""

from __future__ import annotations

import threading
from datetime import timedelta

from tests.serve.rig import PATIENCE_S, START, working

from bongsu.core.events import Outcome
from bongsu.run.tenure import LOST_BEFORE_THE_CALL
from bongsu.run.told import Told


def test_a_call_that_waited_its_turn_until_the_lease_was_short_is_made_under_a_new_one(tmp_path):
    with working(tmp_path, effects=1) as rig:
        first, second = held_up(rig)
        epoch, until = rig.ledger.run(second).epoch, rig.ledger.run(second).lease_until
        rig.clock.time += timedelta(seconds=16)  # fewer than a call's seconds are left of its thirty
        rig.answered.set()
        rig.chats.wait(lambda chats: any(one.run_id == second for one in chats.sent))
        rig.rests(first)
        info = rig.rests(second)
        assert (info.epoch, until - START) == (epoch, timedelta(seconds=30))
        assert all(send.outcome is Outcome.ACCEPTED for send in rig.state(second).sends.values())


def test_a_call_whose_run_passed_on_while_it_waited_is_not_made(tmp_path):
    """The worker was away for longer than its lease, and wakes up just before the call."""
    with working(tmp_path, effects=1) as rig:
        _, second = held_up(rig)
        waiting = [send.key for send in rig.state(second).sends.values()]
        rig.clock.time += timedelta(seconds=31)
        (taken,) = rig.ledger.claim("another", lease_for=timedelta(hours=1), run_id=second)
        rig.answered.set()
        rig.until(lambda: all(rig.state(second).sends[key].outcome for key in waiting))
        sends = rig.state(second).sends
        assert {sends[key].outcome for key in waiting} == {Outcome.NOT_SENT}
        assert {sends[key].reason for key in waiting} == {LOST_BEFORE_THE_CALL}
        assert not [one for one in rig.chats.sent if one.run_id == second]
        rig.until(lambda: (Told.PASSED_ON, second, "") in rig.told)
        assert rig.ledger.run(second).lease_owner == taken.owner


def held_up(rig):
    """Raise two alarms, the first of which holds up the one thread that sends until `rig.answered`."""
    rig.answered, asked = threading.Event(), threading.Event()

    def slow(outgoing):
        asked.set()
        rig.answered.wait(PATIENCE_S)

    rig.chats.behave = slow
    first = rig.raise_("first", severity="quiet").run_id
    assert asked.wait(PATIENCE_S)
    second = rig.raise_("second").run_id
    rig.until(lambda: rig.state(second).sends)
    return first, second
