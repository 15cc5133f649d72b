"""The database itself refuses to rewrite history: to the program's role by its rights, to its owner by triggers."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from tests.postgres.server import ASKED, OWNER, ROLE, PostgresStore

from bongsu.core.chain import START
from bongsu.core.events import ListeningChanged
from bongsu.errors import LedgerUnreadable, UsageError
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.ledger.postgres_schema import setup_sql

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
ENTRY = Entry(at=AT, actor="bongsu", event=ListeningChanged(channel="ops_chat", state="open"), blobs={"payload": b"x"})
KEPT = ("ledger", "blob", "inbound")
CHANGES = [
    *(f"{verb} bongsu.{table}" for table in KEPT for verb in ("DELETE FROM", "TRUNCATE")),
    "UPDATE bongsu.ledger SET line = ''",
    "UPDATE bongsu.blob SET file = ''",
    "UPDATE bongsu.inbound SET seq = 7",
    "DELETE FROM bongsu.run",
    "TRUNCATE bongsu.run CASCADE",
]


@pytest.fixture
def store(postgres) -> PostgresStore:
    made = PostgresStore(postgres)
    with closing(made.open()) as ledger:
        ledger.create("run-1", AT)
        ledger.append("run-1", START, [ENTRY], inbound=("ops_chat", "update-1"))
        ledger.snapshot("run-1", ledger.head("run-1"), b"fold", program="bongsu 1")
    return made


def contents(store: PostgresStore) -> list[object]:
    with store.server.as_("postgres", store.name) as connection:
        return [connection.execute(f"SELECT * FROM bongsu.{table}").fetchall() for table in (*KEPT, "run")]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", [ROLE, OWNER])
def test_no_line_blob_or_receipt_is_changed_or_deleted(store: PostgresStore, role: str, change: str) -> None:
    before = contents(store)
    said = "permission denied" if role == ROLE else "never changed or deleted"
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege, match=said)
    with store.server.as_(role, store.name) as connection, refused:
        connection.execute(change)
    assert contents(store) == before


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE bongsu.ledger DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_is_never_changed ON bongsu.ledger",
        "DROP TABLE bongsu.inbound",
        "SET session_replication_role = replica",
        "INSERT INTO bongsu.version (number) VALUES (9)",
        "UPDATE bongsu.run SET run_id = 'another'",
        "UPDATE bongsu.run SET opened_at = now()",
        "CREATE TABLE bongsu.mine (a integer)",
    ],
)
def test_the_programs_role_cannot_take_the_guards_away(store: PostgresStore, change: str) -> None:
    with store.server.as_(ROLE, store.name) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(change)


@pytest.mark.parametrize("change", ["head_seq = 0", "epoch = -1", "closed = false"])
def test_a_run_only_moves_on(store: PostgresStore, change: str) -> None:
    with store.server.as_(ROLE, store.name) as connection:
        connection.execute("UPDATE bongsu.run SET closed = true")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="a run only moves on"):
            connection.execute(f"UPDATE bongsu.run SET {change}")


def test_the_set_up_can_be_run_again_and_keeps_everything(store: PostgresStore) -> None:
    before = contents(store)
    with store.server.as_(OWNER, store.name) as connection:
        connection.execute(setup_sql(ROLE))
    assert contents(store) == before


@pytest.mark.parametrize("name", ["", "a b", 'a"; DROP TABLE bongsu.run; --', "x" * 64])
def test_a_role_whose_name_could_break_out_of_the_statement_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a role"):
        setup_sql(name)


# What a person meets who names a database that cannot be used


def test_a_database_that_is_not_prepared_says_who_prepares_it(postgres) -> None:
    with pytest.raises(LedgerUnreadable, match="is not prepared for ledgers") as caught:
        open_ledger(postgres.address("bare"))
    assert caught.value.hint is not None and "bongsu database ROLE" in caught.value.hint


def test_a_role_without_rights_says_what_the_database_says(store: PostgresStore) -> None:
    with store.server.as_("postgres", store.name) as connection:
        connection.execute("CREATE ROLE stranger LOGIN")
    try:
        with pytest.raises(LedgerUnreadable, match="does not let this role see") as caught:
            open_ledger(store.server.address(store.name, "stranger"))
        assert "permission denied for schema bongsu" in (caught.value.cause or "")
    finally:
        with store.server.as_("postgres", store.name) as connection:
            connection.execute("DROP ROLE stranger")


def test_a_database_of_a_newer_version_is_left_alone(store: PostgresStore) -> None:
    with store.server.as_(OWNER, store.name) as connection:
        connection.execute("INSERT INTO bongsu.version (number) VALUES (9)")
    with pytest.raises(LedgerUnreadable, match="has schema version 9, this program knows 1"):
        open_ledger(store.address)


def test_a_server_that_is_not_there_is_named_without_more_of_its_address(postgres) -> None:
    with pytest.raises(
        LedgerUnreadable, match=r'"postgresql://bongsu@/nothing\?host=/nowhere-at-all" cannot be reached'
    ) as caught:
        open_ledger("postgresql://bongsu@/nothing?host=/nowhere-at-all")
    assert caught.value.cause and caught.value.hint


def test_a_database_that_was_never_made_is_missing_and_not_out_of_reach(postgres) -> None:
    with pytest.raises(LedgerUnreadable, match="the server has no database") as caught:
        open_ledger(postgres.address("never_made"))
    assert 'database "never_made" does not exist' in (caught.value.cause or "")
    assert "CREATE DATABASE" in (caught.value.hint or "")


def test_a_role_that_the_server_does_not_know_is_not_let_in(postgres) -> None:
    with pytest.raises(LedgerUnreadable, match="did not let this role in") as caught:
        open_ledger(postgres.address("prepared", "nobody_of_that_name"))
    assert "pg_hba.conf" in (caught.value.hint or "")


def test_a_password_that_is_missing_or_wrong_is_told_apart_and_one_that_is_right_serves(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From the environment or from libpq's file; what stands there is not shown."""
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    address, right, wrong = store.server.address(store.name, ASKED), "r1ght" + "-word", "wr0ng" + "-word"
    with store.server.as_("postgres", store.name) as connection:
        connection.execute(f"CREATE ROLE {ASKED} LOGIN PASSWORD '{right}'")
        connection.execute(setup_sql(ASKED))
    try:
        with pytest.raises(LedgerUnreadable, match="wants a password for this role, and none was given") as caught:
            open_ledger(address)
        assert "~/.pgpass" in (caught.value.hint or "")
        monkeypatch.setenv("PGPASSWORD", wrong)
        with pytest.raises(LedgerUnreadable, match="did not let this role in") as caught:
            open_ledger(address)
        assert "password authentication failed" in (caught.value.cause or "")
        assert wrong not in f"{caught.value}{caught.value.cause}{caught.value.hint}"
        monkeypatch.delenv("PGPASSWORD")
        (tmp_path / "pgpass").write_text(f"*:*:*:{ASKED}:{right}\n", "utf-8")
        (tmp_path / "pgpass").chmod(0o600)
        with closing(open_ledger(address)) as ledger:
            assert [info.run_id for info in ledger.runs()] == ["run-1"]
    finally:
        with store.server.as_("postgres", store.name) as connection:
            connection.execute(f"DROP OWNED BY {ASKED}")
            connection.execute(f"DROP ROLE {ASKED}")


@pytest.mark.parametrize("form", ["postgresql://bongsu:{}@db/runs", "postgresql://bongsu@db/runs?password={}"])
def test_a_password_in_the_address_is_refused_and_not_shown(form: str) -> None:
    word = "s3cr" + "et-word"
    with pytest.raises(UsageError, match='"postgresql://bongsu@db/runs" was given with a password') as caught:
        open_ledger(form.format(word))
    assert caught.value.hint is not None and "PGPASSFILE" in caught.value.hint
    assert word not in f"{caught.value}{caught.value.cause}{caught.value.hint}"


def test_an_address_that_cannot_be_read_is_not_repeated(postgres) -> None:
    with pytest.raises(UsageError, match="cannot be read") as caught:
        open_ledger("postgresql://bongsu@db/runs?nothing-like-it=1")
    assert "nothing-like-it" not in f"{caught.value}{caught.value.cause}"
