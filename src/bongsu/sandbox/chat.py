"""What the two imitated chat services have in common: faults, control paths, and people who watch."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from bongsu.sandbox.control import CONTROL_PREFIX, control_faults
from bongsu.sandbox.faults import Fault, FaultBook
from bongsu.sandbox.http import holding, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record

SUBJECTS = ("chat_id", "channel", "users", "user")


class PressRefusedError(ValueError):
    """The press cannot happen: no such message, no such button, or the person cannot see it."""


class PressLostError(RuntimeError):
    """The press was made and nobody took it; the person sees an error and may press again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as it appears to the people in a chat; all ids as text."""

    service: str
    chat: str
    message: str
    text: str
    buttons: tuple[str, ...]
    viewers: frozenset[str]


class ChatSandbox(ABC):
    """A WSGI application that answers one chat service's API and the sandbox's own control paths."""

    service: str

    def __init__(self, clock: SandboxClock, record: Record, faults: FaultBook | None = None) -> None:
        self.clock = clock
        self.record = record
        self.faults = FaultBook(clock) if faults is None else faults
        self._listeners: list[Callable[[Shown], None]] = []
        self._held_app = holding(clock, self._app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, holding the clock meanwhile."""
        return self._held_app(environ, start_response)

    def on_message(self, listener: Callable[[Shown], None]) -> None:
        """Call `listener` for each new message of the bot, before the bot has its answer."""
        self._listeners.append(listener)

    def close(self) -> None:
        """End what waits: long polls, hanging answers."""
        self.faults.close()

    @abstractmethod
    def press(self, user: str, chat: str, message: str, button: str) -> str:
        """Press a button as a person would; return the id of the press.

        The button is named by its label. Raises PressRefusedError when a person could not do it.
        """

    def arrived(self, press: str) -> bool:  # noqa: ARG002 - a service that keeps presses until they are taken
        """Return whether the app took a press before the person was shown an error."""
        return True

    @abstractmethod
    def state(self) -> dict[str, object]:
        """Return everything the service holds, as JSON."""

    @abstractmethod
    def method_of(self, request: Request) -> str:
        """Return the API method that a request names."""

    @abstractmethod
    def answer(self, request: Request, method: str) -> tuple[Response, dict[str, object]]:
        """Do what was asked; return the answer and the facts for the record."""

    @abstractmethod
    def refusal(self, fault: Fault, method: str) -> Response:
        """Return the service's own form of an error that was ordered for a call."""

    def _announce(self, shown: Shown) -> None:
        for listener in self._listeners:
            listener(shown)

    def _app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith(CONTROL_PREFIX):
            response = self._control(request)
        else:
            response = self._answered(request, self.method_of(request))
        return response(environ, start_response)

    def _answered(self, request: Request, method: str) -> Response:
        facts: dict[str, object] = {}

        def act() -> Response:
            response, told = self.answer(request, method)
            facts.update(told)
            return response

        played = self.faults.play(
            self.service, method, act=act, refuse=lambda fault: self.refusal(fault, method), about=subjects(request)
        )
        self.record.write(self.service, method, **{**facts, **played.facts})
        return played.response

    def _control(self, request: Request) -> Response:
        faults = control_faults(self.faults, request, service=self.service)
        if faults is not None:
            return faults
        operation = request.path.removeprefix(CONTROL_PREFIX)
        try:
            match request.method, operation:
                case "GET", "state":
                    return json_response(self.state())
                case "POST", "press":
                    asked = control_json(request)
                    names = ("user", "chat", "message", "button")
                    pressed = self.press(*(str(asked[name]) for name in names))
                    return json_response({"press": pressed})
        except KeyError as error:
            return json_response({"error": f"the request lacks {error}"}, status=400)
        except (ValueError, TypeError, PressLostError) as error:
            return json_response({"error": str(error)}, status=400)
        return json_response({"error": f"no control operation {request.method} {operation!r}"}, status=404)


def subjects(request: Request) -> set[str]:
    """Return the chats, channels and users that a call names, whichever way its arguments were encoded."""
    # Kept before the form is read, which would use it up.
    request.get_data()
    named: dict[str, Any] = dict(request.args)
    # What cannot be read names nobody; the service itself refuses it.
    with suppress(RequestEntityTooLarge, RecursionError):
        named |= request.form
        asked = request.get_json(silent=True) if request.mimetype == "application/json" else None
        named |= asked if isinstance(asked, dict) else {}
    return {str(named[name]) for name in SUBJECTS if name in named}


def control_json(request: Request) -> Any:
    """Return the JSON object of a control request, decimals kept exact; ValueError when it is none."""
    asked = json.loads(request.get_data(), parse_float=Decimal)
    if not isinstance(asked, dict):
        raise TypeError("a control request is a JSON object")
    return asked


def recordable(value: object) -> object:
    """Return a JSON value fit for the record: floats and decimals as text."""
    if isinstance(value, float | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): recordable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [recordable(item) for item in value]
    return value
