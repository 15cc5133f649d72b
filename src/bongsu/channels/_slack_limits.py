"""What Slack documents, and what it has been seen to refuse, about a message: asked before sending.

Slack's own block models accept an empty text; the service refuses the whole message for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.channels._json import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TEXT_MAX = 4_000
BLOCKS_MAX = 50
BLOCKS_CHARACTERS_MAX = 10_000
TEXT_OBJECT_MAX = 3_000
HEADER_MAX = 150
FIELDS_MAX = 10
FIELD_MAX = 2_000
CONTEXT_MAX = 10
ACTIONS_MAX = 25
BUTTON_TEXT_MAX = 75
VALUE_MAX = 2_000
URL_MAX = 3_000
ID_MAX = 255
MEMBERS = frozenset({"text", "blocks", "unfurl_links", "unfurl_media", "response_type", "replace_original", "mrkdwn"})


_PLAIN = ("plain_text",)
_ANY = ("plain_text", "mrkdwn")
_NAMED = frozenset({"block_id", "elements"})
_USUAL = frozenset({"type", "text", "fields"})


def message_problems(payload: Mapping[str, Any], *, make: Callable[[str], str]) -> list[str]:
    """Return what would make chat.postMessage or chat.update refuse or cut; `make` gives a button's longest code."""
    return list(_message(payload, make))


def _message(payload: Mapping[str, Any], make: Callable[[str], str]) -> Iterator[str]:
    for name in sorted(set(payload) - MEMBERS):
        yield f"/{name}: is not a member this channel sends"
    # Beyond this Slack splits or cuts silently, and one intention would no longer be one message.
    yield from _length("/text", payload.get("text"), TEXT_MAX)
    if "blocks" not in payload:
        return
    blocks = payload["blocks"]
    if not isinstance(blocks, list) or not blocks:
        yield "/blocks: must be a list of 1 block or more"
        return
    if len(blocks) > BLOCKS_MAX:
        yield f"/blocks: has {len(blocks)} items, at most {BLOCKS_MAX} are allowed"
    size = _characters(blocks)
    if size >= BLOCKS_CHARACTERS_MAX:
        yield f"/blocks: has {size} characters in all, it must stay under {BLOCKS_CHARACTERS_MAX}"
    for at, block in enumerate(blocks):
        if not _usual(block):
            yield from _block(f"/blocks/{at}", block, make)
    yield from _repeated(blocks)


def _characters(blocks: list[Any]) -> int:
    """Return how many characters the blocks have as JSON, or their bytes where even those stay under the limit."""
    data = encoded(blocks)
    return len(data) if len(data) < BLOCKS_CHARACTERS_MAX else len(data.decode())


def _usual(block: Any) -> bool:
    """Return whether a block is surely one that Slack takes: text alone, or a divider."""
    if not isinstance(block, dict) or not block.keys() <= _USUAL:
        return False
    kind, fields = block.get("type"), block.get("fields")
    if kind == "divider":
        return True
    if kind != "section" or ("text" in block and not _fits(block["text"], TEXT_OBJECT_MAX)):
        return False
    if fields is None:
        return "text" in block and "fields" not in block
    if not isinstance(fields, list) or not 1 <= len(fields) <= FIELDS_MAX:
        return False
    return all(_fits(one, FIELD_MAX) for one in fields)


def _block(place: str, block: Any, make: Callable[[str], str]) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if isinstance(block, dict) and "block_id" in block:
        yield from _length(f"{place}/block_id", block["block_id"], ID_MAX)
    match kind:
        case "header":
            yield from _text_object(f"{place}/text", block.get("text"), HEADER_MAX, plain=True)
        case "section":
            yield from _section(place, block, make)
        case "context":
            yield from _items(f"{place}/elements", block.get("elements"), CONTEXT_MAX)
            for at, element in enumerate(block.get("elements") or ()):
                if not _fits(element, TEXT_OBJECT_MAX):
                    yield from _text_object(f"{place}/elements/{at}", element, TEXT_OBJECT_MAX)
        case "actions":
            yield from _items(f"{place}/elements", block.get("elements"), ACTIONS_MAX)
            for at, element in enumerate(block.get("elements") or ()):
                yield from _button(f"{place}/elements/{at}", element, make)
        case "divider":
            return
        case _:
            yield f"{place}/type: unsupported type {kind!r}"


def _section(place: str, block: Mapping[str, Any], make: Callable[[str], str]) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"{place}: must have text or fields"
    if "text" in block and not _fits(block["text"], TEXT_OBJECT_MAX):
        yield from _text_object(f"{place}/text", block["text"], TEXT_OBJECT_MAX)
    if "fields" in block:
        yield from _items(f"{place}/fields", block["fields"], FIELDS_MAX)
        for at, item in enumerate(block["fields"] or ()):
            if not _fits(item, FIELD_MAX):
                yield from _text_object(f"{place}/fields/{at}", item, FIELD_MAX)
    if "accessory" in block:
        yield from _button(f"{place}/accessory", block["accessory"], make)


def _button(place: str, button: Any, make: Callable[[str], str]) -> Iterator[str]:
    if not isinstance(button, dict) or button.get("type") != "button":
        yield f"{place}/type: must be a button"
        return
    yield from _text_object(f"{place}/text", button.get("text"), BUTTON_TEXT_MAX, plain=True)
    if "action_id" in button:
        yield from _length(f"{place}/action_id", button["action_id"], ID_MAX)
    if "value" in button:
        value = str(button["value"])
        if value.startswith("{code:") and value.endswith("}"):
            value = make(value[6:-1])
        yield from _length(f"{place}/value", value, VALUE_MAX)
    if "url" in button:
        yield from _length(f"{place}/url", button["url"], URL_MAX)
        if not re.match(r"https?://\S+\Z", str(button["url"])):
            yield f"{place}/url: must be an http or https address"
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"{place}/style: must be 'primary' or 'danger', not {button['style']!r}"


def _fits(value: Any, most: int, *, plain: bool = False) -> bool:
    """Return whether a text object is surely one that Slack takes: the usual case, without a word about it."""
    if not isinstance(value, dict):
        return False
    kind, text = value.get("type"), value.get("text")
    if kind != "plain_text" and (plain or kind != "mrkdwn"):
        return False
    return isinstance(text, str) and 0 < len(text) <= most and not text.isspace()


def _text_object(place: str, value: Any, most: int, *, plain: bool = False) -> Iterator[str]:
    if _fits(value, most, plain=plain):
        return
    if not isinstance(value, dict):
        yield f"{place}: must be a text object"
        return
    kind = value.get("type")
    if kind not in (_PLAIN if plain else _ANY):
        yield f"{place}/type: must be {'plain_text' if plain else 'plain_text or mrkdwn'}, not {kind!r}"
    yield from _length(f"{place}/text", value.get("text"), most)


def _length(place: str, value: Any, most: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{place}: must be text"
    elif not value.strip():
        yield f"{place}: must hold at least 1 character that is not space"
    elif len(value) > most:
        yield f"{place}: has {len(value)} characters, at most {most} are allowed"


def _items(place: str, value: Any, most: int) -> Iterator[str]:
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        yield f"{place}: must be a list of 1 to {most} items"


def _repeated(blocks: list[Any]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for at, block in enumerate(blocks):
        if not isinstance(block, dict) or not block.keys() & _NAMED:
            continue
        elements = block.get("elements")
        elements = elements if isinstance(elements, list) else []
        names = [("block_id", block.get("block_id"))]
        names += [("action_id", item.get("action_id")) for item in elements if isinstance(item, dict)]
        for member, name in names:
            if isinstance(name, str) and (member, name) in seen:
                yield f"/blocks/{at}: the {member} {name!r} is used twice"
            elif isinstance(name, str):
                seen.add((member, name))
