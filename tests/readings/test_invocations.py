"""The reading `invocations`: what Lambda's lines and the run report say, in both log formats and odd shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ports.cloud import REQUEST, RUN, STREAM, run_report

from bongsu.readings import parser_of
from bongsu.readings._json import Node
from bongsu.readings._lambda_lines import Raised, Reported, Started, line_of, says_nothing
from bongsu.readings._log_events import logged, logged_slowly
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from uuid import UUID

parse = parser_of("invocations")
SINCE_MS = 1_761_109_200_000
ARGS = {"since": "2025-10-22T05:00:00Z", "until": "2025-10-22T05:20:00Z"}
OTHER = "9b1f3c76-2a4d-4e58-8f90-7c6d5e4f3a21"
FIELDS = ["Duration: 144873.61 ms", "Billed Duration: 145423 ms", "Memory Size: 512 MB", "Max Memory Used: 412 MB"]


def report(request_id: str = REQUEST, fields: list[str] = FIELDS) -> str:
    return "\t".join([f"REPORT RequestId: {request_id}", *fields, ""]) + "\n"


def log(*lines: tuple[float, str] | tuple[float, str, str]) -> bytes:
    events = [
        {
            "eventId": f"{number:056d}",
            "timestamp": SINCE_MS + int(line[0] * 1000),
            "logStreamName": line[2] if len(line) == 3 else STREAM,
            "message": line[1],
        }
        for number, line in enumerate(lines)
    ]
    return json.dumps({"events": events, "searchedLogStreams": []}, ensure_ascii=False).encode()


def start(request_id: str = REQUEST) -> str:
    return f"START RequestId: {request_id} Version: $LATEST\n"


def one(*pages: bytes) -> dict[str, Any]:
    (found,) = parse(ARGS, pages)["complete"]
    return dict(found)


def test_a_cold_start_is_read_with_all_its_figures_and_its_report() -> None:
    fields = [*FIELDS, "Init Duration: 549.04 ms"]
    found = one(
        log(
            (135, start()),
            (279, json.dumps(run_report()) + "\n"),
            (280, f"END RequestId: {REQUEST}\n"),
            (280, report(fields=fields)),
        )
    )
    values, settled = found.pop("report"), found.pop("settle")
    assert found == {
        "request_id": REQUEST,
        "stream": STREAM,
        "started_at": "2025-10-22T05:02:15.000Z",
        "ended_at": "2025-10-22T05:04:40.000Z",
        "reports": 1,
        "duration_ms": "144873.61",
        "billed_ms": 145423,
        "memory_mb": 512,
        "memory_used_mb": 412,
        "init_ms": "549.04",
        "status": "",
        "error_type": "",
        "failed": False,
    }
    assert values["run_id"] == RUN
    assert (values["new"], values["accepted"], values["confirm"], values["guide"], values["event"]) == (8, 20, 8, 12, 0)
    assert (values["confirmed_seen"], values["completed_seen"]) == (147, 34)
    assert (values["stores_ok"], values["stores_configured"]) == (8, 8)
    assert (values["writes_attempted"], values["writes_succeeded"]) == (20, 20)
    assert (values["errors"], values["attempted_ops"], values["unknown"], values["refused"]) == (0, 324, 0, 0)
    assert values["parity"] == {
        "compared": 20,
        "matched": 20,
        "percent": "100",
        "different": 0,
        "missing": 0,
        "extra": 0,
    }
    assert values["latencies"]["naver"] == {"n": 33, "p50": "120", "p95": "340.5"}
    assert values["latencies"]["store"] == {"n": 0, "p50": None, "p95": None}
    assert values["request_ids"] + values["records"][:1] == ["VORSSA-1", "VORSSA-2", "1000001_900001"]
    shown = (values["duration_ms"], values["memory_used_mb"], values["version"], settled)
    assert shown == ("901.25", 61, "1.0.0", None)


@given(st.permutations([*FIELDS, "Init Duration: 549.04 ms", "Status: error", "Error Type: Runtime.ExitError"]))
def test_the_order_of_report_s_fields_does_not_matter(fields: list[str]) -> None:
    line = line_of(report(fields=fields), Node({}, "a line"))
    assert isinstance(line, Reported)
    assert (str(line.duration_ms), line.billed_ms, str(line.init_ms)) == ("144873.61", 145423, "549.04")
    assert (line.status, line.error_type) == ("error", "Runtime.ExitError")


@given(
    st.lists(
        st.tuples(st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True), st.from_regex(r"[0-9]{1,5} ms", fullmatch=True)),
        unique_by=lambda field: field[0],
        max_size=3,
    ).filter(lambda extra: not {"Duration", "Status"} & {name for name, _ in extra}),
    st.integers(0, 4),
)
def test_fields_that_nobody_knows_yet_are_passed_over(extra: list[tuple[str, str]], place: int) -> None:
    fields = [*FIELDS[:place], *(f"{name}: {value}" for name, value in extra), *FIELDS[place:]]
    line = line_of(report(fields=fields), Node({}, "a line"))
    assert isinstance(line, Reported)
    assert (str(line.duration_ms), line.memory_used_mb) == ("144873.61", 412)


def test_a_traced_invocation_and_restored_snapshots_are_read_alike() -> None:
    fields = [*FIELDS, "Restore Duration: 410.11 ms", "Billed Restore Duration: 1 ms"]
    tail = "XRAY TraceId: 1-68f86b00-0123456789abcdef01234567\tSegmentId: 0123456789abcdef\tSampled: true\t\n"
    line = line_of(report(fields=fields) + tail, Node({}, "a line"))
    assert isinstance(line, Reported) and str(line.duration_ms) == "144873.61" and line.init_ms is None


def test_whole_numbers_are_durations_too() -> None:
    line = line_of(report(fields=["Duration: 3000 ms", *FIELDS[1:], "Status: timeout"]), Node({}, "a line"))
    assert isinstance(line, Reported) and (str(line.duration_ms), line.status) == ("3000", "timeout")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        (FIELDS[1:], "has no Duration"),
        (FIELDS[:3], "has no Max Memory Used"),
        (["Duration: fast", *FIELDS[1:]], "'fast', not a number of ms"),
        (["Duration: 12 s", *FIELDS[1:]], "'12 s', not a number of ms"),
        (["Duration: -1 ms", *FIELDS[1:]], "'-1 ms', not a number of ms"),
        ([*FIELDS, "Duration: 1.00 ms"], "names 'Duration' twice"),
        ([FIELDS[0], "Billed Duration: 1.5 ms", *FIELDS[2:]], "1.5, not a whole number"),
    ],
)
def test_a_report_line_without_its_fields_is_unreadable_and_says_where(fields: list[str], complaint: str) -> None:
    with pytest.raises(Unreadable, match=complaint) as caught:
        parse(ARGS, [log((1, start()), (2, report(fields=fields)))])
    assert "answer 1.events[1]" in str(caught.value) and REQUEST in str(caught.value)


def json_lines(status: str = "success", **record: Any) -> tuple[str, str]:
    begun = {"time": "2025-10-22T05:02:15.000Z", "type": "platform.start"}
    ended = {"time": "2025-10-22T05:04:40.000Z", "type": "platform.report"}
    metrics = {
        "durationMs": 144873.61,
        "billedDurationMs": 145423,
        "memorySizeMB": 512,
        "maxMemoryUsedMB": 412,
        "initDurationMs": 549.04,
    }
    return (
        json.dumps({**begun, "record": {"requestId": REQUEST, "version": "$LATEST"}}),
        json.dumps({**ended, "record": {"requestId": REQUEST, "metrics": metrics, "status": status, **record}}),
    )


@pytest.mark.parametrize(
    ("status", "word"), [("success", ""), ("failure", "error"), ("error", "error"), ("timeout", "timeout")]
)
def test_the_json_format_says_the_same(status: str, word: str) -> None:
    begun, ended = json_lines(status, tracing={"type": "X-Amzn-Trace-Id", "value": "Root=1"})
    found = one(log((135, begun), (279, json.dumps(run_report())), (280, ended)))
    assert (found["duration_ms"], found["billed_ms"], found["init_ms"]) == ("144873.61", 145423, "549.04")
    assert (found["status"], found["failed"]) == (word, word != "")
    assert found["report"]["accepted"] == 20


def test_a_duration_below_nought_is_unreadable_in_json_too() -> None:
    begun, ended = json_lines()
    with pytest.raises(Unreadable, match="durationMs is -5, a duration cannot be negative"):
        parse(ARGS, [log((1, begun), (2, ended.replace("144873.61", "-5")))])


def test_a_raised_error_is_a_failure_though_report_has_no_status() -> None:
    trace = "[ERROR] RunFailed: 1 of 8 stores\rTraceback (most recent call last):\r\u00a0\u00a0File ..."
    found = one(log((1, start()), (2, trace), (3, report())))
    assert (found["failed"], found["status"], found["error_type"]) == (True, "", "RunFailed")


def test_a_raised_error_in_json_is_a_failure() -> None:
    begun, ended = json_lines()
    error = {"timestamp": "2025-10-22T05:02:16Z", "level": "ERROR", "errorMessage": "1 of 8", "errorType": "RunFailed"}
    raised = json.dumps({**error, "requestId": REQUEST, "stackTrace": []})
    assert one(log((1, begun), (2, raised), (3, ended)))["error_type"] == "RunFailed"


def test_an_error_that_was_only_logged_is_none() -> None:
    logged = f"[ERROR]\t2025-10-22T05:00:02.000Z\t{REQUEST}\tstore 1000001 answered 503\n"
    assert one(log((1, start()), (2, logged), (3, report())))["failed"] is False


def test_a_timeout_and_a_crash_are_failures_by_their_own_lines() -> None:
    late = f"2025-10-22T05:04:40.123Z {REQUEST} Task timed out after 300.00 seconds\n\n"
    assert isinstance(line_of(late, Node({}, "a line")), Raised)
    assert one(log((1, start()), (2, late), (2, report())))["failed"] is True
    died = f"RequestId: {REQUEST} Error: Runtime exited with error: exit status 3\nRuntime.ExitError\n"
    fields = [*FIELDS, "Status: error", "Error Type: Runtime.ExitError"]
    found = one(log((1, start()), (2, died), (2, report(fields=fields))))
    assert (found["failed"], found["status"], found["error_type"]) == (True, "error", "Runtime.ExitError")


def test_repeated_work_is_counted_and_one_failure_among_it_is_kept() -> None:
    found = one(
        log(
            (1, start()),
            (2, "[ERROR] RunFailed: no answer"),
            (3, report()),
            (60, start()),
            (62, report(fields=["Duration: 9.50 ms", *FIELDS[1:]])),
        )
    )
    assert (found["reports"], found["failed"], found["duration_ms"]) == (2, True, "9.5")


def test_streams_are_kept_apart_though_their_lines_are_mixed() -> None:
    second = "2025/10/22/[$LATEST]" + "cd" * 16
    page = log(
        (1, start()),
        (2, start(OTHER), second),
        (3, json.dumps(run_report(run_id="FIRST"))),
        (3, json.dumps(run_report(run_id="SECOND", request_id=OTHER)), second),
        (4, report(OTHER), second),
        (5, report()),
    )
    complete = parse(ARGS, [page])["complete"]
    assert [(run["request_id"], run["report"]["run_id"]) for run in complete] == [(REQUEST, "FIRST"), (OTHER, "SECOND")]


def test_what_has_begun_and_not_ended_is_incomplete() -> None:
    values = parse(ARGS, [log((1, start()), (2, report()), (3, start(OTHER)))])
    assert (values["count"], values["incomplete"]) == (1, [OTHER])


def test_what_lambda_tries_again_and_has_not_ended_is_incomplete_too() -> None:
    """A way back waits for it: it has been reported as failed, and sends texts all the same."""
    again = parse(ARGS, [log((0, start()), (60, report()), (120, start()))])
    assert (again["count"], again["incomplete"]) == (1, [REQUEST])
    in_one_millisecond = parse(ARGS, [log((60, report()), (60, start()))])
    assert (in_one_millisecond["count"], in_one_millisecond["incomplete"]) == (1, [])


def test_an_end_without_its_start_takes_the_start_from_the_duration() -> None:
    found = one(log((145, report(fields=["Duration: 2500.00 ms", *FIELDS[1:]]))))
    assert found["started_at"] == "2025-10-22T05:02:22.500Z" and found["report"] is None


MEMBERS = {
    "eventId": st.sampled_from(("1", "2", "3")),
    "timestamp": st.sampled_from((SINCE_MS, SINCE_MS + 1, "1761109200001", 1761109200000.0, 1.5, -1, 10**30, None)),
    "logStreamName": st.sampled_from((STREAM, "another", 7)),
    "message": st.sampled_from((start(), report(), "\ud800", "")),
}
EVENTS = st.fixed_dictionaries(MEMBERS, optional={"ingestionTime": st.sampled_from((1, "1")), "more": st.just(1.5)})


@given(st.lists(st.lists(EVENTS, max_size=4), max_size=3), st.sampled_from(("utf-8", "utf-16")))
def test_a_log_read_at_once_is_what_it_is_member_by_member(listed: list[list[dict[str, Any]]], encoding: str) -> None:
    """In whatever order its pages came and whatever is in them: pages that are unusual are not read at once."""
    pages = [json.dumps({"events": events}).encode(encoding, "surrogatepass") for events in listed]
    at_once = logged(pages)
    if at_once is not None:
        shown = [(one.event_id, one.timestamp, one.log_stream_name, one.message) for one in at_once]
        slowly = [one for one, _ in logged_slowly(pages)]
        assert shown == [(one.event_id, one.timestamp, one.log_stream_name, one.message) for one in slowly]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(("platform.start", "platform.runtimeDone", run_report()["type"], 1, ["a"], None)),
            "stackTrace": st.sampled_from((None, [], ["here"])),
            "errorType": st.just("ValueError"),
            "record": st.sampled_from(({"requestId": REQUEST}, {"requestId": 1.5}, {})),
        },
    ),
    st.sampled_from(("", " ", "}", ',"type":1}')),
)
def test_a_line_that_says_nothing_at_a_glance_says_nothing(line: dict[str, Any], behind: str) -> None:
    """Only what is certain is passed over without being read."""
    message = json.dumps(line) + behind
    if says_nothing(message):
        document = json.loads(message)
        assert document.get("type") not in ("platform.start", "platform.report", run_report()["type"])
        assert document.get("stackTrace") is None
        assert line_of(message, Node({}, "here")) is None


def test_windows_laid_end_to_end_count_every_invocation_once() -> None:
    page = log((-5, start()), (0, report()), (1199, start(OTHER)), (1200, report(OTHER)))
    assert [run["request_id"] for run in parse(ARGS, [page])["complete"]] == [REQUEST]
    later = {"since": ARGS["until"], "until": "2025-10-22T05:40:00Z"}
    assert [run["request_id"] for run in parse(later, [page])["complete"]] == [OTHER]
    assert parse(ARGS, [page])["incomplete"] == []


def test_pages_that_overlap_count_each_line_once() -> None:
    page = log((1, start()), (2, report()))
    assert one(page, page)["reports"] == 1


def test_an_empty_log_is_no_invocation_and_an_absent_one_is_unreadable() -> None:
    values = parse(ARGS, [b'{"events":[],"nextToken":"x"}', b'{"events":[]}'])
    assert (values["count"], values["complete"], values["incomplete"]) == (0, [], [])
    with pytest.raises(Unreadable, match="no answer"):
        parse(ARGS, [])


def test_a_report_of_another_request_among_the_lines_is_a_contradiction() -> None:
    page = log((1, start()), (2, json.dumps(run_report(request_id=OTHER))), (3, report()))
    with pytest.raises(Unreadable, match="inside the lines of"):
        parse(ARGS, [page])


def test_a_run_report_of_another_version_or_without_a_member_is_unreadable() -> None:
    for line, complaint in (
        (run_report(v=2), "version 2"),
        ({name: value for name, value in run_report().items() if name != "writes"}, "no 'writes'"),
        (run_report(bookings={"confirmed_seen": 1, "completed_seen": 2}), "no 'new'"),
        (run_report(sms={"accepted": -1, "delivered": 0, "failed": 0, "pending": 0}), "cannot be negative"),
    ):
        with pytest.raises(Unreadable, match=complaint):
            parse(ARGS, [log((1, start()), (2, json.dumps(line)), (3, report()))])


def test_what_the_workload_does_not_know_stays_unknown() -> None:
    counts = {"accepted": None, "due": None, "refused": None, "unknown": None, "skipped": None, "contended": None}
    line = run_report(
        result="auth_expired",
        intents=dict.fromkeys(("confirm", "guide", "event"), counts),
        sms=None,
        parity=None,
        memory={"used_mb": "61.5"},
        evidence=None,
        latency_ms=None,
    )
    values = one(log((1, start()), (2, json.dumps(line)), (3, report())))["report"]
    assert [values[name] for name in ("accepted", "confirm", "unknown", "parity")] == [None] * 4
    assert (values["memory_used_mb"], values["request_ids"], values["latencies"]) == ("61.5", [], {})


def test_other_lines_of_the_function_s_own_are_passed_over() -> None:
    for line in ("hello", "{not json", "[1, 2]", '{"type": 5}', "REPORT RequestId: none", "START", "", '{"a": NaN}'):
        assert not isinstance(line_of(line, Node({}, "a line")), Started | Reported | Raised)
    page = log((0, json.dumps({"_aws": {"Timestamp": 1}, "SmsAccepted": 20})), (1, start()), (2, report()))
    assert one(page)["report"] is None


@given(st.uuids(version=4), st.integers(0, 9_999_999), st.integers(128, 10_240))
def test_every_report_is_read_back_exactly(request_id: UUID, hundredths: int, memory_mb: int) -> None:
    fields = [
        f"Duration: {hundredths // 100}.{hundredths % 100:02d} ms",
        f"Billed Duration: {-(-hundredths // 100)} ms",
        f"Memory Size: {memory_mb} MB",
        f"Max Memory Used: {memory_mb // 2} MB",
    ]
    line = line_of(report(str(request_id), fields), Node({}, "a line"))
    assert isinstance(line, Reported)
    assert line.duration_ms * 100 == hundredths
    assert (line.request_id, line.memory_mb, line.memory_used_mb) == (str(request_id), memory_mb, memory_mb // 2)


def test_a_settle_pass_leaves_its_own_report_and_no_run() -> None:
    """What became of the open claims is read from the line that the pass printed, null where it does not know."""
    claims = {"open": 2, "accepted": 1, "released": 0, "abandoned": None, "still_unknown": 1, "more": 7}
    line = {"type": "naver_sms.settle_report", "v": 1, "request_id": REQUEST, "result": "unsettled", "claims": claims}
    found = one(log((135, start()), (136, json.dumps(line) + "\n"), (137, report())))
    assert found["report"] is None
    assert found["settle"] == {
        "result": "unsettled",
        "open": 2,
        "accepted": 1,
        "released": 0,
        "abandoned": None,
        "still_unknown": 1,
    }


def test_a_settle_report_of_another_version_is_not_guessed_at() -> None:
    line = {"type": "naver_sms.settle_report", "v": 2, "request_id": REQUEST, "result": "ok", "claims": {}}
    with pytest.raises(Unreadable, match="settle report of version 2"):
        one(log((135, start()), (136, json.dumps(line) + "\n"), (137, report())))
