"""The guard of a rehearsed run, as a process of its own beside it: its key, its start and its end."""

from __future__ import annotations

import signal
import socket
import string
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bongsu.cli.world_process import WorldNotReady
from bongsu.cli.world_secrets import chance
from bongsu.planfile import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.cli.place import State
    from bongsu.cli.world_plan import WorldPlan

PROGRAM = (sys.executable, "-c", "from bongsu.cli.main import main; main()")
READY_WITHIN_S = 60.0
LOOK_EVERY_S = 0.02
ENDS_WITHIN_S = 60.0


def provided(made: WorldPlan, changes: Mapping[str, Any]) -> WorldPlan:
    """Return the world with a key where the guard's reference leads that a story adds to the plan, if it does."""
    if "guard" in changes:
        made.provision.put(str(changes["guard"]["key"]), chance(string.ascii_letters, 40))
    return made


class Standby:
    """A rehearsal's guard, if its plan has one."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        self._process = process

    def dismiss(self) -> None:
        """Have it end: the run that it watches was left, and will not be over."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)


@contextmanager
def guard_of(path: Path, *, state: State, out: Path | None) -> Iterator[Standby]:
    """Have the guard of a rehearsal's plan stand by, in a process of its own; nothing for a plan without one.

    Its evidence comes to lie beside the run's. It ends of itself when the run is over, else with this.
    """
    guard = load(path).guard
    if guard is None:
        yield Standby()
        return
    beside = Path("evidence") if out is None else out.parent
    command = [*PROGRAM, "guard", str(path), "--state", str(state), "--out", str(beside)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno())  # noqa: S603
    try:
        _wait(process, urlsplit(guard.address).port or 0)
        yield Standby(process)
        _ended(process, ENDS_WITHIN_S)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        if not _ended(process, ENDS_WITHIN_S):
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            _ended(process, LOOK_EVERY_S)
        else:
            return
    raise WorldNotReady("the guard did not start", hint="its own words are above")


def _ended(process: subprocess.Popen[bytes], within_s: float) -> bool:
    try:
        process.wait(timeout=within_s)
    except subprocess.TimeoutExpired:
        return False
    return True
