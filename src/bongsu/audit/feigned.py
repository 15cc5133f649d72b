"""What an exercise pretends: a thing that is said to have stopped, in words that say beside it that this is not so."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bongsu.audit.log import Log

PRETENDED = re.compile(
    r"\bnot (?:a )?real\b|\bpretend\w*\b|\bsuppose\b|\bimagin\w+\b|\bmake[- ]believe\b|\bfictitious\b|\bsimulated?\b|\bas if\b|\blet['’]s say\b"
    r"|칩니다|치고 ?(?:답|확인|응답|대응)|[다라]고 ?(?:치|가정)|가정(?:합니다|하고|함|한)|가상(?:의|으로| 장애| 상황)|(?:진짜|실제)(?:가|로| 장애는?| 상황이?)? ?(?:아님|아닙|아니)",
    re.IGNORECASE,
)
BESIDE = 1
"""Lines above and below in which the same message may say it."""


def feigned(log: Log, number: int) -> bool:
    """Return whether a line belongs to words that only pretend what they tell."""
    return number in _feigned(log)


@lru_cache(maxsize=64)
def _feigned(log: Log) -> frozenset[int]:
    said = [number for number, line in log.numbered() if PRETENDED.search(line)]
    return frozenset(
        near
        for number in said
        for near in range(number - BESIDE, number + BESIDE + 1)
        if near == number or _one_message(log, number, near)
    )


def _one_message(log: Log, number: int, near: int) -> bool:
    """Return whether two lines stand in one paragraph, and the lower of them begins nothing new by a time of its own."""
    upper, lower = sorted((number, near))
    if upper < 1 or lower > len(log.text.lines) or not log.line(near).strip():
        return False
    text = log.line(lower)
    found = log.moments(lower)
    return not (found and not text[: found[0].column - 1].strip(" \t[(*-•>|"))
