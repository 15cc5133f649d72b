"""State in one SQLite file, for one machine."""


# ruff: noqa: D102  the port's docstrings hold here too

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from naver_sms.errors import StateError
from naver_sms.record import (
    KEPT_FOR,
    Claim,
    ClaimState,
    Kind,
    Record,
    from_korean_text,
    korean_text,
    may_reopen,
)
from naver_sms.state._port import LEASE, Change, Key, Loaded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from naver_sms.meter import Meter

SCHEMA = """
CREATE TABLE IF NOT EXISTS sms(
  booking_num TEXT NOT NULL, phone TEXT NOT NULL, name TEXT NOT NULL, booking_time TEXT NOT NULL,
  start_at TEXT NOT NULL, confirm_sms INTEGER NOT NULL DEFAULT 0, remind_sms INTEGER NOT NULL DEFAULT 0,
  option_sms INTEGER NOT NULL DEFAULT 0, option_time TEXT NOT NULL DEFAULT '', closed TEXT,
  adopted INTEGER NOT NULL DEFAULT 0, expire_at INTEGER NOT NULL, created_run TEXT,
  PRIMARY KEY(booking_num, phone));
CREATE INDEX IF NOT EXISTS sms_pending
  ON sms(substr(booking_num, 1, instr(booking_num, '_') - 1), booking_time)
  WHERE option_sms = 0 AND closed IS NULL;
CREATE TABLE IF NOT EXISTS intent(
  booking_num TEXT NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('confirm', 'guide', 'event')),
  gen INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, run_id TEXT NOT NULL, at TEXT NOT NULL,
  hash TEXT NOT NULL, attempt INTEGER NOT NULL, request_id TEXT, message_id TEXT, code TEXT, sent_to TEXT,
  PRIMARY KEY(booking_num, kind, gen));
CREATE INDEX IF NOT EXISTS intent_open ON intent(at) WHERE state IN ('claimed', 'unknown', 'accepted');
CREATE TABLE IF NOT EXISTS session(id TEXT PRIMARY KEY, cookies TEXT NOT NULL, fetched_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS note(name TEXT PRIMARY KEY, text TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS lease(name TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL);
"""
FLAG = {Kind.CONFIRM: "confirm_sms", Kind.GUIDE: "remind_sms", Kind.EVENT: "option_sms"}
ROW = "SELECT booking_num, phone, name, booking_time, start_at, confirm_sms, remind_sms, option_sms, closed,"
ROW += " created_run, adopted FROM sms"
PENDING = " WHERE option_sms = 0 AND closed IS NULL"
PENDING += " AND substr(booking_num, 1, instr(booking_num, '_') - 1) = ? ORDER BY booking_time"
OPEN = " WHERE booking_num IN (SELECT booking_num FROM intent WHERE gen = 0"
OPEN += " AND state IN ('claimed', 'unknown', 'accepted'))"
INTENTS = "SELECT kind, state, run_id, at, hash, attempt, request_id, message_id, code, sent_to FROM intent"
INTENTS += " WHERE booking_num = ? AND gen = 0"
TAKE_LEASE = """INSERT INTO lease(name, holder, until) VALUES (?, ?, ?) ON CONFLICT(name) DO UPDATE
  SET holder = excluded.holder, until = excluded.until WHERE lease.until < ? OR lease.holder = excluded.holder"""
FORGET = "DELETE FROM sms WHERE expire_at < ?"
"""Nobody's name and number are kept for longer than they are needed: DynamoDB does this by itself."""
CREATE = """INSERT INTO sms(booking_num, phone, name, booking_time, start_at, expire_at, created_run,
  confirm_sms, remind_sms, option_sms, adopted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
CLAIM = """INSERT INTO intent(booking_num, kind, state, run_id, at, hash, attempt, sent_to)
  SELECT booking_num, ?, 'claimed', ?, ?, ?, ?, ? FROM sms WHERE booking_num = ? AND phone = ? AND {flag} = 0
  ON CONFLICT(booking_num, kind, gen) DO UPDATE
  SET state = 'claimed', run_id = excluded.run_id, at = excluded.at, hash = excluded.hash,
      attempt = excluded.attempt, sent_to = excluded.sent_to, request_id = NULL, message_id = NULL, code = NULL
  WHERE intent.state = 'released'"""
STORE_COOKIES = """INSERT INTO session(id, cookies, fetched_at) VALUES (?, ?, ?)
  ON CONFLICT(id) DO UPDATE SET cookies = excluded.cookies, fetched_at = excluded.fetched_at"""
NOTE = """INSERT INTO note(name, text, at) VALUES (?, ?, ?)
  ON CONFLICT(name) DO UPDATE SET text = excluded.text, at = excluded.at"""
MOVE = "UPDATE sms SET booking_time = ?, start_at = ?, expire_at = ? WHERE booking_num = ? AND phone = ?"
OPENINGS_MOST = 20
# The claim that counts has generation 0; those set aside are counted up.
SET_ASIDE = """UPDATE intent SET gen = (SELECT max(gen) + 1 FROM intent WHERE booking_num = ? AND kind = ?)
  WHERE booking_num = ? AND kind = ? AND gen = 0"""
SETTLE = """UPDATE intent SET state = ?, request_id = coalesce(?, request_id),
  message_id = coalesce(?, message_id), code = coalesce(?, code)
  WHERE booking_num = ? AND kind = ? AND gen = 0 AND run_id = ? AND state IN ({states})"""


def _write_ahead(db: sqlite3.Connection) -> None:
    """Turn to a write-ahead log. Another process may be turning a new file to it too, and SQLite waits for none."""
    for _ in range(OPENINGS_MOST - 1):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            # This does wait, until the other is done.
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
        else:
            return
    db.execute("PRAGMA journal_mode = WAL")


def _brought_up(db: sqlite3.Connection) -> None:
    """Give a file of before the column that it lacks; of two processes at once, one does."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if "sent_to" not in {row[1] for row in db.execute("PRAGMA table_info(intent)")}:
            db.execute("ALTER TABLE intent ADD COLUMN sent_to TEXT")
    finally:
        db.execute("COMMIT")


class SqliteState:
    """See StatePort. One connection, one transaction for each step, on disk before the step counts."""

    def __init__(self, path: str, *, meter: Meter) -> None:
        self._meter = meter
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
            _write_ahead(self._db)
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(f"BEGIN IMMEDIATE;\n{SCHEMA}\nCOMMIT;")
            _brought_up(self._db)
        except sqlite3.Error as exc:
            raise StateError(f"the state file '{path}' cannot be opened ({exc})") from None

    def shut(self) -> None:
        self._db.close()

    def take_lease(self, *, holder: str, now: datetime, until: datetime, name: str = LEASE) -> bool:
        with self._write() as db:
            values = (name, holder, _text(until), _text(now))
            taken = db.execute(TAKE_LEASE, values).rowcount == 1
            if taken and name == LEASE and db.execute(FORGET, (int(now.timestamp()),)).rowcount:
                db.execute("DELETE FROM intent WHERE booking_num NOT IN (SELECT booking_num FROM sms)")
            return taken

    def free_lease(self, holder: str, *, name: str = LEASE) -> None:
        with self._write() as db:
            db.execute("DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))

    def session_cookies(self, name: str) -> tuple[str, datetime | None] | None:
        with self._read() as db:
            row = db.execute("SELECT cookies, fetched_at FROM session WHERE id = ?", (name,)).fetchone()
        if row is None:
            return None
        return row[0], datetime.fromisoformat(row[1]) if row[1] else None

    def store_cookies(self, name: str, cookies: str, fetched_at: datetime) -> None:
        with self._write() as db:
            db.execute(STORE_COOKIES, (name, cookies, _text(fetched_at)))

    def note(self, name: str, text: str | None, *, at: datetime) -> None:
        with self._write() as db:
            if text is None:
                db.execute("DELETE FROM note WHERE name = ?", (name,))
            else:
                db.execute(NOTE, (name, text, _text(at)))

    def notes(self, names: Sequence[str]) -> dict[str, str]:
        with self._read() as db:
            query = "SELECT name, text FROM note WHERE name = ?"
            return dict(row for name in names for row in db.execute(query, (name,)).fetchall())

    def notes_like(self, prefix: str) -> dict[str, str]:
        with self._read() as db:
            query = "SELECT name, text FROM note WHERE substr(name, 1, ?) = ? ORDER BY at, name"
            return dict(db.execute(query, (len(prefix), prefix)).fetchall())

    def load(self, keys: Sequence[Key]) -> Loaded:
        found: dict[str, Record] = {}
        with self._read() as db:
            for key in keys:
                rows = _records(db, f"{ROW} WHERE booking_num = ?", (key.booking_num,))
                exact = [row for row in rows if row.phone == key.phone]
                if rows:
                    found[key.booking_num] = (exact or sorted(rows, key=lambda row: row.booking_time))[-1]
        return Loaded(records=found)

    def pending(self, store_id: str) -> list[Record]:
        query = ROW + PENDING
        with self._read() as db:
            return _records(db, query, (store_id,))

    def legacy_pending(self) -> list[Record]:
        return []  # the index holds every open row: the legacy never wrote here

    def open_claims(self) -> list[Record]:
        with self._read() as db:
            return _records(db, ROW + OPEN, ())

    def create(self, record: Record) -> bool:
        start_at = record.start_at or from_korean_text(record.booking_time)
        if start_at is None:
            raise ValueError("a new record needs a start")
        expire_at = int((start_at + KEPT_FOR).timestamp())
        values = (record.booking_num, record.phone, record.name, record.booking_time, _text(start_at))
        with self._write() as db:
            flags = (record.confirm is True, record.guide is True, record.event is True, record.adopted)
            return db.execute(CREATE, (*values, expire_at, record.created_run, *flags)).rowcount == 1

    def claim(self, record: Record, kind: Kind, claim: Claim) -> bool:
        values = (kind.value, claim.run_id, _text(claim.at), claim.hash, claim.attempt, claim.to)
        with self._write() as db:
            query = CLAIM.format(flag=FLAG[kind])
            return db.execute(query, (*values, record.booking_num, record.phone)).rowcount == 1

    def settle(self, record: Record, kind: Kind, change: Change) -> bool:
        marks = ", ".join("?" * len(change.states))
        values = (change.to.value, change.request_id, change.message_id, change.code)
        guard = (record.booking_num, kind.value, change.run_id, *(state.value for state in change.states))
        with self._write() as db:
            if db.execute(SETTLE.format(states=marks), (*values, *guard)).rowcount != 1:
                return False
            if change.set_flag:
                query = f"UPDATE sms SET {FLAG[kind]} = 1 WHERE booking_num = ? AND phone = ?"  # noqa: S608
                db.execute(query, (record.booking_num, record.phone))
            return True

    def renew(self, record: Record, *, start_at: datetime | None, reopen: Kind | None) -> bool:
        key = (record.booking_num, record.phone)
        with self._write() as db:
            rows = _records(db, f"{ROW} WHERE booking_num = ? AND phone = ?", key)
            if not rows or (reopen is not None and not may_reopen(rows[0], record, reopen)):
                return False
            if start_at is not None:
                values = (korean_text(start_at), _text(start_at), int((start_at + KEPT_FOR).timestamp()))
                db.execute(MOVE, (*values, *key))
            if reopen is not None:
                db.execute(SET_ASIDE, (record.booking_num, reopen.value) * 2)
                db.execute(f"UPDATE sms SET {FLAG[reopen]} = 0 WHERE booking_num = ? AND phone = ?", key)  # noqa: S608
            return True

    def close(self, record: Record, reason: str) -> bool:
        query = "UPDATE sms SET closed = ? WHERE booking_num = ? AND phone = ? AND closed IS NULL"
        with self._write() as db:
            return db.execute(query, (reason, record.booking_num, record.phone)).rowcount == 1

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._meter.timed("store"), self._lock:
                yield self._db
        except sqlite3.Error as exc:
            raise StateError(type(exc).__name__) from None

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._meter.timed("store", write=True), self._lock:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
        except sqlite3.Error as exc:
            raise StateError(type(exc).__name__) from None


def _text(at: datetime) -> str:
    # One fixed width, so that text order is time order.
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _records(db: sqlite3.Connection, query: str, values: tuple[Any, ...]) -> list[Record]:
    return [_record(db, row) for row in db.execute(query, values).fetchall()]


def _record(db: sqlite3.Connection, row: tuple[Any, ...]) -> Record:
    claims = {Kind(one[0]): _claim(one[1:]) for one in db.execute(INTENTS, (row[0],)).fetchall()}
    return Record(
        booking_num=row[0],
        phone=row[1],
        name=row[2],
        booking_time=row[3],
        start_at=datetime.fromisoformat(row[4]),
        confirm=bool(row[5]),
        guide=bool(row[6]),
        event=bool(row[7]),
        claims=claims,
        closed=row[8],
        created_run=row[9],
        adopted=bool(row[10]),
    )


def _claim(one: tuple[Any, ...]) -> Claim:
    state, run_id, at, digest, attempt, request_id, message_id, code, to = one
    return Claim(
        state=ClaimState(state),
        run_id=run_id,
        at=datetime.fromisoformat(at),
        hash=digest,
        attempt=attempt,
        request_id=request_id,
        message_id=message_id,
        code=code,
        to=to,
    )
