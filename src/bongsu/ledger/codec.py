"""How an event becomes a ledger line's bytes, and how a line's bytes become an event again.

A payload is one JSON object: UTF-8, keys sorted at every depth, no spaces. Its members are `actor`, `at`, `blobs`,
`body`, `kind`, `prev`, `run`, `seq` and `v`. The stored line is that payload with its hash in front
(`bongsu.core.chain.seal`). What is stored is what was hashed: a line is never encoded a second time.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from bongsu.core.event_kinds import KIND_OF, KINDS
from bongsu.core.events import (
    ButtonPressed,
    EndedLate,
    Observed,
    ReadFailed,
    Recorded,
    SendEnded,
    SwitchEnded,
)
from bongsu.core.guard_events import HeartbeatsChanged
from bongsu.errors import LedgerUnreadable, LedgerWriteFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bongsu.core.chain import Head
    from bongsu.core.events import Event

FORMAT = 1
"""The version of the line format; a reader refuses a newer one."""

_ENCODER = msgspec.json.Encoder(order="sorted")
_KIND_MARK = b',"kind":"'


def timestamp(at: datetime) -> str:
    """Return an aware time as the ledger writes it: UTC, microseconds, `Z`.

    Raises:
        LedgerWriteFailed: the time has no zone, so nobody could say when it was.
    """
    if at.tzinfo is None:
        raise LedgerWriteFailed(f'the time "{at.isoformat()}" has no zone; give an aware UTC time')
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def encode_payload(
    event: Event, after: Head, *, run_id: str, at: datetime, actor: str, blobs: Mapping[str, str]
) -> bytes:
    """Return the payload of the line that follows `after`, ready for `core.chain.seal`.

    Raises:
        LedgerWriteFailed: a body holds what a ledger line cannot (a float, a naive time, broken text).
    """
    kind = KIND_OF[type(event)]
    try:
        body = _plain(event)
    except _ForeignError:
        raise next(_foreign(event, kind)) from None
    payload = {
        "actor": actor,
        "at": timestamp(at),
        "blobs": dict(blobs),
        "body": body,
        "kind": kind,
        "prev": after.hash,
        "run": run_id,
        "seq": after.seq + 1,
        "v": FORMAT,
    }
    try:
        return _ENCODER.encode(payload)
    except (UnicodeEncodeError, TypeError, RecursionError) as exc:
        raise LedgerWriteFailed(f'a "{kind}" event cannot be written as JSON', cause=type(exc).__name__) from exc


_AS_IT_IS = frozenset({type(None), str, int, bool})


class _ForeignError(Exception):
    """A body holds what a ledger line cannot."""


def _plain(value: object) -> Any:
    return value if type(value) in _AS_IT_IS else _PLAINERS[type(value)](value)


def _plainer(kind: type) -> Callable[[Any], Any]:
    """Return what makes JSON's own kinds of value of a value of one kind."""
    if issubclass(kind, StrEnum):
        return str
    if issubclass(kind, datetime):
        return timestamp
    if issubclass(kind, dict):
        return _mapping
    if issubclass(kind, list | tuple):
        return _sequence
    if is_dataclass(kind):
        names = tuple(member.name for member in fields(kind))
        return lambda value: {name: _plain(getattr(value, name)) for name in names}
    return _refuse


class _Plainers(dict[type, "Callable[[Any], Any]"]):
    """Kind of value to its `_plainer`, found once for each: lines are many, kinds are few."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        made = self[kind] = _plainer(kind)
        return made


_PLAINERS = _Plainers()


def _mapping(value: dict[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise _ForeignError
    return {key: _plain(item) for key, item in value.items()}


def _sequence(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    return [_plain(item) for item in value]


def _refuse(_value: object) -> None:
    raise _ForeignError


def _foreign(value: object, where: str) -> Iterator[LedgerWriteFailed]:
    """Yield what in a body a line cannot hold, and where it stands there."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                yield LedgerWriteFailed(f"{where} has a key that is not text: {key!r}")
            yield from _foreign(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _foreign(item, f"{where}[{place}]")
    elif is_dataclass(value):
        for member in fields(value):
            yield from _foreign(getattr(value, member.name), f"{where}.{member.name}")
    elif type(value) not in _AS_IT_IS and _PLAINERS[type(value)] is _refuse:
        yield LedgerWriteFailed(
            f"{where} is a {type(value).__name__}; a ledger line holds text, integers, booleans, times, mappings "
            "and lists, and any other number as a decimal string"
        )


def _refuse_float(text: str) -> float:
    raise ValueError(f"the number {text} is not an integer")


_AWARE = Annotated[datetime, msgspec.Meta(tz=True)]


def _decoder(kind: str, body: type[Any]) -> msgspec.json.Decoder[Any]:
    line = msgspec.defstruct(
        f"line_{kind}",
        [
            ("hash", str),
            ("actor", str),
            ("at", _AWARE),
            ("blobs", dict[str, str]),
            ("body", body),
            ("kind", str),
            ("prev", str),
            ("run", str),
            ("seq", int),
            ("v", int),
        ],
        forbid_unknown_fields=True,
        frozen=True,
    )
    return msgspec.json.Decoder(line, float_hook=_refuse_float)


_DECODERS = {kind.encode(): _decoder(kind, body) for kind, body in KINDS.items()}


_TIMED: Mapping[type[Any], str] = {
    Observed: "",
    ReadFailed: "",
    SwitchEnded: "",
    SendEnded: "service_at",
    EndedLate: "service_at",
    ButtonPressed: "service_at",
    HeartbeatsChanged: "last_at",
}
"""The events whose bodies hold times: those of their exchanges, and what a time of their own is called."""


class _Head(msgspec.Struct):
    kind: str = ""
    v: int = 0


def decode(line: bytes) -> Recorded:
    """Return the event that a stored line holds.

    Raises:
        LedgerUnreadable: no ledger line, an unknown kind, or a newer format than this program knows.
    """
    return decode_line(line)[1]


def decode_line(line: bytes) -> tuple[str, Recorded]:
    """Return the id of the run that a stored line belongs to, and its event; errors as `decode`."""
    # In JSON a quote inside text is always escaped, and behind the kind stand only scalars: the last match is it.
    start = line.rfind(_KIND_MARK) + len(_KIND_MARK)
    decoder = _DECODERS.get(line[start : line.find(b'"', start)])
    if decoder is None:
        raise LedgerUnreadable(_why_unreadable(line))
    try:
        stored = decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as exc:
        raise LedgerUnreadable(_why_unreadable(line, str(exc))) from exc
    kind = type(stored.body)
    if stored.v != FORMAT or KINDS.get(stored.kind) is not kind:
        raise LedgerUnreadable(_why_unreadable(line))
    if stored.at.tzinfo is not UTC or (kind in _TIMED and not _all_utc(stored.body)):
        raise LedgerUnreadable(f"ledger line {stored.seq} holds a time that is not in UTC")
    recorded = Recorded(
        seq=stored.seq,
        at=stored.at,
        actor=stored.actor,
        event=stored.body,
        hash=stored.hash,
        blobs=stored.blobs,
    )
    return stored.run, recorded


def _all_utc(event: Event) -> bool:
    """Return whether every time in an event that holds times is in UTC."""
    for exchange in getattr(event, "exchanges", ()):
        sent, received, service = exchange.sent_at, exchange.received_at, exchange.service_at
        if not (
            (sent is None or sent.tzinfo is UTC)
            and (received is None or received.tzinfo is UTC)
            and (service is None or service.tzinfo is UTC)
        ):
            return False
    at = getattr(event, _TIMED[type(event)], None)
    return at is None or at.tzinfo is UTC


def _why_unreadable(line: bytes, cause: str = "") -> str:
    """Say what a line is, when it is not one that can be read."""
    try:
        head = msgspec.json.decode(line, type=_Head)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return f"this is not a ledger line{': ' + cause if cause else ''}"
    if head.v > FORMAT:
        return (
            f"the ledger line has format {head.v}, this program reads up to {FORMAT}; "
            "read it with the program version that wrote it, or a newer one"
        )
    if head.kind not in KINDS:
        return f'the ledger line has the unknown kind "{head.kind}"'
    return f'the "{head.kind}" line does not have the documented shape{": " + cause if cause else ""}'
