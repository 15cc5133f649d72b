"""Small logs of lengths, windows, schedules and zones: each is told wrong in one and right in its twin."""

from __future__ import annotations

import re

import pytest
from tests.audit.logs import DATA, rules_in

FAMILIES = {
    "duration": {
        "duration_start_end",
        "duration_in_summary",
        "duration_of_steps",
        "duration_of_subject",
        "duration_of_all",
    },
    "moments": {
        "impossible_time",
        "zones",
        "zone_in_words",
        "slack_ts_clock",
        "counters_go_up",
        "message_reports_itself",
    },
    "window": {"window_kept", "done_in_time", "limit_kept", "promise_kept"},
}
CASES = [
    (family, *case.split("\n", 1))
    for family in FAMILIES
    for case in re.split(r"(?m)^=== ", (DATA / "time" / f"{family}.txt").read_text("utf-8"))[1:]
]


@pytest.mark.parametrize(("family", "name", "log"), CASES, ids=[f"{family}: {name}" for family, name, _ in CASES])
def test_what_is_told_wrong_is_found_and_its_twin_is_not(family: str, name: str, log: str) -> None:
    found = rules_in(log)
    assert found & FAMILIES[family] if name.endswith(" bad") else not found
