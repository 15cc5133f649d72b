"""`python -m bongsu.sandbox`: the imitated services as a process of their own."""

from __future__ import annotations

import argparse
import os
import signal
import stat
import sys
import threading
from pathlib import Path

from bongsu.sandbox.from_json import BadDocument
from bongsu.sandbox.spec import load_spec
from bongsu.sandbox.world import World

PARENT_LOOKED_FOR_S = 0.5


def main(arguments: list[str] | None = None) -> int:
    """Run a world until SIGTERM, until a piped standard input ends, or until the parent is gone."""
    parser = argparse.ArgumentParser(prog="python -m bongsu.sandbox", description=main.__doc__)
    parser.add_argument("--spec", type=Path, required=True, help="the world, as JSON")
    parser.add_argument("--dir", type=Path, required=True, help="gets addresses.json and record.jsonl")
    parser.add_argument("--with-parent", type=int, metavar="PID", help="end when this process is gone")
    asked = parser.parse_args(arguments)
    try:
        spec = load_spec(asked.spec)
    except (BadDocument, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    world = World(spec, asked.dir)
    try:
        _watch(ended, parent=asked.with_parent)
        world.write_addresses()
        # A signal that comes in the moment before a wait begins does not end it.
        while not ended.wait(0.5):
            pass
    finally:
        world.close()
    return 0


def _watch(ended: threading.Event, *, parent: int | None) -> None:
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        threading.Thread(target=_until_input_ends, args=(ended,), daemon=True).start()
    if parent is not None:
        threading.Thread(target=_until_gone, args=(ended, parent), daemon=True).start()


def _until_input_ends(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ended.set()


def _until_gone(ended: threading.Event, parent: int) -> None:
    while not ended.wait(PARENT_LOOKED_FOR_S):
        try:
            os.kill(parent, 0)
        except OSError:
            ended.set()


if __name__ == "__main__":
    sys.exit(main())
