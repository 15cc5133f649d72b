"""What a log says of every one, or denies of any, is not told otherwise of one: in a cell, an entry, a line.

Source: the log's own rows and lines.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.amounts import TOTAL, counts
from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.concepts import HYPOTHETIC
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.quantified import BAD, BETTER, EXCEPT, NOT_BAD, WENT_WELL, better
from bongsu.audit.rules import all_but_a_row, all_of_some, every_one
from bongsu.audit.rules.every_one import ALL, COMING
from bongsu.audit.rules.none_but_some import ANOTHER, SCOPED
from bongsu.audit.told_of_one import LEFT_OUT, NONE, UNANSWERED, Told, told_of_one
from bongsu.audit.units import units
from bongsu.audit.words import KO_NUMBER, PLANNED, number, plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.units import Unit

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
ANSWERED = re.compile(
    r"\b(?:answered|replied|responded|acknowledged|ack(?:['’]?d|ed)|confirmed|picked up|(?:was|were|got|been) reached|called back|checked in|reported (?:in|back)|signed)\b"
    r"|응답(?!률|율| ?시간| ?없| ?기한)|회신(?! ?없)|답(?:했|함|하여|해|장)|(?<!열람 )(?<!수신 )(?<!전달 )(?<!열람)(?<!수신)(?<!전달)확인(?= ?(?:완료|했|함|됐|됨|받|끝))|통화|연락이? ?(?:닿|됐|됨)|수신 ?(?:완료|확인)",
    re.IGNORECASE,
)
FIRST = re.compile(
    r"\bfirst (?:call|try|attempt|go|poll|reload|time|ring|ask|request|run|pass|shot|reading)\b|\bat once\b|\bstraight away\b|\bone (?:try|attempt|go)\b|\bone time\b|첫 ?(?:시도|통화|전화|요청|호출|번)|한 ?번에|단번에|1차에|1회 ?만에",
    re.IGNORECASE,
)
REPEATED = re.compile(
    r"\b(?:repeated|retried|retr(?:y|ies)|re-?run|redone|run again|tried again|second (?:try|attempt|go)|done (?:twice|again)|more than once)\b|(?<!자동 )재시도|재실행|재작업|두 ?번 ?(?:한|돌|실행)|다시 ?(?:한|돌|실행|시도)",
    re.IGNORECASE,
)
NONE_LEFT = re.compile(
    rf"(?:{NONE.pattern})[^,;:.]{{0,25}}?(?:{LEFT_OUT.pattern})|(?:누락|제외|빠진 ?\S{{1,3}}|빠짐|보류|폐기)\S{{0,3}} ?(?:하나도 |전혀 |한 ?\S{{1,2}}도 )?없",
    re.IGNORECASE,
)
BOUND = re.compile(
    r"\b(?P<less>under|below|less than|at most|no more than|within|up to)\s(?P<max>\d[\d,]*(?:\.\d+)?) ?(?P<unit>[A-Za-z%]{1,12})"
    r"|\b(?:over|above|more than|at least)\s(?P<min>\d[\d,]*(?:\.\d+)?) ?(?P<unit2>[A-Za-z%]{1,12})"
    r"|(?P<komax>\d[\d,]*(?:\.\d+)?) ?(?P<kounit>[A-Za-z%가-힣]{1,4}) ?(?P<ko>이하|미만|이내|안쪽|이상|초과)",
    re.IGNORECASE,
)
WHOLE = re.compile(r"빠짐 ?없이|누락 ?없이|\bwithout exception\b|예외 ?없이|남김없이", re.IGNORECASE)
ALIKE = re.compile(
    r"\b(?:same|new|identical|equal|match\w*|agree\w*|(?:is|are|runs?|run|shows?|gives?|give|serves?|on) (?:on |at |in )?\S*\d[\w.]*|up to date)\b|같|동일|일치|새 |신규|최신|새로운",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[,;:—–] (?=\S)|(?<=고) (?=\S)|(?<=며) (?=\S)")
HAD = re.compile(
    r"\b(?:had|needed) to(?: be)?\b|\b(?:asked|paged|called|rung|invited|asking)\b|이내|\bwithin\b", re.IGNORECASE
)
CELL = re.compile(r"(?P<n>\d[\d,]*(?:\.\d+)?) ?(?P<unit>[A-Za-z%가-힣]{1,12})?")
CLOCK_UNIT = re.compile(r"(?:s|sec\w*|m|min\w*|h|hours?|days?|분|초|시간|일)", re.IGNORECASE)
GENERIC = frozenset(
    [
        "step",
        "run",
        "on",
        "first",
        "attempt",
        "try",
        "tri",
        "시도",
        "첫",
        "발송",
        "성공",
        "time",
        "check",
        "list",
        "had",
        "확인",
        "완료",
        "작업",
        "작업전",
        "없이",
        "한",
        "번",
        "건",
        "명",
    ]
)
HEAD_LINES, BACK, TABLES_BACK, CLOSE, LONGEST = 14, 60, 30, 8, 500
LEAST_ALIKE, RIGHT_BELOW = 4, 4
SUMMARY = re.compile(r"summary|result|outcome|요약|결과", re.IGNORECASE)
STEPS = re.compile(r"\b(?:step|task|command|nothing|part)s?\b|단계|작업|절차|명령|항목", re.IGNORECASE)
COUNTED = re.compile(r"\d ?(?:건|명|개|통|곳|대|장|rows?|files?|messages?|records?|orders?|hosts?|nodes?)")
KO_COUNT = re.compile(rf"(?:^|\s)({KO_NUMBER}) ?(?:명|분|곳|대|개|건|군데|가지|항목|단계|사람|팀|지점|종)")
GOOD = re.compile(WENT_WELL, re.IGNORECASE)
WORSE = re.compile(
    rf"{BAD.pattern}|\b(?:refused|wrong|50[0-4]|4\d\d)\b|폐기|반려|불량|고장|미출력|비정상", re.IGNORECASE
)
ENTRY = re.compile(r"\s*(?:[-*•·‣]|\(?\d{1,2}(?:\.\d{1,2})?[.)]?|[a-z][.)]|[✅❌✔✗☑])\s+\S")
LATER_WORDS = re.compile(r"\b(?:ok|failed)\b", re.IGNORECASE)
LISTED = re.compile(r"\s*(?P<label>\S.*?)(?:\s{2,}|: | - | – )(?P<value>\S.*?)\s*")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about every one, or none, with the cells and lines that tell otherwise of one."""
    for log in filter(written, logs):
        claims = [(unit, facets) for unit in units(log) if (facets := _facets(log, unit))]
        if not claims:
            continue
        told = told_of_one(log)
        known = {hit.spot.line for rule in (all_but_a_row, all_of_some, every_one) for hit in hits(rule, log)}
        for unit, facets in claims:
            if known & set(range(unit.number, unit.last + 1)):
                continue
            meant = [one for one in told if one.facet in facets and _linked(log, unit, one)]
            meant += _beyond(log, unit) if "bound" in facets else []
            meant += _counted(log, unit) if "none" in facets else []
            meant += _odd(log, unit) if "alike" in facets and not meant else []
            meant += _worse(log, unit) if "good" in facets and not meant else []
            if meant:
                yield Hit(
                    spot=log.spot(unit.number),
                    also=tuple({one.spot.line: one.spot for one in meant}.values())[:6],
                    why=f"line {meant[0].spot.line} says of one that it was not so",
                    instead="the count, and who or what is missing",
                )


def _facets(log: Log, unit: Unit) -> set[str]:
    """Return in what a sentence says that all were alike, or none was: answers, first tries, what was left out."""
    text = _own(unit)
    every, none = ALL.search(text), NONE.search(text)
    if (
        not (every or none)
        or len(text) > LONGEST
        or text.lstrip()[:1] in ("$", "{")
        or any(withdrawn(log, n) for n in range(unit.number, unit.last + 1))
    ):
        return set()
    rest = FIRST.sub(" ", BOUND.sub(" ", text))
    if EXCEPT.search(BOUND.sub(" ", text)) or HYPOTHETIC.search(rest) or ANOTHER.search(rest):
        return set()
    found: set[str] = set()
    for clause in CLAUSE.split(text):
        plan = HAD.sub(" ", BOUND.sub(" ", clause))
        if not PLANNED.search(plan) and not COMING.search(plan):
            found |= _said(clause)
    if "none" in found and SCOPED.search(text):
        found.discard("none")
    return found


def _said(text: str) -> set[str]:
    every, none = ALL.search(text), NONE.search(text)
    found = set()
    if every and ANSWERED.search(text) and not UNANSWERED.search(text):
        found.add("answer")
    if (every and FIRST.search(text)) or (none and REPEATED.search(text)):
        found.add("first")
    if NONE_LEFT.search(text) or WHOLE.search(text):
        found.add("left out")
    if every and BOUND.search(text):
        found.add("bound")
    if every and ALIKE.search(text):
        found.add("alike")
    if every and GOOD.search(text):
        found.add("good")
    if none:
        found.add("none")
    return found


def _linked(log: Log, unit: Unit, one: Told) -> bool:
    """Return whether what is told of one is of what a sentence says of all."""
    line, grid = one.spot.line, one.grid
    early = unit.number <= HEAD_LINES or SUMMARY.search(log.section(unit.number).title)
    if unit.number <= line <= unit.last or (line > unit.number and not (early and grid is not None)):
        return False
    if grid is not None and grid.start <= unit.number <= grid.rows[-1][0].spot.line:
        return False
    shared = (stems(unit.text) & one.about) - GENERIC
    if one.facet == "answer":
        return _of_the_asked(log, unit, one, shared)
    near = unit.number - line <= BACK
    if grid is not None:
        return bool(shared) or (near and unit.number - grid.rows[-1][0].spot.line <= RIGHT_BELOW)
    if one.facet == "first":
        tried = FIRST.search(unit.text)
        same = stems(tried[0].split()[-1]) & one.about if tried else frozenset()
        return near and (bool(same) or len(shared) >= 2 or bool(STEPS.search(unit.text)))
    counted = COUNTED.search(log.line(line)) and (shared or unit.number - line <= CLOSE)
    return near and (len(shared) >= 2 or bool(counted))


def _of_the_asked(log: Log, unit: Unit, one: Told, shared: frozenset[str]) -> bool:
    """Return whether one who did not answer is one of those who are all said to have."""
    line, grid = one.spot.line, one.grid
    if one.name and better(log, line, one.name) and "아직" not in log.line(line):
        return False
    if grid is None:
        same = log.section(line).start == log.section(unit.number).start
        return (bool(shared) and unit.number - line <= BACK) or (same and unit.number - line <= CLOSE)
    several, rows = _several(unit), len(grid.rows)
    if several and rows not in several and any(n < rows for n in several):
        # As many as answered, or fewer, are spoken of.
        return False
    alike = {one.start for one in grids(log) if any(UNANSWERED.search(cell.text) for row in one.rows for cell in row)}
    near = 0 < unit.number - line <= TABLES_BACK
    return bool(shared) or rows in several or (near and len(alike) == 1)


def _several(unit: Unit) -> list[int]:
    """Return the counts of a sentence, in digits or words."""
    text = _own(unit)
    spelled = [number(match[1]) or 0 for match in KO_COUNT.finditer(text)]
    return [*(one.count for one in counts(text)), *spelled]


def _own(unit: Unit) -> str:
    """Return the text of a sentence without what it quotes; of a member of an object all of it."""
    return unit.text if unit.text.lstrip().startswith('"') else plain(unit.text)


def _odd(log: Log, unit: Unit) -> list[Told]:
    """Return the one entry of a list above that has another value than all the others, which are said to be alike."""
    found: list[tuple[int, str]] = []
    for place in range(unit.number - 1, max(0, unit.number - 16), -1):
        match = LISTED.fullmatch(log.line(place))
        if match and len(match["value"]) <= 40:
            found.append((place, match["value"]))
        elif found:
            break
    values = Counter(value for _, value in found)
    common, many = values.most_common(1)[0] if values else ("", 0)
    if len(found) < LEAST_ALIKE or many != len(found) - 1 or not re.search(r"\d", common):
        return []
    return [Told("alike", log.spot(place), frozenset()) for place, value in found if value != common]


def _worse(log: Log, unit: Unit) -> list[Told]:
    """Return the entries that went wrong in a list above of just as many as a sentence says went well."""
    several = _several(unit)
    run: list[int] = []
    for place in range(unit.number - 1, max(0, unit.number - 24), -1):
        line = log.line(place)
        listed = ENTRY.match(line) and not line.lstrip().startswith("|")
        if listed and (not run or _depth(line) == _depth(log.line(run[-1]))):
            run.append(place)
        elif run and not (line.strip() and _depth(line) > _depth(log.line(run[-1]))):
            break
    bad = [place for place in run if WORSE.search(log.line(place)) and not NOT_BAD.search(log.line(place))]
    if len(run) not in several or not bad or len(bad) == len(run):
        return []
    return [Told("good", log.spot(place), frozenset()) for place in bad if not _mended(log, unit, place)]


def _mended(log: Log, unit: Unit, place: int) -> bool:
    """Return whether a line below the list tells of an entry that it came right."""
    words = stems(LATER_WORDS.sub(" ", WORSE.sub(" ", log.line(place))))
    return any(
        BETTER.search(line) and not WORSE.search(line) and words & stems(line)
        for at, line in log.numbered(place + 1, unit.number - 1)
        if not ENTRY.match(line)
    )


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _beyond(log: Log, unit: Unit) -> list[Told]:
    """Return the cells of the last table above that are beyond a bound which a sentence says all keep."""
    bound = BOUND.search(unit.text)
    grid = max(
        (one for one in grids(log) if one.rows[-1][0].spot.line < unit.number),
        key=lambda one: one.rows[-1][0].spot.line,
        default=None,
    )
    if bound is None or grid is None or unit.number - grid.rows[-1][0].spot.line > TABLES_BACK:
        return []
    unit_ = bound["unit"] or bound["unit2"] or bound["kounit"] or ""
    most = bound["max"] or (bound["komax"] if bound["ko"] in ("이하", "미만", "이내", "안쪽") else None)
    least = bound["min"] or (bound["komax"] if not most else None)
    if CLOCK_UNIT.fullmatch(unit_):
        return []
    words = stems(unit.text)
    found = []
    for place, head in enumerate(grid.heads):
        cells = [(row[place], CELL.fullmatch(row[place].text.strip())) for row in grid.rows]
        numbers = [(cell, Decimal(match["n"].replace(",", ""))) for cell, match in cells if match]
        inside = any(match and (match["unit"] or "").lower() == unit_.lower() for _, match in cells)
        named = words & stems(head) or re.search(rf"(?<!\w){re.escape(unit_)}(?!\w)", head, re.IGNORECASE)
        if place == 0 or len(numbers) < 2 or not (named or inside):
            continue
        over = [
            cell
            for cell, n in numbers
            if (most and n > Decimal(most.replace(",", ""))) or (least and n < Decimal(least.replace(",", "")))
        ]
        if 0 < len(over) < len(numbers):
            found += [Told("bound", cell.spot, words) for cell in over]
    return found


def _counted(log: Log, unit: Unit) -> list[Told]:
    """Return the cells that count some of what a sentence denies, in a column where most count none."""
    text = unit.text
    denied = [stems(match[1]) for match in re.finditer(r"\b[Nn]o ([a-z]+)\b(?! (?:matter|longer|more))", text)]
    found = []
    for grid in grids(log):
        if not 0 < unit.number - grid.rows[-1][0].spot.line <= BACK:
            continue
        for place, head in enumerate(grid.heads[1:], 1):
            words = stems(head)
            if not any(one and one <= words for one in denied):
                continue
            cells = [row[place] for row in grid.rows if not TOTAL.search(row[0].text)]
            some = [cell for cell in cells if re.fullmatch(r"[1-9]\d*(?:\.\d+)?", cell.text.strip())]
            none = [cell for cell in cells if re.fullmatch(r"0(?:\.0+)?|[-–]?", cell.text.strip())]
            if some and len(none) >= len(some) and len(some) + len(none) == len(cells):
                found += [Told("none", cell.spot, words) for cell in some]
    return found
