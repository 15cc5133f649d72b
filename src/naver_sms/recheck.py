"""One look at one booking just before its door code goes out: the list may be minutes old by then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from naver_sms.naver import CONFIRMED, Failed, Failure

if TYPE_CHECKING:
    from naver_sms.intent import Intent
    from naver_sms.naver import NaverClient

GONE = "gone"
MOVED = "moved"


class Recheck:
    """Asks Naver for one booking. What cannot be asked counts as standing: no door code is worse than a late no."""

    def __init__(self, naver: NaverClient) -> None:
        self._naver = naver

    def __call__(self, intent: Intent) -> str | None:
        """Return None when the booking stands as it was listed, else its status, `gone` or `moved`."""
        booking = intent.booking
        found = self._naver.detail(booking.store_id, booking.booking_num.partition("_")[2])
        if isinstance(found, Failed):
            return GONE if found.failure is Failure.STORE_GONE else None
        status = found.get("bookingStatusCode")
        if status != CONFIRMED:
            return str(status)
        snapshot = found.get("snapshotJson")
        start = _instant(snapshot.get("startDateTime") if isinstance(snapshot, dict) else None)
        return None if start is None or start == booking.start_at else MOVED


def _instant(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC).replace(second=0, microsecond=0)
