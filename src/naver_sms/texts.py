"""What each text says, from which number and in which form. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from naver_sms.law import Purpose
from naver_sms.record import Kind
from sens.limits import LMS_BYTES, MessageType, refused_characters, size_bytes, type_for

if TYPE_CHECKING:
    from naver_sms.rulebook import RuleBook
    from naver_sms.settings import Settings, Store


ALIMTALK = "ALIMTALK"
PLACEHOLDER = re.compile(r"\{\{|#\{|\{[a-z]+\.[a-z_]+(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kakao:
    """The channel and the approved template by which a text goes out over KakaoTalk."""

    channel: str
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text ready to be addressed; `template` is the only part of it that logs may show.

    With `kakao` it goes out as an AlimTalk, and as this text where that fails.
    """

    template: str
    from_number: str
    type: MessageType
    subject: str | None
    content: str = field(repr=False)
    purpose: Purpose = Purpose.INFORMATION
    basis: str | None = None
    """By what right it advertises."""
    kakao: Kakao | None = None

    @property
    def form(self) -> str:
        """The form that reports count it under: SMS, LMS or ALIMTALK."""
        return self.type.value if self.kakao is None else ALIMTALK

    @property
    def content_sha256(self) -> str:
        """The hash that stands for the text wherever the text must not."""
        return hashlib.sha256(self.content.encode()).hexdigest()


def wording(settings: Settings, store: Store, kind: Kind) -> Wording:
    """Return the text of one kind for one store.

    Strict, as the legacy sent it: confirm and event go out from the default number and every text as LMS, whatever
    its length. Corrected: from the store's own number, and as an SMS, without a subject, where that holds the text.
    """
    template = f"guide/{store.id}" if kind is Kind.GUIDE else kind.value
    book = settings.rulebook
    content = settings.templates[template] if book is None else _first(template, settings, book)
    own = store.from_number if kind is Kind.GUIDE or settings.corrected else None
    short = settings.corrected and type_for(content) is MessageType.SMS
    return Wording(
        template=template,
        from_number=own or settings.default_from_number,
        type=MessageType.SMS if short else MessageType.LMS,
        subject=None if short else settings.subject,
        content=content,
        kakao=kakao_for(settings, store, template),
    )


def _first(template: str, settings: Settings, book: RuleBook) -> str:
    return settings.templates.get(template) or book.templates.get(template, "")


def kakao_for(settings: Settings, store: Store, template: str) -> Kakao | None:
    """Return the approved template by which a text goes out over KakaoTalk, if this store uses it."""
    code = None if settings.alimtalk is None else settings.alimtalk.templates.get(template)
    if settings.alimtalk is None or code is None or store.channel != "alimtalk":
        return None
    return Kakao(channel=settings.alimtalk.channel, template=code)


def intent_hash(*, to: str, words: Wording) -> str:
    """Return the hash that a claim carries: recipient, sender, type and text."""
    sender = words.from_number if words.kakao is None else words.kakao.channel
    return hash_of_parts(to=to, from_number=sender, type=words.form, content=words.content)


def hash_of_parts(*, to: str, from_number: str, type: str, content: str) -> str:  # noqa: A002
    """Return the same hash for a message that SENS shows."""
    return hashlib.sha256(f"{to}|{from_number}|{type}|{content}".encode()).hexdigest()


def problems_of_text(text: str) -> list[str]:
    """Say what makes a template unfit to be sent; [] when nothing does."""
    refused = refused_characters(text)
    if refused:
        return [f"a character that SENS refuses: {one}" for one in refused]
    found: list[str] = []
    if not text.strip():
        found.append("the text is empty")
    if size_bytes(text) > LMS_BYTES:
        found.append(f"{size_bytes(text)} bytes, at most {LMS_BYTES}")
    if PLACEHOLDER.search(text):
        found.append("a placeholder: without a rules file texts are sent as they are written")
    return found
