"""A worker that is to end: what has begun comes to its end, what waits for its turn does not begin, all is told."""

from __future__ import annotations

import threading
from datetime import timedelta

from tests.serve.rig import PATIENCE_S, Rig, working

from bongsu.core.events import Outcome


def test_what_waits_for_its_turn_does_not_begin_any_more_and_what_has_begun_is_told_and_waited_for(tmp_path):
    told, asked, answered = [], threading.Event(), threading.Event()

    def slow(outgoing):
        asked.set()
        assert answered.wait(PATIENCE_S)

    def waits(under_way):
        told.append(under_way)
        answered.set()

    with working(tmp_path, effects=1) as rig:
        rig.chats.behave = slow
        run_id = rig.raise_().run_id
        assert asked.wait(PATIENCE_S)
        rig.service.stop(waits=waits)
        first, second = rig.state(run_id).sends.values()
        assert len(rig.chats.sent) == 1
        assert {first.outcome, second.outcome} == {Outcome.ACCEPTED, Outcome.NOT_SENT}
        assert told[0] == sorted(f"{run_id} {send.key}" for send in (first, second))
        assert rig.ledger.run(run_id).due_at == rig.clock.now()


def test_a_page_that_was_claimed_is_waited_for_as_one_that_was_raised_here_is(tmp_path):
    """Whoever raised it is gone; who claims it then is asked to end while what it sends has no answer."""
    gone = Rig(tmp_path)
    rig = Rig(tmp_path, ledger=gone.ledger, clock=gone.clock, port=gone.port)
    told, asked, answered = [], threading.Event(), threading.Event()
    run_id = gone.raise_().run_id
    gone.chats.wait(lambda chats: len(chats.sent) == 2)

    def slow(outgoing):
        asked.set()
        assert answered.wait(PATIENCE_S)

    def waits(under_way):
        told.append(under_way)
        answered.set()

    rig.chats.behave = slow
    rig.clock.time += timedelta(minutes=6)
    rig.service.start()
    assert asked.wait(PATIENCE_S)
    rig.service.stop(waits=waits)
    assert [name.split()[0] for name in told[0]] == [run_id] * len(told[0])
    info = rig.ledger.run(run_id)
    assert (info.lease_owner, info.due_at) == ("", rig.clock.now())
    assert all(send.outcome is not None for send in rig.state(run_id).sends.values())
