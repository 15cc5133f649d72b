"""What an audit read in a log: each claim with its place, so that a reader can tell silence from not understanding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bongsu.audit.acks import ASKING, answers
from bongsu.audit.amounts import PERCENT, counts
from bongsu.audit.called import named
from bongsu.audit.claims import denied, sent
from bongsu.audit.findings import Spot
from bongsu.audit.grids import grids
from bongsu.audit.heads import of_answers
from bongsu.audit.lengths import lengths
from bongsu.audit.records import messages
from bongsu.audit.schedules import crons, rates
from bongsu.audit.texts import texts
from bongsu.audit.windows import stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.schedules import Cron, Rate

ACK = re.compile(r"\b(?:ack(?:ed)?|acknowledged)\b", re.IGNORECASE)
RATIO = re.compile(r"(?<![\w.,/:-])(?P<part>\d[\d,]*)(?:/| of (?:the )?)(?P<whole>\d[\d,]*)(?![\w./:-])")
SHOWN = 60
"""The longest text of a claim, in letters."""


class Kind(StrEnum):
    """What a claim is of."""

    MESSAGE = "message"
    """A message that was sent; its value is when, where the log says so."""
    ANSWER = "answer"
    """Somebody's acknowledgement, with its time."""
    TIME = "time"
    WINDOW = "window"
    SCHEDULE = "schedule"
    """A cron expression or a rate."""
    LENGTH = "length"
    """A length of time, in seconds."""
    COUNT = "count"
    PERCENT = "percent"
    NAME = "name"
    """What a rule, a function, a table or the like is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a log says, as an audit understands it."""

    kind: Kind
    spot: Spot
    text: str
    """As it stands in the log."""
    value: str
    """As it is compared: times in UTC where a zone is known, lengths in seconds; empty where the text is the value."""

    def as_dict(self) -> dict[str, Any]:
        """Return the claim as JSON holds it."""
        return {
            "kind": self.kind.value,
            "file": self.spot.file,
            "line": self.spot.line,
            "column": self.spot.column,
            "text": self.text,
            "value": self.value,
        }


def extracted(log: Log) -> list[Claim]:
    """Return every claim of a log, in the order of its lines; one at each place and of each kind."""
    found = [*_messages(log), *_answers(log), *_times(log), *_plans(log), *_figures(log), *_names(log)]
    placed = {(one.spot.line, one.spot.column, one.kind): one for one in reversed(found)}
    order = list(Kind)
    return sorted(placed.values(), key=lambda one: (one.spot.line, one.spot.column, order.index(one.kind)))


def _messages(log: Log) -> Iterator[Claim]:
    covered: set[int] = set()
    for one in texts(log):
        number, line = next(((n, line) for n, line in one.lines if re.search(r"\w", line)), one.lines[0])
        start = len(line) - len(line.lstrip())
        covered.update(range(one.lines[0][0], one.lines[-1][0] + 1))
        covered.update([one.sent[0]] if one.sent else [])
        spot = Spot(log.name, number, start + 1, len(line.rstrip()) + 1)
        yield _claim(Kind.MESSAGE, spot, line, _time(one.sent[1]) if one.sent else "")
    for record in messages(log):
        if covered.isdisjoint(range(record.start, record.end + 1)):
            field, moment = record.fields[0], sent(record)
            yield _claim(Kind.MESSAGE, field.spot, log.line(field.spot.line), _time(moment) if moment else "")


def _answers(log: Log) -> Iterator[Claim]:
    told = dict(answers(log))
    for number, line in log.numbered():
        moments = log.moments(number)
        if moments and ACK.search(line) and not (denied(line) or ASKING.search(line) or line.lstrip().startswith("|")):
            told.setdefault(number, moments[0])
    for number, moment in told.items():
        yield _claim(Kind.ANSWER, log.moment_spot(number, moment), log.line(number), _time(moment))
    for grid in grids(log):
        places = [place for place, head in enumerate(grid.heads) if of_answers(head)]
        for row in grid.rows:
            for cell in (row[place] for place in places if place < len(row)):
                found = grid.moment(cell)
                if found is not None:
                    yield _claim(Kind.ANSWER, cell.spot, f"{row[0].text}: {cell.text}", _time(found))


def _times(log: Log) -> Iterator[Claim]:
    for number, _ in log.numbered():
        for moment in log.moments(number):
            yield _claim(Kind.TIME, log.moment_spot(number, moment), moment.text, _time(moment))


def _plans(log: Log) -> Iterator[Claim]:
    for window in stated(log):
        span = f"{_time(window.start)} to {_time(window.end)}"
        yield _claim(Kind.WINDOW, window.spot, f"{window.start.text} to {window.end.text}", span)
    listed: list[Cron | Rate] = [*crons(log), *rates(log)]
    for one in listed:
        yield _claim(Kind.SCHEDULE, Spot(log.name, one.number, one.start + 1, one.end + 1), one.text, "")


def _figures(log: Log) -> Iterator[Claim]:
    for number, line in log.numbered():
        taken = [(one.column - 1, one.end - 1) for one in log.moments(number)]
        for length in lengths(line):
            taken.append((length.start, length.end))
            spot = Spot(log.name, number, length.start + 1, length.end + 1)
            yield _claim(Kind.LENGTH, spot, length.text, f"{length.length_s:g} s")
        for match in PERCENT.finditer(line):
            yield _claim(Kind.PERCENT, log.spot(number, match), match[0], match["percent"])
        for match in RATIO.finditer(line):
            taken.append(match.span())
            yield _claim(Kind.COUNT, log.spot(number, match), match[0], f"{match['part']} of {match['whole']}")
        for one in counts(line):
            if not any(start < one.end and one.start < end for start, end in taken):
                spot = Spot(log.name, number, one.start + 1, one.end + 1)
                yield _claim(Kind.COUNT, spot, line[one.start : one.end], str(one.count))


def _names(log: Log) -> Iterator[Claim]:
    for one in named(log):
        spot = Spot(log.name, one.number, one.column, one.column + len(one.name))
        yield _claim(Kind.NAME, spot, one.name, one.kind)


def _claim(kind: Kind, spot: Spot, text: str, value: str) -> Claim:
    words = " ".join(text.split())
    return Claim(kind=kind, spot=spot, text=words if len(words) <= SHOWN else words[: SHOWN - 1] + "…", value=value)


def _time(moment: Moment) -> str:
    """Return a time in UTC, or as it stands when no zone is known; without a date when none is."""
    at = moment.at.astimezone(UTC) if moment.at.tzinfo else moment.at
    form = "%H:%M:%S" if moment.to_s < 60 else "%H:%M"
    text = at.strftime(f"%Y-%m-%dT{form}" if moment.dated else form)
    return text + ("Z" if moment.zone_min is not None else "")
