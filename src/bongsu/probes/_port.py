"""The port of a probe: a read against an outside system, whose every answer is kept whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.channels._port import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDone:
    """The answers, in order; `bongsu.readings` makes values of their bytes."""

    wires: tuple[Wire, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotDone:
    """The question was not answered, which says nothing about the world."""

    reason: str
    wires: tuple[Wire, ...] = ()
    final: bool = False
    """Asking again cannot help: it does not exist, or access is denied."""


ReadOutcome = ReadDone | ReadNotDone


class Probe(Protocol):
    """Answers the readings it names. `read` never raises for what the outside world does."""

    readings: frozenset[str]
    endpoint: str

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:
        """Return the recorded answers."""
        ...
