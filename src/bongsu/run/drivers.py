"""Everything a run acts through, built once by the wiring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bongsu.channels._port import Channel
    from bongsu.inbound._port import Deliver, Inbound
    from bongsu.probes._port import Probe
    from bongsu.targets._port import Target


class Cleaner(Protocol):
    """Takes secrets and personal data out of bytes."""

    def clean(self, data: bytes) -> bytes:
        """Return the bytes without them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """The ways out, in, and to the outside world, of one run."""

    channels: Mapping[str, Channel]
    probes: Mapping[str, Probe]
    """Reading name to the probe that answers it."""
    target: Target | None
    """None for a run that switches nothing: a drill or a page."""
    cleaner: Cleaner
    endpoints: Mapping[str, str]
    """Name of each driver to the address it talks to, for the first line of the ledger."""
    listen: Callable[[Deliver], Sequence[Inbound]]
    closers: tuple[Callable[[], None], ...] = field(default=())

    def close(self) -> None:
        """Close every connection."""
        for close in self.closers:
            close()
