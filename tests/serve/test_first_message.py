"""From an alarm to its first message: what is stored in one go, and what happens when it cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.serve.rig import Rig, working

from bongsu.core.kinds import Raised
from bongsu.errors import LedgerWriteFailed
from bongsu.ledger.blobs import content_of
from bongsu.ledger.codec import decode


def test_the_page_and_its_first_intentions_are_stored_together_before_anything_leaves(tmp_path):
    with working(tmp_path) as rig:
        stored = []
        begin = rig.ledger.begin

        def seen(draft, *how, **more):
            stored.append([type(decode(row.line).event).__name__ for row in draft.batch.rows])
            assert rig.chats.sent == []
            return begin(draft, *how, **more)

        rig.ledger.begin = seen
        run_id = rig.raise_().run_id
        rig.chats.wait(lambda chats: len(chats.sent) == 2)
        (types,) = stored
        assert types[0] == "RunOpened"
        assert types[-2:] == ["SendIntended"] * 2
        rig.rests(run_id)


def test_an_alarm_that_the_ledger_does_not_take_sends_nothing_and_leaves_the_chats_free(tmp_path):
    with working(tmp_path) as rig:
        begin, failing = rig.ledger.begin, [LedgerWriteFailed("the disk is full")]

        def full(*what, **how):
            if failing:
                raise failing.pop()
            return begin(*what, **how)

        rig.ledger.begin = full
        with pytest.raises(LedgerWriteFailed):
            rig.raise_()
        assert rig.chats.sent == []
        assert rig.raise_().word == "opened"
        # The one message a second of each chat is still to be had: the first try has not taken it.
        rig.chats.wait(lambda chats: len(chats.sent) == 2)


def test_a_bug_that_a_page_brings_to_light_at_once_does_not_cost_the_alarm(tmp_path):
    """It is on the disk all the same, and then the page is parked as for any other bug."""
    rig = Rig(tmp_path)
    broken = replace(rig.plan, outlets={})
    run_id = rig.service.raising.page(broken, Raised(summary="a", policy="critical", dedup="bongsu a")).run_id
    assert rig.ledger.head(run_id).seq == 1
    assert rig.chats.sent == []


def test_pages_of_one_plan_share_what_they_were_opened_with(tmp_path):
    with working(tmp_path) as rig:
        runs = [rig.raise_(key).run_id for key in ("a", "b")]
        cited = {decode(next(rig.ledger.rows(run)).line).blobs["plan"] for run in runs}
        assert len(cited) == 1
        assert content_of(rig.ledger.blob(cited.pop())) == rig.plan.source
