"""Step 10: the reports are rendered again from the lines and compared byte for byte."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from bongsu.evidence.findings import SHOWN, Place, first_difference
from bongsu.evidence.folder import REPORTS
from bongsu.evidence.rules import CannotTell, asked

if TYPE_CHECKING:
    from bongsu.evidence.folder import Folder, Story
    from bongsu.evidence.rules import Rules


def reports(folder: Folder, story: Story, rules: Rules) -> int:
    """Return how many reports were compared; note every one that the lines do not give."""
    try:
        rendered = asked(rules.render, story)
    except CannotTell as exc:
        folder.findings.add(
            "report",
            Place(file=REPORTS[0]),
            found=exc,
            why="the report cannot be rendered from the lines",
            instead="lines that a report can be rendered from",
        )
        return 0
    for name, expected in rendered.items():
        stored = folder.file(name)
        if stored is not None and stored != expected:
            _differs(folder, name, stored, expected)
    for name in sorted((folder.names() & set(REPORTS)) - rendered.keys()):
        folder.findings.add(
            "report",
            Place(file=name),
            found=name,
            why="this program renders no such report, so it cannot be compared",
            instead="only reports that follow from the lines",
        )
    return len(rendered)


def _differs(folder: Folder, name: str, stored: bytes, expected: bytes) -> None:
    pairs = zip_longest(stored.split(b"\n"), expected.split(b"\n"))
    for number, (found, instead) in enumerate(pairs, start=1):
        if found != instead:
            folder.findings.add(
                "report",
                Place(file=name, line=number),
                found=_where(found, instead),
                why="the lines give another report; this is the first line that differs",
                instead=_where(instead, found),
            )
            return


def _where(line: bytes | None, other: bytes | None) -> bytes | str:
    """Return a line as a finding shows it: a long one from a little before the place at which it differs."""
    if line is None:
        return "the end of the file"
    return first_difference(line, other) if other is not None and len(line) > SHOWN else line
