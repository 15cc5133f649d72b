"""Parity: on recorded inputs, how far the new engine decides as the legacy's tables do.

Two live senders would send twice, so decisions are compared, not systems. The input is a JSON document of
recorded runs (see `naver_sms.recorded`).

Compared are sendings (recipient, sender, type, text hash) and the flags of every record that either side
writes. Items that neither side touches do not count: they would only make a difference look small. Under the strict
rules a run without faults differs nowhere; under the corrected ones each difference is named by the defect it leaves
out, or `LMS` for a text that is short enough to go out as an SMS. A named difference does not count as matched.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from naver_sms.decision import Why
from naver_sms.legacy_table import expected_items
from naver_sms.record import Kind
from naver_sms.recorded import FLAGS, decided, is_corrected, recorded_runs, replay
from naver_sms.texts import ALIMTALK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from naver_sms.decision import Decision

RULES = "RULES"
"""The name of a difference that the owner's rules make."""


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
    ruled = _by_rules_alone(run, actual)
    named = [
        (key, _wording_reason(expected, actual, key) or _reason(key, reasons) or (RULES if key in ruled else None))
        for key in unequal
    ]
    intended = [{"id": reason, "item": "/".join(key)} for key, reason in named if reason is not None]
    return ParityResult(
        matched=len(matched),
        missing=len(expected.keys() - actual.keys()),
        extra=len(actual.keys() - expected.keys()),
        different=len(both) - len(matched),
        intended=tuple(intended),
    )


def _by_rules_alone(run: Mapping[str, Any], actual: Mapping[tuple[str, ...], tuple[Any, ...]]) -> set[tuple[str, ...]]:
    """Return what the owner's rules decided in another way than the engine would have."""
    if "decided" not in run:
        return set()
    without = {name: part for name, part in run.items() if name != "decided"}
    engine = _keyed(_actual_items(without, replay(run)))
    return {key for key in engine.keys() | actual.keys() if engine.get(key) != actual.get(key)}


def _keyed(items: Iterable[tuple[Any, ...]]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    return {item[:3] if item[0] == "send" else item[:2]: item for item in items}


def _actual_items(run: Mapping[str, Any], decisions: Iterable[Decision]) -> set[tuple[Any, ...]]:
    configuration = run["configuration"]
    phones = {one["booking_num"]: one for one in (*run["confirmed"], *run["completed"])}
    chosen = {one["booking_num"]: one["texts"] for one in run.get("decided", ())}
    flags: dict[str, tuple[bool | None, ...]] = {}
    items: set[tuple[Any, ...]] = set()
    for decision in decisions:
        num = decision.booking.booking_num
        seen = phones[num]
        # Without rules an event text is information, and that is the owner's decision.
        held = Kind.EVENT in decision.sends and not configuration["event_as_information"] and "decided" not in run
        sends = [kind for kind in decision.sends if seen["sendable"] and not (held and kind is Kind.EVENT)]
        for kind in sends:
            sender, form, text = _sender_and_text(configuration, seen, kind)
            items.add(("send", num, kind.value, seen["phone"], sender, form, chosen.get(num, {}).get(kind.value, text)))
        if decision.flags is not None and (decision.create or sends or decision.reopen):
            flags[num] = tuple(
                flag and (seen["sendable"] or kind not in decision.sends)
                for kind, flag in zip(FLAGS, decision.flags, strict=True)
            )
    return items | {("record", num, *values) for num, values in flags.items()}


def _sender_and_text(configuration: Mapping[str, Any], seen: Mapping[str, Any], kind: Kind) -> tuple[str, str, str]:
    store = seen["store_id"]
    name = f"guide/{store}" if kind is Kind.GUIDE else kind.value
    sender = configuration["default_from"]
    if kind is Kind.GUIDE or is_corrected(configuration):
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
        total = total.plus(compare(run, decided(run)))
    return {
        "type": "naver_sms.parity",
        "v": 1,
        "mode": "corrected" if any(is_corrected(run["configuration"]) for run in runs) else "strict",
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
