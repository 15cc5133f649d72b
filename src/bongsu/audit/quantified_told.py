"""Where a log tells of one that it was not so, in a sentence of its own: of an instance, of somebody, of an event that was denied."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.concepts import WORDS, happened
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.people import SURNAMES
from bongsu.audit.quantified_claims import ANOTHER, CLAUSE, DOUBT
from bongsu.audit.quantified_rows import denies
from bongsu.audit.quantified_words import (
    ANSWERED,
    BAD,
    EVERY,
    LATER_TRY,
    LEFT_OUT,
    NONE,
    NOT_BAD,
    OLD,
    UNANSWERED,
    WEAK,
    WELL,
)
from bongsu.audit.typed import typed
from bongsu.audit.units import units
from bongsu.audit.words import PLANNED, plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.quantified_claims import Claim
    from bongsu.audit.units import Unit

INSTANCE = re.compile(
    r"\b(?P<class>[A-Za-z]{2,})[-_ #]?(?P<id>\d{1,3}[a-z]?|[A-Z])\b(?![.:/]\d)|(?<![\d:.])(?P<n>\d{1,3})(?!건|명|분|초|시|회|개|번|일|월|년|대|통|곳|원|줄|차례|장|척|인|주|도|만|천)(?P<ko>[가-힣]{1,3})(?![가-힣]{2})"
)
FINAL = pattern(
    r"끝까지|결국|끝내|마감까지|종료까지|퇴근 ?때까지|오늘은? ?(?:더|답|못|안)|그대로 ?(?:둠|두|종료)|\b(?:never|in the end|to the end|until the end|at all|not tonight|still not|gave up|for good|nothing more|(?:will|would) not (?:happen|be done)|leave it|left it)\b",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    rf"(?P<en>\b[A-Z][a-z]{{2,}}\b)|(?P<person>[가-힣]{{2,5}}?)(?= ?(?:님|씨|소장|점장|주간|과장|팀장|대리|주무관|매니저|선생))|(?<![가-힣])(?P<name>(?:{SURNAMES})[가-힣]{{2}})(?![가-힣]{{2}})|(?P<ko>[가-힣]{{2,5}}?)(?=(?:점|은|는|이|가|도)\s)"
)
PERSONS = pattern(
    r"\b(?:everyone|everybody|contacts?|people|persons?|names?|callees?|on[- ]call|team|partners?|managers?|leads?|party|parties|on the list)\b|전원|명|분(?!\d)|사람|대상|연락|당직|담당|점장|소장|팀장|호출|훈련",
    re.IGNORECASE,
)
EVENT = re.compile(
    r"(?:\s?\S{0,6})? ?(?:[1-9]\d{0,4}|한|두|세|네|하나|둘|셋) ?(?:건|회|번|차례|명|통|개|회째|번째)|\s?(?:하나|발생|접수|들어옴|들어왔|있었|있음|울림|울렸|났|생김|생겼|나옴|나왔)",
    re.IGNORECASE,
)
SPEAKER = re.compile(
    r"\s*(?:\[[^\]]*\]\s*){0,2}(?:\d{1,2}:\d\d\S*\s+)?[^\s:]{2,12}(?: \S{1,8})?\s?[:>]\s|\s*\[[^\]]{2,14}\]\s*\[[^\]]*\]"
)
SINCE = re.compile(r"\b(?:since|after|from then)\b|이후|부터|다음부터", re.IGNORECASE)
GENERIC = WEAK | {
    "on",
    "fail",
    "error",
    "got",
    "had",
    "답",
    "회신",
    "끝",
    "곳",
    "네",
    "세",
    "분",
    "오늘",
    "답함",
    "실패",
    "오류",
}
STRONG = pattern(
    r"\b(?:not (?:one|a single|even one)|never|at no (?:time|point|moment)|none of|throughout|whole|entire|from start|any|without a single)\b|(?:하나|한 ?(?:건|줄|명|번|통|대|개|곳|차례|회|사람))도|전혀|일절|통틀어|내내|단 ?한|아무",
    re.IGNORECASE,
)
"""Of the whole of it, and not of the while that a line stands for."""
TO_THE_END = re.compile(
    r"\b(?:left|remain(?:s|ed|ing)?|still|in the end|unresolved|open|outstanding)\b|남[은아았는]|끝내|끝까지|결국|최종",
    re.IGNORECASE,
)
"""Of what was so at the end alone."""
CAME_RIGHT = re.compile(
    r"다시 ?(?:보내|걸어|돌려|시도)\S* ?\S{0,8}(?:들어[갔감]|나[갔감]|닿|됨|됐|성공|도착|받)|재(?:발송|전송|시도|처리)\S* ?\S{0,8}(?:들어[갔감]|나[갔감]|성공|도착|완료)|\b(?:sent|tried|called|ran|run) again\b[^.;]{0,40}\b(?:went|got|came|arrived|passed|ok|fine|worked|through)\b",
    re.IGNORECASE,
)
"""What tells of one that it came right at another try."""
NONE_MISSED = re.compile(r"미응답자? ?(?:없|0)|\bmissed\b", re.IGNORECASE)
TIMES = re.compile(r"[1-9]\d? ?(?:회|번|차|건)|(?:once|twice|one|two|\d times)\b", re.IGNORECASE)
NOT_TO_COME = re.compile(r"\b(?:will|would|could|can) ?not\b", re.IGNORECASE)
COMMON = frozenset(["오늘", "전화", "응답", "이번", "훈련", "Drill", "The", "Phones", "Left"])
BACK, NEAR, LEAST, SURER, LONGEST, HEAD, SHORT = 120, 12, 1.5, 0.5, 400, 1, 120


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that may tell of one that it was not so."""

    unit: Unit
    text: str
    about: frozenset[str]
    instances: frozenset[tuple[str, str]]
    subjects: frozenset[str]
    counted: frozenset[str]
    """The concepts of which its line counts some."""


@lru_cache(maxsize=64)
def told(log: Log) -> tuple[Told, ...]:
    """Return the sentences of a log that say of something that it went wrong, was old, unanswered, repeated, left out."""
    return tuple(_told(log))


def _told(log: Log) -> Iterator[Told]:
    counted: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for each in happened(log):
        if each.strong:
            names, about = counted.get(each.spot.line, (frozenset(), frozenset()))
            counted[each.spot.line] = names | {each.concept}, about | each.about
    rows = {row[0].spot.line for grid in grids(log) if len(grid.rows) > 1 for row in grid.rows}
    for unit in units(log):
        number, lead = unit.number, unit.text.lstrip()[:1]
        if number <= HEAD or len(unit.text) > LONGEST or number in rows or lead in "{|$#":
            continue
        if typed(unit.text) is not None or withdrawn(log, number) or ANOTHER.search(log.section(number).title):
            continue
        text = plain(unit.text)
        parts = [one for one in CLAUSE.split(text) if one and not DOUBT.search(NOT_TO_COME.sub(" ", one))]
        if parts and (number in counted or not EVERY.search(text)):
            yield _of(log, unit, parts, counted.get(number, (frozenset(), frozenset())))


def _of(log: Log, unit: Unit, parts: list[str], counted: tuple[frozenset[str], frozenset[str]]) -> Told:
    whole = plain(log.line(unit.number))
    who = SPEAKER.match(whole)
    odd = [one for one in parts if UNANSWERED.search(one) or BAD.search(one) or OLD.search(one)]
    return Told(
        unit=unit,
        text=" ; ".join(parts),
        about=stems(f"{whole} {unit.text}") | counted[1],
        instances=_instances(" ".join(odd)) or _instances(unit.text),
        subjects=_subjects(whole[who.end() :] if who else whole),
        counted=counted[0],
    )


def _instances(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        (next(iter(stems(one["class"])), one["class"].lower()), one["id"]) if one["class"] else (one["ko"], one["n"])
        for one in INSTANCE.finditer(text)
    )


def _subjects(text: str) -> frozenset[str]:
    return frozenset(one[0] for one in SUBJECT.finditer(text))


QUOTES = re.compile(
    r"\b(?:mail|message|note|says?|said|wrote|writes|asks?|asked|complain\w*|report(?:s|ed)?)\b[^\"“.;]{0,30} ?[\"“]|[\"”] ?(?:라고|라는|라며)",
    re.IGNORECASE,
)
"""What somebody else believed, and the log may go on to say otherwise."""


def told_otherwise(log: Log, claim: Claim) -> list[tuple[float, Unit]]:
    """Return the sentences above a claim that tell of one that it was not so, with how much ties them together."""
    found = []
    every = told(log)
    first, last = (
        bisect_left(every, line, key=lambda one: one.unit.number) for line in (claim.first - BACK, claim.first)
    )
    for one in every[first:last]:
        facet = _facet(one, claim) if one.unit.last < claim.first and not QUOTES.search(one.unit.text) else ""
        weight = _weight(log, one, claim, facet) if facet else 0
        if weight >= LEAST and not _mended(log, one, claim, facet):
            # A sentence is less sure of the same matter than an entry of a list that stands as close.
            found.append((weight - SURER, one.unit))
    return found


def _facet(one: Told, claim: Claim) -> str:
    """Return in what a sentence is against a claim; nothing when it is not."""
    text = one.text
    if "answer" in claim.facets and UNANSWERED.search(text) and not NONE_MISSED.search(text):
        return "answer"
    people = claim.every and "said" in claim.facets and PERSONS.search(claim.text)
    if people and len(text) <= SHORT and denies(text, claim):
        return "answer"
    return "" if NOT_BAD.search(text) else _of_state(one, claim) or _of_event(text, claim)


def _of_state(one: Told, claim: Claim) -> str:
    """Return in what a state is against a claim: what was so once may be otherwise later, if it is not said to have stayed."""
    if not FINAL.search(one.unit.text):
        return ""
    if "new" in claim.facets and OLD.search(one.text):
        return "new"
    if ("well" in claim.facets and BAD.search(one.text)) or ("said" in claim.facets and denies(one.text, claim)):
        return "well"
    return ""


def _of_event(whole: str, claim: Claim) -> str:
    text = " ; ".join(part for part in whole.split(" ; ") if not NONE.search(part))
    strong = STRONG.search(claim.text)
    if (claim.every or strong) and "first" in claim.facets and LATER_TRY.search(text):
        return "first"
    if (claim.every or strong) and "kept" in claim.facets and LEFT_OUT.search(text):
        return "kept"
    if not strong:
        return ""
    denied = [name for name in sorted(claim.facets) if name.startswith("no ") and WORDS[name[3:]].search(text)]
    return denied[0] if denied else "event" if _event(text, claim) else ""


def _event(text: str, claim: Claim) -> bool:
    """Return whether a sentence tells of an event that a claim says there was none of."""
    if NONE.search(text) or (TO_THE_END.search(claim.text) and CAME_RIGHT.search(text)):
        return False
    for noun in claim.nouns:
        for word in noun - GENERIC:
            for hit in re.finditer(re.escape(word), text):
                if not word.isascii() and len(word) > 1 and EVENT.match(text, hit.end()):
                    return True
    return False


def _weight(log: Log, one: Told, claim: Claim, facet: str) -> float:
    """Return how much ties a sentence to a claim: an instance of what it is about, a name, words of both, how it is told."""
    of_class = any(name in claim.about or (not name.isascii() and name in claim.text) for name, _ in one.instances)
    said = re.sub(r"^[^:]{0,40}: ", "", claim.text)
    named = {name for name in one.subjects if name in said}
    shared = (claim.about & one.about) - GENERIC - {name.lower() for name in named}
    if facet in ("well", "new") and not (named or of_class):
        return 0
    weight = 2.0 * of_class + 2.0 * bool(named) + min(2, len(shared)) + _manner(one, claim, facet)
    same = log.section(one.unit.number).start == log.section(claim.first).start
    weight += 0.5 * (claim.first - one.unit.last <= NEAR and same)
    return weight - 1.5 * bool(SINCE.search(claim.text) or PLANNED.search(one.text))


def _manner(one: Told, claim: Claim, facet: str) -> float:
    """Return what a sentence weighs more for telling of somebody, of the end, or of a number of what was denied."""
    if facet == "answer":
        return 2.0 * (bool(one.subjects) and bool(PERSONS.search(claim.text))) + bool(FINAL.search(one.text))
    if facet == "event":
        return 1.0
    if facet.startswith("no "):
        return 1.0 if facet[3:] in one.counted or _event(one.text, claim) else -1.0
    return 1.0 * (facet in ("first", "kept") and claim.none and bool(TIMES.search(one.text)))


def _mended(log: Log, one: Told, claim: Claim, facet: str) -> bool:
    """Return whether the log explains one beside a claim, or tells later of the same one that it came right."""
    beside = " ".join(text for n, text in log.numbered(max(1, claim.first - 1), claim.last + 1) if n != one.unit.number)
    beside = beside.replace(claim.text.strip(), " ")
    if one.instances & _instances(beside) or any(name in beside for name in one.subjects - COMMON):
        return True
    if facet in ("event", "first") or facet.startswith("no "):
        return False
    words = ANSWERED if facet == "answer" else WELL
    for number, line in log.numbered(one.unit.last + 1, claim.last + NEAR):
        if claim.first <= number <= claim.last:
            continue
        who = SPEAKER.match(line)
        if facet == "answer" and who and any(name in who[0] for name in one.subjects):
            return True
        same = any(name in line for name in one.subjects) or one.instances & _instances(line)
        wrong = any(bad.search(line) for bad in (UNANSWERED, BAD, DOUBT))
        if same and words.search(line) and not wrong:
            return True
    return False
