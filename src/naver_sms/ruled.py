"""Decisions by the owner's rules: what is done about records stays the engine's, what is sent is the rules'.

What rules remember beside a booking's record is a record of its own, `1000001_900001#rule`: claims, settling and
lookups work on it unchanged, and other readers of the table, who ask by booking, do not meet it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from naver_sms.decision import NEW, row_of
from naver_sms.record import ClaimState, Kind, Record, korean_text
from naver_sms.rulebook import Due, beside_name, decide
from naver_sms.state import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from naver_sms.booking import Booking
    from naver_sms.decision import Decision
    from naver_sms.rulebook import Rule, RuleBook
    from naver_sms.state import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing that a rule wants beside the three texts; `record` is what it remembers, None for the first time."""

    due: Due
    booking: Booking
    record: Record | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """The decisions with the texts of the rules in them, by which rule each is due, and what else is wanted."""

    decisions: list[Decision]
    rules: dict[tuple[str, Kind], Rule]
    orders: list[Order]


def by_rules(
    book: RuleBook,
    decisions: Sequence[Decision],
    *,
    records: Mapping[str, Record],
    now: datetime,
    load: Callable[[Sequence[Key]], Loaded],
) -> Ruled:
    """Return what the rules make of the engine's decisions; `load` reads what rules remember, where one holds."""
    found: list[Decision] = []
    rules: dict[tuple[str, Kind], Rule] = {}
    wanted: list[tuple[Decision, Record | None]] = []
    seen: set[str] = set()
    for decision in decisions:
        num = decision.booking.booking_num
        if decision.failed or num in seen:
            found.append(replace(decision, sends=(), retries=()))
            continue
        seen.add(num)
        record = _as_decided(decision, None if decision.create else records.get(num))
        due = decide(book, decision.booking, record, now)
        texts = [one for one in due if not one.rule.beside]
        rules |= {(num, one.kind): one.rule for one in texts}
        found.append(_with(decision, texts, record))
        if len(texts) < len(due):
            wanted.append((decision, record))
    return Ruled(decisions=found, rules=rules, orders=_orders(book, wanted, now=now, load=load))


def _as_decided(decision: Decision, record: Record | None) -> Record | None:
    """Return the record as the engine's own part leaves it: what may go out anew is open, what was denied is owed."""
    if record is None or not (decision.reopen or decision.again):
        return record
    claims = {kind: claim for kind, claim in record.claims.items() if kind not in decision.reopen}
    claims |= {kind: replace(claims[kind], state=ClaimState.RELEASED) for kind in decision.again}
    changes: dict[str, Any] = dict.fromkeys((kind.value for kind in decision.reopen), False)
    return replace(record, claims=claims, **changes)


def _with(decision: Decision, texts: Sequence[Due], record: Record | None) -> Decision:
    row = NEW if record is None else row_of(record)
    for one in texts:
        row = row.begun(one.kind)
    return replace(
        decision,
        sends=tuple(one.kind for one in texts),
        retries=tuple(one.kind for one in texts if one.owed),
        flags=None if record is None and not decision.create else row.flags,
    )


def _orders(
    book: RuleBook,
    wanted: Sequence[tuple[Decision, Record | None]],
    *,
    now: datetime,
    load: Callable[[Sequence[Key]], Loaded],
) -> list[Order]:
    keys = [
        Key(beside_name(decision.booking.booking_num, rule), decision.booking.phone_key)
        for decision, _ in wanted
        for rule in book.of(decision.booking.store_id)
        if rule.beside
    ]
    loaded = load(keys) if keys else None
    found: list[Order] = []
    for decision, record in wanted if loaded is not None else ():
        booking = decision.booking
        beside = {} if loaded is None else loaded.records
        for one in decide(book, booking, record, now, beside=beside):
            name = beside_name(booking.booking_num, one.rule)
            # What could not be read decides nothing: the next run looks again.
            if one.rule.beside and loaded is not None and name not in loaded.unread:
                found.append(Order(due=one, booking=booking, record=beside.get(name)))
    return found


def record_beside(order: Order, *, run_id: str) -> Record:
    """Return the new record of what a rule remembers: only the claim that it uses is open."""
    booking, rule = order.booking, order.due.rule
    return Record(
        booking_num=beside_name(booking.booking_num, rule),
        phone=booking.phone_key,
        name=booking.name,
        booking_time=korean_text(booking.start_at),
        start_at=booking.start_at,
        confirm=rule.slot is not Kind.CONFIRM,
        guide=True,
        event=rule.slot is not Kind.EVENT,
        created_run=run_id,
    )
