"""What the ledger in PostgreSQL says to the server: lines, blobs and the index of the runs."""

from __future__ import annotations

CREATE = """INSERT INTO bongsu.run (run_id, opened_at, head_seq, head_hash, kind, due_at, epoch, lease_owner,
  lease_until) VALUES (%(run)s, %(opened_at)s, %(seq)s, %(hash)s, %(kind)s, %(due_at)s, %(epoch)s, %(owner)s,
  CASE WHEN %(epoch)s = 0 THEN NULL ELSE statement_timestamp() + %(lease_for)s END)"""
BEGIN = """WITH made AS (
  INSERT INTO bongsu.run (run_id, opened_at, head_seq, head_hash, closed, kind, due_at, epoch, lease_owner, lease_until)
  SELECT %(run)s, %(opened_at)s::timestamptz, %(seq)s, %(hash)s, %(closes)s, %(kind)s,
    CASE WHEN %(closes)s THEN NULL ELSE statement_timestamp() END, 1, %(owner)s, statement_timestamp() + %(lease_for)s
  WHERE NOT EXISTS (SELECT FROM bongsu.inbound WHERE source = %(source)s AND external_id = %(external_id)s)
  ON CONFLICT (run_id) DO NOTHING RETURNING run_id, lease_until
), lines AS (
  INSERT INTO bongsu.ledger (run_id, seq, hash, line) SELECT run_id, l.seq, l.hash, l.line
  FROM made, unnest(%(seqs)s::bigint[], %(hashes)s::text[], %(lines)b::bytea[]) AS l (seq, hash, line)
), blobs AS (
  INSERT INTO bongsu.blob (hash, file) SELECT b.hash, b.file
  FROM made, unnest(%(names)s::text[], %(files)b::bytea[]) AS b (hash, file)
), received AS (
  INSERT INTO bongsu.inbound (source, external_id, run_id, seq)
  SELECT %(source)s, %(external_id)s, run_id, %(seq)s FROM made WHERE %(source)s::text IS NOT NULL
)
SELECT lease_until FROM made"""
LEASED_UNTIL = "SELECT lease_until FROM bongsu.run WHERE run_id = %s"
APPEND = """WITH moved AS (
  UPDATE bongsu.run SET head_seq = %(seq)s, head_hash = %(hash)s, closed = closed OR %(closes)s,
    due_at = CASE WHEN closed OR %(closes)s OR parked <> '' THEN NULL WHEN %(timer)s = 'keep' THEN due_at
      WHEN %(timer)s = 'now' THEN statement_timestamp() ELSE %(due_at)s::timestamptz END
  WHERE run_id = %(run)s AND head_seq = %(after_seq)s AND head_hash = %(after_hash)s AND (NOT closed OR %(late)s)
    AND (%(owner)s::text IS NULL OR (lease_owner = %(owner)s AND epoch = %(epoch)s))
    AND NOT EXISTS (SELECT FROM bongsu.inbound WHERE source = %(source)s AND external_id = %(external_id)s)
  RETURNING run_id
), lines AS (
  INSERT INTO bongsu.ledger (run_id, seq, hash, line) SELECT run_id, l.seq, l.hash, l.line
  FROM moved, unnest(%(seqs)s::bigint[], %(hashes)s::text[], %(lines)b::bytea[]) AS l (seq, hash, line)
), blobs AS (
  INSERT INTO bongsu.blob (hash, file) SELECT b.hash, b.file
  FROM moved, unnest(%(names)s::text[], %(files)b::bytea[]) AS b (hash, file)
), received AS (
  INSERT INTO bongsu.inbound (source, external_id, run_id, seq)
  SELECT %(source)s, %(external_id)s, run_id, %(seq)s FROM moved WHERE %(source)s::text IS NOT NULL
)
SELECT count(*) FROM moved"""
WHERE_IT_STANDS = "SELECT head_seq, head_hash, epoch, lease_owner FROM bongsu.run WHERE run_id = %s"
INBOUND = "SELECT run_id, seq FROM bongsu.inbound WHERE source = %s AND external_id = %s"
STANDS = "SELECT FROM bongsu.ledger WHERE run_id = %s AND seq = %s AND hash = %s"
ROWS = "SELECT seq, hash, line FROM bongsu.ledger WHERE run_id = %s AND seq > %s ORDER BY seq LIMIT %s"
HEAD = "SELECT head_seq, head_hash FROM bongsu.run WHERE run_id = %s"
BLOB = "SELECT file FROM bongsu.blob WHERE hash = %s"
INFO = """SELECT run_id, opened_at, head_seq, head_hash, closed, kind, due_at, epoch, lease_owner, lease_until,
  attempts, parked FROM bongsu.run"""
RUN = f"{INFO} WHERE run_id = %s"
KEEP_SNAPSHOT = """INSERT INTO bongsu.snapshot (run_id, seq, hash, program, fold) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (run_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, program = excluded.program,
  fold = excluded.fold"""
SNAPSHOT = """SELECT s.seq, s.hash, s.fold FROM bongsu.snapshot s
JOIN bongsu.ledger l ON l.run_id = s.run_id AND l.seq = s.seq AND l.hash = s.hash
WHERE s.run_id = %s AND s.program = %s"""
