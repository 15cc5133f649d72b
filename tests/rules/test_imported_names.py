"""Every name that is imported of ours is there, in the tests too."""

from __future__ import annotations

import ast

import pytest
from tests.rules.imported_names import everywhere, not_there


def test_every_name_that_is_imported_of_ours_is_there() -> None:
    assert everywhere() == []


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("from tests.rules.tree import ROOT, parsed", []),
        ("from tests.rules import tree", []),
        ("import bongsu.core.chain", []),
        ("from os import nothing", []),
        ("from tests.rules.tree import parsed, gone", ["tests.rules.tree.gone"]),
        ("from tests.rules import gone", ["tests.rules.gone"]),
        ("from bongsu.gone import Head", ["bongsu.gone.Head"]),
        ("import bongsu.gone", ["bongsu.gone"]),
        ("if True:\n    from bongsu.core.events import GuardChanged", ["bongsu.core.events.GuardChanged"]),
    ],
)
def test_a_name_that_was_moved_away_is_noticed(line: str, missing: list[str]) -> None:
    assert [name for _, name in not_there(ast.parse(line))] == missing
