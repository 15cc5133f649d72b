"""Alarms from outside: what is taken, from whom, and what it says."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.channels._exchange import Headers
from bongsu.inbound._listener import Request
from bongsu.intake import alertmanager, bongsu
from bongsu.intake._guard import Guard, password_of
from bongsu.intake._port import KEY_MAX, SUMMARY_MAX, Alarm, Unusable

NOW = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SECRET = "s" * 24
GROUP = {
    "version": "4",
    "groupKey": '{}:{alertname="DiskFull"}',
    "status": "firing",
    "groupLabels": {"alertname": "DiskFull"},
    "commonLabels": {"severity": "critical"},
    "commonAnnotations": {"summary": "the disk of db-1 is full"},
    "alerts": [{"status": "firing", "labels": {}, "annotations": {}}],
}


def own(**values):
    return bongsu.parse(json.dumps(values).encode())


def group(**changes):
    return alertmanager.parse(json.dumps({**GROUP, **changes}).encode())


def request(body=b"", **headers):
    return Request(Headers({name.replace("_", "-").lower(): value for name, value in headers.items()}), body)


def test_a_summary_alone_is_an_alarm_of_its_own():
    assert own(summary="disk full") == Alarm(key="", summary="disk full")


def test_a_name_that_is_no_text_names_the_matter_all_the_same():
    """Half a surrogate pair: JSON can hold it, and no ledger can."""
    assert (own(summary="x", key="a\ud800").key, group(groupKey="a\ud800").key) == ("a?", "a?")


def test_a_group_by_all_its_labels_is_named_however_long_they_are():
    one, other = (group(groupKey="x" * 2 * KEY_MAX + last).key for last in "ab")
    assert one != other
    assert len(one) == len(other) == KEY_MAX


def test_a_named_alarm_is_over_without_a_summary():
    assert own(status="resolved", key="disk") == Alarm(key="disk", summary="", over=True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"\xff", "not a JSON object"),
        (b'{"summery": "x"}', 'unknown key "summery"'),
        (b'{"summary": 1}', '"summary" is not text'),
        (b'{"summary": " \\n "}', '"summary" is missing'),
        (b'{"summary": "x", "status": "on"}', '"status" is neither'),
        (b'{"status": "resolved"}', 'needs the "key"'),
        (json.dumps({"summary": "x", "key": "k" * (KEY_MAX + 1)}).encode(), "longer than"),
    ],
)
def test_what_is_not_an_alarm_of_our_form_is_refused_with_its_reason(body, reason):
    found = bongsu.parse(body)
    assert isinstance(found, Unusable)
    assert found.status == 400
    assert reason in found.reason


def test_a_group_of_alertmanager_is_named_by_its_key_and_told_by_its_annotations():
    found = group()
    assert found == Alarm(
        key=GROUP["groupKey"], summary="DiskFull: the disk of db-1 is full", severity="critical", over=False
    )
    assert group(status="resolved").over


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"commonAnnotations": {}}, "DiskFull"),
        ({"commonAnnotations": {"description": "too full"}}, "DiskFull: too full"),
        ({"commonAnnotations": {"summary": "DiskFull on db-1"}}, "DiskFull on db-1"),
        ({"commonAnnotations": {}, "groupLabels": {}, "commonLabels": {}}, "an alert without a name"),
        (
            {
                "commonAnnotations": {},
                "alerts": [{"status": "firing", "annotations": {"summary": "db-1"}}, {"status": "firing"}],
            },
            "DiskFull: db-1 (2 alerts)",
        ),
    ],
)
def test_what_people_are_told_of_a_group(changes, summary):
    assert group(**changes).summary == summary


@pytest.mark.parametrize(
    "changes",
    [{"version": "3"}, {"groupKey": ""}, {"groupKey": 7}, {"status": "unknown"}, {"alerts": None}],
)
def test_what_is_not_version_4_of_the_webhook_is_refused(changes):
    assert isinstance(group(**changes), Unusable)


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=8)
)
def test_whatever_is_posted_no_form_fails_over_it(value):
    body = json.dumps(value).encode()
    for form in (bongsu, alertmanager):
        found = form.parse(body)
        assert isinstance(found, Unusable) or len(found.summary) <= SUMMARY_MAX


@given(st.text())
def test_a_summary_is_one_line_without_control_characters(text):
    found = own(summary=text, key="k")
    if isinstance(found, Alarm):
        assert found.summary.isprintable()


def test_whoever_shows_the_secret_is_let_in_and_nobody_else():
    guard = Guard(bearer=SECRET, signed=None, now=lambda: NOW)
    assert guard.lets_in(request(authorization=f"Bearer {SECRET}"))
    assert guard.lets_in(request(authorization=f"bearer  {SECRET}"))
    for wrong in ("", "Bearer", "Bearer ", f"Bearer {SECRET}x", f"Basic {SECRET}", SECRET):
        assert not guard.lets_in(request(authorization=wrong))


def test_without_a_secret_in_the_plan_nobody_is_let_in():
    nobody = Guard(bearer=None, signed=None, now=lambda: NOW)
    assert not nobody.lets_in(request(authorization="Bearer "))
    assert not nobody.lets_in(request(x_bongsu_time="1", x_bongsu_signature="sha256="))


def test_a_signature_is_over_time_and_body_and_good_for_five_minutes():
    guard = Guard(bearer=None, signed=SECRET, now=lambda: NOW)

    def shown(at=NOW, body=b"b", secret=SECRET, signed=b"b"):
        said = str(int(at.timestamp()))
        mac = hmac.new(secret.encode(), f"{said}.".encode() + signed, "sha256").hexdigest()  # as docs/serve.md has it
        return guard.lets_in(request(body, x_bongsu_time=said, x_bongsu_signature=f"sha256={mac}"))

    assert shown()
    assert shown(at=NOW - timedelta(minutes=5))
    assert not shown(at=NOW - timedelta(minutes=5, seconds=1))
    assert shown(at=NOW + timedelta(minutes=5))
    assert not shown(at=NOW + timedelta(minutes=5, seconds=1))
    assert not shown(body=b"other")
    assert not shown(secret="t" * 24)
    assert not guard.lets_in(request(b"b", x_bongsu_time="٥", x_bongsu_signature="sha256="))


def test_a_readers_password_stands_behind_any_name():
    assert password_of(request(authorization="Basic YW55Ym9keTpzZWNyZXQ=")) == "secret"
    assert password_of(request(authorization="Basic not base64")) is None
    assert password_of(request(authorization="Bearer x")) is None
    assert password_of(request()) is None
