"""Whether a stored line is spelled as a run spells it: JSON can say one thing in many ways, a run has one for each.

For who judges somebody's ledger; our own holds no others. Readers of JSON disagree about a key that comes twice, and
none shows a member that it does not know: a line that means one thing to each of them is not evidence.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec

from bongsu.core.event_kinds import KINDS
from bongsu.core.events import Exchange, JudgedFigure
from bongsu.core.kinds import Raised

_DECODER = msgspec.json.Decoder(dict[str, Any])
_ENCODER = msgspec.json.Encoder(order="sorted")
_BODY_START = len('{"hash":"",') + 64
_TIME_LENGTH = len("2025-10-22T05:00:00.000000Z")


def _members(kind: type[Any]) -> frozenset[str]:
    return frozenset(member.name for member in fields(kind))


_MEMBERS = {name: _members(kind) for name, kind in KINDS.items()}
_TIMED = {name: tuple(members & {"service_at", "last_at"}) for name, members in _MEMBERS.items()}
_EXCHANGE, _FIGURE, _RAISED = _members(Exchange), _members(JudgedFigure), _members(Raised)


def respelled(line: bytes) -> str:
    """Return how a run would have written a line that the codec reads; nothing of one that is written so."""
    try:
        told = _DECODER.decode(line)
        del told["hash"]
        again = _ENCODER.encode(told)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError) as exc:
        return f"a line that JSON can hold: {exc}"
    if again != b"{" + line[_BODY_START:]:
        return "each key once and sorted, no spaces, and each text in its shortest form"
    body: dict[str, Any] = told["body"]
    kind: str = told["kind"]
    if not body.keys() <= _MEMBERS[kind]:
        return _without(body.keys() - _MEMBERS[kind])
    return _times(told, body, kind) or _inside(body)


def _times(told: dict[str, Any], body: dict[str, Any], kind: str) -> str:
    times = [told["at"], *[body.get(name) for name in _TIMED[kind]]]
    for exchange in body.get("exchanges", ()):
        times += exchange.get("sent_at"), exchange.get("received_at"), exchange.get("service_at")
    for at in times:
        # The codec has read it as a time in UTC: then these three tell its spelling.
        if at is not None and (len(at) != _TIME_LENGTH or at[10] != "T" or at[-1] != "Z"):
            return f"{at[:10]}T…, in UTC, to the microsecond, with Z"
    return ""


def _inside(body: dict[str, Any]) -> str:
    for exchange in body.get("exchanges", ()):
        if not exchange.keys() <= _EXCHANGE:
            return _without(exchange.keys() - _EXCHANGE)
    figures = body.get("figures")
    for figure in figures if type(figures) is list else ():
        if not figure.keys() <= _FIGURE:
            return _without(figure.keys() - _FIGURE)
    raised = body.get("raised")
    return _without(raised.keys() - _RAISED) if raised and not raised.keys() <= _RAISED else ""


def _without(members: set[str]) -> str:
    return f"no member {' or '.join(sorted(members))}"
