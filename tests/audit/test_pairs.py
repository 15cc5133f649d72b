"""Very short logs, each with one slip that anybody sees, and beside it the same log without the slip.

A file in `data/pairs` holds logs behind a line `##### name`; in each stands `{{the slip||what is right}}`. Of the
first, something must be shown at the confidence that people see; of the second, nothing.
"""

from __future__ import annotations

import re

import pytest
from tests.audit.logs import DATA, log_of

from bongsu.audit import audit
from bongsu.audit.findings import Confidence

SLIP = re.compile(r"\{\{(.*?)\|\|(.*?)\}\}(?!\})", re.DOTALL)


def pairs() -> list[tuple[str, str, str]]:
    """Return name, log with its slip, and log without, of every pair."""
    made = []
    for path in sorted((DATA / "pairs").glob("*.txt")):
        for one in path.read_text("utf-8").split("##### ")[1:]:
            name, _, text = one.partition("\n")
            made.append((f"{path.stem}: {name}", *(SLIP.sub(lambda found, n=n: found[n], text) for n in (1, 2))))
    return made


@pytest.mark.parametrize(("slipped", "right"), [one[1:] for one in pairs()], ids=[one[0] for one in pairs()])
def test_the_slip_is_shown_and_nothing_where_it_is_not(slipped: str, right: str) -> None:
    assert slipped != right
    assert shown(slipped)
    assert shown(right) == []


def shown(text: str) -> list[str]:
    """Return the rules whose findings people see."""
    return [one.rule for one in audit([log_of(text)]) if one.confidence is not Confidence.LOW]
