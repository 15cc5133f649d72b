"""Telegram's texts: parsed, cleaned, trimmed and measured in the order of the vendor's server."""

from __future__ import annotations

from itertools import accumulate

from bongsu.sandbox.telegram_entities import Entity, TextRefusedError, link, settled, span, utf16_units
from bongsu.sandbox.telegram_html import parse_html
from bongsu.sandbox.telegram_markdown import parse_markdown
from bongsu.sandbox.telegram_marks import marks

__all__ = ["TextRefusedError", "checked_text", "utf16_units"]

TEXT_MAX = 4096
TEXT_BYTES_MAX = 32_768
NUMBER_MAX = 1_000_000
# Those of an entity, and what each holds; the last two may be left out.
FIELDS: dict[str, type[int | str]] = {"offset": int, "length": int, "type": str, "url": str, "language": str}
# Characters that the server takes out; other control characters become spaces.
TAKEN_OUT = frozenset("\r\u0333\u033f\u030a") | {chr(code) for code in range(0x2028, 0x202F)}
# What does not count as text, beside white space.
EMPTY = frozenset(" \n\u00a0\u1680\u180e\u200b\u200c\u200d\u200e\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc") | {
    chr(code) for code in range(0x2000, 0x200B)
}
FORMATS = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "expandable_blockquote"}
)
# The server finds these by itself, and passes over them when they are given.
FOUND_BY_ITSELF = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)


def checked_text(
    raw: str, parse_mode: str | None, *, given: object = None, length_in: str = "utf16_units"
) -> tuple[str, list[Entity]]:
    """Return the text as stored, and its entities with offsets in UTF-16 units; raises TextRefusedError.

    `given` are entities that came beside the text; with a parse mode they are passed over, as the server does. A
    length in UTF-16 units is never more lenient than one in code points.
    """
    if not raw:
        raise TextRefusedError("message text is empty")
    if len(raw.encode()) > TEXT_BYTES_MAX:
        raise TextRefusedError("text is too long")
    text, entities = _parsed(raw, (parse_mode or "").lower(), given)
    text, entities = _trimmed(*_cleaned(text, settled(entities)))
    if all(character in EMPTY for character in text):
        raise TextRefusedError("text must be non-empty")
    if (utf16_units(text) if length_in == "utf16_units" else len(text)) > TEXT_MAX:
        raise TextRefusedError("message is too long")
    entities = settled(entities)
    return text, settled([*entities, *marks(text, entities)])


def _parsed(raw: str, mode: str, given: object) -> tuple[str, list[Entity]]:
    match mode:
        case "html":
            return parse_html(raw)
        case "markdownv2":
            return parse_markdown(raw)
        case "markdown":
            raise TextRefusedError("sandbox: the legacy parse_mode 'Markdown' is not imitated, use MarkdownV2 or HTML")
        case "" | "none":
            return raw, _given(raw, given)
    raise TextRefusedError("unsupported parse_mode")


def _given(text: str, given: object) -> list[Entity]:
    """Return the entities that came with a text, or refuse those that cannot be."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise TextRefusedError("sandbox: entities must be an array")
    entities = [one for one in map(_given_entity, given) if one is not None]
    units = list(accumulate(map(utf16_units, text), initial=0))
    edges = set(units)
    for entity in entities:
        start, end = span(entity)
        if start >= units[-1]:
            raise TextRefusedError(f"entity begins after the end of the text at UTF-16 offset {start}")
        if end > units[-1]:
            where = f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {end}"
            raise TextRefusedError(where)
        for edge, verb in ((start, "begins"), (end, "ends")):
            if edge not in edges:
                byte = len(text.encode("utf-16-le")[: edge * 2 + 2].decode("utf-16-le").encode())
                which = "" if verb == "begins" else f" beginning at UTF-16 offset {start}"
                raise TextRefusedError(f"entity{which} {verb} in a middle of a UTF-16 symbol at byte offset {byte}")
    return entities


def _given_entity(entity: object) -> Entity | None:
    if not isinstance(entity, dict):
        raise TextRefusedError("can't parse MessageEntity: expected an Object")
    for name, form in FIELDS.items():
        if name not in entity and name not in ("url", "language"):
            raise TextRefusedError(f"can't parse MessageEntity: Can't find field \"{name}\"")
        if type(entity.get(name, form())) is not form:
            raise TextRefusedError(f"sandbox: field {name!r} of an entity must be of type {form.__name__}")
    kind, offset, length = entity["type"], entity["offset"], entity["length"]
    for name, number in (("offset", offset), ("length", length)):
        if not 0 <= number <= NUMBER_MAX:
            raise TextRefusedError(f"receive an entity with incorrect {name} {number}")
    if kind in FOUND_BY_ITSELF or length == 0:
        return None
    if kind == "text_link":
        return link(entity.get("url", ""), offset=offset, length=length)
    if kind in ("text_mention", "custom_emoji", "date_time"):
        raise TextRefusedError(f"sandbox: entity {kind!r} is not imitated")
    if kind not in FORMATS:
        raise TextRefusedError("can't parse MessageEntity: Unsupported type specified")
    language = {"language": entity["language"]} if kind == "pre" and entity.get("language") else {}
    return {"offset": offset, "length": length, "type": kind, **language}


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return a text without the characters that the server takes out, and the entities moved with it."""
    out: list[str] = []
    new_place = [0]
    for character in text:
        kept = "" if character in TAKEN_OUT else " " if character < " " and character != "\n" else character
        out.append(kept)
        # Both halves of a character outside the first plane begin where it begins.
        new_place += [new_place[-1]] * (utf16_units(character) - 1) + [new_place[-1] + utf16_units(kept)]
    moved = []
    for entity in entities:
        start, end = (new_place[edge] for edge in span(entity))
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return "".join(out), moved


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return a text without outer white space; at its head only as far as the first entity."""
    kept = text.rstrip(" \n")
    end = utf16_units(kept)
    cut: list[Entity] = []
    for entity in entities:
        start, stop = span(entity)
        if start < end:
            cut.append({**entity, "length": min(stop, end) - start})
    first = min((span(entity)[0] for entity in cut), default=len(kept))
    head = 0
    while head < min(first, len(kept)) and kept[head] in " \n":
        head += 1
    return kept[head:], [{**entity, "offset": span(entity)[0] - head} for entity in cut]
