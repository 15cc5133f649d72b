"""JSON that stands anywhere in a log: a whole file, a fenced block, behind a time in a line, or under a mark in each line.

People shorten what they paste, so that `...`, a comma too many and a comment are let pass; every member has its line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

Path = tuple[str | int, ...]
LARGEST = 400_000
"""Letters of one piece of JSON; a longer one is a machine's."""
READ_MOST = 4_000_000
"""Letters of one log that are tried as JSON, so that nothing can make it take minutes."""
DEEPEST = 40
START = re.compile(r"\{\s*(?:[\"}]|$|\.\.\.|…|//)|\[\s*(?:[{\[\"]|$)", re.MULTILINE)
BLANK = re.compile(r"[ \t\r]*(?://[^\n]*)?")
LEAD = re.compile(
    r"\n[ \t]*(?:\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?[ \t]+)?(?:\[(?!true|null|false)[A-Za-z][\w-]{0,11}\][ \t]*|[>|#][ \t]?)?"
)
"""The beginning of the next line, with the mark that each line of a transcript has."""
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
PLAIN = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
LEFT_OUT = re.compile(r"\.\.\.|…")


class _NotJson(Exception):
    """What stands here is something else."""


OWN_TIME = frozenset(["ts", "date", "time", "at", "sent", "sent_at", "when"])
"""Members by which a message has its own time."""
SENT_WITH = frozenset(
    [
        "channel",
        "chat",
        "chat_id",
        "message_id",
        "ts",
        "api",
        "reply_markup",
        "parse_mode",
        "sent_at",
        "posted_at",
        "sent",
        "call",
        "method",
        "via",
        "to",
        "response",
        "answer",
        "buttons",
        "permalink",
        "dir",
    ]
)
"""Members that stand beside the text of a message, and not beside a remark."""


@dataclass(slots=True)
class _Reader:
    text: str
    at: int
    number: int
    most: int
    """Where to give up."""
    lines: dict[Path, int] = field(default_factory=dict)
    shortened: bool = False

    def skip(self) -> str:
        while True:
            start = self.at
            if (blank := BLANK.match(self.text, self.at)) is not None:
                self.at = blank.end()
            if (lead := LEAD.match(self.text, self.at)) is not None:
                self.at, self.number = lead.end(), self.number + 1
            if self.at == start:
                return self.text[self.at : self.at + 1]

    def value(self, path: Path) -> Any:
        if len(path) > DEEPEST or self.at > self.most:
            raise _NotJson
        sign = self.skip()
        self.lines[path] = self.number
        if sign in ("{", "["):
            self.at += 1
            return self.mapping(path) if sign == "{" else self.sequence(path)
        found = STRING.match(self.text, self.at) or PLAIN.match(self.text, self.at)
        if found is None:
            raise _NotJson
        self.at = found.end()
        return _plain(found[0])

    def mapping(self, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not self.over("}"):
            key = STRING.match(self.text, self.at)
            if key is None:
                raise _NotJson
            self.at = key.end()
            if self.skip() != ":":
                raise _NotJson
            self.at += 1
            name = str(_plain(key[0]))
            made[name] = self.value((*path, name))
        return made

    def sequence(self, path: Path) -> list[Any]:
        made: list[Any] = []
        while not self.over("]"):
            made.append(self.value((*path, len(made))))
        return made

    def over(self, close: str) -> bool:
        """Step over commas and what was left out; return whether the end was reached, and step over it."""
        while (sign := self.skip()) == "," or LEFT_OUT.match(self.text, self.at):
            self.shortened |= sign != ","
            self.at += 1 if sign in ",…" else 3
        if sign == close:
            self.at += 1
        elif not sign:
            raise _NotJson
        return sign == close


def _plain(token: str) -> Any:
    try:
        return json.loads(token)
    except ValueError:
        raise _NotJson from None


@dataclass(frozen=True, slots=True, eq=False)
class Payload:
    """One JSON text: where it stands, its value, and the line of every member by its path."""

    value: Any
    lines: dict[Path, int]
    start: int
    column: int
    """Letters in front of it in its first line."""
    end: int
    shortened: bool
    """Whether its author left out some of it, with dots."""

    def above(self, path: Path) -> Iterator[tuple[Path, Any]]:
        """Yield what a member stands in, the innermost first, the whole value last."""
        for length in range(len(path) - 1, -1, -1):
            value = self.value
            for step in path[:length]:
                value = value[step]
            yield path[:length], value


@lru_cache(maxsize=64)
def pieces(log: Log) -> tuple[Payload, ...]:
    """Return each JSON object or list of a log, the outermost alone, in the order of the file."""
    return tuple(_all(log))


@lru_cache(maxsize=64)
def payloads(log: Log) -> tuple[tuple[int, Any, dict[Path, int]], ...]:
    """Return each JSON text of a log: its first line, its value, and the line of every member by its path."""
    return tuple((one.start, one.value, one.lines) for one in pieces(log))


def _all(log: Log) -> Iterator[Payload]:
    text = "\n".join(log.text.lines)
    left, number, counted = READ_MOST, 1, 0
    start = START.search(text)
    while start is not None and left > 0:
        begin = start.start()
        number += text.count("\n", counted, begin)
        counted = begin
        reader = _Reader(text, begin, number, begin + LARGEST)
        try:
            value, end = reader.value(()), reader.at
        except _NotJson:
            value, end = None, begin + 1
        left -= reader.at - begin + 20
        if isinstance(value, dict | list) and value:
            column = begin - text.rfind("\n", 0, begin) - 1
            yield Payload(
                value=value,
                lines=reader.lines,
                start=number,
                column=column,
                end=reader.number,
                shortened=reader.shortened,
            )
        start = START.search(text, end)


@lru_cache(maxsize=20_000)
def snake(key: str) -> str:
    """Return a member's name in lower case with underscores, whatever its author's habit: `sentAt` as `sent_at`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[ -]+", "_", key).lower()


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every member of a JSON value with its path, the value itself first."""
    left = [(path, value)]
    while left:
        path, value = left.pop()
        yield path, value
        if isinstance(value, dict):
            left += [((*path, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            left += [((*path, len(value) - back), inner) for back, inner in enumerate(reversed(value), 1)]


def in_another(message: dict[str, Any], path: Path) -> bool:
    """Return whether what stands at a path below a message is of another, an answer in its thread, which has a time of its own."""
    below: Any = message
    for step in path[:-1]:
        below = below[step]
        if isinstance(below, dict) and isinstance(below.get("text"), str) and OWN_TIME & set(below):
            return True
    return False
