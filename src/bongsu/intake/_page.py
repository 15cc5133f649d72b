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


def page_of(shown: Mapping[str, Any], *, named: str) -> str:
    """Return the page in a language, `en` or `ko`; times are told as instants, which the reader's device shows."""
    say = language(named, *CATALOGUES)
    title = say("{} open", len(shown["open"]) + shown["more"]) + " · bongsu"
    return (
        f'<!doctype html>\n<html lang="{named}"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style></head>\n<body>\n"
        f'<main data-now="{escape(shown["now"])}">\n{"".join(_main(say, shown))}</main>\n'
        f"<script>\n{_SCRIPT}</script>\n</body></html>\n"
    )


def _main(say: Language, shown: Mapping[str, Any]) -> Iterator[str]:
    count = len(shown["open"]) + shown["more"]
    yield f'<header><h1 class="{"some" if count else "none"}">{_text(say("{} open", count))}</h1>'
    yield f'<p class="soft" id="fresh">{_text(say("as of"))} {_time(shown["now"])}</p></header>\n'
    if not count:
        yield f"<p>{_text(say('Nobody is being paged.'))}</p>\n"
    for entry in shown["open"]:
        yield from _open(say, entry)
    if shown["more"]:
        yield f'<p class="soft">{_text(say("and {} more, not shown", shown["more"]))}</p>\n'
    if shown["ended"]:
        yield f"<h2>{_text(say('ended last'))}</h2>\n<ul class=ended>\n"
        for entry in shown["ended"]:
            yield from _ended(say, entry)
        yield "</ul>\n"
    yield f'<footer class="soft">{_text(say("This page only shows. Answer in the chat, or with:"))} '
    yield "<code>bongsu ack RUN --by NAME</code></footer>\n"


def _open(say: Language, entry: Mapping[str, Any]) -> Iterator[str]:
    state = "parked" if entry["parked"] else "taken" if entry["taken_by"] else "waits"
    yield f'<article class="{state}">\n<h3>{_text(entry["summary"])}</h3>\n'
    yield f'<p class="soft">{_text(entry["plan"])} · {_text(entry["policy"])} · <code>{_text(entry["run"])}</code> · '
    yield f"{_text(say('since'))} {_time(entry['opened_at'])}</p>\n"
    yield f"{_standing(say, entry)}\n"
    yield from _paged(say, entry["paged"])
    if entry["in_doubt"]:
        yield f'<p class="warn">{_text(say("{} messages in doubt", entry["in_doubt"]))}</p>\n'
    if entry["not_listening"]:
        yield f'<p class="warn">{_text(say("answers do not come in from {}", ", ".join(entry["not_listening"])))}</p>\n'
    yield "</article>\n"


def _standing(say: Language, entry: Mapping[str, Any]) -> str:
    if entry["parked"]:
        return f'<p class="next warn">{_text(say("no worker takes it any more: {}", entry["parked"]))}</p>'
    if entry["taken_by"]:
        return f'<p class="next">{_text(say("acknowledged by {} on {}", entry["taken_by"], entry["taken_on"]))}</p>'
    if entry["next_at"] is None:
        return f'<p class="next">{_text(say("the last level has been paged"))}</p>'
    people = ", ".join(entry["next_people"])
    return (
        f'<p class="next"><b class="count" data-at="{escape(entry["next_at"])}">{_time(entry["next_at"])}</b> '
        f"{_text(say('until {} is paged', people))}</p>"
    )


def _paged(say: Language, paged: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not paged:
        return
    yield "<table><thead><tr>"
    for heading in ("level", "who", "channel", "paged at", "outcome"):
        yield f"<th>{_text(say(heading))}</th>"
    yield "</tr></thead><tbody>\n"
    for one in paged:
        level = f"{one['level']}" if one["round"] == 1 else say("{} (round {})", one["level"], one["round"])
        outcome = _text(say(_OUTCOMES[one["outcome"]]))
        yield f"<tr><td>{_text(level)}</td><td>{_text(one['contact'])}</td><td>{_text(one['channel'])}</td>"
        yield f'<td>{_time(one["at"])}</td><td class="{one["outcome"]}">{outcome}</td></tr>\n'
    yield "</tbody></table>\n"


def _ended(say: Language, entry: Mapping[str, Any]) -> Iterator[str]:
    how = say(_ENDS.get(entry["ended"], entry["ended"]))
    if entry["taken_by"]:
        how = say("acknowledged by {} on {}", entry["taken_by"], entry["taken_on"])
    yield f"<li><b>{_text(entry['summary'])}</b> {_text(how)} "
    yield f'<span class="soft"><code>{_text(entry["run"])}</code> {_time(entry["ended_at"])}</span></li>\n'


def _time(text: str) -> str:
    """Return an instant as UTC, which the script shows in the reader's own zone."""
    shown = datetime.fromisoformat(text).astimezone(UTC)
    return f'<time datetime="{escape(text)}">{shown:%H:%M:%S} UTC</time>'


def _text(value: object) -> str:
    return escape(str(value))
