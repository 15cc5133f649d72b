"""Logs by other hands, and what was planted in them: tests hold the audit to it, `bench.audit` measures it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bongsu.audit.beside import open_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Finding
    from bongsu.audit.log import Log

SETS = Path(__file__).parent / "data" / "strangers"


@dataclass(frozen=True, slots=True)
class Planted:
    """One contradiction that was planted: what kind, and the lines (file name and number) where a finding points."""

    family: str
    places: frozenset[tuple[str, int]]

    def hit_by(self, finding: Finding) -> bool:
        """Whether a finding stands at one of its places, or names one beside."""
        return any((Path(spot.file).name, spot.line) in self.places for spot in (finding.spot, *finding.also))


@dataclass(frozen=True, slots=True)
class Story:
    """A log with its annex, if it has one, and what was planted in it."""

    paths: tuple[Path, ...]
    planted: tuple[Planted, ...]

    def logs(self) -> list[Log]:
        """Its files as an audit reads them."""
        return [open_log(path) for path in self.paths]


def stories(folder: Path) -> Iterator[Story]:
    """Yield the logs of a set that have a key beside them."""
    for key in sorted(folder.glob("*.key.json")):
        stem = key.name.removesuffix(".key.json")
        paths = tuple(sorted(path for path in folder.glob(f"{stem}.*") if path != key))
        own = next(path.name for path in paths if "annex" not in path.name)
        listed = json.loads(key.read_text("utf-8"))["planted"]
        yield Story(paths, tuple(Planted(one["family"], frozenset(_places(one, own))) for one in listed))


def clean(folder: Path) -> list[Path]:
    """Return the logs of a set in which nothing is wrong."""
    return sorted(folder.glob("clean-*"))


def _places(planted: dict, own: str) -> set[tuple[str, int]]:
    beside = planted.get("also", {})
    return {(own, number) for number in planted["lines"]} | {(beside["file"], at) for at in beside.get("lines", [])}
