"""A copy of the program with the files and lines in it that docs/extending.md has a reader write."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.blocks import ROOT

PAGE = ROOT / "docs" / "extending.md"
_BLOCK = re.compile(
    r"^<!-- (file|insert|plan part): (\S+)(?: after: (.+?))? -->\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE
)
_COPIED = ("src", "docs", "tests", "pyproject.toml")


@dataclass(frozen=True)
class Block:
    """One block of the page: what is to be done with it, where, behind which line."""

    do: str
    where: str
    after: str
    text: str


def blocks() -> list[Block]:
    """Return every block of the page that a reader is to write somewhere."""
    return [Block(*found.groups("")) for found in _BLOCK.finditer(PAGE.read_text("utf-8"))]


def part(name: str) -> str:
    """Return the part of a plan that the page has for a kind of thing."""
    (text,) = (block.text for block in blocks() if (block.do, block.where) == ("plan part", name))
    return text


def extended(folder: Path) -> Path:
    """Copy the program into a folder, write there what the page says, and return the folder."""
    for name in _COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, target)
    (folder / "plans").symlink_to("src/bongsu/plans")
    for block in blocks():
        path = folder / block.where
        if block.do == "file":
            assert not path.exists(), f"{block.where} is there already: the page needs another example"
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.do == "insert":
            path.write_text(inserted(path.read_text("utf-8"), block), "utf-8")
    return folder


def inserted(text: str, block: Block) -> str:
    """Return a file's text with the block behind the one line that has its mark."""
    lines = text.splitlines(keepends=True)
    (at,) = (number for number, line in enumerate(lines) if block.after in line)
    return "".join([*lines[: at + 1], block.text, *lines[at + 1 :]])


def python(folder: Path, *words: str) -> list[str]:
    """Return a command line that runs Python with the copy in place of the program that is installed."""
    begin = f"import sys; sys.path[:0] = [{str(folder / 'src')!r}, {str(folder)!r}]; "
    return [sys.executable, "-c", begin + words[0], *words[1:]]
