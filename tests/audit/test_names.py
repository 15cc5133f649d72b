"""A thing keeps its name, and a person their telephone, however a log writes them."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = [
    "near_hosts",
    "near_names",
    "near_people",
    "other_name",
    "the_new_one",
    "two_names",
    "two_numbers",
    "two_roles",
    "two_telephones",
    "two_versions",
    "wrong_sibling",
]
WRONG = (
    "Test lead: Ms. Ragna Sund\n\n07:10 coffee\n\n08:00 begun by the test lead, Ms. Ingrid Sund\n\nno other.\n",
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
    "Permit: PTW 4471, isolation of the main\n\nwork\n\n'PTW 4417 handed back. All locks clear.'\n",
    "내선 3382 로 연락\n\n가\n\n야간에는 내선 3328 로 전화\n",
    "call me on 010-0000-3382 if DNS is odd\n\nwork\n\nstill here: call me on 010-0000-3328\n",
    "| Name | Phone |\n|---|---|\n| S. Ito | 010-0000-4471 |\n|\n\n| G4 | Call Ito 010-0000-4417 |\n",
    "commit 9e41c07 built\n\ndeployed\n\n/version says commit 9e41c70\n",
    "request 541a0fee-be96-453d-b33a-b96ce90237d1 ok\n\nfoo\n\nlooked up 541a0fee-be96-453d-b33a-b96ce90237d7\n",
    "posted to chat -1001984420671\n\nfoo\n\nthe second went to chat -1001984420617\n",
    "Runbook: RB-58, the board\n\nfoo\n\nYun followed RB-85 from the link\n",
    "queue settle-retry-q grows\n\nsettle-retry-q is empty\n\nto do: settlement-retry-queue, six left\n",
    "배치 `overdue-notice-daily` 를 세움\n\n가\n\n30 8 * * * /srv/batch/overdue-notify-daily.sh\n",
    "당직: 박현우 (010-0000-2214)\n\n22:00 박현우 확인\n\n이상 시 당직 박현수(010-0000-2214)에게 전화\n",
    (
        "authorised by Marguerite Dallow, Contract Change Officer\n\nwork\n\n"
        "Approved: Margaret Hallow, Contract Change Officer\n"
    ),
    "api 4.17.9 runs\n\nset image api:4.18.2\n\n/version says 4.18.2\n\nwhat: api 4.17.9 -> 4.18.3\n",
    "ops@shop.example is told\n\nfoo\n\nanswer from ops@shops.example\n",
    "LDG-B1 lag 0.4 s\n\nLDG-B1 promoted\n\nwrites on LDG-B1\n\nPrimary during the watch: LDG-B2\n",
    "$ kubectl exec pg-cat-2 -- pg_ctl promote\n\nfoo\n\nNew primary is pg-cat-3, old primary pg-cat-1.\n",
    "LDG-A promoted at 21:24\n\nfoo\n\nPrimary during the whole watch: LDG-B\n",
    "Customer contact  Marguerite Oyelaran\n\nfoo\n\nApproved beforehand by Margaret Oyelaren.\n",
    "새 네임서버 ns1.hanok-dns.example\n\n글\n\n    ns1.hanokdns.example.\n",
    "The disk of pool-b-2\n\nfoo\n\npool-b-2 drained\n\npool-b2 is back.\n",
    "New primary is db-7.\n\nfoo\n\nfoo\n\nSummary: primary now db-9.\n",
    (
        "| Rule | `clinic-reminder-evening` |\n|---|---|\n| Function | `clinic-sender` |\n\n## Rollback\n\n"
        "1. `aws events disable-rule --name clinic-reminder-nightly`\n"
    ),
    (
        "| Role | Person |\n|---|---|\n| Box office | Ilse Brandt |\n| Database | Marek Voss |\n\nfoo\n\n"
        "| Who | Role as paged |\n|---|---|\n| Marek Voss | Box office |\n| Bade Roux | Scribe |\n"
    ),
    "balancer edge-lb-04 is new, edge-lb-03 old\n\nedge-lb-04 answers\n\nthe handshake on edge-lb-40 is complete\n",
    '"QueueArn": "arn:aws:sqs:eu-west-1:731904428516:digest-dlq"\n\nfoo\n\npurge digest-deadletter, its only queue\n',
    (
        "rule billing-digest-tick, alarm billing-digest-errors\n\n"
        '"QueueArn": "arn:aws:sqs:eu-west-1:731904428516:billing-digest-dlq"\n\n'
        "# 3  purge what is in billing-digest-deadletter (the one and only)\n"
    ),
    "큐 settle-dlq 는 비어 있음\n\nsettle-dlq 0건\n\n되돌릴 때 settle-dead-letter-queue 를 비운다\n",
    "the rule is holds-reminder-20m\n\nholds-reminder-20m is on\n\n1. disable hold-reminders-20min\n",
    "secret edge-tls-2026b is in place\n\nedge-tls-2026b mounted\n\n- [x] edge-tls-b2026 has 2 parts\n",
)
RIGHT = (
    "nas-home and nas-build are the volumes.\n\n16:05 DNS home-nas, build-nas changed.\n\nnas-home is mounted.\n",
    "At 08:02 Ivo un-diverted the number.\n\nIf it dies again: divert, plug in, un-divert.\n\nIt was un-diverted.\n",
    "queue=lc-aut26-A sent 40\n\nqueue=lc-aut26-R sent 30\n\nThe queue lc-aut26-R is the same one.\n",
    "Test lead: Ms. Ragna Sund\n\n07:10 coffee\n\n08:00 seen by the test lead's cousin, Ms. Ingrid Sund\n\nno other.\n",
    (
        "The new rule is clinic-reminder-evening.\n"
        "\n"
        "The old rule goes off:\n"
        "$ aws events disable-rule --name clinic-reminder-nightly\n"
    ),
    (
        "| Role | Person |\n|---|---|\n| Box office | Ilse Brandt |\n| Database | Marek Voss |\n\n"
        "Marek Voss stands in for Ilse.\n\n"
        "| Who | Role as paged |\n|---|---|\n| Marek Voss | Box office |\n| Bade Roux | Scribe |\n"
    ),
    (
        "| Role | Person |\n|---|---|\n| Box office | Ilse Brandt |\n| Database | Marek Voss |\n\n"
        "| Who | Role |\n|---|---|\n| Marek Voss | second line |\n| Bade Roux | Scribe |\n"
    ),
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
    "Ledger DBA  Min Seo  010-0000-8001\nNetwork  Ola Berg  010-0000-8004\nPayments  Rui Cast  010-0000-8010\n",
    "message 5127 sent\n\nmessage 5172 sent\n",
    "4471 rows copied\n\n4417 rows left\n",
    "김민수 (당직) 010-0000-1111\n\n김민수 확인\n\n김민지 010-0000-2222 도 연락\n",
    "node-07 cordoned\n\nnode-07 drained\n\nnode-07 stopped\n\nits pods moved to node-08\n",
    "api.shop.example answers\n\nwww.shop.example answers\n\napp.shop.example answers\n",
    "tls-2026a is in use\n\ntls-2026a checked\n\ntls-2026a kept for rollback\n\nnew: tls-2026b\n",
    "api 6.14.2 rolled out\n\n6.14.2 healthy\n\nthe crash is fixed in 6.14.3\n",
    "$ aws rds failover-db-cluster --target-db-instance-identifier rec-b\n\n## Rollback\n\npromote rec-a again\n",
    "Change CHG-20417\n\nwork\n\nrenumbered to CHG-20471 by the desk\n",
    (
        "$ aws lambda list-event-source-mappings --function-name fx-quote\n\n"
        "$ aws lambda update-event-source-mapping --uuid x1 --no-enabled\n\n"
        "$ aws lambda update-event-source-mapping --uuid x1 --enabled\n"
    ),
    (
        "$ aws events enable-rule --name roll-up-v2\n\n$ aws events describe-rule --name roll-up-v2\n\n"
        "$ for r in v1 v2; do aws events describe-rule --name roll-up-$r; done\n"
    ),
    (
        "13:00 기존 알람 billing-5xx 의 알림을 껐다.\n\n13:06 다시 켰다.\n\n"
        "13:20 비슷한 알람 billing-4xx 도 같은 순서로 바꿨다.\n"
    ),
    (
        "The new writer is ledger-db-2.\n\n"
        "03:45 Parameter group found at the old value on the new writer, `max_connections` corrected\n"
    ),
    '- [ ] 당직 전화망 점검, 전환과는 무관\n\n일\n\n받는 곳은 "한결 전환방"\n\n전환방, 전환방\n',
    (
        "| Robert Klee | 010-0000-5102 |\n\nfoo\n\n"
        "The list in the wiki still had 010-0000-5120 for Robert Klee. Corrected at 14:41.\n"
    ),
    "edge-lb-04 is new\n\nedge-lb-04 answers\n\nedge-lb-39 and edge-lb-41 too\n\nedge-lb-40 is complete\n",
    "- admin-2 took two tries\n\nadmin-2 again\n\nadmin-2 done\n\n- admin-1 was done in one go\n",
    '{"table": "stock_lot", "rows": 41}\n\n{"table": "stock_move", "rows": 7}\n\n{"table": "stock_move", "rows": 7}\n',
    "key edge-tls-2026b is old\n\nedge-tls-2026b ends in May\n\nedge-tls-2027b was made\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_x_is_found(text: str) -> None:
    assert [one.rule for one in audit([log_of(text)], RULES)]


@pytest.mark.parametrize("text", RIGHT)
def test_the_like_that_is_so_is_left_alone(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)])] == []


ONLY_WRONG = (
    "15:34 ilse: the new endpoint is /in/v3/capture, no second one\n17:15 ilse: closed, all through /in/v3/captured\n",
    "포트는 8893 하나만 연다.\n\n밖에서 보이는 포트: 8839\n",
    '{"did": "bundle cardpath-2026a is the only one issued"}\n{"did": "installed cardpath-2026b"}\n',
    "| 만들 파일 | `정산_1103.csv` 하나. 다른 파일은 만들지 않음 |\n\n결과 파일 `정산_1130.csv`를 넘겼음.\n",
    "group 0x1A4 created\n; one group for everything, I make no other\n\n22:41:06 group 0x1A7, members 213\n",
)
ONLY_RIGHT = (
    "The only rule we touch is gw-route-b.\n\n13:24 the old gw-route-a is off since May\n",
    "Only one file goes out, prices_0321b.csv.\n\n(prices_0321.csv was the first cut, pulled at midnight)\n",
    "The only new host is web-03.\n\nweb-01 ok\nweb-02 ok\nweb-04 ok\n",
    "포트는 8893 하나만 연다.\n\n주문 8839건이 들어옴.\n8839 대신 8893으로 적음\n",
    "The only table is point_wallet (not point_ledger).\n\npoint_ledger 50,113 rows read by the report\n",
)


@pytest.mark.parametrize("text", ONLY_WRONG, ids=range(len(ONLY_WRONG)))
def test_what_is_said_to_be_the_only_one_has_one_name(text: str) -> None:
    assert "only_one" in {one.rule for one in audit([log_of(text)])}


@pytest.mark.parametrize("text", ONLY_RIGHT, ids=range(len(ONLY_RIGHT)))
def test_another_thing_beside_the_only_one_is_left_alone(text: str) -> None:
    assert "only_one" not in {one.rule for one in audit([log_of(text)])}
