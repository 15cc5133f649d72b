"""Where the program `bongsu` begins: whoever interrupts it while it is still being loaded gets no trace of that."""

from __future__ import annotations

import sys

from bongsu.cli.ending import INTERRUPTED, ending


def main() -> None:
    """Run the program and leave the process with the documented exit code."""
    try:
        from bongsu.cli.main import main as loaded
    except KeyboardInterrupt:
        sys.exit(ending(_interrupted))
    loaded()


def _interrupted() -> int:
    sys.stderr.write("error: interrupted\n")
    return INTERRUPTED
