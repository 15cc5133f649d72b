"""The single values of a plan."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.planfile import values
from bongsu.planfile.values import Unfit

YORK = ZoneInfo("America/New_York")


@given(st.integers(0, 366 * 86_400))
def test_a_length_of_time_reads_back_as_it_is_written(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert values.duration(values.length_text(length)) == length


@given(st.decimals(0, 100, places=4))
def test_a_percentage_reads_back_exactly(number: Decimal) -> None:
    assert values.percent(values.percent_text(number)) == number


@settings(deadline=None)  # the names of all time zones are read from the disk
@given(st.text(max_size=12))
def test_whatever_is_written_is_a_value_or_unfit(text: str) -> None:
    """Nothing else is ever raised, so that no plan ends the command with a traceback."""
    parsers = (values.duration, values.percent, values.whole, values.moment, values.zone, values.endpoint)
    for parse in (*parsers, values.reference):
        with suppress(Unfit):
            assert parse(text) is not None


@pytest.mark.parametrize(
    ("text", "length"),
    [("24h", timedelta(days=1)), ("1h30m", timedelta(minutes=90)), ("7d", timedelta(days=7)), ("0s", timedelta())],
)
def test_lengths_of_time(text: str, length: timedelta) -> None:
    assert values.duration(text) == length


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "30m1h", "-5m", "1.5h", "5M", "٥m", "5ms"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(Unfit, match="is not a length of time"):
        values.duration(text)


def test_a_local_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(Unfit) as caught:
        values.in_zone(datetime.fromisoformat("2025-03-09T02:30"), YORK)
    assert "the clocks go forward over it" in caught.value.text


def test_a_local_time_that_happens_twice_needs_its_offset() -> None:
    with pytest.raises(Unfit) as caught:
        values.in_zone(datetime.fromisoformat("2025-11-02T01:30"), YORK)
    assert "happens twice" in caught.value.text
    written = values.moment("2025-11-02T01:30-05:00")
    assert values.in_zone(written, YORK) == datetime(2025, 11, 2, 6, 30, tzinfo=UTC)


@given(st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01")))
def test_every_other_local_time_has_one_utc_time(written: datetime) -> None:
    try:
        at = values.in_zone(written, YORK)
    except Unfit:
        return
    assert at.tzinfo is UTC
    assert at.astimezone(YORK).replace(tzinfo=None) == written


@pytest.mark.parametrize(
    "text", ["env:A_1", "file:../key.txt", "secret:example/slack#bot_token", "secret:example/sens"]
)
def test_references(text: str) -> None:
    assert values.reference(text) == text


@pytest.mark.parametrize(
    "text", ["", "hunter2", "env:", "env:A-B", "ENV:A", "secret:", "file:", "secret:a#", "vault:a"]
)
def test_what_is_no_reference_is_never_repeated(text: str) -> None:
    with pytest.raises(Unfit) as caught:
        values.reference(text)
    assert caught.value.text == "a secret must be a reference, never the value itself"


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:1", True),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost.example.com", False),
        ("https://example.com/127.0.0.1", False),
        ("https://127.0.0.1@example.com", False),
    ],
)
def test_only_this_machine_is_this_machine(address: str, here: bool) -> None:
    assert values.is_loopback(address) is here
