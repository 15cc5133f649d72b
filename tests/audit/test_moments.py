"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.audit.moments import Around, moments

KST = Around(day=date(2025, 10, 22), zone_min=540)
FIVE = datetime(2025, 10, 22, 5, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-22T14:00:30 KST",
        "2025-10-22T14:00:30+09:00",
        "2025-10-22T05:00:30Z",
        "2025-10-22 05:00:30 UTC",
        "2025/10/22 14:00:30",
        "2025.10.22 14:00:30",
        "2025년 10월 22일 14시 00분 30초",
        "2025년 10월 22일 오후 2:00:30",
        "14:00:30",
        "2:00:30 PM",
        "at 14:00:30 KST,",
        "(14:00:30 KST)",
    ],
)
def test_one_instant_in_many_forms(text: str) -> None:
    (found,) = moments(text, KST)
    assert found.at == FIVE


@pytest.mark.parametrize(
    "text", ["16:9", "127.0.0.1:8080", "T+00:02:31", "T-00:09:23", "runbook.md:39", "25:61", "1.2.3"]
)
def test_what_only_looks_like_a_time(text: str) -> None:
    assert moments(text, KST) == ()


def test_the_two_ends_of_a_span_are_two_times() -> None:
    ends = [moment.at for moment in moments("2025-10-22T14:00-14:15 KST", KST)]
    assert ends == [FIVE.replace(second=0), FIVE.replace(minute=15, second=0)]
    assert len(moments("10:00-11:00", KST)) == 2
    assert len(moments("2025-10-22 10:00-10:30 KST", KST)) == 2


@given(
    at=st.integers(1_577_836_800, 1_893_455_999).map(lambda second: datetime.fromtimestamp(second, UTC)),
    zone_min=st.sampled_from([-480, -300, 0, 60, 330, 540]),
)
def test_every_iso_time_is_read_as_it_was_written(at: datetime, zone_min: int) -> None:
    written = at.astimezone(timezone(timedelta(minutes=zone_min))).isoformat()
    (found,) = moments(f"sent {written}, as recorded", Around())
    assert (found.at, found.zone_min, found.text) == (at, zone_min, written)
    assert f"sent {written}"[found.column - 1 :] == written


@given(line=st.text("0123456789:-.T Z+KSUTC시분오후/", max_size=40))
def test_no_line_breaks_it_and_each_time_stands_where_it_says(line: str) -> None:
    for moment in moments(line, KST):
        assert line[moment.column - 1 : moment.end - 1].strip() == moment.text
