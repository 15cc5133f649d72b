"""A run, its first lines and the right to drive it, all at once or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.ports.stores import Store
from tests.ports.test_leases import AT, LEASE, ending, line

from bongsu.core.chain import START, verify_chain
from bongsu.core.events import EndedLate, Outcome
from bongsu.errors import AlreadyReceived, LedgerConflict, RunNotFound, UsageError
from bongsu.ledger._port import Entry, Ledger
from bongsu.ledger.batch import Draft
from bongsu.ledger.blobs import content_of
from bongsu.ledger.codec import decode


def drafted(ledger: Ledger, *entries: Entry, run_id: str = "run-1") -> Draft:
    draft = ledger.draft(run_id)
    for entry in entries:
        draft.add(entry)
    return draft


def test_a_run_is_begun_with_its_first_lines_by_whoever_drives_it_and_is_due_should_they_die(
    ledger: Ledger, store: Store
) -> None:
    lease = ledger.begin(drafted(ledger, line(), line("lost")), AT, kind="page", owner="a", lease_for=LEASE)
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
        ledger.begin(drafted(ledger, line()), AT, kind="page", owner="b", lease_for=LEASE)
    assert ledger.head("run-1") == START
    assert ledger.run("run-1").lease_owner == ""


def test_what_was_drafted_is_stored_to_the_byte(ledger: Ledger) -> None:
    """What a draft's lines were decided on and quoted in messages is what everybody reads later."""
    draft = drafted(ledger, line(payload=b"a message"), line("lost"))
    assert draft.head == draft.batch.head
    with pytest.raises(RunNotFound):
        ledger.head("run-1")
    ledger.begin(draft, AT, kind="page", owner="a", lease_for=LEASE)
    assert tuple(ledger.rows("run-1")) == draft.batch.rows
    assert ledger.head("run-1") == draft.head
    (digest,) = decode(draft.batch.rows[0].line).blobs.values()
    assert content_of(ledger.blob(digest)) == b"a message"


def test_a_line_may_cite_what_another_run_has_stored(ledger: Ledger) -> None:
    ledger.begin(drafted(ledger, line(plan=b"bongsu: 1")), AT, kind="page", owner="a", lease_for=LEASE)
    (kept,) = decode(next(ledger.rows("run-1")).line).blobs.values()
    cites = replace(line(), cites={"plan": kept})
    ledger.begin(drafted(ledger, cites, run_id="run-2"), AT, kind="page", owner="a", lease_for=LEASE)
    assert decode(next(ledger.rows("run-2")).line).blobs == {"plan": kept}
    assert content_of(ledger.blob(kept)) == b"bongsu: 1"


def test_only_what_calls_came_to_late_is_drafted_behind_the_line_that_ends_a_run(ledger: Ledger) -> None:
    late = EndedLate(key="page//on_call", outcome=Outcome.ACCEPTED, attempt=1)
    draft = drafted(ledger, line(), ending())
    with pytest.raises(LedgerConflict, match="closed"):
        draft.add(line())
    draft.add(replace(line(), event=late))
    ledger.begin(draft, AT, kind="page", owner="a", lease_for=LEASE)
    assert [decode(row.line).event for row in ledger.rows("run-1")][2:] == [late]


def test_no_run_is_drafted_under_a_name_that_cannot_be_a_files(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="run id"):
        ledger.draft("../run-1")


def test_a_run_that_ends_with_its_first_lines_is_never_due(ledger: Ledger, store: Store) -> None:
    ledger.begin(drafted(ledger, line(), ending()), AT, kind="page", owner="a", lease_for=LEASE)
    store.pass_(LEASE)
    assert ledger.run("run-1").closed
    assert ledger.claim("b", lease_for=LEASE) == []


def test_what_was_received_opens_one_run_however_often_it_comes(ledger: Ledger) -> None:
    draft = drafted(ledger, line())
    draft.inbound = ("alarm", "one")
    ledger.begin(draft, AT, kind="page", owner="a", lease_for=LEASE)
    again = drafted(ledger, line(), run_id="run-2")
    again.inbound = draft.inbound
    with pytest.raises(AlreadyReceived) as second:
        ledger.begin(again, AT, kind="page", owner="b", lease_for=LEASE)
    assert second.value.run_id == "run-1"
    with pytest.raises(RunNotFound):
        ledger.head("run-2")
    again.inbound = ("alarm", "two")
    ledger.begin(again, AT, kind="page", owner="b", lease_for=LEASE)
    with pytest.raises(AlreadyReceived):
        ledger.append("run-2", again.head, [line()], inbound=("alarm", "one"))
