"""Where the program `bongsu` begins: whoever interrupts it while it is still being loaded gets no trace of that."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the program and leave the process with the documented exit code."""
    try:
        from bongsu.cli.main import main as loaded
    except KeyboardInterrupt:
        sys.stderr.write("error: interrupted\n")
        sys.exit(3)
    loaded()
