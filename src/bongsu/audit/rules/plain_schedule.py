"""The next run, and every run of a list, is one that the log's only plain schedule has.

Source: the log's own schedule and runs; arithmetic.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand
from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
EVERY = re.compile(
    r"\bevery (?P<en>\d{1,2}) ?min(?:ute)?s?\b|\brate\((?P<rate>\d{1,2}) minutes?\)|(?P<ko>\d{1,2}) ?분(?: ?마다| ?간격)",
    re.IGNORECASE,
)
DAYS = re.compile(
    r"\b(?:weekdays|week ?days only|mon(?:day)? ?(?:-|–|to|through) ?fri(?:day)?)\b|평일|월 ?[~-] ?금|월요일부터 금요일",
    re.IGNORECASE,
)
OTHER_DAYS = re.compile(r"\bweekends?\b|\bdaily\b|\bevery day\b|주말|매일|휴일", re.IGNORECASE)
WEEKEND = re.compile(r"\b(?:Saturday|Sunday|Sat|Sun)\b|[토일]요일|\([토일]\)")
DAILY = re.compile(r"\b(?:daily|every day)\b|매일", re.IGNORECASE)
NEXT = re.compile(
    r"\bnext (?:scheduled )?(?:run|invocation|execution|start)s?\b|다음 ?(?:실행|회차|호출)", re.IGNORECASE
)
LAST = re.compile(
    r"\b(?:last|latest|previous) (?:scheduled )?(?:run|invocation|execution)\b|(?:마지막|직전) ?(?:실행|회차|호출)",
    re.IGNORECASE,
)
LISTED = re.compile(
    r"\b(?:runs|invocations|executions)\b[\"'*_]*\s*[:=]\s*|실행(?: ?시각| ?기록)?\s*[:：]\s*", re.IGNORECASE
)
BETWEEN = re.compile(r"[\s\"',\[\]/·]*(?:and|KST|UTC|및)?[\s\"',\[\]/·]*")
CHANGED = re.compile(
    r"\b(?:moved|changed|instead|except|by hand|manual\w*|late|delayed|skipped|postponed|holiday|old|legacy|was|until)\b|변경|수동|지연|늦|제외|공휴일|기존|까지",
    re.IGNORECASE,
)
UTC = re.compile(r"\bcron\b|\bUTC\b", re.IGNORECASE)
HOUR_MIN, LISTED_LEAST, MOST_ODD = 60, 4, 1
NEXT_RUN = "the next run as the service gives it, with its day and its zone"
OWN_RECORD = "the run's own record, and who started it if the schedule did not"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield runs that the one schedule of a log does not have."""
    for log in filter(by_hand, logs):
        if _has(log, NEXT) or _has(log, LISTED):
            yield from (*_by_step(log), *_by_day(log), *_by_clock(log))


def _has(log: Log, words: re.Pattern[str]) -> bool:
    return any(words.search(line) for _, line in log.numbered())


def _lines(log: Log, words: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
    return [(n, one) for n, line in log.numbered() if (one := words.search(line)) and not CHANGED.search(line)]


def _by_step(log: Log) -> Iterator[Hit]:
    """Yield what does not come in steps of so many minutes: of a list the odd one, and the next run behind the last."""
    told = [one for _, one in _lines(log, EVERY)]
    steps = {int(one["en"] or one["rate"] or one["ko"]) for one in told}
    step = steps.pop() if len(steps) == 1 else 0
    if step == 0 or HOUR_MIN % step:
        return
    for number, match in _lines(log, LISTED):
        found = _in_turn(log, number, match.end())
        beats = Counter(_minute(one) % step for one in found)
        usual, count = beats.most_common(1)[0] if beats else (0, 0)
        if len(found) >= LISTED_LEAST and count == len(found) - MOST_ODD:
            odd = next(one for one in found if _minute(one) % step != usual)
            yield _hit(log, (number, odd), f"{told[0][0]} does not run at {odd.text}", OWN_RECORD)
    last, after = _behind(log, LAST), _behind(log, NEXT)
    if len(last) == len(after) == 1 and last[0][1].fits(after[0][1]):
        apart_s = (after[0][1].at - last[0][1].at).total_seconds()
        if apart_s > 0 and apart_s / 60 % step > 1:
            yield _hit(log, after[0], f"{told[0][0]} has no run at {after[0][1].text}", NEXT_RUN)


def _in_turn(log: Log, number: int, start: int) -> list[Moment]:
    """Return the times of a list that begins at a place of a line."""
    found: list[Moment] = []
    for one in log.moments(number):
        if one.column > start and BETWEEN.fullmatch(log.line(number)[start : one.column - 1]):
            found.append(one)
            start = one.end - 1
    return found


def _minute(one: Moment) -> int:
    at = one.at + timedelta(minutes=one.zone_min or 0)
    return at.hour * HOUR_MIN + at.minute


def _behind(log: Log, words: re.Pattern[str]) -> list[tuple[int, Moment]]:
    """Return the first time behind some words, of each line that has them."""
    found = []
    for number, match in _lines(log, words):
        moment = next((one for one in log.moments(number) if one.column > match.end()), None)
        if moment is not None:
            found.append((number, moment))
    return found


def _by_day(log: Log) -> Iterator[Hit]:
    """Yield a next run at the weekend where the schedule is that of working days alone."""
    # Of a schedule in UTC the night before may be a working day.
    told = [one for one in _lines(log, DAYS) if not UTC.search(log.line(one[0]))]
    if not told or _has(log, OTHER_DAYS):
        return
    for number, match in _lines(log, NEXT):
        day = WEEKEND.search(log.line(number), match.end())
        if day:
            why = f"{told[0][1][0]} has no run at {day[0].strip('()')}"
            spot = log.spot(number, day)
            yield Hit(spot=spot, also=(log.spot(*told[0]),), why=why, instead=NEXT_RUN)


def _by_clock(log: Log) -> Iterator[Hit]:
    """Yield a next run at another time of day than the only one of a daily schedule."""
    daily, after = _behind(log, DAILY), _behind(log, NEXT)
    told = [(n, line) for n, line in log.numbered() if DAILY.search(line)]
    if len(told) != 1 or len(daily) != 1 or len(after) > 1:
        return
    number, once = daily[0]
    coming = after[0] if after and after[0][0] != number else _column(log, number)
    if coming and once.zone_min == coming[1].zone_min and _minute(once) != _minute(coming[1]) and not once.own_date:
        yield _hit(
            log, coming, f"{told[0][1][once.column - 1 : once.end - 1]} has no run at {coming[1].text}", NEXT_RUN
        )


def _column(log: Log, number: int) -> tuple[int, Moment] | None:
    """Return the time of a row under a head for the next run."""
    for table in log.tables:
        for row in table.rows:
            for head, cell in zip(table.heads, row, strict=True) if row[0].spot.line == number else ():
                found = [one for one in log.moments(number) if cell.spot.column <= one.column < cell.spot.end]
                if NEXT.search(head) and len(found) == 1:
                    return number, found[0]
    return None


def _hit(log: Log, place: tuple[int, Moment], why: str, instead: str) -> Hit:
    return Hit(spot=log.moment_spot(*place), also=(), why=why, instead=instead)
