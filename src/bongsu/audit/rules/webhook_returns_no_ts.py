"""An incoming webhook answers `ok` and nothing else, so a message posted through it has no id that could be quoted.

Source: Slack API, "Sending messages using incoming webhooks": HTTP 200 with the text `ok`; no `ts`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.log import POSTED, WEBHOOK
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, walk
from bongsu.audit.records import MESSAGE_ID, SLACK_TS, records
from bongsu.audit.stated import piece_at
from bongsu.audit.webhook_words import told_back
from bongsu.audit.words import taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.payloads import Path, Payload

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NAMED = re.compile(r"\d{6,}")
TS = pattern(r"(?<![\d.])1\d{9}\.\d{4,6}(?!\d)|/archives/\w+/p1\d{15}\b")
ID = re.compile(
    r"\b(?:message|msg)[ _-]?id\b[`\"']?\s*(?:[:=]|is|was|of)?\s*[`\"']?\d{3,}|메시지 ?(?:id|번호)\S{0,2}\s*[:=]?\s*\d{3,}",
    re.IGNORECASE,
)
OTHER_WAY = pattern(
    rf"{POSTED.pattern}|\b(?:discord|mattermost|teams) web ?hooks?|(?:디스코드|잔디|팀즈|카카오워크) ?웹훅|\bbots?\b|\bWeb API\b|\btelegram\b|conversations\.history|봇|텔레그램|\btest script|\bnot (?:by|through|from|via) (?:the|a|our) webhook",
    re.IGNORECASE,
)
BY_HAND = re.compile(
    r"\b(?:by hand|copied|copy|from the (?:app|client|browser|channel)|looked (?:it )?up|right-?click\w*|search\w*|in the app|manually)\b|복사|손으로|직접|앱에서|찾아",
    re.IGNORECASE,
)
"""A post's link can be had from the app, whatever the webhook answered."""
SAID = re.compile(r"\bts\b[^.\d]{0,40}(?<!\d)1\d{9}\.\d{4,6}(?!\d)")
"""An answer that is told in words: `ok; ts returned: 1758611924.007733`."""
ABOVE_MOST = 14
OF_OTHERS = frozenset(["result", "description", "error_code", "id", "embeds"])
"""Members of Telegram's and of other services' answers."""
SENTENCE = re.compile(r"[.!?;:]\s|다\. ")
KEY = pattern(r"(?:\w+_)?(?:ts|message_?id|permalink)")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids of messages that are said to have gone through a webhook."""
    for log in logs:
        found: dict[int, Hit] = {}
        for spot, also in (*_recorded(log), *_in_lines(log), *_in_json(log), *_objects(log)):
            found.setdefault(
                spot.line,
                Hit(
                    spot=spot,
                    also=also,
                    why="an incoming webhook answers `ok` without a ts, so this id came from somewhere else",
                    instead='"webhook accepted (HTTP 200, ok); no message id available", or post with '
                    "chat.postMessage and quote its ts",
                ),
            )
        for spot, named in told_back(log):
            found.setdefault(
                spot.line,
                Hit(
                    spot=spot,
                    also=(named,),
                    why="an incoming webhook answers `ok` and nothing else: no ts, no receipt and nobody who read it",
                    instead='"webhook accepted (HTTP 200, ok); no message id available", or post with '
                    "chat.postMessage and quote its ts",
                ),
            )
        yield from found.values()


def _recorded(log: Log) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    for record in records(log):
        for one in record.fields if record.service == "webhook" else ():
            if (MESSAGE_ID.fullmatch(one.key) or SLACK_TS.fullmatch(one.key)) and NAMED.search(one.value):
                yield one.spot, _webhook(log, one.spot.line)


def _webhook(log: Log, before: int) -> tuple[Spot, ...]:
    named = _webhooks(log)
    place = bisect_right(named, before)
    return (log.spot(named[place - 1] if place else named[-1]),) if named else ()


@lru_cache(maxsize=64)
def _webhooks(log: Log) -> list[int]:
    return [number for number, line in log.numbered() if WEBHOOK.search(line)]


def _in_lines(log: Log) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    for number, line in log.numbered():
        match = TS.search(line) or (ID.search(line) if WEBHOOK.search(line) else None)
        if match and not line.lstrip().startswith(">") and piece_at(log, number, match.start()) is None:
            before = line[: match.start()]
            told = _way(log, number, before if WEBHOOK.search(before) or OTHER_WAY.search(before) else line)
            if told and not taken_back(line) and not ("/archives/" in match[0] and _from_the_app(log, number)):
                yield log.spot(number, match), (log.spot(told),)


def _from_the_app(log: Log, number: int) -> bool:
    """Return whether the lines above the first link of a log say that somebody copied it."""
    first = next((n for n, line in log.numbered() if "/archives/" in line), number)
    return any(BY_HAND.search(line) for _, line in log.numbered(max(1, first - 4), first + 1))


def _in_json(log: Log) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    for piece in pieces(log):
        for path, value in walk(piece.value):
            named = path and KEY.fullmatch(str(path[-1]).lower()) and NAMED.search(str(value))
            if named or (path and isinstance(value, str) and SAID.search(value) and not taken_back(value)):
                told = _way_in(log, piece, path)
                if told and not ("/archives/" in str(value) and _said_by_hand(piece, path)):
                    yield log.at(piece.lines[path], str(value)), (log.spot(told),)


def _objects(log: Log) -> Iterator[tuple[Spot, tuple[Spot, ...]]]:
    """Yield JSON answers with `ok` that are told as a webhook's, whose answer is a word."""
    for piece in pieces(log):
        for path, value in walk(piece.value):
            slack = isinstance(value, dict) and isinstance(value.get("ok"), bool) and not OF_OTHERS & value.keys()
            if slack and value["ok"] and (told := _way_in(log, piece, (*path, "ok"))):
                yield log.at(piece.lines[(*path, "ok")], '"ok"'), (log.spot(told),)


def _said_by_hand(piece: Payload, path: Path) -> bool:
    """Return whether the object that a link stands in says that somebody looked it up."""
    _, around = next(piece.above(path))
    told = around.values() if isinstance(around, dict) else ()
    return any(isinstance(one, str) and BY_HAND.search(one) for one in told)


def _way_in(log: Log, piece: Payload, path: Path) -> int:
    """Return the line of a JSON text, or above it, that says that a member came from a webhook; 0 if none does."""
    for above, around in piece.above(path):
        for key, inner in around.items() if isinstance(around, dict) else ():
            told = f"{key} {inner}" if isinstance(inner, str) and key not in ("text", "fallback") else ""
            if OTHER_WAY.search(told):
                return 0
            if WEBHOOK.search(told):
                return piece.lines[(*above, key)]
    if any(isinstance(step, str) and WEBHOOK.search(step) for step in path):
        return piece.start
    return _way(log, piece.start, log.line(piece.start)[: piece.column])


def _way(log: Log, number: int, line: str) -> int:
    """Return the nearest line from here upwards that names a webhook; 0 if another way is named nearer, or none."""
    if WEBHOOK.search(line) or OTHER_WAY.search(line):
        return number if _named_last(line) else 0
    section = log.section(number)
    for place in range(number - 1, max(section.start - 1, number - ABOVE_MOST, 0), -1):
        above = log.line(place)
        if WEBHOOK.search(above) or OTHER_WAY.search(above):
            return place if _named_last(above) else 0
    titles = " ".join(section.path)
    return section.start if section.start and WEBHOOK.search(titles) and not OTHER_WAY.search(titles) else 0


def _named_last(line: str) -> bool:
    """Return whether the last way that a line names is a webhook: `Telegram as usual. Slack by the webhook, which said:`."""
    if not OTHER_WAY.search(line):
        return True
    other = max(match.end() for match in OTHER_WAY.finditer(line))
    web = max((match.end() for match in WEBHOOK.finditer(line)), default=0)
    return web > other and bool(SENTENCE.search(line, other, web))
