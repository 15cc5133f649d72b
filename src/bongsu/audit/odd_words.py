"""The words by which a sentence about all is held against the one that is told to be otherwise."""

from __future__ import annotations

import re
from functools import lru_cache

from bongsu.audit.patterns import pattern
from bongsu.audit.words import stems

HANGUL = re.compile(r"[가-힣]{2,}")
COMMON = frozenset(
    [
        "했습",
        "습니",
        "니다",
        "에서",
        "으로",
        "하고",
        "되었",
        "였습",
        "었습",
        "합니",
        "했다",
        "한다",
        "입니",
        "해서",
        "까지",
        "부터",
        "이다",
    ]
)
GENERAL = frozenset(
    [
        "al",
        "every",
        "run",
        "time",
        "log",
        "line",
        "check",
        "note",
        "test",
        "list",
        "start",
        "result",
        "step",
        "work",
        "new",
        "number",
        "min",
    ]
)
DENIAL = pattern(
    r"\b(?:not|no|never|nobody|none|cannot|without|un(?:able|available|known|reach\w+))\b|n['’]t\b|못 ?[가-힣]|[가-힣]지 ?(?:못|않)|(?<![가-힣])안 ?[가-힣]|없[가-힣]|미[가-힣]{2}"
    r"|\b(?:on|at|with|still) (?:the |its |their )?old\b|(?:옛|예전) ?(?:것|거)",
    re.IGNORECASE,
)
"""Any denial: what of it is a contradiction, the weights tell."""
LASTING = re.compile(
    r"\b(?:tomorrow|monday|tuesday|wednesday|thursday|friday|next (?:week|day|shift)|in the morning|later this week|still|left (?:as|it|so)|as it is|remains?|stays?|for good|in the end|gave up|never)\b"
    r"|내일|모레|[월화수목금]요일|다음 ?주|다음에|끝까지|결국|끝내|그대로|아직|오늘은",
    re.IGNORECASE,
)
"""What says that it was not so to the end."""
SUPPOSED = pattern(r"\bif\b|\bwould\b|\bshould\b|[가-힣](?:으)?면[ ,]|\bok or fail\b|\bcompare\b|경우", re.IGNORECASE)
DEEDS = {
    "send": r"발송|보내|보냈|보냄|전송|나가|나갔|나감|sen[dt]|deliver\w*|go out|gone out|went",
    "answer": r"답|응답|회신|연락|통화|받|answer\w*|repl\w+|respon\w+|ack\w*|reach\w*|pick\w*|heard",
    "get": r"받|수신|도착|receiv\w*|arriv\w*|came|come|got",
    "join": r"붙|연결|접속|들어오|들어옴|connect\w*|join\w*|log(?:ged)? ?(?:in|on)|load\w*|open\w*",
    "swap": r"교체|바꿨|바꾸|바뀌|바뀐|전환|이관|옮기|옮겼|replac\w*|switch\w*|mov\w+|chang\w*|migrat\w*|updat\w*|upgrad\w*|convert\w*",
    "check": r"확인|점검|검증|서명|승인|동의|합의|이수|check\w*|verif\w*|confirm\w*|sign\w*|agree\w*|approv\w*|test\w*",
    "work": r"정상|작동|동작|성공|통과|되|됨|됐|pass\w*|work\w*|succe\w*|ready|run\w*|ok|finish\w*|complet\w*|done|print\w*|인쇄|출력",
}
"""What was done with all, by the many words for each."""
DONE = {name: pattern(rf"(?<![A-Za-z])(?:{words})", re.IGNORECASE) for name, words in DEEDS.items()}
UNDONE = {
    name: pattern(
        rf"(?:미|못 ?|(?<![가-힣])안 ?|불|\bnot(?: yet| been| be)* |n['’]t (?:be )?|\bno |\bun|\bnever |refus\w+ to )(?:{words})"
        rf"|(?:{words})[^,.;|]{{0,3}}? ?(?:안 |못|[가-힣]?지 ?(?:않|못)|실패|없|불가|: ?(?:no|fail)| fail\w*)",
        re.IGNORECASE,
    )
    for name, words in DEEDS.items()
}
ONE_OF = re.compile(
    r"\b(?P<class>[A-Za-z]{2,})[-_ #]?(?:\d{1,3}[a-z]?|[A-Z])\b(?![.:/]\d)|(?<![\d:.])\d{1,3}(?!건|명|분|초|시|회|개|번|일|월|년|대|통|곳|원|줄|차례|장|척|인|만|천)(?P<ko>[가-힣]{1,3})"
    r"|(?P<own>[가-힣]{2,5})(?P<kind>점장|점|과장|팀장|병동|지점|창고|회차|담당)"
)
"""One of a kind, by its number or its name: `shard-3`, `7병동`, `목포점`."""
NAME = re.compile(
    r"[A-Za-z]++[-_.]\w++(?>(?:[-.]\w++)*)|[A-Z][A-Za-z]{2,}|[가-힣]{2,}|[A-Za-z]+\d+|\d+(?:번|호|차|층|동|반|학년|병동)|\b\d{2,}\b|\b[A-Z]\d\b"
)
MENDED = re.compile(
    r"(?:\bthen\b|\bagain\b|\blater\b|\bback\b|\bsecond\b|\bretr\w+|;)[^.|]{0,40}\b(?:answered|ok|fine|passed|reached|through|spoke|worked|done)\b|\bspoke (?:at|later)\b|(?:다시|재시도|[23](?:차|번째)|두 ?번째)[^.|]{0,20}(?:연결됨|연결됐|연결 ?확인|응답|성공|정상|통화|받음|받았|됨)",
    re.IGNORECASE,
)
"""What tells of one that it was otherwise at first, and came right."""
UNASKED = re.compile(
    r"\b(?:not|nothing|no \w+|nobody) (?:was )?(?:asked|expected|needed|due)\b|물은 ?적 ?없|요청 ?(?:안|없)",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+")
QUOTED = re.compile(r"[\"“「`](?P<text>[^\"”」`]{2,40})[\"”」`]")
FEWER = re.compile(
    r"(?<!\d)(?P<n>\d{1,4}) ?(?:of|out of|/) ?(?:the )?(?P<all>\d{1,4})(?!\d)|(?P<ko_all>\d{1,4}) ?[가-힣]{1,2} ?중 ?(?P<ko>\d{1,4})"
)


@lru_cache(maxsize=20_000)
def tokens(text: str) -> frozenset[str]:
    """Return what a text may share with another: the stems of its English words, and two letters each of its Korean ones."""
    found = {one for one in stems(text.replace("_", " ")) if one.isascii() and one not in GENERAL}
    for word in HANGUL.findall(text):
        found |= {word[at : at + 2] for at in range(len(word) - 1)}
    return frozenset(found - COMMON)


def deeds(text: str) -> frozenset[str]:
    """Return what a text tells that was done."""
    return frozenset(name for name, words in DONE.items() if words.search(text))


def undone(text: str, what: frozenset[str]) -> bool:
    """Return whether a text denies one of some deeds."""
    return any(UNDONE[name].search(text) for name in what)


def counts_fewer(text: str, size: int) -> bool:
    """Return whether a text counts less than all itself, `2 of 3`, or as all of it less than a list has: `3 of 3` of six."""
    counts = [(int(one["n"] or one["ko"]), int(one["all"] or one["ko_all"])) for one in FEWER.finditer(text)]
    return any(n < whole or n < size for n, whole in counts)
