"""`bongsu evidence RUN --what-if KEY=VALUE`: the recorded run under other limits, always marked as hypothetical."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bongsu.checks import judge
from bongsu.cli.places_of_its_own import write_beside
from bongsu.cli.speech import chosen, say, told
from bongsu.core.times import from_iso
from bongsu.evidence.collect import collect
from bongsu.evidence.page_text import Text
from bongsu.evidence.picture_lanes import matter_name
from bongsu.evidence.whatif import replay
from bongsu.evidence.words import told_detail, word
from bongsu.planfile import supposed
from bongsu.planfile.limits import with_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.evidence.folder import Story
    from bongsu.planfile import Problem
    from bongsu.planfile.limits import Changed

Row = dict[str, Any]
FILE = "hypothetical.json"


def show(story: Story, wanted: Sequence[str], out: Path | None, *, as_json: bool) -> int:
    """Print what would have been judged and decided under the wanted limits, and return 0."""
    data, changes = with_limits(story.blob(story.lines[0].blobs["plan"]), wanted)
    plan, problems = supposed(data, Path("plan.yaml"))
    found = {
        **replay(story, plan, judge),
        "changes": [{"key": one.key, "from": one.before, "to": one.after} for one in changes],
        "refused": [one.text for one in problems],
    }
    encoded = json.dumps(found, ensure_ascii=False, indent=1)
    if out is not None:
        write_beside(out, {FILE: encoded.encode() + b"\n"})
    if as_json:
        click.echo(encoded)
    else:
        click.echo("\n".join(_lines(story, found, changes, problems)))
    if out is not None:
        click.echo(say("written: {}", f"{out}/{FILE}"), err=True)
    return 0


def _lines(story: Story, found: Row, changes: Sequence[Changed], problems: Sequence[Problem]) -> Iterator[str]:
    text = Text({**collect(story), "language": chosen()})
    words = text.words
    yield click.style(words["if.title"].format(run=found["run"]), fg="yellow", bold=True)
    for change in changes:
        yield "  " + words["if.change"].format(key=change.key, before=change.before, after=change.after)
    for problem in problems:
        yield "  " + words["if.refused"].format(text=told(problem.text))
    for one in found["judged"]:
        verdicts = {side: word(words, "verdict", one[side]["verdict"]) for side in ("recorded", "instead")}
        said = {"seq": one["seq"], "key": one["key"], "why": told(one["instead"]["why"])}
        yield words["if.judged"].format(verdict=verdicts["instead"], was=verdicts["recorded"], **said)
    for one in found["answers"]:
        yield _answer(text, one)
    yield from _end(text, story, found)
    yield words["if.words"]


def _answer(text: Text, one: Row) -> str:
    words = text.words
    return words["if.answer"].format(
        seq=one["seq"],
        contact=one["contact"],
        subject=matter_name(text, one["subject"]),
        took=text.span(one["within_s"]),
        side=words["if.within" if one["instead"]["within"] else "if.beyond"],
        limit=text.span(one["instead"]["limit_s"]),
        was=text.span(one["recorded"]["limit_s"]),
    )


def _end(text: Text, story: Story, found: Row) -> Iterator[str]:
    words, parted = text.words, found["parted"]

    def clock(iso: str) -> str:
        return f"{from_iso(iso).astimezone(story.plan.timezone):%m-%d %H:%M:%S %Z}"

    if parted is None:
        yield words["if.same"].format(seq=found["head"]["seq"])
        return
    yield words["if.known"].format(seq=parted["after"])
    for one in parted["recorded"]:
        yield "  " + words["if.recorded"].format(what=_action(text, one))
    for one in parted["instead"]:
        yield "  " + words["if.instead"].format(what=_action(text, one))
    if not parted["instead"]:
        until = parted["waits_until"]
        yield "  " + (words["if.waits"].format(at=clock(until)) if until else words["if.waits_open"])
    yield words["if.parted"].format(seq=parted["after"] + 1, at=clock(parted["at"]))


def _action(text: Text, one: Row) -> str:
    words = text.words
    scope = {"enter": ("phase", "why"), "close": ("verdict", "why"), "judge": ("", "verdict")}.get(
        one["does"], ("", "")
    )
    what = word(words, scope[0], one["what"]) if scope[0] else one["what"]
    why = word(words, scope[1], one["why"]) if one["why"] else ""
    detail = told_detail(chosen(), one["detail"])
    if one["does"] == "enter" and detail:
        why = f"{why} – {detail}"
    return words[f"if.{one['does']}"].format(what=what, why=why, detail=told(one["detail"]))
