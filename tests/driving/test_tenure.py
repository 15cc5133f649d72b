"""Who may drive, where a lock of this machine and the ledger's leases do not say the same."""

from __future__ import annotations

import pytest
from tests.core.world import plan
from tests.guard.bench import RUN, START

from bongsu.core.chain import START as EMPTY
from bongsu.core.events import RunClosed, Why
from bongsu.core.kinds import RunKind
from bongsu.core.verdict import Verdict
from bongsu.ledger._port import Entry
from bongsu.ledger.memory import MemoryLedger
from bongsu.run import lock
from bongsu.run.lock import Driven, TargetTaken
from bongsu.run.tenure import Tenure


def test_a_target_that_a_process_without_leases_has_in_hand_is_not_taken(tmp_path):
    """Its lock is held, and the ledger never heard of it: whoever has it knows no holds, or another ledger."""
    with Tenure(MemoryLedger(), tmp_path) as other, Tenure(MemoryLedger(), tmp_path) as mine:
        other.take_target(plan())
        with pytest.raises(TargetTaken, match="another run drives the same target"):
            mine.take_target(plan())


def test_whoever_resumes_a_run_that_is_driven_is_told_of_it_and_not_of_another(tmp_path):
    """Its target is taken by the very process that drives it."""
    ledger = MemoryLedger()
    with Tenure(ledger, tmp_path) as other, Tenure(ledger, tmp_path) as mine:
        other.take_target(plan())
        other.open_run(RUN, START, RunKind.CUTOVER)
        ledger.create("another", START)
        with pytest.raises(Driven, match=f"another process drives the run '{RUN}'"):
            mine.take_target(plan(), run_id=RUN)
        with pytest.raises(TargetTaken, match="another run drives the same target"):
            mine.take_target(plan(), run_id="another")


def test_a_run_whose_lock_is_held_and_whose_lease_is_nobodys_is_about_to_be_driven(tmp_path):
    ledger = MemoryLedger()
    ledger.create(RUN, START)
    with lock.of_run(tmp_path, RUN), Tenure(ledger, tmp_path) as mine, pytest.raises(Driven, match="another process"):
        mine.take_run(RUN)
    with Tenure(ledger, tmp_path) as mine:
        mine.take_run(RUN)
        assert mine.lease is not None


def test_a_run_that_is_closed_is_taken_without_a_lease(tmp_path):
    """There is nothing to drive, and its evidence may be written."""
    ledger = MemoryLedger()
    ledger.create(RUN, START)
    closed = RunClosed(verdict=Verdict.PASS, why=Why.FINISHED, exit_code=0)
    ledger.append(RUN, EMPTY, [Entry(at=START, actor="bongsu", event=closed)])
    with Tenure(ledger, tmp_path) as mine:
        mine.take_run(RUN)
        assert mine.lease is None
