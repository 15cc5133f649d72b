"""What every part of report.html writes with: escaped text, elements, links to ledger lines, times and spans."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bongsu.evidence.words import word, words_of
from bongsu.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bongsu.core.plan import Plan
    from bongsu.evidence.tables import Tables

# Neither control characters nor those that turn the direction of a text may act in a page: they are shown by number.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROLS = bytes([*range(9), *range(11, 32), 127])
_UNIT = re.compile("_(?:s|ms|mb)$")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|ms|s|min|h|MB|건|초|분|시간)(?!\w))")
_LONG = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


KEPT = 4096
"""How many texts are remembered: a page says the same names, places and words thousands of times."""


def esc(value: object) -> str:
    """Return a value as text that has no meaning to a browser, in an element or in a quoted attribute."""
    return _escaped(str(value))


@lru_cache(maxsize=KEPT)
def _escaped(text: str) -> str:
    return escape(_shown(text))


def inside(text: str) -> str:
    """Return a text for the inside of an element only: shorter than `esc`, since quotation marks stay what they are."""
    return escape(_shown(text), quote=False)


def _shown(text: str) -> str:
    # Nearly everything is plain ASCII, and this way of looking for control characters in it takes a tenth of the time.
    if text.isascii() and len(text.encode().translate(None, _CONTROLS)) == len(text):
        return text
    return _ODD.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def figure_name(name: str) -> str:
    """Return a figure's name, escaped, without its unit, which stands beside it: `on_call elapsed` of a drill."""
    above, _, last = _UNIT.sub("", name).rpartition(".")
    return esc(f"{above} {last.replace('_', ' ')}".lstrip())


def line_link(seq: int | None) -> str:
    """Return a link to a ledger line; nothing for no line."""
    return f'<a class="n" href="#l{seq}">#{seq}</a>' if seq else ""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], *, name: str = "") -> str:
    """Return a table from escaped heads and cells; on a narrow screen each cell carries its head."""
    heads = list(heads)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-h="{head}">{cell}</td>' if number else f'<th scope="row" data-h="{head}">{cell}</th>'
            for number, (head, cell) in enumerate(zip(heads, row, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    caption = f'<caption class="unseen">{name}</caption>' if name else ""
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return f'<div class="wide"><table>{caption}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a list of names and escaped values."""
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs if value)
    return f'<dl class="facts">{rows}</dl>'


def section(anchor: str, title: str, *parts: str) -> str:
    """Return a section with its heading."""
    joined = "".join(parts)
    return f'<section id="{anchor}" aria-labelledby="h-{anchor}"><h2 id="h-{anchor}">{title}</h2>{joined}</section>\n'


def span_of(words: Mapping[str, str], seconds: int) -> str:
    """Return a span in its two greatest units: `3 min 22 s`, `24 h`."""
    parts: list[str] = []
    rest = seconds
    for size, unit in _LONG:
        if size == 86400 and seconds < 2 * size:
            continue
        count, rest = divmod(rest, size)
        if count or (unit == "s" and not parts):
            parts.append(words["unit." + unit].replace("{n}", str(count)))
        if len(parts) == 2:
            break
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Text:
    """The language and the clock of one report."""

    tables: Tables
    plan: Plan | None = None
    """The plan, for the limits that figures are drawn against; a page without it draws none."""
    words: Mapping[str, str] = field(init=False)
    zone: ZoneInfo = field(init=False)
    day: str = field(init=False)
    """The local day of the window's start, else of the run's: a time on it is shown without its day."""

    def __post_init__(self) -> None:
        """Look up the words and the zone once."""
        object.__setattr__(self, "words", words_of(self.tables["language"]))
        object.__setattr__(self, "zone", ZoneInfo(self.tables["timezone"]))
        window, opened = self.tables["window"], self.tables["opened"]["at"]
        began = window["start"] if window is not None else opened
        object.__setattr__(self, "day", f"{self.local(began):%m-%d}" if began else "")

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the catalogue, escaped; `values` are escaped too."""
        text = self.words[key]
        return esc(text.format(**values) if values else text)

    def put(self, key: str, **values: str) -> str:
        """Return a sentence of the catalogue, escaped, around values that are markup already."""
        return esc(self.words[key]).format(**values)

    def word(self, scope: str, name: str) -> str:
        """Return the catalogue's word for a recorded word, escaped."""
        return esc(word(self.words, scope, name))

    def local(self, text: str) -> datetime:
        """Return a recorded time in the plan's zone."""
        return datetime.fromisoformat(text).astimezone(self.zone)

    def clock(self, text: str | None) -> str:
        """Return a time of day in the plan's zone, with its day when that is another one, and in UTC beside it."""
        if text is None:
            return ""
        at = datetime.fromisoformat(text)
        here = at.astimezone(self.zone)
        day = f"{here:%m-%d}"
        before = "" if day == self.day else f"{day} "
        utc = f'<span class="utc"> {at:%H:%M:%S}\u202fUTC</span>'
        return f'<time datetime="{esc(text)}">{before}{here:%H:%M:%S}{utc}</time>'

    def moment(self, text: str | None) -> str:
        """Return a day and time with its zone, and in UTC."""
        if text is None:
            return self.say("not_reached")
        at = datetime.fromisoformat(text)
        here = at.astimezone(self.zone)
        zone = esc(here.tzname() or self.tables["timezone"])
        return (
            f'<time datetime="{esc(text)}">{here:%Y-%m-%d %H:%M:%S} {zone}'
            f'<span class="utc below"> {at.astimezone(UTC):%m-%d %H:%M:%S} UTC</span></time>'
        )

    def between(self, start: str | None, end: str | None) -> str:
        """Return a stretch as people write it, its day and zone named once; in UTC below it."""
        if start is None or end is None:
            return self.moment(start)
        began, over = self.local(start), self.local(end)
        zone = esc(began.tzname() or self.tables["timezone"])
        until = f"{over:%H:%M:%S}" if began.date() == over.date() else f"{over:%m-%d %H:%M:%S}"
        utc = began.astimezone(UTC), over.astimezone(UTC)
        utc_until = f"{utc[1]:%H:%M:%S}" if utc[0].date() == utc[1].date() else f"{utc[1]:%m-%d %H:%M:%S}"
        return (
            f'<time datetime="{esc(start)}">{began:%Y-%m-%d %H:%M:%S}</time> – '
            f'<time datetime="{esc(end)}">{until} {zone}</time>'
            f'<span class="utc below"> {utc[0]:%m-%d %H:%M:%S} – {utc_until} UTC</span>'
        )

    def span(self, seconds: int) -> str:
        """Return a span in its two greatest units, escaped."""
        return esc(span_of(self.words, seconds))

    def told(self, sentence: str) -> str:
        """Return a sentence of the ledger, in the report's language and escaped; a figure keeps its unit beside it."""
        return _BEFORE_UNIT.sub("\u00a0", esc(language(self.words["lang"], "reasons").told(sentence)))

    def pill(self, verdict: str) -> str:
        """Return a verdict as a coloured word."""
        return f'<span class="pill {esc(verdict)}">{self.word("verdict", verdict)}</span>'
