"""Standard output and error of a program that must go on when nobody reads it: `| head`, a lost terminal, a full disk.

A run is in its ledger whether somebody watches or not. What cannot be written any more goes nowhere, so that the run
ends as it would have, and with its own exit code.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

STANDARD_OUTPUT, STANDARD_ERROR = 1, 2
GONE = frozenset({errno.EPIPE, errno.EIO, errno.ECONNRESET})
"""Whoever read has ended, or hung up, and misses nothing."""


class Outlet(io.FileIO):
    """A descriptor that takes everything: after the first write that fails, the rest goes nowhere."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self.failed: OSError | None = None
        """Why it could not be written, once it could not."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Return how much was taken."""
        if self.failed is None:
            try:
                return super().write(data)
            except OSError as error:
                self.failed = error
        return memoryview(data).nbytes

    @property
    def lost(self) -> OSError | None:
        """Why somebody who wants to read it lacks something; None when nobody does."""
        return None if self.failed is None or self.failed.errno in GONE else self.failed


def endure() -> Outlet:
    """Have standard output and error take everything from now on; return what standard output is written through."""
    _occupy()
    sys.stdout, out = _enduring(sys.stdout, STANDARD_OUTPUT)
    sys.stderr, _ = _enduring(sys.stderr, STANDARD_ERROR)
    return out


def _occupy() -> None:
    """Have the three standard descriptors lead somewhere: a ledger must not become what a library writes errors to."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor <= STANDARD_ERROR:
        descriptor = os.open(os.devnull, os.O_RDWR)
    os.close(descriptor)


def _enduring(stream: TextIO | None, descriptor: int) -> tuple[TextIO, Outlet]:
    outlet = Outlet(descriptor)
    # A letter that the terminal's encoding lacks is shown by its number, rather than ending the command.
    made = io.TextIOWrapper(
        io.BufferedWriter(outlet),
        encoding="utf-8" if stream is None else stream.encoding,
        errors="backslashreplace",
        line_buffering=stream is not None and stream.isatty(),
    )
    return made, outlet
