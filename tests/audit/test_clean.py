"""Honest logs by other hands, in forms that nobody agreed on: a rule that does not understand a line says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.audit.logs import CLEAN, log_of
from tests.evidence.pages import story_of
from tests.evidence.synthetic import Player, plan_of

from bongsu.audit import audit
from bongsu.audit.beside import open_log
from bongsu.evidence.collect import collect
from bongsu.evidence.markdown import as_markdown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.name)
def test_a_clean_log_gives_nothing(path: Path) -> None:
    assert [(one.spot.line, one.rule, one.why) for one in audit([open_log(path)])] == []


def test_there_are_logs_of_many_forms() -> None:
    assert len(CLEAN) >= 8
    assert {path.suffix for path in CLEAN} == {".txt", ".jsonl"}


def test_clean_logs_of_different_cutovers_are_not_held_against_each_other_line_by_line() -> None:
    """Only what is told as a fact of one name is: here the windows differ, and nothing else."""
    found = audit([open_log(path) for path in CLEAN])
    assert {one.rule for one in found} <= {"two_names"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_our_own_report_gives_nothing(language: str) -> None:
    """Of every scenario: tests/rehearsal/test_scenarios.py."""
    from dataclasses import replace

    player = Player(plan=plan_of()).play()
    plan = replace(player.plan, announce=replace(player.plan.announce, languages=(language,)))
    report = as_markdown(collect(story_of(player, plan))).decode("utf-8")
    assert [(one.spot.line, one.rule, one.found) for one in audit([log_of(report)])] == []


def test_prose_that_only_sounds_like_a_claim_gives_nothing() -> None:
    said = """
        # Notes for next time

        We should ask whether all contacts acknowledged before anybody says so; last year nobody had.
        Delivered means nothing on Slack. The book was read by everyone in the team. Nobody saw 24/7 coverage (100%).
        Roughly 3 of 4 weeks are fine, and 10/22 is a date. Version 1.2.3 went out at 9, 10:30 is lunch.
        See section 12 of the vendor's manual. Ratio 16:9, score 3:2, port 127.0.0.1:8080.
    """
    assert audit([log_of(said)]) == []
