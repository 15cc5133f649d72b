"""The page's server: its files, what it shows, and what the person at it does."""

from __future__ import annotations

import json
import threading
import time
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast, get_args

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.clock import Idle
from bongsu.sandbox.http import json_response
from bongsu.sandbox.page.chats import Place
from bongsu.sandbox.page.faults import Faults
from bongsu.sandbox.page.guard import Guard, guarded
from bongsu.sandbox.page.seat import Seat
from bongsu.sandbox.page.view import Parts, View
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# A browser asks again at once; what an answer waits for at most is wall time.
ANSWER_WITHIN_S = 20
LOOK_EVERY_S = 0.2
TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
WRONG_TOKEN = "the page's address has a token in it that changes with each start: take it from the terminal\n"


class Page:
    """A WSGI application; `path` is where on its server the page lies."""

    def __init__(self, parts: Parts) -> None:
        self._seat = Seat(parts.clock, parts.record, parts.people, services=parts.chats, idle=parts.spec.idle)
        self._seat.play(parts.spec.play)
        self._clock = parts.clock
        self._faults = Faults(parts.faults, parts.record, parts.spec, aws=parts.aws, sens=parts.sens)
        self._view = View(parts, self._seat, self._faults)
        self._guard = Guard()
        self._closed = threading.Event()
        self._files = _files(parts.spec.language)
        self.path = f"/{self._guard.token}/"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request of the browser."""
        request = Request(environ)
        return guarded(self._answer(request))(environ, start_response)

    def close(self) -> None:
        """End the answers that wait for something to show."""
        self._closed.set()

    def _answer(self, request: Request) -> Response:
        refusal = self._guard.refusal(request)
        if refusal is not None:
            return json_response({"error": refusal}, status=403)
        place = self._guard.place(request)
        if place is None:
            return Response(WRONG_TOKEN, status=404, content_type="text/plain; charset=utf-8")
        if request.method == "POST":
            return self._done(request, place)
        if place == "view":
            return self._shown(int(request.args.get("since", "0")))
        name = place or "index.html"
        if request.method != "GET" or name not in self._files:
            return json_response({"error": f"the page has no {request.method} {place!r}"}, status=404)
        return Response(self._files[name], content_type=TYPES[name.rpartition(".")[2]])

    def _shown(self, since: int) -> Response:
        until = time.monotonic() + ANSWER_WITHIN_S
        version, sections = self._view.newer_than(since)
        while not sections and time.monotonic() < until and not self._closed.wait(LOOK_EVERY_S):
            version, sections = self._view.newer_than(since)
        return json_response({"version": version, "sections": sections})

    def _done(self, request: Request, what: str) -> Response:
        try:
            asked = json.loads(request.get_data())
            return json_response(self._do(what, asked))
        except (KeyError, TypeError, ValueError) as error:
            return json_response({"error": f"the page's request {what!r} cannot be used: {error}"}, status=400)

    def _do(self, what: str, asked: dict[str, Any]) -> dict[str, Any]:
        match what:
            case "press":
                return self._seat.press(str(asked["person"]), place_of(asked), str(asked["button"]))
            case "let-be":
                self._seat.let_be(place_of(asked))
                return {}
            case "idle" if asked["idle"] in get_args(Idle):
                self._seat.steer(cast("Idle", asked["idle"]))
                return {}
            case "fault":
                self._faults.throw(str(asked["name"]))
                return {}
            case "clear":
                self._faults.clear(None if asked.get("id") is None else str(asked["id"]))
                return {}
            case "skip":
                to = self._clock.skip()
                return {"to": None if to is None else iso(to)}
        raise ValueError("there is no such thing to do")


def _files(language: str) -> dict[str, bytes]:
    """Return the page's files; its script speaks the language that the document says it is in, where it has words."""
    found = {file.name: file.read_bytes() for file in files(__package__).joinpath("static").iterdir()}
    if f"{language}.js" in found:
        found["index.html"] = found["index.html"].replace(b'<html lang="en">', f'<html lang="{language}">'.encode(), 1)
    return found


def place_of(asked: dict[str, Any]) -> Place:
    """Return the message that a request names."""
    return Place(str(asked["service"]), str(asked["chat"]), str(asked["message"]))
