"""What a sentence says of every entry of a list, or denies of any, holds for each of them: state, value, count, bound.

Source: the log's own lists.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.amounts import counts
from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.concepts import HYPOTHETIC
from bongsu.audit.figures import sentences
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.lists import Listed, lists
from bongsu.audit.quantified import BAD, BETTER, EXCEPT, NOT_BAD, WENT_WELL
from bongsu.audit.rules import all_but_a_row, all_of_some, every_one, none_but_some, one_was_not
from bongsu.audit.rules.every_one import ANSWER_HEAD as ANSWERS
from bongsu.audit.rules.every_one import COMING
from bongsu.audit.rules.none_but_some import ANOTHER
from bongsu.audit.told_of_one import UNANSWERED
from bongsu.audit.units import units
from bongsu.audit.words import KO_NUMBER, PLANNED, number, plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.lists import Entry
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
ALL = re.compile(
    r"(?<![\w-])(?:all|every|everyone|everybody|each(?= (?:of|one|(?!with|in|at|on)[a-z]+ [a-z]+(?:ed|s)? ))|both|without exception|the (?:whole|entire))(?![\w-])|전원|(?:모두|전부)(?! ?\d)|모든|빠짐없이|예외 ?없이|둘 다|[두세네] ?(?:명|분|곳|대|사람) 다|전 (?:지점|노드|서버|대상)",
    re.IGNORECASE,
)
NONE = re.compile(
    r"\b(?:no|none|nobody|no one|not (?:one|a single)|neither|never)\b|하나도|아무도|한 ?(?:건|곳|대|명|개)도|없(?:었|음|다|이|습니)",
    re.IGNORECASE,
)
GOOD = re.compile(WENT_WELL + r"|\b(?:approv(?:ed|als?)|agreed|stable|through|200)\b|승인|동의", re.IGNORECASE)
ALIKE = re.compile(
    r"\b(?:same|identical|equal|match(?:es|ed)?|agree[ds]?|(?:is|are|runs?|on|at|to|with|had|have|has|shows?|serves?|returned|came back with) (?:now )?(?:version )?v?\d[\w.]*)\b|같(?:은|았|음|다)|동일|일치",
    re.IGNORECASE,
)
EMPTY = re.compile(r"\b(?:empty|zero|drained|at 0|clear)\b|비었|비어|0건|0으로", re.IGNORECASE)
WORSE = re.compile(rf"{BAD.pattern}|{UNANSWERED.pattern}|\b50[0-4]\b|\b4\d\d\b(?! (?:sent|rows|ms))", re.IGNORECASE)
NO = re.compile(r"no|none|not yet|open|pending|[-–—✗✘xX]|n/?a|-|아니오|없음|아직|대기|미정", re.IGNORECASE)
ANSWER_HEAD = re.compile(
    rf"{ANSWERS.pattern}|\b(?:ok|check\w*|result|state|status|done|tested|signed|verified|passed|ready|received|again|back|on)\b|결과|점검|완료|검증|상태",
    re.IGNORECASE,
)
"""Above cells of which a blank one says no."""
OF = re.compile(r"(?P<n>\d{1,6}) ?(?:of|/|out of) ?(?P<all>\d{1,6})")
YES = re.compile(
    r"\b(?:yes|ok|done|approved|signed|passed|confirmed|ready|answered|200)\b|(?P<of>\d+) ?(?:of|/) ?(?P=of)(?!\d)|\d{1,2}:\d\d|✓|✔|확인|완료|승인",
    re.IGNORECASE,
)
_UNIT = r"(?P<u>ms|millisec\w*|s|sec\w*|min\w*|hours?|h|%|percent|MB|GB|초|분|시간)(?![a-z])"
MOST = re.compile(
    rf"\b(?:under|below|less than|within|at most|no more than|not? (?:more|longer) than|(?:took|waited|needed|was) (?:longer|more) than|over|above|exceed(?:ed|s)?) (?:the |our |a |an )?(?P<n>\d+(?:\.\d+)?)[- ]?{_UNIT}"
    r"|(?P<half>(?:under|within|less than) (?:half an|an|one|a) (?:hour|minute))|(?P<ko>\d+(?:\.\d+)?) ?(?P<kou>초|분|시간|ms|%|MB|GB) ?(?:이내|이하|미만|안에|안쪽|를 ?넘|을 ?넘|초과)",
    re.IGNORECASE,
)
OVER = re.compile(r"\b(?:longer|more|over|above|exceed\w*)\b|넘|초과", re.IGNORECASE)
LENGTH = re.compile(rf"(?<![\d:.])(?:(?P<m>\d+) ?(?:min\w*|m|분) ?)?(?P<n>\d+(?:\.\d+)?) ?{_UNIT}", re.IGNORECASE)
SECONDS = {"ms": Decimal("0.001"), "mi": Decimal(60), "s": Decimal(1), "h": Decimal(3600), "초": Decimal(1)}
SECONDS |= {"분": Decimal(60), "시": Decimal(3600)}
SAYING = re.compile(
    r"\b(?:could|can|may|would) (?:now |then )?(?:say|report|write|tell|confirm|announce)\b|\b(?:we |i |they |that (?:we|i) )?asked\b(?! to)",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"\bbefore (?:the|we|it|any|midnight|noon|opening|\d)\b[^,;.]*\W*$|\bby the time (?:it|they|the)\b[^,;.]*",
    re.IGNORECASE,
)
"""When all was so: no exception."""
THAT = re.compile(r"\b(?:all|every|each|everyone|both)\b[^,;:.]{0,40}?\b(?:that|which|who|whose)\b", re.IGNORECASE)
"""Some of them alone are meant."""
LIMIT = re.compile(r"\b(?:limit|target|budget|mark)\b|한도|목표|기준", re.IGNORECASE)
WRONG = re.compile(
    r"\b(?:wrong\w*|corrections?|corrected|mistake\w*|not so|not true|untrue)\b|정정|틀렸|잘못", re.IGNORECASE
)
TO_DO = re.compile(r"\b(?:was|were|is|are) (?:asked|told|invited|requested|reminded) (?:at \S+ )?to\b", re.IGNORECASE)
DUE = re.compile(
    r"\b(?:due|by|in time|on time|before|deadline|opening|opened)\b|전에|까지|제시간|기한|늦지", re.IGNORECASE
)
DUE_HEAD = re.compile(
    r"\b(?:due|deadline|by|opens?|opening|limit|latest|promised|target|planned)\b|기한|마감|예정|개점|목표",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"(?<![\d.,:])(?P<n>[1-9]\d{0,5}) ?(?:x |건 ?)?(?:failed|failures?|errors?|refused|rejected|lost|missing|bounced|duplicates?|timeouts?|실패|오류|누락|거부|반송)|(?:failed|failures?|errors?|refused|rejected|lost|missing|실패|오류|누락|거부)[ :=]{1,2}(?P<m>[1-9]\d{0,5})(?![\d.,:])",
    re.IGNORECASE,
)
FAILURE = re.compile(
    r"\b(?:fail\w*|errors?|refus\w*|reject\w*|lost|missing|bounced|duplicat\w*|timeouts?)\b|실패|오류|누락|거부|반송",
    re.IGNORECASE,
)
LATER = re.compile(
    r"\b(?:after (?:the|a|that)|retr\w+|second|again|in the end|later|finally|by then)\b|재시도|이후|결국|다시|최종",
    re.IGNORECASE,
)
NAME = re.compile(r"\b[A-Z][a-z]{2,}\b|[A-Za-z]+-\d+")
CLOCK = re.compile(r"[0-2]\d:[0-5]\d(?::[0-5]\d)?")
KO_COUNT = re.compile(rf"(?:^|\s)({KO_NUMBER}) ?(?:명|분|곳|대|개|건|군데|가지|항목|단계|사람|팀|지점|종|리전|회차)?")
GENERIC = frozenset(
    ["run", "result", "time", "check", "list", "line", "확인", "결과", "완료", "응답", "점검", "정상", "work", "start"]
)
SUMMARY = re.compile(r"summary|result|outcome|요약|결과", re.IGNORECASE)
HEAD_LINES = 14
RIGHT_BELOW, BACK, ROWS_MOST, LEAST, LONGEST = 4, 80, 60, 3, 300


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about every entry of a list, with the entries that are otherwise."""
    for log in filter(written, logs):
        found: dict[int, Hit] = {}
        for number_, last, text in _claims(log):
            hit = _of(log, (number_, last), text) if number_ not in found else None
            if hit is not None:
                found[number_] = hit
        rules = (all_but_a_row, all_of_some, every_one, none_but_some, one_was_not)
        known = {hit.spot.line for rule in rules for hit in hits(rule, log)} if found else set()
        yield from (hit for hit in found.values() if hit.spot.line not in known)


def _claims(log: Log) -> Iterator[tuple[int, int, str]]:
    """Yield the sentences that say something of all, or deny it of any, as fact: first line, last line, words."""
    found = [(n, n, text) for n, line in log.numbered() for _, text in sentences(line)]
    found += [(unit.number, unit.last, unit.text) for unit in units(log) if unit.last > unit.number]
    for first, last, said in found:
        text = said if said.lstrip().startswith('"') else plain(said)
        if not (ALL.search(text) or NONE.search(text)) or len(text) > LONGEST or text.lstrip()[:1] in "${|#":
            continue
        bare = BEFORE.sub(" ", SAYING.sub(" ", LIMIT.sub(" ", MOST.sub(" ", text))))
        doubt = any(words.search(bare) for words in (EXCEPT, PLANNED, HYPOTHETIC, ANOTHER, COMING))
        if (
            not doubt
            and not TO_DO.search(text)
            and not LATER.search(text)
            and not any(withdrawn(log, n) for n in range(first, last + 1))
        ):
            yield first, last, text


def _of(log: Log, place: tuple[int, int], text: str) -> Hit | None:
    every, none = bool(ALL.search(text)), bool(NONE.search(text))
    near = [one for one in lists(log) if _meant(log, place, text, one)]
    for one in near:
        spots = _otherwise(one, text, every=every, none=none)
        if spots and not _explained(log, one, place, spots):
            return Hit(
                spot=log.spot(place[0]),
                also=tuple({spot.line: spot for _, spot in spots}.values())[:6],
                why=f"line {spots[0][1].line} says of one that it was not so",
                instead="the count, and who or what is missing",
            )
    return None


def _meant(log: Log, place: tuple[int, int], text: str, one: Listed) -> bool:
    """Return whether a sentence speaks of a list: of as many, in its words, right below it or in a summary above."""
    first, last = place
    if (first <= one.end and one.start <= last) or len(one.entries) > ROWS_MOST:
        return False
    behind = first - one.end
    shared = (stems(text) & one.about) - GENERIC
    several = {number(match[1]) for match in KO_COUNT.finditer(text)}
    several |= {one.count for one in counts(MOST.sub(" ", text))}
    counted = len(one.entries) in several and len(one.entries) >= 2
    if any(n is not None and 2 <= n < len(one.entries) for n in several) and not counted and not MOST.search(text):
        return False
    if behind < 0:
        early = first <= HEAD_LINES or SUMMARY.search(log.section(first).title)
        return one.kind == "rows" and len(shared) > 1 and bool(early)
    alone = not any(one.end < other.start < first for other in lists(log))
    right = behind <= RIGHT_BELOW and alone and log.section(one.start).start == log.section(first).start
    return (counted and behind <= BACK) or (bool(shared) and behind <= BACK) or right


def _otherwise(one: Listed, text: str, *, every: bool, none: bool) -> list[tuple[Entry, Spot]]:
    bound = MOST.search(text)
    if every and DUE.search(text) and (late := _late(one)):
        return late
    for place, head in enumerate(one.heads):
        cells = [(entry, entry.values[place], entry.spots[place]) for entry in one.entries]
        if bound:
            found = _beyond(bound, head, cells, none=none)
        elif every and EMPTY.search(text) and (some := _some(cells)):
            found = some
        elif every and (found := _odd(cells, text)):
            return found
        elif none and FAILURE.search(text):
            found = [(entry, spot) for entry, value, spot in cells if FAILED.search(value)]
            found = found if len(found) < len(cells) else []
        elif every and GOOD.search(text) and one.kind != "sentence":
            found = _bad(cells, head, text, named=one.kind == "worded")
        else:
            found = []
        if found:
            return found
    return []


def _bad(cells: list[tuple[Entry, str, Spot]], head: str, text: str, *, named: bool) -> list[tuple[Entry, Spot]]:
    """Return the entries that went wrong or are open, where another has gone well, or all are named by what was done.

    Of lines that no mark parts into name and value the sentence must name what all of them are.
    """
    bad = [
        (entry, spot)
        for entry, value, spot in cells
        if not FAILURE.search(f"{head} {entry.name}")
        and _is_bad(value, blank=not head or bool(ANSWER_HEAD.search(head)))
    ]
    told = set(re.findall(r"[a-z]{3,}|[가-힣]{2,}", text.lower()))
    spots = {spot for _, spot in bad}
    well = [
        value
        for _, value, spot in cells
        if spot not in spots
        and (YES.search(value) or GOOD.search(value) or set(value.lower().rstrip(".").split()[:1]) & told)
    ]
    alike = frozenset.intersection(*(stems(entry.name) for entry, _, _ in cells)) & stems(text)
    return bad if (alike or (well and not named)) and len(bad) < len(cells) else []


def _is_bad(value: str, *, blank: bool) -> bool:
    """Return whether a value says that its entry went wrong, is open, or got fewer than all of its own."""
    of = OF.fullmatch(value)
    if of:
        return int(of["n"]) < int(of["all"])
    went_wrong = WORSE.search(value[:60]) and not NOT_BAD.search(value) and not BETTER.search(WORSE.sub(" ", value))
    return bool((blank and NO.fullmatch(value)) or went_wrong)


def _late(one: Listed) -> list[tuple[Entry, Spot]]:
    """Return the entries whose time is after that which was due, where the others' are not."""
    due = [n for n, head in enumerate(one.heads) if DUE_HEAD.search(head)]
    done = [n for n, head in enumerate(one.heads) if n not in due]
    timed = [n for n in done if all(CLOCK.fullmatch(entry.values[n]) for entry in one.entries)]
    if len(due) != 1 or len(timed) != 1 or not all(CLOCK.fullmatch(entry.values[due[0]]) for entry in one.entries):
        return []
    late = [(each, each.spots[timed[0]]) for each in one.entries if each.values[timed[0]] > each.values[due[0]]]
    return late if 2 * len(late) < len(one.entries) else []


def _odd(cells: list[tuple[Entry, str, Spot]], text: str) -> list[tuple[Entry, Spot]]:
    """Return the one entry whose value is not that of all the others, which a sentence says all have."""
    seen = Counter(value for _, value, _ in cells)
    common, many = seen.most_common(1)[0]
    if len(cells) < LEAST or many != len(cells) - 1 or len(common) < 2 or any(not value for _, value, _ in cells):
        return []
    told = re.search(rf"(?<![\w.]){re.escape(common)}(?![\w])", text, re.IGNORECASE)
    if not told and not (ALIKE.search(text) and re.search(r"\d", common)):
        return []
    return [(entry, spot) for entry, value, spot in cells if value != common]


def _some(cells: list[tuple[Entry, str, Spot]]) -> list[tuple[Entry, Spot]]:
    """Return the entries that count some where others count none."""
    if not all(re.fullmatch(r"\d[\d,]*(?: [A-Za-z가-힣]+)?", value) for _, value, _ in cells):
        return []
    some = [(entry, spot) for entry, value, spot in cells if value[:1] != "0"]
    return some if len(some) < len(cells) else []


def _seconds(n: str, unit: str) -> Decimal | None:
    key = unit.lower()[:2] if unit.lower()[:2] in ("ms", "mi") else unit.lower()[:1]
    return Decimal(n) * SECONDS[key] if key in SECONDS else None


def _beyond(
    bound: re.Match[str], head: str, cells: list[tuple[Entry, str, Spot]], *, none: bool
) -> list[tuple[Entry, Spot]]:
    """Return the entries that took longer than a sentence says that any did."""
    over = bool(OVER.search(bound[0])) and not re.search(r"\bno(?:t)? more\b|\bnot longer\b", bound[0], re.IGNORECASE)
    if over != none:
        return []
    if bound["half"]:
        most = Decimal(1800 if "half" in bound["half"] else 3600 if "hour" in bound["half"] else 60)
    else:
        told = _seconds(bound["n"] or bound["ko"], bound["u"] or bound["kou"])
        if told is None:
            return []
        most = told
    named = re.search(r"\((?P<u>s|sec\w*|min\w*|ms|초|분)\)|^(?P<w>seconds|minutes)$", head)
    unit = (named["u"] or named["w"]) if named else ""
    lengths = [(entry, _length(value, unit), spot) for entry, value, spot in cells]
    if sum(length is not None for _, length, _ in lengths) < max(2, len(cells) - 1):
        return []
    beyond = [(entry, spot) for entry, length, spot in lengths if length is not None and length > most]
    return beyond if len(beyond) < len(cells) else []


def _length(value: str, unit: str) -> Decimal | None:
    match = LENGTH.search(value)
    if match:
        length = _seconds(match["n"], match["u"])
        return None if length is None else length + 60 * Decimal(match["m"] or 0)
    return _seconds(value, unit) if unit and re.fullmatch(r"\d+(?:\.\d+)?", value) else None


def _explained(log: Log, one: Listed, place: tuple[int, int], spots: list[tuple[Entry, Spot]]) -> bool:
    """Return whether the log speaks of an odd entry again: beside the claim, between it and the list, or that it came right."""
    here = " ".join(log.line(n) for n in range(place[0], place[1] + 1))
    for entry, _ in spots:
        name = re.compile(rf"(?<![\w-]){re.escape(entry.name.split(' (')[0])}(?![\w-])", re.IGNORECASE)
        words = {word for text in (entry.name, *entry.values) for word in NAME.findall(text)}
        if words & set(NAME.findall(here)) and one.kind not in ("lines", "worded"):
            return True
        for n, line in log.numbered(one.end + 1) if len(entry.name) > 1 else ():
            if name.search(line) and (n <= place[1] or BETTER.search(line) or BAD.search(line)):
                return True
    return False
