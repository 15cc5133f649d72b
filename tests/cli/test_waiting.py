"""The last line of a terminal: what a run waits for, gone before anything else is written, and on no pipe."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.core.world import World

from bongsu.cli.waiting import waiting_text
from bongsu.core.events import Phase

if TYPE_CHECKING:
    from bongsu.core.state import RunState

SAYS = """
from bongsu.cli.lines import last, put
last.show(lambda: "waiting " + "x" * 200)
put("a fact", err=True)
last.show(lambda: "waiting again")
last.show(lambda: "")
put("the end")
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World().run()


def first(world: World, phase: Phase) -> tuple[str, RunState]:
    """Return what is waited for when a phase has just begun."""
    for recorded, state in zip(world.lines, world.states[1:], strict=False):
        if state.phase is phase and (text := waiting_text(world.plan, state, recorded.at)):
            return text, state
    raise AssertionError(f"nothing is waited for in {phase}")


@pytest.mark.parametrize(
    ("phase", "ends"),
    [
        (Phase.OBSERVING, "at the latest 14:25:00 (first_run.within)"),
        (Phase.WATCHING, "at the latest 15:03:00 (watch.for)"),
    ],
)
def test_it_says_when_it_looks_again_and_what_ends_the_phase(world: World, phase: Phase, ends: str) -> None:
    text, _ = first(world, phase)
    assert re.fullmatch(r"waiting    looks again at \d\d:\d\d:\d\d, .*   Ctrl-C leaves", text), text
    assert ends in text


def test_another_day_is_named(world: World) -> None:
    _, state = first(world, Phase.WATCHING)
    assert state.at is not None
    the_day_before = waiting_text(world.plan, state, state.at - timedelta(days=1))
    assert "at the latest 10-22 15:03:00 (watch.for)" in the_day_before


def test_a_run_that_is_over_waits_for_nothing(world: World) -> None:
    assert waiting_text(world.plan, world.state, world.lines[-1].at) == ""


def test_in_korean(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONGSU_LANG", "ko")
    text, _ = first(world, Phase.OBSERVING)
    assert re.fullmatch(r"대기       다음 확인 [\d:]+, 늦어도 [\d:]+ \(first_run.within\)   Ctrl-C로 나가기", text), (
        text
    )


def test_a_pipe_gets_facts_alone() -> None:
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("the end\n", "a fact\n")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo terminals here")
@pytest.mark.parametrize("terminal", ["xterm", "dumb"])
def test_on_a_terminal_every_fact_takes_its_place(terminal: str) -> None:
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    environment = {**os.environ, "TERM": terminal}
    subprocess.run([sys.executable, "-c", SAYS], stdout=theirs, stderr=theirs, check=True, env=environment)
    os.close(theirs)
    shown = os.read(ours, 4096).decode().replace("\r\n", "\n")
    os.close(ours)
    gone = "\r\x1b[2K"
    long = "waiting " + "x" * 31
    told = f"{gone}{long}\r{gone}a fact\n{gone}waiting again\r{gone}the end\n"
    assert shown == (told if terminal == "xterm" else "a fact\nthe end\n")
