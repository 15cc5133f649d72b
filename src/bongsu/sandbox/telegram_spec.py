"""What the imitated Telegram is made of, and the switches for what is not known of the real one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

KINDS = ("private", "group", "supergroup", "channel")
BOT_STATUSES = ("administrator", "member", "restricted", "kicked", "left")
TOKEN_SHAPE = re.compile(r"[0-9]{6,12}:[A-Za-z0-9_-]{35}")
SUPERGROUP_ID_BELOW = -1_000_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSpec:
    """A person on Telegram: whether they have pressed Start, block the bot, or have deleted their account."""

    id: int
    first_name: str
    started: bool = True
    blocked: bool = False
    deactivated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSpec:
    """A chat: `members` are user ids; `bot` is administrator, member, restricted, kicked or left.

    `username` (without @) makes a supergroup or channel public. A deleted group has `deleted`.
    """

    id: int
    kind: str
    title: str
    members: tuple[int, ...] = ()
    bot: str = "member"
    username: str = ""
    deleted: bool = False

    def __post_init__(self) -> None:
        """Refuse ids whose sign does not go with the kind."""
        if self.kind not in KINDS or self.bot not in BOT_STATUSES:
            raise ValueError(f"chat {self.id} has kind {self.kind!r} and bot {self.bot!r}, one is not known")
        expected = {
            "private": self.id > 0,
            "group": SUPERGROUP_ID_BELOW < self.id < 0,
            "supergroup": self.id <= SUPERGROUP_ID_BELOW,
            "channel": self.id <= SUPERGROUP_ID_BELOW,
        }
        if not expected[self.kind]:
            raise ValueError(f"chat id {self.id} cannot be that of a {self.kind}")
        if self.username and self.kind not in ("supergroup", "channel"):
            raise ValueError(f"chat {self.id} is a {self.kind}, which has no username that a bot could write to")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSpec:
    """The imitated bot and its world; a private chat with each user exists without being listed.

    The fields after `bot_name` are switches: facts of the hosted service that nobody could look up, or numbers that
    it does not publish. docs/imitations/telegram.md says how sure each is. Their defaults are the stricter reading.

    `malformed_token` is the code for a token of impossible shape, `never_started` that for a person who has not
    pressed Start. `length_in` is the unit of the 4096. `button_data_refusal` is the text for callback_data of a
    wrong size. `edit_without_markup_removes_keyboard` concerns editMessageText. `press_kept_for` is how long a press
    waits for its poller, `answer_within` how long it can be answered, `answer_again` whether twice.
    `chat_every` and `chat_burst` space the messages of one chat, `group_per_minute` counts those of a group, with
    its edits if `edits_count_in_groups`; `all_chats_per_second` is over everything. `slow_repeated_polls` has a
    repeated offset answered slowly, as the vendor's source does. `webhook_over_http` allows addresses without TLS.
    """

    bot_token: str
    bot_id: int
    bot_username: str
    chats: tuple[ChatSpec, ...] | list[ChatSpec] = ()
    users: tuple[UserSpec, ...] | list[UserSpec] = ()
    bot_name: str = "bongsu"
    malformed_token: Literal[401, 404] = 404
    never_started: Literal[400, 403] = 403
    length_in: Literal["utf16_units", "code_points"] = "utf16_units"
    button_data_refusal: str = "BUTTON_DATA_INVALID"
    buttons_max: int = 100
    buttons_per_row_max: int = 8
    edit_without_markup_removes_keyboard: bool = True
    press_kept_for: timedelta = timedelta(seconds=150)
    answer_within: timedelta = timedelta(seconds=150)
    answer_again: bool = False
    poll_s_max: int = 50
    slow_repeated_polls: bool = False
    chat_every: timedelta = timedelta(seconds=1)
    chat_burst: int = 3
    group_per_minute: int = 20
    edits_count_in_groups: bool = True
    all_chats_per_second: int = 30
    webhook_over_http: bool = True

    def __post_init__(self) -> None:
        """Refuse a token that no bot could have, without quoting it."""
        if not TOKEN_SHAPE.fullmatch(self.bot_token):
            raise ValueError("the bot token is not of the form <6-12 digits>:<35 letters, digits, _ or ->")
        if int(self.bot_token.partition(":")[0]) != self.bot_id:
            raise ValueError(f"bot_id {self.bot_id} is not the number that the bot token begins with")
