"""What one entry tells by two clocks is as far apart as the two clocks are."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

RULE = "clocks_apart"
WRONG = (
    "- 04:15 Zofia에게 전화. 여기 04:15, 저기 20:15\n- 04:45 Zofia 퇴근. 여기 04:45, 저기 21:45\n",
    "22:50 asked the partner. my clock 22:50, theirs 19:50\n00:15 she is off to bed. 00:15 here, 22:15 there\n",
    "- 08:34 Mr Morita reports: it is 15:34 with him\n- 10:15 Mr Morita goes home, 18:15 in Osaka\n",
    "Stamps are UTC\n\n[09:00:00] + note 09:00 here, 07:00 there (they are at UTC-3)\n",
    "clock: our time, UTC+2\n\n02:55 handshakes clean. Their clock reads 09:55 for our 02:55 (they are at UTC+8)\n",
    "clock: local, UTC+2\n\n05:15 Closing the test. 05:15 local, 02:15Z for the ticket.\n",
    "# 시각은 KST (UTC+9)\n\n| 시각 | 일 |\n|---|---|\n| 14:20 | 새것으로. 장비 기록에는 `2026-11-10T06:20Z` |\n",
)
RIGHT = (
    "- 04:15 Zofia에게 전화. 여기 04:15, 저기 20:15\n- 04:45 Zofia 퇴근. 여기 04:45, 저기 20:45\n",
    "- 08:34 Anna writes, 09:34 in Porto\n- 10:15 Otto rings, 12:15 in Leipzig\n",
    "clock: local, UTC+2\n\n05:15 Window 05:15 to 07:15 local, that is 03:15 to 05:15 UTC\n",
    "clock: local, UTC+2\n\n05:15 The next run there is due at 09:15Z.\n",
    "clock: local, UTC+2\n\n05:15 Closing the test. 05:15 local, 03:15Z for the ticket.\n",
    "- 10:05 asked her, 17:05 on her clock\n- 11:05 asked her, 19:05 on her clock\n\nWinter time came.\n",
    "- 10:05 asked him, 17:05 on his clock\n- 11:05 called him, 18:20 on his clock\n",
    "- 10:05 asked him, 17:05 with him\n- 11:05 asked him, 19:05 with him\n- 11:35 asked him, 20:35 with him\n",
)


@pytest.mark.parametrize("log", WRONG)
def test_two_clocks_that_are_not_so_far_apart_are_found(log: str) -> None:
    assert RULE in rules_in(log)


@pytest.mark.parametrize("log", RIGHT)
def test_what_two_clocks_may_show_is_let_pass(log: str) -> None:
    assert RULE not in rules_in(log)
