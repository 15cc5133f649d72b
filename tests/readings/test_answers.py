"""The other readings: real-looking answers, what each refuses, and that nothing odd ends in anything but Unreadable."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ports.cloud import RUN, run_report

from bongsu.readings import parser_of
from bongsu.readings._json import Node, decimal_of, parse, parse_slowly
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WINDOW = {"since": "2025-10-22T05:00:00Z", "until": "2025-10-22T05:20:00Z"}
RULE_ARN = "arn:aws:events:ap-northeast-2:000000000000:rule/example-sms"
RULE = {"Name": "example-sms", "Arn": RULE_ARN, "State": "ENABLED", "ScheduleExpression": "rate(20 minutes)"}
TARGETS = {"Targets": [{"Id": "1", "Arn": "arn:aws:lambda:ap-northeast-2:000000000000:function:example"}]}
STS = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:sts::000000000000:assumed-role/captain/james</Arn><UserId>AROAEXAMPLE:james</UserId>"
    "<Account>000000000000</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>x</RequestId>"
    "</ResponseMetadata></GetCallerIdentityResponse>"
)
FUNCTION = {
    "FunctionName": "example-sms-v2",
    "MemorySize": 512,
    "Timeout": 300,
    "CodeSha256": "0" * 64,
    "LastModified": "2025-10-20T01:02:03.000+0000",
    "State": "Active",
    "PackageType": "Zip",
}
ALARM = {"AlarmName": "errors", "StateValue": "OK", "StateUpdatedTimestamp": 1761109200.25}
METRICS = {
    "MetricDataResults": [
        {"Id": name, "Label": name, "Timestamps": [1761109200.0], "Values": [3.0], "StatusCode": "Complete"}
        for name in ("invocations", "errors", "throttles")
    ]
}
MESSAGES = {
    "messages": [
        {"requestId": "R1", "messageId": "M1", "status": "COMPLETED", "statusCode": "0"},
        {"requestId": "R2", "messageId": "M2", "status": "PROCESSING"},
    ]
}
CLAIM = {"M": {"state": {"S": "accepted"}, "run_id": {"S": RUN}, "request_id": {"S": "R1"}}}
ROW = {"booking_num": {"S": "1_2"}, "remind_claim": CLAIM, "remind_sms": {"N": "1"}, "confirm_claim": CLAIM}
PARITY = {
    "type": "naver_sms.parity",
    "v": 1,
    "mode": "strict",
    "measured_at": "2025-10-21T09:00:00+09:00",
    "compared": 20,
    "matched": 20,
    "missing": 0,
    "extra": 0,
    "different": 0,
    "percent": "100.00",
    "inputs": {"runs": 3, "bookings": 181, "sha256": "ab" * 32},
}
REPORT = (
    "REPORT RequestId: 3f0c8a52-6d1e-4b7a-9c35-0e6b1d2f4a78\tDuration: 1.00 ms\tBilled Duration: 1 ms\t"
    "Memory Size: 512 MB\tMax Memory Used: 61 MB\t"
)
LOG = {
    "events": [
        {"eventId": str(number), "timestamp": 1761109260000 + number, "logStreamName": "s", "message": message}
        for number, message in enumerate(
            [
                "START RequestId: 3f0c8a52-6d1e-4b7a-9c35-0e6b1d2f4a78 Version: 1",
                json.dumps(run_report()),
                REPORT,
            ]
        )
    ]
}

GOOD: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "identity": ({}, [STS, RULE]),
    "target_rule": ({}, [RULE, TARGETS, TARGETS]),
    "legacy_rule": ({}, [{**RULE, "State": "DISABLED"}, {"Targets": []}]),
    "function": ({}, [FUNCTION]),
    "invocations": (WINDOW, [LOG]),
    "gateway": (WINDOW, [MESSAGES, MESSAGES]),
    "state_table": ({"run_ids": [RUN], "records": ["1_2", "1_3"]}, [{"Items": [ROW]}, {"Items": []}]),
    "alarms": ({"names": ["errors", "gone"]}, [{"MetricAlarms": [ALARM], "CompositeAlarms": []}]),
    "metrics": (WINDOW, [METRICS]),
    "parity_file": ({"path": "file:parity.json"}, [PARITY]),
}


def read(reading: str, *answers: Any, **args: Any) -> dict[str, Any]:
    asked, good = GOOD[reading]
    bodies = [one.encode() if isinstance(one, str) else json.dumps(one).encode() for one in answers or good]
    return parser_of(reading)({**asked, **args}, bodies)


@pytest.mark.parametrize("reading", GOOD)
def test_good_answers_become_values_without_floats(reading: str) -> None:
    values = read(reading)
    assert values and not any(isinstance(leaf, float) for leaf in leaves(values))


@pytest.mark.parametrize("reading", GOOD)
def test_no_answer_is_unreadable(reading: str) -> None:
    with pytest.raises(Unreadable):
        parser_of(reading)(GOOD[reading][0], [])


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in steps:
        yield from paths(item, (*before, step))


def changed(value: Any, path: Sequence[Any], to: Any) -> Any:
    if not path:
        return to
    if isinstance(value, dict):
        return {name: changed(item, path[1:], to) if name == path[0] else item for name, item in value.items()}
    return [changed(item, path[1:], to) if number == path[0] else item for number, item in enumerate(value)]


ODD = st.sampled_from(
    [None, True, -1, 1.5, 10**60, "", "x", "2025-10-22T05:00:00", [], [None], {}, {"S": 5}, {"M": {}}]
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([reading for reading in GOOD if reading != "identity"]), st.data())
def test_an_answer_with_anything_odd_in_any_place_is_read_or_unreadable(reading: str, data: st.DataObject) -> None:
    args, answers = GOOD[reading]
    odd = changed(answers, data.draw(st.sampled_from([path for path in paths(answers) if path])), data.draw(ODD))
    bodies = [json.dumps(one).encode() for one in odd]
    try:
        values = parser_of(reading)(args, bodies)
    except Unreadable:
        return
    assert not any(isinstance(leaf, float) for leaf in leaves(values))


@given(st.sampled_from(list(GOOD)), st.binary(max_size=60))
def test_bytes_that_are_no_answer_at_all_are_unreadable(reading: str, data: bytes) -> None:
    try:
        json.loads(data)
    except ValueError:
        if data.strip():
            with pytest.raises(Unreadable):
                parser_of(reading)(GOOD[reading][0], [data, data])


def test_identity_is_the_caller_s_account_and_the_rule_s_region() -> None:
    arn = "arn:aws:sts::000000000000:assumed-role/captain/james"
    assert read("identity") == {"account": "000000000000", "arn": arn, "region": "ap-northeast-2"}


@pytest.mark.parametrize(
    ("xml", "rule", "complaint"),
    [
        (f"<!DOCTYPE a [<!ENTITY b 'c'>]>{STS}", RULE, "declaration"),
        (STS.replace("<Account>000000000000</Account>", ""), RULE, "twelve digits"),
        (STS.replace("</Account>", "</Other>"), RULE, "not XML"),
        (STS, {**RULE, "Arn": "arn:aws:lambda:x"}, "ARN of a rule"),
        (STS, {**RULE, "Arn": RULE_ARN.replace("000000000000", "000000000009")}, "of account 000000000009"),
        (STS, {}, "no 'Arn'"),
    ],
)
def test_identity_refuses_what_is_not_plain_or_contradicts_itself(xml: str, rule: Any, complaint: str) -> None:
    with pytest.raises(Unreadable, match=complaint):
        read("identity", xml, rule)


def test_a_rule_has_a_documented_state_and_counted_targets() -> None:
    found = read("target_rule")
    assert found == {"name": "example-sms", "state": "ENABLED", "schedule": "rate(20 minutes)", "targets": 2}
    with pytest.raises(Unreadable, match=r"DescribeRule, answer 1\.State is 'PAUSED'"):
        read("target_rule", {**RULE, "State": "PAUSED"}, TARGETS)
    with pytest.raises(Unreadable, match="ListTargetsByRule"):
        read("target_rule", RULE)


def test_a_function_is_read_with_its_limits_and_digest() -> None:
    found = read("function")
    assert (found["memory_mb"], found["timeout_s"], found["code_sha256"]) == (512, 300, "0" * 64)
    assert found["last_modified"] == "2025-10-20T01:02:03.000Z"


def test_gateway_pages_that_show_a_message_twice_count_it_once_as_it_was_last() -> None:
    done = {**MESSAGES["messages"][1], "status": "COMPLETED", "statusCode": "3012"}
    found = read("gateway", MESSAGES, {"messages": [done]}, "")
    assert {name: found[name] for name in ("listed", "delivered", "failed", "pending")} == {
        "listed": 2,
        "delivered": 1,
        "failed": 1,
        "pending": 0,
    }
    assert found["by_code"] == {"0": 1, "3012": 1} and found["request_ids"] == ["R1", "R2"]


def test_a_code_before_completion_means_nothing_and_after_it_must_be_there() -> None:
    early = {**MESSAGES["messages"][0], "status": "READY"}
    assert read("gateway", {"messages": [early]})["pending"] == 1
    late = {"requestId": "R", "messageId": "M", "status": "COMPLETED"}
    with pytest.raises(Unreadable, match=r"page 1\.messages\[0\] has no 'statusCode'"):
        read("gateway", {"messages": [late]})
    with pytest.raises(Unreadable, match="not a status"):
        read("gateway", {"messages": [{**late, "status": "LOST"}]})


def test_an_alimtalk_and_the_text_in_its_place_count_once() -> None:
    text = {"requestId": "R", "messageId": "T", "status": "COMPLETED", "statusCode": "0"}
    notice = {"requestId": "K", "messageStatusName": "success", "messageStatusCode": "0000", "useSmsFailover": True}
    failed = {**notice, "messageStatusName": "fail", "messageStatusCode": "3019"}
    rows = [
        {**notice, "messageId": "N1"},
        {**failed, "messageId": "N2"},
        {**failed, "messageId": "N3", "useSmsFailover": False},
        {**failed, "messageId": "N4", "messageStatusCode": "B001"},
        {"requestId": "K", "messageId": "N5", "messageStatusName": "processing"},
    ]
    found = read("gateway", {"messages": [text]}, {"messages": rows})
    counts = ("listed", "accepted", "replaced", "delivered", "failed", "pending")
    assert [found[name] for name in counts] == [6, 5, 1, 2, 2, 1]
    assert found["by_code"] == {"0": 2, "3019": 1, "B001": 1}
    with pytest.raises(Unreadable, match="not a status"):
        read("gateway", {"messages": [{**notice, "messageId": "N", "messageStatusName": "LOST"}]})


def test_request_ids_of_a_long_list_are_left_out() -> None:
    many = [{"requestId": f"R{n}", "messageId": f"M{n}", "status": "READY"} for n in range(501)]
    assert read("gateway", {"messages": many})["request_ids"] == []
    assert len(read("gateway", {"messages": many[:500]})["request_ids"]) == 500


def test_claims_of_other_runs_do_not_count() -> None:
    found = read("state_table")
    counts = ("asked", "found", "missing", "accepted", "confirm", "guide", "event", "flagged")
    assert [found[name] for name in counts] == [2, 1, 1, 2, 1, 1, 0, 1]
    other = read("state_table", run_ids=["ANOTHER"])
    assert (other["found"], other["accepted"], other["request_ids"]) == (1, 0, [])


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        ("accepted", {"accepted": 1}),
        ("delivered", {"accepted": 1, "delivered": 1}),
        ("failed", {"accepted": 1, "failed": 1}),
        ("claimed", {"open": 1}),
        ("unknown", {"unknown": 1}),
        ("released", {"released": 1}),
        ("abandoned", {"released": 1}),
    ],
)
def test_each_state_of_a_claim_is_counted_for_what_it_is(state: str, counted: dict[str, int]) -> None:
    claim = {"M": {**CLAIM["M"], "state": {"S": state}}}
    found = read("state_table", {"Items": [{"booking_num": {"S": "1_2"}, "option_claim": claim}]})
    names = ("accepted", "delivered", "failed", "open", "unknown", "released")
    assert {name: found[name] for name in names if found[name]} == counted
    with pytest.raises(Unreadable, match="not a state"):
        read("state_table", json.loads(json.dumps({"Items": [ROW]}).replace("accepted", "lost")))


def test_alarms_are_counted_by_state_with_the_time_they_have_been_in_it() -> None:
    found = read("alarms")
    assert found == {
        "count": 2,
        "ok": 1,
        "alarm": 0,
        "insufficient": 0,
        "missing": ["gone"],
        "states": {"errors": {"state": "OK", "since": "2025-10-22T05:00:00.250Z"}},
    }
    composite = {"AlarmName": "gone", "StateValue": "INSUFFICIENT_DATA", "StateTransitionedTimestamp": 1761109200}
    both = read("alarms", {"MetricAlarms": [ALARM], "CompositeAlarms": [{**composite, "StateUpdatedTimestamp": 0}]})
    assert (both["missing"], both["insufficient"]) == ([], 1)
    assert both["states"]["gone"]["since"] == "2025-10-22T05:00:00.000Z"


def page(status: str, **values: list[float]) -> dict[str, Any]:
    return {
        "MetricDataResults": [{"Id": name, "Values": found, "StatusCode": status} for name, found in values.items()]
    }


def test_sums_run_over_all_pages_and_no_datapoint_is_not_nought() -> None:
    first = page("PartialData", invocations=[2.0, 1.0], errors=[])
    last = page("Complete", invocations=[4.0], errors=[], throttles=[0.0])
    assert read("metrics", first, last) == {"invocations": 7, "errors": None, "throttles": 0}


def test_part_of_the_data_is_no_figure() -> None:
    for status in ("PartialData", "InternalError", "Forbidden"):
        with pytest.raises(Unreadable, match=f"ended as '{status}'"):
            read("metrics", page(status, invocations=[1.0], errors=[], throttles=[]))
    with pytest.raises(Unreadable, match="'throttles' ended as 'absent'"):
        read("metrics", page("Complete", invocations=[1.0], errors=[]))
    with pytest.raises(Unreadable, match="not asked"):
        read("metrics", page("Complete", invocations=[1.0], duration=[1.0]))
    with pytest.raises(Unreadable, match="not a whole number"):
        read("metrics", page("Complete", invocations=[1.5]))


def test_a_parity_file_must_add_up() -> None:
    found = read("parity_file")
    assert (found["percent"], found["compared"], found["bookings"]) == ("100", 20, 181)
    assert found["measured_at"] == "2025-10-21T00:00:00.000Z"
    for change, complaint in (
        ({"matched": 19}, "compared is not"),
        ({"matched": 19, "different": 1}, "the counts give 95"),
        ({"v": 2}, "version 1"),
        ({"measured_at": "2025-10-21T09:00:00"}, "no zone"),
    ):
        with pytest.raises(Unreadable, match=complaint):
            read("parity_file", {**PARITY, **change})


def test_a_parity_of_nothing_has_no_percentage() -> None:
    nothing = {**PARITY, **dict.fromkeys(("compared", "matched"), 0), "percent": None}
    assert read("parity_file", nothing)["percent"] is None


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4))
def test_a_decimal_text_is_the_number_it_says(number: Any) -> None:
    assert decimal_of(f"{number:f}") == number
    assert Node(f"{number:f}", "here").decimal() == number


@pytest.mark.parametrize("text", ["", "-", ".", "1.", ".5", "1e5", "٣", "+1", "1_0", " 1", "NaN", "1" * 41])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert decimal_of(text) is None


def test_a_document_nested_without_end_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="here is not JSON"):
        parse(b"[" * 100_000, "here")


FRAGMENTS = st.sampled_from(
    (
        *("[", "]", "{", "}", ",", ":", " ", "\n", "\x0b", "true", "null", "nul", "NaN", "Infinity", "01", "1.", "-"),
        *('""', '"a"', '"é"', '"\\u00e9"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\/"', '"\\x"', '"\x01"', '"\x7f"', '"'),
        *("0", "-0", "0.10", "1e5", "1E-7", "-0.0", "18446744073709551616", "0.30000000000000004", "1e400", "9" * 400),
        *('{"a":', '{"a":1,"a":', "1e99999999999999999999", "\ufeff", "\ud800"),
    )
)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=12), st.sampled_from(("utf-8", "utf-16", "utf-32-le")), st.booleans())
def test_a_document_is_read_to_the_same_values_by_the_compiled_reader(
    parts: list[str], encoding: str, as_text: object
) -> None:
    """To the digit, and refused for the same: the standard library's reader says what a document holds."""
    text = "".join(parts)
    data = text if as_text else text.encode(encoding, "surrogatepass")
    read = []
    for reader in (parse, parse_slowly):
        try:
            read.append(repr(reader(data, "here").value))
        except Unreadable as error:
            read.append(str(error))
    assert read[0] == read[1]
