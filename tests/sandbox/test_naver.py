"""The imitated booking site."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import urllib3
from tests.sandbox.naver_rig import COUNT, LIST, Site

from bongsu.sandbox.faults import Fault


@pytest.fixture
def open_site(tmp_path):
    made = []

    def opener(**spec):
        made.append(Site(tmp_path, **spec))
        return made[-1]

    yield opener
    for one in made:
        one.close()


def test_count_and_list_agree_and_pages_make_up_the_whole(open_site):
    site = open_site()
    count = site.get(COUNT).json()["count"]
    pages = [site.get(LIST, page=str(page), size="5").json() for page in range(6)]
    numbers = [one["bookingId"] for page in pages for one in page]
    assert len(numbers) == len(set(numbers)) == count
    starts = [one["snapshotJson"]["startDateTime"] for page in pages for one in page]
    assert starts == sorted(starts)
    whole = sum(site.get(COUNT.replace("1000001", f"100000{store}")).json()["count"] for store in range(1, 9))
    assert whole == 147


def test_a_booking_has_korean_dates_outside_and_utc_inside(open_site):
    one = open_site().get(LIST).json()[0]
    start = datetime.fromisoformat(one["snapshotJson"]["startDateTime"])
    assert one["startDate"] == str((start + timedelta(hours=9)).date())
    assert one["regDateTime"].endswith("+09:00")
    assert one["phone"].startswith("0100000")


def test_detail_answers_one_booking_or_404(open_site):
    site = open_site()
    one = site.get(LIST).json()[0]
    assert site.get(f"{LIST}/{one['bookingId']}").json() == one
    assert site.get(f"{LIST}/1").status == 404
    assert site.get(LIST.replace("1000001", "7")).status == 404


@pytest.mark.parametrize(("signed_out", "status"), [("redirect", 302), ("401", 401), ("403", 403), ("html", 200)])
def test_wrong_cookies_meet_the_sign_in_in_each_of_its_ways(open_site, signed_out, status):
    answer = open_site(signed_out=signed_out).get(COUNT, cookies={"NID_AUT": "x", "NID_SES": "y"})
    assert answer.status == status
    if status == 302:
        assert "nidlogin" in answer.headers["Location"]
    if status == 200:
        assert b"<form" in answer.data


def test_a_session_may_end_in_the_middle(open_site):
    site = open_site(signed_out_after=2)
    assert [site.get(COUNT).status for _ in range(3)] == [200, 200, 302]


def test_the_role_is_needed_for_a_count(open_site):
    site = open_site()
    assert site.get(COUNT, role=None).status == 403
    assert site.get(LIST, role=None).status == 200


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2025-10-21T00:00:00.000Z", "2025-11-20T00:00:00.000Z", 200),
        ("2025-10-21T00:00:00", "2025-11-20T00:00:00", 422),
        ("2025-10-01T00:00:00.000Z", "2025-11-20T00:00:00.000Z", 422),
        ("yesterday", "today", 422),
    ],
)
def test_windows_need_a_zone_and_at_most_31_days(open_site, start, end, status):
    assert open_site().get(LIST, startDateTime=start, endDateTime=end).status == status


def test_a_window_chooses_by_use_date(open_site):
    site = open_site()
    found = site.get(
        LIST,
        bookingStatusCodes="RC08",
        startDateTime="2025-10-22T00:00:00.000Z",
        endDateTime="2025-10-22T05:00:00.000Z",
    ).json()
    assert found
    assert {one["startDate"] for one in found} == {"2025-10-22"}
    assert {one["bookingStatusCode"] for one in found} == {"RC08"}


def test_faults_by_operation(open_site):
    site = open_site()
    site.faults.add(Fault(service="naver", operation="count", kind="status", status=503))
    site.faults.add(Fault(service="naver", operation="list", kind="drop_before"))
    assert [site.get(COUNT).status, site.get(COUNT).status] == [503, 200]
    with pytest.raises(urllib3.exceptions.ProtocolError):
        site.get(LIST)
    assert [entry["operation"] for entry in site.record.entries("naver")] == ["count", "count", "list"]
