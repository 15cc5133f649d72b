"""What the rules make of bookings: which rule, which text, how long, of which type; masked, and nothing is written.

A saved list of bookings is what Naver answers to the partner page, as JSON. Without one, the bookings are read now
and their records with them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from naver_sms.booking import Quarantined, parse
from naver_sms.codes import veiled
from naver_sms.decision import NEW
from naver_sms.errors import ConfigError
from naver_sms.law import Purpose, may_advertise, next_allowed
from naver_sms.masking import masked_name, masked_phone
from naver_sms.record import KST
from naver_sms.rendering import Unrendered, name_in_texts, wording_for
from naver_sms.rulebook import CONFIRMED, STATUSES, decide
from naver_sms.words import said
from sens.limits import size_bytes, type_for

if TYPE_CHECKING:
    from datetime import datetime

    from naver_sms.booking import Booking
    from naver_sms.clock import Clock
    from naver_sms.rulebook import Due, RuleBook
    from naver_sms.settings import Settings


def preview(settings: Settings, saved: str | None, *, at: datetime, known: bool, clock: Clock) -> list[str]:
    """Return the lines. `known` takes each saved booking as one that has a record and got no text yet.

    Raises ValueError for a moment without a zone or a list of another shape, ConfigError without a rules file.
    """
    if at.tzinfo is None:
        raise ValueError("the moment needs a zone, such as 2025-10-22T14:00:00+09:00")
    if settings.rulebook is None:
        from naver_sms.rules_check import shipped, using

        settings = using(settings, shipped("default" if settings.corrected else "legacy"), name="shipped rules")
    settings = veiled(settings)
    book = settings.rulebook
    if book is None:
        raise ConfigError(["there are no rules"])
    if saved is None:
        return _of_now(settings, clock)
    lines: list[str] = []
    for raw in _list(saved):
        lines += _of_booking(settings, book, raw, at=at, known=known)
    return [*lines, said(settings.language, "as_of", at=f"{at.astimezone(KST):%Y-%m-%d %H:%M}")]


def _of_now(settings: Settings, clock: Clock) -> list[str]:
    from naver_sms.dry import would_send
    from naver_sms.run import Ended, run_once

    done = run_once(replace(settings, mode="dry-run"), clock=clock, time_s=settings.deadline_s)
    if done.ended is Ended.AUTH_EXPIRED:
        raise ValueError("Naver has signed out; sign in again with naver-sms login")
    if done.ended is not Ended.DONE:
        raise ValueError("; ".join(done.problems) or f"no bookings could be read ({done.ended.value})")
    unread = [
        f"store {one} cannot be read ({store.failed.failure.value})"
        for one, store in done.tally.stores.items()
        if store.failed is not None
    ]
    return [*unread, *would_send(done, show_text=True, masked=True)]


def _list(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError:
        raise ValueError("the file is not JSON") from None
    if not isinstance(value, list):
        raise ValueError("the file is not a list of bookings")  # noqa: TRY004  told to the person as any other
    return value


def _of_booking(settings: Settings, book: RuleBook, raw: Any, *, at: datetime, known: bool) -> list[str]:
    store_id = str(raw.get("businessId")) if isinstance(raw, dict) else "-"
    status = str(raw.get("bookingStatusCode", CONFIRMED)) if isinstance(raw, dict) else CONFIRMED
    booking = parse(raw, store_id=store_id, status=status)
    if isinstance(booking, Quarantined):
        return [f"{booking.store_id}_{booking.booking_id}  set aside: its '{booking.reason}' cannot be used"]
    start = booking.start_at.astimezone(KST)
    who = f"{masked_name(booking.name)}  {masked_phone(booking.phone)}"
    head = f"{booking.booking_num}  {status}  {who}  {start:%Y-%m-%d %H:%M}"
    if store_id not in {store.id for store in settings.enabled}:
        return [head, "  its store is not enabled"]
    row = NEW if known or status != CONFIRMED else None
    due = decide(book, booking, row, at) if status in STATUSES else ()
    lines = [head]
    for one in due:
        lines += _of_due(settings, book, booking, one, at=at)
    return lines if due else [*lines, "  " + said(settings.language, "no_rule")]


def _of_due(settings: Settings, book: RuleBook, booking: Booking, due: Due, *, at: datetime) -> list[str]:
    rule = due.rule
    if rule.send is None:
        return [f"  {rule.name}: a line to {', '.join(rule.notify)}"]
    store = next(one for one in settings.enabled if one.id == booking.store_id)
    try:
        # The masked name has the length of the real one, so that the bytes are those of the text that goes out.
        words = wording_for(settings, book, store, send=rule.send, booking=masked(booking))
    except Unrendered as exc:
        return [f"  {rule.name}: no text, {exc}"]
    kind = "extra" if rule.beside else due.kind.value
    fits = type_for(words.content)
    form = (
        words.type.value if fits is None or fits is words.type else f"{words.type.value} ({fits.value} would hold it)"
    )
    size = f"{size_bytes(words.content)} bytes in cp949"
    purpose = f"{words.purpose.value} ({words.purpose.content_type})"
    template = f"from {words.from_number}, template {words.template}"
    lines = [f"  {rule.name}: {kind}, {form}, {size}, {purpose}, {template}"]
    if words.purpose is Purpose.ADVERTISING and not may_advertise(at):
        lines.append(f"    the night keeps it until {next_allowed(at):%Y-%m-%d %H:%M}")
    return [*lines, *(f"    | {part}" for part in words.content.splitlines())]


def masked(booking: Booking) -> Booking:
    """Return a booking whose name is masked, letter for letter in the same number of bytes."""
    name = name_in_texts(booking.name)
    return replace(booking, name=name[:1] + "".join("*" if one.isascii() else "＊" for one in name[1:]))
