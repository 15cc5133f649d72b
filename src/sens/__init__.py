"""A small client for the text messages of Naver Cloud SENS, version 2."""

from sens.client import (
    Accepted,
    InDoubt,
    Message,
    MessageList,
    MessageResult,
    NotSent,
    ReadFailed,
    Refused,
    SendOutcome,
    SensClient,
    Text,
)
from sens.codes import CodeClass, class_of
from sens.signature import sign

__all__ = [
    "Accepted",
    "CodeClass",
    "InDoubt",
    "Message",
    "MessageList",
    "MessageResult",
    "NotSent",
    "ReadFailed",
    "Refused",
    "SendOutcome",
    "SensClient",
    "Text",
    "class_of",
    "sign",
]
