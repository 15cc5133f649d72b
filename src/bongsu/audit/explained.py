"""Where a log itself says, at the places of a finding or beside them, why both may be so: such a finding is of low confidence."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.amounts import counts, percent_fits
from bongsu.audit.lengths import lengths
from bongsu.audit.odd_words import NAME
from bongsu.audit.words import EN_NUMBER, number, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Hit
    from bongsu.audit.log import Log

OF_ALL = frozenset(["all_but_a_row", "all_of_some", "at_least_one", "every_one", "none_but_some", "one_otherwise"])
OF_TIME = frozenset(["duration_near", "duration_of_subject", "duration_slip", "duration_start_end"])
OF_DAYS = frozenset(
    [
        "ack_in_its_own_request",
        "before_the_first",
        "caused_by_later",
        "duration_near",
        "duration_of_all",
        "duration_of_subject",
        "duration_slip",
        "duration_start_end",
        "effect_before_cause",
        "effect_in_words",
        "later_cause",
        "limit_kept",
        "promise_kept",
        "time_kept",
        "times_backwards",
        "told_before_known",
        "window_kept",
        "worked_though_kept_off",
        "works_while_off",
    ]
)
"""The rules that hold the times of two lines against each other."""
OF_WORK = frozenset(["worked_though_kept_off", "works_while_off"])
OF_NAMES = frozenset(["meant_for_one", "near_names"])
OF_MESSAGES = frozenset(["ack_in_its_own_request"])
OF_SHARES = frozenset(["percent_of_count", "parts_of_whole"])
OF_SUMS = frozenset(["sums", "total_elsewhere", "total_in_words"])
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
MEAN = re.compile(
    r"\b(?:averages?|averaging|mean|median|on average|apiece)\b|\bper (?:node|host|server|site|shop|branch|file|run|person|head|unit|device)\b"
    r"|평균|(?<=[대건개명회곳])당 ?(?:평균 ?)?\d",
    re.IGNORECASE,
)
"""A length of each is none between two times."""
MEMBER = re.compile(r"[\"“'‘>]\s*\S|→")
WENT_OFF = re.compile(r"\boff (?:for|at|since|until|by)\b|\b(?:turned|switched|went|is|flag \S+) off\b", re.IGNORECASE)
"""What tells of a thing that it went off tells of no work of it."""
ANNOUNCED = re.compile(
    r"\b(?:posted|sent|announced|wrote)\b[^\"“]{0,20}[\"“][^\"”\d]{0,30}\d{0,3} ?(?:runs?|is running|is on|is up|is back|works?) ?(?:again)?[.!]?[\"”]",
    re.IGNORECASE,
)
"""A message that something runs says that it is on."""
WEEKDAY = re.compile(
    r"[\s\-*|\[(>#]*+(?:(?P<en>mon|tue|wed|thu|fri|sat|sun)[a-z]*+[ ,.]*+\d{1,2}[:.h]?\d\d|(?P<ko>[월화수목금토일])(?:요일)? ?\d{1,2}:\d\d)",
    re.IGNORECASE,
)
"""An entry that begins with the day of the week and a time."""
PRINTED = re.compile(r"\blevel=[a-z]+ msg=|\w\[\d+\]: ")
"""A program's own line in its own log."""
TWO_NAMES = re.compile(r"'(?P<one>[^']+)' here, '(?P<other>[^']+)' elsewhere")
FILES = re.compile(r".*\.(?:md|rst|png|jpe?g|svg|gif|html?|pdf)", re.IGNORECASE)
STANDARD = re.compile(r"(?:sha|utf|md|http|tls|aes|rsa|ipv|iso|base|x)-?\d+", re.IGNORECASE)
TOTAL = re.compile(r"not (\d{1,9})$")
OF_ALL_OF_THEM = re.compile(rf"\b(?P<n>{EN_NUMBER}|\d{{1,3}}) (?:of|out of) (?:the )?(?P<all>{EN_NUMBER}|\d{{1,3}})\b")
CLOCKED = re.compile(r"[:/]\d")
CLOSE, AROUND, MOST = 1, 3, 8


def explained(log: Log, rule: str, hit: Hit) -> bool:
    """Return whether a log explains what a rule found in it."""
    if not hit.spot.line:
        return False
    if rule in OF_ORDER:
        return bool(TAKEN_UP.search(log.line(hit.spot.line)))
    if rule in OF_DAYS and _other_day(log, hit):
        return True
    if rule in OF_WORK:
        line = log.line(hit.spot.line)
        return WENT_OFF.search(line) is not None or ANNOUNCED.search(line) is not None
    if rule in OF_NAMES:
        return _one_word(hit)
    if rule in OF_MESSAGES:
        return _goes_on(log, hit) or PRINTED.search(log.line(hit.spot.line)) is not None
    if rule in OF_SHARES:
        return _of_another(log, hit)
    if rule in OF_SUMS:
        return _noted(log, hit)
    if rule in OF_ALL:
        return _fewer(log, hit) or _uncounted(log, hit) or _done_again(log, hit)
    if rule in OF_TIME:
        return MEAN.search(log.line(hit.spot.line)) is not None or _paused(log, hit)
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
    for odd in _others(hit):
        names = IDENT.findall(log.line(odd))
        between = (line for _, line in log.numbered(odd + 1, hit.spot.line - 1))
        if names and any(DONE_TO.search(line) and any(name in line for name in names) for line in between):
            return True
    return False


def _fewer(log: Log, hit: Hit) -> bool:
    """Return whether the claim itself counts less than all: `two of three in time, the third late`."""
    line = log.line(hit.spot.line).lower()
    return any(
        (number(one["n"]) or 0) < (number(one["all"]) or 0) and not CLOCKED.match(line[one.end() :])
        for one in OF_ALL_OF_THEM.finditer(line)
    )


def _other_day(log: Log, hit: Hit) -> bool:
    """Return whether the entries begin with days of the week that are not the same."""
    found = [WEEKDAY.match(log.line(number)) for number in (hit.spot.line, *_others(hit))]
    return len({(one["en"] or one["ko"]).lower() for one in found if one}) > 1


def _one_word(hit: Hit) -> bool:
    """Return whether two names are one word in two forms: its plural, its past, a standard with and without its dash; or two files."""
    found = TWO_NAMES.match(hit.why)
    if found is None:
        return False
    one, other = found["one"].lower(), found["other"].lower()
    if all(FILES.fullmatch(name) or STANDARD.fullmatch(name) for name in (one, other)):
        return True
    heads = [re.fullmatch(r"(?P<head>.*?)(?P<last>[a-z]*)", name) for name in (one, other)]
    parts = [(each["head"], stem(each["last"])) for each in heads if each]
    return len(parts) == 2 and parts[0] == parts[1] and bool(parts[0][1])


def _goes_on(log: Log, hit: Hit) -> bool:
    """Return whether an entry goes on with what came after in its own line: `07:44 Lucien is paged, and answers at 07:52`."""
    if any(True for _ in _others(hit)) or MEMBER.search(log.line(hit.spot.line)):
        return False
    times = log.moments(hit.spot.line)
    return bool(times) and sum(one.at > times[0].at for one in times) == 1


def _of_another(log: Log, hit: Hit) -> bool:
    """Return whether a share is that of other two numbers of its line, however their thousands are set apart."""
    line = re.sub(r"(?<=\d)[ \u2009\u202f](?=\d{3}(?!\d))", "", log.line(hit.spot.line))
    found = {one.count for one in counts(line) if one.count}
    shares = re.findall(r"(\d{1,3}(?:\.\d+)?) ?%", line)
    return len(shares) == 1 and any(
        percent_fits(one, other, shares[0]) for one in found for other in found if one < other
    )


def _noted(log: Log, hit: Hit) -> bool:
    """Return whether a total has a footnote, or its own line has the numbers that make it, or counts in another unit of time."""
    total = TOTAL.search(hit.why)
    line = log.line(hit.spot.line)
    if total is None:
        return False
    shown = rf"(?<![\d.,])(?:{total[1]}|{int(total[1]):,})"
    if re.search(rf"{shown} ?(?:\*(?!\*)|[†‡¹²³])", line):
        return True
    units = {
        found[1].lower()[0]
        for one in (hit.spot.line, *_others(hit))
        if (found := re.search(r"\d ?(min|h|s|hours?|days?|d)\b", log.line(one)))
    }
    if len(units) > 1:
        return True
    rest = [one.count for one in counts(re.sub(shown, " ", line, count=1)) if 0 < one.count < int(total[1])]
    return any(sum(some) == int(total[1]) for some in combinations(rest[:MOST], 3))


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
