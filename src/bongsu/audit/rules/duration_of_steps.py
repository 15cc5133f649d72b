"""What is told to have taken some time took the time between its steps, where the log lists them with their times.

Source: the log's own list of steps; arithmetic.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.claims import told, written
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import Length, lengths, shown
from bongsu.audit.rules.duration_start_end import DAY_S, NOT_MEASURED
from bongsu.audit.words import PLANNED, plain, stems, taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
STARTS = re.compile(
    r"\b(?:start(?:s|ed|ing)?|beg[iau]n(?:s|ning)?|open(?:s|ed)?|kicked off|launched|down|stopped|paused|went (?:off|down)|switched off|taken? down)\b|"
    r"시작|개시|착수|중단|중지|정지|내림|차단",
    re.IGNORECASE,
)
ENDS = re.compile(
    r"\b(?:end(?:s|ed|ing)?|finish(?:ed|es)?|done|complet\w+|clos(?:es|ed|ing)|over|back|up again|restored|resumed|recovered|ready|switched on)\b|"
    r"종료|끝|완료|마침|복구|재개|올림|해제",
    re.IGNORECASE,
)
TOOK = re.compile(
    r"^\W*(?:the |our )?(?P<what>\w[^,:;|]{2,50}?),? (?:itself )?(?:took|lasted|stood (?:still|idle)|stood|lay (?:still|idle)|stayed (?:down|off|closed|out)|went without|was without|waited|ran(?: for)?|needed|went on for|was (?:down|off|out|closed|frozen|unavailable|dark)(?: for)?)(?: us)?(?: \w+)? $"
    r"|^\W*(?P<ko>[가-힣A-Za-z][^,:;|]{1,30}?)(?:은|는|이|가|에)?(?: 총)? ?(?:걸린 ?시간(?:은|이)?)?:? ?$",
    re.IGNORECASE,
)
BETWEEN = re.compile(
    r"(?:\bfrom (?:the )?(?P<a>[^,;:]{3,50}?) (?:to|until|till) (?:the )?(?P<b>[^,;:]{3,50}?)|\bbetween (?:the )?(?P<c>[^,;:]{2,40}?) and (?:the )?(?P<d>[^,;:]{2,40}?)|"
    r"(?P<e>[가-힣A-Za-z][^,;:]{2,30}?)(?:부터|에서) (?P<f>[^,;:]{2,30}?)까지)(?:[,:]| (?:it )?(?:took|was|were|lasted|is|passed|we (?:waited|had))|는|의|에)?\W",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"\bstart to (?:end|finish)\b|\bbegin(?:ning)? to end\b|\bfirst (?:step|line|entry) to (?:the )?last\b|\bend to end\b|"
    r"\bthe whole (?:thing|move|switch|change|job|night|operation|cutover|migration|exercise|evening)\b|시작부터 (?:끝|종료)까지|처음부터 끝까지|전체 ?(?:작업|소요)",
    re.IGNORECASE,
)
WHOLE_MOST = 60
ROW_MOST = 60


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths of time that no two steps of the log are apart."""
    for log in logs:
        listed = events(log)
        if len(listed) < 2 or not written(log):
            continue
        for number, line in told(log):
            named = [one for one in lengths(plain(line)) if not one.bound]
            if len(named) != 1 or taken_back(line) or line.lstrip().startswith("|"):
                continue
            pair = _steps(log, number, line, named[0]) or _row(log, number, line, named[0])
            if pair is not None:
                yield from _apart(log, number, named[0], pair)
            elif WHOLE.search(line):
                yield from _whole(log, number, named[0])


def _steps(log: Log, number: int, line: str, one: Length) -> tuple[Event, Event] | None:
    """Return the two steps between which a line says that some time went by."""
    before = line[: one.start]
    at = log.moments(number)
    if len(at) == 1 and one.start >= at[0].end - 1 and ENDS.search(before[at[0].end - 1 :]):
        if PLANNED.search(before[at[0].end - 1 :]):
            return None
        return _ended_here(log, number, before[at[0].end - 1 :])
    if at:
        return None
    between = BETWEEN.search(line)
    if between:
        names = [between[name] for name in "abcdef" if between[name]]
        first, last = _named(log, number, names[0], ENDS), _named(log, number, names[1], STARTS)
        return (first, last) if first and last and first is not last else None
    took = TOOK.search(before)
    what = stems(took["what"] or took["ko"]) if took else frozenset()
    if not what or NOT_MEASURED.search(before):
        return None
    first, last = _only(log, what, STARTS, number), _only(log, what, ENDS, number)
    return (first, last) if first and last and first.number != last.number else None


@lru_cache(maxsize=64)
def _rows_of_two(log: Log) -> tuple[tuple[str, Event, Event], ...]:
    """Return name, first and second time of every row of a table that has two times."""
    by_line: dict[int, list[Event]] = {}
    for event in events(log):
        if event.kind == "row":
            by_line.setdefault(event.number, []).append(event)
    made = []
    for table in log.tables:
        for row in table.rows:
            timed = by_line.get(row[0].spot.line, [])
            name = row[0].text if re.search(r"[^\W\d]", row[0].text) else f"{table.heads[0]} {row[0].text}"
            if len(timed) == 2 and len(name) >= 2:
                made.append((name.lower(), timed[0], timed[1]))
    return tuple(made)


def _row(log: Log, number: int, line: str, one: Length) -> tuple[Event, Event] | None:
    """Return start and end of the one row whose name a sentence gives: `Longest wave: W5, 47 minutes`."""
    said = line[max(0, one.start - ROW_MOST) : one.start].lower()
    if log.moments(number) or NOT_MEASURED.search(said) or re.search(r"[.;]\s", said):
        return None
    found = []
    for name, first, last in _rows_of_two(log):
        if name in said and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", said):
            found.append((first, last))
    return found[0] if len(found) == 1 else None


def _ended_here(log: Log, number: int, words: str) -> tuple[Event, Event] | None:
    what = stems(ENDS.sub(" ", words))
    here = next((one for one in events(log) if one.number == number), None)
    before = [
        one
        for one in events(log)
        if one.number < number and STARTS.search(one.text) and what and stems(STARTS.sub(" ", one.text)) == what
    ]
    return (before[0], here) if len(before) == 1 and here else None


def _named(log: Log, number: int, words: str, edge: re.Pattern[str]) -> Event | None:
    """Return the one step that some words name, or of a thing with a start and an end its `edge`."""
    what = stems(words)
    found = [one for one in events(log) if one.number != number and what and what <= one.stems]
    lines = {one.number for one in found}
    if len(lines) == 1 and len(found) == 1:
        return found[0]
    return (
        next((one for one in found if one.kind == "row" and edge.search(one.head)), None) if len(lines) == 1 else None
    )


def _only(log: Log, what: frozenset[str], edge: re.Pattern[str], number: int) -> Event | None:
    found = [
        one
        for one in events(log)
        if one.number != number
        and edge.search(f"{one.head} {one.text}" if one.kind == "row" else one.text)
        and what <= one.stems
        and (one.kind != "row" or edge.search(one.head) or len(log.moments(one.number)) == 1)
    ]
    return found[0] if len({one.moment.at for one in found}) == 1 else None


def _apart(log: Log, number: int, one: Length, pair: tuple[Event, Event]) -> Iterator[Hit]:
    first, last = pair
    real_s = (last.moment.at - first.moment.at).total_seconds()
    if not first.moment.own_date or not last.moment.own_date:
        real_s %= DAY_S
    if (
        first.moment.fits(last.moment)
        and 0 <= real_s < DAY_S / 2
        and not one.fits(real_s, max(first.moment.to_s, last.moment.to_s))
    ):
        yield Hit(
            spot=type(first.spot)(log.name, number, one.start + 1, one.end + 1),
            also=(first.spot, last.spot),
            why=f"from {first.moment.text} to {last.moment.text} it is {shown(real_s)}, not {one.text}",
            instead="the two recorded times; the duration follows from them",
        )


def _whole(log: Log, number: int, one: Length) -> Iterator[Hit]:
    listed = [event for event in events(log) if event.number != number]
    if not 2 <= len(listed) <= WHOLE_MOST:
        return
    for first, last in combinations(listed, 2):
        apart = abs((last.moment.at - first.moment.at).total_seconds())
        if one.fits(apart, max(first.moment.to_s, last.moment.to_s)) or one.fits(DAY_S - apart, 60):
            return
    edges = [next((e for e in listed if edge.search(e.text)), None) for edge in (STARTS, ENDS)]
    yield Hit(
        spot=type(listed[0].spot)(log.name, number, one.start + 1, one.end + 1),
        also=tuple(edge.spot for edge in edges if edge),
        why=f"no two times of the log are {one.text} apart",
        instead="the two recorded times; the duration follows from them",
    )
