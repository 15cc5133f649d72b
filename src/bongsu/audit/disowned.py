"""What a log quotes in order to say that it was wrong is no claim of that log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.words import QUOTED, taken_back

if TYPE_CHECKING:
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

NEAR = 3


def disowned(log: Log, spot: Spot) -> bool:
    """Return whether a place is in a quotation that its line, or the line behind it, takes back."""
    if not spot.line:
        return False
    line = log.line(spot.line)
    quotation = line.lstrip().startswith((">", "~~"))
    inside = next((one for one in QUOTED.finditer(line) if one.start() < spot.column <= one.end()), None)
    if inside is not None and taken_back(line[: inside.start()] + line[inside.end() :]):
        return True
    return (quotation or inside is not None) and taken_back(_behind(log, spot.line))


def _behind(log: Log, number: int) -> str:
    """Return the next line that is neither blank nor of the same quotation."""
    for _, line in log.numbered(number + 1, number + NEAR):
        if line.strip() and not line.lstrip().startswith((">", "~~")):
            return line
    return ""
