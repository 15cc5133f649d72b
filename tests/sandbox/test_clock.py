"""The rehearsal clock: wall speed while busy, a jump when idle; and the record that dates by it."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.patience import PATIENCE_S

from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.http import HOLD_KEY, clock_app, holding, json_response, let_go, serve
from bongsu.sandbox.limits import JITTER, PerWindow, Spacing, admit
from bongsu.sandbox.record import Record, iso

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEAR = timedelta(minutes=5)
"""No machine takes as long between two lines of a test, and every jump here is longer."""


@pytest.fixture
def clock():
    one = SandboxClock(START)
    one.start_thread()
    yield one
    one.stop()


def test_it_jumps_to_the_deadline_of_the_only_participant(clock):
    me = clock.join("bongsu")
    now = clock.wait(me, START + 24 * HOUR)
    assert START + 24 * HOUR <= now < START + 24 * HOUR + NEAR


def test_it_runs_at_wall_speed_without_participants_and_under_a_hold(clock):
    assert clock.now() - START < NEAR
    me = clock.join("bongsu")
    with clock.hold("a request"):
        waiting = threading.Thread(target=clock.wait, args=(me, START + HOUR))
        waiting.start()
        assert clock.now() - START < NEAR
        assert "a request" in clock.held_by()
    waiting.join(timeout=PATIENCE_S)
    assert clock.now() >= START + HOUR


def test_all_participants_must_wait_before_it_jumps(clock):
    first, second = clock.join("one"), clock.join("two")
    waits = threading.Thread(target=clock.wait, args=(first, START + HOUR))
    waits.start()
    assert clock.now() - START < NEAR
    assert START + HOUR <= clock.wait(second, START + HOUR) < START + 2 * HOUR
    waits.join(timeout=PATIENCE_S)


def test_one_whose_deadline_came_is_busy_before_it_even_wakes(clock):
    """The clock must not run away from the participant that it has just woken."""
    first, second = clock.join("one"), clock.join("two")
    woke = []
    threads = [
        threading.Thread(target=lambda: woke.append(("one", clock.wait(first, START + HOUR)))),
        threading.Thread(target=lambda: woke.append(("two", clock.wait(second, START + 2 * HOUR)))),
    ]
    for thread in threads:
        thread.start()
    threads[0].join(timeout=PATIENCE_S)
    assert clock.now() < START + 2 * HOUR
    clock.leave(first)
    threads[1].join(timeout=PATIENCE_S)
    assert [name for name, _ in woke] == ["one", "two"]
    assert woke[1][1] >= START + 2 * HOUR


def test_timers_run_in_order_at_their_time_and_hold_the_clock_meanwhile(clock):
    ran = []

    def note(name):
        ran.append((name, clock.now() - START))

    clock.after(3 * HOUR, lambda: note("late"), why="late")
    clock.after(HOUR, lambda: note("early"), why="early")
    clock.after(2 * HOUR, lambda: note("never"), why="never").cancel()
    me = clock.join("bongsu")
    clock.wait(me, START + 4 * HOUR)
    assert [name for name, _ in ran] == ["early", "late"]
    assert [at // HOUR for _, at in ran] == [1, 3]


def test_busy_wakes_a_wait_and_a_call_made_just_before_is_not_missed(clock):
    me = clock.join("bongsu")
    done = threading.Event()

    def wait():
        clock.wait(me, None)
        done.set()

    threading.Thread(target=wait).start()
    while not done.is_set():
        clock.busy(me)
        done.wait(0.001)
    seen = clock.busy_calls(me)
    clock.busy(me)
    now = clock.wait(me, START + HOUR, busy_calls_seen=seen)
    assert now < START + HOUR
    assert clock.was_woken(me)


def test_a_process_that_was_killed_and_joins_again_replaces_itself(clock):
    clock.join("bongsu")
    again = clock.join("bongsu")
    assert clock.held_by() == [f"busy: {again}"]
    assert clock.wait(again, START + HOUR) >= START + HOUR


def test_a_hold_expires_so_that_a_dead_client_does_not_stop_the_world(clock):
    clock.hold("an update nobody fetches", wall_s_max=0)
    me = clock.join("bongsu")
    assert clock.wait(me, START + HOUR) >= START + HOUR


def test_a_pace_limits_the_jump():
    """At 3600 virtual seconds a wall second an hour takes one."""
    clock, began_ns = SandboxClock(START, pace=Decimal(3600)), time.monotonic_ns()
    clock.start_thread()
    me = clock.join("bongsu")
    seen = [START]
    waiting = threading.Thread(target=clock.wait, args=(me, START + HOUR))
    waiting.start()
    while waiting.is_alive():
        seen.append(clock.now())
        passed = timedelta(microseconds=(time.monotonic_ns() - began_ns) // 1000)
        assert seen[-1] - START <= 3600 * passed
    assert seen == sorted(seen)
    assert clock.now() >= START + HOUR
    assert time.monotonic_ns() - began_ns >= 1_000_000_000
    clock.stop()


def test_a_start_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="aware start"):
        SandboxClock(datetime(2025, 10, 22, 5, 0))  # noqa: DTZ001 -- what is being refused


def test_another_process_takes_part_over_http(clock):
    served = serve(clock_app(clock))
    http = urllib3.PoolManager(retries=False, timeout=PATIENCE_S)

    def post(operation, **body):
        answer = http.request("POST", f"{served.url}/clock/{operation}", json=body)
        return answer.status, answer.json()

    assert http.request("GET", served.url + "/clock").json()["source"] == "sandbox"
    _, joined = post("join", name="bongsu")
    me = joined["participant"]
    _, waited = post("wait", participant=me, until="2025-10-22T06:00:00.000000Z")
    assert waited["now"] >= "2025-10-22T06:00:00.000000Z"
    assert waited["woken"] is False
    _, busy = post("busy", participant=me)
    _, waited = post("wait", participant=me, until=None, busy_calls_seen=busy["busy_calls"] - 1)
    assert waited["woken"] is True
    assert post("wait", participant="nobody", until=None)[0] == 400
    assert post("wait", participant=me, until="2025-10-22T06:00:00")[0] == 400
    assert post("leave", participant=me)[0] == 200
    assert post("sleep")[0] == 404
    http.clear()
    served.stop()


def test_a_request_holds_the_clock_unless_it_lets_go(clock):
    seen = {}

    def app(environ, start_response):
        seen[environ["PATH_INFO"]] = clock.held_by()
        if environ["PATH_INFO"] == "/poll":
            let_go(environ)
            seen["let go"] = clock.held_by()
        return json_response({"kept": HOLD_KEY in environ})(environ, start_response)

    served = serve(holding(clock, holding(clock, app)))
    http = urllib3.PoolManager(retries=False, timeout=PATIENCE_S)
    assert http.request("GET", served.url + "/call").json() == {"kept": True}
    http.request("GET", served.url + "/poll")
    assert seen["/call"] == ["request GET"]
    assert seen["let go"] == []
    assert len(http.pools) == 1
    http.clear()
    served.stop()
    assert clock.held_by() == []


def test_the_record_is_lines_dated_by_the_clock(clock, tmp_path):
    record = Record(tmp_path / "record.jsonl", clock)
    record.write("telegram", "sendMessage", status=200)
    record.write("slack", "auth.test", status=200)
    record.close()
    lines = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text("utf-8").splitlines()]
    assert lines == record.entries()
    assert [entry["operation"] for entry in record.entries("slack")] == ["auth.test"]
    assert lines[0]["at"] >= iso(START)
    assert lines[0]["at"].endswith("Z")


def test_the_record_refuses_floats(clock, tmp_path):
    record = Record(tmp_path / "record.jsonl", clock)
    with pytest.raises(TypeError, match="no floats"):
        record.write("aws", "GetMetricData", values=[{"average": 0.5}])
    assert record.entries() == []
    record.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=3_000_000), max_size=60))
def test_no_window_ever_holds_more_than_its_limits(gaps_us):
    """Whatever the arrivals, each minute admits at most 20 and each second the burst and one more."""
    spacing, minute = Spacing(every=timedelta(seconds=1), burst=3), PerWindow(most=20, window=timedelta(minutes=1))
    now, admitted = START, []
    for gap_us in gaps_us:
        now += timedelta(microseconds=gap_us)
        retry_after_s = admit([spacing, minute], now)
        if retry_after_s:
            later = now + timedelta(seconds=retry_after_s)
            assert spacing.delay(later) == minute.delay(later) == timedelta(0), "retry_after is enough"
        else:
            admitted.append(now)
    for first in admitted:
        inside = [at for at in admitted if first <= at]
        assert sum(at - first < timedelta(minutes=1) - JITTER for at in inside) <= 20
        assert sum(at - first < timedelta(seconds=1) - JITTER for at in inside) <= 3


def test_many_short_holds_cost_the_clock_no_time():
    """A busy invocation holds and releases the clock hundreds of times; what really took time still takes it."""
    clock = SandboxClock(START)
    began, began_ns = clock.now(), time.monotonic_ns()
    for number in range(5000):
        clock.hold(f"request {number}").release()
    passed_ns = time.monotonic_ns() - began_ns
    assert (clock.now() - began) / timedelta(microseconds=1) >= passed_ns // 1000 - 1


def waits(clock, who, until):
    """Wait on a thread of its own, as another process does."""
    waiting = threading.Thread(target=clock.wait, args=(who, until))
    waiting.start()
    return waiting


def settled(clock, rate):
    """Whether the clock runs at a speed once it has noticed that somebody waits."""
    return clock.reading().rate == Decimal(rate)


def test_it_may_be_told_to_go_on_at_wall_speed_or_to_stand_while_nothing_is_in_flight(clock):
    me = clock.join("bongsu")
    clock.steer("wall")
    waiting = waits(clock, me, START + HOUR)
    assert clock.now() - START < NEAR
    clock.steer("still")
    while not settled(clock, 0):
        assert waiting.is_alive()
    stood = clock.now()
    assert clock.now() == stood
    with clock.hold("a request"):
        assert settled(clock, 1), "what is in flight takes its time"
    assert settled(clock, 0)
    clock.steer("jump")
    waiting.join(timeout=PATIENCE_S)
    assert clock.now() >= START + HOUR


@pytest.mark.parametrize("way", ["wall", "still"])
def test_a_skip_goes_to_the_next_deadline_and_then_time_goes_as_before(clock, way):
    clock.steer(way)
    first, second = clock.join("one"), clock.join("two")
    threads = [waits(clock, first, START + HOUR), waits(clock, second, START + 2 * HOUR)]
    while len(clock.reading().ahead) < 2:
        assert threads[0].is_alive()
    assert clock.skip() == START + HOUR
    threads[0].join(timeout=PATIENCE_S)
    assert START + HOUR <= clock.now() < START + HOUR + NEAR
    assert clock.reading().skipping_to is None
    for participant in (first, second):
        clock.leave(participant)
    threads[1].join(timeout=PATIENCE_S)


def test_a_skip_waits_for_what_is_in_flight_and_can_be_taken_back(clock):
    clock.steer("wall")
    me = clock.join("bongsu")
    waiting = waits(clock, me, START + HOUR)
    while not clock.reading().ahead:
        assert waiting.is_alive()
    with clock.hold("a request"):
        assert clock.skip() == START + HOUR
        assert clock.now() < START + timedelta(minutes=1)
        clock.stop_skipping()
    assert clock.now() < START + timedelta(minutes=1)
    clock.skip()
    waiting.join(timeout=PATIENCE_S)
    assert clock.now() >= START + HOUR


def test_the_reading_names_what_is_ahead_in_order(clock):
    clock.steer("still")
    me = clock.join("bongsu")
    waiting = waits(clock, me, START + HOUR)
    clock.at(START + timedelta(minutes=5), lambda: None, why="rule every-20")
    while len(clock.reading().ahead) < 2:
        assert waiting.is_alive()
    reading = clock.reading()
    assert [(one.when, one.why) for one in reading.ahead] == [
        (START + timedelta(minutes=5), "rule every-20"),
        (START + HOUR, "bongsu looks again"),
    ]
    assert (reading.idle, reading.participants, reading.held_by) == ("still", ("bongsu",), ())
    clock.leave(me)
    waiting.join(timeout=PATIENCE_S)
