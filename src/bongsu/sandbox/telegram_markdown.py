"""Telegram's MarkdownV2: plain text and entities, or the server's own complaint with its byte offset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from bongsu.sandbox.telegram_entities import SPACES, Entity, TextRefusedError, link, utf16_units

RESERVED = "_*[]()~`>#+-=|{}.!\n"
NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "blockquote": "BlockQuote",
}
# Longer marks first, so that __ is not taken for _.
MARKS = (
    ("```", "pre"),
    ("__", "underline"),
    ("||", "spoiler"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("`", "code"),
    ("[", "text_link"),
)
ENDS = {kind: mark for mark, kind in MARKS} | {"text_link": "]"}


def parse_markdown(raw: str) -> tuple[str, list[Entity]]:
    """Return the plain text and its entities in the order in which they end; raises TextRefusedError."""
    return _Parser(raw).parse()


@dataclass(slots=True)
class _Open:
    kind: str
    at: int
    offset: int
    out_at: int
    language: str = ""

    @property
    def name(self) -> str:
        return "PreCode" if self.language else NAMES[self.kind]


class _Parser:
    """One pass over one text."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._at = 0
        self._out: list[str] = []
        self._units = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []
        # A > opens a quotation only where a line begins.
        self._line_begins = True
        self._quoting = False

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._raw):
            character = self._raw[self._at]
            if character == "\\" and "\0" < self._next() <= "~":
                self._escaped()
            elif character not in self._special():
                self._emit(character)
                self._line_begins = self._line_begins and character == "\r"
                self._at += 1
            elif self._ends(character):
                self._end(character)
            else:
                self._begin(character)
        self._last_quotation()
        if self._open:
            self._no_end_of(self._open[-1])
        return "".join(self._out), self._entities

    def _next(self, count: int = 1) -> str:
        return self._raw[self._at + 1 : self._at + 1 + count]

    def _special(self) -> str:
        return "`" if self._open and self._open[-1].kind in ("code", "pre") else RESERVED

    def _emit(self, text: str) -> None:
        self._out.append(text)
        self._units += utf16_units(text)

    def _escaped(self) -> None:
        character = self._next()
        self._emit(character)
        if character != "\r":
            self._line_begins = character == "\n"
        self._at += 2

    def _ends(self, character: str) -> bool:
        if not self._open:
            return False
        if self._quoting and character == "\n" and self._next() != ">":
            return True
        kind = self._open[-1].kind
        if kind == "blockquote" or not self._raw.startswith(ENDS[kind], self._at):
            return False
        # Inside italic, two underscores begin an underline.
        return kind != "italic" or self._next() != "_"

    def _begin(self, character: str) -> None:
        at = self._at
        if character == "\n":
            self._emit("\n")
            self._line_begins = True
            self._at += 1
            return
        if character == ">" and self._line_begins:
            self._at += 1
            if not self._quoting:
                self._quoting = True
                self._push("blockquote", at)
            return
        if character == "!" and self._next() == "[":
            self._refuse("sandbox: custom emoji and times are not imitated")
        for mark, kind in MARKS:
            if self._raw.startswith(mark, at):
                self._at += len(mark)
                self._push(kind, at, language=self._language() if kind == "pre" else "")
                return
        self._refuse(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _push(self, kind: str, at: int, *, language: str = "") -> None:
        self._open.append(_Open(kind, at, self._units, len(self._out), language))

    def _language(self) -> str:
        """Read what follows the three backticks: a language, if the line goes on after it, and one line break."""
        end = self._at
        while end < len(self._raw) and self._raw[end] not in SPACES + "`":
            end += 1
        language = ""
        if end < len(self._raw) and self._raw[end] != "`":
            language, self._at = self._raw[self._at : end], end
        pair = self._raw[self._at : self._at + 2]
        if pair[:1] in ("\n", "\r"):
            self._at += 2 if pair in ("\r\n", "\n\r") else 1
        return language

    def _end(self, character: str) -> None:
        opened = self._open.pop()
        kind = opened.kind
        if character == "\n":
            if kind != "blockquote":
                kind, opened = "expandable_blockquote", self._expanded(opened)
            self._quoting = False
            self._emit("\n")
            self._line_begins = True
            self._at += 1
        elif kind == "text_link":
            self._at += 1
            self._link(opened)
            return
        else:
            self._at += len(ENDS[kind])
        self._close(opened, kind)

    def _expanded(self, opened: _Open) -> _Open:
        """Return the quotation that ends here, if the two bars that were just opened say that it can be unfolded."""
        before = self._raw[opened.at + 2 : self._at]
        if opened.kind != "spoiler" or before not in ("", "\r"):
            self._no_end_of(opened)
        quotation = self._open.pop()
        if quotation.kind != "blockquote":
            self._no_end_of(quotation)
        return quotation

    def _link(self, opened: _Open) -> None:
        url = "".join(self._out[opened.out_at :])
        if self._raw.startswith("(", self._at):
            begin = self._at = self._at + 1
            url = ""
            while self._at < len(self._raw) and self._raw[self._at] != ")":
                if self._raw[self._at] == "\\" and "\0" < self._next() <= "~":
                    self._at += 1
                url += self._raw[self._at]
                self._at += 1
            if self._at == len(self._raw):
                self._refuse(f"Can't find end of a URL at byte offset {self._byte(begin)}")
            self._at += 1
        if self._units > opened.offset:
            entity = link(url, offset=opened.offset, length=self._units - opened.offset)
            self._entities += [entity] if entity is not None else []

    def _close(self, opened: _Open, kind: str) -> None:
        length = self._units - opened.offset
        if length:
            language = {"language": opened.language} if opened.language else {}
            self._entities.append({"offset": opened.offset, "length": length, "type": kind, **language})

    def _last_quotation(self) -> None:
        """End the quotation that the text ends with: two bars at the very end make it one that can be unfolded."""
        if not self._quoting:
            return
        kind = "blockquote"
        if self._open[-1].kind == "spoiler" and self._open[-1].at == len(self._raw) - 2:
            self._open.pop()
            kind = "expandable_blockquote"
        if self._open[-1].kind == "blockquote":
            self._close(self._open.pop(), kind)

    def _byte(self, position: int) -> int:
        return len(self._raw[:position].encode())

    def _no_end_of(self, opened: _Open) -> NoReturn:
        self._refuse(f"Can't find end of {opened.name} entity at byte offset {self._byte(opened.at)}")

    def _refuse(self, complaint: str) -> NoReturn:
        raise TextRefusedError(f"can't parse entities: {complaint}")
