"""Windows: the spans in which a log says that work was allowed, and what it says happened outside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.moments import CONNECTED, in_zone
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.events import Event
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

NAMED = re.compile(
    r"\bwindow\b|\bslot\b|\bfreeze\b|\bblack-?out\b|\b(?:gives?|gave|left|allow(?:s|ed)?|grant(?:s|ed)?) us\b(?! (?:its|the|their|his|her) \w+ (?:figures|numbers|counts))|발송 ?(?:허용|가능) ?시간|허용 ?시간|승인받은|동결|작업 ?창|(?:^|\s)창\s*[:：]|\bmaintenance (?:time|period|hours)\b|\b(?:approved|agreed|allowed|permitted|booked|granted|allotted|reserved|authori[sz]ed) (?:\w+ )?(?:time|period|hours|for|from|between)\b|"
    r"\bchange (?:time|period)\b|\|\s*(?:permitted|approved|agreed|allowed|booked|granted)\s*\||\bgiven to us\b|\bhad been given\b|\bat our disposal\b|\bavailable to us\b|\bwe (?:may|might|could) work\b|\bwe (?:were allowed|may|are allowed|can only|may only|could only) (?:to )?\w+\b|\b(?:approved|agreed|allowed|permitted|booked|authori[sz]ed)\b.{0,30}\b(?:between|from)\b|"
    r"작업 ?(?:허가 ?|승인 ?)?(?:시간|창|가능 ?시간|구간|시간대)|변경 ?(?:시간|창|가능)|점검 ?시간|허용 ?(?:된 )?(?:시간|구간)|승인(?:된|받은)? ?(?:작업 ?)?(?:시간|구간)|유지 ?보수 ?시간|허가 ?(?:받은 |된 )?(?:작업 ?)?시간|배포 ?(?:시간|창)|윈도우",
    re.IGNORECASE,
)
OPENS = re.compile(r"\b(?:window|slot)\b[^.;]{0,30}\b(?:opens?|opened|starts?|begins?|from) (?:at )?$", re.IGNORECASE)
CLOSES = re.compile(
    r"\b(?:closes?|closed|ends?|ended|until|shuts?|(?:out of it|over|done|finished|back) by|to) (?:at )?$",
    re.IGNORECASE,
)
"""A window told by its two ends in one sentence, with words between them."""
KEY = re.compile(r"window|slot|agreed|approved|allowed|maintenance|permitted", re.IGNORECASE)
NOT_THIS = re.compile(
    r"\b(?:next|last week|previous|old|retry|time.?out|quiet|support|office|business|on-?call|observation|watch|monitoring|retention|backup|of the vendor|in the plan for|example|first|second|trial|rehearsal)\b(?! of the window)|예비|다음|지난|관찰|모니터링|영업|리허설",
    re.IGNORECASE,
)
TO_BE = re.compile(
    r"\b(?:happens?|takes? place|will|is (?:to be|between|from)|may|must|shall|are (?:to|allowed)|tonight|planned|scheduled|go(?:es)? ahead)\b|한다|합니다|진행|예정|할 것|하기로|사이에만",
    re.IGNORECASE,
)
WAS = re.compile(r"\b(?:was|were|had|did|took|saw|went|ran)\b|[했됐였었았]다|[했됐였었았]습니다", re.IGNORECASE)
LONGER = pattern(
    r"\bexten(?:d\w*|sion)\b|\bprolong\w*|\blengthen\w*|\bmoved to\b|\buntil .{0,20} instead\b|\bgranted (?:us )?(?:another|more|an extra)\b|\bnew end\b|\bmore time\b|"
    r"연장|늘려|늘렸|추가 (?:시간|승인)|변경 승인|까지 더",
    re.IGNORECASE,
)
LATE = pattern(
    r"\b(?:overr[au]n\w*|outside (?:of )?(?:the|our) (?:\w+ )?(?:window|slot)|after (?:the|our) (?:\w+ )?(?:window|slot)|past (?:the|our) (?:window|slot)|beyond (?:the|our) (?:window|slot)|missed (?:the|our) (?:window|slot)|"
    r"(?:ran|were|was|finished|ended|went|are) (?:\w+ ){0,3}(?:late|(?<!ed )(?<!cut )(?<!taken )over)\b|too late|not (?:inside|within|in) (?:the|our) (?:window|slot))|초과|넘겨|넘겼|넘긴|벗어나|벗어난|벗어났|지나서|늦게 끝|보다 \d+분 ?늦|시간 외",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One span in which work was allowed."""

    number: int
    start: Moment
    end: Moment
    spot: Spot

    def after_s(self, moment: Moment) -> float:
        """Return how long after the window a time is, in seconds; negative before its start, 0 inside."""
        day = 86_400
        if moment.own_date and self.end.own_date and self.start.own_date:
            if moment.at > self.end.at:
                return (moment.at - self.end.at).total_seconds()
            return min(0.0, (moment.at - self.start.at).total_seconds())
        length = (self.end.at - self.start.at).total_seconds() % day
        since = (moment.at - self.start.at).total_seconds() % day
        if since <= length:
            return 0.0
        after, before = since - length, day - since
        return after if after <= before else -before


@lru_cache(maxsize=64)
def stated(log: Log) -> tuple[Window, ...]:
    """Return every window that a log states."""
    return (*_stated(log), *_objects(log))


@lru_cache(maxsize=64)
def windows(log: Log) -> tuple[Window, ...]:
    """Return the windows of a log; none when it says that one was made longer, and until when is not clear."""
    found = stated(log)
    distinct = {(one.start.at.time(), one.end.at.time()) for one in found}
    return found if len(distinct) == 1 else ()


def planned_span(log: Log) -> tuple[Window, ...]:
    """Return the only span that a log gives for what is to be done, whatever it calls it: `it happens between 22:00 and 23:30`."""
    found = list(_spans(log))
    if len({(one.start.at.time(), one.end.at.time()) for one, _ in found}) != 1:
        return ()
    window, said = found[0]
    return (window,) if TO_BE.search(said) and not NOT_THIS.search(said) and not WAS.search(said) else ()


def _spans(log: Log) -> Iterator[tuple[Window, str]]:
    for passage in passages(log):
        if len(passage.moments) < 2 or withdrawn(log, passage.number) or log.fenced(passage.number):
            continue
        for start, end in pairwise(passage.moments):
            between = passage.text[start.end - 1 : end.column - 1]
            if CONNECTED.fullmatch(between) and "," not in between:
                spot = passage.moment_spot(start)
                said = next(
                    (text for at, text in sentences(passage) if at < start.column <= at + len(text)), passage.text
                )
                yield Window(number=spot.line, start=start, end=end, spot=spot), said


def _stated(log: Log) -> Iterator[Window]:
    for passage in passages(log):
        number, line, times = passage.number, passage.text, passage.moments
        if len(times) < 2 or withdrawn(log, number) or log.fenced(number):
            continue
        for start, end in pairwise(times):
            between = line[start.end - 1 : end.column - 1]
            opened = len(times) == 2 and OPENS.search(line[: start.column - 1]) and CLOSES.search(between)
            if not opened and (not CONNECTED.fullmatch(between) or "," in between):
                continue
            beside = line[max(0, start.column - 60) : start.column - 1] + " " + line[end.end - 1 : end.end + 40]
            beside = beside.replace("_", " ")
            if NAMED.search(beside) and not NOT_THIS.search(beside):
                spot = passage.moment_spot(start)
                yield Window(number=spot.line, start=start, end=end, spot=spot)


def _objects(log: Log) -> Iterator[Window]:
    """Yield the windows of JSON texts: `"window": {"from": …, "to": …}`, `"window_start": …, "window_end": …`."""
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if not isinstance(one, dict):
                continue
            under = bool(path) and isinstance(path[-1], str) and KEY.search(path[-1])
            ends = []
            for word in (r"(?:start|from|begin|opens?)", r"(?:end|to|until|closes?)"):
                key = next(
                    (
                        k
                        for k in one
                        if re.fullmatch(
                            rf"{word}(?:s|_at)?" if under else rf".*(?:window|slot).*_{word}(?:_at)?", str(k).lower()
                        )
                    ),
                    None,
                )
                number = lines.get((*path, key)) if key is not None else None
                ends += [(number, m) for m in log.moments(number or 0) if m.text in str(one.get(key))][:1]
            if len(ends) == 2 and ends[0][0]:
                (number, start), (_, end) = ends
                yield Window(number=number or 1, start=start, end=end, spot=log.moment_spot(number or 1, start))


def acknowledged(log: Log) -> bool:
    """Return whether a log itself says that it went beyond a window, or that one was made longer."""
    return any(LATE.search(line) or LONGER.search(line) for _, line in log.numbered())


def outside(event: Event, window: Window) -> float:
    """Return by how many seconds an event is outside a window: positive after it, negative before, 0 inside or unknown."""
    moment = event.moment
    if moment.zone_min is None and window.end.zone_min is not None:
        # Bare times beside a window that names its zone are meant in that zone.
        moment = in_zone(moment, window.end.zone_min)
    elif moment.zone_min is not None and window.end.zone_min is None:
        return 0.0
    if moment.dated != window.start.dated and (moment.own_date or window.start.own_date) and not window.end.own_zone:
        return 0.0
    if (event.log.name, event.number) == (window.spot.file, window.number):
        return 0.0
    by_s = window.after_s(moment)
    # An hour alone is exact where it limits a window, and not where it tells of something.
    return by_s if abs(by_s) >= max(moment.to_s, min(window.end.to_s, 60)) else 0.0
