"""Where a log itself says, at the places of a finding or beside them, why both may be so: such a finding is of low confidence."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.lengths import lengths
from bongsu.audit.odd_words import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Hit
    from bongsu.audit.log import Log

OF_ALL = frozenset(["all_but_a_row", "all_of_some", "at_least_one", "every_one", "none_but_some", "one_otherwise"])
OF_TIME = frozenset(["duration_near", "duration_of_subject", "duration_slip", "duration_start_end"])
OF_CLOCKS = frozenset(["slack_ts_clock"])
OF_ORDER = frozenset(["counters_go_up", "ids_go_up"])
TAKEN_UP = re.compile(
    r"\bre-?(?:opened|used|activated|assigned|numbered|issued)\b|\b(?:reserved|kept|set aside|held back) (?:for|earlier|before)\b|\bold number\b|"
    r"\b(?:from|of) (?:last|the previous) (?:week|month|night|day)\b|다시 ?열|미리 ?(?:받아|잡아|빼)|지난(?:주|달)",
    re.IGNORECASE,
)
"""What says of a number that it was handed out before."""
UNCOUNTED = re.compile(
    r"\bnot (?:be )?(?:counted|included|asked|in scope|part of|ours|due)\b|\b(?:does|do|did) not count\b|\bnot counting\b|"
    r"\b(?:is|are|was|were|so) (?:left out|excluded|exempt)\b|\bout of scope\b|\bexceptions?\b|\bby design\b|"
    r"대상이? ?(?:아니|아님|외)|대상에서|세지 ?않|셈에 ?(?:안|넣지)|해당 ?없|예외",
    re.IGNORECASE,
)
"""What says of one that a claim about all does not speak of it."""
DONE_TO = re.compile(
    r"\b(?:delete|deleted|replaced?|recreated?|restarted|rebuilt|reinstalled|swapped)\b|삭제|교체|다시 ?(?:띄|만들|설치)",
    re.IGNORECASE,
)
STATE = re.compile(r"\b(?:running|ready|up|healthy|green|available)\b|정상|가동", re.IGNORECASE)
IDENT = re.compile(r"[A-Za-z][\w.]*-[\w.-]*\d[\w.-]*")
PAUSED = re.compile(
    r"\b(?:paus\w+|interrupt\w+|wait\w*|break|stopped|idle|queu\w+|without|less|minus|of which|lunch|coffee|hold)\b|"
    r"쉬|멈|대기|중단|빼|제외|점심|휴식",
    re.IGNORECASE,
)
POSTED = re.compile(r"\b(?:posted|sent|wrote|went out|edited)\b|올린|올렸|보낸|보냈|게시|고친", re.IGNORECASE)
CLOSE, AROUND = 1, 3


def explained(log: Log, rule: str, hit: Hit) -> bool:
    """Return whether a log explains what a rule found in it."""
    if not hit.spot.line:
        return False
    if rule in OF_ORDER:
        return bool(TAKEN_UP.search(log.line(hit.spot.line)))
    if rule in OF_ALL:
        return _uncounted(log, hit) or _done_again(log, hit)
    if rule in OF_TIME:
        return _paused(log, hit)
    return rule in OF_CLOCKS and _told_beside(log, hit)


def _others(hit: Hit) -> Iterator[int]:
    return (spot.line for spot in hit.also if spot.line and spot.line != hit.spot.line and spot.file == hit.spot.file)


def _uncounted(log: Log, hit: Hit) -> bool:
    """Return whether the one that is otherwise is said not to count, by its own line or beside the claim by its name."""
    odd = [log.line(number) for number in _others(hit)]
    if any(UNCOUNTED.search(line) for line in odd):
        return True
    around = [line for number, line in log.numbered(hit.spot.line - CLOSE, hit.spot.line + CLOSE) if line not in odd]
    names = {name for line in odd for name in NAME.findall(line) if len(name) > 1}
    return any(UNCOUNTED.search(line) and any(name in line for name in names) for line in around)


def _done_again(log: Log, hit: Hit) -> bool:
    """Return whether something was made anew, by its name, between the line that tells of it and the claim of a state."""
    if not STATE.search(log.line(hit.spot.line)):
        return False
    for number in _others(hit):
        names = IDENT.findall(log.line(number))
        between = (line for _, line in log.numbered(number + 1, hit.spot.line - 1))
        if names and any(DONE_TO.search(line) and any(name in line for name in names) for line in between):
            return True
    return False


def _paused(log: Log, hit: Hit) -> bool:
    """Return whether a length that the same line gives to a pause is what two of its times are longer than the claim."""
    line = log.line(hit.spot.line)
    found = lengths(line)
    times = log.moments(hit.spot.line)
    if len(found) < 2 or len(times) < 2 or not PAUSED.search(line):
        return False
    apart_s = {abs((one.at - other.at).total_seconds()) for one, other in combinations(times, 2)}
    return any(one.length_s + other.length_s in apart_s for one, other in combinations(found, 2))


def _told_beside(log: Log, hit: Hit) -> bool:
    """Return whether the service's own time, in whatever zone, is told beside as when something was posted."""
    when = (
        None
        if " days " in hit.why
        else re.match(r"this is (?:\d{4}-\d\d-\d\d )?(?P<hour>\d\d):(?P<minute>\d\d)", hit.why)
    )
    if when is None:
        return False
    clock = rf"\d{{1,2}}:{when['minute']}" if " UTC" in hit.why else rf"{when['hour']}:{when['minute']}"
    around = log.numbered(hit.spot.line - AROUND, hit.spot.line + AROUND)
    stated = {hit.spot.line, *_others(hit)}
    return any(
        re.search(rf"(?<![\d:]){clock}(?!\d)", line) and POSTED.search(line)
        for number, line in around
        if number not in stated
    )
