"""Work that takes long shows how far it is, to people at a terminal and to nobody else."""

from __future__ import annotations

import io

import pytest

from bongsu.cli.busy import Busy


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that can go back to the beginning of its line."""
    monkeypatch.setenv("TERM", "xterm")


def test_a_dumb_terminal_is_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    terminal, clock = Terminal(), Clock()
    busy = Busy(terminal, clock)
    clock.now = 9.0
    busy.say("auditing: 3 of 85 rules")
    busy.done()
    assert terminal.getvalue() == ""


def shown(text: str) -> str:
    """What stands on the terminal's line at the end."""
    return text.rsplit("\r", 1)[-1]


def test_work_that_is_soon_done_says_nothing() -> None:
    terminal, clock = Terminal(), Clock()
    busy = Busy(terminal, clock)
    clock.now = 0.9
    busy.say("auditing: 3 of 85 rules")
    busy.done()
    assert terminal.getvalue() == ""


def test_from_the_second_second_on_one_line_is_written_over_and_over() -> None:
    terminal, clock = Terminal(), Clock()
    busy = Busy(terminal, clock)
    clock.now = 1.0
    busy.say("auditing: 9 of 85 rules")
    assert shown(terminal.getvalue()) == "auditing: 9 of 85 rules"
    clock.now = 1.05
    busy.say("auditing: 10 of 85 rules")
    assert shown(terminal.getvalue()) == "auditing: 9 of 85 rules", "faster than anybody reads"
    clock.now = 1.2
    busy.say("auditing: 11 of 85 rules")
    assert shown(terminal.getvalue()) == "auditing: 11 of 85 rules"
    assert "\n" not in terminal.getvalue()


def test_a_shorter_line_covers_the_longer_one_and_the_last_leaves_nothing() -> None:
    terminal, clock = Terminal(), Clock()
    busy = Busy(terminal, clock)
    clock.now = 1.0
    busy.say("감사 중: 규칙 85개 중 9개")
    clock.now = 2.0
    busy.say("auditing")
    assert shown(terminal.getvalue()) == "auditing" + " " * (len("감사 중: 규칙 85개 중 9개") + 8 - len("auditing"))
    busy.done()
    assert terminal.getvalue().endswith("\r" + " " * len("auditing") + "\r")


def test_a_pipe_gets_nothing() -> None:
    pipe, clock = io.StringIO(), Clock()
    busy = Busy(pipe, clock)
    clock.now = 5.0
    busy.say("auditing: 9 of 85 rules")
    busy.done()
    assert pipe.getvalue() == ""
