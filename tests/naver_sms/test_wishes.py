"""What an owner may want, each wish a rules file of its own: whole passes against the imitated services."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.naver_sms.world import STORES, booking

WISHES = Path(__file__).parent / "wishes"
IDS = STORES[:2]


def option(name, count=1):
    return {"optionId": 700001, "name": name, "price": 0, "bookingCount": count, "categoryTypeCode": "CUSTOM"}


def having(raw, *options):
    raw["snapshotJson"]["bookingOptionJson"] = list(options)
    return raw


@pytest.fixture
def wish(go):
    def run(name, **changes):
        return go(ids=IDS, rules=f"file:{WISHES / name}.yaml", parity_mode="corrected", **changes)

    return run


def texts(sens):
    return sorted((one["to"], one["content"]) for one in sens.outbox)


def test_customers_of_a_store_who_chose_an_option_get_a_text_once(wish, naver, sens):
    naver.bookings = [
        having(booking(1), option("주차 1대")),
        having(booking(2), option("기본")),
        having(booking(3, store=STORES[1]), option("주차 1대")),
    ]
    report = wish("option")
    assert report["intents"]["extra"]["accepted"] == 1
    assert report["intents"]["confirm"]["accepted"] == 3
    extra = [text for to, text in texts(sens) if "주차" in text]
    assert extra == ["김예시님, 예시 0호점 주차는 건물 뒤편입니다.\n예약: 10/22 17:00"]
    # Every later run meets the record of the extra text and sends nothing.
    again = wish("option")
    assert (again["sms"]["accepted"], len(sens.outbox)) == (0, 4)
    assert report["bookings"]["new"] == 3


def test_one_store_has_a_reminder_of_its_own(wish, naver, sens):
    naver.bookings = [booking(1, minutes=90), booking(2, store=STORES[1], minutes=90)]
    wish("store-reminder")
    guides = {to: text for to, text in texts(sens) if "확정" not in text}
    assert guides == {
        "01000000001": "1000001 안내: 문 번호는 예시입니다",
        "01000000002": "1호: 오늘은 후문으로 들어오세요. 문의 0200000001",
    }


def test_every_new_booking_gets_a_text(wish, naver, sens):
    naver.bookings = [booking(n, bizItemName="기본 60분") for n in range(3)]
    report = wish("every-booking", sender_name="예시사진관")
    assert {text for _, text in texts(sens)} == {"예시사진관입니다. 기본 60분 예약을 잘 받았습니다."}
    assert report["intents"]["extra"]["accepted"] == 3
    assert wish("every-booking", sender_name="예시사진관")["intents"]["extra"]["due"] == 0


def test_an_extra_text_in_doubt_is_looked_up_and_not_sent_twice(wish, naver, sens):
    naver.bookings = [having(booking(1, minutes=600), option("주차 1대"))]
    sens.faults = {1: "accept_then:500", 2: "accept_then:500"}
    first = wish("option")
    assert first["intents"]["extra"]["unknown"] == 1
    naver.now = "2025-10-22T14:20:00+09:00"
    second = wish("option")
    assert second["reconciled"]["accepted"] + second["reconciled"]["released"] == 2
    assert sum("주차" in text for _, text in texts(sens)) == 1


def test_a_text_that_cannot_be_made_is_said_and_not_sent(wish, naver, sens):
    naver.bookings = [booking(1, bizItemName="😀"), booking(2)]
    report = wish("every-booking", sender_name="예시사진관")
    assert (report["result"], sens.outbox) == ("partial", [])
    assert report["intents"]["extra"]["skipped"] == 2
    assert sorted(report["problems"]) == [
        f"booking '1000001_{n}' gets no text of rule 'welcome': '{{booking.item}}' has no value" for n in (1, 2)
    ]
    assert report["advice"][0].startswith("2 texts cannot be made")


def test_who_has_a_name_that_sens_cannot_carry_gets_the_text_all_the_same(go, naver, sens, tmp_path):
    """No door code for want of an accent: the name is written as far as it goes."""
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "rules:\n  - name: confirm\n    when: {status: [RC03], open: confirm, starts: future}\n"
        "    send: {kind: confirm, template: confirm, purpose: information}\n"
        'templates: {confirm: "{booking.name}님, {booking.item}"}\n',
        "utf-8",
    )
    names = ["José", "김😀", "\u1100\u1175\u11b7예시", "张伟", "홍길동"]
    naver.bookings = [booking(n, name=name, bizItemName="기본 – 60분") for n, name in enumerate(names)]
    report = go(ids=IDS, parity_mode="corrected", rules=f"file:{rules}", sends_at_once=1)
    assert (report["result"], report["problems"]) == ("ok", [])
    called = {int(to[-4:]): text for to, text in texts(sens)}
    assert [called[n].removesuffix("님, 기본 - 60분") for n in range(5)] == ["Jose", "김", "김예시", "고객", "홍길동"]


def test_a_run_that_only_looks_shows_extra_texts_and_lines_and_writes_nothing(go, naver, sens):
    naver.bookings = [having(booking(1), option("원본", 2), option("주차"))]
    slack = {"token": "env:NOWHERE", "channel": "C", "url": "http://127.0.0.1:9"}
    given = {"ids": IDS, "parity_mode": "corrected", "mode": "dry-run", "slack": slack}
    go(rules=f"file:{WISHES / 'listed.yaml'}", **given)
    assert "to slack: double-originals: 0호 1000001_1 2025-10-22 17:00 김** 010-****-0001" in go.printed
    report = go(rules=f"file:{WISHES / 'option.yaml'}", **given)
    assert report["intents"]["extra"] == report["intents"]["extra"] | {"due": 1, "skipped": 1}
    assert (sens.sends, report["writes"]["calls"]) == (0, 0)
