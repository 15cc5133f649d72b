"""Bytes to text: encodings, repairs, and what is not a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bongsu.audit.beside import open_log
from bongsu.audit.reading import LARGEST_BYTES, read, text_of
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

KOREAN = "발송 시각: 14:20:00 KST — 확인 완료 ✅"
ROUND_TRIPS = ["cp1252", "cp1254", "latin-1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    assert text_of(KOREAN.encode(encoding), "log").lines == (KOREAN,)


def test_the_korean_code_page_is_read() -> None:
    text = text_of("발송 시각: 확인 완료".encode("cp949"), "log")
    assert (text.lines, text.encoding) == (("발송 시각: 확인 완료",), "cp949")


@pytest.mark.parametrize("encoding", ROUND_TRIPS)
def test_text_that_was_read_as_a_code_page_is_repaired_in_its_lines(encoding: str) -> None:
    lines = ["# Log", "• sent: “yes” – ok", "plain", "• done…"]
    wrong = "\n".join(line.encode("utf-8").decode(encoding, "replace") for line in lines)
    text = text_of(wrong.encode("utf-8"), "log")
    assert [text.lines[0], text.lines[2]] == ["# Log", "plain"]
    assert text.repaired >= 1
    assert len(text.lines) == 4


@pytest.mark.parametrize(
    "line", [KOREAN, "naïve café à 14:20", "Größe: 20 µm", "Привет, всё в порядке", "İstanbul şube"]
)
def test_text_of_any_language_that_is_right_is_left_alone(line: str) -> None:
    text = text_of(line.encode(), "log")
    assert (text.lines, text.repaired, text.broken) == ((line,), 0, 0)


def test_lines_keep_their_numbers_whatever_ends_them() -> None:
    assert text_of(b"one\r\ntwo\rthree\n", "log").lines == ("one", "two", "three")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not text"),
        (b"caf\xe9 \xff\xff", "is neither UTF-8 nor Korean"),
        (b"x" * (LARGEST_BYTES + 1), "has more than"),
    ],
)
def test_what_is_no_log_is_refused_with_a_reason_and_advice(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        text_of(data, "log")
    assert refused.value.hint


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.md")
    with pytest.raises(UsageError, match="is a folder"):
        read(tmp_path)
    big = tmp_path / "big.log"
    with big.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(UsageError, match="an audit reads at most"):
        read(big)


def test_cited_lines_are_looked_for_beside_the_log_and_above_it(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "runbook.md").write_text("one\ntwo\nthree\n", "utf-8")
    log = tmp_path / "logs" / "log.md"
    log.write_text("from runbook.md:2-3, runbook.md:9 and other.md:1\n", "utf-8")
    assert open_log(log).known == {"runbook.md:2-3"}
