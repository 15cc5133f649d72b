"""One text once more, because a person says so."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from tests.naver_sms.world import NOW, booking, environ, open_sqlite, record_for, seed_sqlite

from naver_sms.cli import main
from naver_sms.errors import ConfigError
from naver_sms.invoke import invoke_resend
from naver_sms.record import ClaimState, Kind
from naver_sms.resend import Order
from naver_sms.state import Key
from naver_sms.summary import Invocation, report_sha256

NUM = "1000001_1"


@pytest.fixture
def again(tmp_path, naver, sens):
    """Return a function that sends a text once more and returns the report."""

    def once(kind="guide", *, num=NUM, **changes):
        order = Order(booking_num=num, kind=Kind(kind), by="owner", reason="the customer lost it")
        env = environ(tmp_path, naver, sens, **changes)
        out = io.StringIO()
        report = invoke_resend(env, order, invocation=Invocation(), time_s=60.0, out=out)
        once.printed = out.getvalue()
        assert json.loads(once.printed) == report
        assert report["evidence"]["report_sha256"] == report_sha256(report)
        return report

    return once


def claims_of(folder):
    state = open_sqlite(folder)
    rows = state._db.execute("SELECT kind, gen, state FROM intent ORDER BY kind, gen").fetchall()
    record = state.load([Key(NUM, "-")]).records[NUM]
    state.shut()
    return rows, record


def test_a_text_that_was_delivered_goes_out_once_more_with_a_claim_of_its_own(go, again, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=60)]
    go()
    report = again()
    assert (report["result"], report["exit_code"], report["by"], report["reason"]) == (
        "ok", 0, "owner", "the customer lost it",
    )  # fmt: skip
    assert report["before"] == {"flag": True, "claim": "delivered"}
    assert (report["sms"]["outcome"], report["sms"]["delivery"], report["sms"]["to"]) == (
        "accepted", "delivered", "010-****-0001",
    )  # fmt: skip
    guides = [one for one in sens.outbox if "문 번호" in one["content"]]
    assert len(guides) == 2
    rows, record = claims_of(tmp_path)
    assert rows == [("confirm", 0, "delivered"), ("guide", 0, "delivered"), ("guide", 1, "delivered")]
    assert record.guide is True
    assert go()["sms"]["attempted"] == 0
    for canary in ("01000000001", "김예시", "문 번호"):
        assert canary not in again.printed


def test_a_corrected_number_is_used(go, again, naver, sens):
    naver.bookings = [booking(1)]
    go()
    naver.bookings = [booking(1, phone="01000007777")]
    assert again("confirm")["result"] == "ok"
    assert [one["to"] for one in sens.outbox] == ["01000000001", "01000007777"]


def test_a_row_of_the_legacy_may_be_sent_anew_and_a_text_never_begun_too(again, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=60)]
    seed_sqlite(tmp_path, [record_for(naver.bookings[0], guide=False)])
    assert again("confirm")["before"] == {"flag": True, "claim": None}
    assert again("guide")["before"] == {"flag": False, "claim": None}
    assert len(sens.outbox) == 2


def test_a_text_in_doubt_is_not_sent_again(go, again, naver, sens):
    naver.bookings = [booking(1)]
    sens.faults = {1: "accept_then_drop"}
    go()
    report = again("confirm")
    assert (report["result"], report["exit_code"], report["sms"]) == ("refused", 1, None)
    assert "naver-sms settle" in report["problems"][0] and len(sens.outbox) == 1


def test_a_resend_whose_answer_is_lost_is_unknown_and_the_next_run_looks_it_up(go, again, naver, sens, tmp_path):
    naver.bookings = [booking(1)]
    go()
    sens.faults = {2: "accept_then_drop"}
    report = again("confirm")
    assert (report["result"], report["exit_code"]) == ("unknown", 2)
    naver.now = "2025-10-22T14:20:00+09:00"  # each run's clock begins anew: the claim must lie before it
    later = go(settle_after_s=0)
    assert later["reconciled"]["accepted"] == 1 and len(sens.outbox) == 2
    assert claims_of(tmp_path)[1].claims[Kind.CONFIRM].state in {ClaimState.ACCEPTED, ClaimState.DELIVERED}


@pytest.mark.parametrize(
    ("change", "kind", "problem"),
    [
        ({"bookingStatusCode": "RC04"}, "guide", "status 'RC04'"),
        ({"phone": "0200000001"}, "guide", "no mobile number"),
        ({"snapshotJson": {}}, "guide", "cannot be read"),
        ({}, "event", "owner's decision"),
        ({"bookingId": 9}, "guide", "no such booking"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_reason(go, again, naver, sens, change, kind, problem):
    naver.bookings = [booking(1)]
    go()
    texts = len(sens.outbox)
    naver.details = {1: booking(1) | change if "bookingId" not in change else None}
    report = again(kind)
    assert report["result"] == "refused" and problem in report["problems"][0]
    assert len(sens.outbox) == texts


def test_nothing_is_sent_without_a_record_a_session_or_the_lease(go, again, naver, sens, tmp_path):
    naver.bookings = [booking(1)]
    assert "no record yet" in again()["problems"][0]
    assert "no enabled store" in again(num="7_1")["problems"][0]
    state = open_sqlite(tmp_path)
    assert state.take_lease(holder="a run", now=NOW, until=NOW + timedelta(hours=1))
    assert again()["result"] == "skipped_overlap"
    state.shut()
    naver.auth = "401"
    assert (again()["result"], again()["exit_code"]) == ("auth_expired", 3)
    assert sens.outbox == []


def test_an_event_text_needs_a_completed_booking(go, again, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=-60, status="RC08")]
    seed_sqlite(tmp_path, [record_for(naver.bookings[0], guide=True, event=True)])
    decided = {"event_as_information": {"by": "owner", "on": "2025-10-01"}}
    assert again("event", **decided)["result"] == "ok"
    assert "needs 'RC03'" in again("confirm", **decided)["problems"][0]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["1000001-1", "guide", "--by", "x", "--reason", "y"], "is no booking"),
        ([NUM, "guide", "--by", " ", "--reason", "y"], "who wants it and why"),
        ([NUM, "guide", "--by", "x", "--reason", "y" * 201], "who wants it and why"),
        ([NUM, "guide", "--by", "x", "--reason", "call 010-0000-0001"], "no telephone number"),
    ],
)
def test_an_order_that_could_not_be_answered_for_is_refused(capsys, words, problem):
    assert main(["resend", *words]) == 4
    assert problem in capsys.readouterr().err


def test_the_command_prints_its_report(go, naver, sens, tmp_path, monkeypatch, capsys):
    naver.bookings = [booking(1, minutes=60)]
    go()
    for name, value in environ(tmp_path, naver, sens).items():
        monkeypatch.setenv(name, value)
    assert main(["resend", NUM, "guide", "--by", "owner", "--reason", "lost"]) == 0
    assert json.loads(capsys.readouterr().out)["result"] == "ok"
    monkeypatch.setenv("NAVER_SMS_SETTINGS", "{}")
    assert main(["resend", NUM, "guide", "--by", "owner", "--reason", "lost"]) == 4


def test_an_order_names_a_booking():
    with pytest.raises(ConfigError):
        Order(booking_num="x", kind=Kind.GUIDE, by="a", reason="b")
