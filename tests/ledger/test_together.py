"""Several threads store at once: each hears what came of its own, whoever stored it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from bongsu.errors import BongsuError, LedgerConflict, LedgerWriteFailed
from bongsu.ledger._port import Row
from bongsu.ledger._together import Together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bongsu.ledger._together import Waiting

INTERRUPTED = "the process was interrupted"


def rows_of(what: str) -> tuple[Row, ...]:
    return (Row(seq=1, hash="0" * 64, line=what.encode()),)


class Shelf:
    """Stores words, one transaction at a time; `spoil` is called before a word is put down."""

    def __init__(self, spoil: Callable[[str], None] = lambda _word: None, *, stays: bool = False) -> None:
        self.lock = threading.RLock()
        self.transactions: list[list[str]] = []
        self._spoil = spoil
        self.together: Together[str] = Together(
            self.lock, self._store_all, interrupted=lambda: LedgerWriteFailed(INTERRUPTED), stays=stays
        )

    def _store_all(self, taken: Sequence[Waiting[str]]) -> None:
        self.transactions.append([one.what for one in taken])
        for one in taken:
            self._spoil(one.what)
            one.ended = LedgerConflict("second") if one.what == "late" else rows_of(one.what)

    def at_once(self, *words: str) -> dict[str, tuple[Row, ...] | BaseException]:
        """Store words from a thread each while somebody else stores; return what each thread came to."""
        came: dict[str, tuple[Row, ...] | BaseException] = {}

        def store(word: str) -> None:
            try:
                came[word] = self.together.store(word)
            except (BongsuError, KeyboardInterrupt) as why:
                came[word] = why

        threads = [threading.Thread(target=store, args=(word,)) for word in words]
        with self.lock:
            for number, thread in enumerate(threads, 1):
                thread.start()
                while len(self.together) < number:
                    assert thread.is_alive()
        for thread in threads:
            thread.join()
        return came


def test_who_waits_shares_one_transaction_and_wins_or_loses_alone() -> None:
    shelf = Shelf()
    came = shelf.at_once("first", "late", "third")
    assert shelf.transactions == [["first", "late", "third"]]
    assert (came["first"], came["third"]) == (rows_of("first"), rows_of("third"))
    assert isinstance(came["late"], LedgerConflict)
    assert len(shelf.together) == 0


def full(word: str) -> None:
    if word == "second":
        raise LedgerWriteFailed("the disk is full")


@pytest.mark.parametrize("stays", [False, True])
def test_a_failure_is_told_to_everybody_whose_lines_it_took_along(stays: bool) -> None:
    """A transaction takes the first along; where each is stored by itself the first stays."""
    came = Shelf(full, stays=stays).at_once("first", "second", "third")
    assert (came["first"] == rows_of("first")) is stays
    for word in ("second", "third") if stays else ("first", "second", "third"):
        assert str(came[word]) == "the disk is full"


def test_an_interrupted_process_leaves_nobody_waiting() -> None:
    """Ctrl-C reaches the thread that stores; the others hear that theirs was not stored."""

    def stop(_word: str) -> None:
        raise KeyboardInterrupt

    came = Shelf(stop).at_once("first", "second")
    interrupted = [one for one in came.values() if isinstance(one, KeyboardInterrupt)]
    told = [str(one) for one in came.values() if isinstance(one, BongsuError)]
    assert len(interrupted) == 1
    assert told == [INTERRUPTED]
