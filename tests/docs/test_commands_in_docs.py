"""Every call of a program in a document, in a block or in a sentence, is one that the program would understand."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest
from tests.docs.blocks import ROOT, blocks
from tests.rules.tree import files, place

from bongsu.cli.main import GROUPS, program
from bongsu.evidence.verify import PROVES
from naver_sms.cli import _parser as workloads_parser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS = [path for path in files() if path.suffix == ".md" and path.name != "CHANGELOG.md"]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"^(?:\$ )?(?:.*&& )?(bongsu|naver-sms) (?=[a-z-])(.+?)(?: {3,}.*)?$")
IN_A_SENTENCE = re.compile(r"`(bongsu|naver-sms) (?=[a-z-])([^`]+)`")
KNOWN: dict[str, dict[str, set[str]]] = {
    "bongsu": {
        name: {"--help", *(opt for one in program.get_command(click.Context(program), name).params for opt in one.opts)}  # type: ignore[union-attr]
        for group in GROUPS.values()
        for name in group
    },
    "naver-sms": {
        name: {opt for action in parser._actions for opt in action.option_strings}
        for subparsers in workloads_parser()._actions
        if isinstance(subparsers, argparse._SubParsersAction)
        for name, parser in subparsers.choices.items()
    },
}


def calls(document: Path) -> Iterator[tuple[str, str]]:
    """Yield every call: the program, and what stands behind it."""
    text = document.read_text("utf-8")
    for _, block in FENCE.findall(text):
        yield from (found.groups() for line in block.splitlines() if (found := CALL.match(line.strip())))
    yield from IN_A_SENTENCE.findall(FENCE.sub("", text))


def misunderstood(called: str, rest: str) -> list[str]:
    """Return what the program would not understand of a call."""
    try:
        words = shlex.split(rest, comments=True)
    except ValueError:
        words = rest.split()
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    commands = KNOWN[called]
    if words[0].startswith("-"):
        return [word for word in words[:1] if word not in ("--help", "--version")]
    if words[0] not in commands:
        return [] if words[0].startswith(("COMMAND", "…")) else words[:1]
    return [option for option in options if option not in commands[words[0]]]


@pytest.mark.parametrize("document", DOCS, ids=place)
def test_every_call_is_understood(document: Path) -> None:
    wrong = [f"{called} {rest}: {bad}" for called, rest in calls(document) if (bad := misunderstood(called, rest))]
    assert wrong == []


def test_the_calls_were_found() -> None:
    assert sum(len(list(calls(document))) for document in DOCS) > 100
    assert misunderstood("bongsu", "rehearse --scenraio memory") == ["--scenraio"]
    assert misunderstood("bongsu", "rehears") == ["rehears"]


def test_every_block_of_json_is_json() -> None:
    texts = [
        (place(path), text) for path in DOCS for kind, text in FENCE.findall(path.read_text("utf-8")) if kind == "json"
    ]
    assert [name for name, text in texts if json.loads(text) is None] == []


RUNBOOK = blocks((ROOT / "docs" / "runbook.md").read_text("utf-8"))


def test_what_the_runbook_shows_is_of_two_runs() -> None:
    """The bad day that is rehearsed, and the day itself from its start to what a closed run answers."""
    (run,) = {RUNBOOK[name].split()[3] for name in ("status", "resume", "evidence", "over")}
    assert f"\n{run}   window " in RUNBOOK["start"]
    assert f"verified: {run}, " in RUNBOOK["verify"]
    assert "closed: fail   evidence/" in RUNBOOK["page"]


def test_the_runbook_shows_the_plan_and_the_steps_of_today() -> None:
    shown = blocks((ROOT / "README.md").read_text("utf-8"))
    assert RUNBOOK["check"] == shown["check"], "python -m tests.docs.runbook"
    steps = [line[5:].partition("  (")[0] for line in RUNBOOK["verify"].splitlines()[1:-1]]
    assert steps == list(PROVES), "python -m tests.docs.runbook"
