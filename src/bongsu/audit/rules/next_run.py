"""The next run that a log expects is one that its schedule has.

Source: Amazon EventBridge, "Schedule pattern": the fields of a cron expression, in UTC where no zone is named; crontab(5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.expected import of_day, told
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.schedules import every_cron

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage
    from bongsu.audit.schedules import Cron

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_EN = (
    r"runs?|invocations?|executions?|firings?|fires?|triggers?|one|e?mails?|reports?|sends?|sending|batch(?:es)?|jobs?|"
    r"syncs?|pass|starts?|schedule\w*|ticks?|cycles?|sweeps?|exports?|digests?|dumps?|backups?|slots?"
)
_KO = "실행|발송|회차|배치|호출|스케줄|수행|기동|작업|리포트|보고|메일|동작|집계|전송"
NEXT = pattern(
    rf"\bnext (?:[\w-]+ ){{0,3}}?(?:{_EN})\b|\b(?:runs?|fires?|sends?|due|starts?) next\b|\bnext:"
    rf"|다음 ?(?:번 ?)?(?:[가-힣]{{1,6}} ?){{0,2}}(?:{_KO})",
    re.IGNORECASE,
)
OTHERWISE = re.compile(
    r"\b(?:by hand|manual\w*|windows?|reviews?|meetings?|maintenance|drills?|deploy\w*|shift|retry|retries|attempt|"
    r"skip\w*|suspend\w*|paus\w*)\b|수동|점검|회의|교대|재시도|중지|보류",
    re.IGNORECASE,
)
"""In a sentence whose next run is not the schedule's, or does not come."""
FAR = 60
"""Letters behind the words in which the time stands."""
LEADING = re.compile(r"^(?:\W|(?:is|was|will be|due|expected|at|on|은|는)(?=\W))+", re.IGNORECASE)
"""What leads from those words to the day and the time."""
MINUTE_S = 60
QUOTED = re.compile(r"[.!?][\"'”’]|[,;|] ?\S+_id\b")
"""The end of somebody's words: the time behind it is that of the message."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the times that a log gives for a run to come, at which none of its schedules has one."""
    for log in filter(written, logs):
        named = list(every_cron(log))
        for passage in passages(log) if named else ():
            if withdrawn(log, passage.number):
                continue
            for start, text in sentences(passage):
                match = None if OTHERWISE.search(text) else NEXT.search(text)
                moment = None if match is None else _behind(passage, start + match.end())
                if match and moment and not _runs(log, named, moment, text[match.end() :]):
                    yield _hit(passage, start + match.end(), moment, named[0])


def _behind(passage: Passage, end: int) -> Moment | None:
    """Return the time that stands behind a word; none where it is to the second, which is a record and no expectation."""
    found = next((one for one in passage.moments if end <= one.column - 1 < end + FAR), None)
    if found is None or found.to_s > MINUTE_S or found.at.second:
        return None
    return None if QUOTED.search(passage.text[end : found.column - 1]) else found


def _runs(log: Log, named: list[Cron], moment: Moment, behind: str) -> bool:
    """Return whether one of the schedules may have a run at a time, on the day that stands with it."""
    if moment.own_date or log.day is None:
        return any(cron.runs_at(moment, dated=moment.own_date, late_min=0) for cron in named)
    days = told(behind[:FAR], log.day).possible(log.day)
    possible = list(of_day(moment, days)) or [moment]
    return any(cron.runs_at(one, dated=bool(days), late_min=0) for cron in named for one in possible)


def _hit(passage: Passage, end: int, moment: Moment, cron: Cron) -> Hit:
    spot = passage.moment_spot(moment)
    told = LEADING.sub("", passage.text[end : moment.end - 1])
    return Hit(
        spot=spot,
        also=(Spot(spot.file, cron.number, cron.start + 1, cron.end + 1),),
        why=f"{cron.text} has no run at {told}" + (" (its hours are UTC)" if cron.utc else ""),
        instead="the next run as the service gives it, with its day and its zone",
    )
