"""A question and another person's answer to it in one second, whatever the log is laid out like: nobody reads and types so fast."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

ASKED = re.compile(
    r"\?(?=[\s\"'”’)」*`<]|$)|\b(?:asks?|asked|asking|question|request(?:ed|s)?|could you|can you|would you|please|rings|rang|calls|called|pings|pinged|texts|texted|told (?:\w+ )?to|to (?:count|check|look|read|confirm|go through))\b"
    r"|달라고|달랬|부탁|물음|물어|물었|물은|질문|여쭘|여쭈|여쭤|시킨|시킴|시켰|요청|호출|주세요|주실|주시겠|까요|나요|바랍니다|해 ?달",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:answer(?:ed|s)?|repl(?:y|ied|ies)|said|says|respond(?:s|ed)|confirm(?:ed|s)?|reports?|reported|done|counted|checked|went|gone|had|looked|all|yes|none|no|ok|fine|found|logged|tried|did|walked|opened|read)\b"
    r"|답|대답|회신|응답|확인|했|함|봤|봄|됐|없|있|끝|맞|셌|음(?![가-힣])|예(?:요|,)|네",
    re.IGNORECASE,
)
PROGRAM = re.compile(
    r"\b(?:api|https?|server|service|endpoint|gateway|probe|resolver|bot|webhook|hook|alert\w*|monitor|system|pager\w*|cron|scheduler|lambda|kubectl|aws|curl|ts|message_id|requestid)\b|봇|알림|시스템|자동|번호|명령|로그|\"ok\"|\{|\$ ",
    re.IGNORECASE,
)
"""What answers at once: a machine, or whoever runs a command on it."""
WORD = re.compile(r"[^\W\d]{2}")
NEAR, TOGETHER_MOST = 3, 2
"""Lines between the two, and times of one second: where there are more, the clock is not of when each was written."""
LEAD, ASKED_MOST, ANSWER_MOST, FIRST_MOST = 30, 200, 80, 6
QUESTION = re.compile(
    r"\?(?=[\s\"'”’)」*`<]|$)|(?:까요|나요|주세요|주실래요|주시겠어요|바랍니다|부탁해요)(?=[.?!\s\"'”’)」]|$)"
)
ANSWERS = re.compile(
    r"[\s\"'*>`|-]*(?:답변?|대답|회신|응답|answer(?:ed|s)?|repl(?:y|ied|ies)|A)[\"'*]*\s*[:=(]", re.IGNORECASE
)
DRILL = re.compile(
    r"\b(?:drill|exercise|test page|say|type|write|reply|respond|answer|ack\w*|confirm|press|tap|react)\b|훈련|확인|응답|답|회신|눌러",
    re.IGNORECASE,
)
"""What asks people for a sign of life."""
RINGS = re.compile(
    r"\b(?:rings|rang|asks|asked|calls|called|pings|pinged|texts|texted)\b|물음|물어|물었|질문|여쭘|여쭈|여쭤|호출함|전화함"
)
TOLD = re.compile(
    r"\b(?:answers|answered|replies|replied|responds|responded|confirms|confirmed)\b|(?:답변?|대답|회신|응답)(?:함|했|하심|하셨|옴|왔|이 옴)"
)
KEYED = re.compile(
    r"[\"'](?:from|who|by|user|name|author|sender|person|writer|누가|이름|보낸 ?이|보낸 ?사람|작성자|쓴 ?이)[\"']\s*:\s*[\"'](?P<name>[^\"']{1,40})[\"']"
)
BEHIND = re.compile(r"[\s*\]|)<>·:,—–-]{0,6}@?(?P<name>[^\W\d_][\w.'’-]{0,23}(?: [A-Z][\w.'’-]*)?)")
BEFORE = re.compile(r"(?P<name>[^\W\d_][\w.'’-]{0,23}(?: [A-Z][\w.'’-]*)?)[\s*\[|(<·:,—–@-]{1,6}(?:at )?$")
BY_PROGRAM = re.compile(
    r"\b(?:api|https?|server|service|endpoint|gateway|probe|resolver|bot|app|webhook|hook|alert\w*|monitor|system|pager\w*|cron|scheduler)\b|봇|알림|시스템|자동",
    re.IGNORECASE,
)
DATED = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s|\d{1,2}월 ?\d{1,2}일,?\s")
TWICE = re.compile(r"\s*[A-Z]{0,4}\s*[=≙(/|]+\s*")
"""Between one instant by two clocks."""
FAR = 8


def asked_and_answered(log: Log) -> Iterator[tuple[Spot, Spot, str]]:
    """Yield the place of each such answer, that of its question, and their time."""
    yield from dict.fromkeys((*_by_writers(log), *_by_words(log)))


def _by_words(log: Log) -> Iterator[tuple[Spot, Spot, str]]:
    """Yield what tells of something as done right behind the words that ask for it, whoever writes both."""
    exact = [(number, one) for number, _ in log.numbered() for one in log.moments(number) if one.to_s == 1]
    times = Counter(one.at for _, one in exact)
    for (number, question), (below, answer) in pairwise(exact):
        together = question.at == answer.at and times[question.at] <= TOGETHER_MOST
        together = together and question.zone_min == answer.zone_min  # else one time, told in two zones
        if together and below - number <= NEAR and _answers(log, (number, question), (below, answer)):
            yield log.moment_spot(below, answer), log.moment_spot(number, question), answer.text


def _answers(log: Log, question: tuple[int, Moment], answer: tuple[int, Moment]) -> bool:
    """Return whether what stands with the first time asks for something, and what stands with the second tells of it as done."""
    (number, first), (below, second) = question, answer
    line, other = log.line(number), log.line(below)
    if number == below:
        between = line[first.end - 1 : second.column - 1]
        if TWICE.fullmatch(between):
            return False
    else:
        inner = [text for _, text in log.numbered(number + 1, below - 1)]
        between = "\n".join([line[first.end - 1 :], *inner, other[: second.column - 1]])
    goes_on = first.column <= FIRST_MOST and number > 1 and number == below
    asked = f"{log.line(number - 1) if goes_on else ''} {line[: first.column - 1]} {between}"
    after = other[second.end - 1 :]
    told = f"{after} {_below(log, below)}"
    if not WORD.search(after):
        told = between
    elif number == below or second.column > FIRST_MOST:
        told = between[-LEAD:] + told
    machine = PROGRAM.search(between[:ASKED_MOST]) or PROGRAM.search(told[:ANSWER_MOST])
    return bool(ASKED.search(asked) and DONE.search(told) and not machine)


def _below(log: Log, number: int) -> str:
    """Return the line below an answer, unless it has a time of its own."""
    return log.line(number + 1) if number < len(log.text.lines) and not log.moments(number + 1) else ""


def _by_writers(log: Log) -> Iterator[tuple[Spot, Spot, str]]:
    """Yield answers that are called so, or that are written by another person than the question above them."""
    exact = [(number, one) for number, _ in log.numbered() for one in log.moments(number) if one.to_s == 1]
    for place, (number, question) in enumerate(exact):
        same = [(n, one) for n, one in exact[place + 1 : place + 4] if one.at == question.at and n - number <= FAR]
        if len(same) != 1 or same[0][0] == number or sum(one.at == question.at for _, one in exact) > TOGETHER_MOST:
            continue
        below, answer = same[0]
        asked = "\n".join(text for _, text in log.numbered(number, below - 1))
        asks = QUESTION.search(asked) or RINGS.search(log.line(number)) or _called_upon(log, asked, (below, answer))
        if asks and _another(log, (number, question), (below, answer)):
            yield log.moment_spot(below, answer), log.moment_spot(number, question), answer.text


def _called_upon(log: Log, asked: str, answer: tuple[int, Moment]) -> bool:
    """Return whether a message names whoever writes the next one, and asks for something: `Sami, Jess: say "here"`."""
    writer = _writer(log.line(answer[0]), answer[1])
    names = [name for name in (writer, writer.split()[0] if writer else "") if len(name) > 1]
    told = any(re.search(rf"(?<!\w){re.escape(name)}(?![A-Za-z])", asked) for name in names)
    return told and DRILL.search(asked) is not None


def _another(log: Log, question: tuple[int, Moment], answer: tuple[int, Moment]) -> bool:
    """Return whether a line is called an answer, or is written by another person than the one before it."""
    first, second = log.line(question[0]), log.line(answer[0])
    if BY_PROGRAM.search(second[:60]) or BY_PROGRAM.search(first[:60]):
        return False
    if ANSWERS.match(second) or (RINGS.search(first) and TOLD.search(second)):
        return True
    asker, writer = _writer(first, question[1]), _writer(second, answer[1])
    return bool(asker and writer and not asker.startswith(writer) and not writer.startswith(asker))


def _writer(line: str, moment: Moment) -> str:
    """Return who a line's message is by; nothing if the line does not say."""
    keyed = KEYED.search(line)
    if keyed:
        return keyed["name"]
    if DATED.sub("", line[: moment.column - 1]).strip(" \t[(*-•>|"):
        found = BEFORE.search(line[: moment.column - 1])
        return found["name"] if found and not line[: found.start()].strip(" \t[(*-•>|#0123456789") else ""
    found = BEHIND.match(line[moment.end - 1 :])
    return found["name"] if found else ""
