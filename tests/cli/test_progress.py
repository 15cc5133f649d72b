"""The lines of a run: one per fact, in fixed columns, from a synthetic cutover."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import click
import pytest
from tests.core.world import MINUTE, OPENS_AT, World, plan

from bongsu.cli.progress import LABEL_WIDTH, Progress, pad, t_plus
from bongsu.core.events import ListeningChanged, Outcome, Phase, ReadFailed, SwitchState
from bongsu.core.state import RunState
from bongsu.core.verdict import Verdict

LINE = re.compile(r"T[+-]\d{2}:\d{2}:\d{2}  +#\d+  .{9}  \S.*")


def shown(world: World) -> list[str]:
    """Return the progress lines of a whole run, without colour."""
    lines: list[str] = []
    progress = Progress(world.plan, "invented", write=lambda line: lines.append(click.unstyle(line)))
    for recorded, state in zip(world.lines, [*world.states[1:], world.state], strict=True):
        progress(recorded, state)
    return lines


def test_a_cutover_that_goes_well_reads_from_baseline_to_closed() -> None:
    lines = shown(World().run())
    labels = [line[20 : 20 + LABEL_WIDTH].strip() for line in lines[1:]]
    wanted = ["baseline", "announce", "pressed", "go", "announce", "enable", "first run", "verify", "announce", "page"]
    assert list(dict.fromkeys(labels)) == list(dict.fromkeys([*wanted, "pressed", "drill", "watch", "closed"]))
    assert lines[0].startswith(
        "invented   window 2025-10-22 14:00-15:00 KST (05:00-06:00 UTC)   captain: James   clock: system"
    )
    assert lines[-1].endswith("closed     pass  the watch is over")


def test_every_line_has_time_ledger_line_label_and_text_in_fixed_columns() -> None:
    assert [line for line in shown(World().run())[1:] if not LINE.fullmatch(line)] == []


def test_the_ledger_lines_only_grow() -> None:
    numbers = [int(line[12:18].strip().lstrip("#")) for line in shown(World().run())[1:]]
    assert numbers == sorted(set(numbers))


def test_a_lost_answer_is_loud_and_a_refusal_says_why() -> None:
    def lost(_world: World, send: object) -> Outcome:
        return Outcome.IN_DOUBT if send.key == "success//ops_chat" else Outcome.ACCEPTED  # type: ignore[attr-defined]

    assert any("success: ops_chat IN DOUBT" in line for line in shown(World(sends=lost).run()))


def test_a_check_that_fails_is_told_with_its_reason() -> None:
    def failing(_world: World, judge: object) -> Verdict:
        return Verdict.FAIL if judge.key == "baseline/alarms" else Verdict.PASS  # type: ignore[attr-defined]

    lines = shown(World(verdicts=failing).run())
    assert any(line.endswith("baseline   fail  alarms: as scripted") for line in lines)
    assert any("no-go      baseline failed" in line for line in lines)


def test_a_look_without_the_checks_of_sms_tells_what_it_has() -> None:
    """A plan for another workload watches other checks, and a look that says nothing is no line."""
    watched = plan()
    assert watched.watch is not None
    memory = replace(watched.watch.checks[0], name="memory", kind="memory")
    lines = shown(World(plan(watch=replace(watched.watch, checks=(memory,)))).run())
    looks = [line for line in lines if " look " in line]
    assert len(looks) == 3
    assert all(re.search(r"pass  look \d of 3: \S", line) for line in looks)


def test_what_a_page_is_for_is_told_with_the_contact() -> None:
    pages = [line for line in shown(World().run()) if "  page  " in line]
    assert pages
    assert all(re.search(r"drill to (on_call|ops_manager): (ops_chat|alerts) accepted$", line) for line in pages)


def test_trouble_is_told_and_its_end_is_not() -> None:
    """A read without an answer and a lost way in are facts to act on; a way in that is open is as it should be."""
    world = World().run(until=OPENS_AT + MINUTE)
    before = len(shown(world))
    world.add(ReadFailed(key="verify/metrics", reading="metrics", reason="no answer in 30 s"))
    world.add(ListeningChanged(channel="alerts", state="lost", reason="connection reset"))
    world.add(ListeningChanged(channel="alerts", state="open"))
    told = [line[20:] for line in shown(world)[before:]]
    assert told == [
        "read       verify/metrics not answered: no answer in 30 s",
        "listen     alerts lost: connection reset",
    ]


def test_a_switching_call_without_an_answer_is_in_doubt() -> None:
    lost = World(
        switches=lambda _world, action: Outcome.IN_DOUBT if action.to is SwitchState.ENABLED else Outcome.ACCEPTED
    )
    assert any("  switch     IN DOUBT" in line for line in shown(lost.run(until=OPENS_AT + 40 * MINUTE)))


@pytest.mark.parametrize(
    ("after_start", "enabled", "text"),
    [
        (timedelta(minutes=-10), None, "T-00:10:00"),
        (timedelta(seconds=5), None, "T-00:00:00"),
        (timedelta(seconds=5), timedelta(0), "T+00:00:05"),
        (timedelta(hours=24, minutes=4), timedelta(minutes=1), "T+24:03:00"),
        (timedelta(seconds=-1), timedelta(0), "T+00:00:00"),
    ],
)
def test_time_counts_from_the_read_back_and_before_it_to_the_window(
    after_start: timedelta, enabled: timedelta | None, text: str
) -> None:
    cutover = plan()
    start = cutover.window.start
    state = replace(RunState(), entered={} if enabled is None else {Phase.ENABLED: start + enabled})
    assert t_plus(cutover, state, start + after_start) == text


@pytest.mark.parametrize(
    ("text", "width", "padded"),
    [
        ("watch", 9, "watch    "),
        ("확인", 9, "확인     "),
        ("첫 실행", 9, "첫 실행  "),
        ("ㅎ", 4, "ㅎ  "),
        ("é", 3, "é  "),
        ("much longer", 4, "much longer"),
    ],
)
def test_columns_line_up_in_korean_too(text: str, width: int, padded: str) -> None:
    """A Korean letter takes two cells, a combining accent none."""
    assert pad(text, width) == padded
