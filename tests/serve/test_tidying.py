"""What can wait is done between pages; and what is not urgent waits a moment for what is."""

from __future__ import annotations

import threading

from tests.patience import PATIENCE_S
from tests.serve.rig import Rig, working

from bongsu.errors import LedgerWriteFailed
from bongsu.run.precedence import Precedence
from bongsu.run.tidying import AT_LEAST_EVERY_S, Tidying


class Kept:
    """Counts how often it was tidied up, and lets a test wait for it."""

    def __init__(self, *, fails=False):
        self.times, self.fails, self.done = 0, fails, threading.Event()

    def __call__(self):
        self.times += 1
        self.done.set()
        if self.fails:
            raise LedgerWriteFailed("the disk is full")


def test_it_is_tidied_up_after_something_was_done_and_nobody_waits():
    kept = Kept()
    tidying = Tidying(kept, idle=lambda: True)
    tidying.start()
    tidying.hint()
    assert kept.done.wait(PATIENCE_S)
    tidying.stop()
    assert kept.times == 1


def test_it_waits_for_a_quiet_moment():
    kept, asked, busy = Kept(), threading.Event(), [True]

    def idle():
        asked.set()
        return not busy[0]

    tidying = Tidying(kept, idle=idle, mono=lambda: 0.0)
    tidying.start()
    tidying.hint()
    assert asked.wait(PATIENCE_S)
    assert kept.times == 0
    busy[0] = False
    assert kept.done.wait(PATIENCE_S)
    tidying.stop()


def test_it_does_not_wait_for_ever():
    kept = Kept()
    moments = iter(range(10_000))
    tidying = Tidying(kept, idle=lambda: False, mono=lambda: next(moments) * AT_LEAST_EVERY_S)
    tidying.start()
    tidying.hint()
    assert kept.done.wait(PATIENCE_S)
    tidying.stop()


def test_a_ledger_that_cannot_be_tidied_up_is_no_reason_to_end():
    kept = Kept(fails=True)
    tidying = Tidying(kept, idle=lambda: True)
    tidying.start()
    tidying.hint()
    assert kept.done.wait(PATIENCE_S)
    kept.done.clear()
    tidying.hint()
    assert kept.done.wait(PATIENCE_S)
    tidying.stop()
    assert kept.times == 2


def test_nothing_is_tidied_up_when_nothing_was_done_and_stopping_does_not_wait():
    kept = Kept()
    tidying = Tidying(kept, idle=lambda: True)
    tidying.start()
    tidying.stop()
    assert kept.times == 0


def test_who_goes_first_holds_the_others_up_for_a_moment_only():
    precedence, passed = Precedence(), threading.Event()

    def rest():
        precedence.let_pass()
        passed.set()

    with precedence.taken():
        with precedence.taken():
            assert not precedence.free
        assert not precedence.free, "the first one is still on its way"
        threading.Thread(target=rest).start()
        assert passed.wait(PATIENCE_S), "it goes on although nobody has made room"
    assert precedence.free
    precedence.let_pass()


def test_a_worker_is_idle_when_no_alarm_comes_in_no_run_waits_for_its_turn_and_no_message_is_under_way(tmp_path):
    unstarted, asked, answered = Rig(tmp_path), threading.Event(), threading.Event()
    stands = unstarted.worker
    assert stands.idle
    with stands.precedence.taken():
        assert not stands.idle
    waits = stands.unborn("page-1", unstarted.plan)
    stands.drive(waits)
    assert (waits.queued, waits.in_flight, stands.idle) == (True, False, False)

    def slow(outgoing):
        asked.set()
        answered.wait(PATIENCE_S)

    with working(tmp_path) as rig:
        rig.chats.behave = slow
        run_id = rig.raise_().run_id
        driving = rig.worker._driven[run_id]
        assert asked.wait(PATIENCE_S)
        rig.until(lambda: rig.worker.precedence.free and not driving.queued)
        assert not rig.worker.idle
        answered.set()
        rig.rests(run_id)
        rig.until(lambda: rig.worker.idle)
