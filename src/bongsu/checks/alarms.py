"""Whether every alarm that the plan names is in the state it must be in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bongsu.checks._values import decided, figure, not_read, unknown
from bongsu.core.figures import segment
from bongsu.core.plan import ReadNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.checks._port import CheckResult
    from bongsu.core.state import Observation

FIGURES = frozenset({"ok", "total"})
"""Beside these, one figure named after each alarm holds its state, and `<alarm>.since` when it took it."""

INSUFFICIENT = "INSUFFICIENT_DATA"
"""CloudWatch's word for an alarm that has seen too little to say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which alarms, and how they must be."""

    named: tuple[str, ...]
    """The alarms by their names."""
    all: Literal["OK", "ALARM", "INSUFFICIENT_DATA"] = "OK"
    """The state that all of them must be in, in CloudWatch's own word."""


def reads(options: Options) -> tuple[ReadNeed, ...]:
    """Return the reading of exactly the named alarms."""
    return (ReadNeed(reading="alarms", args={"names": list(options.named)}),)


def figure_name(alarm: str) -> str:
    """Return the name of an alarm's figure."""
    return segment(alarm)


def judge(options: Options, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS only when every named alarm exists and is in the wanted state."""
    absent = not_read(observations, "alarms")
    if absent is not None:
        return absent
    seen = observations["alarms"]
    found = _states(seen)
    states = {name: found[name] for name in options.named if name in found}
    gone = [name for name in options.named if name not in states]
    fires = any(state not in (options.all, INSUFFICIENT) for state, _ in states.values())
    if not options.named or (gone and not fires):
        alarms = "alarm does not exist or shows" if len(options.named) == 1 else "alarms do not exist or show"
        return unknown(f"{len(gone)} of {len(options.named)} {alarms} no state: {', '.join(gone)}")
    wanted = [name for name in states if states[name][0] == options.all]
    figures = [figure("ok", len(wanted), seq=seen.seq), figure("total", len(options.named), seq=seen.seq)]
    for name, (state, since) in states.items():
        figures.append(figure(figure_name(name), state, seq=seen.seq))
        if since:
            figures.append(figure(f"{figure_name(name)}.since", since, seq=seen.seq))
    alarms_are = "alarm is" if len(options.named) == 1 else "alarms are"
    said = f"{len(wanted)} of {len(options.named)} {alarms_are} {options.all}"
    others = {name: state for name, (state, _) in states.items() if name not in wanted}
    if not others:
        return decided(passed=True, why=said, figures=figures)
    why = f"{said}; " + ", ".join(f"{name} is {state}" for name, state in others.items())
    if all(state == INSUFFICIENT for state in others.values()):
        return unknown(why, *figures)
    return decided(passed=False, why=why, figures=figures)


def _states(seen: Observation) -> dict[str, tuple[str, str]]:
    listed = seen.values.get("states")
    found: dict[str, tuple[str, str]] = {}
    for name, entry in (listed if isinstance(listed, dict) else {}).items():
        state = entry.get("state") if isinstance(entry, dict) else None
        if isinstance(state, str) and state:
            since = entry.get("since")
            found[name] = (state, since if isinstance(since, str) else "")
    return found
