"""Work that a log says was done in its window has times in that window, and a change outside it is called so.

Source: the log's own window and times.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bongsu.audit.allowances import SOME
from bongsu.audit.claims import withdrawn
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import shown
from bongsu.audit.passages import in_full, passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.windows import LATE, LONGER, acknowledged, outside, planned_span, windows
from bongsu.audit.words import PLANNED
from bongsu.audit.work import ENDS, in_table, is_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.windows import Window

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_SPAN = r"(?:window|slot|freeze|black-?out|(?:agreed|approved|allowed|permitted|booked|granted|allotted|given|reserved|maintenance|change|planned|announced) (?:time|hours|period|limits?|span))"
KEPT = pattern(
    rf"\b(?:inside|within|into|in|during|before the end of|kept to|respected|held|met|stayed in(?:side)?|stuck to|did not (?:leave|exceed|overrun)|never left|(?:nothing|none|no \w+)\b[^.]{{0,40}}\boutside) (?:of )?(?:the|our|its|that|this|every)? ?(?:\w+ ){{0,2}}{_SPAN}\b|"
    rf"\bbefore (?:the|our) (?:\w+ )?{_SPAN} (?:closed|ended|was over|ran out|shut|expired)|\b{_SPAN} (?:was |has been )?(?:kept|respected|met|not exceeded|held|observed)\b|\bon time\b|\bin time\b|\b(?:nothing|none|no \w+|not a \w+)\b[^.]{{0,40}}\boutside (?:of )?(?:those|these|that|the (?:agreed|given|said)) (?:hours|times?|period)\b|"
    r"(?:시간|구간|창|윈도우|시간대|동결) ?(?:안에?|내에?|이내)(?:서|로)? ?|(?:시간|창|구간|시간대|동결)[을를은는]? ?(?:[가-힣]+ ){0,3}(?:지켰|지킴|준수|넘기지 ?않|벗어나지 ?않|지켜졌)",
    re.IGNORECASE,
)
INSIDE = re.compile(rf"\b(?:inside|within|in) (?:the |our )?(?:\w+ )?{_SPAN}\b|(?:창|윈도우) ?(?:안|내)", re.IGNORECASE)
NOT_LONGER = pattern(
    r"\b(?:no|without|not ask(?:ed)? for(?: an?)?|nor any|never asked for(?: an?)?) (?:an? |any )?(?:exten\w+|more time)(?: was| were)?(?: asked for| needed| requested)?|"
    r"연장 ?(?:신청|요청)?[은는을를도]? ?(?:하지 ?않\S*|없\S*|안 ?\S+)",
    re.IGNORECASE,
)
DENIED = re.compile(r"^\W*(?:\\?\"?: ?false|: ?no\b|못|아니|않)", re.IGNORECASE)
WHOLLY = re.compile(
    r"\b(?:all|every\w*|each|both|whole|done|finished|ended|complete\w*|changes?|work|nothing|no|last|wave|steps?|over|took place|happened|stayed|kept|was|were)\b|모두|전부|모든|끝|완료|마지막|작업|변경|지켰|준수|없",
    re.IGNORECASE,
)
UNKEPT = pattern(
    r"\bnot (?:all|every|inside|within|in|passed|met|kept)\b|\b(?:one|two|three|some) (?:was |were |came )?late\b|\blate:|\bexcept(?!ion)|\bapart from|\bbut (?:one|two|for)|\bother than|제외|빼고|아니|못",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[,;]| so ")
CLOSING = re.compile(r"\b(?:closed|over|hung up|end of|adjourned)\b|종료|마침|해산", re.IGNORECASE)
OF_ALL = re.compile(r"\b(?:all|every\w*|both|each|nothing|none|no \w+s)\b|모두|전부|모든", re.IGNORECASE)
"""What is told of the whole work, in the line of its last step."""
TARDY = re.compile(r"\b(?:late|missed|too slow|not in time|not on time)\b|늦|미달", re.IGNORECASE)
"""`One in time, one late`: what is told of is answers, and no window."""
ONLY = re.compile(
    r"\b(?:only|nothing|nobody|no (?:one|\w+)) (?:\w+ ){0,3}?(?:is|gets|may|be|inside|in|outside|before|after|change\w*|touch\w*)\b|\ball changes\b|[안내]에서만|밖에서?는|금지",
    re.IGNORECASE,
)
"""What says of a window that nothing is done outside it."""
FAR_S = 6 * 3600
UNREMARKED_S = range(120, 3601)
"""By how much a change may miss its window and nobody say so: less is the clocks', more is another day's or other work."""
EARLY_S = 600
"""So long before a window something is got ready that nobody remarks on."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that all was done in the window, with what was not; and changes outside a window that nobody remarks on."""
    for log in logs:
        stated = (
            windows(log)
            or (planned_span(log) if any(claims(log)) else ())
            or tuple({one.start.at: one for other in logs for one in windows(other)}.values())
        )
        if not stated:
            continue
        window = stated[0]
        told_of = [in_full(one) for one in events(log) if one.kind != "inline" or _alone(log, one)]
        late = [one for one in told_of if 0 < outside(one, window) < FAR_S and not LATE.search(one.text)]
        kept = [spot for spot in claims(log) if spot.line != window.number or spot.file != window.spot.file]
        own = [one for one in late if one.kind in ("row", "leading") and INSIDE.search(_row_text(one, window))]
        meant = own or [one for one in late if is_work(one)] or [one for one in late if in_table(one)]
        if (kept or own) and meant:
            worst = max(meant, key=lambda one: outside(one, window))
            yield Hit(
                spot=kept[0] if kept else worst.spot,
                also=(*dict.fromkeys(one.spot for one in meant), window.spot)[:8],
                why=f"{worst.moment.text} is {shown(outside(worst, window))} after the window of {window.start.text} to {window.end.text}",
                instead="what was done outside the window, and who allowed it",
            )
        elif windows(log) and not kept and not acknowledged(log):
            late = [one for one in late if int(outside(one, window)) in UNREMARKED_S]
            early = [one for one in told_of if one.moment.own_zone and -FAR_S < outside(one, window) < -EARLY_S]
            yield from _unremarked(log, [one for one in (*late, *early) if is_work(one)], window)


def _alone(log: Log, event: Event) -> bool:
    """Return whether the words around a time are about it alone."""
    return len(log.moments(event.number)) == 1 or ENDS.search(event.text) is not None


def _row_text(event: Event, window: Window) -> str:
    """Return what an entry says of itself; nothing where that is of some, or of another time that it gives."""
    last = OF_ALL.search(event.text) and CLOSING.search(event.text)
    some = UNKEPT.search(event.text) or SOME.search(event.text) or "?" in event.text
    other = any(not outside(replace(event, moment=one), window) for one in event.log.moments(event.number)[1:])
    return "" if some or other or LATE.search(event.text) or last else event.text


def claims(log: Log) -> Iterator[Spot]:
    """Yield where the log says that all of it was in the window."""
    for passage in passages(log):
        first = passage.number
        if log.fenced(first) and not passage.text.lstrip().startswith("#"):
            continue
        if passage.text.lstrip().startswith(">") or any(withdrawn(log, number) for _, number, _ in passage.parts):
            continue
        for start, text in sentences(passage):
            match = _claim(text)
            if match:
                yield passage.spot(start + match.start(), start + match.end())


def _claim(sentence: str) -> re.Match[str] | None:
    line = NOT_LONGER.sub(lambda found: " " * len(found[0]), sentence.replace("_", " "))
    match = KEPT.search(line)
    if (
        match is None
        or TARDY.search(line)
        or LONGER.search(line)
        or UNKEPT.search(line)
        or SOME.search(line)
        or DENIED.search(line[match.end() :])
    ):
        return None
    if PLANNED.search(line[: match.start()] + CLAUSE.split(line[match.end() :])[0]):
        return None
    return match if WHOLLY.search(line) and not line.rstrip().endswith("?") else None


def _unremarked(log: Log, found: list[Event], window: Window) -> Iterator[Hit]:
    near = " ".join(line for _, line in log.numbered(window.number - 1, window.number + 1))
    strict = ONLY.search(near) is not None  # Of other windows nobody says that all work was to be in them.
    listed = [one for one in found if one.kind in ("leading", "row", "mark")]
    for one in listed[:3] if len(listed) <= 3 else ():
        by_s = outside(one, window)
        yield Hit(
            spot=one.spot,
            also=(window.spot,),
            why=f"{one.moment.text} is {shown(abs(by_s))} {'after' if by_s > 0 else 'before'} the window of {window.start.text} to {window.end.text}",
            instead="the recorded time, or who allowed work outside the window",
            confidence=None if strict else Confidence.LOW,
        )
