"""A message as Slack takes it: Block Kit inside its documented limits, and a plain fallback text.

Blocks are split where a limit would be broken, never cut: 150 characters in a header, 10 fields in a section, 2000
in a field, 3000 in a section's text. Slack refuses an empty text object, so none is ever made. Variable text has
`&`, `<` and `>` escaped: unescaped it could forge a mention or a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bongsu.messages.model import Message, Row, Section

HEADER_LONGEST = 150
FIELDS_MOST = 10
FIELD_LONGEST = 2000
TEXT_LONGEST = 3000

Block = dict[str, Any]


def escape(text: str) -> str:
    """Return text that mrkdwn shows as it is, bar `*`, `_` and the like, which have no escape."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def post(message: Message) -> dict[str, Any]:
    """Return the body of `chat.postMessage` without `channel`."""
    return {
        "text": escape(f"{message.headline}\n{message.lead}"),
        "blocks": list(_blocks(message)),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def answer(text: str) -> dict[str, Any]:
    """Return the body of a post to the press's response address: for the presser's eyes, beside the message."""
    return {"text": escape(text), "response_type": "ephemeral", "replace_original": False}


def close(original: Mapping[str, Any], lines: Sequence[str], *, keep: Sequence[str] = ()) -> dict[str, Any]:
    """Return the body of `chat.update` without ids: the original without buttons, and what became of it.

    The buttons named in `keep` stay, and with one of those left the links too, below what became of it.
    """
    text = [block for block in original["blocks"] if block["type"] != "actions"]
    buttons = [block for block in original["blocks"] if block["type"] == "actions"] if keep else []
    codes = {f"{{code:{name}}}" for name in keep}
    left = [
        {**block, "elements": [one for one in block["elements"] if "url" in one or one["value"] in codes]}
        for block in buttons
    ]
    added = [piece for line in lines for piece in _pieces(f"*{escape(line)}*", TEXT_LONGEST)]
    return {
        "text": "\n".join((original["text"], *(escape(line) for line in lines))),
        "blocks": [*text, *(_section_text(piece) for piece in added), *(block for block in left if block["elements"])],
    }


def _blocks(message: Message) -> Iterator[Block]:
    yield from _heading(message)
    for text in _pieces(escape(message.lead), TEXT_LONGEST):
        yield _section_text(text)
    for section in message.sections:
        yield {"type": "divider"}
        yield from _section(section)
    if message.buttons:
        yield {"type": "actions", "block_id": "bongsu.answers", "elements": [*_buttons(message)]}
    if message.links:
        yield {"type": "actions", "block_id": "bongsu.links", "elements": [*_links(message)]}
    yield {"type": "context", "elements": [_mrkdwn(escape(line)) for line in message.footer]}


def _heading(message: Message) -> Iterator[Block]:
    whole = message.headline
    if len(whole) <= HEADER_LONGEST:
        yield {"type": "header", "text": {"type": "plain_text", "text": whole, "emoji": True}}
        return
    short = f"{message.emoji} {message.title}"
    yield {"type": "header", "text": {"type": "plain_text", "text": short, "emoji": True}}
    for text in _pieces(escape(message.subject), TEXT_LONGEST):
        yield _section_text(text)


def _section(section: Section) -> Iterator[Block]:
    title = f"*{escape(section.title)}*"
    fields = [_mrkdwn(text) for row in section.rows for text in _field(row)]
    for start in range(0, len(fields), FIELDS_MOST):
        block: Block = {"type": "section", "fields": fields[start : start + FIELDS_MOST]}
        if start == 0:
            block["text"] = _mrkdwn(title)
        yield block
    lines = [] if fields else [title]
    lines += [f"• {escape(line)}" for line in section.lines]
    if section.lines:
        for text in _pieces("\n".join(lines), TEXT_LONGEST):
            yield _section_text(text)


def _field(row: Row) -> Iterator[str]:
    return _pieces(f"*{escape(row.label)}*\n{escape(row.text)}", FIELD_LONGEST)


def _pieces(text: str, longest: int) -> Iterator[str]:
    """Yield text in pieces of at most `longest` characters, cut where a line or a word ends, never in an entity."""
    while len(text) > longest:
        place = max(text.rfind("\n", 1, longest), 0) or max(text.rfind(" ", 1, longest), 0) or longest
        entity = text.rfind("&", 0, place)
        if entity > 0 and ";" not in text[entity:place]:
            place = entity
        yield text[:place]
        text = text[place:].lstrip()
    if text:
        yield text


def _section_text(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def _buttons(message: Message) -> Iterator[Block]:
    for button in message.buttons:
        block: Block = {
            "type": "button",
            "action_id": f"bongsu.{button.name}",
            "text": {"type": "plain_text", "text": button.text},
            "value": f"{{code:{button.name}}}",
        }
        if button.style:
            block["style"] = button.style
        yield block


def _links(message: Message) -> Iterator[Block]:
    for number, link in enumerate(message.links, start=1):
        yield {
            "type": "button",
            "action_id": f"bongsu.link.{number}",
            "text": {"type": "plain_text", "text": link.text},
            "url": link.url,
        }
