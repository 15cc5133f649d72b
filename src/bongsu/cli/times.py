"""Times on the terminal: in the plan's zone, and in UTC beside it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.plan import Plan


def window_text(plan: Plan) -> str:
    """Return the plan's window: `2025-10-22 14:00-15:00 KST (05:00-06:00 UTC)`."""
    ends = (plan.window.start, plan.window.end)
    start, end = (at.astimezone(plan.timezone) for at in ends)
    there = [at.astimezone(UTC) for at in ends]
    text = f"{start:%Y-%m-%d %H:%M}-{end:%H:%M} {start:%Z}"
    if start.utcoffset() == there[0].utcoffset():
        return text
    form = "%H:%M" if there[0].date() == start.date() else "%m-%d %H:%M"
    return f"{text} ({there[0]:{form}}-{there[1]:%H:%M} UTC)"


def clock_text(plan: Plan, at: datetime) -> str:
    """Return a time of day in the plan's zone, for behind the same in UTC: `14:00:01 KST`."""
    return f"{at.astimezone(plan.timezone):%H:%M:%S %Z}"
