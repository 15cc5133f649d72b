"""Who may drive, where a lock of this machine and the ledger's leases do not say the same."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest
from tests.core.world import plan
from tests.guard.bench import RUN, START

from bongsu.core.chain import START as EMPTY
from bongsu.core.events import Phase, PhaseEntered, RunClosed, Why
from bongsu.core.kinds import RunKind
from bongsu.core.verdict import Verdict
from bongsu.errors import LeaseLost, LedgerUnreadable
from bongsu.ledger._port import Entry
from bongsu.ledger.memory import MemoryLedger
from bongsu.run import lock
from bongsu.run.lock import Driven, TargetTaken
from bongsu.run.tenure import Tenure
from bongsu.run.term import LEASE

BEGUN = Entry(at=START, actor="bongsu", event=PhaseEntered(phase=Phase.PLANNED, why=Why.STARTED))
CLOSED = Entry(at=START, actor="bongsu", event=RunClosed(verdict=Verdict.PASS, why=Why.FINISHED, exit_code=0))
ELSEWHERE = replace(plan().target, facts={"Rule": "another"})


class Killed(Exception):
    """The process has ended."""


class EndsIn(MemoryLedger):
    """A ledger whose process ends before it has made a certain run."""

    def __init__(self, run_id):
        super().__init__()
        self.run_id = run_id

    def create(self, run_id, *args, **kwargs):
        if run_id == self.run_id:
            raise Killed
        return super().create(run_id, *args, **kwargs)


@pytest.fixture
def ledger():
    return MemoryLedger()


def opened(ledger, tenure, run_id=RUN, **changes):
    """Have a process open a run of the plan, with its first line."""
    tenure.take_target(plan(**changes))
    tenure.open_run(run_id, START, RunKind.CUTOVER)
    ledger.append(run_id, EMPTY, [BEGUN])


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


def test_an_open_run_has_its_target_though_nobody_drives_it(ledger, tmp_path):
    """Whoever began a second one would tell the chats so, and learn of the first from the rule that is on."""
    with Tenure(ledger, tmp_path) as gone:
        opened(ledger, gone)
    with (
        Tenure(ledger, tmp_path) as mine,
        pytest.raises(TargetTaken, match=f"the run '{RUN}' is open and has the same"),
    ):
        mine.take_target(plan())
    with Tenure(ledger, tmp_path) as mine:
        mine.take_target(plan(), run_id=RUN)
    ledger.append(RUN, ledger.head(RUN), [CLOSED])
    with Tenure(ledger, tmp_path) as mine:
        opened(ledger, mine, "another")


def test_another_target_and_the_same_one_in_another_imitated_world_are_free(ledger, tmp_path):
    """A killed rehearsal is never gone on with, and its ports are another's one day."""
    with Tenure(ledger, tmp_path) as gone:
        opened(ledger, gone, clock="http://127.0.0.1:1")
    for other in (replace(plan(), clock="http://127.0.0.1:2"), replace(plan(), target=ELSEWHERE)):
        with Tenure(ledger, tmp_path) as mine:
            mine.take_target(other)


@pytest.mark.parametrize("made", [False, True], ids=["not made", "without a line"])
def test_a_run_that_was_never_begun_has_no_target(made, tmp_path):
    """Its process ended between taking the target and the first line, and nobody could go on with it."""
    ledger = EndsIn(RUN) if not made else MemoryLedger()
    with suppress(Killed), Tenure(ledger, tmp_path) as gone:
        gone.take_target(plan())
        gone.open_run(RUN, START, RunKind.CUTOVER)
    assert (ledger.holders("opened-"), len(ledger.runs())) == ([RUN], int(made))
    with Tenure(ledger, tmp_path) as mine:
        opened(ledger, mine, "another")
    with Tenure(ledger, tmp_path) as late, pytest.raises(TargetTaken, match="the run 'another' is open"):
        late.take_target(plan())


def test_a_process_that_was_paused_before_it_opened_its_run_opens_none_beside_another(tmp_path):
    """Its right to the target has run out, and another process has opened a run under its own."""
    now = START
    ledger = MemoryLedger(now=lambda: now)
    with Tenure(ledger, tmp_path / "one machine") as paused, Tenure(ledger, tmp_path / "another") as other:
        paused.take_target(plan())
        now = START + LEASE
        opened(ledger, other, "another")
        with pytest.raises(TargetTaken, match="another run drives the same target"):
            paused.open_run(RUN, START, RunKind.CUTOVER)
        assert [info.run_id for info in ledger.runs()] == ["another"]


def test_a_run_without_a_target_is_opened_beside_any_other(ledger, tmp_path):
    with Tenure(ledger, tmp_path) as gone:
        opened(ledger, gone)
    with Tenure(ledger, tmp_path) as drill:
        drill.open_run("drill-1", START, RunKind.DRILL)
        assert drill.lease is not None


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
    ledger.append(RUN, EMPTY, [CLOSED])
    with Tenure(ledger, tmp_path) as mine:
        mine.take_run(RUN)
        assert mine.lease is None


def test_whoever_ends_lets_its_run_and_its_target_go_at_once(ledger, tmp_path):
    """Another machine, which no lock tells anything, need not wait until the leases are over."""
    with Tenure(ledger, tmp_path / "one machine") as gone:
        opened(ledger, gone)
        with Tenure(ledger, tmp_path / "another") as early, pytest.raises(Driven):
            early.take_target(plan(), run_id=RUN)
    with Tenure(ledger, tmp_path / "another") as mine:
        mine.take_target(plan(), run_id=RUN)
        mine.take_run(RUN)
        assert mine.lease is not None and mine.lease.attempts == 0, "it was let go, not left"


def test_a_target_is_let_go_by_a_process_that_has_lost_its_run(ledger, tmp_path):
    with Tenure(ledger, tmp_path) as late:
        opened(ledger, late)
        ledger.claim("another", lease_for=LEASE, run_id=RUN, dead=late.owner)
        with pytest.raises(LeaseLost):
            late.renew()
        assert ledger.holders("target-") == [late.owner]
    assert ledger.run(RUN).lease_owner == "another"
    assert ledger.holders("target-") == []


def test_a_ledger_that_is_away_when_a_process_ends_keeps_no_lock(ledger, tmp_path):
    def away(*_, **__):
        raise LedgerUnreadable("the server is away")

    with Tenure(ledger, tmp_path) as gone:
        opened(ledger, gone)
        ledger.release = away
    with Tenure(ledger, tmp_path) as mine:
        mine.take_target(plan(), run_id=RUN)
        mine.take_run(RUN)
        assert mine.lease is not None and mine.lease.epoch == 2, "the lock has shown that the other is gone"


def test_a_target_whose_holder_was_paused_for_longer_than_its_hold_is_taken_beside_its_lock(tmp_path):
    """The lock is taken when it is free: whoever comes next on this machine then knows who died."""
    now = START
    ledger = MemoryLedger(now=lambda: now)
    with ExitStack() as ends, Tenure(ledger, tmp_path) as mine:
        paused = ends.enter_context(Tenure(ledger, tmp_path))
        paused.take_target(plan())
        now = START + LEASE
        mine.take_target(plan())
        assert ledger.holders("target-") == [mine.owner]
        (name,) = mine._wanted
        mine._look_after()
        assert mine._wanted == {name}
        ends.close()
        mine._look_after()
        assert not mine._wanted
        assert lock.take(tmp_path, name, "a third", ends) is None, "it is held"


def test_a_lease_is_renewed_when_a_ledger_that_was_away_is_back(ledger, tmp_path):
    away = [LedgerUnreadable("the server is away")]
    renew = ledger.renew

    def answers(*lease):
        if away:
            raise away.pop()
        return renew(*lease)

    ledger.renew = answers
    with Tenure(ledger, tmp_path) as mine:
        opened(ledger, mine)
        before = mine.lease.until
        mine._look_after()
        assert (mine.lease.until, mine.lost) == (before, None)
        mine._look_after()
        assert mine.lease.until > before


def test_the_same_target_behind_another_gateway_is_another(ledger, tmp_path):
    gateways = [replace(plan().target, options={"endpoint_url": f"http://127.0.0.1:{port}"}) for port in (1, 2)]
    with Tenure(ledger, tmp_path) as one, Tenure(ledger, tmp_path) as other, Tenure(ledger, tmp_path) as plain:
        one.take_target(replace(plan(), target=gateways[0]))
        other.take_target(replace(plan(), target=gateways[1]))
        plain.take_target(plan())
        assert len(ledger.holders("target-")) == 3


def test_what_is_renewed_is_the_run_and_its_target(tmp_path):
    now = START
    ledger = MemoryLedger(now=lambda: now)
    with Tenure(ledger, tmp_path / "one machine") as mine, Tenure(ledger, tmp_path / "another") as other:
        opened(ledger, mine)
        now = START + LEASE / 2
        mine.renew()
        now = START + LEASE
        assert ledger.claim("another", lease_for=LEASE, run_id=RUN) == []
        with pytest.raises(Driven):
            other.take_target(plan(), run_id=RUN)
