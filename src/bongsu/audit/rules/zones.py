"""One instant has one time in each zone: 14:00 KST is 05:00 UTC, and the same digits in two zones are two instants.

Source: Asia/Seoul is UTC+09:00 all year; ISO 8601 `Z` is UTC.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.homes import ASIDE, EQUAL, UNKNOWN, homed, meant_otherwise
from bongsu.audit.items import groups
from bongsu.audit.moments import CONNECTED, DAY_WORD
from bongsu.audit.passages import passages
from bongsu.audit.records import SENT, messages
from bongsu.audit.words import stems
from bongsu.audit.zone_pairs import apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.items import Group
    from bongsu.audit.log import Log, Table
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_IN = r"(?:KST|UTC|GMT|Seoul|Korean?|서울|한국 ?(?:표준)?시간?|현지 ?시간)(?: ?으?로)?는?(?: 기준)?(?: time)?"
"""What names a zone before a time."""
BETWEEN = re.compile(
    r"\s*+(?:\)\s*+)?(?:\(|/|\||=|==|≙|,? ?i\.?e\.?,?|,? that is,?|,? which(?: is|(?= in (?:KST|UTC|Korea|Seoul)))|,? or|\bis\b|\bequals\b|\bmeaning\b|(?:, ?)?(?:즉|곧|다시 말해|그러니까),?|이고|은|는|이므로|\(현지|\("
    rf"|,(?= {_IN})|(?<=\s)(?={_IN}))\s*+(?:(?:=|or|i\.e\.|that is|which is|is|in)\s*)?(?:{_IN}(?: is| was)?:? ?)?(?:{DAY_WORD} ?)?",
    re.IGNORECASE,
)
EQUATED = re.compile(r"[^\d=.;:!?<>-]{0,18}=\s*")
KEYED = re.compile(r"((?:\w+_)?)\b_?(kst|utc|jst|gmt)((?:_\w+)?)[\"'`]?\s*[:=]\s*[\"'`]?$", re.IGNORECASE)
CLOSED = re.compile(r"\W*$|\s?[,.;)]")
STEPS = re.compile(
    r"start|end|begin|from|\bto\b|until|asked|answer|sent|open|clos|ack|press|시작|끝|종료|발송|확인|응답",
    re.IGNORECASE,
)
TAIL = re.compile(rf"\((?:=|i\.e\.|or|즉)? ?(?:{_IN}:? ?)?(?:{DAY_WORD} ?)?$", re.IGNORECASE)
HEADS = (
    (re.compile(r"\b(?:kst|seoul|korea\w*|asia/seoul|jst|tokyo)\b|한국|서울", re.IGNORECASE), 540),
    (re.compile(r"\b(?:utc|gmt|zulu)\b(?![+-]\d)|협정|표준시", re.IGNORECASE), 0),
    (re.compile(r"\bsgt\b|singapore", re.IGNORECASE), 480),
)
SAME = re.compile(
    r"\b(?:the )?same\b|\bin utc\b|\bin kst\b|\bi\.e\.|UTC ?로|KST ?로|한국 ?시간으?로|협정 ?세계시|\butc\b|\bkst\b",
    re.IGNORECASE,
)
DAY_S = 86_400
HOUR_S = 3600
BACK, TWO_SPANS = 8, 4
INSTEAD = "one time with its zone; the other follows from it"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield pairs of times that are said to be one and are not."""
    for log in logs:
        found = list(_found(log))
        yield from found
        lines = {spot.line for hit in found for spot in (hit.spot, *hit.also)}
        for number, bare, zoned, home_min in apart(log):
            if number not in lines and not withdrawn(log, number):
                why = f"{bare.text} there and {zoned.text} here are not {abs(home_min) / 60:g} h apart"
                yield _hit(log.moment_spot(number, zoned), log.moment_spot(number, bare), why)


def _found(log: Log) -> Iterator[Hit]:
    for passage in passages(log):
        if not any(withdrawn(log, number) for _, number, _ in passage.parts):
            yield from _in_a_line(log, passage)
    yield from _same_digits(log)
    yield from _spans(log) if written(log) else ()
    for table in log.tables:
        yield from _columns(log, table)
    for group in groups(log):
        if group.kind in ("object", "lines", "column"):
            yield from _members(group)


def _hit(spot: Spot, other: Spot, why: str) -> Hit:
    return Hit(spot=spot, also=(other,), why=why, instead=INSTEAD)


def _in_a_line(log: Log, passage: Passage) -> Iterator[Hit]:
    line, found = passage.text, passage.moments
    for place, (one, other) in enumerate(itertools.pairwise(found)):
        between = line[one.end - 1 : other.column - 1]
        if "|" in between and not (one.own_zone and other.own_zone):
            continue
        if ASIDE.match(line[other.end - 1 :]) or (not one.own_zone and UNKNOWN.match(line[one.end - 1 :])):
            continue
        closed = between.strip() in (",", ";") and bool(CLOSED.match(line[other.end - 1 :]))
        adjacent = closed or bool(BETWEEN.fullmatch(between) or EQUATED.fullmatch(between))
        # `10:00 flipped (01:00 UTC)`: the time of the line in the log's zone, and the same in another at its end.
        rest = line[other.end - 1 :].lstrip()[:1]
        tail = (
            one is found[0] and other.own_zone and rest in ("", ")", "]") and TAIL.search(between) and _leads(line, one)
        )
        if not (adjacent or tail or _keyed(line, one, other)):
            continue
        # `14:00-15:00 KST (05:00-06:00 UTC)`: start beside start, end beside end.
        before, after = _to(line, found, place - 1), _to(line, found, place + 1)
        if before != after:
            continue
        pairs = [(found[place - 1], other), (one, found[place + 2])] if before else [(one, other)]
        for bare, zoned in pairs:
            first, second = homed(log, bare, zoned) if tail or EQUAL.search(between) else (bare, zoned)
            if _differ(first, second, tail=bool(tail)):
                yield Hit(
                    spot=passage.moment_spot(second),
                    also=(passage.moment_spot(first),),
                    why=f"{first.text} is {first.at:%H:%M:%S} UTC, and {second.text} is {second.at:%H:%M:%S} UTC",
                    instead=INSTEAD,
                )
                break


def _keyed(line: str, one: Moment, other: Moment) -> bool:
    """Return whether two times are `kst: …` and `utc: …` of one thing."""
    first, second = KEYED.search(line[: one.column - 1]), KEYED.search(line[: other.column - 1])
    return bool(first and second and first[1] + first[3] == second[1] + second[3] and first[2] != second[2])


def _to(line: str, found: tuple[Moment, ...], place: int) -> bool:
    """Return whether a time and the next are the two ends of a span."""
    if not 0 <= place < len(found) - 1:
        return False
    between = line[found[place].end - 1 : found[place + 1].column - 1]
    return bool(CONNECTED.fullmatch(between)) and "," not in between


def _leads(line: str, one: Moment) -> bool:
    return not re.search(r"[^\W\d]{2}", line[: one.column - 1])


def _differ(one: Moment, other: Moment, *, tail: bool = False) -> bool:
    known = one.own_zone and other.own_zone
    if tail:
        known = other.own_zone and one.zone_min is not None
    if not known or one.zone_min == other.zone_min or meant_otherwise(one, other):
        return False
    apart = abs((one.at - other.at).total_seconds()) % DAY_S
    return min(apart, DAY_S - apart) >= max(one.to_s, other.to_s, 60 if tail else 1)


def _same_digits(log: Log) -> Iterator[Hit]:
    for record in messages(log):
        first = record.moment(SENT)
        if first is None or first[1].to_s > 1 or not first[1].own_zone:
            continue
        for number in range(max(record.start, 1), record.end + 1):
            for one in log.moments(number):
                apart = (one.at - first[1].at).total_seconds()
                shifted = one.own_zone and one.to_s == 1 and one.zone_min != first[1].zone_min
                if shifted and apart == ((first[1].zone_min or 0) - (one.zone_min or 0)) * 60:
                    yield Hit(
                        spot=log.moment_spot(number, one),
                        also=(first[0].spot,),
                        why=f"the digits of {first[1].text} with another zone: {abs(apart) / HOUR_S:.0f} h apart",
                        instead="the time as the service gave it, with the zone that it is in",
                    )


def _zone_of(label: str) -> int | None:
    named = {zone for regex, zone in HEADS if regex.search(label.replace("_", " "))}
    return named.pop() if len(named) == 1 else None


def _clock_s(moment: Moment) -> float:
    """Return the seconds of the day that a time shows, whatever zone it was read in."""
    shown_s = moment.at.hour * HOUR_S + moment.at.minute * 60 + moment.at.second + (moment.zone_min or 0) * 60
    return shown_s % DAY_S


def _members(group: Group) -> Iterator[Hit]:
    """Yield members of one object, or neighbouring lines, that give one time under the names of two zones."""
    zoned = [(item, zone) for item in group.items if (zone := _zone_of(item.label)) is not None]
    for (one, zone), (other, second) in itertools.combinations(zoned, 2):
        if zone == second or _without_zone(one.label) != _without_zone(other.label):
            continue
        first, last = group.moments(one), group.moments(other)
        if len(first) == len(last) and first:
            yield from _compared(one.spot, other.spot, list(zip(first, last, strict=True)), (zone, second))


def _without_zone(label: str) -> str:
    for regex, _ in HEADS:
        label = regex.sub(" ", label)
    return " ".join(re.sub(r"\W+|\b(?:in|at|time|the|same|local)\b|시각|시간|로|기준", " ", label).split())


def _compared(spot: Spot, other: Spot, pairs: list[tuple[Moment, Moment]], zones: tuple[int, int]) -> Iterator[Hit]:
    for one, two in pairs:
        if one.own_date and two.own_date:
            shown = (one.at - two.at).total_seconds() + ((one.zone_min or 0) - (two.zone_min or 0)) * 60
            apart = (shown - (zones[0] - zones[1]) * 60) % (365 * DAY_S)
            if DAY_S <= apart <= 364 * DAY_S:
                yield _hit(other, spot, f"{one.text} there and {two.text} here are a day apart")
                return
        apart = (_clock_s(one) - _clock_s(two) - (zones[0] - zones[1]) * 60) % DAY_S
        if min(apart, DAY_S - apart) >= max(one.to_s, two.to_s):
            hours = (zones[0] - zones[1]) / 60
            yield _hit(other, spot, f"{one.text} there and {two.text} here are not {abs(hours):g} h apart")
            return


def _columns(log: Log, table: Table) -> Iterator[Hit]:
    """Yield rows in which two columns of times are not as far apart as their zones, or as in all other rows."""
    columns = [[_only(log, row[place].spot) for row in table.rows] for place in range(len(table.heads))]
    timed = [
        place
        for place, cells in enumerate(columns)
        if sum(cell is not None for cell in cells) >= max(2, len(cells) - 1)
    ]
    for one, other in itertools.combinations(timed, 2):
        zones = (_zone_of(table.heads[one]), _zone_of(table.heads[other]))
        pairs = [(n, a, b) for n, (a, b) in enumerate(zip(columns[one], columns[other], strict=True)) if a and b]
        if None not in zones and zones[0] != zones[1]:
            for n, a, b in pairs:
                yield from _compared(
                    table.rows[n][one].spot, table.rows[n][other].spot, [(a, b)], (zones[0] or 0, zones[1] or 0)
                )
        elif len(pairs) >= 4 and not STEPS.search(f"{table.heads[one]} {table.heads[other]}"):
            yield from _odd_one(table, (one, other), pairs)


def _odd_one(table: Table, places: tuple[int, int], pairs: list[tuple[int, Moment, Moment]]) -> Iterator[Hit]:
    apart = [round((_clock_s(a) - _clock_s(b)) % DAY_S) for _, a, b in pairs]
    usual = max(set(apart), key=apart.count)
    odd = [n for n, one in enumerate(apart) if one != usual]
    # Whole hours apart in every row but one: two clocks, not two steps.
    if usual and usual % 1800 == 0 and len(odd) == 1 and apart.count(usual) >= 3:
        n, one, other = pairs[odd[0]]
        row = table.rows[n]
        yield _hit(
            row[places[1]].spot,
            row[places[0]].spot,
            f"{one.text} and {other.text} are not {usual / HOUR_S:g} h apart, as the other rows are",
        )


def _only(log: Log, spot: Spot) -> Moment | None:
    found = [one for one in log.moments(spot.line) if spot.column <= one.column < max(spot.end, spot.column + 1)]
    return found[0] if len(found) == 1 else None


def _spans(log: Log) -> Iterator[Hit]:
    """Yield spans that are told once in each of two zones, on lines near each other, and differ."""
    spans: list[tuple[int, int, Moment, Moment, str]] = []
    for number, line in log.numbered():
        found = log.moments(number)
        for one, other in itertools.pairwise(found):
            if (
                not CONNECTED.fullmatch(line[one.end - 1 : other.column - 1])
                or "," in line[one.end - 1 : other.column - 1]
            ):
                continue
            rest = line[: one.column - 1] + line[other.end - 1 :]
            near = line[: one.column - 1]
            zone = one.zone_min if one.own_zone else _zone_of(near)
            zone = _above(log, number) if zone is None else zone
            if zone is not None:
                spans.append((number, zone, one, other, rest))

    def edge(one: tuple[int, int, Moment, Moment, str]) -> tuple[float, float]:
        return (_clock_s(one[2]) - one[1] * 60) % DAY_S, (_clock_s(one[3]) - one[1] * 60) % DAY_S

    # A row gives its own span in both zones, though a day may stand between two of the times.
    paired = {number for number, count in Counter(one[0] for one in spans).items() if count > 1}
    paired |= {one[0] for one in spans if len(log.moments(one[0])) >= TWO_SPANS}
    for first, second in itertools.combinations(spans, 2):
        if {first[0], second[0]} <= paired:
            continue  # Each row gives its own span in both zones.
        if any(one[1] != second[1] and edge(one) == edge(second) for one in spans):
            continue
        if first[1] != second[1] and 0 < second[0] - first[0] <= BACK * 3 and _one_thing(first, second):
            pairs = [(first[2], second[2]), (first[3], second[3])]
            yield from _compared(log.spot(first[0]), log.spot(second[0]), pairs, (first[1], second[1]))


def _above(log: Log, number: int) -> int | None:
    """Return the zone that the line above an indented list names: `In UTC for the vendor`."""
    indent = len(log.line(number)) - len(log.line(number).lstrip())
    for place in range(number - 1, max(0, number - BACK), -1):
        line = log.line(place)
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            return _zone_of(line)
    return log.moments(number)[0].zone_min if log.moments(number) else None


def _one_thing(first: tuple[int, int, Moment, Moment, str], second: tuple[int, int, Moment, Moment, str]) -> bool:
    shared = stems(_without_zone(first[4])) & stems(_without_zone(second[4]))
    near = second[0] - first[0] <= 2 and SAME.search(second[4])
    length = abs(
        (_clock_s(first[3]) - _clock_s(first[2])) % DAY_S - (_clock_s(second[3]) - _clock_s(second[2])) % DAY_S
    )
    # The same start or the same end, in a line that says it gives the other zone: one of the two ends slipped.
    pairs = ((first[2], second[2]), (first[3], second[3]))
    edges = [_clock_s(one) - first[1] * 60 - _clock_s(other) + second[1] * 60 for one, other in pairs]
    half = bool(SAME.search(second[4]) or second[2].own_zone) and [edge % DAY_S == 0 for edge in edges].count(True) == 1
    return bool(half or (shared and length < HOUR_S) or (near and length == 0) or (near and shared))
