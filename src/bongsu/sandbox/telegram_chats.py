"""The imitated Telegram's chats: who is in them, what stands in them, and how fast they may be written to."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.limits import PerWindow, Spacing
from bongsu.sandbox.telegram_wire import ApiRefusedError, Migrated, bad_request

if TYPE_CHECKING:
    from bongsu.sandbox.telegram_text import Entity
    from bongsu.sandbox.telegram_wire import Keyboard

KINDS = ("private", "group", "supergroup")
BOT_STATUSES = ("member", "restricted", "kicked", "left")
TOKEN_SHAPE = re.compile(r"[0-9]{6,12}:[A-Za-z0-9_-]{35}")
SUPERGROUP_ID_BELOW = -1_000_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSpec:
    """A person on Telegram: whether they have pressed Start, and whether they block the bot."""

    id: int
    first_name: str
    started: bool = True
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSpec:
    """A chat: `members` are user ids; `bot` is member, restricted, kicked or left."""

    id: int
    kind: str
    title: str
    members: tuple[int, ...] = ()
    bot: str = "member"

    def __post_init__(self) -> None:
        """Refuse ids whose sign does not go with the kind."""
        if self.kind not in KINDS or self.bot not in BOT_STATUSES:
            raise ValueError(f"chat {self.id} has kind {self.kind!r} and bot {self.bot!r}, one is not known")
        expected = {
            "private": self.id > 0,
            "group": SUPERGROUP_ID_BELOW < self.id < 0,
            "supergroup": self.id <= SUPERGROUP_ID_BELOW,
        }
        if not expected[self.kind]:
            raise ValueError(f"chat id {self.id} cannot be that of a {self.kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSpec:
    """The imitated bot and its world; a private chat with each user exists without being listed."""

    bot_token: str
    bot_id: int
    bot_username: str
    chats: tuple[ChatSpec, ...] | list[ChatSpec] = ()
    users: tuple[UserSpec, ...] | list[UserSpec] = ()
    bot_name: str = "bongsu"

    def __post_init__(self) -> None:
        """Refuse a token that no bot could have, without quoting it."""
        if not TOKEN_SHAPE.fullmatch(self.bot_token):
            raise ValueError("the bot token is not of the form <6-12 digits>:<35 letters, digits, _ or ->")
        if int(self.bot_token.partition(":")[0]) != self.bot_id:
            raise ValueError(f"bot_id {self.bot_id} is not the number that the bot token begins with")


@dataclass(slots=True, kw_only=True)
class StoredMessage:
    """A message as the service keeps it."""

    message_id: int
    sender_id: int
    text: str
    entities: list[Entity]
    keyboard: Keyboard | None
    sent_at: datetime
    reply_to: StoredMessage | None = None
    edited_at: datetime | None = None
    edits: list[dict[str, object]] = field(default_factory=list)


class Chat:
    """One chat with its messages, ids and limits."""

    def __init__(self, spec: ChatSpec, *, seed: str) -> None:
        self.spec = spec
        self.messages: dict[int, StoredMessage] = {}
        self.migrated_to: int | None = None
        self._random = random.Random(seed)
        self._last_id = self._random.randrange(1_800, 96_000)
        self.chat_instance = str(self._random.randrange(-(1 << 63), 1 << 63))
        # About one a second with short bursts, and 20 a minute for groups.
        self.send_limits: list[Spacing | PerWindow] = [Spacing(every=timedelta(seconds=1), burst=3)]
        self.edit_limits: list[Spacing | PerWindow] = []
        if spec.kind != "private":
            minute = PerWindow(most=20, window=timedelta(minutes=1))
            self.send_limits.append(minute)
            self.edit_limits.append(minute)

    def next_id(self) -> int:
        """Return a message id above all earlier ones; people's messages leave gaps between the bot's."""
        self._last_id += self._random.choice((1, 1, 1, 2, 2, 3, 5))
        return self._last_id

    def as_json(self) -> dict[str, object]:
        """Return the Chat object."""
        name = "first_name" if self.spec.kind == "private" else "title"
        return {"id": self.spec.id, name: self.spec.title, "type": self.spec.kind}


class Chats:
    """The registry of chats and people."""

    def __init__(self, spec: TelegramSpec) -> None:
        self._bot_id = spec.bot_id
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
        self.by_id = {chat.id: Chat(chat, seed=f"{spec.bot_id}/{chat.id}") for chat in [*listed, *private]}

    def replace_user(self, user: UserSpec) -> None:
        """Change what a person has done to the bot: started it, blocked it."""
        self.users[user.id] = user

    def readable(self, chat_id: int | str | None) -> Chat:
        """Return the chat the bot may read, or refuse as the server does."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        chat = self.by_id.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.spec.kind == "private":
            user = self.users.get(chat.spec.id)
            if user is None or not user.started:
                raise bad_request("chat not found")
        elif chat.spec.bot == "kicked":
            raise ApiRefusedError(403, f"bot was kicked from the {chat.spec.kind} chat")
        elif chat.spec.bot == "left":
            raise ApiRefusedError(403, f"bot is not a member of the {chat.spec.kind} chat")
        return chat

    def writable(self, chat_id: int | str | None) -> Chat:
        """Return the chat the bot may write to, or refuse as the server does."""
        if chat_id == self._bot_id:
            raise ApiRefusedError(403, "the bot can't send messages to the bot")
        user = self.users.get(chat_id) if isinstance(chat_id, int) else None
        if user is not None and not user.started:
            raise ApiRefusedError(403, "bot can't initiate conversation with a user")
        if user is not None and user.blocked:
            raise ApiRefusedError(403, "bot was blocked by the user")
        chat = self.readable(chat_id)
        if chat.migrated_to is not None:
            raise ApiRefusedError(
                400,
                "group chat was upgraded to a supergroup chat",
                migrated=Migrated(chat_id=chat.migrated_to),
            )
        if chat.spec.bot == "restricted":
            raise bad_request("not enough rights to send text messages to the chat")
        return chat

    def members(self, chat: Chat) -> frozenset[int]:
        """Return the people who see a chat."""
        return frozenset({chat.spec.id} if chat.spec.kind == "private" else chat.spec.members)
