"""comparison.html: two runs side by side on one page that needs nothing else, for a screen, a phone and paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.evidence.compare import PARTS, change, shown
from bongsu.evidence.page_bars import bar
from bongsu.evidence.page_first import tone_of
from bongsu.evidence.page_style import opening, style
from bongsu.evidence.page_text import Text, esc, facts, figure_name, section, table
from bongsu.evidence.picture_lanes import matter_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bongsu.evidence.compare import Row
    from bongsu.evidence.tables import Tables

SIDES = ("one", "other")
_LISTED = 12
"""How many names of one sort the list of differences gives; the tables have them all."""


def as_page(compared: Row, one: Tables, other: Tables) -> bytes:
    """Return the bytes of comparison.html, in the language and the zone of the first run's plan."""
    texts = {"one": Text(one), "other": Text({**other, "language": one["language"]})}
    text = texts["one"]
    title = f"{one['cutover']} – {text.words['compare.title']}"
    parted = [name for name in PARTS if compared[name]]
    parts = [
        opening(text.words["lang"], title, style("page.css", "compare.css")),
        f'<a class="skip" href="#main">{text.say("skip")}</a>\n{_navigation(text, parted)}<main id="main">\n',
        _first(texts, compared),
        _differences(text, compared),
        _plan_changes(text, compared["plan_changes"]),
        *(section(name, text.say(f"compare.part.{name}"), *_part(texts, name, compared[name])) for name in parted),
        "</main>\n<footer>",
        *(_foot(text, name, compared[name]) for name in SIDES),
        "</footer>\n</body>\n</html>\n",
    ]
    return "".join(parts).encode("utf-8", "backslashreplace")


def _navigation(text: Text, parted: list[str]) -> str:
    names = ["differences", *parted]
    titles = [text.say("compare.differences"), *(text.say(f"compare.part.{name}") for name in parted)]
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in zip(names, titles, strict=True))
    return f'<nav aria-label="{text.say("nav.name")}"><ul>{links}</ul></nav>\n'


def _foot(text: Text, name: str, side: Row) -> str:
    said = text.say("compare.foot", name=text.words[f"compare.{name}"], run=side["run"], seq=side["head"]["seq"])
    return f"<p>{said} <code>{esc(side['head']['hash'])}</code></p>"


def _first(texts: dict[str, Text], compared: Row) -> str:
    text = texts["one"]
    kinds = {compared[name]["kind"] for name in SIDES}
    mixed = f'<p class="lead">{text.say("compare.mixed")}</p>' if {"rehearsal", "live"} <= kinds else ""
    sides = "".join(_side(texts[name], name, compared[name]) for name in SIDES)
    return (
        f'<section class="first" aria-labelledby="h-first"><p class="eyebrow">{text.say("compare.title")}</p>'
        f'<h1 id="h-first">{esc(compared["one"]["cutover"])}</h1><div class="sides">{sides}</div>{mixed}'
        f'<p class="soft how">{text.say("compare.how")}</p></section>\n'
    )


def _side(text: Text, name: str, side: Row) -> str:
    looks = side["looks"]
    rows = [
        (text.say("head.run"), f"<code>{esc(side['run'])}</code>"),
        (text.say("compare.kind"), text.say(f"compare.kind.{side['kind']}", clock=side["clock"])),
        (text.say("compare.opened"), text.moment(side["opened_at"])),
        (text.say("compare.enabled"), text.moment(side["enabled_at"])),
        (text.say("compare.closed"), text.moment(side["closed_at"])),
        (text.say("compare.looks"), text.say("compare.passed", **looks) if looks["all"] else ""),
        (text.say("compare.plan"), f"<code>{esc(side['plan_sha256'][:16])}…</code>"),
    ]
    return (
        f'<section class="side {name}" aria-label="{text.say("compare." + name)}"><p class="eyebrow">'
        f'<span class="swatch"></span>{text.say("compare." + name)}</p>'
        f"<h2>{text.word('kind_of_run', side['kind'])}</h2>"
        f'<p class="came"><span class="pill {tone_of(text)}">{text.say("outcome_title." + side["outcome"])}</span> '
        f"{text.word('why', side['why'])}</p>{facts(rows)}</section>"
    )


def _differences(text: Text, compared: Row) -> str:
    lists = [_list(text, f"compare.{sort}", compared[sort]) for sort in ("differs", "only_one", "only_other")]
    plan = f"<p>{text.say('compare.plan')}: {text.say('compare.plan.' + compared['plan'])}.</p>"
    said = "".join(lists) or f"<p>{text.say('compare.none')}</p>"
    return section("differences", text.say("compare.differences"), plan, f'<div class="three">{said}</div>')


def _plan_changes(text: Text, changes: list[Row]) -> str:
    if not changes:
        return ""
    heads = [text.say("compare.plan.key"), *(text.say(f"compare.{name}") for name in SIDES)]
    nothing = f'<span class="soft">{text.say("compare.nothing")}</span>'
    body = [
        [f"<code>{esc(row['key'])}</code>", *(nothing if row[name] is None else esc(row[name]) for name in SIDES)]
        for row in changes
    ]
    said = table(heads, body, name=text.say("compare.plan.changes"))
    return section("plan", text.say("compare.plan.changes"), said.replace("<table>", '<table class="beside plans">', 1))


def _list(text: Text, title: str, found: Row) -> str:
    entries = []
    for part in PARTS:
        # A figure differs nearly always, and a look of a watch is one of hundreds: the tables are for them.
        names = [name for name in found[part] if part != "figures" and not name.startswith("watch/")]
        if not names:
            continue
        listed = ", ".join(_name(text, part, name) for name in names[:_LISTED])
        rest = f" (+{len(names) - _LISTED})" if len(names) > _LISTED else ""
        entries.append(f"<li><b>{text.say('compare.part.' + part)}</b> {listed}{rest}</li>")
    return f"<div><h3>{text.say(title)}</h3><ul>{''.join(entries)}</ul></div>" if entries else ""


def _name(text: Text, part: str, key: str) -> str:
    """Return a row's name as a reader calls it."""
    name, _, number = key.partition("#")
    again = f" ({esc(number)})" if number else ""
    match part:
        case "phases":
            return text.word("phase", name) + again
        case "checks" | "figures":
            key, _, figure = name.partition(".")
            scope, _, rest = key.partition("/")
            look, _, check = rest.rpartition("/")
            said = [text.word("scope", scope), esc(look), text.word("check", check), figure_name(figure)]
            return " ".join(word for word in said if word)
        case "answers":
            subject, _, contact = name.partition(": ")
            return f"{esc(matter_name(text, subject))}: {esc(contact)}"
        case "messages":
            message, _, rest = name.partition("//")
            return f"{esc(matter_name(text, message))} → {esc(rest)}"
        case _:
            return esc(name) + again


def _part(texts: dict[str, Text], part: str, rows: list[Row]) -> Iterator[str]:
    text = texts["one"]
    if part == "phases":
        yield f"<p>{text.say('compare.phases.how')}</p>"
    rows_shown = shown(part, rows)
    cell = _CELLS[part]
    heads = [text.say("compare.what"), text.say("compare.one"), text.say("compare.other")]
    heads.append(text.say("compare.change") if part == "figures" else "")
    body = [
        [
            _name(text, part, row["key"]),
            *(_cell(texts[name], cell, row, name) for name in SIDES),
            _mark(text, part, row),
        ]
        for row in rows_shown
    ]
    yield table(heads, body, name=text.say(f"compare.part.{part}")).replace(
        "<table>", f'<table class="beside {part}">', 1
    )
    if len(rows_shown) < len(rows):
        yield f'<p class="soft">{text.say("compare.watch", count=len(rows) - len(rows_shown))}</p>'


def _cell(text: Text, cell: Callable[[Text, Row, str], str], row: Row, name: str) -> str:
    if row[name] is None:
        return f'<span class="soft">{text.say("compare.nothing")}</span>'
    return cell(text, row, name)


def _mark(text: Text, part: str, row: Row) -> str:
    if part == "figures" and (by := change(row)):
        return f'<span class="num">{esc(by)}</span> {esc(row["one"]["unit"])}'
    lacking = next((name for name in SIDES if row[name] is None), None)
    mark = {"one": "other", "other": "one", None: "same" if row["same"] else "differs"}[lacking]
    said = text.say(f"compare.mark.{mark}")
    return f'<span class="mark {mark}">{said}</span>' if said else ""


def _line(seq: int) -> str:
    return f' <span class="n soft">#{seq}</span>' if seq else ""


def clock_from_zero(seconds: int | None) -> str:
    """Return whole seconds from T+0 as the terminal and the messages show them: `T+00:02:31`; nothing without one."""
    if seconds is None:
        return ""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"T{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}:{rest:02d}"


def _phase(text: Text, row: Row, name: str) -> str:
    own = row[name]
    longest = max((row[side] or {}).get("took_s") or 0 for side in SIDES) or 1
    over = "" if own["phase"] == "closed" else text.say("compare.open")
    span = over if own["took_s"] is None else text.span(own["took_s"])
    width = 100 * (own["took_s"] or 0) / longest
    return (
        f'<span class="bar"><svg aria-hidden="true" width="100%" height="10"><rect class="{name}" '
        f'width="{width:.2f}%" height="10" rx="2"/></svg><span class="took">{span}</span></span>'
        f'<span class="soft at">{clock_from_zero(own["t_s"])} {text.word("why", own["why"])}{_line(own["seq"])}</span>'
    )


def _check(text: Text, row: Row, name: str) -> str:
    own = row[name]
    return f"{text.pill(own['verdict'])} {text.told(own['why'])}{_line(own['seq'])}"


def _figure(_: Text, row: Row, name: str) -> str:
    own = row[name]
    return f"<b>{esc(own['value'])}</b> {esc(own['unit'])}{_line(own['seq'])}"


def _message(text: Text, row: Row, name: str) -> str:
    own = row[name]
    tone = {"accepted": "pass", "in_doubt": "unknown"}.get(own["outcome"])
    tone = tone or ("pass" if own["outcome"].startswith("found") else "fail")
    again = f" {text.say('compare.attempts', n=own['attempts'])}" if own["attempts"] > 1 else ""
    outcome = text.word("ended", own["outcome"])
    at = clock_from_zero(own["t_s"])
    return f'<span class="pill {tone}">{outcome}</span> {at}{again}{_line(own["seq"])}'


def _answer(text: Text, row: Row, name: str) -> str:
    own = row[name]
    button = f" {text.word('button', own['button'])}" if own["button"] else ""
    took_s = own["within_s"]
    return f'{bar(text, took_s, own["limit_s"], late=own["late"])}<span class="soft">{button}{_line(own["seq"])}</span>'


def _effect(text: Text, row: Row, name: str) -> str:
    own = row[name]
    said = esc(own["state"]) if "state" in own else text.word("ended", own["outcome"])
    return f"<b>{said}</b> {clock_from_zero(own['t_s'])}{_line(own['seq'])}"


_CELLS = {
    "phases": _phase,
    "checks": _check,
    "figures": _figure,
    "messages": _message,
    "answers": _answer,
    "effects": _effect,
}
