"""A worker that is to end: what has begun comes to its end, what waits for its turn does not begin, all is told."""

from __future__ import annotations

import threading

from tests.serve.rig import PATIENCE_S, working

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
