"""The figures of a report: floored, recomputable, and short enough for one log line."""

from __future__ import annotations

import pytest
from tests.naver_sms.reporting import invariants
from tests.naver_sms.world import STORES, booking

from naver_sms.meter import Meter
from naver_sms.parity import percent_text
from naver_sms.run import new_run_id
from naver_sms.summary import LINE_BYTES, line, rate_text


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(99_996, 100_000, "99.99"), (1, 3, "33.33"), (7, 7, "100.00"), (0, 7, "0.00"), (0, 0, None)],
)
def test_a_percentage_is_floored_and_nothing_is_not_everything(part, whole, expected):
    assert percent_text(part, whole) == expected


def test_a_rate_is_text_that_a_reader_can_recompute():
    assert rate_text(1, 324) == "0.003086"
    assert rate_text(0, 0) is None


def test_percentiles_are_of_recorded_calls_and_null_without_any():
    meter = Meter()
    assert meter.latencies()["naver"] == {"n": 0, "p50": None, "p95": None}
    with meter.timed("naver") as operation:
        operation.failure = "transient"
    assert meter.latencies()["naver"]["n"] == 1
    assert meter.failures == {"naver.transient": 1}


def test_a_write_in_several_steps_succeeds_only_whole():
    meter = Meter()
    meter.wrote(("create", "1"), ok=True)
    meter.wrote(("create", "1"), ok=False)
    meter.wrote(("flag", "2", "guide"), ok=True)
    assert meter.writes == (2, 1)


def test_run_ids_sort_by_time_and_never_repeat():
    early, late = new_run_id(1_761_109_200_000), new_run_id(1_761_109_200_001)
    assert early < late
    assert len(early) == 26
    assert new_run_id(5) != new_run_id(5)


def test_a_report_of_many_texts_fits_one_log_line_and_says_that_it_was_cut(go, naver, sens):
    naver.bookings = [booking(n, store=STORES[n % 8], minutes=600 + n) for n in range(130)]
    report = go(sends_at_once=20)
    assert report["sms"]["accepted"] == 130
    assert report["evidence"]["truncated"] is True
    assert len(report["evidence"]["requests"]) <= 100
    assert len(line(report).encode()) <= LINE_BYTES
    invariants(report)
