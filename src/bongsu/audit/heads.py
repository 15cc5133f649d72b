"""What stands above a column of a table: when something was asked, when somebody answered, how long that took."""

from __future__ import annotations

import re

SEND_HEAD = re.compile(
    r"(?:.* )?(?:sent|asked|paged?|posted|called|left|notified|alerted|requested|pinged|messaged|question|request|message|notice|announcement|call|alert|prompt|out)(?: (?:at|time|on|out|out at))?(?: \(?\w{3,4}\)?)?"
    r"|(?:.* )?(?:발송|전송|호출|요청|보냄|보낸|공지|게시|질문|알림|발신|올림|올린)(?: ?(?:시각|시간|일시|때))?",
)
ACK_HEAD = re.compile(
    r"(?:.* )?(?:ack(?:ed|s|nowledged|nowledge?ment)?|answer(?:ed|s)?|confirm(?:ed|ation)?|press(?:ed)?|repl(?:y|ied)|respon(?:se|ded)|react(?:ed|ion)|took notice|noticed|seen|noted|signed|clicked|tapped|picked up|checked in|back|button|thumbs[- ]?up|said yes)(?: (?:at|time|on|back))?(?: \(?\w{3,4}\)?)?"
    r"|(?:.* )?(?:확인|응답|회신|답|답한|응답한|확인한|회신한|답장|답변|답신|누른|누름|버튼|클릭|수락|반응|수신 ?확인)(?: ?(?:시각|시간|일시|때))?",
)
TOOK_HEAD = re.compile(
    r"(?:.* )?(?:after|took|delay|elapsed|wait(?:ed)?|lag|latency|response time|reaction time|time to \w+|seconds|걸린 ?시간|소요|응답 ?시간|경과|지연)(?: ?\(?\w{1,3}\)?)?"
)
REMARK = re.compile(r"\s*[(\[（][^)\]）]*[)\]）]\s*")


def of_asking(head: str) -> bool:
    """Return whether a column gives when something was sent or somebody asked."""
    return _is(SEND_HEAD, head)


def of_answers(head: str) -> bool:
    """Return whether a column gives when somebody answered."""
    return _is(ACK_HEAD, head)


def of_length(head: str) -> bool:
    """Return whether a column gives how long somebody took."""
    return _is(TOOK_HEAD, head)


def _is(what: re.Pattern[str], head: str) -> bool:
    """Return whether a head is one of a kind, with or without its remark: `sent (ET)`, `확인(답장) 시각`."""
    return what.fullmatch(head) is not None or what.fullmatch(REMARK.sub(" ", head).strip()) is not None
