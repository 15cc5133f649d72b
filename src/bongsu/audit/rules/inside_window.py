"""What is said to lie inside the window is at a time that lies in it.

Source: the log's own window.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
WINDOW = pattern(r"\bwindow\b|window_|작업 ?창|변경 ?창|작업 ?시간|윈도우", re.IGNORECASE)
INSIDE = pattern(
    r"\b(?:inside|within|in) (?:the |our |its |that )?(?:(?:approved|agreed|planned|change|maintenance|booked|stated) )*window\b"
    r"|(?:창|시간대|윈도우|작업 ?시간) ?(?:안|내)",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\bnot\b|n't\b|\bno longer\b|\b(?:outside|beyond|except|but|anchored|extended|late)\b|밖|넘|초과|벗어|연장|늦",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"\W{0,6}(?:to|until|till|and|부터|에서)?\W{0,6}", re.IGNORECASE)
NEAR = 40
"""Letters between the word for the window and its two times."""
FAR = 70
MINUTE_S = 60
LEAST, MOST = timedelta(minutes=10), timedelta(hours=12)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield times outside the only window of a log that a sentence calls inside it."""
    for log in filter(written, logs):
        window = _window(log)
        for passage in passages(log) if window else ():
            if (
                window
                and not withdrawn(log, passage.number)
                and window[0] not in range(passage.number, passage.last + 1)
            ):
                yield from _in_a_passage(passage, window)


def _window(log: Log) -> tuple[int, Moment, Moment] | None:
    """Return the window with its line, where the log has one alone, however often it is told."""
    found = [(number, *span) for number, line in log.numbered() for span in _spans(log, number, line)]
    return found[0] if len({(start.at.time(), end.at.time()) for _, start, end in found}) == 1 else None


def _spans(log: Log, number: int, line: str) -> Iterator[tuple[Moment, Moment]]:
    word = WINDOW.search(line)
    for start, end in pairwise(log.moments(number)) if word else ():
        if word is None or max(start.to_s, end.to_s) > MINUTE_S:
            continue  # Of hours alone nobody says which half of the day they are of.
        apart = min(abs(start.column - word.end()), abs(word.start() - end.end))
        if (
            BETWEEN.fullmatch(line[start.end - 1 : end.column - 1])
            and LEAST <= end.at - start.at < MOST
            and apart <= NEAR
        ):
            yield start, end


def _in_a_passage(passage: Passage, window: tuple[int, Moment, Moment]) -> Iterator[Hit]:
    number, start, end = window
    for at, text in sentences(passage):
        said = INSIDE.search(text)
        if said is None or DENIED.search(text):
            continue
        here = [one for one in passage.moments if at <= one.column - 1 < at + len(text)]
        near = [one for one in here if one.fits(start) and _apart(one, at + said.start(), at + said.end()) <= FAR]
        if near and len(near) == len(here) and all(_outside(one, start, end) for one in near):
            spot = passage.moment_spot(near[0])
            yield Hit(
                spot=spot,
                also=(passage.log.moment_spot(number, start),),
                why=f"{near[0].text} is not between {start.text} and {end.text}",
                instead="the time as it was, and by how much it missed the window",
            )


def _apart(one: Moment, start: int, end: int) -> int:
    """Return the letters between a time and some words."""
    return start - one.end + 1 if one.column - 1 < start else one.column - 1 - end


def _outside(one: Moment, start: Moment, end: Moment) -> bool:
    grant = timedelta(seconds=max(one.to_s, 30) - 1)
    return one.at < start.at or one.at > end.at + grant
