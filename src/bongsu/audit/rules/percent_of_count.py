"""A percentage beside a count is that count's, and a part is not larger than its whole.

Source: arithmetic; rounding up or down in the last digit written is granted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

from bongsu.audit.amounts import COUNT, PERCENT, TOTAL, TRIED, counts, percent_fits, whole
from bongsu.audit.blocks import MEASURE
from bongsu.audit.claims import denied, told, withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.items import groups
from bongsu.audit.patterns import pattern
from bongsu.audit.shares import shares
from bongsu.audit.words import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.items import Group, Item
    from bongsu.audit.log import Log, Table

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
_UNIT = r"(?: ?(?:MB|GB|ms|s|SMS|건|개|명|회|대|줄)(?![a-z]))?"
_FREE = r"(?<![\w/.:-])"
PAIR = pattern(
    rf"{_FREE}(?P<part>{COUNT}){_UNIT}(?: [a-z]+){{0,2}} ?(?:/|\bof\b|\bout of\b|÷)(?: (?:the|all|a total of|its|our))? ?(?P<whole>{COUNT})(?![/:.]?\d)"
    rf"|\b[Oo]f (?:the |all |our |these )*(?P<ofwhole>{COUNT})(?: [a-z]+){{1,6}},? (?P<ofpart>{COUNT})(?![/:.]?\d)"
    rf"|{_FREE}(?P<kowhole>{COUNT}){_UNIT} ?(?:가운데|중에서?|중|에서) ?(?:[가-힣]+ )?(?P<kopart>{COUNT})",
    re.IGNORECASE,
)
TIE = re.compile(
    r"(?:(?!\b(?:and(?! (?:that|this|so|thus)\b)|but|while|whereas|against|versus|vs|compared|from|plus|after|before|than)\b|하지만|반면|대신|지만 |이며 |이고 )[^\d;|]){0,60}",
    re.IGNORECASE,
)
"""What may stand between two counts and their percentage: no other thing is begun there."""
OWN_WHOLE = re.compile(
    r"\s?(?:of|out of|against|over) (?:those|these|what|which|whom|everyone|everything|last|\w+ing)\b|의 ",
    re.IGNORECASE,
)
"""Behind a percentage that names what it is of by itself."""
MORE = pattern(
    r"(?<![\w/.:-])(?P<part>\d+) ?(?:/(?!7\b)|of) ?(?P<whole>\d+)(?![\d/:.%])(?= (?:\(\d+ ?%|success|delivered|sent|acknowledged|passed|confirmed|accepted))"
)
SENTENCE = re.compile(r"[.;!?](?=\s|$)")
RATE = re.compile(
    r"\b(?:success|failure|error|delivery|answer|pass|completion|loss|hit|reject\w*|refus\w*|drop|bounce|share|rate)\w*\b|[가-힣]+[율률]|비율|비중",
    re.IGNORECASE,
)
OTHER_RATE = pattern(
    r"\bcpu\b|\bmemory\b|\bdisk\b|\bload\b|\bheap\b|\bgrowth\b|\bgrew\b|\bfaster\b|\bslower\b|\bthan\b|\btarget\b|\blimit\b|\bat least\b|목표|기준|증가|감소|메모리",
    re.IGNORECASE,
)
LABELLED = pattern(rf"^\W*(?P<n>\d[\d,]*)(?: ?[^\W\d]{{0,12}})? ?\(\W?{PERCENT.pattern}\)?")
RATIO = re.compile(
    r"\b(?:success|failure|error|delivery|answer|pass|completion|loss|hit|reject|refus|drop|bounce|share|rate|ratio|against|out of|reached|arrived|answered|opened)\w*\b|[가-힣][율률]|비율|비중|대비",
    re.IGNORECASE,
)
BRACKETED = pattern(
    rf"{_FREE}(?P<n>{COUNT})[가-힣]{{0,3}}(?: [^\W\d]{{1,12}}){{0,2}} ?\([^()\d%]{{0,12}}{PERCENT.pattern}[^()\d%]{{0,16}}\)"
)
"""`186 (98.9 %)`: a count and its share of what stands in front of it."""
SUMMED = re.compile(r"\([^()]*\+[^()]*\)")
PAIRS_MOST, RATES_MOST, POINTS = 12, 6, 5
NEAR = 60
BACK = 14
INSTEAD = "the count as it was measured; the percentage follows from it"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield percentages that are not those of the counts beside them, in the line, the list or the table above."""
    for log in logs:
        own = {place for place, _ in told(log)}
        for place, line in log.numbered():
            if withdrawn(log, place):
                continue
            yield from _in_a_line(log, place, line)
            yield from _one_rate(log, place, line)
            yield from _bracketed(log, place, line)
            for match in MORE.finditer(line):
                if int(match["part"]) > int(match["whole"]) and not denied(line):
                    why = f"{match['part']} cannot be part of {match['whole']}"
                    yield Hit(spot=log.spot(place, match), why=why, instead="both counts as they were measured")
            if place in own and written(log):
                yield from _of_the_table(log, place, line)
        for group in groups(log):
            yield from _in_group(group)
        for table in log.tables:
            yield from _in_table(table)
        yield from {hit.spot: hit for hit in shares(log)}.values()


def _in_a_line(log: Log, place: int, line: str) -> Iterator[Hit]:
    percents = list(PERCENT.finditer(line))
    if not percents:
        return
    edges = [0, *(one.end() for one in SENTENCE.finditer(line)), len(line)]
    pairs = list(PAIR.finditer(line))
    for match in pairs if max(len(pairs), len(percents)) <= PAIRS_MOST else ():
        part, whole_ = _pair(match)
        near = [one for one in percents if _gap(match, one, edges, line) <= NEAR]
        claimed = min(near, key=lambda one: _gap(match, one, edges, line), default=None)
        if claimed is None or not 0 < part <= whole_ or not _nearest(match, claimed, pairs):
            continue
        said = claimed["percent"]
        if "/" in match[0] and _of_other_counts(line, match, said):
            continue
        alike = [(one, other) for one, other in (_pair(pair) for pair in pairs) if other]
        if not any(percent_fits(one, other, said) or percent_fits(other - one, other, said) for one, other in alike):
            first, last = sorted((match, claimed), key=lambda one: one.start())
            exact = (Decimal(part) * 100 / Decimal(whole_)).quantize(Decimal("0.01"))
            yield Hit(
                spot=type(log.spot(place))(log.name, place, first.start() + 1, max(first.end(), last.end()) + 1),
                why=f"{part} of {whole_} is {exact} %, not {said} %",
                instead=INSTEAD,
            )


def _of_other_counts(line: str, pair: re.Match[str], said: str) -> bool:
    """Return whether two other counts of the line give the percentage: then `5/19` is the day that it is of."""
    found = [one.count for one in counts(line) if one.end <= pair.start() or one.start >= pair.end()][:PAIRS_MOST]
    return any(percent_fits(a, b, said) for a in found for b in found if 1 < a < b)


def _one_rate(log: Log, place: int, line: str) -> Iterator[Hit]:
    """Yield the only rate of a sentence that is near that of two of its counts, and no two of them give it."""
    start = 0
    for end in [*(one.end() for one in SENTENCE.finditer(line)), len(line)]:
        text, first = line[start:end], start
        start = end
        percents = list(PERCENT.finditer(text))
        if len(percents) != 1 or PAIR.search(text) or OTHER_RATE.search(text) or not RATIO.search(text):
            continue
        bare = SUMMED.sub(lambda found: " " * len(found[0]), text)
        found = sorted({one.count for one in counts(bare) if one.count > 1 and not MEASURE.match(bare[one.end :])})
        said = percents[0]["percent"]
        pairs = [(a, b) for a in found for b in found if a < b]
        known = [(a, b) for a in found for b in _counts_of(log) if a < b] if written(log) else []
        if not 1 <= len(pairs) <= RATES_MOST or any(
            percent_fits(a, b, said) or percent_fits(b - a, b, said) for a, b in (*pairs, *known)
        ):
            continue
        part, whole_ = min(pairs, key=lambda pair: abs(Decimal(pair[0]) * 100 / pair[1] - Decimal(said)))
        exact = (Decimal(part) * 100 / Decimal(whole_)).quantize(Decimal("0.01"))
        if abs(exact - Decimal(said)) <= POINTS:
            yield Hit(
                spot=type(log.spot(place))(
                    log.name, place, first + percents[0].start() + 1, first + percents[0].end() + 1
                ),
                why=f"{part} of {whole_} is {exact} %, not {said} %",
                instead=INSTEAD,
            )


def _pair(match: re.Match[str]) -> tuple[int, int]:
    return number(match["part"] or match["ofpart"] or match["kopart"]) or 0, number(
        match["whole"] or match["ofwhole"] or match["kowhole"]
    ) or 0


def _gap(pair: re.Match[str], percent: re.Match[str], edges: list[int], line: str) -> int:
    """Return how many letters stand between a pair of counts and a percentage; too many where it is not tied to them."""
    (_, start), (end, _) = sorted((pair.span(), percent.span()))
    between = line[start:end]
    apart = any(start <= edge <= end for edge in edges[1:-1]) and not re.fullmatch(r"\W*", between)
    if percent.end() <= pair.start():
        tied = len(between) <= 8 or bool(re.search(r"[(=:]|\bthat is\b|\bi\.e\.|\bof (?:the|all|our)\b", between))
    else:
        tied = bool(TIE.fullmatch(between)) and not OWN_WHOLE.match(line[percent.end() :])
    said = line[max(0, percent.start() - 24) : percent.start()].rpartition("|")[2] + between
    limit = re.search(
        r"\blimit\b|\bbelow\b|\bat least\b|\btarget\b|\bunder\b|\bover\b|\ballow\w*\b|\bmay\b|\bpermit\w*\b|\bquota\b|\balert\w* at\b|\bthreshold\b|>=|≥|<|>|\||\b(?:low|high|great|small|larg|poor|weak)est\b|\bworst\b|\bbest\b|\bmin(?:imum)?\b|\bmax(?:imum)?\b|\bpeak\b|\baverage\b|\bmean\b|최[저고대소]|평균|한도|기준|목표",
        said,
    )
    return 1_000 if apart or limit or not tied else max(0, end - start)


def _bracketed(log: Log, place: int, line: str) -> Iterator[Hit]:
    """Yield `asked 190 / sent 186 (98.9 %)` where no count of the log makes that share of it, and one of the line nearly does."""
    found = list(BRACKETED.finditer(line))
    if not found or len(found) > RATES_MOST or not written(log):
        return
    beside = {one.count for one in counts(line)}
    pairs = [_pair(one) for one in PAIR.finditer(line)]
    for match in found:
        part, said = number(match["n"]), match["percent"]
        if any(percent_fits(one, all_, said) for one, all_ in pairs):
            continue
        if not part or any(percent_fits(part, one, said) for one in _counts_of(log) | beside if one >= part):
            continue
        near = [one for one in beside if one > part and abs(Decimal(part) * 100 / one - Decimal(said)) <= POINTS]
        sums = {sum(beside), sum(one for one in beside if one != max(beside))}
        if near and not any(percent_fits(part, one, said) for one in sums if one >= part):
            exact = (Decimal(part) * 100 / Decimal(max(near))).quantize(Decimal("0.01"))
            why = f"{part} of {max(near)} is {exact} %, not {said} %"
            yield Hit(spot=log.spot(place, match), why=why, instead=INSTEAD)


@lru_cache(maxsize=64)
def _counts_of(log: Log) -> frozenset[int]:
    """Return every count that a log writes."""
    return frozenset(one.count for _, line in log.numbered() for one in counts(line))


def _nearest(pair: re.Match[str], percent: re.Match[str], pairs: list[re.Match[str]]) -> bool:
    return all(abs(percent.start() - one.start()) >= abs(percent.start() - pair.start()) for one in pairs)


def _in_group(group: Group) -> Iterator[Hit]:
    """Yield `late 1 (33.3 %)` and `timeout_percent: 2.5` where no count that stands with them gives that percentage."""
    counted = [(item, count) for item in group.items if (count := _count(item.value)) is not None]
    wholes = {count for _, count in counted} | {sum(count for _, count in counted)}
    several = sum(bool(LABELLED.match(item.value)) for item in group.items) >= 2
    for item in group.items:
        match = LABELLED.match(item.value)
        if match and not several:
            yield from _alone(group, item, match, [one for one in counted if one[0] is not item])
            continue
        part = number(match["n"]) if match else None
        if match and part and len(counted) >= 2:
            others = {one for one in wholes if one >= part}
            if max(others) > part and not any(percent_fits(part, one, match["percent"]) for one in others):
                yield _group_hit(group, item.spot, f"{part} is {match['percent']} % of no count that stands with it")
        elif group.kind == "object" and re.search(r"(?:percent|pct|rate)$", item.label) and len(counted) >= 2:
            yield from _of_the_object(group, item.label, item.value, item.spot)


def _alone(group: Group, item: Item, match: re.Match[str], others: list[tuple[Item, int]]) -> Iterator[Hit]:
    """Yield the only percentage of a group when it is not that of the largest count, which stands first or is called all."""
    part = number(match["n"]) or 0
    all_ = max(others, key=lambda one: one[1], default=None)
    if all_ is None or not 0 < part < all_[1]:
        return
    first = all_[0] is group.items[0] or TOTAL.search(all_[0].label) or TRIED.search(all_[0].label)
    exact = (Decimal(part) * 100 / Decimal(all_[1])).quantize(Decimal("0.01"))
    fits = any(percent_fits(part, one, match["percent"]) for _, one in others if one >= part)
    if first and not fits and abs(exact - Decimal(match["percent"])) <= POINTS:
        yield _group_hit(group, item.spot, f"{part} of {all_[1]} is {exact} %, not {match['percent']} %")


def _in_table(table: Table) -> Iterator[Hit]:
    """Yield percentages of rows that two counts of the row give in all the other rows."""
    for place in range(1, len(table.heads)):
        said = [PERCENT.fullmatch(row[place].text.strip()) for row in table.rows]
        for one, other in permutations((n for n in range(1, len(table.heads)) if n != place), 2):
            counted = [(whole(row[one].text), whole(row[other].text)) for row in table.rows]
            rows = [
                (n, m, a, b)
                for n, (m, (a, b)) in enumerate(zip(said, counted, strict=True))
                if m and a and b is not None
            ]
            odd = [(n, m, a, b) for n, m, a, b in rows if not percent_fits(b, a, m["percent"])]
            right = [b for _, m, a, b in rows if b and percent_fits(b, a, m["percent"])]
            if len(odd) == 1 and len(right) >= 2 and len(rows) >= 3:
                n, match, a, b = odd[0]
                row = table.rows[n]
                why = f"{b} of {a} is not {match['percent']} %, and in the other rows it is so"
                yield Hit(spot=row[place].spot, also=(row[one].spot, row[other].spot), why=why, instead=INSTEAD)


def _count(value: str) -> int | None:
    match = LABELLED.match(value)
    return number(match["n"]) if match else whole(value)


def _of_the_object(group: Group, label: str, value: str, spot: object) -> Iterator[Hit]:
    name = re.sub(r" ?(?:percent|pct|rate)$", "", label)
    if not name or "." in name or not re.fullmatch(r"\d+(?:\.\d+)?", value):
        # A name of several parts is one of an index, whose numbers are places and no counts.
        return
    ints = [(one, count) for one in group.items if (count := whole(one.value)) is not None and one.value != value]
    parts = [count for one, count in ints if name.split()[-1].rstrip("s") in one.label]
    all_ = [count for _, count in ints]
    if OTHER_RATE.search(name) or not any(TRIED.search(one.label) or TOTAL.search(one.label) for one, _ in ints):
        return  # A share of something else: of a memory, a disk, a target.
    fits = any(percent_fits(part, one, value) for part in all_ for one in all_ if one >= part)
    if parts and len(all_) >= 2 and max(all_) > 1 and not fits:
        where = next(one.spot for one in group.items if one.spot is spot)
        yield _group_hit(group, where, f"no two counts of this object give {value} %")


def _group_hit(group: Group, spot: object, why: str) -> Hit:
    where = next(item.spot for item in group.items if item.spot is spot)
    others = tuple(item.spot for item in group.items if item.spot is not where and _count(item.value) is not None)
    # Which of the counts beside it a share is of, is a guess.
    return Hit(spot=where, also=others[:6], why=why, instead=INSTEAD, confidence=Confidence.LOW)


def _of_the_table(log: Log, place: int, line: str) -> Iterator[Hit]:
    """Yield a rate in a sentence that the sums of the table above it do not give."""
    percents = list(PERCENT.finditer(line))
    if len(percents) != 1 or not RATE.search(line) or OTHER_RATE.search(line) or line.lstrip().startswith("|"):
        return
    if PAIR.search(line) or len(re.findall(r"\d[\d,.]*", line)) > 2:
        return
    tables = [one for one in log.tables if one.rows and place - BACK <= one.rows[-1][0].spot.line < place]
    section = log.section(place)
    tables = [one for one in tables if one.rows[0][0].spot.line >= section.start]
    if len(tables) != 1:
        return
    last = tables[0].rows[-1]
    counted = [count for cell in last[1:] if (count := whole(cell.text)) is not None]
    said = percents[0]["percent"]
    if not TOTAL.search(last[0].text) or len(counted) < 2 or any(PERCENT.search(cell.text) for cell in last):
        return
    if not any(
        percent_fits(part, one, said) or percent_fits(one - part, one, said)
        for part in counted
        for one in counted
        if 0 < part <= one
    ):
        yield Hit(
            spot=log.spot(place, percents[0]),
            also=(last[0].spot,),
            why=f"no two sums of the table above give {said} %",
            instead=INSTEAD,
            confidence=Confidence.LOW,
        )
