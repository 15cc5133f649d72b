"""A guard whose process dies while a run is handed to it: the next one takes the run, in the same ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from bongsu.core.beats import Answer, What, Word
from bongsu.core.events import Phase, PhaseEntered, RunClosed, Why
from bongsu.core.guard_events import Did, Heart
from bongsu.core.kinds import RunKind
from bongsu.core.verdict import Verdict
from bongsu.ledger.memory import MemoryLedger
from bongsu.planfile import load_bytes
from bongsu.run.guard import PREFIX, Guard, GuardPlace, listen_of
from bongsu.run.guard_client import blank
from bongsu.run.guard_ear import Heard
from tests.guard.bench import RUN, START, BenchClock, Standing
from tests.rehearsal.processes import GUARD
from tests.serve.rig import SECRETS, plan_bytes

NAME = f"{PREFIX}{RUN}"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GuardPlace:
    for name, secret in {**SECRETS, "BONGSU_GUARD_KEY": "g" * 40}.items():
        monkeypatch.setenv(name, secret)
    source = (
        plan_bytes(port=9) + GUARD.format(every="5s", silent_after="30s").replace("127.0.0.1:1", "127.0.0.1:8").encode()
    )
    return GuardPlace(
        plan=load_bytes(source, tmp_path / "plan.yaml"),
        plan_bytes=source,
        folder=tmp_path,
        ledger=MemoryLedger(),
        state=tmp_path,
        sight=None,
        listen=None,
        watcher=lambda run_id: lambda line, after: None,
        ready=lambda at: None,
        closed=lambda run_id, code: None,
    )


@pytest.mark.parametrize("lines", [0, 1])
def test_a_run_is_taken_by_the_guard_that_comes_after_one_that_died(place: GuardPlace, lines: int) -> None:
    """It had made room for its own run, and maybe said what that is: whose it is it had not written yet."""
    dead, clock = Guard(place), BenchClock()
    place.ledger.create(NAME, START, kind=RunKind.GUARD)
    if lines:
        dead._book(NAME).append(START, "guard", dead._opening(NAME, clock), {"plan": place.plan_bytes})
    after = Guard(place)
    assert after._remembered() is None, "it would guard a run that nobody handed over, and refuse the one that comes"
    book = after._opened(clock, blank(What.ARM, place.plan, run=RUN))
    assert book.run_id == NAME and book.state.heart is not None
    assert (book.state.heart.run, book.state.heart.state) == (RUN, Heart.ARMED)
    assert [info.run_id for info in place.ledger.runs()] == [NAME]


def test_a_run_that_was_handed_over_is_gone_on_with(place: GuardPlace) -> None:
    """And a second run of the same name has a ledger of its own."""
    Guard(place)._opened(BenchClock(), blank(What.ARM, place.plan, run=RUN))
    after = Guard(place)
    assert after._remembered() == NAME
    assert after._opened(BenchClock(), blank(What.ARM, place.plan, run=RUN)).run_id == f"{NAME}-2"


class Handing(BenchClock):
    """Hands over what has been said so far."""

    def wait(self, until: datetime | None, inbox: SimpleQueue[Any], *, idle: bool) -> Any:
        del until, idle
        return inbox.get_nowait()


def answered(guard: Guard, word: Word) -> Answer:
    """Have a guard that stands by hear a word, and return its answer."""
    heard = Heard(word)
    guard._hear(heard)
    guard._wait(Handing())
    answer = heard.wait()
    assert answer is not None
    return answer


def test_the_end_of_a_run_of_another_plan_is_not_the_end_of_the_guard(place: GuardPlace) -> None:
    """One that goes on by an earlier version of the plan finds this guard at its guard's address."""
    guard = Guard(place)
    earlier = replace(blank(What.CLOSED, place.plan, run=RUN), plan="f" * 64)
    assert answered(guard, earlier).standing is Standing.OTHER_PLAN
    assert not guard._over
    assert answered(guard, blank(What.BEAT, place.plan, run=RUN)).standing is Standing.NOT_ARMED
    assert not guard._over
    assert answered(guard, blank(What.CLOSED, place.plan, run=RUN)).standing is Standing.NOT_ARMED
    assert guard._over, "the run that it stands by for has ended before its cutover began"


def acted(place: GuardPlace) -> None:
    """A guard has taken the run for dead and has paged, and its own run is closed."""
    book = Guard(place)._opened(BenchClock(), blank(What.ARM, place.plan, run=RUN))
    book.append(START, "guard", PhaseEntered(phase=Phase.DECIDING, why=Why.STARTED))
    book.append(START, "guard", RunClosed(verdict=Verdict.UNKNOWN, why=Why.UNANSWERED, exit_code=3))


def test_a_guard_that_is_started_anew_still_says_what_an_earlier_one_did(place: GuardPlace) -> None:
    """A run that was cut off from it and goes on must not go on as if nothing had been done."""
    acted(place)
    guard = Guard(place)
    assert guard._remembered() is None, "there is nothing to go on with"
    told = answered(guard, blank(What.BEAT, place.plan, run=RUN))
    assert (told.standing, told.guard_run, told.did) == (Standing.ACTED, NAME, Did.PAGED)
    assert answered(guard, blank(What.ARM, place.plan, run=RUN)).standing is Standing.ACTED
    assert answered(guard, blank(What.HELLO, place.plan, run=RUN)).standing is Standing.STANDING_BY
    assert answered(guard, blank(What.BEAT, place.plan, run="another")).standing is Standing.NOT_ARMED
    obeyed = replace(blank(What.BEAT, place.plan, run=RUN), obeyed=NAME)
    assert answered(guard, obeyed).standing is Standing.NOT_ARMED
    assert not guard._over
    assert answered(guard, blank(What.CLOSED, place.plan, run=RUN)).standing is Standing.ACTED
    assert guard._over


def test_a_guard_says_nothing_of_what_was_done_by_another_plan_or_not_at_all(place: GuardPlace) -> None:
    acted(replace(place, plan=replace(place.plan, digest="f" * 64)))
    book = Guard(place)._opened(BenchClock(), blank(What.ARM, place.plan, run=RUN))
    book.append(START, "guard", RunClosed(verdict=Verdict.PASS, why=Why.FINISHED, exit_code=0))
    guard = Guard(place)
    assert guard._remembered() is None
    assert answered(guard, blank(What.BEAT, place.plan, run=RUN)).standing is Standing.NOT_ARMED
    assert guard._free_name(RUN) == f"{NAME}-3"


@pytest.mark.parametrize(
    ("address", "at"),
    [
        ("http://127.0.0.1:8090", (8090, "/")),
        ("http://guard.example/beats", (80, "/beats")),
        ("https://guard.example/beats", (443, "/beats")),
    ],
)
def test_a_guard_listens_on_this_machine_where_its_plan_has_the_run_look_for_it(
    place: GuardPlace, address: str, at: tuple[int, str]
) -> None:
    assert place.plan.guard is not None
    found = listen_of(replace(place.plan.guard, address=address))
    assert (found.host, found.port, found.path) == ("127.0.0.1", *at)
