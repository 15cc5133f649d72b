"""The examples at the end of a command's help: each is a call that the command takes."""

from __future__ import annotations

import shlex

import click
import pytest
from tests.cli.calling import call

from bongsu.cli.examples import EXAMPLES
from bongsu.cli.main import GROUPS, program

COMMANDS = [name for group in GROUPS.values() for name in group]
WIDTH = 76


def test_every_command_has_some() -> None:
    assert set(EXAMPLES) == set(COMMANDS) and all(EXAMPLES.values())


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in EXAMPLES.items() for line in lines])
def test_each_is_a_call_that_the_command_takes(name: str, line: str) -> None:
    words = shlex.split(line.partition(" | ")[0])
    assert words[:2] == ["bongsu", name] and len(line) <= WIDTH
    command = program.get_command(click.Context(program), name)
    assert command is not None
    command.make_context(name, words[2:]).close()


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(("language", "heading"), [("en", "Examples:"), ("ko", "예:")])
def test_they_end_the_help_as_they_are_typed(
    name: str, language: str, heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONGSU_LANG", language)
    shown = call(name, "--help").out.splitlines()
    assert shown[-len(EXAMPLES[name]) - 1 :] == [f"  {heading}", *(f"    {line}" for line in EXAMPLES[name])]
