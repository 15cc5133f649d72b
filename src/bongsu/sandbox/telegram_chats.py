"""The imitated Telegram's chats: who is in them, what stands in them, and how fast they may be written to."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.limits import PerWindow, Spacing
from bongsu.sandbox.telegram_refusals import ApiRefusedError, Migrated, bad_request
from bongsu.sandbox.telegram_spec import ChatSpec

if TYPE_CHECKING:
    from bongsu.sandbox.telegram_entities import Entity
    from bongsu.sandbox.telegram_spec import TelegramSpec, UserSpec
    from bongsu.sandbox.telegram_wire import Keyboard


@dataclass(slots=True, kw_only=True)
class StoredMessage:
    """A message as the service keeps it."""

    message_id: int
    sender_id: int
    text: str
    entities: list[Entity]
    keyboard: Keyboard | None
    sent_at: datetime
    # What the Message says of its delivery: protected content, link preview.
    options: dict[str, object] = field(default_factory=dict)
    reply_to: StoredMessage | None = None
    edited_at: datetime | None = None
    edits: list[dict[str, object]] = field(default_factory=list)


class Chat:
    """One chat with its messages, ids and limits."""

    def __init__(self, spec: ChatSpec, bot: TelegramSpec) -> None:
        self.spec = spec
        self.messages: dict[int, StoredMessage] = {}
        self.deleted: list[int] = []
        self.migrated_to: int | None = None
        self._random = random.Random(f"{bot.bot_id}/{spec.id}")
        self._last_id = self._random.randrange(1_800, 96_000)
        self.chat_instance = str(self._random.randrange(-(1 << 63), 1 << 63))
        self.send_limits: list[Spacing | PerWindow] = [Spacing(every=bot.chat_every, burst=bot.chat_burst)]
        self.edit_limits: list[Spacing | PerWindow] = []
        if spec.kind != "private":
            minute = PerWindow(most=bot.group_per_minute, window=timedelta(minutes=1))
            self.send_limits.append(minute)
            if bot.edits_count_in_groups:
                self.edit_limits.append(minute)

    def next_id(self) -> int:
        """Return a message id above all earlier ones; people's messages leave gaps between the bot's."""
        self._last_id += self._random.choice((1, 1, 1, 2, 2, 3, 5))
        return self._last_id

    def as_json(self) -> dict[str, object]:
        """Return the Chat object."""
        name = "first_name" if self.spec.kind == "private" else "title"
        public = {"username": self.spec.username} if self.spec.username else {}
        return {"id": self.spec.id, name: self.spec.title, **public, "type": self.spec.kind}


class Chats:
    """The registry of chats and people."""

    def __init__(self, spec: TelegramSpec) -> None:
        self._spec = spec
        self.users = {user.id: user for user in spec.users}
        listed = list(spec.chats)
        strangers = {member for chat in listed for member in chat.members} - set(self.users)
        if strangers:
            raise ValueError(f"chat member {min(strangers)} is not among the users, add a UserSpec")
        known = {chat.id for chat in listed}
        private = [
            ChatSpec(id=user.id, kind="private", title=user.first_name, members=(user.id,))
            for user in spec.users
            if user.id not in known
        ]
        self.by_id = {chat.id: Chat(chat, spec) for chat in [*listed, *private]}

    def replace_user(self, user: UserSpec) -> None:
        """Change what a person has done to the bot: started it, blocked it."""
        self.users[user.id] = user

    def migrate(self, chat_id: int, new_chat_id: int) -> None:
        """Turn a group into a supergroup with another id."""
        old = self.by_id[chat_id]
        old.migrated_to = new_chat_id
        spec = ChatSpec(
            id=new_chat_id, kind="supergroup", title=old.spec.title, members=old.spec.members, bot=old.spec.bot
        )
        self.by_id[new_chat_id] = Chat(spec, self._spec)

    def found(self, chat_id: int | str | None) -> Chat:
        """Return the chat that a call names by number or by @name, or refuse as the server does."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        if isinstance(chat_id, str):
            public = [one for one in self.by_id.values() if one.spec.username.lower() == chat_id[1:].lower() != ""]
            chat = public[0] if public else None
        else:
            chat = self.by_id.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def readable(self, chat_id: int | str | None) -> Chat:
        """Return the chat the bot may read, or refuse as the server does."""
        chat = self.found(chat_id)
        if chat.spec.kind == "private":
            user = self.users.get(chat.spec.id)
            if user is None or not user.started:
                raise bad_request("chat not found")
        elif chat.spec.bot == "kicked" and chat.spec.kind != "group":
            raise ApiRefusedError(403, f"bot was kicked from the {chat.spec.kind} chat")
        elif chat.spec.bot == "left" and not chat.spec.username and chat.spec.kind != "group":
            raise ApiRefusedError(403, f"bot is not a member of the {chat.spec.kind} chat")
        return chat

    def editable(self, chat_id: int | str | None) -> Chat:
        """Return the chat in which the bot may edit its messages, or refuse as the server does."""
        user = self.users.get(chat_id) if isinstance(chat_id, int) else None
        if user is not None and user.deactivated:
            raise ApiRefusedError(403, "user is deactivated")
        chat = self.readable(chat_id)
        if chat.spec.bot == "kicked":
            raise ApiRefusedError(403, f"bot was kicked from the {chat.spec.kind} chat")
        if chat.spec.bot == "left":
            raise ApiRefusedError(403, f"bot is not a member of the {chat.spec.kind} chat")
        return chat

    def writable(self, chat_id: int | str | None) -> Chat:
        """Return the chat the bot may write to, or refuse as the server does."""
        if chat_id == self._spec.bot_id:
            raise ApiRefusedError(403, "the bot can't send messages to the bot")
        user = self.users.get(chat_id) if isinstance(chat_id, int) else None
        if user is not None and not user.started and self._spec.never_started == 403:
            raise ApiRefusedError(403, "bot can't initiate conversation with a user")
        if user is not None and user.blocked:
            raise ApiRefusedError(403, "bot was blocked by the user")
        chat = self.editable(chat_id)
        if chat.migrated_to is not None:
            raise ApiRefusedError(
                400,
                "group chat was upgraded to a supergroup chat",
                migrated=Migrated(chat_id=chat.migrated_to),
            )
        if chat.spec.deleted:
            raise ApiRefusedError(403, f"the {chat.spec.kind} chat was deleted")
        if chat.spec.kind == "channel" and chat.spec.bot != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        if chat.spec.bot == "restricted":
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def members(self, chat: Chat) -> frozenset[int]:
        """Return the people who see a chat."""
        return frozenset({chat.spec.id} if chat.spec.kind == "private" else chat.spec.members)
