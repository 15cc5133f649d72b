"""The number that a text in doubt went to, in every driver: it may not be the record's."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from tests.naver_sms.test_state import a_claim, make, move, read

from naver_sms.meter import Meter
from naver_sms.record import ClaimState, Kind
from naver_sms.state.sqlite import SqliteState


def test_a_claim_keeps_the_number_it_goes_to_where_the_record_has_another(two):
    """And no longer than it is the claim that counts."""
    first, second = two
    record = make()
    first.create(record)
    first.claim(record, Kind.GUIDE, replace(a_claim(), to="01000000777"))
    assert read(second, record).claims[Kind.GUIDE].to == "01000000777"
    first.settle(record, Kind.GUIDE, move(ClaimState.RELEASED, states=(ClaimState.CLAIMED,)))
    second.claim(record, Kind.GUIDE, a_claim("run-2", 2))
    assert read(first, record).claims[Kind.GUIDE].to is None


def test_a_state_file_of_before_is_brought_up_to_date(tmp_path):
    path = str(tmp_path / "old.db")
    SqliteState(path, meter=Meter()).shut()
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE intent DROP COLUMN sent_to")
    db.close()
    state = SqliteState(path, meter=Meter())
    record = make()
    state.create(record)
    assert state.claim(record, Kind.GUIDE, replace(a_claim(), to="01000000777"))
    state.shut()
