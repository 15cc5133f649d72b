"""Says a run's words to its guard and takes its answers: one short request each, and none is repeated blindly."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bongsu.core.beats import LONGEST_BYTES, Answer, Side, Standing, What, Word, answer_of, sealed
from bongsu.core.events import Phase
from bongsu.core.guard_events import Safe
from bongsu.core.kinds import RunKind
from bongsu.wire import Finding

if TYPE_CHECKING:
    from bongsu.core.plan import GuardSpec, Plan
    from bongsu.run.wiring import Wiring

ANSWERS_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of one word: the guard's answer, or why there is none."""

    word: Word
    answer: Answer | None
    reason: str = ""
    began_mono: float = 0.0
    """`time.monotonic()` before the word left."""


class GuardClient:
    """Speaks to one guard; used by one thread at a time."""

    def __init__(self, spec: GuardSpec, key: bytes) -> None:
        self.address = spec.address
        self._key = key
        self._session = ""
        self._number = 0

    def say(self, word: Word) -> Said:
        """Return the guard's answer to a word; one that names another session of the guard is said again, once."""
        began = time.monotonic()
        said = self._once(word)
        if said.answer is not None and said.answer.standing is Standing.OTHER_SESSION:
            self._session, self._number = said.answer.session, said.answer.number
            said = self._once(word)
        return replace(said, began_mono=began)

    def _once(self, word: Word) -> Said:
        self._number += 1
        word = replace(word, session=self._session, number=self._number)
        try:
            status, data = self._exchange(sealed(self._key, Side.RUN, word))
        except (OSError, http.client.HTTPException) as error:
            reason = f"{self.address} does not answer: {_why(error)}"
            return Said(word=word, answer=None, reason=reason)
        if status != http.HTTPStatus.OK:
            return Said(word=word, answer=None, reason=f"{self.address} answers with status {status}")
        answer = answer_of(self._key, data)
        if answer is None:
            return Said(word=word, answer=None, reason=f"{self.address} does not have the guard's key")
        ours = (answer.session, answer.number) == (word.session, word.number)
        if not ours and answer.standing is not Standing.OTHER_SESSION:
            return Said(word=word, answer=None, reason=f"{self.address} answers another heartbeat")
        return Said(word=word, answer=answer)

    def _exchange(self, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(self.address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=ANSWERS_WITHIN_S)
        try:
            connection.request("POST", parts.path or "/", body, {"Content-Type": "application/octet-stream"})
            answer = connection.getresponse()
            return answer.status, answer.read(LONGEST_BYTES + 1)
        finally:
            connection.close()


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    text = getattr(error, "strerror", None) or type(error).__name__
    return str(text).lower() if isinstance(error, OSError) else str(text)


def guard_key(plan: Plan, wiring: Wiring) -> bytes:
    """Return the key that run and guard sign with."""
    assert plan.guard is not None
    return sha256(wiring.store.resolve(plan.guard.key, key="guard.key").encode()).digest()


def preflight(plan: Plan, wiring: Wiring) -> list[Finding]:
    """Return whether the plan's guard is there, has its key and this very plan; nothing for a plan without one."""
    spec = plan.guard
    if spec is None or wiring.kind is not RunKind.CUTOVER:
        return []
    client = GuardClient(spec, guard_key(plan, wiring))
    said = client.say(blank(What.HELLO, plan, run=""))
    passes = spec.missing == "warn"
    standing = said.answer.standing if said.answer else None
    if standing is Standing.STANDING_BY:
        return [Finding(subject="guard", ok=True, text=f"{spec.address} stands by with this plan")]
    text = said.reason
    if standing is Standing.OTHER_PLAN:
        text = f"{spec.address} has another plan, or another version of this one"
    elif standing is not None:
        text = f"{spec.address} guards another run"
    hint = "start it with `bongsu guard PLAN`, with the plan as it is now, and leave it running"
    return [Finding(subject="guard", ok=False, text=text, hint=hint, in_baseline=passes)]


def blank(what: What, plan: Plan, *, run: str, phase: Phase = Phase.PLANNED, safe: Safe = Safe.OFF) -> Word:
    """Return a word that has no session and no number yet."""
    return Word(what=what, run=run, session="", number=0, plan=plan.digest, phase=phase, safe=safe)
