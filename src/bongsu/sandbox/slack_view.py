"""How the imitated Slack shows what it holds: its JSON objects, and messages as people see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from bongsu.sandbox.chat import Shown
from bongsu.sandbox.record import iso
from bongsu.sandbox.slack_blocks import buttons_of, texts_of

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from bongsu.sandbox.slack_channels import Channel, SlackMessage
    from bongsu.sandbox.slack_spec import SlackSpec, SlackUser


class Sent(Protocol):
    """A press on its way to the app."""

    ref: str
    ack_ms: int | None

    @property
    def in_time(self) -> bool:
        """Return whether the app acknowledged it within the limit."""


@dataclass(slots=True, kw_only=True)
class Press:
    """One press of a button, and how it was sent to the app; unsent it was lost."""

    press_id: str
    user: str
    channel: str
    ts: str
    button: str
    pressed_at: datetime
    action_ts: str
    sent: Sent | None = None
    response_path: str = ""
    responses: int = 0
    answer: str = ""
    answered_at: datetime | None = None


class View:
    """Renders channels, people and messages of one workspace."""

    def __init__(self, spec: SlackSpec) -> None:
        self._spec = spec

    def channel(self, channel: Channel) -> dict[str, object]:
        """Return the conversation object."""
        spec = channel.spec
        if channel.im_user is not None:
            return {"id": spec.id, "is_im": True, "is_archived": False, "user": channel.im_user}
        return {
            "id": spec.id,
            "name": spec.name,
            "name_normalized": spec.name,
            "is_channel": not spec.is_private,
            "is_group": spec.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": spec.is_private,
            "is_archived": spec.is_archived,
            "is_general": False,
            "is_member": channel.bot_is_member,
            "context_team_id": self._spec.team_id,
        }

    def user(self, user: SlackUser, *, with_email: bool) -> dict[str, object]:
        """Return the user object; the address only for an app that may see it."""
        profile = {"real_name": user.real_name or user.name, "display_name": user.name}
        if with_email and user.email:
            profile["email"] = user.email
        return {
            "id": user.id,
            "team_id": self._spec.team_id,
            "name": user.name,
            "deleted": user.deleted,
            "real_name": user.real_name or user.name,
            "tz": user.tz,
            "is_bot": user.is_bot,
            "is_app_user": False,
            "profile": profile,
        }

    def message(self, channel: Channel, message: SlackMessage, *, all_metadata: bool = True) -> dict[str, object]:
        """Return the message object; without `all_metadata` only the event type of its metadata."""
        shown: dict[str, object] = {"type": "message", "user": message.user, "ts": message.ts}
        if message.by_bot:
            shown |= {"bot_id": self._spec.bot_id, "app_id": self._spec.app_id}
        shown |= self._subtype(message)
        shown |= {"text": message.text, "team": self._spec.team_id}
        if message.edited_ts is not None:
            shown["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.blocks:
            shown["blocks"] = message.blocks
        if message.attachments:
            numbered = enumerate(message.attachments, start=1)
            shown["attachments"] = [{"id": number, **attachment} for number, attachment in numbered]
        shown |= self._thread(channel, message)
        if message.reactions:
            shown["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
            ]
        if message.metadata is not None:
            whole = message.metadata
            shown["metadata"] = whole if all_metadata else {"event_type": whole["event_type"]}
        return shown

    def _subtype(self, message: SlackMessage) -> dict[str, object]:
        shown: dict[str, object] = {}
        if message.deleted:
            return {"subtype": "tombstone", "user": "USLACKBOT"}
        if message.broadcast:
            shown["subtype"] = "thread_broadcast"
        if message.via == "webhook" and self._spec.webhook_subtype:
            shown["subtype"] = self._spec.webhook_subtype
        look = message.identity
        if "username" in look:
            shown["username"] = look["username"]
        icons = {kind: look[f"icon_{kind}"] for kind in ("emoji", "url") if f"icon_{kind}" in look}
        return shown | ({"icons": icons} if icons else {})

    def _thread(self, channel: Channel, message: SlackMessage) -> dict[str, object]:
        replies = channel.replies(message.ts)
        if message.thread_ts is not None:
            return {"thread_ts": message.thread_ts, "parent_user_id": self._parent_user(channel, message)}
        if not replies:
            return {}
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": sorted({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts,
        }

    def shown(self, channel: Channel, message: SlackMessage) -> Shown:
        """Return a message as its readers see it: the blocks, or the text when there are none."""
        texts = texts_of(message.blocks) or [message.text]
        return Shown(
            service="slack",
            chat=channel.spec.id,
            message=message.ts,
            text="\n".join(texts),
            buttons=tuple(button["text"]["text"] for _, button in buttons_of(message.blocks)),
            viewers=frozenset(channel.spec.members),
        )

    def channel_state(self, channel: Channel) -> dict[str, object]:
        """Return a channel with its messages, for the state page."""
        messages = [
            self.message(channel, message)
            | {
                "sent_at": iso(message.sent_at),
                "edits": message.edits,
                "ephemeral_for": message.ephemeral_for,
                "via": message.via,
                "ignored_fields": message.ignored_fields,
                "buttons": [button["text"]["text"] for _, button in buttons_of(message.blocks)],
            }
            for message in sorted(channel.messages.values(), key=lambda one: one.ts)
        ]
        return self.channel(channel) | {"members": list(channel.spec.members), "messages": messages}

    def block_actions(
        self, channel: Channel, message: SlackMessage, press: Press, *, user: SlackUser, chance: random.Random
    ) -> dict[str, object]:
        """Return the payload that reports a press."""
        block, button = next(pair for pair in buttons_of(message.blocks) if pair[1]["text"]["text"] == press.button)
        action = {"block_id": block["block_id"], **button, "action_ts": press.action_ts}
        container: dict[str, object] = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.spec.id,
            "is_ephemeral": message.ephemeral_for is not None,
        }
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        name = "directmessage" if channel.im_user is not None else channel.spec.name
        return {
            "type": "block_actions",
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": self._spec.team_id,
            },
            "api_app_id": self._spec.app_id,
            "token": "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789", k=24)),
            "container": container,
            "trigger_id": f"{chance.randrange(10**12, 10**13)}.{chance.randrange(10**11, 10**12)}."
            f"{chance.getrandbits(128):032x}",
            "team": {"id": self._spec.team_id, "domain": self._spec.team_domain},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": channel.spec.id, "name": name},
            "message": self.message(channel, message),
            "state": {"values": {}},
            "actions": [action],
        }

    def _parent_user(self, channel: Channel, message: SlackMessage) -> Any:
        parent = channel.messages.get(message.thread_ts or "")
        return None if parent is None else parent.user
