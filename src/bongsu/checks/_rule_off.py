"""Whether a rule reads back as off: the one judgement that `legacy_off` and `target_off` share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.checks._values import decided, figure, not_read, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.checks._port import CheckResult
    from bongsu.core.state import Observation

OFF = "DISABLED"
ON = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
"""The states of a rule that run its targets (EventBridge API reference, DescribeRule)."""


def judge_off(reading: str, observations: Mapping[str, Observation]) -> CheckResult:
    """Return PASS when the rule reads back DISABLED, FAIL when enabled, UNKNOWN for any other word."""
    absent = not_read(observations, reading)
    if absent is not None:
        return absent
    seen = observations[reading]
    state, name = seen.values.get("state"), seen.values.get("name")
    if not (isinstance(state, str) and state and isinstance(name, str)):
        return unknown(f"the observation of {reading} shows no state")
    figures = (figure("state", state, seq=seen.seq),)
    if state == OFF:
        return decided(passed=True, why=f'rule "{name}" is {state}', figures=figures)
    if state in ON:
        return decided(passed=False, why=f'rule "{name}" is {state}, it must be {OFF}', figures=figures)
    return unknown(f'rule "{name}" is in the unknown state "{state}"', *figures)
