"""The run's side: its loop makes the heartbeats, and asks before it does what a dead run must not do."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bongsu.core.actions import Close, Send, Switch
from bongsu.core.beats import Answer, Standing, What, Word
from bongsu.core.events import Method, Phase, PhaseEntered, RunOpened, SwitchState, Why
from bongsu.core.guard_events import Did, GuardChanged, Guarding
from bongsu.core.verdict import Verdict
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.run.book import Book
from bongsu.run.guard_client import Said
from bongsu.run.guarded import Guarded
from tests.guard.bench import EVERY, RUN, SECOND, SILENT_AFTER, START, BenchClock, Plain, plan

ENABLE = Switch(key="switch/target/enabled", which="target", to=SwitchState.ENABLED)
DISABLE = Switch(key="switch/target/disabled", which="target", to=SwitchState.DISABLED)
LEGACY_BACK = Switch(key="switch/legacy/enabled", which="legacy", to=SwitchState.ENABLED)
SUCCESS = Send(key="success//alerts", message="success", channel="alerts", to="C1")
DRILL = Send(key="drill//alerts", message="drill", channel="alerts", to="C1")
CLOSING = Send(key="close//x", message="success", channel="alerts", to="C1", method=Method.CLOSE)
CLOSE = Close(verdict=Verdict.PASS, why=Why.NO_WATCH, exit_code=0)


class AtOnce(Executor):
    """Carries every word at once, or, told to wait, only when it is let go."""

    def __init__(self) -> None:
        self.waits = False
        self.kept: list[tuple[Future[Any], Any, tuple[Any, ...]]] = []

    def submit(self, fn, /, *args, **kwargs):
        del kwargs
        future: Future[Any] = Future()
        if self.waits:
            self.kept.append((future, fn, args))
        else:
            future.set_result(fn(*args))
        return future

    def let_go(self) -> None:
        kept, self.kept = self.kept, []
        for future, fn, args in kept:
            future.set_result(fn(*args))


@dataclass
class Guard:
    """What a guard answers, and every word that reached it."""

    standing: Standing | None = Standing.STANDING_BY
    did: Did | None = None
    guard_run: str = "guard-1"
    words: list[Word] = field(default_factory=list)

    def say(self, word: Word) -> Said:
        self.words.append(word)
        if self.standing is None:
            return Said(word=word, answer=None, reason="http://127.0.0.1:8090 does not answer: connection refused")
        answer = Answer(standing=self.standing, session="s", number=1, guard_run=self.guard_run, did=self.did)
        return Said(word=word, answer=answer)

    @property
    def whats(self) -> list[What]:
        return [word.what for word in self.words]


class Run:
    """A run with its side of the guard, and a loop that comes round when it is told."""

    def __init__(self) -> None:
        self.guard, self.carrier, self.clock = Guard(), AtOnce(), BenchClock()
        self.signs: list[int] = []
        self.inbox: list[Any] = []
        self.ledger = MemoryLedger()
        self.ledger.create(RUN, START)
        self.book = Book(plan(), self.ledger, RUN, Plain())
        opened = RunOpened(
            plan_sha256="0" * 64, cutover="x", program="bongsu", endpoints={}, clock="bench", go_by="james"
        )
        self.book.append(START, "captain:james", opened)
        self.side = Guarded(
            self.book,
            self.clock,
            self.guard,  # type: ignore[arg-type]
            sign=self.signs.append,
            put=self.inbox.append,
            carrier=self.carrier,
        )

    def round(self, after: timedelta = timedelta()) -> Any:
        """Have the loop come round once, `after` some time."""
        self.clock.time += after
        due = self.side.turn(self.clock.time)
        while self.inbox:
            assert self.side.takes(self.inbox.pop(0))
        return due

    @property
    def told(self) -> list[Guarding]:
        """How the ledger says that the guard stands, line by line."""
        events = (decode(row.line).event for row in self.ledger.rows(RUN))
        return [event.state for event in events if isinstance(event, GuardChanged)]


@pytest.fixture
def run() -> Run:
    return Run()


def test_a_round_of_the_loop_is_a_heartbeat_when_it_is_due(run):
    """The first hands the run over, the others follow in the plan's time; what comes between makes none."""
    assert run.round() == START + EVERY
    assert run.round(SECOND) == START + EVERY
    run.round(4 * SECOND)
    run.round(EVERY)
    assert run.guard.whats == [What.ARM, What.BEAT, What.BEAT]
    assert run.signs == [1, 2, 3] and run.told == [Guarding.STANDING_BY]


def test_a_loop_that_hangs_makes_no_heartbeat(run):
    """Nothing but a round of the loop does: no thread says anything by itself, and no sign of life is left."""
    run.round()
    run.clock.time += timedelta(hours=1)
    assert len(run.guard.words) == 1 and run.signs == [1]


def test_where_the_run_stands_is_said_as_soon_as_it_changes(run):
    run.round()
    run.book.append(run.clock.time, "bongsu", PhaseEntered(phase=Phase.OBSERVING, why=Why.WAITING_FOR_FIRST_RUN))
    run.round(SECOND)
    assert [word.phase for word in run.guard.words] == [Phase.PLANNED, Phase.OBSERVING]


def test_a_guard_that_is_slow_to_answer_slows_nothing_down(run):
    """One heartbeat under way at a time; the loop goes on, and its sign of life in the store too."""
    run.carrier.waits = True
    for _ in range(4):
        run.round(EVERY)
    assert len(run.carrier.kept) == 1 and run.side.busy and run.signs == [1, 2, 3, 4]
    run.carrier.let_go()
    run.round()
    assert not run.side.busy


def test_a_lost_guard_is_in_the_ledger_once_and_so_is_its_return(run):
    """One heartbeat without an answer is nothing yet; two are. It stops nothing."""
    run.round()
    run.guard.standing = None
    run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY]
    for _ in range(5):
        run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY, Guarding.LOST]
    assert run.side.admits(DISABLE) and run.side.admits(ENABLE)
    run.guard.standing = Standing.STANDING_BY
    run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY, Guarding.LOST, Guarding.STANDING_BY]


def test_two_heartbeats_in_a_row_without_an_answer_are_a_lost_guard_and_two_apart_are_not(run):
    run.round()
    for standing in (None, Standing.STANDING_BY, None):
        run.guard.standing = standing
        run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY]
    run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY, Guarding.LOST]


def test_a_lost_guard_is_asked_once_a_heartbeat_and_not_before_every_message(run):
    """Each question to one that does not answer costs its whole patience; what is urgent does not wait for that."""
    run.round()
    run.guard.standing = None
    for _ in range(3):
        run.round(EVERY)
    run.clock.time += SILENT_AFTER
    asked = len(run.guard.words)
    for _ in range(3):
        assert run.side.admits(DRILL)
    assert len(run.guard.words) == asked + 1
    run.clock.time += EVERY
    assert run.side.admits(DRILL)
    assert len(run.guard.words) == asked + 2


@pytest.mark.parametrize("standing", [Standing.OTHER_PLAN, Standing.OTHER_RUN])
def test_a_guard_of_something_else_is_no_guard(run, standing):
    run.guard.standing = standing
    run.round()
    assert run.told == [Guarding.LOST]


def test_a_guard_that_forgot_its_run_is_handed_it_again(run):
    """It lost its ledger: the next heartbeat is a handing over."""
    run.round()
    run.guard.standing = Standing.NOT_ARMED
    run.round(EVERY)
    run.guard.standing = Standing.STANDING_BY
    run.round(EVERY)
    assert run.guard.whats == [What.ARM, What.BEAT, What.ARM]


@pytest.mark.parametrize("action", [ENABLE, SUCCESS])
def test_the_target_is_enabled_and_the_success_announced_only_after_asking(run, action):
    """Also a moment after a heartbeat: its answer is older than the decision."""
    run.round()
    asked = len(run.guard.words)
    assert run.side.admits(action)
    assert len(run.guard.words) == asked + 1


@pytest.mark.parametrize("action", [DISABLE, LEGACY_BACK, DRILL, CLOSING, CLOSE])
def test_a_run_that_is_heard_does_everything_else_without_asking(run, action):
    run.round()
    asked = len(run.guard.words)
    assert run.side.admits(action)
    assert len(run.guard.words) == asked


@pytest.mark.parametrize("action", [ENABLE, DISABLE, SUCCESS, DRILL, CLOSE])
def test_a_run_that_slept_asks_before_it_does_anything(run, action):
    """Stopped for longer than its guard waits, and woken in the middle: what it had decided is decided anew."""
    run.round()
    run.clock.time += SILENT_AFTER
    run.guard.standing, run.guard.did = Standing.ACTED, Did.RESTORED
    assert not run.side.admits(action)
    assert run.told == [Guarding.STANDING_BY, Guarding.ACTED]
    assert run.book.state.guard_act is not None and run.book.state.guard_act.did is Did.RESTORED


def test_an_act_is_obeyed_once(run):
    """The run finishes what the guard began: it says which act it knows of, and is guarded anew."""
    run.round()
    run.guard.standing, run.guard.did = Standing.ACTED, Did.PAGED
    run.round(EVERY)
    assert not run.side.busy and run.told == [Guarding.STANDING_BY, Guarding.ACTED]
    run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY, Guarding.ACTED]
    assert run.guard.words[-1].obeyed == "guard-1" and run.guard.whats[-1] is What.ARM


def test_what_another_guards_run_did_is_obeyed_as_well(run):
    """A guard that acted, guarded the run anew under another name, and took it for dead once more."""
    run.round()
    run.guard.standing, run.guard.did = Standing.ACTED, Did.PAGED
    run.round(EVERY)
    run.guard.guard_run, run.guard.did = "guard-2", Did.RESTORED
    run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY, Guarding.ACTED, Guarding.ACTED]
    act = run.book.state.guard_act
    assert act is not None and (act.guard_run, act.did) == ("guard-2", Did.RESTORED)


def test_the_answer_to_an_earlier_heartbeat_is_taken_before_the_new_question(run):
    """One is under way while something is decided: what it brings counts, and it is asked anew."""
    run.round()
    run.carrier.waits = True
    run.round(EVERY)
    run.guard.standing, run.guard.did = Standing.ACTED, Did.PAGED
    run.carrier.waits = False
    run.carrier.let_go()
    assert not run.side.admits(ENABLE)
    assert run.told == [Guarding.STANDING_BY, Guarding.ACTED]


@pytest.mark.parametrize(("closed", "what"), [(True, What.CLOSED), (False, What.LEFT)])
def test_a_run_takes_leave_of_its_guard(run, closed, what):
    run.round()
    run.side.leave(closed=closed)
    assert run.guard.whats[-1] is what


def test_a_guard_that_does_not_hear_the_leave_keeps_nobody(run):
    """It is tried three times, and then the run is over all the same."""
    run.round()
    run.guard.standing = None
    run.side.leave(closed=True)
    assert run.guard.whats[-3:] == [What.CLOSED] * 3


def test_why_there_is_no_guard_stands_in_the_ledger(run):
    def reason():
        return run.book.state.guard.reason

    for standing, said in (
        (Standing.OTHER_PLAN, "has another plan, or another version of this one"),
        (Standing.OTHER_RUN, "guards another run"),
        (None, "does not answer: connection refused"),
    ):
        run.guard.standing = Standing.STANDING_BY
        run.round(EVERY)
        run.guard.standing = standing
        for _ in range(2):
            run.round(EVERY)
        assert run.book.state.guard.state is Guarding.LOST
        assert reason() == f"http://127.0.0.1:8090 {said}"


def test_a_question_without_an_answer_is_a_lost_guard_at_once(run):
    """Two heartbeats would have been waited for; this one was asked since much hangs on it."""
    run.round()
    run.guard.standing = None
    assert not run.side.admits(ENABLE), "it is decided anew, on a guard that is lost"
    assert run.told == [Guarding.STANDING_BY, Guarding.LOST]


def test_a_guard_that_forgot_its_run_is_not_lost(run):
    run.round()
    run.guard.standing = Standing.NOT_ARMED
    for _ in range(3):
        run.round(EVERY)
    assert run.told == [Guarding.STANDING_BY]


def test_an_answer_that_was_taken_already_is_not_taken_again(run):
    """A question takes the one to the heartbeat before it; the loop has it once more, behind a new one."""
    run.carrier.waits = True
    run.side.turn(START)
    (heartbeat, say, words), *_ = run.carrier.kept
    heartbeat.set_result(say(*words))
    run.carrier.waits = False
    assert not run.side.admits(ENABLE), "the ledger has moved: a guard stands by"
    run.inbox.clear()
    run.carrier.waits = True
    run.carrier.kept.clear()
    run.side.turn(START + EVERY)
    assert run.side.busy
    lines = run.ledger.head(RUN)
    assert run.side.takes(heartbeat)
    assert run.side.busy and run.ledger.head(RUN) == lines, "the newer one is still under way"
