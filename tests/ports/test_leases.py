"""One process drives a run at a time: every store elects it, fences the others off, and wakes whoever is free."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from tests.ledger.at_once import at_once
from tests.patience import PATIENCE_S
from tests.ports.stores import SHARED, Store

from bongsu.core.chain import START, Head, verify_chain
from bongsu.core.events import EndedLate, ListeningChanged, Outcome, RunClosed, Why
from bongsu.core.verdict import Verdict
from bongsu.errors import AlreadyReceived, LeaseLost, LedgerConflict, LedgerWriteFailed, RunNotFound
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry, Lease, Ledger, Row, Write
from bongsu.ledger.codec import decode

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
LEASE = timedelta(seconds=15)


def line(word: str = "open", **blobs: bytes) -> Entry:
    return Entry(at=AT, actor="bongsu", event=ListeningChanged(channel="ops_chat", state=word), blobs=blobs)


def ending() -> Entry:
    event = RunClosed(verdict=Verdict.PASS, why=Why.FINISHED, exit_code=0)
    return Entry(at=AT, actor="bongsu", event=event)


def head_of(rows: tuple[Row, ...]) -> Head:
    return Head(rows[-1].seq, rows[-1].hash)


def claimed(ledger: Ledger, owner: str = "a", run_id: str = "run-1"):
    (lease,) = ledger.claim(owner, lease_for=LEASE, run_id=run_id)
    return lease


@pytest.fixture
def opened(ledger: Ledger) -> Ledger:
    ledger.create("run-1", AT, due_at=ledger.now())
    return ledger


# Who drives


def test_a_due_run_is_claimed_once_until_its_lease_is_over(opened: Ledger, store: Store) -> None:
    (first,) = opened.claim("a", lease_for=LEASE)
    assert (first.run_id, first.owner, first.epoch, first.attempts) == ("run-1", "a", 1, 0)
    assert first.until - opened.now() <= LEASE
    assert opened.claim("b", lease_for=LEASE) == []
    assert opened.claim("b", lease_for=LEASE, run_id="run-1") == []
    store.pass_(LEASE)
    (second,) = opened.claim("b", lease_for=LEASE)
    assert (second.owner, second.epoch, second.attempts) == ("b", 2, 1)


def test_the_longest_due_come_first_and_those_that_sleep_not_at_all(ledger: Ledger, store: Store) -> None:
    now = ledger.now()
    for name, due_at in [
        ("asleep", None),
        ("later", now + timedelta(hours=1)),
        ("just-due", now),
        ("newer", now - timedelta(minutes=1)),
        ("oldest", now - timedelta(minutes=2)),
    ]:
        ledger.create(name, AT, due_at=due_at)
    assert [lease.run_id for lease in ledger.claim("a", lease_for=LEASE, limit=2)] == ["oldest", "newer"]
    assert [lease.run_id for lease in ledger.claim("b", lease_for=LEASE, limit=9)] == ["just-due"]
    store.pass_(timedelta(hours=1))
    assert "later" in [lease.run_id for lease in ledger.claim("c", lease_for=LEASE, limit=9)]


def test_a_worker_takes_only_runs_of_the_kinds_that_it_names(ledger: Ledger) -> None:
    ledger.create("a-cutover", AT, due_at=ledger.now())
    ledger.create("a-page", AT, kind="page", due_at=ledger.now())
    ledger.create("a-drill", AT, kind="drill", due_at=ledger.now() + timedelta(days=1))
    assert ledger.next_due(kinds=["drill"]) == ledger.run("a-drill").due_at
    assert [lease.run_id for lease in ledger.claim("a", lease_for=LEASE, limit=9, kinds=["page", "drill"])] == [
        "a-page"
    ]
    assert ledger.run("a-page").kind == "page"
    assert [lease.run_id for lease in ledger.claim("a", lease_for=LEASE, limit=9)] == ["a-cutover"]


def test_a_run_that_is_named_is_claimed_though_it_sleeps_and_an_unknown_one_is_an_error(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    assert ledger.claim("a", lease_for=LEASE) == []
    assert claimed(ledger).epoch == 1
    wake = ledger.now() + timedelta(hours=1)
    ledger.create("run-3", AT, due_at=wake)
    claimed(ledger, run_id="run-3")
    assert ledger.run("run-3").due_at == wake, "its timer is left"
    for asks in (lambda: claimed(ledger, run_id="run-2"), lambda: ledger.run("run-2")):
        with pytest.raises(RunNotFound, match="run-2"):
            asks()


def test_whoever_makes_room_for_a_run_may_have_its_first_lease(ledger: Ledger, store: Store) -> None:
    assert ledger.create("run-2", AT, due_at=AT) is None
    lease = ledger.create("run-1", AT, due_at=AT, owner="a", lease_for=LEASE)
    info = ledger.run("run-1")
    assert lease == Lease(run_id="run-1", owner="a", epoch=1, until=info.lease_until or AT)
    assert (info.epoch, info.lease_owner) == (1, "a")
    assert [taken.run_id for taken in ledger.claim("b", lease_for=LEASE, limit=9)] == ["run-2"]
    ledger.append("run-1", START, [line()], lease=lease)
    store.pass_(LEASE * 2 / 3)
    assert ledger.claim("b", lease_for=LEASE, run_id="run-1") == []
    store.pass_(LEASE / 3)
    assert claimed(ledger, "b").epoch == 2


def test_one_run_is_claimed_where_no_number_is_said(ledger: Ledger) -> None:
    for name in ("run-1", "run-2"):
        ledger.create(name, AT, due_at=AT)
    assert [lease.run_id for lease in ledger.claim("a", lease_for=LEASE)] == ["run-1"]


def test_the_lease_of_an_owner_that_is_known_to_be_dead_need_not_run_out(opened: Ledger) -> None:
    claimed(opened, "a")
    assert opened.claim("b", lease_for=LEASE, run_id="run-1", dead="c") == []
    (taken,) = opened.claim("b", lease_for=LEASE, run_id="run-1", dead="a")
    assert (taken.owner, taken.epoch) == ("b", 2)


def test_a_renewed_lease_is_over_later_and_one_that_has_passed_on_cannot_be_renewed(
    opened: Ledger, store: Store
) -> None:
    first = claimed(opened)
    store.pass_(LEASE * 2 / 3)
    renewed = opened.renew(first, LEASE)
    assert renewed.epoch == first.epoch and renewed.until > first.until
    store.pass_(LEASE * 2 / 3)
    assert opened.claim("b", lease_for=LEASE) == []
    store.pass_(LEASE)
    claimed(opened, "b")
    with pytest.raises(LeaseLost, match="taken over") as caught:
        opened.renew(renewed, LEASE)
    assert caught.value.cause is not None and "epoch 1" in caught.value.cause and "epoch 2" in caught.value.cause


def test_a_lease_that_is_over_and_that_nobody_took_can_still_be_renewed(opened: Ledger, store: Store) -> None:
    lease = claimed(opened)
    store.pass_(LEASE * 9)
    assert opened.renew(lease, LEASE).until > opened.now()


# What the one who lost the run may still write


def test_decisions_of_a_fenced_out_owner_are_refused_and_its_facts_are_kept(opened: Ledger, store: Store) -> None:
    late = claimed(opened, "a")
    rows = opened.append("run-1", START, [line()], lease=late)
    store.pass_(LEASE)
    newer = claimed(opened, "b")
    with pytest.raises(LeaseLost, match="taken over"):
        opened.append("run-1", head_of(rows), [line("decided")], lease=late)
    rows = opened.append("run-1", head_of(rows), [line("result")])
    rows = opened.append("run-1", head_of(rows), [line("decided")], lease=newer)
    words = [decode(row.line).event.state for row in opened.rows("run-1")]
    assert words == ["open", "result", "decided"]


def test_a_decision_under_a_good_lease_still_loses_to_a_line_that_came_before_it(opened: Ledger) -> None:
    lease = claimed(opened)
    opened.append("run-1", START, [line("pressed")])
    with pytest.raises(LedgerConflict, match="stands at line 1"):
        opened.append("run-1", START, [line("decided")], lease=lease)


def test_who_has_let_a_run_go_decides_no_longer(opened: Ledger) -> None:
    lease = claimed(opened)
    opened.release(lease, due_at=None, seen=START)
    with pytest.raises(LeaseLost, match="let go"):
        opened.append("run-1", START, [line()], lease=lease)
    for change in (lambda: opened.release(lease, due_at=None, seen=START), lambda: opened.park(lease, "tired")):
        with pytest.raises(LeaseLost):
            change()


# When a run is looked at


def test_a_released_run_sleeps_until_its_time_and_counts_no_failed_attempt(opened: Ledger, store: Store) -> None:
    lease = claimed(opened)
    wake = opened.now() + timedelta(minutes=5)
    opened.release(lease, due_at=wake, seen=START)
    assert opened.next_due() == wake
    assert opened.claim("b", lease_for=LEASE) == []
    store.pass_(timedelta(minutes=5))
    (again,) = opened.claim("b", lease_for=LEASE)
    assert (again.epoch, again.attempts) == (2, 0)


def test_a_fact_wakes_a_sleeping_run_and_a_decision_leaves_its_timer(opened: Ledger) -> None:
    lease = claimed(opened)
    wake = opened.now() + timedelta(minutes=5)
    rows = opened.append("run-1", START, [line("decided")], lease=lease, due_at=wake)
    assert opened.run("run-1").due_at == wake
    rows = opened.append("run-1", head_of(rows), [line("decided")], lease=lease)
    opened.release(lease, due_at=wake, seen=head_of(rows))
    assert opened.run("run-1").due_at == wake
    opened.append("run-1", head_of(rows), [line("pressed")])
    due_at = opened.run("run-1").due_at
    assert due_at is not None and due_at <= opened.now()
    assert [lease.owner for lease in opened.claim("b", lease_for=LEASE)] == ["b"]


def test_a_fact_that_came_while_the_run_was_driven_is_not_slept_over(opened: Ledger) -> None:
    """The owner has seen line 1 and means to sleep; line 2 came from another process meanwhile."""
    lease = claimed(opened)
    rows = opened.append("run-1", START, [line("decided")], lease=lease)
    opened.append("run-1", head_of(rows), [line("pressed")])
    opened.release(lease, due_at=opened.now() + timedelta(hours=1), seen=head_of(rows))
    assert [lease.owner for lease in opened.claim("b", lease_for=LEASE)] == ["b"]


def test_a_fact_may_say_itself_when_the_run_is_due(opened: Ledger) -> None:
    wake = opened.now() + timedelta(minutes=7)
    rows = opened.append("run-1", START, [line()], due_at=wake)
    assert opened.run("run-1").due_at == wake
    opened.append("run-1", head_of(rows), [line()], due_at=None)
    assert opened.run("run-1").due_at is None and opened.next_due() is None


def test_the_next_time_to_look_is_when_a_run_can_be_claimed(ledger: Ledger) -> None:
    """A run that is due and another's can be claimed when that lease is over, not before."""
    assert ledger.next_due() is None
    now = ledger.now()
    ledger.create("run-1", AT, due_at=now - timedelta(hours=1))
    ledger.create("run-2", AT, due_at=now + timedelta(hours=1))
    assert ledger.next_due() == now - timedelta(hours=1)
    lease = claimed(ledger)
    assert ledger.next_due() == lease.until
    claimed(ledger, "b", "run-2")
    ledger.create("run-3", AT, due_at=now)
    later = ledger.claim("c", lease_for=LEASE * 2)[0]
    assert ledger.next_due() == lease.until < later.until, "the first that anybody may take over"


def test_a_closed_run_is_never_due_and_never_claimed_again(opened: Ledger) -> None:
    lease = claimed(opened)
    rows = opened.append("run-1", START, [ending()], lease=lease)
    assert opened.run("run-1").due_at is None, "though its driver may die before it lets go"
    late = EndedLate(key="page//on_call", outcome=Outcome.ACCEPTED, attempt=1)
    opened.append("run-1", head_of(rows), [Entry(at=AT, actor="bongsu", event=late)])
    opened.release(lease, due_at=opened.now(), seen=head_of(rows))
    assert opened.run("run-1").due_at is None and opened.next_due() is None
    assert opened.claim("b", lease_for=LEASE) == []
    assert opened.claim("b", lease_for=LEASE, run_id="run-1") == []


# A run that wears its drivers out


def test_claims_that_end_without_a_release_are_counted_and_one_that_does_not_begins_anew(
    opened: Ledger, store: Store
) -> None:
    for died in range(3):
        assert claimed(opened).attempts == died
        store.pass_(LEASE)
    lease = claimed(opened)
    assert (lease.attempts, opened.run("run-1").attempts) == (3, 3)
    opened.release(lease, due_at=None, seen=START)
    assert claimed(opened).attempts == 0


def test_a_parked_run_is_listed_with_its_reason_and_taken_up_again_only_by_name(opened: Ledger) -> None:
    opened.park(claimed(opened), "5 drivers ended in it")
    assert (opened.run("run-1").due_at, opened.next_due()) == (None, None)
    opened.append("run-1", START, [line("pressed")])
    (info,) = opened.runs()
    assert (info.parked, info.lease_owner, info.due_at) == ("5 drivers ended in it", "", None)
    assert opened.next_due() is None and opened.claim("b", lease_for=LEASE) == []
    claimed(opened, "a person's resume")
    assert opened.run("run-1").parked == ""
    due_at = opened.run("run-1").due_at
    assert due_at is not None and due_at <= opened.now(), "whoever resumes it may die too"


def test_a_run_that_is_parked_for_its_attempts_begins_anew_when_it_is_taken_up(opened: Ledger, store: Store) -> None:
    claimed(opened)
    store.pass_(LEASE)
    tired = claimed(opened)
    assert tired.attempts == 1
    opened.park(tired, "drivers ended in it")
    assert claimed(opened).attempts == 0


# What is received once


def test_what_is_delivered_twice_is_stored_once_and_the_second_time_says_where(opened: Ledger) -> None:
    rows = opened.append("run-1", START, [line("pressed"), line("seen")], inbound=("ops_chat", "update-7"))
    opened.create("run-2", AT)
    for run_id, after in (("run-1", head_of(rows)), ("run-2", START)):
        with pytest.raises(AlreadyReceived, match='"update-7" from "ops_chat" stands in the run "run-1" at line 2'):
            opened.append(run_id, after, [line("pressed")], inbound=("ops_chat", "update-7"))
    assert tuple(opened.rows("run-1")) == rows
    assert opened.head("run-2") == START
    assert opened.append("run-2", START, [line()], inbound=("alerts", "update-7"))[0].seq == 1


def test_a_delivery_whose_append_lost_can_be_stored_at_the_next_try(opened: Ledger) -> None:
    rows = opened.append("run-1", START, [line()])
    with pytest.raises(LedgerConflict):
        opened.append("run-1", START, [line("pressed")], inbound=("ops_chat", "update-7"))
    assert opened.append("run-1", head_of(rows), [line("pressed")], inbound=("ops_chat", "update-7"))[0].seq == 2


# Several appends at once


def test_of_several_appends_at_once_each_wins_or_loses_by_itself(opened: Ledger) -> None:
    opened.create("run-2", AT)
    lease = claimed(opened, run_id="run-2")
    opened.release(lease, due_at=None, seen=START)
    naive = Entry(at=datetime(2025, 10, 22), actor="bongsu", event=line().event)  # noqa: DTZ001
    ends = at_once(
        opened,
        [
            Write(run_id="run-1", after=START, entries=[line("won", payload=b"x")], inbound=("a", "1")),
            Write(run_id="run-1", after=START, entries=[line("second")]),
            Write(run_id="run-2", after=START, entries=[line("fenced")], lease=lease),
            Write(run_id="run-3", after=START, entries=[line("unknown")]),
            Write(run_id="run-2", after=START, entries=[naive]),
            Write(run_id="run-2", after=START, entries=[line("again")], inbound=("a", "1")),
            Write(run_id="run-2", after=START, entries=[line("won")], inbound=("a", "2")),
        ],
    )
    assert [type(end) for end in ends] == [
        tuple,
        LedgerConflict,
        LeaseLost,
        RunNotFound,
        LedgerWriteFailed,
        AlreadyReceived,
        tuple,
    ]
    assert [tuple(opened.rows(run_id)) for run_id in ("run-1", "run-2")] == [ends[0], ends[6]]


# A fold to begin from


def test_a_snapshot_is_taken_only_with_the_program_and_the_line_that_it_was_made_of(opened: Ledger) -> None:
    rows = opened.append("run-1", START, [line(), line()])
    assert opened.latest_snapshot("run-1", program="bongsu 1") is None
    opened.snapshot("run-1", Head(1, rows[0].hash), b"fold of 1", program="bongsu 1")
    opened.snapshot("run-1", Head(2, rows[1].hash), b"fold of 2", program="bongsu 1")
    assert opened.latest_snapshot("run-1", program="bongsu 1") == (Head(2, rows[1].hash), b"fold of 2")
    assert opened.latest_snapshot("run-1", program="bongsu 2") is None
    for foreign in (Head(2, "f" * 64), Head(3, rows[1].hash)):
        opened.snapshot("run-1", foreign, b"fold of another chain", program="bongsu 1")
        assert opened.latest_snapshot("run-1", program="bongsu 1") is None


# Between processes


def _claim_all(address: str, owner: str, start, found) -> None:
    ledger = open_ledger(address)
    start.wait(PATIENCE_S)
    mine: list[str] = []
    while leases := ledger.claim(owner, lease_for=timedelta(hours=1), limit=3):
        for lease in leases:
            ledger.append(lease.run_id, START, [line(owner)], lease=lease)
            mine.append(lease.run_id)
    ledger.close()
    found.put((owner, mine))


@pytest.mark.parametrize("store", SHARED, indirect=True)
def test_of_processes_that_claim_at_once_each_run_has_one_owner(store: Store) -> None:
    names = [f"run-{number:02}" for number in range(40)]
    spawn = multiprocessing.get_context("spawn")
    start, found = spawn.Barrier(2), spawn.Queue()
    with closing(store.open()) as ledger:
        for name in names:
            ledger.create(name, AT, due_at=AT)
        workers = [spawn.Process(target=_claim_all, args=(store.address, owner, start, found)) for owner in "ab"]
        for worker in workers:
            worker.start()
        shares = dict(found.get(timeout=120) for _ in workers)
        for worker in workers:
            worker.join(PATIENCE_S)
            assert worker.exitcode == 0
        assert sorted(shares["a"] + shares["b"]) == names
        for owner, mine in shares.items():
            for name in mine:
                rows = list(ledger.rows(name))
                assert verify_chain(row.line for row in rows) == ledger.head(name)
                assert [decode(row.line).event.state for row in rows] == [owner]
