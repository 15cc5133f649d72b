"""AlimTalk at the imitated gateway: approved templates to KakaoTalk users, and a text message where that fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.sens_messages import BYTES_MAX, zone_text
from bongsu.sandbox.sens_send import RECIPIENTS_MAX, Wanted, json_object
from bongsu.sandbox.sens_wire import DIGITS, bad

if TYPE_CHECKING:
    from datetime import datetime, timezone

    from bongsu.sandbox.sens_spec import AlimtalkSpec

TAKEN = "A000"
DELIVERED = "0000"
NOT_A_USER = "3019"
BLOCKED = "3020"
FIELDS = {"plusFriendId", "templateCode", "messages"}
RECIPIENT_FIELDS = {"to", "content", "countryCode", "title", "buttons", "useSmsFailover", "failoverConfig"}
FAILOVER_FIELDS = {"type", "from", "subject", "content"}
BUTTON_TYPES = {
    "DS": set(), "WL": {"linkMobile", "linkPc"}, "AL": {"schemeIos", "schemeAndroid"},
    "BK": set(), "MD": set(), "AC": set(),
}  # fmt: skip
BUTTON_NAME_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One AlimTalk to one number; `fate` is the code it completes with, `failover` the text sent instead, if any."""

    request_id: str
    message_id: str
    requested_at: datetime
    completes_at: datetime
    channel: str
    template: str
    to: str
    content: str
    fate: str
    failover: Wanted | None = None
    refusal: str = ""
    """The requestStatusCode of a notice that was refused at once; it is listed nowhere."""

    def fails_over(self, spec: AlimtalkSpec) -> bool:
        """Return whether a text message takes its place, if there is one."""
        if self.refusal:
            return spec.refused_fail_over
        # A result code that begins with B is the business's own mistake and has no failover.
        return self.fate != DELIVERED and not self.fate.startswith("B")

    def answer_row(self) -> dict[str, Any]:
        """Return what the answer to the send says of it."""
        return {
            "messageId": self.message_id,
            "to": self.to,
            "requestStatusCode": self.refusal or TAKEN,
            "requestStatusName": "fail" if self.refusal else "success",
            "requestStatusDesc": "실패" if self.refusal else "성공",
            "useSmsFailover": self.failover is not None,
        }

    def row(self, now: datetime, zone: timezone) -> dict[str, Any]:
        """Return the notice as list and result show it."""
        row: dict[str, Any] = {
            "requestId": self.request_id,
            "messageId": self.message_id,
            "requestTime": zone_text(self.requested_at, zone),
            "plusFriendId": self.channel,
            "templateCode": self.template,
            "to": self.to,
            "content": self.content,
            "requestStatusCode": TAKEN,
            "requestStatusName": "success",
            "useSmsFailover": self.failover is not None,
            "messageStatusName": "processing",
        }
        if now >= self.completes_at:
            row["messageStatusCode"] = self.fate
            row["messageStatusName"] = "success" if self.fate == DELIVERED else "fail"
            row["completeTime"] = zone_text(self.completes_at, zone)
        return row

    def outbox_row(self) -> dict[str, Any]:
        """Return what the customer got."""
        return {
            "to": self.to, "from": self.channel, "content": self.content, "request_id": self.request_id,
            "channel": "alimtalk", "truncated": False, "unlabelled_ad": False,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One recipient of an AlimTalk send that is in order."""

    template: str
    to: str
    content: str
    failover: Wanted | None

    def fate(self, spec: AlimtalkSpec) -> str:
        """Return the code that the notice completes with."""
        if not matches(spec.templates[self.template], self.content):
            return spec.mismatch_code
        if self.to in spec.not_users:
            return NOT_A_USER
        return BLOCKED if self.to in spec.blocked else DELIVERED


def matches(template: str, text: str) -> bool:
    """Return whether a text is the template with every `#{name}` filled in."""
    fixed = [re.escape(part) for part in re.split(r"#\{[^}]+\}", template)]
    return re.fullmatch("(?s:.+?)".join(fixed), text) is not None


def read_notices(body: bytes, spec: AlimtalkSpec) -> list[Asked]:
    """Return what an AlimTalk send asks for; refuses what is not documented, or documented and not imitated."""
    asked = json_object(body)
    _known(asked, FIELDS, "the body")
    if asked.get("plusFriendId") != spec.channel:
        raise bad("no such channel")
    if asked.get("templateCode") not in spec.templates:
        raise bad("no such template, or not approved")
    messages = asked.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= RECIPIENTS_MAX:
        raise bad(f"messages must hold 1 to {RECIPIENTS_MAX} recipients")
    return [_asked(one, template=asked["templateCode"]) for one in messages]


def _asked(one: Any, *, template: str) -> Asked:
    if not isinstance(one, dict):
        raise bad("a recipient is a JSON object")
    _known(one, RECIPIENT_FIELDS, "a recipient")
    to, content = one.get("to"), one.get("content")
    if not isinstance(to, str) or not DIGITS.fullmatch(to) or not isinstance(content, str) or not content:
        raise bad("a recipient's number or text is missing or malformed")
    for button in one.get("buttons", []):
        _check_button(button)
    failover = None
    if one.get("useSmsFailover", False):
        failover = _failover(one.get("failoverConfig"), to=to, content=content)
    return Asked(template=template, to=to, content=content, failover=failover)


def _failover(config: Any, *, to: str, content: str) -> Wanted:
    if not isinstance(config, dict):
        raise bad("useSmsFailover needs a failoverConfig")
    _known(config, FAILOVER_FIELDS, "failoverConfig")
    kind = str(config.get("type", "")).upper()
    sender = str(config.get("from", ""))
    if kind not in BYTES_MAX or not DIGITS.fullmatch(sender):
        raise bad("failoverConfig needs a type and a from of digits")
    return Wanted(
        kind=kind,
        content_type="COMM",
        country="82",
        sender=sender,
        to=to,
        subject=str(config.get("subject", "")),
        content=str(config.get("content") or content),
    )


def _check_button(button: Any) -> None:
    kind = button.get("type") if isinstance(button, dict) else None
    if kind not in BUTTON_TYPES or not 0 < len(str(button.get("name", ""))) <= BUTTON_NAME_MAX:
        raise bad(
            f"a button has a type of {', '.join(BUTTON_TYPES)} and a name of at most {BUTTON_NAME_MAX} characters"
        )
    if not BUTTON_TYPES[kind] <= set(button):
        raise bad(f"a button of type {kind} needs {' and '.join(sorted(BUTTON_TYPES[kind]))}")


def _known(asked: dict[str, Any], fields: set[str], what: str) -> None:
    unknown = sorted(set(asked) - fields)
    if unknown:
        raise bad(f"sandbox: {what} has no field {unknown[0]!r} that is imitated, known: {', '.join(sorted(fields))}")
