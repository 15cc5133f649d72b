"""How long each invocation took, over the day, against the plan's limit: a picture of report.html."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.evidence.page_text import esc, line_link
from bongsu.evidence.picture import NARROW, WIDE
from bongsu.evidence.picture_axis import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Invocation

FEWEST = 3
"""From so many invocations on there is something to see."""
_GUTTER, _TOP, _HEIGHT, _EDGE = 76, 36, 150, 22
_FAR = Decimal("2.5")
"""A limit so many times as far as the longest is drawn beyond a torn edge: on one scale nothing could be told apart."""


def durations(text: Text) -> str:
    """Return the picture for a wide and for a narrow page, and what it shows in words; nothing for too few."""
    found = text.tables["invocations"]
    if len(found) < FEWEST:
        return ""
    limit_ms = _limit_ms(text)
    longest = max(found, key=lambda one: Decimal(one["duration_ms"]))
    limit = "" if limit_ms is None else text.say("durations.limit", limit=_ms(limit_ms))
    said = text.say("durations.said", n=len(found), ms=_ms(Decimal(longest["duration_ms"])))
    drawn = "".join(_picture(text, found, limit_ms, width) for width in (WIDE, NARROW))
    return (
        f'<figure class="durations"><figcaption><p>{said} {line_link(longest["seq"])}{limit}</p></figcaption>'
        f"{drawn}</figure>"
    )


def _limit_ms(text: Text) -> Decimal | None:
    plan = text.plan
    for spec in (*plan.watch.checks, *plan.verify) if plan is not None and plan.watch is not None else ():
        limit = spec.options.get("at_most")
        if spec.kind == "duration" and isinstance(limit, timedelta):
            return Decimal(limit // timedelta(milliseconds=1))
    return None


def _ms(value: Decimal) -> str:
    return f"{round(value):,} ms"


def _picture(text: Text, found: Sequence[Invocation], limit_ms: Decimal | None, width: int) -> str:
    longest = max(Decimal(one["duration_ms"]) for one in found)
    torn = limit_ms is not None and limit_ms > longest * _FAR
    shown = math.ceil(longest if torn or limit_ms is None else max(longest, limit_ms))
    step = _step(shown)
    levels = -(-shown // step)
    first, last = (datetime.fromisoformat(found[number]["started_at"]) for number in (0, -1))
    axis = Part(name="run", start=first, end=max(last, first + timedelta(seconds=1)), left=_GUTTER, right=width)
    bottom = _TOP + _HEIGHT

    def y(ms: Decimal) -> float:
        return bottom - float(ms / (step * levels)) * _HEIGHT

    ground = [f'<rect class="part" x="{_GUTTER}" y="{_TOP}" width="{width - _GUTTER}" height="{_HEIGHT}"/>']
    ground += [_level(y(Decimal(step * number)), Decimal(step * number), width) for number in range(levels + 1)]
    for x, at in axis.ticks(text.zone, 44 if width == NARROW else 68):
        ground.append(f'<line class="grid" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}"/>')
        if x < width - _EDGE:
            ground.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{at}</text>')
    if limit_ms is not None:
        ground.append(_limit(text, limit_ms, 14.0 if torn else y(limit_ms), width, torn=torn))
    return (
        f'<svg class="plot timeline {"small" if width == NARROW else "large"}" viewBox="0 0 {width} {bottom + 32}" '
        f'role="group" aria-label="{text.say("durations.title")}">{"".join(ground)}'
        f"{''.join(_dot(text, one, axis, y(Decimal(one['duration_ms']))) for one in found)}</svg>"
    )


def _step(most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50… of which a value has at most six."""
    steps = (factor * int(f"1{'0' * power}") for power in range(len(str(most)) + 1) for factor in (1, 2, 5))
    return next(step for step in steps if most <= 6 * step)


def _level(y: float, ms: Decimal, width: int) -> str:
    return (
        f'<line class="grid" x1="{_GUTTER}" y1="{y:.1f}" x2="{width}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{_GUTTER - 8}" y="{y + 3.5:.1f}" text-anchor="end">{_ms(ms)}</text>'
    )


def _limit(text: Text, limit_ms: Decimal, y: float, width: int, *, torn: bool) -> str:
    said = text.say("durations.far" if torn else "limit")
    edge = ""
    if torn:
        steps = "".join(f" l8 {-6 if number % 2 else 6}" for number in range((width - _GUTTER) // 8))
        edge = f'<path class="tear" d="M{_GUTTER} 24{steps}"/>'
    return (
        f'<line class="most" x1="{_GUTTER}" y1="{y:.1f}" x2="{width}" y2="{y:.1f}"/>'
        f'<text class="label" x="{_GUTTER + 6}" y="{y - 3:.1f}">{said}</text>'
        f'<text class="tick" x="{_GUTTER - 8}" y="{y + 3.5:.1f}" text-anchor="end">{_ms(limit_ms)}</text>{edge}'
    )


def _dot(text: Text, one: Invocation, axis: Part, y: float) -> str:
    here = text.local(one["started_at"])
    failed = f", {text.words['failed']}" if one["failed"] else ""
    said = f"{one['duration_ms']} ms{failed}"
    tip = esc(f"{here:%Y-%m-%d %H:%M:%S} {here.tzname()} · {said} · #{one['seq']}")
    x = axis.x(datetime.fromisoformat(one["started_at"]))
    mark = f'<circle class="{"fail" if one["failed"] else "info"}" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>'
    return (
        f'<a href="#l{one["seq"]}" aria-label="{tip}"><title>{tip}</title>{mark}'
        f'<text class="tip" x="{_GUTTER}" y="100%" dy="-3">{tip}</text></a>'
    )
