"""Runs that only look, runs that take over a shop, and what a run looks up once more before it sends."""

from __future__ import annotations

import io

import pytest
from tests.naver_sms.reporting import counts
from tests.naver_sms.world import NOW, STORES, booking, environ, open_sqlite, record_for, seed_sqlite, v22

from naver_sms.cli import main
from naver_sms.invoke import invoke
from naver_sms.state import Key
from naver_sms.summary import Invocation

NUM, PHONE = "1000001_1", "010-0000-0001"


def rows_of(folder):
    state = open_sqlite(folder)
    rows = state._db.execute("SELECT * FROM sms ORDER BY booking_num").fetchall()
    claims = state._db.execute("SELECT count(*) FROM intent").fetchone()[0]
    state.shut()
    return rows, claims


def record_of(folder, num=NUM, phone=PHONE):
    state = open_sqlite(folder)
    found = state.load([Key(num, phone)]).records.get(num)
    state.shut()
    return found


# Looking.


@pytest.mark.parametrize("mode", ["dry-run", "shadow"])
def test_a_run_that_looks_writes_and_sends_nothing_and_says_what_is_due(go, naver, sens, tmp_path, mode):
    naver.bookings, records = v22()
    seed_sqlite(tmp_path, records)
    before = rows_of(tmp_path)
    report = go(mode=mode)
    assert (report["mode"], report["result"], report["exit_code"]) == (mode, "ok", 0)
    assert counts(report, "confirm") == {"due": 8, "skipped": 8} and counts(report, "guide") == {
        "due": 12,
        "skipped": 12,
    }
    assert report["writes"] == {"attempted": 0, "succeeded": 0, "failed": 0, "calls": 0}
    assert (report["parity"]["percent"], report["parity"]["compared"]) == ("100.00", 40)
    assert rows_of(tmp_path) == before and sens.outbox == []
    live = go()
    assert live["sms"]["accepted"] == 20


def test_a_shadow_stands_beside_a_live_run_and_needs_no_key(go, naver, sens, tmp_path):
    naver.bookings = [booking(1)]
    state = open_sqlite(tmp_path)
    assert state.take_lease(holder="a live run", now=NOW, until=NOW.replace(hour=23))
    env = environ(tmp_path, naver, sens, mode="shadow")
    del env["NAVER_SMS_SENS_ACCESS_KEY"], env["NAVER_SMS_SENS_SECRET_KEY"]
    assert invoke(env, invocation=Invocation(), time_s=60.0, out=io.StringIO()).report["result"] == "ok"
    assert go()["result"] == "skipped_overlap"
    state.shut()


def test_looking_prints_no_figures_of_the_business(go, naver, tmp_path):
    naver.bookings = [booking(1)]
    go(mode="shadow")
    assert len(go.printed.splitlines()) == 1


def test_a_dry_run_shows_each_text_masked_and_the_words_only_when_asked(tmp_path, naver, sens, monkeypatch, capsys):
    for name, value in environ(tmp_path, naver, sens).items():
        monkeypatch.setenv(name, value)
    naver.bookings = [booking(1, minutes=60), booking(2, minutes=300, phone="0200000001")]
    assert main(["run", "--mode", "dry-run"]) == 0
    *lines, total, report = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["guide", "N1", "1000001_1"], ["confirm", "N1", "1000001_1"], ["confirm", "N2", "1000001_2"],
    ]  # fmt: skip
    assert "김**" in lines[0] and "010-****-0001" in lines[0] and "LMS 34 bytes" in lines[0] and "15:00" in lines[0]
    assert "guide/1000001 from 0200000000" in lines[0] and lines[2].endswith("not: unsendable")
    assert total == "2 texts would be sent, 1 could not be; nothing was sent or written"
    assert "김예시" not in str(lines) and "문 번호" not in str(lines) and report.startswith("{")
    assert main(["run", "--mode", "dry-run", "--show-text"]) == 0
    assert "    1000001 안내: 문 번호는 예시입니다" in capsys.readouterr().out


def test_a_run_that_looks_is_stopped_by_expired_cookies_as_any_other(go, naver):
    naver.auth = "redirect"
    assert go(mode="shadow")["result"] == "auth_expired"


def test_an_unknown_mode_is_refused(go):
    report = go(mode="loud")
    assert report["result"] == "config_error" and "'mode' must be one of" in report["problems"][0]


# Taking over.


def test_adopting_writes_what_the_legacy_would_have_left_and_texts_nobody(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=300), booking(2, minutes=60), booking(3, minutes=-60)]
    report = go(mode="adopt")
    assert (report["result"], report["bookings"]["adopted"], report["bookings"]["new"]) == ("ok", 3, 0)
    assert (report["sms"]["attempted"], report["writes"]["succeeded"], report["parity"]) == (0, 3, None)
    found = [record_of(tmp_path, f"1000001_{n}", f"010-0000-000{n}") for n in (1, 2, 3)]
    assert [(one.confirm, one.guide, one.event) for one in found] == [
        (True, False, False), (True, True, False), (True, False, False),
    ]  # fmt: skip
    assert all(one.adopted for one in found) and sens.outbox == []
    again = go(mode="adopt")
    assert (again["bookings"]["adopted"], again["writes"]["attempted"]) == (0, 0)


@pytest.mark.parametrize("parity_mode", ["strict", "corrected"])
def test_after_adopting_a_live_run_confirms_only_what_is_new(go, naver, sens, parity_mode):
    naver.bookings = [booking(number, minutes=40 * number) for number in range(-2, 7)]
    go(mode="adopt")
    naver.bookings.append(booking(50, minutes=600))
    report = go(parity_mode=parity_mode)
    assert (report["bookings"]["new"], report["sms"]["accepted"]) == (1, 1)
    assert [one["to"] for one in sens.outbox] == ["01000000050"]


def test_adopting_leaves_known_bookings_alone_and_waits_for_its_turn(go, naver, tmp_path):
    naver.bookings = [booking(1, minutes=300)]
    seed_sqlite(tmp_path, [record_for(naver.bookings[0], confirm=False)])
    assert go(mode="adopt")["bookings"]["adopted"] == 0
    assert record_of(tmp_path).confirm is False


# Looked up once more.


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (booking(1, minutes=60, status="RC04"), "RC04"),
        (booking(1, minutes=60, status="RC06"), "RC06"),
        (booking(1, minutes=600), None),
        (None, None),
    ],
)
def test_a_guide_is_not_sent_for_a_booking_that_stands_no_longer(go, naver, sens, tmp_path, now, closed):
    naver.bookings = [booking(1, minutes=60)]
    seed_sqlite(tmp_path, [record_for(naver.bookings[0])])
    naver.details = {1: now}
    report = go(recheck_after_s=0)
    assert (report["result"], counts(report, "guide")) == ("ok", {"due": 1, "skipped": 1})
    assert sens.outbox == [] and record_of(tmp_path).closed == closed


def test_a_fresh_list_is_believed_and_one_that_cannot_be_asked_again_too(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=60), booking(2, minutes=60, store=STORES[1])]
    go()
    asked = [one for one in naver.requests if one.split("?")[0].endswith(("/1", "/2"))]
    assert len(sens.outbox) == 4 and asked == []


def test_a_booking_as_listed_gets_its_guide_after_the_second_look(go, naver, sens):
    naver.bookings = [booking(1, minutes=60)]
    assert go(recheck_after_s=0)["intents"]["guide"]["accepted"] == 1
    assert any(one.split("?")[0].endswith("/bookings/1") for one in naver.requests)


@pytest.mark.parametrize("status", ["RC04", "RC05", "RC06"])
def test_records_of_cancelled_unused_and_replaced_bookings_are_closed(go, naver, tmp_path, status):
    naver.bookings = [booking(1, minutes=300, status=status), booking(2, minutes=300)]
    seed_sqlite(tmp_path, [record_for(one) for one in naver.bookings])
    report = go()
    assert report["bookings"]["closed"] == 1 and record_of(tmp_path).closed == status
    assert record_of(tmp_path, "1000001_2", "010-0000-0002").closed is None
    assert go()["bookings"]["closed"] == 0


# The set moves while its pages are read.


def test_a_booking_that_slips_between_two_pages_is_seen_all_the_same(go, naver, sens):
    """One of an earlier page is cancelled between the reads: the 101st moves to where nobody looks any more."""
    naver.bookings = [booking(number, minutes=200 + number) for number in range(1, 111)]
    naver.after_page = {1: naver.bookings[1:]}
    report = go()
    assert report["bookings"]["confirmed_seen"] == 110 and report["bookings"]["duplicates"] == 0
    assert len({one["to"] for one in sens.outbox}) == len(sens.outbox) == 110


def test_a_booking_that_comes_in_between_two_pages_is_seen_and_nobody_twice(go, naver, sens):
    naver.bookings = [booking(number, minutes=200 + number) for number in range(1, 111)]
    naver.after_page = {1: [booking(999, minutes=150), *naver.bookings]}
    report = go()
    assert report["bookings"]["new"] == 111 and report["bookings"]["duplicates"] == 1
    assert len(sens.outbox) == len({one["to"] for one in sens.outbox}) == 111


def test_pages_that_never_end_are_a_broken_contract(go, naver, monkeypatch):
    monkeypatch.setattr("naver_sms.naver.PAGES_MAX", 2)
    naver.bookings = [booking(number, minutes=200) for number in range(1, 200)]
    report = go()
    assert report["stores"]["failed"][0]["class"] == "contract"
