"""docs/errors.md and the tree in bongsu.errors are the program's own errors, no more and no fewer."""

from __future__ import annotations

import re

import pytest
from tests.rules.errors_doc import DOCUMENT, ROW, classes, written

import bongsu.errors

TEXT = DOCUMENT.read_text("utf-8")
CLASSES = classes()


def test_every_class_stands_in_the_table_with_its_exit_code() -> None:
    assert {name: int(code) for name, code in ROW.findall(TEXT)} == {n: c.exit_code for n, c in CLASSES.items()}


def test_the_drawn_tree_has_every_class_under_its_own_with_its_exit_code() -> None:
    drawn: dict[str, tuple[str, int]] = {}
    above = ["BongsuError"]
    for line in (bongsu.errors.__doc__ or "").splitlines():
        if found := re.match(r"( +[│ ]*[├└]── )(\w+) +(\d)", line):
            depth = len(found[1]) // 4 - 1
            drawn[found[2]] = (above[depth - 1], int(found[3]))
            above[depth:] = [found[2]]
    assert drawn == {name: (one.__base__.__name__, one.exit_code) for name, one in CLASSES.items()}


def test_every_message_and_every_finding_is_listed_as_the_program_has_it() -> None:
    assert written(TEXT) == TEXT, "run `python -m tests.rules.errors_doc`"
    assert TEXT.count("\n- `") > 80, "the lists were not read"


@pytest.mark.parametrize("code", range(7))
def test_every_exit_code_of_the_help_is_explained(code: int) -> None:
    from bongsu.cli.main import EXIT_CODES

    assert re.search(rf"\b{code} ", EXIT_CODES)
    assert f"\n| {code} | " in TEXT


def test_an_error_that_somebody_can_cause_says_what_to_do_next() -> None:
    """Either its class has a hint for all its messages, or `help:` is a sentence of its own at each place."""
    general = {"PlanError", "PlanProblems", "UsageError", "SecretMissing", "Driven", "UnknownCommand"}
    general |= {"WorldNotReady", "LedgerError", "FigureMissing"}
    assert [name for name, one in CLASSES.items() if one.hint is None and name not in general] == []
