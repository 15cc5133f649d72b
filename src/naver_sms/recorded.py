"""What a run saw, as a JSON document that can be decided again: `naver-sms run --record FILE`.

Redacted: people's numbers and names are keyed hashes, equal where the originals were equal.

    {"type": "naver_sms.recorded", "v": 1, "runs": [
      {"now": "2025-10-22T14:00:00+09:00",
       "configuration": {"option_keywords": [...], "store_keywords": {store: [...]}, "default_from": hash,
                         "store_from": {store: hash}, "texts": {"confirm": sha256, "event": sha256,
                         "guide/<store>": sha256}, "event_as_information": bool,
                         "parity_mode": "strict" or "corrected", "types": {text: "SMS" or "LMS"},
                         "notices": ["<store>/<kind>", ...] (sent over KakaoTalk)},
       "confirmed": [{"booking_num", "store_id", "start_at", "phone": hash, "name": hash, "sendable": bool,
                      "options": [...], "read_failed": bool, "by_day": bool}],
       "completed": [the same],
       "records": [{"booking_num", "phone": hash, "start_at": text|null, "confirm": bool|null, "guide": ...,
                    "event": ..., "claims": {kind: {"state", "attempt"}}, "closed": text|null,
                    "created": bool (by this engine, not the legacy)}],
       "decided": [what the owner's rules made of it, only where there is a rules file]}]}
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from naver_sms.booking import Booking
from naver_sms.decision import Decision, Rules, Why
from naver_sms.due import decide
from naver_sms.masking import keyed_hash
from naver_sms.record import Claim, ClaimState, Kind, Record
from naver_sms.texts import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from naver_sms.settings import Settings

FLAGS = (Kind.CONFIRM, Kind.GUIDE, Kind.EVENT)


def recorded_run(
    *,
    now: datetime,
    settings: Settings,
    confirmed: Iterable[Booking],
    completed: Iterable[Booking],
    records: Iterable[Record],
    unread: frozenset[str] = frozenset(),
    salt: bytes,
    decided: Iterable[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return one run's input as the document above holds it, redacted with `salt`.

    `decided` is what the owner's rules made of it, one `decided_json` for each decision: rules lie outside the input.
    """
    return {
        "now": now.isoformat(),
        "configuration": _configuration(settings, salt),
        "confirmed": [_booking_json(one, salt, unread) for one in confirmed],
        "completed": [_booking_json(one, salt, unread) for one in completed],
        "records": [_record_json(one, salt) for one in records],
        **({} if decided is None else {"decided": list(decided)}),
    }


def recorded_document(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document that `naver-sms parity --input` reads."""
    return {"type": "naver_sms.recorded", "v": 1, "runs": list(runs)}


def _configuration(settings: Settings, salt: bytes) -> dict[str, Any]:
    texts = {f"guide/{store.id}": wording(settings, store, Kind.GUIDE) for store in settings.enabled}
    texts |= {kind.value: wording(settings, settings.enabled[0], kind) for kind in (Kind.CONFIRM, Kind.EVENT)}
    return {
        "option_keywords": list(settings.option_keywords),
        "store_keywords": {s.id: list(s.option_keywords) for s in settings.enabled if s.option_keywords},
        "default_from": keyed_hash(settings.default_from_number, salt),
        "store_from": {s.id: keyed_hash(s.from_number, salt) for s in settings.enabled if s.from_number},
        "texts": {name: words.content_sha256 for name, words in texts.items()},
        "event_as_information": settings.event_as_information is not None,
        "parity_mode": settings.parity_mode,
        "types": {name: words.type.value for name, words in texts.items()},
        "notices": _notices(settings),
    }


def _notices(settings: Settings) -> list[str]:
    """Name the texts that go out over KakaoTalk, as store and kind."""
    kinds = [(store, kind) for store in settings.enabled for kind in Kind]
    return [f"{store.id}/{kind.value}" for store, kind in kinds if wording(settings, store, kind).kakao is not None]


def _booking_json(booking: Booking, salt: bytes, unread: frozenset[str]) -> dict[str, Any]:
    return {
        "booking_num": booking.booking_num,
        "store_id": booking.store_id,
        "start_at": booking.start_at.isoformat(),
        "phone": _phone_hash(booking.phone_key, salt),
        "name": keyed_hash(booking.name, salt),
        "sendable": booking.phone is not None,
        "options": list(booking.options),
        "read_failed": booking.booking_num in unread,
        "by_day": booking.by_day,
    }


def _record_json(record: Record, salt: bytes) -> dict[str, Any]:
    return {
        "booking_num": record.booking_num,
        "phone": _phone_hash(record.phone, salt),
        "start_at": None if record.start_at is None else record.start_at.isoformat(),
        **{kind.value: record.flag(kind) for kind in FLAGS},
        "claims": {
            kind.value: {"state": claim.state.value, "attempt": claim.tries} for kind, claim in record.claims.items()
        },
        "closed": record.closed,
        "created": record.created_run is not None,
    }


def _phone_hash(key: str, salt: bytes) -> str:
    # Digits only, so that an old row's odd hyphens do not make another person of the same number.
    return keyed_hash(key.replace("-", ""), salt)


def replay(run: Mapping[str, Any]) -> list[Decision]:
    """Return what the engine decides on one recorded run."""
    both = [*run["confirmed"], *run["completed"]]
    configuration = run["configuration"]
    return decide(
        confirmed=[_booking_of(one) for one in run["confirmed"]],
        completed=[_booking_of(one) for one in run["completed"]],
        records={one["booking_num"]: _record_of(one) for one in run["records"]},
        now=datetime.fromisoformat(run["now"]),
        rules=Rules(
            keywords=tuple(configuration["option_keywords"]),
            store_keywords={key: tuple(words) for key, words in configuration["store_keywords"].items()},
            corrected=is_corrected(configuration),
        ),
        unread=frozenset(one["booking_num"] for one in both if one.get("read_failed")),
    )


def decided_json(decision: Decision, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return a decision that the owner's rules led to; `texts` has the hash of each text that they chose."""
    return {
        "booking_num": decision.booking.booking_num,
        "why": decision.why.value,
        "create": decision.create,
        "sends": [kind.value for kind in decision.sends],
        "retries": [kind.value for kind in decision.retries],
        "reopen": [kind.value for kind in decision.reopen],
        "again": [kind.value for kind in decision.again],
        "flags": None if decision.flags is None else list(decision.flags),
        "deviations": [list(one) for one in decision.deviations],
        "texts": dict(texts),
    }


def decided(run: Mapping[str, Any]) -> list[Decision]:
    """Return the decisions of a recorded run: those that the owner's rules made, or else those of the engine."""
    if "decided" not in run:
        return replay(run)
    bookings = {one["booking_num"]: _booking_of(one) for one in (*run["confirmed"], *run["completed"])}
    return [
        Decision(
            booking=bookings[one["booking_num"]],
            why=Why(one["why"]),
            create=one["create"],
            sends=tuple(Kind(kind) for kind in one["sends"]),
            retries=tuple(Kind(kind) for kind in one["retries"]),
            reopen=tuple(Kind(kind) for kind in one["reopen"]),
            again=tuple(Kind(kind) for kind in one.get("again", ())),
            flags=None if one["flags"] is None else tuple(one["flags"]),
            deviations=tuple((part, defect) for part, defect in one["deviations"]),
        )
        for one in run["decided"]
    ]


def is_corrected(configuration: Mapping[str, Any]) -> bool:
    """Whether a recorded run was decided without the legacy's oddities."""
    return bool(configuration.get("parity_mode") == "corrected")


def _booking_of(one: Mapping[str, Any]) -> Booking:
    return Booking(
        booking_num=one["booking_num"],
        store_id=one["store_id"],
        start_at=datetime.fromisoformat(one["start_at"]),
        phone=one["phone"] if one["sendable"] else None,
        phone_key=one["phone"],
        options=tuple(one["options"]),
        by_day=bool(one.get("by_day")),
    )


def _record_of(one: Mapping[str, Any]) -> Record:
    return Record(
        booking_num=one["booking_num"],
        phone=one["phone"],
        booking_time="",
        start_at=datetime.fromisoformat(one["start_at"]) if one.get("start_at") else None,
        confirm=one["confirm"],
        guide=one["guide"],
        event=one["event"],
        claims={Kind(kind): _claim_of(claim) for kind, claim in (one.get("claims") or {}).items()},
        closed=one.get("closed"),
        created_run="-" if one.get("created") else None,
    )


def _claim_of(claim: Mapping[str, Any]) -> Claim:
    at = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    state = ClaimState(claim["state"])
    return Claim(state=state, run_id="", at=at, hash="", attempt=claim["attempt"])


def recorded_runs(recorded: bytes) -> list[dict[str, Any]]:
    """Return the runs of a document; raises ValueError when it is not one of recorded runs."""
    document = json.loads(recorded)
    if not isinstance(document, dict) or document.get("type") != "naver_sms.recorded" or document.get("v") != 1:
        raise ValueError("the input is not a 'naver_sms.recorded' document of version 1")
    return list(document["runs"])
