"""What lines count one by one, and a sentence tells as their total, is one number."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of

from bongsu.audit import audit

RULES = ["total_in_words", "total_elsewhere", "sums"]
WRONG = (
    (
        "21:09 mina: north done, 7 lockers flashed\n21:15 joon: east done, 5 lockers flashed\n"
        "21:31 joon: south done, 11 lockers flashed\n\n"
        '21:44 mina: wrote to the partners: "All 25 lockers are on the new firmware, thank you for waiting."\n'
    ),
    (
        "Summary: 96,410 accounts moved, no customer saw an error.\n\n"
        "1. Copy shard A: 31,200 accounts, 4 min.\n2. Copy shard B: 28,950 accounts, 4 min.\n"
        "3. Copy shard C: 35,260 accounts, 5 min.\n"
    ),
    (
        "Drain log\n  node-a1   12 pods gone   14:01 - 14:03\n  node-a2    8 pods gone   14:03 - 14:06\n"
        "  node-a3   15 pods gone   14:06 - 14:08\n  => 37 pods rescheduled\n"
    ),
    (
        "14:05 1번 서버에서 세션 41개 옮김\n14:11 2번 서버에서 세션 37개 옮김\n14:18 3번 서버에서 세션 29개 옮김\n"
        "14:30 공지: 세 서버 세션 117개를 모두 새 서버로 옮겼습니다.\n"
    ),
    (
        "22:10:04 [runner] batch 1 ok, 318 invoices\n22:20:05 [runner] batch 2 ok, 295 invoices\n"
        "22:30:04 [runner] batch 3 ok, 307 invoices\n22:41 Invoices are out. 930 in three batches, none rejected.\n"
    ),
    (
        "12:01 first half of the fleet, 48 scooters, updated\n12:40 second half, 47 scooters, updated\n"
        '12:55 message 331: "Update finished on all 97 scooters."\n'
    ),
    (
        "Three warnings came from the queue, four from the proxy and two from the cron host.\n\n"
        "In the closing note: eleven warnings, all harmless.\n"
    ),
    (
        "First run, by kind of text:\n\n| Kind | Texts |\n|---|---:|\n| due | 412 |\n| ready | 96 |\n| lapsing | 31 |\n"
        "\nThe log says sent=539.\n\nPosted:\n\n> First run: 549 texts handed to the gateway.\n"
    ),
    (
        "$ kubectl get pods -o wide | awk '{print $7}' | uniq -c\n      7 node-1\n      6 node-2\n      5 node-3\n"
        "# 20 pods, as it should be\n"
    ),
    (
        '{\n  "records_moved": {\n    "A": 38,\n    "CNAME": 11,\n    "TXT": 9\n  },\n'
        '  "summary": {\n    "records_in_zone": 60\n  }\n}\n'
    ),
)
RIGHT = (
    (
        '{"lists": [\n{"name": "1990s", "people": 1204, "texted": 1198},\n'
        '{"name": "2000s", "people": 1467, "texted": 1467},\n{"name": "2010s", "people": 1733, "texted": 1729},\n'
        '{"name": "overseas", "people": 212, "texted": 0}],\n"sums": {\n"people_on_all_four_lists": 4616,\n'
        '"people_on_the_three_home_lists": 4404,\n"texted_today": 4394}}\n'
    ),
    (
        "21:09 mina: north done, 7 lockers flashed\n21:15 joon: east done, 5 lockers flashed\n"
        "21:31 joon: south done, 11 lockers flashed\n\n"
        '21:44 mina: wrote to the partners: "All 23 lockers are on the new firmware."\n'
    ),
    (
        "21:09 north done, 7 lockers flashed\n21:15 east done, 5 lockers flashed\n21:31 south, 11 lockers flashed\n"
        "21:40 two lockers more were done before the night\n21:44 All 25 lockers are on the new firmware.\n"
    ),
    (
        "08:01 queue holds 120 messages\n08:06 queue holds 118 messages\n08:11 queue holds 121 messages\n"
        "08:30 all 350 messages of the morning were read\n"
    ),
    (
        "Wave one: 7 shops switched\nWave two: 5 shops switched\nWave three: 11 shops switched\n\n"
        "## Next\n\nBusan: all 25 shops in March.\n"
    ),
    (
        "12 pods gone from node-a1\n8 pods gone from node-a2\n15 pods gone from node-a3\n"
        "At most 37 pods may be moved, about 36 pods were expected.\n"
    ),
    "Two of the seven trustees came at noon, four trustees in the evening and five trustees by telephone.\n",
    "[11:02] looked at 214 cars, marked 11, released 3\n[11:12] looked at 215 cars, marked 0, released 2\n",
    (
        "| 구역 | 성공 |\n|---|---|\n| 동부 | 3,110 |\n| 서부 | 2,899 |\n| 남부 | 2,387 |\n\n"
        "4건 재발송, 3건 성공, 1건 다시 실패. 그래서 최종 성공 8,399.\n"
    ),
    "[10:02] 14 picked, 14 sent, 0 failed\n[10:22] both runs together: 29 reminders picked and sent\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_a_total_in_words_that_the_parts_do_not_make_is_found(text: str) -> None:
    assert audit([log_of(text)], RULES)


@pytest.mark.parametrize("text", RIGHT)
def test_a_total_that_is_right_or_another_things_is_left_alone(text: str) -> None:
    assert audit([log_of(text)], RULES) == []


RATES = (
    "  대상          3,200\n  성공          3,168\n  실패             32\n  성공률        99.8%\n",
    "Contacted 1,450 households, 1,392 confirmed the new date.\nThat is a confirmation rate of 98 percent.\n",
    "| kind | texts |\n|---|---|\n| due | 2,500 |\n| sent | 2,430 |\n\nThe success rate was 98.2 %.\n",
)


@pytest.mark.parametrize("text", RATES)
def test_a_rate_alone_is_that_of_the_outcomes_above_it(text: str) -> None:
    right = text.replace("99.8", "99.0").replace("98 percent", "96 percent").replace("98.2", "97.2")
    assert audit([log_of(text)], ["rate_of_outcomes", "percent_of_count"])
    assert audit([log_of(right)], ["rate_of_outcomes", "percent_of_count"]) == []


def test_few_that_failed_are_as_many_as_their_reasons() -> None:
    text = "실패 {}건 내역: 번호 오류 7건, 수신 거부 3건, 시간 초과 3건\n"
    assert audit([log_of(text.format(12))], ["parts_of_whole"])
    assert audit([log_of(text.format(13))], ["parts_of_whole"]) == []
    assert audit([log_of("6 nodes: 4 with disks, 2 without, 1 spare\n")], ["parts_of_whole"]) == []


def test_a_gauge_that_is_called_a_total_is_held_against_its_column() -> None:
    text = (
        "GROUP    TOPIC    PARTITION    LAG\nmain     events   0            1204\n"
        "main     events   1            877\nmain     events   2            619\n\n# note: lag now {} in total\n"
    )
    assert audit([log_of(text.format("2,900"))], RULES)
    assert audit([log_of(text.format("2,700"))], RULES) == []
    assert audit([log_of(text.format("2,900").replace(" in total", ""))], RULES) == []


OTHER_TOTALS = (
    (
        "depot      due   sent   refused\nMorden     402    401         1\nCarman     377    377         0\n"
        "Roblin     214    212         2\nall        993    990         3\n\n"
        "Wednesday's run: 995 due, 994 sent, 1 refused (the number is out of service). "
        "Five came and three left: 993 - 3 + 5 = 995.\n"
    ),
    (
        "2   Wed 12  01:15   replica lag > 60 s     resync\n3   Wed 12  01:17   same, second member    resync\n"
        "4   Wed 12  09:03   certificate < 14 d     renewed\n5   Wed 12  23:48   disk at 85 %          rotated\n"
    ),
)


@pytest.mark.parametrize("text", OTHER_TOTALS)
def test_a_count_that_its_own_sentence_accounts_for_is_no_wrong_total(text: str) -> None:
    assert [(one.rule, one.why) for one in audit([log_of(text)], RULES)] == []
