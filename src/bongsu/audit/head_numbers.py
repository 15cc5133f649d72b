"""The numbers of a chat's messages, where each stands in the line that says when it was written and by whom: `[14:05:07] Ann  #8831`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import late
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

NUMBER = pattern(r"(?:#|№|\b(?:msg|message|id|no\.?)[ #:=]{0,2}|\[)(?P<n>\d{2,9})\b\]?", re.IGNORECASE)
BEHIND = re.compile(
    r"\]?[ \t]{1,3}(?:[^\W\d_]{2,16}[ \t]){0,2}[ \t]{0,2}[(\[#№]{1,2}(?P<n>\d{2,9})[)\]]?(?:[ \t]|:[ \t]|$)"
)
"""The number right behind the time that a line of a chat begins with, or behind time and name, whatever is said in it."""
LONGEST, FIRST_MOST = 70, 3
LEAST = 6


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one message."""

    number: int
    spot: Spot
    moment: Moment


def broken(log: Log) -> Iterator[tuple[Head, Head]]:
    """Yield each message whose number is below that of the one before it, in a chat where all others go up; that one second."""
    heads = list(_heads(log))
    numbers = [one.number for one in heads]
    back = [n for n, (one, other) in enumerate(pairwise(heads)) if other.number < one.number]
    if len(heads) < LEAST or len(set(numbers)) < len(numbers) or len(back) != 1:
        return
    at = back[0]
    for left_out in (at + 1, at):
        rest = numbers[:left_out] + numbers[left_out + 1 :]
        if late(heads[at].moment, heads[at + 1].moment):
            return  # A list that stands further down, of messages of before.
        if 0 < left_out < len(heads) - 1 and rest == sorted(rest):
            yield heads[at + 1], heads[at]
            return


def _heads(log: Log) -> Iterator[Head]:
    """Yield the lines that hold a time, one number and a few words, in a chat whose clock goes forwards."""
    for number, line in log.numbered():
        moments = log.moments(number)
        if moments and moments[0].column <= FIRST_MOST and (match := BEHIND.match(line, moments[0].end - 1)):
            yield Head(int(match["n"]), log.spot(number, match, "n"), moments[0])
            continue
        if len(moments) != 1 or len(line) > LONGEST or log.fenced(number):
            continue
        one = moments[0]
        rest = line[: one.column - 1] + " " * (one.end - one.column) + line[one.end - 1 :]
        found = list(NUMBER.finditer(rest))
        if len(found) == 1 and _only_a_name(NUMBER.sub(" ", rest)):
            yield Head(int(found[0]["n"]), log.spot(number, found[0], "n"), one)


def _only_a_name(rest: str) -> bool:
    words = re.findall(r"[^\W\d_]+", rest)
    return 0 < len(words) <= 4 and not re.search(r"[.!?;:=]\s|\d{3}", rest)
