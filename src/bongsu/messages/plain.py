"""A message as plain text with a title: for a terminal, and for services that take nothing else.

Nothing is escaped and nothing is cut; links stand as their addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.messages.model import Message


def post(message: Message) -> dict[str, str]:
    """Return title and text."""
    return {"title": message.headline, "text": "\n".join(_lines(message))}


def _lines(message: Message) -> Iterator[str]:
    yield message.lead
    for section in message.sections:
        yield ""
        yield section.title
        for row in section.rows:
            yield f"• {row.label}: {row.text}"
        for line in section.lines:
            yield f"• {line}"
    if message.links:
        yield ""
        for link in message.links:
            yield f"{link.text}: {link.url}"
    yield ""
    yield from message.footer
