"""What the log itself says stays off does no work, whatever it is and by whatever words it went off."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

RULE = "worked_though_kept_off"
WRONG = (
    # The promise stands beside, the work names it by its noun and a word before it.
    (
        "19:48 쿠폰 발행 막았습니다. 오늘 밤엔 안 풀고 내일 아침에 풀어요\n"
        "20:30 접수 창구 정상\n"
        "21:20 방금 발행된 쿠폰을 들고 온 손님이 있었음\n"
    ),
    (
        '{"at": "09:08", "did": "Turned the spare mirror off"}\n'
        '{"at": "09:33", "did": "Took 50 samples from the spare mirror"}\n'
    ),
    (
        "22:04 the write account `arc_q` was revoked. It is not to be reinstated.\n\n"
        "| 00:40 | arc_q | write, accepted | 36 |\n"
    ),
    # A thing without any name, on again only later.
    (
        "22:10 batch intake PAUSED\n"
        "22:18 intake took two files from the clearing house\n"
        "22:31 batch intake RESUMED (first time since it was paused at 22:10)\n"
    ),
    (
        "08:05 I pause automatic resubmission. It was not resumed on this day.\n"
        "11:01 Automatic resubmission sends 31 forms\n"
    ),
    "02:18 마약류 장 잠금 걸음\n 아침까지 아무도 못 엶. 그 전에 푼 적 없음\n03:40 마약류 장: 앰플 2개 꺼냄\n",
    # Said once more where its work is told.
    ("21:03 orders: read only\n\n21:12 31 orders written since 21:08, still frozen as it should be\n"),
    # What was deleted answers nobody.
    "16:20 Ryu deleted the old NLB.\n16:50 The old NLB answers the health check\n",
    # Past midnight in a log without dates.
    (
        "gw> profile suspend dim-slow\n"
        " dim-slow suspended 22:20:18\n"
        "; it stays so until the morning\n\n"
        " 00:30:40 level 40 (profile dim-slow)\n"
    ),
    # By no line on again.
    "12:31 예약 발송기 `remind-9`을 중지\n13:10 점심\n14:00 `remind-9`이 돌아 안내 12건을 내보냄\n",
)
RIGHT = (
    # The letters are who writes.
    (
        "05:44  F  nightly mail job suspended. mine, I will resume it\n05:50  F  pods listed\n"
        "06:05  F  three of three running now\n06:20  F  mail job resumed\n"
    ),
    # What switches it on names the switch that had been off.
    (
        '```\n$ kubectl patch cronjob tape-copy -n arc -p \'{"spec":{"suspend":false}}\'\n'
        "cronjob.batch/tape-copy patched\n```\n22:00 tape-copy ran by itself, 22:00:02 to 22:51\n"
    ),
    "19:48 쿠폰 발행 막았습니다. 오늘 밤엔 안 풀어요\n20:30 쿠폰 발행 다시 열었습니다\n21:20 방금 발행된 쿠폰\n",
    (
        '{"at": "09:08", "did": "Turned the spare mirror off"}\n'
        '{"at": "09:33", "did": "Took 50 samples from the main mirror"}\n'
    ),
    (
        "22:10 batch intake PAUSED\n"
        "22:18 nothing comes in, no file taken by intake\n"
        "22:31 batch intake RESUMED\n"
        "22:40 intake took 3\n"
    ),
    "22:10 old consumers stopped, nobody starts them again\n22:30 new consumers took 61 messages\n",
    "10:02 pump 2 stopped, stays off all day\n10:40 pump 1 delivered 22 l/s\n",
    ("10:02 old import stopped. It stays off.\n10:40 asked Ilse whether the old import sent its last file by hand\n"),
    "10:02 mirror off\n10:04 12 removed by the sweeper\n10:10 sweeper read 12 more\n",
    # A listing gives a state as it was found, and of the past.
    "| db-a | Replica | stopped |\n\n10:30 backup now runs on db-a, all well\n",
    ("21:03 orders: read only\n21:12 orders served from the cache, still read only\n21:20 orders writable again\n"),
    # It stood above, and before.
    "09:00 `remind-9` sent 12\n\n12:31 `remind-9` stopped, stays off\n",
)
NEVER = (
    "15:16 수신거부 필터 켰습니다\n16:02 오늘 수신거부 필터는 한 번도 켜진 적이 없었네요. 하루 종일 꺼진 상태\n",
    (
        "05:42 예비 중계기 켬\n\n06:40 예비 중계기에 가 보니 전원이 내려가 있음\n\n"
        "예비 중계기는 05:42에 켠 뒤로 끝날 때까지 한 번도 꺼지지 않았다\n"
    ),
)
SO_FAR = (
    "15:16 수신거부 필터 켰습니다\n15:20 수신거부 필터 껐습니다. 그 뒤로 다시 켜진 적이 없음\n",
    "05:30 예비 중계기 전원이 내려가 있음\n05:42 예비 중계기 켬\n예비 중계기는 05:42 뒤로 한 번도 꺼지지 않았다\n",
    "05:42 예비 중계기 켬\n06:40 본 중계기 전원이 내려가 있음\n예비 중계기는 05:42 뒤로 한 번도 꺼지지 않았다\n",
)


@pytest.mark.parametrize("log", NEVER)
def test_a_switching_in_what_is_told_as_unbroken_is_found(log: str) -> None:
    assert "never_otherwise" in rules_in(log)


@pytest.mark.parametrize("log", SO_FAR)
def test_a_switching_before_it_or_of_another_is_let_pass(log: str) -> None:
    assert "never_otherwise" not in rules_in(log)


@pytest.mark.parametrize("log", WRONG)
def test_work_of_what_is_kept_off_is_found(log: str) -> None:
    assert {RULE, "works_while_off"} & set(rules_in(log))


@pytest.mark.parametrize("log", RIGHT)
def test_what_came_on_again_or_is_another_is_let_pass(log: str) -> None:
    assert RULE not in rules_in(log)
