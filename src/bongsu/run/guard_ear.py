"""Where a guard hears: a small listener that takes only what its run has sealed, and each word once."""

from __future__ import annotations

import errno
import secrets
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

from bongsu.addresses import why_not_listening
from bongsu.core.beats import Answer, Side, Standing, sealed, word_of
from bongsu.errors import UsageError
from bongsu.inbound._listener import Listener, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.addresses import ListenAt
    from bongsu.core.beats import Word
    from bongsu.core.guard_events import Did
    from bongsu.inbound._listener import Request

TAKEN_WITHIN_S = 4.0
"""How long the loop may take to hear a word; after that there is no answer, as from a guard that is dead."""


class CannotListen(UsageError):
    """The guard's address cannot be had: it has not stood by, and nothing is unknown or left running."""

    hint = "name an address of this machine with `--listen`"


class Heard:
    """A word on its way to the guard's loop, and the connection that waits for the answer."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self._answer: Answer | None = None
        self._settled = threading.Event()

    def settle(self, standing: Standing, *, guard_run: str = "", did: Did | None = None) -> None:
        """Answer the word."""
        said = self.word
        self._answer = Answer(standing=standing, session=said.session, number=said.number, guard_run=guard_run, did=did)
        self._settled.set()

    def wait(self) -> Answer | None:
        """Return the answer, or None when the loop has not taken the word in time."""
        self._settled.wait(TAKEN_WITHIN_S)
        return self._answer


class Ear:
    """Listens between `open` and `close`, and hands every authentic, new word to the loop."""

    def __init__(self, at: ListenAt, key: bytes, put: Callable[[Heard], None]) -> None:
        self.at = at
        self.session = secrets.token_hex(16)
        """New at every start: what was said to an earlier process of this guard is worth nothing to this one."""
        self._key = key
        self._put = put
        self._lock = threading.Lock()
        self._newest = 0
        self._listener = Listener(at, self.handle)

    def open(self) -> None:
        """Begin to listen; CannotListen when the address cannot be had."""
        try:
            self._listener.open()
        except OSError as error:
            at, cause = self.at, why_not_listening(error)
            if error.errno != errno.EADDRINUSE:
                raise CannotListen(f"the guard cannot listen at {at.shown}", cause=cause) from error
            hint = f"end what has port {at.port}, another guard perhaps, or have this one and guard.address at another"
            raise CannotListen(f"the guard cannot listen at {at.shown}", cause=cause, hint=hint) from error

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def handle(self, request: Request) -> int | Reply:
        """Answer a request; what is not sealed with the key, or was said before, is refused and moves nothing."""
        word = word_of(self._key, request.body)
        if word is None:
            return HTTPStatus.FORBIDDEN
        with self._lock:
            if word.session != self.session:
                answer = Answer(standing=Standing.OTHER_SESSION, session=self.session, number=self._newest)
                return self._reply(answer)
            if word.number <= self._newest:
                return HTTPStatus.CONFLICT
            self._newest = word.number
        heard = Heard(word)
        self._put(heard)
        taken = heard.wait()
        return HTTPStatus.SERVICE_UNAVAILABLE if taken is None else self._reply(taken)

    def _reply(self, answer: Answer) -> Reply:
        return Reply(status=HTTPStatus.OK, body=sealed(self._key, Side.GUARD, answer))
