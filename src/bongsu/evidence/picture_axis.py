"""The time axis of the picture: up to four parts side by side, each linear on its own scale, with breaks between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from bongsu.evidence.tables import Tables

BREAK = 22
"""How wide the gap between two parts is drawn."""
_EDGE = 7
_SHARES = {"run": 100, "before": 24, "cutover": 46, "watch": 30, "trouble": 34}
_STEPS = (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)
_LEAD = timedelta(seconds=1)
_TROUBLE = frozenset({"deciding", "rolling_back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stretch of time and where it is drawn."""

    name: str
    start: datetime
    end: datetime
    left: float
    right: float

    @property
    def seconds(self) -> float:
        """How long the stretch is."""
        return (self.end - self.start).total_seconds()

    def x(self, at: datetime) -> float:
        """Return where a time of this part is drawn."""
        share = (at - self.start).total_seconds() / self.seconds
        return self.left + _EDGE + max(0.0, min(1.0, share)) * (self.right - self.left - 2 * _EDGE)

    def ticks(self, zone: ZoneInfo, apart: float) -> Iterator[tuple[float, str]]:
        """Yield places and labels of round local times, at least `apart` from each other, with seconds a third more."""
        per_second = (self.right - self.left - 2 * _EDGE) / self.seconds
        room = ((step, step * per_second / (4 / 3 if step < 60 else 1)) for step in _STEPS)
        step = next((step for step, free in room if free >= apart), _STEPS[-1])
        midnight = self.start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        past = (self.start - midnight).total_seconds()
        at = midnight + timedelta(seconds=-(-past // step) * step)
        if step * per_second < apart / 100:
            return  # longer than any run: its days would be more than the picture has room for
        while at <= self.end:
            here = at.astimezone(zone)
            yield self.x(at), f"{here:%H:%M:%S}" if step < 60 else f"{here:%m-%d}" if step >= 86400 else f"{here:%H:%M}"
            at += timedelta(seconds=step)


@dataclass(frozen=True, slots=True)
class Axis:
    """All parts, in order of time."""

    parts: tuple[Part, ...]

    def part_of(self, at: datetime) -> Part:
        """Return the part that a time falls in; the last one that has begun."""
        return next((part for part in reversed(self.parts) if part.start <= at), self.parts[0])

    def x(self, at: datetime) -> float:
        """Return where a time is drawn."""
        return self.part_of(at).x(at)


def axis_of(tables: Tables, *, left: float, right: float) -> Axis:
    """Return the axis of a run between two places: before the start, the cutover, the watch, trouble in the watch."""
    stretches = list(_stretches(tables))
    whole = sum(_SHARES[name] for name, _, _ in stretches)
    room = right - left - BREAK * (len(stretches) - 1)
    parts: list[Part] = []
    place = left
    for name, start, end in stretches:
        width = room * _SHARES[name] / whole
        parts.append(Part(name=name, start=start, end=end, left=place, right=place + width))
        place += width + BREAK
    return Axis(tuple(parts))


def _stretches(tables: Tables) -> Iterator[tuple[str, datetime, datetime]]:
    first = datetime.fromisoformat(tables["phases"][0]["at"])
    cuts = [("run" if "kind" in tables else "before", first)]
    cuts += _cut(tables, "cutover", frozenset({"announced"}), cuts)
    cuts += _cut(tables, "watch", frozenset({"watching"}), cuts)
    if cuts[-1][0] == "watch":
        cuts += _cut(tables, "trouble", _TROUBLE, cuts)
    over = max(cuts[-1][1] + timedelta(seconds=1), datetime.fromisoformat(_last(tables)))
    ends = [start for _, start in cuts[1:]] + [over]
    for (name, start), end in zip(cuts, ends, strict=True):
        yield name, start, max(end, start + timedelta(seconds=1))


def _cut(
    tables: Tables, name: str, phases: frozenset[str], cuts: list[tuple[str, datetime]]
) -> list[tuple[str, datetime]]:
    """Return where a part begins, when the run came so far; the cutover takes in the start that is sent just before."""
    begins = cuts[-1][1]
    for span in tables["phases"]:
        at = datetime.fromisoformat(span["at"])
        if span["phase"] in phases and at > begins:
            early = at - _LEAD if name == "cutover" else at
            return [(name, early if early > begins else at)]
    return []


def _last(tables: Tables) -> str:
    moments = [entry["at"] for entry in tables["timeline"]] + [span["at"] for span in tables["phases"]]
    return max(moments + [look["at"] for look in tables["looks"]] + [read["at"] for read in tables["readings"]])
