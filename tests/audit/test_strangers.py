"""Logs by other hands: what was planted in them is found as often as docs/audit.md says; the clean ones are left alone.

Each set was written by somebody who knew the families of contradictions and none of the rules. A key beside each log
names what was planted and the lines where a finding of it would point. All were read while rules were written, the
twenty-fourth and those from the thirty-first on last, and in them only what was missed and what was wrongly found; what
is planted in the last five was read by nobody. Some sets are clean logs alone.
"""

from __future__ import annotations

import pytest
from tests.audit.strangers import SETS, clean, stories

from bongsu.audit import audit
from bongsu.audit.beside import open_log
from bongsu.audit.findings import Confidence

FOUND = {
    "first": (65, 66),
    "second": (55, 65),
    "third": (57, 60),
    "fourth": (48, 49),
    "fifth": (48, 48),
    "sixth": (49, 49),
    "seventh": (48, 48),
    "eighth": (58, 59),
    "ninth": (60, 60),
    "tenth": (47, 48),
    "eleventh": (50, 52),
    "twelfth": (47, 48),
    "thirteenth": (53, 54),
    "fourteenth": (47, 48),
    "fifteenth": (49, 50),
    "sixteenth": (49, 51),
    "seventeenth": (44, 48),
    "eighteenth": (44, 47),
    "twenty-first": (46, 48),
    "twenty-second": (44, 48),
    "twenty-fourth": (43, 49),
    "twenty-fifth": (38, 49),
    "twenty-eighth": (44, 49),
    "twenty-ninth": (46, 48),
    "thirtieth": (41, 48),
    "thirty-first": (43, 48),
    "thirty-second": (44, 50),
    "thirty-third": (47, 51),
    "thirty-fourth": (43, 48),
    "forty-fourth": (35, 42),
    "forty-fifth": (38, 42),
    "forty-sixth": (39, 42),
    "forty-seventh": (31, 42),
    "forty-eighth": (30, 42),
    "forty-ninth": (24, 42),
    "fifty-eighth": (21, 42),
    "fifty-ninth": (29, 42),
    "sixtieth": (23, 42),
    "sixty-first": (28, 42),
    "sixty-second": (28, 42),
}
SHOWN = {
    "twenty-eighth": 0,
    "twenty-ninth": 0,
    "thirtieth": 0,
    "thirty-first": 1,
    "thirty-second": 1,
    "thirty-third": 1,
    "thirty-fourth": 1,
    "thirty-fifth": 0,
    "thirty-sixth": 1,
    "thirty-seventh": 0,
    "thirty-eighth": 2,
    "thirty-ninth": 0,
    "fortieth": 0,
    "forty-first": 2,
    "forty-second": 3,
    "forty-third": 1,
    "forty-fourth": 0,
    "forty-fifth": 0,
    "forty-sixth": 3,
    "forty-seventh": 2,
    "forty-eighth": 0,
    "forty-ninth": 0,
    "fifty-eighth": 2,
    "fifty-ninth": 1,
    "sixtieth": 2,
    "sixty-first": 2,
    "sixty-second": 3,
}
"""In how many clean logs of the later sets `bongsu audit` shows a finding."""
NOT_CLEAN_TO_IT = {
    "twenty-third/clean-11-restore-test.txt": {
        (26, "two_numbers"): "two names of files of one series",
    },
    "twenty-third/clean-14-oncall-handover.txt": {
        (73, "zone_in_words"): "the certificate is dated back by an hour, as the line says",
    },
    "twenty-seventh/clean-09-auction-feed.txt": {
        (38, "times_backwards"): "a list within a message, whose times are of what it tells of",
        (57, "told_before_known"): "that one is so: a message of 09:12 tells of an answer at 09:15",
    },
}
"""What an audit finds in clean logs all the same, and why it is wrong to."""


@pytest.mark.parametrize("name", sorted(FOUND))
def test_what_was_planted_is_found(name):
    found = planted = 0
    for story in stories(SETS / name):
        findings = audit(story.logs())
        planted += len(story.planted)
        found += sum(any(one.hit_by(finding) for finding in findings) for one in story.planted)
    assert (found, planted) >= FOUND[name] and planted == FOUND[name][1]


MEASURED = {
    "fiftieth",
    *(f"fifty-{nth}" for nth in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")),
}
"""Sets that `bench.audit` alone measures: a minute of tests is enough for one question."""
CLEAN = [
    path for folder in sorted(SETS.iterdir()) if folder.name not in SHOWN.keys() | MEASURED for path in clean(folder)
]


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: f"{path.parent.name}/{path.stem[:8]}")
def test_a_clean_log_is_left_alone(path):
    expected = NOT_CLEAN_TO_IT.get(f"{path.parent.name}/{path.name}", {})
    assert {(one.spot.line, one.rule) for one in audit([open_log(path)])} == set(expected)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_no_more_clean_logs_have_a_finding_shown_than_is_said(name):
    found = (audit([open_log(path)]) for path in clean(SETS / name))
    assert sum(any(one.confidence.at_least(Confidence.MEDIUM) for one in each) for each in found) <= SHOWN[name]
