"""A small client for the text messages and AlimTalks of Naver Cloud SENS, version 2."""

from sens.alimtalk import AlimtalkClient, Notice
from sens.client import Message, MessageList, MessageResult, SensClient, Text
from sens.codes import CodeClass, class_of
from sens.optouts import OptedOut, OptOutList
from sens.signature import sign
from sens.wire import Accepted, InDoubt, NotSent, ReadFailed, Refused, SendOutcome

__all__ = [
    "Accepted",
    "AlimtalkClient",
    "CodeClass",
    "InDoubt",
    "Message",
    "MessageList",
    "MessageResult",
    "NotSent",
    "Notice",
    "OptOutList",
    "OptedOut",
    "ReadFailed",
    "Refused",
    "SendOutcome",
    "SensClient",
    "Text",
    "class_of",
    "sign",
]
