"""Clocks and ids of messages: what is compared, and what a log leaves open."""

from __future__ import annotations

from textwrap import dedent

import pytest
from tests.audit.logs import rules_in

# 2026-02-10 10:00:00 UTC
TEN = 1770717600


def clock_of(text: str) -> set[str]:
    """The rules of clocks and ids that speak in a log."""
    return {"ids_go_up", "slack_ts_clock"} & set(rules_in(dedent(text)))


NIGHT = """
    # 정산 전환 기록

    - 작업일: 2026-03-04(수) 23:40 ~ 03-05(목) 09:10, 시각은 전부 KST

    ## 텔레그램

    **(1) 시작** 23:41:08, message_id 8812

    **(2) 완료** 00:05:30, message_id 8815

    **(3) 첫 회차** 09:06:12, message_id {}

    ## 훈련 (텔레그램, message_id 8817)

    발송 00:10:00.
"""
TABLES = """
    # Notices of the tide move

    Times are Lagos local time. Rule: cron(0 9 * * ? *), in UTC.

    | Clock | ts | Text |
    |---|---|---|
    | 11:00:05 | {}.205447 | start |
    | 11:08:50 | {}.718365 | the 11:00 run timed out |
    | 11:14:22 | {}.060913 | rolled back, old rule on at 11:12 |
"""
DRILL = """
    # Drill, 2026-02-10, UTC

    Sent at 10:00:00, one message each.

    | Contact | message_id | date | Answer | Took |
    |---|---|---|---|---|
    | Tamsin Rook | {} | {} | 10:00:27 | 27 s |
    | Odd Lindqvist | 92 | 1770717600 | 10:04:11 | 251 s |
    | Ifeoma Bale | 93 | 1770717601 | 10:01:53 | 112 s |
"""


def test_a_nights_ids_are_compared_as_far_as_its_days_are_known() -> None:
    assert clock_of(NIGHT.format(8829)) == set()
    assert clock_of(NIGHT.format(8813)) == {"ids_go_up"}


def test_the_other_messages_tell_the_zone_of_a_logs_own_clock() -> None:
    assert clock_of(TABLES.format(TEN + 5, TEN + 530, TEN + 862)) == set()
    assert clock_of(TABLES.format(TEN + 5, TEN + 530, TEN + 862 + 3600)) == {"slack_ts_clock"}


def test_the_time_of_an_answer_is_not_that_of_the_message() -> None:
    assert clock_of(DRILL.format(91, TEN)) == set()
    assert clock_of(DRILL.format(94, TEN - 2)) == {"ids_go_up"}


INNOCENT = {
    "one ts beside a clock of no stated zone": f"""
        Kept in Nicosia. The rule is cron(0 8 * * ? *) UTC.

        12:00:02 posted to #ferry, ts {TEN + 1}.118200
    """,
    "a ts that somebody speaks of later": f"""
        Ferry notices, 2026-02-10, all times UTC

        - 10:00:02 posted to #ferry, ts {TEN + 2}.118200
        - 10:41:00 the notice {TEN + 2}.118200 had three thumbs up
    """,
    "an answer in JSON beside a clock of no zone": f"""
        날짜: 2026년 2월 10일

        **오후 7:00:20** 텔레그램 공지, message_id 318

        응답: `{{"ok":true,"result":{{"message_id":318,"date":{TEN + 20}}}}}`

        **오후 7:20:20** 텔레그램 공지, message_id 320
    """,
    "an earlier message that is spoken of": """
        Ferry, 2026-02-10, UTC, Telegram group -1001590283347

        10:00:02 bot: begin (message 100)
        10:20:02 bot: done (message 120)
        10:25:00 message 100 had the wrong port in it
        10:30:00 Oyelaran: agreed, message 100 is wrong
    """,
    "people by the ids of their messages": """
        2026-02-10T10:00:00Z TG start notice sent, message_id 1764
        2026-02-10T10:20:00Z TG done notice sent, message_id 1767
        2026-02-10T10:43:00Z NOTE TG ids 1765 and 1766 are Tamsin and Odd answering the start
    """,
    "a slow list of answers": """
        # Ferry, 2026-02-10, UTC

        | Contact | message_id | Answered |
        |---|---|---|
        | Tamsin Rook | 91 | 10:07:44 |
        | Odd Lindqvist | 92 | 10:00:38 |
    """,
}
FOUND = {
    "a chat as Telegram Desktop exports it": (
        "ids_go_up",
        f"""
        {{"messages": [
          {{"id": 912, "type": "message", "date": "2026-02-10T10:00:05", "date_unixtime": "{TEN + 5}"}},
          {{"id": 907, "type": "message", "date": "2026-02-10T10:06:31", "date_unixtime": "{TEN + 391}"}}
        ]}}
    """,
    ),
    "a link below the line of its message": (
        "slack_ts_clock",
        f"""
        Ferry notices, 10 February 2026, all times UTC

        **10:00:02 - start.** Posted to #ferry.
        Permalink: https://ferry.slack.com/archives/C07DK4WPX1R/p{TEN + 2}402719

        **10:40:00 - done.** Posted to #ferry.
        Permalink: https://ferry.slack.com/archives/C07DK4WPX1R/p{TEN + 2400 - 86_400}560884
    """,
    ),
    "a chronological log that names another day": (
        "ids_go_up",
        """
        Ferry, 2026-02-10, KST, Telegram group -1001590283347
        10:00 call with the harbour
        10:01 bot: begin (message 5521)
        10:07 bot: half (message 5534)
        10:12 all quiet
        10:15 counts read
        10:21 bot: done (message 5529)
        10:31 back to normal; next look 2026-02-11 08:00
    """,
    ),
    "one row of a night's table": (
        "ids_go_up",
        """
        밤 작업, 2026-02-10 22:00 ~ 02-11 02:00

        | 시각 | message_id | 글 |
        |---|---|---|
        | 22:40 | 5120 | 시작 |
        | 23:58 | 5127 | 중간 |
        | 00:31 | 5119 | 끝 |
    """,
    ),
}


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT)
def test_what_a_log_leaves_open_is_not_held_against_it(text: str) -> None:
    assert clock_of(text) == set()


@pytest.mark.parametrize(("rule", "text"), FOUND.values(), ids=FOUND)
def test_what_is_certain_is(rule: str, text: str) -> None:
    assert rule in clock_of(text)
