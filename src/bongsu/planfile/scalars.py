"""The single values that plan keys take, as shapes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bongsu.planfile import values
from bongsu.planfile.shapes import Value

LONGEST_TEXT = 300
_DURATION_PATTERN = r"^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+s)?$"
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+){1,3}-[0-9]{1,2}")
_SLACK_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,20}")
_SLACK_MEMBER = re.compile(r"[UW][A-Z0-9]{6,20}")
_TOPIC = re.compile(r"arn:aws:sns:[a-z]{2}(?:-[a-z]+){1,3}-[0-9]{1,2}:[0-9]{12}:[A-Za-z0-9_.-]{1,256}")
_SIGNER = re.compile(r"ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
_AUTHORITY = re.compile(r"sha256:[0-9a-f]{64}")
NUMERIC = frozenset({"text", "number"})


def _text(text: str) -> str:
    if not text.strip():
        raise values.Unfit("is empty", "write what it says, or leave the key out")
    if len(text) > LONGEST_TEXT:
        raise values.Unfit(f"is longer than {LONGEST_TEXT} characters", "shorten it: it goes into messages")
    if not text.isprintable():
        raise values.Unfit("holds a line break or a control character", "write it on one line")
    return text


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise values.Unfit(f'"{text}" is not true or false', "write true or false")
    return text == "true"


def _one(text: str) -> int:
    if text != "1":
        raise values.Unfit(f'"{text}" is not a plan version that this program knows', "write 1")
    return 1


def _longer_than_nothing(text: str) -> object:
    length = values.duration(text)
    if not length:
        raise values.Unfit(f'"{text}" leaves no time at all', "write a longer time")
    return length


def _account(text: str) -> str:
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        raise values.Unfit(f'"{text}" is not an AWS account', "an account is twelve digits, in quotes")
    return text


def _region(text: str) -> str:
    if _REGION.fullmatch(text) is None:
        raise values.Unfit(f'"{text}" is not an AWS region', 'write it like "ap-northeast-2"')
    return text


def _topic(text: str) -> str:
    if not _TOPIC.fullmatch(text):
        raise values.Unfit(f'"{text}" is not the ARN of an SNS topic', "it is arn:aws:sns:REGION:ACCOUNT:NAME")
    return text


def _slack_channel(text: str) -> str:
    if _SLACK_CHANNEL.fullmatch(text) is None:
        raise values.Unfit(
            f'"{text}" is not a Slack channel id',
            'copy the id from the channel\'s details; it begins with "C" or "G", and a name can be given away',
        )
    return text


def _telegram_chat(text: str) -> int:
    chat = values.whole(text)
    if not chat:
        raise values.Unfit("no chat has the id 0", "a group's id is a negative number")
    return chat


def _telegram_user(text: str) -> str:
    if not (text.isascii() and text.isdigit()) or text.startswith("0"):
        raise values.Unfit(f'"{text}" is not a Telegram user id', "a user id is digits only; a @name can be given away")
    return text


def _slack_member(text: str) -> str:
    if _SLACK_MEMBER.fullmatch(text) is None:
        raise values.Unfit(
            f'"{text}" is not a Slack member id', 'copy the id from the person\'s profile; it begins with "U" or "W"'
        )
    return text


def _signer(text: str) -> str:
    if _SIGNER.fullmatch(text) is None:
        raise values.Unfit("not the fingerprint of an Ed25519 key", "write it as `bongsu keygen` prints it")
    return text


def _authority(text: str) -> str:
    if _AUTHORITY.fullmatch(text) is None:
        hint = (
            "write sha256: and 64 hex digits, of the root certificate in DER: `openssl x509 -outform DER | sha256sum`"
        )
        raise values.Unfit("not the fingerprint of a certificate", hint)
    return text


def _count(text: str) -> int:
    number = values.whole(text)
    if not 0 <= number <= 100:
        raise values.Unfit(f'"{text}" is not between 0 and 100', "write a small whole number")
    return number


TEXT = Value(parse=_text, type_text="text", json={"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT})
NAME = Value(parse=values.name, type_text="name", json={"type": "string", "pattern": f"^{values.NAME.pattern}$"})
VERSION = Value(parse=_one, type_text="the number 1", json={"const": 1}, sorts=frozenset({"number"}))
TRUTH = Value(parse=_truth, type_text="true or false", json={"type": "boolean"}, sorts=frozenset({"truth"}))
WHOLE = Value(parse=values.whole, type_text="whole number", json={"type": "integer"}, sorts=frozenset({"number"}))
COUNT = Value(
    parse=_count,
    type_text="whole number, 0 to 100",
    json={"type": "integer", "minimum": 0, "maximum": 100},
    sorts=frozenset({"number"}),
)
ADDRESS = Value(parse=_text, type_text="id, as a number or text", json={"type": ["string", "integer"]}, sorts=NUMERIC)
DURATION = Value(
    parse=_longer_than_nothing,
    type_text='length of time like "15m"',
    json={"type": "string", "pattern": _DURATION_PATTERN},
    sorts=NUMERIC,
)
DURATION_OR_NONE = replace(DURATION, parse=values.duration, type_text='length of time like "5m", or "0s"')
PERCENT = Value(
    parse=values.percent,
    type_text='percentage like "99.5%"',
    json={"type": "string", "pattern": r"^\d{1,3}(\.\d{1,4})?\s?%$"},
    sorts=NUMERIC,
)
MOMENT = Value(
    parse=values.moment,
    type_text='date and time like "2025-10-22T14:00"',
    json={"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?$"},
    sorts=frozenset({"text", "number", "time"}),
)
ZONE = Value(parse=values.zone, type_text='time zone like "Asia/Seoul"')
REFERENCE = Value(
    parse=values.reference,
    type_text="reference to a secret",
    json={"type": "string", "pattern": "^(env|file|secret):.+$"},
    secret=True,
)
FILE = Value(
    parse=values.file,
    type_text="file beside the plan, like `file:parity.json`",
    json={"type": "string", "pattern": "^file:.+$"},
)
URL = Value(parse=values.url, type_text="web address", json={"type": "string", "pattern": "^https?://"})
ENDPOINT = Value(
    parse=values.endpoint,
    type_text="base address of an API",
    json={"type": "string", "pattern": "^https?://"},
)
LISTEN = Value(
    parse=values.listen,
    type_text="address to listen at, like `127.0.0.1:8081/slack`",
    json={"type": ["string", "integer"]},
    sorts=NUMERIC,
)


def _pattern(pattern: re.Pattern[str]) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{pattern.pattern}$"}


ACCOUNT = Value(
    parse=_account, type_text="AWS account, twelve digits in quotes", json={"type": "string", "pattern": r"^\d{12}$"}
)
REGION = Value(parse=_region, type_text="AWS region", json=_pattern(_REGION))
SLACK_CHANNEL = Value(parse=_slack_channel, type_text="Slack channel id", json=_pattern(_SLACK_CHANNEL))
TELEGRAM_CHAT = Value(
    parse=_telegram_chat, type_text="Telegram chat id", json={"type": "integer"}, sorts=frozenset({"number"})
)
TELEGRAM_USER = Value(
    parse=_telegram_user, type_text="Telegram user id", json={"type": ["integer", "string"]}, sorts=NUMERIC
)
SLACK_USER = Value(parse=_slack_member, type_text="Slack member id", json=_pattern(_SLACK_MEMBER))
TOPIC = Value(parse=_topic, type_text="ARN of an SNS topic", json=_pattern(_TOPIC))
AUTHORITY = Value(parse=_authority, type_text="certificate fingerprint", json=_pattern(_AUTHORITY))
FINGERPRINT = Value(parse=_signer, type_text="key fingerprint", json=_pattern(_SIGNER))
