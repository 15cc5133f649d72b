"""Every ledger driver keeps the same promises: one set of tests, run over each of them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bongsu.core.chain import START, Head, verify_chain
from bongsu.core.events import EndedLate, ListeningChanged, Outcome, Phase, PhaseEntered, RunClosed, Why
from bongsu.core.verdict import Verdict
from bongsu.errors import LedgerConflict, LedgerWriteFailed, RunNotFound, UsageError
from bongsu.ledger._port import Entry, Ledger, Row
from bongsu.ledger.blobs import content_of, name_of
from bongsu.ledger.codec import decode, decode_line

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)


def line(word: str = "open", *, at: datetime = AT, **blobs: bytes) -> Entry:
    event = ListeningChanged(channel="ops_chat", state=word)
    return Entry(at=at, actor="bongsu", event=event, blobs=blobs)


def head_of(rows: tuple[Row, ...]) -> Head:
    return Head(rows[-1].seq, rows[-1].hash)


def test_a_new_run_is_empty_and_stands_at_the_start(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    assert ledger.head("run-1") == START
    assert list(ledger.rows("run-1")) == []
    (info,) = ledger.runs()
    assert (info.run_id, info.opened_at, info.head, info.closed) == ("run-1", AT, START, False)


def test_what_was_appended_is_read_back_byte_for_byte_as_one_whole_chain(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    first = ledger.append("run-1", START, [line("open"), line("lost")])
    second = ledger.append("run-1", head_of(first), [line("open", payload="안녕".encode())])
    stored = list(ledger.rows("run-1"))
    assert tuple(stored) == first + second
    assert verify_chain(row.line for row in stored) == ledger.head("run-1") == head_of(second)
    assert [decode(row.line).event for row in stored] == [line(w).event for w in ("open", "lost", "open")]
    assert decode_line(stored[2].line)[0] == "run-1"


def test_rows_can_be_read_from_any_line_on_across_many_pages(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    rows = ledger.append("run-1", START, [line(at=AT + timedelta(seconds=n)) for n in range(1203)])
    assert [row.seq for row in ledger.rows("run-1", 1000)] == list(range(1001, 1204))
    assert tuple(ledger.rows("run-1")) == rows


def test_a_blob_is_a_salted_file_named_by_its_own_hash(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    rows = ledger.append("run-1", START, [line(payload=b"same", other=b"same")])
    cited = decode(rows[0].line).blobs
    assert cited["payload"] != cited["other"], "the salt hides that two contents are equal"
    for digest in cited.values():
        assert name_of(ledger.blob(digest)) == digest
        assert content_of(ledger.blob(digest)) == b"same"
    with pytest.raises(KeyError):
        ledger.blob("0" * 64)


def test_a_writer_that_comes_second_is_told_and_changes_nothing(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    first = ledger.append("run-1", START, [line()])
    with pytest.raises(LedgerConflict, match="stands at line 1"):
        ledger.append("run-1", START, [line("lost", payload=b"late")])
    with pytest.raises(LedgerConflict):
        ledger.append("run-1", Head(1, "f" * 64), [line("lost")])
    assert tuple(ledger.rows("run-1")) == first


def test_of_several_threads_appending_at_once_each_line_has_one_winner(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    lost: list[int] = []

    def write(mine: int) -> None:
        written = 0
        while written < 25:
            try:
                ledger.append("run-1", ledger.head("run-1"), [line(f"{mine}.{written}")])
                written += 1
            except LedgerConflict:
                lost.append(mine)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = list(ledger.rows("run-1"))
    assert verify_chain(row.line for row in stored) == ledger.head("run-1")
    words = [decode(row.line).event.state for row in stored]
    assert sorted(words) == sorted(f"{n}.{m}" for n in range(4) for m in range(25))


def test_entries_go_in_together_or_not_at_all(ledger: Ledger) -> None:
    """A float in the second entry must not leave the first one behind."""
    ledger.create("run-1", AT)
    broken = Entry(at=datetime(2025, 10, 22), actor="bongsu", event=line().event)  # noqa: DTZ001
    with pytest.raises(LedgerWriteFailed, match="no zone"):
        ledger.append("run-1", START, [line(payload=b"x"), broken])
    assert list(ledger.rows("run-1")) == []
    assert ledger.head("run-1") == START


def test_runs_do_not_mix_and_the_newest_stands_first(ledger: Ledger) -> None:
    ledger.create("older", AT)
    ledger.create("newer", AT + timedelta(hours=1))
    rows = ledger.append("older", START, [line()])
    closing = RunClosed(verdict=Verdict.PASS, why=Why.FINISHED, exit_code=0)
    ledger.append("older", head_of(rows), [Entry(at=AT, actor="bongsu", event=closing)])
    ledger.append(
        "newer",
        START,
        [Entry(at=AT, actor="bongsu", event=PhaseEntered(phase=Phase.BASELINED, why=Why.STARTED))],
    )
    assert [(i.run_id, i.head.seq, i.closed) for i in ledger.runs()] == [
        ("newer", 1, False),
        ("older", 2, True),
    ]


CLOSING = Entry(at=AT, actor="bongsu", event=RunClosed(verdict=Verdict.PASS, why=Why.FINISHED, exit_code=0))


def late(**blobs: bytes) -> Entry:
    event = EndedLate(key="page/critical//on_call@alerts", outcome=Outcome.ACCEPTED, attempt=1)
    return Entry(at=AT, actor="bongsu", event=event, blobs=blobs)


def test_behind_the_line_that_closes_a_run_stands_only_what_a_call_came_to_late(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    (lease,) = ledger.claim("a", lease_for=timedelta(hours=1), run_id="run-1")
    closed = head_of(ledger.append("run-1", START, [line(), CLOSING], lease=lease))
    refused = [
        lambda after: ledger.append("run-1", after, [line()]),
        lambda after: ledger.append("run-1", after, [line()], lease=lease),
        lambda after: ledger.append("run-1", after, [line()], inbound=("ops_chat", "press-1")),
        lambda after: ledger.append("run-1", after, [late(), line()]),
        lambda after: ledger.append("run-1", after, [CLOSING]),
    ]
    for append in refused:
        with pytest.raises(LedgerConflict, match='"run-1" is closed'):
            append(closed)
    behind = head_of(ledger.append("run-1", closed, [late(**{"response.0": b"{}"})]))
    for append in refused:
        with pytest.raises(LedgerConflict, match='"run-1" is closed'):
            append(behind)
    with pytest.raises(LedgerConflict, match="stands at line 3"):
        ledger.append("run-1", closed, [late()])
    ledger.append("run-1", behind, [late(), late()])
    stored = list(ledger.rows("run-1"))
    assert verify_chain(row.line for row in stored) == ledger.head("run-1")
    assert [type(decode(row.line).event).__name__ for row in stored[1:]] == ["RunClosed"] + ["EndedLate"] * 3
    info = ledger.run("run-1")
    assert (info.closed, info.due_at, info.head.seq) == (True, None, 5)
    assert not ledger.claim("b", lease_for=timedelta(hours=1))


def test_nothing_but_late_ends_is_stored_with_the_line_that_closes_a_run(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    with pytest.raises(LedgerConflict, match='"run-1" is closed'):
        ledger.append("run-1", START, [CLOSING, line()])
    assert ledger.head("run-1") == START
    rows = ledger.append("run-1", START, [line(), CLOSING, late()])
    assert (ledger.run("run-1").closed, ledger.head("run-1")) == (True, head_of(rows))


def test_a_run_is_created_once_and_an_unknown_one_is_named(ledger: Ledger) -> None:
    ledger.create("run-1", AT)
    with pytest.raises(LedgerConflict, match="run-1"):
        ledger.create("run-1", AT)
    for ask in (ledger.head, lambda run: list(ledger.rows(run))):
        with pytest.raises(RunNotFound, match="run-2"):
            ask("run-2")


@pytest.mark.parametrize("name", ["", "../up", 'a"b', "a b", "한글", "x" * 101, ".hidden"])
def test_a_run_id_that_could_not_be_a_file_name_is_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(UsageError, match="run id"):
        ledger.create(name, AT)
