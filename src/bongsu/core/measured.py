# ruff: noqa: SLF001 - the steps of one chain read each other
"""The figures of a run, found when somebody asks for one: a run measures far more than its messages show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Optional

from bongsu.core.figures import Figure

if TYPE_CHECKING:
    from bongsu.core.state import Judgement, Observation

Measures = Callable[[Any], Iterable[Figure]]
Places = Callable[[Any], str]
Link = tuple["Measured", Optional["Link"]]
"""A source, and the one before it with the same place."""


def nowhere(_source: Any) -> str:
    """Return the place of a source whose figures have nothing in common."""
    return ""


class Measured(Mapping[str, Figure]):
    """Figure name to figure, the newest of a name; immutable. Adding a source costs the same however many there are.

    Of a source with a place, what all its figures' names begin with, nothing is made until a name is asked for that
    begins so.
    """

    __slots__ = ("_before", "_gathered", "_index", "_number", "_own", "_step")

    def __init__(self, figures: Mapping[str, Figure] | None = None) -> None:
        self._gathered: dict[str, Figure] | None = dict(figures or {})
        self._before: Measured | None = None
        self._number = 0
        self._index: tuple[dict[str, Link], dict[str, Figure]] | None = None
        self._own: dict[str, Figure] | None = None
        self._step: tuple[Any, Measures, Places] = None, tuple, nowhere

    def after(self, source: Any, measures: Measures, places: Places = nowhere) -> Measured:
        """Return these figures and those that `measures` finds in `source`, once they are asked for."""
        more = Measured.__new__(Measured)
        more._gathered = more._index = more._own = None
        more._before, more._number = self, self._number + 1
        more._step = source, measures, places
        return more

    def __getitem__(self, name: str) -> Figure:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found  # type: ignore[no-any-return]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a figure, or what is given in its place."""
        if self._gathered is not None:
            return self._gathered.get(name, default)
        links, found = self._indexed()
        newest, number, end = found.get(name, default), -1, 0
        while True:
            link = links.get(name[:end])
            while link is not None and link[0]._number > number:
                step, link = link
                figure = step._figures().get(name)
                if figure is not None:
                    newest, number = figure, step._number
            end = name.find(".", end) + 1
            if not end:
                return newest

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _figures(self) -> dict[str, Figure]:
        """Return what the newest source alone shows."""
        if self._own is None:
            source, measures, _ = self._step
            self._own = {figure.name: figure for figure in measures(source)}
        return self._own

    def _indexed(self) -> tuple[dict[str, Link], dict[str, Figure]]:
        """Return every source by its place, behind the figures that had been gathered before the first of them."""
        if self._index is None:
            begun, pending = self._back(to_index=True)
            links, found = begun._index or ({}, begun._gathered or {})
            links = dict(links)
            for step in pending:
                source, _, places = step._step
                place = places(source)
                links[place] = (step, links.get(place))
            self._index = links, found
        return self._index

    def _all(self) -> dict[str, Figure]:
        if self._gathered is None:
            begun, pending = self._back(to_index=False)
            gathered = dict(begun._gathered or {})
            for step in pending:
                source, measures, _ = step._step
                gathered.update((figure.name, figure) for figure in measures(source))
            self._gathered = gathered
            self._before = None
        return self._gathered

    def _back(self, *, to_index: bool) -> tuple[Measured, list[Measured]]:
        """Return the nearest version from which one can begin, and those behind it up to this one, in order."""
        pending: list[Measured] = []
        step = self
        while True:
            # Read in this order: another thread that gathers the same sets the one before it clears the other.
            before = step._before
            if step._gathered is not None or (to_index and step._index is not None) or before is None:
                return step, pending[::-1]
            pending.append(step)
            step = before


def place_seen(observation: Observation) -> str:
    """Return what the names of a reading's figures begin with."""
    return f"{observation.key.rpartition('/')[0]}.{observation.reading}.".replace("/", ".")


def figures_seen(observation: Observation) -> Iterator[Figure]:
    """Yield the values of a reading that can be shown as they are."""
    place = place_seen(observation)
    for name, value in observation.values.items():
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield Figure(
                name=place + name.replace("/", "."),
                value=str(value),
                unit="",
                seq=observation.seq,
                at=observation.at,
            )


def place_judged(judgement: Judgement) -> str:
    """Return what the names of a judgement's figures begin with."""
    return f"{judgement.key}.".replace("/", ".")


def figures_judged(judgement: Judgement) -> Iterator[Figure]:
    """Yield what a check measured."""
    place = place_judged(judgement)
    for figure in judgement.figures:
        yield Figure(
            name=place + figure.name.replace("/", "."),
            value=figure.value,
            unit=figure.unit,
            seq=figure.seq,
            at=judgement.at,
        )
