"""What runs by a schedule is not told at an hour or on a day that the schedule leaves out, nor alone beside its other runs.

Source: the log's own schedules, in cron or in words, and its own runs.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import apart_s, by_hand
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rules import off_beat, schedule_runs
from bongsu.audit.scheduled import Rhythm, Run, Schedule, rhythms, runs, schedules
from bongsu.audit.starts import among
from bongsu.audit.starts import by_hand as started_by_hand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
MINUTE_S, SAME_S = 60, 900
FITS_LEAST, REGULAR, SCHEDULES_MOST = 2, 4, 12


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the runs that no schedule of the log can have started."""
    for log in filter(by_hand, logs):
        known = schedules(log)
        told_rhythms = rhythms(log)
        found = runs(log) if (known or told_rhythms) and len(known) <= SCHEDULES_MOST else ()
        odd = [*_on_a_wrong_day(known, found), *_at_a_wrong_hour(known, found)]
        odd += _alone(known, told_rhythms, found)
        told = {hit.spot.line for rule in (off_beat, schedule_runs) for hit in hits(rule, log)} if odd else set()
        started = [when for when in started_by_hand(log) if when.to_s <= MINUTE_S] if odd else []
        before: list[Run] = []
        for run, by in odd:
            again = run.number in told or any(abs(apart_s(run.at, one.at)) < SAME_S for one in before)
            if not again and not among(run.at, started) and not any(one.may_start(run) for one in known):
                before.append(run)
                yield Hit(
                    spot=log.moment_spot(run.place, run.at),
                    also=(log.spot(by.number),),
                    why=f"no schedule of the log starts anything at {run.at.text}"
                    + (" on that day of the week" if by.left_out(run) else ""),
                    instead=off_beat.INSTEAD,
                )


def _on_a_wrong_day(known: Sequence[Schedule], found: Sequence[Run]) -> Iterator[tuple[Run, Schedule]]:
    """Yield runs at the very time of day of a schedule that has none on that day of the week."""
    for run in (each for each in found if each.ran):
        for one in known:
            if one.left_out(run) and (one.is_of(run) or (run.named and len({each.weekdays for each in known}) == 1)):
                yield run, one


def _at_a_wrong_hour(known: Sequence[Schedule], found: Sequence[Run]) -> Iterator[tuple[Run, Schedule]]:
    """Yield runs at the minute of a schedule that has none in that hour."""
    for run in (each for each in found if each.ran):
        for one in known:
            linked, named = one.is_of(run), run.named or run.head in one.about
            if one.other_hour(run) and (
                (linked and named) or (run.at.at.minute and (linked or (named and len(known) == 1)))
            ):
                yield run, one


def _alone(known: Sequence[Schedule], told: Sequence[Rhythm], found: Sequence[Run]) -> Iterator[tuple[Run, Schedule]]:
    """Yield the one run of a list, or of somebody who only tells of runs, that is off the schedule of all the others."""
    groups: dict[str, list[Run]] = defaultdict(list)
    for run in found:
        groups[run.shape].append(run)
    for group in groups.values():
        for one in (*known, *(made for each in told if (made := each.begun(group)) is not None)):
            fitting = one.fitting(group)
            off = [run for run in group if run not in fitting]
            if len(off) != 1 or len({(run.at.at.hour, run.at.at.minute) for run in fitting}) < FITS_LEAST:
                continue
            alone = len(known) == 1 and one.other_hour(off[0])
            if alone or len(fitting) >= REGULAR or all(run.named or one.is_of(run) for run in group):
                yield off[0], one
