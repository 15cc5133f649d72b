"""The workload against the rehearsal's own imitations, which share no code with it: killed, misled, and fed with junk.

The gateway's outbox is the judge: what customers really got.
"""

from __future__ import annotations

import json
import threading
from collections import Counter

import pytest
from tests.naver_sms.town import STORE, Town
from tests.naver_sms.world import booking
from tests.patience import PATIENCE_S

from bongsu.sandbox.faults import Fault


@pytest.fixture
def town(tmp_path):
    made = Town(tmp_path)
    made.bookings.load([booking(1, minutes=60), booking(2, minutes=300), booking(3, minutes=90)])
    yield made
    made.close()


EACH_ONCE = {1: 2, 2: 1, 3: 2}
"""How many texts each of the three customers gets: two within two hours, one later."""


def each_once(town):
    got = town.got()
    assert set(got.values()) == {1}
    return Counter(int(to[-4:]) for to, _ in got) == EACH_ONCE


def test_each_customer_gets_each_text_once(town):
    report = town.run()
    assert (report["result"], report["sms"]["delivered"], report["parity"]["percent"]) == ("ok", 5, "100.00")
    assert each_once(town)
    assert town.run()["sms"]["attempted"] == 0


@pytest.mark.parametrize("stored", [False, True], ids=["before the gateway took it", "after the gateway took it"])
def test_killed_in_the_middle_of_a_send_nothing_is_lost_and_nothing_is_sent_twice(town, stored):
    """The process dies between its claim and the answer; whether the gateway has the text only the gateway knows."""
    for nth in (1, 2, 3):
        town.faults.add(Fault(service="sens", operation="send", kind="hang", wall_ms=60_000, stored=stored, nth=nth))
    hanging = threading.Event()
    pause = town.faults.pause

    def told(wall_ms):
        if wall_ms == 60_000:
            hanging.set()
        pause(wall_ms)

    town.faults.pause = told
    process = town.start(sends_at_once=3, lease_s=1)
    assert hanging.wait(PATIENCE_S)
    process.kill()
    process.communicate()
    town.faults.clear()
    results = [town.run()["result"]]
    while results[-1] == "skipped_overlap" and len(results) < 200:
        results.append(town.run()["result"])  # the dead one's lease ends by itself
    assert results[-1] == "ok"
    assert each_once(town) and town.run()["sms"]["attempted"] == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 504, "stored": True},
        {"kind": "html"},
        {"kind": "html", "stored": True},
        {"kind": "garbled"},
        {"kind": "truncated"},
        {"kind": "rate_limit", "retry_after": 0},
        {"kind": "status", "status": 400},
        {"kind": "slow", "wall_ms": 1500},
        {"kind": "hang", "wall_ms": 1500},
    ],
    ids=lambda fault: "-".join(str(one) for one in fault.values()),
)
def test_whatever_becomes_of_an_answer_each_text_arrives_once(town, fault):
    town.faults.add(Fault(service="sens", operation="send", times=2, **fault))
    town.run(answer_wait_s=1)
    assert set(town.got().values()) <= {1}
    town.run()
    assert each_once(town)


def test_a_list_that_lags_repeats_itself_and_answers_404_misleads_nobody(tmp_path):
    town = Town(tmp_path, list_repeats=True, none_is_404=True, list_shows_text=True)
    try:
        town.bookings.load([booking(1, minutes=60), booking(2, minutes=300), booking(3, minutes=90)])
        town.faults.add(Fault(service="sens", operation="send", kind="drop_after", times=2))
        town.run()
        assert town.run()["reconciled"]["accepted"] == 2
        assert each_once(town)
    finally:
        town.close()


@pytest.fixture
def laggard(tmp_path):
    """A gateway that lists a text a minute after it took it, and has lost two answers."""
    made = Town(tmp_path, list_lag_ms=60_000, delivery_delay_ms=0)
    made.bookings.load([booking(1, minutes=60), booking(2, minutes=300), booking(3, minutes=90)])
    made.faults.add(Fault(service="sens", operation="send", kind="drop_after", times=2))
    yield made
    made.close()


def test_a_list_that_lags_behind_the_horizon_costs_a_counted_text_and_never_a_silent_one(laggard):
    """SENS's own list denies what it took: a door code twice is better than none, and the report says how many."""
    first = laggard.run(delivery_wait_s=0)
    assert sum(kind["unknown"] for kind in first["intents"].values()) == 2
    second = laggard.run(delivery_wait_s=0)
    assert (second["reconciled"]["released"], second["sms"]["repeated"]) == (2, 2)
    assert sorted(laggard.got().values()) == [1, 1, 1, 2, 2]


def test_a_horizon_beyond_the_lag_keeps_them_unknown_until_the_list_can_know(laggard):
    laggard.run(delivery_wait_s=0, settle_after_s=120)
    for _ in range(3):
        again = laggard.run(delivery_wait_s=0, settle_after_s=120)
        assert (again["sms"]["attempted"], again["reconciled"]["released"]) == (0, 0)
    # The lag ends before the horizon does.
    laggard.http.request("PUT", laggard.served[2].url + "/__sandbox__/settings", json={"list_lag_ms": 0})
    assert laggard.run(settle_after_s=0)["reconciled"]["accepted"] == 2
    assert each_once(laggard)


def test_two_runs_at_once_over_one_table_send_each_text_once(town):
    """Two processes, the second kept out by the lease or, where it is not, by the claims."""
    both = [town.start(lease_s=1) for _ in range(2)]
    reports = [json.loads(one.communicate(timeout=PATIENCE_S)[0].splitlines()[-1]) for one in both]
    assert {one["result"] for one in reports} <= {"ok", "skipped_overlap", "degraded"}
    assert each_once(town) and town.run()["sms"]["attempted"] == 0


def test_a_booking_that_is_listed_twice_and_moves_gets_no_text_twice_for_one_start(town):
    """In both lists of a page, then at another time of the same day, then seen twice there."""
    corrected = {"parity_mode": "corrected"}
    assert town.run(**corrected)["result"] == "ok"
    town.bookings.load([booking(1, minutes=400), booking(1, minutes=400), booking(2, minutes=300)])
    for _ in range(2):
        moved = town.run(**corrected)
        assert moved["sms"]["attempted"] == 0
    assert each_once(town)


@pytest.mark.parametrize("fault", [{"kind": "html"}, {"kind": "garbled"}, {"kind": "hang", "wall_ms": 10}])
def test_a_booking_site_in_trouble_is_asked_again_or_named_and_never_an_empty_day(town, fault):
    town.faults.add(Fault(service="naver", operation="list", **fault))
    report = town.run()
    if fault["kind"] == "garbled":
        assert (report["result"], report["stores"]["failed"][0]["class"]) == ("failed", "contract")
        report = town.run()
    assert report["result"] == "ok" and each_once(town)


def test_ten_megabytes_of_json_are_read_and_used(town):
    big = booking(4, minutes=60) | {"memo": "x" * 10_000_000}
    town.bookings.load([big])
    report = town.run()
    assert (report["result"], report["sms"]["accepted"]) == ("ok", 2)


def test_a_gateway_s_clock_six_minutes_off_stops_the_run_and_costs_nothing(town):
    town.http.request("PUT", town.served[2].url + "/__sandbox__/clock", json={"offset_ms": 360_000})
    report = town.run()
    assert (report["result"], report["sms"]["accepted"], town.got()) == ("partial", 0, {})
    town.http.request("PUT", town.served[2].url + "/__sandbox__/clock", json={"offset_ms": 0})
    assert town.run()["result"] == "ok" and each_once(town)


def test_an_unregistered_number_is_told_by_its_code_and_not_called_delivered(town):
    town.http.request("PUT", town.served[2].url + "/__sandbox__/settings", json={"from_numbers": ["0299999999"]})
    report = town.run()
    assert (report["result"], report["sms"]["accepted"], report["sms"]["failed"]) == ("degraded", 5, 5)
    assert report["sms"]["by_code"] == {"3023": 5} and town.got() == {}


def test_expired_cookies_send_nothing_and_write_nothing(town):
    town.http.request("PUT", town.served[1].url + "/__sandbox__/auth", json={"mode": "redirect"})
    assert (town.run()["result"], town.got()) == ("auth_expired", {})
    assert town.record.entries("sens") == []


def test_an_emoji_in_a_template_is_refused_before_anything_is_asked(town):
    texts = {"confirm": "예약 ❤", "event": "안내", f"guide/{STORE}": "안내"}
    report = town.run(templates=texts)
    assert report["result"] == "config_error" and "U+2764" in report["problems"][0]
    assert town.record.entries("naver") == []
