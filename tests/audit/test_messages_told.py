"""What a log tells of its messages and answers: whose words a line is, and which time an answer has."""

from __future__ import annotations

from textwrap import dedent

import pytest
from tests.audit.logs import rules_in

FOUND = {
    "a list of answers in a message that nobody edited": (
        "ack_in_its_own_request",
        """
        # Ferry drill, 2026-02-10. The pods' lines are UTC (08:00Z is ten here).

        Posted 10:31:10 EET, as it went out:

        > DRILL. Harbour and pilots, acknowledge in the thread within 5 minutes.
        > - Tamsin Rook: acknowledged 10:31:48
        > - Odd Lindqvist: acknowledged 10:33:02

        Nobody edited the message afterwards (no "edited" mark in the client).
    """,
    ),
    "a notice's own receipt behind a colon": (
        "message_reports_itself",
        """
        ## 완료 공지

        - 발송: 14:41:07 KST / message_id 8815

        ```
        [전환 완료] 새 람다로 운영 시작
        - 첫 실행: 3분 39초
        - 이 공지 텔레그램 수신: 확인됨
        ```
    """,
    ),
    "a notification of this result": (
        "message_reports_itself",
        """
        **16:36:30 - success.** Posted to #ferry.

        > FER-7 looks good, 212 of 212 through the new balancer.
        > Slack notification of this result: received by the channel
    """,
    ),
    "this message in an exported chat": (
        "message_reports_itself",
        """
        {"messages": [{"id": 918, "type": "message", "date": "2026-01-15T11:45:00", "from": "Ferry bot",
          "text": "Campaign complete. This message: received by all 6 members."}]}
    """,
    ),
    "answers in columns, under a page that a bar sets off": (
        "limit_kept",
        """
        Ferry drill, 2026-02-10, KST

        23:10:00  Telegram, ferry-release, message 4419
           | DRILL. Pretend the 23:00 task exited 1.
           | On-call and harbour duty: answer "here" within 5 minutes.

           answers
             T. Rook           23:11:25   here
             O. Lindqvist      23:16:40   here, was on the floor

           Both answers came inside the 5 minutes we allow.
    """,
    ),
    "a page whose section alone calls it a drill": (
        "limit_kept",
        """
        # 전환 기록, 2026-02-10

        ## 비상연락 드릴

        10:31:00 텔레그램 발송 (message_id 1213), SLA 5분

        | 역할 | 이름 | ACK |
        |---|---|---|
        | 당직 | 고은결 | 10:32:44 |
        | 재무 | 명세린 | 10:37:10 |

        → 2명 모두 5분 내 응답.
    """,
    ),
}
INNOCENT = {
    "answers in the thread that hangs on a quoted message": """
        Ferry chat, 2026-02-10

        **Odd** 14:22
        > Three alerts so far, all of them right.

        **Tamsin** 14:35:00
        > DRILL, nothing is broken. Odd, Ifeoma: reply in this thread, 5 minutes.
        >
        > ↳ **Odd** 14:35:29  ack
        > ↳ **Ifeoma** 14:38:10  ack, meeting is over
        > ↳ **Tamsin** 14:41:00  29 s and 3 min 10 s. Both in time.
    """,
    "a request that names the answer it wants": """
        2026-02-10 채팅

        [09:43] 명세린: 배치 호출 시작했어요
        [10:22] 명세린: 훈련입니다. 은결님, 소람님 5분 안에 이 스레드에 ACK 부탁드려요
        [10:22]   └ 고은결: ACK, 보고 있어요
        [10:25]   └ 위소람: ACK
        [10:26]   └ 명세린: 둘 다 5분 안. 감사합니다
    """,
    "two people, each with a limit": """
        ## Drill, 2026-05-12

        Sent 14:45:00. Limit: 10 minutes for the first, 15 for the second.

        | Who | Answered |
        |---|---|
        | Maeve Doran | 14:46:12 |
        | Cillian Roe | 14:58:41 |

        Maeve was inside her 10 minutes and Cillian inside his 15.

        Sent at 15:02:10: "Drill closed, both in time."
    """,
    "the line that closes a drill": """
        # 기록, 2026-08-20

        - 10:30 훈련 공지 발송. 10분 안에 답글
        - 10:31:20 한결 "확인"
        - 10:37:05 새봄 "확인했습니다"
        - 10:41 훈련 종료. 두 명 모두 10분 내 응답
    """,
    "what was outside the window on purpose, and the last line": """
        Window approved: 06:00-08:00 UTC, 10 March 2026.

        06:00 rule disabled
        07:00 first run
        08:10 drill, outside the window on purpose: it changes nothing
        08:20 bridge closed. All changes were made inside the window.
    """,
    "what an answer said, in a table of answers": """
        Drill, 2026-02-10

        > DRILL. Harbour and pilots: reply in thread.

        Posted 16:40:00.

        | Who | Reply at | Words |
        |---|---|---|
        | Tamsin Rook | 16:40:51 | "harbour here, looking" |
        | Odd Lindqvist | 16:42:12 | "pilots here" |
    """,
    "sensors that were read": """
        {"timeline": [
        {"via": "telegram", "api": "sendMessage", "ok": true, "message_id": 5531, "text": "1,600 of 1,600 sensors read"}
        ]}
    """,
    "a log that somebody read": """
        Telegram and Slack, 2026-02-10

        | Time | What |
        |---|---|
        | 13:17 | First run over, log read by Tamsin |
    """,
    "that there are no receipts, in a member": """
        {"service": "telegram",
         "what_we_cannot_know": "Telegram gives a bot no read receipts and Slack none either; ok is what the API says."}
    """,
    "a private chat beside the group": """
        Ferry, 2026-02-10, Telegram group -1001590283347

        10:36:00  done, Telegram message_id 2293
        10:40:00  drill, Telegram message_id 2294
        10:52:00  drill repeated for Odd alone, by the bot (private chat, message_id 518)
    """,
    "a clock of another town in each message": """
        {"thread": [
          {"ts": "1778052712.857554", "user": "U0QC33KXZTT", "local": "03:31:52 Toronto",
           "text": "Task ab1 started 07:30:38, RunTask answered 07:30:05. Odd confirmed 07:31:02."}
        ]}
    """,
    "two clocks in a row, one before the window of the other": """
        작업 창: 2026-02-10 22:00~23:30 KST

        | 한국 | 싱가포르 | 한 일 |
        |---|---|---|
        | 22:15 | 20:15 | 스케줄 ENABLED |
        | 22:40 | 20:40 | 트래픽 전환 |
    """,
}


@pytest.mark.parametrize(("rule", "text"), FOUND.values(), ids=FOUND)
def test_what_cannot_be_is_found(rule: str, text: str) -> None:
    assert rule in rules_in(dedent(text))


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT)
def test_what_is_right_is_left_alone(text: str) -> None:
    spoke = {one for one in rules_in(dedent(text)) if not one.startswith(("near_", "other_", "dangling"))}
    assert spoke == set()
