"""`bongsu status RUN --at TIME`: what was known and decided then, and why."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from bongsu.cli.lines import put
from bongsu.cli.progress import COLOURS
from bongsu.cli.speech import chosen, pad, say, told
from bongsu.core.events import RunOpened
from bongsu.core.times import from_iso
from bongsu.core.verdict import Verdict
from bongsu.errors import UsageError
from bongsu.evidence.collect import collect
from bongsu.evidence.moment import moment_of
from bongsu.evidence.page_text import Text
from bongsu.evidence.picture_lanes import matter_name
from bongsu.evidence.words import told_detail, word
from bongsu.planfile.values import Unfit, in_zone, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.plan import Plan
    from bongsu.evidence.folder import Story

Row = dict[str, Any]
LABEL = 11
OF_DAY = re.compile(r"(?a)\d{1,2}:\d\d(?::\d\d)?")
FINER = re.compile(r"(?a)(.*:\d\d:\d\d)\.(\d{1,6})(Z|[+-]\d\d:\d\d)?")
"""A time as the ledger has it, with a part of a second."""
HOW = 'a time of day in the plan\'s zone like "14:07", or a day as well: "2025-10-22T14:07", or "…T14:07+09:00"'
LOOK = "watch/"


def show(story: Story, text: str, *, as_json: bool) -> int:
    """Print what was known at the time that a text names; return 0, or 3 when something was in doubt then."""
    at = time_of(text, story)
    found = moment_of(story, at)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        put("\n".join(_lines(story, found)), hang=LABEL + 3)
    return 3 if found["in_doubt"] else 0


def time_of(text: str, story: Story) -> datetime:
    """Return the moment of a run that a text names; a time of day is one of the days on which the run went on."""
    first, last = story.lines[0].at, story.lines[-1].at
    at = _on_a_day(text, story.plan, first, last) if OF_DAY.fullmatch(text) else _parsed(text, story.plan)
    if at < first:
        raise UsageError(
            f"the run was not opened yet at {_shown(story.plan, at)}",
            hint=f"its lines are from {_shown(story.plan, first)} to {_shown(story.plan, last)}",
        )
    return at


def _on_a_day(text: str, plan: Plan, first: datetime, last: datetime) -> datetime:
    padded = text if text[2] == ":" else f"0{text}"
    begin, end = (at.astimezone(plan.timezone).date() for at in (first, last))
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    times = [_parsed(f"{day.isoformat()}T{padded}", plan) for day in days]
    within = [at for at in times if first <= at <= last]
    if len(within) > 1:
        named = ", ".join(f"{at.astimezone(plan.timezone):%Y-%m-%dT%H:%M}" for at in within)
        raise UsageError(f"the run went on at {text} of {len(within)} days", hint=f"name the day with it: {named}")
    if not within and len(times) > 1:
        raise UsageError(
            f"the run did not go on at {text} of any day",
            hint=f"its lines are from {_shown(plan, first)} to {_shown(plan, last)}",
        )
    return within[0] if within else times[0]


def _parsed(text: str, plan: Plan) -> datetime:
    finer = FINER.fullmatch(text)
    whole, part = (finer[1] + (finer[3] or ""), finer[2]) if finer else (text, "")
    try:
        return in_zone(moment(whole), plan.timezone) + timedelta(microseconds=int(part.ljust(6, "0")))
    except Unfit as exc:
        raise UsageError("--at names no time", cause=str(exc.args[0]), hint=HOW) from exc


def _shown(plan: Plan, at: datetime) -> str:
    return f"{at.astimezone(plan.timezone):%Y-%m-%d %H:%M:%S %Z}"


def _lines(story: Story, found: Row) -> Iterator[str]:
    text = Text({**collect(story), "language": chosen()})
    words, plan = text.words, story.plan

    def clock(iso: str) -> str:
        return f"{from_iso(iso).astimezone(plan.timezone):%m-%d %H:%M:%S}"

    at = from_iso(found["at"])
    yield words["at.title"].format(
        run=found["run"], at=_shown(plan, at), zone=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    )
    line = found["line"]
    known = {"seq": line["seq"], "at": clock(line["at"]), "hash": line["hash"][:12], "later": found["lines_later"]}
    yield "  " + words["at.known"].format(**known)
    opened = story.lines[0].event
    if isinstance(opened, RunOpened) and opened.raised is not None:
        matter = f"{opened.raised.policy.upper()}: {opened.raised.summary}".replace("\n", " · ")
        yield f"  {pad(say('page'), LABEL)} {matter}"
    rows = [*_phase(text, found, clock), *_known(text, found, clock), *_open(text, found, clock)]
    rows += _then(text, found, clock)
    for label, said in rows:
        padded = pad(words[label], LABEL)
        shown = click.style(padded, fg="yellow", bold=True) if label == "at.in_doubt" and found["in_doubt"] else padded
        yield f"  {shown} {said}"


def _phase(text: Text, found: Row, clock: Any) -> Iterator[tuple[str, str]]:
    words, phase = text.words, found["phase"]
    name, why = word(words, "phase", phase["phase"]), word(words, "why", phase["why"])
    detail = f" – {told_detail(chosen(), phase['detail'])}" if phase["detail"] else ""
    since = {"phase": name, "at": clock(phase["since"]), "why": why + detail, "seq": phase["seq"]}
    yield "at.phase", words["at.phase.since"].format(**since)
    if phase["phase"] == "closed":
        yield "at.next", words["at.no_wake"]
        return
    wake = found["looks_again_at"]
    yield "at.next", words["at.looks"].format(at=clock(wake)) if wake else words["at.awake"]
    deadline = found["deadline"]
    if deadline is None:
        yield "at.next", words["at.no_deadline"]
    else:
        yield "at.next", words["at.deadline"].format(at=clock(deadline["at"]), key=deadline["by"])
    if found["wants"]:
        yield "at.next", words["at.wants"].format(keys=", ".join(found["wants"]))


def _known(text: Text, found: Row, clock: Any) -> Iterator[tuple[str, str]]:
    words = text.words
    looks = [one for one in found["checks"] if one["key"].startswith(LOOK)]
    newest = looks[-1]["key"].rpartition("/")[0] if looks else ""
    older = [one for one in looks if not one["key"].startswith(newest + "/")]
    for one in found["checks"]:
        if one not in older:
            verdict = click.style(word(words, "verdict", one["verdict"]), fg=COLOURS[Verdict(one["verdict"])])
            why = told(one["why"])
            yield "at.check", f"{verdict}  {one['key']}: {why} ({clock(one['at'])}, #{one['seq']})"
    if older:
        passed = sum(one["verdict"] == "pass" for one in older)
        yield "at.check", words["at.checks_before"].format(n=len(older), passed=passed)
    measured = [one for one in found["figures"] if not one["name"].startswith(LOOK) or one["name"].startswith(newest)]
    for figures in [*_by_check(measured)] or [words["at.nothing"]]:
        yield "at.figures", figures
    for one in found["told"]:
        yield "at.told", f"{one['key']} ({clock(one['at'])}, #{one['seq']})"
    if not found["told"]:
        yield "at.told", words["at.nobody"]


def _by_check(measured: list[Row]) -> Iterator[str]:
    """Yield the figures of each check in a line of their own."""
    for check, figures in groupby(measured, key=lambda one: str(one["name"]).partition(".")[0]):
        named = ((one["name"].partition(".")[2], one) for one in figures)
        said = (f"{name} {one['value']} {one['unit']}".rstrip() + f" #{one['seq']}" for name, one in named)
        yield f"{check}: {', '.join(said)}"


def _open(text: Text, found: Row, clock: Any) -> Iterator[tuple[str, str]]:
    words = text.words
    for one in found["answers"]:
        who, what = one["contact"] or "?", word(words, "button", one["button"])
        standing = "" if one["standing"] == "counted" else f", {words['standing.' + one['standing']]}"
        yield (
            "at.answer",
            f"{who}: {what}, {matter_name(text, one['subject'])}{standing} ({clock(one['at'])}, #{one['seq']})",
        )
    for one in found["awaited"]:
        said = {"subject": matter_name(text, one["subject"]), "at": clock(one["asked_at"])}
        limit = text.span(one["limit_s"])
        yield "at.awaited", words["at.awaits"].format(contact=one["contact"], seq=one["seq"], limit=limit, **said)
    for label in ("in_flight", "in_doubt"):
        for one in found[label]:
            yield f"at.{label}", f"{told(one['what'])} ({one['key']}, {clock(one['since'])}, #{one['seq']})"
    if not found["in_flight"] and not found["in_doubt"]:
        yield "at.in_flight", words["at.nothing"]


def _then(text: Text, found: Row, clock: Any) -> Iterator[tuple[str, str]]:
    words, following = text.words, found["decided_next"]
    if following is None:
        yield "at.later", words["at.no_next"]
        return
    what = word(words, "phase", following["what"]) if following["kind"] == "phase" else following["what"]
    why = (
        f", {word(words, 'why', following['why'])}"
        if following["why"] and following["kind"] in ("phase", "end")
        else ""
    )
    if following["kind"] == "verdict":
        why = f", {told(following['why'])}"
    yield "at.later", words["at.then"].format(at=clock(following["at"]), what=what + why, seq=following["seq"])
    key = "at.rests.waited" if following["waited"] else "at.rests"
    yield "at.later", words[key].format(line=following["rests_on"], at=clock(following["at"]))
