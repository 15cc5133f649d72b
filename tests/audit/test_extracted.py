"""What an audit read is shown with its place, so that silence about a log can be told from not understanding it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.audit.logs import SEED
from tests.audit.strangers import SETS, stories
from tests.cli.calling import call

from bongsu.audit.beside import open_log
from bongsu.audit.extracted import Kind, extracted

if TYPE_CHECKING:
    from pathlib import Path

LOG = """# Cutover of the digest, 2026-03-12 KST

Window 02:00-02:45 KST, rule `digest-hourly`, cron(0 17 * * ? *), taken back within 10 minutes.

## Telegram

### Start

**Sent at:** 2026-03-12 02:01:10 KST

> Cutover of the digest is starting.

## Drill

- On-call (Haneul): ACK 02:31:48
- 118 of 120 sent (98.3 %) in 2 min 5 s
"""


def read(tmp_path: Path, text: str = LOG) -> list[tuple[str, int, str, str]]:
    path = tmp_path / "log.md"
    path.write_text(text, "utf-8")
    return [(one.kind.value, one.spot.line, one.text, one.value) for one in extracted(open_log(path))]


def test_a_log_is_read_with_times_in_utc_lengths_in_seconds_and_names_with_what_they_are_of(tmp_path: Path) -> None:
    claims = read(tmp_path)
    for one in (
        ("window", 3, "02:00 to 02:45 KST", "2026-03-11T17:00Z to 2026-03-11T17:45Z"),
        ("name", 3, "digest-hourly", "rule"),
        ("schedule", 3, "cron(0 17 * * ? *)", ""),
        ("length", 3, "10 minutes", "600 s"),
        ("time", 9, "2026-03-12 02:01:10 KST", "2026-03-11T17:01:10Z"),
        ("message", 11, "> Cutover of the digest is starting.", "2026-03-11T17:01:10Z"),
        ("answer", 15, "- On-call (Haneul): ACK 02:31:48", "2026-03-11T17:31:48Z"),
        ("count", 16, "118 of 120", "118 of 120"),
        ("percent", 16, "98.3 %", "98.3"),
        ("length", 16, "2 min 5 s", "125 s"),
    ):
        assert one in claims


def test_a_time_of_no_known_zone_or_day_is_not_said_to_have_one(tmp_path: Path) -> None:
    assert read(tmp_path, "The desk answered at 14:05.\n") == [("time", 1, "14:05", "14:05")]


def test_of_what_kind_something_is_is_no_name_of_it(tmp_path: Path) -> None:
    claims = read(tmp_path, "The new container-based function runs.\n\nFunction: digest-v2\n")
    assert claims == [("name", 3, "digest-v2", "function")]


@pytest.mark.parametrize("name", ["first", "tenth"])
def test_every_claim_stands_where_it_is_said_to(name: str) -> None:
    for story in stories(SETS / name):
        for log in story.logs():
            for one in extracted(log):
                piece = log.line(one.spot.line)[one.spot.column - 1 : one.spot.end - 1]
                assert piece and (one.kind in (Kind.MESSAGE, Kind.ANSWER, Kind.WINDOW) or one.text in piece)


def test_claims_are_listed_in_order_for_people_and_as_json() -> None:
    called = call("audit", "--claims", SEED)
    assert called.code == 0
    *rows, last = called.out.splitlines()
    assert re.fullmatch(rf"{re.escape(str(SEED))}:13:16 +time +2025-10-22T05:00:30Z +2025-10-22T14:00:30 KST", rows[3])
    listed = json.loads(call("audit", "--claims", "--json", SEED).out)
    assert len(listed["claims"]) == len(rows)
    places = [(one["line"], one["column"]) for one in listed["claims"]]
    assert places == sorted(places)
    times = sum(one["kind"] == "time" for one in listed["claims"])
    assert last.startswith("read: 7 messages, ") and f" {times} times, " in last


def test_an_audit_says_how_much_it_read(tmp_path: Path) -> None:
    """Nothing found in a text of which nothing was understood is no praise of it."""
    path = tmp_path / "log.md"
    path.write_text("It went well, they say.\n", "utf-8")
    nothing = f"nothing found in {path}"
    assert call("audit", path).out.splitlines() == ["read: nothing that a rule could look at", nothing]
    path.write_text("It went well at 14:05, they say.\n", "utf-8")
    assert call("audit", path).out.splitlines() == ["read: 1 time", nothing]


def test_claims_are_no_findings_for_code_review() -> None:
    called = call("audit", "--claims", "--sarif", SEED)
    assert called.code == 2
    assert called.err.startswith("error: --sarif reports findings, and claims are none")
