"""The port of an inbound path: how button presses reach a run. A file in this folder is a kind of channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PressReceived:
    """A press as it arrived: not yet judged, code already checked."""

    channel: str
    """The plan's name of the channel."""
    press_id: str
    """Unique per press, from the service's own ids, so that the same press twice is one: `telegram:<callback id>`."""
    service_user: str
    intent_seq: int | None
    """The ledger line of the intention that the button's code names; None when the code is not ours."""
    button: str
    authentic: bool
    ref: Mapping[str, str]
    """The message it was pressed under, in the service's own names."""
    service_at: datetime | None
    answer_to: Mapping[str, str]
    raw: bytes
    """The service's own bytes, redacted: callback query or envelope."""
    received_mono: float = 0.0
    run_id: str = ""
    """The run whose message it was pressed under; empty when the code is not ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningChange:
    """The path opened, broke or came back."""

    channel: str
    state: str
    reason: str = ""
    received_mono: float = 0.0


class Deliver(Protocol):
    """Called by the inbound thread; returns only when the ledger holds it, so that the thread may confirm it."""

    def __call__(self, received: PressReceived | ListeningChange) -> bool:
        """Return True when it was recorded; False when the run is over and nothing more is taken."""
        ...


class Inbound(Protocol):
    """A way in, running on its own thread between `start` and `stop`."""

    channel: str

    def start(self) -> None:
        """Start listening."""
        ...

    def stop(self) -> None:
        """Stop listening and wait for the thread."""
        ...
