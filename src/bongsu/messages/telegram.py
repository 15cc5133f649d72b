"""A message as Telegram takes it: HTML of the Bot API's own subset, an inline keyboard, no link preview.

Variable text is escaped in the three characters that the Bot API's HTML knows, and the quote. Nothing is ever cut:
a text over the service's 4096 is for the channel to report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bongsu.messages.model import Message, Section

ANSWER_LONGEST = 200
"""`answerCallbackQuery`: text of 0-200 characters (Bot API)."""
LINKS_PER_ROW = 2


def escape(text: str) -> str:
    """Return text that the Bot API's HTML parser shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def post(message: Message) -> dict[str, Any]:
    """Return the body of `sendMessage` without `chat_id`."""
    payload = _text("\n".join(_lines(message)))
    keyboard = _keyboard(message)
    if keyboard:
        payload["reply_markup"] = {"inline_keyboard": keyboard}
    return payload


def answer(text: str) -> dict[str, Any]:
    """Return the body of `answerCallbackQuery` without the query's id."""
    return {"text": text}


def close(original: Mapping[str, Any], lines: Sequence[str], *, keep: Sequence[str] = ()) -> dict[str, Any]:
    """Return the body of `editMessageText` without ids: the original and what became of it.

    Its keyboard is gone but for the buttons named in `keep`; with one of those left, the links stay too.
    """
    added = "\n".join(f"<b>{escape(line)}</b>" for line in lines)
    payload = _text(f"{original['text']}\n\n{added}")
    codes = {f"{{code:{name}}}" for name in keep}
    rows = original.get("reply_markup", {}).get("inline_keyboard", ()) if keep else ()
    left = [[button for button in row if "url" in button or button["callback_data"] in codes] for row in rows]
    if any(left):
        payload["reply_markup"] = {"inline_keyboard": [row for row in left if row]}
    return payload


def _text(html: str) -> dict[str, Any]:
    return {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _lines(message: Message) -> Iterator[str]:
    yield f"{message.emoji} <b>{escape(message.title)}: {escape(message.subject)}</b>"
    yield ""
    yield escape(message.lead)
    for section in message.sections:
        yield ""
        yield from _section(section)
    yield ""
    for line in message.footer:
        yield f"<i>{escape(line)}</i>"


def _section(section: Section) -> Iterator[str]:
    yield f"<b>{escape(section.title)}</b>"
    for row in section.rows:
        yield f"• {escape(row.label)}: {escape(row.text)}"
    for line in section.lines:
        yield f"• {escape(line)}"


def _keyboard(message: Message) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = []
    if message.buttons:
        rows.append([{"text": button.text, "callback_data": f"{{code:{button.name}}}"} for button in message.buttons])
    links = [{"text": link.text, "url": link.url} for link in message.links]
    rows.extend(links[start : start + LINKS_PER_ROW] for start in range(0, len(links), LINKS_PER_ROW))
    return rows
