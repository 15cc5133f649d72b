"""What the ways out have in common whose messages can be neither changed nor answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.channels._port import Refused
from bongsu.core.events import Method

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.channels._port import Outgoing


def never(options: Mapping[str, object]) -> bool:
    """Return False: nothing that is pressed or written there comes back."""
    del options
    return False


def only_posts(outgoing: Outgoing, kind: str) -> Refused | None:
    """Return the refusal of what is no new message; None for one."""
    if outgoing.method is Method.POST:
        return None
    return Refused(reason=f"a channel of kind {kind} cannot change a message or answer a press")
