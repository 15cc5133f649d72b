"""What only looks wrong in a log: commands at a prompt, slips that were refused, what is read back later."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of, rules_in

from bongsu.audit.typed import refused_lines, typed

INNOCENT = {
    "a note that was put behind an entry later": """
        09:41:20 $ aws logs tail /aws/lambda/blast-text --since 2m --format short | grep REPORT
        REPORT Duration: 812.31 ms Billed Duration: 813 ms Memory Size: 256 MB Max Memory Used: 88 MB
        >> 10:43 five phones buzzed at once, the sixth buzzed in his van
    """,
    "what is told behind a quoted message": """
        06:10  message in the Telegram of the port, to the harbour master:
               "Hall prints." He answered 09:30, he was at sea.
    """,
    "a letter that was written wrongly elsewhere": """
        Channel C08TQ4MND2W, all posts by the bot.

        10:10 posted in C08TQ4MND2W
        08:24 the minutes say channel C08TQ4MND2V in the footer, the last letter should be W
    """,
    "another document's step": """
        1. stop the old one
        2. copy
        3. start the new one

        No lag by 06:27. Until then we had one copy only, as the plan says in its step 8.
    """,
    "a webhook of another service above a Slack post": """
        디스코드 웹훅으로 올린 공지는 응답 코드 204만 옴. 채널에서 눈으로 봄
        슬랙 #운영: 2026-09-10 07:12:00 게시, C07F3RXN9DU, ts 1788991920.338416
    """,
    "what somebody tells to have seen": """
        {"telegram": {"chat": "private", "message_id": 812, "text": "valve is shut",
          "seen": "Lotta has an account there and saw it 09:50 (14:50 hers)"}}
    """,
    "a variable of the function's own": """
        $ aws lambda update-function-configuration --function-name cold --query Environment.Variables.SRC --output text
        cold-b
    """,
    "one instant by two clocks beside a question": """
        2026-03-04, KST

        Asked 20:15:00 KST = 11:15:00 UTC; answered 20:15:40.
    """,
    "a change of the schedule in words that name the old one too": """
        Date: 2026-03-10

        New schedule: `cron(30 0 ? * MON-FRI *)`. First run 09:30 KST.
        The old rule, `cron(30 1 ? * MON-FRI *)`, is disabled.
        The next run of the rule is Wednesday 11 March, 09:30 KST.
    """,
    "rows of a table of everything beside a schedule": """
        ## Runs and notices

        Rule pickup, `cron(10 * * * ? *)`

        | 실행 시각 | 내용 |
        |---|---|
        | 14:00:08 | 시작 알림 |
        | 14:10:04 | 첫 실행 |
        | 15:52:00 | 작업 종료 공지 |
    """,
    "a note beside a message in one object": """
        {"runs_note": "06:00 is the big one of the day, and the one rejected at 06:30 had nothing due at 06:00.",
         "telegram": {"ok": true, "result": {"message_id": 3340, "date": 1791279970}}}
    """,
    "a time in brackets that is of something else": """
        All times KST.

        First run 15:00 UTC (14:30 did not fire, the alias lacked the permission).
        Otto wrote at 07:52 BRT (11:52 CET), which is 10:52 UTC.
    """,
    "a telephone number that was changed": """
        | Contact | Number |
        |---|---|
        | Reservoir keeper | 010-0000-8834 |

        The reservoir keeper's number had changed in the autumn. The new one is 010-0000-8843.
    """,
    "work of other days beside a window": """
        The change window was 22:00 to 23:00 KST on 2026-01-20.

        - 22:10 KST, the rule enabled
        - 02:51 KST, the run of the 21st done: 1,842 rows
    """,
    "a length between what its label says": """
        {"submitted": "2026-07-31T23:40:05+09:00", "firstChildStarted": "2026-07-31T23:40:54+09:00",
         "lastChildStopped": "2026-08-01T00:01:13+09:00", "fromSubmitSeconds": 1268}
    """,
    "letters of two kinds that are not a slip": """
        Tickets INFRA-3391 and INFRA-3402; the mirror is 10.40.3.17 and the leader 10.40.3.19.
    """,
    "a next run that somebody starts by hand": """
        Date: 2026-04-01

        Rule close, cron(0 6 ? * MON-FRI *)

        The next run is by hand, Saturday 4 April, 10:00 KST. The next meeting is Sunday, 11:00.
    """,
    "measures that are nearly the same": """
        {"series": {"first": 138, "second": 138, "third": 138, "fourth": 144}}
    """,
    "some in time and one late": """
        Paged 10:00:00 KST. The SLA is 5 min.

        | Who | Acked at |
        |---|---|
        | Ida | 10:01:10 KST |
        | Min-jun | 10:07:18 KST |

        Both acknowledged, one of them inside the 5 min SLA and one late.
    """,
    "output of another zone under prompts": """
        Prompt shows KST, the log lines are UTC.

        [16:12:05] ops $ aws logs tail /aws/lambda/sweep --since 5m
        2026-01-21T07:10:08 START RequestId: 5b7e1d92-8c04-4f3a-b6a9-13d0e8f27c65
        2026-01-21T07:10:27 END RequestId: 5b7e1d92-8c04-4f3a-b6a9-13d0e8f27c65
        [16:14:48] ops $ ./count5.sh
        16:05 1882
        16:10 640
        [16:15:10] ops $ aws logs tail /aws/lambda/sweep --since 1m
        2026-01-21T07:15:02 START RequestId: c40a96e3-52bf-4718-9d0e-7a8f613be2d4
        [16:16:48] ops $ exit
    """,
    "a run by hand off the schedule": """
        Rule `push-30m`, `cron(10/30 * * * ? *)`

        - 23:48 second hand-made event, since the 23:40 run had been left out
        - 00:10 first scheduled run

        ## Runs

        | Run (KST) | Pushed |
        |---|---|
        | 23:48 | 209 |
        | 00:10 | 208 |
        | 00:40 | 209 |
    """,
    "a message typed at a prompt speaks of runs": """
        Rule rates, cron(0 * * * ? *)

        [23:46:20] ops:~$ ./say.sh ops "rule on, first run 00:00 KST / 15:00 UTC"
        [00:04:48] ops:~$ ./say.sh ops "first run from the rule stored 34 of 34"
    """,
    "an expression that the service refused": """
        {"calls": [
          {
            "at": "2026-04-01T14:52:05Z",
            "command": "aws events put-rule --name close --schedule-expression 'cron(0 6 ? * MON-FRI)'",
            "exit": 254,
            "stderr": "An error occurred (ValidationException) when calling the PutRule operation: not valid."
          }
        ]}
    """,
    "a slip at the prompt": """
        06:01:14 ops@jump:~$ kubectl -n session get pods -l app=session-redis
        06:04:40 ops@jump:~$ kubectl -n session set image sts/sesion-redis redis=images.example/redis:7.2.5
        Error from server (NotFound): statefulsets.apps "sesion-redis" not found
        06:05:22 ops@jump:~$ kubectl -n session set image sts/session-redis redis=images.example/redis:7.2.5
        statefulset.apps/session-redis image updated
    """,
    "asking whether what was stopped is active": """
        [16:03:40] ops $ ssh host-1 sudo systemctl stop thumb-worker
        [16:03:55] ops $ ssh host-1 systemctl is-active thumb-worker
        inactive
    """,
    "a ts handed to a command": """
        [00:10:00] ops:~$ ./say.sh ops "DRILL"
        {"ok":true,"channel":"C0ZU1C6SP8C","ts":"1787670600.415528"}
        [00:21:10] ops:~$ ./thread.sh ops 1787670600.415528
        1787670696.220149  berk    here
    """,
    "a thread read back": """
        {"calls": [
          {"at": "2026-03-18T00:10:15+09:00", "call": "chat.postMessage",
           "response": {"ok": true, "channel": "C07DN5K1VWB", "ts": "1773760215.083326"}},
          {"at": "2026-03-18T00:40:00+09:00", "call": "conversations.replies",
           "args": {"channel": "C07DN5K1VWB", "ts": "1773760215.083326"},
           "response": {"ok": true, "messages": [
             {"type": "message", "text": "Drill", "ts": "1773760215.083326"},
             {"type": "message", "user": "U04KX8T2MRA", "text": "here", "ts": "1773760364.270915",
              "thread_ts": "1773760215.083326"}]}}
        ]}
    """,
    "a correction that retells what it corrects": """
        | Run | Pushed | Failed |
        |---|---|---|
        | 00:10 | 208 | 1 |

        ## Correction

        In the closing message I wrote that there were no failures at 00:10. It had one. Corrected in the table above.
    """,
    "a name that begins like a day": "Approved: Maribel Sunwoo, 2026-03-20\nChecked: Monika, 2026-03-20\n",
    "a total in front of its parts": "11 in all: 7 gantry heartbeat, 3 licence server, 1 disk on ocr-4.\n",
    "a sum that ends its sentence": "The last hour is 110. 2,830 + 110 = 2,940. The others came before.\n",
    "a clock that reads 1:1": '- 18:01:12, 텔레그램 "정산 이관방" (chat id -1001844029175)\n',
    "a supergroup's id behind a comma": "텔레그램 대화 내보내기 - 방: 결제 온콜 (슈퍼그룹, id -1002266108473)\n",
    "events that were read later than they happened": """
        {"at": "2026-04-09T16:46:30Z", "method": "FilterLogEvents",
         "response": {"events": [{"timestamp": 1775753112388, "message": "digest run start"}]}}
    """,
    "annexes that a sentence lists with what they hold": """
        It has three annexes: Annex A (command capture), Annex B (chat export), Annex C (dashboards).

        Messages 4170 and 4171 are remarks of group members and are in Annex B.
    """,
    "no output told in other words": """
        {"steps": [
          {"did": "aws events enable-rule --name eta", "result": "exit 0, no output"},
          {"did": "aws events enable-rule --name eta", "result": "(출력 없음, 종료 코드 0)"}
        ]}
    """,
    "billed with the start in brackets": """
        Date: 2025-10-02

        | Run | Duration | Billed |
        |---|---|---|
        | 1 | 6,240.18 ms | 6,971 ms (with 730.44 ms init) |
        | 2 | 5,911.60 ms | 5,912 ms |
    """,
    "two sentences, of which the first says no and the second failed": """
        | Shelf | Copied | Failed |
        |---|---:|---:|
        | Partner | 496 | 2 |

        The two partner vouchers have no issue date. They failed in the old function as well.
    """,
    "a link that somebody copied from the app": """
        2:58:14 PM, Slack #ops, through the incoming webhook, which answered "ok" as always. I copied the
        link of the post by hand afterwards:

        https://somewhere.slack.com/archives/C02MLGPST6Q/p1773860294731559
    """,
    "an answer in the row of somebody on call": """
        Sent 3:50:00 PM by the paging service.

            Asked            Role               Answered      Took
            Inho Cha         Seoul on-call      3:52:19 PM    2 min 19 s
            Wendell Frye     loyalty manager    3:58:33 PM    8 min 33 s
    """,
    "a window is no time of sending": """
        # clock on this host is UTC; window 05:00-06:30Z, Tue 2026-07-07

        $ curl -s https://api.example/sendMessage | jq .
        {
          "ok": true,
          "result": {"message_id": 2903, "date": 1783401002}
        }
    """,
    "a date that something runs to is no day of the log's": """
        Old key: decrypt only, until 2026-12-01. We work in the night to Tuesday, 1 September.

        Zone: CEST (UTC+2)

        | | date | local |
        |---|---|---|
        | start | 1788219002 | 01:30:02 |
        | success | 1788223275 | 02:41:15 |
    """,
    "a verb before a comma is nobody's name": """
        - 2026-10-14 작성: 남기훈
        - 13:42:30 남기훈, 규칙 중지
        - 결과는 부분 충족으로 남기고, 2차 연락처를 정한다
    """,
    "an SMS carrier's report knows what arrived": """
        ## 텔레그램 공지

        - 알림 메시지: 중계사 리포트 기준 487건 접수, 단말 도착 484건
    """,
    "the slowest answer is no limit": """
        ### Drill 2026-09-01

        03:00:00 drill sent. Reply wanted within 15 minutes.

        | Contact | Reply |
        |---|---|
        | T. Ilic | 03:01:10 |
        | J. Fassbender | 03:11:30 |

        All inside the limit, slowest Fassbender with 11 min 28 s.
    """,
    "an entry that was gone on with": """
        2026-02-18

        09:00  scan: TLS 1.2 and 1.3 offered
        09:05  scan of mx2 said "DANE fail" on its first try, "ok" when repeated at 09:12
        11:00  ticket closed
    """,
    "what has to be awaited is not told as past": """
        날짜 2026-08-28

        [작업] 창: 00:00 ~ 01:30
        00:23  시험 발송
        00:31  슬랙에 "이전 끝, 오전 8시 첫 발송을 봐야 완료"라고 올림
        00:35  창 안에서 끝
    """,
    "one in time and one late are two answers and no window": """
        Date: 2026-09-17. The window is 13:00 to 14:30 BST.

        13:05 started
        14:10 finished

        | From | To | Runs |
        |---|---|---|
        | 14:15 | 16:00 | 8 |
        | 16:15 | 18:00 | 8 |

        One in time, one late: she was at the counter.
    """,
    "numbers of lines have no sum": """
        {"messages": [
          {"kind": "start", "ended_seq": 40, "ended": true},
          {"kind": "start", "ended_seq": 98, "ended": true}
        ],
         "summary": {"kind": "start", "ended_seq": 118}}
    """,
    "a to-do in the message that starts the work": """
        ### 15:00:20 시작 공지 (Telegram)

        ```
        창: 15:00~16:00
        할 일: v1 규칙 끄고 v2 규칙 켜기, 15:20 첫 실행 확인
        ```
    """,
}


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT)
def test_what_only_looks_wrong_is_left_alone(text: str) -> None:
    assert rules_in(text) == set()


GUILTY = {
    "times_backwards": """
        [16:12:05] ops $ true
        [16:14:05] ops $ true
        [16:13:05] ops $ true
        [16:16:05] ops $ true
        [16:17:05] ops $ true
    """,
    "schedule_runs": """
        Rule `push-30m`, `cron(10/30 * * * ? *)`

        - 00:48 first scheduled run
    """,
    "schedule_expression": """
        $ aws events put-rule --name close --schedule-expression 'cron(0 6 ? * MON-FRI)'
        { "RuleArn": "arn:aws:events:eu-west-1:318274650912:rule/close" }
    """,
    "impossible_time": "Approved: Friday, 2026-03-19\n",
    "sums": "11 in all: 7 gantry heartbeat, 3 licence server, 5 disks on ocr-4.\n",
    "lambda_report": """
        Date: 2025-10-02

        | Run | Duration | Billed |
        |---|---|---|
        | 1 | 6,240.18 ms | 6,241 ms (with 730.44 ms init) |
    """,
    "aws_cli_output": '{"did": "aws events enable-rule --name eta", "result": "exit 0, State ENABLED"}\n',
}


@pytest.mark.parametrize("rule", GUILTY)
def test_the_like_that_is_wrong_is_still_found(rule: str) -> None:
    assert rule in rules_in(GUILTY[rule])


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("$ aws events list-rules", "aws events list-rules"),
        ("[23:34:10] hkaya:~$ date; date -u", "date; date -u"),
        ("[16:02:14] media-admin $ exit", "exit"),
        ("06:01:14 yuchan@ops:~$ kubectl get pods", "kubectl get pods"),
        ("[root@edge-1 ~]# systemctl stop nginx", "systemctl stop nginx"),
        ("mac ~ % curl -s https://example.invalid", "curl -s https://example.invalid"),
        ("# a remark", ""),
        ("We paid $ 5 for it, 100 % of the price.", ""),
        ("| a | $ b |", ""),
    ],
)
def test_a_command_is_known_by_its_prompt(line: str, command: str) -> None:
    start = typed(line)
    assert (line[start:] if start is not None else "") == command


def test_a_refused_command_is_known_with_what_refused_it() -> None:
    log = log_of("$ ls /here\nx\n\n$ ls /ther\nls: cannot access: No such file or directory\n$ ls /there\n")
    assert refused_lines(log) == {4, 5}
