"""Telegram's queue of updates: offsets that confirm, a sticky filter, one poller, and presses that expire."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.telegram_wire import ApiRefusedError

if TYPE_CHECKING:
    from bongsu.sandbox.clock import Hold, SandboxClock

POLL_S_MAX = 50
LIMIT_MAX = 100
# The server keeps a press this long and other updates for a day.
CALLBACK_KEPT_FOR = timedelta(seconds=150)
UPDATE_KEPT_FOR = timedelta(hours=24)
# A poller that has died must not stop the world's time for longer than this.
HOLD_WALL_S = 5

TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queued:
    update_id: int
    kind: str
    body: dict[str, object]
    queued_at: datetime
    hold: Hold

    def kept_for(self) -> timedelta:
        return CALLBACK_KEPT_FOR if self.kind == "callback_query" else UPDATE_KEPT_FOR


class UpdateQueue:
    """The updates of one bot, waiting for its poller."""

    def __init__(self, clock: SandboxClock, *, first_update_id: int) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._next_id = first_update_id
        self._queue: list[_Queued] = []
        self._allowed: frozenset[str] = frozenset()
        self._poll = 0
        self._closed = False
        self.webhook_url = ""
        self.lost: list[dict[str, object]] = []

    def put(self, kind: str, body: dict[str, object]) -> int | None:
        """Queue an update and return its id; None when the bot has not asked for its kind."""
        with self._changed:
            if self._allowed and kind not in self._allowed:
                return None
            update_id = self._next_id
            self._next_id += 1
            hold = self._clock.hold(f"telegram update {update_id}", wall_s_max=HOLD_WALL_S)
            self._queue.append(
                _Queued(update_id=update_id, kind=kind, body=body, queued_at=self._clock.now(), hold=hold)
            )
            self._changed.notify_all()
            return update_id

    def allow(self, kinds: list[str] | None) -> None:
        """Set which kinds are queued from now on; None keeps the earlier choice, empty is the default set."""
        if kinds is not None:
            with self._changed:
                self._allowed = frozenset(kinds)

    def allowed(self) -> list[str]:
        """Return the kinds asked for, empty for the default set."""
        with self._changed:
            return sorted(self._allowed)

    def get(self, *, offset: int, limit: int, timeout_s: int) -> list[dict[str, object]]:
        """Return updates from `offset` on, waiting up to `timeout_s` of wall time for the first.

        A second poller ends the first, whose call raises a conflict. Whatever lies below `offset` is gone.
        """
        limit = min(max(limit, 1), LIMIT_MAX)
        deadline_ns = time.monotonic_ns() + min(max(timeout_s, 0), POLL_S_MAX) * 1_000_000_000
        with self._changed:
            self._refuse_beside_webhook()
            self._poll += 1
            poll = self._poll
            self._changed.notify_all()
            self._confirm(offset)
            while True:
                self._expire()
                if self._queue:
                    return [{"update_id": one.update_id, one.kind: one.body} for one in self._queue[:limit]]
                left_ns = deadline_ns - time.monotonic_ns()
                if left_ns <= 0 or self._closed:
                    return []
                self._changed.wait(left_ns / 1_000_000_000)
                if poll != self._poll:
                    raise ApiRefusedError(409, TERMINATED)
                self._refuse_beside_webhook()

    def pending(self) -> list[dict[str, object]]:
        """Return the updates not yet confirmed."""
        with self._changed:
            self._expire()
            return [{"update_id": one.update_id, one.kind: one.body} for one in self._queue]

    def drop_all(self) -> None:
        """Forget everything that waits."""
        with self._changed:
            self._take_out([one.update_id for one in self._queue])

    def set_webhook(self, url: str) -> None:
        """Deliver to an address instead, which ends polling; empty turns polling on again."""
        with self._changed:
            self.webhook_url = url
            self._changed.notify_all()

    def close(self) -> None:
        """Answer every waiting poll now."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _refuse_beside_webhook(self) -> None:
        if self.webhook_url:
            raise ApiRefusedError(409, WEBHOOK_ACTIVE)

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self._take_out([one.update_id for one in self._queue if one.update_id < offset])
        elif offset < 0:
            self._take_out([one.update_id for one in self._queue[:offset]])

    def _expire(self) -> None:
        now = self._clock.now()
        late = [one for one in self._queue if now - one.queued_at > one.kept_for()]
        self.lost += [{"update_id": one.update_id, one.kind: one.body} for one in late]
        self._take_out([one.update_id for one in late])

    def _take_out(self, update_ids: list[int]) -> None:
        gone = [one for one in self._queue if one.update_id in update_ids]
        self._queue = [one for one in self._queue if one.update_id not in update_ids]
        for one in gone:
            one.hold.release()
