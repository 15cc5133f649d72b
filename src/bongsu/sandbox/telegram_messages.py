"""The imitated Telegram's messages: sent, edited and deleted by the bot."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.limits import Spacing, admit
from bongsu.sandbox.record import iso
from bongsu.sandbox.telegram_chats import Chat, StoredMessage
from bongsu.sandbox.telegram_refusals import bad_request, too_fast
from bongsu.sandbox.telegram_text import checked_text
from bongsu.sandbox.telegram_wire import Keyboard, Parameters, read_chat_id, read_keyboard, read_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.chat import Shown
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.telegram_chats import Chats
    from bongsu.sandbox.telegram_entities import Entity
    from bongsu.sandbox.telegram_spec import TelegramSpec
    from bongsu.sandbox.telegram_view import View

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
DELETABLE_FOR = timedelta(hours=48)
DELETED_AT_ONCE_MAX = 100


class Messages:
    """What the bot does with messages; the caller holds the service's lock."""

    def __init__(
        self, clock: SandboxClock, spec: TelegramSpec, view: View, *, chats: Chats, announce: Callable[[Shown], None]
    ) -> None:
        self._clock = clock
        self._spec = spec
        self._view = view
        self._chats = chats
        self._announce = announce
        second = timedelta(seconds=1)
        self._all_chats = Spacing(every=second / spec.all_chats_per_second, burst=spec.all_chats_per_second)

    def store(self, chat: Chat, *, sender_id: int, text: str, entities: list[Entity]) -> StoredMessage:
        """Put a message into a chat, without looking at any rule."""
        stored = StoredMessage(
            message_id=chat.next_id(),
            sender_id=sender_id,
            text=text,
            entities=entities,
            keyboard=None,
            sent_at=self._clock.now(),
        )
        chat.messages[stored.message_id] = stored
        return stored

    def send(self, parameters: Parameters) -> dict[str, object]:
        """Carry out sendMessage."""
        chat = self._chats.writable(read_chat_id(parameters))
        text, entities = self._text(parameters)
        keyboard = read_keyboard(parameters, self._spec)
        options = read_options(parameters)
        if parameters.integer("message_thread_id") is not None:
            raise bad_request("message thread not found")
        reply_to = _reply_target(chat, parameters)
        self._admit([*chat.send_limits, self._all_chats])
        stored = self.store(chat, sender_id=self._spec.bot_id, text=text, entities=entities)
        stored.keyboard, stored.options, stored.reply_to = keyboard, options, reply_to
        self._announce(self._view.shown(chat, stored))
        return self._view.message(chat, stored)

    def edit_text(self, parameters: Parameters) -> dict[str, object]:
        """Carry out editMessageText."""
        chat, stored = self._own_message(parameters)
        text, entities = self._text(parameters)
        options = read_options(parameters)
        keyboard = read_keyboard(parameters, self._spec)
        if keyboard is None and "reply_markup" not in parameters.values:
            keyboard = None if self._spec.edit_without_markup_removes_keyboard else stored.keyboard
        return self._edit(chat, stored, after=(text, entities, keyboard), options=options)

    def edit_markup(self, parameters: Parameters) -> dict[str, object]:
        """Carry out editMessageReplyMarkup."""
        chat, stored = self._own_message(parameters)
        after = (stored.text, stored.entities, read_keyboard(parameters, self._spec))
        return self._edit(chat, stored, after=after, options=stored.options)

    def delete(self, parameters: Parameters) -> bool:
        """Carry out deleteMessage."""
        chat = self._chats.editable(read_chat_id(parameters))
        self._delete(chat, [parameters.integer("message_id", 0) or 0], missing="message to delete not found")
        return True

    def delete_many(self, parameters: Parameters) -> bool:
        """Carry out deleteMessages, which passes over ids that are not there."""
        chat = self._chats.editable(read_chat_id(parameters))
        asked = parameters.structure("message_ids", "can't parse message identifiers JSON array")
        if not isinstance(asked, list) or not asked:
            raise bad_request("message identifiers are not specified")
        if len(asked) > DELETED_AT_ONCE_MAX:
            raise bad_request("too many message identifiers specified")
        ids = [int(one) for one in asked if isinstance(one, int) or (isinstance(one, str) and one.isdecimal())]
        if len(ids) < len(asked):
            raise bad_request("message identifiers must be integers")
        self._delete(chat, ids, missing="")
        return True

    def _text(self, parameters: Parameters) -> tuple[str, list[Entity]]:
        return checked_text(
            parameters.text("text") or "",
            parameters.text("parse_mode"),
            given=parameters.structure("entities", "can't parse entities JSON object"),
            length_in=self._spec.length_in,
        )

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
        after: tuple[str, list[Entity], Keyboard | None],
        options: dict[str, object],
    ) -> dict[str, object]:
        if (stored.text, stored.entities, stored.keyboard) == after:
            raise bad_request(NOT_MODIFIED)
        self._admit([*chat.edit_limits, self._all_chats])
        now = self._clock.now()
        stored.edits.append({"at": iso(now), "text": stored.text, "keyboard": stored.keyboard})
        stored.text, stored.entities, stored.keyboard = after
        stored.options = stored.options | options
        stored.edited_at = now
        return self._view.message(chat, stored)

    def _delete(self, chat: Chat, message_ids: list[int], *, missing: str) -> None:
        for message_id in message_ids:
            stored = chat.messages.get(message_id)
            if stored is None:
                if missing:
                    raise bad_request(missing)
                continue
            mine = stored.sender_id == self._spec.bot_id
            late = self._clock.now() - stored.sent_at > DELETABLE_FOR
            if late or not (mine or chat.spec.kind == "private" or chat.spec.bot == "administrator"):
                raise bad_request("message can't be deleted")
            del chat.messages[message_id]
            chat.deleted.append(message_id)

    def _admit(self, limits: list[Any]) -> None:
        retry_after_s = admit(limits, self._clock.now())
        if retry_after_s:
            raise too_fast(retry_after_s)


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
