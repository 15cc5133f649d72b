"""The last part of report.html: every ledger line at its anchor, and behind it the recorded requests and answers.

What a line cites is shown in the page up to a length, and as a whole in its file under `blobs/`. Lines of the watch
get less room than the others: there are many of them, and each is like the one before it.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from bongsu.core.events import (
    KIND_OF,
    KINDS,
    ButtonPressed,
    ClockStepped,
    Judged,
    ListeningChanged,
    Observed,
    OperatorAsked,
    PhaseEntered,
    ReadFailed,
    Resolved,
    RunClosed,
    RunOpened,
    SendEnded,
    SendIntended,
    SwitchEnded,
    SwitchIntended,
)
from bongsu.core.times import iso
from bongsu.evidence.page_text import esc, section

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.core.events import Event, Exchange, Recorded
    from bongsu.evidence.page_text import Text

ROOM, ROOM_IN_WATCH, ROOM_FOR_REQUESTS = 6000, 1000, 600
"""How many characters of a recorded answer are shown in the page."""
_HEX_SHOWN = 64


def ledger(text: Text, lines: tuple[Recorded, ...], blob: Callable[[str], bytes]) -> str:
    """Return the section that every `#n` of the page leads to."""
    drawn = [_line(text, line, blob) for line in lines]
    room = text.say("ledger.room", room=ROOM, watch=ROOM_IN_WATCH, requests=ROOM_FOR_REQUESTS)
    how = f'<p class="soft">{text.say("ledger.how")} {room} <a href="#all">{text.say("ledger.open")}</a>, '
    how += f'<a href="#ledger">{text.say("ledger.close")}</a>.</p>'
    return section("ledger", text.say("ledger.title"), how, f'<div id="all">{"".join(drawn)}</div>')


def _line(text: Text, line: Recorded, blob: Callable[[str], bytes]) -> str:
    seq, at = line.seq, line.at
    here = at.astimezone(text.zone)
    utc = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond:06d}"
    kind = KIND_OF[type(line.event)]
    return (
        f'<article class="line" id="l{seq}"><a class="top" href="#l{seq}"><b>#{seq}</b>'
        f"<time>{here:%m-%d %H:%M:%S}</time><span>{text.words['kind.' + kind]}</span>"
        f'<span class="gist">{esc(_gist(line.event))}</span><code>{line.hash[:12]}</code></a>'
        f'<div class="body"><p>{here:%Y-%m-%d %H:%M:%S} {esc(here.tzname())} · {utc} UTC · {esc(line.actor)} · '
        f"<code>{kind}</code></p><p>{text.words['ledger.hash']} <code>{line.hash}</code></p>"
        f"<pre>{esc(_body(line.event))}</pre>{_cited(text, line, blob)}</div></article>\n"
    )


@cache
def _names(kind: str) -> tuple[str, ...]:
    return tuple(member.name for member in fields(KINDS[kind]) if member.name != "exchanges")


def _body(event: Event) -> str:
    body = {name: getattr(event, name) for name in _names(KIND_OF[type(event)])}
    return msgspec.json.format(msgspec.json.encode(body), indent=1).decode()


def _gist(event: Event) -> str:
    match event:
        case RunOpened():
            return event.program
        case PhaseEntered():
            return f"{event.phase} · {event.why} {event.detail}"
        case Observed() | ReadFailed():
            return event.key
        case Judged():
            return f"{event.key} · {event.verdict}"
        case SendIntended() | SwitchIntended():
            return event.key
        case SendEnded() | SwitchEnded():
            return f"{event.key} · {event.outcome}"
        case ButtonPressed():
            return f"{event.button} · {event.channel}"
        case OperatorAsked():
            return f"{event.order} · {event.by}"
        case Resolved():
            return f"{event.key} · {event.found}"
        case ListeningChanged():
            return f"{event.channel} · {event.state}"
        case ClockStepped():
            return f"{event.by_ms} ms"
        case RunClosed():
            return f"{event.verdict} · {event.why}"


def _cited(text: Text, line: Recorded, blob: Callable[[str], bytes]) -> str:
    event = line.event
    exchanges = getattr(event, "exchanges", ())
    watch = isinstance(event, Observed | ReadFailed) and event.key.startswith("watch/")
    drawn: list[str] = []
    for name, digest in sorted(line.blobs.items(), key=lambda found: _place(found[0])):
        kind, number = _place(name)[1:]
        exchange = exchanges[number] if number < len(exchanges) else None
        room = ROOM_FOR_REQUESTS if kind == "request" else ROOM_IN_WATCH if watch else ROOM
        drawn.append(_blob(text, name, digest, blob(digest), room=room, exchange=exchange))
    return "".join(drawn)


def _place(name: str) -> tuple[int, str, int]:
    """Return how a blob's name is sorted: by its exchange, then the request before the response."""
    kind, _, number = name.partition(".")
    return (int(number), kind, int(number)) if number.isdecimal() else (0, kind, 0)


def _blob(text: Text, name: str, digest: str, content: bytes, *, room: int, exchange: Exchange | None) -> str:
    about = ""
    if exchange is not None:
        about = f"{exchange.service} {exchange.operation}"
        if name.startswith("response"):
            times = f", {iso(exchange.received_at)[11:23]}\u202fUTC" if exchange.received_at else ""
            about += f", {exchange.status or ''} {exchange.request_id}{times}"
    shown, cut = _shown(content, room)
    note = f'<p class="cut">{text.words["ledger.cut"].format(room=room, size=f"{len(content):,}")}</p>' if cut else ""
    return (
        f'<details class="blob"><summary><b>{esc(name)}</b> <span class="soft">{esc(about)} · {len(content):,} B'
        f"</span></summary>{note}<pre>{esc(shown)}</pre></details>"
        f'<p class="file"><a href="blobs/{esc(digest)}">blobs/<code>{esc(digest)}</code></a></p>'
    )


def _shown(content: bytes, room: int) -> tuple[str, bool]:
    """Return what is shown of recorded bytes, and whether that is less than all of them."""
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        return content[:_HEX_SHOWN].hex(" "), len(content) > _HEX_SHOWN
    return whole[:room], len(whole) > room
