"""The clock of a run: one reading of the given source, then the machine's monotonic time since."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import urllib3

from naver_sms.errors import ConfigError


class Clock:
    """Aware UTC time that runs at wall speed from a known moment."""

    def __init__(self, *, started_at: datetime) -> None:
        if started_at.tzinfo is None:
            raise ValueError("a clock starts at a moment with a zone")
        self._started_at = started_at.astimezone(UTC)
        self._mark_s = time.monotonic()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self._started_at + timedelta(seconds=self.passed_s())

    def epoch_ms(self) -> int:
        """Return the present moment as whole milliseconds since 1970."""
        return (self.now() - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)

    def passed_s(self) -> float:
        """Return the seconds since this clock was started."""
        return time.monotonic() - self._mark_s

    def wait_until(self, at_s: float) -> None:
        """Return when so many seconds have passed since the start of this clock."""
        time.sleep(max(0.0, at_s - self.passed_s()))

    def wait(self, seconds: float) -> None:
        """Return so many seconds from now."""
        self.wait_until(self.passed_s() + seconds)


def start_clock(url: str | None) -> Clock:
    """Return a clock set by the machine, or by the address that the settings allow."""
    if url is None:
        return Clock(started_at=datetime.now(UTC))
    try:
        answer = urllib3.request("GET", url, retries=False, redirect=False, timeout=3.0)
        now = datetime.fromisoformat(json.loads(answer.data)["now"])
        return Clock(started_at=now)
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError):
        raise ConfigError(["'clock_url' does not answer {\"now\": ISO time with zone}"]) from None
