"""A thing that one run at a time may touch, by name: every store gives it to one owner, and takes it back in time."""

from __future__ import annotations

import pytest
from tests.ports.stores import Store
from tests.ports.test_leases import LEASE

from bongsu.errors import LeaseLost
from bongsu.ledger._port import Ledger


def test_a_named_thing_is_one_owners_until_it_is_let_go_or_the_hold_is_over(ledger: Ledger, store: Store) -> None:
    first = ledger.hold("target-1", "a", LEASE)
    assert first is not None and first.owner == "a"
    assert first.epoch == 1, "which tells who takes it that nobody ever had it"
    assert ledger.hold("target-1", "b", LEASE) is None
    assert ledger.hold("target-2", "b", LEASE) is not None
    store.pass_(LEASE * 2 / 3)
    renewed = ledger.renew_hold(first, LEASE)
    store.pass_(LEASE * 2 / 3)
    assert ledger.hold("target-1", "b", LEASE) is None
    store.pass_(LEASE / 3)
    second = ledger.hold("target-1", "b", LEASE)
    assert second is not None and second.epoch > renewed.epoch
    with pytest.raises(LeaseLost, match="target-1"):
        ledger.renew_hold(renewed, LEASE)
    ledger.let_go(renewed)
    assert ledger.hold("target-1", "a", LEASE) is None, "who lost it cannot give it away"
    ledger.let_go(second)
    with pytest.raises(LeaseLost):
        ledger.renew_hold(second, LEASE)
    assert ledger.hold("target-1", "a", LEASE) is not None


def test_the_hold_of_an_owner_that_is_known_to_be_dead_need_not_run_out(ledger: Ledger) -> None:
    ledger.hold("target-1", "a", LEASE)
    assert ledger.hold("target-1", "b", LEASE, dead="c") is None
    assert ledger.hold("target-1", "b", LEASE, dead="a") is not None
