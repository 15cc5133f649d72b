"""What a log says of all of something, or denies of any: the sentence, how many it counts, and in what they are alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.amounts import counts
from bongsu.audit.claims import withdrawn
from bongsu.audit.concepts import WORDS
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.quantified_words import (
    ALIKE,
    ANSWERED,
    BAD,
    COUNTED,
    EMPTY,
    EVERY,
    EXCEPT,
    FIRST,
    LATER,
    LEFT_OUT,
    NEW,
    NONE,
    NOT_BAD,
    OLD,
    REPEATED,
    THAT,
    UNANSWERED,
    WELL,
    WHOLE,
)
from bongsu.audit.typed import typed
from bongsu.audit.units import SENTENCE, units
from bongsu.audit.words import EN_NUMBER, KO_NUMBER, number, plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

_UNIT = r"(?P<u>ms|millisec\w*|s|sec\w*|min\w*|hours?|h|%|percent|MB|GB)(?![a-z])"
BOUND = pattern(
    rf"\b(?:under|below|less than|within|inside|at most|no more than|not? (?:more|longer) than|(?:took|waited|needed|was) (?:longer|more) than|over|above|exceed(?:ed|s)?) (?:the |our |a |an )?(?P<n>\d+(?:\.\d+)?)[- ]?{_UNIT}"
    r"|(?P<half>(?:under|within|less than) (?:half an|an|one|a) (?:hour|minute))|(?P<ko>\d+(?:\.\d+)?) ?(?P<kou>초|분|시간|ms|%|MB|GB) ?(?:이내|이하|미만|안에|안쪽|를 ?넘|을 ?넘|초과)",
    re.IGNORECASE,
)
LIMIT = pattern(
    r"\b(?:with)?in(?:side)? (?:the |its |their |our )?(?:\w+[- ])?(?:limit|target|budget|mark|sla|time|window|deadline)\b|\b(?:limit|target|budget|mark|sla)\b|한도|목표 ?시간|기준 ?(?:시간|안)|(?:제한|정해진) ?시간",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"\b(?:will|would|should|must|may|might|could|can|if|unless|whether|please|to be|plan(?:s|(?<!as )planned)?|todo|to-do|tbd|expect(?:ed|s)?|estimated|e\.g\.|for example|suppose\w*|want(?:ed|s)?|hope[ds]?|needs?|goal|criteri\w+|asked? (?:for|to)|(?:was|were|is|are) (?:asked|told|invited|requested|reminded) (?:at \S+ )?to|tomorrow|next|wait(?:ing)? (?:for|until)|as soon as|when(?:ever)?|where|as long as|to (?:see|check|make sure|ensure)|once (?:all|every|both)|until|so that|let me know|make sure|not yet)\b"
    r"|예정(?!대로)|계획(?!대로)|만약|경우|해야|(?<!정리)(?<!요약)(?<!말)[하되이]면|(?<=[가-힣])(?<!하)면 |부탁|주세요|바랍니다|주십시오|여부|예상|하기로|는지|인지|할 ?것|합격 ?기준|판정 ?기준|기준:|[?]\s*$|[?] |해 ?봅시다|합시다|할게요|할께요|하겠|될 ?때까지|때까지",
    re.IGNORECASE,
)
SAYING = re.compile(
    r"\b(?:could|can|may|would) (?:now |then )?(?:say|report|write|tell|confirm|announce)\b|\b(?:we |i |they |that (?:we|i) |everyone |everybody |person |party |one )?asked\b(?! to)|\b(?:had|needed) to(?: be)?\b|\bno need\b",
    re.IGNORECASE,
)
TO_DO = re.compile(r"\b(?:was|were|is|are) (?:asked|told|invited|requested|reminded) (?:at \S+ )?to\b", re.IGNORECASE)
SAID_THAT = pattern(r"\b(?:I|we|he|she|they)(?: \w+)? (?:wrote|said|claimed|told \w+)(?: \w+)? that\b", re.IGNORECASE)
"""What somebody said elsewhere, to which the log comes back."""
ANOTHER = re.compile(
    r"\b(?:second|third|later|this time|yesterday|in staging|on staging|dry run|rehears\w+|otherwise|else|other|besides)\b|두 번째|세 번째|이번엔|재실행|스테이징|연습|리허설|예행|그 외",
    re.IGNORECASE,
)
RESENT = pattern(
    r"\b(?:sent|sending|tried|ran) again\b|\bre-?(?:sent|tried|run|played)\b|(?:재발송|재전송|재시도|재처리)(?:했|함|하였|됐|됨|되었|을 ?했)|다시 ?(?:보냈|보냄|돌렸|돌림|시도했|처리)",
    re.IGNORECASE,
)
"""What was done a second time for all of them."""
CLAUSE = re.compile(r"[,;:—–] (?=\S)|(?<=고) (?=\S)|(?<=며) (?=\S)|(?<=[가-힣])[,] |\. ")
MEMBER = re.compile(r'"(?P<key>[^"\\]{1,40})"\s*:\s*"(?P<text>(?:[^"\\]|\\.){8,})"')
ITEM = re.compile(r'\s*"(?P<text>(?:[^"\\]|\\.){8,})",?\s*')
SPAN = re.compile(
    rf"\b(?:\d+|{EN_NUMBER})[- ](?:minutes?|min|seconds?|sec|hours?|days?|weeks?)\b|\d+ ?(?:분(?! ?(?:모두|다|전))|초|시간|일)",
    re.IGNORECASE,
)
KO_COUNT = re.compile(
    rf"(?:^|[\s\"(:])(?P<n>{KO_NUMBER}) ?(?=명|분|곳|대|개|건|군데|가지|항목|단계|사람|팀|지점|종|리전|회차|척|통|장|자리|[가-힣]{{1,5}} ?(?:모두|전부|전원|다\b))"
)
NO_ANSWER = re.compile(
    r"\bno (?:answer|reply|response|ack\w*|word|call ?back)\b|(?:응답|답|답장|회신|연락|소식|반응)(?:이|은|도)? ?(?:아직 ?)?없\S*",
    re.IGNORECASE,
)
BROKEN = re.compile(r"[:;(]|  |, (?!\w+,)")
CELL_LEAST, LONGEST, NEAR, NEAR_KO, ROWS_LEAST, LINES_MOST = 12, 420, 40, 16, 2, 3
DENIED_EN = re.compile(r"\b[Nn]o (?P<noun>[a-z-]+(?: [a-z-]+){0,2})")
DENIED_KO = pattern(
    r"(?P<noun>[A-Za-z가-힣]{2,}(?: [A-Za-z가-힣]{2,})?)(?:은|는|이|가|도|을|를)? ?(?:단 ?)?(?:한 ?\S{1,2}도 |하나도 |전혀 )?(?:없(?!이)|없이|0 ?(?:건|회|명|번))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence about all of something, or none."""

    first: int
    last: int
    text: str
    every: bool
    none: bool
    facets: frozenset[str]
    """In what they are alike: `said` by the sentence's own words, `answer`, `well`, `first`, `new`, `bound`, `kept`, `again`, `empty`, or `no` and a concept that is denied."""
    counts: frozenset[int]
    nouns: tuple[frozenset[str], ...]
    """What it says that there was none of."""
    about: frozenset[str]
    core: frozenset[str]
    """The words of the clauses that say `all` or `none` themselves."""

    @property
    def bound(self) -> re.Match[str] | None:
        """Return the limit that all are said to have kept."""
        return BOUND.search(self.text)


HABIT = re.compile(r"\b(?:re)?(?:computes|verifies|proves|renders|walks|parses|recounts)\b")
"""What a program does whenever it is called is no claim about this day."""


@lru_cache(maxsize=64)
def claims(log: Log) -> tuple[Claim, ...]:
    """Return every claim of a log about all, or none, that is told as fact and without an exception."""
    found: dict[tuple[int, str], Claim] = {}
    for first, last, text in _sentences(log):
        if not (EVERY.search(text) or NONE.search(text)) or len(text) > LONGEST or HABIT.search(text):
            continue
        claim = _claim(first, last, text)
        if claim is not None and not any(withdrawn(log, n) for n in range(first, last + 1)):
            found.setdefault((first, text), claim)
    return tuple(found.values())


def _sentences(log: Log) -> Iterator[tuple[int, int, str]]:
    """Yield what a log tells, sentence by sentence; of objects the words of each member, of rows each cell."""
    rows = {row[0].spot.line for grid in grids(log) if len(grid.rows) > ROWS_LEAST for row in grid.rows}
    seen: set[int] = set()
    for unit in units(log):
        line = unit.text
        if unit.number in rows and not line.lstrip().startswith("|") and not EVERY.search(line):
            continue
        lead = line.lstrip()[:1]
        if lead in ("{", '"') or (lead == "[" and '"' in line):
            if unit.number in seen:
                continue
            seen.add(unit.number)
            line = log.line(unit.number)
            whole = ITEM.fullmatch(line)
            texts = [whole["text"]] if whole else [one["text"] for one in MEMBER.finditer(line)]
            for text in texts:
                yield from ((unit.number, unit.last, each) for each in SENTENCE.split(text.replace("\\n", " ")))
        elif lead == "|":
            for cell in line.strip().strip("|").split("|"):
                # `3 of 3 alarms are OK` in a row is that row's own outcome, and no claim about another table.
                if len(cell.strip()) >= CELL_LEAST and not any(one["of"] for one in EVERY.finditer(cell)):
                    yield unit.number, unit.last, cell.strip()
        elif typed(line) is None:
            yield unit.number, unit.last, plain(line)
            if unit.last > unit.number and not EXCEPT.search(_bare(line)):
                # A sentence right below a list is read as one with the last entry: each line is taken by itself, too.
                for number, each in log.numbered(unit.number, unit.last):
                    yield from ((number, number, one) for one in SENTENCE.split(plain(each)))


def _claim(first: int, last: int, text: str) -> Claim | None:
    parts = [one for one in CLAUSE.split(text) if one and (EVERY.search(one) or NONE.search(one))]
    own = " ; ".join(parts)
    if TO_DO.search(own) or SAID_THAT.search(text):
        return None
    bare = _bare(own)
    if last - first > LINES_MOST or _tells_of_one(text, parts):
        return None
    if (
        EXCEPT.search(_bare(text))
        or COUNTED.search(text)
        or any(words.search(bare) for words in (DOUBT, ANOTHER, LATER, THAT))
    ):
        return None
    facets = _facets(text)
    if not facets:
        return None
    every, none = bool(EVERY.search(text)), bool(NONE.search(text))
    sized = SPAN.sub(" ", BOUND.sub(" ", text))
    several = {one.count for one in counts(sized) if one.count > 1}
    several |= {number(one["n"]) or 0 for one in KO_COUNT.finditer(sized)}
    several |= {2} if re.search(r"\bboth\b|둘 ?다|양쪽", text, re.IGNORECASE) else set()
    return Claim(
        first=first,
        last=last,
        text=text,
        every=every,
        none=none,
        facets=frozenset(facets),
        counts=frozenset(several - {0, 1}),
        nouns=tuple(_nouns(text)),
        about=stems(text),
        core=stems(own),
    )


def _tells_of_one(text: str, parts: list[str]) -> bool:
    """Return whether a sentence tells itself, beside what it says of all, of one that was not so."""
    rest = [one for one in CLAUSE.split(text) if one and one not in parts]
    return any((BAD.search(one) or UNANSWERED.search(one)) and not NOT_BAD.search(one) for one in rest)


def _bare(text: str) -> str:
    """Return a text without what only looks like a condition, a plan or another time: limits, first tries, what was sent again."""
    for words in (FIRST, BOUND, LIMIT, SAYING, RESENT):
        text = words.sub(" ", text)
    return text


def _facets(text: str) -> set[str]:
    parts = [one for one in CLAUSE.split(text) if one and one.strip()]
    found: set[str] = set()
    for n, part in enumerate(parts):
        if EVERY.search(part):
            own = _of_every(part)
            found |= own or (_of_every(f"{part} {parts[n + 1]}") if n + 1 < len(parts) else set())
        if NONE.search(part):
            found |= _of_none(part)
    return found


def _of_every(part: str) -> set[str]:
    wrong = UNANSWERED.search(part)
    every = EVERY.search(part)
    if wrong or (every and BAD.search(NONE.sub(" ", _denials(part)))):
        return {"again", "said"} if RESENT.search(part) else set()
    found = {"said"}
    if RESENT.search(part):
        found.add("again")
    if ANSWERED.search(part):
        found.add("answer")
    if FIRST.search(part):
        found.add("first")
    if WHOLE.search(part):
        found.add("kept")
    if BOUND.search(part):
        found.add("bound")
    if EMPTY.search(part):
        found.add("empty")
    if (ALIKE.search(part) or NEW.search(part)) and not OLD.search(part):
        found.add("new")
    if WELL.search(part):
        found.add("well")
    return found


def _denials(part: str) -> str:
    """Return a clause without what it says that there was none of."""
    return re.sub(
        r"\b(?:without|no|zero|not (?:one|a single)) (?:\w+ ){0,3}\w+|\S+ ?(?:하나도 |한 ?\S{1,2}도? )?(?:없이|없음|없었\S*|0건)",
        " ",
        part,
    )


def _of_none(part: str) -> set[str]:
    text = NO_ANSWER.sub(" ", part)
    nones = list(NONE.finditer(text))
    found = set()
    if _governed(text, nones, UNANSWERED):
        found.add("answer")
    for facet, words in (("first", REPEATED), ("kept", LEFT_OUT), ("new", OLD)):
        if _governed(text, nones, words):
            found.add(facet)
    if nones and BOUND.search(text):
        found.add("bound")
    found |= {f"no {name}" for name, words in WORDS.items() if _governed(text, nones, words)}
    if nones and _nouns(text):
        found.add("none")
    return found


def _governed(text: str, nones: list[re.Match[str]], words: re.Pattern[str]) -> bool:
    """Return whether what a sentence denies is one of some words: right behind `no`, or right before 없음."""
    for word in words.finditer(text):
        for none in nones:
            ahead, behind = text[none.end() : word.start()], text[word.end() : none.start()]
            if none[0].isascii() and none.end() <= word.start() and len(ahead) <= NEAR and not BROKEN.search(ahead):
                return True
            korean = not none[0].isascii() or none[0][0] == "0"
            if korean and none.end() <= word.start() and len(ahead) <= NEAR_KO // 2:
                return True
            if (
                korean
                and word.end() <= none.start()
                and len(behind) <= NEAR_KO
                and not re.search(r"[1-9]|[,:;(]", behind)
            ):
                return True
            if none[0].isascii() and re.fullmatch(r"\s*[:=]?\s*", behind) and none.start() >= word.end():
                return True
    return False


def _nouns(text: str) -> list[frozenset[str]]:
    nouns = [stems(one["noun"]) for one in DENIED_EN.finditer(text)]
    nouns += [stems(one["noun"]) for one in DENIED_KO.finditer(text)]
    return [one for one in nouns if one]
