"""Lists of runs in every store: the newest of many, page after page, and how many there are."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from tests.ports.test_leases import AT, ending, line

from bongsu.core.chain import START
from bongsu.ledger._port import Ledger, RunInfo

KINDS = ("page", "cutover", "drill")


@pytest.fixture
def many(ledger: Ledger) -> Ledger:
    """Twelve runs of three kinds, every second one closed, two at each moment."""
    for number in range(12):
        run_id = f"{KINDS[number % 3]}-{'abcd'[number % 4]}-{number}"
        ledger.create(run_id, AT + timedelta(minutes=number // 2), kind=KINDS[number % 3])
        ledger.append(run_id, START, [line(), ending()] if number % 2 else [line()])
    return ledger


def names(found: list[RunInfo]) -> list[str]:
    return [info.run_id for info in found]


def test_all_runs_stand_newest_first_whether_closed_or_not(many: Ledger) -> None:
    every = list(many.runs())
    assert len(every) == many.count() == 12
    assert names(every) == names(sorted(every, key=lambda info: (info.opened_at, info.run_id), reverse=True))


@pytest.mark.parametrize(("closed", "kinds"), [*product([None, True, False], [(), ("page",), ("cutover", "drill")])])
def test_a_list_of_some_is_what_is_left_of_the_list_of_all(
    many: Ledger, closed: bool | None, kinds: tuple[str, ...]
) -> None:
    left = [i for i in many.runs() if closed in (None, i.closed) and (not kinds or i.kind in kinds)]
    assert list(many.runs(closed=closed, kinds=kinds)) == left
    assert list(many.runs(closed=closed, kinds=kinds, most=3)) == left[:3]
    assert many.count(closed=closed, kinds=kinds) == len(left)


@pytest.mark.parametrize("closed", [None, True, False])
def test_page_after_page_shows_every_run_once(many: Ledger, closed: bool | None) -> None:
    shown: list[RunInfo] = []
    left = many.count(closed=closed)
    while found := many.runs(most=5, closed=closed, before=shown[-1] if shown else None):
        shown += found
        assert many.count(closed=closed, before=shown[-1]) == left - len(shown)
    assert shown == list(many.runs(closed=closed))


def test_a_run_is_found_by_the_end_of_its_name(many: Ledger) -> None:
    assert names(list(many.runs(ending="-11"))) == ["drill-d-11"]
    assert names(list(many.runs(ending="-1"))) == ["cutover-b-1"]
    assert names(list(many.runs(ending="%"))) == []
    assert names(list(many.runs(ending="page-a-0"))) == ["page-a-0"]


def test_an_empty_ledger_lists_nothing(ledger: Ledger) -> None:
    assert (list(ledger.runs(most=5)), ledger.count()) == ([], 0)
