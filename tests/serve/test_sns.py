"""Alarms from SNS: only what it signed itself, for a topic of the plan, and not long ago."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bongsu.intake._port import Alarm, Nothing, Unusable
from bongsu.intake.sns import Sns, host_of, target_at
from bongsu.sandbox.sns_messages import FORGERIES, Forger, Writer
from bongsu.sandbox.sns_signing import loopback_tls, new_signer

NOW = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
TOPIC = "arn:aws:sns:ap-northeast-2:000000000000:alarms"
HOST = "sns.ap-northeast-2.amazonaws.com"
CERTIFICATE = f"https://{HOST}/SimpleNotificationService-0000.pem"
SIGNER = new_signer("sns.amazonaws.com", around=NOW)
WRITER = Writer(SIGNER, address=f"https://{HOST}", certificate_url=CERTIFICATE)
CLOUDWATCH = {
    "AlarmName": "lambda-errors",
    "AlarmArn": "arn:aws:cloudwatch:ap-northeast-2:000000000000:alarm:lambda-errors",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 1 datapoint [2.0] was greater than the threshold (0.0).",
}


class Web:
    """What lies at SNS's addresses."""

    def __init__(self):
        self.fetched, self.pem = [], SIGNER.certificate_pem

    def fetch(self, url):
        self.fetched.append(url)
        if url.endswith(".pem"):
            return self.pem
        if "ConfirmSubscription" in url:
            return b"<ConfirmSubscriptionResponse/>"
        raise OSError("status 404")


def told(text, *, subject="", at=NOW, topic=TOPIC, version="2", number="1"):
    """Return a signed notification, as SNS posts it."""
    members = WRITER.notification(topic, text, subject=subject, message_id=f"message-{number}", at=at)
    return WRITER.signed(members, version)


def parsed(message, web=None, now=NOW):
    return Sns([TOPIC], lambda: now, (web or Web()).fetch).parse(json.dumps(message).encode())


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_cloudwatch_alarm_is_named_by_its_arn_and_told_by_its_reason(version):
    found = parsed(told(json.dumps(CLOUDWATCH), subject="ALARM", version=version))
    assert found == Alarm(
        key=CLOUDWATCH["AlarmArn"],
        summary=f"lambda-errors: {CLOUDWATCH['NewStateReason']}",
        delivery="message-1",
    )


def test_an_alarm_that_is_ok_again_is_over_and_one_without_data_pages_nobody():
    over = parsed(told(json.dumps({**CLOUDWATCH, "NewStateValue": "OK"})))
    assert isinstance(over, Alarm)
    assert over.over
    assert isinstance(parsed(told(json.dumps({**CLOUDWATCH, "NewStateValue": "INSUFFICIENT_DATA"}))), Nothing)


def test_two_alarms_that_differ_in_their_last_letters_are_two():
    for member in ("AlarmArn", "AlarmName"):
        told_of = {name: value for name, value in CLOUDWATCH.items() if name != "AlarmArn"} | {"AlarmName": "n"}
        one, other = (parsed(told(json.dumps({**told_of, member: "a" * 310 + last}))).key for last in "xy")
        assert one != other


def test_any_other_message_is_a_matter_of_its_own():
    found = parsed(told("anything\nat all", subject="Backup failed"))
    assert (found.key, found.summary) == ("message-1", "Backup failed")
    assert parsed(told("anything\nat all")).summary == "anything at all"


def test_the_certificate_is_fetched_once():
    web = Web()
    sns = Sns([TOPIC], lambda: NOW, web.fetch)
    for number in ("1", "2"):
        assert isinstance(sns.parse(json.dumps(told("x", number=number)).encode()), Alarm)
    assert web.fetched == [CERTIFICATE]


@pytest.mark.parametrize("kind", [kind for kind in FORGERIES if kind != "replayed"])
def test_no_forgery_is_taken(kind):
    """A replayed message verifies: it is the same alarm, and has the same page."""
    genuine = told("x")
    confirmation = WRITER.confirmation(TOPIC, token="t" * 160, message_id="message-2", at=NOW)
    forger = Forger(WRITER, foreign_url="https://localhost/foreign.pem", around=NOW)
    web = Web()
    assert isinstance(parsed(forger.forged(kind, genuine, "2", confirmation=confirmation), web), Unusable)
    assert not [url for url in web.fetched if target_at(url, HOST) is None]


@pytest.mark.parametrize(
    "message",
    [
        told("x", at=NOW - timedelta(hours=1, seconds=1)),
        told("x", at=NOW + timedelta(minutes=6)),
        told("x", topic="arn:aws:sns:ap-northeast-2:000000000000:other"),
        {**told("x"), "Type": "Other"},
        {**told("x"), "Signature": "not base64"},
        {**told("x"), "SignatureVersion": "3"},
        {key: value for key, value in told("x").items() if key != "MessageId"},
        {**told("x"), "MessageId": 7},
        [],
    ],
)
def test_what_is_old_foreign_or_not_whole_is_refused(message):
    assert isinstance(parsed(message), Unusable)


def test_a_certificate_out_of_its_time_proves_nothing():
    later = NOW + timedelta(days=4000)
    assert isinstance(parsed(told("x", at=later), now=later), Unusable)
    times = iter([NOW, NOW, later, later])
    known = Sns([TOPIC], lambda: next(times), Web().fetch)
    assert isinstance(known.parse(json.dumps(told("x")).encode()), Alarm)
    assert isinstance(known.parse(json.dumps(told("x", at=later)).encode()), Unusable)
    web = Web()
    web.pem = b"no certificate"
    assert isinstance(parsed(told("x"), web), Unusable)


def test_a_certificate_with_another_kind_of_key_proves_nothing():
    """It is refused as any forgery is, and nothing fails over it."""
    web = Web()
    web.pem = loopback_tls(around=NOW).certificate_pem
    assert parsed(told("x"), web) == Unusable(status=403, reason="the message is not signed by SNS")


def test_a_message_is_taken_until_it_is_an_hour_old_and_five_minutes_before_its_time():
    for at in (NOW - timedelta(hours=1), NOW + timedelta(minutes=5)):
        assert isinstance(parsed(told("x", at=at)), Alarm)
    assert isinstance(parsed(told("x", at=NOW + timedelta(minutes=5, milliseconds=1))), Unusable)


def test_a_subscription_is_confirmed_at_sns_itself_and_nowhere_else():
    web = Web()
    asked = WRITER.confirmation(TOPIC, token="t" * 160, message_id="message-2", at=NOW)
    assert isinstance(parsed(WRITER.signed(asked, "2"), web), Nothing)
    assert web.fetched[-1] == asked["SubscribeURL"]
    away = WRITER.signed({**asked, "SubscribeURL": "https://example.com/"}, "2")
    assert isinstance(parsed(away, web), Unusable)
    gone = WRITER.signed({**asked, "SubscribeURL": f"https://{HOST}/gone"}, "2")
    assert parsed(gone, web).status == 502


def test_the_end_of_a_subscription_is_believed_of_sns_alone_and_is_for_whoever_runs_this_to_know():
    asked = WRITER.confirmation(TOPIC, token="t" * 160, message_id="message-3", at=NOW)
    ended = {**asked, "Type": "UnsubscribeConfirmation"}
    web = Web()
    found = parsed(WRITER.signed(ended, "2"), web)
    assert isinstance(found, Nothing)
    assert found.of_the_way
    assert web.fetched == [CERTIFICATE], "whoever left is not brought back"
    assert parsed({**WRITER.signed(asked, "2"), "Type": "UnsubscribeConfirmation"}).status == 403
    assert isinstance(parsed({"Type": "UnsubscribeConfirmation", "TopicArn": TOPIC}), Unusable)


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/a.pem",
        f"https://{HOST}.example.com/a.pem",
        f"https://user@{HOST}/a.pem",
        f"https://{HOST}:8443/a.pem",
        f"https://example.com\\@{HOST}/a.pem",
        f" https://{HOST}/a.pem",
        f"https://{HOST}/a.pem\n",
        f"https://{HOST}\t/a.pem",
        f"https://{HOST}",
        "https://[::1/a.pem",
        "",
    ],
)
def test_only_the_services_own_host_is_asked(url):
    assert target_at(url, HOST) is None
    assert host_of(TOPIC) == HOST


@pytest.mark.parametrize(
    "target",
    [
        "/a.pem",
        "/?Action=GetEndpointAttributes&x=/SimpleNotificationService-0000.pem",
        "/SimpleNotificationService-0000.pem?Action=GetEndpointAttributes",
        "/SimpleNotificationService-0000.pem#x",
        "/x/SimpleNotificationService-0000.pem",
        "/SimpleNotificationService-..%2f.pem",
    ],
)
def test_what_a_call_at_the_services_host_answers_is_no_certificate_of_its(target):
    """Anybody may have put a certificate of their own where such a call reads."""
    web = Web()
    assert parsed({**told("x"), "SigningCertURL": f"https://{HOST}{target}"}, web).status == 403
    assert web.fetched == []


def test_a_message_whose_certificate_cannot_be_had_now_is_to_come_again():
    """SNS gives up for good what it is told is wrong."""

    def away(url):
        raise TimeoutError("the host does not answer")

    assert Sns([TOPIC], lambda: NOW, away).parse(json.dumps(told("x")).encode()).status == 503
