"""Where a reading draws a line: at a window's end, between two runs, between an attempt and the next one."""

from __future__ import annotations

import json

import pytest
from tests.ports.cloud import REQUEST, RUN, run_report
from tests.readings.test_invocations import ARGS, OTHER, log, one, parse, report, start

from bongsu.readings import parser_of

TABLE = {"run_ids": [RUN], "records": ["1_2", "1_3"]}


def stored(**row: object) -> dict[str, object]:
    """What the state table shows of one record."""
    page = {"Items": [{"booking_num": {"S": "1_2"}, **row}]}
    return dict(parser_of("state_table")(TABLE, [json.dumps(page).encode()]))


@pytest.mark.parametrize(("run", "created"), [(RUN, 1), ("ANOTHER", 0)])
def test_a_record_that_another_run_has_made_is_not_created_by_this_one(run, created):
    assert stored(created_run={"S": run})["created"] == created


@pytest.mark.parametrize(
    ("flag", "flagged"), [({"N": "1"}, 1), ({"N": "0"}, 0), ({"BOOL": True}, 1), ({"BOOL": False}, 0)]
)
def test_a_flag_that_the_legacy_wrote_as_a_number_is_read_by_its_value(flag, flagged):
    claim = {"M": {"state": {"S": "accepted"}, "run_id": {"S": RUN}}}
    assert stored(confirm_claim=claim, confirm_sms=flag)["flagged"] == flagged


def test_a_record_that_nobody_asked_for_is_not_found():
    shown = stored(booking_num={"S": "9_9"})
    assert (shown["found"], shown["missing"]) == (0, 2)


def test_what_begins_behind_the_window_is_not_incomplete_in_it():
    assert parse(ARGS, [log((60, start()), (1200, start(OTHER)))])["incomplete"] == [REQUEST]


def test_two_ends_of_one_request_are_two_attempts_though_no_start_was_seen():
    assert one(log((60, report()), (120, report())))["reports"] == 2


def test_an_error_that_is_named_takes_the_place_of_one_that_is_not():
    """Lambda ends the environment first, and the handler's own word comes behind that."""
    died = f"RequestId: {REQUEST} Error: Runtime exited with error: exit status 3"
    assert (
        one(log((1, start()), (2, died), (3, "[ERROR] RunFailed: no answer"), (4, report())))["error_type"]
        == "RunFailed"
    )


def test_a_run_report_whose_start_was_not_seen_belongs_to_the_request_that_it_names():
    assert one(log((1, json.dumps(run_report(request_id=REQUEST))), (2, report())))["report"] is not None


def test_pages_in_any_order_are_one_log():
    first, second = log((1, start()), (3, report())), log((2, "[ERROR] RunFailed: no answer"))
    apart = second.replace(b'"eventId": "0', b'"eventId": "7')
    assert one(first, apart)["error_type"] == "RunFailed"


SENT = {"run": RUN, "key": "success//alerts", "seq": "7"}


def looked_for(event: str, of_line: int, **payload: object) -> bool:
    """Whether a message with such metadata is taken for the one of that line."""
    message = {"ts": "1.1", "metadata": {"event_type": event, "event_payload": {**SENT, **payload}}}
    asked = {"to": "C1", "run": RUN, "key": "success//alerts", "seq": of_line}
    history = json.dumps({"ok": True, "messages": [message], "has_more": False}).encode()
    return bool(parser_of("sent_message")(asked, [history])["found"])


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("another_app", {}),
        ("bongsu_message", {"run": "ANOTHER"}),
        ("bongsu_message", {"key": "success//other"}),
        ("bongsu_message", {"seq": "70"}),
        ("bongsu_message", {"seq": None}),
    ],
)
def test_a_message_that_differs_in_one_part_of_its_name_is_not_the_one_that_was_lost(event, payload):
    """Taken for it, a message that never arrived would not be sent again."""
    assert looked_for("bongsu_message", 7)
    assert not looked_for(event, 7, **payload)


def test_whoever_does_not_know_the_line_finds_it_by_run_and_key():
    assert looked_for("bongsu_message", 0)
    assert not looked_for("bongsu_message", 0, key="success//other")
