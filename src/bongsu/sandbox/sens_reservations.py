"""Sends that the imitated gateway keeps until their time, and the numbers that want no advertising."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.sens_messages import KST, zone_text
from bongsu.sandbox.sens_wire import DIGITS, Refused, bad

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bongsu.sandbox.sens_send import Wanted

OPT_OUTS_MAX = 1000


@dataclass(slots=True, kw_only=True)
class Reservation:
    """A send for later; its id is the request id that the send was answered with."""

    reserve_id: str
    due_at: datetime
    zone: str
    messages: tuple[Wanted, ...]
    cancelled: bool = False
    done: bool = False

    def status(self) -> str:
        """Return the reservation's state by the gateway's word."""
        if self.cancelled:
            return "CANCELED"
        return "DONE" if self.done else "READY"


class Reservations:
    """All reservations of a service; the caller holds the service's lock."""

    def __init__(self) -> None:
        self._all: dict[str, Reservation] = {}

    def add(self, reservation: Reservation) -> None:
        """Keep a send until its time."""
        self._all[reservation.reserve_id] = reservation

    def due(self, now: datetime) -> list[Reservation]:
        """Return the reservations whose time has come, each once, oldest first."""
        found = [one for one in self._all.values() if one.due_at <= now and one.status() == "READY"]
        for one in found:
            one.done = True
        return sorted(found, key=lambda one: one.due_at)

    def shown(self, reserve_id: str) -> dict[str, Any]:
        """Return a reservation as its status call shows it."""
        one = self._known(reserve_id)
        return {
            "reserveId": one.reserve_id,
            "reserveTimeZone": one.zone,
            "reserveTime": zone_text(one.due_at, KST)[:-3],
            "reserveStatus": one.status(),
        }

    def cancel(self, reserve_id: str) -> None:
        """Take a reservation back; a refusal when it is too late."""
        one = self._known(reserve_id)
        if one.status() != "READY":
            raise bad(f"the reservation is {one.status()}")
        one.cancelled = True

    def _known(self, reserve_id: str) -> Reservation:
        if reserve_id not in self._all:
            raise Refused(404, "no such reservation", by_service=True)
        return self._all[reserve_id]


class OptOuts:
    """The numbers that refuse advertising, by phone call (C) or entered by hand (M); the caller holds the lock."""

    def __init__(self, by_call: Iterable[str]) -> None:
        self.numbers: dict[str, str] = dict.fromkeys(by_call, "C")

    def change(self, body: bytes, *, add: bool) -> None:
        """Add or remove the numbers of a request; all of them or none."""
        for number in _numbers(body):
            if add:
                self.numbers.setdefault(number, "M")
            else:
                self.numbers.pop(number, None)

    def listed(self) -> list[dict[str, str]]:
        """Return the list as the gateway shows it."""
        return [{"clientTelNo": number, "registerType": how} for number, how in self.numbers.items()]


def _numbers(body: bytes) -> list[str]:
    try:
        asked = json.loads(body)
        numbers = [one["clientTelNo"] for one in asked]
    except (ValueError, TypeError, KeyError):
        raise bad("the body is no array of objects with clientTelNo") from None
    if len(numbers) > OPT_OUTS_MAX or not all(isinstance(one, str) and DIGITS.fullmatch(one) for one in numbers):
        raise bad(f"at most {OPT_OUTS_MAX} numbers, of digits only")
    return numbers
