"""Parity: on recorded inputs, how far the new engine decides as the legacy's tables do.

Two live senders would send twice, so decisions are compared, not systems. The input is a JSON document of
recorded runs, redacted: people's numbers and names are keyed hashes, equal where the originals were equal.

    {"type": "naver_sms.recorded", "v": 1, "runs": [
      {"now": "2025-10-22T14:00:00+09:00",
       "configuration": {"option_keywords": [...], "store_keywords": {store: [...]}, "default_from": hash,
                         "store_from": {store: hash}, "texts": {"confirm": sha256, "event": sha256,
                         "guide/<store>": sha256}, "event_as_information": bool,
                         "parity_mode": "strict" or "corrected", "types": {text: "SMS" or "LMS"},
                         "notices": ["<store>/<kind>", ...] (sent over KakaoTalk)},
       "confirmed": [{"booking_num", "store_id", "start_at", "phone": hash, "name": hash, "sendable": bool,
                      "options": [...], "read_failed": bool}],
       "completed": [the same],
       "records": [{"booking_num", "phone": hash, "start_at": text|null, "confirm": bool|null, "guide": ...,
                    "event": ..., "claims": {kind: {"state", "attempt"}}, "closed": text|null,
                    "created": bool (by this engine, not the legacy)}]}]}

Compared are sendings (recipient, sender, type, text hash) and the flags of every record that either side
writes. Items that neither side touches do not count: they would only make a difference look small. Under the strict
rules a run without faults differs nowhere; under the corrected ones each difference is named by the defect it leaves
out, or `LMS` for a text that is short enough to go out as an SMS. A named difference does not count as matched.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from naver_sms.booking import Booking
from naver_sms.decision import Decision, Rules, Why
from naver_sms.due import decide
from naver_sms.legacy_table import expected_items
from naver_sms.masking import keyed_hash
from naver_sms.record import Claim, ClaimState, Kind, Record
from naver_sms.texts import ALIMTALK, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from naver_sms.settings import Settings

_FLAGS = (Kind.CONFIRM, Kind.GUIDE, Kind.EVENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParityResult:
    """Counts of compared items; `intended` names the differences that a known defect explains."""

    matched: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    intended: tuple[dict[str, str], ...] = field(default=())

    @property
    def compared(self) -> int:
        """The size of the union of both sides."""
        return self.matched + self.missing + self.extra + self.different

    @property
    def percent(self) -> str | None:
        """Matched of compared, floored to two decimals; None when there was nothing to compare."""
        return percent_text(self.matched, self.compared)

    def plus(self, other: ParityResult) -> ParityResult:
        """Return the sum of two comparisons."""
        return ParityResult(
            matched=self.matched + other.matched,
            missing=self.missing + other.missing,
            extra=self.extra + other.extra,
            different=self.different + other.different,
            intended=self.intended + other.intended,
        )


def percent_text(part: int, whole: int) -> str | None:
    """Return 100 * part / whole floored to two decimals, so that 99.996 is never called 100."""
    if whole == 0:
        return None
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def recorded_run(
    *,
    now: datetime,
    settings: Settings,
    confirmed: Iterable[Booking],
    completed: Iterable[Booking],
    records: Iterable[Record],
    unread: frozenset[str] = frozenset(),
    salt: bytes,
) -> dict[str, Any]:
    """Return one run's input as the document above holds it, redacted with `salt`."""
    return {
        "now": now.isoformat(),
        "configuration": _configuration(settings, salt),
        "confirmed": [_booking_json(one, salt, unread) for one in confirmed],
        "completed": [_booking_json(one, salt, unread) for one in completed],
        "records": [_record_json(one, salt) for one in records],
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
    }


def _record_json(record: Record, salt: bytes) -> dict[str, Any]:
    return {
        "booking_num": record.booking_num,
        "phone": _phone_hash(record.phone, salt),
        "start_at": None if record.start_at is None else record.start_at.isoformat(),
        **{kind.value: record.flag(kind) for kind in _FLAGS},
        "claims": {
            kind.value: {"state": claim.state.value, "attempt": claim.attempt} for kind, claim in record.claims.items()
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
            corrected=_is_corrected(configuration),
        ),
        unread=frozenset(one["booking_num"] for one in both if one.get("read_failed")),
    )


def _is_corrected(configuration: Mapping[str, Any]) -> bool:
    return bool(configuration.get("parity_mode") == "corrected")


def _booking_of(one: Mapping[str, Any]) -> Booking:
    return Booking(
        booking_num=one["booking_num"],
        store_id=one["store_id"],
        start_at=datetime.fromisoformat(one["start_at"]),
        phone=one["phone"] if one["sendable"] else None,
        phone_key=one["phone"],
        options=tuple(one["options"]),
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


def compare(run: Mapping[str, Any], decisions: Iterable[Decision]) -> ParityResult:
    """Return how the decisions of one run agree with the legacy's tables on its recorded input.

    The decisions may be those of `replay` or those that a live run acted on.
    """
    decided = list(decisions)
    actual = _keyed(_actual_items(run, decided))
    expected = _keyed(expected_items(dict(run)))
    reasons = _reasons(run, decided)
    both = expected.keys() & actual.keys()
    matched = {key for key in both if expected[key] == actual[key]}
    unequal = sorted((expected.keys() | actual.keys()) - matched)
    named = [(key, _wording_reason(expected, actual, key) or _reason(key, reasons)) for key in unequal]
    intended = [{"id": reason, "item": "/".join(key)} for key, reason in named if reason is not None]
    return ParityResult(
        matched=len(matched),
        missing=len(expected.keys() - actual.keys()),
        extra=len(actual.keys() - expected.keys()),
        different=len(both) - len(matched),
        intended=tuple(intended),
    )


def _keyed(items: Iterable[tuple[Any, ...]]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    return {item[:3] if item[0] == "send" else item[:2]: item for item in items}


def _actual_items(run: Mapping[str, Any], decisions: Iterable[Decision]) -> set[tuple[Any, ...]]:
    configuration = run["configuration"]
    phones = {one["booking_num"]: one for one in (*run["confirmed"], *run["completed"])}
    flags: dict[str, tuple[bool | None, ...]] = {}
    items: set[tuple[Any, ...]] = set()
    for decision in decisions:
        num = decision.booking.booking_num
        seen = phones[num]
        held = Kind.EVENT in decision.sends and not configuration["event_as_information"]
        sends = [kind for kind in decision.sends if seen["sendable"] and not (held and kind is Kind.EVENT)]
        for kind in sends:
            items.add(("send", num, kind.value, seen["phone"], *_sender_and_text(configuration, seen, kind)))
        if decision.flags is not None and (decision.create or sends or decision.reopen):
            flags[num] = tuple(
                flag and (seen["sendable"] or kind not in decision.sends)
                for kind, flag in zip(_FLAGS, decision.flags, strict=True)
            )
    return items | {("record", num, *values) for num, values in flags.items()}


def _sender_and_text(configuration: Mapping[str, Any], seen: Mapping[str, Any], kind: Kind) -> tuple[str, str, str]:
    store = seen["store_id"]
    name = f"guide/{store}" if kind is Kind.GUIDE else kind.value
    sender = configuration["default_from"]
    if kind is Kind.GUIDE or _is_corrected(configuration):
        sender = configuration["store_from"].get(store, sender)
    if f"{store}/{kind.value}" in configuration.get("notices", ()):
        return sender, ALIMTALK, configuration["texts"][name]
    return sender, configuration.get("types", {}).get(name, "LMS"), configuration["texts"][name]


def _reasons(run: Mapping[str, Any], decisions: Iterable[Decision]) -> dict[tuple[str, str], str]:
    """Name, by booking and kind (or `*`), the defect of the legacy that explains a difference."""
    phones: dict[str, set[str]] = {}
    for record in run["records"]:
        phones.setdefault(record["booking_num"], set()).add(record["phone"])
    seen = {one["booking_num"]: one for one in (*run["confirmed"], *run["completed"])}
    found: dict[tuple[str, str], str] = {}
    for decision in decisions:
        num = decision.booking.booking_num
        if decision.why is Why.UNREAD:
            found[num, "*"] = "B03"
        elif decision.why is Why.CLOSED:
            found[num, "*"] = "B08"
        elif not seen[num]["sendable"] or (num in phones and seen[num]["phone"] not in phones[num]):
            found[num, "*"] = "B18"
        found |= {(num, part): defect for part, defect in decision.deviations}
        for kind in decision.retries:
            found[num, kind.value] = found[num, "record"] = "B01"
        if Kind.EVENT in decision.sends and not run["configuration"]["event_as_information"]:
            found[num, Kind.EVENT.value] = found[num, "record"] = "B23"
    return found


def _wording_reason(
    expected: Mapping[tuple[str, ...], tuple[Any, ...]],
    actual: Mapping[tuple[str, ...], tuple[Any, ...]],
    key: tuple[str, ...],
) -> str | None:
    """Name what explains a text that both sides send, to the same customer, in another form."""
    if key[0] != "send" or key not in expected or key not in actual:
        return None
    (_, _, _, to, sender, kind, text), (_, _, _, to_now, sender_now, kind_now, text_now) = expected[key], actual[key]
    if to != to_now or text != text_now:
        return None
    if kind_now == ALIMTALK:
        return ALIMTALK
    if sender != sender_now:
        return "B25"
    return "LMS" if kind != kind_now else None


def _reason(key: tuple[str, ...], reasons: Mapping[tuple[str, str], str]) -> str | None:
    part = key[2] if key[0] == "send" else "record"
    return reasons.get((key[1], part)) or reasons.get((key[1], "*"))


def recorded_runs(recorded: bytes) -> list[dict[str, Any]]:
    """Return the runs of a document; raises ValueError when it is not one of recorded runs."""
    document = json.loads(recorded)
    if not isinstance(document, dict) or document.get("type") != "naver_sms.recorded" or document.get("v") != 1:
        raise ValueError("the input is not a 'naver_sms.recorded' document of version 1")
    return list(document["runs"])


def replayed(recorded: bytes, *, parity_mode: str | None = None) -> list[tuple[str, Decision]]:
    """Return every decision of recorded runs with the moment of its run, under other rules if they are named."""
    found: list[tuple[str, Decision]] = []
    for run in recorded_runs(recorded):
        configuration = run["configuration"] | ({"parity_mode": parity_mode} if parity_mode else {})
        found += [(run["now"], decision) for decision in replay({**run, "configuration": configuration})]
    return found


def measure(recorded: bytes, *, measured_at: datetime) -> dict[str, Any]:
    """Return the parity document for recorded runs; raises ValueError when the input is not such a document."""
    runs = recorded_runs(recorded)
    total = ParityResult()
    for run in runs:
        total = total.plus(compare(run, replay(run)))
    return {
        "type": "naver_sms.parity",
        "v": 1,
        "mode": "corrected" if any(_is_corrected(run["configuration"]) for run in runs) else "strict",
        "measured_at": measured_at.isoformat(),
        "inputs": {
            "runs": len(runs),
            "bookings": sum(len(run["confirmed"]) + len(run["completed"]) for run in runs),
            "sha256": hashlib.sha256(recorded).hexdigest(),
        },
        **parity_counts(total),
    }


def parity_counts(result: ParityResult) -> dict[str, Any]:
    """Return the counts as report and parity document show them."""
    return {
        "compared": result.compared,
        "matched": result.matched,
        "missing": result.missing,
        "extra": result.extra,
        "different": result.different,
        "percent": result.percent,
        "intended": list(result.intended),
    }
