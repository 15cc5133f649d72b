"""Looks for the files whose lines a log cites: beside the log and in the folders above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.log import Log
from bongsu.audit.reading import read
from bongsu.audit.rules.dangling_reference import CITED
from bongsu.errors import UsageError

if TYPE_CHECKING:
    import re
    from pathlib import Path

ABOVE = 8
"""How many folders above the log are looked into."""


def open_log(path: Path) -> Log:
    """Return the log of a file, with which of its citations are there."""
    text = read(path)
    cited = {match[0]: match for line in text.lines for match in CITED.finditer(line)}
    known = frozenset(whole for whole, match in cited.items() if _there(path, match))
    return Log(text=text, folder=True, known=known)


def _there(log: Path, match: re.Match[str]) -> bool:
    folder = log.resolve().parent
    for place in [folder, *list(folder.parents)[:ABOVE]]:
        found = place / match[1]
        if found.is_file():
            try:
                return len(read(found).lines) >= int(match[3] or match[2])
            except UsageError:
                return False
    return False
