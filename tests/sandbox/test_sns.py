"""The imitated SNS, called with boto3 and judged by verifiers that we did not write."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.conf import settings as django_settings
from tests.patience import PATIENCE_S
from tests.sandbox.rig import REGION, START, running
from werkzeug.wrappers import Request, Response

from bongsu.sandbox.aws_alarms import AlarmSpec
from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.faults import Fault
from bongsu.sandbox.http import serve
from bongsu.sandbox.sns import SnsSpec, SubscriptionSpec, TopicSpec
from bongsu.sandbox.sns_messages import FORGERIES
from bongsu.sandbox.sns_sender import SendingSpec

# The documents' own list of what is signed, in its order, written down here a second time on purpose:
# https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
DOCUMENTED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


class Endpoint:
    """Somebody's HTTP endpoint: keeps what is posted, answers with the next of `statuses` and then 200."""

    def __init__(self, *statuses):
        self.got = []
        self._statuses = list(statuses)
        self._came = threading.Condition()
        self.before_answering = lambda: None
        self.served = serve(self._app)
        self.url = f"{self.served.url}/alarms?key=x"

    def _app(self, environ, start_response):
        request = Request(environ)
        with self._came:
            self.got.append((request.path, dict(request.headers), json.loads(request.get_data())))
            status = self._statuses.pop(0) if self._statuses else 200
            self._came.notify_all()
        self.before_answering()
        return Response(status=status)(environ, start_response)

    def message(self, number):
        """Wait for the nth post, from 0; return its members."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.got) > number, timeout=PATIENCE_S)
            return self.got[number][2]


@contextmanager
def topic(tmp_path, *statuses, version="1", confirmed=True, **spec):
    endpoint = Endpoint(*statuses)
    sns = SnsSpec(topics=(TopicSpec(name="alarms", signature_version=version),), **spec.pop("sns", {}))
    try:
        with running(tmp_path, sns=sns, **spec) as rig:
            arn = f"arn:aws:sns:{REGION}:{rig.account}:alarms"
            client = rig.client("sns")
            client.subscribe(TopicArn=arn, Protocol="http", Endpoint=endpoint.url)
            if confirmed:
                client.confirm_subscription(TopicArn=arn, Token=endpoint.message(0)["Token"])
            yield rig, client, arn, endpoint
    finally:
        endpoint.served.stop()


def refused(call, **asked):
    with pytest.raises(ClientError) as caught:
        call(**asked)
    return caught.value.response["Error"]["Code"]


def trusting(rig):
    context = ssl.create_default_context(cadata=rig.world.sns.tls_certificate_pem.decode())
    # The rehearsal's certificate is its own authority.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context


def fetched(rig, url):
    with urlopen(url, context=trusting(rig), timeout=PATIENCE_S) as answer:
        return answer.read()


def verifies(rig, message):
    """Verify with `cryptography` alone, from the documents' list, under the certificate that the message names."""
    key = x509.load_pem_x509_certificate(fetched(rig, message["SigningCertURL"])).public_key()
    signed = "".join(f"{name}\n{message[name]}\n" for name in DOCUMENTED[message["Type"]] if name in message)
    digest = {"1": hashes.SHA1(), "2": hashes.SHA256()}[message["SignatureVersion"]]
    try:
        key.verify(base64.b64decode(message["Signature"]), signed.encode(), padding.PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return True


def test_a_subscription_is_confirmed_before_anything_is_delivered(tmp_path):
    """Pending until the token comes back; boto3's own listing tells both states."""
    with topic(tmp_path, confirmed=False) as (_, client, arn, endpoint):
        asked = endpoint.message(0)
        assert asked["Type"] == "SubscriptionConfirmation"
        assert client.publish(TopicArn=arn, Message="to nobody")["MessageId"]
        pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        (pending,) = [one for page in pages for one in page["Subscriptions"]]
        assert (pending["SubscriptionArn"], pending["Endpoint"]) == ("PendingConfirmation", endpoint.url)
        assert refused(client.confirm_subscription, TopicArn=arn, Token="wrong") == "InvalidParameter"
        confirmed = client.confirm_subscription(TopicArn=arn, Token=asked["Token"])["SubscriptionArn"]
        attributes = client.get_subscription_attributes(SubscriptionArn=confirmed)["Attributes"]
        assert attributes["PendingConfirmation"] == "false"
        client.publish(TopicArn=arn, Message="to one")
        assert endpoint.message(1)["Message"] == "to one"
        client.unsubscribe(SubscriptionArn=confirmed)
        assert client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"] == []
        assert refused(client.get_subscription_attributes, SubscriptionArn=confirmed) == "NotFound"


def test_a_subscription_is_confirmed_by_its_address_too_and_a_token_grows_old(tmp_path):
    with topic(tmp_path, confirmed=False, sns={"token_valid_s": 60}) as (rig, client, arn, endpoint):
        fetched(rig, endpoint.message(0)["SubscribeURL"])
        assert client.get_topic_attributes(TopicArn=arn)["Attributes"]["SubscriptionsConfirmed"] == "1"
        other = Endpoint()
        client.subscribe(TopicArn=arn, Protocol="http", Endpoint=other.url)
        token = other.message(0)["Token"]
        rig.pass_time(timedelta(minutes=2))
        other.served.stop()
        assert refused(client.confirm_subscription, TopicArn=arn, Token=token) == "InvalidParameter"


def test_the_headers_repeat_the_message_and_the_body_is_called_text(tmp_path):
    with topic(tmp_path) as (_, client, arn, endpoint):
        message_id = client.publish(TopicArn=arn, Message="한국어 and\nlines", Subject="S")["MessageId"]
        message = endpoint.message(1)
        path, headers, _ = endpoint.got[1]
        assert path == "/alarms"
        assert headers["Content-Type"] == "text/plain; charset=UTF-8"
        assert headers["X-Amz-Sns-Message-Type"] == "Notification"
        assert headers["X-Amz-Sns-Message-Id"] == message["MessageId"] == message_id
        assert headers["X-Amz-Sns-Topic-Arn"] == arn
        assert headers["X-Amz-Sns-Subscription-Arn"].startswith(arn + ":")
        assert "X-Amz-Sns-Subscription-Arn" not in endpoint.got[0][1]
        assert (message["Message"], message["Subject"]) == ("한국어 and\nlines", "S")
        assert datetime.fromisoformat(message["Timestamp"]) - START < timedelta(minutes=1)


@pytest.mark.parametrize("version", ["1", "2"])
def test_every_message_verifies_as_the_documents_say(tmp_path, version):
    """Confirmations and notifications, with and without a subject: SHA-1 in version 1, SHA-256 in version 2."""
    with topic(tmp_path, version=version) as (rig, client, arn, endpoint):
        client.publish(TopicArn=arn, Message="m", Subject="s")
        client.publish(TopicArn=arn, Message="m")
        for number in range(3):
            message = endpoint.message(number)
            assert message["SignatureVersion"] == version
            assert message["SigningCertURL"].startswith("https://127.0.0.1:")
            assert verifies(rig, message)
        assert not verifies(rig, {**endpoint.message(1), "Message": "other"})


@pytest.fixture
def django_ses(monkeypatch, tmp_path):
    """The verifier of django-ses, unmodified: told whose certificates to trust, and where."""
    if not django_settings.configured:
        django_settings.configure()
    from django_ses import utils

    def trust(rig):
        host = rig.world.sns.address.removeprefix("https://")
        monkeypatch.setattr(django_settings, "AWS_SNS_EVENT_CERT_TRUSTED_DOMAINS", [host], raising=False)
        bundle = tmp_path / "rehearsal.pem"
        bundle.write_bytes(rig.world.sns.tls_certificate_pem)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        utils.clear_cert_cache()
        return utils

    return trust


def test_a_library_that_we_did_not_write_takes_the_genuine_messages(tmp_path, django_ses):
    """django-ses fetches the certificate over TLS from the address in the message, and verifies; it knows version 1."""
    with topic(tmp_path) as (rig, client, arn, endpoint):
        verifier = django_ses(rig)
        client.publish(TopicArn=arn, Message="m", Subject="s")
        client.publish(TopicArn=arn, Message="m")
        assert [verifier.verify_event_message(endpoint.message(number)) for number in range(3)] == [True] * 3
        # Our address is not the service's own: it would never be fetched to confirm.
        assert not verifier.is_trusted_sns_subscribe_url(endpoint.message(0)["SubscribeURL"])


def test_that_library_refuses_what_is_forged_in_signature_or_certificate(tmp_path, django_ses):
    with topic(tmp_path) as (rig, client, arn, endpoint):
        verifier = django_ses(rig)
        client.publish(TopicArn=arn, Message="m")
        endpoint.message(1)
        for number, kind in enumerate(("bad_signature", "tampered", "foreign_certificate"), start=2):
            rig.world.sns.forge(kind, "alarms")
            assert not verifier.verify_event_message(endpoint.message(number)), kind


def test_each_forgery_is_what_its_name_says(tmp_path):
    """Ordered over HTTP as a page or a script would; a naive verifier is fooled by four of them."""
    with topic(tmp_path, version="2") as (rig, client, arn, endpoint):
        client.publish(TopicArn=arn, Message="m", Subject="s")
        genuine = endpoint.message(1)
        made = {}
        for number, kind in enumerate(FORGERIES, start=2):
            rig.post("/__sandbox__/sns", {"forge": kind, "topic": "alarms"}, status=204)
            made[kind] = endpoint.message(number)
        assert made["replayed"] | {"UnsubscribeURL": ""} == genuine | {"UnsubscribeURL": ""}
        assert made["wrong_topic"]["TopicArn"] == arn + "-other"
        late = datetime.fromisoformat(genuine["Timestamp"]) - datetime.fromisoformat(made["stale"]["Timestamp"])
        assert late == timedelta(hours=2)
        assert made["unknown_version"]["SignatureVersion"] == "3"
        assert "169.254.169.254" in made["foreign_subscribe_url"]["SubscribeURL"]
        assert made["foreign_certificate"]["SigningCertURL"].startswith("https://localhost:")
        fooled = {kind for kind in set(FORGERIES) - {"unknown_version"} if verifies(rig, made[kind])}
        assert fooled == {"replayed", "stale", "wrong_topic", "foreign_subscribe_url", "foreign_certificate"}
        rig.post("/__sandbox__/sns", {"forge": "nonsense", "topic": "alarms"}, status=400)


def test_the_certificates_address_can_be_the_services_own(tmp_path):
    """For a verifier that insists on it, and was given the certificate otherwise."""
    url = "https://sns.ap-northeast-2.amazonaws.com/{file}"
    with topic(tmp_path, sns={"signing_cert_url": url}) as (rig, _, _, endpoint):
        found = endpoint.message(0)["SigningCertURL"]
        assert found.startswith("https://sns.ap-northeast-2.amazonaws.com/SimpleNotificationService-")
        assert found.endswith(".pem")
        assert b"BEGIN CERTIFICATE" in rig.world.sns.certificate_pem


def delivered(rig):
    return [one["operation"] for one in rig.recorded("sns") if one.get("type") == "Notification"]


def test_what_was_not_taken_is_sent_again_under_the_same_id(tmp_path):
    """Three retries twenty seconds apart: a server's error, "too fast", and then it is taken."""
    with topic(tmp_path, 200, 503, 429) as (rig, client, arn, endpoint):
        client.publish(TopicArn=arn, Message="m")
        rig.pass_time(timedelta(minutes=2))
        assert delivered(rig) == ["delivery_put_off", "delivery_put_off", "delivered"]
        assert len({endpoint.message(number)["MessageId"] for number in (1, 2, 3)}) == 1
        at = [datetime.fromisoformat(one["at"]) for one in rig.recorded("sns") if one.get("type") == "Notification"]
        waits = [later - earlier for earlier, later in pairwise(at)]
        assert all(timedelta(seconds=20) <= wait < timedelta(seconds=25) for wait in waits)


def test_after_its_retries_a_message_is_given_up(tmp_path):
    with topic(tmp_path, 200, 500, 500, sns={"sending": SendingSpec(retries=1, retry_after_s=1)}) as made:
        rig, client, arn, _ = made
        client.publish(TopicArn=arn, Message="m")
        rig.pass_time(timedelta(minutes=1))
        assert delivered(rig) == ["delivery_put_off", "delivery_given_up"]


@pytest.mark.parametrize(("final", "told"), [(True, ["delivery_given_up"]), (False, ["delivery_put_off", "delivered"])])
def test_that_a_client_error_is_final_is_a_switch(tmp_path, final, told):
    with topic(tmp_path, 200, 403, sns={"sending": SendingSpec(client_errors_are_final=final)}) as made:
        rig, client, arn, _ = made
        client.publish(TopicArn=arn, Message="m")
        rig.pass_time(timedelta(minutes=1))
        assert delivered(rig) == told


def test_an_endpoint_that_does_not_answer_in_time_has_not_taken_the_message(tmp_path):
    """It may have done its work: the same id comes again, and is the key to tell so."""
    late = threading.Event()
    with topic(tmp_path, sns={"sending": SendingSpec(answer_within_s=1, retries=1, retry_after_s=1)}) as made:
        rig, client, arn, endpoint = made
        endpoint.before_answering = lambda: late.wait(5)
        client.publish(TopicArn=arn, Message="m")
        endpoint.message(1)
        rig.pass_time(timedelta(seconds=3))
        late.set()
        rig.pass_time(timedelta(seconds=10))
        assert delivered(rig)[:1] == ["delivery_put_off"]
        assert len({message["MessageId"] for _, _, message in endpoint.got[1:]}) == 1


def test_a_delivery_can_be_lost_on_its_way(tmp_path):
    with topic(tmp_path) as (rig, client, arn, endpoint):
        rig.faults.add(Fault(service="sns", operation="Notify", kind="drop_before"))
        client.publish(TopicArn=arn, Message="m")
        rig.pass_time(timedelta(minutes=1))
        assert delivered(rig) == ["delivery_put_off", "delivered"]
        assert len(endpoint.got) == 2


def test_a_delivery_policy_longer_than_an_hour_is_refused():
    with pytest.raises(ValueError, match="3600"):
        SendingSpec(retries=181, retry_after_s=20)


def test_what_sns_would_not_take_is_refused(tmp_path):
    with topic(tmp_path) as (_, client, arn, endpoint):
        assert refused(client.publish, TopicArn=arn + "x", Message="m") == "NotFound"
        assert refused(client.publish, TopicArn=arn, Message="m" * 262_145) == "InvalidParameter"
        assert refused(client.publish, TopicArn=arn, Message="m", Subject="s" * 101) == "InvalidParameter"
        assert refused(client.publish, TopicArn=arn, Message="m", Subject="두") == "InvalidParameter"
        assert refused(client.publish, PhoneNumber="+820100000000", Message="m") == "SandboxUnsupportedOperation"
        elsewhere = {"TopicArn": arn, "Protocol": "https", "Endpoint": "https://example.net/"}
        assert refused(client.subscribe, **elsewhere) == "InvalidParameter"
        named = {"TopicArn": arn, "AttributeName": "SignatureVersion"}
        assert refused(client.set_topic_attributes, **named, AttributeValue="3") == "InvalidParameter"
        client.set_topic_attributes(**named, AttributeValue="2")
        assert client.get_topic_attributes(TopicArn=arn)["Attributes"]["SignatureVersion"] == "2"
        client.publish(TopicArn=arn, Message="m")
        assert endpoint.message(1)["SignatureVersion"] == "2"
        assert refused(client.create_topic, Name="x") == "SandboxUnsupportedOperation"


ERRORS = AlarmSpec(
    name="errors", namespace="T", metric="Errors", threshold=Decimal(1), created_at=START,
    comparison="GreaterThanOrEqualToThreshold", description="an invocation failed",
    alarm_topics=("alarms",), ok_topics=("alarms",),
)  # fmt: skip


def alarms_of(endpoint):
    return [json.loads(message["Message"]) for _, _, message in endpoint.got[1:]]


def test_an_alarm_tells_its_topic_when_its_state_changes_and_only_then(tmp_path):
    """From no data to OK, to ALARM by a datapoint, and back: each once, though it is judged every minute."""
    with topic(tmp_path, alarms=(ERRORS,), metric_lag_ms=0) as (rig, _, arn, endpoint):
        rig.pass_time(timedelta(minutes=3))
        rig.world.metrics.publish("T", {"Errors": 2}, at=rig.clock.now(), dimensions={})
        rig.pass_time(timedelta(minutes=10))
        assert [(one["OldStateValue"], one["NewStateValue"]) for one in alarms_of(endpoint)] == [
            ("INSUFFICIENT_DATA", "OK"), ("OK", "ALARM"), ("ALARM", "OK"),
        ]  # fmt: skip
        message, told = endpoint.message(2), alarms_of(endpoint)[1]
        assert message["Subject"] == 'ALARM: "errors" in Asia Pacific (Seoul)'
        assert verifies(rig, message)
        assert told["AlarmActions"] == told["OKActions"] == [arn]
        assert (told["AWSAccountId"], told["Region"]) == (rig.account, "Asia Pacific (Seoul)")
        assert told["Trigger"]["MetricName"] == "Errors"
        assert told["StateChangeTime"].endswith("+0000")


def test_a_state_that_was_set_tells_the_topic_and_does_not_last(tmp_path):
    """SetAlarmState fires the actions, and at the next minute the alarm follows its data again."""
    with topic(tmp_path, alarms=(ERRORS,)) as (rig, _, _, endpoint):
        cloudwatch = rig.client("cloudwatch")
        rig.pass_time(timedelta(minutes=2))
        cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="a drill")
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"]
        assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "a drill")
        rig.pass_time(timedelta(minutes=2))
        assert [one["NewStateValue"] for one in alarms_of(endpoint)] == ["OK", "ALARM", "OK"]
        asked = {"AlarmName": "none", "StateValue": "OK", "StateReason": "r"}
        assert refused(cloudwatch.set_alarm_state, **asked) == "ResourceNotFound"
        assert refused(cloudwatch.set_alarm_state, **{**asked, "AlarmName": "errors", "StateValue": "X"}) == (
            "ValidationError"
        )


def test_that_a_set_state_does_not_last_is_a_switch(tmp_path):
    switches = AwsSwitches(set_state_is_judged_again=False)
    with running(tmp_path, alarms=(ERRORS,), switches=switches, sns=SnsSpec(topics=(TopicSpec(name="alarms"),))) as rig:
        cloudwatch = rig.client("cloudwatch")
        cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="r")
        rig.pass_time(timedelta(minutes=5))
        assert rig.world.alarms.states() == {"errors": "ALARM"}


def test_a_subscription_of_the_world_asks_for_confirmation_when_it_begins(tmp_path):
    endpoint = Endpoint()
    one = SubscriptionSpec(topic="alarms", endpoint=endpoint.url)
    with running(tmp_path, sns=SnsSpec(topics=(TopicSpec(name="alarms"),), subscriptions=(one,))) as rig:
        assert endpoint.message(0)["Type"] == "SubscriptionConfirmation"
        assert rig.world.sns.topic_arn("alarms").endswith(":alarms")
    endpoint.served.stop()
