"""What a log calls done in its window, within its limit or before its deadline has no plain time outside it.

Source: the log's own window, limit or deadline, and its own times.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand
from bongsu.audit.events import Event
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.happened import happened
from bongsu.audit.lengths import lengths, shown
from bongsu.audit.passages import passages, sentences
from bongsu.audit.rules import window_kept
from bongsu.audit.rules.window_kept import FAR_S
from bongsu.audit.windows import acknowledged, outside, windows
from bongsu.audit.work import is_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.happened import Happened
    from bongsu.audit.lengths import Length
    from bongsu.audit.log import Log, Section
    from bongsu.audit.windows import Window

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
INSIDE_KEY = re.compile(
    r"(?:(?:with)?in|inside)(?: the)? (?:window|slot)|(?:window|slot) (?:kept|met|respected)|(?:작업 ?)?(?:창|시간대?|윈도우) ?(?:준수|이내|안)"
)
YES = re.compile(r"(?:yes|true|ok|kept|met|✅|예|네|준수|맞음)\b.*", re.IGNORECASE)
OUTSIDE_IT = re.compile(r"\b(?:nothing|none|no \w+)\b[^.;]{0,30}\boutside (?:of )?(?:it|that|them)\b", re.IGNORECASE)
STEP = re.compile(
    r"\b(?:start(?:ed)?|beg[au]n|end(?:ed)?|finished|done|completed?|enabled|disabled|switched|(?:first|second|third|last) run|ran)\b|시작|종료|완료|활성화|실행",
    re.IGNORECASE,
)
NO_STEP = re.compile(
    r"\b(?:watch\w*|monitor\w*|drill|report\w*|review|meeting|hand-?over|contacts?|approv\w*|backup|prepar\w*|check\w*|test\w*|dry|rehears\w*|notice|announc\w*|message|call\w*|ack\w*|answer\w*|next|ticket|legacy|old)\b"
    r"|관찰|감시|모니터링|훈련|보고|회의|인수인계|연락|승인|백업|준비|점검|확인|시험|테스트|리허설|공지|알림|메시지|통화|응답|다음|기존",
    re.IGNORECASE,
)
LIMIT = re.compile(r"\b(?:sla|slo|limit|target|objective|goal|rto|budget)\b|목표|한도|기준|SLA", re.IGNORECASE)
KEPT = re.compile(
    r"\b(?:sla|slo|limit|target|objective|goal|rto)\b\W{0,4}(?:was |is )?(?:met|kept|held|ok|passed)\b|\b(?:within|inside|in|under|met|kept) (?:the |our |its )?(?:\w+[- ]){0,3}?(?:sla|slo|limit|target|objective|goal|rto)\b"
    r"|(?:sla|목표|한도|기준)(?: ?시간)?[을를은는]? ?(?:준수|달성|충족|안에|내에)",
    re.IGNORECASE,
)
IN_TIME = re.compile(
    r"\b(?:before|by|ahead of) the deadline\b|\b(?:on|in) time\b|\bdeadline (?:was )?(?:met|kept)\b|(?:마감|기한) ?(?:전에?|안에?|내에?|준수)",
    re.IGNORECASE,
)
DEADLINE = re.compile(r"\bdeadline\b|\bdue (?:at|by)\b|마감|기한", re.IGNORECASE)
UNKEPT = re.compile(
    r"\b(?:not|no|missed|exceeded|over|late|breach\w*|fail\w*|except|but|only|if|must|should|will)\b|초과|만 |위반|미달|실패|못|않|늦|해야|[?]",
    re.IGNORECASE,
)
TOOK = re.compile(r"\b(?:took|taken|needed|lasted|elapsed)\b|소요|걸[렸림린]", re.IGNORECASE)
BEGINS = re.compile(
    r"\b(?:start(?:ed)?|beg[au]n|paged|sent|called|posted|asked|detected)\b|시작|호출|발송|감지|개시", re.IGNORECASE
)
ENDS = re.compile(
    r"\b(?:end(?:ed)?|finished|done|completed?|ack(?:ed)?|acknowledged|answered|replied|picked up|restored)\b|종료|완료|응답|확인|복구",
    re.IGNORECASE,
)
LEAST_S, EARLY_MOST_S, TIMES_MOST, NIGHT_S, NEAR_MOST = 60, 7200, 5, 43_200, 8


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims of a window, a limit or a deadline that was kept, with the plain time that was not in it."""
    for log in filter(by_hand, logs):
        if len(windows(log)) == 1 and not acknowledged(log) and not _shown(log):
            yield from _window(log, windows(log)[0])
        for section in log.sections:
            told = [one for one in happened(log) if section.start <= one.number <= section.end]
            yield from _limit(log, section, told)
            yield from _deadline(log, section, told)


def _shown(log: Log) -> bool:
    return any(hit.confidence is not Confidence.LOW for hit in hits(window_kept, log))


def _window(log: Log, window: Window) -> Iterator[Hit]:
    claims = [*window_kept.claims(log), *_inside(log)]
    own = (window.start.column, window.end.column)
    told = [one for one in happened(log) if one.number != window.number or one.moment.column not in own]
    window = replace(window, number=0)  # In one line a window and what was done in it may both stand.
    found = [one for one in (_event(log, one) for one in told) if _misses(one, window)]
    if claims and found:
        worst = max(found, key=lambda one: abs(outside(one, window)))
        by_s = outside(worst, window)
        yield Hit(
            spot=claims[0],
            also=(*dict.fromkeys(one.spot for one in found), window.spot)[:8],
            why=f"{worst.moment.text} is {shown(abs(by_s))} {'after' if by_s > 0 else 'before'} the window of {window.start.text} to {window.end.text}",
            instead="what was done outside the window, and who allowed it",
        )


def _event(log: Log, one: Happened) -> Event:
    spot = log.moment_spot(one.number, one.moment)
    return Event(log=log, number=one.number, moment=one.moment, text=one.text, kind="leading", spot=spot)


def _misses(one: Event, window: Window) -> bool:
    by_s = outside(one, window)
    far = LEAST_S <= by_s < FAR_S or LEAST_S <= -by_s < EARLY_MOST_S
    return far and not NO_STEP.search(one.text) and (bool(STEP.search(one.text)) or is_work(one))


def _inside(log: Log) -> Iterator[Spot]:
    yield from (one.spot for one in log.fields if INSIDE_KEY.fullmatch(one.key) and YES.fullmatch(one.value))
    for number, line in log.numbered():
        if match := OUTSIDE_IT.search(line):
            yield log.spot(number, match)


def _said(log: Log, section: Section) -> Iterator[tuple[str, Spot]]:
    """Yield the sentences of a section with their places."""
    for passage in passages(log):
        if section.start <= passage.number <= section.end and not passage.text.lstrip().startswith((">", "|")):
            for start, text in sentences(passage):
                yield text, passage.spot(start, start + len(text))


def _claim(log: Log, section: Section, kept: re.Pattern[str]) -> tuple[str, Spot] | None:
    found = [one for one in _said(log, section) if kept.search(one[0])]
    sure = all(not UNKEPT.search(text) for text, _ in found)
    return found[0] if found and sure else None


def _limit(log: Log, section: Section, told: list[Happened]) -> Iterator[Hit]:
    claim = _claim(log, section, KEPT)
    if claim is None:
        return
    said = [
        (text, spot, lengths(text)) for text, spot in _said(log, section) if abs(spot.line - claim[1].line) <= NEAR_MOST
    ]
    limits = [(found[0], spot) for text, spot, found in said if LIMIT.search(text) and len(found) == 1]
    if len({one.length_s for one, _ in limits}) != 1:
        return
    limit, spot = limits[0]
    took = [found[0] for text, _, found in said if TOOK.search(text) and not LIMIT.search(text) and len(found) == 1]
    if len(took) == 1 and _more(took[0].length_s, limit, took[0].exact_s / 60):
        yield _hit(claim[1], (spot,), f"{took[0].text} is more than {limit.text}")
    elif pair := _span(told):
        first, last = pair
        real_s = (last.moment.at - first.moment.at).total_seconds()
        if _more(real_s, limit, max(first.moment.to_s, last.moment.to_s)):
            spots = (*(log.moment_spot(one.number, one.moment) for one in pair), spot)
            yield _hit(claim[1], spots, f"{shown(real_s)} is more than {limit.text}")


def _more(real_s: float, limit: Length, to_s: float) -> bool:
    return limit.length_s + max(1.0, to_s) <= real_s <= TIMES_MOST * limit.length_s


def _span(told: list[Happened]) -> tuple[Happened, Happened] | None:
    """Return the one start and the last end of a section that gives no other time."""
    starts = [one for one in told if BEGINS.search(one.text) and not ENDS.search(one.text)]
    ends = [one for one in told if ENDS.search(one.text)]
    if len(starts) != 1 or not ends or len(starts) + len(ends) != len(told):
        return None
    return starts[0], max(ends, key=lambda one: one.moment.at)


def _deadline(log: Log, section: Section, told: list[Happened]) -> Iterator[Hit]:
    claim = _claim(log, section, IN_TIME)
    lines = range(section.start, section.end + 1)
    named = [
        (number, one)
        for number, line in log.numbered(max(section.start, 1), section.end)
        if DEADLINE.search(line)
        for one in log.moments(number)
        if DEADLINE.search(line[: one.column - 1].rpartition(".")[2])
    ]
    if claim is None or not lines or not named:
        return
    number, limit = named[0]
    late = [
        one
        for one in told
        if one.moment.fits(limit)
        and (one.number, one.moment.column) != (number, limit.column)
        and max(LEAST_S, one.moment.to_s) <= (one.moment.at - limit.at).total_seconds() < NIGHT_S
    ]
    if late and all(one.number in (claim[1].line, number) or ENDS.search(one.text) for one in late):
        worst = max(late, key=lambda one: one.moment.at)
        apart = shown((worst.moment.at - limit.at).total_seconds())
        spots = (log.moment_spot(worst.number, worst.moment), log.moment_spot(number, limit))
        yield _hit(claim[1], spots, f"{worst.moment.text} is {apart} after {limit.text}")


def _hit(spot: Spot, also: tuple[Spot, ...], why: str) -> Hit:
    return Hit(spot=spot, also=also, why=why, instead="missed, by how much and why")
