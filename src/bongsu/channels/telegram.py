"""Telegram as a way out: the Bot API's sendMessage, editMessageText and answerCallbackQuery.

The Bot API takes no idempotency key and shows a bot no history, so each send is at most one request: what the
service may have done without telling us is in doubt, and stays so.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bongsu.addresses import is_here
from bongsu.channels._answer import Answer
from bongsu.channels._buttons import with_codes
from bongsu.channels._inbound_finding import listen_finding
from bongsu.channels._json import encoded, object_of
from bongsu.channels._port import Accepted, Finding, InDoubt, NotSent, Refused
from bongsu.channels._telegram_limits import answer_problems, message_problems
from bongsu.channels._unasked import unasked
from bongsu.core.events import Method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bongsu.channels._port import AnswerAddresses, Outgoing, SendOutcome
    from bongsu.core.codes import ButtonCodes
    from bongsu.redact import Redactor
    from bongsu.wire import Wire

ADDRESS = "chat_id"
SECRETS = ("token", "webhook_secret")
KINDS = {"private": "private chat"}
"""Words for a kind of chat whose own name is no noun."""
WEBHOOK_PORTS = (443, 80, 88, 8443)
# A code names a ledger line; no run has this many, so every code of the run is at most as long.
LONGEST_SEQ = 9_999_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The plan's keys for a channel of this kind."""

    chat_id: int
    """The group that announcements go to: negative for groups; never a @name, which its owner can give away."""
    token: str = field(repr=False)
    """The bot's token; in the plan a reference to it."""
    webhook_url: str = ""
    """The public https address at which Telegram is to deliver presses; without it they are fetched by polling."""
    webhook_secret: str = field(default="", repr=False)
    """With `webhook_url`: what Telegram must say in each delivery's header; in the plan a reference."""
    listen: str = ""
    """With `webhook_url`: where its requests arrive, behind a proxy that speaks TLS: `127.0.0.1:8082/telegram`."""
    api_url: str = "https://api.telegram.org"

    def __post_init__(self) -> None:
        """Refuse a part of a webhook."""
        if len({bool(self.webhook_url), bool(self.webhook_secret), bool(self.listen)}) > 1:
            raise ValueError("webhook_url, webhook_secret and listen belong together: a webhook needs all three")
        parts = urlsplit(self.webhook_url)
        if parts.port not in (None, *WEBHOOK_PORTS) and not is_here(parts.hostname or ""):
            raise ValueError(f"Telegram delivers to the ports 443, 80, 88 and 8443, and not to {parts.port}")


def takes_presses(options: Mapping[str, object]) -> bool:
    """Return True: whoever has the bot's token can fetch its presses."""
    return bool(options.get("token"))


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: AnswerAddresses | None = None,
) -> TelegramChannel:
    """Return the channel; nothing is asked of the service yet. `answers` is not needed: Telegram answers by id."""
    del answers
    return TelegramChannel(options, name=name, codes=codes, redactor=redactor)


class TelegramChannel:
    """Sends as one bot; one message in flight per chat, because concurrent sends have no promised order."""

    kind = "telegram"

    def __init__(self, options: Options, *, name: str, codes: ButtonCodes, redactor: Redactor) -> None:
        from bongsu.channels._http import HttpSender  # heavy, and a plan is read without it

        self.endpoint = options.api_url.rstrip("/")
        self._options = options
        self._name = name
        self._codes = codes
        self._longest_code = cache(lambda button: codes.make(name, LONGEST_SEQ, button))
        self._http = HttpSender(service="telegram", redactor=redactor)
        self._lock = threading.Lock()
        self._chats: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the one attempt ended; a payload beyond the documented limits is refused without sending."""
        if outgoing.method is Method.ANSWER:
            return self._answer(outgoing)
        found = self.problems(outgoing.payload)
        if found:
            return Refused(reason="not sent, the payload breaks the service's limits: " + "; ".join(found))
        with self._lock:
            chat = self._chats[outgoing.to]
        with chat:
            return self._close(outgoing) if outgoing.method is Method.CLOSE else self._post(outgoing)

    def problems(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Return what in a message breaks Telegram's limits, each with its place as a JSON pointer."""
        return message_problems(payload, make=self._longest_code)

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        """Return what getMe, getWebhookInfo and getChat say of the bot, its group and each person."""
        asked = self._call("getMe", {})
        if not isinstance(asked, tuple):
            return [unasked(self._name, asked)]
        bot = asked[1] if isinstance(asked[1], dict) else {}
        findings = [
            Finding(subject=f"{self._name} token", ok=True, text=f"the bot is @{bot.get('username', '?')}"),
            *self._inbound_findings(),
            self._chat_finding(
                f"{self._name} group",
                str(self._options.chat_id),
                hint="add the bot to the group, and put the group's own numeric id into the plan",
            ),
        ]
        for person, chat_id in people.items():
            hint = f"ask {person} to open @{bot.get('username', 'the bot')} and press Start"
            findings.append(self._chat_finding(f"{self._name} {person}", chat_id, hint=hint))
        return findings

    @property
    def clocked(self) -> Wire | None:
        """The newest answer that shows the service's own clock."""
        return self._http.clocked

    def warm(self) -> None:
        """Connect to the service, and send nothing."""
        self._http.connect(self.endpoint)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, outgoing: Outgoing) -> SendOutcome:
        return self._message(self._call("sendMessage", {"chat_id": _chat(outgoing.to), **self._coded(outgoing)}))

    def _coded(self, outgoing: Outgoing) -> Mapping[str, Any]:
        if "reply_markup" not in outgoing.payload:
            return outgoing.payload
        codes = self._codes.of(outgoing.run_id)
        keyboard = with_codes(
            outgoing.payload["reply_markup"],
            member="callback_data",
            make=lambda button: codes.make(self._name, outgoing.seq, button),
        )
        return {**outgoing.payload, "reply_markup": keyboard}

    def _close(self, outgoing: Outgoing) -> SendOutcome:
        message = {"chat_id": _chat(outgoing.ref["chat_id"]), "message_id": int(outgoing.ref["message_id"])}
        outcome = self._message(self._call("editMessageText", {**message, **self._coded(outgoing)}))
        if isinstance(outcome, Refused) and "message is not modified" in outcome.reason.lower():
            # The message already reads as it should, by an earlier attempt whose answer was lost.
            return Accepted(ref=dict(outgoing.ref), service_at=None, wires=outcome.wires)
        return outcome

    def _answer(self, outgoing: Outgoing) -> SendOutcome:
        found = answer_problems(outgoing.payload)
        if found:
            return Refused(reason="not sent, the payload breaks the service's limits: " + "; ".join(found))
        query_id = outgoing.answer_to["press_id"].removeprefix("telegram:")
        outcome = self._call("answerCallbackQuery", {"callback_query_id": query_id, **outgoing.payload})
        if isinstance(outcome, tuple):
            return Accepted(ref={}, service_at=None, wires=(outcome[0].wire,))
        return outcome

    def _message(self, outcome: tuple[Answer, Any] | NotSent | Refused | InDoubt) -> SendOutcome:
        if not isinstance(outcome, tuple):
            return outcome
        answer, result = outcome
        try:
            ref = {"chat_id": str(result["chat"]["id"]), "message_id": str(int(result["message_id"]))}
            at = datetime.fromtimestamp(int(result.get("edit_date") or result["date"]), tz=UTC)
        except (KeyError, TypeError, ValueError):
            return InDoubt(reason="the answer is ok but names no message", wires=(answer.wire,))
        return Accepted(ref=ref, service_at=at, wires=(answer.clocked(at),))

    def _call(self, method: str, body: Mapping[str, Any]) -> tuple[Answer, Any] | NotSent | Refused | InDoubt:
        answer = self._http.post(
            f"{self.endpoint}/bot{self._options.token}/{method}",
            encoded(body),
            operation=method,
            address=f"{self.endpoint}/bot-/{method}",
            headers={"Content-Type": "application/json"},
        )
        return classify(answer) if isinstance(answer, Answer) else answer

    def _ask(self, method: str, body: Mapping[str, Any]) -> Any:
        """Return the result of a question, or a text that says why there is none."""
        outcome = self._call(method, body)
        return outcome[1] if isinstance(outcome, tuple) else outcome.reason

    def _inbound_findings(self) -> Sequence[Finding]:
        info = self._ask("getWebhookInfo", {})
        subject = f"{self._name} inbound"
        if not isinstance(info, dict):
            hint = "try again; without its answer nobody knows whether presses can come in"
            return [Finding(subject=subject, ok=False, text=str(info), hint=hint)]
        ours = self._options.webhook_url
        if info.get("url") and not ours:
            hint = "remove it with deleteWebhook, or use a bot of its own: while it is set no press can be fetched"
            return [Finding(subject=subject, ok=False, text="a webhook is set for this bot", hint=hint)]
        if not ours:
            return [Finding(subject=subject, ok=True, text="no webhook is set, presses can be fetched")]
        if info.get("url") not in ("", None, ours):
            hint = "remove it with deleteWebhook, or use a bot of its own: this run would take its presses away"
            return [Finding(subject=subject, ok=False, text="another webhook is set for this bot", hint=hint)]
        return [listen_finding(subject, self._options.listen)]

    def _chat_finding(self, subject: str, chat_id: str, *, hint: str) -> Finding:
        chat = self._ask("getChat", {"chat_id": _chat(chat_id)})
        if not isinstance(chat, dict):
            return Finding(subject=subject, ok=False, text=str(chat), hint=hint)
        # Reading a chat does not prove that the bot may write there; the text claims no more.
        kind = str(chat.get("type", "chat"))
        return Finding(subject=subject, ok=True, text=f"the bot can read this {KINDS.get(kind, kind)}")


def classify(answer: Answer) -> tuple[Answer, Any] | NotSent | Refused | InDoubt:
    """Return the answer with its `result`, or what the status and envelope say: not sent, refused, in doubt.

    429 and every other 4xx with Telegram's own envelope mean that nothing was stored; anything else that is not
    `ok` may have happened.
    """
    wires = (answer.wire,)
    envelope = object_of(answer.body)
    if envelope is None:
        if answer.status == 429:
            return NotSent(reason="Too Many Requests", wires=wires, retry_after_s=answer.retry_after_s)
        return InDoubt(reason=f"HTTP {answer.status} with a body that is not Telegram's", wires=wires)
    if answer.status == 200 and envelope.get("ok") is True:
        return answer, envelope.get("result")
    # What is quoted from here on goes into the ledger: the record's redacted bytes, not the raw ones.
    envelope = object_of(answer.wire.response) or {}
    code = envelope.get("error_code", answer.status)
    reason = str(envelope.get("description") or f"HTTP {answer.status} without a description")
    parameters = envelope.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    if code == 429:
        asked = parameters.get("retry_after")
        wait_s = asked if isinstance(asked, int) else answer.retry_after_s
        return NotSent(reason=reason, wires=wires, retry_after_s=wait_s)
    if not (400 <= answer.status < 500 and isinstance(code, int) and 400 <= code < 500):
        return InDoubt(reason=reason, wires=wires)
    moved_to = parameters.get("migrate_to_chat_id")
    if isinstance(moved_to, int) and not isinstance(moved_to, bool):
        reason += f" (put chat_id {moved_to} into the plan)"
        return Refused(reason=reason, wires=wires, moved_to=str(moved_to))
    return Refused(reason=reason, wires=wires)


def _chat(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() else text
