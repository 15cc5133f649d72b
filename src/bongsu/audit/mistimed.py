"""Whether a slip of the hand makes one length of time of another, as both are written out: `18 min 30 s` of `8 min 30 s`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator


def mistimed(said_s: float, real_s: float) -> bool:
    """Return whether one digit makes one length of the other, or two neighbours changed round, in hours or in minutes."""
    return any(_slip(one, other) for one, other in zip(_forms(said_s), _forms(real_s), strict=True))


def sure(said_s: float, real_s: float) -> Confidence:
    """Return how sure it is that a length was meant to be that of two steps: what is otherwise wrong is often another's."""
    return Confidence.MEDIUM if mistimed(said_s, real_s) else Confidence.LOW


def _forms(length_s: float) -> Iterator[str]:
    whole = round(length_s)
    yield f"{whole // 3600:02d}{whole % 3600 // 60:02d}{whole % 60:02d}"
    yield f"{whole // 60:03d}{whole % 60:02d}"


def _slip(one: str, other: str) -> bool:
    apart = [place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]]
    if len(one) != len(other) or len(apart) not in (1, 2):
        return False
    first, last = apart[0], apart[-1]
    return first == last or (last == first + 1 and one[first] + one[last] == other[last] + other[first])
