"""The terminal as a way out: the message is written where bongsu runs, for a run without any chat account.

Accepted means written, no more. There are no buttons, and nothing typed there is an answer.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from bongsu.channels._json import canonical
from bongsu.channels._port import Accepted, Finding, InDoubt, NotSent, Refused, Wire
from bongsu.channels._without_answers import never, only_posts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from bongsu.channels._port import AnswerAddresses, Outgoing, SendOutcome
    from bongsu.core.codes import ButtonCodes
    from bongsu.redact import Redactor

ADDRESS = ""
SECRETS = ()
takes_presses = never

WIDTH = 80
_MEMBERS = frozenset({"title", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The plan's keys for a channel of this kind."""

    stream: Literal["stderr", "stdout"] = "stderr"
    """Where it is written: among the progress lines, or with the command's result"""


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: AnswerAddresses | None = None,
) -> StdoutChannel:
    """Return the channel; nothing is written yet."""
    del codes, answers
    return StdoutChannel(options, name=name, redactor=redactor)


class StdoutChannel:
    """Writes one whole message at a time."""

    kind = "stdout"

    def __init__(self, options: Options, *, name: str, redactor: Redactor) -> None:
        self.endpoint = options.stream
        self._name = name
        self._redactor = redactor
        self._lock = threading.Lock()

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the writing ended: nothing written is not sent, a part of it is in doubt."""
        refused = only_posts(outgoing, self.kind)
        if refused is not None:
            return refused
        found = self.problems(outgoing.payload)
        if found:
            return Refused(reason="not written: " + "; ".join(found))
        with self._lock:
            return self._write(outgoing.payload)

    def problems(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Return what keeps the payload from being written as a text with a title."""
        found = [f"/{name}: is not a member this channel writes" for name in sorted(set(payload) - _MEMBERS)]
        for name in sorted(_MEMBERS):
            text = payload.get(name)
            if not isinstance(text, str) or not text.strip():
                found.append(f"/{name}: must hold at least 1 character that is not space")
        return found

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        """Return whether there is anything to write on."""
        del people
        subject = f"{self._name} terminal"
        if self._stream() is None:
            hint = "run it where its output goes somewhere, or take the channel out of the plan"
            return [Finding(subject=subject, ok=False, text=f"there is no {self.endpoint}", hint=hint)]
        return [Finding(subject=subject, ok=True, text=f"messages are written to {self.endpoint}")]

    def close(self) -> None:
        """Close nothing: the terminal is not ours."""

    def _stream(self) -> TextIO | None:
        # Looked up each time: what stands there may be replaced, and is None without a terminal.
        stream: TextIO | None = getattr(sys, self.endpoint)
        return None if stream is None or stream.closed else stream

    def _write(self, payload: Mapping[str, Any]) -> SendOutcome:
        began = time.monotonic()
        request = self._redactor.clean(canonical(payload))
        left = Wire(
            service=self.kind,
            operation="write",
            address=self.endpoint,
            request=request,
            response=b"",
            status=None,
            sent_mono=began,
        )
        stream = self._stream()
        if stream is None:
            return NotSent(reason=f"there is no {self.endpoint}", wires=(left,))
        data = shown(self._name, payload).encode(stream.encoding or "utf-8", "backslashreplace")
        written = 0
        try:
            stream.flush()
            while written < len(data):
                # Past the stream's own buffer, which would not say how much of a message went out.
                written += os.write(stream.fileno(), data[written:])
        except OSError as error:
            reason = f"{written} of {len(data)} bytes were written ({type(error).__name__})"
            return InDoubt(reason=reason, wires=(left,)) if written else NotSent(reason=reason, wires=(left,))
        return Accepted(ref={}, service_at=None, wires=(left,))


def shown(name: str, payload: Mapping[str, Any]) -> str:
    """Return a message as it stands on the terminal: framed, without anything that would steer the terminal."""
    text = f"{payload['title']}\n\n{payload['text']}"
    # A log line in a message is data: its escape sequences must not move the cursor or colour what follows.
    safe = "".join(sign if sign == "\n" or sign.isprintable() else "�" for sign in text)
    return f"\n{f'── {name} '.ljust(WIDTH, '─')}\n{safe}\n{'─' * WIDTH}\n"
