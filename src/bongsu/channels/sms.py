"""Text messages to people's phones through Naver Cloud SENS, for pages that must come through without any chat.

SENS takes no idempotency key. What may have been taken without an answer is looked for in its list of what it accepted
for that number: the last line of each text names run, key and ledger line. Accepted is not delivered. A person's
address is a reference to the number; neither the number nor the text of anybody else's message is ever kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, assert_never
from urllib.parse import urlsplit

from bongsu.channels import _without_answers
from bongsu.channels._json import canonical
from bongsu.channels._port import Accepted, Finding, InDoubt, NotSent, Refused
from bongsu.errors import BongsuError
from bongsu.sens_pool import BASE_URL, RecordingPool
from sens import ReadFailed, SensClient, Text
from sens import wire as sens_wire
from sens.limits import MessageType, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bongsu.channels._port import AnswerAddresses, Outgoing, SendOutcome, Wire
    from bongsu.core.codes import ButtonCodes
    from bongsu.redact import Redactor
    from sens import SendOutcome as SensOutcome

ADDRESS = ""
SECRETS = ("access_key", "secret_key", "sender")
BY_REFERENCE = True
"""A person's address here is a reference to a secret: their phone number."""
takes_presses = _without_answers.never

MARGIN = timedelta(seconds=60)
"""How far round an intention its message is looked for: the two clocks need not agree."""
LOOKED_THROUGH_MOST = 30
"""So many messages to one number within minutes are read one by one; more of them, and nobody knows."""
_MEMBERS = frozenset({"text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The plan's keys for a channel of this kind."""

    service: str
    """The SENS service's id. One of its own: what the workload's service lists is counted by the plan's checks."""
    access_key: str = field(repr=False)
    """The key's first half; in the plan a reference to it."""
    secret_key: str = field(repr=False)
    """The key's second half; in the plan a reference to it."""
    sender: str = field(repr=False)
    """The number that the messages come from, registered at SENS; in the plan a reference to it."""
    api_url: str = BASE_URL


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    resolve: Callable[[str], str],
    now_ms: Callable[[], int],
    answers: AnswerAddresses | None = None,
) -> SmsChannel:
    """Return the channel; nothing is asked of the service yet."""
    del answers
    return SmsChannel(options, name=name, run_id=codes.run_id, redactor=redactor, resolve=resolve, now_ms=now_ms)


class SmsChannel:
    """Sends one text to one number at a time."""

    kind = "sms"

    def __init__(
        self,
        options: Options,
        *,
        name: str,
        run_id: str,
        redactor: Redactor,
        resolve: Callable[[str], str],
        now_ms: Callable[[], int],
    ) -> None:
        self._options = options
        self._name = name
        self._run_id = run_id
        self._redactor = redactor
        self._resolve = resolve
        self._now_ms = now_ms
        self._base = options.api_url.rstrip("/")
        self.endpoint = "{0.scheme}://{0.netloc}".format(urlsplit(self._base))

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the one attempt ended; a text that SENS would cut is refused without sending."""
        refused = _without_answers.only_posts(outgoing, self.kind)
        if refused is not None:
            return refused
        found = self.problems(outgoing.payload)
        if found:
            return Refused(reason="not sent, the payload breaks the service's limits: " + "; ".join(found))
        number = self._number(outgoing.to)
        if number is None:
            return Refused(reason="not sent: the contact's reference does not hold a phone number of digits")
        mark = mark_of(self._run_id, outgoing.key, str(outgoing.seq))
        # What is kept of the request names the reference in the number's place.
        pool = self._pool(request=canonical({"channel": outgoing.to, "mark": mark, **outgoing.payload}))
        try:
            text = Text(
                to=number,
                from_number=digits(self._options.sender),
                content=f"{outgoing.payload['text']}\n{mark}",
                type=MessageType.LMS,
            )
            return _outcome(self._client(pool).send(text), tuple(pool.wires))
        finally:
            pool.clear()

    def problems(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Return what in a text SENS would cut or not carry."""
        found = [f"/{name}: is not a member this channel sends" for name in sorted(set(payload) - _MEMBERS)]
        text = payload.get("text")
        if not isinstance(text, str) or not text.strip():
            return [*found, "/text: must hold at least 1 character that is not space"]
        # The line by which it is found again is sent with it; no run's is longer.
        longest = f"{text}\n{'x' * MARK_BYTES_MOST}"
        problem = problem_of(type=MessageType.LMS, content=longest, subject=None)
        return [*found, f"/text: {problem}"] if problem else found

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        """Return whether SENS answers this key for this service, and whose reference holds no number."""
        pool = self._pool()
        now = self._now()
        try:
            listed = self._client(pool).list_by_window(start_at=now - MARGIN, end_at=now)
        finally:
            pool.clear()
        if isinstance(listed, ReadFailed):
            hint = "check service, access_key, secret_key and api_url of the channel, and this machine's clock"
            return [Finding(subject=f"{self._name} sens", ok=False, text=f"SENS says {listed.reason}", hint=hint)]
        text = "SENS takes the key; only a message can show whether it takes the sender"
        findings = [Finding(subject=f"{self._name} sens", ok=True, text=text)]
        for person, reference in people.items():
            subject = f"{self._name} {person}"
            if self._number(reference) is None:
                hint = f"put {person}'s number where the reference leads: digits, with hyphens or without"
                findings.append(Finding(subject=subject, ok=False, text="there is no phone number", hint=hint))
            else:
                findings.append(Finding(subject=subject, ok=True, text="there is a phone number"))
        return findings

    def history(self, to: str, since: datetime, *, ours: str) -> tuple[tuple[Wire, ...], str]:
        """Return the recorded answers: the list of what was accepted for a number, and each text's own result.

        Of the texts only the one that holds `ours` is kept.
        """
        number = self._number(to)
        if number is None:
            return (), "the contact's reference does not hold a phone number of digits"
        pool = self._pool(ours=ours)
        try:
            client = self._client(pool)
            listed = client.list_by_window(start_at=since - MARGIN, end_at=self._now() + MARGIN, to=number)
            if isinstance(listed, ReadFailed):
                return tuple(pool.wires), f"the list of SENS was not read ({listed.reason})"
            if len(listed.messages) > LOOKED_THROUGH_MOST:
                return tuple(pool.wires), f"SENS lists more than {LOOKED_THROUGH_MOST} messages to the number"
            for message in listed.messages:
                result = client.result(message.message_id)
                if isinstance(result, ReadFailed):
                    return tuple(pool.wires), f"a message's own result was not read ({result.reason})"
            return tuple(pool.wires), ""
        finally:
            pool.clear()

    def close(self) -> None:
        """Close nothing: each call has a connection of its own."""

    def _number(self, reference: str) -> str | None:
        try:
            number = digits(self._resolve(reference)) if reference else ""
        except BongsuError:
            return None
        return number if number.isascii() and number.isdigit() else None

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._now_ms() / 1000, UTC)

    def _pool(self, *, request: bytes = b"", ours: str = "") -> RecordingPool:
        return RecordingPool(redactor=self._redactor, mono=monotonic, service=self.kind, request=request, ours=ours)

    def _client(self, pool: RecordingPool) -> SensClient:
        keys = (self._options.access_key, self._options.secret_key)
        return SensClient(self._base, self._options.service, *keys, pool=pool, epoch_ms=self._now_ms)


MARK_BYTES_MOST = 190


def mark_of(run_id: str, key: str, seq: str) -> str:
    """Return the last line of a text, by which it is known as ours."""
    return f"{run_id} {key} #{seq}"


def digits(text: str) -> str:
    """Return a phone number as SENS takes it, without what people write between its digits."""
    return text.strip().replace("-", "").replace(" ", "")


def _outcome(outcome: SensOutcome, wires: tuple[Wire, ...]) -> SendOutcome:
    match outcome:
        case sens_wire.Accepted():
            return Accepted(ref={}, service_at=wires[-1].service_at, wires=wires)
        case sens_wire.Refused(status=429):
            return NotSent(reason="SENS answers 429", wires=wires, retry_after_s=outcome.retry_after_s)
        case sens_wire.Refused():
            return Refused(reason=f"SENS answers {outcome.status} {outcome.code}".strip(), wires=wires)
        case sens_wire.NotSent(may_retry=True):
            return NotSent(reason=f"no connection to SENS ({outcome.reason})", wires=wires)
        case sens_wire.NotSent():
            return Refused(reason=f"not sent: {outcome.reason}", wires=wires)
        case sens_wire.InDoubt():
            return InDoubt(reason=f"no answer of SENS that says what became of it ({outcome.reason})", wires=wires)
        case _ as unreachable:
            assert_never(unreachable)
