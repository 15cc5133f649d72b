"""What went well and what did not are together what was tried, and what is there afterwards follows from what was changed.

Source: arithmetic; outcomes that exclude each other.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.amounts import NOT_COUNTED, TOTAL, TRIED, counts, reached, whole
from bongsu.audit.blocks import KEYED, MEASURE, NOT_PART, SEPARATOR
from bongsu.audit.claims import told, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.items import groups
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.amounts import Amount
    from bongsu.audit.items import Group, Item
    from bongsu.audit.log import Log, Table

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
WELL = re.compile(
    r"\b(?:ok|okay|sent|succeeded|success(?:es|ful)?|accepted|delivered|done|passed|migrated|imported|answered|moved|good|completed|processed|printed|written|green|through)\b|"
    r"성공|보냄|(?<!재)발송|이관|완료|정상|(?<!재)처리|통과|응답",
    re.IGNORECASE,
)
BADLY = re.compile(
    r"\b(?:fail(?:ed|ures?)?|errors?|refused|rejected|skipped|excluded|held(?: back)?|lost|missed|returned|bounced|dropped|without an answer|unanswered|timed out|"
    r"pending|left(?: over)?|bounced|unread|undelivered|waiting|remaining|ignored|not \w+|red|broken)\b|실패|제외|보류|오류|거부|누락|미처리|미응답|건너뜀",
    re.IGNORECASE,
)
AGAIN = pattern(
    r"\bretr(?:y|ied|ies)\b|\bagain\b|\bof (?:them|which|those|these)\b|\bsecond try\b|\btwice\b|\bre-?sent\b|재시도|재처리|재발송|재전송|[12]차|다시|이 ?중|그중",
    re.IGNORECASE,
)
OPEN = re.compile(
    r"\b(?:pending|waiting|in flight|in progress|unknown|no event|not yet|so far|open|queued|as of|still|rest|others?)\b|아직|대기|미정|진행|확인 중|나머지|보류|현재|기준",
    re.IGNORECASE,
)
"""What is neither one nor the other yet, or is told apart."""
NONE = re.compile(r"\b(?:no|none|nothing|neither|never)\b|없", re.IGNORECASE)
BEHIND = re.compile(r"\([^()]*\)")
NEUTRAL = re.compile(
    r"\b(?:updated|unchanged|inserted|created|added|same|identical|new|existing|written)\b|변경|동일|신규",
    re.IGNORECASE,
)
TAKEN_OFF = pattern(r"(?<![\w.,:)\]])-\d")
"""A count with a sign of its own: what is taken off a total, and no part of it."""
INSTEAD = "the counts as they were counted, each with its source"
LINE = pattern(r"[.;](?=\s|$)")
LISTED = pattern(
    r"(?<![\d.,:/-])(?P<total>(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?![.:/-]\d)[^\d()\[\]:=;.]{0,24})(?:\((?P<parts>[^()]*\d[^()]*)\)|[:：] (?P<rest>[^.;()]*\d[^.;()]*))"
)
SENT = re.compile(r"\b(?:sent|published|posted|issued|started|read|in)\b|발송|전송|요청|시작", re.IGNORECASE)
SHORT, FEWEST = 24, 5
COUNTERS = frozenset(["건", "명", "개", "대", "통", "곳"])
LEAST, NEAR_PERCENT, KEYS_MOST, LONGEST, AROUND = 10, 6, 8, 600, 8


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield counts of outcomes that are not together what was tried."""
    for log in logs:
        for number, line in told(log):
            if not line.lstrip().startswith("|") and not withdrawn(log, number) and not AGAIN.search(line):
                yield from _in_a_line(log, number, line)
        for group in groups(log):
            off = any(TAKEN_OFF.search(log.line(item.spot.line)) for item in group.items)
            if group.kind in ("lines", "object", "column") and not off:
                yield from _in_group(group)
        for table in log.tables:
            yield from _in_table(table)
        for number, line in log.numbered():
            if not withdrawn(log, number) and len(line) <= LONGEST:
                yield from _keyed(log, number, line)
                yield from _listed(log, number, line)
                yield from _named_before(log, number, line)


def _near(total: int, parts: Sequence[int]) -> bool:
    """Return whether parts miss a total by little, or by two digits changed round: then they were meant to make it."""
    if total < LEAST or len(parts) < 2 or reached(total, list(parts)):
        return False
    moved = sorted(str(total)) == sorted(str(sum(parts)))
    return moved or abs(total - sum(parts)) * 100 <= NEAR_PERCENT * total


def _apart(log: Log, own: Sequence[int], total: int, parts: Sequence[int]) -> bool:
    """Return whether outcomes cannot be all of what was tried: more than it, or fewer by what is told of nowhere near."""
    rest = total - sum(parts)
    if len(parts) < 2 or reached(total, list(parts)) or abs(rest) * 100 > max(NEAR_PERCENT * total, 200):
        return False
    if rest < 0 or sorted(str(total)) == sorted(str(sum(parts))):
        return True
    first, last = min(own), max(own)
    around = [(n, line) for n, line in log.numbered(max(1, first - AROUND), last + AROUND) if n not in own]
    told_of = any(one.count == rest for _, line in around for one in counts(line))
    close = [line for n, line in around if first - 2 <= n <= last + 2]
    return not told_of and not any(OPEN.search(line) and not NONE.search(line) for line in close)


def _keyed(log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield `rows=1204 updated=1180 unchanged=22 rejected=4`: the largest of a line's counts is that of the others."""
    found = [one for one in KEYED.finditer(line) if not NOT_COUNTED.search(re.sub("_", " ", one["key"]))]
    found = [one for one in found if not NOT_PART.search(re.sub("_", " ", one["key"]))]
    if not 3 <= len(found) <= KEYS_MOST or any(AGAIN.search(one["key"]) for one in found):
        return
    most = max(found, key=lambda one: int(one["n"]))
    parts = [one for one in found if one is not most]
    values = [int(one["n"]) for one in parts]
    outcome = _outcomes([one["key"].replace("_", " ") for one in parts])
    if outcome and not BADLY.search(most["key"]) and _over(int(most["n"]), values):
        why = f"{' + '.join(map(str, values))} = {sum(values)}, not {most['n']}"
        yield Hit(spot=log.spot(number, most), why=why, instead=INSTEAD)


def _outcomes(names: Sequence[str]) -> bool:
    """Return whether all names are those of outcomes which exclude each other, or of what became of a row."""
    return (
        all(WELL.search(one) or BADLY.search(one) or NEUTRAL.search(one) for one in names)
        and sum(bool(WELL.search(one) and not BADLY.search(one)) for one in names) <= 1
    )


def _over(total: int, parts: Sequence[int]) -> bool:
    """Return whether parts are together more than their whole, by little, or two of its digits have changed places."""
    return _near(total, parts) and (sum(parts) > total or sorted(str(total)) == sorted(str(sum(parts))))


def _named_before(log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield `sent 4,020, delivered 3,812, bounced 198`: what was sent, and what became of it."""
    for sentence in LINE.split(line):
        found = [one for one in counts(sentence) if not MEASURE.match(sentence[one.end :])]
        if len(found) < 3 or AGAIN.search(sentence) or "+" in sentence:
            continue
        named = [sentence[found[n - 1].end if n else 0 : one.start] for n, one in enumerate(found)]
        well = [bool(WELL.search(one)) and not BADLY.search(one) for one in named]
        badly = [bool(BADLY.search(one)) for one in named]
        values = [one.count for one in found]
        begun = SENT.search(named[0]) or TRIED.search(named[0])
        if not begun or any(len(one) > SHORT for one in named[1:]) or badly[0]:
            continue
        outcomes = sum(well[1:]) == 1 and any(badly) and all(a or b for a, b in zip(well[1:], badly[1:], strict=True))
        if outcomes and values[0] > max(values[1:]) and _apart(log, [number], values[0], values[1:]):
            why = f"{' + '.join(map(str, values[1:]))} = {sum(values[1:])}, not {values[0]}"
            yield Hit(spot=log.at(number, sentence.strip()), why=why, instead=INSTEAD)


def _listed(log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield `1204 rows (1180 updated, 22 unchanged, 4 rejected)` and `212: 168, 39, 6`, whatever is counted."""
    for match in LISTED.finditer(line):
        text = match["parts"] or match["rest"]
        found = [one for one in counts(text) if not MEASURE.match(text[one.end :])]
        whole_ = counts(match["total"])
        between = [text[one.end : other.start] for one, other in pairwise(found)]
        if len(whole_) != 1 or len(found) < 2 or AGAIN.search(line) or "+" in text:
            continue
        values = [one.count for one in found]
        near = (_near(whole_[0].count, values) and _apart(log, [number], whole_[0].count, values)) or (
            _by_kind(match["total"], text, found) and _few(whole_[0].count, values)
        )
        if near and all(SEPARATOR.fullmatch(one) for one in between):
            why = f"{' + '.join(map(str, values))} = {sum(values)}, not {whole_[0].count}"
            yield Hit(spot=log.spot(number, match), why=why, instead=INSTEAD)


def _by_kind(head: str, text: str, found: Sequence[Amount]) -> bool:
    """Return whether few are told by kind: what failed by its reasons, or each in the unit of all of them."""
    units = {re.sub(r"[^가-힣].*", "", text[one.end : one.end + 2]) for one in found}
    return bool(BADLY.search(head)) or (len(units) == 1 and bool(units & COUNTERS))


def _few(total: int, values: Sequence[int]) -> bool:
    return len(values) > 2 and total >= FEWEST and 0 < abs(total - sum(values)) <= 2 and total > max(values)


def _in_a_line(log: Log, number: int, line: str) -> Iterator[Hit]:
    start = 0
    for end in [*(one.end() for one in LINE.finditer(line)), len(line)]:
        text, first = line[start:end], start
        start = end
        found = counts(text)
        if len(found) < 3:
            continue
        korean = bool(re.search("[가-힣] ?$", text[: found[0].start]))
        named = [_beside(text, n, [(one.start, one.end) for one in found], before=korean) for n in range(len(found))]
        values = [one.count for one in found]
        if re.fullmatch(r"\W*(?:of|out of|/)\W*", named[0]):
            # `17 of 20 sent, 3 failed`: the second is what was tried, and the first went well.
            values[:2], named[:2] = [values[1], values[0]], ["", named[1]]
        outcomes = [bool(WELL.search(name)) or bool(BADLY.search(name)) for name in named]
        both = any(WELL.search(name) for name in named[1:]) and any(BADLY.search(name) for name in named[1:])
        if outcomes[0] or not all(outcomes[1:]) or not both or 2 * values[0] < max(values[1:]):
            continue
        if sum(values[1:]) != values[0] and _apart(log, [number], values[0], values[1:]):
            yield Hit(
                spot=type(log.spot(number))(log.name, number, first + found[0].start + 1, first + found[-1].end + 1),
                why=f"{' + '.join(map(str, values[1:]))} = {sum(values[1:])}, not {values[0]}",
                instead=INSTEAD,
            )


def _beside(text: str, place: int, spans: list[tuple[int, int]], *, before: bool) -> str:
    """Return the words that say what a count counts: before it in Korean lists, behind it elsewhere."""
    if before:
        return text[spans[place - 1][1] if place else 0 : spans[place][0]]
    after = text[spans[place][1] : spans[place + 1][0] if place + 1 < len(spans) else len(text)]
    return re.split(r"[,:(]| and ", after)[0]


def _roles(items: Sequence[Item]) -> tuple[Item, list[Item], list[Item]] | None:
    """Return what was tried, what went well and what did not, when a group says each of them without a doubt."""
    counted = [
        one for one in items if whole(one.value) is not None and not NOT_COUNTED.search(BEHIND.sub("", one.label))
    ]
    # `발송 대상, 발송 성공, 발송 실패`: what all are called says nothing of any.
    alike = frozenset.intersection(*(frozenset(one.label.split()) for one in counted)) if counted else frozenset()
    named = {one.spot: " ".join(word for word in one.label.split() if word not in alike) for one in counted}
    badly = [one for one in counted if BADLY.search(named[one.spot])]
    well = [one for one in counted if WELL.search(named[one.spot]) and one not in badly]
    tried = [one for one in counted if TRIED.search(named[one.spot]) and one not in badly and one not in well]
    if len(tried) != 1 or len(well) != 1 or not badly or any(AGAIN.search(one.label) for one in counted):
        return None
    if [one for one in counted if one not in badly and one is not well[0] and one is not tried[0]]:
        return None
    return tried[0], well, badly


def _in_group(group: Group) -> Iterator[Hit]:
    runs: list[list[Item]] = [[]]
    for item in group.items:
        if whole(item.value) is None:
            runs.append([])
        else:
            runs[-1].append(item)
    for run in [list(group.items)] if group.kind == "object" else runs:
        roles = _roles(run)
        if roles is not None:
            tried, well, badly = roles
            total, parts = whole(tried.value) or 0, [whole(one.value) or 0 for one in (*well, *badly)]
            if _apart(group.log, [one.spot.line for one in (tried, *well, *badly)], total, parts):
                yield _hit(tried, [*well, *badly], f"{' + '.join(map(str, parts))} = {sum(parts)}, not {total}")
    yield from _largest(group)
    yield from _changed(group)


def _largest(group: Group) -> Iterator[Hit]:
    """Yield the largest of an object's counts when the others, outcomes among them, miss it by little."""
    counted = [(item, whole(item.value) or 0) for item in group.items if whole(item.value) is not None]
    counted = [one for one in counted if not NOT_COUNTED.search(one[0].label) and not NOT_PART.search(one[0].label)]
    if (
        group.kind != "object"
        or not 3 <= len(counted) <= KEYS_MOST
        or any(AGAIN.search(one.label) for one, _ in counted)
    ):
        return
    most, total = max(counted, key=lambda one: one[1])
    parts = [(item, value) for item, value in counted if item is not most]
    values = [value for _, value in parts]
    outcome = _outcomes([item.label.replace("_", " ") for item, _ in parts])
    if outcome and not BADLY.search(most.label) and _over(total, values) and _roles(list(group.items)) is None:
        yield _hit(most, [item for item, _ in parts], f"{' + '.join(map(str, values))} = {sum(values)}, not {total}")


def _changed(group: Group) -> Iterator[Hit]:
    """Yield what is there afterwards and does not follow from what was before, came and went."""
    named = {item.label: item for item in group.items if whole(item.value) is not None}
    before, after = named.get("before"), named.get("after")
    came = [item for label, item in named.items() if re.fullmatch(r"added|new|created|joined", label)]
    went = [item for label, item in named.items() if re.fullmatch(r"removed|deleted|gone|left|dropped", label)]
    if before is None or after is None or not (came or went):
        return
    there = (
        (whole(before.value) or 0)
        + sum(whole(one.value) or 0 for one in came)
        - sum(whole(one.value) or 0 for one in went)
    )
    if there != whole(after.value):
        yield _hit(after, [before, *came, *went], f"what was before and what changed give {there}, not {after.value}")


def _hit(item: Item, others: list[Item], why: str) -> Hit:
    return Hit(spot=item.spot, also=tuple(one.spot for one in others), why=why, instead=INSTEAD)


def _in_table(table: Table) -> Iterator[Hit]:
    from bongsu.audit.items import Item as Labelled

    apart: list[Hit] = []
    fitting = 0
    for row in table.rows:
        items = [
            Labelled(label=head, value=cell.text, spot=cell.spot)
            for head, cell in zip(table.heads[1:], row[1:], strict=True)
        ]
        # Beside outcomes a table tells what was tried under any name: `Accounts`, `Rows`.
        numeric = [one for one in items if whole(one.value) is not None and not NOT_COUNTED.search(one.label)]
        outcome = [one for one in numeric if WELL.search(one.label) or BADLY.search(one.label)]
        others = [one for one in numeric if one not in outcome]
        well = [one for one in outcome if WELL.search(one.label) and not BADLY.search(one.label)]
        if len(others) != 1 or len(well) != 1 or len(outcome) < 2 or any(AGAIN.search(one.label) for one in outcome):
            return
        total, parts = whole(others[0].value) or 0, [whole(one.value) or 0 for one in outcome]
        if sum(parts) == total:
            fitting += 1
        elif not TOTAL.search(row[0].text):
            apart.append(_hit(others[0], outcome, f"{' + '.join(map(str, parts))} = {sum(parts)}, not {total}"))
    if fitting >= 2 and len(apart) * 3 <= fitting + len(apart):
        yield from apart
