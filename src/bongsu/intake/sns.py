"""What Amazon SNS posts: signed messages, of which a CloudWatch alarm is one.

The steps of the documents, in their order: the message names a topic of the plan; its certificate lies with SNS in the
topic's own region; the signature is over the named members; it is not old. A subscription is confirmed by its address
at the same host. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import binascii
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.channels._json import object_of
from bongsu.errors import UsageError
from bongsu.intake._port import Alarm, Found, Nothing, Unusable, name_of, one_line, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.x509 import Certificate

FRESH = timedelta(hours=1)
"""How old a message may be: SNS repeats one that was not taken for so long at most."""
AHEAD = timedelta(minutes=5)
_SIGNED_MEMBERS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_CERTIFICATE = re.compile(r"(?a)/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem")
"""Where SNS's certificates lie. Its host answers calls too, with texts that anybody may have put there: what such an
answer holds is nobody's certificate, whatever its address ends with."""
_TARGET = re.compile(r"/[!-\[\]-~]*")

Fetch = Callable[[str], bytes]


def host_of(topic: str) -> str:
    """Return the host of SNS in the region of a topic's ARN."""
    return f"sns.{topic.split(':')[3]}.amazonaws.com"


@dataclass(slots=True)
class Sns:
    """Takes messages of the plan's topics, and no others."""

    topics: Sequence[str]
    now: Callable[[], datetime]
    fetch: Fetch
    """Return what lies at an https address; OSError when it cannot be had. It follows no redirect."""
    host: Callable[[str], str] = host_of
    _certificates: dict[str, Certificate] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def parse(self, body: bytes) -> Found:
        """Return the alarm that a message holds, or why it holds none."""
        message = object_of(body)
        if message is None or not all(isinstance(value, str) for value in message.values()):
            return Unusable(status=400, reason="the body is not a message of SNS")
        refused = self._refusal(message)
        if refused is not None:
            return refused
        match message["Type"]:
            case "SubscriptionConfirmation":
                return self._confirm(message)
            case "UnsubscribeConfirmation":
                return Nothing(why="the subscription has ended, and no alarm comes by it any more", of_the_way=True)
        return alarm_in(message)

    def _refusal(self, message: Mapping[str, str]) -> Unusable | None:
        kind, topic = message.get("Type", ""), message.get("TopicArn", "")
        if topic not in self.topics:
            return Unusable(status=403, reason="the message is of a topic that the plan does not name")
        members = _SIGNED_MEMBERS.get(kind)
        if members is None:
            return Unusable(status=400, reason="the message is of a type that is not known")
        if any(name not in message for name in members if name != "Subject"):
            return Unusable(status=400, reason="the message lacks a member that is signed")
        try:
            verifies = self._verifies(message, members, self.host(topic))
        except OSError as error:
            # SNS gives a message up for good that it is told is wrong, and sends one again that could not be taken.
            return Unusable(status=503, reason=f"the certificate of SNS could not be had: {type(error).__name__}")
        if not verifies:
            return Unusable(status=403, reason="the message is not signed by SNS")
        if not self._fresh(message["Timestamp"]):
            return Unusable(status=403, reason="the message is too old, or of a time to come")
        return None

    def _verifies(self, message: Mapping[str, str], members: Sequence[str], host: str) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding, rsa

        # SHA-1 is what a topic signs with unless it is told otherwise; nobody can make two texts of a given one.
        digests: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
        digest = digests.get(message.get("SignatureVersion", ""))
        certificate = self._certificate(message.get("SigningCertURL", ""), host)
        if digest is None or certificate is None:
            return False
        key = certificate.public_key()
        in_time = certificate.not_valid_before_utc <= self.now() <= certificate.not_valid_after_utc
        if not in_time or not isinstance(key, rsa.RSAPublicKey):
            return False
        signed = "".join(f"{name}\n{message[name]}\n" for name in members if name in message)
        try:
            shown = base64.b64decode(message.get("Signature", ""), validate=True)
            key.verify(shown, signed.encode(), padding.PKCS1v15(), digest)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True

    def _certificate(self, url: str, host: str) -> Certificate | None:
        """Return the certificate at an address of SNS's own; None for any other address, or for no certificate.

        Raises:
            OSError: it could not be had.
        """
        from cryptography.x509 import load_pem_x509_certificate

        target = target_at(url, host)
        if target is None or _CERTIFICATE.fullmatch(target) is None:
            return None
        with self._lock:
            known = self._certificates.get(url)
        if known is not None:
            return known
        try:
            certificate = load_pem_x509_certificate(self.fetch(url))
        except ValueError:
            return None
        with self._lock:
            self._certificates = {url: certificate, **dict(list(self._certificates.items())[:7])}
        return certificate

    def _fresh(self, text: str) -> bool:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return False
        return at.tzinfo is not None and -AHEAD <= self.now() - at <= FRESH

    def _confirm(self, message: Mapping[str, str]) -> Found:
        url = message["SubscribeURL"]
        if target_at(url, self.host(message["TopicArn"])) is None:
            return Unusable(status=403, reason="the subscription is to be confirmed at an address that is not SNS")
        try:
            self.fetch(url)
        except OSError as error:
            return Unusable(status=502, reason=f"the subscription could not be confirmed: {type(error).__name__}")
        return Nothing(why="the subscription is confirmed", of_the_way=True)


def target_at(url: str, host: str) -> str | None:
    """Return what an address asks for, where it is https at exactly that host, letter by letter; else None."""
    target = url.removeprefix(f"https://{host}")
    return target if target != url and _TARGET.fullmatch(target) else None


def alarm_in(message: Mapping[str, str]) -> Found:
    """Return what a notification that verifies tells: a CloudWatch alarm, or a text as it stands."""
    told = object_of(message["Message"].encode()) or {}
    name, state = text_in(told, "AlarmName"), told.get("NewStateValue")
    delivery = message["MessageId"]
    if not name or not isinstance(state, str):
        summary = text_in(message, "Subject", "Message") or "a message without a text"
        return Alarm(key=delivery, summary=summary, delivery=delivery)
    if state not in ("ALARM", "OK"):
        return Nothing(why=f"the alarm's state is {one_line(state, 40)}")
    reason, arn = text_in(told, "NewStateReason"), told.get("AlarmArn")
    return Alarm(
        # Whole: two that differ in their last letters are two.
        key=name_of(arn if isinstance(arn, str) and arn else f"{message['TopicArn']} {told['AlarmName']}"),
        summary=one_line(f"{name}: {reason}" if reason else name),
        over=state == "OK",
        delivery=delivery,
    )


def fetcher() -> Fetch:
    """Return what fetches over TLS, believing the machine's own authorities, and follows no redirect."""
    import urllib3

    pool = urllib3.PoolManager(retries=False, timeout=5.0, cert_reqs="CERT_REQUIRED")

    def fetch(url: str) -> bytes:
        try:
            answer = pool.request("GET", url, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise OSError(str(error)) from error
        if answer.status != 200:
            raise OSError(f"status {answer.status}")
        return answer.data

    return fetch


def open_sns(topics: Sequence[str], now: Callable[[], datetime]) -> Sns:
    """Return what takes the messages of these topics; UsageError where the package that verifies is missing."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise UsageError(
            "alarms from SNS need the package 'cryptography', which checks their signatures",
            hint="install it with `pip install 'bongsu[sign]'`",
        ) from None
    return Sns(topics, now, fetcher())
