"""What a log says has been so since a time without a break, against what it tells of a going back after that time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied, late, withdrawn
from bongsu.audit.patterns import pattern
from bongsu.audit.typed import typed
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SINCE = re.compile(r"\bsince (?:about )?$|\bfrom $|\bever since $", re.IGNORECASE)
SINCE_KO = re.compile(r"^ ?(?:\(?KST\)? ?)?(?:부터|이후)")
WITHOUT_BREAK = pattern(
    r"\bwithout (?:an?y? )?(?:interruption|break|pause|gap)s?\b|\buninterrupted\w*|\bcontinuous\w*|\bever since\b|\bthe whole time\b|\ball along\b|\bnever (?:left|went|been off)\b|\bnon-?stop\b|계속|중단 ?없이|끊김 ?없이|줄곧|내내",
    re.IGNORECASE,
)
WENT_BACK = pattern(
    r"\broll(?:ed|ing) (?:it |them )?back\b|\bbacked out\b|\breverted\b|\b(?:switched|moved|pointed|set|put|went|going) (?:\S+ ){0,3}?back to\b|\brollback (?:done|complete\w*|finished)\b|(?:롤백|원복) ?(?:했|함|됨|완료|확인)|되돌렸|되돌림",
    re.IGNORECASE,
)
AGAIN = re.compile(
    r"\b(?:second (?:try|attempt|time|cutover|switch)|tried again|once more|another (?:try|attempt)|(?:switched|moved|cut|went|set) (?:\S+ ){0,3}?(?:over|forward)? ?again|forward again|redo\w*|re-?applied|re-?deployed)\b|다시 (?:전환|올|배포|적용|켰)|재전환|재시도|재배포|2차",
    re.IGNORECASE,
)
OLD = re.compile(r"\b(?:old|previous|former|legacy|before)\b|기존|예전|이전 |구 ", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?;])\s+|: ")
AROUND, SHARED_LEAST = 3, 2
AT_MOST = 24
"""How far in a line the time begins that it is the entry of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """A statement that something has been so since a time, and the going back that it leaves out."""

    number: int
    began: int
    """The line that tells what was done at that time."""
    back: int


def stayed(log: Log) -> Iterator[Stayed]:
    """Yield what is said to have lasted without a break over a going back from the very thing that began it."""
    backs = [(number, line) for number, line in log.numbered() if WENT_BACK.search(line) and _happened(log, number)]
    for number, line in log.numbered() if backs else ():
        if not WITHOUT_BREAK.search(line) or OLD.search(line) or WENT_BACK.search(line) or withdrawn(log, number):
            continue
        for since in log.moments(number):
            before, behind = line[: since.column - 1], line[since.end - 1 :]
            if not (SINCE.search(before) or SINCE_KO.match(behind)):
                continue
            began = _began(log, since, number)
            for back, when in ((n, log.moments(n)[0]) for n, _ in backs if n < number) if began else ():
                if late(when, since) and _of_one(log, began, back) and not _again(log, back, number):
                    yield Stayed(number=number, began=began, back=back)
                    break


def _happened(log: Log, number: int) -> bool:
    line = log.line(number)
    said = next((text for text in SENTENCE.split(line) if WENT_BACK.search(text)), line)
    return bool(log.moments(number)) and not (PLANNED.search(said) or denied(said) or "?" in said)


def _began(log: Log, since: Moment, number: int) -> int:
    """Return the line above that tells what was done at a time: its entry; 0 for none."""
    for above, _ in log.numbered(1, number - 1):
        if any(one.fits(since) and one.at == since.at and one.column < AT_MOST for one in log.moments(above)):
            return above
    return 0


def _of_one(log: Log, began: int, back: int) -> bool:
    """Return whether an entry and a going back name something in common."""
    one, other = (stems(_entry(log, number)) for number in (began, back))
    above = [text for number, text in log.numbered(max(began + 1, back - AROUND), back - 1)]
    if any(typed(text) is not None for text in above):
        other |= stems(" ".join(above))  # `17로 롤백 확인`, right below the command that did it.
    return len(one & other) >= SHARED_LEAST


def _entry(log: Log, number: int) -> str:
    """Return a line with those below it that tell no time of their own."""
    last = number
    while last < min(number + AROUND, len(log.text.lines)) and log.line(last + 1).strip() and not log.moments(last + 1):
        last += 1
    return " ".join(text for _, text in log.numbered(number, last))


def _again(log: Log, back: int, number: int) -> bool:
    return any(AGAIN.search(line) for _, line in log.numbered(back + 1, number))
