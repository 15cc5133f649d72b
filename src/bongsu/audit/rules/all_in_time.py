"""When all are said to have answered within a limit, none of the answers above came later than that.

Source: the log's own limit and times.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.audit.acks import answers, pages, sendings
from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.heads import of_answers
from bongsu.audit.lengths import lengths, shown
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import limit_kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_LONG = r"(?:\d{1,3}|[a-z]+)[ -]?(?:min(?:ute)?s?|m|분|sec(?:ond)?s?|s|초|hours?|시간)"
CLAIM = re.compile(
    rf"\b(?:all|both|everyone|everybody|every|each)\b[^.;]{{0,50}}?\b(?:inside|within|in under|under|met|kept)\b (?:the |our |its )?(?:{_LONG}[ -]?)?(?:SLA|limit|target|{_LONG}|(?:period|time|limit)\b(?: (?:set|laid down|allowed|given|agreed|that))?)"
    rf"|(?:둘|셋|넷|[두세네] ?명|\d{{1,2}} ?명|전원|모두|전부) ?(?:다|모두)?(?! ?중)[^.;]{{0,24}}?(?:SLA|{_LONG}|기한|기준)[^.;]{{0,10}}?(?:이내|안에|내에|내 |안 |안\b|준수|충족)(?! ?\d+ ?명)",
    re.IGNORECASE,
)
DENIED = pattern(
    r"\bnot\b|n't\b|\b(?:outside|late|except|but|must|should|if|to answer)\b|밖|넘|초과|못|늦|제외|하면|바랍|주세요|중 ?(?:한|두|세|\d)",
    re.IGNORECASE,
)
STATED = re.compile(
    r"\bSLA\b|기한|\b(?:limit|target)\b|\b(?:shall|must|has to|have to|is to|are to|should)\b[^.;]{0,30}\b(?:answer|reply|respond|ack\w*)\b[^.;]{0,20}\bwithin\b|안에 ?(?:답|응답|회신)\S*야",
    re.IGNORECASE,
)
ANSWER = re.compile(r"\W*acks?\b", re.IGNORECASE)
ASKED = re.compile(r"\W*(?:paged|page sent|asked)\b", re.IGNORECASE)
ABOVE, BELOW = 25, 3
"""Lines around a sentence that have the answers of which it speaks."""
LEAST_S, MOST_S = 30, 7_200
TIMES_MOST = 2.5
"""How many times the limit an answer may have taken: what came later was to another page, which was not found here."""
AN_HOUR = timedelta(hours=1)

Timed = tuple[int, "Moment"]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield answers that came too late although all are said to have come in time."""
    for log in filter(written, logs):
        answered = _answered(log)
        if len(answered) < 2:
            continue
        told = {spot.line for hit in hits(limit_kept, log) for spot in (hit.spot, *hit.also)}
        for passage in passages(log):
            for _, text in sentences(passage):
                limit_s = None if DENIED.search(text) else _limit_s(passage, text)
                if (
                    limit_s
                    and not withdrawn(log, passage.number)
                    and told.isdisjoint(range(passage.number, passage.last + 1))
                ):
                    yield from _late(passage, answered, limit_s)


def _answered(log: Log) -> list[Timed]:
    """Return the answers of a log with their lines: sentences, cells under a head for them, entries that begin so."""
    found = dict(answers(log))
    for number, line in log.numbered():
        moments = log.moments(number)
        if moments and ANSWER.match(line):
            found.setdefault(number, moments[0])
    for grid in grids(log):
        for n in (n for n, head in enumerate(grid.heads) if n and of_answers(head)):
            for row in grid.rows:
                moment = grid.moment(row[n])
                if moment and moment.to_s == 1:
                    found.setdefault(row[n].spot.line, moment)
    return sorted(found.items())


def _limit_s(passage: Passage, text: str) -> float | None:
    """Return the limit that a sentence says all have kept: its own, else the log's where it has one alone."""
    claim = CLAIM.search(text)
    if claim is None:
        return None
    named = {one.length_s for one in lengths(text[claim.start() : claim.end() + 6])}
    elsewhere = (line for n, line in passage.log.numbered() if not passage.number <= n <= passage.last)
    named = named or {one.length_s for line in elsewhere if STATED.search(line) for one in lengths(line)}
    limit_s = named.pop() if len(named) == 1 else None
    return limit_s if limit_s is not None and LEAST_S <= limit_s <= MOST_S else None


def _late(passage: Passage, answered: list[Timed], limit_s: float) -> Iterator[Hit]:
    log = passage.log
    near = [one for one in answered if passage.number - ABOVE <= one[0] <= passage.last + BELOW]
    times = {moment.at for _, moment in answered}
    asked = [
        *pages(log),
        *((n, log.moments(n)[0]) for n, line in log.numbered() if ASKED.match(line) and log.moments(n)),
    ]
    left = [one for one in asked if one[1].at not in times] or [
        one for one in sendings(log) if one[0] <= passage.number
    ]
    found, kept = [], set()
    for number, moment in near:
        before = [one for one in left if one[1].fits(moment) and timedelta() <= moment.at - one[1].at < AN_HOUR]
        if not before:
            continue
        place, page = max(before, key=lambda one: one[1].at)
        took_s = (moment.at - page.at).total_seconds()
        if took_s <= limit_s:
            kept.add(page.at)
        elif limit_s + max(moment.to_s, page.to_s) < took_s < TIMES_MOST * limit_s:
            found.append((number, moment, place, page))
    for number, moment, place, page in found:
        # Where nobody answered a page in time, it is not the page that they answered.
        if page.at in kept:
            took = shown((moment.at - page.at).total_seconds())
            yield Hit(
                spot=log.moment_spot(number, moment),
                also=(log.moment_spot(place, page), log.spot(passage.number)),
                why=f"{moment.text} is {took} after the page; the limit is {shown(limit_s)}",
                instead="late, by how much and why",
            )
