"""A diary gives its times with a full stop, as many people do; amounts, versions and numbers of sections are none."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of, rules_in

DIARY = """# The old mailer, 19 March 2026

9.34. Humphrey stopped the old mailer, version 2.14 of it.
9.40. The rule is enabled. It cost 12.50 EUR and 0.45 s.
10.05. First receipts, 3.25 MB of them.
11.36. How long without any mailer? From the stop at 9.34 to the enabling at 9.40, so {} minutes.
"""


def times(text: str) -> list[str]:
    log = log_of(text)
    return [one.text for number, _ in log.numbered() for one in log.moments(number)]


def test_its_times_are_read_as_it_writes_them():
    assert times(DIARY) == ["9.34", "9.40", "10.05", "11.36", "9.34", "9.40"]
    assert rules_in(DIARY.format("sixteen"))
    assert not rules_in(DIARY.format("six"))


@pytest.mark.parametrize(
    "text",
    [
        "1.10 Plan\nstop it\n1.20 Start\nstart it\n1.30 Check\n2.10 Back\n1.15 Notes\n1.05 People\n",
        "Sums\n12.50 paid\n3.25 paid\n11.10 paid\n2.40 paid\n",
        "10:00 begun\n10.05 done\n10:10 a\n10:20 b\n10.25 c\n10.30 d\n10.40 e\n",
        "9.34. stopped\n9.40. started\n10.05. done\n",
    ],
    ids=["sections", "amounts", "two ways", "too few to tell"],
)
def test_other_numbers_are_no_times(text: str):
    assert not [one for one in times(text) if "." in one]
