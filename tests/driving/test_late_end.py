"""A process from which a run was taken over, and closed, while a call was under way: what came of it is kept."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.patience import PATIENCE_S
from tests.simulation.fates import Fates
from tests.simulation.plan import plan_of
from tests.simulation.simulate import Plain

from bongsu.channels._port import Accepted
from bongsu.core.events import EndedLate, Outcome, RunClosed, RunOpened, SendEnded, SendIntended, Why
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.verdict import Verdict
from bongsu.errors import LeaseLost
from bongsu.inbound._port import ListeningChange, PressReceived
from bongsu.ledger._port import Entry, Ledger
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.ledger.sqlite import SqliteLedger
from bongsu.run.book import Book
from bongsu.run.clock import SystemClock
from bongsu.run.drivers import Drivers
from bongsu.run.loop import LedgerMoved, Runner

RUN = "page-1"
LONG = timedelta(hours=1)


class Term:
    """The right to drive the run that the first process had, and does not ask after any more: it was paused."""

    def __init__(self, ledger: Ledger) -> None:
        (self.lease,) = ledger.claim("first", lease_for=timedelta(0), run_id=RUN)
        self.lost: LeaseLost | None = None

    def when_lost(self, told: Any) -> None:
        """Nobody tells it."""

    def lasts_for_a_call(self) -> bool:
        return True


class Slow:
    """A channel that takes each message, and answers when it is let."""

    kind = "slack"
    endpoint = "https://example.org"

    def __init__(self) -> None:
        self.asked, self.answer = threading.Event(), threading.Event()
        self.sent: list[Any] = []

    def send(self, outgoing: Any) -> Accepted:
        self.asked.set()
        self.sent.append(outgoing)
        assert self.answer.wait(PATIENCE_S)
        return Accepted(ref={"channel": outgoing.to, "ts": "1761109200.000100"}, service_at=None, wires=())


class Noticed(SystemClock):
    """A clock that says when the run waits: it has begun all that it begins now."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = threading.Event()

    def wait(self, until: Any, inbox: Any, *, idle: bool) -> Any:
        self.waiting.set()
        return super().wait(until, inbox, idle=idle)


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made: Ledger = MemoryLedger() if request.param == "memory" else SqliteLedger(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("hears", ["that the ledger moved", "that its lease is lost", "by a fact of its own"])
def test_what_came_of_a_call_is_stored_behind_the_line_that_closed_the_run(ledger: Ledger, hears: str) -> None:
    """Two processes, whichever way the first one finds out; the other has held its messages in doubt and closed."""
    clock, channel = Noticed(), Slow()
    plan = plan_of(Fates(3), RunKind.PAGE)
    ledger.create(RUN, clock.now(), kind="page")
    book = Book(plan, ledger, RUN, Plain(), tenure=Term(ledger))  # type: ignore[arg-type]
    matter = Raised(summary="the disk of db-1 is full", policy="critical")
    book.append(clock.now(), "operator", opened(matter))
    runner = Runner(book, drivers(plan, channel), clock, looks_for_orders=False)
    ended: list[object] = []
    first = threading.Thread(target=lambda: ended.append(outcome_of(runner)))
    first.start()
    assert channel.asked.wait(PATIENCE_S) and clock.waiting.wait(PATIENCE_S)
    begun = close_from_elsewhere(ledger)
    sees = threading.Event()
    book.watched_by(lambda line, _: sees.set() if isinstance(line.event, RunClosed) else None)
    if hears == "that the ledger moved":
        runner.note(LedgerMoved())
        assert sees.wait(PATIENCE_S), "it sees the end before its call has one"
    elif hears == "by a fact of its own":
        name = next(iter(plan.channels))
        handed = runner.hand_over(ListeningChange(channel=name, state="lost", reason="it was paused"))
        assert not handed.wait(), "nothing but late ends stands behind the line that ends a run"
    else:
        runner.note(LeaseLost("taken over"))
    channel.answer.set()
    first.join(PATIENCE_S)
    assert not first.is_alive()
    lines = [decode(row.line).event for row in ledger.rows(RUN)]
    closed = next(place for place, event in enumerate(lines) if isinstance(event, RunClosed))
    late = [event for event in lines[closed + 1 :] if isinstance(event, EndedLate)]
    assert len(late) == len(lines) - closed - 1
    assert {(event.key, event.outcome) for event in late} == {(key, Outcome.ACCEPTED) for key in begun}
    assert ended == (["LeaseLost"] if hears == "that its lease is lost" else [3])
    assert ledger.run(RUN).closed


def outcome_of(runner: Runner) -> object:
    try:
        return runner.run()
    except LeaseLost:
        return "LeaseLost"


def opened(matter: Raised) -> RunOpened:
    return RunOpened(
        plan_sha256="0" * 64,
        cutover="Simulated",
        program="bongsu",
        endpoints={},
        clock="system",
        go_by="",
        kind=RunKind.PAGE,
        raised=matter,
    )


def drivers(plan: Any, channel: Slow) -> Drivers:
    return Drivers(
        channels=dict.fromkeys(plan.channels, channel),
        probes={},
        target=None,
        cleaner=SimpleNamespace(clean=lambda data: data),
        endpoints={},
        listen=lambda _deliver: (),
    )


def close_from_elsewhere(ledger: Ledger) -> set[str]:
    """Take the run over, hold in doubt what had begun, and close it; return the keys of that."""
    (lease,) = ledger.claim("second", lease_for=LONG, run_id=RUN)
    lines = [decode(row.line) for row in ledger.rows(RUN)]
    begun = {line.event.key: line.event.attempt for line in lines if isinstance(line.event, SendIntended)}
    told = [SendEnded(key=key, attempt=attempt, outcome=Outcome.IN_DOUBT) for key, attempt in begun.items()]
    over = RunClosed(verdict=Verdict.UNKNOWN, why=Why.NOBODY_TOLD, exit_code=3)
    entries = [Entry(at=lines[-1].at, actor="bongsu", event=event) for event in (*told, over)]
    ledger.append(RUN, ledger.head(RUN), entries, lease=lease)
    return set(begun)


def test_a_press_that_comes_as_the_run_is_closed_is_answered_and_not_delivered_again(ledger: Ledger) -> None:
    """Whoever pressed hears that it is over; the service need not offer the press to whoever asks next."""
    clock, channel = Noticed(), Slow()
    channel.answer.set()
    plan = plan_of(Fates(3), RunKind.PAGE)
    ledger.create(RUN, clock.now(), kind="page")
    book = Book(plan, ledger, RUN, Plain(), tenure=Term(ledger))  # type: ignore[arg-type]
    matter = Raised(summary="the disk of db-1 is full", policy="critical")
    book.append(clock.now(), "operator", opened(matter))
    book.append(clock.now(), "bongsu", RunClosed(verdict=Verdict.PASS, why=Why.CLEARED, exit_code=0))
    head = ledger.head(RUN)
    runner = Runner(book, drivers(plan, channel), clock, looks_for_orders=False)
    name = next(name for name, spec in plan.channels.items() if spec.presses)
    late, forged = (runner.hand_over(pressed(name, authentic=authentic)) for authentic in (True, False))
    assert runner.run() == 0
    assert (late.wait(), forged.wait()) == (True, False)
    (answer,) = channel.sent
    assert (answer.method, answer.to, answer.answer_to) == ("answer", "U00000002", {"press_id": "slack:1"})
    assert f"Too late: {RUN} is closed since " in str(answer.payload)
    assert ledger.head(RUN) == head


def pressed(channel: str, *, authentic: bool) -> PressReceived:
    return PressReceived(
        channel=channel,
        press_id="slack:1",
        service_user="U00000002",
        intent_seq=2,
        button="ack",
        run_id=RUN,
        authentic=authentic,
        ref={},
        service_at=None,
        answer_to={"press_id": "slack:1"},
        raw=b"{}",
        received_mono=0.0,
    )
