"""What a run and its guard say to each other: sealed bytes, so that nobody else can say them, and none of them twice.

A message is one JSON object; in front of it, on a line of its own, stand 64 digits: HMAC-SHA256 over the side that
speaks and exactly these bytes. Each word of a run names the guard's session, which is new at every start of the guard,
and a number that only goes up; the guard's answer repeats both, so that an old answer cannot stand for a new one.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bongsu.core.events import Phase
from bongsu.core.guard_events import Did, Safe

LONGEST_BYTES = 8_192


class Side(StrEnum):
    """Who speaks; what one side has sealed is not taken from the other."""

    RUN = "run"
    GUARD = "guard"


class What(StrEnum):
    """What a run says."""

    HELLO = "hello"
    """Asks whether somebody is there, before there is a run."""
    ARM = "arm"
    BEAT = "beat"
    CLOSED = "closed"
    LEFT = "left"


class Standing(StrEnum):
    """What a guard answers."""

    STANDING_BY = "standing_by"
    ACTED = "acted"
    OTHER_SESSION = "other_session"
    """Say it again with my session and the number after mine."""
    OTHER_PLAN = "other_plan"
    OTHER_RUN = "other_run"
    NOT_ARMED = "not_armed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a run: a heartbeat, or what comes before the first and after the last."""

    what: What
    run: str
    session: str
    number: int
    plan: str
    """SHA-256 of the signed-off bytes."""
    phase: Phase
    safe: Safe
    lost: int = 0
    """How often the guard has not answered so far: the run's next notice of it has the number after this."""
    obeyed: str = ""
    """The guard's run whose act this run knows of and has obeyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a guard answers to one word."""

    standing: Standing
    session: str
    number: int
    """Of the word that it answers; with another session, the newest number that was taken."""
    guard_run: str = ""
    did: Did | None = None


def sealed(key: bytes, side: Side, said: Word | Answer) -> bytes:
    """Return the bytes of a word or an answer."""
    body = json.dumps(asdict(said), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    return _mac(key, side, body) + b"\n" + body


def word_of(key: bytes, data: bytes) -> Word | None:
    """Return the word of a run that the bytes hold; None when nobody with the key sealed exactly these as a run."""
    found = _opened(key, Side.RUN, data)
    try:
        return None if found is None else Word(**_typed(found, what=What, phase=Phase, safe=Safe))
    except (TypeError, ValueError):
        return None


def answer_of(key: bytes, data: bytes) -> Answer | None:
    """Return the answer of a guard that the bytes hold; None when nobody with the key sealed exactly these as one."""
    found = _opened(key, Side.GUARD, data)
    try:
        return None if found is None else Answer(**_typed(found, standing=Standing, did=Did))
    except (TypeError, ValueError):
        return None


def _typed(found: dict[str, Any], **enums: type[StrEnum]) -> dict[str, Any]:
    numbers = (found.get("number"), found.get("lost", 0))
    if not all(type(number) is int for number in numbers) or not all(
        type(found.get(name, "")) is str for name in ("session", "run", "plan")
    ):
        raise TypeError("a word has text and whole numbers")
    words = {name: kind(found[name]) for name, kind in enums.items() if found.get(name) is not None}
    return {**found, **words}


def _opened(key: bytes, side: Side, data: bytes) -> dict[str, Any] | None:
    if len(data) > LONGEST_BYTES:
        return None
    mac, _, body = data.partition(b"\n")
    if not hmac.compare_digest(mac, _mac(key, side, body)):
        return None
    found = json.loads(body)
    return found if isinstance(found, dict) else None


def _mac(key: bytes, side: Side, body: bytes) -> bytes:
    return hmac.new(key, f"bongsu-{side}\n".encode() + body, sha256).hexdigest().encode()
