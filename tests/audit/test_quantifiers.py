"""What is said of all, or of none, holds for every row and line that a log has of it."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = ["all_but_a_row", "all_of_some", "every_one", "none_but_some"]
WRONG = (
    ("| run | rows | rejected |\n|---|---|---|\n| 1 | 40 | 0 |\n| 2 | 41 | 3 |\n\nNo row was rejected in any run.\n"),
    ("10:02 settle-api: 17 writes failed for good\n\nSummary: not a single failed write from start to end.\n"),
    (
        "NAME      READY   STATUS    RESTARTS   AGE\napi-1     1/1     Running   0          20m\n"
        "api-2     1/1     Running   4          20m\n\nNot one pod restarted.\n"
    ),
    ("2026-03-10T01:02:47Z ERROR provider timeout\n2026-03-10T01:02:49Z INFO ok\n\n에러 로그는 한 줄도 없었다.\n"),
    "- 중복 수신 문의 2건\n\n두 번 받은 고객은 단 한 명도 없었다.\n",
    "orders-dlq: 3 messages visible\n\nAt the end: zero messages in any dead-letter queue.\n",
    "10:09 Bo reached by phone\n\nNobody had to be phoned.\n",
    (
        "| name | answered |\n|---|---|\n| Ida | 10:01 |\n| Bo | no answer |\n| Cho | 10:03 |\n\n"
        "All three answered within 5 minutes.\n"
    ),
    ("| 이름 | 응답 |\n|---|---|\n| 가온 | 11:01 |\n| 나래 | 미응답 |\n\n두 명 모두 기준 시간 안에 응답하여 합격.\n"),
    ("이름    응답시각\n가온    11:01:10\n나래    무응답\n다온    11:02:40\n\n- 전원이 제때 응답했다\n"),
    (
        "| bounce reason | count | done |\n|---|---|---|\n| busy | 52 | sent again at 13:30 |\n"
        "| full | 17 | not resent, push instead |\n\n"
        "Every bounced mail of the table was sent again in the afternoon; reason by reason.\n"
    ),
    (
        "| host | serial | until |\n|---|---|---|\n| a | E0:9B | Sep |\n| b | E0:9B | Sep |\n"
        "| c | 7C:41 | Jun |\n| d | E0:9B | Sep |\n\nAll four hosts show the new serial.\n"
    ),
    ("| step | retries |\n|---|---|\n| drain | 0 |\n| delete | 2 |\n\nNo step was retried, not even once.\n"),
    '{"run": 1, "ok": 40, "failed": 2}\n\nNot one document failed in the run.\n',
    "배포 중 5xx 오류 12건 발생\n\n배포 내내 오류는 단 한 건도 없었음.\n",
)
RIGHT = (
    (
        "| run | rows | rejected |\n|---|---|---|\n| 1 | 40 | 3 |\n| 2 | 41 | 0 |\n\n"
        "In the second run no row was rejected.\n"
    ),
    (
        "NAME      READY   STATUS    RESTARTS       AGE\n"
        "api-1     1/1     Running   0              20m\n"
        "api-2     1/1     Running   1 (40d ago)    96d\n\nNot one pod restarted.\n"
    ),
    "17 writes failed, all were retried.\n\nNone of the retries failed.\n",
    ("| name | answered |\n|---|---|\n| Ida | 10:01 |\n| Bo | no answer |\n\nOne of two answered. Not everyone did.\n"),
    "I wrote that there was not a single error. Wrong: 3 errors in run 1.\n",
    "Please all answer within 5 minutes.\n\n| name | answered |\n|---|---|\n| Bo | no answer |\n",
    "If not a single message fails, close. 3 messages failed, so we did not.\n",
    (
        "| host | load | note |\n|---|---|---|\n| a | low | |\n| b | low | |\n| c | high | |\n"
        "| d | low | |\n\nAll hosts are up.\n"
    ),
)


@pytest.mark.parametrize("text", WRONG)
def test_x_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], RULES)]


@pytest.mark.parametrize("text", RIGHT)
def test_the_like_that_is_so_is_left_alone(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)])] == []
