"""The port of a reading: how the recorded bytes of outside answers become values.

A file in this folder is a reading; its name is the reading's name. It is pure: `verify` runs the same function
over the same recorded bytes, offline, and compares.

    parse(args, responses) -> values        raises Unreadable

`args` is what was asked (the same mapping that `Observed.args` holds). `responses` are the recorded response
bodies in order. `values` are JSON-able: mappings, lists, text, integers, booleans, None; never a float (a number
that is not an integer is a decimal string); times are ISO 8601 in UTC with `Z`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Unreadable(Exception):
    """The recorded bytes do not have the documented shape; the text says what is missing and where."""


class Parse(Protocol):
    """The one function of a reading."""

    def __call__(self, args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
        """Return the values that the responses show."""
        ...
