"""An owner that has claimed a run anew is fenced off from what it began under its earlier lease, in every store."""

from __future__ import annotations

import pytest
from tests.ports.stores import Store
from tests.ports.test_leases import AT, LEASE, claimed, line

from bongsu.core.chain import START
from bongsu.errors import LeaseLost
from bongsu.ledger._port import Ledger


def test_an_earlier_lease_of_the_same_owner_decides_nothing_any_more(ledger: Ledger, store: Store) -> None:
    """A worker may claim a run again that it still has in hand somewhere: two of its threads would drive it."""
    ledger.create("run-1", AT, due_at=AT)
    earlier = claimed(ledger)
    store.pass_(LEASE)
    newer = claimed(ledger)
    assert (newer.owner, newer.epoch) == (earlier.owner, earlier.epoch + 1)
    for use in (
        lambda: ledger.append("run-1", START, [line("decided")], lease=earlier),
        lambda: ledger.renew(earlier, LEASE),
        lambda: ledger.release(earlier, due_at=None, seen=START),
        lambda: ledger.park(earlier, "tired"),
    ):
        with pytest.raises(LeaseLost):
            use()
    info = ledger.run("run-1")
    assert (info.head, info.epoch, info.lease_until, info.parked) == (START, newer.epoch, newer.until, "")
    assert ledger.append("run-1", START, [line("decided")], lease=newer)[0].seq == 1
