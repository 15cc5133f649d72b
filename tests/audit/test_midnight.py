"""A night of work: its list begins in the evening and goes on behind midnight, and nobody writes the date again."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of, rules_in

NIGHT = """
    # Label batch, night of 2026-02-27

    Times are KST.

    - 23:57:15 rule enabled again
    - 00:00:00 run 2, after the rule was off since 23:44:50
    - 2026-02-28 00:05:00 the first with its date

    ## The evening before

    - 23:31:05 start announced
"""


def test_what_stands_behind_a_midnight_is_of_the_next_day_and_an_evening_named_there_is_not() -> None:
    log = log_of(NIGHT)
    told = {one.text: f"{one.at:%d %H:%M}" for number, _ in log.numbered() for one in log.moments(number)}
    assert told == {
        "23:57:15": "27 14:57",
        "00:00:00": "27 15:00",
        "23:44:50": "27 14:44",
        "2026-02-28 00:05:00": "27 15:05",
        "23:31:05": "27 14:31",
    }


@pytest.mark.parametrize(
    "text",
    [
        """
        Night of 2026-02-27, KST, Telegram group -1001590283347

        | message_id | KST | Text |
        |---|---|---|
        | 20714 | 23:31:05 | start |
        | 20722 | 00:14:30 | success |
        """,
        """
        Slack export #ops, 2026-08-11 to 2026-08-12, clocks in KST; the rule fires at 15:00 UTC

        [23:40:18] Hyun (ts 1786459218.229761)
          we begin

        12 August

        [00:03:41] Bang (ts 1786460621.340915)
          the first run is through
        """,
        """
        Night of 2026-02-24, KST

        - **00:33:00** Drill. Slack: "DRILL. Please answer in the thread within 10 minutes."

          | Asked | Answered | Took |
          |---|---|---|
          | Rafael | 00:33:52 | 52 s |
          | Ingrid | 00:41:25 | 8 min 25 s |
        """,
        """
        Slack export #ops, 2026-08-12, KST

        [09:20:10] Hyun
          the move is through

        [09:25:00] Hyun
          DRILL: reply to this with ok within 10 minutes

            ↳ [09:25:48] Bang
              ok
            ↳ [09:33:12] Ok Taerin
              ok, was in the shower
        """,
    ],
)
def test_right_nights_and_threads_are_left_alone(text: str) -> None:
    assert not rules_in(text)


def test_small_hours_that_a_night_speaks_of_elsewhere_are_of_the_day_after_too() -> None:
    night = """
        Night of 2026-02-27, KST, Telegram group -1001590283347

        23:31:05  start notice, Telegram message_id 30418
        23:52:30  result notice, Telegram message_id 30421
        00:05:00  drill, Telegram message_id 30425

        The warning of 23:44 was put right in the room at 00:08 (Telegram message_id {}).
    """
    assert not rules_in(night.format(30428))
    assert "ids_go_up" in rules_in(night.format(30401))


def test_a_page_that_is_quoted_ends_with_its_quote_and_a_sending_is_no_answer() -> None:
    assert not rules_in('2026-02-27\n\n22:14   Pager: "depth over 200". I was at home, answered 22:16.\n')
    assert not rules_in("""
        # Drill of 2026-02-27

        - 19:20:00 Drill message to the Telegram group.

        Sent 19:20:00, limit five minutes, so until 19:25:00. Answers as typed in the group.

        - Rafael 19:21:10
    """)


def test_a_length_that_names_its_own_start_is_not_the_spans() -> None:
    called = "2026-02-27\n\nThe call went from 00:15:00 to 00:16:20 ({} 11 min 20 s).\n"
    assert "duration_start_end" not in rules_in(called.format("from the request"))
    assert "duration_start_end" in rules_in(called.format("this took"))


def test_calls_in_groups_of_one_form_are_lists_of_their_own() -> None:
    calls = """
        {{"calls": [
          {{"command": "aws a", "utc": "2026-11-12T14:52:40Z", "exit": 0}},
          {{"command": "aws b", "utc": "2026-11-12T14:53:02Z", "exit": 0}},
          {{"command": "{}", "utc": "2026-11-12T14:20:00Z", "{}": 0}},
          {{"command": "{}", "utc": "2026-11-12T15:09:50Z", "{}": 0}}
        ]}}
    """
    assert "times_backwards" not in rules_in(calls.format("POST", "ok", "POST", "ok"))
    assert "times_backwards" in rules_in(calls.format("aws c", "exit", "aws d", "exit"))


def test_a_smaller_id_behind_midnight_is_found() -> None:
    assert "ids_go_up" in rules_in("""
        Night of 2026-02-27, KST, Telegram group -1001590283347

        | message_id | KST | Text |
        |---|---|---|
        | 20714 | 23:31:05 | start |
        | 20702 | 00:14:30 | success |
    """)


def test_a_run_is_known_by_its_row_and_a_post_by_whoever_looked_it_up() -> None:
    runs = "| Run | Labels |\n|---|---|\n| 1 | 5 |\n| 2 | 6 |\n| 3 | 7 |\n| 4 | 8 |\n\n"
    events = (
        "| KST | Event |\n|---|---|\n| 10:00 | Run 1: fine |\n| 10:10 | Run 2: fine |\n| 10:20 | Drill, and run {} |\n"
    )
    assert "dangling_reference" not in rules_in(runs + events.format(4))
    assert "dangling_reference" in rules_in(runs + events.format(5))
    post = '{{"channel": "slack", "method": "incoming webhook", "note": "{}", "permalink": "https://x.slack.com/archives/C08MG2XR5VD/p1769007703552089"}}'
    assert "webhook_returns_no_ts" not in rules_in(post.format("looked up afterwards in the channel"))
    assert "webhook_returns_no_ts" in rules_in(post.format("as the webhook gave it"))
