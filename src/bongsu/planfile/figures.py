"""Which figures are measured before which message, so that a plan's own line never names another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.core.figures import PLACEHOLDER
from bongsu.planfile.kinds import check_module
from bongsu.planfile.problems import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bongsu.core.plan import CheckSpec
    from bongsu.planfile.rules import Rules

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_SCOPES: dict[str, tuple[str, ...]] = {
    "go_request": ("baseline",),
    "start": ("baseline",),
    "no_go": ("baseline",),
}
"""Message to the scopes whose figures were measured before it; every other message knows the first two."""
_MOST = ("baseline", "verify")
_OVER_THE_WATCH: dict[str, tuple[str, ...]] = {
    "": ("total.looks", "total.unpassed"),
    "sms_delivery": ("total.accepted", "total.delivered", "total.sms_looks"),
    "duration": ("worst.duration_ms",),
    "memory": ("worst.used_mb",),
}
"""Kind of check to what the summary of a watch makes of all its looks; without a kind, of any."""
_OF_A_ROLLBACK = ("detect_s", "decide_s", "execute_s", "total_s")
"""What the core measures of a rollback, against the plan's limits."""
_OF_INVOCATIONS = ("invocations", "failed_invocations", "new", "guide", "event")


def figures_of(check: CheckSpec) -> tuple[str, ...]:
    """Return the short names of the figures that a check's judgement can carry."""
    loaded = check_module(check.kind)
    names = set(loaded.FIGURES)
    namer = getattr(loaded, "figure_name", None)
    if namer is not None:
        named = check.options.get("named", ())
        names |= {namer(name) for name in named} if isinstance(named, tuple) else set()
    return tuple(sorted(names))


def known_before(message: str, checks: Mapping[str, Iterable[CheckSpec]]) -> frozenset[str]:
    """Return every figure that can have been measured when a message goes out; `checks` by scope."""
    known = {
        f"{scope}.{check.name}.{figure}"
        for scope in _SCOPES.get(message, _MOST)
        for check in checks.get(scope, ())
        for figure in figures_of(check)
    }
    if message == "watch_summary":
        known |= _watched(checks.get("watch", ()))
    if message == "rollback":
        known |= {f"rollback.{name}" for name in _OF_A_ROLLBACK}
    return frozenset(known)


def _watched(checks: Iterable[CheckSpec]) -> set[str]:
    found: set[str] = set()
    for check in checks:
        found |= {f"watch.{name}" for kind in ("", check.kind) for name in _OVER_THE_WATCH.get(kind, ())}
        if any(need.reading == "invocations" for need in check.reads):
            found |= {f"watch.total.{name}" for name in _OF_INVOCATIONS}
    return found


def check_lines(rules: Rules, checks: Mapping[str, Iterable[CheckSpec]]) -> None:
    """Record every placeholder that nothing measures before its message, and every brace that is none."""
    for message in rules.part("announce").get("lines") or {}:
        known = known_before(message, checks)
        # With a check refused, what it would have measured is not known, and a second error would be a guess.
        sure = not rules.refused("baseline", "verify")
        for path, line in rules.listed("announce", "lines", message):
            for found in _BRACES.findall(line):
                if PLACEHOLDER.fullmatch(found) is None:
                    rules.say(path, f'"{found}" is not a placeholder', 'write it like "{baseline.parity.percent}"')
                elif sure and found[1:-1] not in known:
                    text = f'nothing measures "{found[1:-1]}" before the message "{message}"'
                    rules.say(path, text, suggest(found[1:-1], known))
