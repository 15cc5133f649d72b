"""What lines or rows count part by part, and a sentence tells as what they come to, is one number.

Source: arithmetic, and the log's own lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.amounts import accounted, counts, mistyped, reached, slipped
from bongsu.audit.asked import hits
from bongsu.audit.blocks import Block, blocks
from bongsu.audit.claims import written
from bongsu.audit.figures import Figure, figures
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.rules import sums, total_elsewhere
from bongsu.audit.rules.total_elsewhere import APART, LESS
from bongsu.audit.words import PLANNED, number, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
ALL = re.compile(
    r"\b(?:total(?:s|led)?|together|altogether|in all|all|all told|every|both|sum|combined|overall|everything|entire|whole)\b|합계|합쳐|합해|모두|총|전부|전체|도합|누계|통틀어",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"\b(?:summary|result|outcome|clos(?:ed|ing)|finished|complete[d]?|done|posted|wrote|mail(?:ed)?|announce\w*|told|message|note|report(?:ed)?|success|in short)\b|=>|→|요약|결과|공지|보고|완료|마감|종료|안내",
    re.IGNORECASE,
)
SO_FAR = pattern(
    r"\b(?:so far|already|by now|at the moment|currently|left|remaining|still|to go|waiting|queued?|backlog|pending|running total|of them|of these|of which|per|each|every \w+ minutes|up to|at a time|at once|in parallel|again|retr\w+|second attempt)\b|씩|남은|대기|현재|누적|지금까지|그중|이 ?중|매 |마다|다시|재시도|동시",
    re.IGNORECASE,
)
SUMMARY = pattern(r"summary|result|outcome|totals?|overall|closing|요약|결과|정리|합계", re.IGNORECASE)
COMING = re.compile(
    r"\b(?:next|to ?do|plan(?:ned)?|open|left|later|upcoming)\b|남은|다음|할 ?일|계획|예정", re.IGNORECASE
)
"""Over a section that tells of what is still to come."""
WRITTEN_OUT = re.compile(r"\d[\d,]* ?[+−] ?\d|\d[\d,]* - \d[\d,]* ?[+=]|= ?\d")
KO_SEVERAL = re.compile(r"([두세네]|다섯|여섯|일곱) ?(?:개 ?)?[가-힣]{1,4}")
WEAK = frozenset(["건", "개", "회", "번", "더", "차", "곳", "만", "second", "more", "other", "new", "old", "open"])
PLACE = re.compile(
    r"[\"'](?:\w+_)?(?:seq|sequence|id|line|number|no|index|offset|port|pid|position|revision|epoch|attempt)[\"']\s*:\s*$",
    re.IGNORECASE,
)
LEAST, FEW, PARTS_MOST, NEAR_PERCENT, FEW_PERCENT = 6, 2, 12, 12, 5
LISTS = ("column", "lines", "led", "sentence", "objects")
FEWEST, KNOWN_LEAST, LION, TENS, TENS_LEAST = 5, 50, 5, (10, 100, 1_000, 10_000), 100
SHORT = 6
GAUGE_LEAST, GAUGE_PERCENT, EARLY = 20, 4, 14


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield totals in a sentence that what other lines count of the same thing does not add up to."""
    for log in filter(written, logs):
        every = [one for one in figures(log) if not SO_FAR.search(one.around) and not _places(log, one)]
        nouns = {noun for one in every if one.named for noun in one.nouns} - WEAK
        told: dict[tuple[int, int], Hit] = {}
        for noun in sorted(nouns):
            named = [one for one in every if noun in one.nouns]
            if len(named) > 2:
                for claim in named:
                    hit = _against(log, claim, named, noun)
                    if hit is not None:
                        told.setdefault((claim.number, claim.start), hit)
        for hit in (*_of_lists(log, every), *_of_objects(log)):
            told.setdefault((hit.spot.line, hit.spot.column - 1), hit)
        others = [hit for rule in (sums, total_elsewhere) for hit in hits(rule, log)] if told else []
        known = {hit.spot.line for hit in others if hit.confidence is not Confidence.LOW}
        yield from (hit for hit in told.values() if hit.spot.line not in known)


def _places(log: Log, one: Figure) -> bool:
    """Return whether a number is that of a line, a step or an id, of which there is no sum: `"ended_seq": 118`."""
    return PLACE.search(log.line(one.number)[: one.start]) is not None


def _of_lists(log: Log, every: list[Figure]) -> Iterator[Hit]:
    """Yield a sentence's count of what a list, a column or an object counts by parts, near their sum and not it."""
    there = total_elsewhere.stated(log)
    lists = [one for one in blocks(log) if one.kind in LISTS and one.sum >= FEWEST and not _whole(one)]
    for claim in every:
        if not _claims(claim) or COMING.search(log.section(claim.number).title) or LESS.search(claim.sentence):
            continue
        fitting = [
            block
            for block in lists
            if _sums_up(log, claim, block, known=bool(there.get(block.sum, set()) - block.lines))
        ]
        if len({block.sum for block in fitting}) == 1 and not any(_of_some(claim.count, block) for block in lists):
            block = fitting[0]
            shown = " + ".join(str(value) for value in block.values[:12])
            yield Hit(
                spot=Spot(log.name, claim.number, claim.start + 1, claim.end + 1),
                also=tuple({spot.line: spot for spot in block.spots}.values()),
                why=f"{shown} = {block.sum}, not {claim.count}",
                instead="the parts and the total as they were counted, each with its source",
                confidence=_confidence(claim.count, block.sum),
            )


def _of_objects(log: Log) -> Iterator[Hit]:
    """Yield a count in an object's summary of what the only object of that name counts by kind."""
    lists = [one for one in blocks(log) if one.kind == "objects" and one.sum >= FEWEST and not _whole(one)]
    for _, value, lines in payloads(log) if lists else ():
        for path, count in walk(value):
            if type(count) is not int or path not in lines or not SUMMARY.search(" ".join(str(one) for one in path)):
                continue
            if PLACE.fullmatch(f'"{path[-1]}":'):
                continue
            nouns = stems(str(path[-1]).replace("_", " ")) - WEAK
            named = [one for one in lists if nouns & one.about and lines[path] not in one.lines]
            apart = min((abs(one.sum - count) for one in named), default=0)
            if len(named) == 1 and apart > 0 and not reached(count, list(named[0].values)):
                block = named[0]
                if count > max(block.values) and (apart <= FEW or _slip(count, block.sum)):
                    shown = " + ".join(str(value) for value in block.values[:12])
                    yield Hit(
                        spot=log.spot(lines[path]),
                        also=tuple({spot.line: spot for spot in block.spots}.values()),
                        why=f"{shown} = {block.sum}, not {count}",
                        instead="the parts and the total as they were counted, each with its source",
                        confidence=_confidence(count, block.sum),
                    )


def _of_some(count: int, block: Block) -> bool:
    """Return whether a count is that of a list, or of some of a short one: of the three lists of which a fourth is told."""
    return count == block.sum or (len(block.values) <= SHORT and reached(count, list(block.values)))


def _whole(block: Block) -> bool:
    """Return whether the largest of some counts is all of what the others tell of: `looked at 214, marked 11, released 3`."""
    most = max(block.values)
    rest = block.sum - most
    return most == rest or (block.kind == "sentence" and most == block.values[0] and most >= LION * rest)


def _sums_up(log: Log, claim: Figure, block: Block, *, known: bool) -> bool:
    """Return whether a count is told of what a list counts: in its noun, near its sum; by a slip, where that is told too."""
    values = list(block.values)
    if claim.number in block.lines or claim.count <= max(values) or reached(claim.count, values):
        return False
    if block.total is not None and block.total != block.sum:
        return False
    subject = _subject(log, block)
    shared = stems(claim.sentence) & subject
    slip = _slip(claim.count, block.sum)
    if known and (_told_again(log, claim) or accounted(claim.count, claim.sentence)):
        return False
    if slip and block.sum >= KNOWN_LEAST and claim.nouns & subject and len(shared) > 1:
        return True
    if known or block.total is not None or block.kind == "objects":
        return False
    apart = abs(claim.count - block.sum)
    near = apart <= FEW or (len(values) > 2 and apart * 100 <= FEW_PERCENT * block.sum)
    says = bool(ALL.search(claim.sentence) or CLOSING.search(claim.sentence)) or len(values) in _several(claim)
    return bool(claim.named and claim.nouns & subject) and says and (slip or near)


def _told_again(log: Log, claim: Figure) -> bool:
    """Return whether another line gives the same count: then it is one of its own, and no slip."""
    return bool(_lines_of_counts(log).get(claim.count, frozenset()) - {claim.number})


@lru_cache(maxsize=64)
def _lines_of_counts(log: Log) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for place, line in log.numbered():
        for one in counts(line):
            found[one.count].add(place)
    return {count: frozenset(lines) for count, lines in found.items()}


def _subject(log: Log, block: Block) -> frozenset[str]:
    """Return what a list is about: its heads, its title, the line above it; of a sentence its own words."""
    first = min(block.lines)
    if block.kind in ("sentence", "objects"):
        return block.about
    grid = next((one for one in grids(log) if one.start <= first <= one.rows[-1][0].spot.line), None)
    start = grid.start if grid is not None and block.kind == "column" else first
    above = [text for _, text in log.numbered(max(1, start - 3), start - 1) if text.strip()]
    heads = " ".join(grid.heads) if grid is not None and block.kind == "column" else ""
    own = stems(" ".join(log.line(number) for number in block.lines)) if block.kind in ("led", "lines") else frozenset()
    return stems(" ".join([heads, log.section(first).title, *above[-1:]])) | own


def _slip(one: int, other: int) -> bool:
    """Return whether a slip makes one number of the other: a digit, two changed round, one of the tens miscounted."""
    tens = min(one, other) >= TENS_LEAST and abs(one - other) in TENS
    return tens or slipped(str(one), str(other)) or sorted(str(one)) == sorted(str(other))


def _several(claim: Figure) -> set[int | None]:
    several = {number(match[1]) for match in KO_SEVERAL.finditer(claim.sentence)}
    return several | {number(word) for word in re.findall(r"\b[a-z]+\b|\b\d{1,2}\b", claim.sentence.lower())}


def _against(log: Log, claim: Figure, named: list[Figure], noun: str) -> Hit | None:
    if not _claims(claim) or COMING.search(log.section(claim.number).title):
        return None
    others = [one for one in named if one.named and one.number != claim.number and one.count != claim.count]
    if any(claim.count < one.count for one in others):
        return None
    found: dict[int, list[Figure]] = {}
    for parts in _groups(log, claim, others):
        if not _parts(parts):
            continue
        sum_ = sum(one.count for one in parts)
        if reached(claim.count, [one.count for one in parts]) or abs(claim.count - sum_) in {
            one.count for one in others if one not in parts
        }:
            return None
        if _near(claim, parts, sum_) and _cue(claim, parts, noun):
            found.setdefault(sum_, parts)
    if len(found) != 1:
        return None
    sum_, parts = found.popitem()
    shown = " + ".join(str(one.count) for one in parts)
    return Hit(
        spot=Spot(log.name, claim.number, claim.start + 1, claim.end + 1),
        also=tuple(Spot(log.name, one.number, one.start + 1, one.end + 1) for one in parts),
        why=f"{shown} = {sum_}, not {claim.count}",
        instead="the parts and the total as they were counted, each with its source",
        confidence=_confidence(claim.count, sum_),
    )


def _confidence(total: int, sum_: int) -> Confidence | None:
    """Return the rule's own confidence, or a higher one where a slip makes the total of the sum."""
    large = min(total, sum_) >= TENS_LEAST
    return Confidence.MEDIUM if large and (mistyped(str(total), str(sum_)) or abs(total - sum_) in TENS) else None


def _claims(one: Figure) -> bool:
    """Return whether a count may be a total: neither guessed at nor compared, and not what is left out of one."""
    guessed = APART.search(one.around) or PLANNED.search(one.sentence)
    # A sentence that shows how it is added up, or taken off, is held against itself by another rule.
    return one.count >= LEAST and not guessed and not WRITTEN_OUT.search(one.sentence)


def _groups(log: Log, claim: Figure, others: list[Figure]) -> Iterator[list[Figure]]:
    """Yield what may be the parts: all that are counted of it, those above, those of one section, those told alike."""
    yield others
    above = [one for one in others if one.number < claim.number]
    if above != others:
        yield above
    sections = {log.section(one.number).start for one in others}
    for start in sections if len(sections) > 1 else ():
        yield [one for one in others if log.section(one.number).start == start]
    shapes = {_shape(one) for one in others}
    for shape in shapes if len(shapes) > 1 else ():
        yield [one for one in others if _shape(one) == shape]


def _shape(one: Figure) -> str:
    """Return how a line begins: a time, a mark of a list, a number, a word."""
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d]+", "a", one.sentence.lstrip()[:3])) + str(one.begins > 0)


def _parts(parts: list[Figure]) -> bool:
    """Return whether counts may be summed: one a line, each of another thing, and not one gauge that is read again."""
    if not 2 <= len(parts) <= PARTS_MOST or len({one.number for one in parts}) != len(parts):
        return False
    if not all(one.count > 0 and not PLANNED.search(one.sentence) for one in parts):
        return False
    common = frozenset.intersection(*(one.marks for one in parts))
    own = [one.marks - common for one in parts]
    values = [one.count for one in parts]
    gauge = min(values) >= GAUGE_LEAST and (max(values) - min(values)) * 100 <= GAUGE_PERCENT * max(values)
    return all(own) and len(set(own)) == len(own) and (not gauge or len(set(values)) == len(values) == 2)


def _near(claim: Figure, parts: list[Figure], sum_: int) -> bool:
    apart = abs(claim.count - sum_)
    if claim.count <= max(one.count for one in parts):
        return False
    if _slip(claim.count, sum_):
        return True
    return apart <= FEW or apart * 100 <= (NEAR_PERCENT if len(parts) > 2 else FEW_PERCENT) * sum_


def _cue(claim: Figure, parts: list[Figure], noun: str) -> bool:
    """Return whether a sentence sums up: it says so, counts the parts, closes the work, or says what each of the parts says."""
    if LESS.search(claim.sentence):
        return False
    several = _several(claim)
    says = bool(ALL.search(claim.sentence)) or len(parts) in several
    if len(parts) == 2 or not claim.named:
        return len(parts) in several if not claim.named else says
    alike = claim.marks & frozenset.intersection(*(one.marks for one in parts)) - {noun}
    return says or bool(alike) or bool(CLOSING.search(claim.sentence))
