"""The run report: one JSON line that says what a pass did, every figure counted from recorded calls.

Numbers that are not integers are decimal text. What is not known is null, never 0 and never 100.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from naver_sms import __version__
from naver_sms.digest import advice
from naver_sms.fates import fates_counted, lost
from naver_sms.intent import Outcome, Skipped
from naver_sms.law import next_allowed
from naver_sms.masking import masked_phone
from naver_sms.parity import ParityResult, compare, parity_counts
from naver_sms.record import KST, ClaimState, Kind
from naver_sms.recorded import decided_json, recorded_run
from naver_sms.rendering import hash_of_template
from naver_sms.run import Ended, Pass
from naver_sms.texts import ALIMTALK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from naver_sms.intent import Intent
    from naver_sms.meter import Meter
    from naver_sms.settings import Settings

EXTRA = "extra"
REQUESTS_MAX = 100
PROBLEMS_MAX = 20
LINE_BYTES = 32 * 1024
EXIT_CODE = {
    "ok": 0,
    "skipped_overlap": 0,
    "degraded": 0,
    "failed": 1,
    "partial": 2,
    "auth_expired": 3,
    "config_error": 4,
}
QUIET_SKIPS = frozenset(
    {
        *(Skipped.OWNER_DECISION, Skipped.UNSENDABLE, Skipped.MODE, Skipped.CANCELLED, Skipped.NIGHT),
        *(Skipped.OPTED_OUT, Skipped.NO_CONSENT, Skipped.QUIET),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What the platform says about this start; None where it says nothing."""

    request_id: str | None = None
    limit_mb: int | None = None
    trigger: str = "manual"
    cold_start: bool = True
    function: str = "naver-sms"


def peak_mb() -> int:
    """Return the most memory this process has held so far, in whole MB, rounded up.

    From the kernel's own high-water mark where there is one: `ru_maxrss` is inherited over fork and exec, so that
    a process started by a larger one would report its parent's peak.
    """
    try:
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return -(-int(line.split()[1]) // 1024)
    except OSError:
        pass  # not Linux
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return -(-peak // (1024 * 1024 if sys.platform == "darwin" else 1024))


def result_of(done: Pass) -> str:
    """Return the one word for how a pass ended."""
    if done.ended is not Ended.DONE:
        return done.ended.value
    stores = done.tally.stores.values()
    attempted, succeeded = done.meter.writes
    outcomes = Counter(intent.outcome for intent in done.tally.intents)
    loud = [one for one in done.tally.intents if one.skipped is not None and one.skipped not in QUIET_SKIPS]
    if all(store.failed is not None for store in stores) and not done.tally.decisions:
        return "failed"
    if (
        any(store.failed or store.quarantined for store in stores)
        or any(decision.failed for decision in done.tally.decisions)
        or outcomes[Outcome.REFUSED]
        or loud
        or attempted != succeeded
    ):
        return "partial"
    soft = outcomes[Outcome.UNKNOWN] or outcomes[Outcome.CONTENDED] or done.settled.get("unsettled")
    undelivered = any(one.outcome is Outcome.ACCEPTED and one.delivery != "delivered" for one in done.tally.intents)
    undelivered = undelivered or any(one.ended is not ClaimState.DELIVERED for one in done.fates)
    unsendable = any(one.skipped is Skipped.UNSENDABLE for one in done.tally.intents)
    return "degraded" if soft or undelivered or unsendable else "ok"


def parity_of(done: Pass) -> ParityResult | None:
    """Return how this pass's decisions agree with the legacy's tables, or None when it decided nothing."""
    if done.settings is None or done.ended is not Ended.DONE or done.settings.mode == "adopt":
        return None
    return compare(shadow_input(done), done.tally.decisions)


def shadow_input(done: Pass) -> dict[str, Any]:
    """Return this pass's input, redacted, as `naver-sms parity --input` reads it."""
    if done.settings is None:
        raise ValueError("a pass without settings read nothing")
    stores = list(done.tally.stores.values())
    return recorded_run(
        now=done.started_at,
        settings=done.settings,
        confirmed=[one for store in stores for one in store.confirmed],
        completed=[one for store in stores for one in store.completed],
        records=[one for store in stores for one in store.records.values()],
        unread=frozenset(num for store in stores for num in store.unread),
        salt=done.salt,
        decided=None if done.settings.rulebook is None else _decided(done, done.settings),
    )


def _decided(done: Pass, settings: Settings) -> list[dict[str, Any]]:
    """Return what the rules decided, with the hash of each text as it stands before a booking's values are in it."""
    texts: dict[str, dict[str, str]] = {}
    for one in done.tally.intents:
        if not one.extra:
            store = next(store for store in settings.enabled if store.id == one.booking.store_id)
            texts.setdefault(one.booking.booking_num, {})[one.kind.value] = hash_of_template(settings, store, one.words)
    return [decided_json(one, texts.get(one.booking.booking_num, {})) for one in done.tally.decisions]


def report(done: Pass, *, invocation: Invocation, finished_at: datetime) -> dict[str, Any]:
    """Return the run report as a mapping, its own hash included."""
    result = result_of(done)
    intents = done.tally.intents
    parity = parity_of(done)
    value: dict[str, Any] = {
        "type": "naver_sms.run_report",
        "v": 1,
        "run_id": done.run_id,
        "function": invocation.function,
        "version": __version__,
        "request_id": invocation.request_id,
        "mode": "live" if done.settings is None else done.settings.mode,
        "parity_mode": "strict" if done.settings is None else done.settings.parity_mode,
        "trigger": invocation.trigger,
        "cold_start": invocation.cold_start,
        "started_at": korean_iso(done.started_at),
        "finished_at": korean_iso(finished_at),
        "duration_ms": int((finished_at - done.started_at).total_seconds() * 1000),
        "result": result,
        "exit_code": EXIT_CODE[result],
        "memory": {"used_mb": peak_mb(), "limit_mb": invocation.limit_mb, "source": "rss_peak"},
        "cookies": _cookies(done, finished_at),
        "stores": _stores(done),
        "bookings": _bookings(done),
        "intents": _by_kind(done, intents),
        "sms": _sms(intents),
        "writes": _writes(done),
        "errors": errors_of(done.meter),
        "latency_ms": done.meter.latencies(),
        "parity": None if parity is None else parity_counts(parity),
        "reconciled": {name: done.settled.get(name, 0) for name in _SETTLED},
        "earlier": fates_counted(done.fates),
        "notify": {"telegram": None, "slack": None},
        "problems": [*done.problems, *_set_aside(done), *_texts(done, finished_at)][:PROBLEMS_MAX],
        "advice": [],
        "evidence": _evidence(intents, done),
    }
    language = "en" if done.settings is None else done.settings.language
    value["advice"] = advice(value, intents, language=language)[:PROBLEMS_MAX]
    return _sealed(value)


def with_notify(value: dict[str, Any], notify: dict[str, str | None]) -> dict[str, Any]:
    """Return the report with how telling the owner ended, sealed anew."""
    return _sealed(value | {"notify": notify})


_SETTLED = ("accepted", "released", "abandoned", "unsettled")


def _sealed(value: dict[str, Any]) -> dict[str, Any]:
    """Return the report cut to the length that one log line may have, with its hash."""
    evidence = value["evidence"]
    while True:
        evidence.pop("report_sha256", None)
        evidence["report_sha256"] = report_sha256(value)
        if len(line(value).encode()) <= LINE_BYTES or not _cut(evidence):
            return value


def _cut(evidence: dict[str, Any]) -> bool:
    """Shorten the longest list of the evidence and say so; False when there is nothing left to shorten."""
    if evidence["requests"]:
        evidence["requests"] = evidence["requests"][:-5]
    else:
        named = [(kinds, kind) for kinds in evidence["left"].values() for kind in kinds if kinds[kind]]
        if not named:
            return False
        kinds, kind = max(named, key=lambda one: len(one[0][one[1]]))
        kinds[kind] = kinds[kind][:-100]
    evidence["truncated"] = True
    return True


def report_sha256(value: dict[str, Any]) -> str:
    """Return the hash of a report: sorted keys, no spaces, UTF-8, without `evidence.report_sha256`."""
    evidence = {name: part for name, part in value["evidence"].items() if name != "report_sha256"}
    canonical = json.dumps(value | {"evidence": evidence}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def line(value: dict[str, Any]) -> str:
    """Return a mapping as one line of JSON in ASCII, safe for any log."""
    return json.dumps(value, separators=(",", ":"))


def korean_iso(at: datetime) -> str:
    """Return a moment in Korean time as ISO 8601 with milliseconds."""
    return at.astimezone(KST).isoformat(timespec="milliseconds")


def _cookies(done: Pass, now: datetime) -> dict[str, Any]:
    jar = done.jar
    if jar is None:
        return {"source": None, "age_s": None, "probe": done.probe}
    return {"source": jar.source, "age_s": jar.age_s(now), "probe": done.probe}


def _stores(done: Pass) -> dict[str, Any]:
    configured = () if done.settings is None else done.settings.stores
    failed = [
        {"id": one, "class": store.failed.failure.value, "detail": store.failed.detail}
        for one, store in done.tally.stores.items()
        if store.failed is not None
    ]
    served = done.ended is Ended.DONE
    return {
        "configured": len(configured),
        "enabled": len(done.tally.stores),
        "ok": len(done.tally.stores) - len(failed) if served else 0,
        "failed": failed,
        "skipped": [store.id for store in configured if not store.enabled],
    }


def _set_aside(done: Pass) -> list[str]:
    return [
        f"booking '{one.store_id}_{one.booking_id}' is set aside: its '{one.reason}' cannot be used"
        for store in done.tally.stores.values()
        for one in store.quarantined
    ]


def _texts(done: Pass, finished_at: datetime) -> list[str]:
    moved = sum(one.skipped is Skipped.NIGHT for one in done.tally.intents)
    night = f"{moved} advertising texts moved to {next_allowed(finished_at):%Y-%m-%d %H:%M} Korean time"
    every = [problem for store in done.tally.stores.values() for problem in store.problems]
    return [*every, *([night] if moved else [])]


def _by_kind(done: Pass, intents: Sequence[Intent]) -> dict[str, Any]:
    found = {kind.value: [one for one in intents if one.kind is kind and not one.extra] for kind in Kind}
    if done.settings is not None and done.settings.rulebook is not None:
        found[EXTRA] = [one for one in intents if one.extra]
    return {name: _outcomes(every) for name, every in found.items()}


def _bookings(done: Pass) -> dict[str, int]:
    stores = done.tally.stores.values()
    return {
        "confirmed_seen": sum(len(store.confirmed) for store in stores),
        "completed_seen": sum(len(store.completed) for store in stores),
        "new": sum(len(store.created) for store in stores),
        "duplicates": sum(store.duplicates for store in stores),
        "quarantined": sum(len(store.quarantined) for store in stores),
        "closed": sum(store.closed for store in stores),
        "adopted": sum(store.adopted for store in stores),
        "moved": sum(store.moved for store in stores),
        "undecided": sum(one.failed for one in done.tally.decisions),
    }


def _outcomes(intents: Sequence[Intent]) -> dict[str, int]:
    counts = Counter(intent.outcome for intent in intents)
    return {"due": len(intents)} | {outcome.value: counts[outcome] for outcome in Outcome}


def _sms(intents: Sequence[Intent]) -> dict[str, Any]:
    tried = [one for one in intents if one.outcome in {Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNKNOWN}]
    accepted = [one for one in intents if one.outcome is Outcome.ACCEPTED]
    deliveries = Counter(one.delivery for one in accepted)
    types = Counter(one.words.form for one in accepted)
    notices = {ALIMTALK: types[ALIMTALK]} if types[ALIMTALK] else {}
    ways = Counter(one.way for one in accepted if one.delivery == "delivered")
    codes = Counter(one.code for one in accepted if one.delivery != "pending" and one.code is not None)
    return {
        "attempted": len(tried),
        "accepted": len(accepted),
        "delivered": deliveries["delivered"],
        "failed": deliveries["failed"],
        "pending": deliveries["pending"],
        "repeated": sum(one.repeats for one in accepted),
        "by_type": {"SMS": types["SMS"], "LMS": types["LMS"], **notices},
        **({"delivered_by": dict(sorted(ways.items()))} if notices else {}),
        "by_code": dict(sorted(codes.items())),
    }


def _writes(done: Pass) -> dict[str, int]:
    attempted, succeeded = done.meter.writes
    return {
        "attempted": attempted,
        "succeeded": succeeded,
        "failed": attempted - succeeded,
        "calls": done.meter.write_calls,
    }


def errors_of(meter: Meter) -> dict[str, Any]:
    """Return how many operations failed, of how many, and by what class."""
    failures, operations = meter.failures, meter.operations
    count = sum(failures.values())
    return {
        "count": count,
        "attempted_ops": operations,
        "rate": rate_text(count, operations),
        "by_class": failures,
    }


def rate_text(count: int, operations: int) -> str | None:
    """Return count / operations as decimal text with six places; None when nothing was attempted."""
    return None if operations == 0 else str((Decimal(count) / operations).quantize(Decimal("0.000001")))


def _evidence(intents: Sequence[Intent], done: Pass) -> dict[str, Any]:
    requests, missing = _requests(intents), lost(done.fates)
    cut = {"truncated": True} if max(len(requests), len(missing)) > REQUESTS_MAX else {}
    return {"requests": requests[:REQUESTS_MAX], "left": _left(intents), "lost": missing[:REQUESTS_MAX], **cut}


def _left(intents: Sequence[Intent]) -> dict[str, dict[str, list[str]]]:
    """Name the bookings whose text was due and is left for a later run: by reason, then by kind."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in intents:
        if one.skipped is not None and one.skipped not in QUIET_SKIPS:
            kind = EXTRA if one.extra else one.kind.value
            found.setdefault(one.skipped.value, {}).setdefault(kind, []).append(one.record.booking_num)
    return found


def _requests(intents: Sequence[Intent]) -> list[dict[str, Any]]:
    return [
        {
            "kind": EXTRA if one.extra else one.kind.value,
            "booking": one.record.booking_num,
            "to": masked_phone(one.booking.phone),
            "request_id": one.request_id,
            "message_id": one.message_id,
            "hash": one.hash,
        }
        for one in intents
        if one.request_id is not None
    ]
