"""What is told to have been in time has no step of its own after the span or end that was given."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of, rules_in

from bongsu.audit.allowances import allowances, claim

RULES = {"time_kept", "window_kept", "done_in_time", "inside_window"}
WRONG = (
    "**약속한 시간** 13:30 ~ 15:30\n\n15:48 중계기 새것으로. 마지막\n\n- 정한 시간 안에 중계기를 갈았다.\n",
    "문자는 오전 8시부터 오후 8시 사이에만 보낸다.\n\n20:26 문자 한 번 더 보냄. 허용 시간 안에 마쳐서 다행\n",
    "점검창: 밤 10시부터 11시까지\n\n23:14 단말 프로그램 다시 켬. 점검창 안에 끝나 연락 안 함\n",
    "; slot 0200Z-0300Z per CAB minute\n\n0311Z  old index deleted, still inside the slot\n",
    "Agreed: swaps only from 10:30 to 12:00.\n\n12:17 14 swapped. Last one. inside what we agreed\n",
    (
        "| Item | What |\n|---|---|\n| When | 2026-04-26 09:00~09:40 |\n\n| At | What |\n|---|---|\n"
        "| 09:52 | refund switch to the new server |\n\n"
        "The refund switch too was moved inside the agreed slot.\n"
    ),
    (
        "The council gave us from 13:00 until 15:00, when it is quiet.\n\nAt 15:16 he put the final record in place.\n"
        "It was the last step, and all of the work was done between one and three.\n"
    ),
    (
        '{\n "grid_allows": "between 10:00 and 11:30, no change after",\n "moved": [\n'
        '  {"string": "D", "moved": "11:47"}\n ],\n'
        ' "string_moved_within_the_allowed_time": "A and D"\n}\n'
    ),
    (
        "allowed: 08:00 to 09:30\n\n[09:41:30] + aws lambda update-alias --name x\n"
        "[09:42:00] + note  that was the last change, and it is in the allowed time like the others\n"
    ),
)
RIGHT = (
    "**약속한 시간** 13:30 ~ 15:30\n\n15:20 중계기 새것으로\n15:48 사진을 보냄\n\n- 정한 시간 안에 중계기를 갈았다.\n",
    "slot 10:00-11:00\n\n10:50 old index deleted\n11:20 All was copied by 10:50, inside the slot.\n",
    (
        "slot 10:00-11:00\n\n10:50 old index deleted\n11:20 list of the vendor read\n\n"
        "Two of three were inside the slot.\n"
    ),
    "slot 10:00-11:00, moved to 10:30-11:30\n\n11:20 index deleted, inside the slot\n",
    "Permitted 09:00-10:00.\nWe agreed on 11:00 to 12:00 too.\n\n11:20 index deleted, inside the permitted hours\n",
    "slot 10:00-11:00\n\n10:58 index deleted\n11:20 Was all inside the slot?\n",
    "slot 10:00-11:00\n\n11:20 report read. No device written after 10:40\n\nAll were written inside the slot.\n",
    "The pump is quiet from 10:00 to 10:20.\n\n11:00 last call of the operator answered in time\n",
    (
        "The agreed period is 13:00 to 14:00 UTC (15:00 to 16:00 in Rome). Times are UTC.\n\n"
        "13:40 last record moved, inside the agreed period\n"
    ),
)


@pytest.mark.parametrize("log", WRONG)
def test_a_step_after_what_was_given_is_found(log: str) -> None:
    assert RULES & rules_in(log)


@pytest.mark.parametrize("log", RIGHT)
def test_what_may_have_been_in_time_is_let_pass(log: str) -> None:
    assert not RULES & rules_in(log)


def test_the_span_of_another_file_is_that_of_the_log() -> None:
    from bongsu.audit import audit

    plan = log_of("# Plan\n\nagreed: 08:00 to 09:30\n", "plan.md")
    told = log_of("09:50 last switch moved, in the agreed time\n")
    assert "time_kept" in {one.rule for one in audit([plan, told])}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("window agreed: 08:00 to 09:30", "08:00 – 09:30"),
        ("must be out by 09:30", "09:30"),
        ("16:00 전까지 옮긴다", "16:00"),
        ("freeze 0400-0445", "0400-0445"),
    ],
)
def test_what_was_given_is_read_from_many_words(line: str, shown: str) -> None:
    assert [one.text for one in allowances(log_of(f"# A move\n\nFor the team: {line}\n"))] == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "It must be done inside the window.",
        "Nearly all was done, and not inside the window.",
        "Two of them were inside the window.",
        "They asked whether it was inside the window",
    ],
)
def test_what_is_denied_planned_or_asked_is_no_claim(text: str) -> None:
    assert claim(text) is None


@pytest.mark.parametrize(
    ("log", "sure"),
    [
        (
            "The promise is 45 minutes. Mail came at 07:31 and our answer left at 08:22, so the promise was kept.\n",
            True,
        ),
        ("It went down at 08:40. It was started at 08:44 and sessions came back within two minutes.\n", False),
        ("14:38 The drill goes out now, answer within ten minutes please. 14:52 result.\n", False),
    ],
)
def test_a_length_is_a_limit_where_something_calls_it_promised(log: str, sure: bool) -> None:
    from bongsu.audit import audit
    from bongsu.audit.findings import Confidence

    found = [one for one in audit([log_of(log)]) if one.rule == "promise_kept"]
    assert any(one.confidence is Confidence.MEDIUM for one in found) is sure


def test_a_measure_of_ten_minutes_is_no_verdict_on_an_answer() -> None:
    log = (
        "Answers are due within 10 minutes.\n\n21:00:00 page sent to Abdi\n"
        "21:20:25 Abdi: ack, 198 orders in ten minutes, 401 in all\n"
    )
    assert "limit_kept" not in rules_in(log)


def test_hours_in_words_are_a_claim_too() -> None:
    assert claim("last change of the evening made, every one of them between seven and half past eight") is not None
