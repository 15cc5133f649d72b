"""A thing keeps its name, and a person their telephone, however a log writes them."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = ["near_names", "other_name", "the_new_one", "two_names", "two_numbers", "two_roles"]
WRONG = (
    (
        "Rule: orders-close-hourly, on since 10:00.\n\nAt 11:00 I looked at it.\n\n"
        "Final check: orders-close-60m is enabled.\n"
    ),
    ("We enable `stock-sync-daily`.\n\n`stock-sync-daily` ran at 02:00.\n\nWatch: stock-snyc-daily until Friday.\n"),
    ("The table is `tbl_member_point`.\n\nwrote 40 rows into `tbl_member_point`\n\nchecked `tbl_point_member`, fine\n"),
    (
        "새 규칙 `coupon-expire-10m` 을 켰다.\n\n"
        "`coupon-expire-10m` 첫 실행 정상.\n\n"
        "인계: 규칙 `coupon-expiry-10m` 감시.\n"
    ),
    "New primary: pg-seoul-2\n\nfoo\n\nAt the end the new primary is pg-seoul-4, lag 0.\n",
    "promoted db-ledger-b at 02:10\n\nfoo\n\nHandover: new writer db-ledger-c\n",
    ("새 클러스터는 batch-prod-2 이다.\n\n가\n\n인계: 새 클러스터 batch-prod-7, 담당 없음\n"),
    "Change CHG-40917, approved.\n\nwork\n\nCHG-40971 closed.\n",
    "관련 티켓 PLT-1190.\n\n일\n\n작업이 끝나 티켓 PLT-1910 을 닫았다.\n",
    (
        "| Name | Phone |\n|---|---|\n| Ida Holm | 010-0000-1234 |\n| Bo Kim | 010-0000-2222 |\n\n"
        "Ida Holm was rung on 010-0000-1243 at 10:00.\n"
    ),
    "당직: 문가람 010-0000-7103\n\n가\n\n20:09 문가람 010-0000-7130 으로 통화.\n",
    "nodes run v1.33.5\nnode a v1.33.5\nnode b v1.33.5\n\nwrap-up: all on v1.33.2\n",
    "New edge is 198.51.100.71.\n\nfoo\n\n$ dig +short www\n198.51.100.17\n",
    ("Account 381940276655, region eu-west-1.\n\nfoo\n\narn:aws:events:eu-west-1:381940267655:rule/x-y\n"),
    "템플릿 `MSG-26-03` 을 쓴다.\n\n가\n\n템플릿 `MSG-26-08` 수정 이력 없음.\n",
    (
        "deployment label-worker scaled to 4\n\nlabel-worker is up\nlabel-worker logs fine\n\n"
        "Sign-off: deployment label-runner healthy.\n"
    ),
    ("queue `orders-dlq-v2` is empty\n\n`orders-dlq-v2` watched\n\nand `orders-v2-dlq` too was empty at 10:00\n"),
)
RIGHT = (
    "We moved from `orders-v1` to `orders-v2`; `orders-v1` is kept.\n",
    "web-api up\n\nweb-app up\n\norder-api up\n\ncart-api up\n",
    (
        "$ kubectl set image sts/sesion-redis x\n"
        'Error from server (NotFound): statefulsets.apps "sesion-redis" not found\n\n'
        "$ kubectl set image sts/session-redis x\nsession-redis updated\n"
    ),
    "Ticket PAY-101 is this change.\n\nfollow-up PAY-110 opened for the alarm\n",
    "Ida Holm 010-0000-1234\n\nIda Holm has a new number, 010-0000-1243, changed in July.\n",
    "nodes were on v1.32.9, now on v1.33.5; rollback would be v1.32.9\nv1.33.5 is what we see\n",
    "new node ip-10-1 joined\n\nnew node ip-10-2 joined\n\nnew node ip-10-3 joined\n",
    "first primary db-a, failed over to db-b, then back again: failed over to db-a.\n",
    "web-1 is up\n\nweb-2 is up\n\nweb-3 is up\n",
    "pg-a is the primary\n\npg-b is the standby\n\npg-c is a reader\n",
    "stock-sync-hourly is off\n\nstock-sync-daily is on\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_x_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], RULES)]


@pytest.mark.parametrize("text", RIGHT)
def test_the_like_that_is_so_is_left_alone(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)])] == []
