"""What a schedule started ran at the minutes and hours that it names, and a rate keeps its distance from run to run.

Source: Amazon EventBridge, "Schedule pattern": cron fields are in UTC; a rate counts from the enabling; crontab(5).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import written
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import schedule_first_run
from bongsu.audit.schedules import Cron, Rate, crons, flexible_min, rates
from bongsu.audit.starts import BY_HAND, PROMPT_MIN, Start, among, by_hand, logged, starts
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
GRACE_S = 90
BRACKET = re.compile(r"\([^()]*(?:\)|$)")
LEAST = 2
LISTED_LEAST = 3
"""So many others of a list, at the schedule's minutes, make it one of runs."""
DAY_S = 86_400


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield runs that the stated schedule cannot have started."""
    for log in filter(written, logs):
        named, rhythm = list(crons(log)), list(rates(log))
        if not named and not rhythm:
            continue
        told = {hit.spot.line for hit in hits(schedule_first_run, log)}
        started = by_hand(log)
        ran = [one for one in starts(log) if one.event.number not in told and not among(one.event.moment, started)]
        if named and rhythm:
            # Two schedules, the old one's and the new one's: only the service's own lines are of one function.
            # What a crontab starts is no function, and a function's lines tell of no crontab's runs.
            by_service = [one for one in named if one.utc]
            yield from _off_the_clock(log, by_service, _logged(log, by_service, started)) if by_service else ()
        elif named:
            yield from _off_the_clock(log, named, [*ran, *_logged(log, named, started), *_listed(log, named, started)])
        elif len({one.period_s for one in rhythm}) == 1:
            yield from _out_of_step(log, rhythm[0], [one.event for one in ran])


def _off_the_clock(log: Log, named: list[Cron], ran: Iterable[Start]) -> Iterator[Hit]:
    days = {moment.at.date() for number, _ in log.numbered() for moment in log.moments(number) if moment.own_date}
    slack_min = flexible_min(log)
    for one in ran:
        event = one.event
        dated = event.moment.own_date or (event.moment.dated and len(days) <= 1)
        if any(cron.runs_at(event.moment, dated=dated, late_min=one.late_min + slack_min) for cron in named):
            continue
        cron = named[0]
        yield Hit(
            spot=event.spot,
            also=(type(event.spot)(log.name, cron.number, cron.start + 1, cron.end + 1),),
            why=f"{cron.text} does not run at {event.moment.text}" + (" (its hours are UTC)" if cron.utc else ""),
            instead="the run's own record, and who started it if the schedule did not",
        )


def _logged(log: Log, named: list[Cron], by_hand: list[Moment]) -> Iterator[Start]:
    """Yield the invocations in the service's own lines that the schedule is said to have started, or that alone are off it."""
    found = [(one, said) for one, said in logged(log) if not among(one.moment, by_hand)]
    off = [
        one for one, _ in found if not any(cron.runs_at(one.moment, dated=True, late_min=PROMPT_MIN) for cron in named)
    ]
    alone = len(off) == 1 and len(found) - len(off) >= LEAST
    yield from (Start(event=one, late_min=PROMPT_MIN) for one, said in found if one in off and (said or alone))


def _listed(log: Log, named: list[Cron], by_hand: list[Moment]) -> Iterator[Start]:
    """Yield the only entry of a list that the schedule did not start, where all the others stand at its very minutes."""
    known = {one.event.number for one in starts(log)}
    for block in _blocks(log):
        off = [one for one in block if not any(cron.runs_at(one.moment, dated=False, late_min=0) for cron in named)]
        if len(block) > LISTED_LEAST and len(off) == 1 and off[0].number not in known:
            plain = not BY_HAND.search(log.line(off[0].number)) and not among(off[0].moment, by_hand)
            if plain and any(_alike(off[0].text, one.text) for one in block if one is not off[0]):
                yield Start(event=off[0], late_min=PROMPT_MIN)


def _alike(one: str, other: str) -> bool:
    """Return whether two entries say the same of what they tell: most of their words, what stands in brackets left out."""
    mine, its = (stems(BRACKET.sub(" ", text)) for text in (one, other))
    return 2 * len(mine & its) > len(mine | its)


def _blocks(log: Log) -> Iterator[list[Event]]:
    """Yield the entries that follow each other line by line, each with one time in front."""
    block: list[Event] = []
    for event in (one for one in events(log) if one.kind in ("leading", "row")):
        if block and event.number == block[-1].number:
            continue
        if block and event.number != block[-1].number + 1:
            yield block
            block = []
        block.append(event)
    if block:
        yield block


def _out_of_step(log: Log, rate: Rate, ran: list[Event]) -> Iterator[Hit]:
    if len(ran) < LEAST:
        return
    for one, other in pairwise(ran):
        apart = (other.moment.at - one.moment.at).total_seconds() % DAY_S
        away = min(apart % rate.period_s, rate.period_s - apart % rate.period_s)
        # What is told in prose is held against the rest of its sentence alone.
        together = one.text == other.text if "inline" in (one.kind, other.kind) else one.number != other.number
        if together and away > GRACE_S + max(one.moment.to_s, other.moment.to_s) and one.head == other.head:
            yield Hit(
                spot=other.spot,
                also=(one.spot, type(one.spot)(log.name, rate.number, rate.start + 1, rate.end + 1)),
                why=f"{apart / 60:.0f} min after the run before it; {rate.text} leaves {rate.period_s // 60} min between runs",
                instead="the runs' own records, and who started those that the schedule did not",
            )
            return
