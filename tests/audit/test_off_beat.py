"""What is told to have started by itself did so at a time at which something in the log starts."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of, rules_in

from bongsu.audit.beats import beats

RULE = "off_beat"
WRONG = (
    "규칙 cron(0/20 * * * ? *), 즉 매시 0, 20, 40분\n\n11:30 스케줄로 뜬 것\n",
    (
        "Printed every day at 06:45 and 18:45.\n\nThe scheduled print of the handover, every day's, came at 15:10.\n"
        "The scheduled afternoon print was printed at 15:10, on time as always.\n"
    ),
    "# 크론은 25 * * * * 이다\n\n14:41 14:40 정시 회차 떴음\n",
    (
        "- 19:45:01 second import by the importer itself\n- 19:52:01 third import by the importer itself\n\n"
        "The importer is set to quarters of hour, 00, 15, 30, 45, and nothing else starts it.\n"
    ),
    "  18:30:00  probe ok\n  18:33:00  probe ok, its planned run\n\nThe probe is on a beat, :00, :05, :10 and so on.\n",
    (
        '{\n "rule": "at 7, 27 and 47 minutes past every hour",\n "runs": [\n'
        '  {"at": "11:27:00", "by": "rule", "picked": 0},\n  {"at": "11:40:00", "by": "rule", "picked": 0}\n ]\n}\n'
    ),
    (
        '{\n "relay": "every 30 minutes on the hour and half hour",\n "tests": [\n'
        '  {"at": "04:10:01", "trigger": "scheduler", "ok": true}\n ]\n}\n'
    ),
    "도착 예고문자  06:00 / 06:20 / 06:40 하루 세 번\n\n[06:50] 예고문자 3회차, 일정대로 저절로 나감\n",
    "상태 수집은 매시 정각과 30분, 하루 종일 그대로\n\n20:30 정기 수집 끝. 응답 212\n20:47 정기 수집 끝. 응답 212\n",
    "## 규칙은 매시 0분 20분 40분\n\n14:40:01 정기\nREPORT\n14:50:01 정기\nREPORT\n",
    "The sweep calls once an hour, at five past each hour.\n\n- 13:35 the sweep ran by itself\n",
    "The prober calls at minute 5.\n\n- 13:35 scheduled probe ok\n",
    (
        "The date is 2026-11-04.\n\nThe dunner: Monday, Wednesday, Friday at 11:20\n\n"
        "Yesterday's scheduled run, Tuesday 11:20 on the timer, was clean.\n"
    ),
    (
        "20:15 The learner runs each hour at 25 past.\n\n"
        "20:41 It ran again by its own timer, at 20:40, 18 mails learned.\n"
    ),
    (
        "| timer | new schedule | fires |\n|---|---|---|\n| mover | `move-8h` | 06:00, 14:00, 22:00 |\n\n"
        "She saw the mover's planned run come in on the dot at 15:00.\n"
    ),
    "시각은 KST. 수집은 짝수시 12분에만 돈다\n\n11:12 예약분도 제시간에 돎\n",
    "cron(40 * * * ? *)\n\n15:47 the timer's run of 15:10, like clockwork\n",
)
RIGHT = (
    "규칙 cron(0/20 * * * ? *)\n\n11:31 11:20 정시 회차 정상 실행됨\n",
    "Printed every day at 06:45 and 18:45.\n\nA print at 15:10, started by hand, and it came out on time.\n",
    "Printed every day at 06:45.\n\n10:10 change is on time\n",
    "rate(20 minutes)\n매시 15분에도 하나\n\n11:30 스케줄로 떴음\n",
    "at :00 and :30\n\n07:45 the next scheduled report will come on time\n",
    "The backup runs every day at 03:00.\n\n- 04:10 feed B ran up by itself\n",
    "The nightly backup is at 03:00, daily.\n\n- 04:10 first scheduled run of the mailer\n",
    "The importer is set to :00 and :30.\n\n- 10:08 scheduled import done, finished in 8 min\n",
    "The importer is set to :00 and :30.\n\n- 10:12 events list-targets-by-rule shows the importer\n",
    "수집은 매시 정각에 한다\n\n18:03:51 첫 정기 수집 끝 (3분 44초)\n",
    (
        "The date is 2026-11-04.\n\nThe dunner: Monday, Tuesday, Friday at 11:20\n\n"
        "Yesterday's scheduled run, Tuesday 11:20 on the timer, was clean.\n"
    ),
    (
        "| timer | new schedule | fires |\n|---|---|---|\n| mover | `move-8h` | 06:00, 14:00, 22:00 |\n\n"
        "She saw the mover's planned run at 15:00.\n"
    ),
    "수집은 짝수시 12분에만 돈다 (Asia/Seoul)\n표현식 cron(12 1/2 * * ? *)\n\n10:12 예약분도 제시간에 돎\n",
    "cron(40 * * * ? *)\n\n15:41 34 min from the planned stop, 28 min from the real start\n",
    "The job took 18분 30초 and ran hourly.\n\n11:42 scheduled job ran\n",
)
TOLD = (
    ("every half hour, at :00 and :30", {0, 30}),
    ("five past each hour", {5}),
    ("ten to each full hour", {50}),
    ("at minute 0, 5, 10 and so on", set(range(0, 60, 5))),
    ("on the hour and half hour", {0, 30}),
    ("quarters of the hour", {0, 15, 30, 45}),
    ("매시 00·15·30·45분", {0, 15, 30, 45}),
    ("매시 20분에", {20}),
    ("매일 02:30에 한 번", {30}),
    ("every 10 minutes", set()),
)


@pytest.mark.parametrize("log", WRONG)
def test_a_scheduled_run_at_another_minute_is_found(log: str) -> None:
    assert RULE in rules_in(log)


@pytest.mark.parametrize("log", RIGHT)
def test_what_may_be_in_time_is_let_pass(log: str) -> None:
    assert RULE not in rules_in(log)


@pytest.mark.parametrize(("words", "minutes"), TOLD)
def test_the_minutes_of_a_beat_are_read_from_its_words(words: str, minutes: set[int]) -> None:
    (beat,) = beats(log_of(f"# Job\n\nThe job starts {words}\n"))
    assert beat.minutes == minutes


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Mon to Fri at 06:10", {0, 1, 2, 3, 4}),
        ("평일 06:10", {0, 1, 2, 3, 4}),
        ("매주 화요일과 목요일 06:10", {1, 3}),
        ("every Monday at 06:10", {0}),
    ],
)
def test_a_run_on_another_day_of_the_week_is_none_of_the_beat(words: str, days: set[int]) -> None:
    log = f"# Job of 2026-08-22\n\nThe collector starts {words}\n\n- 06:10 scheduled collector run ok\n"
    (beat,) = beats(log_of(log))
    assert beat.weekdays == days
    assert RULE in rules_in(log)
    assert RULE not in rules_in(log.replace("2026-08-22", "2026-08-18") if 1 in days else log.replace("22", "17"))
