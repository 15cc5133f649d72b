"""Telegram's queue of updates: offsets that confirm, a sticky filter, one poller, and presses that expire."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.telegram_refusals import ApiRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.clock import Hold, SandboxClock
    from bongsu.sandbox.telegram_spec import TelegramSpec

LIMIT_MAX = 100
# The server keeps a press for 150 s (TelegramSpec.press_kept_for) and other updates for a day.
UPDATE_KEPT_FOR = timedelta(hours=24)
# A poller that has died must not stop the world's time for longer than this.
HOLD_WALL_S = 5
REPEATED_WITHIN_NS = 3_000_000_000
REPEATED_AT_ONCE_NS = 500_000_000

TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"
TERMINATED_BY_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
# Those that the default set leaves out.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT_KINDS = frozenset(
    {
        "business_connection",
        "business_message",
        "callback_query",
        "channel_post",
        "chat_boost",
        "chat_join_request",
        "chosen_inline_result",
        "deleted_business_messages",
        "edited_business_message",
        "edited_channel_post",
        "edited_message",
        "guest_message",
        "inline_query",
        "managed_bot",
        "message",
        "my_chat_member",
        "poll",
        "poll_answer",
        "pre_checkout_query",
        "purchased_paid_media",
        "removed_chat_boost",
        "shipping_query",
    }
)
KINDS = DEFAULT_KINDS | ON_REQUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An update that nobody has taken yet; those of one `sender` keep their order."""

    update_id: int
    kind: str
    body: dict[str, object]
    sender: str
    expires_at: datetime
    hold: Hold

    def as_json(self) -> dict[str, object]:
        """Return the Update object."""
        return {"update_id": self.update_id, self.kind: self.body}


class UpdateQueue:
    """The updates of one bot, waiting for its poller or its webhook."""

    def __init__(self, clock: SandboxClock, spec: TelegramSpec, *, first_update_id: int) -> None:
        self._clock = clock
        self._spec = spec
        self._changed = threading.Condition()
        self._next_id = first_update_id
        self._queue: list[Queued] = []
        self._allowed: frozenset[str] = frozenset()
        self._poll = 0
        self._last_poll: tuple[int, int] | None = None
        self._closed = False
        self._webhook = False
        self._on_put: list[Callable[[], None]] = []
        self.lost: list[dict[str, object]] = []

    def on_put(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each new update."""
        self._on_put.append(listener)

    def put(self, kind: str, body: dict[str, object], *, sender: int) -> int | None:
        """Queue an update and return its id; None when the bot has not asked for its kind."""
        with self._changed:
            if kind not in (self._allowed or DEFAULT_KINDS):
                return None
            update_id = self._next_id
            self._next_id += 1
            kept_for = self._spec.press_kept_for if kind == "callback_query" else UPDATE_KEPT_FOR
            self._queue.append(
                Queued(
                    update_id=update_id,
                    kind=kind,
                    body=body,
                    sender=f"{kind} {sender}",
                    expires_at=self._clock.now() + kept_for,
                    hold=self._clock.hold(f"telegram update {update_id}", wall_s_max=HOLD_WALL_S),
                )
            )
            self._changed.notify_all()
        for listener in self._on_put:
            listener()
        return update_id

    def allow(self, kinds: list[str] | None) -> None:
        """Set which kinds are queued from now on; None keeps the earlier choice, empty is the default set."""
        if kinds is not None:
            with self._changed:
                self._allowed = frozenset() if set(kinds) == DEFAULT_KINDS else frozenset(kinds)

    def allowed(self) -> list[str]:
        """Return the kinds asked for, empty for the default set."""
        with self._changed:
            return sorted(self._allowed)

    def get(self, *, offset: int, limit: int, timeout_s: int) -> list[dict[str, object]]:
        """Return updates from `offset` on, waiting up to `timeout_s` of wall time for the first.

        A second poller ends the first, whose call raises a conflict. Whatever lies below `offset` is gone.
        """
        limit = min(max(limit, 1), LIMIT_MAX)
        timeout_s = min(max(timeout_s, 0), self._spec.poll_s_max)
        with self._changed:
            self._refuse_beside_webhook(WEBHOOK_ACTIVE)
            limit, timeout_s = self._slowed(offset, limit, timeout_s)
            deadline_ns = time.monotonic_ns() + timeout_s * 1_000_000_000
            self._poll += 1
            poll = self._poll
            self._changed.notify_all()
            self._confirm(offset)
            while True:
                self._expire()
                if self._queue:
                    return [one.as_json() for one in self._queue[:limit]]
                left_ns = deadline_ns - time.monotonic_ns()
                if left_ns <= 0 or self._closed:
                    return []
                self._changed.wait(left_ns / 1_000_000_000)
                if poll != self._poll:
                    raise ApiRefusedError(409, TERMINATED)
                self._refuse_beside_webhook(TERMINATED_BY_WEBHOOK)

    def waiting(self) -> list[Queued]:
        """Return the updates not yet confirmed or taken, oldest first."""
        with self._changed:
            self._expire()
            return list(self._queue)

    def pending(self) -> list[dict[str, object]]:
        """Return the updates not yet confirmed, as JSON."""
        return [one.as_json() for one in self.waiting()]

    def taken(self, update_id: int) -> None:
        """Forget an update that the webhook took."""
        with self._changed:
            self._take_out([update_id])

    def give_up(self, update_id: int) -> None:
        """Lose an update that could not be handed over in its time."""
        with self._changed:
            self.lost += [one.as_json() for one in self._queue if one.update_id == update_id]
            self._take_out([update_id])

    def drop_all(self) -> None:
        """Forget everything that waits."""
        with self._changed:
            self._take_out([one.update_id for one in self._queue])

    def set_webhook(self, active: bool) -> None:  # noqa: FBT001 - one word, said once
        """End polling while a webhook is active, or let it begin again."""
        with self._changed:
            self._webhook = active
            self._changed.notify_all()

    def close(self) -> None:
        """Answer every waiting poll now."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    # Below, the condition's lock is held.

    def _refuse_beside_webhook(self, why: str) -> None:
        if self._webhook:
            raise ApiRefusedError(409, why)

    def _slowed(self, offset: int, limit: int, timeout_s: int) -> tuple[int, int]:
        """Return limit and timeout as the vendor's server has them for a poll that repeats its offset."""
        now_ns = time.monotonic_ns()
        before, self._last_poll = self._last_poll, (offset, now_ns)
        if not self._spec.slow_repeated_polls or before is None or before[0] != offset:
            return limit, timeout_s
        since_ns = now_ns - before[1]
        timeout_s = max(timeout_s, 3) if since_ns < REPEATED_WITHIN_NS else timeout_s
        return 1 if since_ns < REPEATED_AT_ONCE_NS else limit, timeout_s

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self._take_out([one.update_id for one in self._queue if one.update_id < offset])
        elif offset < 0:
            self._take_out([one.update_id for one in self._queue[:offset]])

    def _expire(self) -> None:
        now = self._clock.now()
        late = [one for one in self._queue if now > one.expires_at]
        self.lost += [one.as_json() for one in late]
        self._take_out([one.update_id for one in late])

    def _take_out(self, update_ids: list[int]) -> None:
        gone = [one for one in self._queue if one.update_id in update_ids]
        self._queue = [one for one in self._queue if one.update_id not in update_ids]
        for one in gone:
            one.hold.release()
