"""An imitation of the Telegram Bot API, as far as bongsu and the official clients call it.

Error texts are those of the vendor's open-source server; whatever the sandbox refuses by its own choice says
"sandbox" in its description. Long polls wait in wall time, everything else happens on the sandbox clock.
docs/imitations/telegram.md lists the rules.
"""

from __future__ import annotations

import hmac
import random
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from bongsu.sandbox.chat import ChatSandbox, PressRefusedError, recordable
from bongsu.sandbox.http import json_response, let_go
from bongsu.sandbox.record import iso
from bongsu.sandbox.telegram_calls import Calls
from bongsu.sandbox.telegram_chats import Chats
from bongsu.sandbox.telegram_messages import Messages
from bongsu.sandbox.telegram_refusals import ApiRefusedError, Told, bad_request, too_fast
from bongsu.sandbox.telegram_spec import TOKEN_SHAPE, ChatSpec, TelegramSpec, UserSpec
from bongsu.sandbox.telegram_text import TextRefusedError, checked_text
from bongsu.sandbox.telegram_updates import UpdateQueue
from bongsu.sandbox.telegram_values import read_values
from bongsu.sandbox.telegram_view import Press, View, press_state
from bongsu.sandbox.telegram_webhook import Target, WebhookSender
from bongsu.sandbox.telegram_wire import METHODS, Parameters, checked_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record

__all__ = ["ChatSpec", "TelegramSandbox", "TelegramSpec", "UserSpec"]

# What the answer to a webhook may not call: a bot must not cut off the way on which it is being answered.
NOT_IN_AN_ANSWER = ("deletewebhook", "setwebhook", "close", "logout")


class TelegramSandbox(ChatSandbox):
    """One bot's Bot API at `/bot<TOKEN>/<method>`."""

    service = "telegram"

    def __init__(
        self, clock: SandboxClock, record: Record, spec: TelegramSpec, *, faults: FaultBook | None = None
    ) -> None:
        super().__init__(clock, record, faults)
        self._spec = spec
        self._lock = threading.RLock()
        self._random = random.Random(spec.bot_id)
        self._chats = Chats(spec)
        self._view = View(spec, self._chats)
        self._updates = UpdateQueue(clock, spec, first_update_id=self._random.randrange(10**8, 10**9))
        self._webhook = WebhookSender(clock, record, self._updates, call=self._call_in_answer, seed=spec.bot_id)
        self._messages = Messages(clock, spec, self._view, chats=self._chats, announce=self._announce)
        self._calls = Calls(
            clock, spec, chats=self._chats, view=self._view, updates=self._updates, webhook=self._webhook
        )
        calls, messages = self._calls, self._messages
        self._methods: dict[str, Callable[[Parameters], object]] = {
            "getme": calls.get_me,
            "logout": calls.log_out,
            "close": calls.close,
            "getchat": calls.get_chat,
            "getchatmember": calls.get_chat_member,
            "getchatmembercount": calls.get_chat_member_count,
            "getchatadministrators": calls.get_chat_administrators,
            "sendchataction": calls.send_chat_action,
            "sendmessage": messages.send,
            "editmessagetext": messages.edit_text,
            "editmessagereplymarkup": messages.edit_markup,
            "deletemessage": messages.delete,
            "deletemessages": messages.delete_many,
            "answercallbackquery": calls.answer_query,
            "getupdates": calls.get_updates,
            "setwebhook": calls.set_webhook,
            "deletewebhook": calls.delete_webhook,
            "getwebhookinfo": lambda _: calls.webhook_info(),
        }

    # Control, by the world and its people.

    def press(self, user: str, chat: str, message: str, button: str) -> str:
        """Press an inline button by its label; return the callback query's id."""
        with self._lock:
            where = self._chats.by_id.get(int(chat))
            stored = where.messages.get(int(message)) if where is not None else None
            if where is None or stored is None:
                raise PressRefusedError(f"no message {message} in chat {chat}")
            if int(user) not in self._chats.members(where):
                raise PressRefusedError(f"user {user} is not in chat {chat} and cannot see its buttons")
            pushed = [one for row in stored.keyboard or [] for one in row if one["text"] == button]
            if not pushed or "callback_data" not in pushed[0]:
                raise PressRefusedError(f"message {message} in chat {chat} has no button {button!r}")
            press = Press(
                query_id=str(self._random.randrange(10**17, 1 << 63)),
                user_id=int(user),
                chat_id=where.spec.id,
                message_id=stored.message_id,
                button=button,
                pressed_at=self.clock.now(),
            )
            self._calls.presses[press.query_id] = press
            body: dict[str, object] = {
                "id": press.query_id,
                "from": self._view.user(press.user_id),
                "message": self._view.message(where, stored),
                "chat_instance": where.chat_instance,
                "data": pushed[0]["callback_data"],
            }
            press.update_id = self._updates.put("callback_query", body, sender=press.user_id)
        self.record.write(
            self.service,
            "press",
            user=press.user_id,
            chat=press.chat_id,
            message=press.message_id,
            button=button,
            query=press.query_id,
            update=press.update_id,
        )
        return press.query_id

    def say(self, user_id: int, chat_id: int, text: str) -> int:
        """Write into a chat as a person; return the message's id.

        The bot gets an update, in groups where it is no administrator of commands only: its privacy mode is on, as
        getMe says.
        """
        with self._lock:
            chat = self._chats.by_id[chat_id]
            if user_id not in self._chats.members(chat):
                raise PressRefusedError(f"user {user_id} is not in chat {chat_id}")
            kept, entities = checked_text(text, None)
            said = self._messages.store(chat, sender_id=user_id, text=kept, entities=entities)
            if chat.spec.kind == "channel":
                self._updates.put("channel_post", self._view.message(chat, said), sender=chat_id)
            elif chat.spec.kind == "private" or chat.spec.bot == "administrator" or text.startswith("/"):
                self._updates.put("message", self._view.message(chat, said), sender=chat_id)
        self.record.write(self.service, "say", user=user_id, chat=chat_id, message=said.message_id)
        return said.message_id

    def set_user(self, user_id: int, *, started: bool | None = None, blocked: bool | None = None) -> None:
        """Let a person start or block the bot; it is told of both, as it is by the real one."""
        with self._lock:
            user = self._chats.users[user_id]
            now = replace(
                user,
                started=user.started if started is None else started,
                blocked=user.blocked if blocked is None else blocked,
            )
            self._chats.replace_user(now)
            if now.blocked != user.blocked:
                change = self._view.membership(self._chats.by_id[user_id], user_id, now=self.clock.now())
                self._updates.put("my_chat_member", change, sender=user_id)
            if now.started and not user.started:
                self.say(user_id, user_id, "/start")

    def migrate(self, chat_id: int, new_chat_id: int) -> None:
        """Turn a group into a supergroup with another id, as its owner may do at any time; the bot is told twice."""
        with self._lock:
            self._chats.migrate(chat_id, new_chat_id)
            moved = {chat_id: {"migrate_to_chat_id": new_chat_id}, new_chat_id: {"migrate_from_chat_id": chat_id}}
            for number, said in moved.items():
                service = self._view.service_message(self._chats.by_id[number], now=self.clock.now()) | said
                self._updates.put("message", service, sender=number)

    def set_webhook(self, url: str) -> None:
        """Make someone else's webhook active: polling conflicts until `deleteWebhook`, and nothing is posted."""
        self._webhook.point_at(Target(url=url, elsewhere=True))

    def close(self) -> None:
        """End what waits: long polls, hanging answers."""
        super().close()
        self._updates.close()
        self._webhook.close()

    def state(self) -> dict[str, object]:
        """Return chats with their messages, updates not confirmed or lost, the webhook, and presses."""
        with self._lock:
            return {
                "now": iso(self.clock.now()),
                "chats": [self._view.chat(chat) for chat in self._chats.by_id.values()],
                "updates": {
                    "pending": self._updates.pending(),
                    "lost": self._updates.lost,
                    "allowed": self._updates.allowed(),
                },
                "webhook": self._calls.webhook_info(),
                "presses": [press_state(press) for press in self._calls.presses.values()],
                "faults": self.faults.listed(self.service),
            }

    # The API.

    def method_of(self, request: Request) -> str:
        """Return the method named by the path, in the vendor's spelling when it is known."""
        name = request.path.rpartition("/")[2]
        return METHODS[name.lower()][0] if name.lower() in METHODS else name

    def refusal(self, fault: Fault, method: str) -> Response:  # noqa: ARG002 - one form for every call
        """Return an envelope with the fault's code and description."""
        if fault.kind == "rate_limit":
            return too_fast(fault.retry_after).response()
        body = {"ok": False, "error_code": fault.answered_status, "description": fault.code or fault.message}
        return json_response(body, status=fault.answered_status)

    def answer(self, request: Request, method: str) -> tuple[Response, dict[str, object]]:
        """Carry out one call."""
        facts: dict[str, object] = {"token": "bad", "verb": request.method}
        try:
            self._check_token(request)
            facts["token"] = "ok"
            parameters = checked_parameters(method, read_values(request))
            facts["parameters"] = recordable(_without_secret(parameters.values))
            if method == "getUpdates":
                let_go(request.environ)
            result = self._call(method, parameters)
        except ApiRefusedError as refused:
            return refused.response(), {**facts, "status": refused.code, "description": refused.description}
        facts["status"] = 200
        if isinstance(result, Told):
            return json_response({"ok": True, **result._asdict()}), facts
        if isinstance(result, dict) and "message_id" in result:
            facts["message"] = result["message_id"]
        if method == "getUpdates" and isinstance(result, list):
            facts["updates"] = [update["update_id"] for update in result]
        return json_response({"ok": True, "result": result}), facts

    def _check_token(self, request: Request) -> None:
        bot, _, rest = request.path.lstrip("/").partition("/")
        if not bot.startswith("bot") or not rest or "/" in rest:
            raise ApiRefusedError(404, "Not Found")
        token = bot.removeprefix("bot")
        if not TOKEN_SHAPE.fullmatch(token):
            if self._spec.malformed_token == 401:
                raise ApiRefusedError(401, "Unauthorized: invalid token specified")
            raise ApiRefusedError(404, "Not Found")
        if not hmac.compare_digest(token, self._spec.bot_token):
            raise ApiRefusedError(401, "Unauthorized")

    def _call(self, method: str, parameters: Parameters) -> Any:
        self._calls.refuse_after_log_out()
        if method == "getUpdates":
            return self._calls.get_updates(parameters)
        try:
            with self._lock:
                return self._methods[method.lower()](parameters)
        except TextRefusedError as refused:
            raise bad_request(str(refused)) from None

    def _call_in_answer(self, body: bytes, content_type: str) -> None:
        """Carry out the call in the answer to a webhook, if there is one; nobody learns what came of it."""
        request = Request(EnvironBuilder(method="POST", data=body, content_type=content_type).get_environ())
        method = ""
        try:
            values = read_values(request)
            method = str(values.pop("method", ""))
            if not method or method.lower() in NOT_IN_AN_ANSWER or method.lower().startswith("get"):
                return
            result = self._call(method, checked_parameters(method, values))
        except ApiRefusedError as refused:
            if method:
                self.record.write(self.service, method, in_answer=True, status=refused.code, why=refused.description)
            return
        facts = {"message": result["message_id"]} if isinstance(result, dict) and "message_id" in result else {}
        self.record.write(self.service, method, in_answer=True, status=200, **facts)


def _without_secret(values: dict[str, Any]) -> dict[str, Any]:
    return {name: "(secret)" if name == "secret_token" else value for name, value in values.items()}
