"""What is told of a ledger that cannot be used: that it is so, now and then, and that it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.serve.rig import MovedClock, Rig, working

from bongsu.errors import LedgerUnreadable, LedgerWriteFailed
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.told import Told
from bongsu.run.wellness import TOLD_EVERY_S, Wellness
from bongsu.run.worker import STALE_S


def test_a_ledger_that_is_away_for_long_is_told_of_now_and_then_and_is_back_once_something_was_written():
    told, now = [], [0.0]
    wellness = Wellness(lambda what, *_: told.append(what), str, mono=lambda: now[0])
    full = LedgerWriteFailed("the disk is full")

    def fails():
        raise full

    wellness.prove(fails)
    assert wellness.well, "nothing is written as long as nothing is wrong"
    for second in range(100):
        now[0] = float(second)
        wellness.troubled(full, wellness.proofs)
    assert told == [Told.LEDGER] * (1 + int(99 // TOLD_EVERY_S))
    with pytest.raises(LedgerWriteFailed):
        wellness.prove(fails)
    assert not wellness.well
    wellness.prove(lambda: None)
    wellness.prove(fails)
    assert told[-1] is Told.LEDGER_BACK
    assert told.count(Told.LEDGER_BACK) == 1


def test_who_failed_before_the_ledger_was_back_and_says_so_only_now_brings_no_trouble():
    """Ten threads write; one that is slow to report must not have a full disk told of that has room again."""
    told = []
    wellness = Wellness(lambda what, *_: told.append(what), str)
    full, began = LedgerWriteFailed("the disk is full"), wellness.proofs
    wellness.troubled(full, began)
    wellness.prove(lambda: None)
    wellness.troubled(full, began)
    assert wellness.well and told == [Told.LEDGER, Told.LEDGER_BACK]
    wellness.troubled(full, wellness.proofs)
    assert not wellness.well and told[-1] is Told.LEDGER


def test_a_worker_that_has_not_looked_for_due_runs_for_long_is_not_well(tmp_path):
    worker = Rig(tmp_path).worker
    assert worker.well
    worker._looked_mono -= STALE_S
    assert not worker.well


class Away(MemoryLedger):
    """A ledger that cannot be read for a while."""

    away = False

    def next_due(self, **how):
        if self.away:
            raise LedgerUnreadable("the server is away")
        return super().next_due(**how)


def test_a_worker_whose_ledger_was_away_is_well_again_and_claims_what_fell_due_meanwhile(tmp_path):
    clock = MovedClock()
    ledger = Away(now=clock.now)
    with working(tmp_path, ledger=ledger, clock=clock) as rig:
        run_id = rig.raise_().run_id
        rig.rests(run_id)
        ledger.away = True
        rig.pass_(timedelta(minutes=5))
        rig.until(lambda: (Told.LEDGER, "", "the server is away") in rig.told)
        assert not rig.worker.well
        rig.worker._looked_mono -= STALE_S
        ledger.away = False
        rig.worker.hint("")
        rig.chats.wait(lambda chats: chats.posted("U00000003"))
        rig.until(lambda: rig.worker.well)
