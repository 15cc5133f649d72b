"""What a log gives part by part and tells as a total in another place is one number.

Source: arithmetic.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.amounts import Amount, accounted, counts, mistyped, reached, slipped
from bongsu.audit.blocks import KEYED, MEASURE, blocks
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.blocks import Block
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
LEAST, SMALL, TEN, MANY, LARGE, LONGEST = 7, 12, 10, 100, 1_000, 800
NEAR_PERCENT, FEW_PERCENT, LION = 12, 5, 5
BEFORE, BEHIND, CLOSE = 24, 14, 5
GENERIC = frozenset(
    ["total", "sum", "number", "count", "run", "result", "합계", "합", "건수", "결과", "실행", "건", "명", "개"]
)
COMMAND = re.compile(r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:\S+@\S+[:~]\S*\s*)?[$%]\s|^\s*\{|^\s*\|.*\|\s*$")
FIGURES = re.compile(r" *\d[\d,.:]*")
SERIES, NESTED = 3, 10
NOUN = re.compile(r" ?[^\W\d][\w-]*(?: [^\W\d][\w-]*)?")
RESENT = re.compile(r"\b(?:retr\w+|re-?sent|re-?sends?|again)\b|재발송|재시도|재전송|다시", re.IGNORECASE)
THEN = re.compile(
    r"\b(?:at|by|as of|until|till|before|around) (?:about )?\d{1,2}[:.]\d\d(?! (?:\w+ )?(?:told|posted|said|sent|announced|wrote|reported|mailed))|"
    r"\d{1,2}(?::\d\d|시(?: ?\d+분)?) ?(?:까지|현재|기준|당시)",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[.;!?](?=\s|$)")
OF = pattern(
    r"(?<![\w.:/-])(?P<part>\d{1,3}(?:,\d{3})+|\d{2,9}) ?/ ?(?P<n>\d{1,3}(?:,\d{3})+|\d{2,9})(?![\w/.:-]\d|\d)"
)
TOGETHER = re.compile(
    r"\b(?:total|together|altogether|in all|all|both|two|three|sum|runs)\b|합계|합쳐|모두|총|두 |세 |합", re.IGNORECASE
)
LESS = re.compile(
    r"\b(?:fail\w*|skip\w*|except|without|exclud\w*|held|retr\w*|tests?|extra|more|fewer|less|plus|minus|besides|duplicates?|missing|lost|added|removed)\b|실패|제외|보류|건너|누락|나머지|추가|더 |재시도|시험|중복|빼",
    re.IGNORECASE,
)
"""What stands with a number that makes the difference between a total and what was counted."""
AGAIN = re.compile(
    r"\b(?:re-?sent|re-?send|retr\w+|sent again|tried again|put right)\b|재발송|재전송|재시도|재처리|다시",
    re.IGNORECASE,
)
"""What went well at a second try is added to what did before."""
NAMED = re.compile(
    r"(?:\b[A-Z]{2,8}|\b(?:[Pp]ermit|[Tt]icket|[Cc]hange|[Ii]ncident|[Cc]ase|[Rr]oom|[Ll]ine|[Pp]age|message_id|id|port|PID|v)|[Nn]o\.) $"
    r"|\"[^\"]*(?:\.\w+|seq|id|line|page|no|number|size|bytes|port|ms|seconds|_s|min|minutes|limit|max|date|ts)\": ?$"
)
"""In front of a number that names something and counts nothing."""
PART_OF = re.compile(r" (?:[a-z]+ )?(?:of|out of) (?:the |our |all )?\d")
"""Behind a count that is itself told as part of another."""
IN_TOTAL = re.compile(r" ?(?:\w+ )?(?:in total|in all|altogether|all told)\b", re.IGNORECASE)
"""Behind a count: it is a total, whatever stands in front of it."""
SPOKEN_OUT = re.compile(r"\d ?\+ ?\d[\d,]*\W{0,3}$|\d \+ $|\d ?h \d+.{0,3}$")
"""A number that is added up where it stands, or the minutes of a length."""
SPAN = re.compile(r"^ ?(?:and|to|or|-|–|~|에서) ?\d+")
APART = pattern(
    r"\b(?:yesterday|old (?:system|one|job|service|way)|same day|compared|usual(?:ly)?|normally|previous(?:ly)?|former(?:ly)?|last (?:week|month|year|time)|before|staging|dry run|rehears\w+|expected|planned|about|around|some|nearly|almost|over|under|more than|less than|at least|at most|up to|limit|target|"
    r"wrong\w*|correct\w*|mistake\w*|except|without|excluding|not counting|other|rest|remaining|again|retr\w+|second|later|now|then|grew|grown|growing|waiting|left|tomorrow|next)\b|"
    r"어제|지난|평소|기존|이전 ?(?:시스템|방식)|전날|스테이징|예행|연습|예상|예정|약 |정도|쯤|이상|이하|넘|최대|최소|한도|목표|잘못|정정|오타|제외|빼|뺀|나머지|다시|재시도|두 번째|이후|남은|대기|내일|다음|많은|적은|늘",
    re.IGNORECASE,
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield totals told away from their parts that are near what these add up to, and not it."""
    for log in filter(written, logs):
        there, every = stated(log), blocks(log)
        parts = [one for one in every if one.sum >= LEAST and not _known(one, there)]
        sums = {one.sum for one in every if one.kind != "alike"}
        told = {number for one in every if one.kind in ("column", "lines", "keys") for number in one.lines}
        rows = {row[0].spot.line for grid in grids(log) if len(grid.rows) > 1 for row in grid.rows} | _series(log)
        best: dict[Block, tuple[int, Hit]] = {}
        for number, line in log.numbered() if parts else ():
            if number in rows or COMMAND.match(line) or typed(line) or withdrawn(log, number) or len(line) > LONGEST:
                continue
            for sentence, start in _sentences(line):
                near = [one for one in parts if number not in one.lines and (number not in told or one.sum >= LARGE)]
                for block, apart, hit in _told(log, (number, start), sentence, (near, sums)):
                    if block not in best or apart < best[block][0]:
                        best[block] = (apart, hit)
        yield from (hit for _, hit in best.values())


def _known(block: Block, there: dict[int, set[int]]) -> bool:
    """Return whether a block's sum is written outside of it: then another number near it is another thing."""
    rest = block.sum - max(block.values)
    if block.kind == "sentence" and block.values[0] >= LION * (block.sum - block.values[0]):
        # `looked at 214, marked 11, released 3`: the first is the whole, of which the others are outcomes.
        return True
    if block.kind == "sentence" and len(set(block.values)) < len(block.values) and max(block.values) >= LARGE:
        # A count of many digits that stands there twice was told twice.
        return True
    beside = frozenset() if block.kind == "sentence" else block.lines
    if block.total is not None:
        # Its own total stands right below its rows, or above them.
        beside |= {min(beside, default=0) - 1, max(beside, default=0) + 1}
    return max(block.values) == rest or bool(there.get(block.sum, set()) - beside)


def _series(log: Log) -> set[int]:
    """Return the lines that stand there again with nothing but other numbers: each tells of its own moment."""
    forms: dict[str, set[int]] = {}
    for number, line in log.numbered():
        forms.setdefault(FIGURES.sub("#", line), set()).add(number)
    return {number for form, lines in forms.items() if "#" in form and len(lines) >= SERIES for number in lines}


def _sentences(line: str) -> Iterator[tuple[str, int]]:
    start = 0
    for end in [*(one.end() for one in SENTENCE.finditer(line)), len(line)]:
        if line[start:end].strip():
            yield line[start:end], start
        start = end


def stated(log: Log) -> dict[int, set[int]]:
    """Return the counts that the log writes anywhere, with their lines."""
    found: dict[int, set[int]] = {}
    for number, line in log.numbered():
        for one in [*(each.count for each in counts(line)), *(int(match["n"]) for match in KEYED.finditer(line))]:
            found.setdefault(one, set()).add(number)
    return found


def _claims(sentence: str) -> list[Amount]:
    """Return the counts of a sentence that may be totals: none that is guessed at, compared, or of time."""
    pairs = [
        Amount(match.start("n"), match.end("n"), int(match["n"].replace(",", "")))
        for match in OF.finditer(sentence)
        if int(match["part"].replace(",", "")) <= int(match["n"].replace(",", ""))
    ]
    found = [one for one in counts(sentence) if sentence[one.start] != "0"] + pairs
    return [
        one
        for one in found
        if one.count >= LEAST
        and not NAMED.search(sentence[: one.start])
        and not MEASURE.match(SPAN.sub("", sentence[one.end :]))
        and not PART_OF.match(sentence[one.end :])
        and not APART.search(
            (" " if IN_TOTAL.match(sentence[one.end :]) else sentence[max(0, one.start - BEFORE) : one.start])
            + "#"
            + sentence[one.end : one.end + BEHIND]
        )
    ]


def _told(
    log: Log, place: tuple[int, int], sentence: str, known: tuple[list[Block], set[int]]
) -> Iterator[tuple[Block, int, Hit]]:
    (number, start), (parts, sums) = place, known
    about = stems(sentence) - GENERIC
    for one in _claims(sentence):
        if one.count in sums or accounted(one.count, sentence) or SPOKEN_OUT.search(sentence[: one.end + 3]):
            continue
        least = 0 if AGAIN.search(log.line(number)) else SMALL
        beside = {each.count for each in counts(log.line(number)) if each.count > least}
        fitting = [
            block
            for block in parts
            if abs(one.count - block.sum) not in beside
            and (
                _meant(one.count, (sentence, about), block, close=0 < number - max(block.lines) <= CLOSE)
                or _heads(one.count, (number, sentence), block)
            )
            and _whole(sentence, block)
            and _unit(sentence, one, block)
            and not _explained(log, (number, sentence), (one.count, block))
        ]
        if fitting:
            block = min(fitting, key=lambda each: abs(each.sum - one.count))
            shown = " + ".join(str(value) for value in block.values[:12])
            moved = sorted(str(block.sum)) == sorted(str(one.count))
            hit = Hit(
                spot=Spot(log.name, number, start + one.start + 1, start + one.end + 1),
                also=tuple({spot.line: spot for spot in block.spots}.values()),
                why=f"{shown} = {block.sum}, not {one.count}",
                instead="the parts and the total as they were counted, each with its source",
                confidence=None if _sure(one.count, block) else Confidence.LOW,
            )
            yield block, 0 if moved else abs(block.sum - one.count), hit
            return


def _sure(total: int, block: Block) -> bool:
    """Return whether a slip makes a large total of the sum; a small one is sure where several are summed up."""
    if block.kind == "sentence" and max(total, block.sum) < LARGE:
        return False  # What one line counts beside each other are often two outcomes and their whole.
    if max(total, block.sum) >= MANY:
        return mistyped(str(total), str(block.sum)) or _carried(total, block.sum)
    return len(block.values) >= SERIES or mistyped(str(total), str(block.sum))


def _explained(log: Log, place: tuple[int, str], told: tuple[int, Block]) -> bool:
    """Return whether a count is that of another hour, or the lines around it tell of what makes the difference."""
    (number, sentence), (total, block) = place, told
    apart = abs(total - block.sum)
    if apart == len(block.values):  # `41 pods on the three new nodes` counts the parts.
        return bool(THEN.search(sentence) or RESENT.search(log.line(number)))
    around = [line for _, line in log.numbered(max(1, number - 1), number + 1) if not COMMAND.match(line)]
    return bool(THEN.search(sentence)) or any(one.count == apart for line in around for one in counts(line))


def _unit(sentence: str, said: Amount, block: Block) -> bool:
    """Return whether a sentence sums up lines that are alike: in their unit, by what they tell of, and as several."""
    if block.kind != "alike":
        return True
    unit = re.match(r" ?(m3|[a-z]+|[가-힣]+)", sentence[said.end :].lower())
    if not unit or unit[1] not in block.about:
        return False
    several = any(one.count == len(block.values) for one in counts(sentence))
    return several or (block.about <= stems(sentence) | {unit[1]} and bool(TOGETHER.search(sentence)))


def _whole(sentence: str, block: Block) -> bool:
    """Return whether a sentence speaks of a block as a whole: of several lines of a machine only if it says so."""
    apart = max(block.lines) - min(block.lines) >= len(block.values)
    # `looked at 214, marked 2, released 1`: what is nearly all of it is rather the whole that the others are parts of.
    nested = block.kind == "sentence" and NESTED * max(block.values) >= (NESTED - 1) * block.sum
    return not (nested or (block.kind == "keys" and apart)) or bool(TOGETHER.search(sentence))


def _carried(one: int, other: int) -> bool:
    """Return whether two numbers are a ten, a hundred, a thousand apart: one digit was added up wrongly."""
    apart = abs(one - other)
    return min(one, other) >= MANY and apart >= TEN and set(str(apart)) <= {"1", "0"} and str(apart).count("1") == 1


def _names(sentence: str, total: int, block: Block) -> bool:
    """Return whether what a total is called is what the parts are about: `2,609 orders`, `| Orders closed | 2,609 |`."""
    one = next((one for one in _claims(sentence) if one.count == total), None)
    noun = NOUN.match(sentence[one.end :]) if one else None
    label = stems(sentence) if one and not noun else frozenset()
    return bool(stems(noun[0]) & block.about) if noun else bool(label) and label <= block.about


def _heads(total: int, place: tuple[int, str], block: Block) -> bool:
    """Return whether a count stands right above a list whose entries begin with theirs: few are then told apart by one."""
    number, sentence = place
    above = 0 < min(block.lines) - number <= 2 and sentence.rstrip("*_ ").endswith((":", "："))
    return block.kind == "led" and above and 0 < abs(total - block.sum) <= max(1, block.sum // 5)


def _meant(total: int, told: tuple[str, frozenset[str]], block: Block, *, close: bool) -> bool:
    sentence, about = told
    shared = (about & block.about) - GENERIC
    several = len(block.values) >= 3
    if len(shared) < (1 if several or block.kind == "keys" else 2) - (several and close) or reached(
        total, list(block.values)
    ):
        return False
    apart = abs(total - block.sum)
    others = {one.count for one in counts(sentence)}
    if apart in others and LESS.search(sentence):
        return False
    if block.total is not None and block.total != block.sum:
        return False
    slip = slipped(str(total), str(block.sum)) or _carried(total, block.sum)
    near = NEAR_PERCENT if several and shared and block.total is None else FEW_PERCENT
    if slip or block.kind == "objects":
        # Members of a program's report are many: what is only near is another thing's.
        return slip
    if block.sum >= MANY:
        # Of many somebody who errs has mostly one digit wrong, or two changed round: what is only near is the number
        # of other things, but for the very thing that is counted in the parts.
        return (
            several
            and block.total is None
            and _names(sentence, total, block)
            and apart * 100 <= FEW_PERCENT * block.sum
        )
    return apart * 100 <= near * block.sum
