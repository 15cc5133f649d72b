"""Scripted people: they see messages with buttons in the chats they are in, and press after their own delay."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from bongsu.sandbox.chat import PressLostError, PressRefusedError
from bongsu.sandbox.http import json_response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.chat import ChatSandbox, Shown
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record

# Someone who has just pressed a button does not press its twin in another chat.
SAME_SUBJECT_FOR = timedelta(minutes=2)
# Someone whose press failed sees the error and tries again.
TRY_AGAIN_AFTER = timedelta(seconds=10)
# Slack waits three seconds for the app before it shows an error.
ERROR_SHOWS_AFTER = timedelta(seconds=4)
TRIES_MAX = 6

REHEARSAL_ANSWERS: dict[str, dict[str, timedelta]] = {
    "on_call": {"Acknowledge": timedelta(seconds=15), "Go": timedelta(seconds=20)},
    "ops_manager": {"Acknowledge": timedelta(seconds=22), "Go": timedelta(seconds=35)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One contact: ids on each service, and what they press how long after seeing it.

    `answers` maps the beginning of a button's label to a delay, the first that fits wins; a label that fits none
    is never pressed. Someone who presses wrongly has the wrong label here, or is nobody's contact.
    `role` and `may` are for whoever looks at the world's page: who this is, and what the plan asks of them.
    """

    contact: str
    telegram_id: int | None = None
    slack_id: str | None = None
    answers: Mapping[str, timedelta] = field(default_factory=dict)
    name: str = ""
    role: str = ""
    may: tuple[str, ...] = ()

    def id_on(self, service: str) -> str | None:
        """Return the person's id on a service, None when they are not there."""
        if service == "telegram":
            return None if self.telegram_id is None else str(self.telegram_id)
        return self.slack_id

    def answer_to(self, buttons: Iterable[str]) -> tuple[str, timedelta] | None:
        """Return the button that the person will press and after how long, None for never."""
        labels = list(buttons)
        for prefix, delay in self.answers.items():
            for label in labels:
                if label.casefold().startswith(prefix.casefold()):
                    return label, delay
        return None

    def is_named_in(self, text: str) -> bool:
        """Return whether a text names this person, by contact, by name or by a Slack mention."""
        names = [self.contact, self.name, f"<@{self.slack_id}>" if self.slack_id else ""]
        return any(name and name.casefold() in text.casefold() for name in names)


@dataclass(slots=True)
class _Subject:
    """What a person is about to press, or has lately pressed, under one label."""

    pending: bool = False
    pressed_at: datetime | None = None


class People:
    """All persons of a rehearsal, watching the chat services."""

    def __init__(
        self,
        clock: SandboxClock,
        record: Record,
        persons: Iterable[Person],
        services: Iterable[ChatSandbox],
    ) -> None:
        self._clock = clock
        self._record = record
        self._lock = threading.Lock()
        self.persons = {person.contact: person for person in persons}
        self._services = {service.service: service for service in services}
        self._subjects: dict[tuple[str, str], _Subject] = {}
        for service in self._services.values():
            service.on_message(self._see)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer `POST /__sandbox__/press` with a body of person, service, chat, message and button."""
        request = Request(environ)
        if (request.method, request.path) != ("POST", "/__sandbox__/press"):
            answer = json_response({"error": f"people take no {request.method} {request.path!r}"}, status=404)
            return answer(environ, start_response)
        try:
            asked = {name: str(value) for name, value in json.loads(request.get_data()).items()}
            service = self._services[asked["service"]]
            pressed = self.press(
                asked["person"], service, chat=asked["chat"], message=asked["message"], button=asked["button"]
            )
            answer = json_response({"press": pressed})
        except KeyError as error:
            answer = json_response({"error": f"not known or not given: {error}"}, status=400)
        except (ValueError, AttributeError, PressLostError) as error:
            answer = json_response({"error": str(error)}, status=400)
        return answer(environ, start_response)

    def press(self, contact: str, service: ChatSandbox, *, chat: str, message: str, button: str) -> str:
        """Let a person press now; return the press's id. Raises as the service's `press` does."""
        user = self.persons[contact].id_on(service.service)
        if user is None:
            raise PressRefusedError(f"{contact} is not on {service.service}")
        return service.press(user, chat, message, button)

    def _see(self, shown: Shown) -> None:
        if not shown.buttons:
            return
        for person in self.persons.values():
            if person.id_on(shown.service) in shown.viewers:
                self._consider(person, shown)

    def _consider(self, person: Person, shown: Shown) -> None:
        answer = person.answer_to(shown.buttons)
        if answer is None:
            return
        label, delay = answer
        with self._lock:
            subject = self._subjects.setdefault((person.contact, label), _Subject())
            if subject.pending:
                return
            lately = subject.pressed_at is not None and self._clock.now() - subject.pressed_at <= SAME_SUBJECT_FOR
            if lately and not person.is_named_in(shown.text):
                return
            subject.pending = True
        self._plan(person, shown, label, delay=delay, tries_left=TRIES_MAX)

    def _plan(self, person: Person, shown: Shown, label: str, *, delay: timedelta, tries_left: int) -> None:
        def act() -> None:
            self._act(person, shown, label, tries_left=tries_left)

        self._clock.after(delay, act, why=f"{person.contact} presses {label!r}")

    def _act(self, person: Person, shown: Shown, label: str, *, tries_left: int) -> None:
        service = self._services[shown.service]
        facts = {"person": person.contact, "on": shown.service, "chat": shown.chat, "message": shown.message}
        outcome, press = "pressed", ""
        try:
            press = self.press(person.contact, service, chat=shown.chat, message=shown.message, button=label)
        except PressRefusedError:
            # The button went away meanwhile: somebody else was faster, or the matter is closed.
            outcome = "button_gone"
        except PressLostError:
            outcome = "lost"
        self._record.write("people", "press", **facts, button=label, outcome=outcome)
        if outcome == "lost" and tries_left > 1:
            self._plan(person, shown, label, delay=TRY_AGAIN_AFTER, tries_left=tries_left - 1)
            return
        with self._lock:
            subject = self._subjects[person.contact, label]
            subject.pending = False
            if outcome == "pressed":
                subject.pressed_at = self._clock.now()
        if outcome == "pressed" and tries_left > 1:

            def look() -> None:
                self._look(person, shown, label, press=press, tries_left=tries_left - 1)

            self._clock.after(ERROR_SHOWS_AFTER, look, why=f"{person.contact} looks whether {label!r} worked")

    def _look(self, person: Person, shown: Shown, label: str, *, press: str, tries_left: int) -> None:
        if self._services[shown.service].arrived(press):
            return
        with self._lock:
            subject = self._subjects[person.contact, label]
            if subject.pending:
                return
            subject.pending = True
        self._record.write("people", "error_shown", person=person.contact, on=shown.service, button=label)
        self._plan(person, shown, label, delay=TRY_AGAIN_AFTER, tries_left=tries_left)


def rehearsal_person(
    contact: str, *, telegram_id: int | None = None, slack_id: str | None = None, name: str = ""
) -> Person:
    """Return a person who answers as the default rehearsal has it; someone not in its table never presses."""
    answers = REHEARSAL_ANSWERS.get(contact, {})
    return Person(contact=contact, telegram_id=telegram_id, slack_id=slack_id, answers=answers, name=name)
