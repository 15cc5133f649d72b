"""A state that was kept: the same again in every detail, or passed over, and never anything in between."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.core.test_invariants import world
from tests.simulation.outside import RUN
from tests.simulation.replay import simulated

from bongsu import __version__
from bongsu.core.chain import START, Head
from bongsu.core.decide import decide, wake_at
from bongsu.core.events import ListeningChanged
from bongsu.core.figures import Figure
from bongsu.core.fold import folded
from bongsu.core.kinds import RunKind
from bongsu.core.measured import Measured
from bongsu.core.state import Observation, RunState
from bongsu.errors import LedgerUnreadable, LedgerWriteFailed, RunNotFound
from bongsu.ledger import snapshots
from bongsu.ledger._port import Entry, Ledger, Row
from bongsu.ledger.codec import decode
from bongsu.ledger.memory import MemoryLedger
from bongsu.ledger.sqlite import SqliteLedger

PROGRAM = Path(snapshots.__file__).parents[1]
AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
ENOUGH = snapshots.WORTH + 20
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(fold=0)
)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
observations = st.builds(
    Observation,
    key=words,
    reading=words,
    seq=st.integers(1, 2**40),
    at=times,
    args=st.dictionaries(words, plain, max_size=2),
    values=st.dictionaries(words, plain, max_size=3),
)
st.register_type_strategy(datetime, times)
st.register_type_strategy(str, words)
st.register_type_strategy(Mapping, lambda _: st.dictionaries(words, words, max_size=2))
st.register_type_strategy(int, st.integers(-(2**63), 2**63))
DRAW = (Phase.explicit, Phase.generate)
"""What breaks is not made smaller: the difference is shown by member."""
DRAWN: dict[str, Any] = {member.name: ... for member in fields(RunState)} | {
    "figures": st.lists(st.from_type(Figure), max_size=3).map(lambda some: Measured({one.name: one for one in some})),
    "observations": st.dictionaries(words, observations, max_size=2),
}


def shown(state: RunState) -> dict[str, str]:
    """Return all that a state says, its order and types too, its figures gathered."""
    said = {field.name: repr(getattr(state, field.name)) for field in fields(RunState)}
    return said | {"figures": repr(list(state.figures.items()))}


def again(state: RunState) -> RunState:
    """Return the state as it comes back from where it was kept."""
    kept = snapshots.encode(state)
    assert kept is not None
    back = snapshots.decode_state(kept, state.head)
    assert back is not None
    return back


# The same state


@pytest.mark.parametrize("kind", [RunKind.CUTOVER, RunKind.PAGE, RunKind.DRILL])
def test_a_snapshot_of_every_line_and_the_lines_behind_it_are_the_whole_ledger(kind: RunKind) -> None:
    """Kept at any line of simulated runs full of faults: the rest folded on it gives the state of all lines."""
    for seed in range(5):
        simulation, _ = simulated(seed, kind=kind)
        plan, ledger = simulation.plan, simulation.last.ledger
        lines = [decode(row.line) for row in ledger.rows(RUN)]
        whole = shown(folded(plan, lines))
        for cut in range(len(lines) + 1):
            begun = again(folded(plan, lines[:cut]))
            assert shown(begun) == shown(folded(plan, lines[:cut]))
            assert shown(folded(plan, lines[cut:], begun)) == whole


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.floats(0, 1))
def test_what_follows_from_a_snapshot_is_decided_alike(seed: int, place: float) -> None:
    """In drawn worlds, at a drawn line: the same actions, the same wake-up time, and the same state at the end."""
    run = world(Random(seed)).run(steps=600)
    cut = int(place * (len(run.lines) - 1))
    before, at = run.states[cut], run.lines[cut].at
    begun = again(before)
    assert shown(begun) == shown(before)
    assert decide(run.plan, begun, at) == decide(run.plan, before, at)
    assert wake_at(run.plan, begun, at) == wake_at(run.plan, before, at)
    assert shown(folded(run.plan, run.lines[cut:], begun)) == shown(run.state)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], phases=DRAW)
@given(st.sampled_from(sorted(DRAWN)).flatmap(lambda name: st.builds(RunState, **{name: DRAWN[name]})))
def test_whatever_a_state_can_hold_comes_back_equal(state: RunState) -> None:
    """Drawn from the declared types themselves: a new member of the state is covered from its first day."""
    assert shown(again(state)) == shown(state)


# Passed over


def test_bytes_that_were_damaged_anywhere_are_no_state() -> None:
    """One bit, a cut, something behind: none of it is taken for what was kept."""
    state = world(Random(1)).run(steps=60).state
    kept = snapshots.encode(state)
    assert kept is not None
    for place in range(0, len(kept), 7):
        damaged = kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :]
        assert snapshots.decode_state(damaged, state.head) is None
    for damaged in (b"", kept[:31], kept[:-1], kept + b"\0"):
        assert snapshots.decode_state(damaged, state.head) is None


@given(st.binary(max_size=60))
def test_foreign_bytes_are_no_state_whoever_made_their_hash(data: bytes) -> None:
    """Whoever can write to the database can hash: then the types decide."""
    assert snapshots.decode_state(sha256(data).digest() + data, START) is None


def test_a_pickle_is_never_unpacked() -> None:
    """What a foreign hand put there is read as data of declared types, or not at all."""
    data = pickle.dumps(RunState())
    assert snapshots.decode_state(sha256(data).digest() + data, START) is None


def test_a_state_of_another_line_is_not_taken() -> None:
    """The bytes name the line that they were made at, beside the one that they were stored with."""
    state = world(Random(1)).run(steps=60).state
    kept = snapshots.encode(state)
    assert kept is not None
    assert snapshots.decode_state(kept, Head(state.head.seq, "f" * 64)) is None
    assert snapshots.decode_state(kept, Head(state.head.seq + 1, state.head.hash)) is None


def test_a_state_that_cannot_be_written_is_no_snapshot(caplog: pytest.LogCaptureFixture) -> None:
    """Such as a number beyond what the encoding holds: nothing is kept, and nothing is raised."""
    caplog.set_level(logging.DEBUG)
    state = RunState(listening={"ops_chat": "\ud800"})
    assert snapshots.encode(state) is None
    assert "snapshot_not_made" in caplog.text


def test_another_source_of_the_folding_code_is_another_version() -> None:
    """A snapshot of yesterday's code is not taken by today's, whatever the release says."""
    sources = {"core/fold.py": b"one", "core/state.py": b"two"}
    name = snapshots.version_of("1.0", sources)
    assert name == snapshots.version_of("1.0", dict(reversed(sources.items())))
    assert name != snapshots.version_of("1.0", sources | {"core/state.py": b"twO"})
    assert name != snapshots.version_of("1.0", {"core/fold.py": b"on", "core/state.py": b"etwo"})
    assert name != snapshots.version_of("1.1", sources)
    assert snapshots.version() == snapshots.version_of(__version__, snapshots.sources_in(PROGRAM))


def test_a_program_without_its_source_has_no_version_and_takes_no_snapshot(tmp_path: Path) -> None:
    """Packed into one file, or compiled: nothing would tell its folding code from another's."""
    for package in snapshots.FOLDED_BY[1:]:
        (tmp_path / package).mkdir()
        (tmp_path / package / "one.py").write_text("1")
    assert snapshots.sources_in(tmp_path) == {}
    assert snapshots.version_of("1.0", {}) == ""
    (tmp_path / snapshots.FOLDED_BY[0]).mkdir()
    (tmp_path / snapshots.FOLDED_BY[0] / "one.py").write_text("1")
    assert len(snapshots.sources_in(tmp_path)) == len(snapshots.FOLDED_BY)


# In a ledger


class Counted:
    """A ledger that counts the lines that are read of it."""

    def __init__(self, inner: Ledger) -> None:
        self.inner = inner
        self.lines = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def rows(self, run_id: str, after_seq: int = 0) -> Iterator[Row]:
        for row in self.inner.rows(run_id, after_seq):
            self.lines += 1
            yield row


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counted]:
    """A ledger with a run of some lines that say how a channel is heard."""
    inner: Ledger = MemoryLedger() if request.param == "memory" else SqliteLedger(tmp_path)
    inner.create("run-1", AT)
    add(inner, ENOUGH)
    yield Counted(inner)
    inner.close()


def add(ledger: Ledger, number: int, run_id: str = "run-1") -> None:
    """Add so many lines."""
    after = ledger.head(run_id)
    heard = (ListeningChanged(channel=f"c{after.seq + n}", state="open") for n in range(number))
    entries = [Entry(at=AT + timedelta(seconds=after.seq), actor="bongsu", event=event) for event in heard]
    ledger.append(run_id, after, entries)


def whole(ledger: Ledger, run_id: str = "run-1") -> RunState:
    return folded(PLAN, (decode(row.line) for row in ledger.rows(run_id)))


def keep(ledger: Ledger, state: RunState, run_id: str = "run-1", **other: Any) -> None:
    kept = snapshots.encode(state)
    assert kept is not None
    ledger.snapshot(run_id, other.get("at", state.head), kept, program=other.get("program", snapshots.version()))


PLAN = world(Random(1)).plan


def test_only_the_lines_behind_a_snapshot_are_read(ledger: Counted) -> None:
    """The point of it all."""
    assert shown(snapshots.state_of(ledger, "run-1", PLAN)) == shown(whole(ledger.inner))
    assert ledger.lines == ENOUGH
    keep(ledger, whole(ledger.inner))
    add(ledger.inner, 3)
    ledger.lines = 0
    assert shown(snapshots.state_of(ledger, "run-1", PLAN)) == shown(whole(ledger.inner))
    assert ledger.lines == 3


def test_a_snapshot_of_another_program_run_or_future_is_passed_over(
    ledger: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    """Each time the whole ledger is read, and said so to nobody but who asks for debug lines."""
    caplog.set_level(logging.DEBUG)
    ledger.create("run-2", AT)
    add(ledger.inner, ENOUGH + 1, "run-2")
    right, other = whole(ledger.inner), whole(ledger.inner, "run-2")
    for wrong in (
        {"state": right, "program": "bongsu 99.0 0123456789abcdef"},
        {"state": other, "at": right.head},
        {"state": other},
        {"state": right, "at": Head(right.head.seq + 7, right.head.hash)},
    ):
        keep(ledger, **wrong)
        caplog.clear()
        ledger.lines = 0
        assert shown(snapshots.state_of(ledger, "run-1", PLAN)) == shown(right)
        assert ledger.lines == ENOUGH
        assert {record.levelname for record in caplog.records} == {"DEBUG"}


def test_lines_that_do_not_continue_its_hash_have_the_whole_ledger_read(caplog: pytest.LogCaptureFixture) -> None:
    """The line at its place is right and the one behind it is not: nothing is built on that without the rest."""
    caplog.set_level(logging.DEBUG)
    inner = MemoryLedger()
    inner.create("run-1", AT)
    add(inner, ENOUGH)
    keep(inner, whole(inner))
    add(inner, 2)
    rows = inner._runs["run-1"].rows
    rows[ENOUGH] = Row(seq=ENOUGH + 1, hash="e" * 64, line=rows[ENOUGH].line.replace(b'"open"', b'"lost"'))
    counted = Counted(inner)
    state = snapshots.state_of(counted, "run-1", PLAN)
    assert counted.lines == 2 + ENOUGH + 2
    assert state.listening[f"c{ENOUGH}"] == "lost"
    assert "line_hash" in caplog.text


def test_a_short_run_is_read_without_a_look_for_a_snapshot() -> None:
    """A page of twenty lines costs what it did."""

    class NoSnapshots(Counted):
        def latest_snapshot(self, *_: Any, **__: Any) -> None:
            raise AssertionError

    short = NoSnapshots(MemoryLedger())
    short.create("run-1", AT)
    add(short.inner, snapshots.WORTH - 1)
    assert snapshots.state_of(short, "run-1", PLAN).head.seq == snapshots.WORTH - 1
    with pytest.raises(RunNotFound):
        snapshots.state_of(short, "run-9", PLAN)


class Broken(Counted):
    """A ledger whose snapshots can be neither read nor written."""

    def latest_snapshot(self, *_: Any, **__: Any) -> None:
        raise LedgerUnreadable("the page is damaged")

    def snapshot(self, *_: Any, **__: Any) -> None:
        raise LedgerWriteFailed("the disk is full")


def test_a_snapshot_that_fails_hurts_nobody(ledger: Counted) -> None:
    """Neither whoever reads the run nor whoever drives it."""
    broken = Broken(ledger.inner)
    state = whole(ledger.inner)
    assert shown(snapshots.state_of(broken, "run-1", PLAN)) == shown(state)
    kept = snapshots.encode(state)
    assert kept is not None
    snapshots.keep(broken, "run-1", state.head, kept)
