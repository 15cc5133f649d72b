"""A duration is the time from start to end.

Source: arithmetic; each time is taken as exact as it is written.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import told, withdrawn
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.items import groups, item_of
from bongsu.audit.lengths import Length, lengths, shown, unit_s
from bongsu.audit.moments import CONNECTED
from bongsu.audit.passages import passages
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.items import Group, Item
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
LASTED = re.compile(
    r"\b(?:durations?|elapsed|took|lasted|lasting|downtime|outage|length|run ?time|time taken|time spent|total time|overall|gap|pause|interruption|frozen|freeze|"
    r"silence|read.?only|unavailable|blackout|maintenance|minutes|mins?|seconds|secs?|hours|hrs?|whole|in all|span|impact|affected|degraded|locked?)\b|소요|경과|중단|걸린|길이|총 ?시간|전체 ?시간|지속|정지|멈춘|공백",
    re.IGNORECASE,
)
NOT_MEASURED = re.compile(
    r"limit|time.?out|\bsla\b|target|interval|delay|\bttl\b|retention|every|period|max|min\b|grace|lag|p\d\d|latency|retry|budget|cadence|slo|poll|ping|"
    r"detect|respon|answer|after|mean|avg|average|until|before|planned|expected|estimate|ago|keep|late|목표|제한|주기|간격|지연|보관|한도|기준|응답|예상|계획|평균|이내",
    re.IGNORECASE,
)
OWN_START = re.compile(
    r"(?:요청|호출|공지|발송|알람|접수)(?:부터|에서|으로부터)\W*$|\b(?:from|since|after) (?:the |its )?(?:request|page|call|alarm|notice)\W*$",
    re.IGNORECASE,
)
"""What stands before a length that is counted from something else than the time beside it."""
NAMED_ENDS = re.compile(r"\s+from (?:the |its |our )?(?!start|begin|first|end)[a-z][\w-]* to (?:the |its |our )?[a-z]")
START = re.compile(
    r"\b(?:first|begun|paused|refused|blocked|disabled|from|start(?:ed|s|ing)?|began|begin(?:s|ning)?|opened|since|between|down|stopped|off|lost|out)\b|시작|개시|착수|부터|끄|껐|꺼서|내렸|내려서|멈췄|멈추|멈춰|막아서|닫아|닫|막았|막고|뺐|정지|중단|출발|열고",
    re.IGNORECASE,
)
END = re.compile(
    r"\b(?:to|until|till|end(?:ed|s|ing)?|finish(?:ed|es)?|stop(?:ped)?|done|complet\w+|clos(?:ed|ing)|over|back|up|restored|recovered|resumed|and|last|good|again|stop|stopped|re-?enabled|enabled|unblocked|accepted)\b|종료|끝|완료|까지|마침|마쳤|복구|재개|켰|켜|올렸|열었|열렸|풀었|풀렸|도착|닫았",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r"\W*(?:(?:KST|UTC|[A-Z]{3,4})\b\W*)?(?:까지)?\W*$"
    r"|[^.!?]{0,44}(?:\bso|\bi\.?e\.?|\b(?:that|which|this) (?:is|was|makes|made)|\bmak(?:es|ing)|\btook(?: us)?|\bran|\blasted|\btotal(?: of)?|\bso [\w ,]{2,40} for|(?:\w+ )(?:down|closed|blocked|refused|off|frozen|locked|unavailable|read-only) for|=|시간은?|소요|[,.] ?총|합쳐|즉|곧|(?:정지|중단|공백|차단)[은는])\W*(?:a |the |about |around |roughly |exactly |just |almost |nearly |약 ?|정확히 ?)?\W*$",
    re.IGNORECASE,
)
"""What ties two times to the length behind them."""
BEFORE = re.compile(
    r"[^\w.!?;]*(?:(?:of )?(?:the |all )?(?:[\w-]+ )?(?:outage|downtime|pause|freeze|gap|interruption|blackout|window|in all|total|altogether|watch|silence|maintenance|elapsed|소요|중단|정지|공백|동안|걸림|걸렸\S*|이었다|였다|이다|입니다|였습니다|이었습니다)\b[^\w.!?;]*)?(?:(?:from|between)\W*)?$",
    re.IGNORECASE,
)
"""What ties two times to the length before them."""
MEANT = re.compile(
    r"\W*(?:in all|in total|altogether|all told|start to end|end to end|booked|소요|걸렸|걸림|동안|of (?!that\b|it\b|those\b|these\b|which\b|them\b)\w|without \w|[막멈닫끊](?:았|췄|혔|었|겼))",
    re.IGNORECASE,
)
"""What says behind a length that it is how long something took."""
BROKEN = re.compile(
    r"[.;!?](?:\s|$)|\bof which\b|\bincluding\b|\bthen\b|\bwhile\b|중에서|그 ?중|이 ?중|실제", re.IGNORECASE
)
JOINED = re.compile(r"^ [^.;:()]{1,30} (?:~|→|–|->|〜) $")
"""What stands between two named ends: `10:05 first one ~ 11:03 last one`."""
IN_ALL = re.compile(
    r"[.;] {1,2}(?:(?:a |the )?(?:full|whole|total)(?: of)? |that (?:is|was|makes|made) |in all,? |so |total:? |(?:it |this |all of it )?took |lasted |altogether |makes |총 ?|모두 ?|합계 ?|합쳐 ?|전체 ?)?$",
    re.IGNORECASE,
)
"""What may stand between two times and, in the next sentence, the time between them."""
SINCE = re.compile(r"기준|부터|\bcounted from\b|\bsince\b", re.IGNORECASE)
"""What makes the second of two times the one to count from."""
RUN_TIME = re.compile(
    r"(?:the )?(?:run ?time|running time|duration|elapsed|took|실행 ?시간|소요(?: ?시간)?|걸린 ?시간)", re.IGNORECASE
)
BEGAN = pattern(r"\b(?:start(?:ed|s)?|began|begins)\b|시작|기동", re.IGNORECASE)
OVER = re.compile(r"\b(?:stop(?:ped|s)?|end(?:ed|s)?|finish(?:ed|es)?|done|complet\w+)\b|종료|완료|끝", re.IGNORECASE)
ALLOWED = re.compile(
    r"\b(?:allow(?:ed|ance)?|max(?:imum)?|limit|budget|at most|target|planned|expected|agreed)\b|허용|한도|제한|상한|목표|예정|기준",
    re.IGNORECASE,
)
"""How long something may be, and not how long it was."""
LAST_NUMBER = re.compile(r"(?<![\d:.])(\d{1,4}(?:\.\d{1,2})?)(?: ?(?:h|hrs?|hours?|min|minutes?|시간|분))?\W*$")
ABOVE_MOST = 14
BETWEEN_MOST, BESIDE_MOST = 46, 48
DAY_S = 86_400
DAYS_MOST = 8
TIMES_MOST = 8
OWN_ENDS = re.compile(r"\bfrom \w+|\w+ to \w+|\bsince \w+|\bafter \w+", re.IGNORECASE)
"""A label that says between what: `alarm_to_ok_minutes`, `fromSubmitSeconds`."""
_CLOCK = r"(?:(?:20\d\d-\d\d-\d\d|\d{1,2}월 ?\d{1,2}일)[T ]?)?(?:오전 |오후 )?\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?: ?[AP]M)?(?:Z|[+-]\d\d:?\d\d)?"
ONLY_TIME = re.compile(rf"(?:at |~|about )?{_CLOCK}(?: ?\(?[A-Z]{{2,4}}\)?)?(?: ?\([^)]{{0,40}}\))?\.?", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield durations that are not those between the start and the end beside them."""
    for log in logs:
        for passage in passages(log):
            first = passage.number
            if log.fenced(first) or passage.text.lstrip().startswith((">", "|")):
                continue
            if not any(withdrawn(log, number) for _, number, _ in passage.parts):
                yield from _in_passage(passage)
        for number, line in told(log):
            if not withdrawn(log, number):
                yield from _below(log, number, line)
        yield from _between_entries(log)
        for group in groups(log):
            yield from _in_group(group)


def _in_passage(passage: Passage) -> Iterator[Hit]:
    line, found = passage.text, passage.moments
    named = [one for one in lengths(line) if not one.bound]
    if len(found) < 2 or not named:
        return
    for start, end in pairwise(found):
        if not _span(line, start, end):
            continue
        near = [one for one in named if _near(line, one, start, end) and not _other_ends(line, one)]
        real_s = _apart_s(start, end)
        to_s = max(start.to_s, end.to_s)
        # Without their dates, the second time may be some days after the first.
        days = range(1 if start.own_date and end.own_date else DAYS_MOST)
        fitting = any(one.fits(real_s + more * DAY_S, to_s) for one in named for more in days)
        if SINCE.search(line[end.column - 1 :]):
            fitting = fitting or any(one.fits(_apart_s(end, start), to_s) for one in named)
        taken_off = any(_rest_stands(line[one.end :], real_s - one.length_s) for one in near)
        # From an hour to the same hour it is half a day, or days, and which only a reader knows.
        if near and not fitting and real_s and not taken_off and start.fits(end) and not _in_sum(line, found, near[0]):
            yield Hit(
                spot=passage.spot(near[0].start, near[0].end),
                also=tuple({passage.moment_spot(one).line: passage.moment_spot(one) for one in (start, end)}.values()),
                why=f"from {start.text} to {end.text} it is {shown(real_s)}, not {near[0].text}",
                instead="the two recorded times; the duration follows from them",
            )


def _other_ends(line: str, one: Length) -> bool:
    """Return whether a length names what it is counted from: `since the page`, or `from page to empty` behind it."""
    return OWN_START.search(line[: one.start]) is not None or NAMED_ENDS.match(line[one.end :]) is not None


def _rest_stands(line: str, rest_s: float) -> bool:
    """Return whether a line ends, behind a length, in what that leaves of a span: `08:30 to 19:00, 1 h lunch  9.5`."""
    last = LAST_NUMBER.search(line)
    return last is not None and rest_s > 0 and float(last[1]) in (rest_s / 3600, rest_s / 60)


def _in_sum(line: str, found: Sequence[Moment], one: Length) -> bool:
    """Return whether a length is that of several spans of a sentence together."""
    spans: list[tuple[Moment, Moment]] = []
    for start, end in pairwise(found):
        if _span(line, start, end) and not (spans and spans[-1][1] is start):
            spans.append((start, end))
    exact_s = len(spans) * max(moment.to_s for moment in found)
    return len(spans) > 1 and one.fits(sum(_apart_s(*span) for span in spans), exact_s)


def _between_entries(log: Log) -> Iterator[Hit]:
    """Yield the run time below two entries, the one of which says that something started and the other that it ended."""
    listed = [one for one in events(log) if one.kind == "leading"]
    for number, line in told(log):
        item = item_of(log, number, line) if lengths(line) else None
        claimed = _claimed(item) if item and RUN_TIME.fullmatch(item.label.strip()) else None
        above = [one for one in listed if number - ABOVE_MOST <= one.number < number]
        began = [one for one in above if BEGAN.search(one.text) and not OVER.search(one.text)]
        over = [one for one in above if OVER.search(one.text) and not BEGAN.search(one.text)]
        if item is None or claimed is None or len(began) != 1 or len(over) != 1:
            continue
        first, last = began[0], over[0]
        shared = {word for word in first.stems & last.stems if not word.isdigit()}
        real_s = _apart_s(first.moment, last.moment)
        if (
            shared
            and first.number < last.number
            and log.section(first.number) == log.section(number)
            and first.moment.fits(last.moment)
            and not claimed.fits(real_s, max(first.moment.to_s, last.moment.to_s))
        ):
            yield Hit(
                spot=item.spot,
                also=(first.spot, last.spot),
                why=f"from {first.moment.text} to {last.moment.text} it is {shown(real_s)}",
                instead="the two recorded times; the duration follows from them",
            )


def _below(log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield the length in the next line when this one tells from when to when: `began …, ended …`."""
    found = log.moments(number)
    if len(found) != 2 or lengths(line) or number >= len(log.text.lines) or not _span(line, *found):
        return
    item = item_of(log, number + 1, log.line(number + 1))
    claimed = _claimed(item) if item and LASTED.search(item.label) and not NOT_MEASURED.search(item.label) else None
    real_s = _apart_s(*found)
    if item and claimed and not claimed.fits(real_s, max(one.to_s for one in found)):
        yield Hit(
            spot=item.spot,
            also=(log.moment_spot(number, found[0]),),
            why=f"from {found[0].text} to {found[1].text} it is {shown(real_s)}",
            instead="the two recorded times; the duration follows from them",
        )


def _apart_s(start: Moment, end: Moment) -> float:
    real_s = (end.at - start.at).total_seconds()
    return real_s if start.own_date and end.own_date else real_s % DAY_S


def _span(line: str, start: Moment, end: Moment) -> bool:
    between = line[start.end - 1 : end.column - 1]
    if CONNECTED.fullmatch(between) and "," not in between:
        return True
    if len(between) <= BETWEEN_MOST and JOINED.search(between) and line[end.end - 1 : end.end + 30].count(")"):
        return True
    before = line[max(0, start.column - 26) : start.column - 1]
    if len(between) > BETWEEN_MOST or BROKEN.search(between) or re.search(r"\d:\d", between):
        return False
    return bool(START.search(before) or START.search(between[:16])) and bool(
        END.search(between) or END.search(line[end.end - 1 : end.end + 16])
    )


def _near(line: str, one: Length, start: Moment, end: Moment) -> bool:
    """Return whether a length is told of the time between two others: words tie it to them, or nothing stands between."""
    if one.start >= end.end - 1:
        gap = line[end.end - 1 : one.start]
        if len(gap) > BESIDE_MOST or re.search(r"\d:\d\d", gap):
            return False
        if IN_ALL.search(gap) or (not BROKEN.search(gap) and MEANT.match(line[one.end :])):
            return True
        return bool(BEHIND.fullmatch(gap)) and not BROKEN.search(gap)
    gap = line[one.end : start.column - 1]
    return one.end <= start.column - 1 and len(gap) <= BESIDE_MOST and bool(BEFORE.fullmatch(gap))


def _in_group(group: Group) -> Iterator[Hit]:
    times = [(item, moment) for item in group.items for moment in _time_of(group, item)]
    if not 2 <= len(times) <= TIMES_MOST:
        return
    edges = _ends(times)
    if edges[0][1].at == edges[1][1].at or (edges[1][1].own_date and edges[0][1].at > edges[1][1].at):
        return
    if not (
        START.search(_spaced(edges[0][0].label)) or END.search(_spaced(edges[1][0].label)) or group.kind == "lines"
    ):
        return  # Nothing says that something began at the one and ended at the other.
    pairs = [(one, other) for one, other in combinations(times, 2) if one[1].fits(other[1])]
    for place, item in enumerate(group.items):
        claimed = _claimed(item)
        if (
            claimed is None
            or not pairs
            or not _meant(group, place, len(times))
            or any(words.search(_spaced(item.label)) for words in (OWN_ENDS, ALLOWED))
        ):
            continue
        to_s = max(moment.to_s for _, moment in times)
        if any(claimed.fits(_apart_s(one, other), to_s) for (_, one), (_, other) in pairs):
            continue
        if any(claimed.fits(_apart_s(other, one), to_s) for (_, one), (_, other) in pairs):
            continue
        first, last = _ends(times)
        yield Hit(
            spot=item.spot,
            also=(first[0].spot, last[0].spot),
            why=f"from {first[1].text} to {last[1].text} it is {shown(_apart_s(first[1], last[1]))}",
            instead="the two recorded times; the duration follows from them",
        )


def _spaced(label: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", label)


def _ends(times: list[tuple[Item, Moment]]) -> tuple[tuple[Item, Moment], tuple[Item, Moment]]:
    first = next((one for one in times if START.search(one[0].label)), times[0])
    last = next((one for one in reversed(times) if END.search(one[0].label) and one is not first), times[-1])
    return first, last


def _time_of(group: Group, item: Item) -> list[Moment]:
    found = group.moments(item)
    return found[:1] if found and ONLY_TIME.fullmatch(item.value.strip("`* ")) else []


def _claimed(item: Item) -> Length | None:
    """Return the length that an item is: its value in words, or a number under a label that names the unit."""
    value = item.value.strip("`*~ .")
    unit = unit_s(item.label)
    if unit and re.fullmatch(r"\d[\d,]*(?:\.\d+)?", value):
        made = float(value.replace(",", "")) * unit
        return Length(start=0, end=0, text=value, length_s=made, exact_s=unit, about=False, bound=False)
    found = lengths(item.value)
    whole = (
        len(found) == 1 and not found[0].bound and re.fullmatch(r"\W*(?:about|약)?\W*", item.value[: found[0].start])
    )
    rest = item.value[found[0].end :] if whole else "x"
    return found[0] if whole and (not rest.strip(" .") or rest.lstrip().startswith(("(", ","))) else None


def _meant(group: Group, place: int, times: int) -> bool:
    item = group.items[place]
    if NOT_MEASURED.search(item.label):
        return False
    if LASTED.search(item.label):
        return True
    # Without a word for it, two times and a length right behind them still mean start, end and duration.
    return (
        group.kind == "lines"
        and times == 2
        and place >= 2
        and all(_time_of(group, one) for one in group.items[place - 2 : place])
    )
