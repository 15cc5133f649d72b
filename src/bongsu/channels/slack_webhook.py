"""Slack as a way out by an incoming webhook: the fallback when no app may post by name.

The webhook answers `ok` and no more: there is no ts, so that a message can be neither found nor changed again, and its
best proof is "accepted". Its buttons could not be closed, so it carries none but links. Its address is the secret.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bongsu.addresses import is_here
from bongsu.channels._answer import Answer
from bongsu.channels._json import encoded
from bongsu.channels._port import Accepted, Finding, InDoubt, NotSent, Refused
from bongsu.channels._slack_limits import message_problems
from bongsu.channels._without_answers import never, only_posts
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bongsu.channels._port import AnswerAddresses, Outgoing, SendOutcome
    from bongsu.core.codes import ButtonCodes
    from bongsu.redact import Redactor

ADDRESS = ""
SECRETS = ("url",)
takes_presses = never

_CODE = re.compile(rb"[a-z][a-z_]{1,62}\Z")
"""A webhook refuses with one bare word, such as `channel_is_archived`."""
_USUAL = re.compile(r"/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The plan's keys for a channel of this kind."""

    url: str = field(repr=False)
    """The webhook's whole address, which is the secret; in the plan a reference to it."""
    api_url: str = ""
    """Another scheme, host and port for it; the rest of the address stays the secret's."""


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: AnswerAddresses | None = None,
) -> SlackWebhookChannel:
    """Return the channel; UsageError, without quoting it, when the secret is no address a message may go to."""
    del codes, answers
    parts = urlsplit(options.url)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname))):
        raise UsageError(
            f"the secret of the channel {name!r} is not the address of a webhook",
            hint="it begins with https://hooks.slack.com/services/; copy it whole from the Slack app's page",
        )
    return SlackWebhookChannel(options, name=name, redactor=redactor)


class SlackWebhookChannel:
    """Posts to the one conversation that the webhook was made for; one message in flight."""

    kind = "slack_webhook"

    def __init__(self, options: Options, *, name: str, redactor: Redactor) -> None:
        from bongsu.channels._http import HttpSender  # heavy, and a plan is read without it

        parts = urlsplit(options.url)
        self.endpoint = options.api_url.rstrip("/") or f"{parts.scheme}://{parts.netloc}"
        self._path = parts.path
        self._name = name
        self._http = HttpSender(service="slack_webhook", redactor=redactor)
        self._lock = threading.Lock()

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the one attempt ended; a payload beyond the documented limits is refused without sending."""
        refused = only_posts(outgoing, self.kind)
        if refused is not None:
            return refused
        found = self.problems(outgoing.payload)
        if found:
            return Refused(reason="not sent, the payload breaks the service's limits: " + "; ".join(found))
        with self._lock:
            answer = self._http.post(
                self.endpoint + self._path,
                encoded(outgoing.payload),
                operation="webhook",
                address=f"{self.endpoint}/-",
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
        return classify(answer) if isinstance(answer, Answer) else answer

    def problems(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Return what in a message breaks Slack's limits, or could be pressed, each with its place."""
        return [*message_problems(payload, make=str), *_pressable(payload.get("blocks") or ())]

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        """Return what can be said without posting: whether the address has the form of a webhook's."""
        del people
        subject = f"{self._name} webhook"
        if not _USUAL.match(self._path):
            hint = "copy it whole from the Slack app's page, Incoming Webhooks: …/services/T…/B…/…"
            return [Finding(subject=subject, ok=False, text="the address has not the form of a webhook's", hint=hint)]
        text = "the address has the form of one; only a message can show whether it works"
        return [Finding(subject=subject, ok=True, text=text)]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def classify(answer: Answer) -> SendOutcome:
    """Return what status and bare code say.

    `ok` with 200 is an acceptance. A bare code with 4xx means that nothing was posted, 429 that it may be later.
    Whatever else may have been posted: 5xx (`rollup_error` is one), a page of somebody's proxy, a 200 that is not `ok`.
    """
    wires = (answer.wire,)
    body = answer.body.strip()
    if answer.status == 200 and body == b"ok":
        return Accepted(ref={}, service_at=answer.wire.service_at, wires=wires)
    code = body.decode("ascii") if _CODE.match(body) else ""
    if answer.status == 429:
        return NotSent(reason=code or "rate limited", wires=wires, retry_after_s=answer.retry_after_s)
    if 400 <= answer.status < 500 and code:
        return Refused(reason=code, wires=wires)
    if code:
        return InDoubt(reason=f"{code} (HTTP {answer.status})", wires=wires)
    return InDoubt(reason=f"HTTP {answer.status} with a body that is not Slack's", wires=wires)


def _pressable(blocks: Sequence[Any]) -> Iterator[str]:
    for at, block in enumerate(blocks):
        elements = [*(block.get("elements") or ()), block.get("accessory")] if isinstance(block, dict) else []
        if any(isinstance(one, dict) and one.get("type") == "button" and "url" not in one for one in elements):
            yield f"/blocks/{at}: holds a button that is no link, and a webhook's message cannot be closed"
