"""The body of a send to the imitated gateway: read, checked, and turned into messages with their fates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bongsu.sandbox.sens_messages import BYTES_MAX, DELIVERED, SUBJECT_BYTES_MAX, cut_to, is_extended, sms_bytes
from bongsu.sandbox.sens_wire import DIGITS, bad

if TYPE_CHECKING:
    from collections.abc import Collection

    from bongsu.sandbox.sens_spec import SensSpec

RECIPIENTS_MAX = 100
CALLER_NOT_REGISTERED = "3023"
CANNOT_CONVERT = "3022"
REFUSED_BY_RECIPIENT = "3006"
FIELDS = {
    *("type", "contentType", "countryCode", "from", "subject", "content", "messages"),
    *("reserveTime", "reserveTimeZone"),
}
RECIPIENT_FIELDS = {"to", "subject", "content"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One message of a send, as it was asked for."""

    kind: str
    content_type: str
    country: str
    sender: str
    to: str
    subject: str
    content: str

    @property
    def bytes(self) -> int | None:
        """Return the size that the carriers count, None when a character cannot be sent."""
        return sms_bytes(self.content)

    @property
    def truncated(self) -> bool:
        """Return whether the customer gets less than was asked for."""
        subject = sms_bytes(self.subject)
        too_long = self.bytes is not None and self.bytes > BYTES_MAX[self.kind]
        return too_long or (subject is not None and subject > SUBJECT_BYTES_MAX)

    @property
    def unlabelled_ad(self) -> bool:
        """Return whether it is advertising that does not say so."""
        return self.content_type == "AD" and not self.content.startswith("(광고)")

    @property
    def received(self) -> str:
        """Return the text that reaches the handset: what is over the limit is cut off."""
        return cut_to(self.content, BYTES_MAX[self.kind])

    def fate(self, spec: SensSpec, opted_out: Collection[str], *, number: int) -> str:
        """Return the code it will complete with; `number` counts the messages since the world's start."""
        if self.sender not in spec.from_numbers:
            return CALLER_NOT_REGISTERED
        if self.bytes is None or (not spec.extended_hangul and any(map(is_extended, self.content))):
            return CANNOT_CONVERT
        if self.content_type == "AD" and self.to in opted_out:
            return REFUSED_BY_RECIPIENT
        return spec.fail_to.get(self.to) or spec.fail_nth.get(number, DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A send that is in order; with `due_at` it is a reservation."""

    messages: tuple[Wanted, ...]
    due_at: datetime | None = None
    zone: str = "Asia/Seoul"


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body; a refusal when it is none."""
    try:
        asked = json.loads(body)
    except ValueError:
        raise bad("the body is no JSON object") from None
    if not isinstance(asked, dict):
        raise bad("the body is no JSON object")
    return asked


def read_send(body: bytes, spec: SensSpec, now: datetime) -> Send:
    """Return what a send asks for; refuses what the documentation does not allow, and fields that it does not know."""
    asked = json_object(body)
    _known(asked, FIELDS, "the body")
    if not isinstance(asked.get("messages"), list) or not 1 <= len(asked["messages"]) <= RECIPIENTS_MAX:
        raise bad(f"messages must hold 1 to {RECIPIENTS_MAX} recipients")
    kind = str(asked.get("type", "")).upper()
    content_type = asked.get("contentType", "COMM")
    if kind not in BYTES_MAX or content_type not in ("COMM", "AD"):
        raise bad("type or contentType is missing or unknown")
    sender = asked.get("from")
    if not isinstance(sender, str) or not DIGITS.fullmatch(sender):
        raise bad("from is missing or not digits")
    if spec.refuse_unregistered_from and sender not in spec.from_numbers:
        raise bad("from is not a registered number")
    common = {"content_type": content_type, "country": str(asked.get("countryCode", "82")), "sender": sender}
    # Without an attachment an MMS goes out as LMS; attachments themselves are not imitated.
    made = [_wanted(one, asked, spec, kind="LMS" if kind == "MMS" else kind, **common) for one in asked["messages"]]
    due_at, zone = _reserved(asked, spec, now)
    return Send(messages=tuple(made), due_at=due_at, zone=zone)


def _wanted(one: Any, asked: dict[str, Any], spec: SensSpec, *, kind: str, **common: str) -> Wanted:
    if not isinstance(one, dict):
        raise bad("a recipient is a JSON object")
    _known(one, RECIPIENT_FIELDS, "a recipient")
    to, content, subject = (
        one.get("to"), one.get("content") or asked.get("content"), one.get("subject") or asked.get("subject") or "",
    )  # fmt: skip
    if not isinstance(to, str) or not DIGITS.fullmatch(to):
        raise bad("a recipient's number is missing or not digits")
    if not isinstance(content, str) or not content or not isinstance(subject, str):
        raise bad("a recipient's text is missing or no text")
    if kind == "SMS" and subject and spec.subject_on_sms == "refuse":
        raise bad("an SMS has no subject")
    if spec.refuse_unsendable_text and sms_bytes(content) is None:
        raise bad("the text holds characters that cannot be sent")
    return Wanted(kind=kind, to=to, content=content, subject="" if kind == "SMS" else subject, **common)


def _known(asked: dict[str, Any], fields: Collection[str], what: str) -> None:
    unknown = sorted(set(asked) - set(fields))
    if unknown:
        raise bad(f"sandbox: {what} has no field {unknown[0]!r} that is imitated, known: {', '.join(sorted(fields))}")


def _reserved(asked: dict[str, Any], spec: SensSpec, now: datetime) -> tuple[datetime | None, str]:
    zone = asked.get("reserveTimeZone", "Asia/Seoul")
    if "reserveTime" not in asked:
        return None, zone
    try:
        local = datetime.strptime(asked["reserveTime"], "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    except (TypeError, ValueError, ZoneInfoNotFoundError):
        raise bad("reserveTime is YYYY-MM-DD HH:mm, reserveTimeZone the name of a zone") from None
    if local - now < timedelta(seconds=spec.reserve_lead_min_s):
        raise bad("reserveTime is too soon or past")
    return local.astimezone(UTC), zone
