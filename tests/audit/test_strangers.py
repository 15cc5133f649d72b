"""Logs by other hands: what was planted in them is found as often as docs/audit.md says; the clean ones are left alone.

Each set was written by somebody who knew the families of contradictions and none of the rules. A key beside each log
names what was planted and the lines where a finding of it would point. All were read while rules were written, the
twenty-fourth and those from the thirty-first on last, and in them only what was missed and what was wrongly found; how
much was found in them before is in docs/audit.md. Some sets are clean logs alone.
"""

from __future__ import annotations

import pytest
from tests.audit.strangers import SETS, clean, stories

from bongsu.audit import audit
from bongsu.audit.beside import open_log
from bongsu.audit.findings import Confidence

FOUND = {
    "first": (65, 66),
    "fifth": (48, 48),
    "fourteenth": (47, 48),
    "twenty-first": (46, 48),
    "twenty-ninth": (46, 48),
    "forty-fifth": (39, 42),
    "fifty-eighth": (35, 42),
    "sixty-second": (36, 42),
    "sixty-eighth": (39, 42),
    "seventy-second": (34, 42),
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
    "forty-first": 1,
    "forty-second": 1,
    "forty-third": 0,
    "forty-fourth": 0,
    "forty-fifth": 0,
    "forty-sixth": 1,
    "forty-seventh": 1,
    "forty-eighth": 0,
    "forty-ninth": 0,
    "fifty-eighth": 1,
    "fifty-ninth": 0,
    "sixtieth": 0,
    "sixty-first": 0,
    "sixty-second": 2,
    "sixty-fourth": 0,
    "sixty-eighth": 2,
    "seventy-first": 0,
    "seventy-second": 0,
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
    *(f"sixty-{nth}" for nth in ("third", "fifth", "sixth", "seventh", "ninth")),
    "seventieth",
    *(f"seventy-{nth}" for nth in ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")),
    "eightieth",
    *(f"eighty-{nth}" for nth in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")),
}
"""Sets that `bench.audit` alone measures, as it does what is found where FOUND says nothing: a minute is enough."""
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
