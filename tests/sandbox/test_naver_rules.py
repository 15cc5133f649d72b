"""What else the imitated booking site holds to: arguments, unsure facts by switch, and its controls."""

from __future__ import annotations

import pytest
from tests.sandbox.naver_rig import COUNT, LIST, Site, booking

from bongsu.sandbox.faults import Fault

WEEK = {"startDateTime": "2025-10-20T00:00:00.000Z", "endDateTime": "2025-10-27T00:00:00.000Z"}
# Every argument as a browser's page sends it.
ALL_ARGUMENTS = {
    "bizItemTypes": "STANDARD", "bookingStatusCodes": "RC03", "dateDropdownType": "ENTIRE", "dateFilter": "USEDATE",
    "maxDays": "31", "nPayChargedStatusCodes": "", "orderBy": "", "orderByStartDate": "ASC",
    "paymentStatusCodes": "", "searchValue": "", "noCache": "1761109200000",
}  # fmt: skip


@pytest.fixture
def open_site(tmp_path):
    made = []

    def opener(**spec):
        made.append(Site(tmp_path, **spec))
        return made[-1]

    yield opener
    for one in made:
        one.close()


# What may be asked.


def test_all_the_arguments_of_the_site_s_own_page_are_taken(open_site):
    site = open_site()
    assert site.get(COUNT, **ALL_ARGUMENTS).json()["count"] == len(site.ids(**ALL_ARGUMENTS, page="0", size="50"))


@pytest.mark.parametrize(
    "odd",
    [
        {"colour": "red"},
        {"bizItemTypes": "CLASS"},
        {"dateDropdownType": "TODAY"},
        {"orderBy": "NAME"},
        {"searchValue": "김예시"},
        {"maxDays": "32"},
        {"bookingStatusCodes": ""},
    ],
)
def test_what_is_not_imitated_is_refused_and_not_ignored(open_site, odd):
    answer = open_site().get(LIST, **odd)
    assert answer.status == 400 and answer.json()["message"].startswith("sandbox: ")


def test_a_count_has_no_pages(open_site):
    assert open_site().get(COUNT, page="0").status == 400


@pytest.mark.parametrize("page", [{"page": "-1"}, {"page": "x"}, {"size": "0"}, {"size": "201"}])
def test_a_page_that_cannot_be_is_unprocessable(open_site, page):
    assert open_site().get(LIST, **page).status == 422


def test_sizes_spans_and_roles_are_switches(open_site):
    assert open_site(page_size_max=10).get(LIST, size="11").status == 422
    assert open_site(span_days_max=6).get(LIST, **WEEK).status == 422
    assert open_site(role_on_count=False).get(COUNT, role=None).status == 200
    assert open_site(role_on_list=True).get(LIST, role=None).status == 403


def test_several_statuses_come_in_one_list_in_either_order(open_site):
    site = open_site()
    up = site.get(LIST, bookingStatusCodes="RC03,RC08", size="200").json()
    assert {one["bookingStatusCode"] for one in up} == {"RC03", "RC08"}
    down = site.get(LIST, bookingStatusCodes="RC08,RC03", size="200", orderByStartDate="DESC").json()
    assert down == up[::-1]


def test_equal_starts_are_ordered_by_id(open_site):
    site = open_site()
    site.control("PUT", "bookings", [booking(one) for one in (7, 3, 5)])
    assert site.ids() == [3, 5, 7]


@pytest.mark.parametrize(("mode", "found"), [("instant", [2]), ("kst_date", [1, 2, 3])])
def test_a_window_compares_instants_or_korean_dates(open_site, mode, found):
    """14:00 to 15:00 of one Korean day: by dates the whole day is in it, by instants the hour."""
    site = open_site()
    starts = {
        1: "2025-10-21T15:00:00Z",
        2: "2025-10-22T05:30:00Z",
        3: "2025-10-22T14:59:59Z",
        4: "2025-10-22T15:00:00Z",
    }
    site.control("PUT", "bookings", [booking(number, start=start) for number, start in starts.items()])
    assert site.control("PUT", "window", {"mode": mode})[0] == 200
    window = {"startDateTime": "2025-10-22T05:00:00.000Z", "endDateTime": "2025-10-22T06:00:00.000Z"}
    assert site.ids(**window) == found


def test_a_window_may_be_of_registration_dates(open_site):
    site = open_site()
    early = booking(2, regDateTime="2025-10-01T10:00:00+09:00")
    site.control("PUT", "bookings", [booking(1), early])
    assert site.ids(dateFilter="REGDATE", **{**WEEK, "startDateTime": "2025-10-19T15:00:00.000Z"}) == [1]


# The set of bookings.


def test_bookings_are_loaded_as_given_malformed_ones_too(open_site):
    site = open_site()
    odd = booking(9, name=None, phone="", snapshotJson=None)
    assert site.control("PUT", "bookings", [booking(1), odd]) == (200, {"bookings": 2})
    assert {one["bookingId"]: one for one in site.get(LIST).json()}[9] == odd
    assert site.get(COUNT.replace("1000001", "1000002")).json()["count"] == 0
    assert site.control("PUT", "bookings", [{"bookingId": 1}])[0] == 400
    assert len(site.control("GET", "bookings")[1]) == 2


def test_a_booking_moves_through_its_states_and_nowhere_else(open_site):
    site = open_site()
    site.control("PUT", "bookings", [booking(1, status="RC02"), booking(2)])
    assert site.control("PATCH", "bookings/1", {"bookingStatusCode": "RC08"})[0] == 400
    for status in ("RC03", "RC08"):
        assert site.control("PATCH", "bookings/1", {"bookingStatusCode": status})[1]["bookingStatusCode"] == status
    assert site.control("PATCH", "bookings/1", {"bookingStatusCode": "RC04"})[0] == 400
    assert site.ids() == [2] and site.ids(bookingStatusCodes="RC08") == [1]
    assert site.control("PATCH", "bookings/7", {})[0] == 400


def test_a_booking_may_get_another_start(open_site):
    site = open_site()
    site.control("PUT", "bookings", [booking(1), booking(2)])
    site.control("PATCH", "bookings/1", {"snapshotJson": {"startDateTime": "2025-10-23T01:00:00Z"}})
    assert site.ids() == [2, 1]
    detail = site.get(f"{LIST}/1").json()["snapshotJson"]
    assert detail["startDateTime"] == "2025-10-23T01:00:00Z" and detail["bookingOptionJson"] == []


def test_the_set_moves_between_two_pages(open_site):
    """One comes in before the page just read: its last booking is seen again. One goes: the next is not seen at all."""
    site = open_site()
    site.control("PUT", "bookings", [booking(number) for number in range(10, 16)])
    site.control("PUT", "shift", {"after_page": 0, "insert": booking(9)})
    seen = site.ids(page="0", size="2") + site.ids(page="1", size="2")
    assert seen == [10, 11, 11, 12]
    site.control("PUT", "shift", {"after_page": 0, "remove": 9})
    assert site.ids(page="0", size="2") + site.ids(page="1", size="2") == [9, 10, 12, 13]
    assert site.control("PUT", "shift", {"after_page": 0})[0] == 400


# Controls and faults.


@pytest.mark.parametrize(("mode", "status"), [("redirect", 302), ("401", 401), ("403", 403), ("html", 200)])
def test_the_session_ends_on_order_and_comes_back(open_site, mode, status):
    site = open_site()
    assert site.control("PUT", "auth", {"mode": mode, "after": 1})[0] == 200
    assert [site.get(COUNT).status for _ in range(2)] == [200, status]
    assert b"count" not in site.get(COUNT).data
    site.control("PUT", "auth", {"mode": "ok"})
    assert site.get(COUNT).json()["count"] > 0
    assert site.control("PUT", "auth", {"mode": "tired"})[0] == 400


@pytest.mark.parametrize("name", ["NID_AUT", "NID_SES"])
def test_both_cookies_are_needed(open_site, name):
    site = open_site()
    jar = {key: value for key, value in site.spec.cookies.items() if key != name}
    assert site.get(COUNT, cookies=jar).status == 302


@pytest.mark.parametrize(
    ("fault", "status", "start"),
    [
        ({"kind": "status", "status": 422}, 422, b"{"),
        ({"kind": "rate_limit"}, 429, b"{"),
        ({"kind": "html", "status": 503}, 503, b"<html>"),
        ({"kind": "status", "status": 302}, 302, b""),
        ({"kind": "garbled"}, 200, b"[{"),
    ],
)
def test_each_trouble_of_the_site_can_be_ordered(open_site, fault, status, start):
    site = open_site()
    site.faults.add(Fault(service="naver", operation="list", **fault))
    answer = site.get(LIST)
    assert answer.status == status and answer.data.startswith(start)
    if fault["kind"] == "garbled":
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            answer.json()
    assert site.get(LIST).status == 200


def test_a_fault_may_be_for_one_store(open_site):
    site = open_site()
    site.faults.add(Fault(service="naver", about="1000002", kind="status", times=None))
    assert [site.get(COUNT.replace("1000001", store)).status for store in ("1000001", "1000002")] == [200, 500]


@pytest.mark.parametrize("prefix", ["__sandbox__", "__fake__"])
def test_switches_and_requests_are_at_hand_while_it_runs(open_site, prefix):
    site = open_site()
    assert site.control("PUT", "settings", {"role_on_list": True}, prefix=prefix)[0] == 200
    site.get(LIST, role=None, page="3")
    (asked,) = site.control("GET", "requests", prefix=prefix)[1]
    assert (asked["operation"], asked["store"], asked["page"], asked["role"], asked["status"]) == (
        "list", "1000001", "3", "", 403,
    )  # fmt: skip
    for bad in ({"mode": "noon"}, {}):
        assert site.control("PUT", "window", bad, prefix=prefix)[0] == 400
    assert site.control("GET", "nonsense", prefix=prefix)[0] == 404
