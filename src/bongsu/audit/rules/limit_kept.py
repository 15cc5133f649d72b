"""An answer that a log calls within its limit came within that limit.

Source: the log's own limit and times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.audit.acks import ANSWERED, PAGE
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import lengths, shown, unit_s
from bongsu.audit.limits import MOST_S, Limit, limits
from bongsu.audit.passages import passages, sentences
from bongsu.audit.payloads import payloads, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_LIMIT = r"(?:sla|limit|time|deadline|target|bound|\w+ ?(?:min(?:ute)?s?|seconds))"
MET = re.compile(
    rf"\b(?:with)?in(?:side)? (?:of )?(?:the |our |its )?(?:\w+[ -]){{0,3}}{_LIMIT}\b|\b(?:sla|limit|target|deadline) (?:was |is )?(?:met|ok|kept|held|passed)\b|\b(?:met|kept|made|beat) (?:the |our )?(?:\w+[ -]){{0,2}}{_LIMIT}\b|"
    r"^\W*(?:inside|within|in time|on time|met|ok|pass(?:ed)?|yes)\W*$|(?:기한|시간|분|초|SLA|기준|한도|제한)(?:을|를)? ?(?:안|내|이내|준수|충족|지킴|지켰|만족|통과)|이내|SLA ?(?:ok|통과|준수|충족)",
    re.IGNORECASE,
)
MISSED = re.compile(
    r"\b(?:late|missed|exceeded|over(?:run)?|breach\w*|fail\w*|not|no|outside|except|but|only|one of|two of|three of|half|beyond|false|too)\b|초과|위반|지각|늦|넘|못|미달|실패|제외|무응답|❌|아니|않",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"\b(?:all|both|every(?:one|body)?|each|the (?:two|three|four|five|six) (?:answers|acks|of)|nobody (?:was|came))\b|모두|전원|둘 ?다|전부|모든|[두세네]? ?(?:명|사람) ?(?:다|모두)",
    re.IGNORECASE,
)
STATED = re.compile(
    r"\b(?:sla|limit|target)\b ?(?:is|:|=|of|for)|\b(?:must|should|have to|has to|please|will|need to|expected to|wanted|shall|if)\b|주세요|바랍|해야|할 것|^\W*(?:SLA|기준|기한|목표)\s*[:：]",
    re.IGNORECASE,
)
DRILLS = re.compile(
    r"\b(?:drill\w*|page[ds]?|paging|exercise|escalat\w+|call(?:ed|s)?|test message|alert\w*)\b|훈련|호출|비상|에스컬레이션|모의",
    re.IGNORECASE,
)
SENT_HEAD = re.compile(r"sent|asked|paged|called|posted|발송|호출|보낸|전송|요청", re.IGNORECASE)
ANSWER_HEAD = re.compile(r"answer|ack|respon|repl|confirm|press|came|응답|확인|답|수신", re.IGNORECASE)
NEAR = 40
KEPT_KEY = re.compile(
    r"(?:within|inside|in|met|kept)_?(?:the_)?(?:sla|limit|time|target)|(?:sla|limit|target)_?(?:met|kept|ok)|^(?:inside|within|in_time|on_time)$",
    re.IGNORECASE,
)
ANSWERED_KEY = re.compile(
    r"at|(?:ack(?:ed|nowledged)?|answer(?:ed)?|repl(?:y|ied)|respon(?:se|ded)|press(?:ed)?|received|time)(?:_at|_kst|_utc|_time)?|kst|utc|local",
    re.IGNORECASE,
)
ASKED_KEY = re.compile(
    r"(?:sent|paged?|posted|asked|called|started?|drill|message|page_sent)(?:_at|_kst|_utc|_time|_sent_at)?",
    re.IGNORECASE,
)
LIMIT_KEY = re.compile(r"sla|limit|target|deadline", re.IGNORECASE)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield answers that are called in time and came later than the limit."""
    for log in filter(written, logs):
        yield from _objects(log)
        if not limits(log):
            continue
        for event in events(log):
            if event.kind in ("row", "leading") and not withdrawn(log, event.number):
                yield from _own_verdict(log, event)
        for spot, text in _wholes(log):
            yield from _whole(log, spot, text)


def _objects(log: Log) -> Iterator[Hit]:
    """Yield answers in JSON texts that say of themselves that they were in time: `"within_sla": true`."""
    for piece in payloads(log):
        _, value, lines = piece
        for path, one in walk(value):
            if not isinstance(one, dict) or not any(KEPT_KEY.search(str(k)) and v is True for k, v in one.items()):
                continue
            answer = _member((log, lines), path, one, ANSWERED_KEY)
            for length in range(len(path), -1, -1):
                around = _at(value, path[:length])
                asked = _member((log, lines), path[:length], around, ASKED_KEY) if isinstance(around, dict) else None
                most_s = _most_s(around) if isinstance(around, dict) else None
                if answer and asked and most_s:
                    took_s = (answer[1].at - asked[1].at).total_seconds()
                    if answer[1].fits(asked[1]) and most_s + answer[1].to_s - 1 < took_s <= MOST_S:
                        yield Hit(
                            spot=log.moment_spot(*answer),
                            also=(log.moment_spot(*asked),),
                            why=f"{answer[1].text} is {shown(took_s)} after the page; the limit is {shown(most_s)}",
                            instead="late, by how much and why",
                        )
                    break


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _member(
    read: tuple[Log, dict[Path, int]], path: Path, one: dict[str, Any], key: re.Pattern[str]
) -> tuple[int, Moment] | None:
    """Return the time of the first member whose key fits, with its line."""
    log, lines = read
    for name, inner in one.items():
        number = lines.get((*path, name))
        if key.fullmatch(str(name)) and isinstance(inner, str) and number:
            return next(((number, one) for one in log.moments(number) if one.text in inner), None)
    return None


def _most_s(around: dict[str, Any]) -> float | None:
    """Return the limit that an object states, in seconds: `"sla_minutes": 10`, `"limit": "10 minutes"`."""
    for key, inner in around.items():
        if not LIMIT_KEY.search(str(key)):
            continue
        if isinstance(inner, str) and lengths(inner):
            return lengths(inner)[0].length_s
        unit = unit_s(str(key))
        if isinstance(inner, int | float) and not isinstance(inner, bool) and unit:
            return inner * unit
    return None


def _own_verdict(log: Log, event: Event) -> Iterator[Hit]:
    """Yield an answer whose own row says that it was in time."""
    pieces = [*_cells(log, event.number), event.text]
    met = next((one for one in pieces if MET.search(one) and not MISSED.search(one)), None)
    if met is None or not _answers(event):
        return
    own = [one.length_s for one in lengths(met)]
    limit = _limit(log, event.number, own[0] if len(own) == 1 else None)
    said = [one.length_s for piece in _cells(log, event.number) for one in lengths(piece) if piece != met]
    took = (said[0], event.spot) if len(said) == 1 else _took(log, event)
    if limit and took and took[0] > limit.most_s + event.moment.to_s - 1:
        yield _hit(event.spot, event, limit, took)


def _cells(log: Log, number: int) -> list[str]:
    for table in log.tables:
        for row in table.rows:
            if row[0].spot.line == number:
                return [cell.text for cell in row]
    return []


def _wholes(log: Log) -> Iterator[tuple[Spot, str]]:
    """Yield the sentences that call all answers in time."""
    for passage in passages(log):
        if passage.text.lstrip().startswith(("|", ">")) or any(withdrawn(log, n) for _, n, _ in passage.parts):
            continue
        for start, text in sentences(passage):
            match = MET.search(text)
            if match and WHOLE.search(text) and not MISSED.search(text) and not STATED.search(text):
                yield passage.spot(start + match.start(), start + match.end()), text


def _whole(log: Log, spot: Spot, text: str) -> Iterator[Hit]:
    own = [one.length_s for one in lengths(text)]
    limit = _limit(log, spot.line, own[0] if len(own) == 1 else None)
    listed = [one for one in events(log) if 0 < spot.line - one.number <= NEAR and _answers(one)]
    late = [
        (one, took)
        for one in listed
        if limit and (took := _took(log, one)) and took[0] > limit.most_s + one.moment.to_s - 1
    ]
    if limit and late and not any(MISSED.search(log.line(one.number)) for one, _ in late):
        worst = max(late, key=lambda one: one[1][0])
        yield _hit(spot, worst[0], limit, worst[1])


def _answers(event: Event) -> bool:
    """Return whether an event is the time at which somebody answered."""
    if event.kind == "row":
        return bool(ANSWER_HEAD.search(event.head)) and not SENT_HEAD.search(event.head)
    return event.kind == "leading" and bool(ANSWERED.search(event.text)) and not PAGE.search(event.text)


def _took(log: Log, event: Event) -> tuple[float, Spot] | None:
    """Return how long an answer took, and where that follows from: the last page before it."""
    rows = [one for one in events(log) if one.number == event.number and one is not event]
    asked = [one for one in rows if SENT_HEAD.search(one.head)]
    if not asked:
        before = [
            one
            for one in events(log)
            if one.number < event.number
            and not _answers(one)
            and one.moment.fits(event.moment)
            and 0 <= (event.moment.at - one.moment.at).total_seconds() <= MOST_S
        ]
        asked = [one for one in before if DRILLS.search(_about(log, one))]
    if not asked:
        return None
    last = max(asked, key=lambda one: one.moment.at)
    return (event.moment.at - last.moment.at).total_seconds(), last.spot


def _about(log: Log, event: Event) -> str:
    return f"{event.head} {log.line(event.number)}"


def _limit(log: Log, number: int, own_s: float | None) -> Limit | None:
    """Return the limit that holds for a line: the one that it names, else the largest that the log states."""
    stated = limits(log)
    named = [one for one in stated if one.most_s == own_s] if own_s else list(stated)
    named = [one for one in named if one.spot.line != number]
    return max(named, key=lambda one: one.most_s) if named else None


def _hit(spot: Spot, event: Event, limit: Limit, took: tuple[float, Spot]) -> Hit:
    return Hit(
        spot=spot,
        also=tuple(dict.fromkeys(one for one in (event.spot, limit.spot, took[1]) if one != spot)),
        why=f"{event.moment.text} is {shown(took[0])} after the page; the limit is {shown(limit.most_s)}",
        instead="late, by how much and why",
    )
