"""What a log counts: each number of its lines with the noun that it counts and the sentence that it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.amounts import counts
from bongsu.audit.blocks import MEASURE, NAMED
from bongsu.audit.claims import withdrawn
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import typed
from bongsu.audit.words import EN_NUMBER, STOP, stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

SENTENCE = re.compile(r"[.;!?](?=\s|$)")
WORD = re.compile(r" {0,3}([A-Za-z][A-Za-z'’-]*)")
KO_BEHIND = re.compile(r" ?(?P<unit>[가-힣]{1,4}?)(?:을|를|이|가|은|는|의|에|로|도|만|씩|,|\s|$)")
KO_BEFORE = re.compile(r"([가-힣A-Za-z]{2,12}?)(?:은|는|이|가|을|를|의|:)?\s$")
OF = re.compile(r"^ ?(?:of|/|out of|중|가운데) ?(?:the |all |our )?\d|^ ?(?:-|–|~|to|or) ?\d")
OF_BEFORE = pattern(
    rf"(?:\d|\b(?:{EN_NUMBER}|some|most|none|any|each|half)) ?(?:of|/|out of|중|가운데|~|-|–) ?(?:the |all |our |its )?$",
    re.IGNORECASE,
)
LABEL = re.compile(r"(?:^|[,;.|(] ?)[\W\d]*(?P<label>[^\W\d][^:=,;.|()]{1,40}?) ?[:：=] ?$")
"""`Reminders accepted: 206`: what stands in front of a count names it."""
MARKS = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|next|morning|evening|noon|night)\b|(?<![\w.:])[A-Z](?![\w.])|(?<![\d:.,-])\d{1,3}(?=번|차|호|st\b|nd\b|rd\b|th\b)|\b(?:batch|wave|run|step|shard|group|site|rack|floor|node|part|round|load|page) ?#?\d{1,3}\b|[첫둘셋]째?|[A-Za-z][\w-]*[-_]\d+",
    re.IGNORECASE,
)
"""Which of several a line tells of, where no word of its own says it."""
SHORT, LONGEST, WORDS_MOST, NEAR = 2, 600, 3, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A count in a line."""

    number: int
    start: int
    """The place of its first letter in the line."""
    end: int
    count: int
    nouns: frozenset[str]
    """Stems of what it counts: of the words behind it, of the one before it in Korean; of its whole line, if none stands there."""
    sentence: str
    begins: int
    """Where the sentence begins in the line."""
    named: bool
    """Whether a noun stands with it."""

    @property
    def around(self) -> str:
        """Return what stands near it in its sentence."""
        at = self.start - self.begins
        return self.sentence[max(0, at - NEAR) : at] + "#" + self.sentence[at + self.end - self.start :][:NEAR]

    @property
    def marks(self) -> frozenset[str]:
        """Return what the sentence tells apart by: its words, and which one of several it names."""
        return stems(self.sentence) | {match[0].lower() for match in MARKS.finditer(self.sentence)}


@lru_cache(maxsize=64)
def figures(log: Log) -> tuple[Figure, ...]:
    """Return the counts of what a log tells outside of tables, objects and commands; no times, names or measures."""
    return tuple(_figures(log))


def _figures(log: Log) -> Iterator[Figure]:
    rows = {row[0].spot.line for grid in grids(log) if len(grid.rows) > 1 for row in grid.rows}
    for number, line in log.numbered():
        if (
            number in rows
            or len(line) > LONGEST
            or line.lstrip()[:1] in ("{", "|", "$", "}")
            or typed(line) is not None
            or withdrawn(log, number)
        ):
            continue
        for begins, sentence in sentences(line):
            for one in counts(sentence):
                before, behind = sentence[: one.start], sentence[one.end :]
                if MEASURE.match(behind) or OF.match(behind) or OF_BEFORE.search(before) or NAMED.search(before):
                    continue
                label = LABEL.search(before)
                nouns = _nouns(before, behind) or (stems(label["label"]) if label else frozenset())
                yield Figure(
                    number=number,
                    start=begins + one.start,
                    end=begins + one.end,
                    count=one.count,
                    nouns=nouns or stems(line),
                    named=bool(nouns),
                    sentence=sentence,
                    begins=begins,
                )


def sentences(line: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a line with the places at which they begin."""
    start = 0
    for end in [*(one.end() for one in SENTENCE.finditer(line)), len(line)]:
        if line[start:end].strip():
            yield start, line[start:end]
        start = end


def _nouns(before: str, behind: str) -> frozenset[str]:
    found: set[str] = set()
    place = 0
    while len(found) < WORDS_MOST and (match := WORD.match(behind, place)):
        if match[1].lower() in STOP:
            break
        found.add(stem(match[1]))
        place = match.end()
    if re.search("[가-힣]", before[-SHORT:] + behind[:SHORT]):
        counter, above = KO_BEHIND.match(behind), KO_BEFORE.search(before)
        found |= {counter["unit"]} if counter else set()
        found |= {stem(above[1])} if above else set()
    return frozenset(found)
