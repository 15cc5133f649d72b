"""A day of 2,000 bookings and 500 texts at the default pace, in virtual time: within 300 s, or a clean stop."""

from __future__ import annotations

import pytest
from tests.naver_sms.world import NOW, STORES, VirtualClock, booking, document, environ, record_for

from naver_sms.run import run_once
from naver_sms.settings import load
from naver_sms.state.memory import Cells, MemoryState
from naver_sms.summary import LINE_BYTES, Invocation, line, report

DUE, NEW, QUIET, USED = 300, 200, 1200, 300
LIMIT_MS = 300_000


@pytest.fixture
def day(naver):
    """Put 2,000 bookings of eight stores on the booking site and return what an earlier run left of them."""

    def many(first, count, **each):
        return [booking(first + n, store=STORES[n % 8], phone=f"0100{first + n:07d}", **each) for n in range(count)]

    due, quiet = many(1000, DUE, minutes=60), many(3000, QUIET, minutes=600)
    used = many(5000, USED, minutes=-600, status="RC08")
    naver.bookings = [*many(2000, NEW, minutes=300), *due, *quiet, *used]
    rows = [*map(record_for, [*due, *quiet]), *(record_for(one, guide=True) for one in used)]
    return Cells(records={(one.booking_num, one.phone): one for one in rows})


@pytest.fixture
def once(tmp_path, naver, sens, day):
    def run(**changes):
        document_of = {key: value for key, value in document().items() if key not in {"sens_rate", "page_pause_s"}}
        env = environ(tmp_path, naver, sens)
        with (tmp_path / "settings.json").open("w") as file:
            file.write(line(document_of | {"delivery_wait_s": 60} | changes))
        settings = load(env | {"NAVER_SMS_SETTINGS": f"file:{tmp_path / 'settings.json'}"})
        clock = VirtualClock(started_at=NOW)
        done = run_once(settings, clock=clock, time_s=285, opener=lambda _, meter: MemoryState(meter=meter, cells=day))
        return report(done, invocation=Invocation(), finished_at=clock.now())

    return run


def test_five_hundred_texts_go_out_within_the_limit_at_the_default_rate(once, sens):
    found = once()
    assert found["bookings"]["confirmed_seen"] + found["bookings"]["completed_seen"] == 2000
    assert (found["result"], found["sms"]["accepted"], found["evidence"]["left"]) == ("ok", 500, {})
    # Five a second: the last of 500 starts 99.8 s after the first.
    assert 99_800 <= found["duration_ms"] < LIMIT_MS
    assert len({(one["to"], one["content"]) for one in sens.outbox}) == 500


def test_at_the_deadline_it_stops_names_the_rest_and_the_next_run_sends_it(once, sens):
    found = once(deadline_s=40)
    left = found["evidence"]["left"]["deadline"]
    assert (found["result"], found["exit_code"]) == ("partial", 2)
    # Reminders go first: what is late is of no use.
    assert found["intents"]["guide"]["accepted"] > 0 and found["intents"]["confirm"]["accepted"] == 0
    assert found["sms"]["accepted"] + sum(map(len, left.values())) == 500
    assert len(left["confirm"]) == NEW and len(set(left["confirm"])) == NEW
    assert found["duration_ms"] < 45_000 and len(line(found)) <= LINE_BYTES
    again = once()
    assert (again["result"], found["sms"]["accepted"] + again["sms"]["accepted"]) == ("ok", 500)
    assert len({(one["to"], one["content"]) for one in sens.outbox}) == len(sens.outbox) == 500
