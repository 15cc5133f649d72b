"""What is open, from the ledger alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.serve.rig import Rig, working

from bongsu.errors import RunNotFound
from bongsu.run.board import LOOKED_THROUGH_MOST, OPEN_MOST, Board, _urgency

MINUTE = timedelta(minutes=1)


def test_the_board_tells_who_was_paged_and_who_is_next_and_who_took_it(tmp_path):
    with working(tmp_path) as rig:
        board = Board(rig.ledger, rig.service.plan_of, rig.clock.now, name_of=rig.service.name_of)
        run_id = rig.raise_("disk").run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.rests(run_id)
        (page,) = board.shown(["ops"])["open"]
        assert (page["summary"], page["policy"], page["levels"]) == ("disk of db-1", "critical", 2)
        assert [(one["contact"], one["level"], one["outcome"]) for one in page["paged"]] == [
            ("On-Call Engineer", 1, "accepted")
        ]
        assert (page["next_at"], page["next_people"]) == ("2025-10-22T05:05:00.000000Z", ["Operations Manager"])
        rig.pass_(5 * MINUTE)
        rig.chats.wait(lambda chats: chats.posted("U00000003"))
        rig.rests(run_id)
        (page,) = board.shown(["ops"])["open"]
        assert page["next_at"] is None
        assert [one["level"] for one in page["paged"]] == [1, 2]
        rig.press(run_id, by="manager")
        rig.until(lambda: rig.ledger.run(run_id).closed)
        shown = board.shown(["ops"])
        assert shown["open"] == []
        assert [(one["taken_by"], one["ended"]) for one in shown["ended"]] == [("Operations Manager", "acknowledged")]


def test_many_open_pages_are_shown_in_pages_of_the_newest_and_all_are_counted(tmp_path):
    rig = Rig(tmp_path)  # nobody drives them
    runs = []
    for number in range(OPEN_MOST + 5):
        rig.clock.time += timedelta(seconds=1)
        runs.append(rig.raise_(f"disk {number}").run_id)
    board = Board(rig.ledger, rig.service.plan_of, rig.clock.now, name_of=rig.service.name_of)
    first = board.shown(["ops"])
    assert {page["run"] for page in first["open"]} == set(runs[5:])
    assert (first["more"], first["next"]) == (5, runs[5])
    behind = board.shown(["ops"], before=first["next"])
    assert {page["run"] for page in behind["open"]} == set(runs[:5])
    assert (behind["more"], behind["ended"], "next" in behind) == (0, [], False)
    with pytest.raises(RunNotFound):
        board.shown(["ops"], before="page-nothing-1")
    rig.service.stop()


def test_a_readers_board_holds_only_their_plans(tmp_path):
    with working(tmp_path) as rig:
        rig.raise_("disk")
        board = Board(rig.ledger, rig.service.plan_of, rig.clock.now, name_of=rig.service.name_of)
        assert board.shown(["another"])["open"] == []


def test_no_pages_are_counted_but_those_of_the_readers_plans(tmp_path):
    """Whoever has one plan's password learns nothing of another's, not even how many of its pages are open."""
    rig = Rig(tmp_path)
    runs = []
    for number in range(OPEN_MOST + 3):
        rig.clock.time += timedelta(seconds=1)
        runs.append(rig.raise_(f"disk {number}").run_id)
    others = {*runs[:2]}
    names = {run: "another" if run in others else "ops" for run in runs}
    board = Board(rig.ledger, rig.service.plan_of, rig.clock.now, name_of=names.get)
    shown = board.shown(["ops"])
    assert (len(shown["open"]), shown["more"], shown["at_least"]) == (OPEN_MOST, 1, False)
    assert board.shown(["ops", "another"])["more"] == 3
    rig.service.stop()


def test_what_lies_behind_many_others_is_counted_as_far_as_it_is_looked_at(tmp_path):
    """A hundred thousand open pages are not looked through for one answer."""
    rig = Rig(tmp_path)
    first = rig.raise_("disk 0").run_id
    for number in range(1, 2 * LOOKED_THROUGH_MOST + 2):
        rig.ledger.create(f"page-empty-{number}", rig.clock.time + timedelta(seconds=number), kind="page")
    board = Board(rig.ledger, rig.service.plan_of, rig.clock.now, name_of=rig.service.name_of)
    shown = board.shown(["ops"])
    assert (shown["open"], shown["more"], shown["at_least"]) == ([], 0, True)
    behind = board.shown(["ops"], before=shown["next"])
    assert (behind["open"], behind["more"], behind["at_least"]) == ([], 1, False)
    assert [page["run"] for page in board.shown(["ops"], before=behind["next"])["open"]] == [first]
    rig.service.stop()


def test_what_somebody_has_taken_stands_behind_what_still_waits():
    def page(name, **known):
        return {"run": name, "parked": "", "taken_by": None, "next_at": None, "opened_at": "1", **known}

    pages = [page("taken", taken_by="James"), page("later", next_at="3"), page("sooner", next_at="2")]
    pages += [page("parked", parked="a bug", next_at="9"), page("nobody left")]
    assert [one["run"] for one in sorted(pages, key=_urgency)] == ["parked", "nobody left", "sooner", "later", "taken"]
