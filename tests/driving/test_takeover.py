"""Real processes and one run: whoever has the newest lease drives it, and every other stops itself.

The run is a page whose channel refuses every connection: nobody answers, and the run goes on for minutes.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from tests.ports.chat_worlds import free_port
from tests.postgres.server import PostgresStore
from tests.rules.tree import ROOT
from tests.serve.rig import SECRETS, plan_bytes

from bongsu.core.chain import verify_chain
from bongsu.ledger import open_ledger
from bongsu.ledger._port import RunInfo

PROGRAM = [sys.executable, "-c", "from bongsu.cli.main import main; main()"]
PATIENCE_S = 180
OVER, FAR = "2000-01-01T00:00:00.000000Z", "2100-01-01T00:00:00.000000Z"


@dataclass
class Desk:
    """A folder with a plan, and the processes that were started in it."""

    folder: Path
    state: str
    ends: Callable[[str], None]
    """Have every lease end at that time."""
    is_free: Callable[[], bool]
    """Whether nobody is in the middle of writing to the store."""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def lasts(self) -> None:
        """Have every lease last, however long this machine takes for what is done meanwhile."""
        self.ends(FAR)

    def passes(self) -> None:
        """Have every lease be over."""
        self.ends(OVER)

    def begin(self, name: str, *args: str) -> subprocess.Popen[bytes]:
        """Start a command; what it says goes into files of that name."""
        kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        local = {"XDG_STATE_HOME": str(self.folder / "local"), "BONGSU_STATE": self.state, "BONGSU_LANG": "en"}
        with (self.folder / f"{name}.out").open("wb") as out, (self.folder / f"{name}.err").open("wb") as err:
            self.processes[name] = subprocess.Popen(
                [*PROGRAM, *args, "--out", f"evidence-{name}"],
                cwd=self.folder,
                env={**kept, **local, **SECRETS, "PYTHONPATH": str(ROOT / "src")},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        return self.processes[name]

    def pause(self, name: str) -> None:
        """Stop a process between two of its writes: one that stops in the middle of one keeps the store for itself."""
        for _ in range(PATIENCE_S):
            os.kill(self.processes[name].pid, signal.SIGSTOP)
            os.waitpid(self.processes[name].pid, os.WUNTRACED)
            if self.is_free():
                return
            os.kill(self.processes[name].pid, signal.SIGCONT)
        pytest.fail(f"{name} writes all the time: {self.said(name)}")

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.err").read_text("utf-8")

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so; fail with what every process said."""
        waited = threading.Event()
        for _ in range(PATIENCE_S * 20):
            if reached():
                return
            waited.wait(0.05)
        pytest.fail(
            "\n".join(f"{name}: {process.poll()} {self.said(name)}" for name, process in self.processes.items())
        )

    def run(self) -> RunInfo | None:
        """Return the run as its ledger has it."""
        if self.state.startswith("/") and not (Path(self.state) / "bongsu.db").exists():
            return None
        with closing(open_ledger(self.state if "://" in self.state else Path(self.state))) as ledger:
            found = list(ledger.runs())
        return found[0] if found else None

    def stands(self, *, epoch: int, lines: int = 1) -> bool:
        """Whether the run is at that epoch and has that many lines."""
        run = self.run()
        return run is not None and run.epoch == epoch and run.head.seq >= lines

    def verified(self) -> None:
        """Hold the chain to its own hashes."""
        with closing(open_ledger(self.state if "://" in self.state else Path(self.state))) as ledger:
            (run,) = ledger.runs()
            assert verify_chain(row.line for row in ledger.rows(run.run_id)) == run.head


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "plan.yaml").write_bytes(plan_bytes(port=free_port()))
    if request.param == "postgres":
        store = PostgresStore(request.getfixturevalue("postgres"))

        def ends(at: str) -> None:
            with store.server.as_("postgres", store.name) as connection:
                connection.execute("UPDATE bongsu.run SET lease_until = %s", (at,))

        def is_free() -> bool:
            with store.server.as_("postgres", store.name) as connection, suppress(psycopg.errors.LockNotAvailable):
                connection.execute("SELECT FROM bongsu.run FOR UPDATE NOWAIT")
                return True
            return False

        made = Desk(tmp_path, store.address, ends, is_free)
    else:

        def ends(at: str) -> None:
            with closing(sqlite3.connect(tmp_path / "state" / "bongsu.db", timeout=60)) as file, file:
                file.execute("UPDATE run SET lease_until = ?", (at,))

        def is_free() -> bool:
            with closing(sqlite3.connect(tmp_path / "state" / "bongsu.db", timeout=0)) as file:
                with suppress(sqlite3.OperationalError):
                    file.execute("BEGIN IMMEDIATE")
                return file.in_transaction

        made = Desk(tmp_path, str(tmp_path / "state"), ends, is_free)
    yield made
    for process in made.processes.values():
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def paged(desk: Desk) -> str:
    """Page somebody, and return the run once it has begun to."""
    desk.begin("first", "page", "plan.yaml", "--summary", "disk full")
    desk.until(lambda: desk.stands(epoch=1, lines=4))
    run = desk.run()
    assert run is not None
    return run.run_id


def test_a_paused_process_whose_lease_is_over_is_taken_over_and_stops_itself(desk: Desk) -> None:
    run_id = paged(desk)
    desk.pause("first")
    desk.lasts()
    refused = desk.begin("too early", "resume", run_id)
    assert refused.wait(PATIENCE_S) == 3
    assert f"error: another process drives the run '{run_id}' already" in desk.said("too early")
    desk.passes()
    desk.begin("second", "resume", run_id)
    desk.until(lambda: desk.stands(epoch=2))
    desk.processes["first"].send_signal(signal.SIGCONT)
    assert desk.processes["first"].wait(PATIENCE_S) == 3
    said = desk.said("first")
    assert said.count("error: ") == 1
    assert f'error: the run "{run_id}" was taken over by another process' in said
    assert "holds epoch 1 of the run, the ledger is at epoch 2" in said and "Traceback" not in said
    assert desk.processes["second"].poll() is None, desk.said("second")
    desk.verified()


def test_of_two_that_resume_the_run_of_a_killed_process_one_drives_it_at_once(desk: Desk) -> None:
    """Its lease has not run out: that it let go of its lock shows that it is dead."""
    run_id = paged(desk)
    desk.processes["first"].kill()
    desk.processes["first"].wait()
    for name in ("left", "right"):
        desk.begin(name, "resume", run_id)
    desk.until(lambda: any(desk.processes[name].poll() is not None for name in ("left", "right")))
    (loser,) = (name for name in ("left", "right") if desk.processes[name].poll() is not None)
    assert desk.processes[loser].returncode == 3 and "drives the run" in desk.said(loser)
    desk.until(lambda: desk.stands(epoch=2))
    desk.verified()


@pytest.mark.parametrize("desk", ["postgres"], indirect=True)
def test_a_run_goes_on_when_the_database_crashes_and_comes_back(desk: Desk, postgres) -> None:
    run_id = paged(desk)
    postgres.crash()
    before = desk.run()
    assert before is not None
    order = desk.begin("order", "ack", run_id, "--by", "on_call")
    assert order.wait(PATIENCE_S) in (0, 3), desk.said("order")
    assert desk.processes["first"].wait(PATIENCE_S) == 0, desk.said("first")
    assert desk.stands(epoch=1, lines=before.head.seq + 2) and "error: " not in desk.said("first")
    desk.verified()
    verify = subprocess.run(
        [*PROGRAM, "verify", "evidence-first"],
        cwd=desk.folder,
        env={"PATH": os.environ["PATH"], "HOME": str(desk.folder), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert verify.returncode == 0, verify.stdout + verify.stderr
