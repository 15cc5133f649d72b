"""The end of the process: whoever asks it to leave once more, while it does, no longer changes its exit code."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 3


def ending(last: Callable[[], int]) -> int:
    """Return the exit code of what the process does last; it hears no signal that asks it to leave from then on.

    Python takes its handlers down when it ends. A signal that came after that, or in the moment before, would have the
    process die of it, and a command that passed would look as if it had been killed.
    """
    code = INTERRUPTED
    try:
        code = last()
        _deafen()
    except KeyboardInterrupt:
        _deafen()
    return code


def _deafen() -> None:
    for number in ASKED_BY:
        signal.signal(number, signal.SIG_IGN)
