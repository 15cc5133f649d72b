"""A guard whose process dies while a run is handed to it: the next one takes the run, in the same ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from bongsu.core.beats import What
from bongsu.core.guard_events import Heart
from bongsu.core.kinds import RunKind
from bongsu.ledger.memory import MemoryLedger
from bongsu.planfile import load_bytes
from bongsu.run.guard import PREFIX, Guard, GuardPlace
from bongsu.run.guard_client import blank
from tests.guard.bench import RUN, START, BenchClock
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
