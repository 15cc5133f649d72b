"""Small pictures of report.html: bars of a time against its limit, and the looks of a watch as squares."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.evidence.page_text import esc

if TYPE_CHECKING:
    from bongsu.evidence.page_text import Text
    from bongsu.evidence.tables import Look

_A_ROW, _SQUARE = 24, 15


def bar(text: Text, took_s: int | None, limit_s: int, *, late: bool = False) -> str:
    """Return a bar as long as the time took, on a track as long as the limit; longer than that when it was exceeded."""
    limit = text.span(limit_s)
    whole = max(took_s or 0, limit_s, 1)
    over = late or (took_s is not None and took_s > limit_s)
    tone = "none" if took_s is None else "fail" if over else "pass"
    said = text.say("no_answer") if took_s is None else text.span(took_s)
    share = 100 * (took_s or 0) / whole
    track = 100 * limit_s / whole
    name = f"{said}, {text.say('limit')} {limit}"
    return (
        f'<span class="bar"><svg role="img" aria-label="{name}" width="100%" height="12">'
        f'<rect class="track" width="{track:.2f}%" height="12" rx="2"/>'
        f'<rect class="{tone}" width="{share:.2f}%" height="12" rx="2"/>'
        f'<line class="limit" x1="{track:.2f}%" x2="{track:.2f}%" y1="0" y2="12"/></svg>'
        f'<span class="took">{said}<span class="soft"> / {limit}</span></span></span>'
    )


def share(value: Decimal, limit: Decimal, *, whole: Decimal, tone: str) -> str:
    """Return a bar of a value on a track of a whole, with a line at its limit; words beside it say the same."""
    most = max(whole, value, Decimal(1))
    part, at = 100 * value / most, 100 * limit / most
    return (
        f'<svg class="share" aria-hidden="true" width="100%" height="8">'
        f'<rect class="track" width="100%" height="8" rx="2"/>'
        f'<rect class="{tone}" width="{part:.2f}%" height="8" rx="2"/>'
        f'<line class="limit" x1="{at:.2f}%" x2="{at:.2f}%" y1="0" y2="8"/></svg>'
    )


def tone_of_look(look: Look) -> str:
    """Return what a look is coloured as: its verdict; paler when a check of it had nothing to judge."""
    return "idle" if look["idle"] and look["verdict"] == "pass" else look["verdict"]


def squares(text: Text, looks: list[Look]) -> str:
    """Return one square a look, in order, each a link to its line."""
    rows = -(-len(looks) // _A_ROW)
    columns = min(len(looks), _A_ROW)
    drawn: list[str] = []
    for number, look in enumerate(looks):
        x, y = number % _A_ROW * _SQUARE, number // _A_ROW * _SQUARE
        said = text.words["look"].format(number=look["number"])
        idle = f" ({text.say('looks.idle')})" if look["idle"] else ""
        title = f"{esc(said)}: {text.word('verdict', look['verdict'])}{idle}, {text.local(look['at']):%m-%d %H:%M:%S}"
        drawn.append(
            f'<a href="#l{look["seq"]}" aria-label="{title}"><title>{title}</title>'
            f'<rect class="{tone_of_look(look)}" x="{x}" y="{y}" width="12" height="12" rx="2"/></a>'
        )
    return (
        f'<svg class="squares" viewBox="0 0 {columns * _SQUARE} {rows * _SQUARE}" width="{columns * _SQUARE}" '
        f'role="group" aria-label="{text.say("looks.title")}">{"".join(drawn)}</svg>'
    )
