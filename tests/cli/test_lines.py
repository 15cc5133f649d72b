"""What does not fit on a terminal's line goes on between words, under where its text begins."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise

import click
import pytest

from bongsu.cli.errors import show_error
from bongsu.cli.lines import excerpt, folded
from bongsu.cli.speech import cells
from bongsu.errors import BongsuError

LINE = "T+00:02:30     #66  verify     pass  state_writes: 20 of 20 state writes succeeded (100 %), the limit is 100 %"
KOREAN = "T+00:02:30     #66  검증       통과  state_writes: 상태 저장 20건 중 20건 성공(100%), 기준 100% 이상입니다"


@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("line", [LINE, KOREAN])
def test_every_line_fits_and_no_word_is_lost(line: str, width: int) -> None:
    shown = folded(line, width, 31).split("\n")
    assert all(cells(one) <= width for one in shown)
    assert " ".join(" ".join(shown).split()) == " ".join(line.split())


def test_it_goes_on_under_the_text() -> None:
    first, second = folded(LINE, 80, 31).split("\n")
    assert (first[31:35], second[:31], second[31]) == ("pass", " " * 31, "s")


def test_a_number_stays_with_its_unit() -> None:
    shown = [folded(LINE, width, 31) for width in range(62, len(LINE))]
    assert not any("\n" + " " * 31 + "%" in one or "\n" + " " * 30 + "%" in one for one in shown)


def test_colour_takes_no_room_and_is_kept() -> None:
    coloured = LINE.replace("pass", click.style("pass", fg="green"))
    assert click.unstyle(folded(coloured, 80, 31)) == folded(LINE, 80, 31)
    assert folded(coloured, 80, 31).count("\x1b") == 2


def test_a_word_longer_than_a_line_stays_whole() -> None:
    address = "http://127.0.0.1:8700/" + "a" * 60
    assert address in folded(f"page: {address} is where it is", 40, 6).split("\n   ")[0] + address
    assert any(one.strip() == address for one in folded(f"page: {address} is where it is", 40, 6).split("\n"))


def test_a_narrow_terminal_keeps_half_of_it_for_the_text() -> None:
    lines = folded(LINE, 40, 31).split("\n")[1:]
    assert all(one.startswith(" " * 20) and one[20] != " " for one in lines)


def test_lines_of_a_terminal_alone_are_broken() -> None:
    """The same words through a pipe stay one line; a program that reads along wants facts, a line each."""
    said = f"from bongsu.cli.lines import put; put({LINE!r}, hang=31)"
    piped = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout
    assert piped == LINE + "\n"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo terminals here")
def test_a_terminal_of_eighty_columns_gets_lines_of_eighty() -> None:
    import fcntl
    import struct
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    said = f"from bongsu.cli.lines import put; put({LINE!r}, hang=31, err=True)"
    subprocess.run([sys.executable, "-c", said], stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 4096).decode().splitlines()
    os.close(ours)
    assert [len(one) <= 80 for one in shown] == [True, True]
    assert all(after.startswith(" " * 31) for _, after in pairwise(shown))


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize(
    "body",
    ["ack_sla: 15 minutes please}", "drill: {policy: critical, everyone: [on_call], ack_sla: 15 minutes please}"],
)
@pytest.mark.parametrize(
    "before", ["", "훈련: ", "훈련 담당자는 두 명이고 서로 다른 시간대에서 일하며 번갈아 가며 당직을 섭니다: "]
)
def test_carets_stand_under_what_they_mark(width: int, body: str, before: str) -> None:
    line, wrong = before + body, "15 minutes please"
    at = cells(line[: line.index(wrong)])
    source, marks = excerpt("125 | " + line, "    | " + " " * at + "^" * len(wrong), 6, width)
    assert max(cells(source), cells(marks)) <= width
    under = marks.index("^")
    shown = next(number for number in range(len(source)) if cells(source[:number]) == under)
    assert source[shown : shown + marks.count("^")] == wrong


def test_a_whole_plan_of_errors_is_coloured_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    with click.Context(click.Command("check"), color=True).scope():
        show_error(BongsuError("one\nhelp: a\n\nerror: two\nhelp: b"))
    said = capsys.readouterr().err
    assert said.count(click.style("error:", fg="red", bold=True)) == 2
    assert said.count(click.style("help:", fg="cyan", bold=True)) == 2
