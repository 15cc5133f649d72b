"""Figures are gathered late, and are then exactly what gathering them at once would have given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.figures import Figure
from bongsu.core.measured import Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)


def figures(source: tuple[str, ...]) -> Iterator[Figure]:
    for place, name in enumerate(source):
        yield Figure(name=name, value=str(place), unit="", seq=len(source), at=AT)


steps = st.lists(st.tuples(st.lists(st.sampled_from("abcd"), max_size=3).map(tuple), st.booleans()), max_size=12)


@given(steps)
def test_every_version_holds_its_own_figures_whenever_it_is_asked(told: list[tuple[tuple[str, ...], bool]]) -> None:
    """Asked in between or only at the end, an earlier version never shows what a later one measured."""
    versions = [Measured()]
    expected: list[dict[str, Figure]] = [{}]
    for source, asked in told:
        versions.append(versions[-1].after(source, figures))
        expected.append({**expected[-1], **{figure.name: figure for figure in figures(source)}})
        if asked:
            assert dict(versions[-1]) == expected[-1]
    for version, known in zip(versions, expected, strict=True):
        assert list(version.items()) == list(known.items())
        assert len(version) == len(known)


def test_it_starts_from_figures_that_are_known_already() -> None:
    known = {figure.name: figure for figure in figures(("a", "b"))}
    assert dict(Measured(known).after(("b",), figures)) == {**known, "b": next(iter(figures(("b",))))}


def test_a_figure_that_was_not_measured_is_what_stands_in_its_place() -> None:
    measured = Measured().after(("a",), figures)
    assert measured.get("a") == measured["a"]
    assert measured.get("b") is None
    assert measured.get("b", 0) == 0
    with pytest.raises(KeyError, match="b"):
        measured["b"]


def test_a_figure_is_read_with_its_unit_and_a_count_without() -> None:
    (count,) = figures(("sent",))
    assert count.text == "0"
    assert Figure(name="memory", value="512", unit="MB", seq=1, at=AT).text == "512 MB"


def test_a_very_long_run_can_be_gathered_and_let_go() -> None:
    version = Measured()
    for number in range(100_000):
        version = version.after((f"figure-{number % 10}",), figures)
    assert len(version) == 10
    untouched = Measured()
    for number in range(100_000):
        untouched = untouched.after((f"figure-{number}",), figures)
    del untouched


PLACES = ("", "a.", "a.b.", "b.")
NAMES = [place + name for place in PLACES for name in ("x", "b.x", ".x")]
Placed = tuple[str, tuple[str, ...], int]


def placed(source: Placed) -> Iterator[Figure]:
    place, names, number = source
    for name in names:
        yield Figure(name=place + name, value="", unit="", seq=number, at=AT)


seen = st.lists(st.sampled_from(("x", "b.x", ".x")), max_size=2).map(tuple)
orders = st.lists(st.tuples(st.sampled_from(PLACES), seen, st.sampled_from(("", "one", "all"))), max_size=10)


@given(orders)
def test_a_figure_asked_for_by_its_name_is_the_newest_of_all(told: list[tuple[str, tuple[str, ...], str]]) -> None:
    """Whatever its name begins with, and whoever was asked for what before."""
    versions = [Measured()]
    expected: list[dict[str, Figure]] = [{}]
    for number, (place, names, asked) in enumerate(told):
        source = (place, names, number)
        versions.append(versions[-1].after(source, placed, lambda source: source[0]))
        expected.append({**expected[-1], **{figure.name: figure for figure in placed(source)}})
        if asked == "one":
            assert versions[-1].get("a.b.x") == expected[-1].get("a.b.x")
        elif asked == "all":
            assert list(versions[-1]) == list(expected[-1])
    for version, known in zip(versions, expected, strict=True):
        assert {name: version.get(name) for name in NAMES} == {name: known.get(name) for name in NAMES}
        assert dict(version) == known
