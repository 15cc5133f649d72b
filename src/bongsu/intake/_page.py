"""The live page: what is open, who was paged at which level, when the next is due, and who has taken it.

It is one file without anything from elsewhere: the program renders it whole, a few lines of script fetch it again every
few seconds and count down. It answers nothing: whoever has its password is not one of the plan's people for that, so
that an acknowledgement comes by a chat or by `bongsu ack`.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from bongsu.language import language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bongsu.language import Language

CATALOGUES = ("running", "paging", "serving")
LANGUAGES = ("en", "ko")
_STYLE, _SCRIPT = ((files(__package__) / name).read_text("utf-8") for name in ("page.css", "page.js"))
STYLE, SCRIPT = (b64encode(sha256(f"\n{text}".encode()).digest()).decode() for text in (_STYLE, _SCRIPT))
"""The digests by which a browser knows the page's own style and script."""
LATE_S = 10
"""How long after its time a level that nobody was paged for is called overdue: a worker that lives takes a moment."""
AGAIN_S = 10
"""How often a browser without scripts loads the page again."""
_OUTCOMES = {
    "accepted": "accepted",
    "refused": "refused",
    "not_sent": "not sent",
    "in_doubt": "in doubt",
    "under_way": "under way",
}
_ENDS = {
    "acknowledged": "acknowledged",
    "cleared": "over, says the alarm",
    "unanswered": "nobody answered",
    "nobody_told": "nobody could be told",
    "not_listening": "unknown: answers could not come in",
}
_MISSED = frozenset({"unanswered", "nobody_told", "not_listening"})


def page_of(shown: Mapping[str, Any], *, named: str) -> str:
    """Return the page in a language, `en` or `ko`; times are told as instants, which the reader's device shows."""
    say, now = language(named, *CATALOGUES), _instant(shown["now"])
    title = _count(say, shown) + " · bongsu"
    return (
        f'<!doctype html>\n<html lang="{named}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<noscript><meta http-equiv="refresh" content="{AGAIN_S}"></noscript>\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style></head>\n<body>\n"
        f'<p class="lost" id="lost" role="alert" hidden>{_text(say("Nothing new has come from the server since"))} '
        f'<time id="since"></time></p>\n'
        f'<main data-now="{escape(shown["now"])}" data-late="{LATE_S}">\n{"".join(_main(say, shown, now))}</main>\n'
        f"<script>\n{_SCRIPT}</script>\n</body></html>\n"
    )


def _count(say: Language, shown: Mapping[str, Any]) -> str:
    count = len(shown["open"]) + shown["more"]
    return say("at least {} open", count) if shown["at_least"] else say("{} open", count)


def _main(say: Language, shown: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield the parts of the page, each an element of its own: what has not changed is left alone in a browser."""
    some = bool(shown["open"] or shown["more"] or shown["at_least"])
    yield f'<h1 class="{"some" if some else "none"}">{_text(_count(say, shown))}</h1>\n'
    yield f'<p class="soft fresh">{_text(say("as of"))} {_time(shown["now"], now)}</p>\n'
    if not some:
        yield f'<p class="row">{_text(say("Nobody is being paged."))}</p>\n'
    for entry in shown["open"]:
        yield from _open(say, entry, now)
    if shown["at_least"]:
        yield f'<p class="soft row">{_text(say("and {} more at least, not shown", shown["more"]))}</p>\n'
    elif shown["more"]:
        yield f'<p class="soft row">{_text(say("and {} more, not shown", shown["more"]))}</p>\n'
    if shown["ended"]:
        yield f'<h2 class="row">{_text(say("ended last"))}</h2>\n<ul class="ended row">\n'
        for entry in shown["ended"]:
            yield from _ended(say, entry, now)
        yield "</ul>\n"
    yield f'<footer class="soft row">{_text(say("This page only shows. Answer in the chat, or with:"))} '
    yield f"<code>bongsu ack {_text(_the_one(shown))} --by NAME</code></footer>\n"


def _the_one(shown: Mapping[str, Any]) -> str:
    """Return the run that the command is for where only one waits for somebody, as in most nights; else `RUN`."""
    waiting = [entry["run"] for entry in shown["open"] if not entry["taken_by"]]
    return str(waiting[0]) if len(waiting) == 1 and not shown["more"] and not shown["at_least"] else "RUN"


def _open(say: Language, entry: Mapping[str, Any], now: datetime) -> Iterator[str]:
    state = "parked" if entry["parked"] else "taken" if entry["taken_by"] else "waits"
    late = " late" if state == "waits" and _is_late(entry["next_at"], now) else ""
    yield f'<article class="{state}{late}">\n<h2>{_text(entry["summary"])}</h2>\n'
    yield f'<p class="soft">{_text(entry["plan"])} · {_text(entry["policy"])} · <code>{_text(entry["run"])}</code> · '
    yield f"{_text(say('since'))} {_time(entry['opened_at'], now)}</p>\n"
    yield f"{_standing(say, entry, now)}\n"
    yield from _paged(say, entry["paged"], now)
    if entry["in_doubt"]:
        yield f'<p class="warn">{_text(say("messages in doubt: {}", entry["in_doubt"]))}</p>\n'
    if entry["not_listening"]:
        yield f'<p class="warn">{_text(say("answers do not come in from {}", ", ".join(entry["not_listening"])))}</p>\n'
    yield "</article>\n"


def _is_late(at: str | None, now: datetime) -> bool:
    return at is not None and (now - _instant(at)).total_seconds() >= LATE_S


def _standing(say: Language, entry: Mapping[str, Any], now: datetime) -> str:
    if entry["parked"]:
        return f'<p class="next warn">{_text(say("no worker takes it any more: {}", entry["parked"]))}</p>'
    if entry["taken_by"]:
        taken = _text(say("acknowledged by {} on {}", entry["taken_by"], entry["taken_on"]))
        return f'<p class="next took">{taken} {_time(entry["taken_at"], now)}</p>'
    if entry["next_at"] is None:
        return f'<p class="next">{_text(say("the last level has been paged"))}</p>'
    people, at = ", ".join(entry["next_people"]), escape(entry["next_at"])
    return (
        f'<p class="next"><b class="count" data-at="{at}">{_time(entry["next_at"], now)}</b> '
        f'<span class="due">{_text(say("until the page to {}", people))}</span>'
        f'<span class="over">{_text(say("overdue: {} should have been paged", people))}</span></p>'
    )


def _paged(say: Language, paged: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[str]:
    """Yield a row for each time a person was paged, with what became of it on each of their channels."""
    if not paged:
        return
    yield "<table><thead><tr>"
    for heading in ("level", "who", "paged at", "outcome"):
        yield f'<th scope="col">{_text(say(heading))}</th>'
    yield "</tr></thead><tbody>\n"
    rows: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for one in paged:
        rows.setdefault((one["round"], one["level"], one["contact"]), []).append(one)
    for (times, level, contact), ways in rows.items():
        which = f"{level}" if times == 1 else say("{} (round {})", level, times)
        yield f"<tr><td>{_text(which)}</td><td>{_text(contact)}</td><td>{_time(ways[0]['at'], now)}</td><td>"
        for one in ways:
            outcome = _text(say(_OUTCOMES[one["outcome"]]))
            yield f'<span class="way">{_text(one["channel"])} <span class="{one["outcome"]}">{outcome}</span></span> '
        yield "</td></tr>\n"
    yield "</tbody></table>\n"


def _ended(say: Language, entry: Mapping[str, Any], now: datetime) -> Iterator[str]:
    how = say(_ENDS.get(entry["ended"], entry["ended"]))
    if entry["taken_by"]:
        how = say("acknowledged by {} on {}", entry["taken_by"], entry["taken_on"])
    missed = ' class="missed"' if entry["ended"] in _MISSED else ""
    yield f"<li><b>{_text(entry['summary'])}</b> <span{missed}>{_text(how)}</span> "
    yield f'<span class="soft line">{_time(entry["ended_at"], now)} · <code>{_text(entry["run"])}</code></span></li>\n'


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _time(text: str, now: datetime) -> str:
    """Return an instant as UTC, with its day when that is not today; the script shows it in the reader's own zone."""
    at = _instant(text)
    day = "" if at.date() == now.date() else f"{at:%m-%d} "
    return f'<time datetime="{escape(text)}">{day}{at:%H:%M:%S} UTC</time>'


def _text(value: object) -> str:
    return escape(str(value))
