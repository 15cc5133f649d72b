"""Parity beside a rules file: what the owner's rules change is listed under a name, in the run and offline alike."""

from __future__ import annotations

import json

import pytest
from tests.naver_sms.test_wishes import WISHES, having, option
from tests.naver_sms.world import NOW, STORES, booking

from naver_sms.parity import measure
from naver_sms.recorded import recorded_document
from naver_sms.rules_check import shipped


@pytest.fixture
def both(go, naver, tmp_path):
    """Return what makes a run under rules and gives its parity and the one of its record."""

    def run(text, **changes):
        (tmp_path / "rules.yaml").write_text(text, "utf-8")
        shop = {"parity_mode": "corrected", "sender_name": "예시", "optout_number": "080-000-0000"}
        live = go(ids=STORES[:2], rules=f"file:{tmp_path / 'rules.yaml'}", **{**shop, **changes})["parity"]
        found = measure(json.dumps(recorded_document([go.shadow])).encode(), measured_at=NOW)
        assert {name: found[name] for name in live} == live
        return live

    return run


def ids(parity):
    assert len(parity["intended"]) == parity["missing"] + parity["extra"] + parity["different"]
    return {one["id"] for one in parity["intended"]}


def test_the_legacy_s_rules_in_a_file_are_full_parity(both, naver):
    naver.bookings = [booking(1, minutes=60), booking(2, minutes=300, store=STORES[1])]
    decided = {"by": "owner", "on": "2025-10-01"}
    parity = both(shipped("legacy"), parity_mode="strict", event_as_information=decided)
    assert (parity["percent"], ids(parity)) == ("100.00", set())


def test_a_rule_that_leaves_a_text_out_is_named(both, naver):
    naver.bookings = [booking(1, minutes=60)]
    parity = both(WISHES.joinpath("every-booking.yaml").read_text("utf-8"))
    assert (parity["percent"], ids(parity)) == ("0.00", {"RULES"})


def test_another_text_for_the_same_purpose_is_named(both, naver):
    naver.bookings = [having(booking(1, minutes=90), option("주차 1대"))]
    rules = shipped("default").replace("template: confirm,", "template: short,") + "\ntemplates: {short: 확정}\n"
    parity = both(rules)
    assert "RULES" in ids(parity)


def test_advertising_with_its_label_is_no_match_with_the_unlabelled_text(both, naver, sens, go):
    naver.now = "2025-10-22T14:00:00+09:00"
    used = having(booking(1, minutes=300), option("원본"))
    naver.bookings = [used]
    both(shipped("default"))
    naver.now = "2025-10-22T20:10:00+09:00"
    naver.bookings = [having(booking(1, minutes=300, status="RC08"), option("원본"))]
    parity = both(shipped("default"))
    assert sens.outbox[-1]["contentType"] == "AD"
    assert (parity["different"], ids(parity)) == (1, {"B23"})
