"""Telegram's HTML: plain text and entities, or the server's own complaint with its byte offset."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

from bongsu.sandbox.telegram_entities import SPACES, Entity, TextRefusedError, link

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
# Tags that the server knows and the sandbox refuses.
NOT_IMITATED = ("tg-emoji", "tg-time")
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([A-Za-z]+))")
REFERENCE_LENGTH_MAX = 9
UNMATCHED = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)
LANGUAGE = "language-"


def parse_html(raw: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities in the order in which they end; raises TextRefusedError."""
    return _Parser(raw).parse()


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    out_at: int
    attributes: dict[str, str] = field(default_factory=dict)


class _Parser:
    """One pass over one text; positions in complaints are byte offsets into the text as sent."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._at = 0
        self._out: list[str] = []
        self._units = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._raw):
            if self._raw.startswith("</", self._at):
                self._end_tag()
            elif self._raw[self._at] == "<":
                self._start_tag()
            else:
                character, length = _character_at(self._raw, self._at)
                self._out.append(character)
                self._units += _units(character)
                self._at += length
        if self._open:
            self._refuse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        plain = [{name: value for name, value in one.items() if name != "_language"} for one in self._entities]
        return self._joined(), plain

    def _joined(self) -> str:
        """Return the text; halves of a character that were written as two references become one."""
        try:
            return "".join(self._out).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse(UNMATCHED)

    def _refuse(self, complaint: str, *, at: int | None = None) -> NoReturn:
        place = "" if at is None else f" at byte offset {len(self._raw[:at].encode())}"
        raise TextRefusedError(f"can't parse entities: {complaint}{place}")

    def _skip_to(self, stops: str, position: int) -> int:
        while position < len(self._raw) and self._raw[position] not in stops:
            position += 1
        return position

    def _skip_spaces(self, position: int) -> int:
        while position < len(self._raw) and self._raw[position] in SPACES:
            position += 1
        return position

    def _start_tag(self) -> None:
        start = self._at
        name_end = self._skip_to(SPACES + ">", start + 1)
        if name_end == len(self._raw):
            self._refuse("Unclosed start tag", at=start)
        tag = self._raw[start + 1 : name_end].lower()
        if tag in NOT_IMITATED:
            self._refuse(f'sandbox: tag "{tag}" is not imitated', at=start)
        if tag not in TAG_ENTITIES:
            self._refuse(f'Unsupported start tag "{tag}"', at=start)
        attributes: dict[str, str] = {}
        position = self._skip_spaces(name_end)
        while not self._raw.startswith(">", position):
            name, value, position = self._attribute(position, tag=tag, start=start)
            attributes[name] = value
            position = self._skip_spaces(position)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self._refuse('Tag "span" must have class "tg-spoiler"', at=start)
        self._at = position + 1
        self._open.append(_Open(tag, self._units, len(self._out), attributes))

    def _attribute(self, position: int, *, tag: str, start: int) -> tuple[str, str, int]:
        """Return an attribute's name, its value, and where it ends."""
        name_end = self._skip_to(SPACES + "=>/\"'", position)
        name = self._raw[position:name_end]
        if not name:
            self._refuse(f'Empty attribute name in the tag "{tag}"', at=start)
        position = self._skip_spaces(name_end)
        if position < len(self._raw) and self._raw[position] != "=":
            return name, "", position
        position = self._skip_spaces(position + 1)
        if position >= len(self._raw):
            self._refuse(f'Unclosed start tag "{tag}"', at=start)
        if self._raw[position] in "\"'":
            end = self._skip_to(self._raw[position], position + 1)
            value, end = _decoded(self._raw[position + 1 : end]), end + 1
        else:
            end = position
            while end < len(self._raw) and re.match(r"[A-Za-z0-9.-]", self._raw[end]):
                end += 1
            value = self._raw[position:end].lower()
            if not self._raw.startswith((*SPACES, ">"), end):
                self._refuse("Unexpected end of name token", at=position)
        if end >= len(self._raw):
            self._refuse("Unclosed start tag", at=start)
        return name, value, end

    def _end_tag(self) -> None:
        start = self._at
        if not self._open:
            self._refuse("Unexpected end tag", at=start)
        name_end = self._skip_to(SPACES + ">", start + 2)
        name = self._raw[start + 2 : name_end].lower()
        position = self._skip_spaces(name_end)
        if not self._raw.startswith(">", position):
            self._refuse("Unclosed end tag", at=start)
        opened = self._open.pop()
        if name and name != opened.tag:
            byte = len(self._raw[:start].encode())
            expected = f'expected "</{opened.tag}>", found "</{name}>"'
            self._refuse(f"Unmatched end tag at byte offset {byte}, {expected}")
        self._at = position + 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self._units - opened.offset
        if length == 0:
            return
        entity: Entity | None = {"offset": opened.offset, "length": length, "type": TAG_ENTITIES[opened.tag]}
        match opened.tag:
            case "a":
                url = opened.attributes.get("href") or "".join(self._out[opened.out_at :])
                entity = link(url, offset=opened.offset, length=length)
            case "blockquote" if "expandable" in opened.attributes:
                entity = {"offset": opened.offset, "length": length, "type": "expandable_blockquote"}
            case "pre" | "code":
                entity = self._code(opened, {"offset": opened.offset, "length": length, "type": opened.tag})
        self._entities += [entity] if entity is not None else []

    def _code(self, opened: _Open, entity: Entity) -> Entity:
        """Return the entity of code; of <pre> and <code> around the very same text the two become one."""
        named = opened.attributes.get("class", "")
        language = named.removeprefix(LANGUAGE) if named.startswith(LANGUAGE) else ""
        inner = self._entities[-1] if self._entities else {}
        same = (inner.get("offset"), inner.get("length")) == (entity["offset"], entity["length"])
        if opened.tag == "pre" and same and inner.get("type") == "code" and "_language" in inner:
            self._entities.pop()
            return {**entity, "language": inner["_language"]}
        if opened.tag == "code" and same and inner.get("type") == "pre" and language:
            self._entities.pop()
            return {**entity, "type": "pre", "language": language}
        return {**entity, "_language": language} if opened.tag == "code" and language else entity


def _character_at(raw: str, position: int) -> tuple[str, int]:
    """Return the character at `position`, references resolved, and how much of `raw` it takes."""
    found = REFERENCE.match(raw, position) if raw[position] == "&" else None
    if found is None:
        return raw[position], 1
    hexadecimal, decimal, name = found.groups()
    length = len(found.group()) + raw.startswith(";", found.end())
    if name is not None:
        known = NAMED_CHARACTERS.get(name)
        return (known, length) if known else ("&", 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if 0 < code < 0x10FFFF and len(found.group()) <= REFERENCE_LENGTH_MAX:
        return chr(code), length
    return "&", 1


def _units(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _decoded(value: str) -> str:
    characters: list[str] = []
    position = 0
    while position < len(value):
        character, length = _character_at(value, position)
        characters.append(character)
        position += length
    return "".join(characters)
