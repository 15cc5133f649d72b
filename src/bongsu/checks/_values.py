"""What every check needs to read recorded values without trusting their shape.

A value that is absent, of another type or negative is `None` here, and every check turns `None` into UNKNOWN.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from bongsu.checks._port import CheckResult
from bongsu.core.events import JudgedFigure
from bongsu.core.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bongsu.core.state import Observation

ITEMS = "items"
"""The figure that an UNKNOWN carries, as 0, when every source agrees that there was nothing to judge.

An UNKNOWN because nothing was invoked carries `invocations` = 0 instead: that may well be trouble.
"""


def number(value: object) -> Decimal | None:
    """Return a recorded number, 0 or more, as a Decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        parsed = Decimal(value)
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() and parsed >= 0 else None


def count(values: Mapping[str, Any], name: str) -> int | None:
    """Return a recorded whole number, 0 or more; None when it is absent or not one."""
    found = values.get(name)
    if type(found) is int:
        return found if found >= 0 else None
    parsed = number(found)
    if parsed is None or parsed != parsed.to_integral_value():
        return None
    return int(parsed)


def moment(value: object) -> datetime | None:
    """Return a recorded time, ISO 8601 with its offset; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo is not None else None


def mappings(value: object) -> tuple[Mapping[str, Any], ...]:
    """Return the mappings of a recorded list; empty when it is no list."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item for item in value if isinstance(item, dict))


def total(items: Iterable[Mapping[str, Any]], name: str) -> int | None:
    """Return the sum of a whole number over mappings; None when one of them does not have it."""
    summed = 0
    for item in items:
        found = count(item, name)
        if found is None:
            return None
        summed += found
    return summed


def unknown(why: str, *figures: JudgedFigure) -> CheckResult:
    """Return an UNKNOWN and what is in the way of knowing."""
    return CheckResult(verdict=Verdict.UNKNOWN, why=why, figures=figures)


def nothing(why: str, seq: int) -> CheckResult:
    """Return an UNKNOWN that says so because there was nothing to judge: it carries `items` = 0."""
    return unknown(why, figure(ITEMS, 0, seq=seq))


def decided(*, passed: bool, why: str, figures: Sequence[JudgedFigure]) -> CheckResult:
    """Return PASS or FAIL with the figures it rests on."""
    return CheckResult(verdict=Verdict.PASS if passed else Verdict.FAIL, why=why, figures=tuple(figures))


def figure(name: str, value: object, unit: str = "", *, seq: int) -> JudgedFigure:
    """Return a figure from the observation at ledger line `seq`."""
    return JudgedFigure(name=name, value=str(value), unit=unit, seq=seq)


def not_read(observations: Mapping[str, Observation], *readings: str) -> CheckResult | None:
    """Return an UNKNOWN that names the readings which are missing; None when all are there."""
    absent = [reading for reading in readings if reading not in observations]
    return unknown(f"not measured: no observation of {', '.join(absent)}") if absent else None


def at_least(part: int, whole: int, limit: Decimal) -> bool:
    """Return whether `part` of `whole` is `limit` per cent or more, compared exactly."""
    return 100 * part >= limit * whole


def at_most(part: int, whole: int, limit: Decimal) -> bool:
    """Return whether `part` of `whole` is `limit` per cent or less, compared exactly."""
    return 100 * part <= limit * whole
