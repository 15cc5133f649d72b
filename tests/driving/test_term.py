"""The law of a call, by clocks of the test: none begins that could outlast the lease, and a short one is renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bongsu.errors import LeaseLost, LedgerWriteFailed
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.tenure import Tenure
from bongsu.run.term import Claim, Terms

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
LEASE_S, CALL_S = 30.0, 15.0


class Moved:
    """The ledger's clock, and the two counts of this process, which need not agree."""

    def __init__(self):
        self.ledger_s = self.count_s = self.wall_s = 0.0

    def now(self):
        return START + timedelta(seconds=self.ledger_s)

    def counts(self):
        return self.count_s, self.wall_s

    def pass_(self, seconds):
        self.ledger_s += seconds
        self.count_s += seconds
        self.wall_s += seconds


class Rights:
    """One run, and a right to it as a single run has it or as a worker has it."""

    def __init__(self, kind, folder):
        self.time = Moved()
        self.ledger = Reached(now=self.time.now)
        terms = Terms(lease_for=timedelta(seconds=LEASE_S), call_s=CALL_S, counts=self.time.counts)
        self.ledger.create("run", START)
        if kind == "single":
            self.right = Tenure(self.ledger, folder, terms=terms)
            self.right.take_run("run")
        else:
            (lease,) = self.ledger.claim("worker", lease_for=terms.lease_for, run_id="run")
            self.right = Claim(self.ledger, lease, terms, self.time.counts())


class Reached(MemoryLedger):
    """A ledger that can be out of reach, and counts how often a lease was renewed."""

    renewals, away = 0, False

    def renew(self, lease, lease_for):
        if self.away:
            raise LedgerWriteFailed("the server has gone")
        self.renewals += 1
        return super().renew(lease, lease_for)


@pytest.fixture(params=["single", "worker"])
def rights(request, tmp_path):
    return Rights(request.param, tmp_path)


def test_a_call_may_begin_while_the_lease_outlasts_it_and_nothing_is_asked_for_that(rights):
    rights.time.pass_(LEASE_S - CALL_S)
    assert rights.right.lasts_for_a_call()
    assert rights.ledger.renewals == 0


def test_a_lease_that_is_too_short_for_a_call_is_renewed_first(rights):
    rights.time.pass_(LEASE_S - CALL_S + 0.1)
    assert rights.right.lasts_for_a_call()
    assert rights.ledger.renewals == 1
    assert rights.ledger.run("run").lease_until == rights.time.now() + timedelta(seconds=LEASE_S)
    assert rights.right.remaining_s() == LEASE_S


def test_no_call_begins_when_a_short_lease_cannot_be_renewed(rights):
    rights.time.pass_(LEASE_S - CALL_S + 0.1)
    rights.ledger.away = True
    assert not rights.right.lasts_for_a_call()
    rights.ledger.away = False
    assert rights.right.lasts_for_a_call(), "it is asked for again"


def test_no_call_begins_once_another_has_taken_over(rights):
    rights.time.pass_(LEASE_S + 1)
    rights.ledger.claim("another", lease_for=timedelta(hours=1), run_id="run")
    told = []
    rights.right.when_lost(told.append)
    assert not rights.right.lasts_for_a_call()
    assert not rights.right.lasts_for_a_call()
    assert isinstance(rights.right.lost, LeaseLost)
    assert told == [rights.right.lost]


def test_a_lease_that_ran_out_unnoticed_by_others_is_taken_up_again(rights):
    rights.time.pass_(10 * LEASE_S)
    assert rights.right.lasts_for_a_call()


@pytest.mark.parametrize("count", ["count_s", "wall_s"])
def test_whichever_count_has_gone_further_is_believed(rights, count):
    """A machine that slept sees it by one of them alone."""
    setattr(rights.time, count, LEASE_S - CALL_S + 0.1)
    rights.ledger.away = True
    assert not rights.right.lasts_for_a_call()


def test_what_the_answer_of_a_renewal_took_is_not_given_twice(rights):
    renew = rights.ledger.renew

    def slowly(lease, lease_for):
        renewed = renew(lease, lease_for)
        rights.time.pass_(LEASE_S - CALL_S + 0.1)
        return renewed

    rights.ledger.renew = slowly
    rights.time.pass_(LEASE_S)
    assert not rights.right.lasts_for_a_call()
