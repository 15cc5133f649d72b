"""Slack as a way out: chat.postMessage, chat.update, and the address that a press gives for its answer.

chat.postMessage takes no idempotency key. Each message carries metadata (run, key, ledger line, digest), by which
a read of the channel's history can settle a send whose answer was lost. Metadata is visible to every member and app of
the workspace, so it holds no secret.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bongsu.channels._answer import Answer
from bongsu.channels._buttons import with_codes
from bongsu.channels._inbound_finding import listen_finding
from bongsu.channels._json import canonical, encoded, object_of
from bongsu.channels._port import Accepted, Finding, InDoubt, NotSent, Refused
from bongsu.channels._slack_limits import message_problems
from bongsu.channels._unasked import unasked
from bongsu.core.events import Method
from bongsu.readings._chats import instant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bongsu.channels._port import AnswerAddresses, Outgoing, SendOutcome
    from bongsu.core.codes import ButtonCodes
    from bongsu.redact import Redactor
    from bongsu.wire import Wire

ADDRESS = "channel"
SECRETS = ("token", "app_token", "signing_secret")
EVENT_TYPE = "bongsu_message"
# A code names a ledger line; no run has this many, so every code of the run is at most as long.
LONGEST_SEQ = 9_999_999_999
PEOPLE = ("U", "W")
"""What the ids of people begin with."""
HISTORY_PAGES_MAX = 20
HISTORY_MARGIN_S = 60
"""How far back from an intention its message is looked for: the two clocks need not agree."""

# "Part of the operation may have succeeded": Slack's own words for the second.
_DOUBTFUL = frozenset({"internal_error", "fatal_error", "service_unavailable"})
_THROTTLED = frozenset({"ratelimited", "rate_limited"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The plan's keys for a channel of this kind."""

    channel: str
    """The id (`C…`) of the channel that announcements go to; a name can be given to another channel."""
    token: str = field(repr=False)
    """The bot token; in the plan a reference to it."""
    app_token: str = field(default="", repr=False)
    """The app-level token for Socket Mode; in the plan a reference. Or `signing_secret`; else no press comes in."""
    signing_secret: str = field(default="", repr=False)
    """The app's signing secret, where presses come by HTTP and not by Socket Mode; in the plan a reference."""
    listen: str = ""
    """With `signing_secret`: where Slack's requests arrive, behind a proxy that speaks TLS: `127.0.0.1:8081/slack`."""
    api_url: str = "https://slack.com/api/"

    def __post_init__(self) -> None:
        """Refuse half a way in, and two."""
        if bool(self.signing_secret) != bool(self.listen):
            raise ValueError("signing_secret and listen belong together: by HTTP presses arrive signed at an address")
        if self.signing_secret and self.app_token:
            raise ValueError("app_token and signing_secret are two ways in, and Slack uses only one: choose one")


def takes_presses(options: Mapping[str, object]) -> bool:
    """Return whether the plan has a way in: Socket Mode's token, or an address for signed requests."""
    return bool(options.get("app_token") or options.get("signing_secret"))


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: AnswerAddresses | None = None,
) -> SlackChannel:
    """Return the channel; nothing is asked of the service yet. Without `answers` no press can be answered."""
    return SlackChannel(options, name=name, codes=codes, redactor=redactor, answers=answers)


class SlackChannel:
    """Posts as one app; one message in flight per conversation, so that they stand in the order they were sent."""

    kind = "slack"

    def __init__(
        self,
        options: Options,
        *,
        name: str,
        codes: ButtonCodes,
        redactor: Redactor,
        answers: AnswerAddresses | None,
    ) -> None:
        from bongsu.channels._http import HttpSender  # heavy, and a plan is read without it

        self._base = options.api_url.rstrip("/") + "/"
        self.endpoint = "{0.scheme}://{0.netloc}".format(urlsplit(self._base))
        self._options = options
        self._name = name
        self._codes = codes
        self._answers = answers
        self._longest_code = cache(lambda button: codes.make(name, LONGEST_SEQ, button))
        self._http = HttpSender(service="slack", redactor=redactor)
        self._lock = threading.Lock()
        self._chats: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the one attempt ended; a payload beyond the documented limits is refused without sending."""
        found = self.problems(outgoing.payload)
        if found:
            return Refused(reason="not sent, the payload breaks the service's limits: " + "; ".join(found))
        if outgoing.method is Method.ANSWER:
            return self._answer(outgoing)
        with self._lock:
            chat = self._chats[outgoing.to]
        with chat:
            if outgoing.method is Method.CLOSE:
                target = {"channel": outgoing.ref["channel"], "ts": outgoing.ref["ts"]}
                return self._message(self._call("chat.update", {**target, **self._coded(outgoing)}))
            return self._message(self._call("chat.postMessage", self._body(outgoing)))

    def problems(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Return what in a message breaks Slack's limits, each with its place as a JSON pointer."""
        return message_problems(payload, make=self._longest_code)

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        """Return what auth.test, conversations.info and users.info say of the app, its channel and each person."""
        asked = self._call("auth.test", {}, form=True)
        if not isinstance(asked, tuple):
            return [unasked(self._name, asked)]
        app = asked[1]
        text = f"the app is {app.get('user', '?')} in {app.get('team', '?')}"
        findings = [Finding(subject=f"{self._name} token", ok=True, text=text), self._channel_finding()]
        findings += self._inbound_findings()
        findings += [self._person_finding(person, user) for person, user in people.items()]
        return findings

    def history(self, to: str, since: datetime, *, ours: str = "") -> tuple[tuple[Wire, ...], str]:
        """Return the recorded answers that list what stands in a chat since a time, and why not when there is none.

        They are conversations.history with our metadata, newest first and page after page to its end: a message that
        others were posted after stands on a later one. A person's id is turned into the chat with them first. A page
        has fifteen messages at the most, which is what every kind of app may ask for.
        """
        del ours  # metadata says whose a message is
        wires: list[Wire] = []
        chat = to
        if to.startswith(PEOPLE):
            opened = self._call("conversations.open", {"users": to}, form=True)
            if not isinstance(opened, tuple):
                return opened.wires, opened.reason
            wires.append(opened[0].wire)
            chat = str((opened[1].get("channel") or {}).get("id", ""))
        oldest = f"{int(since.timestamp()) - HISTORY_MARGIN_S}.000000"
        asked = {"channel": chat, "oldest": oldest, "limit": 15, "include_all_metadata": "true"}
        for _ in range(HISTORY_PAGES_MAX):
            answer = self._call("conversations.history", asked, form=True)
            if not isinstance(answer, tuple):
                return (*wires, *answer.wires), answer.reason
            wires.append(answer[0].wire)
            cursor = str((answer[1].get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return tuple(wires), ""
            asked = {**asked, "cursor": cursor}
        return tuple(wires), f"more than {15 * HISTORY_PAGES_MAX} messages stand in the chat since then"

    @property
    def clocked(self) -> Wire | None:
        """The newest answer that shows the service's own clock."""
        return self._http.clocked

    def warm(self) -> None:
        """Connect to the service, and send nothing."""
        self._http.connect(self._base)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _body(self, outgoing: Outgoing) -> dict[str, Any]:
        return {
            "channel": outgoing.to,
            **self._coded(outgoing),
            "metadata": {
                "event_type": EVENT_TYPE,
                "event_payload": {
                    "run": outgoing.run_id or self._codes.run_id,
                    "key": outgoing.key,
                    "seq": outgoing.seq,
                    "sha256": payload_digest(outgoing.payload),
                },
            },
        }

    def _coded(self, outgoing: Outgoing) -> Mapping[str, Any]:
        if "blocks" not in outgoing.payload:
            return outgoing.payload
        codes = self._codes.of(outgoing.run_id)
        blocks = [
            self._signed(block, lambda button: codes.make(self._name, outgoing.seq, button))
            for block in outgoing.payload["blocks"]
        ]
        return {**outgoing.payload, "blocks": blocks}

    @staticmethod
    def _signed(block: dict[str, Any], make: Callable[[str], str]) -> Any:
        # A button stands in these and nowhere else (`_slack_limits`).
        if block["type"] != "actions" and "accessory" not in block:
            return block
        return with_codes(block, member="value", make=make)

    def _message(self, outcome: tuple[Answer, dict[str, Any]] | NotSent | Refused | InDoubt) -> SendOutcome:
        if not isinstance(outcome, tuple):
            return outcome
        answer, result = outcome
        at = instant_of(result.get("ts"))
        channel, ts = result.get("channel"), result.get("ts")
        if at is None or not isinstance(channel, str) or not isinstance(ts, str):
            return InDoubt(reason="the answer is ok but names no message", wires=(answer.wire,))
        # An update answers with the ts of the message, which says when that was posted, not when it was changed.
        if answer.wire.operation != "chat.postMessage":
            at = answer.wire.service_at
        return Accepted(ref={"channel": channel, "ts": ts}, service_at=at, wires=(answer.clocked(at),))

    def _answer(self, outgoing: Outgoing) -> SendOutcome:
        press_id = outgoing.answer_to["press_id"]
        url = self._answers.address(press_id) if self._answers else None
        if url is None:
            reason = "the address for answering this press is kept in memory only and is gone"
            return Refused(reason=reason)
        parts = urlsplit(url)
        answer = self._http.post(
            url,
            encoded(outgoing.payload),
            operation="response_url",
            address=f"{parts.scheme}://{parts.netloc}/-",
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        if not isinstance(answer, Answer):
            return answer
        if answer.status == 200 and answer.body.strip() == b"ok":
            return Accepted(ref={}, service_at=answer.wire.service_at, wires=(answer.wire,))
        outcome = classify(answer)
        if isinstance(outcome, tuple):
            return Accepted(ref={}, service_at=answer.wire.service_at, wires=(answer.wire,))
        return outcome

    def _call(
        self, method: str, body: Mapping[str, Any], *, form: bool = False
    ) -> tuple[Answer, dict[str, Any]] | NotSent | Refused | InDoubt:
        # Slack reads JSON only in the methods that write; the others want a form.
        kind = "application/x-www-form-urlencoded" if form else "application/json; charset=utf-8"
        answer = self._http.post(
            self._base + method,
            urlencode(body).encode() if form else encoded(body),
            operation=method,
            address=self._base + method,
            headers={"Content-Type": kind, "Authorization": f"Bearer {self._options.token}"},
        )
        return classify(answer) if isinstance(answer, Answer) else answer

    def _ask(self, method: str, body: Mapping[str, Any]) -> dict[str, Any] | str:
        """Return the answer to a question, or a text that says why there is none."""
        outcome = self._call(method, body, form=True)
        return outcome[1] if isinstance(outcome, tuple) else outcome.reason

    def _channel_finding(self) -> Finding:
        subject = f"{self._name} group"
        answer = self._ask("conversations.info", {"channel": self._options.channel})
        if isinstance(answer, str):
            hint = "check the channel's id, the scope channels:read (groups:read), and invite the app"
            return Finding(subject=subject, ok=False, text=answer, hint=hint)
        channel = answer.get("channel") or {}
        if channel.get("is_archived"):
            return Finding(subject=subject, ok=False, text="it is archived", hint="unarchive it or name another")
        if not channel.get("is_member"):
            hint = "invite the app: without membership a lost answer cannot be looked up in the history"
            return Finding(subject=subject, ok=False, text="the app is not a member", hint=hint)
        return Finding(subject=subject, ok=True, text="the app is a member")

    def _inbound_findings(self) -> Sequence[Finding]:
        subject = f"{self._name} inbound"
        if self._options.signing_secret:
            # That Slack's Request URL leads to it cannot be asked of any method.
            return [listen_finding(subject, self._options.listen)]
        if not self._options.app_token:
            hint = "put an app_token (xapp-…, scope connections:write) into the plan, or signing_secret and listen"
            text = "neither app_token nor signing_secret: presses on Slack cannot be received"
            return [Finding(subject=subject, ok=False, text=text, hint=hint)]
        if not self._options.app_token.startswith("xapp-"):
            # Only its form: asking for a connection is allowed once a minute, and the run needs that one.
            hint = "app_token is the app-level token (xapp-…, scope connections:write), not the bot's"
            text = "the app_token has not the form of one"
            return [Finding(subject=subject, ok=False, text=text, hint=hint)]
        return []

    def _person_finding(self, person: str, user: str) -> Finding:
        subject = f"{self._name} {person}"
        answer = self._ask("users.info", {"user": user})
        if isinstance(answer, str):
            hint = f"put {person}'s member id (U…) into the plan, and give the app the scope users:read"
            return Finding(subject=subject, ok=False, text=answer, hint=hint)
        found = answer.get("user") or {}
        if found.get("deleted") or found.get("is_bot"):
            text = "the account is deactivated" if found.get("deleted") else "the account is a bot"
            return Finding(subject=subject, ok=False, text=text, hint=f"put another id for {person} into the plan")
        return Finding(subject=subject, ok=True, text="the account is active")


def classify(answer: Answer) -> tuple[Answer, dict[str, Any]] | NotSent | Refused | InDoubt:
    """Return the answer with its parsed body, or what status and code say: not sent, refused, in doubt.

    Slack reports most refusals with status 200 and `ok: false`; three of its codes leave open what happened.
    """
    wires = (answer.wire,)
    envelope = object_of(answer.body)
    if envelope is not None and answer.status == 200 and envelope.get("ok") is True:
        return answer, envelope
    # What is quoted from here on goes into the ledger: the record's redacted bytes, not the raw ones.
    envelope = object_of(answer.wire.response)
    error = str((envelope or {}).get("error") or "")
    if answer.status == 429 or error in _THROTTLED:
        return NotSent(reason=error or "ratelimited", wires=wires, retry_after_s=answer.retry_after_s)
    if answer.status >= 500 or error in _DOUBTFUL:
        return InDoubt(reason=error or f"HTTP {answer.status}", wires=wires)
    if envelope is not None and error and answer.status < 500:
        return Refused(reason=_with_details(error, envelope), wires=wires)
    body = answer.wire.response
    if 400 <= answer.status < 500 and envelope is None and body and not body.lstrip().startswith(b"<"):
        # A response_url answers as a webhook does: a bare code as plain text.
        return Refused(reason=body[:200].decode("utf-8", "replace"), wires=wires)
    return InDoubt(reason=f"HTTP {answer.status} with a body that is not Slack's", wires=wires)


def payload_digest(payload: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a payload as rendered: the one in a message's metadata."""
    return sha256(canonical(payload)).hexdigest()


def _with_details(error: str, envelope: Mapping[str, Any]) -> str:
    details = (envelope.get("response_metadata") or {}).get("messages") or envelope.get("errors") or ()
    needed = [f"needed: {envelope['needed']}"] if envelope.get("needed") else []
    return "; ".join([error, *map(str, details), *needed])
