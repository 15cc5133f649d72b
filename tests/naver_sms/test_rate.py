"""How fast texts are sent: evenly, never faster than agreed, and no slower than the calls themselves are."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest
from tests.naver_sms.world import KST, NOW, VirtualClock, booking, record_for

from naver_sms.holds import Holds
from naver_sms.intent import Intent, Outcome
from naver_sms.law import Purpose
from naver_sms.meter import Meter
from naver_sms.record import Kind
from naver_sms.sending import Rate, Sender
from naver_sms.texts import Wording
from sens import Accepted, Refused
from sens.limits import MessageType


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


class Throttled:
    """SENS that refuses the first call of each number as one too many."""

    def __init__(self, clock, pause_s):
        self.clock, self.pause_s, self.calls = clock, pause_s, []

    def send(self, text):
        again = any(to == text.to for to, _ in self.calls)
        self.calls.append((text.to, self.clock.passed_s()))
        if again:
            return Accepted(request_id="r", request_time="t", raw=b"")
        return Refused(status=429, code="", retry_after_s=self.pause_s, raw=b"")


def sent(*, texts=1, started_at=NOW, left_s=60.0, pause_s=0, purpose=Purpose.INFORMATION):
    """Send texts at one a second, each throttled once; return when each call started, how each text ended, and when."""
    clock = VirtualClock(started_at=started_at)
    desk = SimpleNamespace(
        sens=Throttled(clock, pause_s),
        state=SimpleNamespace(claim=lambda *_: True, settle=lambda *_: True),
        meter=Meter(),
        run_id="run",
        clock=clock,
        left_s=lambda: left_s - clock.passed_s(),
        at_once=1,
        refusals=SimpleNamespace(why_not=lambda _: None),
        held=Holds,
        recheck=None,
        recheck_after=None,
    )
    sender, intents = Sender(desk, rate=Rate(1, clock)), []
    for number in range(texts):
        words = Wording(
            template="t", from_number="0200000001", type=MessageType.SMS, subject=None, content="예시", purpose=purpose
        )
        one = booking(number)
        phone = SimpleNamespace(phone=one["phone"])
        intents.append(Intent(kind=Kind.GUIDE, booking=phone, record=record_for(one), words=words, created=True))
        sender.submit(intents[-1])
    sender.finish()
    return [at for _, at in desk.sens.calls], [(one.outcome, one.code) for one in intents], clock.passed_s()


def test_a_call_that_is_made_again_takes_its_turn_as_well():
    """Ten that SENS refuses as too many came again at one moment, once: more than had been agreed, and refused."""
    calls, ends, _ = sent(texts=3)
    assert (calls, ends) == ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [(Outcome.ACCEPTED, None)] * 3)


@pytest.mark.parametrize(
    "told",
    [
        {"left_s": 0.5},
        {"purpose": Purpose.ADVERTISING, "started_at": datetime(2025, 10, 22, 20, 54, 59, 500_000, tzinfo=KST)},
    ],
    ids=["deadline", "night"],
)
def test_a_call_whose_turn_comes_too_late_is_not_made_again(told):
    calls, ends, _ = sent(**told)
    assert (calls, ends) == ([0.0], [(Outcome.REFUSED, "http 429")])


def test_a_pause_that_is_longer_than_the_time_left_is_not_waited_for():
    assert sent(left_s=20.0, pause_s=30) == ([0.0], [(Outcome.REFUSED, "http 429")], 0.0)
