"""Signed requests: only Slack's own, whole, in time and for the first time does anything."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from tests.inbound.rig import SIGNING_SECRET, START, form, raw_request, request, signed, started
from tests.ports.chat_world import CODES
from tests.ports.chat_worlds import Inbox

from bongsu.channels._exchange import Headers
from bongsu.inbound import InMemoryAddresses
from bongsu.inbound._listener import Request
from bongsu.inbound._slack_signature import Signatures
from bongsu.inbound.slack_http import Options, open_
from bongsu.redact import Redactor

ACTION = {"value": CODES.make("ops", 5, "ack"), "action_ts": "1761109200.000100"}
PAYLOAD = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "container": {"channel_id": "C1", "message_ts": "1761109100.000100"},
    "response_url": "https://hooks.slack.com/actions/T/1/x",
    "actions": [ACTION],
}
BODY = form(json.dumps(PAYLOAD))


class Clock:
    def __init__(self, now=START):
        self.time = now

    def now(self):
        return self.time


def inbound(port, inbox, clock=None, answers=None):
    return open_(
        Options(signing_secret=SIGNING_SECRET, listen=f"{port}/in"),
        name="ops",
        codes=CODES,
        redactor=Redactor({"env:S": SIGNING_SECRET}),
        answers=answers or InMemoryAddresses(),
        deliver=inbox,
        now=(clock or Clock()).now,
    )


def test_the_vendors_arithmetic_gives_the_known_signature():
    """A vector made with Slack's own verifier."""
    clock = Clock(START + timedelta(seconds=30))
    body = b"payload=%7B%22type%22%3A%22block_actions%22%7D"
    headers = {
        "x-slack-request-timestamp": "1761109230",
        "x-slack-signature": "v0=" + "b5fb9045dc936dc96f91e02fbad008bfeef7198ffc498c89cd12ba4b04478e03",
    }
    signatures = Signatures("bongsu-test-" + "signing-secret", clock.now)
    assert signatures.refusal(Request(Headers(headers), body)) == 0


def test_what_slacks_own_library_signs_is_taken():
    verifier = SignatureVerifier(SIGNING_SECRET)
    said = str(int(START.timestamp()))
    signature = verifier.generate_signature(timestamp=said, body=BODY)
    with started(inbound) as (port, inbox, _):
        sent = signed(BODY, X_Slack_Request_Timestamp=said, X_Slack_Signature=signature)
        assert raw_request(port, sent) == 200
        assert inbox.presses()[0].authentic


def test_a_press_is_recorded_with_its_answer_address_and_then_answered():
    answers = InMemoryAddresses()
    with started(lambda port, inbox: inbound(port, inbox, answers=answers)) as (port, inbox, _):
        assert raw_request(port, signed(BODY)) == 200
        (press,) = inbox.presses()
    assert (press.authentic, press.intent_seq, press.button, press.service_user) == (True, 5, "ack", "U1")
    assert press.press_id == "slack:C1:1761109100.000100:U1:1761109200.000100"
    assert answers.address(press.press_id) == PAYLOAD["response_url"]
    assert json.loads(press.raw)["response_url"] == "<response url>"


def refused(*requests, clock=None):
    """Return the statuses of requests that must bring nothing about."""
    with started(lambda port, inbox: inbound(port, inbox, clock)) as (port, inbox, _):
        statuses = [raw_request(port, one, half=True) for one in requests]
        assert inbox.presses(0) == []
    return statuses


def test_without_a_signature_of_this_secret_nothing_happens():
    good = signed(BODY)
    assert (
        refused(
            request(BODY, Content_Type="application/x-www-form-urlencoded"),
            signed(BODY, X_Slack_Signature=None),
            signed(BODY, X_Slack_Request_Timestamp=None),
            signed(BODY, X_Slack_Request_Timestamp="soon"),
            signed(BODY, X_Slack_Request_Timestamp="176110920²"),
            signed(BODY, X_Slack_Request_Timestamp="-1761109200"),
            signed(BODY, X_Slack_Signature="v1=" + "0" * 64),
            signed(BODY, X_Slack_Signature="v0=" + "0" * 63),
            good.replace(b"X-Slack-Signature", b"X-Slack-Signature: v0=" + b"0" * 64 + b"\r\nx-slack-signature"),
        )
        == [400] * 9
    )
    assert (
        refused(
            signed(BODY, secret="6e1d" * 8),
            signed(BODY, X_Slack_Signature="v0=" + "0" * 64),
            signed(BODY, X_Slack_Request_Timestamp=str(int(START.timestamp()) + 1)),
            good.replace(b"5.ack", b"6.ack"),
        )
        == [401] * 4
    )


@pytest.mark.parametrize(
    ("away_s", "status"), [(0, 200), (300, 200), (-300, 200), (301, 401), (-301, 401), (86_400 * 365, 401)]
)
def test_the_window_is_five_minutes_either_way_by_our_clock(away_s, status):
    with started(inbound) as (port, _, _):
        assert raw_request(port, signed(BODY, at=START + timedelta(seconds=away_s))) == status


def test_a_request_that_came_before_is_refused_for_as_long_as_it_would_be_valid():
    """Somebody who copied a request could press again in its owner's name."""
    clock, early = Clock(), START + timedelta(minutes=5)
    with started(lambda port, inbox: inbound(port, inbox, clock)) as (port, inbox, _):
        assert [raw_request(port, signed(BODY, at=early)) for _ in range(2)] == [200, 409]
        clock.time = early + timedelta(minutes=5)
        assert raw_request(port, signed(BODY, at=early)) == 409
        clock.time += timedelta(seconds=1)
        assert raw_request(port, signed(BODY, at=early)) == 401
        assert len(inbox.presses()) == 1


def test_seen_signatures_are_forgotten_when_their_window_is_over():
    clock = Clock()
    signatures = Signatures(SIGNING_SECRET, clock.now)
    for minute in range(20):
        clock.time = START + timedelta(minutes=minute)
        head, body = signed(BODY, at=clock.time).split(b"\r\n\r\n", 1)
        lines = [line.decode().partition(": ") for line in head.split(b"\r\n")[1:]]
        assert signatures.refusal(Request(Headers({name.lower(): value for name, _, value in lines}), body)) == 0
    assert len(signatures._seen) == 6


def test_a_press_that_was_not_recorded_may_come_again():
    """The ledger could not take it: Slack shows the person an error, and the copy that is sent then counts."""
    inbox = Inbox(takes=False)
    made = inbound(1, inbox)
    head, body = signed(BODY).split(b"\r\n\r\n", 1)
    lines = [line.decode().partition(": ") for line in head.split(b"\r\n")[1:]]
    arrived = Request(Headers({name.lower(): value for name, _, value in lines}), body)
    assert made._take(arrived) == 503
    inbox.takes = True
    assert [made._take(arrived), made._take(arrived)] == [200, 409]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"payload", "application/x-www-form-urlencoded"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"payload=[]", "application/x-www-form-urlencoded"),
        (b"payload=%FF", "application/x-www-form-urlencoded"),
        (b"payload=%7B%7D&payload=%7B%7D", "application/x-www-form-urlencoded"),
        (b"payload=%7B%7D&more=1", "application/x-www-form-urlencoded"),
        (b"payload=%7B%7D;", "application/x-www-form-urlencoded"),
        ('payload={"a":"é"}'.encode(), "application/x-www-form-urlencoded"),
        (b"payload=" + b"%5B" * 60_000, "application/x-www-form-urlencoded"),
        (BODY, "application/json"),
        (b"{}", "application/json"),
    ],
)
def test_a_signed_request_of_another_form_is_refused(body, kind):
    assert refused(signed(body, Content_Type=kind)) == [400]


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "view_submission"},
        {"type": "block_actions", "actions": [{"url": "https://x.example"}]},
        {"type": "block_actions", "actions": "x", "user": 1, "container": []},
        {"type": "block_actions", "actions": [1, None]},
        {},
    ],
)
def test_what_is_no_press_is_acknowledged_and_not_delivered(payload):
    """A link button reports its click too; unacknowledged, the person would see an error."""
    assert refused(signed(form(json.dumps(payload)))) == [200]


@given(st.binary(max_size=80), st.integers(0, 79))
def test_one_byte_changed_is_another_request(body, place):
    signatures = Signatures(SIGNING_SECRET, Clock().now)
    head, _ = signed(body).split(b"\r\n\r\n", 1)
    lines = [line.decode().partition(": ") for line in head.split(b"\r\n")[1:]]
    headers = Headers({name.lower(): value for name, _, value in lines})
    at = place % (len(body) + 1)
    changed = body[:at] + b"!" + body[at + 1 :]
    assert (signatures.refusal(Request(headers, changed)) == 0) is (changed == body)
