"""A message as one text message: no button, no emoji, and no longer than a long one (LMS) may be.

A phone shows it without the rest of the chat, so that the footer, which says what it is, always stands; of the rest as
much as there is room for, and "(...)" where something was left out. What the carriers' character set does not have is
replaced by what people would type instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.messages.model import Message

BYTES_MOST = 1800
"""Of the 2,000 that SENS takes: the rest is for the line by which the channel finds its message again."""
LEFT_OUT = "(...)"
TYPED = {"—": "-", "–": "-", "•": "-", "‹": "<", "›": ">", "₩": "￦", "\u00a0": " ", "‘": "'", "’": "'"}


def post(message: Message) -> dict[str, str]:
    """Return the text."""
    footer = [typed(line) for line in message.footer]
    room = BYTES_MOST - _size(["", *footer, LEFT_OUT])
    kept: list[str] = []
    for line in map(typed, _lines(message)):
        if _size([*kept, line]) > room:
            kept.append(LEFT_OUT)
            break
        kept.append(line)
    return {"text": "\n".join([*kept, "", *footer])}


def typed(text: str) -> str:
    """Return a line in the characters that carriers know; what they do not know is left out, emoji first of all."""
    signs = (TYPED.get(sign, sign) for sign in text)
    return "".join(sign for sign in signs if _known(sign)).strip()


def _known(sign: str) -> bool:
    try:
        sign.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def _size(lines: list[str]) -> int:
    return len("\n".join(lines).encode("cp949"))


def _lines(message: Message) -> Iterator[str]:
    yield message.headline
    yield message.lead
    for section in message.sections:
        yield ""
        yield section.title
        for row in section.rows:
            yield f"- {row.label}: {row.text}"
        for line in section.lines:
            yield f"- {line}"
    for link in message.links:
        yield f"{link.text}: {link.url}"
