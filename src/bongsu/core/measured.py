# ruff: noqa: SLF001 - the steps of one chain read each other
"""The figures of a run, gathered when somebody asks for one: a run measures far more than its messages show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bongsu.core.figures import Figure

if TYPE_CHECKING:
    from bongsu.core.state import Judgement, Observation

Measures = Callable[[Any], Iterable[Figure]]


class Measured(Mapping[str, Figure]):
    """Figure name to figure, the newest of a name; immutable. Adding a source costs the same however many there are."""

    __slots__ = ("_before", "_gathered", "_measures", "_source")

    def __init__(self, figures: Mapping[str, Figure] | None = None) -> None:
        self._gathered: dict[str, Figure] | None = dict(figures or {})
        self._before: Measured | None = None
        self._measures: Measures | None = None
        self._source: Any = None

    def after(self, source: Any, measures: Measures) -> Measured:
        """Return these figures and those that `measures` finds in `source`, once they are asked for."""
        more = Measured.__new__(Measured)
        more._gathered, more._before, more._measures, more._source = None, self, measures, source
        return more

    def _all(self) -> dict[str, Figure]:
        if self._gathered is None:
            pending: list[Measured] = []
            place = self
            while True:
                # Read in this order: another thread that gathers the same sets the one before it clears the other.
                before = place._before
                if place._gathered is not None or before is None:
                    break
                pending.append(place)
                place = before
            gathered = dict(place._gathered or {})
            for step in reversed(pending):
                assert step._measures is not None
                gathered.update((figure.name, figure) for figure in step._measures(step._source))
            self._gathered = gathered
            self._before = None
        return self._gathered

    def __getitem__(self, name: str) -> Figure:
        return self._all()[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a figure, or what is given in its place."""
        return self._all().get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def figures_seen(observation: Observation) -> Iterator[Figure]:
    """Yield the values of a reading that can be shown as they are."""
    place = f"{observation.key.rpartition('/')[0]}.{observation.reading}.".replace("/", ".")
    for name, value in observation.values.items():
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield Figure(
                name=place + name.replace("/", "."),
                value=str(value),
                unit="",
                seq=observation.seq,
                at=observation.at,
            )


def figures_judged(judgement: Judgement) -> Iterator[Figure]:
    """Yield what a check measured."""
    place = f"{judgement.key}.".replace("/", ".")
    for figure in judgement.figures:
        yield Figure(
            name=place + figure.name.replace("/", "."),
            value=figure.value,
            unit=figure.unit,
            seq=figure.seq,
            at=judgement.at,
        )
