"""A question and another person's answer to it in one second, whatever the log is laid out like: nobody reads and types so fast."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

QUESTION = re.compile(
    r"\?(?=[\s\"'”’)」*`<]|$)|(?:까요|나요|주세요|주실래요|주시겠어요|바랍니다|부탁해요)(?=[.?!\s\"'”’)」]|$)"
)
ANSWERS = re.compile(
    r"[\s\"'*>`|-]*(?:답변?|대답|회신|응답|answer(?:ed|s)?|repl(?:y|ied|ies)|A)[\"'*]*\s*[:=(]", re.IGNORECASE
)
ASKED = re.compile(
    r"\b(?:rings|rang|asks|asked|calls|called|pings|pinged|texts|texted)\b|물음|물어|물었|질문|여쭘|여쭈|여쭤|호출함|전화함"
)
TELLS = re.compile(
    r"\b(?:answers|answered|replies|replied|responds|responded|confirms|confirmed)\b|(?:답변?|대답|회신|응답)(?:함|했|하심|하셨|옴|왔|이 옴)"
)
KEYED = re.compile(
    r"[\"'](?:from|who|by|user|name|author|sender|person|writer|누가|이름|보낸 ?이|보낸 ?사람|작성자|쓴 ?이)[\"']\s*:\s*[\"'](?P<name>[^\"']{1,40})[\"']"
)
BEHIND = re.compile(r"[\s*\]|)<>·:,—–-]{0,6}@?(?P<name>[^\W\d_][\w.'’-]{0,23}(?: [A-Z][\w.'’-]*)?)")
BEFORE = re.compile(r"(?P<name>[^\W\d_][\w.'’-]{0,23}(?: [A-Z][\w.'’-]*)?)[\s*\[|(<·:,—–@-]{1,6}(?:at )?$")
PROGRAM = re.compile(
    r"\b(?:api|https?|server|service|endpoint|gateway|probe|resolver|bot|app|webhook|hook|alert\w*|monitor|system|pager\w*|cron|scheduler)\b|봇|알림|시스템|자동",
    re.IGNORECASE,
)
NEAR = 8
TOGETHER_MOST = 2
"""Messages of one second: where there are more, the clock is not of when each was written."""


def asked_and_answered(log: Log) -> Iterator[tuple[Spot, Spot, str]]:
    """Yield the place of each such answer, that of its question, and their time."""
    exact = [(number, one) for number, _ in log.numbered() for one in log.moments(number) if one.to_s == 1]
    for place, (number, question) in enumerate(exact):
        same = [(n, one) for n, one in exact[place + 1 : place + 4] if one.at == question.at and n - number <= NEAR]
        if len(same) != 1 or same[0][0] == number or sum(one.at == question.at for _, one in exact) > TOGETHER_MOST:
            continue
        below, answer = same[0]
        asked = "\n".join(text for _, text in log.numbered(number, below - 1))
        if (QUESTION.search(asked) or ASKED.search(log.line(number))) and _another(
            log, (number, question), (below, answer)
        ):
            yield log.moment_spot(below, answer), log.moment_spot(number, question), answer.text


def _another(log: Log, question: tuple[int, Moment], answer: tuple[int, Moment]) -> bool:
    """Return whether a line is called an answer, or is written by another person than the one before it."""
    first, second = log.line(question[0]), log.line(answer[0])
    if PROGRAM.search(second[:60]) or PROGRAM.search(first[:60]):
        return False
    if ANSWERS.match(second) or (ASKED.search(first) and TELLS.search(second)):
        return True
    asker, writer = _writer(first, question[1]), _writer(second, answer[1])
    return bool(asker and writer and asker != writer)


def _writer(line: str, moment: Moment) -> str:
    """Return who a line's message is by; nothing if the line does not say."""
    keyed = KEYED.search(line)
    if keyed:
        return keyed["name"]
    if line[: moment.column - 1].strip(" \t[(*-•>|"):
        found = BEFORE.search(line[: moment.column - 1])
        return found["name"] if found and not line[: found.start()].strip(" \t[(*-•>|#0123456789") else ""
    found = BEHIND.match(line[moment.end - 1 :])
    return found["name"] if found else ""
