"""docs/tutorial.md shows what the program prints, and its steps can be done in the order in which they stand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.docs.blocks import ROOT, blocks, shape
from tests.docs.test_readme import PROGRESS
from tests.docs.tutorial import TUTORIAL, desk_with_plan, quick, rehearsed

from bongsu.cli.main import GROUPS

if TYPE_CHECKING:
    from pathlib import Path

TEXT = TUTORIAL.read_text("utf-8")
SHOWN = blocks(TEXT)
HINT = "python -m tests.docs.tutorial"


def test_what_is_quick_to_run_is_shown_word_for_word(tmp_path: Path) -> None:
    for name, lines in quick(desk_with_plan(tmp_path)):
        assert SHOWN[name].splitlines() == lines, HINT


def test_the_readers_own_plan_rehearses_as_shown(tmp_path: Path) -> None:
    """It takes no account, no chat and six seconds."""
    ((name, lines),) = rehearsed(desk_with_plan(tmp_path))
    assert lines[-1].startswith("closed: pass   evidence/")
    assert shape(SHOWN[name]) == shape("\n".join(lines)), HINT


def test_every_command_that_is_to_be_typed_exists() -> None:
    typed = re.findall(r"^\$ (bongsu|make) (\w+)", TEXT, re.MULTILINE)
    commands = {name for group in GROUPS.values() for name in group}
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    known = {"bongsu": commands, "make": targets}
    assert len(typed) >= 12
    assert [(program, word) for program, word in typed if word not in known[program]] == []


def test_the_steps_are_numbered_in_order() -> None:
    assert re.findall(r"^## (\d+)\. ", TEXT, re.MULTILINE) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize(("shown", "answered"), [("drill", "ack_drill"), ("page", "ack")])
def test_what_asks_people_and_what_answers_it_are_shown_of_one_run(shown: str, answered: str) -> None:
    _, head, *facts, end = SHOWN[shown].splitlines()
    run = head.split()[0]
    assert SHOWN[answered].splitlines()[0] == f"$ bongsu ack {run} --by jun", HINT
    assert [line for line in facts if not PROGRESS.fullmatch(line)] == [], HINT
    assert end.startswith(f"closed: pass   evidence/{run}/report.html"), HINT


def test_the_alarm_that_is_posted_is_the_page_that_is_taken() -> None:
    run = json.loads(SHOWN["alarm"].splitlines()[-1])["run"]
    assert SHOWN["ack_alarm"].splitlines()[0] == f"$ bongsu ack {run} --by jun", HINT
    assert "/alarms/PLAN" in SHOWN["serve"] and "http://127.0.0.1:8700/alarms/alarms" in SHOWN["alarm"]
