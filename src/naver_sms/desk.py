"""What sending and settling both work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from naver_sms.holds import Holds

if TYPE_CHECKING:
    from collections.abc import Callable

    from naver_sms.clock import Clock
    from naver_sms.gateway import Gateway
    from naver_sms.intent import Intent
    from naver_sms.meter import Meter
    from naver_sms.refusals import Refusals
    from naver_sms.state import StatePort


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The collaborators of one run; `left_s` is the time until its deadline."""

    sens: Gateway
    state: StatePort
    meter: Meter
    run_id: str
    clock: Clock
    left_s: Callable[[], float]
    at_once: int
    refusals: Refusals | None = None
    """Knows who may not get advertising; without it none is sent."""
    held: Callable[[], Holds] = Holds
    """Knows from which numbers nothing may be sent now."""
    recheck: Callable[[Intent], str | None] | None = None
    """Looks a booking up once more: None when it stands, else its status or `moved`."""
    recheck_after: timedelta = timedelta(seconds=60)
