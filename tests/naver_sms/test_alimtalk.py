"""Notices over KakaoTalk behind the same intents: each customer gets each text once, one way or the other."""

from __future__ import annotations

import json

import pytest
from tests.naver_sms.town import STORE, Town
from tests.naver_sms.world import booking

from bongsu.probes.gateway import GatewayProbe
from bongsu.readings.gateway import parse as read_gateway
from bongsu.redact import Redactor
from bongsu.sandbox.faults import Fault
from bongsu.sandbox.sens import AlimtalkSpec, SensSpec
from naver_sms.errors import ConfigError
from naver_sms.settings import load

TEXTS = {
    "confirm": "예약이 확정되었습니다",
    "event": "이용해 주셔서 감사합니다",
    f"guide/{STORE}": "안내: 문 번호는 예시입니다",
}
KAKAO = AlimtalkSpec(
    templates={"confirm-1": TEXTS["confirm"], "guide-1": TEXTS[f"guide/{STORE}"]},
    not_users=("01000000002",), blocked=("01000000003",), refused={"01000000005": "E104"},
)  # fmt: skip
STORES = [
    {"id": STORE, "name": "예시 1호점", "alias": "1호", "from_number": "0200000001", "channel": "alimtalk"},
]
SETTINGS = {
    "parity_mode": "corrected",
    "templates": TEXTS,
    "stores": STORES,
    "alimtalk": {
        "service_id": KAKAO.service_id,
        "channel": KAKAO.channel,
        "templates": {"confirm": "confirm-1", f"guide/{STORE}": "guide-1"},
    },
}


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path, alimtalk=KAKAO)
    yield made
    made.close()


def ways(town):
    """Return each text that arrived: the customer's last digit, how it came, what it says."""
    found = [(int(one["to"][-1]), one["channel"], one["content"]) for one in town.arrived()]
    assert len(found) == len(set(found))
    return sorted(found)


def test_who_has_kakaotalk_gets_a_notice_and_the_others_a_text_in_its_place(town):
    town.bookings.load([booking(1, minutes=60), booking(2, minutes=300), booking(3, minutes=300)])
    report = town.run(**SETTINGS)
    confirm, guide = TEXTS["confirm"], TEXTS[f"guide/{STORE}"]
    assert ways(town) == [
        (1, "alimtalk", guide), (1, "alimtalk", confirm), (2, "sms_failover", confirm), (3, "sms_failover", confirm),
    ]  # fmt: skip
    assert (report["result"], report["sms"]["accepted"], report["sms"]["delivered"]) == ("ok", 4, 4)
    assert report["sms"]["by_type"] == {"SMS": 0, "LMS": 0, "ALIMTALK": 4}
    assert report["sms"]["delivered_by"] == {"alimtalk": 2, "sms_failover": 2}
    assert {one["id"] for one in report["parity"]["intended"]} == {"ALIMTALK"}
    assert town.run(**SETTINGS)["sms"]["attempted"] == 0


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "html", "garbled"])
def test_a_notice_whose_answer_is_lost_is_looked_up_and_arrives_once(town, kind):
    town.bookings.load([booking(1, minutes=300), booking(2, minutes=300)])
    town.faults.add(Fault(service="sens", operation="alimtalk_send", kind=kind, times=2))
    first = town.run(**SETTINGS)
    assert first["intents"]["confirm"]["unknown"] == 2
    town.run(**SETTINGS)
    town.run(**SETTINGS)
    assert ways(town) == [(1, "alimtalk", TEXTS["confirm"]), (2, "sms_failover", TEXTS["confirm"])]


def test_a_notice_that_is_refused_inside_an_answer_of_202_is_not_called_accepted(town):
    """SENS takes a request and refuses its one recipient: nothing is under way, and the customer has nothing."""
    town.bookings.load([booking(1, minutes=300), booking(5, minutes=300)])
    first, _, third = (town.run(**SETTINGS) for _ in range(3))
    assert (first["result"], first["sms"]["accepted"], first["intents"]["confirm"]["refused"]) == ("partial", 1, 1)
    assert first["advice"] == ["SENS refused 1 texts (notice E104): the next run tries them again"]
    assert third["advice"][0].startswith("1 texts are given up")
    assert ways(town) == [(1, "alimtalk", TEXTS["confirm"])]


def test_where_the_text_in_its_place_fails_too_its_code_is_told(town):
    town.http.request("PUT", town.served[2].url + "/__sandbox__/settings", json={"fail_to": {"01000000002": "2003"}})
    town.bookings.load([booking(2, minutes=300)])
    report = town.run(**SETTINGS)
    assert (report["result"], report["sms"]["failed"], report["sms"]["by_code"]) == ("degraded", 1, {"2003": 1})
    assert ways(town) == []


def test_a_text_that_is_not_its_template_s_still_reaches_the_customer(town):
    town.bookings.load([booking(1, minutes=300)])
    texts = {**TEXTS, "confirm": "예약되었습니다"}
    report = town.run(**{**SETTINGS, "templates": texts})
    assert ways(town) == [(1, "sms_failover", "예약되었습니다")] and report["sms"]["delivered"] == 1


def test_without_a_template_or_the_channel_a_text_stays_a_text(town):
    town.bookings.load([booking(1, minutes=60)])
    only_confirm = {**SETTINGS["alimtalk"], "templates": {"confirm": "confirm-1"}}
    town.run(**{**SETTINGS, "alimtalk": only_confirm})
    assert [way for _, way, _ in ways(town)] == ["alimtalk", "sms"]
    town.bookings.load([booking(4, minutes=60)])
    town.run(**{**SETTINGS, "stores": [STORES[0] | {"channel": "sms"}]})
    assert [way for number, way, _ in ways(town) if number == 4] == ["sms", "sms"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"parity_mode": "strict"}, "parity_mode: corrected"),
        ({"alimtalk": None}, "needs 'alimtalk'"),
        ({"stores": [STORES[0] | {"channel": "pigeon"}]}, "must be 'sms' or 'alimtalk'"),
        ({"alimtalk": {**SETTINGS["alimtalk"], "templates": {"event": "e"}}}, "event texts stay texts"),
        ({"alimtalk": {**SETTINGS["alimtalk"], "service_id": "a b"}}, "ncp:kkobizmsg"),
        ({"alimtalk": {**SETTINGS["alimtalk"], "colour": "red"}}, "'alimtalk.colour' is not a setting"),
    ],
)
def test_settings_that_cannot_work_are_refused(town, changes, problem):
    with pytest.raises(ConfigError) as caught:
        load(town.env(**{**SETTINGS, **changes}))
    assert problem in str(caught.value.problems)


def test_bongsu_reads_of_the_gateway_what_the_run_reports(town):
    """Its `sms_delivery` check compares the two: a notice and the text in its place are one."""
    town.bookings.load([booking(1, minutes=60), booking(2, minutes=300), booking(3, minutes=300)])
    report = town.run(**SETTINGS)
    keys = SensSpec()
    probe = GatewayProbe.of(
        {
            "service": keys.service_id,
            "key": "secret:example/sens",
            "endpoint_url": town.served[2].url,
            "alimtalk": {"service": KAKAO.service_id, "channel": KAKAO.channel},
        },
        redactor=Redactor(),
        resolve=lambda _: json.dumps({"access_key": keys.access_key, "secret_key": keys.secret_key}),
        now_ms=lambda: int(town.clock.now().timestamp() * 1000),
    )
    window = {"since": "2025-10-22T04:00:00Z", "until": "2025-10-22T06:00:00Z"}
    done = probe.read("gateway", window)
    found = read_gateway(window, [one.response for one in done.wires])
    counts = ("accepted", "delivered", "failed", "pending")
    assert [found[name] for name in counts] == [report["sms"][name] for name in counts] == [4, 4, 0, 0]
    assert (found["listed"], found["replaced"]) == (6, 2)
    assert set(found["request_ids"]) == {one["request_id"] for one in report["evidence"]["requests"]}
    assert b"010" not in b"".join(one.response for one in done.wires)
