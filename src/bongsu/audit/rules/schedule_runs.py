"""What a schedule started ran at the minutes and hours that it names, and a rate keeps its distance from run to run.

Source: Amazon EventBridge, "Schedule pattern": cron fields are in UTC; a rate counts from the enabling; crontab(5).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import schedule_first_run
from bongsu.audit.schedules import Cron, Rate, crons, rates
from bongsu.audit.starts import among, by_hand, logged, spoken, starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
GRACE_S = 90
UNRUN = re.compile(r"\bcommented out\b|\bwould have run\b|주석 ?처리|될 뻔", re.IGNORECASE)
"""What tells of a run that there was not."""
LEAST = 2
DAY_S = 86_400


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield runs that the stated schedule cannot have started."""
    for log in filter(written, logs):
        named, rhythm = list(crons(log)), list(rates(log))
        if not named and not rhythm:
            continue
        told = {hit.spot.line for hit in hits(schedule_first_run, log)}
        started = by_hand(log)
        ran = [one for one in starts(log) if one.number not in told and not among(one.moment, started)]
        ran = [one for one in ran if not UNRUN.search(log.line(one.number))]
        if named and rhythm:
            # Two schedules, the old one's and the new one's: only the service's own lines are of one function.
            # What a crontab starts is no function, and a function's lines tell of no crontab's runs.
            by_service = [one for one in named if one.utc]
            yield from _off_the_clock(log, by_service, []) if by_service else ()
        elif named:
            more = [one for one in spoken(log) if not among(one.moment, started)]
            ran += [one for one in more if all(one.spot != other.spot for other in ran)]
            yield from _off_the_clock(log, named, sorted(ran, key=lambda one: (one.number, one.spot.column)))
        elif len({one.period_s for one in rhythm}) == 1:
            yield from _out_of_step(log, rhythm[0], ran)


def _off_the_clock(log: Log, named: list[Cron], ran: list[Event]) -> Iterator[Hit]:
    days = {moment.at.date() for number, _ in log.numbered() for moment in log.moments(number) if moment.own_date}
    for event in (*ran, *_logged(log, named)):
        dated = event.moment.own_date or (event.moment.dated and len(days) <= 1)
        if any(one.runs_at(event.moment, dated=dated) for one in named):
            continue
        cron = named[0]
        yield Hit(
            spot=event.spot,
            also=(type(event.spot)(log.name, cron.number, cron.start + 1, cron.end + 1),),
            why=f"{cron.text} does not run at {event.moment.text}" + (" (its hours are UTC)" if cron.utc else ""),
            instead="the run's own record, and who started it if the schedule did not",
        )


def _logged(log: Log, named: list[Cron]) -> Iterator[Event]:
    """Yield the invocations in the service's own lines that the schedule is said to have started, or that alone are off it."""
    found = list(logged(log))
    off = [one for one, _ in found if not any(cron.runs_at(one.moment, dated=True) for cron in named)]
    alone = len(off) == 1 and len(found) - len(off) >= LEAST
    yield from (one for one, said in found if one in off and (said or alone))


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
