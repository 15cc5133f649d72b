"""Figures: measured values, each bound to the ledger line it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a snapshot is read by these annotations
from decimal import Decimal
from functools import lru_cache

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_-]+)*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value, its unit, when it was read and the ledger line that holds its source."""

    name: str
    value: str
    """As it is rendered: an integer, a decimal string, or one of the outside world's own words (`ENABLED`)."""
    unit: str
    """`""` for counts and words; else `ms`, `s`, `MB`, `%`."""
    seq: int
    at: datetime

    @property
    def text(self) -> str:
        """Return the value with its unit as a person reads it: `512 MB`, `100 %`, `ENABLED`."""
        return f"{self.value} {self.unit}" if self.unit else self.value


@lru_cache(maxsize=4096)
def names_in(template: str) -> tuple[str, ...]:
    """Return the figure names that a template line uses, in order."""
    return tuple(PLACEHOLDER.findall(template))


def segment(text: str) -> str:
    """Return outside text as part of a figure's name: lower case, a hyphen for what a name cannot hold."""
    return re.sub(r"[^a-z0-9_-]", "-", text.lower())


def percent(part: int, whole: int) -> str | None:
    """Return `part` of `whole` in per cent, floored to two decimals and without idle zeros; None of nothing.

    Floored so that 99.996 % never reads as 100 %.
    """
    if whole == 0:
        return None
    hundredths = part * 10_000 // whole
    return plain(Decimal(hundredths) / 100)


def plain(number: Decimal) -> str:
    """Return a decimal without exponent and without idle zeros: `100`, `80.47`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
