"""The world of bookings: what the first run finds, and how the day goes on."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.sandbox.bookings import KST, STORES, BookingMaker, Bookings, LifeSpec, in_opening_hours
from bongsu.sandbox.bookings_fixture import NOTHING_CHANGES_FOR, Fixture, session_item
from bongsu.sandbox.parity_input import ParitySpec, recorded_input
from bongsu.sandbox.record import Record

ANCHOR = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
LEAD = timedelta(hours=2)


class SetClock:
    """A clock that stands where it is put."""

    def __init__(self, now):
        self.time = now

    def now(self):
        return self.time


def fixture(seed=1):
    return Fixture(ANCHOR, BookingMaker(seed))


def live(folder, *, seed=1):
    clock = SetClock(ANCHOR)
    maker = BookingMaker(seed)
    made = Fixture(ANCHOR, maker)
    record = Record(folder / f"record-{seed}.jsonl", clock)
    world = Bookings(
        clock, record, fixture=made.bookings, maker=maker, live_from=ANCHOR + NOTHING_CHANGES_FOR, life=LifeSpec()
    )
    return clock, world, record


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), after_s=st.integers(60, 25 * 60))
def test_any_first_run_finds_eight_new_and_twelve_reminders_due(seed, after_s):
    """Whatever the seed and whenever between 14:01 and 14:25 the run is, it has twenty texts to send."""
    now = ANCHOR + timedelta(seconds=after_s)
    made = fixture(seed)
    confirmed = [one for one in made.bookings if one.status == "RC03"]
    new = [one for one in confirmed if one.booking_id not in made.flags]
    due = [
        one
        for one in confirmed
        if one.booking_id in made.flags
        and not made.flags[one.booking_id].remind
        and timedelta(0) < one.start_at - now < LEAD
    ]
    assert (len(confirmed), len(made.bookings) - len(confirmed)) == (147, 34)
    assert (len(new), len(due)) == (8, 12)
    assert all(timedelta(minutes=30) <= one.start_at - now for one in due)
    assert all(timedelta(minutes=180) <= one.start_at - now for one in new)
    assert all(one.end_at + timedelta(minutes=10) > now for one in confirmed)


def test_every_record_belongs_to_a_booking_and_pending_ones_are_findable():
    made = fixture()
    rows = made.records()
    assert len(rows) == 173
    assert len({row["booking_num"]["S"] for row in rows}) == 173
    for row in rows:
        store = row["booking_num"]["S"].partition("_")[0]
        assert row.get("due_shard", {}).get("S") == (None if row["option_sms"]["BOOL"] else store)
    assert {row["due_shard"]["S"] for row in rows if "due_shard" in row} == set(STORES)
    assert any(row["option_sms"]["BOOL"] for row in rows)


def test_numbers_and_people_are_all_different():
    made = fixture()
    assert len({one.phone for one in made.bookings}) == 181
    assert all(one.phone.startswith("0100000") and len(one.phone) == 11 for one in made.bookings)
    assert len({one.booking_id for one in made.bookings}) == 181


def test_the_evening_has_texts_to_send():
    """Completed today with the option and not yet told: the run in hour 20 has work."""
    made = fixture()
    waiting = [
        one
        for one in made.bookings
        if one.status == "RC08"
        and not made.flags[one.booking_id].option
        and any("네이버" in name for name in one.options)
    ]
    assert 5 <= len(waiting) <= 15


def test_nothing_changes_before_the_first_run_and_much_in_the_day_after(tmp_path):
    clock, world, record = live(tmp_path)
    before = [one.to_json() for one in world.all()]
    clock.time = ANCHOR + timedelta(minutes=25)
    assert [one.to_json() for one in world.all()] == before
    clock.time = ANCHOR + timedelta(hours=26)
    world.all()
    changes = Counter(entry["operation"] for entry in record.entries("bookings"))
    assert changes["arrived"] == 16
    assert changes["cancelled"] == 6
    assert changes["replaced"] == 2
    assert changes["completed"] > 40
    record.close()


def test_the_day_is_the_same_however_often_somebody_looks(tmp_path):
    """Looking every minute or only once at the end makes no difference: the seed alone decides."""
    ends = []
    for folder, step in (("often", timedelta(minutes=7)), ("once", timedelta(hours=24))):
        (tmp_path / folder).mkdir()
        clock, world, record = live(tmp_path / folder, seed=7)
        while clock.time < ANCHOR + timedelta(hours=24):
            clock.time = min(clock.time + step, ANCHOR + timedelta(hours=24))
            world.all()
        ends.append(sorted((one.to_json() for one in world.all()), key=lambda one: one["bookingId"]))
        record.close()
    assert ends[0] == ends[1]


def test_other_seeds_make_other_days(tmp_path):
    days = []
    for seed in (1, 2):
        clock, world, record = live(tmp_path, seed=seed)
        clock.time = ANCHOR + timedelta(hours=24)
        days.append({one.booking_id for one in world.all()})
        record.close()
    assert days[0] != days[1]


def test_the_record_of_changes_names_no_person(tmp_path):
    clock, world, record = live(tmp_path)
    clock.time = ANCHOR + timedelta(hours=24)
    phones = {one.phone for one in world.all()}
    names = {one.name for one in world.all()}
    text = json.dumps(record.entries(), ensure_ascii=False)
    assert not any(secret in text for secret in phones | names)
    record.close()


@given(st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2026, 1, 1)))  # noqa: DTZ001
def test_visits_begin_on_a_quarter_hour_in_opening_hours(naive):
    start = in_opening_hours(naive.replace(tzinfo=UTC)).astimezone(KST)
    assert start.minute % 15 == 0
    assert 10 <= start.hour <= 21


def test_the_cookies_row_is_in_the_old_jobs_format():
    item = session_item({"NID_AUT": "a", "NID_SES": "b"}, fetched_at=ANCHOR)
    jar = json.loads(item["cookies"]["S"])
    assert [(one["name"], one["domain"], one["path"]) for one in jar] == [
        ("NID_AUT", ".naver.com", "/"),
        ("NID_SES", ".naver.com", "/"),
    ]
    assert item["id"] == {"S": "1"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_recorded_runs_hold_hundreds_of_bookings_and_no_person(seed):
    document = recorded_input(ANCHOR, ParitySpec(), seed=seed)
    assert (document["type"], document["v"], len(document["runs"])) == ("naver_sms.recorded", 1, 6)
    assert sum(len(run["confirmed"]) + len(run["completed"]) for run in document["runs"]) == 384
    assert {datetime.fromisoformat(run["now"]).hour for run in document["runs"]} >= {9, 20}
    assert "0100000" not in json.dumps(document)
