"""What a schedule started ran at the minutes and hours that it names, and a rate keeps its distance from run to run.

Source: Amazon EventBridge, "Schedule pattern": cron fields are in UTC; a rate counts from the enabling; crontab(5).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import apart_s, denied, withdrawn, written
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import schedule_first_run
from bongsu.audit.schedules import Cron, Rate, crons, rates
from bongsu.audit.typed import typed
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
BY_SCHEDULE = re.compile(
    r"\b(?:invoked|started|triggered|fired|run|ran|called) by (?:the )?(?:schedule|rule|cron|timer|scheduler|eventbridge|itself)|\b(?:ran|fired|invoked|started|run)\b.{0,60}\bby (?:the )?(?:schedule|rule|cron|timer|scheduler)\b|\b(?:scheduled|automatic) (?:run|invocation|execution|start)|\bfirst (?:scheduled )?(?:run|invocation|execution|firing|tick)\b|"
    r"\bsecond (?:run|invocation|execution)\b|\bthe (?:rule|schedule|cron|timer) (?:fired|ran|kicked in|triggered|started)|\b(?:cron|timer|rule|schedule) (?:fired|tick|kicked in)|"
    r"(?:스케줄|규칙|정기|예약|자동)\S* ?(?:에 의한 |에 따른 |로 |이 )?(?:첫 |최초 |둘째 )?(?:실행|호출|시작|발동|부른)|(?:첫|최초|둘째|두 ?번째) ?(?:실행|호출|정기)",
    re.IGNORECASE,
)
RUNS = re.compile(
    r"\b(?:runs?|invocations?|executions?|firings?|ticks|schedule)\b|실행|호출|회차|차례|스케줄", re.IGNORECASE
)
RUN_HEAD = re.compile(
    r"invoked|start|began|run|fired|ran|triggered|schedule|time|at|시작|실행|호출|시각", re.IGNORECASE
)
BY_HAND = re.compile(
    r"\b(?:by hand|manual\w*|test(?:ed)?|hand[- ]?(?:started|made|run|invoked|triggered|fired|sent|test\w*)|by me|extra run|one-?off|ad.?hoc|forced|retr\w+|once more|on demand|backfill|from the console)\b|수동|수작업|임시 ?(?:실행|호출)|손으로|시험|재시도|직접",
    re.IGNORECASE,
)
NOT_A_RUN = re.compile(
    r"\b(?:end(?:ed)?|finish\w*|done|wait\w*|enabled?|disabled?|looked|checked|report|saw|seen|until|before|after)\b|끝|종료|완료|활성|확인",
    re.IGNORECASE,
)
LISTED = re.compile(
    r"\bby the (?:rule|schedule|timer|cron|scheduler)\b|\b(?:scheduled|automatic) (?:runs|invocations|executions|starts)\b|(?:스케줄|규칙|정기|자동)\S* ?(?:실행|호출)",
    re.IGNORECASE,
)
LIST_MOST = 40
BESIDE_MOST = 14
OF_PEOPLE = re.compile(
    r"who|person|people|name|press|answer|ack|message|button|이름|사람|담당|확인|응답|누른|메시지|당직", re.IGNORECASE
)
GRACE_S = 90
LEAST = 2
DAY_S = 86_400


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield runs that the stated schedule cannot have started."""
    for log in filter(written, logs):
        named, rhythm = list(crons(log)), list(rates(log))
        if not named and not rhythm:
            continue
        told = {hit.spot.line for hit in schedule_first_run.find([log])}
        started = _by_hand(log)
        ran = [one for one in _runs(log) if one.number not in told and not _among(one.moment, started)]
        if len({one.minutes for one in named}) == 1 and len({one.hours for one in named}) == 1:
            yield from _off_the_clock(log, named[0], ran)
        elif not named and len({one.period_s for one in rhythm}) == 1:
            yield from _out_of_step(log, rhythm[0], ran)


def _runs(log: Log) -> list[Event]:
    """Return the times at which a schedule is said to have started something."""
    found = []
    for event in events(log):
        line = log.line(event.number)
        at_prompt = event.kind == "leading" and typed(line) is not None
        if (
            at_prompt  # The time is that of the command, not of what its text speaks of.
            or withdrawn(log, event.number)
            or BY_HAND.search(line)
            or (event.moment.zone_min is None and event.kind == "inline" and "cron" in line)
        ):
            continue
        if event.kind == "leading" and LISTED.search(_above(log, event.number)):
            found.append(event)
        elif event.kind == "row":
            if _lists_runs(log, event):
                found.append(event)
        elif (
            BY_SCHEDULE.search(line)
            and not denied(line)
            and not PLANNED.search(line)
            and not NOT_A_RUN.search(BY_SCHEDULE.sub(" ", line))
        ):
            match = BY_SCHEDULE.search(line)
            apart = (
                max(match.start() - event.moment.end, event.moment.column - match.end(), 0) if match else BESIDE_MOST
            )
            if event.kind == "leading" or apart < BESIDE_MOST:
                found.append(event)
    return found


def _by_hand(log: Log) -> list[Moment]:
    """Return the times at which a log says anywhere that somebody started something by hand."""
    return [one for number, line in log.numbered() if BY_HAND.search(line) for one in log.moments(number)]


def _among(moment: Moment, others: list[Moment]) -> bool:
    return any(abs(apart_s(moment, other)) % DAY_S < max(moment.to_s, other.to_s) for other in others)


def _above(log: Log, number: int) -> str:
    """Return the line that announces the list in which a line stands: `Runs by the rule:`."""
    place = number - 1
    while place > max(0, number - LIST_MOST) and (log.moments(place) or not log.line(place).strip()):
        if not log.line(place).strip() and not log.line(place - 1 if place > 1 else 1).rstrip().endswith((":", "：")):
            break
        place -= 1
    line = log.line(place) if place > 0 else ""
    return line if line.rstrip().endswith((":", "：")) else ""


def _lists_runs(log: Log, event: Event) -> bool:
    table = next(one for one in log.tables if any(row[0].spot.line == event.number for row in one.rows))
    first = table.rows[0][0].spot.line
    above = " ".join(text for _, text in log.numbered(max(1, first - 4), first - 3))
    if OF_PEOPLE.search(" ".join(table.heads)):
        return False
    about = f"{log.section(first).title} {above} {' '.join(table.heads)}"
    column = next((n for n, head in enumerate(table.heads) if head == event.head), 0)
    timed = [n for n, head in enumerate(table.heads) if n <= column and RUN_HEAD.search(head)]
    return (
        bool(RUNS.search(about))
        and bool(RUN_HEAD.search(event.head))
        and not NOT_A_RUN.search(event.head)
        and timed[:1] == [column]
    )


def _off_the_clock(log: Log, cron: Cron, ran: list[Event]) -> Iterator[Hit]:
    for event in ran:
        clocks = list(_clocks(event.moment, utc=cron.utc))
        if any(minute in cron.minutes and hour in cron.hours for hour, minute in clocks):
            continue
        yield Hit(
            spot=event.spot,
            also=(type(event.spot)(log.name, cron.number, cron.start + 1, cron.end + 1),),
            why=f"{cron.text} does not run at {event.moment.text}" + (" (its hours are UTC)" if cron.utc else ""),
            instead="the run's own record, and who started it if the schedule did not",
        )


def _clocks(moment: Moment, *, utc: bool) -> Iterator[tuple[int, int]]:
    """Yield hour and minute of a run, and of the minute before it: a start is a little late, never early."""
    minute_of_day = moment.at.hour * 60 + moment.at.minute
    shown = minute_of_day + (moment.zone_min or 0)
    zones = [minute_of_day] if utc and moment.zone_min is not None else [minute_of_day, shown]
    for start in zones:
        for late in (0, 1):
            hour, minute = divmod((start - late) % 1440, 60)
            if utc and moment.zone_min is None:
                # The zone of the run is not known: its minute alone can be held against the expression.
                yield from ((any_hour, minute) for any_hour in range(24))
            yield hour, minute


def _out_of_step(log: Log, rate: Rate, ran: list[Event]) -> Iterator[Hit]:
    if len(ran) < LEAST:
        return
    for one, other in pairwise(ran):
        apart = (other.moment.at - one.moment.at).total_seconds() % DAY_S
        away = min(apart % rate.period_s, rate.period_s - apart % rate.period_s)
        if (
            one.number != other.number
            and away > GRACE_S + max(one.moment.to_s, other.moment.to_s)
            and one.head == other.head
        ):
            yield Hit(
                spot=other.spot,
                also=(one.spot, type(one.spot)(log.name, rate.number, rate.start + 1, rate.end + 1)),
                why=f"{apart / 60:.0f} min after the run before it; {rate.text} leaves {rate.period_s // 60} min between runs",
                instead="the runs' own records, and who started those that the schedule did not",
            )
            return
