"""The timeline picture of report.html: an SVG of lanes over one axis, each mark a link to its ledger line.

It is drawn twice, for a wide and for a narrow page, by the same function; the page shows one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from bongsu.evidence.page_text import esc
from bongsu.evidence.picture_axis import BREAK, Axis, axis_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.evidence.page_text import Text
    from bongsu.evidence.picture_lanes import Lane, Mark

WIDE, NARROW = 1120, 390
_ROW, _HEAD, _GUTTER = 19, 52, 134
_LETTER = 6.6
"""About how wide a letter of a label is drawn."""
_BOLD = 1.08


@dataclass(slots=True)
class Picture:
    """One drawing."""

    text: Text
    width: int
    axis: Axis
    gutter: int
    drawn: list[str] = field(default_factory=list)

    @property
    def narrow(self) -> bool:
        """Whether it is drawn for a phone: names of lanes stand above them."""
        return self.width == NARROW


def picture(text: Text, lanes: Sequence[Lane], width: int) -> str:
    """Return lanes over time as SVG, `width` units wide."""
    gutter = 0 if width == NARROW else _GUTTER
    made = Picture(text, width, axis_of(text.tables, left=gutter, right=width), gutter)
    top = float(_HEAD)
    for lane in lanes:
        top = _lane(made, lane, top)
    height = round(top) + 26
    name = f"t{width}"
    hint = f'<text class="hint" x="{gutter + 2}" y="{height - 6}">{text.say("picture.hint")}</text>'
    return (
        f'<svg class="timeline {"small" if made.narrow else "large"}" viewBox="0 0 {width} {height}" role="group" '
        f'aria-labelledby="{name} {name}d"><title id="{name}">{text.say("picture.title")}</title>'
        f'<desc id="{name}d">{text.say("picture.desc")}</desc>{_frame(made, top)}{hint}'
        f"{''.join(made.drawn)}</svg>"
    )


def _frame(made: Picture, bottom: float) -> str:
    text, drawn = made.text, []
    for number, part in enumerate(made.axis.parts):
        wide = part.right - part.left
        drawn.append(f'<rect class="part" x="{part.left:.1f}" y="34" width="{wide:.1f}" height="{bottom - 34:.1f}"/>')
        spent = text.span(round(part.seconds))
        name = text.word("part", part.name)
        label = f'{name}<tspan class="soft" dx="6">{spent}</tspan>'
        fits = _length(f"{name}  {spent}") < wide - 4
        drawn.append(f'<text class="parts" x="{part.left + 2:.1f}" y="12">{label if fits else name}</text>')
        for x, at in part.ticks(text.zone, 44 if made.narrow else 68):
            drawn.append(f'<line class="grid" x1="{x:.1f}" y1="34" x2="{x:.1f}" y2="{bottom:.1f}"/>')
            if part.left + 12 < x < part.right - 12:
                drawn.append(f'<text class="tick" x="{x:.1f}" y="29" text-anchor="middle">{at}</text>')
        if number:
            drawn.append(_break(part.left - BREAK / 2, bottom))
    enabled = text.tables["opened"]["enabled_at"]
    if enabled:
        x = made.axis.x(datetime.fromisoformat(enabled))
        drawn.append(f'<line class="zero" x1="{x:.1f}" y1="34" x2="{x:.1f}" y2="{bottom:.1f}"/>')
        drawn.append(f'<text class="zero" x="{x + 3:.1f}" y="{_HEAD - 8}">T+0</text>')
    return "".join(drawn)


def _break(x: float, bottom: float) -> str:
    """Draw a torn edge: between two parts time is left out of scale, not out of the record."""
    steps = "".join(
        f" L{x + (4 if number % 2 else -4):.1f} {34 + number * 8}" for number in range(1, int(bottom - 34) // 8 + 1)
    )
    return f'<path class="tear" d="M{x:.1f} 34{steps}"/>'


def _lane(made: Picture, lane: Lane, top: float) -> float:
    """Draw one lane from `top` on; return where the next one begins."""
    name = f"{esc(_cut(lane.name, made.width - 4 if made.narrow else _GUTTER - 4))}<title>{esc(lane.name)}</title>"
    if made.narrow:
        made.drawn.append(f'<text class="lane" x="2" y="{top + 12:.1f}">{name}</text>')
        top += 17
    else:
        made.drawn.append(f'<text class="lane" x="0" y="{top + 14:.1f}">{name}</text>')
    ends: list[float] = []
    for mark in lane.marks:
        _mark(made, mark, top, ends)
    bottom = top + max(1, len(ends)) * _ROW + 7
    made.drawn.append(f'<line class="rule" x1="0" y1="{bottom:.1f}" x2="{made.width}" y2="{bottom:.1f}"/>')
    return bottom + 3


def _mark(made: Picture, mark: Mark, top: float, ends: list[float]) -> None:
    x = made.axis.x(mark.at)
    to = x if mark.until is None else max(x, made.axis.x(mark.until))
    part = made.axis.part_of(mark.at)
    dense = mark.many and part.name == "watch"
    label = "" if dense else mark.label
    room = _length(label)
    inside = mark.shape == "bar" and label != "" and room + 8 < to - x
    left = not inside and label != "" and to + 8 + room > part.right and x - 8 - room > part.left
    if not inside and not left and label and to + 8 + room > made.width:
        label = ""
        room = 0.0
    reach = (x - 8 - room, to + 6) if left else (x - 6, to + (6 if inside or not label else 10 + room))
    row = 0 if dense else _row(ends, reach)
    if dense and not ends:
        ends.append(0.0)
    y = top + row * _ROW + _ROW / 2
    shape = _shape("tick" if dense else mark.shape, mark.tone, (x, to), y)
    place = (x + 4, "start") if inside else (x - 8, "end") if left else (to + 8, "start")
    words = (
        f'<text class="label{" in" if inside else ""}" x="{place[0]:.1f}" y="{y + 4:.1f}" '
        f'text-anchor="{place[1]}">{esc(label)}</text>'
        if label
        else ""
    )
    tip = esc(mark.title)
    made.drawn.append(
        f'<a href="#l{mark.seq}" aria-label="{tip}"><title>{tip}</title>{shape}{words}'
        f'<text class="tip" x="{made.gutter + 2}" y="100%" dy="-6">{tip}</text></a>'
    )


def _row(ends: list[float], reach: tuple[float, float]) -> int:
    """Return the first row with room, and take it."""
    for number, end in enumerate(ends):
        if end <= reach[0]:
            ends[number] = reach[1]
            return number
    ends.append(reach[1])
    return len(ends) - 1


def _shape(shape: str, tone: str, span: tuple[float, float], y: float) -> str:
    x, to = span
    match shape:
        case "bar":
            return (
                f'<rect class="{tone}" x="{x:.1f}" y="{y - 7:.1f}" width="{max(2.0, to - x):.1f}" height="14" rx="2"/>'
            )
        case "tick":
            return f'<rect class="{tone}" x="{x - 1:.1f}" y="{y - 6:.1f}" width="2" height="12"/>'
        case "square":
            return f'<rect class="{tone}" x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"/>'
        case "ring":
            return f'<circle class="{tone} open" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        case "cross":
            d = f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"
            return f'<path class="{tone} cross" d="{d}"/>'
        case _:
            return f'<circle class="{tone}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'


def _cut(name: str, room: float) -> str:
    """Return a name, or as much of it as there is room for, with an ellipsis."""
    # Names of lanes are bold and a little larger than labels.
    if _length(name) * _BOLD <= room:
        return name
    while name and _length(name + "…") * _BOLD > room:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _length(label: str) -> float:
    return sum(_LETTER * (1.85 if east_asian_width(letter) in "WF" else 1) for letter in label)
