"""A folder with a plan, and the real processes that drive its run, from whatever the ledger is kept in."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.ports.held_ports import free_port
from tests.rules.tree import ROOT
from tests.serve.rig import SECRETS, plan_bytes

from bongsu.core.chain import verify_chain
from bongsu.core.events import Recorded
from bongsu.ledger import open_ledger
from bongsu.ledger._port import RunInfo
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from tests.postgres.server import PostgresStore

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
                [*PROGRAM, *args, *(() if args[0] == "serve" else ("--out", f"evidence-{name}"))],
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

    def name(self) -> str:
        """Return what the run is called."""
        found = self.run()
        assert found is not None
        return found.run_id

    def stands(self, *, epoch: int, lines: int = 1) -> bool:
        """Whether the run is at that epoch and has that many lines."""
        run = self.run()
        return run is not None and run.epoch == epoch and run.head.seq >= lines

    def lines(self) -> list[Recorded]:
        """Return every line of the run."""
        with closing(open_ledger(self.state if "://" in self.state else Path(self.state))) as ledger:
            (run,) = ledger.runs()
            return [decode(row.line) for row in ledger.rows(run.run_id)]

    def proves(self, name: str) -> None:
        """Hold the evidence folder that a process wrote to what `bongsu verify` says of it."""
        verify = subprocess.run(
            [*PROGRAM, "verify", f"evidence-{name}"],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert verify.returncode == 0, verify.stdout + verify.stderr

    def end(self) -> None:
        """Kill whatever is left."""
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()

    def verified(self) -> None:
        """Hold the chain to its own hashes."""
        with closing(open_ledger(self.state if "://" in self.state else Path(self.state))) as ledger:
            (run,) = ledger.runs()
            # A process that still drives it may add lines between the two looks.
            lines = [row.line for row in ledger.rows(run.run_id) if row.seq <= run.head.seq]
            assert verify_chain(lines) == run.head


@contextmanager
def desk_of(store: PostgresStore | None, folder: Path, *, url: str = "") -> Iterator[Desk]:
    """Yield a desk whose runs are in that database, or in a folder; its plan's chat is at `url`, by default nowhere."""
    where = {"url": url} if url else {}
    (folder / "plan.yaml").write_bytes(plan_bytes(port=free_port(), **where))
    made = _in_folder(folder) if store is None else _in_database(store, folder)
    try:
        yield made
    finally:
        made.end()


def _in_database(store: PostgresStore, folder: Path) -> Desk:
    def ends(at: str) -> None:
        with store.server.as_("postgres", store.name) as connection:
            connection.execute("UPDATE bongsu.run SET lease_until = %s", (at,))

    def is_free() -> bool:
        with store.server.as_("postgres", store.name) as connection, suppress(psycopg.errors.LockNotAvailable):
            connection.execute("SELECT FROM bongsu.run FOR UPDATE NOWAIT")
            return True
        return False

    return Desk(folder, store.address, ends, is_free)


def _in_folder(folder: Path) -> Desk:
    def ends(at: str) -> None:
        with closing(sqlite3.connect(folder / "state" / "bongsu.db", timeout=60)) as file, file:
            file.execute("UPDATE run SET lease_until = ?", (at,))

    def is_free() -> bool:
        with closing(sqlite3.connect(folder / "state" / "bongsu.db", timeout=0)) as file:
            with suppress(sqlite3.OperationalError):
                file.execute("BEGIN IMMEDIATE")
            return file.in_transaction

    return Desk(folder, str(folder / "state"), ends, is_free)
