"""Two runs side by side: what both have is paired, what one lacks is named, and a rehearsal is called one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
import pytest
from tests.cli.calling import call
from tests.evidence.pages import Page, story_of
from tests.evidence.synthetic import Player, plan_of

from bongsu.cli.comparing import lines
from bongsu.cli.lines import folded
from bongsu.core.events import RunOpened
from bongsu.evidence import words_en_more, words_ko_more
from bongsu.evidence.collect import collect
from bongsu.evidence.compare import PARTS, change, compare, shown
from bongsu.evidence.compare_page import as_page, clock_from_zero
from bongsu.evidence.page_first import kind_of
from bongsu.evidence.page_text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.evidence.tables import Tables


def tables_of(player: Player, *, clock: str = "system", **changed: Any) -> Tables:
    story = story_of(player, replace(player.plan, **changed))
    first = story.lines[0]
    assert isinstance(first.event, RunOpened)
    tables = collect(story)
    tables["opened"]["clock"] = clock
    return tables


@pytest.fixture(scope="module")
def whole() -> Player:
    return Player(plan=plan_of(1)).play()


@pytest.fixture(scope="module")
def left() -> Player:
    """The same cutover, left before its drill was answered."""
    return Player(plan=plan_of(1)).play(until=22)


def test_a_run_beside_itself_differs_in_nothing(whole: Player) -> None:
    compared = compare(tables_of(whole), tables_of(whole))
    assert all(row["same"] for part in PARTS for row in compared[part])
    assert not any(compared[sort][part] for sort in ("only_one", "only_other", "differs") for part in PARTS)
    assert all(compared[part] for part in PARTS), "each part has something to compare"


def _folded(text: str, width: int) -> list[str]:
    return [one for line in text.split("\n") for one in folded(line, width, 8).split("\n")]


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_has_the_runs_below_each_other(whole: Player, left: Player, width: int) -> None:
    compared = compare(tables_of(whole), tables_of(left))
    text = Text({**tables_of(whole), "language": "en"})
    wide = [click.unstyle(line) for line in lines(text, compared, None)]
    narrow = [click.unstyle(one) for line in lines(text, compared, width) for one in _folded(line, width)]
    rows = narrow[narrow.index("Phases") :]
    assert max(map(len, rows)) <= width < max(map(len, wide))
    at = next(number for number, line in enumerate(rows) if line.startswith("  closed"))
    assert rows[at].endswith("only in the first")
    assert [line.split()[0] for line in rows[at + 1 : at + 3]] == ["First", "Second"]
    assert {word for line in wide for word in line.split()} == {word for line in narrow for word in line.split()}


def test_what_only_one_run_has_is_named_on_its_side(whole: Player, left: Player) -> None:
    compared = compare(tables_of(whole), tables_of(left))
    assert "closed" in compared["only_one"]["phases"]
    assert compared["only_other"]["phases"] == []
    assert compare(tables_of(left), tables_of(whole))["only_other"] == compared["only_one"]


def test_phases_are_told_from_the_enabling_on_with_what_they_took(whole: Player) -> None:
    rows = {row["key"]: row["one"] for row in compare(tables_of(whole), tables_of(whole))["phases"]}
    assert rows["enabled"]["t_s"] == 0
    assert rows["planned"]["t_s"] < 0
    assert rows["closed"]["took_s"] is None
    assert rows["watching"]["took_s"] >= timedelta(minutes=19).total_seconds()


def test_what_only_the_other_has_stands_where_it_stood_there(whole: Player, left: Player) -> None:
    one, other = tables_of(left), tables_of(whole)
    keys = [row["key"] for row in compare(one, other)["phases"]]
    assert keys == [row["key"] for row in compare(other, other)["phases"]]


def test_a_rehearsal_is_told_by_its_clock_and_a_live_run_by_where_its_services_are() -> None:
    opened: Any = {"clock": "http://127.0.0.1:9/clock", "endpoints": {"alerts": "https://slack.com"}}
    assert kind_of(opened) == "rehearsal"
    assert kind_of(opened | {"clock": "system"}) == "live"
    assert kind_of(opened | {"clock": "system", "endpoints": {"alerts": "http://127.0.0.1:9"}}) == "on_this_machine"
    assert kind_of(opened | {"clock": "system", "endpoints": {}}) == "live"


def test_a_figure_says_by_how_much_it_is_more_or_less() -> None:
    def row(one: str, other: str, unit: str = "%") -> dict[str, Any]:
        return {"one": {"value": one, "unit": "%"}, "other": {"value": other, "unit": unit}}

    assert change(row("99.5", "100")) == "+0.5"
    assert change(row("100", "99.99")) == "−0.01"
    assert [change(row(*pair)) for pair in (("100", "100"), ("OK", "ALARM"), ("1", "1000", "ms"))] == [None] * 3


def test_of_a_watch_only_what_failed_or_differs_is_shown() -> None:
    def row(key: str, one: str | None, other: str | None) -> dict[str, Any]:
        sides = [None if verdict is None else {"verdict": verdict} for verdict in (one, other)]
        return {"key": key, "one": sides[0], "other": sides[1], "same": one == other}

    rows = [
        row("verify/memory", "pass", "pass"),
        row("watch/0001/memory", "pass", "pass"),
        row("watch/0002/memory", "pass", "unknown"),
        row("watch/0003/memory", "pass", None),
        row("watch/0004/memory", None, "fail"),
    ]
    assert [one["key"][:10] for one in shown("checks", rows)] == ["verify/mem", "watch/0002", "watch/0004"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_names_rehearsal_and_live_and_is_whole_in_both_languages(
    whole: Player, left: Player, language: str
) -> None:
    one, other = tables_of(whole, clock="http://127.0.0.1:9/clock"), tables_of(left)
    one["language"] = language
    one["cutover"] = "<script>alert(1)</script>"
    page = Page(as_page(compare(one, other), one, other))
    assert page.of("script") == []
    words = (words_en_more if language == "en" else words_ko_more).WORDS
    for key in ("kind_of_run.rehearsal", "kind_of_run.live", "compare.mixed", "compare.mark.one"):
        assert words[key] in page.text
    assert one["head"]["hash"] in page.text and other["head"]["hash"] in page.text


def test_what_the_plans_say_differently_is_told_and_other_bytes_alone_are_no_difference(
    whole: Player,
) -> None:
    one, other = tables_of(whole), tables_of(whole)
    other["opened"]["plan_sha256"] = "0" * 64
    changes = [{"key": "drill.ack_sla", "one": "15m", "other": None}, {"key": "cutover", "one": "A", "other": "<b>"}]
    assert compare(one, one, [])["plan"] == "same"
    assert compare(one, other, [])["plan"] == "reads_the_same"
    compared = compare(one, other, changes)
    assert (compared["plan"], compared["plan_changes"]) == ("differs", changes)
    page = Page(as_page(compared, one, other))
    for said in ("drill.ack_sla", "15m", "<b>", words_en_more.WORDS["compare.plan.changes"]):
        assert said in page.text
    assert words_en_more.WORDS["compare.plan.changes"] not in Page(as_page(compare(one, one), one, one)).text


def test_both_languages_have_the_same_words_with_the_same_values() -> None:
    import re

    assert words_en_more.WORDS.keys() == words_ko_more.WORDS.keys()
    for key, text in words_en_more.WORDS.items():
        assert set(re.findall(r"\{\w*\}", text)) == set(re.findall(r"\{\w*\}", words_ko_more.WORDS[key])), key


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, ""), (-598, "T-00:09:58"), (0, "T+00:00:00"), (86642, "T+24:04:02")]
)
def test_seconds_from_the_enabling_on(seconds: int | None, told: str) -> None:
    assert clock_from_zero(seconds) == told


def test_a_run_beside_a_folder_of_it_on_the_command_line(state: Path, run: str, tmp_path: Path) -> None:
    folder, out = tmp_path / "folder", tmp_path / "beside"
    assert call("evidence", run, "--state", state, "--out", folder).code == 3
    called = call("evidence", run, "--compare", folder, "--state", state, "--out", out)
    assert called.code == 0
    assert "the same bytes" in called.out
    rows = [line for line in called.out.splitlines() if line.startswith("  go_request")]
    assert rows and {len(line) for line in rows} == {len(rows[0])}, "what both have stands in columns"
    assert not any(line.endswith(" ") for line in called.out.splitlines())
    told = json.loads((out / "comparison.json").read_text("utf-8"))
    assert told["one"] == told["other"]
    offline = call("evidence", folder, "--compare", folder, "--json", "--state", tmp_path / "nowhere")
    assert json.loads(offline.out) == told
    assert not (tmp_path / "nowhere").exists(), "two folders need no ledger"


def test_a_comparison_is_never_put_into_an_evidence_folder(state: Path, run: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    call("evidence", run, "--state", state, "--out", folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    called = call("evidence", folder, "--compare", folder, "--out", folder)
    assert called.code == 2 and "nothing was written" in called.err
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_what_is_neither_run_nor_folder_and_what_is_not_whole_is_refused(state: Path, run: str, tmp_path: Path) -> None:
    called = call("evidence", run, "--compare", "nobody", "--state", state)
    assert called.code == 2 and "or a folder that holds a ledger.jsonl" in called.err
    folder = tmp_path / "folder"
    call("evidence", run, "--state", state, "--out", folder)
    ledger = (folder / "ledger.jsonl").read_bytes()
    for spoilt in (ledger.replace(b"captain:james", b"captain:jamie"), ledger.splitlines(keepends=True)[0], b""):
        (folder / "ledger.jsonl").write_bytes(spoilt)
        called = call("evidence", folder, "--compare", folder)
        assert called.code == 5 and "`bongsu verify` shows each place" in called.err
