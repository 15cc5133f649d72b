"""A PostgreSQL server of the tests' own: in a folder that is thrown away, reached through a socket in it.

It is the real program from the system's package. The server does not wait for the disk (fsync is off): what is tried
is that it is killed or cut off, not that the machine loses power.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bongsu.ledger._port import Ledger
from bongsu.ledger.postgres import PostgresLedger
from bongsu.ledger.postgres_schema import setup_sql

OWNER = "ledger_owner"
ROLE = "bongsu"
ASKED = "asked"
"""A role whom the server asks for a password; it believes the others."""
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
_ACCOUNTS = ("postgres", "nobody")
_PAUSE = threading.Event()
PATIENCE_S = 120


def found_programs() -> list[Path]:
    """Return the folders that hold a server's programs, the newest last."""
    found = [Path(folder) for pattern in _PLACES for folder in sorted(Path("/").glob(pattern.lstrip("/")))]
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).parent] if on_path else found


def programs() -> Path:
    """Return the folder of the server's programs; without one, skip the test, or fail where it must not be."""
    found = found_programs()
    if not found:
        say = pytest.fail if os.environ.get("BONGSU_POSTGRES") == "must" else pytest.skip
        say("PostgreSQL is not installed: tests/postgres/install says why, or run `apt-get install postgresql`")
    return found[-1]


class Server:
    """One server; its databases are made from one that is prepared for ledgers."""

    def __init__(self, *, fsync: bool = False) -> None:
        """With `fsync` it waits for the disk, as in earnest."""
        self._programs = programs()
        # Not below pytest's own folder, which no other account may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="bongsu-pg-"))
        # PostgreSQL refuses to run as root.
        self._account = pwd.getpwnam(_other_account()) if os.getuid() == 0 else None
        if self._account is not None:
            os.chown(self.folder, self._account.pw_uid, self._account.pw_gid)
        self._made = 0
        how = ("--auth", "trust", "--username", "postgres", "--encoding", "UTF8", "--locale", "C", "--no-sync")
        self._run("initdb", "--pgdata", self._data, *how)
        options = [
            f"fsync={'on' if fsync else 'off'}",
            "listen_addresses=''",
            f"unix_socket_directories='{self.folder}'",
            "max_connections=50",
        ]
        with (self.folder / "data/postgresql.conf").open("a") as file:
            file.write("\n".join(options) + "\n")
        hba = self.folder / "data/pg_hba.conf"
        hba.write_text(f"local all {ASKED} scram-sha-256\n" + hba.read_text())
        self.start()
        self._prepare()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *args: str) -> None:
        account = self._account
        done = subprocess.run(
            [str(self._programs / program), *args],
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self._run("pg_ctl", "start", "--pgdata", self._data, "--log", str(self.folder / "log"), "--wait", "-t", "100")

    def stop(self, mode: str) -> None:
        """Stop it: `immediate` is a crash, after which it has to recover."""
        self._run("pg_ctl", "stop", "--pgdata", self._data, "--mode", mode, "--wait", "-t", "100")

    def crash(self) -> None:
        """Kill one of its processes: it ends all others and recovers, as after any crash, as fast as it can.

        Whoever waits for it only so long has no other program's start to wait for.
        """
        with self.as_("postgres", "postgres") as connection, closing(self.as_("postgres", "postgres")) as witness:
            os.kill(connection.info.backend_pid, signal.SIGKILL)
            # Until it has noticed it goes on, and whoever connects in that moment is thrown out after it.
            with suppress(psycopg.OperationalError):
                for _ in range(PATIENCE_S * 10):
                    witness.execute("SELECT")
                    _PAUSE.wait(0.1)
                raise AssertionError("the server does not notice")
        for _ in range(PATIENCE_S * 10):
            with suppress(psycopg.OperationalError), self.as_("postgres", "postgres") as connection:
                connection.execute("SELECT")
                return
            _PAUSE.wait(0.1)
        raise AssertionError("the server does not come back")

    def address(self, database: str, role: str = ROLE) -> str:
        """Return what a database is reached by through the server's socket."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def as_(self, role: str, database: str) -> psycopg.Connection:
        """Return a connection of that role, each statement a transaction."""
        return psycopg.connect(self.address(database, role), autocommit=True)

    def _prepare(self) -> None:
        with self.as_("postgres", "postgres") as connection:
            for role in (OWNER, ROLE):
                connection.execute(f"CREATE ROLE {role} LOGIN")
            connection.execute(f"CREATE DATABASE prepared OWNER {OWNER}")
            connection.execute(f"CREATE DATABASE bare OWNER {OWNER}")
        with self.as_(OWNER, "prepared") as connection:
            connection.execute(setup_sql(ROLE))

    def database(self, name: str = "") -> str:
        """Return the name of a new database that is prepared for ledgers and empty."""
        self._made += 1
        name = name or f"runs_{self._made}"
        with self.as_("postgres", "postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE prepared OWNER {OWNER} STRATEGY file_copy")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self.as_("postgres", "postgres") as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Stop it and remove its folder."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


def _other_account() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _ACCOUNTS if name in known)


class PostgresStore:
    """A database of its own. The server's clock cannot be moved: what it is compared with is moved instead."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = server.database()
        self.address = server.address(self.name)

    def open(self) -> Ledger:
        return PostgresLedger(self.address)

    def pass_(self, span: timedelta) -> None:
        with self.server.as_("postgres", self.name) as connection:
            connection.execute(
                "UPDATE bongsu.run SET due_at = due_at - %(span)s, lease_until = lease_until - %(span)s",
                {"span": span},
            )
            connection.execute("UPDATE bongsu.hold SET until = until - %s", (span,))


@contextmanager
def running(*, fsync: bool = False) -> Iterator[Server]:
    """Give a running server."""
    server = Server(fsync=fsync)
    try:
        yield server
    finally:
        server.close()
