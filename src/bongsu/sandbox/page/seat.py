"""The person at the page: whom they play, what is asked of them, and what became of what they pressed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.chat import PressLostError, PressRefusedError
from bongsu.sandbox.page.chats import Place, open_buttons
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bongsu.sandbox.chat import ChatSandbox, Shown
    from bongsu.sandbox.clock import Idle, SandboxClock
    from bongsu.sandbox.people import People
    from bongsu.sandbox.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A message with buttons that stands before somebody who is played here."""

    place: Place
    buttons: tuple[str, ...]
    persons: tuple[str, ...]
    asked_at: datetime


class Seat:
    """Holds the clock at wall speed while something is asked of a played person, and presses for whom it is told."""

    def __init__(
        self, clock: SandboxClock, record: Record, people: People, *, services: Iterable[ChatSandbox], idle: Idle
    ) -> None:
        self._clock = clock
        self._record = record
        self._people = people
        self._services = {service.service: service for service in services}
        self._lock = threading.Lock()
        self._questions: dict[Place, Question] = {}
        self._let_be: set[Place] = set()
        self._refused: list[dict[str, Any]] = []
        self._wanted: Idle = idle
        self.played: frozenset[str] = frozenset()
        clock.steer(idle)

    def play(self, contacts: Iterable[str]) -> None:
        """Sit down for these contacts; what is asked of them from now on is a question."""
        self.played = frozenset(contacts)
        for service in self._services.values():
            service.on_message(self._see)

    @property
    def wanted(self) -> Idle:
        """What the clock shall do while nothing is in flight and nothing is asked."""
        return self._wanted

    def steer(self, idle: Idle) -> None:
        """Choose what the clock does while nothing is in flight."""
        with self._lock:
            self._wanted = idle
            self._steer()

    def questions(self) -> list[Question]:
        """Return what is asked of the played persons now, oldest first."""
        with self._lock:
            return list(self._questions.values())

    def look(self) -> None:
        """Forget the questions whose buttons have gone meanwhile."""
        states = {name: open_buttons(name, service.state()) for name, service in self._services.items()}
        with self._lock:
            gone = [place for place in self._questions if place not in states[place.service]]
            for place in gone:
                del self._questions[place]
            if gone:
                self._steer()

    def let_be(self, place: Place) -> None:
        """Leave a question open and let the clock jump in spite of it."""
        with self._lock:
            self._let_be.add(place)
            self._questions.pop(place, None)
            self._steer()

    def press(self, contact: str, place: Place, button: str) -> dict[str, Any]:
        """Press a button as a person; return what the service said to it: accepted, refused or lost."""
        facts = {"person": contact, "on": place.service, "chat": place.chat, "message": place.message}
        outcome, press, why = "pressed", "", ""
        try:
            service = self._services[place.service]
            press = self._people.press(contact, service, chat=place.chat, message=place.message, button=button)
        except KeyError:
            outcome, why = "refused", f"there is no person {contact!r} or no service {place.service!r} here"
        except (PressRefusedError, ValueError) as refused:
            outcome, why = "refused", str(refused)
        except PressLostError as lost:
            outcome, why = "lost", str(lost)
        self._record.write("people", "press", **facts, button=button, outcome=outcome, by="page")
        if outcome == "refused":
            self._remember_refused(contact, place, button, why=why)
        return {"outcome": outcome, "press": press, "why": why}

    def refused(self) -> list[dict[str, Any]]:
        """Return the presses that the services did not let happen."""
        with self._lock:
            return list(self._refused)

    def _remember_refused(self, contact: str, place: Place, button: str, *, why: str) -> None:
        with self._lock:
            self._refused.append(
                {
                    "service": place.service,
                    "person": contact,
                    "button": button,
                    "id": f"refused-{len(self._refused) + 1}",
                    "chat": place.chat,
                    "message": place.message,
                    "at": iso(self._clock.now()),
                    "outcome": "refused",
                    "answered_at": None,
                    "answer": why,
                }
            )

    def _see(self, shown: Shown) -> None:
        asked = [one for one in sorted(self.played) if self._id_of(one, shown.service) in shown.viewers]
        place = Place(shown.service, shown.chat, shown.message)
        # Looked up where it is stored: what is announced counts link buttons too, which are no question.
        labels = open_buttons(shown.service, self._services[shown.service].state()).get(place, ())
        if not asked or not labels:
            return
        with self._lock:
            self._questions[place] = Question(
                place=place, buttons=labels, persons=tuple(asked), asked_at=self._clock.now()
            )
            # Whoever skipped ahead did not know of this one.
            self._clock.stop_skipping()
            self._steer()

    def _id_of(self, contact: str, service: str) -> str | None:
        person = self._people.persons.get(contact)
        return None if person is None else person.id_on(service)

    def _steer(self) -> None:
        """With the lock held: let the clock jump only when nothing is asked."""
        self._clock.steer("wall" if self._wanted == "jump" and self._questions else self._wanted)
