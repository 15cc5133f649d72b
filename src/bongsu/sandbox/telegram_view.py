"""How the imitated Telegram shows what it holds: its JSON objects, and messages as people see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bongsu.sandbox.chat import Shown
from bongsu.sandbox.record import iso

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.telegram_chats import Chat, Chats, StoredMessage
    from bongsu.sandbox.telegram_spec import TelegramSpec


NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_promote_members",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    # Newer than the open-source server; aiogram insists on it.
    "can_send_welcome_messages",
)
RIGHTS_OF_KIND = {
    "group": ("can_pin_messages", "can_manage_tags"),
    "supergroup": ("can_pin_messages", "can_manage_topics", "can_manage_tags"),
    "channel": ("can_post_messages", "can_edit_messages", "can_manage_direct_messages"),
}


@dataclass(slots=True, kw_only=True)
class Press:
    """One press of a button, and what the bot answered to it."""

    query_id: str
    user_id: int
    chat_id: int
    message_id: int
    button: str
    pressed_at: datetime
    update_id: int | None = None
    answered_at: datetime | None = None
    answer: str | None = None


class View:
    """Renders chats, people and messages of one bot."""

    def __init__(self, spec: TelegramSpec, chats: Chats) -> None:
        self._spec = spec
        self._chats = chats

    def me(self, *, full: bool = False) -> dict[str, object]:
        """Return the bot's own User; `full` adds what getMe alone reports."""
        me: dict[str, object] = {
            "id": self._spec.bot_id,
            "is_bot": True,
            "first_name": self._spec.bot_name,
            "username": self._spec.bot_username,
        }
        more = {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        return me | more if full else me

    def user(self, user_id: int) -> dict[str, object]:
        """Return a person's, or the bot's, User."""
        if user_id == self._spec.bot_id:
            return self.me()
        return {"id": user_id, "is_bot": False, "first_name": self._chats.users[user_id].first_name}

    def message(self, chat: Chat, stored: StoredMessage) -> dict[str, object]:
        """Return the Message object."""
        # A channel's messages are the channel's, whoever wrote them.
        channel = chat.spec.kind == "channel"
        sender = {"sender_chat": chat.as_json()} if channel else {"from": self.user(stored.sender_id)}
        message: dict[str, object] = {
            "message_id": stored.message_id,
            **sender,
            "chat": chat.as_json(),
            "date": _unix_s(stored.sent_at),
        }
        if stored.edited_at is not None:
            message["edit_date"] = _unix_s(stored.edited_at)
        if stored.reply_to is not None:
            # One level deep, as the server does.
            message["reply_to_message"] = self.message(chat, replace(stored.reply_to, reply_to=None))
        message |= stored.options
        message["text"] = stored.text
        if stored.entities:
            message["entities"] = stored.entities
        if stored.keyboard is not None:
            message["reply_markup"] = {"inline_keyboard": stored.keyboard}
        return message

    def service_message(self, chat: Chat, *, now: datetime) -> dict[str, object]:
        """Return a Message without a text, for what the service itself says in a chat."""
        someone = min(self._chats.members(chat), default=self._spec.bot_id)
        return {
            "message_id": chat.next_id(),
            "from": self.user(someone),
            "chat": chat.as_json(),
            "date": _unix_s(now),
        }

    def membership(self, chat: Chat, user_id: int, *, now: datetime) -> dict[str, object]:
        """Return the ChatMemberUpdated object of a person who has just blocked the bot, or no longer does."""
        member = {"user": self.me(), "status": "member"}
        kicked = {"user": self.me(), "status": "kicked", "until_date": 0}
        old, new = (member, kicked) if self._chats.users[user_id].blocked else (kicked, member)
        return {
            "chat": chat.as_json(),
            "from": self.user(user_id),
            "date": _unix_s(now),
            "old_chat_member": old,
            "new_chat_member": new,
        }

    def shown(self, chat: Chat, stored: StoredMessage) -> Shown:
        """Return a message as its readers see it."""
        return Shown(
            service="telegram",
            chat=str(chat.spec.id),
            message=str(stored.message_id),
            text=stored.text,
            buttons=tuple(one["text"] for row in stored.keyboard or [] for one in row if "callback_data" in one),
            viewers=frozenset(str(user_id) for user_id in self._chats.members(chat)),
        )

    def chat(self, chat: Chat) -> dict[str, object]:
        """Return a chat with its messages, for the state page."""
        messages = [
            self.message(chat, stored)
            | {"sent_at": iso(stored.sent_at), "edits": stored.edits, "sender": stored.sender_id}
            for stored in chat.messages.values()
        ]
        people = sorted(self._chats.members(chat))
        return chat.as_json() | {
            "bot": chat.spec.bot,
            "members": people,
            "messages": messages,
            "deleted": chat.deleted,
        }

    def full_chat(self, chat: Chat) -> dict[str, object]:
        """Return the ChatFullInfo object."""
        full = chat.as_json() | {"accent_color_id": 4, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
        if chat.spec.kind in ("group", "supergroup"):
            can = chat.spec.bot != "restricted"
            full["permissions"] = dict.fromkeys(PERMISSIONS, False) | {"can_send_messages": can}
        return full

    def member(self, chat: Chat, user_id: int) -> dict[str, object]:
        """Return the ChatMember object of a person or of the bot."""
        here = user_id in self._chats.members(chat)
        status = "member" if here else "left"
        if user_id == self._spec.bot_id:
            status = "member" if chat.spec.kind == "private" else chat.spec.bot
        member: dict[str, object] = {"user": self.user(user_id), "status": status}
        if status == "administrator":
            rights = dict.fromkeys(RIGHTS + RIGHTS_OF_KIND[chat.spec.kind], True)
            member |= {"can_be_edited": False, "is_anonymous": False, **rights}
        if status == "restricted":
            member |= {"until_date": 0, **dict.fromkeys(PERMISSIONS, False), "is_member": True}
        return member


def press_state(press: Press) -> dict[str, object]:
    """Return a press for the state page."""
    return {
        "query": press.query_id,
        "user": press.user_id,
        "chat": press.chat_id,
        "message": press.message_id,
        "button": press.button,
        "update": press.update_id,
        "pressed_at": iso(press.pressed_at),
        "answered_at": None if press.answered_at is None else iso(press.answered_at),
        "answer": press.answer,
    }


def _unix_s(when: datetime) -> int:
    return int(when.timestamp())
