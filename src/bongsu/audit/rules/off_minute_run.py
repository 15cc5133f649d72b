"""A run that is told to have come by its schedule is at a minute that some schedule of the log has.

Source: the log's own schedules, in cron or in words; minutes are the same in every zone that is whole hours away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.spells import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.units import Unit

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
CRON = re.compile(
    r"(?<![\d*/,-])(?P<m>\*(?:/\d+)?|\d[\d,/-]*) (?:\*|\d)[\d,/*-]* (?:\*|\?|L|\d[\d,/-]*) (?:\*|\d[\d,/-]*)(?= [*?\dA-Z])"
)
MINUTES = re.compile(
    r"(?<![\d:])(?P<list>:[0-5]\d(?:(?>, and | and |, | or |/| ?[·,] ?):[0-5]\d)*)(?![\d:])"
    r"|(?<![\d:])(?P<ko>[0-5]?\d(?: ?[·,] ?[0-5]?\d)+)분|매시 ?(?P<each>[0-5]?\d)분|\bminutes? (?P<en>[0-5]?\d(?:(?:, | and |, and )[0-5]?\d)*)\b"
)
DAILY = re.compile(
    r"\b(?:every (?:day|night|morning|weekday|evening|\w+day)|daily|nightly|weekdays|each (?:day|night|morning|evening)|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:s| to | and |, )\w*)\b|매일|매주|평일|[월화수목금토일](?: ?[·,~] ?[월화수목금토일])+",
    re.IGNORECASE,
)
"""What says that the times beside it come again."""
OTHER = re.compile(
    r"\brate\(|\bevery \d+ (?:min|hour|sec)|\d+ ?분(?:마다| 간격)|\d+-minute schedule|\bhourly\b|매 ?시간",
    re.IGNORECASE,
)
"""A schedule whose minutes nobody can tell from its words."""
BY_PLAN = re.compile(
    r"\b(?:on schedule|by (?:the|its) (?:schedule|rule|cron|timetable|plan)|(?:from|of) the (?:plan|schedule|timetable)|scheduled (?:\w+ ){0,2}(?:run|print|report|job|one|batch)|(?:run|print|report|job|batch)[^.;]{0,30}\b(?:on time|punctual\w*|as scheduled))\b"
    r"|스케줄(?:대로|로|에 따라)|시간표대로|정시 ?(?:회차|실행|기동|발송)|예약 ?실행",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:ran|fired|started|came|was|were|printed|went|arrived|triggered|began|finished|punctual)\b|[떴됐났했왔]|나옴|시작됨|정상|뜬|돎|실행됨",
    re.IGNORECASE,
)
NOT_SO = re.compile(
    r"\b(?:by hand|manual\w*|late|early|delay\w*|next|first look|will|due|retry|retried|test\w*|ticket|window|change|cutover|maintenance)\b|수동|손으로(?! 부른 것 아)|늦|지연|다음|예정|재시도|시험",
    re.IGNORECASE,
)
INSTEAD = "the minute at which it really ran, or what started it instead of the schedule"
FEWEST = 1


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what is told to have run by its schedule at a minute that no schedule of the log has."""
    for log in filter(written, logs):
        said = sentences(log)
        minutes, places = _minutes(said)
        if not minutes or any(OTHER.search(one.text) for one in said):
            continue
        for one in said:
            if not one.at or one.number in places or not _claims(log, one):
                continue
            if any(when.at.minute in minutes for when in one.at):
                continue
            yield Hit(
                spot=log.spot(one.number),
                also=tuple(log.spot(number) for number in sorted(places)[:3]),
                why=f"no schedule of the log has the minute of {one.at[-1].text}",
                instead=INSTEAD,
            )


def _claims(log: Log, one: Unit) -> bool:
    """Return whether a sentence tells of a run that came by its schedule."""
    claim = BY_PLAN.search(one.text)
    if claim is None or DONE.search(one.text) is None or withdrawn(log, one.number):
        return False
    return not (NOT_SO.search(one.text) or "?" in one.text or denied(one.text[: claim.start()]))


def _minutes(said: Sequence[Unit]) -> tuple[set[int], set[int]]:
    """Return the minutes at which anything is scheduled, and the lines that say so."""
    minutes: set[int] = set()
    places: set[int] = set()
    for one in said:
        found: set[int] = set()
        for match in CRON.finditer(one.text):
            found |= _field(match["m"])
        for match in MINUTES.finditer(one.text):
            text = match["list"] or match["ko"] or match["each"] or match["en"]
            found |= {int(number) for number in re.findall(r"\d+", text)}
        if DAILY.search(one.text) and BY_PLAN.search(one.text) is None:
            found |= {when.at.minute for when in one.at}
        if found:
            minutes |= found
            places.add(one.number)
    return minutes, places


def _field(text: str) -> set[int]:
    """Return the minutes of a cron field."""
    found: set[int] = set()
    for part in text.split(","):
        start, _, step = part.partition("/")
        first, _, last = start.partition("-")
        if not re.fullmatch(r"\*|\d+", first) or not re.fullmatch(r"\d*", last) or not re.fullmatch(r"\d*", step):
            continue
        if first == "*":
            found |= set(range(0, 60, int(step or 1)))
        elif step or last:
            found |= set(range(int(first), int(last or 59) + 1, int(step or 1)))
        else:
            found.add(int(first))
    return found
