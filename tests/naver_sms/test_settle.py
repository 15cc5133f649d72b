"""The settle pass: before another program takes over, every open claim is cleared up, and nothing is sent."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY, SERVICE_ID
from tests.naver_sms.world import (
    NOW,
    STORES,
    VirtualClock,
    booking,
    environ,
    open_sqlite,
    record_for,
    seed_dynamo,
)

from naver_sms import aws
from naver_sms.cli import main
from naver_sms.desk import Desk
from naver_sms.errors import EventRefused, RunFailed
from naver_sms.handler import handler
from naver_sms.invoke import invoke_settle
from naver_sms.meter import Meter
from naver_sms.record import Claim, ClaimState, Kind
from naver_sms.settings import load
from naver_sms.settle import Result, SettlePass, settle_leased, settle_report
from naver_sms.state import Key
from naver_sms.state.dynamodb import DynamoState, Tables, table_definitions
from naver_sms.state.memory import MemoryState
from naver_sms.state.sqlite import SqliteState
from naver_sms.summary import Invocation, report_sha256
from naver_sms.texts import hash_of_parts
from sens import SensClient
from sens.client import new_pool

LATER = "2025-10-22T14:03:00+09:00"
NAMES = itertools.count()


def settle(folder, naver, sens, **changes):
    """Make one settle pass in the folder of the runs and return its report, which is all that it printed."""
    out = io.StringIO()
    settled = invoke_settle(environ(folder, naver, sens, **changes), invocation=Invocation(), time_s=60, out=out)
    (line,) = out.getvalue().splitlines()
    report = json.loads(line)
    assert report == settled.report
    claims = report["claims"]
    if claims["open"] is not None:
        assert claims["open"] == sum(number for name, number in claims.items() if name != "open")
    assert report["evidence"]["report_sha256"] == report_sha256(report)
    return report


def counts(report):
    return {name: number for name, number in report["claims"].items() if number}


def flag_of(folder, raw):
    state = open_sqlite(folder)
    (row,) = state.load([Key(f"{raw['businessId']}_{raw['bookingId']}", raw["phone"])]).records.values()
    state.shut()
    return row.confirm


@pytest.mark.parametrize(("fault", "reached"), [("accept_then_drop", 1), ("accept_then:500", 1), ("lose", 0)])
def test_a_lost_reply_is_settled_without_reading_bookings_or_sending(go, naver, sens, tmp_path, fault, reached):
    """The gateway's list says which it was: the flag that keeps the legacy from sending is set, or stays down."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: fault}
    assert go()["result"] == "degraded"
    naver.now = LATER
    read, sent = len(naver.requests), sens.sends
    report = settle(tmp_path, naver, sens)
    assert (report["type"], report["result"], report["exit_code"]) == ("naver_sms.settle_report", "ok", 0)
    assert counts(report) == {"open": 1, "accepted" if reached else "released": 1}
    assert (len(naver.requests), sens.sends, len(sens.outbox)) == (read, sent, reached)
    assert flag_of(tmp_path, naver.bookings[0]) is bool(reached)
    (one,) = report["evidence"]["claims"]
    assert one["booking"] == f"{STORES[0]}_1" and (one["request_id"] is not None) is bool(reached)
    again = settle(tmp_path, naver, sens)
    assert (again["result"], counts(again), again["again_after_s"]) == ("ok", {}, None)


def test_a_claim_too_young_to_tell_stays_unknown_and_says_when_to_ask_again(go, naver, sens, tmp_path):
    """The gateway may list it a little later: nothing is guessed."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "lose"}
    go()
    naver.now = "2025-10-22T14:01:00+09:00"
    report = settle(tmp_path, naver, sens)
    assert (report["result"], report["exit_code"], counts(report)) == ("unsettled", 2, {"open": 1, "still_unknown": 1})
    assert (report["horizon_s"], 50 < report["again_after_s"] < 70) == (120, True)
    assert report["evidence"]["claims"][0]["why"] == "young"
    assert settle(tmp_path, naver, sens, settle_after_s="0")["result"] == "ok"


def test_a_young_claim_whose_text_is_listed_is_settled_at_once(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "accept_then_drop"}
    go()
    report = settle(tmp_path, naver, sens)
    assert (report["result"], counts(report)) == ("ok", {"open": 1, "accepted": 1})
    assert flag_of(tmp_path, naver.bookings[0]) is True


def test_a_pass_beside_a_run_settles_nothing_and_says_so(go, naver, sens, tmp_path):
    """What it does not know is null: the caller must not read it as nothing open."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "accept_then_drop"}
    go()
    state = open_sqlite(tmp_path)
    assert state.take_lease(holder="a run", now=NOW, until=NOW + timedelta(minutes=5))
    report = settle(tmp_path, naver, sens)
    assert (report["result"], report["exit_code"]) == ("skipped_overlap", 0)
    assert set(report["claims"].values()) == {None}
    assert flag_of(tmp_path, naver.bookings[0]) is False
    state.free_lease("a run")
    state.shut()
    assert settle(tmp_path, naver, sens)["result"] == "ok"
    assert go()["result"] == "ok", "the pass gave its lease back"


def test_a_gateway_that_does_not_answer_leaves_claims_unknown(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "accept_then_drop"}
    go()
    naver.now = LATER
    env = environ(tmp_path, naver, sens) | {"NAVER_SMS_SENS_SECRET_KEY": "another-key-" + "0" * 12}
    report = invoke_settle(env, invocation=Invocation(), time_s=60, out=io.StringIO()).report
    assert (report["result"], counts(report)) == ("unsettled", {"open": 1, "still_unknown": 1})
    assert (report["errors"]["by_class"], sens.refused_signatures) == ({"sens_result.http_401": 1}, 1)


def test_a_pass_without_time_left_looks_nothing_up(go, naver, sens, tmp_path):
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "lose"}
    go()
    lists = sens.lists
    env = environ(tmp_path, naver, sens)
    report = invoke_settle(env, invocation=Invocation(), time_s=-1, out=io.StringIO()).report
    assert (report["result"], sens.lists) == ("unsettled", lists)
    assert report["evidence"]["claims"][0]["why"] == "deadline"


def test_a_state_file_that_cannot_be_opened_is_a_failure(naver, sens, tmp_path):
    env = environ(tmp_path, naver, sens) | {"NAVER_SMS_STATE": f"sqlite:{tmp_path / 'no' / 'state.db'}"}
    report = invoke_settle(env, invocation=Invocation(), time_s=60, out=io.StringIO()).report
    assert (report["result"], report["exit_code"]) == ("failed", 1)
    assert set(report["claims"].values()) == {None} and sens.lists == 0


def test_settings_that_cannot_be_used_are_a_failure_with_their_own_exit_code(naver, sens, tmp_path):
    report = settle(tmp_path, naver, sens, default_from_number="0")
    assert (report["result"], report["exit_code"], sens.lists) == ("failed", 4, 0)
    assert report["problems"] and set(report["claims"].values()) == {None}


def test_the_command_prints_the_report_and_exits_with_its_code(go, naver, sens, tmp_path, monkeypatch, capsys):
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "lose"}
    go()
    for name, value in environ(tmp_path, naver, sens).items():
        monkeypatch.setenv(name, value)
    assert main(["settle"]) == 2
    assert json.loads(capsys.readouterr().out)["result"] == "unsettled"


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
def state(request, tmp_path):
    """Return a state of each kind."""
    if request.param == "memory":
        yield MemoryState(meter=Meter())
    elif request.param == "sqlite":
        made = SqliteState(str(tmp_path / "other.db"), meter=Meter())
        yield made
        made.shut()
    else:
        request.getfixturevalue("aws_env")
        prefix = f"settle{next(NAMES)}-"
        for definition in table_definitions(prefix):
            aws.client("dynamodb").create_table(**definition)
        tables = Tables(sms=prefix + "sms", session=prefix + "session", lease=prefix + "session")
        yield DynamoState(aws.client("dynamodb"), tables=tables, meter=Meter())


def test_every_state_ends_up_with_flags_for_what_was_taken_and_for_nothing_else(state, sens, naver, tmp_path):
    """One text of each fate: taken, lost, lost too late to be of use, lost advertisement, and too young to tell."""
    settings = load(environ(tmp_path, naver, sens) | {"NAVER_SMS_STATE": "memory"})
    fates = {1: Kind.CONFIRM, 2: Kind.CONFIRM, 3: Kind.GUIDE, 4: Kind.EVENT, 5: Kind.GUIDE}
    records = {}
    for number, kind in fates.items():
        records[number] = record_for(booking(number, minutes=-30 if number == 3 else 90), confirm=False)
        age = timedelta(seconds=30 if number == 5 else 600)
        digits = f"0100000{number:04d}"
        text = {"to": digits, "from_number": "0200000000", "type": "SMS", "content": "text"}
        claim = Claim(state=ClaimState.CLAIMED, run_id="dead", at=NOW - age, hash=hash_of_parts(**text), attempt=1)
        state.create(records[number])
        state.claim(records[number], kind, claim)
    listed = {"requestId": "R-1", "messageId": "M-1", "requestTime": "t", "type": "SMS", "from": "0200000000"}
    sens.outbox = [listed | {"to": "01000000001", "content": "text", "subject": None}]
    done, sends = run_on(state, settings, sens)
    assert (done.result, done.opened, sends) == (Result.UNSETTLED, 5, 0)
    fate = {one.booking_num.partition("_")[2]: one.to for one in done.endings}
    assert fate == {
        "1": ClaimState.ACCEPTED,
        "2": ClaimState.RELEASED,
        "3": ClaimState.ABANDONED,
        "4": ClaimState.ABANDONED,
        "5": None,
    }
    found = state.load([Key(one.booking_num, one.phone) for one in records.values()]).records
    flags = {number: found[one.booking_num].flag(fates[number]) for number, one in records.items()}
    assert flags == {1: True, 2: False, 3: False, 4: False, 5: False}
    assert found[records[1].booking_num].claims[Kind.CONFIRM].request_id == "R-1"
    assert state.take_lease(holder="next", now=NOW, until=NOW + timedelta(minutes=1)), "the lease was given back"
    assert run_on(state, settings, sens)[0].result is Result.SKIPPED_OVERLAP


def doubtful(state, number, kind, content, *, age_s):
    """Have a text to the same customer in doubt for so long, and return its record."""
    at = NOW - timedelta(seconds=age_s)
    text = {"to": "01000000001", "from_number": "0200000000", "type": "SMS", "content": content}
    record = replace(record_for(booking(1, minutes=90), confirm=False), booking_num=f"{STORES[0]}_{number}")
    state.create(record)
    state.claim(
        record, kind, Claim(state=ClaimState.CLAIMED, run_id="dead", at=at, hash=hash_of_parts(**text), attempt=1)
    )
    return record


def listed(number, content):
    """Return a text to that customer as the gateway lists it, the lower the number the earlier."""
    ids = {"requestId": f"R-{number}", "messageId": f"M-{number}", "requestTime": f"t{number}", "type": "SMS"}
    return ids | {"from": "0200000000", "to": "01000000001", "content": content, "subject": None}


def test_a_text_is_bound_to_its_own_words_and_to_one_claim_alone(sens, naver, tmp_path):
    """One customer: a guide that nobody wrote is not taken for the confirm; of three equal texts two arrived."""
    settings = load(environ(tmp_path, naver, sens) | {"NAVER_SMS_STATE": "memory"})
    state = MemoryState(meter=Meter())
    doubtful(state, 1, Kind.CONFIRM, "confirmed", age_s=600)
    doubtful(state, 2, Kind.GUIDE, "the way", age_s=590)
    doubtful(state, 3, Kind.GUIDE, "the way", age_s=600)
    doubtful(state, 4, Kind.GUIDE, "the way", age_s=580)
    sens.outbox = [listed(2, "the way"), listed(1, "the way"), listed(3, "something else")]
    done, _ = run_on(state, settings, sens)
    fate = {one.booking_num.partition("_")[2]: (one.to, one.request_id) for one in done.endings}
    assert fate == {
        "1": (ClaimState.RELEASED, None),
        "3": (ClaimState.ACCEPTED, "R-1"),
        "2": (ClaimState.ACCEPTED, "R-2"),
        "4": (ClaimState.RELEASED, None),
    }
    report = settle_report(done, invocation=Invocation(), finished_at=NOW)
    lines = {one["booking"]: (one["run_id"], one["to"]) for one in report["evidence"]["claims"]}
    assert lines[f"{STORES[0]}_3"] == ("dead", "accepted")


def test_it_is_asked_again_when_the_youngest_claim_is_old_enough(sens, naver, tmp_path):
    """One is thirty seconds old and one ten: by the younger, a hundred and ten seconds from now."""
    settings = load(environ(tmp_path, naver, sens) | {"NAVER_SMS_STATE": "memory"})
    state = MemoryState(meter=Meter())
    doubtful(state, 1, Kind.GUIDE, "the way", age_s=30)
    doubtful(state, 2, Kind.GUIDE, "the way", age_s=10)
    report = settle_report(run_on(state, settings, sens)[0], invocation=Invocation(), finished_at=NOW)
    assert (report["horizon_s"], report["again_after_s"]) == (120, 110)
    assert {one["to"] for one in report["evidence"]["claims"]} == {"unknown"}


def run_on(state, settings, sens):
    """Settle on a state that is open already; return the pass and how many texts it sent."""
    clock, sent = VirtualClock(started_at=NOW), sens.sends
    done = SettlePass(run_id="settling", started_at=NOW, horizon_s=settings.settle_after_s)
    with new_pool(connections=1) as pool:
        client = SensClient(sens.url, SERVICE_ID, ACCESS_KEY, SECRET_KEY, pool=pool, epoch_ms=clock.epoch_ms)
        desk = Desk(
            sens=client,
            state=state,
            meter=done.meter,
            run_id=done.run_id,
            clock=clock,
            left_s=lambda: 60.0,
            at_once=1,
        )
        settle_leased(done, settings, desk)
    return done, sens.sends - sent


class Context:
    """What the platform hands to the handler."""

    aws_request_id = "00000000-0000-0000-0000-000000000002"
    function_name = "example-sms-v2"
    memory_limit_in_mb = "512"

    def get_remaining_time_in_millis(self):
        return 300_000


@pytest.fixture
def lambda_env(tmp_path, naver, sens, aws_env, monkeypatch):
    """Set the environment of the function, with tables of its own."""
    prefix = f"settled{next(NAMES)}-"
    for definition in table_definitions(prefix):
        aws.client("dynamodb").create_table(**definition)
    env = environ(tmp_path, naver, sens, sms_table=prefix + "sms", session_table=prefix + "session")
    for name, value in (env | {"NAVER_SMS_STATE": "dynamodb"}).items():
        monkeypatch.setenv(name, value)
    return prefix + "sms"


def test_the_function_settles_when_told_and_runs_when_the_schedule_says(lambda_env, naver, sens, capfd):
    """One function, one environment: a text in doubt in the run is settled by the instruction."""
    naver.bookings = [booking(1, minutes=180)]
    sens.faults = {1: "accept_then_drop"}
    assert handler({"source": "aws.events"}, Context())["result"] == "degraded"
    asked, _ = len(naver.requests), capfd.readouterr()
    answer = handler({"naver_sms": "settle"}, Context())
    (line,) = capfd.readouterr().out.splitlines()
    report = json.loads(line)
    assert (report["type"], report["request_id"]) == ("naver_sms.settle_report", Context.aws_request_id)
    assert answer == {"run_id": report["run_id"], "result": "ok", "exit_code": 0}
    assert (counts(report), len(naver.requests), sens.sends) == ({"open": 1, "accepted": 1}, asked, 1)
    item = aws.client("dynamodb").scan(TableName=lambda_env)["Items"][0]
    assert item["confirm_sms"] == {"BOOL": True}
    assert handler({"source": "aws.events"}, Context())["result"] == "ok" and sens.sends == 1


def test_rows_that_only_the_legacy_wrote_are_not_in_the_way(lambda_env, sens, capfd):
    seed_dynamo(aws.client("dynamodb"), [record_for(booking(1))], table=lambda_env, legacy=True)
    assert handler({"naver_sms": "settle"}, Context())["result"] == "ok"
    assert counts(json.loads(capfd.readouterr().out)) == {}


def test_a_settle_pass_that_failed_is_raised_after_its_report(lambda_env, sens, monkeypatch, capfd):
    monkeypatch.setenv("NAVER_SMS_SMS_TABLE", "absent")
    with pytest.raises(RunFailed, match=r"settle pass .* ended 'failed'"):
        handler({"naver_sms": "settle"}, Context())
    assert json.loads(capfd.readouterr().out)["result"] == "failed"


@pytest.mark.parametrize(
    "event", [{"naver_sms": "setle"}, {"naver_sms": None}, {"naver_sms": "settle", "source": "aws.events"}]
)
def test_an_instruction_that_is_not_known_is_refused_before_anything_is_read(event, monkeypatch):
    """Neither a run nor a settle pass: a typing error in an event must not send anything."""
    monkeypatch.delenv("NAVER_SMS_SETTINGS", raising=False)
    with pytest.raises(EventRefused, match="the only one is"):
        handler(event, None)


def test_a_report_of_very_many_claims_keeps_to_one_log_line(naver, sens, tmp_path):
    state = open_sqlite(tmp_path)
    record = record_for(booking(1), confirm=False)
    claim = Claim(state=ClaimState.CLAIMED, run_id="R" * 26, at=NOW - timedelta(hours=1), hash="h" * 64, attempt=1)
    for number in range(150):
        one = replace(record, booking_num=f"{STORES[0]}_{number}")
        state.create(one)
        state.claim(one, Kind.CONFIRM, claim)
    state.shut()
    report = settle(tmp_path, naver, sens)
    assert counts(report) == {"open": 150, "released": 150}
    assert (len(report["evidence"]["claims"]), report["evidence"]["truncated"]) == (100, True)
    assert len(json.dumps(report)) < 32 * 1024
