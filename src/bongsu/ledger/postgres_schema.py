"""The SQL that makes a PostgreSQL database a place for ledgers; its owner runs it, the program never does.

The program's role may add lines, blobs and receipts and read them, and may move the index of the runs on. It may change
or delete no line; triggers refuse that to everybody else too, to the tables' owner included.
"""

from __future__ import annotations

import re

from bongsu.errors import UsageError

SCHEMA_VERSION = 1

_ROLE = re.compile(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}")
_KEPT = {"ledger": "a ledger line", "blob": "a blob", "inbound": "what was received"}
"""The tables that only grow, and what of them is never changed or deleted."""

_TABLES = """
CREATE SCHEMA IF NOT EXISTS bongsu;
CREATE TABLE IF NOT EXISTS bongsu.version (number integer PRIMARY KEY);
CREATE TABLE IF NOT EXISTS bongsu.run (
  run_id text PRIMARY KEY, opened_at timestamptz NOT NULL, kind text NOT NULL,
  head_seq bigint NOT NULL, head_hash text NOT NULL, closed boolean NOT NULL DEFAULT false,
  due_at timestamptz, epoch bigint NOT NULL DEFAULT 0, lease_owner text NOT NULL DEFAULT '', lease_until timestamptz,
  attempts integer NOT NULL DEFAULT 0, parked text NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS run_due ON bongsu.run (due_at, run_id) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS run_leased ON bongsu.run (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX IF NOT EXISTS run_listed ON bongsu.run (closed, opened_at, run_id, kind);
CREATE INDEX IF NOT EXISTS run_seldom ON bongsu.run (closed, kind) WHERE kind <> 'page';
CREATE TABLE IF NOT EXISTS bongsu.ledger (
  run_id text NOT NULL REFERENCES bongsu.run, seq bigint NOT NULL, hash text NOT NULL, line bytea NOT NULL,
  PRIMARY KEY (run_id, seq)
);
CREATE TABLE IF NOT EXISTS bongsu.blob (hash text PRIMARY KEY, file bytea NOT NULL);
CREATE TABLE IF NOT EXISTS bongsu.inbound (
  source text NOT NULL, external_id text NOT NULL, run_id text NOT NULL REFERENCES bongsu.run, seq bigint NOT NULL,
  PRIMARY KEY (source, external_id)
);
CREATE TABLE IF NOT EXISTS bongsu.snapshot (
  run_id text PRIMARY KEY REFERENCES bongsu.run, seq bigint NOT NULL, hash text NOT NULL,
  program text NOT NULL, fold bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS bongsu.hold (
  name text PRIMARY KEY, owner text NOT NULL, epoch bigint NOT NULL, until timestamptz NOT NULL
);
CREATE OR REPLACE FUNCTION bongsu.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is never changed or deleted', TG_ARGV[0] USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE OR REPLACE FUNCTION bongsu.only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.run_id <> OLD.run_id OR NEW.head_seq < OLD.head_seq OR NEW.epoch < OLD.epoch OR OLD.closed AND NOT NEW.closed
  THEN RAISE EXCEPTION 'a run only moves on' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER run_only_moves_on BEFORE UPDATE ON bongsu.run
  FOR EACH ROW EXECUTE FUNCTION bongsu.only_forward();
CREATE OR REPLACE TRIGGER run_is_never_deleted BEFORE DELETE OR TRUNCATE ON bongsu.run
  FOR EACH STATEMENT EXECUTE FUNCTION bongsu.refuse('a run');
"""
_NEVER = """
CREATE OR REPLACE TRIGGER {table}_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON bongsu.{table}
  FOR EACH STATEMENT EXECUTE FUNCTION bongsu.refuse('{what}');
"""
_RIGHTS = """
REVOKE ALL ON ALL TABLES IN SCHEMA bongsu FROM "{role}";
GRANT USAGE ON SCHEMA bongsu TO "{role}";
GRANT SELECT ON bongsu.version TO "{role}";
GRANT SELECT, INSERT ON bongsu.ledger, bongsu.blob, bongsu.inbound TO "{role}";
GRANT SELECT, INSERT ON bongsu.run, bongsu.snapshot, bongsu.hold TO "{role}";
GRANT UPDATE (head_seq, head_hash, closed, due_at, epoch, lease_owner, lease_until, attempts, parked)
  ON bongsu.run TO "{role}";
GRANT UPDATE ON bongsu.snapshot, bongsu.hold TO "{role}";
"""


def setup_sql(role: str) -> str:
    """Return the SQL that the database's owner runs once, and again for another role; it keeps what is there.

    Raises:
        UsageError: the role's name is not one that can stand there.
    """
    if _ROLE.fullmatch(role) is None:
        raise UsageError(
            f"{role!r} cannot be the name of a role",
            hint='letters, digits, "_", "-" and "$", up to 63, beginning with a letter',
        )
    triggers = "".join(_NEVER.format(table=table, what=what) for table, what in _KEPT.items())
    number = f"INSERT INTO bongsu.version (number) VALUES ({SCHEMA_VERSION}) ON CONFLICT DO NOTHING;\n"
    return f"BEGIN;{_TABLES}{triggers}{number}{_RIGHTS.format(role=role)}COMMIT;\n"
