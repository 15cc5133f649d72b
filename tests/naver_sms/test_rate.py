"""How fast texts are sent: evenly, never faster than agreed, and no slower than the calls themselves are."""

from __future__ import annotations

import pytest
from tests.naver_sms.world import NOW, VirtualClock

from naver_sms.sending import Rate


def starts(per_s, takes_s, calls=5):
    """Return when each of some calls starts, of which each takes so long."""
    clock = VirtualClock(started_at=NOW)
    rate, found = Rate(per_s, clock), []
    for _ in range(calls):
        rate.wait()
        found.append(clock.passed_s())
        clock.wait_until(clock.passed_s() + takes_s)
    return found


@pytest.mark.parametrize(
    ("per_s", "takes_s", "at"),
    [
        (4, 0.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (4, 1.0, [0.0, 1.0, 2.0, 3.0, 4.0]),
        (None, 0.0, [0.0, 0.0, 0.0, 0.0, 0.0]),
    ],
)
def test_calls_start_evenly_spaced_where_a_rate_is_set(per_s, takes_s, at):
    assert starts(per_s, takes_s) == pytest.approx(at)
