"""Runs what docs/tutorial.md shows and puts the real output in: `python -m tests.docs.tutorial` (ten seconds)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.blocks import ROOT, excerpt, with_blocks
from tests.docs.plans_in_docs import examples
from tests.docs.regenerate import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

TUTORIAL = ROOT / "docs" / "tutorial.md"
REHEARSED = (
    r"played|window|baseline passed|no approval|start: terminal|rule ENABLED|first run|verify +|success: |closed"
)


def desk_with_plan(folder: Path) -> Desk:
    """Return a desk at which the reader's own plan lies."""
    desk = Desk(folder)
    (folder / "plans").unlink()
    (folder / "plans").mkdir()
    (text,) = (text for mark, name, text in examples(TUTORIAL) if (mark, name) == ("plan", "own"))
    (folder / "plans" / "own.yaml").write_text(text, "utf-8")
    return desk


def quick(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the blocks that take no time: they are compared word for word by a test."""
    yield "scenarios", desk.call("rehearse", "--list-scenarios")
    yield "check", desk.call("check", "plans/own.yaml")


def rehearsed(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the rehearsal of the reader's own plan."""
    head, *lines = desk.call("rehearse", "plans/own.yaml")
    yield "rehearse", [head, *excerpt(lines, REHEARSED)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        at = desk_with_plan(Path(place))
        fresh = {name: "\n".join(lines) for name, lines in [*quick(at), *rehearsed(at)]}
    TUTORIAL.write_text(with_blocks(TUTORIAL.read_text("utf-8"), fresh), "utf-8")
