"""A run, its first lines and the right to drive it, all at once or not at all."""

from __future__ import annotations

import pytest
from tests.ports.stores import Store
from tests.ports.test_leases import AT, LEASE, line

from bongsu.core.chain import START, verify_chain
from bongsu.errors import LedgerConflict
from bongsu.ledger._port import Ledger


def test_a_run_is_begun_with_its_first_lines_by_whoever_drives_it_and_is_due_should_they_die(
    ledger: Ledger, store: Store
) -> None:
    lease = ledger.begin("run-1", AT, [line(), line("lost")], kind="page", owner="a", lease_for=LEASE)
    info = ledger.run("run-1")
    assert (info.kind, info.head.seq, info.epoch, info.lease_owner, info.attempts) == ("page", 2, 1, "a", 0)
    assert verify_chain(row.line for row in ledger.rows("run-1")) == info.head
    assert ledger.claim("b", lease_for=LEASE) == []
    ledger.append("run-1", info.head, [line()], lease=lease)
    store.pass_(LEASE)
    (second,) = ledger.claim("b", lease_for=LEASE)
    assert (second.epoch, second.attempts) == (2, 1)


def test_a_run_that_exists_is_not_begun_again(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    with pytest.raises(LedgerConflict, match="exists already"):
        ledger.begin("run-1", AT, [line()], kind="page", owner="b", lease_for=LEASE)
    assert ledger.head("run-1") == START
    assert ledger.run("run-1").lease_owner == ""
