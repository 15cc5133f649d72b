"""The legacy's decisions, written down from its tables for comparison.

Works on one recorded run as plain JSON (see `naver_sms.recorded`) and shares no code with `naver_sms.due`: a
mistake made once must not be made on both sides of a comparison. It models the legacy with its mistakes:
records are found by number *and* phone, a record that could not be read counts as none, a flag is set before
its text is sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

TWO_HOURS_US = 2 * 60 * 60 * 1_000_000
KEPT_US = 90 * 24 * 60 * 60 * 1_000_000


class Legacy:
    """One run of the legacy over recorded input; `effects` is what it would have done, in order."""

    def __init__(self, run: dict[str, Any], *, send_raises: frozenset[tuple[str, str]] = frozenset()) -> None:
        """Take one recorded run; `send_raises` names (booking, kind) pairs whose sending fails."""
        self.effects: list[tuple[Any, ...]] = []
        self.failures: list[str] = []
        self.table: dict[tuple[str, str], dict[str, bool | None]] = {}
        self.written: set[tuple[str, str]] = set()
        self._send_raises = send_raises
        self._now = datetime.fromisoformat(run["now"])
        self._configuration = run["configuration"]
        for row in run["records"]:
            self.table[row["booking_num"], row["phone"]] = self._flags(row)
        for booking in run["confirmed"]:
            self._guarded(self._reservation, booking)
        for booking in run["completed"]:
            self._guarded(self._option, booking)

    @staticmethod
    def _flags(row: dict[str, Any]) -> dict[str, bool | None]:
        # The legacy set a flag before sending: a text that was begun is, to it, a flag that is set.
        # And it set the confirm flag with the very write that created a record.
        begun = set(row.get("claims") or {}) | ({"confirm"} if row.get("created") else set())
        return {kind: True if kind in begun else row[kind] for kind in ("confirm", "guide", "event")}

    def _guarded(self, check: Any, booking: dict[str, Any]) -> None:
        try:
            check(booking)
        except (KeyError, RuntimeError) as exc:
            self.failures.append(f"{booking['booking_num']}: {type(exc).__name__}")

    def _left_us(self, booking: dict[str, Any]) -> int:
        left = datetime.fromisoformat(booking["start_at"]) - self._now
        return left // timedelta(microseconds=1)

    def _reservation(self, booking: dict[str, Any]) -> None:
        key = (booking["booking_num"], booking["phone"])
        left = self._left_us(booking)
        if key not in self.table and left < -KEPT_US:
            return  # its own records never went: it would know this booking
        if key not in self.table or booking.get("read_failed"):
            inside = 0 < left <= TWO_HOURS_US
            self._put(key, {"confirm": True, "guide": inside, "event": False})
            self._send(booking, "confirm")
            if inside:
                self._send(booking, "guide")
            return
        reminded = self._read(key, "guide")
        if reminded or not 0 < left < TWO_HOURS_US:
            return
        if not self._read(key, "confirm"):
            self._set(key, "confirm")
            self._send(booking, "confirm")
        self._set(key, "guide")
        self._send(booking, "guide")

    def _option(self, booking: dict[str, Any]) -> None:
        korean = self._now + (timedelta(hours=9) - (self._now.utcoffset() or timedelta(0)))
        if korean.hour != 20:
            return
        key = (booking["booking_num"], booking["phone"])
        if key not in self.table or booking.get("read_failed"):
            return
        if self._read(key, "event"):
            return
        words = self._configuration["store_keywords"].get(booking["store_id"], self._configuration["option_keywords"])
        if any(option.find(word) >= 0 for option in booking["options"] for word in words):
            self._set(key, "event")
            self._send(booking, "event")

    def _read(self, key: tuple[str, str], kind: str) -> bool:
        flag = self.table[key][kind]
        if flag is None:
            raise KeyError(kind)
        return flag

    def _put(self, key: tuple[str, str], flags: dict[str, bool | None]) -> None:
        self.table[key] = dict(flags)
        self.written.add(key)
        self.effects.append(("put", key[0], flags["confirm"], flags["guide"], flags["event"]))

    def _set(self, key: tuple[str, str], kind: str) -> None:
        self.table[key][kind] = True
        self.written.add(key)
        self.effects.append(("set", key[0], kind))

    def _send(self, booking: dict[str, Any], kind: str) -> None:
        if (booking["booking_num"], kind) in self._send_raises:
            raise RuntimeError(kind)
        self.effects.append(("send", booking["booking_num"], kind, booking["phone"], booking["store_id"]))


def expected_items(run: dict[str, Any]) -> set[tuple[Any, ...]]:
    """Return what the legacy would have sent and written on this input, one tuple for each.

    A sending is ("send", booking, kind, recipient, sender, type, text hash); a record that was written is
    ("record", booking, confirm, guide, event).
    """
    legacy = Legacy(run)
    configuration = run["configuration"]
    items: set[tuple[Any, ...]] = set()
    for effect in legacy.effects:
        if effect[0] != "send":
            continue
        _, booking_num, kind, phone, store_id = effect
        text = configuration["texts"]["guide/" + store_id if kind == "guide" else kind]
        sender = configuration["default_from"]
        if kind == "guide":
            sender = configuration["store_from"].get(store_id) or sender
        items.add(("send", booking_num, kind, phone, sender, "LMS", text))
    for key in legacy.written:
        flags = legacy.table[key]
        items.add(("record", key[0], flags["confirm"], flags["guide"], flags["event"]))
    return items
