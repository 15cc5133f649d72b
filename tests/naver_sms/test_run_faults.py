"""Passes in which something goes wrong: refusals, lost replies, races, crashes, deadlines."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from tests.naver_sms.reporting import counts, invariants
from tests.naver_sms.world import NOW, booking, environ, open_sqlite, record_for, seed_sqlite, v22

from naver_sms.invoke import invoke
from naver_sms.record import Claim, ClaimState, Kind
from naver_sms.state import Key
from naver_sms.summary import Invocation

DECIDED = {"by": "owner", "on": "2025-10-01"}


def test_refused_texts_are_released_and_go_out_next_time(go, naver, sens):
    naver.bookings = [booking(1, minutes=60)]
    sens.faults = {1: "refuse:400", 2: "refuse:400"}
    first = go()
    assert (first["result"], first["exit_code"]) == ("partial", 2)
    assert counts(first, "guide") == {"due": 1, "refused": 1}
    assert first["errors"]["by_class"] == {"sens_send.http_400": 2}
    second = go()
    assert second["result"] == "ok" and len(sens.outbox) == 2
    assert {one["id"] for one in second["parity"]["intended"]} == {"B01"}
    assert second["sms"]["repeated"] == 0, "a text that was refused has not gone out before"


def test_a_throttled_text_is_tried_again_at_once(go, naver, sens):
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "refuse:429"}
    report = go()
    assert counts(report, "confirm") == {"due": 1, "accepted": 1} and len(sens.outbox) == 1


def test_a_refused_key_stops_the_rest(go, naver, sens):
    naver.bookings = [booking(n) for n in range(12)]
    sens.faults = dict.fromkeys(range(1, 13), "refuse:401")
    report = go(sends_at_once=1)
    assert counts(report, "confirm") == {"due": 12, "refused": 1, "skipped": 11}
    assert report["result"] == "partial" and sens.sends == 1


@pytest.mark.parametrize(("fault", "reached"), [("accept_then_drop", 1), ("accept_then:500", 1), ("lose", 0)])
def test_a_lost_reply_is_looked_up_before_anything_is_sent_again(go, naver, sens, fault, reached):
    """The customer gets the text once, whichever way the reply was lost."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: fault}
    first = go()
    assert counts(first, "confirm") == {"due": 1, "unknown": 1} and first["result"] == "degraded"
    assert len(sens.outbox) == reached
    too_early = go()
    assert too_early["sms"]["attempted"] == 0, "the horizon has not passed: nothing is guessed"
    naver.now = "2025-10-22T14:03:00+09:00"
    third = go()
    settled = {name: number for name, number in third["reconciled"].items() if number}
    assert settled == ({"accepted": 1} if reached else {"released": 1})
    assert len(sens.outbox) == 1
    assert third["sms"]["repeated"] == 1 - reached, "what the list denied may have gone out all the same"
    assert go()["sms"]["attempted"] == 0 and len(sens.outbox) == 1


def test_a_text_to_a_changed_number_is_looked_up_under_that_number(go, naver, sens):
    """The record keeps the number that it was made with; the text went to the one that the customer has now."""
    naver.bookings = [booking(1, minutes=150)]
    go()
    naver.bookings = [booking(1, minutes=150, phone="01000000777")]
    naver.now = "2025-10-22T14:40:00+09:00"
    sens.faults = {2: "accept_then_drop"}
    assert counts(go(), "guide") == {"due": 1, "unknown": 1}
    naver.now = "2025-10-22T15:00:00+09:00"
    assert go()["reconciled"]["accepted"] == 1
    assert [one["to"] for one in sens.outbox] == ["01000000001", "01000000777"]


@pytest.mark.parametrize("fault", ["refuse:401", "refuse:403", "refuse:404", "refuse:429"])
def test_a_key_that_is_refused_for_hours_costs_no_customer_a_text(go, naver, sens, fault):
    """Such a refusal says nothing of the text: it is due until it went out or is of no use any more."""
    naver.bookings = [booking(n, minutes=1500) for n in range(3)]
    sens.faults = dict.fromkeys(range(1, 100), fault)
    for hour in range(14, 19):
        naver.now = f"2025-10-22T{hour}:00:00+09:00"
        assert go()["result"] == "partial"
    sens.faults = {}
    naver.now = "2025-10-22T19:00:00+09:00"
    assert counts(go(), "confirm") == {"due": 3, "accepted": 3}


def test_a_text_that_is_refused_three_times_is_given_up_and_said_to_be(go, naver, sens):
    naver.bookings = [booking(1, minutes=1500)]
    sens.faults = dict.fromkeys(range(1, 9), "refuse:400")
    advice = [go()["advice"] for _ in range(4)]
    again = ["SENS refused 1 texts (http 400): the next run tries them again"]
    (last,) = advice[2]
    assert advice == [again, again, [last], []]
    assert last.startswith("1 texts are given up, refused three times (http 400)")


def test_where_sens_cannot_be_reached_the_report_says_that_and_not_that_it_refused(go, naver, sens):
    naver.bookings = [booking(1, minutes=1500)]
    nowhere = {"NAVER_SMS_SENS_URL": "http://127.0.0.1:9"}
    report = go(environ_more=nowhere, deadline_s=1)
    assert report["advice"] == ["SENS could not be reached for 1 texts: the next run tries them again"]
    assert counts(go(), "confirm") == {"due": 1, "accepted": 1}


def test_equal_texts_to_one_customer_are_bound_by_count(go, naver, sens, tmp_path):
    """Two bookings of one customer: one accepted, one lost on the way. The accepted one counts once."""
    naver.bookings = [booking(1, phone="01000000009"), booking(2, phone="01000000009")]
    sens.faults = {1: "lose"}
    first = go(sends_at_once=1)
    assert counts(first, "confirm") == {"due": 2, "accepted": 1, "unknown": 1}
    naver.now = "2025-10-22T14:03:00+09:00"
    second = go()
    assert second["reconciled"]["released"] == 1 and counts(second, "confirm") == {"due": 1, "accepted": 1}
    assert len(sens.outbox) == 2


def test_a_claim_left_by_a_crash_is_found_and_settled(go, naver, sens, tmp_path):
    raw = booking(1, minutes=180)
    naver.bookings = [raw]
    record = record_for(raw, confirm=False)
    state = open_sqlite(tmp_path)
    state.create(record)
    at = datetime.fromisoformat("2025-10-22T13:40:00+09:00")
    state.claim(record, Kind.CONFIRM, Claim(state=ClaimState.CLAIMED, run_id="dead", at=at, hash="h", attempt=1))
    state.shut()
    report = go()
    assert report["reconciled"]["released"] == 1 and len(sens.outbox) == 1


def test_results_that_come_late_are_taken_by_the_next_run(go, naver, sens, tmp_path):
    naver.bookings = [booking(1)]
    sens.ready_polls = 1_000
    first = go(delivery_wait_s="0.3")
    assert first["sms"]["pending"] == 1 and first["result"] == "degraded"
    sens.ready_polls = 0
    assert go()["sms"]["attempted"] == 0
    state = open_sqlite(tmp_path)
    assert state.open_claims() == []
    state.shut()


def test_a_text_that_turns_out_undelivered_later_is_told_by_the_run_that_learns_of_it(go, naver, sens):
    """A carrier tries a handset that is off for a day; the run that sent the text has ended long since."""
    naver.bookings = [booking(1), booking(2), booking(3)]
    sens.ready_polls = 1_000
    sens.late_codes = {"01000000001": "2003", "01000000002": "3023"}
    assert go(delivery_wait_s="0.3")["sms"]["pending"] == 3
    sens.ready_polls = 0
    report = go()
    assert (report["result"], report["sms"]["accepted"]) == ("degraded", 0)
    assert report["earlier"] == {"delivered": 1, "failed": 2, "by_code": {"2003": 1, "3023": 1}}
    assert json.loads(go.printed.splitlines()[-2])["SmsLost"] == 2
    row = {"kind": "confirm", "booking": "1000001_1", "to": "010-****-0001", "ended": "failed", "code": "2003"}
    assert row in report["evidence"]["lost"]
    assert report["advice"][0].startswith("SENS or a carrier refuses a caller id (3023)")
    naver.bookings.append(booking(4))
    assert go()["evidence"]["left"] == {"caller_id": {"confirm": ["1000001_4"]}}


def test_a_text_that_nobody_can_send_any_more_is_given_up_aloud(go, naver, sens):
    naver.bookings = [booking(1, minutes=10)]
    sens.faults = {1: "lose", 2: "lose"}
    go()
    naver.now = "2025-10-22T14:20:00+09:00"
    report = go()
    assert (report["result"], report["reconciled"]["abandoned"]) == ("degraded", 2)
    assert [one["ended"] for one in report["evidence"]["lost"]] == ["abandoned"] * 2
    assert "1000001_1" in report["advice"][0]


@pytest.mark.parametrize(("at", "state"), [("13:59:00", ClaimState.ACCEPTED), ("14:01:00", ClaimState.FAILED)])
def test_a_text_whose_result_has_not_come_for_a_week_has_failed(go, naver, sens, tmp_path, at, state):
    """Until then it is pending and nothing is guessed; then it is over, so that no run asks for it for ever."""
    raw = booking(1)
    naver.bookings = [raw]
    sens.ready_polls = 1_000
    assert go(delivery_wait_s="0")["sms"]["pending"] == 1
    naver.bookings, naver.now = [], f"2025-10-29T{at}+09:00"
    assert go()["sms"]["attempted"] == 0
    store = open_sqlite(tmp_path)
    (row,) = store.load([Key(record_for(raw).booking_num, raw["phone"])]).records.values()
    store.shut()
    claim = row.claims[Kind.CONFIRM]
    assert (claim.state, claim.code) == (state, None if state is ClaimState.ACCEPTED else "no_result")


def test_a_text_that_the_list_does_not_show_is_asked_for_by_its_own_id(go, naver, sens):
    """The first look is one list for all; what it leaves out is asked for one by one at the second."""
    naver.bookings = [booking(1), booking(2)]
    sens.unlisted = {"VORSSA-0001"}
    report = go()
    assert report["sms"]["delivered"] == 2 and report["result"] == "ok"


def test_a_text_the_carrier_could_not_deliver_is_counted_with_its_code(go, naver, sens):
    naver.bookings = [booking(1), booking(2)]
    sens.late_codes = {"01000000002": "3001"}
    report = go()
    assert report["sms"]["delivered"] == 1 and report["sms"]["failed"] == 1
    assert report["sms"]["by_code"] == {"0": 1, "3001": 1} and report["result"] == "degraded"


def test_two_runs_at_once_send_each_text_once(tmp_path, naver, sens):
    naver.bookings, records = v22()
    naver.latency_s = 0.02
    seed_sqlite(tmp_path, records)
    env = environ(tmp_path, naver, sens)
    results = []
    barrier = threading.Barrier(2)

    def race():
        barrier.wait()
        results.append(invoke(env, invocation=Invocation(), time_s=60.0, out=io.StringIO()).report)

    threads = [threading.Thread(target=race) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one["sms"]["accepted"] for one in results) == 20
    assert max(Counter((one["to"], one["content"]) for one in sens.outbox).values()) == 1
    assert {one["result"] for one in results} <= {"ok", "skipped_overlap"}


def test_two_runs_without_the_lease_still_send_each_text_once(tmp_path, naver, sens, monkeypatch):
    """The lease saves work; the claims are what keeps texts from going out twice."""
    from naver_sms.state.sqlite import SqliteState

    monkeypatch.setattr(SqliteState, "take_lease", lambda *_args, **_more: True)
    naver.bookings, records = v22()
    naver.latency_s = 0.01
    seed_sqlite(tmp_path, records)
    env = environ(tmp_path, naver, sens)
    results = []

    def race():
        results.append(invoke(env, invocation=Invocation(), time_s=60.0, out=io.StringIO()).report)

    threads = [threading.Thread(target=race) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in results:
        invariants(one)
    assert len(sens.outbox) == 20
    assert max(Counter((one["to"], one["content"]) for one in sens.outbox).values()) == 1


def test_what_nobody_expected_is_reported_and_then_raised(tmp_path, naver, sens, monkeypatch):
    """A claim that breaks in an unforeseen way ends the run loudly, after the other texts and the report."""
    from naver_sms.state.sqlite import SqliteState

    claim = SqliteState.claim

    def broken(self, record, kind, a_claim):
        if record.booking_num.endswith("_1"):
            raise ZeroDivisionError
        return claim(self, record, kind, a_claim)

    monkeypatch.setattr(SqliteState, "claim", broken)
    naver.bookings = [booking(1), booking(2)]
    out = io.StringIO()
    with pytest.raises(ZeroDivisionError):
        invoke(environ(tmp_path, naver, sens), invocation=Invocation(), time_s=60.0, out=out)
    report = json.loads(out.getvalue().splitlines()[-1])
    assert (report["result"], report["exit_code"]) == ("failed", 1)
    assert report["problems"] == ["the run broke off (ZeroDivisionError)"]
    assert len(sens.outbox) == 1


def test_at_the_deadline_the_rest_is_skipped_and_the_run_is_partial(go, naver, sens):
    naver.bookings = [booking(n, minutes=200 + n) for n in range(4)]
    report = go(sens_rate=4, deadline_s="0.4")
    confirm = report["intents"]["confirm"]
    assert confirm["accepted"] + confirm["skipped"] == 4
    assert confirm["skipped"] >= 1
    assert report["result"] == "partial"
    again = go()
    assert again["intents"]["confirm"]["accepted"] == confirm["skipped"], "what was not begun is still owed"
    assert {one["id"] for one in again["parity"]["intended"]} == {"B01"}
    assert len(sens.outbox) == 4


def test_while_another_run_holds_the_lease_nothing_is_done(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=60)]
    state = open_sqlite(tmp_path)
    assert state.take_lease(holder="other", now=NOW, until=NOW + timedelta(minutes=5))
    held = go()
    assert (held["result"], held["exit_code"], sens.sends) == ("skipped_overlap", 0, 0)
    state.free_lease("other")
    state.shut()
    assert go()["result"] == "ok"


@pytest.mark.parametrize("seed", range(6))
def test_whatever_goes_wrong_each_customer_gets_each_text_once(go, naver, sens, seed):
    """Twelve customers, the first fifteen calls in trouble of every kind, and runs until all is quiet."""
    random = Random(seed)
    kinds = ["accept_then_drop", "accept_then:500", "accept_then:503", "lose", "refuse:400", "refuse:429", ""]
    sens.faults = {n: random.choice(kinds) for n in range(1, 16)}
    naver.bookings = [booking(n, minutes=600 + n) for n in range(12)]
    for minutes in range(0, 100, 20):
        naver.now = (NOW + timedelta(minutes=minutes)).isoformat()
        go()
    assert Counter(one["to"] for one in sens.outbox) == Counter(one["phone"] for one in naver.bookings)
    last = go()
    assert (last["result"], last["sms"]["attempted"]) == ("ok", 0)
