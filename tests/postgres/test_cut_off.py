"""The server goes away at the worst moments: nothing that was said to be stored is lost, nothing is stored twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from tests.ledger.at_once import at_once
from tests.postgres.proxy import Wire, wire
from tests.postgres.server import PostgresStore

from bongsu.core.chain import START, Head, verify_chain
from bongsu.core.events import ListeningChanged
from bongsu.errors import AlreadyReceived, LeaseLost, LedgerConflict, LedgerUnreadable, LedgerWriteFailed
from bongsu.ledger._port import Entry, Ledger, Write
from bongsu.ledger.batch import prepare
from bongsu.ledger.codec import decode
from bongsu.ledger.postgres import PostgresLedger

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
LEASE = timedelta(seconds=15)


def line(word: str = "open") -> Entry:
    event = ListeningChanged(channel="ops_chat", state=word)
    return Entry(at=AT, actor="bongsu", event=event, blobs={"payload": word.encode()})


def words(ledger: Ledger, run_id: str = "run-1") -> list[str]:
    rows = list(ledger.rows(run_id))
    assert verify_chain(row.line for row in rows) == ledger.head(run_id)
    return [decode(row.line).event.state for row in rows]


@pytest.fixture
def store(postgres) -> PostgresStore:
    return PostgresStore(postgres)


@pytest.fixture
def cable(store: PostgresStore):
    with wire(store.server.folder) as opened:
        yield opened


@pytest.fixture
def ledger(store: PostgresStore, cable: Wire):
    with closing(PostgresLedger(cable.address(store.name))) as opened:
        opened.create("run-1", AT)
        yield opened


MOMENTS = [Wire.cut_before_the_next_request, Wire.cut_before_the_next_answer]


@pytest.mark.parametrize("cut", MOMENTS)
def test_an_append_that_is_cut_off_is_stored_once_and_says_so(ledger: PostgresLedger, cable: Wire, cut) -> None:
    cut(cable)
    rows = ledger.append("run-1", START, [line("pressed")], inbound=("ops_chat", "update-1"))
    assert cable.cuts == 1
    assert tuple(ledger.rows("run-1")) == rows and words(ledger) == ["pressed"]
    with pytest.raises(AlreadyReceived):
        ledger.append("run-1", Head(1, rows[0].hash), [line("pressed")], inbound=("ops_chat", "update-1"))


@pytest.mark.parametrize("cut", MOMENTS)
def test_several_appends_that_are_cut_off_together_are_each_stored_once(
    ledger: PostgresLedger, cable: Wire, cut
) -> None:
    ledger.create("run-2", AT)
    cut(cable)
    writes = [Write(run_id=name, after=START, entries=[line(name)]) for name in ("run-1", "run-2", "run-1")]
    ends = at_once(ledger, writes)
    assert cable.cuts == 1
    assert [type(end) for end in ends] == [tuple, tuple, LedgerConflict]
    assert (words(ledger), words(ledger, "run-2")) == (["run-1"], ["run-2"])


def test_what_a_transaction_stored_whose_own_answer_was_lost_is_known_by_its_line(ledger: PostgresLedger) -> None:
    """The line went down between the commit and its answer: each of the appends in it is tried by itself then."""
    write = Write(run_id="run-1", after=START, entries=[line()])
    batch = prepare("run-1", START, write.entries, lambda: "0" * 32)
    rows = ledger._store(write, batch, tried=False)
    assert rows == batch.rows == ledger._store(write, batch, tried=True)
    assert isinstance(ledger._store(write, batch, tried=False), LedgerConflict)
    other = prepare("run-1", START, [line("another")], lambda: "1" * 32)
    assert isinstance(ledger._store(write, other, tried=True), LedgerConflict)


def test_an_append_that_never_arrived_is_not_forced_on_a_run_that_has_moved_on(
    store: PostgresStore, ledger: PostgresLedger, cable: Wire
) -> None:
    """While the line is down another process takes the run over: the decision that was on its way is refused."""
    (mine,) = ledger.claim("a", lease_for=LEASE, run_id="run-1")
    with closing(store.open()) as other:
        ledger._link._pause = lambda _: other.claim("b", lease_for=LEASE, run_id="run-1", dead="a") and None
        cable.cut_before_the_next_request()
        with pytest.raises(LeaseLost, match="taken over"):
            ledger.append("run-1", START, [line("decided")], lease=mine)
        assert words(other) == []


def test_a_right_that_passed_on_while_the_line_was_down_is_lost_however_it_is_used_then(
    store: PostgresStore, ledger: PostgresLedger, cable: Wire
) -> None:
    """A run that is nobody's after a cut was let go by the try whose answer was lost; one that is another's was not."""
    (mine,) = ledger.claim("a", lease_for=LEASE, run_id="run-1")
    with closing(store.open()) as other:
        ledger._link._pause = lambda _: other.release(mine, due_at=None, seen=START)
        cable.cut_before_the_next_request()
        with pytest.raises(LeaseLost, match="let go"):
            ledger.renew(mine, LEASE)
        (mine,) = ledger.claim("a", lease_for=LEASE, run_id="run-1")
        ledger._link._pause = lambda _: other.claim("b", lease_for=LEASE, run_id="run-1", dead="a") and None
        cable.cut_before_the_next_request()
        with pytest.raises(LeaseLost, match="taken over"):
            ledger.release(mine, due_at=None, seen=START)
        assert other.run("run-1").lease_owner == "b"


@pytest.mark.parametrize("begins", [False, True], ids=["made", "begun"])
def test_a_name_that_another_took_while_the_line_was_down_is_anothers(
    store: PostgresStore, ledger: PostgresLedger, cable: Wire, begins: bool
) -> None:
    """What a try that was cut off had made is known by its time, or by its line; another's run is neither."""
    draft = ledger.draft("run-2")
    draft.add(line())
    takes: dict[bool, Callable[[], object]] = {
        False: lambda: ledger.create("run-2", AT),
        True: lambda: ledger.begin(draft, AT, kind="page", owner="a", lease_for=LEASE),
    }
    with closing(store.open()) as other:
        ledger._link._pause = lambda _: other.create("run-2", AT + LEASE) and None
        cable.cut_before_the_next_request()
        with pytest.raises(LedgerConflict, match="exists already"):
            takes[begins]()
        assert (other.head("run-2"), other.run("run-2").opened_at) == (START, AT + LEASE)


@pytest.mark.parametrize("cut", MOMENTS)
def test_a_run_whose_beginning_is_cut_off_is_begun_once(ledger: PostgresLedger, cable: Wire, cut) -> None:
    draft = ledger.draft("run-2")
    draft.add(line("begun"))
    cut(cable)
    lease = ledger.begin(draft, AT, kind="page", owner="a", lease_for=LEASE)
    assert cable.cuts == 1
    assert words(ledger, "run-2") == ["begun"]
    info = ledger.run("run-2")
    assert (lease.epoch, lease.owner, lease.until) == (info.epoch, info.lease_owner, info.lease_until)
    with pytest.raises(LedgerConflict):
        ledger.begin(draft, AT, kind="page", owner="a", lease_for=LEASE)


def test_a_blob_whose_name_is_taken_is_an_error_of_the_ledger_and_no_loss_to_another(store: PostgresStore) -> None:
    """Salts prevent it; whoever was told that the run has moved on would decide anew, and again."""
    with closing(PostgresLedger(store.address, salt=lambda: "0" * 32)) as ledger:
        ledger.create("run-1", AT)
        (row,) = ledger.append("run-1", START, [line("same")])
        with pytest.raises(LedgerWriteFailed, match="could not be written"):
            ledger.append("run-1", Head(1, row.hash), [line("same")])
        assert ledger.append("run-1", Head(1, row.hash), [line("another")])[0].seq == 2


@pytest.mark.parametrize("cut", MOMENTS)
def test_whatever_else_is_cut_off_comes_to_the_same_as_without(ledger: PostgresLedger, cable: Wire, cut) -> None:
    cut(cable)
    ledger.create("run-2", AT)
    cut(cable)
    (lease,) = ledger.claim("a", lease_for=LEASE, run_id="run-2") or [None]
    if lease is None:
        # The claim was made, and its answer was lost: it is over when its time is.
        assert cut is Wire.cut_before_the_next_answer
        (lease,) = ledger.claim("b", lease_for=LEASE, run_id="run-2", dead="a")
    cut(cable)
    lease = ledger.renew(lease, LEASE)
    cut(cable)
    ledger.release(lease, due_at=None, seen=START)
    assert ledger.run("run-2").lease_owner == ""
    cut(cable)
    held = ledger.hold("target-1", "a", LEASE)
    assert held is not None
    cut(cable)
    ledger.let_go(ledger.renew_hold(held, LEASE))
    cut(cable)
    assert [info.run_id for info in ledger.runs()] == ["run-2", "run-1"]
    assert cable.cuts == 7
    with pytest.raises(LedgerConflict):
        ledger.create("run-2", AT)


def test_a_server_that_does_not_come_back_is_waited_for_only_so_long(store: PostgresStore, cable: Wire) -> None:
    paused: list[float] = []
    ledger = PostgresLedger(cable.address(store.name), pause=paused.append, patience_s=3, counts=lambda: sum(paused))
    ledger.create("run-1", AT)
    cable.close()
    with pytest.raises(LedgerWriteFailed, match="could not be written") as caught:
        ledger.append("run-1", START, [line()])
    assert 3 <= sum(paused) < 5
    assert "refused" in (caught.value.cause or "") and "bongsu resume RUN" in (caught.value.hint or "")
    # What a run that stops has to let go is not waited for again.
    before = len(paused)
    for asked in (ledger.runs, lambda: ledger.head("run-1")):
        with pytest.raises(LedgerUnreadable, match="could not be read"):
            asked()
    assert len(paused) == before
    ledger.close()


def test_a_server_that_was_given_up_and_is_back_is_used_and_waited_for_again(store: PostgresStore) -> None:
    paused: list[float] = []
    with closing(
        PostgresLedger(store.address, pause=paused.append, patience_s=3, counts=lambda: sum(paused))
    ) as ledger:
        ledger.create("run-1", AT)
        for _ in range(2):
            before = len(paused)
            store.server.stop("immediate")
            with pytest.raises(LedgerUnreadable):
                ledger.runs()
            assert len(paused) > before
            store.server.start()
            assert [info.run_id for info in ledger.runs()] == ["run-1"]


class Writer:
    """A thread that appends line after line to its run, and keeps what it was told is stored."""

    def __init__(self, ledger: Ledger, name: str, over: threading.Event) -> None:
        self.name = name
        self.acknowledged: list[str] = []
        self.failed: BaseException | None = None
        self._ledger = ledger
        self._over = over
        self.thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        head = START
        try:
            while not self._over.is_set():
                (row,) = self._ledger.append(self.name, head, [line(f"{self.name}.{head.seq}")])
                head = Head(row.seq, row.hash)
                self.acknowledged.append(row.hash)
        except LedgerWriteFailed as why:
            self.failed = why


def test_a_server_that_is_killed_and_started_again_has_every_line_that_was_acknowledged(store: PostgresStore) -> None:
    """Three threads append to their runs while the server crashes twice; it recovers from its own log."""
    over = threading.Event()
    with closing(PostgresLedger(store.address, patience_s=120)) as ledger:
        writers = [Writer(ledger, f"run-{number}", over) for number in (1, 2, 3)]
        for writer in writers:
            ledger.create(writer.name, AT)
            writer.thread.start()
        for count in (20, 40, 60):
            while any(len(writer.acknowledged) < count and writer.failed is None for writer in writers):
                over.wait(0.01)
            if count < 60:
                store.server.stop("immediate")
                store.server.start()
        over.set()
        for writer in writers:
            writer.thread.join()
        assert [writer.failed for writer in writers] == [None, None, None]
        for writer in writers:
            assert [row.hash for row in ledger.rows(writer.name)] == writer.acknowledged
            assert words(ledger, writer.name) == [f"{writer.name}.{n}" for n in range(len(writer.acknowledged))]
