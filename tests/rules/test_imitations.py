"""What the pages on the imitated services say is so: each rule's test and switch exist, unsure rules have a switch."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.rules.tree import ROOT, parsed, place

FOLDER = ROOT / "docs" / "imitations"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
COLUMNS = ("Rule", "Source", "Switch", "Test")
TAGS = ("S", "C", "D", "X", "3", "?", "choice")
SURE = frozenset({"S", "C", "D", "X", "choice"})
CELL_BORDER = re.compile(r"(?<!\\)\|")
TAG = re.compile(r"\[([^\]]+)\]")
SWITCH = re.compile(r"([A-Za-z]+)\.([a-z_0-9]+)")
TEST = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


@dataclass(frozen=True)
class Row:
    """One rule of a page."""

    rule: str
    source: str
    switch: str
    test: str


def rows(page: Path) -> list[Row]:
    """Return the rules of a page, from every table that has the four columns."""
    found: list[Row] = []
    in_table = False
    for line in page.read_text("utf-8").splitlines():
        cells = tuple(cell.strip() for cell in CELL_BORDER.split(line)[1:-1]) if line.startswith("|") else ()
        if cells == COLUMNS:
            in_table = True
        elif not cells:
            in_table = False
        elif in_table and set(cells[0]) - set("-: "):
            assert len(cells) == 4, f"{place(page)}: a row has four cells: {line}"
            found.append(Row(*cells))
    return found


def sandbox_fields() -> set[tuple[str, str]]:
    """Return the annotated fields of every class in the sandbox, as (class, field)."""
    return {
        (node.name, one.target.id)
        for path in (ROOT / "src/bongsu/sandbox").glob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }


def quoted(cell: str) -> list[str]:
    """Return what stands in backquotes."""
    return re.findall(r"`([^`]+)`", cell)


def stories_of(path: Path) -> set[str]:
    """Return the names of the tests in a file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(parsed(path)) if isinstance(node, kinds) and node.name.startswith("test_")}


def test_there_are_pages_and_rehearsal_md_leads_to_them() -> None:
    assert PAGES
    assert "(imitations/README.md)" in (ROOT / "docs/rehearsal.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_each_page_has_rules_in_the_four_columns(page: Path) -> None:
    assert rows(page), f"{place(page)} has no table with the columns {' | '.join(COLUMNS)}"
    assert [row.rule for row in rows(page) if not all((row.rule, row.source, row.switch, row.test))] == []


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_each_rule_names_tests_that_exist(page: Path) -> None:
    wrong = []
    for row in rows(page):
        named = quoted(row.test)
        wrong += [f"no test named: {row.rule}"] if not named else []
        for one in named:
            found = TEST.fullmatch(one)
            path = ROOT / found[1] if found else None
            if found is None or path is None or not path.exists() or found[2] not in stories_of(path):
                wrong.append(f"no such test: {one}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_each_switch_is_a_field_of_the_specification(page: Path) -> None:
    known = sandbox_fields()
    wrong = []
    for row in rows(page):
        named = quoted(row.switch)
        if not named and row.switch != "-":
            wrong.append(f"neither `Class.field` nor -: {row.switch}")
        for one in named:
            found = SWITCH.fullmatch(one)
            if found is None or (found[1], found[2]) not in known:
                wrong.append(f"no such switch: {one}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_each_source_says_how_sure_it_is_and_an_unsure_rule_has_a_switch(page: Path) -> None:
    wrong = []
    for row in rows(page):
        tags = TAG.findall(row.source)
        if not tags or not set(tags) <= set(TAGS):
            wrong.append(f"{row.rule}: the source begins with one of {', '.join(f'[{tag}]' for tag in TAGS)}")
        elif not SURE & set(tags) and row.switch == "-":
            wrong.append(f"{row.rule}: unsure, and no switch")
    assert wrong == []
