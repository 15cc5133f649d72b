"""What a world must be told to serve its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """The page of one world.

    `language` is the one that it speaks, English where it has no words of it. `timezone` is the zone in which it shows
    times. `play` are the contacts whom the person at the page plays: the
    clock does not jump while a button stands open for one of them. `idle` is what the clock does at first while
    nothing is in flight. `rule` and `function` are what is cut over: T+ counts from the moment that rule is enabled.
    """

    title: str = "Rehearsal"
    language: str = "en"
    timezone: str = "UTC"
    play: tuple[str, ...] = ()
    idle: Literal["jump", "wall", "still"] = "jump"
    rule: str = ""
    function: str = ""
