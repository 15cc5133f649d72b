"""Records are kept for 90 days from the visit, and no longer; what is forgotten is not taken for new."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.naver_sms.test_wishes import WISHES
from tests.naver_sms.world import NOW, STORES, booking, open_sqlite, record_for, seed_sqlite

DAY = 24 * 60


@pytest.mark.parametrize("parity_mode", ["strict", "corrected"])
def test_a_visit_that_nobody_completed_is_not_confirmed_anew_when_its_record_has_gone(go, naver, sens, parity_mode):
    """The legacy confirms what is over (B16); but its records never went, so that it would know this one."""
    naver.bookings = [booking(1, minutes=-89 * DAY), booking(2, minutes=-91 * DAY)]
    report = go(ids=STORES[:1], parity_mode=parity_mode)
    assert [one["to"] for one in sens.outbox] == (["01000000001"] if parity_mode == "strict" else [])
    assert report["result"] == "ok"
    assert (report["parity"]["percent"] == "100.00") is (parity_mode == "strict")
    assert go(ids=STORES[:1], parity_mode=parity_mode)["sms"]["attempted"] == 0


def test_nor_does_an_owner_s_rule_take_it_for_new(go, naver, sens):
    naver.bookings = [booking(1, minutes=-91 * DAY, bizItemName="기본"), booking(2, minutes=60, bizItemName="기본")]
    rules = f"file:{WISHES / 'every-booking.yaml'}"
    go(ids=STORES[:1], parity_mode="corrected", rules=rules, sender_name="예시")
    assert [one["to"] for one in sens.outbox] == ["01000000002"]


def test_on_one_machine_names_and_numbers_go_with_the_next_run(go, naver, tmp_path):
    old, young = (record_for(booking(n, minutes=-days * DAY)) for n, days in ((1, 91), (2, 89)))
    seed_sqlite(tmp_path, [old, young])
    naver.now = (NOW + timedelta(minutes=20)).isoformat()
    go(ids=STORES[:1])
    state = open_sqlite(tmp_path)
    rows = state._db.execute("SELECT booking_num FROM sms").fetchall()
    state.shut()
    assert rows == [(young.booking_num,)]
