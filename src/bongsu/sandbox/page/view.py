"""Everything that the page shows, in sections; a section is sent again only when it has changed."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.page.account import Account
from bongsu.sandbox.page.chats import presses
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from bongsu.sandbox.aws_world import AwsWorld
    from bongsu.sandbox.chat import ChatSandbox
    from bongsu.sandbox.clock import Reading, SandboxClock
    from bongsu.sandbox.faults import FaultBook
    from bongsu.sandbox.page.faults import Faults
    from bongsu.sandbox.page.seat import Seat
    from bongsu.sandbox.page.spec import PageSpec
    from bongsu.sandbox.people import People, Person
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.sens import Sens

AHEAD_SHOWN = 4
PRESSES_SHOWN = 40
DRIFT_MAX = timedelta(milliseconds=150)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The pieces of the world that are shown."""

    spec: PageSpec
    window_start: datetime
    clock: SandboxClock
    record: Record
    people: People
    chats: Iterable[ChatSandbox]
    aws: AwsWorld
    sens: Sens
    faults: FaultBook


class View:
    """Keeps the sections with the version in which each last changed; thread-safe."""

    def __init__(self, parts: Parts, seat: Seat, faults: Faults) -> None:
        self._parts = parts
        self._seat = seat
        self._faults = faults
        self._lock = threading.Lock()
        self._account = Account(parts.record)
        self._version = 0
        self._sections: dict[str, tuple[int, str]] = {}
        self._clock_sent: tuple[datetime, int, Decimal] | None = None
        self._states: dict[str, dict[str, Any]] = {}

    def newer_than(self, version: int) -> tuple[int, dict[str, Any]]:
        """Look at the world; return the present version, and the sections that changed after `version`."""
        with self._lock:
            self._look()
            changed = {name: json.loads(text) for name, (at, text) in self._sections.items() if at > version}
            return self._version, changed

    def _look(self) -> None:
        moved = self._account.read_on()
        if moved or not self._states:
            self._states = {chat.service: chat.state() for chat in self._parts.chats}
            self._seat.look()
            for name, state in self._states.items():
                self._put(name, {key: value for key, value in state.items() if key not in ("now", "presses", "faults")})
            self._put("record", self._account.lines())
        self._put("presses", self._presses())
        self._put("seat", self._seated())
        self._put("world", self._world())
        self._put("faults", self._faults.shown())
        self._look_at_clock(self._parts.clock.reading())

    def _put(self, name: str, value: object) -> None:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if self._sections.get(name, (0, ""))[1] != text:
            self._version += 1
            self._sections[name] = (self._version, text)

    def _look_at_clock(self, reading: Reading) -> None:
        """Send the time again only when the page's own reckoning from the last one would be off."""
        mono_ns = time.monotonic_ns()
        if self._clock_sent is not None:
            sent_at, sent_ns, rate = self._clock_sent
            expected = sent_at + timedelta(microseconds=int((mono_ns - sent_ns) // 1000 * rate))
            if rate == reading.rate and abs(reading.now - expected) <= DRIFT_MAX:
                self._put("clock", {"time": json.loads(self._sections["clock"][1])["time"], **self._course(reading)})
                return
        self._clock_sent = (reading.now, mono_ns, reading.rate)
        told = {"now": iso(reading.now), "rate": str(reading.rate), "n": self._version}
        self._put("clock", {"time": told, **self._course(reading)})

    def _course(self, reading: Reading) -> dict[str, Any]:
        spec = self._parts.spec
        return {
            "idle": reading.idle,
            "wanted": self._seat.wanted,
            "held_by": [why for why in reading.held_by if why != "request GET"],
            "participants": list(reading.participants),
            "ahead": [{"at": iso(one.when), "why": one.why} for one in reading.ahead[:AHEAD_SHOWN]],
            "skipping_to": None if reading.skipping_to is None else iso(reading.skipping_to),
            "window_start": iso(self._parts.window_start),
            "enabled_at": self._account.enabled_at(spec.rule),
            "title": spec.title,
            "timezone": spec.timezone,
        }

    def _presses(self) -> list[dict[str, Any]]:
        found = self._seat.refused()
        for service, state in self._states.items():
            contacts = self._contacts_on(service)
            found += presses(service, state, contacts)
        return sorted(found, key=lambda press: str(press["at"]))[-PRESSES_SHOWN:]

    def _contacts_on(self, service: str) -> dict[str, str]:
        persons = self._parts.people.persons.values()
        return {user: person.contact for person in persons if (user := person.id_on(service)) is not None}

    def _seated(self) -> dict[str, Any]:
        return {
            "people": [self._person(person) for person in self._parts.people.persons.values()],
            "questions": [
                {
                    "service": one.place.service,
                    "chat": one.place.chat,
                    "message": one.place.message,
                    "buttons": list(one.buttons),
                    "persons": list(one.persons),
                    "asked_at": iso(one.asked_at),
                }
                for one in self._seat.questions()
            ],
        }

    def _person(self, person: Person) -> dict[str, Any]:
        return {
            "contact": person.contact,
            "name": person.name or person.contact,
            "role": person.role,
            "may": list(person.may),
            "telegram": person.id_on("telegram"),
            "slack": person.id_on("slack"),
            "played": person.contact in self._seat.played,
            "answers": {label: delay // timedelta(seconds=1) for label, delay in person.answers.items()},
        }

    def _world(self) -> dict[str, Any]:
        aws = self._parts.aws
        states = aws.scheduler.states()
        ahead: Mapping[str, datetime] = aws.scheduler.ahead()
        return {
            "rules": [
                {
                    "name": rule.name,
                    "state": states[rule.name],
                    "function": rule.function,
                    "expression": rule.expression,
                    "fires_at": iso(ahead[rule.name]) if rule.name in ahead else None,
                    "target": rule.name == self._parts.spec.rule,
                }
                for rule in aws.spec.rules
            ],
            "functions": [
                {
                    "name": function.name,
                    "runs": self._account.runs(function.name),
                    "ended": self._account.ended(function.name),
                    "target": function.name == self._parts.spec.function,
                }
                for function in aws.spec.functions
            ],
            "alarms": aws.alarms.states(),
            "sms": self._parts.sens.tally(),
        }
