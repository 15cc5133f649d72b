"""A reading without a recorded answer shows nothing; only one that asked for nothing may have none."""

from __future__ import annotations

from pathlib import Path

import pytest

import bongsu.readings
from bongsu.readings import parser_of
from bongsu.readings._port import Unreadable

NAMES = sorted(
    path.stem for path in Path(bongsu.readings.__file__).parent.glob("[a-z]*.py") if not path.stem.startswith("_")
)
ARGS = {
    "since": "2025-10-22T05:00:00Z",
    "until": "2025-10-22T05:20:00Z",
    "names": ["lambda-errors"],
    "path": "parity.json",
    "run_ids": ["r1"],
    "records": ["1000001_900001"],
}


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_is_no_value(name: str) -> None:
    """`verify` would otherwise take an observation that nobody made."""
    with pytest.raises(Unreadable):
        parser_of(name)(ARGS, [])


def test_a_table_asked_about_no_records_needs_no_answer() -> None:
    """At night no run writes about any booking: there is nothing to ask, and the values follow from that."""
    values = parser_of("state_table")({"run_ids": ["r1"], "records": []}, [])
    assert (values["asked"], values["accepted"]) == (0, 0)
