"""The last part of report.html: every ledger line at its anchor, and behind it the recorded requests and answers.

What a line cites is shown in the page up to a length, and as a whole in its file under `blobs/`. Readings that were
made over and over, as those of a watch, get less room than the others: each is like the one before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import msgspec

from bongsu.core.event_kinds import KIND_OF, KINDS
from bongsu.core.events import (
    ButtonPressed,
    ClockStepped,
    EndedLate,
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
from bongsu.core.guard_events import GuardChanged, HeartbeatsChanged, RunLookedFor
from bongsu.core.times import iso
from bongsu.evidence.page_text import esc, inside, section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bongsu.core.events import Event, Exchange, Recorded
    from bongsu.evidence.page_text import Text

ROOM, ROOM_IF_MANY, ROOM_FOR_REQUESTS = 6000, 1000, 600
"""How many characters of a recorded answer are shown in the page."""
MANY = 40
"""From so many readings of one scope on, its answers get the lesser room."""
_HEX_SHOWN = 64
_ROOMS = {"request": ROOM_FOR_REQUESTS, "response": ROOM}
_ROOMS_IF_OFTEN = {"request": 0, "response": ROOM_IF_MANY}


def ledger(text: Text, lines: tuple[Recorded, ...], blob: Callable[[str], bytes]) -> Iterator[str]:
    """Yield, piece by piece, the section that every `#n` of the page leads to."""
    room = text.say("ledger.room", room=ROOM, few=ROOM_IF_MANY, many=MANY, requests=ROOM_FOR_REQUESTS)
    how = f'<p class="soft">{text.say("ledger.how")} {room} <a href="#all">{text.say("ledger.open")}</a>, '
    how += f'<a href="#ledger">{text.say("ledger.close")}</a>.</p>'
    before, after = section("ledger", text.say("ledger.title"), how, '<div id="all">', "</div>").split("</div>")
    yield before
    scopes = [_scope(line) for line in lines]
    readings = Counter(scopes)
    for line, scope in zip(lines, scopes, strict=True):
        yield _line(text, line, blob, often=scope is not None and readings[scope] >= MANY)
    yield f"</div>{after}"


def _scope(line: Recorded) -> str | None:
    """Return the scope of a reading, None for any other line."""
    return line.event.key.partition("/")[0] if isinstance(line.event, Observed | ReadFailed) else None


def _line(text: Text, line: Recorded, blob: Callable[[str], bytes], *, often: bool) -> str:
    seq, kind = line.seq, KIND_OF[type(line.event)]
    local = line.at.astimezone(text.zone)
    here, utc = local.isoformat(" ", "seconds")[:19], iso(line.at)
    return (
        f'<article class="line" id="l{seq}"><a class="top" href="#l{seq}"><b>#{seq}</b>'
        f"<time>{here[5:]}</time><span>{text.words['kind.' + kind]}</span>"
        f'<span class="gist">{esc(_gist(line.event))}</span><code>{line.hash[:12]}</code></a>'
        f'<div class="body"><p>{here} {esc(local.tzname())} · {utc[:10]} {utc[11:-1]} UTC · {esc(line.actor)} · '
        f"<code>{kind}</code></p><p>{text.words['ledger.hash']} <code>{line.hash}</code></p>"
        f"{_rests_on(text, line.event)}{_cited(text, line, blob, often=often)}"
        f"<pre>{inside(_body(line.event))}</pre></div></article>\n"
    )


def _rests_on(text: Text, event: Event) -> str:
    """Return links to the lines that a verdict rests on."""
    if not isinstance(event, Judged) or not event.sources:
        return ""
    lines = " ".join(f'<a class="n" href="#l{seq}">#{seq}</a>' for seq in sorted(set(event.sources)))
    return f"<p>{text.words['ledger.rests']} {lines}</p>"


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
        case SendEnded() | SwitchEnded() | EndedLate():
            return f"{event.key} · {event.outcome}"
        case ButtonPressed():
            return f"{event.button} · {event.channel}"
        case OperatorAsked():
            return f"{event.order} · {event.by}"
        case Resolved():
            return f"{event.key} · {event.found}"
        case ListeningChanged():
            return f"{event.channel} · {event.state}"
        case GuardChanged():
            return f"{event.state} · {event.guard_run or event.reason}"
        case HeartbeatsChanged():
            return f"{event.state} · {event.run}"
        case RunLookedFor():
            return f"{event.found} · {event.run}"
        case ClockStepped():
            return f"{event.by_ms} ms"
        case RunClosed():
            return f"{event.verdict} · {event.why}"


def _cited(text: Text, line: Recorded, blob: Callable[[str], bytes], *, often: bool) -> str:
    """Return what a line cites: each content behind its name, and its file; of readings made often no requests."""
    exchanges = getattr(line.event, "exchanges", ())
    rooms = _ROOMS_IF_OFTEN if often else _ROOMS
    drawn: list[str] = []
    for (_, kind, number), name, digest in sorted((_place(name), name, digest) for name, digest in line.blobs.items()):
        about = esc(_about(exchanges[number], kind)) if number < len(exchanges) else ""
        content, room = blob(digest), rooms.get(kind, ROOM)
        head = f'<b>{esc(name)}</b> <span class="soft">{about} · {len(content):,} B</span>'
        drawn.append(_content(text, head, content, room) if room else f'<p class="blob">{head}</p>')
        # There is a blob of this name, so that it is 64 hex digits.
        drawn.append(f'<p class="file"><a href="blobs/{digest}">{digest}</a></p>')
    return "".join(drawn)


@lru_cache(maxsize=256)
def _place(name: str) -> tuple[int, str, int]:
    """Return how a blob's name is sorted: by its exchange, then the request before the response."""
    kind, _, number = name.partition(".")
    return (int(number), kind, int(number)) if number.isdecimal() else (0, kind, 0)


def _about(exchange: Exchange, kind: str) -> str:
    asked = f"{exchange.service} {exchange.operation}"
    if kind == "request":
        return asked
    received = f"{iso(exchange.received_at)[11:23]}\u202fUTC" if exchange.received_at else ""
    facts = (asked, str(exchange.status or ""), exchange.request_id, received)
    return ", ".join(part for part in facts if part)


def _content(text: Text, head: str, content: bytes, room: int) -> str:
    shown, cut = _shown(content, room)
    note = f'<p class="cut">{text.words["ledger.cut"].format(room=room, size=f"{len(content):,}")}</p>' if cut else ""
    return f'<details class="blob"><summary>{head}</summary>{note}<pre>{inside(shown)}</pre></details>'


def _shown(content: bytes, room: int) -> tuple[str, bool]:
    """Return what is shown of recorded bytes, and whether that is less than all of them."""
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        return content[:_HEX_SHOWN].hex(" "), len(content) > _HEX_SHOWN
    return whole[:room], len(whole) > room
