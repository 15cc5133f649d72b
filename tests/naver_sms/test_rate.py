"""How fast texts are sent: evenly, never faster than agreed, and no slower than the calls themselves are."""

from __future__ import annotations

import pytest
from tests.naver_sms.world import NOW, VirtualClock

from naver_sms.sending import Rate


def starts(per_s, takes_s):
    """Return when each call starts, given how long each takes."""
    clock = VirtualClock(started_at=NOW)
    rate, found = Rate(per_s, clock), []
    for call_s in takes_s:
        rate.wait()
        found.append(clock.passed_s())
        clock.wait_until(clock.passed_s() + call_s)
    return found


@pytest.mark.parametrize(
    ("per_s", "takes_s", "at"),
    [
        (4, [0.0, 0.0, 0.0, 0.0], [0.0, 0.25, 0.5, 0.75]),
        (4, [1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 2.0, 3.0]),
        (4, [1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 1.25, 1.5]),
        (None, [0.0, 0.0, 0.5, 0.0], [0.0, 0.0, 0.0, 0.5]),
    ],
)
def test_calls_start_evenly_spaced_where_a_rate_is_set_and_make_up_for_no_slow_one(per_s, takes_s, at):
    assert starts(per_s, takes_s) == pytest.approx(at)
