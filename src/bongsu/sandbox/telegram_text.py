"""Telegram's HTML texts: plain text and entities, or the server's own complaint."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

TEXT_MAX = 4096
TEXT_BYTES_MAX = 32_768

TAG_ENTITIES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACES = " \t\r\n\0\v"
ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]*)))?""")
REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([a-z]+));?")
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)'\]]")

Entity = dict[str, object]


class TextRefusedError(ValueError):
    """The text is one that the server refuses; the message is its complaint, without "Bad Request: "."""


def utf16_units(text: str) -> int:
    """Return the length that Telegram counts by."""
    return len(text.encode("utf-16-le")) // 2


def checked_text(raw: str, parse_mode: str | None, *, length_in: str = "utf16_units") -> tuple[str, list[Entity]]:
    """Return the text as stored, and its entities with offsets in UTF-16 units; raises TextRefusedError.

    The order of the checks is that of the open-source server; a length in UTF-16 units is never more lenient than
    its code points.
    """
    if not raw:
        raise TextRefusedError("message text is empty")
    if len(raw.encode()) > TEXT_BYTES_MAX:
        raise TextRefusedError("text is too long")
    mode = (parse_mode or "").lower()
    if mode in ("markdown", "markdownv2"):
        raise TextRefusedError(f"sandbox: parse_mode {parse_mode!r} is not imitated, use HTML")
    if mode not in ("", "html"):
        raise TextRefusedError("unsupported parse_mode")
    text, entities = _HtmlParser(raw).parse() if mode == "html" else (raw, [])
    text, entities = _trimmed(text, entities)
    if not text:
        raise TextRefusedError("text must be non-empty")
    if (utf16_units(text) if length_in == "utf16_units" else len(text)) > TEXT_MAX:
        raise TextRefusedError("message is too long")
    return text, _in_order([*entities, *_web_addresses(text, entities)])


@dataclass(slots=True)
class _Open:
    tag: str
    at_byte: int
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


class _HtmlParser:
    """One pass over one text; positions in complaints are byte offsets into the text as sent."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._at = 0
        self._out: list[str] = []
        self._units = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        """Return the plain text and its entities."""
        while self._at < len(self._raw):
            if self._raw[self._at] == "<":
                self._tag()
            else:
                self._character()
        if self._open:
            self._refuse(f"Can't find end tag corresponding to start tag {_quoted(self._open[-1].tag)}")
        return "".join(self._out), self._entities

    def _refuse(self, complaint: str) -> NoReturn:
        raise TextRefusedError(f"can't parse entities: {complaint}")

    def _byte(self, position: int) -> int:
        return len(self._raw[:position].encode())

    def _emit(self, text: str) -> None:
        self._out.append(text)
        self._units += utf16_units(text)

    def _character(self) -> None:
        character, length = _character_at(self._raw, self._at)
        self._emit(character)
        self._at += length

    def _tag(self) -> None:
        start = self._at
        if self._raw.startswith("</", start):
            self._end_tag(start)
        else:
            self._start_tag(start)

    def _start_tag(self, start: int) -> None:
        name_end = self._skip_name(start + 1)
        at_byte = self._byte(start)
        if name_end == len(self._raw):
            self._refuse(f"Unclosed start tag at byte offset {at_byte}")
        tag = self._raw[start + 1 : name_end].lower()
        if tag not in TAG_ENTITIES:
            self._refuse(f"Unsupported start tag {_quoted(tag)} at byte offset {at_byte}")
        attributes, self._at = self._attributes(name_end, tag=tag, at_byte=at_byte)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self._refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {at_byte}')
        self._open.append(_Open(tag, at_byte, self._units, attributes))

    def _attributes(self, position: int, *, tag: str, at_byte: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while True:
            while position < len(self._raw) and self._raw[position] in SPACES:
                position += 1
            if position == len(self._raw):
                self._refuse(f"Unclosed start tag at byte offset {at_byte}")
            if self._raw[position] == ">":
                return attributes, position + 1
            found = ATTRIBUTE.match(self._raw, position)
            if found is None:
                self._refuse(f"Empty attribute name in the tag {_quoted(tag)} at byte offset {at_byte}")
            name, *values = found.groups()
            attributes[name.lower()] = _decoded(next((one for one in values if one is not None), ""))
            position = found.end()
            if position < len(self._raw) and self._raw[position] not in SPACES + ">":
                self._refuse(f"Unexpected end of name token at byte offset {self._byte(position)}")

    def _end_tag(self, start: int) -> None:
        at_byte = self._byte(start)
        if not self._open:
            self._refuse(f"Unexpected end tag at byte offset {at_byte}")
        name_end = self._skip_name(start + 2)
        name = self._raw[start + 2 : name_end]
        position = name_end
        while position < len(self._raw) and self._raw[position] in SPACES:
            position += 1
        if position == len(self._raw) or self._raw[position] != ">":
            self._refuse(f"Unclosed end tag at byte offset {at_byte}")
        opened = self._open.pop()
        if name and name.lower() != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{name}>"'
            self._refuse(f"Unmatched end tag at byte offset {at_byte}, {expected}")
        self._at = position + 1
        self._close(opened)

    def _skip_name(self, position: int) -> int:
        while position < len(self._raw) and self._raw[position] not in SPACES + ">":
            position += 1
        return position

    def _close(self, opened: _Open) -> None:
        length = self._units - opened.offset
        if length == 0:
            return
        entity: Entity = {"offset": opened.offset, "length": length, "type": TAG_ENTITIES[opened.tag]}
        if opened.tag == "a":
            url = opened.attributes.get("href") or self._text_since(opened.offset)
            if url.startswith("tg:"):
                self._refuse("sandbox: links to tg: addresses are not imitated")
            if not url.startswith(("http://", "https://")):
                return
            entity["url"] = url
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        self._entities.append(entity)

    def _text_since(self, offset: int) -> str:
        encoded = "".join(self._out).encode("utf-16-le")
        return encoded[offset * 2 :].decode("utf-16-le")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _character_at(raw: str, position: int) -> tuple[str, int]:
    """Return the character at `position`, references resolved, and how much of `raw` it takes."""
    found = REFERENCE.match(raw, position) if raw[position] == "&" else None
    if found is None:
        return raw[position], 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        known = NAMED_CHARACTERS.get(name)
        return (known, len(found.group())) if known else ("&", 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
        return chr(code), len(found.group())
    return "&", 1


def _decoded(value: str) -> str:
    characters: list[str] = []
    position = 0
    while position < len(value):
        character, length = _character_at(value, position)
        characters.append(character)
        position += length
    return "".join(characters)


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Return text without outer white space, and the entities moved and cut with it."""
    without_head = text.lstrip()
    head = utf16_units(text) - utf16_units(without_head)
    kept = without_head.rstrip()
    end = utf16_units(kept)
    moved: list[Entity] = []
    for entity in entities:
        start, stop = _span(entity)
        first, last = max(start - head, 0), min(stop - head, end)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return kept, moved


def _span(entity: Entity) -> tuple[int, int]:
    offset, length = entity["offset"], entity["length"]
    assert isinstance(offset, int) and isinstance(length, int)
    return offset, offset + length


def _web_addresses(text: str, entities: list[Entity]) -> list[Entity]:
    """Return the addresses that the server marks by itself, outside code and links."""
    taken = [_span(entity) for entity in entities if entity["type"] in ("code", "pre", "text_link")]
    found: list[Entity] = []
    for address in WEB_ADDRESS.finditer(text):
        offset = utf16_units(text[: address.start()])
        length = utf16_units(address.group())
        if all(offset + length <= start or offset >= stop for start, stop in taken):
            found.append({"offset": offset, "length": length, "type": "url"})
    return found


def _in_order(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (_span(entity)[0], -_span(entity)[1], str(entity["type"])))
