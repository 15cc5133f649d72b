"""A bare time and one in UTC in one line are one instant twice, as far apart as the log's zone."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

APART = [
    "온실 이전, 2026-04-14\n\n**06:05** (22:05 UTC, 13일) 껐다\n**06:20** (21:20 UTC, 13일) 켰다\n",
    '{"기준": "시각은 한국", "차례": [{"시각": "22:05:00", "utc": "14:05:00Z"}]}\n',
    "Lamps, 2026-04-14, times in EEST\n\n- 16:30:00 first run (12:30:00Z)\n",
    "Lamps, 2026-04-14, local clock ART (UTC−3)\n\n- 16:30:00 first run (18:30:00Z)\n",
    "Lamps, 2026-08-11, Central Daylight Time\n\n16:30 first run (22:30 UTC)\n",
]
TOGETHER = [
    "온실 이전, 2026-04-14\n\n**06:05** (21:05 UTC, 13일) 옛 제어기를 껐다\n",
    "Lamps, 2026-04-14, times in EEST\n\n- 16:30:00 first run (13:30:00Z)\n",
    "Beds, IST, 2026-10-24\n\n- 23:10 open, 22:10Z\n- 23:24 out, 22:24Z\n- 23:41 on, 22:41Z\n",
    "Lamps, 2026-04-14, times in EEST\n\n- 16:30:00 first run, then 12:30:00Z the next day\n",
    "온실, 2026-01-14, KST\n\n서울 20:00 = UTC 11:00 = 베를린 12:00 (겨울 시간)\n",
    "Shell clock is UTC, 2026-02-05\n\n14:05 in the office of Marcus is 21:05 UTC\n",
]


@pytest.mark.parametrize("text", APART)
def test_a_wrong_conversion_is_found(text: str) -> None:
    assert "zones" in rules_in(text)


@pytest.mark.parametrize("text", TOGETHER)
def test_a_right_one_and_other_clocks_are_not(text: str) -> None:
    assert "zones" not in rules_in(text)
