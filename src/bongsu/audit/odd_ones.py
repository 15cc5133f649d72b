"""What may be the one that a sentence about all leaves out: odd values of a column, short counts, and what is told to have gone wrong."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.grids import grids
from bongsu.audit.lists import lists
from bongsu.audit.odd_words import AMOUNT, DENIAL, SUPPOSED
from bongsu.audit.quantified_words import BAD, LATER_TRY, LEFT_OUT, UNANSWERED
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.lists import Entry, Listed
    from bongsu.audit.log import Log

WRONG = (BAD, UNANSWERED, LEFT_OUT, LATER_TRY)
FAILED = re.compile(
    r"fail|error|reject|lost|missing|bounce|drop|retr|restart|실패|오류|에러|거부|반송|누락|재시도|불일치|틀",
    re.IGNORECASE,
)
LABELLED = re.compile(rf"(?:{FAILED.pattern})\w*[ :=]{{1,3}}(?P<n>\d{{1,6}})(?![\d:.,]\d)", re.IGNORECASE)
OF = re.compile(r"(?P<n>\d{1,6}) ?(?:of|/|out of|중) ?(?P<all>\d{1,6})")
COUNT = re.compile(r"(?P<n>\d[\d,]*)(?: ?\((?!\d+[dhwy]).*\)| ?[가-힣])?")
AGO = re.compile(r"\d+[dhwy]\S* ago")
NO_FAILURE = re.compile(
    rf"(?:{FAILED.pattern})\w*(?:은|는|이|가|도)?\s?[:=]?\s?0(?![\d.,:])(?: ?(?:건|명|회|개))?|(?<![\d.,:])0 (?:{FAILED.pattern})\w*",
    re.IGNORECASE,
)
"""A count of what went wrong that tells of nothing: `failed 0`."""
CLOCK_OR_NUMBER = re.compile(r"[\d:.,-]*")
ENTRIES_MOST, ALIKE_LEAST, LONGEST, WORDS_LEAST = 60, 3, 500, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """One place at which a log tells of one that is otherwise."""

    line: int
    kind: str
    """`differs`, `count`, `short` by the values beside it; `row` and `told` by words, `loose` where it is only a denial."""
    text: str
    name: str = ""
    about: frozenset[str] = frozenset()
    """What the heads and the title of its list say that it is of."""
    size: int = 0
    start: int = 0
    end: int = 0
    many: int = 1
    """How many of its list are otherwise like it."""
    value: str = ""
    """What the others have."""


@lru_cache(maxsize=64)
def odd_ones(log: Log) -> tuple[Odd, ...]:
    """Return every place of a log that a sentence about all may leave out."""
    listed = [one for one in lists(log) if 2 <= len(one.entries) <= ENTRIES_MOST]
    of_line = {spot.line: one for one in listed for entry in one.entries for spot in entry.spots}
    found = [odd for one in listed if len(one.entries) >= ALIKE_LEAST for odd in _of_list(one)]
    return (*found, *_told(log, of_line))


def _of_list(one: Listed) -> Iterator[Odd]:
    size = len(one.entries)
    few = max(1, size // 3)
    for place, head in enumerate(one.heads):
        values = [entry.values[place].strip(" *`") for entry in one.entries]
        (top, many), *_ = Counter(value.lower() for value in values).most_common(1)
        others = [
            e for e, value in zip(one.entries, values, strict=True) if value.lower() != top and not AGO.search(value)
        ]
        if 2 <= many < size and len(others) <= few and (top in ("0", "200") or not CLOCK_OR_NUMBER.fullmatch(top)):
            for entry in others:
                counted = top == "0" and re.fullmatch(r"[1-9]\d*", entry.values[place].strip(" *`"))
                yield _odd(one, entry, place, ("count" if counted else "differs", len(others), top))
        counts = [COUNT.fullmatch(value) for value in values]
        if FAILED.search(head) and all(
            hit or value in ("", "-", "—") for hit, value in zip(counts, values, strict=True)
        ):
            some = [entry for entry, hit in zip(one.entries, counts, strict=True) if hit and hit["n"] != "0"]
            if len(some) <= size // 2:
                yield from (_odd(one, entry, place, ("count", len(some), "0")) for entry in some)
        parts = [OF.search(value) for value in values]
        short = [e for e, hit in zip(one.entries, parts, strict=True) if hit and int(hit["n"]) < int(hit["all"])]
        if sum(hit is not None for hit in parts) > 1 and len(short) <= size // 2:
            yield from (_odd(one, entry, place, ("short", len(short), "")) for entry in short)
    yield from _unequal(one, few)
    yield from _labelled(one)


def _unequal(one: Listed, few: int) -> Iterator[Odd]:
    """Yield the few rows in which two columns of numbers are not the same."""
    columns = [[entry.values[place].strip(" *`") for entry in one.entries] for place in range(len(one.heads))]
    numbers = [place for place, column in enumerate(columns) if all(re.fullmatch(r"[\d,]+", cell) for cell in column)]
    for at, first in enumerate(numbers):
        for second in numbers[at + 1 :]:
            pairs = zip(one.entries, columns[first], columns[second], strict=True)
            short = [entry for entry, left, right in pairs if left != right]
            if len(short) <= few:
                yield from (_odd(one, entry, second, ("short", len(short), "")) for entry in short)


def _labelled(one: Listed) -> Iterator[Odd]:
    """Yield the rows that count what went wrong behind its word, where every row has that count: `delivered 144  failed 6`."""
    for place in range(len(one.heads)):
        counts = [LABELLED.search(entry.values[place]) for entry in one.entries]
        some = [entry for entry, hit in zip(one.entries, counts, strict=True) if hit and hit["n"] != "0"]
        if all(counts) and len(some) <= len(one.entries) // 2:
            yield from (_odd(one, entry, place, ("count", len(some), "0")) for entry in some)


def _odd(one: Listed, entry: Entry, place: int, how: tuple[str, int, str]) -> Odd:
    kind, many, value = how
    return Odd(
        line=entry.spots[place].line,
        kind=kind,
        text=" ".join((entry.name, *entry.values)),
        name=entry.name,
        about=one.about | stems(one.heads[place]),
        size=len(one.entries),
        start=one.start,
        end=one.end,
        many=many,
        value=value,
    )


def _told(log: Log, of_line: dict[int, Listed]) -> Iterator[Odd]:
    heads = {grid.start for grid in grids(log)}
    for number, line in log.numbered():
        if (
            not line.strip()
            or number in heads
            or len(line) > LONGEST
            or SUPPOSED.search(line)
            or withdrawn(log, number)
            or typed(line) is not None
        ):
            continue
        plain = NO_FAILURE.sub(" ", AMOUNT.sub(" ", line)).replace("<none>", " ")  # kubectl's empty column
        wrong = any(words.search(plain) for words in WRONG)
        if not wrong and not DENIAL.search(line.replace("<none>", " ")):
            continue
        one = of_line.get(number)
        if one is None and len(line.split()) < WORDS_LEAST:
            continue  # What a program printed is told of by somebody, if it is told.
        if one is None:
            yield Odd(line=number, kind="told" if wrong else "loose", text=plain, start=number, end=number)
            continue
        entry = next(entry for entry in one.entries if any(spot.line == number for spot in entry.spots))
        many = sum(any(words.search(" ".join(each.values)) for words in WRONG[:3]) for each in one.entries)
        yield Odd(
            line=number,
            kind="row" if wrong else "loose",
            text=plain,
            name=entry.name,
            about=one.about | stems(" ".join(one.heads)),
            size=len(one.entries),
            start=one.start,
            end=one.end,
            many=max(1, many),
        )
