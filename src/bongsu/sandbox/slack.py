"""An imitation of Slack's Web API and Socket Mode, as far as bongsu uses them and stricter where Slack is lenient.

Error codes are Slack's own; where a refusal is the sandbox's own choice, its message says "sandbox".
"""

from __future__ import annotations

import hmac
import random
import threading
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from bongsu.sandbox.chat import (
    ChatSandbox,
    PressLostError,
    PressRefusedError,
    control_json,
    recordable,
)
from bongsu.sandbox.control import CONTROL_PREFIX
from bongsu.sandbox.http import json_response
from bongsu.sandbox.record import iso
from bongsu.sandbox.slack_api import Api
from bongsu.sandbox.slack_board import Board
from bongsu.sandbox.slack_channels import Workspace
from bongsu.sandbox.slack_presses import RESPONSE_PREFIX, Presses
from bongsu.sandbox.slack_requests import RequestUrl
from bongsu.sandbox.slack_spec import ChannelSpec, SlackSpec, SlackUser, WebhookSpec
from bongsu.sandbox.slack_text import stored_text
from bongsu.sandbox.slack_view import View
from bongsu.sandbox.slack_webhooks import SERVICES_PREFIX, Webhooks, plain
from bongsu.sandbox.slack_wire import METHODS, SlackRefusedError, TooFastError, read_arguments

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.slack_socket import SocketGate
    from bongsu.sandbox.slack_view import Sent

__all__ = ["ChannelSpec", "SlackSandbox", "SlackSpec", "SlackUser", "WebhookSpec"]


class SlackSandbox(ChatSandbox):
    """One workspace's Web API at `/api/<method>`, its response addresses, and a websocket server once asked for."""

    service = "slack"

    def __init__(
        self, clock: SandboxClock, record: Record, spec: SlackSpec, *, faults: FaultBook | None = None
    ) -> None:
        super().__init__(clock, record, faults)
        self._spec = spec
        self._lock = threading.RLock()
        self._random = random.Random(f"{spec.team_id}/{spec.app_id}")
        self._workspace = Workspace(spec)
        self._view = View(spec)
        board = Board(self._workspace, self._view, clock=clock, announce=self._announce)
        self._presses = Presses(board)
        self._webhooks = Webhooks(board)
        self._api = Api(board, open_socket=lambda: self._socket().open_url())
        self._requests = RequestUrl(clock, record, spec=spec)
        self._gate: SocketGate | None = None
        self._base_url = ""

    # Control, by the world and its people.

    def press(self, user: str, chat: str, message: str, button: str) -> str:
        """Press a button by its label; return the id of the press. PressLostError when no app is there to take it."""
        with self._lock:
            press = self._presses.new(user, chat=chat, message=message, button=button, now=self.clock.now())
            payload = self._presses.payload(press, base_url=self._base_url)
        # Sent outside the lock: the app may call the API before this returns.
        press.sent = self._send(payload)
        self.record.write(
            self.service,
            "press",
            user=user,
            channel=chat,
            ts=message,
            button=button,
            press=press.press_id,
            envelope=None if press.sent is None else press.sent.ref,
        )
        if press.sent is None:
            raise PressLostError(f"no app is connected to take the press of {button!r}")
        return press.press_id

    def _send(self, payload: dict[str, object]) -> Sent | None:
        fault = self.faults.take(self.service, "press")
        if fault is not None:
            self.record.write(self.service, "press.fault", fault=fault.kind)
        match fault.kind if fault is not None else None:
            case None:
                return self._hand_over(payload)
            case "slow":
                assert fault is not None
                self.faults.pause(fault.wall_ms)
                return self._hand_over(payload)
            case "drop_after":
                sent = self._hand_over(payload, and_cut=True)
                self.cut()
                return sent
            case "drop_before":
                self.cut()
        # Whatever else goes wrong on Slack's side: the app never hears of the press, and the person sees an error.
        return None

    def _hand_over(self, payload: dict[str, object], *, and_cut: bool = False) -> Sent | None:
        if not self._spec.socket_mode:
            return self._requests.send(payload, and_cut=and_cut)
        return None if self._gate is None else self._gate.send(payload)

    def arrived(self, press: str) -> bool:
        """Return whether the app acknowledged a press within three seconds; else Slack shows the person an error."""
        return self._presses.in_time(press)

    def set_request_url(self, url: str) -> None:
        """Send presses to another address of this machine, as the app's settings page would; ValueError elsewhere."""
        self._requests.move(url)

    def say(self, user: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write into a channel as a person; return the message's ts."""
        with self._lock:
            channel = self._workspace.channels[channel_id]
            if user not in channel.spec.members:
                raise PressRefusedError(f"user {user} is not in channel {channel_id}")
            said = channel.store(user=user, text=stored_text(text), now=self.clock.now(), thread_ts=thread_ts)
        self.record.write(self.service, "say", user=user, channel=channel_id, ts=said.ts)
        return said.ts

    def react(self, user: str, channel_id: str, ts: str, name: str) -> None:
        """Put a reaction on a message as a person; a second of the same name does nothing."""
        with self._lock:
            channel = self._workspace.channels[channel_id]
            if user not in channel.spec.members:
                raise PressRefusedError(f"user {user} is not in channel {channel_id}")
            users = channel.messages[ts].reactions.setdefault(name, [])
            if user not in users:
                users.append(user)
        self.record.write(self.service, "react", user=user, channel=channel_id, ts=ts, name=name)

    def disconnect(self, reason: str) -> None:
        """Send the app a disconnect request: warning, refresh_requested, link_disabled or too_many_websockets."""
        if self._gate is not None:
            self._gate.disconnect(reason)

    def cut(self) -> None:
        """Break every websocket without a word, as a network does."""
        if self._gate is not None:
            self._gate.cut()

    def connected(self) -> int:
        """Return how many Socket Mode connections the app has."""
        return 0 if self._gate is None else self._gate.connected()

    def close(self) -> None:
        """End what waits, and every websocket."""
        super().close()
        self._requests.close()
        if self._gate is not None:
            self._gate.close()

    def state(self) -> dict[str, object]:
        """Return channels with their messages, presses with their acknowledgements, and connections."""
        with self._lock:
            return {
                "now": iso(self.clock.now()),
                "channels": [self._view.channel_state(channel) for channel in self._workspace.channels.values()],
                "presses": self._presses.state(),
                "connections": self.connected(),
                "app": {
                    "presses_go_to": "socket" if self._spec.socket_mode else self._requests.url,
                    "webhooks": [{"id": one.id, "channel": one.channel} for one in self._spec.webhooks],
                },
                "faults": self.faults.listed(self.service),
            }

    # The API.

    def method_of(self, request: Request) -> str:
        """Return the method named by the path; a webhook and an answer to a press go by those names."""
        if request.path.startswith(RESPONSE_PREFIX):
            return "response_url"
        if request.path.startswith(SERVICES_PREFIX):
            return "webhook"
        return request.path.removeprefix("/api/")

    def refusal(self, fault: Fault, method: str) -> Response:
        """Return an envelope with the fault's code; a webhook and a response address answer with a bare word."""
        bare = method in ("webhook", "response_url")
        if fault.kind == "rate_limit" and not bare:
            return self._too_fast(fault.retry_after)
        if bare:
            headers = {"Retry-After": str(fault.retry_after)} if fault.kind == "rate_limit" else {}
            word = fault.code or (self._spec.webhook_too_fast_body if headers else fault.message)
            return plain(word, status=fault.answered_status, headers=headers)
        return json_response({"ok": False, "error": fault.code or "internal_error"}, status=fault.answered_status)

    def _too_fast(self, retry_after_s: int) -> Response:
        headers = {"Retry-After": str(retry_after_s)}
        if not self._spec.too_fast_body:
            return Response(status=429, headers=headers)
        return json_response({"ok": False, "error": self._spec.too_fast_body}, status=429, headers=headers)

    def answer(self, request: Request, method: str) -> tuple[Response, dict[str, object]]:
        """Carry out one call."""
        self._base_url = request.host_url.rstrip("/")
        if method == "response_url":
            return self._respond(request)
        if method == "webhook":
            with self._lock:
                return self._webhooks.take(request)
        facts: dict[str, object] = {"token": "bad", "verb": request.method}
        if not request.path.startswith("/api/"):
            return json_response({"ok": False, "error": "not_found"}, status=404), {**facts, "status": 404}
        try:
            self._authorize(request, method)
            facts["token"] = "ok"
            arguments = read_arguments(request, method, team_id=self._spec.team_id)
            facts["arguments"] = recordable(arguments.values)
            with self._lock:
                result = {"ok": True, **self._api.call(method, arguments)}
        except TooFastError as early:
            facts |= {"status": 429, "error": "ratelimited", "retry_after_s": early.retry_after_s}
            return self._too_fast(early.retry_after_s), facts
        except SlackRefusedError as refused:
            told = {**facts, "status": 200, "error": refused.error}
            return self._with_headers(refused.body(), known=facts["token"] == "ok"), told
        if request.mimetype == "application/json" and "charset" not in request.mimetype_params:
            result |= {"warning": "missing_charset", "response_metadata": {"warnings": ["missing_charset"]}}
        facts["status"] = 200
        facts |= {name: result[name] for name in ("channel", "ts") if isinstance(result.get(name), str)}
        return self._with_headers(result), facts

    def _with_headers(self, body: dict[str, object], *, known: bool = True) -> Response:
        headers = {"X-Slack-Req-Id": f"{self._random.getrandbits(128):032x}"}
        if known:
            headers["X-OAuth-Scopes"] = ",".join(sorted(self._workspace.scopes))
        return json_response(body, headers=headers)

    def _authorize(self, request: Request, method: str) -> None:
        if method not in METHODS:
            known = ", ".join(METHODS)
            raise SlackRefusedError("unknown_method", req_method=method, messages=[f"sandbox: imitated are {known}"])
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not scheme and METHODS[method].token == "bot":
            # Documented beside the header; not so for the app's token, and no longer in the query.
            scheme, token = "bearer", request.form.get("token", "")
        if not token or scheme.lower() != "bearer":
            raise SlackRefusedError("not_authed")
        held = {"bot": self._spec.bot_token, "app": self._spec.app_token}
        kinds = [kind for kind, known in held.items() if hmac.compare_digest(known, token)]
        if not kinds:
            raise SlackRefusedError("invalid_auth")
        if METHODS[method].token not in kinds:
            raise SlackRefusedError("not_allowed_token_type")
        if self._spec.token_state and "bot" in kinds:
            raise SlackRefusedError(self._spec.token_state)
        scope = METHODS[method].scope
        if scope is not None:
            self._workspace.need(scope)
        if METHODS[method].token == "app":
            if request.method != "POST":
                raise SlackRefusedError("insecure_request")
            if self._spec.socket_scope:
                self._workspace.need(self._spec.socket_scope, held=frozenset(self._spec.app_scopes))

    def _respond(self, request: Request) -> tuple[Response, dict[str, object]]:
        try:
            with self._lock:
                facts = self._presses.respond(request, now=self.clock.now())
        except TooFastError as early:
            return self._webhooks.too_fast(early, {})
        except SlackRefusedError as refused:
            return self._webhooks.refusal(refused, {})
        return plain("ok"), {**facts, "status": 200, "answer": "ok"}

    def _control(self, request: Request) -> Response:
        operation = request.path.removeprefix(CONTROL_PREFIX)
        if request.method != "POST" or operation not in ("request_url", "disconnect"):
            return super()._control(request)
        try:
            asked = control_json(request)
            if operation == "request_url":
                self.set_request_url(str(asked["url"]))
            elif asked["reason"] == "cut":
                self.cut()
            else:
                self.disconnect(str(asked["reason"]))
        except KeyError as error:
            return json_response({"error": f"the request lacks {error}"}, status=400)
        except (ValueError, TypeError) as error:
            return json_response({"error": str(error)}, status=400)
        return json_response({"request_url": self._requests.url, "connections": self.connected()})

    def _socket(self) -> SocketGate:
        if self._gate is None:
            # Imported here: most rehearsals of one channel never need a websocket server.
            from bongsu.sandbox.slack_socket import SocketGate

            self._gate = SocketGate(self.clock, self.record, spec=self._spec, faults=self.faults)
        return self._gate
