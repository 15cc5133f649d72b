"""What the owner hears: one digest after a run, an alert once in six hours, and nobody's name or number."""

from __future__ import annotations

import pytest
from tests.naver_sms.fakes import FakeChats
from tests.naver_sms.test_wishes import WISHES, having, option
from tests.naver_sms.world import STORES, booking

from naver_sms import telling

TOKEN = "0" * 9 + ":canary-token"
NAME, PHONE = "캐너리이름", "01000007777"


@pytest.fixture
def chats():
    with FakeChats().serve() as served:
        yield served


@pytest.fixture
def run(go, chats):
    telling._TOLD.clear()

    def once(**changes):
        chat = {"token": "env:OWNER_TOKEN"}
        given = {
            "ids": STORES[:2],
            "telegram": chat | {"chat_id": "1000", "url": chats.url},
            "slack": chat | {"channel": "C0000", "url": chats.url},
        }
        return go(environ_more={"OWNER_TOKEN": TOKEN}, **given | changes)

    return once


def test_after_a_run_both_chats_get_one_digest(run, naver, chats):
    naver.bookings = [booking(n) for n in range(3)]
    report = run()
    assert report["notify"] == {"telegram": "ok", "slack": "ok"}
    (telegram,) = chats.texts("sendMessage")
    (slack,) = chats.texts("chat.postMessage")
    assert telegram == slack
    assert telegram.splitlines() == [
        "naver-sms: ok, 2025-10-22T14:00",
        "3 accepted by SENS (confirm 3, guide 0, event 0), 3 delivered, 0 failed, 0 pending",
        "3 new bookings, 2 of 2 stores read",
        "cookies 1 d 0 h old",
    ]
    paths = {path: auth for path, auth, _ in chats.heard}
    assert paths == {f"/bot{TOKEN}/sendMessage": "", "/chat.postMessage": f"Bearer {TOKEN}"}


def test_failures_are_told_with_masked_numbers_and_in_korean(run, naver, sens, chats):
    naver.bookings = [booking(1), booking(2)]
    sens.late_codes = {"01000000002": "3023"}
    run(slack=None, language="ko")
    digest, alert = chats.texts("sendMessage")
    assert "1000001_2 confirm → 010-****-0002: caller_id (3023)" in digest.splitlines()
    assert alert == "발신번호가 거부되었습니다 (3023): 번호를 등록하거나 고쳐 주세요"


def test_no_chat_message_and_no_output_names_a_customer(run, go, naver, sens, chats):
    people = [booking(n, name=NAME, phone=PHONE, minutes=60 + 600 * n) for n in range(4)]
    people += [booking(9, name=NAME + "😀", phone=PHONE), booking(10, name=NAME, phone="0200007777")]
    naver.bookings = [having(one, option("원본", 2)) for one in people]
    sens.faults = {1: "refuse:400", 2: "accept_then:500"}
    sens.late_codes = {PHONE: "3001"}
    for wish in ("listed", "every-booking", "option"):
        run(rules=f"file:{WISHES / wish}.yaml", parity_mode="corrected", sender_name="예시")
    heard = str(chats.heard) + go.printed
    assert "double-originals: 0호 1000001_0" in heard
    for canary in (NAME, PHONE, PHONE[3:], "0200007777", "00007777"):
        assert canary not in heard
    assert TOKEN not in go.printed


def test_signed_out_is_told_once_in_six_hours_and_again_after(run, naver, chats):
    naver.auth = "302"
    for moment in ("14:00", "14:20", "19:59"):
        naver.now = f"2025-10-22T{moment}:00+09:00"
        run(slack=None)
    expected = "Naver has signed out: nothing was read or sent. Sign in again: naver-sms login"
    assert chats.texts("sendMessage") == [expected]
    naver.now = "2025-10-22T20:00:01+09:00"
    run(slack=None)
    assert chats.texts("sendMessage") == [expected] * 2


def test_an_alert_that_did_not_get_through_is_tried_by_the_next_run(run, naver, chats):
    naver.broken = {STORES[1]: 404}
    chats.ok = False
    report = run(slack=None)
    assert report["notify"]["telegram"] == "refused_200"
    chats.ok = True
    report = run(slack=None)
    assert report["notify"]["telegram"] == "ok"
    alert = (
        "store 1000002 cannot be read: Naver knows no such store (http 404): correct its id, or set 'enabled: false'"
    )
    assert chats.texts("sendMessage")[-1] == alert
    before = len(chats.heard)
    run(slack=None)  # the same trouble: the digest alone
    assert len(chats.heard) == before + 1


@pytest.mark.parametrize(("status", "ended"), [(500, "in_doubt"), (403, "refused_403")])
def test_a_chat_that_fails_fails_no_run(run, naver, chats, status, ended):
    naver.bookings = [booking(1)]
    chats.status = status
    report = run()
    assert (report["result"], report["notify"]["slack"]) == ("ok", ended)


def test_without_a_token_or_a_server_the_report_says_so(run, naver):
    naver.bookings = [booking(1)]
    nobody = {"token": "env:NOWHERE", "chat_id": "1", "url": "http://127.0.0.1:9"}
    closed = {"token": "env:OWNER_TOKEN", "channel": "C", "url": "http://127.0.0.1:9"}
    assert run(telegram=nobody, slack=closed)["notify"] == {"telegram": "no_token", "slack": "not_sent"}


def test_a_quiet_run_may_say_nothing(run, naver, chats):
    naver.bookings = [booking(1)]
    run(digest="work")
    before = len(chats.heard)
    assert run(digest="work")["notify"] == {"telegram": None, "slack": None}
    assert len(chats.heard) == before


def test_a_rule_lists_each_booking_once_to_slack_and_again_when_slack_refused(run, naver, chats):
    naver.bookings = [having(booking(1), option("원본", 2)), having(booking(2), option("원본"))]
    given = {"rules": f"file:{WISHES / 'listed.yaml'}", "parity_mode": "corrected"}
    chats.ok = False
    run(**given)
    chats.ok = True
    run(**given)
    run(**given)
    first, second, third = chats.texts("chat.postMessage")
    line = "double-originals: 0호 1000001_1 2025-10-22 17:00 김** 010-****-0001"
    assert first.splitlines()[-1] == second.splitlines()[-1] == line
    assert line not in third
    assert all(line not in text for text in chats.texts("sendMessage"))
