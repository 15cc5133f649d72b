"""The parts of report.html about what was measured: figures and sources, the watch, the rollback, what is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.evidence.page_bars import bar, squares
from bongsu.evidence.page_text import esc, facts, figure_name, line_link, section, table
from bongsu.evidence.picture_durations import durations
from bongsu.evidence.words import unproven

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Check

TIME = re.compile(r"(?a)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_SCOPES = ("baseline", "verify", "drill", "rollback")


def figures(text: Text) -> str:
    """Return every verdict with its figures, and each figure with the line that it came from."""
    checks = text.tables["checks"]
    parts: list[str] = []
    for scope in _SCOPES:
        found = [check for check in checks if check["key"].partition("/")[0] == scope]
        if found:
            parts += [f"<h3>{text.word('scope', scope)}</h3>", _checks(text, found)]
    if text.tables["looks"]:
        parts.append(_watch(text, [check for check in checks if check["key"].startswith("watch/")]))
    if text.tables["failed_readings"]:
        parts.append(_failed(text))
    if not parts:
        return ""  # a page measures nothing
    return section("figures", text.say("figures.title"), f'<p class="soft">{text.say("figures.how")}</p>', *parts)


def _checks(text: Text, checks: Sequence[Check]) -> str:
    heads = [text.say("check_head." + name) for name in ("check", "verdict", "why", "figures", "line")]
    return table(heads, [_check(text, check) for check in checks])


def _check(text: Text, check: Check) -> tuple[str, ...]:
    shown = "".join(
        f'<li><span class="soft">{figure_name(figure["name"])}</span> <b>{_value(text, figure["value"])}</b>'
        f"{'&nbsp;' + esc(figure['unit']) if figure['unit'] else ''} {line_link(figure['seq'])}</li>"
        for figure in check["figures"]
    )
    return (
        f"{text.word('check', check['check'])}",
        text.pill(check["verdict"]),
        text.told(check["why"]),
        f'<ul class="figs">{shown}</ul>' if shown else "",
        f"{line_link(check['seq'])}",
    )


def _value(text: Text, value: object) -> str:
    """Return a figure as it was measured; a time, such as since when an alarm is quiet, in the plan's zone."""
    said = str(value)
    if not TIME.fullmatch(said):
        return esc(said)
    here = text.local(said)
    return f'<time datetime="{esc(said)}">{here:%Y-%m-%d %H:%M:%S} {esc(here.tzname() or "")}</time>'


def _watch(text: Text, checks: Sequence[Check]) -> str:
    looks = text.tables["looks"]
    passed = sum(look["verdict"] == "pass" for look in looks)
    said = text.say("looks.passed", passed=passed, all=len(looks), idle=sum(look["idle"] for look in looks))
    by_look: dict[str, list[Check]] = {}
    for check in checks:
        by_look.setdefault(check["key"].split("/")[1], []).append(check)
    heads = [text.say("looks.number"), text.say("looks.at"), text.say("looks.checks")]
    rows = [
        (
            f"{look['number']}",
            f"{text.clock(look['at'])} {line_link(look['seq'])}",
            "".join(
                f'<div class="one">{text.pill(check["verdict"])} {text.told(check["why"])} '
                f"{' '.join(line_link(seq) for seq in check['sources'])}</div>"
                for check in by_look.get(f"{look['number']:04d}", ())
            ),
        )
        for look in looks
    ]
    return (
        f"<h3>{text.word('scope', 'watch')}</h3>{durations(text)}<p>{said}</p>"
        f"{squares(text, looks)}<details><summary>{text.say('looks.all', n=len(looks))}</summary>"
        f"{table(heads, rows)}</details>"
    )


def _failed(text: Text) -> str:
    heads = [text.say("failed_head." + name) for name in ("reading", "reason", "at")]
    rows = [
        (
            f"<code>{esc(entry['key'])}</code>",
            text.told(entry["reason"]),
            f"{text.clock(entry['at'])} {line_link(entry['seq'])}",
        )
        for entry in text.tables["failed_readings"]
    ]
    return f"<h3>{text.say('failed_head.title')}</h3>{table(heads, rows)}"


def rollback(text: Text) -> str:
    """Return how long the parts of the rollback took against their limits; without one, how it was prepared."""
    rule = text.tables["rollback"]
    if rule is None:
        return ""
    parts: list[str] = []
    if rule["parts"] is not None:
        heads = [text.say("rollback_head.part"), text.say("answers.within"), text.say("rollback_head.from")]
        rows = [
            (
                text.word("part_of_rollback", part["name"]),
                bar(text, part["took_s"], part["limit_s"]),
                line_link(part["seq"]),
            )
            for part in rule["parts"]
        ]
        parts += [table(heads, rows), f"<h3>{text.say('rollback_head.plan')}</h3>"]
    limits = ", ".join(
        f"{text.word('part_of_rollback', name)} {text.span(seconds)}"
        for name, seconds in (
            ("detect", rule["detect_s"]),
            ("decide", rule["decide_s"]),
            ("execute", rule["execute_s"]),
            ("total", rule["within_s"]),
        )
    )
    pairs = [
        (text.say("rollback_head.when"), ", ".join(text.word("trigger", when) for when in rule["when"])),
        (text.say("rollback_head.limits"), limits),
    ]
    if rule["legacy"] is not None:
        legacy = ", ".join(f"{text.word('fact', name.lower())} {esc(value)}" for name, value in rule["legacy"].items())
        back = text.word("on_rollback", rule["on_rollback"] or "")
        pairs.append((text.say("rollback_head.legacy"), f"{legacy}; {back}"))
    parts += [facts(pairs), _switched(text)]
    title = "rollback.title" if rule["parts"] is not None else "rollback.ready"
    return section("rollback", text.say("section." + title), *parts)


def _switched(text: Text) -> str:
    tables = text.tables
    heads = [text.say("switched." + name) for name in ("at", "what", "outcome")]
    found = [
        (
            switch["seq"],
            f"{text.clock(switch['at'])} {line_link(switch['seq'])}",
            f"{text.word('which', switch['which'])}: {text.word('to', switch['to'])}",
            f"{text.word('ended', switch.get('outcome', 'unknown'))} {line_link(switch.get('ended_seq'))}",
        )
        for switch in tables["switches"]
    ]
    found += [
        (
            read["seq"],
            f"{text.clock(read['at'])} {line_link(read['seq'])}",
            text.put("switched.read", which=text.word("which", read["which"])),
            f"<b>{esc(read['state'])}</b>",
        )
        for read in tables["read_backs"]
    ]
    rows = [cells for _, *cells in sorted(found)]
    return f"<h3>{text.say('switched.title')}</h3>{table(heads, rows)}" if rows else ""


def not_proven(text: Text) -> str:
    """Return what this evidence cannot show."""
    said = "".join(f"<li>{esc(unproven(text.words, entry))}</li>" for entry in text.tables["not_proven"])
    return section("unproven", text.say("unproven.title"), f"<ul>{said}</ul>")


def how_to_check(text: Text) -> str:
    """Return how a reader checks the record for themselves, and what it was made from."""
    opened, head = text.tables["opened"], text.tables["head"]
    endpoints = "<br>".join(f"{esc(name)} <code>{esc(url)}</code>" for name, url in sorted(opened["endpoints"].items()))
    pairs = [
        (text.say("made.head"), f"{line_link(head['seq'])} <code>{esc(head['hash'])}</code>"),
        (text.say("made.plan"), f'<a href="plan.yaml">plan.yaml</a> sha256 <code>{esc(opened["plan_sha256"])}</code>'),
        (text.say("made.program"), esc(opened["program"])),
        (text.say("made.endpoints"), endpoints),
    ]
    return section("check", text.say("checking.title"), f"<p>{text.say('checking.how')}</p>", facts(pairs))
