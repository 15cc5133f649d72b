"""What a message gives that its log has only later: figures that were first counted then, work that was still going on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import late
from bongsu.audit.events import events
from bongsu.audit.patterns import pattern
from bongsu.audit.texts import texts
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.events import Event
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.texts import Text

FIGURE = pattern(
    r"(?<![\w.:,#+-])(?P<n>\d{1,3}(?:,\d{3})+|\d{2,7})(?=(?:ms|MB|GB|MiB|KB|건|명|곳|통|행|개|대|회|원)?(?![\w:#-]|[.,:]\d|\s?(?:h|hours?|min|minutes?|월|일|시|분)\b))"
)
FIGURES_LEAST = 2
FIGURE_LEAST = 50
ALONE_LEAST = 100
"""A figure that stands alone says so much only when it is not a small or a round one."""
SOURCE = pattern(
    r"\b(?:finished|done|ended|END RequestId|REPORT RequestId|sent=\d|processed|total=|rows=|targets=|failed=\d|ok=\d|result)\b"
    r"|\b(?:first (?:look|count|query)|counted (?:them )?for the first time|ran the query|query finished)\b|쿼리 ?(?:돌|결과)|처음 ?(?:조회|집계|세)|집계 ?결과",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r"\b(?:quer(?:y|ied)|count(?:ed|s)?|found|turned out|reconcil\w+|compar(?:ed|ison)|export(?:ed)?|tally|tallied|survey(?:ed)?|first (?:look|figures?|numbers?)|figures? (?:in|are in|came)|numbers? (?:in|are in|came)|report (?:in|ran|came)|checksum\w*|measured)\b|집계|조회|세어|대조|확정|쿼리|산출|추출 ?결과|파악|측정|재기|처음 ?잰|잰 ?값|값 ?나옴|값이 ?나",
    re.IGNORECASE,
)
"""What an entry tells in which something was counted or measured."""
AS_OF = re.compile(
    r"\b(?:as of|as at|counted|taken|measured|final|at the end|state at|figures|numbers|totals?|results?)\b|기준|집계|최종|확정|결과|현재",
    re.IGNORECASE,
)
BLOCK_MOST = 14
TITLE_MOST = 90
SUMMARY = re.compile(
    r"summar|overview|result|impact|outcome|in short|at a glance|abstract|요약|결과|개요|영향|총평|한눈", re.IGNORECASE
)
KNOWN = re.compile(
    r"\b(?:target|plan\w*|expect\w*|scope|recipients|list of|baseline|limit|quota|budget|before|dry[- ]?run|rehears\w*|yesterday|preview|estimate\w*)\b|대상|예정|계획|목표|명단|사전|기존|한도|어제|모의",
    re.IGNORECASE,
)
ENDED = re.compile(
    r"\b(?:finish\w*|complet\w*|done|ended?|closed|drained|emptied|last (?:one|row|batch|message|file|item|record))\b|완료|종료|끝|마지막|마침|마쳤|소진",
    re.IGNORECASE,
)
BEGAN = re.compile(r"\b(?:start\w*|beg[ia]n\w*|kicked off|launched|opened)\b|시작|개시|착수", re.IGNORECASE)
ONE_OF = re.compile(
    r"\b(?:first|second|third|batch|wave|part|phase|stage|step|half|\d+ ?(?:of|/) ?\d+|next|will|about to|not|no)\b|차|단계|일부|절반|예정|곧|않|못|없|시작",
    re.IGNORECASE,
)
WHOLE = frozenset(
    [
        "cutover",
        "cutov",
        "switch",
        "chang",
        "work",
        "window",
        "maintenanc",
        "migrat",
        "mov",
        "drill",
        "start",
        "notic",
        "messag",
        "post",
        "room",
        "channel",
        "전환",
        "작업",
        "훈련",
        "공지",
        "변경",
        "이전",
        "점검",
        "완료",
        "종료",
        "시작",
        "발송완료",
        "정상",
        "확인",
        "처리",
    ]
)
"""What a log tells the end of twice: when it was done, and when everybody went home."""
FAR_S = 43_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """Figures of a message that a later line gives first."""

    figures: dict[int, int]
    """Each with the line of the message that has it."""
    line: int
    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Figures that a log gives with the time at which they were so."""

    line: int
    last: int
    moment: Moment
    text: str
    figures: frozenset[int]
    measured: bool
    """Whether the words tell of a count or a query, so that nobody had the figures before."""


def too_early(text: Text) -> Early | None:
    """Return the figures of a message that the log first has after it was sent."""
    if text.sent is None:
        return None
    sent, own = text.sent[1], {number for number, _ in text.lines}
    told = {n: number for number, line in reversed(text.lines) for n in numbers(text.log, number, line)}
    found: dict[int, int] = {}
    anchor: Counted | None = None
    for source in counted(text.log):
        if _of_messages(text.log) & set(range(source.line, source.last + 1)):
            continue  # What a message tells was known before it: it may be this one again, by another way.
        if source.line in own or source.last in own or not _ahead_of(source.moment, sent):
            continue
        new = {n for n in set(told) & source.figures if not _known(text, n, source)}
        found |= {n: told[n] for n in new}
        anchor = anchor or (source if new else None)
        several = len(found) >= FIGURES_LEAST and max(found) >= FIGURE_LEAST
        alone = source.measured and any(n >= ALONE_LEAST and n % ALONE_LEAST for n in new)
        if anchor and (several or alone):
            return Early(figures=found, line=anchor.line, moment=anchor.moment)
    return None


@lru_cache(maxsize=64)
def _of_messages(log: Log) -> frozenset[int]:
    return frozenset(number for one in texts(log) for number, _ in one.lines)


@lru_cache(maxsize=64)
def counted(log: Log) -> tuple[Counted, ...]:
    """Return what a log counts: entries with a time, and the figures below a title that gives one."""
    return tuple(sorted((*_entries(log), *_below_titles(log)), key=lambda one: one.line))


def _entries(log: Log) -> Iterator[Counted]:
    for one in events(log):
        measured = bool(COUNTED.search(one.text)) and one.kind != "inline"
        said = f"{one.head} {one.text}" if one.kind == "object" else one.text
        if not (SOURCE.search(said) or measured):
            continue
        told = frozenset(numbers(log, one.number, one.text))
        if told:
            first, last = _object(log, one.number) if one.kind == "object" else (one.number, one.number)
            yield Counted(line=first, last=last, moment=one.moment, text=one.text, figures=told, measured=measured)


def _object(log: Log, number: int) -> tuple[int, int]:
    """Return the lines of the innermost object of a JSON text that a line stands in, as far as one can see them."""
    first = last = number
    while first > max(1, number - BLOCK_MOST) and "{" not in log.line(first):
        first -= 1
    while last < min(len(log.text.lines), number + BLOCK_MOST) and "}" not in log.line(last):
        last += 1
    return first, last


def _below_titles(log: Log) -> Iterator[Counted]:
    for number, line in log.numbered():
        found = log.moments(number)
        if len(found) != 1 or len(line) > TITLE_MOST or not AS_OF.search(line) or numbers(log, number, line):
            continue
        told: set[int] = set()
        last = number
        for place, below in log.numbered(number + 1, number + BLOCK_MOST):
            if log.moments(place) or below.startswith("#") or (not below.strip() and told):
                break
            told |= numbers(log, place, below)
            last = place
        if told:
            yield Counted(line=number, last=last, moment=found[0], text=line, figures=frozenset(told), measured=False)


def numbers(log: Log, number: int, line: str) -> set[int]:
    """Return the figures of a line without those of its times."""
    shown = log.line(number)
    for one in log.moments(number):
        line = line.replace(shown[one.column - 1 : one.end - 1], " ")
    return {int(match["n"].replace(",", "")) for match in FIGURE.finditer(line.replace("=", " "))}


def _known(text: Text, n: int, source: Counted) -> bool:
    """Return whether a figure stands in the log with a time that is not after the message, or without any further up."""
    sent, own = text.sent, {number for number, _ in text.lines}
    shown = re.compile(rf"(?<![\d,.]){n:,}(?![\d,.]\d)|(?<![\d,.]){n}(?![\d,.]\d)")
    for number, line in text.log.numbered():
        if number in own or source.line <= number <= source.last or not shown.search(line):
            continue
        times = text.log.moments(number)
        if sent and times and not late(times[0], sent[1]):
            return True
        if not times and number < min(own) and not (source.measured and _sums_up(text.log, number)):
            return True
    return False


def _sums_up(log: Log, number: int) -> bool:
    """Return whether a line without a time is of a summary, which is written when all is known."""
    if KNOWN.search(log.line(number)):
        return False
    first = next((one.number for one in events(log) if one.kind in ("leading", "row", "mark")), 0)
    return number < first or SUMMARY.search(log.section(number).title) is not None


def finished_early(text: Text) -> tuple[int, Event] | None:
    """Return the line of a message that calls done what the log begins before and ends after the message was sent."""
    if text.sent is None:
        return None
    sent, own = text.sent[1], {number for number, _ in text.lines}
    listed = [one for one in events(text.log) if one.number not in own and one.kind != "inline"]
    for number, line in text.lines:
        for clause in re.split(r"(?<=[^\d])[.;!,/] ?|[|]", line):
            if not ENDED.search(clause) or ONE_OF.search(clause) or PLANNED.search(clause) or text.moments(number):
                continue
            about = stems(ENDED.sub(" ", clause)) - WHOLE
            end = _still_going(listed, about, sent)
            if end is not None:
                return number, end
    return None


def _still_going(listed: list[Event], about: frozenset[str], sent: Moment) -> Event | None:
    alike = [one for one in listed if about & _nouns(one) and abs(_apart_s(one.moment, sent)) < FAR_S]
    ends = [one for one in alike if ENDED.search(one.text) and not BEGAN.search(one.text)]
    begins = [one for one in alike if BEGAN.search(one.text) and not ENDED.search(one.text)]
    if any(len({one.moment.at for one in some}) != 1 for some in (begins, ends)):
        return None
    if not late(ends[0].moment, sent) or not late(sent, begins[0].moment):
        return None
    return ends[0] if about & _nouns(ends[0]) & _nouns(begins[0]) else None


def _nouns(one: Event) -> frozenset[str]:
    return stems(ENDED.sub(" ", BEGAN.sub(" ", one.text))) - WHOLE


def _apart_s(one: Moment, other: Moment) -> float:
    return (other.at - one.at).total_seconds()


def _ahead_of(moment: Moment, sent: Moment) -> bool:
    return late(moment, sent) and _apart_s(sent, moment) < FAR_S
