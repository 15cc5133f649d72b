"""What a message tells of a time after its own as though it had been: by tense, by its figures, by who answered then."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.acks import ANSWERED, SO_FAR
from bongsu.audit.claims import late
from bongsu.audit.moments import zones
from bongsu.audit.patterns import pattern
from bongsu.audit.stated import piece_at
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

FAR_S, NEAR_S = 14_400, 1_500
MINUTE_S, HOUR_S, SURE_S = 60, 3_600, 120
NOT_YET = (
    r"schedul|plann|expect|suppos|intend|postpon|delay|resched|cancel|skipp|propos|need|want|book|agre|approv|allow|announc|promis|limit|request|ask|reserv|"
    r"extend|estimat|project|forecast|remind|call(?=ed for)|warn|invit|dat|titl|nam|nam|fix|target|aim|mov|push|shift|pull|bring|assign|arm|set|queu|remain|"
)
PAST = re.compile(
    rf"(?<!\bas )(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeing )\b(?!(?:{NOT_YET}zz)\w{{0,4}}ed\b)[a-z]{{2,}}ed\b(?!-)"
    r"|\b(?:went|was|were|came|took|ran|fell|began|got|gave|saw|said|told|wrote|rang|read|found|made|kept|held|left|sent|met|won|lost|did|done|gone|been|clean|green|fine|ok|okay|good|thumbs up|could (?!be|have)[a-z]+|heard|knew|brought|caught|paid|spoke|stood|drove|broke|woke|hung|let (?:us|me|them) know|(?:is|was|are|were|all) (?:over|through|up|back|clear))\b(?!-)",
    re.IGNORECASE,
)
KO_PAST = pattern(
    "["
    + "".join(chr(code) for code in range(0xAC00, 0xD7A4) if (code - 0xAC00) % 28 == 20 and chr(code) not in "있겠")
    + r"]|[가-힣](?:됨|함|옴|림|감|났음|심)(?![가-힣])|(?<=[가-힣] )[줌옴감](?![가-힣])|주심|다고 ?(?:하|전하|알려)|끝(?![에날나내])|완료|마침|종료|받음|답 ?받|지켜본|잰|나온|시작한(?=[ ,.])|끝난|정상|이상 ?없|성공|통과"
)
"""Each syllable that ends in ㅆ, but those of being and of meaning to, makes a verb one of the past."""
NOUN_KO = re.compile(r"끝(?![에날나내났])|완료|종료|정상|이상 ?없|성공|통과")
TOLD_OF_LATER = (
    "["
    + "".join(chr(code) for code in range(0xAC00, 0xD7A4) if (code - 0xAC00) % 28 == 4)
    + "]다고 ?(?:안내|공지|말씀드)"
)
"""A verb that somebody is told of and that has not happened: `들어간다고`."""
AHEAD = re.compile(
    r"\b(?:will|['’]ll|shall|next|due|expect\w*|plan(?:s|ned)?|schedul\w+|windows?|slot|to be|to come|going to|about to|at (?:most|the latest)|latest|if|once|unless|eta|deadline|limit|later|tomorrow|yesterday|last (?:night|week)|please|should|must|ought|would|could(?= (?:be|have))|may|might|"
    r"starts|begins|closes|opens|ends|target|aim|goal|want\w*|reminder|for (?:me|you|us|him|her)|(?:my|your|local|their|his|her) (?:local )?time|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day|o['’]clock sharp|booked|meeting|rota|shift)\b"
    r"|예정|계획|다음|내일|어제|지난|기로|(?<!이)라고 ?(?:했|하|함)|달라고|미뤘|미룸|연기|옮겼|당겼|늦췄|잡았|잡음|맞췄|예약(?:해|했|됨)|목표|마감|기한|작업 ?시간|작업 ?창|창(?= |:|은|을|\()|하겠|할게|할 ?것|주세요|바랍|부탁|전날|오늘 ?밤|요일|까지 ?(?:로|입|예|유|대|있|연|진)|현지|"
    + TOLD_OF_LATER,
    re.IGNORECASE,
)
OTHER_DAY = re.compile(
    r"\b(?:yesterday|last (?:time|night|evening|week|month|year|spring|summer|autumn|fall|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|the day before|(?:in|at|during|from) (?:the|our|that|a) (?:rehearsal|dry[- ]run|trial|earlier|previous)|rehears\w+|dry[- ]run|previous(?:ly)?|as (?:in|on) (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*)\b"
    r"|어제|그제|엊그제|어젯밤|지난 ?(?:주|달|해|번|봄|여름|가을|겨울|\d|월|화|수|목|금|토|일)|작년|전날|연습 ?때|리허설|예행|저번|지지난",
    re.IGNORECASE,
)
"""What makes the bare times of a message those of another day."""
ANSWER_OF = re.compile(
    r"\b(?:acceptance|answer|reply|response|confirmation|approval|ack(?:nowledge?ment)?|report|call|signature|result|reading|count|okay|ok|go-ahead|thumbs[- ]up)s? (?:of|from|at)\W{0,2}$",
    re.IGNORECASE,
)
PLACE = re.compile(r" (?:in )?[A-Z][a-z]{3,}[\"')\]]")
"""A town behind a message's time whose zone nobody gives."""
JUST_BEFORE = re.compile(
    r"(?:\b(?:to|for|until|till|by|from|before|after|between|than|past|since|not)(?: about| around| roughly| ca\.?)?|[~–—]|(?<=\d) ?-|까지|부터)\W{0,2}$|(?:→|⇒|->)\s?$",
    re.IGNORECASE,
)
JUST_AFTER = re.compile(
    r"\)?\s?(?:\([A-Z]{3,4}\)|[A-Z]{3,4}\b)?\s?(?:이면|쯤이면|안에|에는|엔 |전에|이전|전까지|부터|이후|까지(?! ?(?:지켜|확인|본|봤|끝|완료|집계))|예정|마감|to\b|until\b|[-–—~] ?\d|시작(?!했|됐|됨|한|함))"
)
FIGURED = re.compile(
    r"\b\d[\d,]* ?(?:of|/) ?\d|\b(?:no|zero|0) (?:errors?|fail\w*|reject\w*)|(?:errors?|fail\w*|rejected|dlq|throttles?|성공|실패|오류|에러|승인|거절|유실|누락|차이)\W{0,3}\d|\b(?:p\d\d|avg|mean|median|rate|평균|최대)\b[^.]{0,24}\d|\d(?:\.\d+)? ?(?:%|ms)",
    re.IGNORECASE,
)
STATE = re.compile(
    r"\b(?:ok|okay|clean|green|good|fine|passed|failed|done|results?|normal|measured|errors?|rate)\b|정상|성공|실패|오류|에러|결과|승인|이상 ?없|평균|측정",
    re.IGNORECASE,
)
BOUND = re.compile(r"window|limit|between|slot|창|기준|사이|작업|점검 ?시간|예정", re.IGNORECASE)
SPAN_BEFORE = re.compile(r"\d\S{0,5} ?(?:-|–|—|~|to|until|에서|부터) ?$")
TITLED = re.compile(r"[\s>|│*_]*(?:subject|제목)[\s*_]*[:：]", re.IGNORECASE)
ENTRY = re.compile(r"[\s>|│*•·-]*(?:\[|\()?$")
LABEL = re.compile(r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2})(?:님|씨)?[\s:,()/=–—>→-]{1,5}$")
NAMED = re.compile(r"[A-ZÀ-Þ](?![A-Z]+$)[\w.'’-]+|[가-힣]{2,5}")
NO_LABEL = frozenset(
    [
        "at",
        "by",
        "the",
        "and",
        "from",
        "until",
        "till",
        "to",
        "for",
        "on",
        "about",
        "around",
        "since",
        "after",
        "before",
        "was",
        "is",
        "에",
        "확인",
        "응답",
        "시각",
        "오전",
        "오후",
        "kst",
        "utc",
    ]
)
SENTENCE = re.compile(r"(?<=[^\d\s][.!?])[\"”')]* +|(?<=\d\.) +(?=[A-Z가-힣])|[;]\s|\\n| / ")
CLAUSE = re.compile(
    r", (?=[^\d])|[()]| [—–|] | that (?=[A-Za-z])| and (?=(?:the|an?|all|no|my|our) )|(?<=[가-힣]고)(?<![라다자냐]고) |(?<=[가-힣]며) |(?<=으니) |(?<=는데) |(?<=지만) |(?<=므로) |\s-\s|: "
)
RESULT = re.compile(r"\s?[:：] ?[^\W\d]")
"""What stands behind the time of a look: what was seen."""
LETTERS = re.compile(r"[^\W\d_]{2}")
ROUND, NOUN = 5, 3


@dataclass(frozen=True, slots=True)
class Told:
    """A time of a message that is told as past, and is after the message."""

    number: int
    moment: Moment
    by: int = 0
    """The line that tells of it at its own time, where one does."""
    sure: bool = True
    """False for the end of an entry that whoever keeps the list may have added."""


def told_ahead(text: Text) -> Told | None:
    """Return the first time after a message's own that the message tells of as past; None where there is none."""
    if text.sent is None or not text.lines:
        return None
    if any(OTHER_DAY.search(line) for _, line in text.lines):
        return None
    if PLACE.match(text.log.line(text.sent[0])[text.sent[1].end - 1 :]):
        return None
    later = [(number, one) for number, one in _later(text) if _comparable(text.log, one, text.sent[1])]
    if not later:
        return None
    listed = _answers(text, later)
    if listed:
        return listed
    past = [(number, one) for number, one in later if _as_past(text, number, one)]
    known = [(number, one, _elsewhere(text, one, _marks(text, number, one))) for number, one in past]
    # Who keeps a list may end an entry with what came of it: then another line has to tell of it too.
    told = [Told(*each, sure=bool(each[2]) or not _beside_its_time(text, each[0])) for each in known]
    return next((one for one in told if one.sure), told[0] if told else None)


def _beside_its_time(text: Text, number: int) -> bool:
    if text.sent is None or text.sent[0] != text.lines[0][0]:
        return False
    line = dict(text.lines)[number]
    if text.sent[0] != number:
        last = text.log.moments(number)[-1:]
        return number == text.lines[-1][0] and bool(last) and not re.search(r"\w", line[last[0].end - 1 :])
    shown = text.log.line(number)
    start = len(line) - len(line.lstrip())
    return shown[start - 1 : start] not in ('"', "“", "「") and piece_at(text.log, number) is None


def _marks(text: Text, number: int, one: Moment) -> frozenset[str]:
    """Return the figures and names of the sentence in which a time stands, by which another line may be known as of the same."""
    sentence, _ = _around(text, number, one)
    rest = sentence.replace(one.text, " ")
    figures = re.findall(r"(?<![\d:.,])\d[\d,.]*\d(?![\d:])", rest)
    return frozenset([*figures, *stems(rest)])


def _later(text: Text) -> Iterator[tuple[int, Moment]]:
    """Yield the times of a message that are after it, without those that lines pasted into it begin with."""
    if text.sent is None:
        return
    place, sent = text.sent
    first = text.lines[0][0]
    for number, line in text.lines:
        for one in () if TITLED.match(line) else (_of_its_day(one, sent) for one in text.moments(number)):
            apart_s = (one.at - sent.at).total_seconds()
            own = number == place and one.column == sent.column
            entry = ENTRY.fullmatch(line[: one.column - 1]) and (number != first or _listed(line, one))
            entry = entry and not _wraps(text.log.line(number - 1), line)
            if not own and not entry and late(one, sent) and apart_s < FAR_S:
                yield number, one


def _of_its_day(one: Moment, sent: Moment) -> Moment:
    """Return a bare time in a message that has a date as one of that date, whatever day its log is of."""
    if one.own_date or not sent.own_date or one.zone_min != sent.zone_min:
        return one
    east = timedelta(minutes=sent.zone_min or 0)
    return replace(
        one,
        at=datetime.combine((sent.at + east).date(), (one.at + east).time(), UTC) - east,
        dated=True,
    )


def _listed(line: str, one: Moment) -> bool:
    """Return whether a line that begins with a time is an entry of a list, and no sentence."""
    return one.own_date or re.match(r"\t|\s{2,}|\s?[|:\])]|Z? ", line[one.end - 1 :]) is not None


def _comparable(log: Log, one: Moment, sent: Moment) -> bool:
    """Return whether two times go by one clock: a log that names several zones may mean another by each bare time."""
    if "오" in sent.text and "오" not in one.text and one.to_s == MINUTE_S and ":" not in one.text:
        return False
    apart_s = (one.at - sent.at).total_seconds()
    if len(_zones(log)) < 2:
        return one.own_zone == sent.own_zone or apart_s < NEAR_S
    return one.own_zone == sent.own_zone and apart_s < NEAR_S


@lru_cache(maxsize=64)
def _zones(log: Log) -> frozenset[int]:
    said = {zone for _, line in log.numbered() for zone in zones(line)}
    own = {one.zone_min for number, _ in log.numbered() for one in log.moments(number) if one.own_zone}
    return frozenset(said | {zone for zone in own if zone is not None})


def _as_past(text: Text, number: int, one: Moment) -> bool:
    sent = text.sent[1] if text.sent else one
    if max(one.to_s, sent.to_s) >= MINUTE_S and (one.at - sent.at).total_seconds() < SURE_S:
        return False
    line = dict(text.lines)[number]
    before, after = line[: one.column - 1], line[one.end - 1 :]
    sentence, clause = _around(text, number, one)
    if PLANNED.search(clause) or AHEAD.search(clause):
        return False
    span = SPAN_BEFORE.search(before)
    watched = re.match(r"까지 ?(?:지켜|확인|본|봤|집계)", after)
    if span or watched:
        return bool(FIGURED.search(sentence) and STATE.search(sentence) and not BOUND.search(sentence))
    if ANSWER_OF.search(before):
        return True
    seen = RESULT.match(after) and not JUST_BEFORE.search(before)  # `nobody has decided by 14:12:30: rolled back`
    if seen and _odd(one) and _elsewhere(text, one, _marks(text, number, one)):
        return True
    if re.match("까지", after) and KO_PAST.search(clause):
        marks = _marks(text, number, one)
        return bool(_elsewhere(text, one, marks | {word[:NOUN] for word in marks if not word.isascii()}))
    if JUST_BEFORE.search(before) or JUST_AFTER.match(after):
        return False
    bare = clause.replace(one.text, " ")
    exact = one.to_s == 1 and one.at.second
    if FIGURED.search(sentence) and (exact or STATE.search(sentence)) and not AHEAD.search(sentence):
        return True
    if KO_PAST.search(bare):
        return bool(KO_PAST.search(NOUN_KO.sub(" ", bare))) or _odd(one)
    return bool(PAST.search(bare))


def _odd(one: Moment) -> bool:
    """Return whether a time is none that people plan with: to the second, or no multiple of five minutes."""
    return bool(one.to_s == 1 and one.at.second) or one.at.minute % ROUND != 0


def _around(text: Text, number: int, one: Moment) -> tuple[str, str]:
    """Return the sentence and the clause that a time stands in; a sentence may begin in the line above and end below."""
    joined, place = _joined(text, number)
    start, end = place + one.column - 1, place + one.end - 1
    sentence = _cut(SENTENCE, joined, (start, end))
    clause = _cut(
        CLAUSE,
        joined[sentence[0] : sentence[1]],
        (start - sentence[0], end - sentence[0]),
    )
    whole = joined[sentence[0] : sentence[1]]
    if not LETTERS.search(whole[clause[0] : clause[1]]):  # `… all six done (21:55:30)`: what it tells stands before it.
        begin = max((cut.end() for cut in CLAUSE.finditer(whole, 0, max(0, clause[0] - 1))), default=0)
        clause = (begin, clause[1])
    return IDENTIFIER.sub(" ", whole), whole[clause[0] : clause[1]]


def _cut(regex: re.Pattern[str], text: str, inner: tuple[int, int]) -> tuple[int, int]:
    cuts = [0, *(match.end() for match in regex.finditer(text)), len(text)]
    return max(cut for cut in cuts if cut <= inner[0]), min(cut for cut in cuts if cut >= inner[1])


IDENTIFIER = re.compile(r"(?=[A-Za-z]\w*?[-_/][A-Za-z])[A-Za-z]\w*+(?>(?:[-/][A-Za-z]\w*+)*)")
QUOTED = re.compile(r"\"[^\"]{2,160}\"|“[^”]{2,160}”|「[^」]{2,160}」")
WRAPPED_LEAST = 24
GOES_ON = re.compile(r"[\s>|│]*(?:[a-z(]|\d\d?:\d\d[^\d:]|[가-힣]|[A-Z][a-z]+ \d)")


def _joined(text: Text, number: int) -> tuple[str, int]:
    """Return a line with those that its sentence goes over, and how far in it the line begins."""
    lines = dict(text.lines)
    above, below = lines.get(number - 1, ""), lines.get(number + 1, "")
    line = lines[number]
    lead = above.lstrip(" >|│") + " " if _wraps(above, line) else ""
    tail = " " + below.lstrip(" >|│") if _wraps(line, below) else ""
    # What somebody is quoted with is one piece of the sentence, whatever stops there are in it.
    return QUOTED.sub(lambda found: re.sub(r"[.!?,;:()]", "·", found[0]), lead + line + tail), len(lead)


def _wraps(one: str, other: str) -> bool:
    open_end = bool(one.strip()) and one.rstrip()[-1] not in '.!?:：;"”'
    return open_end and len(one.strip()) >= WRAPPED_LEAST and bool(GOES_ON.match(other))


def _answers(text: Text, later: list[tuple[int, Moment]]) -> Told | None:
    """Return a later time beside a name, where the log has the same name at the same time, or where several stand so."""
    named = [(number, one, label) for number, one in later if (label := _label(text, number, one))]
    asked = " ".join(line for _, line in text.lines)
    answered = bool(ANSWERED.search(asked) or SO_FAR.search(asked) or "현황" in asked)
    for number, one, label in named:
        by = _elsewhere(text, one, frozenset([label.lower()]))
        if by and (answered or _odd(one)):
            return Told(number, one, by)
    distinct = {label for _, _, label in named}
    if answered and len(distinct) > 1 and len(named) > 1 and any(_odd(one) for _, one, _ in named):
        return Told(named[0][0], named[0][1])
    return None


def _label(text: Text, number: int, one: Moment) -> str:
    """Return the name that stands before a time and alone with it in its clause; nothing where the clause is of what comes."""
    line = dict(text.lines)[number]
    before = line[: one.column - 1]
    match = LABEL.search(before)
    if match is None or JUST_BEFORE.search(before) or JUST_AFTER.match(line[one.end - 1 :]):
        return ""
    _, clause = _around(text, number, one)
    words = [word for word in match["name"].split() if word.lower() not in NO_LABEL and not ANSWERED.fullmatch(word)]
    if not words or not NAMED.fullmatch(words[-1]) or AHEAD.search(clause) or PLANNED.search(clause):
        return ""
    return words[-1].removesuffix("님").removesuffix("씨")


def _elsewhere(text: Text, one: Moment, marks: frozenset[str]) -> int:
    """Return the line, outside the message, that has one of some words or figures at that very time; 0 for none."""
    own = {number for number, _ in text.lines}
    for number in _by_minute(text.log).get(one.at.replace(second=0, microsecond=0).isoformat(), ()):
        line = text.log.line(number)
        told = {
            *stems(line),
            *re.findall(r"(?<![\d:.,])\d[\d,.]*\d(?![\d:])", line),
            *line.lower().split(),
        }
        if number not in own and marks & told:
            return number
    return 0


@lru_cache(maxsize=64)
def _by_minute(log: Log) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, _ in log.numbered():
        for one in log.moments(number):
            found.setdefault(one.at.replace(second=0, microsecond=0).isoformat(), []).append(number)
    return found
