"""What a worker does with what its messages came to when the ledger cannot take it, or the run is another's by then."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta

from tests.serve.rig import PATIENCE_S, MovedClock, Rig, working

from bongsu.core.events import EndedLate, Outcome, RunClosed, SendEnded, Why
from bongsu.core.verdict import Verdict
from bongsu.errors import LedgerWriteFailed
from bongsu.ledger._port import Entry
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.told import Told

MINUTE = timedelta(minutes=1)


class FullDisk(MemoryLedger):
    """A ledger whose disk is full for a while."""

    full = False
    refused = 0
    """Appends that it could not take."""

    def append(self, *write, **how):
        if self.full:
            self.refused += 1
            raise LedgerWriteFailed("the disk is full")
        return super().append(*write, **how)

    def hold(self, *what, **how):
        if self.full:
            raise LedgerWriteFailed("the disk is full")
        return super().hold(*what, **how)


def test_a_press_waits_for_a_ledger_that_cannot_be_written(tmp_path):
    rig = Rig(tmp_path)
    ledger = FullDisk(now=rig.clock.now)
    with working(tmp_path, ledger=ledger, clock=rig.clock) as rig:
        run_id = rig.raise_().run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.rests(run_id)
        ledger.full = True
        pressing = threading.Thread(target=rig.press, args=(run_id,))
        pressing.start()
        rig.until(lambda: any(what is Told.LEDGER for what, _, _ in rig.told))
        ledger.full = False
        pressing.join(PATIENCE_S)
        rig.until(lambda: rig.ledger.run(run_id).closed)


def test_a_disk_that_is_full_for_a_while_loses_no_result(tmp_path):
    rig = Rig(tmp_path)
    rig.ledger = FullDisk(now=rig.clock.now)
    with working(tmp_path, ledger=rig.ledger, clock=rig.clock) as rig:

        def fill(outgoing):
            # The other message may leave after this one, and makes no room.
            rig.ledger.full = rig.ledger.full or outgoing.to == "U00000002"

        rig.chats.behave = fill
        run_id = rig.raise_().run_id
        rig.until(lambda: any(what is Told.LEDGER for what, _, _ in rig.told))
        assert not rig.worker.well
        rig.ledger.full = False
        rig.pass_(timedelta(seconds=2))
        rig.rests(run_id)
        assert [send.outcome for send in rig.state(run_id).sends.values()] == [Outcome.ACCEPTED] * 2
        rig.until(lambda: rig.worker.well)
        assert len(rig.chats.sent) == 2
        rig.until(lambda: rig.told[-1][0] is Told.LEDGER_BACK)
        # Once, however often it was tried meanwhile.
        assert [what for what, _, _ in rig.told] == [Told.LEDGER, Told.LEDGER_BACK]


@contextmanager
def answered_on_a_full_disk(folder):
    """A worker whose ledger cannot take what the messages of a page came to; gives the ledger and the page too."""
    clock = MovedClock()
    ledger = FullDisk(now=clock.now)
    with working(folder, ledger=ledger, clock=clock) as rig:

        def fill(outgoing):
            ledger.full = True

        rig.chats.behave = fill
        run_id = rig.raise_().run_id
        rig.until(lambda: ledger.refused)
        yield rig, ledger, run_id


def both_accepted(rig, run_id):
    return [send.outcome for send in rig.state(run_id).sends.values()] == [Outcome.ACCEPTED] * 2


def test_a_ledger_that_cannot_take_a_result_is_tried_again_when_a_second_has_passed(tmp_path):
    """It was tried as often as a processor can, once: every answer that waited kept a full disk busy."""
    with answered_on_a_full_disk(tmp_path) as (rig, ledger, run_id):
        for _ in range(2):
            before = rig.worker._looked_mono
            rig.worker.hint("")
            rig.until(lambda before=before: rig.worker._looked_mono != before)
        assert ledger.refused <= 2, "one for each message that has an answer"
        ledger.full = False
        rig.pass_(timedelta(seconds=1))
        rig.rests(run_id)
        assert both_accepted(rig, run_id)


def test_a_worker_that_stops_tries_again_to_store_a_result(tmp_path):
    with answered_on_a_full_disk(tmp_path) as (rig, ledger, run_id):
        stopping = threading.Thread(target=rig.service.stop)
        stopping.start()
        rig.until(rig.worker._stopping.is_set)
        ledger.full = False
        rig.clock.time += timedelta(seconds=1)
        stopping.join(PATIENCE_S)
        assert both_accepted(rig, run_id)
        assert not rig.ledger.run(run_id).lease_owner, "it is handed back"


def test_a_result_that_could_not_be_stored_is_not_lost_with_the_run(tmp_path):
    with answered_on_a_full_disk(tmp_path) as (rig, ledger, run_id):
        # Another claims the page before this one has tried again.
        driving = rig.worker._driven[run_id]
        driving.wake = None
        rig.clock.time += MINUTE
        ledger.claim("another", lease_for=timedelta(hours=1), run_id=run_id)
        ledger.full = False
        rig.worker.hint("")
        rig.until(lambda: (Told.PASSED_ON, run_id, "") in rig.told)
        rig.until(lambda: both_accepted(rig, run_id))


def test_results_that_come_at_once_after_a_run_was_lost_are_stored_one_after_the_other(tmp_path):
    """A run is one thread's at a time: two that folded its lines at once would each leave the other's half told."""
    with working(tmp_path) as rig:
        answered, asked = threading.Event(), threading.Semaphore(0)

        def slow(outgoing):
            asked.release()
            answered.wait(PATIENCE_S)

        rig.chats.behave = slow
        run_id = rig.raise_().run_id
        assert asked.acquire(timeout=PATIENCE_S) and asked.acquire(timeout=PATIENCE_S)
        rig.clock.time += MINUTE
        rig.ledger.claim("another", lease_for=timedelta(hours=1), run_id=run_id)
        rig.until(lambda: (Told.PASSED_ON, run_id, "") in rig.told)
        inside, met, append = [], threading.Event(), rig.ledger.append

        def watched(*write, **how):
            inside.append(write)
            if len(inside) == 2:
                met.set()
            met.wait(0.2)
            stored = append(*write, **how)
            inside.pop()
            return stored

        rig.ledger.append = watched
        answered.set()
        rig.until(lambda: both_accepted(rig, run_id))
        assert not met.is_set()


def lost_while_asking(rig):
    """Raise a page, and have another take it over while a message has no answer yet; setting `answered` gives it."""
    answered, asked = threading.Event(), threading.Event()

    def slow(outgoing):
        if outgoing.to == "U00000002":
            asked.set()
            answered.wait(PATIENCE_S)

    rig.chats.behave = slow
    run_id = rig.raise_().run_id
    assert asked.wait(PATIENCE_S)
    rig.clock.time += MINUTE
    (taken,) = rig.ledger.claim("another", lease_for=timedelta(hours=1), run_id=run_id)
    rig.until(lambda: (Told.PASSED_ON, run_id, "") in rig.told)
    return run_id, taken, answered


def test_what_a_worker_learns_after_it_lost_a_run_is_still_recorded(tmp_path):
    with working(tmp_path) as rig:
        run_id, taken, answered = lost_while_asking(rig)
        answered.set()
        rig.until(lambda: all(send.outcome is Outcome.ACCEPTED for send in rig.state(run_id).sends.values()))
        assert rig.ledger.run(run_id).lease_owner == taken.owner
        assert len(rig.chats.sent) == 2


def test_what_a_worker_learns_after_another_has_closed_the_run_is_still_recorded(tmp_path):
    """Away for so long that the page was taken over, held in doubt and ended: its message had arrived all the same."""
    with working(tmp_path) as rig:
        run_id, taken, answered = lost_while_asking(rig)
        (key,) = [send.key for send in rig.state(run_id).sends.values() if send.outcome is None]
        lost = SendEnded(key=key, attempt=1, outcome=Outcome.IN_DOUBT)
        over = RunClosed(verdict=Verdict.UNKNOWN, why=Why.NOBODY_TOLD, exit_code=3)
        entries = [Entry(at=rig.clock.time, actor="bongsu", event=event) for event in (lost, over)]
        rig.ledger.append(run_id, rig.ledger.head(run_id), entries, lease=taken)
        assert rig.state(run_id).sends[key].outcome is Outcome.IN_DOUBT
        answered.set()
        rig.until(lambda: rig.state(run_id).sends[key].outcome is Outcome.ACCEPTED)
        *_, closing, newest = [decode(row.line) for row in rig.ledger.rows(run_id)]
        assert (closing.event, type(newest.event)) == (over, EndedLate)
        info = rig.ledger.run(run_id)
        assert (info.closed, info.due_at) == (True, None)


def ends_of(rig, run_id):
    """What the run's messages came to, line by line."""
    events = [decode(row.line).event for row in rig.ledger.rows(run_id)]
    return [event.outcome for event in events if isinstance(event, SendEnded)]


def test_what_a_dead_worker_had_under_way_is_in_doubt_for_the_next(tmp_path):
    """Nobody knows whether it has arrived: it is said to be in doubt, and not sent anew at once."""
    dead = Rig(tmp_path)
    run_id = dead.raise_().run_id  # its threads have not been started: nobody takes what the messages come to
    before = len(dead.state(run_id).sends)
    assert before == 2 and ends_of(dead, run_id) == []
    dead.clock.time += MINUTE
    with working(tmp_path, ledger=dead.ledger, clock=dead.clock, port=dead.port) as rig:
        rig.until(lambda: ends_of(rig, run_id) == [Outcome.IN_DOUBT] * before)
        assert not rig.chats.sent
        assert rig.rests(run_id).due_at == rig.clock.now() + timedelta(seconds=2), "it is looked for in the chat"


def test_what_a_worker_has_under_way_itself_is_not_in_doubt_however_often_it_looks(tmp_path):
    with working(tmp_path) as rig:
        run_id = rig.raise_().run_id
        rig.rests(run_id)
        answered, asked = threading.Event(), threading.Event()

        def slow(outgoing):
            asked.set()
            answered.wait(PATIENCE_S)

        rig.chats.behave = slow
        rig.pass_(5 * MINUTE)  # claimed anew, for the next level
        assert asked.wait(PATIENCE_S)
        driving = rig.worker._driven[run_id]
        rig.until(lambda: not driving.queued)
        before = rig.ledger.head(run_id)
        for _ in range(2):
            rig.worker.hint(run_id)
            rig.until(lambda: not driving.queued)
        assert rig.ledger.head(run_id) == before, "there is nothing new to write down"
        answered.set()
        rig.rests(run_id)
        assert set(ends_of(rig, run_id)) == {Outcome.ACCEPTED}
