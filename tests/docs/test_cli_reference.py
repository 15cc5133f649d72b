"""docs/cli.md is what the two programs say of themselves, and says all of it."""

from __future__ import annotations

import ast
import re

import click
import pytest
from tests.docs.cli_reference import BLOCK, DOCUMENT, code_spans, written
from tests.rules.tree import parsed, place, python

from bongsu.cli.main import GROUPS, program

TEXT = DOCUMENT.read_text("utf-8")
COMMANDS = [name for group in GROUPS.values() for name in group]


def test_the_page_is_current() -> None:
    assert written(TEXT) == TEXT, "run `python -m tests.docs.cli_reference`"
    assert [name for _, name, _, _ in BLOCK.findall(TEXT)] == ["exit-codes", "environment", "commands", "workload"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section_with_every_option_and_its_exit_codes(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    section = TEXT.partition(f"\n### `bongsu {name}`\n")[2].partition("\n### ")[0]
    options = [one.opts[0] for one in command.params if isinstance(one, click.Option)]
    assert options == re.findall(r"^\| `(--[a-z-]+)", section, re.MULTILINE)
    assert re.search(r"Exits (with [0-6]|as )", section), "its help does not say with what it exits"


def test_every_exit_code_has_its_row() -> None:
    section = TEXT.partition("\n## Exit codes\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\d) \| \w", section, re.MULTILINE) == [str(code) for code in range(7)]


def test_every_variable_that_the_command_line_looks_at_is_on_the_page() -> None:
    """Names in capitals, as text in its source; those that a rehearsal sets for its own world are not looked at."""
    shaped = re.compile(r"(?:BONGSU|LC|NO|NAVER_SMS)_[A-Z_]+|LANG|COLUMNS")
    found = {
        node.value: place(path)
        for path in python("src/bongsu/cli", "src/bongsu/run", "src/bongsu/ledger")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and shaped.fullmatch(node.value)
    }
    assert {"BONGSU_STATE", "BONGSU_LANG", "NO_COLOR"} <= set(found)
    assert [f"{name} in {where}" for name, where in found.items() if f"`{name}`" not in TEXT] == []


def test_what_is_typed_is_code_once() -> None:
    assert code_spans("hold RUN: `resume RUN --go-on`, or --out evidence/<run>") == (
        "hold `RUN`: `resume RUN --go-on`, or `--out` `evidence/<run>`"
    )
