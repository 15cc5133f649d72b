"""Logs of other styles with contradictions planted in them: each is found, at its line, by its rule."""

from __future__ import annotations

import pytest
from tests.audit.logs import DATA, PLANTED, found_in

EXPECTED = {
    "night-shift.txt": {
        (1, "impossible_time"),  # the 17th was a Wednesday
        (6, "left_disabled"),  # the alarms never come back
        (8, "steps_in_order"),  # answered before anybody was paged
        (8, "times_backwards"),
        (11, "percent_of_count"),  # 412 of 430 is not 100 %
        (12, "no_read_receipt"),
        (13, "http_status"),  # posted with a 404
        (14, "sla_verdict"),  # 22 min within 15
        (15, "window_kept"),  # 23:52, the window ends 23:45
        (20, "sums"),  # 310 + 95
        (22, "duration_start_end"),  # 7 min, not 17
        (23, "zones"),  # KST is ahead, not behind
    },
    "korean-report.md.txt": {
        (3, "impossible_time"),
        (13, "telegram_private_chat"),  # a whole team in one person's chat
        (15, "no_delivery_receipt"),
        (25, "ids_go_up"),
        (26, "all_of_some"),  # one did not answer
        (30, "percent_of_count"),
        (32, "ack_in_its_own_request"),
        (33, "message_reports_itself"),
        (41, "webhook_returns_no_ts"),
        (45, "told_differently"),  # 17 of 20 on Telegram, 20 of 20 on Slack
        (46, "told_differently"),
        (56, "all_of_some"),
        (62, "sums"),  # 8 + 15 = 23
        (64, "two_names"),  # the log group of v2
        (65, "dangling_reference"),  # there is no fourth
    },
    "runbook-transcript.md.txt": {
        (5, "duration_start_end"),
        (6, "placeholder_ids"),
        (12, "left_disabled"),  # off, and active as a fallback
        (13, "aws_cli_output"),
        (14, "aws_cli_output"),
        (16, "schedule_expression"),
        (23, "aws_cli_output"),
        (26, "zones"),
        (30, "schedule_first_run"),  # 17 min after a rate of 10
        (33, "lambda_report"),
        (38, "t_plus"),
        (40, "dangling_reference"),
        (47, "ids_go_up"),
        (47, "response_time"),
        (48, "ack_equals_send_time"),
        (50, "sums"),
    },
    "warehouse.txt": {
        (9, "telegram_private_chat"),  # two people answer in one person's chat
        (11, "no_delivery_receipt"),
        (16, "webhook_returns_no_ts"),
        (16, "slack_ts_clock"),
        (17, "no_read_receipt"),
        (23, "ids_go_up"),
        (24, "ack_in_its_own_request"),
        (25, "ack_in_its_own_request"),
        (26, "message_reports_itself"),
        (31, "steps_in_order"),  # ran before it was on
        (31, "times_backwards"),
        (32, "percent_of_count"),
        (37, "sums"),  # 70 + 38
        (39, "duration_start_end"),  # 12 min
    },
    "events.json": {
        (8, "no_delivery_receipt"),
        (15, "ids_go_up"),
        (16, "ack_equals_send_time"),
        (22, "slack_ts_clock"),  # a year early
        (27, "effect_before_cause"),  # over before it began
        (29, "placeholder_ids"),
    },
    "summary.md.txt": {
        (10, "left_disabled"),  # the alert stays muted
        (12, "window_kept"),
        (13, "times_backwards"),
        (19, "ack_equals_send_time"),
        (21, "ids_go_up"),
        (21, "slack_ts_clock"),
        (23, "all_of_some"),  # one is pending
        (29, "percent_of_count"),  # 18 of 16
        (30, "sums"),
        (31, "duration_start_end"),
        (32, "lambda_report"),  # 202 ms, not 300
        (34, "all_of_some"),  # relevance failed
        (42, "zones"),
        (43, "dangling_reference"),  # no heading has a number
    },
}


def test_each_log_has_its_expectation() -> None:
    assert set(EXPECTED) == {path.name for path in PLANTED}


@pytest.mark.parametrize("name", EXPECTED)
def test_everything_that_was_planted_is_found_and_nothing_else(name: str) -> None:
    found = found_in(DATA / "planted" / name)
    assert EXPECTED[name] - found == set(), "not found"
    assert found - EXPECTED[name] == set(), "found where nothing was planted"
