"""A cutover whose plan has a guard is not begun without it: no run is opened, and nobody is told anything."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import call
from tests.ports.held_ports import free_port
from tests.rehearsal.processes import GUARD, until
from tests.rehearsal.world import PROGRAM, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.refusals.conftest import Desk

KEY = "g" * 40


@contextmanager
def guard_of(desk: Desk) -> Iterator[None]:
    """The guard of the plan as it stands now, in a process of its own."""
    log = desk.folder / "guard.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*PROGRAM, "guard", str(desk.plan), "--state", str(desk.state)],
            cwd=desk.folder,
            env={**os.environ, **environment()},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        until(lambda: b"stands by" in log.read_bytes(), process)
        yield
    finally:
        process.kill()
        process.wait()


def test_a_cutover_does_not_begin_without_its_guard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan says refuse, and nobody answers: exit code 2; a guard of another plan is no guard."""
    monkeypatch.setenv("BONGSU_GUARD_KEY", KEY)
    guarded = GUARD.format(every="5s", silent_after="30s").replace("127.0.0.1:1", f"127.0.0.1:{free_port()}")
    desk.text += guarded
    desk.write()
    desk.refused(desk.start(), "does not answer: connection refused")
    with guard_of(desk):
        desk.text += "# changed after it was signed off\n"
        desk.write()
        desk.refused(desk.start(), "has another plan")
        asked = call("check", desk.plan, "--online")
        assert asked.code == 2 and "has another plan" in asked.out
    assert json.loads(call("status", "--json", "--state", desk.state).out)["runs"] == []
