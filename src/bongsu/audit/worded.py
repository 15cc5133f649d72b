"""The words of messages under a name of their own: a member beside its time, a quotation over lines, below a title with a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.audit.claims import by_hand
from bongsu.audit.passages import passages
from bongsu.audit.payloads import pieces, snake, walk
from bongsu.audit.texts import EDITED, SENT, UNEDITED, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.payloads import Path, Payload

WORDS_KEY = re.compile(
    r"(?:.*_)?(?:text|body|words|wording|content|message|said)(?:_as_sent|_sent|_lines)?|(?:글 ?|공지 ?|메시지 ?)?(?:본문|내용|문구|글|원문)"
)
TIME_KEY = re.compile(
    r"(?:.*_)?(?:sent|at|time|when|clock|posted|sent_at|posted_at|시각|때|시간|발송|보낸_?때|보낸 ?시각|발송 ?시각)"
)
EDIT_KEY = re.compile(r".*edit.*|수정.*|고친.*")
TITLE = re.compile(r"[\s#*_\-–—·•|]*[^\n:>|]{2,40}?[\s*_(\[—–·,-]+\(?\d{1,2}:\d\d:\d\d(?: ?(?:KST|UTC))?[\s)\]*_:]*")
"""A line with a name and a time and no more."""
QUOTE = re.compile(r"[\"“「](?P<text>[^\"”」]{12,600})[\"”」]")
ROW = re.compile(
    r"\s*\d{1,2}:\d\d:\d\d(?P<by>\s*[/|·,;]\s*|\t)(?:(?:\d{10}\.\d{6}|\d{2,9})(?P=by))?[^\d/|·,;\t]{1,24}(?P=by)(?P<text>.{4,})"
)
CLOCK = re.compile(r"^\W*(?:20\d\d-\d\d-\d\d.)?\d{1,2}:\d\d(?::\d\d)?\S*(?: ?[A-Z]{3})?$")
ANSWERS = re.compile(
    r"[>\s]*(?:[↳└ㄴ→↪⤷]|(?:답글|댓글|답|스레드|repl(?:y|ies)|thread|answers?|reactions?)\b|\*\*[^*]{1,24}\*\*\W{1,4}\d{1,2}:\d\d|\d{1,2}:\d\d)",
    re.IGNORECASE,
)
"""A line below a message that is an answer of its own."""
WRITES = re.compile(rf"{SENT.pattern}|\b(?:write|put)\b|씀|썼|쓴다", re.IGNORECASE)
ROWS_LEAST = 3
LEAD_MOST = 80


def worded(log: Log) -> Iterator[Text]:
    """Yield the messages of a log that somebody typed, where its words have a name or a place of their own."""
    if by_hand(log):
        yield from _members(log)
        yield from _below_titles(log)
        yield from _over_lines(log)
        yield from _in_rows(log)


def _members(log: Log) -> Iterator[Text]:
    for piece in pieces(log):
        for path, one in walk(piece.value):
            when = _when(log, piece, path, one) if isinstance(one, dict) else None
            times = (
                [key for key, value in one.items() if CLOCK.search(str(value)) and not WORDS_KEY.fullmatch(snake(key))]
                if when
                else []
            )
            if (
                when is None
                or len(times) > 1
                or any(EDIT_KEY.fullmatch(snake(str(key))) and value for key, value in one.items())
            ):
                continue
            told = " ".join(str(value) for value in one.values() if isinstance(value, str))
            for key, value in one.items():
                if WORDS_KEY.fullmatch(snake(str(key))) and (lines := _strings(log, piece, (*path, key), value)):
                    edited = bool(EDITED.search(UNEDITED.sub(" ", told)))
                    yield Text(log=log, lines=tuple(lines), sent=when, edited=edited)


def _when(log: Log, piece: Payload, path: Path, one: dict[str, Any]) -> tuple[int, Moment] | None:
    for key, value in one.items():
        if isinstance(value, str) and TIME_KEY.fullmatch(snake(str(key))):
            place = piece.lines[(*path, key)]
            found = next((moment for moment in log.moments(place) if moment.text in value), None)
            if found is not None:
                return place, found
    return None


def _strings(log: Log, piece: Payload, path: Path, value: object) -> list[tuple[int, str]]:
    """Return the lines of a text, or of a list of texts, with all but the texts blanked."""
    told = {path: value} if isinstance(value, str) else {}
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        told = {(*path, place): one for place, one in enumerate(value)}
    made = []
    for inner, words in told.items():
        line = log.line(piece.lines[inner])
        start = line.rfind(words)  # what is escaped is not found, and is left out
        if start >= 0:
            made.append((piece.lines[inner], " " * start + words))
    return made


def _below_titles(log: Log) -> Iterator[Text]:
    """Yield quoted lines that stand below a name with a time."""
    run: list[tuple[int, str]] = []
    for number, line in [*log.numbered(), (len(log.text.lines) + 1, "")]:
        if line.lstrip().startswith(">") and log.fenced(number) is None and not (run and ANSWERS.match(line)):
            run.append((number, line))
            continue
        if run:
            above = next((n for n in range(run[0][0] - 1, max(0, run[0][0] - 3), -1) if log.line(n).strip()), 0)
            times = log.moments(above) if above and TITLE.fullmatch(log.line(above)) else []
            if len(times) == 1:
                yield Text(log=log, lines=tuple(run), sent=(above, times[0]), edited=False)
        run = []


def _over_lines(log: Log) -> Iterator[Text]:
    """Yield words in quotes that go on in the next lines, behind a time and words that tell of a sending."""
    for passage in passages(log):
        for match in QUOTE.finditer(passage.text) if len(passage.parts) > 1 else ():
            before = [one for one in passage.moments if one.end <= match.start() + 1]
            lead = passage.text[before[-1].end - 1 : match.start()] if before else ""
            if not before or len(lead) > LEAD_MOST or not WRITES.search(lead):
                continue
            first, last = passage.spot(match.start(), match.start() + 1), passage.spot(match.end() - 1, match.end())
            lines = []
            for number in range(first.line, last.line + 1):
                line = log.line(number)
                start = first.column if number == first.line else 0
                lines.append((number, " " * start + line[start : last.column if number == last.line else None]))
            told = EDITED.search(UNEDITED.sub(" ", passage.text))
            yield Text(log=log, lines=tuple(lines), sent=(passage.line_of(before[-1]), before[-1]), edited=bool(told))


def _in_rows(log: Log) -> Iterator[Text]:
    """Yield what is said in lines of a time, perhaps an id, a name and words, with one mark between them."""
    rows = [(number, match) for number, line in log.numbered() if (match := ROW.fullmatch(line))]
    for number, match in rows if len(rows) >= ROWS_LEAST else ():
        moments = log.moments(number)
        if moments and moments[0].end <= match.start("text") + 1:
            start = match.start("text")
            text = " " * start + match["text"]
            yield Text(log=log, lines=((number, text),), sent=(number, moments[0]), edited=False)
