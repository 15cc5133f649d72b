"""Every probe keeps the port's promises, and its recorded answers are what the readings understand."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from tests.ports import cloud as world
from tests.ports.cloud import FUNCTION, GROUP, KEY_ID, PHONE, REGION, REQUEST, RUN, START, STREAM, Cloud

from bongsu.aws_client import Aws, Certainty, Failed, OffLoopback, certainty_of, http_date, withhold
from bongsu.errors import SecretMissing
from bongsu.probes import open_probes
from bongsu.probes._periods import period_for, whole_periods
from bongsu.probes._port import ReadDone, ReadNotDone
from bongsu.probes.aws import AwsProbe, Place
from bongsu.probes.gateway import GatewayProbe, slices
from bongsu.readings import parser_of
from bongsu.sandbox.faults import Fault
from bongsu.sandbox.sens import SensSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bongsu.probes._port import Probe

WINDOW = {"since": "2025-10-22T04:00:00.000000Z", "until": "2025-10-22T04:30:00.000000Z"}
ARGS: dict[str, dict[str, Any]] = {
    "identity": {},
    "target_rule": {},
    "legacy_rule": {},
    "function": {},
    "invocations": WINDOW,
    "gateway": WINDOW,
    "state_table": {"run_ids": [RUN], "records": ["1000001_900001", "1000001_900002", "1000001_900003"]},
    "alarms": {"names": ["example-errors", "example-throttles", "example-gone"]},
    "metrics": WINDOW,
    "workload_metrics": {**WINDOW, "over_s": 1800},
    "parity_file": {"path": "file:parity.json"},
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with world.running(tmp_path_factory.mktemp("cloud"), account="000000000000") as opened:
        fill(opened)
        yield opened


def fill(cloud: Cloud) -> None:
    at = START - timedelta(minutes=50)
    world.write_run(cloud, at=at)
    world.put_record(cloud, "1000001_900001", confirm_claim=world.claim("delivered"))
    world.put_record(cloud, "1000001_900002", confirm_claim=world.claim("unknown", request_id=None))
    cloud.sens.remember(world.text_message(n, at=at, fate="3012" if n == 4 else "0") for n in range(1, 6))
    cloud.sens.remember([world.text_message(6, at=at, done_after_s=7200)])
    dimensions = {"FunctionName": FUNCTION}
    cloud.aws.metrics.remember("AWS/Lambda", {"Invocations": 1, "Errors": 0}, at=at, dimensions=dimensions)
    counts = {"SmsAccepted": 20, "SmsDelivered": 19}
    cloud.aws.metrics.remember("NaverSms", counts, at=at, dimensions={"Function": FUNCTION})


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-key-" + "0" * 30)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def probes(cloud: Cloud, keys: None, tmp_path: Path) -> Mapping[str, Probe]:
    counts = {"compared": 3, "matched": 2, "missing": 1, "extra": 0, "different": 0, "percent": "66.66"}
    inputs = {"runs": 1, "bookings": 4, "sha256": hashlib.sha256(b"recorded").hexdigest()}
    document = {"type": "naver_sms.parity", "v": 1, "mode": "strict", "measured_at": "2025-10-21T09:00:00+09:00"}
    (tmp_path / "parity.json").write_text(json.dumps({**document, "inputs": inputs, **counts, "intended": []}))
    plan = SimpleNamespace(target=cloud.target, legacy=cloud.legacy, gateway=cloud.gateway)
    return open_probes(plan, redactor=cloud.redactor, resolve=cloud.resolve, now_ms=cloud.now_ms, folder=tmp_path)


def values_of(probes: Mapping[str, Probe], reading: str, **more: Any) -> dict[str, Any]:
    args = {**ARGS[reading], **more}
    outcome = probes[reading].read(reading, args)
    assert isinstance(outcome, ReadDone), outcome.reason
    return parser_of(reading)(args, [wire.response for wire in outcome.wires])


def aws_probe(cloud: Cloud, **changes: Any) -> AwsProbe:
    place = Place.of({**cloud.target.options, **changes})
    aws = Aws(region=place.region, endpoint_url=place.endpoint_url, redactor=cloud.redactor, read_attempts=1)
    return AwsProbe(place, redactor=cloud.redactor, now_ms=cloud.now_ms, aws=aws)


def test_there_is_a_probe_for_every_reading(probes: Mapping[str, Probe]) -> None:
    assert set(probes) == set(ARGS)
    assert all(reading in probe.readings for reading, probe in probes.items())
    assert all(probe.endpoint for probe in probes.values())


@pytest.mark.parametrize("reading", ARGS)
def test_answers_are_recorded_whole_and_the_reading_makes_plain_values_of_them(
    probes: Mapping[str, Probe], reading: str
) -> None:
    outcome = probes[reading].read(reading, ARGS[reading])
    assert isinstance(outcome, ReadDone), outcome.reason
    for wire in outcome.wires:
        assert wire.received_mono is not None and wire.received_mono >= wire.sent_mono
        assert "?" not in wire.address and wire.service and wire.operation
    values = parser_of(reading)(ARGS[reading], [wire.response for wire in outcome.wires])
    assert no_floats(values)
    assert json.loads(json.dumps(values)) == values


@pytest.mark.parametrize("reading", ARGS)
def test_no_secret_signature_number_or_name_is_recorded(probes: Mapping[str, Probe], reading: str) -> None:
    wires = probes[reading].read(reading, ARGS[reading]).wires
    recorded = b"\n".join(part for wire in wires for part in (wire.request, wire.response, wire.address.encode()))
    for private in (PHONE, PHONE.replace("-", ""), "김예시", "번호", "AWS4-HMAC", "Signature", "not-a-key"):
        assert private.encode() not in recorded
    assert SensSpec().secret_key.encode() not in recorded


def no_floats(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(name, str) and no_floats(item) for name, item in value.items())
    if isinstance(value, list):
        return all(no_floats(item) for item in value)
    return value is None or isinstance(value, str | int)


def test_every_aws_answer_carries_its_request_id(probes: Mapping[str, Probe]) -> None:
    for reading in ("identity", "function", "state_table", "metrics"):
        for wire in probes[reading].read(reading, ARGS[reading]).wires:
            assert len(wire.request_id) == 36 and wire.status == 200


def test_a_service_s_own_time_is_read_when_it_says_one() -> None:
    assert http_date("Wed, 22 Oct 2025 05:00:00 GMT") == START
    for unreadable in (None, "", "today", "Wed, 22 Oct 2025 05:00:00 GMT, Wed, 22 Oct 2025 05:00:01 GMT"):
        assert http_date(unreadable) is None


def test_identity_takes_the_region_from_the_rule_s_own_arn(probes: Mapping[str, Probe]) -> None:
    assert values_of(probes, "identity") == {
        "account": "000000000000",
        "arn": "arn:aws:iam::000000000000:user/captain",
        "region": REGION,
    }


def test_a_rule_is_read_with_its_schedule_and_targets(probes: Mapping[str, Probe]) -> None:
    rule = {"state": "DISABLED", "schedule": "rate(20 minutes)"}
    assert values_of(probes, "target_rule") == {**rule, "name": "example-sms", "targets": 1}
    assert values_of(probes, "legacy_rule") == {**rule, "name": "example-legacy", "targets": 0}


def test_a_function_is_read_with_its_digest(probes: Mapping[str, Probe]) -> None:
    found = values_of(probes, "function")
    assert (found["memory_mb"], found["timeout_s"], found["state"]) == (512, 300, "Active")
    assert re.fullmatch(r"[0-9a-f]{64}", found["code_sha256"])
    assert found["last_modified"].endswith(".000Z")


def test_an_invocation_is_found_over_several_pages_and_joined_with_its_report(probes: Mapping[str, Probe]) -> None:
    outcome = probes["invocations"].read("invocations", WINDOW)
    assert len(outcome.wires) == 2  # five lines, four to a page
    (run,) = values_of(probes, "invocations")["complete"]
    assert run["request_id"] == REQUEST and run["stream"] == STREAM and run["failed"] is False
    assert (run["duration_ms"], run["init_ms"], run["memory_used_mb"]) == ("1912.4", "549.04", 61)
    assert (run["started_at"], run["ended_at"]) == ("2025-10-22T04:10:00.000Z", "2025-10-22T04:10:02.000Z")
    assert run["report"]["run_id"] == RUN and run["report"]["accepted"] == 20


def test_an_invocation_that_straddles_the_windows_is_counted_in_one_of_them(probes: Mapping[str, Probe]) -> None:
    first = values_of(probes, "invocations", until="2025-10-22T04:10:01Z")
    second = values_of(probes, "invocations", since="2025-10-22T04:10:01Z")
    assert (first["count"], first["incomplete"]) == (0, [REQUEST])
    assert second["count"] == 1 and second["complete"][0]["started_at"] == "2025-10-22T04:10:00.000Z"
    assert second["complete"][0]["report"]["run_id"] == RUN


def test_the_gateway_s_list_is_counted_over_its_pages(probes: Mapping[str, Probe]) -> None:
    found = values_of(probes, "gateway")
    counts = {name: found[name] for name in ("listed", "accepted", "delivered", "failed", "pending")}
    assert counts == {"listed": 6, "accepted": 6, "delivered": 4, "failed": 1, "pending": 1}
    assert found["by_code"] == {"0": 4, "3012": 1} and len(found["request_ids"]) == 6


def test_the_table_is_asked_for_neither_number_nor_name(probes: Mapping[str, Probe]) -> None:
    outcome = probes["state_table"].read("state_table", ARGS["state_table"])
    asked = json.loads(outcome.wires[0].request)
    assert asked["ConsistentRead"] is True
    assert not {"phone", "name"} & set(asked["ExpressionAttributeNames"].values())
    found = values_of(probes, "state_table")
    assert (found["asked"], found["found"], found["missing"], found["created"]) == (3, 2, 1, 2)
    assert (found["accepted"], found["confirm"], found["flagged"], found["unknown"]) == (1, 1, 1, 1)
    assert found["request_ids"] == ["VORSSA-1"]


def test_no_record_to_look_up_asks_nothing(probes: Mapping[str, Probe]) -> None:
    assert probes["state_table"].read("state_table", {"run_ids": [RUN], "records": []}).wires == ()
    assert values_of(probes, "state_table", records=[])["asked"] == 0


def test_alarms_are_told_by_name_and_one_that_is_gone_is_named(probes: Mapping[str, Probe]) -> None:
    found = values_of(probes, "alarms")
    assert (found["count"], found["ok"], found["alarm"], found["missing"]) == (3, 1, 1, ["example-gone"])
    assert found["states"]["example-throttles"]["state"] == "ALARM"


def test_metrics_are_summed_and_nothing_shown_is_not_nought(probes: Mapping[str, Probe]) -> None:
    assert values_of(probes, "metrics") == {"invocations": 1, "errors": 0, "throttles": None}
    assert values_of(probes, "workload_metrics") == {"accepted": 20, "delivered": 19, "datapoints": 1}


def test_the_parity_file_is_read_beside_the_plan(probes: Mapping[str, Probe]) -> None:
    found = values_of(probes, "parity_file")
    assert (found["percent"], found["runs"], found["bookings"]) == ("66.66", 1, 4)
    assert found["measured_at"] == "2025-10-21T00:00:00.000Z"
    missing = probes["parity_file"].read("parity_file", {"path": "file:gone.json"})
    assert isinstance(missing, ReadNotDone) and missing.final and "gone.json" in missing.reason


def test_what_does_not_exist_is_final_and_says_what_to_do(cloud: Cloud, keys: None) -> None:
    gone = {"target_rule": {"rule": "gone"}, "function": {"function": "gone"}, "invocations": {"log_group": "gone"}}
    for reading, changes in gone.items():
        outcome = aws_probe(cloud, **changes).read(reading, ARGS[reading])
        assert isinstance(outcome, ReadNotDone) and outcome.final
        assert "ResourceNotFoundException" in outcome.reason and "check the names" in outcome.reason
        assert outcome.wires[-1].status in {400, 404}


def test_a_key_that_aws_does_not_know_is_final(cloud: Cloud, keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLESTRANGER0")
    outcome = aws_probe(cloud).read("identity", {})
    assert isinstance(outcome, ReadNotDone) and outcome.final and "sign in again" in outcome.reason


def test_without_credentials_nothing_is_sent(cloud: Cloud, keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    outcome = aws_probe(cloud).read("identity", {})
    assert isinstance(outcome, ReadNotDone) and outcome.final and outcome.wires == ()
    assert "NoCredentialsError" in outcome.reason


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400, "code": "ThrottlingException"},
        {"status": 500, "code": "InternalFailure"},
        {"status": 503, "code": "ServiceUnavailable"},
        {"kind": "drop_before"},
        {"kind": "drop_after"},
    ],
)
def test_trouble_that_may_pass_is_not_final(cloud: Cloud, keys: None, fault: dict[str, Any]) -> None:
    cloud.faults.add(Fault(service="logs", **{"kind": "status", **fault}))
    outcome = aws_probe(cloud).read("invocations", WINDOW)
    assert isinstance(outcome, ReadNotDone) and not outcome.final
    assert len(outcome.wires) == 1 and outcome.wires[0].status == fault.get("status")


def test_a_denied_read_names_the_right_that_is_lacking(cloud: Cloud, keys: None) -> None:
    cloud.faults.add(Fault(service="logs", kind="status", status=400, code="AccessDeniedException"))
    outcome = aws_probe(cloud).read("invocations", WINDOW)
    assert isinstance(outcome, ReadNotDone) and outcome.final
    assert "allow logs:FilterLogEvents" in outcome.reason


def test_nobody_at_the_address_is_not_final(cloud: Cloud, keys: None) -> None:
    outcome = aws_probe(cloud, endpoint_url="http://127.0.0.1:9").read("identity", {})
    assert isinstance(outcome, ReadNotDone) and not outcome.final and "no connection" in outcome.reason


def test_a_read_that_succeeds_at_the_second_attempt_keeps_the_answer_alone(cloud: Cloud, keys: None) -> None:
    cloud.faults.add(Fault(service="sts", kind="status", status=503, code="ServiceUnavailable"))
    aws = Aws(region=REGION, endpoint_url=cloud.aws_url, redactor=cloud.redactor, read_attempts=2)
    answer = aws.read("sts", "get_caller_identity")
    assert not isinstance(answer, Failed)
    assert [wire.status for wire in answer.wires] == [200]


def test_a_log_that_is_too_long_is_given_up_with_advice(cloud: Cloud, keys: None) -> None:
    place = Place.of(cloud.target.options)
    probe = AwsProbe(place, redactor=cloud.redactor, now_ms=cloud.now_ms, log_pages_max=1)
    outcome = probe.read("invocations", WINDOW)
    assert isinstance(outcome, ReadNotDone) and outcome.final and "shorter window" in outcome.reason


def test_a_client_of_this_machine_asks_no_other(cloud: Cloud, keys: None) -> None:
    aws = Aws(region=REGION, endpoint_url=cloud.aws_url, redactor=cloud.redactor, read_attempts=1)
    aws.read("sts", "get_caller_identity")
    client = next(iter(aws._clients.values()))
    client.meta.events.register_first(
        "before-send", lambda request, **_: setattr(request, "url", "https://sts.example.com/")
    )
    with pytest.raises(OffLoopback, match=r"sts\.example\.com"):
        aws.read("sts", "get_caller_identity")


def test_the_gateway_s_refusals_and_troubles_are_told_apart(cloud: Cloud, probes: Mapping[str, Probe]) -> None:
    for status, final in ((401, True), (403, True), (429, False), (500, False)):
        cloud.faults.add(Fault(service="sens", kind="status", status=status))
        outcome = probes["gateway"].read("gateway", WINDOW)
        assert isinstance(outcome, ReadNotDone) and outcome.final is final, status
        assert outcome.wires[-1].status == status
    cloud.faults.add(Fault(service="sens", kind="drop_before"))
    outcome = probes["gateway"].read("gateway", WINDOW)
    assert isinstance(outcome, ReadNotDone) and not outcome.final and outcome.wires[-1].status is None


def test_a_history_is_listed_in_the_whole_minutes_that_its_metrics_stand_in(probes: Mapping[str, Probe]) -> None:
    odd = {"since": "2025-10-22T04:10:31Z", "until": "2025-10-22T04:29:31.5Z"}
    outcome = probes["gateway"].read("gateway", {**odd, "over_s": 1140})
    assert b"requestStartTime=2025-10-22%2013%3A10%3A00" in outcome.wires[0].request
    assert b"requestEndTime=2025-10-22%2013%3A30%3A00" in outcome.wires[0].request
    exact = probes["gateway"].read("gateway", odd).wires[0].request
    assert b"13%3A10%3A31" in exact and b"13%3A29%3A32" in exact


def test_a_key_that_is_not_to_be_had_or_no_key_sends_nothing(cloud: Cloud, tmp_path: Path) -> None:
    def absent(reference: str) -> str:
        raise SecretMissing(f"there is no secret '{reference}'")

    for resolve, final, words in ((absent, False, "no secret"), (lambda _: "plain text", True, "not JSON")):
        probe = GatewayProbe.of(cloud.gateway.options, redactor=cloud.redactor, resolve=resolve, now_ms=cloud.now_ms)
        outcome = probe.read("gateway", WINDOW)
        assert isinstance(outcome, ReadNotDone) and outcome.final is final
        assert words in outcome.reason and outcome.wires == ()


def test_a_window_longer_than_the_gateway_remembers_is_refused(probes: Mapping[str, Probe]) -> None:
    outcome = probes["gateway"].read("gateway", {**WINDOW, "since": "2025-06-01T00:00:00Z"})
    assert isinstance(outcome, ReadNotDone) and outcome.final and "90 days" in outcome.reason


def test_a_long_window_of_the_gateway_is_cut_into_days_that_meet() -> None:
    since, until = datetime(2025, 10, 1, tzinfo=UTC), datetime(2025, 10, 3, 12, 0, 0, 5, tzinfo=UTC)
    days = list(slices(since, until))
    assert [start for start, _ in days[1:]] == [stop for _, stop in days[:-1]]
    assert (days[0][0], days[-1][1]) == (since, until.replace(microsecond=0, second=1))
    assert len(days) == 3
    assert list(slices(since, since)) == [(since, since)]


def test_the_finest_period_that_is_still_kept_is_asked_for() -> None:
    now = START
    ages = {1: 60, 13: 60, 15: 300, 61: 300, 64: 3600}
    assert {days: period_for(now - timedelta(days=days), now=now) for days in ages} == ages
    since, until = now + timedelta(seconds=61), now + timedelta(seconds=119)
    assert whole_periods(since, until, 60) == (now + timedelta(seconds=60), now + timedelta(seconds=120))


def test_a_function_s_environment_and_package_address_are_withheld() -> None:
    body = json.dumps(
        {"Configuration": {"Environment": {"Variables": {"KEY": "hidden"}}}, "Code": {"Location": "https://signed"}}
    ).encode()
    kept = withhold("GetFunction", body)
    assert b"hidden" not in kept and b"signed" not in kept
    assert b"hidden" not in withhold("GetFunctionConfiguration", b'{"Environment":{"Variables":{"KEY":"hidden"}}}')
    assert withhold("Query", b'{"Items":[],"LastEvaluatedKey":{"phone":{"S":"0"}}}') == (
        b'{"Items":[],"LastEvaluatedKey":{}}'
    )
    assert withhold("DescribeRule", b"anything") == b"anything"


def test_an_error_that_no_list_knows_leaves_the_effect_in_doubt() -> None:
    assert certainty_of("InternalException", 500) is Certainty.IN_DOUBT
    assert certainty_of("Unheard", 400) is Certainty.IN_DOUBT
    assert certainty_of("ConcurrentModificationException", 400) is Certainty.NOT_DONE
    assert certainty_of("ManagedRuleException", 400) is Certainty.REFUSED
    assert certainty_of("Unheard", 429) is Certainty.NOT_DONE


def test_the_group_of_a_function_is_lambda_s_own_when_the_plan_says_nothing(cloud: Cloud) -> None:
    assert Place.of(cloud.target.options).log_group == GROUP
