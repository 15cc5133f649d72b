"""An imitation of Slack's Web API and Socket Mode, as far as bongsu uses them and stricter where Slack is lenient.

Error codes are Slack's own; where a refusal is the sandbox's own choice, its message says "sandbox".
"""

from __future__ import annotations

import hmac
import random
import threading
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from bongsu.sandbox.chat import ChatSandbox, PressLostError, PressRefusedError, recordable
from bongsu.sandbox.http import json_response
from bongsu.sandbox.limits import admit
from bongsu.sandbox.record import iso
from bongsu.sandbox.slack_channels import ChannelSpec, SlackSpec, SlackUser, Workspace
from bongsu.sandbox.slack_posts import page, read_content, read_metadata
from bongsu.sandbox.slack_presses import RESPONSE_PREFIX, Presses
from bongsu.sandbox.slack_text import stored_text
from bongsu.sandbox.slack_view import View
from bongsu.sandbox.slack_wire import METHODS, Arguments, SlackRefusedError, bad_argument, read_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.slack_socket import SocketGate

__all__ = ["ChannelSpec", "SlackSandbox", "SlackSpec", "SlackUser"]


class _TooFastError(Exception):
    """A post that came too early: answered with 429, nothing stored."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class SlackSandbox(ChatSandbox):
    """One workspace's Web API at `/api/<method>`, its response addresses, and a websocket server once asked for."""

    service = "slack"

    def __init__(self, clock: SandboxClock, record: Record, spec: SlackSpec) -> None:
        super().__init__(clock, record)
        self._spec = spec
        self._lock = threading.RLock()
        self._random = random.Random(f"{spec.team_id}/{spec.app_id}")
        self._workspace = Workspace(spec)
        self._view = View(spec)
        self._presses = Presses(self._workspace, self._view)
        self._gate: SocketGate | None = None
        self._base_url = ""
        self._methods: dict[str, Callable[[Arguments], dict[str, object]]] = {
            "auth.test": lambda _: self._auth_test(),
            "apps.connections.open": lambda _: {"url": self._socket().open_url()},
            "conversations.info": self._info,
            "conversations.open": self._open,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.info": self._user_info,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.getPermalink": self._permalink,
        }

    # Control, by the world and its people.

    def press(self, user: str, chat: str, message: str, button: str) -> str:
        """Press a button by its label; return the id of the press. PressLostError when no app is connected."""
        with self._lock:
            press = self._presses.new(user, chat=chat, message=message, button=button, now=self.clock.now())
            payload = self._presses.payload(press, base_url=self._base_url)
        # Sent outside the lock: the app may call the API before this returns.
        press.envelope_id = self._gate.send(payload) if self._gate is not None else None
        self.record.write(
            self.service,
            "press",
            user=user,
            channel=chat,
            ts=message,
            button=button,
            press=press.press_id,
            envelope=press.envelope_id,
        )
        if press.envelope_id is None:
            raise PressLostError(f"no app is connected to take the press of {button!r}")
        return press.press_id

    def arrived(self, press: str) -> bool:
        """Return whether the app acknowledged a press within three seconds; else Slack shows the person an error."""
        return self._gate is not None and self._gate.in_time(self._presses.envelope_of(press))

    def say(self, user: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write into a channel as a person; return the message's ts."""
        with self._lock:
            channel = self._workspace.channels[channel_id]
            if user not in channel.spec.members:
                raise PressRefusedError(f"user {user} is not in channel {channel_id}")
            said = channel.store(user=user, text=stored_text(text), now=self.clock.now(), thread_ts=thread_ts)
        self.record.write(self.service, "say", user=user, channel=channel_id, ts=said.ts)
        return said.ts

    def disconnect(self, reason: str) -> None:
        """Send the app a disconnect request: warning, refresh_requested or link_disabled."""
        if self._gate is not None:
            self._gate.disconnect(reason)

    def connected(self) -> int:
        """Return how many Socket Mode connections the app has."""
        return 0 if self._gate is None else self._gate.connected()

    def close(self) -> None:
        """End what waits, and every websocket."""
        super().close()
        if self._gate is not None:
            self._gate.close()

    def state(self) -> dict[str, object]:
        """Return channels with their messages, presses with their acknowledgements, and connections."""
        with self._lock:
            return {
                "now": iso(self.clock.now()),
                "channels": [self._view.channel_state(channel) for channel in self._workspace.channels.values()],
                "presses": self._presses.state({} if self._gate is None else self._gate.envelopes),
                "connections": self.connected(),
                "faults": self.faults.pending(),
            }

    # The API.

    def method_of(self, request: Request) -> str:
        """Return the method named by the path; an answer to a press is called response_url."""
        if request.path.startswith(RESPONSE_PREFIX):
            return "response_url"
        return request.path.removeprefix("/api/")

    def rate_limited(self, retry_after_s: int) -> Response:
        """Return a 429 with its `Retry-After`."""
        body = {"ok": False, "error": "ratelimited"}
        return json_response(body, status=429, headers={"Retry-After": str(retry_after_s)})

    def answer(self, request: Request, method: str) -> tuple[Response, dict[str, object]]:
        """Carry out one call."""
        if method == "response_url":
            return self._respond(request)
        facts: dict[str, object] = {"token": "bad", "verb": request.method}
        if not request.path.startswith("/api/"):
            return json_response({"ok": False, "error": "not_found"}, status=404), {**facts, "status": 404}
        self._base_url = request.host_url.rstrip("/")
        try:
            self._authorize(request, method)
            facts["token"] = "ok"
            arguments = read_arguments(request, method)
            facts["arguments"] = recordable(arguments.values)
            with self._lock:
                result = {"ok": True, **self._methods[method](arguments)}
        except _TooFastError as early:
            facts |= {"status": 429, "error": "ratelimited", "retry_after_s": early.retry_after_s}
            return self.rate_limited(early.retry_after_s), facts
        except SlackRefusedError as refused:
            return self._with_headers(refused.body()), {**facts, "status": 200, "error": refused.error}
        if request.mimetype == "application/json" and "charset" not in request.mimetype_params:
            result |= {"warning": "missing_charset", "response_metadata": {"warnings": ["missing_charset"]}}
        facts["status"] = 200
        facts |= {name: result[name] for name in ("channel", "ts") if isinstance(result.get(name), str)}
        return self._with_headers(result), facts

    def _with_headers(self, body: dict[str, object]) -> Response:
        headers = {
            "X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes)),
            "X-Slack-Req-Id": f"{self._random.getrandbits(128):032x}",
        }
        return json_response(body, headers=headers)

    def _authorize(self, request: Request, method: str) -> None:
        if method not in METHODS:
            known = ", ".join(METHODS)
            raise SlackRefusedError("unknown_method", req_method=method, messages=[f"sandbox: imitated are {known}"])
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not token or scheme.lower() != "bearer":
            raise SlackRefusedError("not_authed")
        held = {"bot": self._spec.bot_token, "app": self._spec.app_token}
        kinds = [kind for kind, known in held.items() if hmac.compare_digest(known, token)]
        if not kinds:
            raise SlackRefusedError("invalid_auth")
        if METHODS[method].token not in kinds:
            raise SlackRefusedError("not_allowed_token_type")
        scope = METHODS[method].scope
        if scope is not None:
            self._workspace.need(scope)

    def _auth_test(self) -> dict[str, object]:
        return {
            "url": f"https://{self._spec.team_domain}.slack.com/",
            "team": self._spec.team_name,
            "user": self._spec.bot_name,
            "team_id": self._spec.team_id,
            "user_id": self._spec.bot_user_id,
            "bot_id": self._spec.bot_id,
            "is_enterprise_install": False,
        }

    def _info(self, arguments: Arguments) -> dict[str, object]:
        channel_id = arguments.required("channel")
        found = self._workspace.channels.get(channel_id)
        self._workspace.need(f"{found.scope_prefix if found is not None else 'channels'}:read")
        channel = self._workspace.known(channel_id)
        shown = self._view.channel(channel)
        if arguments.flag("include_num_members"):
            shown["num_members"] = len(channel.spec.members) + channel.spec.bot_is_member
        return {"channel": shown}

    def _open(self, arguments: Arguments) -> dict[str, object]:
        user_id = arguments.required("users")
        if "," in user_id:
            raise bad_argument("sandbox: conversations with several people are not imitated")
        user = self._workspace.users.get(user_id)
        if user is None:
            raise SlackRefusedError("user_not_found")
        if user.deleted:
            raise SlackRefusedError("user_disabled")
        channel = self._workspace.direct(user_id)
        return {"channel": self._view.channel(channel) if arguments.flag("return_im") else {"id": channel.spec.id}}

    def _user_info(self, arguments: Arguments) -> dict[str, object]:
        user = self._workspace.users.get(arguments.required("user"))
        if user is None:
            raise SlackRefusedError("user_not_found")
        return {"user": self._view.user(user)}

    def _history(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.readable(arguments.required("channel"))
        return page(self._view, channel, channel.top_level(), arguments=arguments)

    def _replies(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.readable(arguments.required("channel"))
        parent = channel.parent(arguments.required("ts"))
        if parent is None:
            raise SlackRefusedError("thread_not_found")
        thread = [parent, *channel.replies(parent.ts)]
        return page(self._view, channel, thread, arguments=arguments)

    def _post(self, arguments: Arguments) -> dict[str, object]:
        if any(name in arguments.values for name in ("username", "icon_emoji")):
            self._workspace.need("chat:write.customize")
        channel = self._workspace.postable(arguments.required("channel"))
        text, blocks = read_content(arguments, self._random)
        metadata = read_metadata(arguments)
        thread_ts = arguments.text("thread_ts")
        if thread_ts is not None and channel.parent(thread_ts) is None:
            raise SlackRefusedError("cannot_reply_to_message")
        for name in ("unfurl_links", "unfurl_media"):
            arguments.flag(name)
        retry_after_s = admit([*channel.posting], self.clock.now())
        if retry_after_s:
            raise _TooFastError(retry_after_s)
        stored = channel.store(user=self._spec.bot_user_id, text=text, now=self.clock.now(), thread_ts=thread_ts)
        stored.blocks, stored.metadata, stored.by_bot = blocks, metadata, True
        self._announce(self._view.shown(channel, stored))
        return {
            "channel": channel.spec.id,
            "ts": stored.ts,
            "message": self._view.message(channel, stored),
        }

    def _update(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.known(arguments.required("channel"))
        if channel.spec.is_archived:
            raise SlackRefusedError("is_inactive")
        stored = channel.messages.get(arguments.required("ts"))
        if stored is None or stored.ephemeral_for is not None:
            raise SlackRefusedError("message_not_found")
        if not stored.by_bot:
            raise SlackRefusedError("cant_update_message")
        text, blocks = read_content(arguments, self._random)
        metadata = read_metadata(arguments)
        now = self.clock.now()
        stored.edits.append({"at": iso(now), "text": stored.text, "blocks": stored.blocks})
        # Text without blocks takes the blocks away; metadata left out stays.
        stored.text, stored.blocks = text, blocks
        stored.metadata = metadata or stored.metadata
        stored.edited_ts = f"{int(now.timestamp())}.000000"
        message = self._view.message(channel, stored)
        return {"channel": channel.spec.id, "ts": stored.ts, "text": text, "message": message}

    def _permalink(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.known(arguments.required("channel"))
        stored = channel.messages.get(arguments.required("message_ts"))
        if stored is None or stored.ephemeral_for is not None:
            raise SlackRefusedError("message_not_found")
        link = f"https://{self._spec.team_domain}.slack.com/archives/{channel.spec.id}/p{stored.ts.replace('.', '')}"
        if stored.thread_ts is not None:
            link += f"?thread_ts={stored.thread_ts}&cid={channel.spec.id}"
        return {"channel": channel.spec.id, "permalink": link}

    def _respond(self, request: Request) -> tuple[Response, dict[str, object]]:
        with self._lock:
            status, text = self._presses.respond(request.path, request.get_data(), now=self.clock.now())
        return Response(text, status=status, content_type="text/plain"), {"status": status, "answer": text}

    def _socket(self) -> SocketGate:
        if self._gate is None:
            # Imported here: most rehearsals of one channel never need a websocket server.
            from bongsu.sandbox.slack_socket import SocketGate

            self._gate = SocketGate(self.clock, self.record, app_id=self._spec.app_id)
        return self._gate
