"""Bytes of anybody's log to lines of text: the encoding found, and what was decoded wrongly put right.

A log that was written as UTF-8 and read as a Windows code page (a bullet becomes `â€¢`) is repaired line by line with
ftfy, so that line numbers stay those of the file. ftfy is loaded only when a line looks as if it needed it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 16 * 1024 * 1024
STDIN = "<stdin>"
NOT_A_LOG = "give the log as text: Markdown, plain text, JSON or the transcript of commands"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SUSPICIOUS = re.compile("[\u00c2-\u00c5\u00e2\u00ea-\u00ef\u00f0\u0102\u0111\u011f\u0440\u0432\u0455][\u0080-\uffff]")
"""The letters that the first byte of a UTF-8 sequence becomes in the common code pages, and one that is not ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A log as lines, with what was done to make it readable."""

    name: str
    lines: tuple[str, ...]
    encoding: str = "utf-8"
    repaired: int = 0
    """Lines that had been decoded wrongly and are right again."""
    broken: int = 0
    """Lines that were decoded wrongly and lost bytes on the way, so that some of their signs cannot be had back."""


def read(path: Path) -> Text:
    """Return the text of a file; UsageError when it cannot be read, or is no text."""
    try:
        if path.is_dir():
            raise UsageError(f"{str(path)!r} is a folder", hint="name the log files in it")
        if path.stat().st_size > LARGEST_BYTES:
            raise UsageError(
                f"{str(path)!r} has {path.stat().st_size} bytes; an audit reads at most {LARGEST_BYTES}",
                hint="a cutover log of that size is a machine's: give the part that people wrote",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read", cause=error.strerror, hint="name a log file") from error
    return text_of(data, str(path))


def text_of(data: bytes, name: str) -> Text:
    """Return the text of a log's bytes, repaired; UsageError when they are no text, empty or too many."""
    if len(data) > LARGEST_BYTES:
        raise UsageError(
            f"{name!r} has more than {LARGEST_BYTES} bytes",
            hint="a cutover log of that size is a machine's: give the part that people wrote",
        )
    if not data.strip():
        raise UsageError(f"{name!r} is empty", hint="there is nothing in it to audit")
    decoded, encoding = _decoded(data, name)
    # A sign that a word processor made of a hyphen is a number's sign all the same; each letter stays in its place.
    decoded = re.sub(r"\u2212(?=\d)", "-", decoded)
    lines, repaired, broken = _repaired(decoded.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n"))
    return Text(name=name, lines=tuple(lines), encoding=encoding, repaired=repaired, broken=broken)


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    if b"\0" in data:
        raise UsageError(f"{name!r} is not text: it holds a zero byte", hint=NOT_A_LOG)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        first = error
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        text = ""
    if re.search("[가-힣]", text):
        return text, "cp949"
    raise UsageError(
        f"{name!r} is neither UTF-8 nor Korean (cp949): byte {first.start} does not fit", hint=NOT_A_LOG
    ) from first


def _repaired(lines: list[str]) -> tuple[list[str], int, int]:
    if not any(_SUSPICIOUS.search(line) for line in lines):
        return lines, 0, 0
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    repaired = broken = 0
    for number, line in enumerate(lines):
        if not line.isascii() and is_bad(line):
            fixed = fix_encoding(line).replace("\n", " ")
            repaired += fixed != line
            broken += is_bad(fixed)
            lines[number] = fixed
    return lines, repaired, broken
