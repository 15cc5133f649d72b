"""An imitation of the Telegram Bot API, as far as bongsu calls it and stricter where the real one is lenient.

Error texts are those of the vendor's open-source server; whatever the sandbox refuses by its own choice says
"sandbox" in its description. Long polls wait in wall time, everything else happens on the sandbox clock.
"""

from __future__ import annotations

import hmac
import random
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.chat import ChatSandbox, PressRefusedError, recordable
from bongsu.sandbox.http import json_response, let_go
from bongsu.sandbox.limits import Spacing, admit
from bongsu.sandbox.record import iso
from bongsu.sandbox.telegram_chats import (
    TOKEN_SHAPE,
    Chat,
    Chats,
    ChatSpec,
    StoredMessage,
    TelegramSpec,
    UserSpec,
)
from bongsu.sandbox.telegram_text import TextRefusedError, checked_text
from bongsu.sandbox.telegram_updates import CALLBACK_KEPT_FOR, UpdateQueue
from bongsu.sandbox.telegram_view import Press, View, press_state
from bongsu.sandbox.telegram_wire import (
    METHODS,
    ApiRefusedError,
    Keyboard,
    Parameters,
    bad_request,
    check_options,
    read_chat_id,
    read_keyboard,
    read_parameters,
    too_fast,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Request, Response

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import Fault, FaultBook
    from bongsu.sandbox.record import Record

__all__ = ["ChatSpec", "TelegramSandbox", "TelegramSpec", "UserSpec"]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ANSWER_CHARACTERS_MAX = 200


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
        self._updates = UpdateQueue(clock, first_update_id=self._random.randrange(10**8, 10**9))
        self._presses: dict[str, Press] = {}
        # About thirty a second over all chats.
        self._all_chats = Spacing(every=timedelta(microseconds=33_333), burst=30)
        self._methods: dict[str, Callable[[Parameters], object]] = {
            "getme": lambda _: self._view.me(full=True),
            "getchat": self._get_chat,
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_text,
            "editmessagereplymarkup": self._edit_markup,
            "answercallbackquery": self._answer_query,
            "getwebhookinfo": lambda _: self._webhook_info(),
            "deletewebhook": self._delete_webhook,
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
            self._presses[press.query_id] = press
            body: dict[str, object] = {
                "id": press.query_id,
                "from": self._view.user(press.user_id),
                "message": self._view.message(where, stored),
                "chat_instance": where.chat_instance,
                "data": pushed[0]["callback_data"],
            }
            press.update_id = self._updates.put("callback_query", body)
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

        The bot gets a `message` update, in groups of commands only: its privacy mode is on, as getMe says.
        """
        with self._lock:
            chat = self._chats.by_id[chat_id]
            if user_id not in self._chats.members(chat):
                raise PressRefusedError(f"user {user_id} is not in chat {chat_id}")
            said = self._store(chat, sender_id=user_id, text=text, entities=[], keyboard=None)
            if chat.spec.kind == "private" or text.startswith("/"):
                self._updates.put("message", self._view.message(chat, said))
        self.record.write(self.service, "say", user=user_id, chat=chat_id, message=said.message_id)
        return said.message_id

    def set_user(self, user_id: int, *, started: bool | None = None, blocked: bool | None = None) -> None:
        """Let a person start or block the bot."""
        with self._lock:
            user = self._chats.users[user_id]
            self._chats.replace_user(
                replace(
                    user,
                    started=user.started if started is None else started,
                    blocked=user.blocked if blocked is None else blocked,
                )
            )

    def migrate(self, chat_id: int, new_chat_id: int) -> None:
        """Turn a group into a supergroup with another id, as its owner may do at any time."""
        with self._lock:
            old = self._chats.by_id[chat_id]
            old.migrated_to = new_chat_id
            spec = replace(old.spec, id=new_chat_id, kind="supergroup")
            self._chats.by_id[new_chat_id] = Chat(spec, seed=f"{self._spec.bot_id}/{new_chat_id}")

    def set_webhook(self, url: str) -> None:
        """Make someone else's webhook active, so that polling conflicts until `deleteWebhook`."""
        self._updates.set_webhook(url)

    def close(self) -> None:
        """End what waits: long polls, hanging answers."""
        super().close()
        self._updates.close()

    def state(self) -> dict[str, object]:
        """Return chats with their messages, updates not confirmed or lost, and presses."""
        with self._lock:
            return {
                "now": iso(self.clock.now()),
                "chats": [self._view.chat(chat) for chat in self._chats.by_id.values()],
                "updates": {
                    "pending": self._updates.pending(),
                    "lost": self._updates.lost,
                    "allowed": self._updates.allowed(),
                },
                "presses": [press_state(press) for press in self._presses.values()],
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
            parameters = read_parameters(request, method)
            facts["parameters"] = recordable(parameters.values)
            result = self._call(request, method, parameters)
        except ApiRefusedError as refused:
            return refused.response(), {**facts, "status": refused.code, "description": refused.description}
        facts["status"] = 200
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
            raise ApiRefusedError(404, "Not Found")
        if not hmac.compare_digest(token, self._spec.bot_token):
            raise ApiRefusedError(401, "Unauthorized")

    def _call(self, request: Request, method: str, parameters: Parameters) -> Any:
        if method == "getUpdates":
            let_go(request.environ)
            return self._get_updates(parameters)
        try:
            with self._lock:
                return self._methods[method.lower()](parameters)
        except TextRefusedError as refused:
            raise bad_request(str(refused)) from None

    def _get_updates(self, parameters: Parameters) -> list[dict[str, object]]:
        kinds = parameters.structure("allowed_updates", "can't parse allowed updates JSON object")
        if kinds is not None and not (isinstance(kinds, list) and all(isinstance(one, str) for one in kinds)):
            raise bad_request("sandbox: allowed_updates must be an array of strings")
        self._updates.allow(kinds)
        return self._updates.get(
            offset=parameters.integer("offset", 0) or 0,
            limit=parameters.integer("limit", 100) or 0,
            timeout_s=parameters.integer("timeout", 0) or 0,
        )

    def _get_chat(self, parameters: Parameters) -> dict[str, object]:
        chat = self._chats.readable(read_chat_id(parameters))
        full: dict[str, object] = chat.as_json() | {
            "accent_color_id": 4,
            "max_reaction_count": 11,
            "accepted_gift_types": {},
        }
        if chat.spec.kind != "private":
            full["permissions"] = {"can_send_messages": chat.spec.bot != "restricted"}
        return full

    def _send_message(self, parameters: Parameters) -> dict[str, object]:
        chat = self._chats.writable(read_chat_id(parameters))
        text, entities = checked_text(parameters.text("text") or "", parameters.text("parse_mode"))
        keyboard = read_keyboard(parameters)
        check_options(parameters)
        if parameters.integer("message_thread_id") is not None:
            raise bad_request("message thread not found")
        reply_to = _reply_target(chat, parameters)
        self._admit([*chat.send_limits, self._all_chats])
        stored = self._store(chat, sender_id=self._spec.bot_id, text=text, entities=entities, keyboard=keyboard)
        stored.reply_to = reply_to
        self._announce(self._view.shown(chat, stored))
        return self._view.message(chat, stored)

    def _edit_text(self, parameters: Parameters) -> dict[str, object]:
        chat, stored = self._own_message(parameters)
        text, entities = checked_text(parameters.text("text") or "", parameters.text("parse_mode"))
        check_options(parameters)
        return self._edit(chat, stored, after=(text, entities, read_keyboard(parameters)))

    def _edit_markup(self, parameters: Parameters) -> dict[str, object]:
        chat, stored = self._own_message(parameters)
        return self._edit(chat, stored, after=(stored.text, stored.entities, read_keyboard(parameters)))

    def _own_message(self, parameters: Parameters) -> tuple[Chat, StoredMessage]:
        chat = self._chats.writable(read_chat_id(parameters))
        stored = chat.messages.get(parameters.integer("message_id", 0) or 0)
        if stored is None:
            raise bad_request("message to edit not found")
        if stored.sender_id != self._spec.bot_id:
            raise bad_request("message can't be edited")
        return chat, stored

    def _edit(
        self,
        chat: Chat,
        stored: StoredMessage,
        *,
        after: tuple[str, list[dict[str, object]], Keyboard | None],
    ) -> dict[str, object]:
        if (stored.text, stored.entities, stored.keyboard) == after:
            raise bad_request(NOT_MODIFIED)
        self._admit([*chat.edit_limits, self._all_chats])
        now = self.clock.now()
        stored.edits.append({"at": iso(now), "text": stored.text, "keyboard": stored.keyboard})
        stored.text, stored.entities, stored.keyboard = after
        stored.edited_at = now
        return self._view.message(chat, stored)

    def _answer_query(self, parameters: Parameters) -> bool:
        press = self._presses.get(parameters.text("callback_query_id") or "")
        text = parameters.text("text")
        if text is not None and len(text) > ANSWER_CHARACTERS_MAX:
            raise bad_request("MESSAGE_TOO_LONG")
        now = self.clock.now()
        if press is None or press.answered_at or now - press.pressed_at > CALLBACK_KEPT_FOR:
            raise bad_request(QUERY_TOO_OLD)
        press.answered_at = now
        press.answer = text
        return True

    def _webhook_info(self) -> dict[str, object]:
        info: dict[str, object] = {
            "url": self._updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending()),
        }
        if self._updates.allowed():
            info["allowed_updates"] = self._updates.allowed()
        return info

    def _delete_webhook(self, parameters: Parameters) -> bool:
        if parameters.flag("drop_pending_updates"):
            self._updates.drop_all()
        self._updates.set_webhook("")
        return True

    # Messages.

    def _admit(self, limits: list[Any]) -> None:
        retry_after_s = admit(limits, self.clock.now())
        if retry_after_s:
            raise too_fast(retry_after_s)

    def _store(
        self,
        chat: Chat,
        *,
        sender_id: int,
        text: str,
        entities: list[dict[str, object]],
        keyboard: Keyboard | None,
    ) -> StoredMessage:
        stored = StoredMessage(
            message_id=chat.next_id(),
            sender_id=sender_id,
            text=text,
            entities=entities,
            keyboard=keyboard,
            sent_at=self.clock.now(),
        )
        chat.messages[stored.message_id] = stored
        return stored


def _reply_target(chat: Chat, parameters: Parameters) -> StoredMessage | None:
    asked = parameters.structure("reply_parameters", "can't parse reply parameters JSON object")
    if asked is None:
        return None
    if not isinstance(asked, dict) or not set(asked) <= {"message_id", "allow_sending_without_reply"}:
        raise bad_request("sandbox: only message_id and allow_sending_without_reply are imitated in reply_parameters")
    message_id = asked.get("message_id")
    target = chat.messages.get(message_id) if isinstance(message_id, int) else None
    if target is None and not asked.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return target
