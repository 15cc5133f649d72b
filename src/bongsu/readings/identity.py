"""Reading `identity`: whose account this is, and in which region the target's rule lives.

STS names the account and the caller but no region. The region is therefore taken from the ARN that EventBridge
gives for the target's rule: the service's word, not the plan's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from bongsu.readings._json import document
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_RULE_ARN = re.compile(r"arn:[a-z0-9-]+:events:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):rule/\S+")
_ACCOUNT = re.compile(r"\d{12}")


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:  # noqa: ARG001  the port's shape
    """Return account, caller's ARN and region from GetCallerIdentity's and DescribeRule's answers."""
    if not responses:
        raise Unreadable("answer 1 (GetCallerIdentity) is missing")
    found = _members(responses[0])
    account, arn = found.get("Account", ""), found.get("Arn", "")
    if not _ACCOUNT.fullmatch(account) or not arn:
        raise Unreadable("GetCallerIdentity, answer 1 has no Account of twelve digits with an Arn")
    rule = document(responses, 1, "DescribeRule").member("Arn")
    parts = _RULE_ARN.fullmatch(rule.text())
    if parts is None:
        raise Unreadable(f"{rule.place} is not the ARN of a rule")
    if parts["account"] != account:
        raise Unreadable(f"{rule.place} is of account {parts['account']}, and the caller of {account}")
    return {"account": account, "arn": arn, "region": parts["region"]}


def _members(data: bytes) -> dict[str, str]:
    place = "GetCallerIdentity, answer 1"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{place} is not UTF-8") from None
    if "<!" in text:
        # A document type can hold entities that grow without end; the service sends none.
        raise Unreadable(f"{place} holds a declaration, which STS never sends")
    try:
        root = ET.fromstring(text)  # noqa: S314  declarations are refused above
    except ET.ParseError:
        raise Unreadable(f"{place} is not XML") from None
    return {
        element.tag.rpartition("}")[2]: (element.text or "").strip()
        for result in root
        if result.tag.rpartition("}")[2] == "GetCallerIdentityResult"
        for element in result
    }
