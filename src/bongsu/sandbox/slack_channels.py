"""The imitated Slack's channels: who is in them, what stands in them, and who may do what there."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.limits import Spacing
from bongsu.sandbox.slack_spec import ChannelSpec, SlackUser
from bongsu.sandbox.slack_wire import SlackRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bongsu.sandbox.slack_spec import SlackSpec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TS = re.compile(r"[0-9]{10}\.[0-9]{6}")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# The scope of a read goes with the kind of channel, by the letter its id begins with.
SCOPE_PREFIX = {"C": "channels", "G": "groups", "D": "im"}


@dataclass(slots=True, kw_only=True)
class SlackMessage:
    """A message as the service keeps it; `ts` orders it within its channel."""

    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None
    thread_ts: str | None
    by_bot: bool
    sent_at: datetime
    via: str = "api"
    broadcast: bool = False
    deleted: bool = False
    identity: dict[str, object] = field(default_factory=dict)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ignored_fields: dict[str, object] = field(default_factory=dict)
    edited_ts: str | None = None
    edits: list[dict[str, object]] = field(default_factory=list)
    ephemeral_for: str | None = None


class Channel:
    """One channel with its messages, timestamps and limit."""

    def __init__(self, spec: ChannelSpec, *, burst: int = 1, im_user: str | None = None) -> None:
        self.spec = spec
        self.bot_is_member = spec.bot_is_member
        self.im_user = im_user
        self.messages: dict[str, SlackMessage] = {}
        self._last_us = 0
        self.posting = [Spacing(every=timedelta(seconds=1), burst=burst)]

    @property
    def scope_prefix(self) -> str:
        """Return the first half of the scopes that reading this channel takes."""
        if self.im_user is not None:
            return "im"
        return "groups" if self.spec.is_private else "channels"

    def next_ts(self, now: datetime) -> str:
        """Return a timestamp of `now`, above all earlier ones of the channel."""
        self._last_us = max((now - EPOCH) // MICROSECOND, self._last_us + 1)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def store(self, *, user: str, text: str, now: datetime, thread_ts: str | None = None) -> SlackMessage:
        """Store a new message and return it."""
        stored = SlackMessage(
            ts=self.next_ts(now),
            user=user,
            text=text,
            blocks=[],
            metadata=None,
            thread_ts=thread_ts,
            by_bot=False,
            sent_at=now,
        )
        self.messages[stored.ts] = stored
        return stored

    def parent(self, ts: str) -> SlackMessage | None:
        """Return the message a thread hangs on, None when there is none."""
        found = self.messages.get(ts)
        return None if found is None or found.thread_ts not in (None, ts) else found

    def shown(self, ts: str) -> SlackMessage:
        """Return a message that the app can name."""
        found = self.messages.get(ts)
        if found is None or found.ephemeral_for is not None or found.deleted:
            raise SlackRefusedError("message_not_found")
        return found

    def delete(self, ts: str) -> None:
        """Take a message away; one with replies leaves a mark, so that its thread stays."""
        if not self.replies(ts):
            del self.messages[ts]
            return
        mark = self.messages[ts]
        mark.text, mark.blocks, mark.attachments, mark.metadata = "This message was deleted.", [], [], None
        mark.deleted = True

    def replies(self, ts: str) -> list[SlackMessage]:
        """Return the replies to a message, oldest first."""
        found = [one for one in self.messages.values() if one.thread_ts == ts and one.ephemeral_for is None]
        return sorted(found, key=lambda one: one.ts)

    def top_level(self) -> list[SlackMessage]:
        """Return what history shows, newest first: nothing ephemeral, and of replies those shown to all."""
        found = [
            one
            for one in self.messages.values()
            if (one.thread_ts is None or one.broadcast) and one.ephemeral_for is None
        ]
        return sorted(found, key=lambda one: one.ts, reverse=True)


class Workspace:
    """The registry of channels and people, and what the app may do with them."""

    def __init__(self, spec: SlackSpec) -> None:
        self.spec = spec
        self.scopes = frozenset(spec.scopes)
        app = SlackUser(id=spec.bot_user_id, name=spec.bot_name, is_bot=True)
        self.users = {app.id: app} | {user.id: user for user in spec.users}
        self.channels = {channel.id: Channel(channel, burst=spec.post_burst) for channel in spec.channels}
        self._random = random.Random(spec.team_id)

    def need(self, scope: str, *, held: frozenset[str] | None = None) -> None:
        """Refuse unless the bot token, or the token that has `held`, has a scope."""
        provided = self.scopes if held is None else held
        if scope not in provided:
            raise SlackRefusedError("missing_scope", needed=scope, provided=",".join(sorted(provided)))

    def known(self, channel_id: str) -> Channel:
        """Return a channel that exists for the app: a private one it is not in does not."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.spec.is_private and not channel.bot_is_member):
            raise SlackRefusedError("channel_not_found")
        return channel

    def readable(self, channel_id: str) -> Channel:
        """Return a channel whose history the app may read: it has the scope and is a member."""
        found = self.channels.get(channel_id)
        prefix = found.scope_prefix if found is not None else SCOPE_PREFIX.get(channel_id[:1], "channels")
        self.need(f"{prefix}:history")
        channel = self.known(channel_id)
        if not channel.bot_is_member:
            raise SlackRefusedError("not_in_channel")
        return channel

    def postable(self, channel_id: str) -> Channel:
        """Return the channel a post goes to, by id or by name; a user's id stands for the messages with them alone."""
        if channel_id[:1] in ("U", "W"):
            user = self.users.get(channel_id)
            if user is None or user.deleted or user.is_bot:
                raise SlackRefusedError("channel_not_found")
            return self.direct(channel_id)
        name = channel_id.removeprefix("#")
        named = [key for key, one in self.channels.items() if one.im_user is None and one.spec.name == name]
        channel = self.known(named[0] if named else channel_id)
        if channel.spec.is_archived:
            raise SlackRefusedError("is_archived")
        if not channel.bot_is_member and "chat:write.public" not in self.scopes:
            raise SlackRefusedError("not_in_channel")
        if channel.spec.refuses:
            raise SlackRefusedError(channel.spec.refuses)
        return channel

    def direct(self, user_id: str) -> Channel:
        """Return the direct messages between the bot and a person, opened if need be."""
        for channel in self.channels.values():
            if channel.im_user == user_id:
                return channel
        channel_id = "D" + "".join(self._random.choices(LETTERS, k=10))
        spec = ChannelSpec(id=channel_id, name="directmessage", members=(user_id,))
        self.channels[channel_id] = Channel(spec, burst=self.spec.post_burst, im_user=user_id)
        return self.channels[channel_id]


def in_range(
    messages: Iterable[SlackMessage], *, oldest: str | None, latest: str | None, inclusive: bool
) -> list[SlackMessage]:
    """Return the messages between two timestamps, the ends themselves only if `inclusive`."""
    low, high = ts_us(oldest, "invalid_ts_oldest"), ts_us(latest, "invalid_ts_latest")
    kept = []
    for message in messages:
        at_us = ts_us(message.ts, "internal_error")
        assert at_us is not None
        if low is not None and (at_us < low or (at_us == low and not inclusive)):
            continue
        if high is not None and (at_us > high or (at_us == high and not inclusive)):
            continue
        kept.append(message)
    return kept


def ts_us(text: str | None, error: str) -> int | None:
    """Return a timestamp argument in microseconds; whole seconds without a fraction are understood too."""
    if not text:
        return None
    whole, _, fraction = text.partition(".")
    if not whole.isdecimal() or len(fraction) > 6 or not (fraction.isdecimal() or not fraction):
        raise SlackRefusedError(error)
    return int(whole) * 1_000_000 + int(fraction.ljust(6, "0"))
