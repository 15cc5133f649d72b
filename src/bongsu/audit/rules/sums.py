"""A total is the sum of its parts.

Source: arithmetic.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.amounts import COUNT, NOT_COUNTED, SUBTOTAL, TOTAL, TOTAL_WORD, Amount, counts, reached, whole
from bongsu.audit.claims import told, withdrawn
from bongsu.audit.equations import within
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import listed
from bongsu.audit.items import groups
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.words import number, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.grids import Grid
    from bongsu.audit.items import Group, Item
    from bongsu.audit.log import Log, Table

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
BRACKETED = pattern(r"(?<![\w./:#-])(\d[\d,]*)(?![\d./:%-])[^\d()=+]{0,30}\(([^()]*?\d[^()]*\+[^()]*?\d[^()]*)\)")
EQUATION = pattern(
    r"(?<![\w.+*/=-])(\d[\d,]*+(?>(?: ?[^\W\d]{0,14}){0,2})(?>(?: ?\+ ?\d[\d,]*+(?>(?: ?[^\W\d]{0,14}){0,2}))+)) ?= ?(\d{1,3}(?:,\d{3})+|\d+)(?!,?\d|\.\d)"
)
INLINE = pattern(
    rf"(?:\b(?:sum|totals?|totall?ing|together|altogether|in all|in total|all told|makes|making|gives|comes? to|adds? up to)\b|합(?:계|쳐|쳐서|하면|산)?|총|모두|도합|더하면)"
    rf"\W{{0,4}}(?:of |is |was |are |to |하여 |해서 )?(?P<after>{COUNT})(?![\w.:%-]\d| ?%)(?!\d)"
    rf"|(?<![\d.,])(?P<before>{COUNT})(?![.:]\d|,\d{{3}})(?: [A-Za-z]+){{0,2}},? (?:in all|altogether|in total|all told|together|combined)\b(?!\W{{0,4}}(?:\d|of ))",
    re.IGNORECASE,
)
HEADED = pattern(
    rf"(?P<after>(?!))?(?P<before>{COUNT})(?![.:]\d)(?: [A-Za-z]+){{0,2}},? (?:in all|altogether|in total|all told|together)(?=\s?[:,(–—-]\s?\d)",
    re.IGNORECASE,
)
BETWEEN = re.compile(
    r"[^.;:?!\d]{0,40}?(?:[,;/+&·]|\band\b|\bplus\b|및|그리고|[와과]\s)[^.;:?!\d]{0,40}|[건개명대회]?\s[가-힣]{1,6}\s",
    re.IGNORECASE,
)
SENTENCE = pattern(r"[.;!?](?=\s|$)")
DISTINCT = pattern(
    r"\b(?:distinct|unique|overlap\w*|deduplicated|some twice|counted (?:once|twice)|rounded)\b|중복|반올림",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"\((?:one|two|three|\d{1,3}) (?:of|as|were|was|is)\b[^()\d]{0,60}\)|\([^()\d]{0,30}\d{1,3} ?\S{0,2}(?:은|는)? [^()\d]{0,30}(?:포함|정정)[^()\d]{0,20}\)",
    re.IGNORECASE,
)
"""A remark on one of the parts, which counts some of it once more."""
MEASURE = re.compile(r"^(?:ms|s|secs?|seconds?|min|mins|minutes?|h|hours?|[kmgt]i?b|%)$", re.IGNORECASE)
LENGTH = re.compile(r" ?([smh])(?:ecs?|econds?|ins?|inutes?|ours?)?\b", re.IGNORECASE)
SECONDS = re.compile(r"\W*\d[\d,]* ?(?:s|secs?|seconds?|초)(?![A-Za-z가-힣])", re.IGNORECASE)
TIMED = re.compile(r"\d ?(?:ms|s|secs?|seconds?|min|minutes?|h|hours?)\b|\d ?(?:초|분|시간)")
FACTOR = re.compile(r"[×x*·]\s*$")
INSTEAD = "the parts and the total as they were counted, each with its source"
SOME = re.compile(r"(?:all |the )*(?P<n>[a-z]+|\d{1,2}) [a-z]+s(?: together)?")
"""`three topics`: a label that counts the lines above it."""
TOTAL_KEY = re.compile(r"(?:grand_)?(?:total|sum)|total_[a-z_]+|[a-z_]+_total|합계")
TOTALS_KEY = re.compile(r"(?:grand_?)?(?:totals?|sums?|overall|합계)$")
AMOUNT = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
PARTS_MOST = 40
DAY = re.compile(r" (?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
PART_LINE = re.compile(
    r"\s*+(?:[-*•·>]\s*+)?[^\d:|]{2,30}?[:：]?\s+(?P<n>\d[\d,]*) ?(?P<unit>[가-힣]{1,2}|[a-z]{2,12})?\s*"
)
TOTAL_LINE = re.compile(
    r"\s*(?:[-*•·>=]\s*)?(?:총|합계|전체|total|sum|in all|together)[^\d]{0,12}(?P<n>\d[\d,]*)(?![.:%]\d) ?(?P<unit>[가-힣]{1,2}|[a-z]{2,12})?",
    re.IGNORECASE,
)
LESS = re.compile(r"\bexclud\w*|\bexcept\b|\bwithout\b|\bnot counted\b|제외|빼고|미포함", re.IGNORECASE)
"""In the row of a total: it is not that of all its rows."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield totals that their parts do not add up to: in a sentence, an equation, a list, a table, an object."""
    for log in logs:
        for place, line in told(log):
            if not line.lstrip().startswith("|") and not withdrawn(log, place) and not DISTINCT.search(line):
                yield from _in_a_line(log, place, line)
        for group in groups(log):
            if group.kind in ("lines", "object"):
                yield from _in_group(group)
        for table in log.tables:
            yield from _in_table(table)
        for grid in listed(log):
            yield from _in_table(grid)
        yield from _of_objects(log)
        yield from _beside_total(log)
        yield from _below_parts(log)


def _why(total: int | Decimal, parts: Sequence[int | Decimal]) -> str:
    shown = [str(part) for part in parts[:12]] + (["…"] if len(parts) > 12 else [])
    return f"{' + '.join(shown)} = {sum(parts)}, not {total}"


def _numbers(text: str) -> list[int] | None:
    pieces = [re.findall(r"(?<![\w.])\d[\d,]*(?![\d.%:])", piece) for piece in text.split("+")]
    return [int(piece[0].replace(",", "")) for piece in pieces] if all(len(piece) == 1 for piece in pieces) else None


def _in_a_line(log: Log, place: int, line: str) -> Iterator[Hit]:
    for regex, part, whole_ in ((BRACKETED, 2, 1), (EQUATION, 1, 2)):
        for match in regex.finditer(line):
            if within(line, match):
                continue
            parts, total = _numbers(match[part]), int(match[whole_].replace(",", "") or 0)
            # `46, of them two added by the service (44+2)`: the sum stands in the line, and the figure is of something else.
            there = parts and any(one.count == sum(parts) for one in counts(line))
            if parts and sum(parts) != total and not there and not (regex is BRACKETED and _of_lengths(match)):
                yield Hit(spot=log.spot(place, match), why=_why(total, parts), instead=INSTEAD)
    if EQUATION.search(line):
        return
    start = before = 0
    for end in [*(one.end() for one in SENTENCE.finditer(line)), len(line)]:
        text = line[start:end]
        # `moorings 12, pilots 8. Sum: 20`: a sentence that is a total alone sums the one before it.
        alone = INLINE.search(text) is not None and len(counts(text)) == 1
        yield from _in_sentence(log, place, line[before:end] if alone else text, before if alone else start)
        before, start = start, end


def _of_lengths(match: re.Match[str]) -> bool:
    """Return whether what is added up in brackets are lengths of each, or a factor: `12 runs × (30 s + 60 s)`, `plan 2 (30s + 30s)`."""
    own, parts = match[0].split("(", 1)
    return bool(FACTOR.search(own)) or (bool(TIMED.search(parts)) and not TIMED.search(own))


def _in_sentence(log: Log, place: int, text: str, start: int) -> Iterator[Hit]:
    # `11 in all: 7 of one kind, 4 of another`: the count in front is the total.
    match = HEADED.search(text) or INLINE.search(text)
    if match is None:
        return
    group = "after" if match["after"] else "before"
    total = number(match[group])
    # `all three together`: that many parts, not one more of them.
    text = ASIDE.sub(lambda found: " " * len(found[0]), text) if match["after"] else text
    named = [one for one in counts(text) if not 0 <= match.start() - one.end <= 1]
    named = [one for one in named if not DAY.match(text[one.end :])]
    others = [one for one in named if one.end <= match.start() or one.start >= match.end()]
    run = _run(text, [one for one in others if one.end <= match.start()], backwards=True)
    if len(run) < 2:
        run = _run(text, [one for one in others if one.start >= match.end()], backwards=False)
    parts = [one.count for one in run]
    if total is None or len(parts) < 2 or sum(parts) == total or total < max(parts) or reached(total, parts):
        return
    if any(one * other == total for one, other in combinations(parts, 2)):
        return  # four teams of three
    if len({unit[1].lower() for one in run if (unit := LENGTH.match(text, one.end))}) > 1:
        return  # seconds and minutes add up to neither
    if total <= 2 * sum(parts) <= 4 * total:
        yield Hit(
            spot=type(log.spot(place))(log.name, place, start + match.start() + 1, start + match.end() + 1),
            why=_why(total, parts),
            instead=INSTEAD,
        )


def _run(text: str, found: list[Amount], *, backwards: bool) -> list[Amount]:
    """Return the counts that stand in one list, from the total outwards."""
    ordered = found[::-1] if backwards else found
    made = ordered[:1]
    for one in ordered[1:]:
        first, last = sorted((made[-1], one), key=lambda amount: amount.start)
        if not BETWEEN.fullmatch(text[first.end : last.start]):
            break
        made.append(one)
    return made[::-1] if backwards else made


def _in_group(group: Group) -> Iterator[Hit]:
    items = group.items
    for place, item in enumerate(items):
        total = whole(item.value)
        some = SOME.fullmatch(item.label)
        so_many = some is not None and number(some["n"]) == len(_beside(items, place, -1)) >= 2
        if total is None or not (TOTAL.search(item.label) or so_many) or SUBTOTAL.search(item.label):
            continue
        if group.kind == "object":
            parts = [one for one in items if one is not item and _part(one)]
        else:
            parts = _beside(items, place, -1) or _beside(items, place, 1)
        values = [whole(one.value) or 0 for one in parts]
        if _rounded(total, parts, values) or (len(values) > 2 and any(2 * one == sum(values) for one in values)):
            continue  # Seconds that were rounded; or parts of which one is all the others, and the total is of more.
        if 2 <= len(parts) <= PARTS_MOST and _belongs(item, parts, values) and not _adds_up(total, parts, values):
            yield Hit(spot=item.spot, also=tuple(part.spot for part in parts), why=_why(total, values), instead=INSTEAD)


def _rounded(total: int, parts: list[Item], values: list[int]) -> bool:
    """Return whether parts are whole seconds, and no further from their total than rounding each of them brings."""
    timed = all(SECONDS.match(one.value) for one in parts)
    return timed and abs(sum(values) - total) < len(parts)


def _part(item: Item) -> bool:
    return whole(item.value) is not None and not NOT_COUNTED.search(item.label) and not TOTAL.search(item.label)


def _beside(items: tuple[Item, ...], place: int, step: int) -> list[Item]:
    found: list[Item] = []
    at = place + step
    while 0 <= at < len(items) and _part(items[at]):
        found.append(items[at])
        at += step
    return found


def _belongs(total: Item, parts: list[Item], values: list[int]) -> bool:
    """Return whether parts are the total's: they name what it names, or nothing else stands there and they weigh as much."""
    units = {unit.lower() for one in (total, *parts) if (unit := _unit(one.value))}
    if len(units) > 1 and any(MEASURE.match(unit) for unit in units):
        return False
    count = whole(total.value) or 0
    names = stems(re.sub(rf"\b(?:{TOTAL_WORD})\b", " ", total.label, flags=re.IGNORECASE))
    named = not names or any(names & stems(part.label) for part in parts)
    alike = len(parts) >= 3 and 3 * sum(values) <= 5 * count <= 9 * sum(values)
    return (named or alike) and 2 * sum(values) >= count and sum(values) <= 3 * count


def _unit(value: str) -> str:
    match = re.fullmatch(r"[\d,]+ ?([A-Za-z]+)\W*", value.strip())
    return match[1] if match else ""


def _adds_up(total: int, parts: list[Item], values: list[int]) -> bool:
    return (
        total == sum(values)
        or (len(parts) <= 6 and reached(total, values))
        or any(total == sum(values[:n]) for n in range(2, len(values)))
    )


def _in_table(table: Table | Grid) -> Iterator[Hit]:
    labels = [row[0].text for row in table.rows]
    place = next((n for n, label in enumerate(labels) if _names_total(label)), None)
    if place is None or len(table.rows) < 3 or (0 < place < 2):
        return
    if any(LESS.search(cell.text) for cell in table.rows[place]):
        return
    above = list(range(place)) if place else list(range(1, len(labels)))
    for column in range(1, len(table.heads)):
        cells = [row[column] for row in table.rows]
        total = None if cells[place].text.endswith("*") else whole(cells[place].text)
        if total is None or NOT_COUNTED.search(table.heads[column]):
            continue
        if all(whole(cells[n].text) is not None or re.fullmatch(r"\W*", cells[n].text) for n in above):
            rows = [(n, whole(cells[n].text) or 0) for n in above]
            yield from _column(labels, rows, total, [cells[n].spot for n in (place, *above)])


def _figure(value: object) -> int | Decimal | None:
    """Return a count, or an amount that is written as text as money mostly is."""
    if type(value) is int:
        return value
    return Decimal(value) if isinstance(value, str) and AMOUNT.fullmatch(value) else None


def _members(rows: list[object], key: str) -> list[int | Decimal]:
    """Return the figures that every object of a list has under a key; nothing when one has none."""
    found = [row.get(key) for row in rows if isinstance(row, dict)]
    counted = [number for one in found if (number := _figure(one)) is not None]
    return counted if len(found) > 1 and len(counted) == len(found) else []


def _of_objects(log: Log) -> Iterator[Hit]:
    """Yield a member of `totals` that the members of that name in the list beside it do not add up to."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if not (path and isinstance(one, dict) and TOTALS_KEY.search(str(path[-1]).lower())):
                continue
            beside = next((inner for at, inner in walk(value) if at == path[:-1]), None)
            about = TOTALS_KEY.sub("", str(path[-1]).lower()).rstrip("_s")
            lists = (
                [inner for name, inner in beside.items() if isinstance(inner, list) and about in name.lower()]
                if isinstance(beside, dict)
                else []
            )
            for key, total in one.items():
                whole_ = [part for rows in lists if (part := _members(rows, str(key)))]
                stated = _figure(total)
                if stated is not None and len(whole_) == 1 and sum(whole_[0]) != stated and (*path, key) in lines:
                    yield Hit(spot=log.spot(lines[*path, key]), why=_why(stated, whole_[0]), instead=INSTEAD)


def _beside_total(log: Log) -> Iterator[Hit]:
    """Yield `total` beside the only object of counts, and `sent_total` beside a list whose objects each have `sent`."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            for key, total in one.items() if isinstance(one, dict) else ():
                place = (*path, key)
                if type(total) is not int or place not in lines or not TOTAL_KEY.fullmatch(str(key).lower()):
                    continue
                name = re.sub(r"_?(?:total|sum|all)_?", "", str(key).lower())
                inner = [each for each in one.values() if isinstance(each, dict) and len(each) > 1]
                parts = [list(each.values()) for each in inner if all(type(part) is int for part in each.values())]
                parts += [
                    found
                    for each in one.values()
                    if name and isinstance(each, list) and (found := _members(each, name))
                ]
                sum_ = sum(parts[0]) if len(parts) == 1 else total
                if sum_ != total and 2 * total >= sum_ and total <= 2 * sum_ and total not in parts[0]:
                    yield Hit(spot=log.spot(lines[place]), why=_why(total, parts[0]), instead=INSTEAD)


def _below_parts(log: Log) -> Iterator[Hit]:
    """Yield a line that begins with a total, whatever else it says, below lines of one count each."""
    parts: list[re.Match[str]] = []
    for place, line in log.numbered():
        total = TOTAL_LINE.match(line)
        if total and len(parts) > 1 and not withdrawn(log, place) and {one["unit"] for one in parts} == {total["unit"]}:
            values = [number(one["n"]) or 0 for one in parts]
            told = number(total["n"]) or 0
            if max(values) <= told <= 2 * sum(values) and all(sum(values[n:]) != told for n in range(len(values))):
                yield Hit(spot=log.spot(place, total, "n"), why=_why(told, values), instead=INSTEAD)
        part = PART_LINE.fullmatch(line)
        parts = [*parts, part] if part else []


def _without_sums(parts: list[int]) -> list[int]:
    """Return counts without those that the ones right above add up to, whatever they are called."""
    return [one for place, one in enumerate(parts) if all(one != sum(parts[start:place]) for start in range(place - 1))]


def _names_total(label: str) -> bool:
    return bool(re.fullmatch(rf"\W*(?:{TOTAL_WORD})(?: \w+)?\W*", label, re.IGNORECASE)) and not SUBTOTAL.search(label)


def _column(labels: list[str], rows: list[tuple[int, int]], total: int, spots: list[Spot]) -> Iterator[Hit]:
    parts = [value for n, value in rows if not SUBTOTAL.search(labels[n])]
    subtotals = [value for n, value in rows if SUBTOTAL.search(labels[n])]
    some = [value for value in parts if value]
    if len(some) < 2 or total in (sum(parts), sum(subtotals)) or (total in parts and len(parts) > 2):
        return
    if 2 * total < sum(parts) or total == sum(_without_sums(parts)):
        return  # That of a column which does not add up: of what is the same in several rows.
    yield Hit(spot=spots[0], also=tuple(spots[1:]), why=_why(total, parts), instead=INSTEAD)
