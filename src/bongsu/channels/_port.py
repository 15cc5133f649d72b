"""The port of a channel: a way out to people. A file in this folder is a kind of channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bongsu.wire import Finding, Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bongsu.core.events import Method

__all__ = [
    "CALL_S",
    "Accepted",
    "Channel",
    "Finding",
    "InDoubt",
    "NotSent",
    "Outgoing",
    "Refused",
    "SendOutcome",
    "Warmed",
    "Wire",
]


CALL_S = 15.0
"""The longest that one call to a service takes, from its first look for a connection to the last byte of its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is to be sent: a rendered payload in the channel's own form, and where to."""

    key: str
    seq: int
    """The ledger line of the intention; button codes name it."""
    method: Method
    to: str
    """Chat or channel id, or a person's id for a direct message."""
    payload: Mapping[str, Any]
    """Rendered by `bongsu.messages` for this kind of channel; a button's code in it is still `{code:ack}`."""
    ref: Mapping[str, str] = field(default_factory=dict)
    """For a closing: the message to edit."""
    answer_to: Mapping[str, str] = field(default_factory=dict)
    """For an answer: the press to answer."""
    run_id: str = ""
    """The run that sends it, where a channel serves more than one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The service took it. Never delivered, seen or read."""

    ref: Mapping[str, str]
    service_at: datetime | None
    wires: tuple[Wire, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Certainly not taken, and trying again may help: no connection, or throttled."""

    reason: str
    wires: tuple[Wire, ...] = ()
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Certainly not taken, and trying the same again cannot help."""

    reason: str
    wires: tuple[Wire, ...] = ()
    moved_to: str = ""
    """The id that the chat has now, when it was refused because the service gave the chat another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """It may have been taken: no answer, a broken one, or a server error after the request left."""

    reason: str
    wires: tuple[Wire, ...] = ()


SendOutcome = Accepted | NotSent | Refused | InDoubt


class Channel(Protocol):
    """A way out. `send` never raises for what the outside world does; it returns one of four outcomes."""

    kind: str
    endpoint: str
    """Scheme, host and port that requests go to, for the ledger; `file:` of one that writes on this machine alone."""

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the one attempt ended. No retry happens inside."""
        ...

    def problems(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Return what in the payload breaks the service's documented limits; empty when it may be sent."""
        ...

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        """Return what was found by asking the service: token, group, and each person (name to id)."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


@runtime_checkable
class Warmed(Protocol):
    """A channel that can be made ready before it has anything to send."""

    def warm(self) -> None:
        """Connect to the service, and send nothing; whether that succeeds is not said."""
        ...


@runtime_checkable
class Clocked(Protocol):
    """A channel whose answers show its service's clock, by which the times of our messages are judged later."""

    @property
    def clocked(self) -> Wire | None:
        """The newest such answer; None before there was one."""
        ...


class AnswerAddresses(Protocol):
    """Where presses can be answered, for services whose answer address is a secret: kept in memory only."""

    def address(self, press_id: str) -> str | None:
        """Return the address to answer a press, or None when it is not known (any more)."""
        ...
