"""What is told to have run by its schedule ran at a minute that a schedule of the log has."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

RULE = "off_minute_run"
WRONG = (
    "규칙 cron(0/20 * * * ? *), 즉 매시 0, 20, 40분\n\n11:30 스케줄로 뜬 것\n",
    "Printed every day at 06:45 and 18:45.\n\nThe scheduled afternoon print came out at 15:10, on time as always.\n",
    "# 크론은 25 * * * * 이다\n\n14:41 14:40 정시 회차 떴음\n",
)
RIGHT = (
    "규칙 cron(0/20 * * * ? *)\n\n11:31 11:20 정시 회차 정상 실행됨\n",
    "Printed every day at 06:45 and 18:45.\n\nA print at 15:10, started by hand, and it came out on time.\n",
    "Printed every day at 06:45.\n\n10:10 change is on time\n",
    "rate(20 minutes)\n매시 15분에도 하나\n\n11:30 스케줄로 떴음\n",
    "at :00 and :30\n\n07:45 the next scheduled report will come on time\n",
)


@pytest.mark.parametrize("log", WRONG)
def test_a_scheduled_run_at_another_minute_is_found(log: str) -> None:
    assert RULE in rules_in(log)


@pytest.mark.parametrize("log", RIGHT)
def test_what_may_be_in_time_is_let_pass(log: str) -> None:
    assert RULE not in rules_in(log)
