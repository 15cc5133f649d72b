"""What SENS can carry: sizes in EUC-KR bytes and the characters that have none."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

SMS_BYTES = 90
LMS_BYTES = 2000
SUBJECT_BYTES = 40


class MessageType(StrEnum):
    """The kinds of text message; SMS is short and has no subject."""

    SMS = "SMS"
    LMS = "LMS"


# What people usually mean by a character that SENS cannot carry.
INSTEAD = {"–": "-", "—": "-", "₩": "￦", "\u00a0": " ", "\u200b": "", "\ufe0f": ""}
CALLED = {" ": "a space", "": "nothing"}


def size_bytes(text: str) -> int:
    """Return the size of a text as SENS counts it.

    cp949, not euc-kr: Python's euc-kr writes 8,822 of the modern syllables as 8 bytes each. Raises
    UnicodeEncodeError for a character that `refused_characters` would name.
    """
    return len(text.encode("cp949"))


def refused_characters(text: str) -> list[str]:
    """Name each character that makes a sending fail, with its position (from 1) and what to use instead."""
    found: list[str] = []
    for position, character in enumerate(text, start=1):
        try:
            character.encode("cp949")
        except UnicodeEncodeError:
            name = unicodedata.name(character, "unnamed")
            instead = INSTEAD.get(character)
            advice = "" if instead is None else f", use {CALLED.get(instead, instead)}"
            found.append(f"U+{ord(character):04X} {name} at {position}{advice}")
    return found


def carried(text: str) -> str:
    """Return as much of a text as SENS can carry: letters without their accents, and no emoji at all."""
    return "".join(_carried(character) for character in unicodedata.normalize("NFC", text)).strip()


def _carried(character: str) -> str:
    if not refused_characters(character):
        return character
    if character in INSTEAD:
        return INSTEAD[character]
    parts = unicodedata.normalize("NFKD", character)
    return "".join(one for one in parts if not refused_characters(one))


def type_for(text: str) -> MessageType | None:
    """Return the smallest type that carries the text, or None when none does."""
    size = size_bytes(text)
    if size <= SMS_BYTES:
        return MessageType.SMS
    return MessageType.LMS if size <= LMS_BYTES else None


def problem_of(*, type: MessageType, content: str, subject: str | None) -> str | None:  # noqa: A002
    """Say why a message must not be sent, or None; SENS would cut a text that is too long and send the rest."""
    refused = refused_characters(content) or refused_characters(subject or "")
    if refused:
        return f"a character SENS refuses: {refused[0]}"
    limit = SMS_BYTES if type is MessageType.SMS else LMS_BYTES
    if not content.strip():
        return "the text is empty"
    if size_bytes(content) > limit:
        return f"the text is {size_bytes(content)} bytes, at most {limit} for {type}"
    if subject is not None and type is MessageType.SMS:
        return "an SMS takes no subject"
    if subject is not None and size_bytes(subject) > SUBJECT_BYTES:
        return f"the subject is {size_bytes(subject)} bytes, at most {SUBJECT_BYTES}"
    return None
