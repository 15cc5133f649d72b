"""Kinds of run: a whole cutover, its drill alone, one matter that people are paged about, or its guard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RunKind(StrEnum):
    """What a run is for; the first line of its ledger says it."""

    CUTOVER = "cutover"
    DRILL = "drill"
    PAGE = "page"
    GUARD = "guard"


NOT_PAGES = (RunKind.CUTOVER, RunKind.DRILL, RunKind.GUARD)
"""The kinds of which there are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """The one matter of a page: what people are told, by which escalation policy, and the alarm's own name."""

    summary: str
    policy: str
    dedup: str = ""
    """While a page of this name is open, the same alarm again is the same page; empty: each is its own."""

    @property
    def subject(self) -> str:
        """The matter that the page's messages and answers belong to."""
        return f"page/{self.policy}"
