"""The port of a target: something that can be enabled, disabled and read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.channels._port import Finding, Wire
    from bongsu.core.events import SwitchState


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchDone:
    """The service took the call. The state is what a read-back shows, not this."""

    wires: tuple[Wire, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchNotDone:
    """Certainly not switched by this call."""

    reason: str
    wires: tuple[Wire, ...] = ()
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchInDoubt:
    """It may have been switched: read back before anything else."""

    reason: str
    wires: tuple[Wire, ...] = ()


SwitchOutcome = SwitchDone | SwitchNotDone | SwitchInDoubt


class Target(Protocol):
    """Enables and disables. Never raises for what the outside world does."""

    kind: str
    endpoint: str

    def switch(self, which: str, to: SwitchState) -> SwitchOutcome:
        """Return how the one call ended; `which` is `target` or `legacy`."""
        ...

    def preflight(self) -> Sequence[Finding]:
        """Return what was found by asking: account, region, rule, function, log group, tables."""
        ...
