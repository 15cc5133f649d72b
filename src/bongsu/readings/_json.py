"""Walks recorded JSON strictly: every step that the document does not allow names its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from bongsu.core.figures import plain
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIGITS_MAX = 40
_PLAIN = 10**18
"""A whole number below this needs no closer look."""


class Node:
    """A value and where in the recorded answers it stands."""

    __slots__ = ("_name", "_parent", "value")

    def __init__(self, value: Any, name: str | int | None, parent: Node | None = None) -> None:
        self.value = value
        self._name = name
        self._parent = parent

    @property
    def place(self) -> str:
        """Where the value stands; put together only when somebody must be told, which is hardly ever."""
        if self._parent is None:
            return str(self._name)
        step = "" if self._name is None else f"[{self._name}]" if isinstance(self._name, int) else f".{self._name}"
        return f"{self._parent.place}{step}"

    def holding(self, value: Any) -> Node:
        """Return another value at this place: what a text in the document holds, read by itself."""
        return Node(value, None, self)

    def member(self, name: str) -> Node:
        """Return a member that must be there."""
        value = self.value
        if type(value) is dict and name in value:
            return Node(value[name], name, self)
        if self.optional(name) is None:
            raise Unreadable(f"{self.place} has no {name!r}")
        return Node(value[name], name, self)

    def optional(self, name: str) -> Node | None:
        """Return a member, or None when it is absent."""
        if not isinstance(self.value, dict):
            raise Unreadable(f"{self.place} is {_kind(self.value)}, not an object")
        return Node(self.value[name], name, self) if name in self.value else None

    def present(self, name: str) -> Node | None:
        """Return a member, or None when it is absent or null."""
        found = self.optional(name)
        return None if found is None or found.value is None else found

    def items(self) -> list[Node]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise Unreadable(f"{self.place} is {_kind(self.value)}, not a list")
        return [Node(item, index, self) for index, item in enumerate(self.value)]

    def members(self) -> Iterator[tuple[str, Node]]:
        """Yield the members of an object by name."""
        if not isinstance(self.value, dict):
            raise Unreadable(f"{self.place} is {_kind(self.value)}, not an object")
        for name in self.value:
            yield name, Node(self.value[name], name, self)

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise Unreadable(f"{self.place} is {_kind(self.value)}, not a text")
        return self.value

    def flag(self) -> bool:
        """Return a boolean."""
        if not isinstance(self.value, bool):
            raise Unreadable(f"{self.place} is {_kind(self.value)}, not true or false")
        return self.value

    def decimal(self) -> Decimal:
        """Return a finite number, written as a number or as a decimal text."""
        value = self.value
        if isinstance(value, str):
            value = decimal_of(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Unreadable(f"{self.place} is {_kind(self.value)}, not a number")
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > DIGITS_MAX:
            raise Unreadable(f"{self.place} is a number beyond reason")
        return number

    def number(self) -> str:
        """Return a number as a decimal text without idle zeros."""
        return plain(self.decimal())

    def integer(self) -> int:
        """Return a whole number."""
        value = self.value
        if type(value) is int and -_PLAIN < value < _PLAIN:
            return value
        number = self.decimal()
        if number != number.to_integral_value():
            raise Unreadable(f"{self.place} is {plain(number)}, not a whole number")
        return int(number)

    def count(self) -> int:
        """Return a whole number that is not negative."""
        number = self.integer()
        if number < 0:
            raise Unreadable(f"{self.place} is {number}, a count cannot be negative")
        return number

    def time(self) -> str:
        """Return a time as ISO 8601 in UTC with Z; a text must hold its own zone, a number is epoch seconds."""
        try:
            return _known_time(self.value)
        except (Unreadable, TypeError):
            return self.read_time()  # once more, so that the error names the place

    def read_time(self) -> str:
        """Return what `time` does, found anew."""
        if isinstance(self.value, str):
            try:
                at = datetime.fromisoformat(self.value)
                if at.tzinfo is None:
                    raise Unreadable(f"{self.place} has no zone")
                return iso(at.astimezone(UTC))
            except (ValueError, OverflowError):
                raise Unreadable(f"{self.place} is not an ISO 8601 time") from None
        return iso(self._since_epoch(1_000_000))

    def epoch_ms(self) -> datetime:
        """Return a time given as epoch milliseconds, aware, in UTC."""
        return self._since_epoch(1_000)

    def _since_epoch(self, microseconds: int) -> datetime:
        value = self.value
        plainly = type(value) is int and -_PLAIN < value < _PLAIN
        try:
            return EPOCH + timedelta(microseconds=int((value if plainly else self.decimal()) * microseconds))
        except OverflowError:
            raise Unreadable(f"{self.place} is not a time of this era") from None


@lru_cache(maxsize=512, typed=True)
def _known_time(value: Any) -> str:
    return Node(value, "").read_time()


def document(responses: Sequence[bytes], index: int, name: str) -> Node:
    """Return the JSON document in one recorded answer; numbers stay exact."""
    if index >= len(responses):
        raise Unreadable(f"answer {index + 1} ({name}) is missing")
    return parse(responses[index], f"{name}, answer {index + 1}")


def documents(responses: Sequence[bytes], name: str) -> list[Node]:
    """Return the JSON documents of all recorded answers; there must be at least one."""
    if not responses:
        raise Unreadable(f"no answer ({name}) was recorded")
    return [document(responses, index, name) for index in range(len(responses))]


def parse(data: bytes | str, place: str) -> Node:
    """Return a JSON document with its place; numbers that are not integers become decimals."""
    try:
        return Node(_COMPILED.decode(data), place)
    except (msgspec.MsgspecError, ValueError, RecursionError, ArithmeticError):
        return parse_slowly(data, place)


def parse_slowly(data: bytes | str, place: str) -> Node:
    """Return what `parse` does, by the standard library: it alone says what is not JSON, and reads other encodings."""
    try:
        if isinstance(data, bytes):
            data = data.decode(json.detect_encoding(data), "surrogatepass")
        elif data.startswith("\ufeff"):
            raise ValueError("a byte order mark in front of text")  # noqa: TRY301 - told below as all that is not JSON
        return Node(_DECODER.decode(data), place)
    except (ValueError, RecursionError, ArithmeticError):
        raise Unreadable(f"{place} is not JSON") from None


def iso(at: datetime) -> str:
    """Return a UTC time as ISO 8601 with Z: milliseconds, or microseconds where there are any."""
    precision = "microseconds" if at.microsecond % 1000 else "milliseconds"
    return at.isoformat(timespec=precision).replace("+00:00", "Z")


def at_of(text: str) -> datetime:
    """Return the aware time of an ISO 8601 text that this package wrote."""
    return datetime.fromisoformat(text)


def window_of(args: Mapping[str, Any]) -> tuple[str, str]:
    """Return `since` and `until` of the arguments as they were asked."""
    asked = Node(dict(args), "the arguments")
    since, until = asked.member("since").text(), asked.member("until").text()
    asked.member("since").time()
    asked.member("until").time()
    return since, until


def decimal_of(text: str) -> Decimal | None:
    """Return the number in a plain decimal text such as `12.5`; None when it is not one."""
    digits = text.removeprefix("-")
    whole, dot, part = digits.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (dot and not (part.isascii() and part.isdigit())):
        return None
    return Decimal(text) if len(text) <= DIGITS_MAX else None


def _refuse(name: str) -> Any:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)
"""As `json.loads` makes one for every document."""
_COMPILED: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)
"""Reads the same documents to the same values several times as fast, and refuses some that the other reads."""


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a text"
        case int() | Decimal():
            return "a number"
        case list():
            return "a list"
        case _:
            return "an object"
