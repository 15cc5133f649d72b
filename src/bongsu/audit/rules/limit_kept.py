"""An answer that a log calls within its limit came within that limit.

Source: the log's own limit and times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.audit.acks import ANSWERED, ASKING, PAGE, SHORT
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import lengths, shown, unit_s
from bongsu.audit.limits import LEAST_S, LIMIT, MOST_S, Limit, limits
from bongsu.audit.midnight import LEADS
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, snake, walk
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_LIMIT = r"(?:sla|limit|time|deadline|target|bound|\w+ ?(?:min(?:ute)?s?|seconds))"
MET = pattern(
    rf"\b(?:within|inside|in(?! (?:\d|two|three|five|ten|fifteen|twenty|thirty))) (?:of )?(?:the |our |its )?(?:\w+[ -]){{0,3}}{_LIMIT}\b|\b(?:sla|limit|target|deadline) (?:was |is )?(?:met|ok|kept|held|passed)\b|\b(?:met|kept|made|beat) (?:the |our )?(?:\w+[ -]){{0,2}}{_LIMIT}\b|"
    r"^\W*(?:inside|within|in time|on time|met|ok|pass(?:ed)?|yes)\W*$|(?:기한|시간|분|초|SLA|기준|한도|제한)(?:을|를)? ?(?:안|내|이내|준수|충족|지킴|지켰|만족|통과)|이내|SLA ?(?:ok|통과|준수|충족)",
    re.IGNORECASE,
)
MISSED = pattern(
    r"안 ?넣|넣지 ?않|빼고 ?셈|\b(?:late|missed|exceeded|over(?:run)?|breach\w*|fail\w*|not|no|outside|except|but|only|one of|two of|three of|half|beyond|false|too)\b|초과|위반|지각|늦|넘|못|미달|실패|제외|무응답|미응답|❌|아니|않",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"\b(?:all|both|every(?:one|body)?|each|the (?:two|three|four|five|six) (?:answers|acks|of|people|have|had|were|who|duty \w+|both)|nobody (?:was|came))\b|모두|전원|둘 ?다|전부|모든|[두세네]? ?(?:명|사람) ?(?:다|모두)",
    re.IGNORECASE,
)
STATED = re.compile(
    r"\b(?:sla|limit|target)\b ?(?:is|:|=|of|for)|\b(?:must|should|have to|has to|please|will|need to|expected to|wanted|would like|shall|if)\b|주세요|바랍|해야|할 것|^\W*(?:SLA|기준|기한|목표)\s*[:：]",
    re.IGNORECASE,
)
DRILLS = re.compile(
    r"\b(?:drill\w*|page[ds]?|paging|exercise|escalat\w+|call(?:ed|s)?|test message|alert\w*)\b|훈련|호출|비상|에스컬레이션|모의|드릴",
    re.IGNORECASE,
)
WITHIN = re.compile(r"\b(?:with)?in(?:side)?\b|이내|안에|내에", re.IGNORECASE)
SENT_HEAD = re.compile(r"sent|asked|paged|called|posted|발송|호출|보낸|전송|요청", re.IGNORECASE)
ANSWER_HEAD = re.compile(r"answer|ack|respon|repl|confirm|press|came|응답|확인|답|수신", re.IGNORECASE)
YES = re.compile(r"\W*(?:yes|y|ok|met|true|o|예|네|준수|충족)\W*|[✅✔☑✓○◯]", re.IGNORECASE)
LEFT = re.compile(r"\b(?:sent|posted|went out|left|telegram|slack)\b|발송|전송|게시|올림", re.IGNORECASE)
SOFT = re.compile(
    r"(?:조금|약간|좀|살짝) ?(?:늦|지각)\S*|\b(?:a (?:bit|little)|slightly|somewhat|rather|the last(?: and)?) (?:late|slow\w*)\b[^,.;]{0,12}(?:,? but)?",
    re.IGNORECASE,
)
"""What calls an answer slow, and not too late."""
NO_NAME = stems("answered answer reply replied page drill call phone here ok 응답 확인 답 호출 당직 전화 쪽 팀 담당")
NEAR = 40
COUNTED = re.compile(r"\d+ ?명|\b\d+ of \d+\b")
"""What counts answers, and is not one."""
LATE_MOST = 8
"""How many times a limit an answer may have taken: what came later still was no answer to that page."""
MINUTE_S = 60
TOLD_MOST = 60
BARE = re.compile(
    r"\b[A-Z가-힣][\w가-힣]+ (?:took |needed |after )?(?P<n>\d{1,3})(?! ?(?:s\b|sec|h\b|of|초|%|[.:]\d))(?!\w| (?!from\b|after\b|to\b|since\b)\w)"
)
"""Somebody's name and a number, behind a length in minutes."""
ANSWER_WORDS = re.compile(r"answer|respon|repl|ack|took|press|confirm|응답|회신|답|확인", re.IGNORECASE)
NAME = re.compile(
    r"(?:[A-Z]\. ?){0,2}[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}|[가-힣]{2,4}(?: ?(?:님|과장|대리|팀장|차장|부장|사원|주임|매니저))?|[a-z]{2,12}"
)
ASIDE = re.compile(r"[\s.,]*(?:\([^)]{0,40}\)|[+＋]?\d{1,3} ?(?:분|min|m)?[^.]{0,12})?[\s.,]*")
COLUMN = re.compile(r"(?: {2,}|\t+|,? [–—-] )[^\d]{1,40}")
SAYS = re.compile(r"(?:[A-Z][\w'-]+(?: [A-Z][\w'-]+)?|[가-힣]{2,4}|[a-z]{2,12})(?::|>) ?[\"“「'\w가-힣]|[\"“「]")
"""Somebody's name before what they said, or words in quotes."""
KEPT_KEY = pattern(
    r"(?:within|inside|in|met|kept)_?(?:the_)?(?:sla|limit|time|target)|(?:sla|limit|target)_?(?:met|kept|ok)|^(?:inside|within|in_time|on_time)$",
    re.IGNORECASE,
)
ANSWERED_KEY = re.compile(
    r"at|(?:ack(?:ed|nowledged)?|answer(?:ed)?|repl(?:y|ied)|respon(?:se|ded)|press(?:ed)?|received|time)(?:_at|_kst|_utc|_time)?|kst|utc|local",
    re.IGNORECASE,
)
ASKED_KEY = re.compile(
    r"(?:sent|paged?|posted|asked|called|started?|drill|message|page_sent)(?:_at|_kst|_utc|_time|_sent_at)?",
    re.IGNORECASE,
)
LIMIT_KEY = re.compile(r"sla|limit|target|deadline", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield answers that are called in time and came later than the limit."""
    for log in filter(written, logs):
        yield from _objects(log)
        headed = any(MET.search(head) and lengths(head) for table in log.tables for head in table.heads)
        for event in events(log) if headed or limits(log) else ():
            if event.kind in ("row", "leading") and not withdrawn(log, event.number):
                yield from _own_verdict(log, event)
        for spot, text in _verdicts(log):
            yield from _whole(log, spot, text) if WHOLE.search(text) else _single(log, spot, text)


def _objects(log: Log) -> Iterator[Hit]:
    """Yield answers in JSON texts that say of themselves that they were in time: `"within_sla": true`."""
    for piece in payloads(log):
        _, value, lines = piece
        for path, one in walk(value):
            if not isinstance(one, dict) or not any(
                KEPT_KEY.search(snake(str(k))) and v is True for k, v in one.items()
            ):
                continue
            answer = _member((log, lines), path, one, ANSWERED_KEY)
            for length in range(len(path), -1, -1):
                around = _at(value, path[:length])
                asked = _member((log, lines), path[:length], around, ASKED_KEY) if isinstance(around, dict) else None
                most_s = _most_s(around) if isinstance(around, dict) else None
                if answer and asked and most_s:
                    took_s = (answer[1].at - asked[1].at).total_seconds()
                    if answer[1].fits(asked[1]) and most_s + answer[1].to_s - 1 < took_s <= MOST_S:
                        yield Hit(
                            spot=log.moment_spot(*answer),
                            also=(log.moment_spot(*asked),),
                            why=f"{answer[1].text} is {shown(took_s)} after the page; the limit is {shown(most_s)}",
                            instead="late, by how much and why",
                        )
                    break


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _member(
    read: tuple[Log, dict[Path, int]], path: Path, one: dict[str, Any], key: re.Pattern[str]
) -> tuple[int, Moment] | None:
    """Return the time of the first member whose key fits, with its line."""
    log, lines = read
    for name, inner in one.items():
        number = lines.get((*path, name))
        if key.fullmatch(snake(str(name))) and isinstance(inner, str) and number:
            return next(((number, one) for one in log.moments(number) if one.text in inner), None)
    return None


def _most_s(around: dict[str, Any]) -> float | None:
    """Return the limit that an object states, in seconds: `"sla_minutes": 10`, `"limit": "10 minutes"`."""
    for key, inner in around.items():
        if not LIMIT_KEY.search(str(key)):
            continue
        if isinstance(inner, str) and lengths(inner):
            return lengths(inner)[0].length_s
        unit = unit_s(snake(str(key)))
        if isinstance(inner, int | float) and not isinstance(inner, bool) and unit:
            return inner * unit
    return None


def _own_verdict(log: Log, event: Event) -> Iterator[Hit]:
    """Yield an answer whose own row says that it was in time."""
    pieces = [*_cells(log, event.number), event.text]
    met = next((one for one in pieces if MET.search(one) and not MISSED.search(one)), None)
    met = _headed(log, event.number) or met
    if met is None or not _answers(event) or COUNTED.search(met) or WHOLE.search(met):
        return
    own = [one.length_s for one in lengths(met)]
    limit = _limit(log, event.number, own[0] if len(own) == 1 else None)
    said = [one.length_s for piece in _cells(log, event.number) for one in lengths(piece) if piece != met]
    took = (said[0], event.spot) if len(said) == 1 else _took(log, event)
    if limit and took and took[0] > limit.most_s + event.moment.to_s - 1:
        yield _hit(event.spot, event, limit, took)


def _headed(log: Log, number: int) -> str | None:
    """Return the head of a row's verdict when it holds the limit: `Within 10 min`, and `yes` below it."""
    for table in log.tables:
        for row in table.rows:
            if row[0].spot.line != number:
                continue
            for head, cell in zip(table.heads, row, strict=True):
                if MET.search(head) and lengths(head) and YES.fullmatch(cell.text):
                    return head
    return None


def _cells(log: Log, number: int) -> list[str]:
    for table in log.tables:
        for row in table.rows:
            if row[0].spot.line == number:
                return [cell.text for cell in row]
    return []


def _verdicts(log: Log) -> Iterator[tuple[Spot, str]]:
    """Yield the sentences that call all answers, or one, in time."""
    for passage in passages(log):
        if passage.text.lstrip().startswith(("|", ">")) or any(withdrawn(log, n) for _, n, _ in passage.parts):
            continue
        for start, text in sentences(passage):
            match = MET.search(text)
            if match and not MISSED.search(SOFT.sub(" ", text)) and not STATED.search(text):
                yield passage.spot(start + match.start(), start + match.end()), text


def _beside(text: str) -> list[float]:
    """Return the lengths in the very words that call something in time; any other in the sentence is what was measured."""
    found = lengths(text)
    met = [
        match
        for match in MET.finditer(text)
        if any(match.start() <= one.end and one.start <= match.end() for one in found)
    ]
    return [one.length_s for one in found if any(m.start() <= one.end and one.start <= m.end() for m in met)]


def _single(log: Log, spot: Spot, text: str) -> Iterator[Hit]:
    """Yield the answer of the one row or entry that a sentence calls in time by its name, when it came later."""
    own = _beside(text)
    if len(WITHIN.findall(text)) > 1:
        return  # Several answers, each with its own limit.
    limit = _limit(log, spot.line, own[-1] if own else None)
    answers = [one for one in events(log) if 0 < spot.line - one.number <= NEAR and _answers(one)]
    common = frozenset.intersection(*(one.stems for one in answers)) if len(answers) > 1 else frozenset()
    said = {one for one in stems(text) if len(one) > 1}
    named = [one for one in answers if (one.stems - common - NO_NAME) & said]
    if limit is None or len({one.number for one in named}) != 1 or log.moments(spot.line):
        return
    took = _took(log, named[0])
    if took and limit.most_s + named[0].moment.to_s - 1 < took[0] <= LATE_MOST * limit.most_s:
        yield _hit(spot, named[0], limit, took)


def _whole(log: Log, spot: Spot, text: str) -> Iterator[Hit]:
    own = _beside(text)
    limit = _limit(log, spot.line, own[-1] if own else None)
    if limit is None:
        return
    longer = _told_longer(log, spot, limit)
    if longer is not None:
        yield longer
        return
    listed = [one for one in events(log) if 0 < spot.line - one.number <= NEAR]
    answers = [(one, took) for one in listed if (_answers(one) or _spoken(log, one)) and (took := _took(log, one))]
    # A verdict is on the last page before it, however many there were.
    page = max((took[1].line for _, took in answers), default=0)
    late = [
        (one, took)
        for one, took in answers
        if took[1].line == page and limit.most_s + one.moment.to_s - 1 < took[0] <= LATE_MOST * limit.most_s
    ]
    if late and not any(MISSED.search(log.line(one.number)) for one, _ in late):
        worst = max(late, key=lambda one: one[1][0])
        yield _hit(spot, worst[0], limit, worst[1])


def _told_longer(log: Log, spot: Spot, limit: Limit) -> Hit | None:
    """Return the length of an answer, told just before the verdict, that is longer than the limit: `Yun 3 minutes, Rasmus 18`."""
    passage = next(one for one in passages(log) if one.number <= spot.line <= one.last)
    told = [one for one in lengths(passage.text) if one.length_s <= LATE_MOST * limit.most_s]
    at = passage.text.find(log.line(spot.line)[spot.column - 1 : spot.end - 1])
    before = [
        one for one in told if one.end <= at and not LIMIT.search(passage.text[max(0, one.start - 14) : one.start])
    ]
    for one in before:
        bare = BARE.finditer(passage.text, one.end, at) if one.exact_s == MINUTE_S and "min" in one.text else ()
        lasting = [one.length_s, *(int(found["n"]) * MINUTE_S for found in bare)]
        if ANSWER_WORDS.search(passage.text) and limit.most_s < max(lasting) <= LATE_MOST * limit.most_s:
            return Hit(
                spot=spot,
                also=(passage.spot(one.start, one.end), limit.spot),
                why=f"{shown(max(lasting))} is more than the limit of {shown(limit.most_s)}",
                instead="late, by how much and why",
            )
    return None


def _answers(event: Event) -> bool:
    """Return whether an event is the time at which somebody answered: one that asks for an answer is none."""
    if ASKING.search(event.text):
        return False
    if event.kind == "row":
        told = len(event.text) <= TOLD_MOST and ANSWERED.search(event.text) and not PAGE.search(event.text)
        return bool(ANSWER_HEAD.search(event.head) or told) and not SENT_HEAD.search(event.head)
    return event.kind == "leading" and bool(ANSWERED.search(event.text)) and not PAGE.search(event.text)


def _spoken(log: Log, event: Event) -> bool:
    """Return whether an event is somebody's own words, or a name with a time and no more, in a list of who answered."""
    line = log.line(event.number)
    if event.kind == "leading":
        rest = line[event.moment.end - 1 :].strip(" ]):|-–—")
        below = log.line(event.number + 1) if event.number < len(log.text.lines) and NAME.fullmatch(rest) else ""
        words = below if below.strip() and not log.moments(event.number + 1) else rest
        return bool(SAYS.match(rest) or (words is below and SHORT.match(words))) and not DRILLS.search(words)
    return (
        event.kind == "inline"
        and NAME.fullmatch(line[: event.moment.column - 1].strip(" -*•:")) is not None
        and (ASIDE.fullmatch(line[event.moment.end - 1 :]) or _in_columns(log, event)) is not None
    )


def _in_columns(log: Log, event: Event) -> re.Match[str] | None:
    """Return the few words that stand, set apart, behind the time of a name's line."""
    alone = len(log.moments(event.number)) == 1 and not DRILLS.search(log.line(event.number))
    return COLUMN.fullmatch(log.line(event.number)[event.moment.end - 1 :]) if alone else None


def _took(log: Log, event: Event) -> tuple[float, Spot] | None:
    """Return how long an answer took, and where that follows from: the last page before it."""
    rows = [one for one in events(log) if one.number == event.number and one is not event]
    asked = [one for one in rows if SENT_HEAD.search(one.head)]
    if not asked:
        before = [
            one
            for one in events(log)
            if one.number < event.number
            and not (_answers(one) or _spoken(log, one))
            and one.moment.fits(event.moment)
            and 0 <= (event.moment.at - one.moment.at).total_seconds() <= MOST_S
        ]
        asked = [one for one in before if DRILLS.search(_about(log, one)) or _sent_here(log, one)]
    if not asked:
        return None
    last = max(asked, key=lambda one: one.moment.at)
    return (event.moment.at - last.moment.at).total_seconds(), last.spot


def _sent_here(log: Log, event: Event) -> bool:
    """Return whether an event is the sending of what the section of a drill is about."""
    line = log.line(event.number)
    return bool(DRILLS.search(log.section(event.number).title) and LEFT.search(line) and not ANSWERED.search(line))


def _about(log: Log, event: Event) -> str:
    below = log.line(event.number + 1) if event.number < len(log.text.lines) else ""
    goes_on = (
        below[:1] == " "
        and below.strip()
        and not any(LEADS.fullmatch(below[: one.column - 1]) for one in log.moments(event.number + 1))
    )
    return f"{event.head} {log.line(event.number)} {below if goes_on else ''}"


def _limit(log: Log, number: int, own_s: float | None) -> Limit | None:
    """Return the limit that holds for a line: the one that it names, else the largest that the log states."""
    stated = limits(log)
    if own_s and all(one.most_s != own_s or one.spot.line == number for one in stated):
        return Limit(most_s=own_s, spot=log.spot(number)) if LEAST_S <= own_s <= MOST_S else None
    named = [one for one in stated if one.most_s == own_s] if own_s else list(stated)
    named = [one for one in named if one.spot.line != number]
    return max(named, key=lambda one: one.most_s) if named else None


def _hit(spot: Spot, event: Event, limit: Limit, took: tuple[float, Spot]) -> Hit:
    return Hit(
        spot=spot,
        also=tuple(dict.fromkeys(one for one in (event.spot, limit.spot, took[1]) if one != spot)),
        why=f"{event.moment.text} is {shown(took[0])} after the page; the limit is {shown(limit.most_s)}",
        instead="late, by how much and why",
    )
