"""Who refuses advertising and who agreed to it: asked before each such text, kept on both sides, shown masked."""

from __future__ import annotations

import json
import os
import re
from datetime import timedelta

import pytest
from tests.naver_sms.test_law import RULES
from tests.naver_sms.world import NOW, STORES, booking, environ, open_sqlite, record_for, seed_sqlite

from naver_sms.cli import main

NUMBER, OTHER = "01000000001", "01000000002"
ON_CONSENT = RULES.replace("basis: transaction", "basis: consent")
EVENING = "2025-10-22T20:10:00+09:00"


@pytest.fixture
def evening(go, naver, tmp_path):
    """Return what makes a run at which two customers' advertising texts are due."""
    used = [booking(n, minutes=-120, status="RC08") for n in (1, 2)]
    naver.bookings = used
    seed_sqlite(tmp_path, [record_for(one, guide=True) for one in used])

    def run(rules=RULES, **changes):
        (tmp_path / "rules.yaml").write_text(rules, "utf-8")
        naver.now = EVENING
        shop = {"sender_name": "예시사진관", "optout_number": "080-000-0000", "parity_mode": "corrected"}
        return go(ids=STORES[:1], rules=f"file:{tmp_path / 'rules.yaml'}", **shop, **changes)

    return run


@pytest.fixture
def say(naver, sens, tmp_path, monkeypatch, capsys):
    """Return what makes a command and gives its exit code and what it said."""
    for name, value in environ(tmp_path, naver, sens, ids=STORES[:1]).items():
        monkeypatch.setenv(name, value)

    def command(*words):
        code = main(list(words))
        said = capsys.readouterr()
        assert not any(number in said.out + said.err for number in (NUMBER, OTHER, "010-0000-000"))
        return code, said.out.splitlines() + said.err.splitlines()

    return command


def test_who_refuses_gets_no_advertising_whoever_was_told(evening, say, sens):
    assert say("optout", "add", "010-0000-0001") == (
        0,
        ["010-****-0001 refuses advertising: kept here and at SENS"],
    )
    assert sens.opted_out == {NUMBER: "M"}
    sens.opted_out = {OTHER: "C"}  # the second called the 080 number, and is on SENS's list alone
    report = evening()
    assert (report["result"], report["intents"]["event"]["skipped"], sens.outbox) == ("ok", 2, [])
    assert report["evidence"]["left"] == {}


@pytest.mark.parametrize("words", [("optout", "add"), ("consent", "withdraw")])
def test_a_refusal_is_kept_here_also_when_there_is_no_key_to_tell_sens(say, monkeypatch, words):
    monkeypatch.delenv("NAVER_SMS_SENS_ACCESS_KEY")
    untold = "error: SENS was not told (the SENS key behind 'env' is empty or incomplete)"
    code, said = say(*words, NUMBER)
    assert (code, said) == (4, [f"{untold}: it is kept here; try `naver-sms optout sync` later"])
    assert say("optout", "list")[1][-1] == "1 number refuses advertising"


def test_without_sens_s_list_no_advertising_goes_out_and_the_report_names_what_is_left(evening, sens):
    sens.optout_status = 500
    report = evening()
    assert (report["result"], sens.outbox) == ("partial", [])
    assert report["evidence"]["left"] == {"optout_unknown": {"event": ["1000001_1", "1000001_2"]}}
    sens.optout_status = 200
    assert evening()["intents"]["event"]["accepted"] == 2


def test_information_asks_nobody(go, naver, sens):
    naver.bookings, sens.optout_status = [booking(1, minutes=60)], 500
    assert go(ids=STORES[:1])["result"] == "ok"


def test_the_list_is_asked_once_in_a_run(evening, sens):
    before = sens.lists
    report = evening()
    assert report["intents"]["event"]["accepted"] == 2 and sens.lists - before <= 3


def test_advertising_on_consent_goes_to_those_who_agreed(evening, say, sens):
    assert evening(ON_CONSENT)["intents"]["event"]["skipped"] == 2
    code, said = say("consent", "add", NUMBER, "--how", "예약 화면", "--text", "2025-1", "--on", "2025-10-01")
    assert (code, said) == (0, ["010-****-0001 agreed to advertising on 2025-10-01"])
    evening(ON_CONSENT)
    assert [one["to"] for one in sens.outbox] == [NUMBER]
    assert evening(ON_CONSENT)["sms"]["attempted"] == 0


def test_who_withdraws_gets_no_advertising_any_more(evening, say, sens):
    say("consent", "add", NUMBER, "--how", "예약 화면", "--text", "2025-1")
    say("consent", "withdraw", NUMBER)
    assert sens.opted_out == {NUMBER: "M"}
    evening(ON_CONSENT)
    assert sens.outbox == []
    code, said = say("consent", "add", NUMBER, "--how", "예약 화면", "--text", "2025-1")
    assert code == 4 and "refuses advertising" in said[0]


def test_refusals_are_shown_masked_and_until_when_their_authors_are_to_be_told(say, naver):
    say("optout", "add", NUMBER)
    assert say("optout", "list") == (
        0,
        ["010-****-0001  2025-10-22  by hand  tell them by 2025-11-05", "1 number refuses advertising"],
    )
    naver.now = (NOW + timedelta(days=20)).isoformat()
    assert say("optout", "list")[1][0].endswith("told by now")
    assert say("optout", "remove", NUMBER)[1] == ["010-****-0001 is off both lists"]
    assert say("optout", "list")[1] == ["0 numbers refuse advertising"]


def test_consents_are_to_be_renewed_before_two_years_are_over(say, naver):
    say("consent", "add", NUMBER, "--how", "예약 화면", "--text", "1", "--on", "2023-11-23")
    say("consent", "add", OTHER, "--how", "예약 화면", "--text", "1", "--on", "2023-11-22")
    code, said = say("consent", "list", "--due")
    assert (code, said) == (
        0,
        [
            "010-****-0002  2023-11-22  예약 화면, text 1  remind them now",
            "2 numbers agreed to advertising; to be reminded of it: 1",
        ],
    )
    assert say("consent", "list")[1][1].endswith("remind them from 2025-10-23")


def test_both_lists_are_told_in_the_owner_s_language(say, monkeypatch):
    settings = json.loads(os.environ["NAVER_SMS_SETTINGS"]) | {"language": "ko"}
    monkeypatch.setenv("NAVER_SMS_SETTINGS", json.dumps(settings))
    said = [
        *say("optout", "add", NUMBER)[1],
        *say("optout", "list")[1],
        *say("optout", "sync")[1],
        *say("consent", "add", OTHER, "--how", "예약 화면", "--text", "2025-1")[1],
        *say("consent", "list")[1],
        *say("consent", "withdraw", OTHER)[1],
        *say("optout", "remove", OTHER)[1],
    ]
    assert said[1:3] == ["010-****-0001  2025-10-22  직접 등록  2025-11-05까지 처리 결과 안내", "수신거부 1건"]
    assert [line for line in said if re.search("[a-z]{2}", line)] == []


def test_both_sides_learn_from_the_other(say, sens, tmp_path):
    sens.optout_status = 500
    code, said = say("optout", "add", NUMBER)
    assert (code, said) == (
        1,
        ["error: SENS did not change its list (http 500): it is kept here; try `naver-sms optout sync` later"],
    )
    assert say("optout", "sync")[0] == 1
    sens.optout_status, sens.opted_out = 200, {OTHER: "C"}
    assert say("optout", "sync")[1] == ["1 numbers were new to SENS, 1 to this program; 2 in all"]
    assert sens.opted_out == {OTHER: "C", NUMBER: "M"}
    state = open_sqlite(tmp_path)
    assert set(state.notes_like("optout#")) == {f"optout#{NUMBER}", f"optout#{OTHER}"}
    state.shut()
    assert say("optout", "sync")[1] == ["0 numbers were new to SENS, 0 to this program; 2 in all"]


@pytest.mark.parametrize(
    "words",
    [
        ("optout", "add", "0200000000"),
        ("optout", "remove"),
        ("consent", "add", NUMBER),
        ("consent", "add", NUMBER, "--how", "x", "--text", "1", "--on", "22.10.2025"),
        ("consent", "add", NUMBER, "--how", "x", "--text", "1", "--on", "2099-01-01"),
        ("consent", "add", NUMBER, "--how", "x" * 201, "--text", "1"),
    ],
)
def test_what_cannot_be_kept_is_refused_without_showing_the_number(say, words):
    assert say(*words)[0] == 4


def test_a_number_that_a_carrier_refused_is_held_for_an_hour_and_its_texts_stay_due(go, naver, sens):
    naver.bookings = [booking(1, minutes=300), booking(2, minutes=300, store=STORES[1])]
    sens.late_codes = {NUMBER: "3023"}
    first = go(ids=STORES[:2], parity_mode="corrected")
    assert first["sms"]["by_code"] == {"0": 1, "3023": 1}
    naver.bookings += [booking(3, minutes=300), booking(4, minutes=300, store=STORES[1])]
    naver.now = (NOW + timedelta(minutes=20)).isoformat()
    held = go(ids=STORES[:2], parity_mode="corrected")
    # The other store has a number of its own.
    assert (held["result"], held["evidence"]["left"]) == ("partial", {"caller_id": {"confirm": ["1000001_3"]}})
    assert held["intents"]["confirm"]["accepted"] == 1
    naver.now = (NOW + timedelta(minutes=80)).isoformat()
    later = go(ids=STORES[:2], parity_mode="corrected")
    assert (later["result"], later["intents"]["confirm"]["accepted"]) == ("ok", 1)


@pytest.mark.parametrize("code", ["3023", "1005"])
def test_after_that_hour_one_text_tries_and_the_others_wait_until_one_has_arrived(go, naver, sens, code):
    """Everything that has waited would be lost at once otherwise: a text that was accepted is never sent again."""
    phones = [f"0100000{n:04d}" for n in range(1, 7)]
    sens.late_codes = dict.fromkeys(phones, code)
    naver.bookings = [booking(1, minutes=3000)]
    go(ids=STORES[:1])
    naver.bookings = [booking(n, minutes=3000) for n in range(1, 7)]
    for hours, left in ((1, 4), (2, 3)):
        naver.now = (NOW + timedelta(hours=hours, minutes=hours)).isoformat()
        tried = go(ids=STORES[:1])
        assert (tried["sms"]["failed"], tried["intents"]["confirm"]["skipped"]) == (1, left)
    sens.late_codes = {}
    naver.now = (NOW + timedelta(hours=3, minutes=3)).isoformat()
    arrived = go(ids=STORES[:1])
    assert (arrived["sms"]["delivered"], arrived["intents"]["confirm"]["skipped"]) == (1, 2)
    naver.now = (NOW + timedelta(hours=3, minutes=23)).isoformat()
    assert go(ids=STORES[:1])["sms"]["delivered"] == 2


def test_a_quota_that_is_used_up_holds_every_number(go, naver, sens):
    naver.bookings = [booking(1, minutes=300)]
    sens.late_codes = {NUMBER: "1005"}
    go(ids=STORES[:2])
    naver.bookings += [booking(2, minutes=300, store=STORES[1])]
    assert go(ids=STORES[:2])["evidence"]["left"] == {"quota": {"confirm": ["1000002_2"]}}
