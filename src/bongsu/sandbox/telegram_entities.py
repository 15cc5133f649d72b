"""Telegram's entities: what part of a text is bold, a link and so on, counted in UTF-16 units."""

from __future__ import annotations

import re
from itertools import pairwise

Entity = dict[str, object]
SPACES = " \t\r\n\0\v"
# What a name in an address may be made of: some signs, escapes, and anything outside ASCII.
_PART = r"(?:[A-Za-z0-9._!$,~*'();&+=-]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])"
ADDRESS = re.compile(
    rf"(?:(https?)://)?((?:{_PART}|:)*@)?({_PART}+|\[[0-9a-fA-F:.]+\])(?::(\d+))?((?:[/?#].*)?)",
    re.IGNORECASE | re.DOTALL,
)
PORTS = range(1, 65536)

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
PRE = ("code", "pre")
# The server's order of those that begin and end together.
FIRST = ("blockquote", "expandable_blockquote", "pre", "code", "text_link", "url", *SPLITTABLE)


class TextRefusedError(ValueError):
    """The text is one that the server refuses; the message is its complaint, without "Bad Request: "."""


def utf16_units(text: str) -> int:
    """Return the length that Telegram counts by."""
    return len(text.encode("utf-16-le")) // 2


def span(entity: Entity) -> tuple[int, int]:
    """Return where an entity begins and ends."""
    offset, length = entity["offset"], entity["length"]
    assert isinstance(offset, int) and isinstance(length, int)
    return offset, offset + length


def in_order(entities: list[Entity]) -> list[Entity]:
    """Return entities as the server lists them: the outer before the inner."""

    def key(entity: Entity) -> tuple[int, int, int]:
        start, end = span(entity)
        kind = str(entity["type"])
        return start, -end, FIRST.index(kind) if kind in FIRST else FIRST.index("url")

    return sorted(entities, key=key)


def link(url: str, *, offset: int, length: int) -> Entity | None:
    """Return the entity of a link as the server writes its address, None for one that it drops without a word."""
    if url.lower().startswith(("tg:", "ton:", "tonsite:")):
        raise TextRefusedError("can't parse entities: sandbox: only http and https links are imitated")
    found = ADDRESS.fullmatch(url)
    if found is None:
        return None
    scheme, user, host, port, rest = found.groups()
    if (
        ("." not in host and not host.startswith("["))
        or host == "."
        or not int(port or "1")
        or int(port or "1") > 65535
    ):
        return None
    rest = rest.rstrip(SPACES)
    tail = "".join(one if one > " " else f"%{ord(one):02X}" for one in rest)
    address = f"{(scheme or 'http').lower()}://{user or ''}{host.lower()}{f':{int(port)}' if port else ''}"
    return {
        "offset": offset,
        "length": length,
        "type": "text_link",
        "url": address + (tail if tail.startswith("/") else f"/{tail}"),
    }


def settled(entities: list[Entity]) -> list[Entity]:
    """Return entities as the server stores them: code stands alone, links and quotes do not overlap, bold is cut.

    What is nested and needs no change comes back as it was.
    """
    ordered = in_order([one for one in entities if one["length"]])
    if _well_nested(ordered):
        return ordered
    whole = _apart([one for one in ordered if one["type"] not in (*SPLITTABLE, *QUOTES)])
    quotes = _apart([one for one in ordered if one["type"] in QUOTES])
    whole = [one for one in whole if not any(_cross(one, quote) for quote in quotes)]
    cuts = {edge for one in (*whole, *quotes) for edge in span(one)}
    runs = {kind: _merged([span(one) for one in ordered if one["type"] == kind]) for kind in SPLITTABLE}
    cuts |= {start for spans in runs.values() for start, _ in spans}
    pre = [span(one) for one in whole if one["type"] in PRE]
    pieces: list[Entity] = [
        {"offset": start, "length": end - start, "type": kind}
        for kind, spans in runs.items()
        for whole_span in spans
        for start, end in _cut(whole_span, cuts)
        if not any(first <= start and end <= last for first, last in pre)
    ]
    return in_order([*whole, *quotes, *pieces])


def _well_nested(ordered: list[Entity]) -> bool:
    """Return whether nothing has to be cut or dropped."""
    stack: list[Entity] = []
    last_end: dict[object, int] = {}
    for entity in ordered:
        start, end = span(entity)
        kind = entity["type"]
        while stack and start >= span(stack[-1])[1]:
            stack.pop()
        around = [one["type"] for one in stack]
        if stack and (end > span(stack[-1])[1] or not _may_stand_in(kind, around)):
            return False
        if kind in SPLITTABLE:
            if last_end.get(kind, -1) >= start:
                return False
            last_end[kind] = end
        stack.append(entity)
    return True


def _may_stand_in(kind: object, around: list[object]) -> bool:
    outer = set(around)
    if outer & set(SPLITTABLE) or outer & set(PRE) or kind in outer:
        return False
    if kind in PRE:
        return outer <= set(QUOTES)
    return kind in SPLITTABLE or (outer <= set(QUOTES) and kind not in QUOTES)


def _apart(ordered: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in ordered:
        if not kept or span(entity)[0] >= span(kept[-1])[1]:
            kept.append(entity)
    return kept


def _cross(entity: Entity, quote: Entity) -> bool:
    (start, end), (first, last) = span(entity), span(quote)
    return start < last and first < end and not (first <= start and end <= last)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(whole: tuple[int, int], cuts: set[int]) -> list[tuple[int, int]]:
    edges = [whole[0], *sorted(cut for cut in cuts if whole[0] < cut < whole[1]), whole[1]]
    return list(pairwise(edges))
