"""What is said of every one, or denied of any, and told otherwise of one: an answer, a first try, a bound, a value."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = ["all_but_a_row", "all_of_some", "every_one"]
WRONG = (
    (
        "| 성명 | 연락 결과 |\n"
        "|---|---|\n"
        "| 한서윤 | 21:40 통화 |\n"
        "| 도재하 | 21:43 통화 |\n"
        "| 민가람 | 부재중 |\n"
        "\n"
        "비상 연락 대상자 전원과 통화를 마쳤다.\n"
    ),
    (
        "| Person | Acknowledged |\n"
        "|---|---|\n"
        "| Ida | 10:01:10 |\n"
        "| Bo | - |\n"
        "| Cho | 10:02:31 |\n"
        "\n"
        "All three on-call engineers acknowledged the page.\n"
    ),
    (
        "Drill, 22:00\n"
        "  Ida    22:01 by phone\n"
        "  Bo     voicemail, twice\n"
        "  Cho    22:03 by phone\n"
        "\n"
        "Everybody on the list was reached.\n"
    ),
    (
        "[Ida] [2:05 PM] ack\n"
        "[Bo] [2:06 PM] ack\n"
        "[Ida] [2:20 PM] Cho still has not answered, trying his wife\n"
        "[Ida] [2:40 PM] For the report: all three answered the page.\n"
    ),
    (
        '{"contacts": [\n'
        ' {"name": "Ida", "acked_at": "10:01:10"},\n'
        ' {"name": "Bo", "acked_at": null},\n'
        ' {"name": "Cho", "acked_at": "10:02:31"}\n'
        "],\n"
        ' "result": "all contacts acknowledged within 5 minutes"}\n'
    ),
    (
        "| Node | Attempts | Joined |\n"
        "|---|---|---|\n"
        "| n1 | 1 | 10:01 |\n"
        "| n2 | 3 | 10:09 |\n"
        "| n3 | 1 | 10:12 |\n"
        "\n"
        "All nodes joined at the first attempt.\n"
    ),
    (
        "10:01 step 1 drain, ok\n"
        "10:04 step 2 patch, failed on a lock\n"
        "10:06 step 2 patch tried again, ok\n"
        "10:09 step 3 undrain, ok\n"
        "\n"
        "No step had to be repeated.\n"
    ),
    (
        "10:01 1단계 배수 완료\n"
        "10:04 2단계 패치 실패(잠금)\n"
        "10:06 2단계 재시도, 성공\n"
        "10:09 3단계 복귀 완료\n"
        "\n"
        "모든 단계가 한 번에 끝났다.\n"
    ),
    (
        "member     lag MB\n"
        "pg-a            0\n"
        "pg-b            3\n"
        "pg-c           88\n"
        "\n"
        "Every replica is below 10 MB of lag, so we go.\n"
    ),
    (
        "| replica | lag |\n"
        "|---|---|\n"
        "| pg-a | 0 MB |\n"
        "| pg-b | 88 MB |\n"
        "| pg-c | 1 MB |\n"
        "\n"
        "Go: all replicas within 10 MB.\n"
    ),
    ("web-1   1.33.4\nweb-2   1.33.4\nweb-3   1.32.9\nweb-4   1.33.4\n\nAll four hosts are on 1.33.4 now.\n"),
    (
        "Checked from outside:\n"
        "  resolver-a   198.51.100.7\n"
        "  resolver-b   198.51.100.7\n"
        "  resolver-c   203.0.113.9\n"
        "  resolver-d   198.51.100.7\n"
        "\n"
        "Every resolver gives the new address.\n"
    ),
    (
        "07:04 idp-3 refused the new keystore\n"
        "07:10 idp-3 left out of the pool, two nodes carry the load\n"
        "\n"
        "Every node took the new keystore and none was left out.\n"
    ),
    ("| shard | lost |\n|---|---|\n| s1 | 0 |\n| s2 | 14 |\n| s3 | 0 |\n\nNo lost documents on any shard.\n"),
    ("1. login - ok\n2. search - ok\n3. basket - FAILED, 502\n4. pay - ok\n\nAll four smoke checks passed.\n"),
    ("01:44 결번 1건 폐기 처리\n01:51 수신거부 2건 폐기 처리\n\n5,260건 한 건도 빠짐없이 고객에게 도착했습니다.\n"),
    ("Signed: Ida 10:01, Bo 10:03.\nCho did not sign, he was off shift.\n\nThe sheet was signed by everybody on it.\n"),
)
RIGHT = (
    (
        "| Person | Acknowledged |\n"
        "|---|---|\n"
        "| Ida | 10:01:10 |\n"
        "| Bo | - |\n"
        "\n"
        "One of two acknowledged; Bo was on leave.\n"
    ),
    (
        "| Person | Acknowledged |\n"
        "|---|---|\n"
        "| Ida | 10:01:10 |\n"
        "| Bo | no answer |\n"
        "\n"
        "Second drill at 11:00: everybody answered.\n"
    ),
    ("10:20 Cho still has not answered\n10:31 Cho answered\n\nAll three answered in the end.\n"),
    (
        "| Person | Acknowledged |\n"
        "|---|---|\n"
        "| Ida | 10:01:10 |\n"
        "| Bo | - |\n"
        "| Cho | 10:02 |\n"
        "\n"
        "Both who answered did so within two minutes.\n"
    ),
    ("| Node | Attempts |\n|---|---|\n| n1 | 1 |\n| n2 | 3 |\n\nAll nodes joined, n2 at the third attempt.\n"),
    ("If Bo does not answer, call Cho. Every person must answer within five minutes.\n"),
    (
        "web-1   1.33.4\n"
        "web-2   1.33.4\n"
        "web-3   1.32.9\n"
        "web-4   1.33.4\n"
        "\n"
        "Three hosts are new; web-3 follows on Tuesday.\n"
    ),
    ("1. login - ok\n2. search - FAILED, 502\n\n10:20 search fixed, ok now\n\nAll checks passed after the fix.\n"),
)


@pytest.mark.parametrize("text", WRONG)
def test_a_claim_that_one_gives_the_lie_to_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], RULES)]


@pytest.mark.parametrize("text", RIGHT)
def test_a_claim_that_leaves_the_one_out_is_left_alone(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)])] == []
