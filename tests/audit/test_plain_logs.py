"""Short logs with one plain contradiction each: it is shown, and nothing is in the log that has it right."""

from __future__ import annotations

import json

import pytest
from tests.audit.logs import DATA, log_of

from bongsu.audit import audit
from bongsu.audit.findings import Confidence

PAIRS = [
    (f"{path.stem}-{number}", *json.loads(line))
    for path in sorted((DATA / "plain").glob("*.jsonl"))
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
]
"""Of each pair: its name, the log with the slip, and the pieces of it that are written otherwise in the one without."""


def shown(text: str) -> list[str]:
    """Return the rules whose findings are shown for a log."""
    return [one.rule for one in audit([log_of(text)]) if one.confidence is not Confidence.LOW]


@pytest.mark.parametrize(("text", "mends"), [one[1:] for one in PAIRS], ids=[one[0] for one in PAIRS])
def test_the_slip_is_shown_and_nothing_in_the_log_without_it(text: str, mends: list[list[str]]) -> None:
    assert shown(text)
    for slip, right in mends:
        assert slip in text
        text = text.replace(slip, right)
    assert not shown(text)
