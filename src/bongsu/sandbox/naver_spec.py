"""The account at the imitated booking site, and the switches for what nobody outside it knows for sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDED_COOKIES = ("NID_AUT", "NID_SES")
SignedOut = Literal["redirect", "401", "403", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NaverSpec:
    """The account's cookies, and how the site behaves.

    `signed_out` is what a request without a valid session gets; with `signed_out_after` the session ends after
    that many requests. `latency_ms` maps count, list or detail to wall milliseconds.

    What is not known for sure is a switch: a window compares instants, or Korean dates (`window_mode`); a count
    without the owner's role is refused (`role_on_count`) and a list without it is not (`role_on_list`); the most days
    of a window and the most bookings of a page.
    """

    cookies: Mapping[str, str] = field(
        default_factory=lambda: {name: f"example-{name.lower()}-{'0' * 24}" for name in NEEDED_COOKIES}
    )
    signed_out: SignedOut = "redirect"
    signed_out_after: int | None = None
    latency_ms: Mapping[str, int] = field(default_factory=dict)
    window_mode: Literal["instant", "kst_date"] = "instant"
    role_on_count: bool = True
    role_on_list: bool = False
    span_days_max: int = 31
    page_size_max: int = 200
