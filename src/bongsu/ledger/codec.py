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

from bongsu.core.events import (
    KIND_OF,
    KINDS,
    ButtonPressed,
    Observed,
    ReadFailed,
    Recorded,
    SendEnded,
    SwitchEnded,
)
from bongsu.errors import LedgerUnreadable, LedgerWriteFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def encode_payload(
    event: Event, after: Head, *, run_id: str, at: datetime, actor: str, blobs: Mapping[str, str]
) -> bytes:
    """Return the payload of the line that follows `after`, ready for `core.chain.seal`.

    Raises:
        LedgerWriteFailed: a body holds what a ledger line cannot (a float, a naive time, broken text).
    """
    payload = {
        "actor": actor,
        "at": timestamp(at),
        "blobs": dict(blobs),
        "body": _plain(event, KIND_OF[type(event)]),
        "kind": KIND_OF[type(event)],
        "prev": after.hash,
        "run": run_id,
        "seq": after.seq + 1,
        "v": FORMAT,
    }
    try:
        return _ENCODER.encode(payload)
    except (UnicodeEncodeError, TypeError, RecursionError) as exc:
        raise LedgerWriteFailed(
            f'a "{payload["kind"]}" event cannot be written as JSON', cause=type(exc).__name__
        ) from exc


def _plain(value: object, where: str) -> Any:
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise LedgerWriteFailed(f"{where} has a key that is not text: {key!r}")
        return {key: _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}[{place}]") for place, item in enumerate(value)]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), f"{where}.{field.name}") for field in fields(value)}
    raise LedgerWriteFailed(
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


_TIMED: frozenset[type[Any]] = frozenset({Observed, ReadFailed, SendEnded, SwitchEnded, ButtonPressed})
"""The events whose bodies hold times."""


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
    if stored.v != FORMAT or KINDS.get(stored.kind) is not type(stored.body):
        raise LedgerUnreadable(_why_unreadable(line))
    if stored.at.tzinfo is not UTC or not _all_utc(stored.body):
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
    kind = type(event)
    if kind not in _TIMED:
        return True
    times: list[datetime | None] = []
    if isinstance(event, Observed | ReadFailed | SendEnded | SwitchEnded):
        for exchange in event.exchanges:
            times += (exchange.sent_at, exchange.received_at, exchange.service_at)
    if isinstance(event, SendEnded | ButtonPressed):
        times.append(event.service_at)
    return all(not (at is not None and at.tzinfo is not UTC) for at in times)


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
