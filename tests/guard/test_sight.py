"""What a guard sees of runs that another machine may drive, and where it keeps its own ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bongsu.cli.place import default_state, own_state
from bongsu.ledger._port import Ledger
from bongsu.run import lock
from bongsu.run.guard_sight import Sight
from tests.cli.calling import call
from tests.guard.bench import START
from tests.ports.stores import SHARED, SqliteStore, Store
from tests.rehearsal.world import PLAN

RUN = "cutover-1"
LEASE = timedelta(seconds=30)


@pytest.fixture(params=SHARED)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return SqliteStore(tmp_path / "runs")
    from tests.postgres.server import PostgresStore

    return PostgresStore(request.getfixturevalue("postgres"))


@pytest.fixture
def ledger(store: Store) -> Iterator[Ledger]:
    with closing(store.open()) as opened:
        yield opened


def left_behind(folder: Path, owner: str) -> None:
    """A process of this machine had the run in hand, and has ended."""
    (folder / "locks").mkdir()
    (folder / "locks" / f"run-{RUN}.lock").write_text(owner, "ascii")


def test_a_run_that_another_machine_drives_is_not_gone(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    """Nothing of it is on this machine but what it left when it was driven here: its lease says that it lives."""
    ledger.create(RUN, START, owner="there:7", lease_for=LEASE)
    sight = Sight(store.open, tmp_path)
    assert sight.driven(RUN) is None
    left_behind(tmp_path, "here:6")
    assert sight.driven(RUN) is None
    store.pass_(2 * LEASE)
    assert sight.driven(RUN) is False


def test_a_run_whose_lease_ran_out_on_another_machine_is_gone(store: Store, ledger: Ledger, tmp_path: Path) -> None:
    """It was never on this machine, so that no lock says anything of it."""
    ledger.create(RUN, START, owner="there:7", lease_for=LEASE)
    store.pass_(2 * LEASE)
    assert Sight(store.open, tmp_path).driven(RUN) is False


def test_a_run_whose_lease_was_that_of_a_dead_process_is_gone_at_once(
    store: Store, ledger: Ledger, tmp_path: Path
) -> None:
    ledger.create(RUN, START, owner="here:6", lease_for=LEASE)
    left_behind(tmp_path, "here:6")
    assert Sight(store.open, tmp_path).driven(RUN) is False
    with lock.of_run(tmp_path, RUN):
        assert Sight(store.open, tmp_path).driven(RUN) is True


def test_where_nothing_is_known_of_leases_and_no_process_was_here_nothing_is_said(
    store: Store, ledger: Ledger, tmp_path: Path
) -> None:
    ledger.create(RUN, START)
    assert Sight(store.open, tmp_path).driven(RUN) is None


def test_a_database_that_is_away_leaves_the_lock_to_look_at(postgres, tmp_path: Path) -> None:
    """It shows no line and no end; that a process of this machine has ended shows all the same."""
    from bongsu.ledger import open_ledger

    sight = Sight(lambda: open_ledger("postgresql://bongsu@/nothing?host=/nowhere-at-all"), tmp_path)
    found = sight.signs(RUN)
    assert found is not None and (found.seq, found.closed) == (0, False)
    assert sight.driven(RUN) is None
    left_behind(tmp_path, "here:6")
    assert sight.driven(RUN) is False


def test_a_guard_keeps_its_own_ledger_on_its_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder beside the runs, or, when those are in a database, in this machine's: the database may be away."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "local"))
    assert own_state(tmp_path / "state") == tmp_path / "state" / "guard"
    away = "postgresql://bongsu@/nothing?host=/nowhere-at-all"
    assert own_state(away) == default_state() / "guard"
    called = call("guard", PLAN, "--state", away)
    assert called.code == 2 and "error: the plan has no guard" in called.err
    assert (default_state() / "guard" / "bongsu.db").is_file()
