"""One contradiction told in many ways, each of which is found, and the like of it that is right and left alone.

A file in `data/said` names its rules, then gives the pieces of logs that they must find something in, then those that
they must not.
"""

from __future__ import annotations

import pytest
from tests.audit.logs import DATA, rules_in

SAID = sorted((DATA / "said").glob("*.txt"))


def pieces(part: int) -> list[tuple[str, set[str], str]]:
    """Return file, rules and text of every piece of one part: 1 for what is found, 2 for what is left alone."""
    made = []
    for path in SAID:
        parts = path.read_text("utf-8").split("\n=====\n")
        rules = set(parts[0].removeprefix("rules: ").split())
        made += [(f"{path.stem}-{n}", rules, text) for n, text in enumerate(parts[part].split("\n-----\n"), 1)]
    return made


@pytest.mark.parametrize(("rules", "text"), [one[1:] for one in pieces(1)], ids=[one[0] for one in pieces(1)])
def test_what_cannot_be_is_found_however_it_is_said(rules: set[str], text: str) -> None:
    assert rules_in(text) & rules


@pytest.mark.parametrize(("rules", "text"), [one[1:] for one in pieces(2)], ids=[one[0] for one in pieces(2)])
def test_what_is_right_is_left_alone(rules: set[str], text: str) -> None:
    assert not rules_in(text) & rules


def test_every_file_has_both_parts() -> None:
    assert all(len(path.read_text("utf-8").split("\n=====\n")) == 3 for path in SAID)
    assert len(pieces(1)) >= len(SAID) * 8
