"""What a sentence says of every entry of a list holds for each of them, and what explains an odd one is read."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = ["all_but_a_row", "all_of_some", "every_one", "none_but_some"]
PARTIES = (
    "| Party | Confirmed | When |\n|---|---|---|\n| Wanderbed | yes | 11:24 |\n| Stayloft | no answer yet | - |\n"
    "| Nightnest | yes | 11:15 |\n\n"
)
TITLES = (
    "title            due      out\nValley Echo      01:15    01:02\nCoast Courier    01:45    01:41\n"
    "Northgate Post   02:30    02:52\n\n"
)
RELOADS = (
    "| Host | Reload (s) | Result |\n|---|---:|---|\n| web-1 | 4 | ok |\n| web-2 | 31 | ok |\n| web-3 | 5 | ok |\n\n"
)
GATES = "gateway   state\ngw-1      HOLD\ngw-2      HOLD\ngw-3      ACTIVE\ngw-4      HOLD\n\n"
WRONG = (
    PARTIES + "In the mail at noon we could say that every party we asked had confirmed.\n",
    TITLES + "Every title was on its lorry by the time it was due.\n",
    RELOADS + "No host took longer than 10 seconds.\n",
    GATES + "## 요약\n\n작업 동안 게이트웨이(gateway)는 한 대도 빠짐없이 HOLD 상태였음\n",
    "  edge-1   3.8.2\n  edge-2   3.8.2\n  edge-3   3.7.9\n  edge-4   3.8.2\nThe whole fleet is on 3.8.2 now.\n",
    "11:02 probe 200\n11:03 probe 200\n11:04 probe 502\nAll probes of the move returned 200.\n",
    "Queues at 03:00: orders 0, refunds 12, mails 0.\nAll three queues were empty, so we went on.\n",
    "Backups: mon-a in 12 min, mon-b in 18 min, mon-c in 44 min.\nEvery backup took less than half an hour.\n",
    "run 1: 40 sent, 0 failed\nrun 2: 39 sent, 2 failed\nrun 3: 1 sent, 0 failed\n\nNone of the runs had a failure.\n",
    "확인 결과\n- 서울 리전: 200 응답, 정상\n- 부산 리전: 503 응답\n두 리전 모두 정상 응답을 확인함.\n",
)
RIGHT = (
    PARTIES + "Every party but Stayloft had confirmed.\n",
    PARTIES + "Stayloft came back at 12:10. By then every party had confirmed.\n",
    PARTIES + "Every party was asked to confirm by noon.\n",
    PARTIES + "Every party that takes bookings had confirmed.\n",
    PARTIES + "My draft said that every party had confirmed, which was wrong.\n",
    TITLES + "Every title but one was on its lorry by the time it was due.\n",
    RELOADS + "No host took longer than 40 seconds.\n",
    RELOADS + "web-2 had a cold disk.\n\nNo host took longer than 10 seconds when warm; web-2 did.\n",
    GATES + "gw-3 stays as it is, it serves nobody. All gateways of the line are on HOLD.\n",
    "11:02 probe 200\n11:03 probe 200\n11:04 probe 200\nAll probes of the move returned 200.\n",
    "Queues at 03:00: orders 0, refunds 0, mails 0.\nAll three queues were empty, so we went on.\n",
    "run 1: 400 sent, 0 failed\nrun 2: 398 sent, 2 failed\n\n호출은 모두 2회: 정규 1회, 수동 1회.\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_a_claim_about_every_entry_is_held_against_the_odd_one(text: str) -> None:
    assert audit([log_of(text)], RULES)


@pytest.mark.parametrize("text", RIGHT)
def test_a_claim_that_leaves_the_odd_one_out_is_left_alone(text: str) -> None:
    assert audit([log_of(text)], ["every_one"]) == []
