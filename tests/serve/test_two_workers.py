"""Two workers that find a chat free at the same instant, and do not yet know of each other: nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

from tests.serve.rig import START, Rig

from bongsu.channels._port import NotSent
from bongsu.core.events import Outcome
from bongsu.core.pacing import ABOUT

SECOND = timedelta(seconds=1)
PAGES = 20


class Strict:
    """A service that takes one message a second in each chat, whoever sends it, and refuses the rest with 429."""

    def __init__(self, clock):
        self.clock, self.refused, self.last = clock, 0, {}
        self.taken = Counter()
        self.lock = threading.Lock()

    def __call__(self, outgoing):
        with self.lock:
            now = self.clock.now()
            if now - self.last.get(outgoing.to, now - SECOND) < SECOND - ABOUT:
                self.refused += 1
                return NotSent(reason="ratelimited", retry_after_s=1)
            self.last[outgoing.to] = now
            self.taken[outgoing.run_id, outgoing.to] += 1
            return None


def moments(rig):
    """Return when a worker looks at something next, of its own runs and of those that are due to anybody."""
    due = rig.ledger.next_due(kinds=["page"])
    return [driving.wake for driving in list(rig.worker._driven.values()) if driving.wake] + ([due] if due else [])


def done(rig):
    return rig.worker.idle and all(at > rig.clock.now() for at in moments(rig))


def test_every_page_of_two_workers_arrives_once_at_a_service_that_takes_half_of_what_they_send(tmp_path):
    first = Rig(tmp_path)
    second = Rig(tmp_path, ledger=first.ledger, clock=first.clock, port=first.port)
    service = Strict(first.clock)
    rigs = (first, second)
    for rig in rigs:
        rig.chats.behave = service
        rig.service.start()
    try:
        runs = [rigs[number % 2].raise_(f"disk {number}").run_id for number in range(PAGES)]
        wanted = {(run, to): 1 for run in runs for to in ("C00000001", "U00000002")}
        while True:
            # Time goes on once everything is done that has its time; so nothing depends on how fast this machine is.
            for rig in rigs:
                rig.worker.hint("")
                rig.until(lambda rig=rig: done(rig))
            assert service.taken.total() <= len(wanted)
            if service.taken == wanted:
                break
            first.clock.time = min(at for rig in rigs for at in moments(rig))
        for run in runs:
            first.until(lambda run=run: all(send.outcome for send in first.state(run).sends.values()))
            sends = first.state(run).sends.values()
            assert [send.outcome for send in sends] == [Outcome.ACCEPTED] * 2
    finally:
        for rig in rigs:
            rig.service.stop()
    assert service.refused, "they did get in each other's way"
    # Before the next level was due: nobody was passed over because a chat was busy.
    assert first.clock.now() < START + timedelta(minutes=5)
