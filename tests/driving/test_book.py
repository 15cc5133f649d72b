"""The one way to add a line to a run: cleaned, never before the line in front of it, and by whoever has the run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.driving.test_late_end import RUN, opened
from tests.simulation.fates import Fates
from tests.simulation.plan import plan_of
from tests.simulation.simulate import Plain

from bongsu.core.events import EndedLate, ListeningChanged, Method, Outcome, ReadFailed, SendEnded, SendIntended
from bongsu.core.kinds import Raised, RunKind
from bongsu.ledger.blobs import content_of
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.book import Book
from bongsu.run.perform import Result

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FACT = ListeningChanged(channel="alerts", state="open")


class Masks:
    """Cleans one word away."""

    def clean(self, data: bytes) -> bytes:
        return data.replace(b"hunter2", b"***")


class Page:
    """A page's ledger, and the books of the processes that add to it."""

    def __init__(self) -> None:
        self.time = START
        self.ledger = MemoryLedger(now=lambda: self.time)
        self.ledger.create(RUN, START, kind="page")
        self.plan = plan_of(Fates(3), RunKind.PAGE)
        self.book().append(START, "operator", opened(Raised(summary="the disk is full", policy="critical")))

    def book(self, cleaner: Any = None, *, owner: str = "") -> Book:
        """Return a book that holds every line so far; whoever is named drives the run from now on."""
        self.time += SECOND
        lease = self.ledger.claim(owner, lease_for=SECOND / 2, run_id=RUN)[0] if owner else None
        tenure: Any = SimpleNamespace(lease=lease) if lease else None
        made = Book(self.plan, self.ledger, RUN, cleaner or Plain(), tenure=tenure)
        made.catch_up()
        return made

    def events(self) -> list[Any]:
        return [decode(row.line).event for row in self.ledger.rows(RUN)]


def test_whatever_is_stored_has_been_cleaned_here_too() -> None:
    page = Page()
    line = page.book(Masks()).append(START, "bongsu", FACT, {"response": b"password: hunter2"})
    assert content_of(page.ledger.blob(line.blobs["response"])) == b"password: ***"


def test_no_line_is_older_than_the_one_before_it() -> None:
    page = Page()
    book = page.book()
    book.append(START + 9 * SECOND, "bongsu", FACT)
    assert book.append(START, "bongsu", FACT).at == START + 9 * SECOND


@pytest.mark.parametrize(("taken_over", "stored"), [(False, True), (True, False)])
def test_what_a_reading_came_to_counts_for_whoever_asked_as_long_as_the_run_is_theirs(
    taken_over: bool,
    stored: bool,
) -> None:
    """Somebody else has added a line meanwhile: a press does no harm; whoever has taken over asks for itself."""
    page = Page()
    first = page.book(owner="first")
    page.book(owner="second" if taken_over else "").append(START, "bongsu", FACT)
    failed = ReadFailed(key="alarms", reading="alarms", reason="throttled")
    kept = first.keep(START, Result(key="alarms", actor="bongsu", event=failed, blobs={}))
    assert (kept is not None, failed in page.events()) == (stored, stored)


def test_the_end_of_an_earlier_attempt_is_told_as_learned_late_while_the_next_one_is_under_way() -> None:
    page = Page()
    book = page.book()
    how: dict[str, Any] = {"message": "page", "channel": "alerts", "to": "U1", "method": Method.POST, "language": "en"}
    for attempt in (1, 2):
        intended = SendIntended(key="page//on_call", attempt=attempt, figures={}, **how)
        book.append(START, "bongsu", intended, {"payload": b"{}"})
        if attempt == 1:
            doubt = SendEnded(key="page//on_call", attempt=1, outcome=Outcome.IN_DOUBT)
            book.append(START, "bongsu", doubt)
    late = SendEnded(key="page//on_call", attempt=1, outcome=Outcome.ACCEPTED, ref={"ts": "1.1"})
    book.keep(START, Result(key="page//on_call", actor="bongsu", event=late, blobs={}))
    told = page.events()[-1]
    assert (type(told), told.attempt, told.outcome, told.ref) == (EndedLate, 1, Outcome.ACCEPTED, {"ts": "1.1"})
    assert book.state.sends["page//on_call"].attempt == 2
