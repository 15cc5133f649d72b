"""Times that a log writes with a full stop, `9.34. Old mailer stopped` or `12.35 Uhr`, as they would stand with a colon."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.audit.moments import Moment

_TIME = r"(?:[01]?\d|2[0-3])\.[0-5]\d"
LEADS = re.compile(rf"[\s>*•\[(-]{{0,8}}(?P<time>{_TIME})(?=[\])]?(?:[.:,]|\s?(?:Uhr|h)\b)?\s)")
COLON_LEADS = re.compile(r"[\s>*•\[(-]{0,8}\d{1,2}:\d\d")
DOTTED = re.compile(
    r"(?<![\w.,:/€$£¥₩+-])(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![.,]?\d|[\w-])"
    r"(?! ?(?:%|°|€|EUR|GBP|USD|GiB|[kMGT]?i?B\b|percent|per cent|times|million|metres?|meters?|k?m\b|kg|g\b|hours?|minutes?|min\b|seconds?|s\b|ms\b|points?|euros?|pounds?))"
)
NO_TIME = re.compile(
    r"(?:\b(?:version|release|section|chapter|figure|table|step|item|clause|paragraph|ver|nr|no|python|go|node)\.?|§) ?$",
    re.IGNORECASE,
)
"""What stands before a number of something."""
LEAST = 4
"""So many lines that begin with such a time, and hardly one with a colon, make a full stop the log's own way."""


def with_colons(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines of a log with colons in its times, each as long as it was; as they are where times have no full stop."""
    led = [found["time"] for line in lines if (found := LEADS.match(line))]
    if len(led) < LEAST or sum(COLON_LEADS.match(line) is not None for line in lines) * LEAST > len(led):
        return lines
    minutes = [int(hour) * 60 + int(minute) for hour, minute in (one.split(".") for one in led)]
    back = sum(later < earlier for earlier, later in pairwise(minutes))
    if back * LEAST > len(led):
        return lines  # Numbers of sections, or amounts.
    return [DOTTED.sub(_with_colon, line) for line in lines]


def _with_colon(found: re.Match[str]) -> str:
    named = NO_TIME.search(found.string[max(0, found.start() - 12) : found.start()])
    return found[0] if named else f"{found['hour']}:{found['minute']}"


def as_written(found: tuple[Moment, ...], line: str) -> tuple[Moment, ...]:
    """Return times with their own words in a line, whatever they were read from."""
    return tuple(replace(one, text=line[one.column - 1 : one.end - 1]) for one in found)
