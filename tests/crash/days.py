"""The days on which a run is killed: one that goes well, one that is taken back, one on which people are paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bongsu.cli.scenarios import SCENARIOS

ONE_LOOK: Mapping[str, Any] = {"watch": {"for": "20m", "report_every": "20m"}}
"""A watch of one look: the second would go over the same points again."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """How the world behaves, who presses what, and what must have come of it whenever the process dies."""

    name: str
    exit_code: int
    world: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    announced: tuple[str, ...]
    """Messages that everybody must hear of, in every announced channel."""
    pages: frozenset[str]
    """Messages to one person that must not be lost: their keys."""
    pressed: frozenset[tuple[str, str]]
    """Who must have pressed what, each counted once."""
    succeeds: bool = False
    """Whether a success may have been announced that not everybody heard of, before all was taken back."""
    failing: frozenset[int] = frozenset()
    """Which invocations of the workload are meant to fail, by number."""
    rule: tuple[str, ...]
    """What the rule was, one after the other, by the account's own record."""


GO = {("on_call", "go"), ("ops_manager", "go")}
BACK = ("DISABLED", "ENABLED", "DISABLED")
HAPPY = Day(
    name="happy",
    exit_code=0,
    announced=("go_request", "start", "success", "drill", "drill_result", "watch_summary/1"),
    pages=frozenset({"drill//on_call@ops_chat", "drill//on_call@alerts", "drill//ops_manager@alerts"}),
    pressed=frozenset({*GO, ("on_call", "ack"), ("ops_manager", "ack")}),
    rule=("DISABLED", "ENABLED"),
)
FIRST_LEVEL = frozenset({"page/1//on_call@ops_chat/r0l0", "page/1//on_call@alerts/r0l0"})
SECOND_LEVEL = frozenset(
    {"page/1//on_call@ops_chat/r0l1", "page/1//on_call@alerts/r0l1", "page/1//ops_manager@alerts/r0l1"}
)
TAKEN_BACK = Day(
    name="taken-back",
    exit_code=1,
    world=SCENARIOS["sms-fail"].world,
    answers=SCENARIOS["sms-fail"].answers,
    announced=("go_request", "start", "page/1", "rollback"),
    pages=FIRST_LEVEL,
    pressed=frozenset({*GO, ("ops_manager", "roll_back")}),
    rule=BACK,
)
PAGED = Day(
    name="paged",
    exit_code=1,
    world={"workload": {"raise_nth": [1]}},
    failing=frozenset({1}),
    answers={"on_call": {"Go": 20, "Roll back": 345}, "ops_manager": {"Go": 35, "Acknowledge": 320}},
    announced=("go_request", "start", "page/1", "rollback"),
    pages=FIRST_LEVEL | SECOND_LEVEL,
    pressed=frozenset({*GO, ("ops_manager", "ack"), ("on_call", "roll_back")}),
    rule=BACK,
)
GUARDED = Day(
    name="guarded",
    exit_code=1,
    announced=("go_request", "start", "silence", "rollback"),
    pages=frozenset({"silence//on_call@ops_chat/r0l0", "silence//on_call@alerts/r0l0"}),
    pressed=frozenset(GO),
    rule=(*BACK, "DISABLED"),
)
"""Its run's process dies, and the guard is what is killed; either puts the rule back."""
DAYS = {day.name: day for day in (HAPPY, TAKEN_BACK, PAGED)}
