"""Templates with the values of one booking in them: no loops, no code, and never a brace to a customer. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from naver_sms.codes import codes_of
from naver_sms.law import Purpose, advertisement, problems_of_advertisement
from naver_sms.record import KST, Kind
from naver_sms.rulebook import StoreBook
from naver_sms.texts import Wording, kakao_for, wording
from sens.limits import LMS_BYTES, MessageType, carried, refused_characters, size_bytes, type_for

if TYPE_CHECKING:
    from naver_sms.booking import Booking
    from naver_sms.rulebook import RuleBook, Send
    from naver_sms.settings import Settings, Store

PLACE = re.compile(r"\{([a-z]+(?:\.[a-z_]+)?)(?::([^{}]*))?\}")
START_FORMAT = "%m월 %d일 %H:%M"
OF_STORE = ("store.id", "store.name", "store.alias", "store.phone", "sender.name", "optout.number")
OF_BOOKING = ("booking.name", "booking.start", "booking.item", "booking.count", "booking.number")
PLACES = (*OF_BOOKING, *OF_STORE)
# What a template is measured with before a booking is there: as long as such values commonly are.
SAMPLE = {"booking.name": "홍길동님", "booking.item": "기본 60분", "booking.count": "1", "booking.number": "0000000000"}
NAMELESS = "고객"
FORMATS = re.compile(r"(?:%[YmdHMp]|[^%{}])+")


class Unrendered(ValueError):
    """A text cannot be made for this booking; the reason names the placeholder and never its value."""


def template_key(send: Send, store: Store) -> str:
    """Return the name of the template that a rule uses for a store."""
    return send.template.replace("{store.id}", store.id)


def template_of(settings: Settings, book: RuleBook, store: Store, key: str) -> str | None:
    """Return a template: the store's own, the rules file's, or that of the settings."""
    own = book.stores.get(store.id, StoreBook()).templates
    return own.get(key) or book.templates.get(key) or settings.templates.get(key)


def wording_for(settings: Settings, book: RuleBook, store: Store, *, send: Send, booking: Booking) -> Wording:
    """Return the text that a rule sends about one booking. Raises Unrendered."""
    key = template_key(send, store)
    template = template_of(settings, book, store, key)
    if template is None:
        raise Unrendered(f"template '{key}' is missing")
    values = values_of(settings, store, booking)
    content = finished(settings, send, filled(template, values))
    if size_bytes(content) > LMS_BYTES:
        raise Unrendered(
            f"template '{key}': {size_bytes(content)} bytes with this booking's values, at most {LMS_BYTES}"
        )
    own = store.from_number if send.kind is Kind.GUIDE or send.kind is None or settings.corrected else None
    short = settings.corrected and type_for(content) is MessageType.SMS
    return Wording(
        template=key,
        from_number=own or settings.default_from_number,
        type=MessageType.SMS if short else MessageType.LMS,
        subject=None if short else settings.subject,
        content=content,
        purpose=send.purpose,
        basis=send.basis,
        kakao=kakao_for(settings, store, key) if send.purpose is Purpose.INFORMATION else None,
    )


def hash_of_template(settings: Settings, store: Store, words: Wording) -> str:
    """Return the hash of a text's template, with its label where it advertises, before any value is in it."""
    book = settings.rulebook
    text = "" if book is None else template_of(settings, book, store, words.template) or ""
    return replace(words, content=labelled(settings, words.purpose, text)).content_sha256


def wording_by_hand(settings: Settings, store: Store, kind: Kind, booking: Booking) -> Wording:
    """Return the text of one kind for a person who sends it by hand. Raises Unrendered."""
    if settings.rulebook is None:
        return wording(settings, store, kind)
    rules = settings.rulebook.of(store.id)
    send = next((rule.send for rule in rules if rule.send is not None and rule.send.kind is kind), None)
    if send is None:
        raise Unrendered(f"no rule sends a {kind.value} for store {store.id}")
    return wording_for(settings, settings.rulebook, store, send=send, booking=booking)


def finished(settings: Settings, send: Send, text: str) -> str:
    """Return a text as it leaves: advertising with its label and the way to refuse it."""
    return labelled(settings, send.purpose, text)


def labelled(settings: Settings, purpose: Purpose, text: str) -> str:
    """Return a text as its purpose asks for it."""
    if purpose is not Purpose.ADVERTISING:
        return text
    return advertisement(text, sender_name=settings.sender_name or "", optout_number=settings.optout_number or "")


def values_of(settings: Settings, store: Store, booking: Booking | None) -> dict[str, str]:
    """Return what the placeholders stand for; without a booking, samples of the usual length."""
    values = {
        "store.id": store.id,
        "store.name": store.name,
        "store.alias": store.alias,
        "store.phone": store.from_number or settings.default_from_number,
        "sender.name": settings.sender_name or "",
        "optout.number": settings.optout_number or "",
    }
    values |= codes_of(settings, store.id)
    if booking is None:
        return values | SAMPLE
    return values | {
        "booking.name": name_in_texts(booking.name),
        "booking.item": carried(booking.item),
        "booking.count": str(booking.count),
        "booking.number": booking.booking_num.partition("_")[2],
        "booking.start": booking.start_at.astimezone(KST).isoformat(),
    }


def name_in_texts(name: str) -> str:
    """Return a customer's name as a text can hold it; who has one of which nothing can be carried is a customer."""
    return carried(name) or (NAMELESS if name.strip() else "")


def filled(template: str, values: dict[str, str]) -> str:
    """Return a template with its values. Raises Unrendered for one that is empty or not known."""
    from datetime import datetime

    def value(match: re.Match[str]) -> str:
        name, shape = match[1], match[2]
        if name == "booking.start":
            start = values.get(name, "2025-12-31T23:00:00+09:00")
            return datetime.fromisoformat(start).strftime(shape or START_FORMAT)
        found = values.get(name, "")
        if not found.strip():
            raise Unrendered(f"'{{{name}}}' has no value")
        return found

    text = PLACE.sub(value, template)
    # A customer's own name may hold a brace: only the template's are looked at.
    if set("{}") & set(PLACE.sub("", template)):
        raise Unrendered("a brace that belongs to no placeholder")
    return text


def problems_of_template(settings: Settings, store: Store, template: str, *, send: Send) -> list[str]:
    """Say what makes a template unfit for a store, before any booking is there; [] when nothing does."""
    found = [f"a character that SENS refuses: {one}" for one in refused_characters(template)]
    for name, shape in PLACE.findall(template):
        if name.startswith("code."):
            known = codes_of(settings, store.id)
            found += [] if name in known else [f"'{{{name}}}' is no code of store {store.id}"]
        elif name not in PLACES:
            found.append(f"'{{{name}}}' is not a placeholder")
        elif shape and name != "booking.start":
            found.append(f"'{{{name}}}' takes no format")
        elif shape and not FORMATS.fullmatch(shape):
            found.append(f"'{{{name}}}' has a format that is not known: it takes %Y %m %d %H %M %p")
    if set("{}") & set(PLACE.sub("", template)):
        found.append("a brace that belongs to no placeholder")
    if send.purpose is Purpose.ADVERTISING:
        found += problems_of_advertisement(
            template, sender_name=settings.sender_name, optout_number=settings.optout_number
        )
    if found:
        return found
    try:
        text = finished(settings, send, filled(template, values_of(settings, store, None)))
    except Unrendered as exc:
        return [str(exc)]
    if refused_characters(text):
        return ["a value of the store or one of its codes holds a character that SENS refuses"]
    if not text.strip():
        return ["the text is empty"]
    return [f"{size_bytes(text)} bytes, at most {LMS_BYTES}"] if size_bytes(text) > LMS_BYTES else []
