"""An audit of anybody's cutover log: what it says that cannot be so. The folder `rules` is the registry."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

from bongsu.audit import rules as _rules
from bongsu.audit.asked import hits
from bongsu.audit.disowned import disowned
from bongsu.audit.explained import explained
from bongsu.audit.findings import Confidence, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bongsu.audit._port import Rule
    from bongsu.audit.findings import Hit, Spot
    from bongsu.audit.log import Log

SHOWN = 160
"""The longest claim that a finding quotes, in letters."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Return the name of every rule, in alphabetical order."""
    return tuple(sorted(found.name for found in iter_modules(_rules.__path__) if not found.name.startswith("_")))


def rule_of(name: str) -> Rule:
    """Return the rule of a name; ModuleNotFoundError for an unknown one."""
    if name not in names():
        raise ModuleNotFoundError(f"no rule {name!r}")
    return cast("Rule", import_module(f"bongsu.audit.rules.{name}"))


def audit(
    logs: Sequence[Log], chosen: Sequence[str] | None = None, *, at: Callable[[int, int], None] | None = None
) -> list[Finding]:
    """Return everything that the chosen rules, or all of them, find in the logs, in the order of files and lines.

    `at` is told before each rule how many have been asked and how many there are.
    """
    order = {log.name: place for place, log in enumerate(logs)}
    asked = names() if chosen is None else chosen
    found: dict[tuple[str, Spot], Finding] = {}
    for count, name in enumerate(asked):
        if at is not None:
            at(count, len(asked))
        found |= {(finding.rule, finding.spot): finding for finding in _found(name, logs)}
    return sorted(found.values(), key=lambda one: (order[one.spot.file], one.spot.line, one.spot.column, one.rule))


def _found(name: str, logs: Sequence[Log]) -> Iterator[Finding]:
    rule = rule_of(name)
    lines = {log.name: log for log in logs}
    for hit in hits(rule, logs[0]) if len(logs) == 1 else rule.find(logs):
        if disowned(lines[hit.spot.file], hit.spot):
            continue
        known = explained(lines[hit.spot.file], name, hit)
        yield Finding(
            rule=name,
            severity=rule.SEVERITY,
            confidence=Confidence.LOW if known else hit.confidence or rule.CONFIDENCE,
            spot=hit.spot,
            found=_quoted(lines[hit.spot.file], hit),
            why=hit.why,
            instead=hit.instead,
            also=hit.also,
        )


def _quoted(log: Log, hit: Hit) -> str:
    text = log.line(hit.spot.line).strip() if hit.spot.line else ""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
