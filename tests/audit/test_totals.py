"""A total is its parts', whatever stands between: prose, tables, objects, lines of a machine."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = ["counted_list", "parts_of_whole", "percent_of_count", "products", "sums", "total_elsewhere"]
WRONG = (
    (
        "Twelve hosts in Seoul, nine in Busan and four in Daegu were patched.\n\n"
        "End: all 27 hosts are on the new kernel.\n"
    ),
    '{"by_region": {"kr": 118, "jp": 40, "us": 22}, "total": 190}\n',
    ('{\n  "batches": [\n    {"n": 1, "sent": 500},\n    {"n": 2, "sent": 480}\n  ],\n  "sent_total": 990\n}\n'),
    "Cost: ECS 12.40 USD + NAT 3.10 USD + logs 0.85 USD = 16.45 USD\n",
    ("| item | USD |\n|---|---:|\n| ECS | 12.40 |\n| NAT | 3.10 |\n| logs | 0.85 |\n| total | 16.45 |\n"),
    ("| reason | share |\n|---|---|\n| full | 45 % |\n| closed | 30 % |\n| other | 20 % |\n| total | 100 % |\n"),
    "Five hosts were patched:\n\n- web-1\n- web-2\n- web-3\n- db-1\n\nDone.\n",
    "대상자 5명: 한지우, 오세린, 문가람, 진태오\n",
    '{"calls": [{"a": 1}, {"a": 2}, {"a": 3}], "counts": {"calls": 4}}\n',
    "총 240건 중 210건 성공, 실패 20건\n",
    "Sent 4,020, delivered 3,812, bounced 198.\n",
    "1,204 rows in, 1,180 written, 22 rejected.\n",
    "We restarted 3 of the 5 workers (66 %).\n",
    "대상 58건 / 성공 55건 / 실패 2건\n",
    "발송 58건 (신규 31건, 변경 20건, 취소 6건)\n",
    "1,200 invocations at 0.0002 USD each, 0.34 USD for the night.\n",
    "- checked 40 rows\n- good 37 rows\n- bad 2 rows\n\nRows checked 40: 37 good, 2 bad.\n",
    (
        "| 창고 | 행 |\n|---|---|\n| 이천 | 6,120 |\n| 김포 | 4,875 |\n"
        "| 양산 | 3,310 |\n\n결과: 창고 세 곳 14,350행 확인.\n"
    ),
    "Depots: north 63, harbour 51, east 38.\n\nThe post said 162 texts went to the depots.\n",
    "[10:02] run 1 sent=58 failed=0\n[10:22] run 2 sent=12 failed=0\nboth runs together: 72 sent\n",
    "Error rate: 12 errors in 4,000 requests (0.5 %).\n",
)
RIGHT = (
    (
        "Twelve hosts in Seoul, nine in Busan and four in Daegu were patched.\n\n"
        "End: all 25 hosts are on the new kernel.\n"
    ),
    '{"by_region": {"kr": 118, "jp": 40, "us": 22}, "total": 180}\n',
    "$ wc -l *.csv\n  120 a.csv\n  340 b.csv\n  460 total\n",
    "Cost: ECS 12.40 USD + NAT 3.10 USD + logs 0.85 USD = 16.35 USD\n",
    ("| reason | share |\n|---|---|\n| full | 45 % |\n| closed | 33.3 % |\n| other | 21.6 % |\n| total | 100 % |\n"),
    "Five hosts were patched:\n\n- web-1\n- web-2\n- web-3\n- db-1\n- db-2\n\nDone.\n",
    "Sent 4,020, delivered 3,812, bounced 208.\n",
    "We restarted 3 of the 5 workers (60 %).\n",
    "대상 58건 / 성공 55건 / 실패 2건 / 보류 1건\n",
    (
        "| 창고 | 행 |\n|---|---|\n| 이천 | 6,120 |\n| 김포 | 4,875 |\n"
        "| 양산 | 3,310 |\n\n다음 회차: 창고 세 곳 14,350행, 45행 더 많음. 이번은 "
        "14,305행.\n"
    ),
    "- 4 alarms stay off until Friday:\n  - a-high\n  - a-low\n  and two of the database team\n",
    "Three people were asked: Ida, Bo and Cho (Cho for the night).\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_x_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], RULES)]


@pytest.mark.parametrize("text", RIGHT)
def test_the_like_that_is_so_is_left_alone(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)])] == []
