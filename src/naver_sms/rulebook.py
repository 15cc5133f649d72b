"""The owner's rules, and what they make due: a rule book, one booking, its record and a moment in, texts out. Pure.

A rule says when (`When`) and what: a text (`Send`) or a line in the owner's chat (`notify`). Records and claims are
the engine's business and no action of a rule, so that no rule can send a text twice or lose one.

Three kinds of text (`confirm`, `guide`, `event`) are due once for each booking, whatever number of rules sends them:
the first rule that holds wins. An `extra` text, and a line in the chat, is due once for each booking and rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from naver_sms.decision import NEW, NOTHING, Row, Standing, row_of
from naver_sms.law import Purpose, basis_holds, may_advertise
from naver_sms.record import KEPT_FOR, KST, MOVED_BY_NIGHT, Kind, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, time, timedelta

    from naver_sms.booking import Booking
    from naver_sms.record import Claim

CONFIRMED, COMPLETED = "RC03", "RC08"
STATUSES = (CONFIRMED, COMPLETED)
EXTRA = "extra"
KINDS = (*(kind.value for kind in Kind), EXTRA)
WAITING = frozenset({Standing.OPEN, Standing.OWED})


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The conditions of a rule; all that are given must hold."""

    status: tuple[str, ...] = ()
    record: str | None = None
    """`absent` or `present`: whether the booking was known before this run."""
    open: tuple[Kind, ...] = ()
    """Texts that were neither sent nor are under way."""
    fresh: tuple[Kind, ...] = ()
    """Texts that were never begun."""
    owed: tuple[Kind, ...] = ()
    """Texts that an earlier run began and that are known not to have gone out."""
    starts: str | None = None
    """`future` or `past`."""
    unit: str | None = None
    """`time`: a visit at an hour; `day`: a booking by the day."""
    before_start: timedelta | None = None
    """At most so long before the start, and not after it."""
    before_start_under: timedelta | None = None
    """Less than so long before the start, and not after it."""
    between: tuple[time, time] | None = None
    """Korean times of day, the first included, the second not."""
    used_within: int | None = None
    """Days since the day of the visit, 0 for the day itself."""
    option_keyword: tuple[str, ...] | None = None
    """Parts of an option's name, any of them; the empty tuple stands for the words of the settings."""
    min_count: int = 1
    """How often that one option was chosen at least."""
    date_range: tuple[date, date] | None = None
    """Korean dates of the start, both included."""
    stores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """What is sent: a kind of text, its template and its purpose in law."""

    kind: Kind | None
    """None for an extra text, which has a record of its own."""
    template: str
    purpose: Purpose
    basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the owner; it has either a text or the names of chats."""

    name: str
    when: When
    send: Send | None = None
    notify: tuple[str, ...] = ()
    unreachable: str = "skip"
    """`report`: due although no text can reach the customer, so that each run says so."""
    place: tuple[int, int] = (1, 1)
    """Line and column of it in the rules file."""

    @property
    def beside(self) -> bool:
        """Whether what it does is remembered beside the booking's record, under the rule's own name."""
        return self.send is None or self.send.kind is None

    @property
    def slot(self) -> Kind:
        """The claim that it uses: advertising must never go out twice, so it has the one that is given up in doubt."""
        if self.send is None:
            return Kind.CONFIRM
        return self.send.kind or (Kind.EVENT if self.send.purpose is Purpose.ADVERTISING else Kind.CONFIRM)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBook:
    """What one store has of its own: rules by name, rules that are off, templates."""

    rules: tuple[Rule, ...] = ()
    off: tuple[str, ...] = ()
    templates: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Every rule and template of the owner, and what single stores have instead."""

    rules: tuple[Rule, ...]
    templates: Mapping[str, str] = field(default_factory=dict, repr=False)
    stores: Mapping[str, StoreBook] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    store_keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, store_id: str) -> tuple[Rule, ...]:
        """Return the rules that hold for one store, in order: its own in place of those of the same name."""
        own = self.stores.get(store_id, StoreBook())
        by_name = {rule.name: rule for rule in own.rules}
        base = [by_name.pop(rule.name, rule) for rule in self.rules if rule.name not in own.off]
        return (*base, *by_name.values())

    def words(self, store_id: str) -> tuple[str, ...]:
        """Return the option keywords of the settings."""
        return self.store_keywords.get(store_id, self.keywords)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that is due for one booking, and the rule by which it is."""

    rule: Rule
    kind: Kind
    owed: bool = False
    """An earlier run began it, and it is known not to have gone out."""


def beside_name(booking_num: str, rule: Rule) -> str:
    """Return the key of what a rule remembers beside a booking's record."""
    return f"{booking_num}#{rule.name}"


def decide(
    rules: RuleBook,
    booking: Booking,
    record: Record | Row | None,
    now: datetime,
    *,
    beside: Mapping[str, Record] | None = None,
) -> tuple[Due, ...]:
    """Return what is due for one booking, in the order of the rules.

    `beside` holds what rules remember beside the record, by `beside_name`. Raises ValueError for a `now` without a
    zone.
    """
    if now.tzinfo is None:
        raise ValueError("the moment of a decision needs a zone")
    row = row_of(record) if isinstance(record, Record) else record
    if row is not None and row.closed and booking.status == COMPLETED:
        return ()
    forgotten = booking.status == CONFIRMED and now - booking.start_at > KEPT_FOR
    if forgotten and row is None:
        return ()  # what went out so long ago is forgotten: that nothing is known does not make the booking new
    found: list[Due] = []
    taken: set[Kind] = set()
    for rule in rules.of(booking.store_id):
        if forgotten and rule.beside and beside is not None and beside_name(booking.booking_num, rule) not in beside:
            continue  # nor that a rule has done nothing yet, and what it did now would not be remembered
        due = _due(rule, _Case(rules, booking, row, _claims(record), now), beside or {})
        if due is None or (not rule.beside and due.kind in taken):
            continue
        if not rule.beside:
            taken.add(due.kind)
        found.append(due)
    return tuple(found)


def _claims(record: Record | Row | None) -> Mapping[Kind, Claim]:
    return record.claims if isinstance(record, Record) else {}


@dataclass(frozen=True, slots=True)
class _Case:
    rules: RuleBook
    booking: Booking
    row: Row | None
    claims: Mapping[Kind, Claim]
    now: datetime

    def standing(self, kind: Kind) -> Standing:
        return (self.row or NEW).standing(kind)


def _due(rule: Rule, case: _Case, beside: Mapping[str, Record]) -> Due | None:
    if rule.beside:
        own = beside.get(beside_name(case.booking.booking_num, rule))
        standing = Standing.OPEN if own is None else row_of(own).standing(rule.slot)
        claim = None if own is None else own.claims.get(rule.slot)
        if standing not in WAITING:
            return None
    else:
        standing, claim = case.standing(rule.slot), case.claims.get(rule.slot)
    # What the night put off goes out in the morning: its rule's hours and days are those of when it was put off.
    put_off = claim is not None and claim.code == MOVED_BY_NIGHT and standing in WAITING and may_advertise(case.now)
    if not _holds(rule.when, replace(case, now=claim.at) if claim is not None and put_off else case):
        return None
    unreachable = case.booking.phone is None and case.row is not None and case.booking.status != COMPLETED
    if rule.send is not None and unreachable and (standing is Standing.OWED or rule.unreachable == "skip"):
        return None
    if rule.send is not None and not basis_holds(rule.send.basis, case.booking.start_at, case.now):
        return None
    return Due(rule=rule, kind=rule.slot, owed=standing is Standing.OWED)


def _holds(when: When, case: _Case) -> bool:
    return (
        (not when.status or case.booking.status in when.status)
        and (not when.stores or case.booking.store_id in when.stores)
        and (when.unit is None or (when.unit == "day") == case.booking.by_day)
        and (when.record is None or (when.record == "present") == (case.row is not None))
        and all(case.standing(kind) in WAITING for kind in when.open)
        and all(case.standing(kind) is Standing.OPEN for kind in when.fresh)
        and all(case.standing(kind) is Standing.OWED for kind in when.owed)
        and _times_hold(when, case)
        and _option_holds(when, case)
    )


def _times_hold(when: When, case: _Case) -> bool:
    left = case.booking.start_at - case.now
    korean, start = case.now.astimezone(KST), case.booking.start_at.astimezone(KST)
    if when.starts is not None and (when.starts == "future") != (left > NOTHING):
        return False
    if when.before_start is not None and not NOTHING < left <= when.before_start:
        return False
    if when.before_start_under is not None and not NOTHING < left < when.before_start_under:
        return False
    if when.between is not None and not _within(korean.time(), when.between):
        return False
    if when.used_within is not None and not 0 <= (korean.date() - start.date()).days <= when.used_within:
        return False
    return when.date_range is None or when.date_range[0] <= start.date() <= when.date_range[1]


def _within(at: time, span: tuple[time, time]) -> bool:
    """Tell whether a time of day lies in a span, which may go over midnight."""
    first, last = span
    return first <= at < last if first <= last else at >= first or at < last


def _option_holds(when: When, case: _Case) -> bool:
    if when.option_keyword is None:
        return True
    words = when.option_keyword or case.rules.words(case.booking.store_id)
    counts = case.booking.option_counts or (1,) * len(case.booking.options)
    return any(
        count >= when.min_count and any(word in name for word in words)
        for name, count in zip(case.booking.options, counts, strict=True)
    )
