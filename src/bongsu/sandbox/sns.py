"""The imitated SNS: topics, subscriptions that must be confirmed, signed messages over HTTP, retries, forgeries."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.aws_call import NAMESPACES, AwsError
from bongsu.sandbox.aws_checks import offset_in
from bongsu.sandbox.http import serve
from bongsu.sandbox.sns_messages import FORGERIES, Forger, Post, Writer
from bongsu.sandbox.sns_sender import SendingSpec, SnsSender
from bongsu.sandbox.sns_signing import SignatureVersion, loopback_tls, new_signer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Limits of Publish: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
MESSAGE_BYTES_MAX = 262_144
SUBJECT_MAX = 100
PAGE_MAX = 100
TOKEN_DIGITS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """A topic; the service signs with version 1 (SHA-1) unless the topic says 2 (SHA-256)."""

    name: str
    signature_version: SignatureVersion = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSpec:
    """A subscription made before the world began; its endpoint is an http address of this machine."""

    topic: str
    endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsSpec:
    """The topics of an account, and how messages are sent.

    `signing_cert_url` takes the place of the address under which the sandbox serves its certificate, with `{file}` in
    it: for a verifier that insists on the service's own host and has the certificate otherwise. A token to confirm a
    subscription is good for `token_valid_s`.
    """

    topics: tuple[TopicSpec, ...] = ()
    subscriptions: tuple[SubscriptionSpec, ...] = ()
    sending: SendingSpec = field(default_factory=SendingSpec)
    signing_cert_url: str = ""
    token_valid_s: int = 172_800


@dataclass(slots=True, kw_only=True)
class _Topic:
    arn: str
    signature_version: SignatureVersion
    last: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Subscription:
    arn: str
    topic: _Topic
    endpoint: str
    token: str
    token_until: datetime
    confirmed: bool = False
    asks_to_leave: bool = True


class Sns:
    """All topics of one account; with none, no key is made and nothing is served."""

    def __init__(
        self,
        clock: SandboxClock,
        record: Record,
        spec: SnsSpec,
        *,
        account: str,
        region: str,
        seed: int,
        fails: Callable[[], bool] = lambda: False,
    ) -> None:
        """`fails` says whether the fault plan has a delivery get lost."""
        self._clock = clock
        self._record = record
        self._spec = spec
        self._account = account
        self._prefix = f"arn:aws:sns:{region}:{account}:"
        self._random = Random(f"sns {seed}")
        self._lock = threading.RLock()
        self._topics = {
            self._prefix + one.name: _Topic(arn=self._prefix + one.name, signature_version=one.signature_version)
            for one in spec.topics
        }
        self._subscriptions: dict[str, _Subscription] = {}
        self._sender = SnsSender(clock, record, spec.sending, fails=fails)
        self._served = None
        if not spec.topics:
            return
        now = clock.now()
        self._signer = new_signer("sns.amazonaws.com", around=now)
        tls = loopback_tls(around=now)
        self.tls_certificate_pem = tls.certificate_pem
        self._served = serve(self._pages, tls=tls.context)
        self.address = self._served.url
        file = self._signer.file_name
        url = spec.signing_cert_url.format(file=file) if spec.signing_cert_url else f"{self.address}/{file}"
        self._writer = Writer(self._signer, address=self.address, certificate_url=url)
        foreign_url = f"{self.address}/foreign/{file}".replace("127.0.0.1", "localhost")
        self._forger = Forger(self._writer, foreign_url=foreign_url, around=now)
        for one in spec.subscriptions:
            self._subscribe(self._topic(self._prefix + one.topic), one.endpoint)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate with whose key messages are signed."""
        return self._signer.certificate_pem

    def topic_arn(self, name: str) -> str:
        """Return a topic's ARN; raises KeyError when the account has no such topic."""
        return self._topics[self._prefix + name].arn

    def answer(self, operation: str, asked: Mapping[str, str], *, request_id: str) -> Response:
        """Return the answer of one operation in the query protocol, or raise AwsError."""
        with self._lock:
            inner = self._answer(operation, asked)
        meta = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        # Operations without an output have no Result element.
        result = "" if inner is None else f"<{operation}Result>{inner}</{operation}Result>"
        text = f'<{operation}Response xmlns="{NAMESPACES["sns"]}">{result}{meta}</{operation}Response>'
        return Response(text, content_type="text/xml")

    def _answer(self, operation: str, asked: Mapping[str, str]) -> str | None:
        match operation:
            case "Subscribe":
                return self._asked_to_subscribe(asked)
            case "ConfirmSubscription":
                return _element("SubscriptionArn", self._confirm(asked))
            case "Unsubscribe":
                self._subscriptions.pop(str(asked.get("SubscriptionArn")), None)
                return None
            case "ListSubscriptionsByTopic":
                return self._list(asked)
            case "GetTopicAttributes":
                return self._topic_attributes(self._topic(asked.get("TopicArn")))
            case "SetTopicAttributes":
                self._set_topic(asked)
                return None
            case "GetSubscriptionAttributes":
                return self._subscription_attributes(asked)
            case "Publish":
                return self._asked_to_publish(asked)
        raise AwsError("InvalidAction", f"the sandbox's SNS has no {operation}", status=501)

    def publish(self, topic_arn: str, text: str, *, subject: str = "") -> str:
        """Send a message to every confirmed subscription of a topic; return its id."""
        with self._lock:
            topic = self._topic(topic_arn)
            message_id = self._new_id()
            members = self._writer.notification(
                topic.arn, text, subject=subject, message_id=message_id, at=self._clock.now()
            )
            topic.last = self._writer.signed(members, topic.signature_version)
            self._record.write("sns", "published", topic=topic.arn, message_id=message_id)
            for one in self._confirmed(topic):
                left = {**topic.last, "UnsubscribeURL": f"{self.address}/?Action=Unsubscribe&SubscriptionArn={one.arn}"}
                self._sender.send(one.endpoint, Post(message=left, subscription_arn=one.arn))
            return message_id

    def forge(self, kind: str, topic_name: str) -> None:
        """Post a message that must be refused to every confirmed subscription; the topic must have published before."""
        with self._lock:
            if kind not in FORGERIES:
                raise ValueError(f"unknown forgery {kind!r}, known: {', '.join(FORGERIES)}")
            topic = self._topics[self._prefix + topic_name]
            if not topic.last:
                raise ValueError(f"topic {topic_name!r} has published nothing that could be forged")
            confirmation = self._writer.confirmation(
                topic.arn, token=self._new_token(), message_id=self._new_id(), at=self._clock.now()
            )
            forged = self._forger.forged(kind, topic.last, topic.signature_version, confirmation=confirmation)
            self._record.write("sns", "forged", kind=kind, topic=topic.arn, message_id=forged["MessageId"])
            for one in self._confirmed(topic):
                self._sender.send(one.endpoint, Post(message=forged, subscription_arn=one.arn))

    def close(self) -> None:
        """Stop serving, and let deliveries under way end."""
        self._sender.close()
        if self._served is not None:
            self._served.stop()

    def _confirmed(self, topic: _Topic) -> list[_Subscription]:
        return [one for one in self._subscriptions.values() if one.topic is topic and one.confirmed]

    def _topic(self, arn: str | None) -> _Topic:
        if arn is None or arn not in self._topics:
            raise AwsError("NotFound", "Topic does not exist", status=404)
        return self._topics[arn]

    def _new_id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _new_token(self) -> str:
        return f"{self._random.getrandbits(4 * TOKEN_DIGITS):0{TOKEN_DIGITS}x}"

    def _asked_to_subscribe(self, asked: Mapping[str, str]) -> str:
        topic = self._topic(asked.get("TopicArn"))
        endpoint = str(asked.get("Endpoint") or "")
        parts = urlsplit(endpoint)
        if asked.get("Protocol") != "http" or parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise _invalid("Endpoint", "the sandbox's SNS delivers over http to this machine alone")
        one = self._subscribe(topic, endpoint)
        shown = one.arn if one.confirmed or asked.get("ReturnSubscriptionArn") == "true" else "pending confirmation"
        return _element("SubscriptionArn", shown)

    def _subscribe(self, topic: _Topic, endpoint: str) -> _Subscription:
        found = [one for one in self._subscriptions.values() if (one.topic, one.endpoint) == (topic, endpoint)]
        now = self._clock.now()
        one = found[0] if found else None
        if one is not None and one.confirmed:
            return one
        if one is None:
            arn = f"{topic.arn}:{self._new_id()}"
            one = _Subscription(arn=arn, topic=topic, endpoint=endpoint, token="", token_until=now)
            self._subscriptions[arn] = one
        one.token = self._new_token()
        one.token_until = now + timedelta(seconds=self._spec.token_valid_s)
        members = self._writer.confirmation(topic.arn, token=one.token, message_id=self._new_id(), at=now)
        self._sender.send(endpoint, Post(message=self._writer.signed(members, topic.signature_version)))
        return one

    def _confirm(self, asked: Mapping[str, str]) -> str:
        topic = self._topic(asked.get("TopicArn"))
        for one in self._subscriptions.values():
            if one.topic is topic and one.token == asked.get("Token") and self._clock.now() <= one.token_until:
                one.confirmed = True
                one.asks_to_leave = asked.get("AuthenticateOnUnsubscribe") != "true"
                self._record.write("sns", "confirmed", subscription=one.arn)
                return one.arn
        raise _invalid("Token")

    def _list(self, asked: Mapping[str, str]) -> str:
        topic = self._topic(asked.get("TopicArn"))
        rows = [one for one in self._subscriptions.values() if one.topic is topic]
        first = offset_in(asked.get("NextToken"), code="InvalidParameter")
        members = "".join(
            "<member>"
            + _element("SubscriptionArn", one.arn if one.confirmed else "PendingConfirmation")
            + _element("Owner", self._account)
            + _element("Protocol", "http")
            + _element("Endpoint", one.endpoint)
            + _element("TopicArn", topic.arn)
            + "</member>"
            for one in rows[first : first + PAGE_MAX]
        )
        more = _element("NextToken", str(first + PAGE_MAX)) if first + PAGE_MAX < len(rows) else ""
        return f"<Subscriptions>{members}</Subscriptions>{more}"

    def _topic_attributes(self, topic: _Topic) -> str:
        rows = [one for one in self._subscriptions.values() if one.topic is topic]
        confirmed = sum(one.confirmed for one in rows)
        return _attributes(
            {
                "TopicArn": topic.arn,
                "Owner": self._account,
                "SubscriptionsConfirmed": str(confirmed),
                "SubscriptionsPending": str(len(rows) - confirmed),
                "SignatureVersion": topic.signature_version,
                "EffectiveDeliveryPolicy": json.dumps(self._spec.sending.as_policy()),
            }
        )

    def _set_topic(self, asked: Mapping[str, str]) -> None:
        topic = self._topic(asked.get("TopicArn"))
        value = asked.get("AttributeValue")
        if asked.get("AttributeName") != "SignatureVersion":
            text = f"the sandbox's SNS sets no topic attribute {asked.get('AttributeName')!r}"
            raise AwsError("SandboxUnsupportedOperation", text, status=501)
        if value not in ("1", "2"):
            raise _invalid("SignatureVersion", "must be 1 or 2")
        topic.signature_version = "1" if value == "1" else "2"

    def _subscription_attributes(self, asked: Mapping[str, str]) -> str:
        one = self._subscriptions.get(str(asked.get("SubscriptionArn")))
        if one is None:
            raise AwsError("NotFound", "Subscription does not exist", status=404)
        return _attributes(
            {
                "SubscriptionArn": one.arn,
                "TopicArn": one.topic.arn,
                "Owner": self._account,
                "Protocol": "http",
                "Endpoint": one.endpoint,
                "PendingConfirmation": str(not one.confirmed).lower(),
                "ConfirmationWasAuthenticated": str(not one.asks_to_leave).lower(),
                "RawMessageDelivery": "false",
            }
        )

    def _asked_to_publish(self, asked: Mapping[str, str]) -> str:
        text, subject = str(asked.get("Message") or ""), str(asked.get("Subject") or "")
        strange = sorted(key for key in asked if key.startswith(("MessageAttributes", "MessageStructure", "TargetArn")))
        if strange or "TopicArn" not in asked:
            text = f"the sandbox's SNS publishes to topics only and knows no {(strange or ['target'])[0]}"
            raise AwsError("SandboxUnsupportedOperation", text, status=501)
        if not text or len(text.encode()) > MESSAGE_BYTES_MAX:
            raise _invalid("Message", "empty, or too long")
        if len(subject) > SUBJECT_MAX or not subject.isascii() or not (subject + "x").isprintable():
            raise _invalid("Subject")
        return _element("MessageId", self.publish(asked["TopicArn"], text, subject=subject))

    def _pages(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._page(Request(environ))(environ, start_response)

    def _page(self, request: Request) -> Response:
        """Answer what is fetched over TLS: the certificates, and the two addresses that a message carries."""
        if request.path == f"/{self._signer.file_name}":
            return Response(self._signer.certificate_pem, content_type="application/x-pem-file")
        if request.path == f"/foreign/{self._signer.file_name}":
            return Response(self._forger.foreign.certificate_pem, content_type="application/x-pem-file")
        asked = dict(request.args.items())
        if request.path != "/" or asked.get("Action") not in ("ConfirmSubscription", "Unsubscribe"):
            return Response(status=404)
        try:
            return self.answer(asked["Action"], asked, request_id=self._new_id())
        except AwsError as error:
            return Response(f"<ErrorResponse><Error><Code>{error.code}</Code></Error></ErrorResponse>", error.status)


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _attributes(values: Mapping[str, str]) -> str:
    entries = "".join(
        f"<entry>{_element('key', key)}{_element('value', value)}</entry>" for key, value in values.items()
    )
    return f"<Attributes>{entries}</Attributes>"


def _invalid(name: str, why: str = "") -> AwsError:
    reason = f" Reason: {why}" if why else ""
    return AwsError("InvalidParameter", f"Invalid parameter: {name}{reason}")
