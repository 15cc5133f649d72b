"""How a run is left by whoever drives it: nothing new is begun, what is under way comes to its end and is recorded."""

from __future__ import annotations

from contextlib import nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

LEFT_BEFORE_THE_CALL = "the run was left before the call was made"


class Leave(StrEnum):
    """Who wants this process to leave its run."""

    PERSON = "person"
    """Somebody who has the run in hand: its guard is taken leave of."""
    SYSTEM = "system"
    """Whatever ends processes. Nobody has the run in hand then, and its guard is told nothing."""


class Leaving(Protocol):
    """Hears of it when a run is to be left, and tells what is still waited for."""

    def hears(self, leave: Callable[[Leave], None]) -> AbstractContextManager[None]:
        """While in it, have `leave` called when the run is to be left; it takes no lock and may be called anywhere.

        It may be called several times for one who asks. Whoever asks a second time wants to leave at once: that is a
        KeyboardInterrupt.
        """
        ...

    def waits(self, under_way: Sequence[str]) -> None:
        """Tell of the effects that have begun and have no outcome yet; called again when there are fewer."""
        ...


class Unheard:
    """Nobody asks: a run goes on until it is over, or until it is interrupted."""

    def hears(self, leave: Callable[[Leave], None]) -> AbstractContextManager[None]:  # noqa: ARG002
        """Hear nothing."""
        return nullcontext()

    def waits(self, under_way: Sequence[str]) -> None:
        """Tell nobody."""


class HeardElsewhere(Unheard):
    """What somebody else hears, who passes it on: only what is waited for is told."""

    def __init__(self, leaving: Leaving) -> None:
        self._leaving = leaving

    def waits(self, under_way: Sequence[str]) -> None:
        """Tell it."""
        self._leaving.waits(under_way)
