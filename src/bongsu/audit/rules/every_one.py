"""What every one of several did, none of the log's rows and lines says was not done; what all have alike, no row has otherwise.

Source: the log's own rows and lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.concepts import clauses
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.grids import grids
from bongsu.audit.quantified import EXCEPT, better
from bongsu.audit.rules import all_but_a_row, all_of_some
from bongsu.audit.words import stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
ALL = re.compile(
    r"\b(?:all|every|everyone|everybody|each|both|without exception)\b|전원|모두|모든|전부|전체가|빠짐없이|예외 ?없이|남김없이|둘 다|[두세네] ?(?:명|분|곳|대|사람) 다",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"\b(?:answer\w*|repl(?:y|ied|ies)|respon\w+|ack(?:s|ed|nowledg\w*)?|picked up|reached|checked in|reported in)\b|응답|답(?:했|함|하|해|장|을|이|신|변)|회신|연락이 ?닿|수신",
    re.IGNORECASE,
)
ANSWERED = re.compile(
    r"\b(?:answered|replied|responded|ack(?:ed|nowledged)|picked up|were reached|was reached|checked in|reported in)\b|응답(?!률|율| ?시간| ?코드)|답(?:했|함|하여|해|장)|회신|연락이 ?닿",
    re.IGNORECASE,
)
"""The same as something that was done: `the answers` are none."""
AGAIN = re.compile(
    r"\b(?:retri\w+|re-?sent|re-?send|sent again|re-?run|repeated)\b|다시 ?(?:보|돌|시도|발송)|재발송|재전송|재시도|재처리",
    re.IGNORECASE,
)
GROUPS = (("answer", ANSWER), ("again", AGAIN))
UNANSWERED = re.compile(
    r"\W*(?:미응답|무응답|응답 ?없음|답 ?없음|회신 ?없음|no (?:answer|reply|response|ack)\w*|none|not (?:answered|reached|acknowledged)|unanswered|did(?: not|n't) (?:answer|reply|respond)|never answered|missed|연락 ?(?:안|두절)|부재).{0,60}",
    re.IGNORECASE,
)
ANSWER_HEAD = re.compile(r"\b(?:answer\w*|ack\w*|repl\w+|respon\w+|confirmed)\b|응답|답|회신|확인", re.IGNORECASE)
NOT = re.compile(
    r"\b(?:(?:was|were|is|are|did|has|have|had|been)(?: not|n't)|never|not)(?: (?:yet|been|be|get|have))* (?P<en>[a-z]{4,})\b|\b(?P<un>un(?:answered|checked|patched|tested|signed|verified|sent|confirmed))\b"
    r"|(?P<ko>[가-힣]{2,5}?)(?:을|를|은|는|도)? ?(?:하지|되지|받지|보내지|되진|하진) ?(?:않|못|아니)|미(?P<mi>응답|확인|점검|완료|처리|수신|적용|교체|발송|배포|검증|회신|서명)|(?P<an>[가-힣]{2,4}) ?(?:안 ?(?:됨|함|했|됐)|못 ?(?:함|했|받))",
    re.IGNORECASE,
)
COMING = re.compile(
    r"\b(?:will|would|should|must|please|if|when|unless|until|whether|asked?|ask|wanted|expected|to be|need\w*|plan\w*|may|might|could|can)\b|주세요|바랍니다|주십시오|부탁|예정|하면|되면|경우|해야|여부|까지 ?(?:답|응답)|\?\s*$",
    re.IGNORECASE,
)
ALIKE = re.compile(
    r"\b(?:same|new|identical|equal|match\w*|serves?|runs?|shows?|are on|is on|agree\w*|up to date)\b|같|동일|일치|새 |신규|최신",
    re.IGNORECASE,
)
GENERIC = frozenset(["minut", "drill", "time", "answer", "응답", "기준", "훈련"])
ROWS_LEAST, ABOVE, NEAR = 4, 8, 15


@dataclass(frozen=True, slots=True)
class Undone:
    """A place that says that something was not done."""

    act: str
    spot: Spot
    about: frozenset[str]
    name: str = ""
    """What the row is about that says it; nothing for a line."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims about every one, with the rows and lines of which one was not so."""
    for log in filter(written, logs):
        claims = [
            (number, start, clause)
            for number, line in log.numbered()
            if not line.lstrip().startswith(("|", "$", "{")) and ALL.search(line) and not withdrawn(log, number)
            for start, clause in clauses(line[:600])
            if ALL.search(clause) and not COMING.search(clause) and not EXCEPT.search(clause)
        ]
        if not claims:
            continue
        told = {hit.spot.line for rule in (all_but_a_row, all_of_some) for hit in hits(rule, log)}
        undone = [*_rows(log), *_lines(log)]
        for number, start, clause in claims:
            if number not in told:
                yield from _against(log, (number, start, clause), undone)
                yield from _odd(log, (number, start, clause))


def _act(text: str) -> set[str]:
    return {name for name, words in GROUPS if words.search(text)}


def _rows(log: Log) -> Iterator[Undone]:
    for grid in grids(log):
        for row in grid.rows:
            above = " ".join(text for _, text in log.numbered(max(1, grid.start - 2), grid.start - 1))
            about = stems(" ".join([*grid.heads, *(cell.text for cell in row), log.section(grid.start).title, above]))
            for place, cell in enumerate(row[1:], 1):
                acts = set(_undone(cell.text))
                if ANSWER_HEAD.search(grid.heads[place]) and UNANSWERED.fullmatch(cell.text):
                    acts.add("answer")
                for act in acts:
                    yield Undone(act, cell.spot, about, row[0].text)


def _undone(text: str) -> Iterator[str]:
    for match in NOT.finditer(text):
        word = next(one for one in match.groups() if one)
        acts = _act(word.removeprefix("un")) or _act(match[0])
        yield from acts or {stem(word.removeprefix("un"))}
    if re.search(r"\bno (?:answer|reply|response|ack)\b|응답 ?없|답이? ?없|무응답", text, re.IGNORECASE):
        yield "answer"


def _lines(log: Log) -> Iterator[Undone]:
    for number, line in log.numbered():
        if line.lstrip().startswith("|") or ALL.search(line) or withdrawn(log, number) or len(line) > 400:
            continue
        for start, clause in clauses(line):
            if COMING.search(clause):
                continue
            # A line may tell of a while that passed; a row, and what was not done a second time, of how it ended.
            for act in {"again"} & set(_undone(clause)):
                about = stems(clause) | stems(log.section(number).title)
                yield Undone(act, Spot(log.name, number, start + 1, start + len(clause) + 1), about)


def _against(log: Log, place: tuple[int, int, str], undone: list[Undone]) -> Iterator[Hit]:
    number, start, clause = place
    acts = (_act(clause) if ANSWERED.search(clause) else _act(clause) - {"answer"}) or {
        stem(word) for word in re.findall(r"[a-z]{4,}ed\b|[가-힣]{2,4}(?=했|됐|됨|함|하여|되었|완료)", clause)
    }
    about = stems(clause)
    meant = [one for one in undone if one.act in acts and _linked(log, number, about, one)]
    if meant:
        yield Hit(
            spot=Spot(log.name, number, start + 1, start + len(clause) + 1),
            also=tuple({one.spot.line: one.spot for one in meant}.values())[:6],
            why=f"line {meant[0].spot.line} says of one that it was not so",
            instead="the count, and who or what is missing",
        )


def _linked(log: Log, number: int, about: frozenset[str], one: Undone) -> bool:
    if one.spot.line >= number or (one.name and better(log, one.spot.line, one.name)):
        return False
    shared = (about & one.about) - GENERIC
    same = log.section(one.spot.line).start == log.section(number).start
    if one.act == "answer" and one.name and same and number - one.spot.line <= NEAR:
        return True
    return bool(shared) if one.name or same else len(shared) >= 2


def _odd(log: Log, place: tuple[int, int, str]) -> Iterator[Hit]:
    """Yield a claim that all are alike, below a table of which one row is not like all the others in a column."""
    number, start, clause = place
    grid = next((one for one in grids(log) if one.rows and 0 < number - one.rows[-1][0].spot.line <= ABOVE), None)
    if grid is None or len(grid.rows) < ROWS_LEAST or not ALIKE.search(clause):
        return
    if not stems(clause) & stems(" ".join(grid.heads)):
        return
    for column in range(1, len(grid.heads)):
        found = _lonely(grid, column)
        if found is not None:
            yield Hit(
                spot=Spot(log.name, number, start + 1, start + len(clause) + 1),
                also=(found,),
                why=f"line {found.line} has another {grid.heads[column]} than all the other rows",
                instead="the count, and which is not so yet",
            )
            return


def _lonely(grid: Grid, column: int) -> Spot | None:
    cells = [row[column] for row in grid.rows]
    seen = Counter(cell.text for cell in cells)
    common, many = seen.most_common(1)[0]
    if many != len(cells) - 1 or not common or any(not cell.text for cell in cells):
        return None
    return next(cell.spot for cell in cells if cell.text != common)
