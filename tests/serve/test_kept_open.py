"""One page, or one press, that cannot be dealt with keeps neither the others out nor itself out of sight."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from tests.serve.rig import Rig, plan_bytes, working

from bongsu.errors import LedgerUnreadable
from bongsu.run.board import Board
from bongsu.run.told import Told

MINUTE = timedelta(minutes=1)


def test_an_earlier_plan_whose_secret_is_gone_parks_its_page_keeps_it_in_sight_and_pages_people(tmp_path, monkeypatch):
    with working(tmp_path) as rig:
        monkeypatch.setenv("BENCH_EARLIER", "an-earlier-" + "b" * 20)
        before = plan_bytes(port=rig.port).replace(b"env:BENCH_BUTTONS", b"env:BENCH_EARLIER")
        earlier = Rig(tmp_path, ledger=rig.ledger, clock=rig.clock, source=before)
        run_id = earlier.raise_("old").run_id
        earlier.service.stop()
        monkeypatch.delenv("BENCH_EARLIER")
        rig.pass_(MINUTE)
        rig.until(lambda: rig.ledger.run(run_id).parked)
        rig.chats.wait(lambda chats: any(run_id in json.dumps(one.payload) for one in chats.sent))
        board = Board(rig.ledger, rig.service.plan_of, rig.clock.now, name_of=rig.service.name_of)
        assert {one["run"] for one in board.shown(["ops"])["open"] if one["parked"]} == {run_id}


def test_a_press_of_a_run_that_is_not_here_keeps_no_other_out(tmp_path):
    """Two ledgers may share a bot and a button key; what cannot be recorded here will not be the next time either."""
    with working(tmp_path) as rig:
        run_id = rig.raise_().run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.rests(run_id)
        there = replace(next(one for one in rig.chats.sent if one.run_id == run_id), run_id="page-abcdefg-1")
        rig.chats.sent.append(there)
        assert rig.press(there.run_id) == 200
        rig.until(lambda: (Told.NOT_SERVED, there.run_id, "") in rig.told)
        assert rig.press(run_id) == 200
        rig.until(lambda: rig.ledger.run(run_id).closed)


def test_a_press_whose_run_only_the_ledger_knows_waits_until_that_tells(tmp_path):
    """A cutover's name is too long for a code: its press is looked for among the open ones."""
    with working(tmp_path) as rig:
        asked = []

        def names():
            asked.append(len(asked))
            if len(asked) == 1:
                raise LedgerUnreadable("the server is away")
            return []

        rig.service._ways._unnamed = names
        assert rig.press_code("7.ack." + "A" * 22) == 200
        assert asked == [0, 1]
