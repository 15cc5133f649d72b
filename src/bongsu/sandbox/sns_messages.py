"""What SNS posts to an endpoint, genuine and forged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from bongsu.sandbox.sns_signing import Signer, new_signer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.sandbox.sns_signing import SignatureVersion

Forgery = Literal[
    "bad_signature", "tampered", "foreign_certificate", "replayed", "stale", "wrong_topic", "unknown_version",
    "foreign_subscribe_url",
]  # fmt: skip
FORGERIES: tuple[Forgery, ...] = get_args(Forgery)
STALE_BY = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message as it goes out: its JSON members, and the headers that repeat some of them."""

    message: Mapping[str, str]
    subscription_arn: str = ""

    @property
    def body(self) -> bytes:
        """The JSON text, as the service sends it: with line breaks."""
        return json.dumps(self.message, ensure_ascii=False, indent=2).encode()

    @property
    def headers(self) -> dict[str, str]:
        """The headers: the content type says text although the body is JSON."""
        found = {
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
            "x-amz-sns-message-type": self.message["Type"],
            "x-amz-sns-message-id": self.message["MessageId"],
            "x-amz-sns-topic-arn": self.message["TopicArn"],
        }
        if self.subscription_arn:
            found["x-amz-sns-subscription-arn"] = self.subscription_arn
        return found


class Writer:
    """Signs messages with the sandbox's own key."""

    def __init__(self, signer: Signer, *, address: str, certificate_url: str) -> None:
        """`address` is where SubscribeURL and UnsubscribeURL lead, `certificate_url` where the certificate lies."""
        self.signer = signer
        self.address = address
        self.certificate_url = certificate_url

    def signed(self, members: Mapping[str, str], version: SignatureVersion) -> dict[str, str]:
        """Return the members with signature version, signature and the certificate's address."""
        signature = self.signer.sign(members, version)
        return {
            **members, "SignatureVersion": version, "Signature": signature, "SigningCertURL": self.certificate_url,
        }  # fmt: skip

    def notification(self, topic_arn: str, text: str, *, subject: str, message_id: str, at: datetime) -> dict[str, str]:
        """Return the members of a notification, unsigned."""
        members = {"Type": "Notification", "MessageId": message_id, "TopicArn": topic_arn}
        if subject:
            members["Subject"] = subject
        return {**members, "Message": text, "Timestamp": stamp(at)}

    def confirmation(self, topic_arn: str, *, token: str, message_id: str, at: datetime) -> dict[str, str]:
        """Return the members of a subscription's confirmation, unsigned."""
        return {
            "Type": "SubscriptionConfirmation",
            "MessageId": message_id,
            "Token": token,
            "TopicArn": topic_arn,
            "Message": f"You have chosen to subscribe to the topic {topic_arn}.\n"
            "To confirm the subscription, visit the SubscribeURL included in this message.",
            "SubscribeURL": f"{self.address}/?Action=ConfirmSubscription&TopicArn={topic_arn}&Token={token}",
            "Timestamp": stamp(at),
        }


class Forger:
    """Makes messages that a verifier must refuse, out of one that it must take."""

    def __init__(self, writer: Writer, *, foreign_url: str, around: datetime) -> None:
        """`foreign_url` is where the foreign certificate really lies: a verifier that fetches it is fooled."""
        self._writer = writer
        self._foreign_url = foreign_url
        self._around = around

    @cached_property
    def foreign(self) -> Signer:
        """Somebody else's key, made when it is first asked for."""
        return new_signer("sns.amazonaws.com", around=self._around)

    def forged(
        self, kind: Forgery, genuine: Mapping[str, str], version: SignatureVersion, *, confirmation: Mapping[str, str]
    ) -> dict[str, str]:
        """Return one forged message; `genuine` is a signed notification, `confirmation` an unsigned one of its kind."""
        members = {key: genuine[key] for key in genuine if not key.startswith(("Sign",))}
        match kind:
            case "replayed":
                return dict(genuine)
            case "tampered":
                return {**genuine, "Message": genuine["Message"] + " "}
            case "bad_signature":
                return {**genuine, "Signature": self._writer.signer.sign({**members, "MessageId": "another"}, version)}
            case "foreign_certificate":
                signature = self.foreign.sign(members, version)
                return {**genuine, "Signature": signature, "SigningCertURL": self._foreign_url}
            case "stale":
                sent_at = datetime.fromisoformat(genuine["Timestamp"]) - STALE_BY
                return self._writer.signed({**members, "Timestamp": stamp(sent_at)}, version)
            case "wrong_topic":
                return self._writer.signed({**members, "TopicArn": genuine["TopicArn"] + "-other"}, version)
            case "unknown_version":
                return {**genuine, "SignatureVersion": "3"}
            case "foreign_subscribe_url":
                url = confirmation["SubscribeURL"].replace(self._writer.address, "http://169.254.169.254")
                return self._writer.signed({**confirmation, "SubscribeURL": url}, version)


def stamp(at: datetime) -> str:
    """Return an instant as SNS writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
