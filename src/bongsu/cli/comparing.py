"""`bongsu evidence RUN --compare OTHER`: two runs side by side, in text, as JSON, and as a page."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.lines import put, width_of
from bongsu.cli.places_of_its_own import write_beside
from bongsu.cli.speech import cells, chosen, pad, say, told
from bongsu.evidence.collect import collect
from bongsu.evidence.compare import PARTS, change, compare, shown
from bongsu.evidence.compare_page import SIDES, as_page, clock_from_zero
from bongsu.evidence.page_text import Text
from bongsu.evidence.words import word
from bongsu.planfile.differences import differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bongsu.evidence.folder import Story

Row = dict[str, Any]
NAMES = ("comparison.html", "comparison.json")
NARROWEST, WIDEST = 34, 60
MARK = 20
"""Cells that a mark behind the columns takes."""


def show(one: Story, other: Story, out: Path | None, *, as_json: bool) -> int:
    """Print the comparison, write it to `out` when a folder is named, and return 0."""
    tables = collect(one), collect(other)
    compared = compare(*tables, differences(_plan(one), _plan(other)))
    encoded = json.dumps(compared, ensure_ascii=False, indent=1)
    if out is not None:
        write_beside(out, {NAMES[0]: as_page(compared, *tables), NAMES[1]: encoded.encode() + b"\n"})
    if as_json:
        click.echo(encoded)
    else:
        text = Text({**tables[0], "language": chosen()})
        put("\n".join(lines(text, compared, width_of(sys.stdout))), hang=8)
    if out is not None:
        click.echo(say("written: {}", f"{out}/{NAMES[0]}, {out}/{NAMES[1]}"), err=True)
    return 0


def _plan(story: Story) -> bytes:
    return story.blob(story.lines[0].blobs["plan"])


def lines(text: Text, compared: Row, width: int | None) -> Iterator[str]:
    """Yield the comparison in columns; row by row where a terminal of that width has no room for them."""
    words = text.words
    for name in SIDES:
        side = compared[name]
        yield f"{words[f'compare.{name}']}: {side['run']}, {words['outcome_title.' + side['outcome']]}"
        kind = words[f"compare.kind.{side['kind']}"].format(clock=side["clock"])
        if side["looks"]["all"]:
            yield f"  {words['compare.looks']}: {words['compare.passed'].format(**side['looks'])}"
        yield f"  {kind}; {side['opened_at'][:19]}Z, #{side['head']['seq']} {side['head']['hash'][:12]}"
    if {"rehearsal", "live"} <= {compared[name]["kind"] for name in SIDES}:
        yield f"  {words['compare.mixed']}"
    yield f"{words['compare.plan']}: {words['compare.plan.' + compared['plan']]}"
    changes = [["  " + row["key"], *(row[side] or "–" for side in SIDES), ""] for row in compared["plan_changes"]]
    parts = [[[words["compare.plan.changes"], *(words[f"compare.{side}"] for side in SIDES), ""], *changes]]
    parts = [*(parts if changes else []), *([*_part(text, part, compared[part])] for part in PARTS if compared[part])]
    wide = [max((cells(row[n]) for rows in parts for row in rows if len(row) > 1), default=0) for n in range(3)]
    needed = sum(min(max(NARROWEST, most), WIDEST) + 2 for most in wide) + MARK
    narrow = width is not None and needed > width
    for rows in parts:
        yield ""
        for number, row in enumerate(rows):
            yield _stacked(row, rows[0], head=not number) if narrow else _columns(row, wide, head=not number)


def _stacked(row: list[str], heads: list[str], *, head: bool) -> str:
    """Return one row in lines of its own: for a terminal on which the columns have no room side by side."""
    if len(row) == 1 or head:
        return click.style(row[0], bold=True) if head else row[0]
    width = max(map(cells, heads[1:3]))
    mark = f"   {click.style(row[-1], fg='yellow')}" if row[-1] else ""
    sides = (f"    {pad(name, width)}  {text}" for name, text in zip(heads[1:3], row[1:3], strict=True))
    return "\n".join([f"{row[0]}{mark}", *sides])


def _columns(row: list[str], wide: list[int], *, head: bool) -> str:
    """Return one line; a sentence that stands alone has no columns."""
    if len(row) == 1:
        return row[0]
    first, *rest = (pad(one, min(max(NARROWEST, most), WIDEST)) for one, most in zip(row, wide, strict=False))
    mark = [click.style(row[-1], fg="yellow")] if row[-1] else []
    return "  ".join([click.style(first, bold=True) if head else first, *rest, *mark]).rstrip()


def _part(text: Text, part: str, rows: list[Row]) -> Iterator[list[str]]:
    """Yield the lines of a part as columns: what it is about, either run, and a mark."""
    rows_shown = shown(part, rows)
    yield [text.words[f"compare.part.{part}"], text.words["compare.one"], text.words["compare.other"], ""]
    for row in rows_shown:
        said = ["–" if row[side] is None else _CELLS[part](text, row[side]) for side in SIDES]
        yield [f"  {row['key']}", *said, _mark(text, part, row)]
    if len(rows_shown) < len(rows):
        yield ["  " + text.words["compare.watch"].format(count=len(rows) - len(rows_shown))]


def _mark(text: Text, part: str, row: Row) -> str:
    if part == "figures" and (by := change(row)):
        return f"{by} {row['one']['unit']}".strip()
    lacking = next((side for side in SIDES if row[side] is None), None)
    mark = {"one": "other", "other": "one", None: "same" if row["same"] else "differs"}[lacking]
    return text.words[f"compare.mark.{mark}"]


def _phase(text: Text, own: Row) -> str:
    over = "" if own["phase"] == "closed" else text.words["compare.open"]
    span = over if own["took_s"] is None else text.span(own["took_s"])
    return " ".join(one for one in (clock_from_zero(own["t_s"]), span, f"#{own['seq']}") if one)


def _check(text: Text, own: Row) -> str:
    return f"{word(text.words, 'verdict', own['verdict'])} #{own['seq']}"


def _figure(_: Text, own: Row) -> str:
    return f"{told(own['value'])} {own['unit']}".strip() + f" #{own['seq']}"


def _message(text: Text, own: Row) -> str:
    again = " " + text.words["compare.attempts"].format(n=own["attempts"]) if own["attempts"] > 1 else ""
    return f"{clock_from_zero(own['t_s'])} {word(text.words, 'ended', own['outcome'])}{again} #{own['seq']}".strip()


def _answer(text: Text, own: Row) -> str:
    took = text.words["no_answer"] if own["within_s"] is None else text.span(own["within_s"])
    late = "!" if own["late"] else ""
    return f"{took}{late} / {text.span(own['limit_s'])}" + (f" #{own['seq']}" if own["seq"] else "")


def _effect(text: Text, own: Row) -> str:
    said = own["state"] if "state" in own else word(text.words, "ended", own["outcome"])
    return f"{clock_from_zero(own['t_s'])} {said} #{own['seq']}".strip()


_CELLS = {
    "phases": _phase,
    "checks": _check,
    "figures": _figure,
    "messages": _message,
    "answers": _answer,
    "effects": _effect,
}
