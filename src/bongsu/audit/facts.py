"""Named values that stand together, whatever the layout: JSON, `{key: value}` without quotes, `key=value`, labelled lines.

`items.groups` is for amounts; here a value keeps its type, and what it stands in is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bongsu.audit.items import groups
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.stated import piece_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

FLOW = re.compile(r"\{\s*(?P<inner>[A-Za-z_]\w*\s*[:=][^{}]{0,600})\}")
MEMBER = re.compile(
    r"\s*[\"']?(?P<key>[A-Za-z_]\w*)[\"']?\s*[:=]\s*(?P<value>\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^,;]*?)\s*(?:[,;]|$)"
)
PAIR = pattern(r"(?<![\w.?&/-])(?P<key>[A-Za-z_][\w.]{0,30})=(?P<value>\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^\s,;|]*)")
PLAIN = {"true": True, "false": False, "null": None, "none": None, "~": None, "yes": True, "no": False}
ABOVE = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """One named value."""

    value: Any
    """What it says: a text, a number, a truth value, None; a list or an object of a JSON text as it is."""
    spot: Spot
    typed: bool
    """Whether the layout tells a number from a text of digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What stands together, by its names in lower case with underscores."""

    log: Log
    of: dict[str, Fact]
    start: int
    within: str
    """The names of what it stands in, and the short texts beside it there."""

    def text(self, name: str) -> str:
        """Return a value as text; nothing when there is none."""
        one = self.of.get(name)
        return "" if one is None or one.value is None else str(one.value)


@lru_cache(maxsize=64)
def facts(log: Log) -> tuple[Facts, ...]:
    """Return every group of named values of a log."""
    return (*_objects(log), *_flows(log), *_pairs(log), *_labelled(log))


def _objects(log: Log) -> Iterator[Facts]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict) or not one:
                continue
            made: dict[str, Fact] = {}
            for key, inner in one.items():
                number = piece.lines[(*path, key)]
                shown = inner if isinstance(inner, str) and inner else f'"{key}"'
                spot = log.at(number, shown if shown in log.line(number) else str(key))
                made[snake(str(key))] = Fact(inner, spot, typed=True)
            start = piece.start if not path else piece.lines[path]
            yield Facts(log=log, of=made, start=start, within=_within(piece.above((*path, "")), path))


def _within(above: Any, path: tuple[str | int, ...]) -> str:
    said = [str(step) for step in path if isinstance(step, str)]
    for place, (_, around) in enumerate(above):
        if place and place <= ABOVE and isinstance(around, dict):
            said += [f"{key} {value}" for key, value in around.items() if isinstance(value, str) and len(value) < 160]
    return " ".join(said)


def _flows(log: Log) -> Iterator[Facts]:
    for number, line in log.numbered():
        for match in FLOW.finditer(line) if "{" in line else ():
            if piece_at(log, number, match.start()) is None:
                found = MEMBER.finditer(match["inner"])
                made = {one["key"]: (one["value"], match.start("inner") + one.start("value")) for one in found}
                yield _of_texts(log, number, made, line[: match.start()])


def _pairs(log: Log) -> Iterator[Facts]:
    for number, line in log.numbered():
        found = [one for one in PAIR.finditer(line) if piece_at(log, number, one.start()) is None]
        if len(found) > 1:
            made = {one["key"]: (one["value"], one.start("value")) for one in found}
            yield _of_texts(log, number, made, line[: found[0].start()])


def _of_texts(log: Log, number: int, found: dict[str, tuple[str, int]], within: str) -> Facts:
    made: dict[str, Fact] = {}
    for key, (text, column) in found.items():
        spot = type(log.spot(1))(log.name, number, column + 1, column + 1 + len(text))
        made[snake(key)] = Fact(_value(text), spot, typed=False)
    return Facts(log=log, of=made, start=number, within=within)


def _value(text: str) -> Any:
    if text[:1] in "\"'" and len(text) > 1:
        return text[1:-1]
    bare = text.strip("`* ")
    if bare.lower() in PLAIN:
        return PLAIN[bare.lower()]
    return int(bare) if re.fullmatch(r"-?\d{1,18}", bare) else bare


def _labelled(log: Log) -> Iterator[Facts]:
    for group in groups(log):
        if group.kind != "object":
            made: dict[str, Fact] = {}
            for one in group.items:
                name = re.sub(r"[ -]+", "_", re.sub(r"\s*\([^)]*\)", "", one.label)).strip("_")
                made.setdefault(name, Fact(_value(one.value.strip()), one.spot, typed=False))
            start = group.items[0].spot.line
            yield Facts(log=log, of=made, start=start, within=" ".join(log.section(start).path))
