"""The imitated Slack's Web API: what each method does with its arguments."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.limits import PerWindow, admit
from bongsu.sandbox.slack_channels import TS
from bongsu.sandbox.slack_pages import page
from bongsu.sandbox.slack_wire import (
    METHODS,
    TIER_PER_MINUTE,
    Arguments,
    SlackRefusedError,
    TooFastError,
    bad_argument,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.slack_board import Board
    from bongsu.sandbox.slack_channels import Channel, SlackMessage
    from bongsu.sandbox.slack_spec import SlackSpec, SlackUser

MINUTE = timedelta(minutes=1)
OWN_LOOK = ("username", "icon_emoji", "icon_url")
EMOJI = re.compile(r":[^:\s]+:")


class Api:
    """The methods of one workspace for one app; the caller has checked the token and holds the lock."""

    def __init__(self, board: Board, *, open_socket: Callable[[], str]) -> None:
        self._spec = board.spec
        self._board = board
        self._workspace = board.workspace
        self._view = board.view
        self._limits = per_minute(board.spec)
        self._methods: dict[str, Callable[[Arguments], dict[str, object]]] = {
            "auth.test": lambda _: self._auth_test(),
            "apps.connections.open": lambda _: {"url": open_socket()},
            "conversations.info": self._info,
            "conversations.join": self._join,
            "conversations.open": self._open,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "reactions.get": self._reactions,
            "users.info": self._user_info,
            "users.lookupByEmail": self._lookup,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
        }

    def call(self, method: str, arguments: Arguments) -> dict[str, object]:
        """Carry out a method; return its result without the envelope. TooFastError beyond the method's tier."""
        if method in self._limits:
            retry_after_s = admit([self._limits[method]], self._board.clock.now())
            if retry_after_s:
                raise TooFastError(retry_after_s)
        return self._methods[method](arguments)

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
            shown["num_members"] = len(channel.spec.members) + channel.bot_is_member
        return {"channel": shown}

    def _join(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.known(arguments.required("channel"))
        if channel.im_user is not None or channel.spec.is_private:
            raise SlackRefusedError("method_not_supported_for_channel_type")
        if channel.spec.is_archived:
            raise SlackRefusedError("is_archived")
        already = channel.bot_is_member
        channel.bot_is_member = True
        return {"channel": self._view.channel(channel), **({"warning": "already_in_channel"} if already else {})}

    def _open(self, arguments: Arguments) -> dict[str, object]:
        user_id = arguments.required("users")
        if "," in user_id:
            raise bad_argument("sandbox: conversations with several people are not imitated")
        user = self._workspace.users.get(user_id)
        if user is None:
            raise SlackRefusedError("user_not_found")
        if user.deleted:
            raise SlackRefusedError("user_disabled")
        if user.is_bot:
            raise SlackRefusedError("cannot_dm_bot")
        channel = self._workspace.direct(user_id)
        return {"channel": self._view.channel(channel) if arguments.flag("return_im") else {"id": channel.spec.id}}

    def _user_info(self, arguments: Arguments) -> dict[str, object]:
        user = self._workspace.users.get(arguments.required("user"))
        if user is None:
            raise SlackRefusedError("user_not_found")
        if not user.is_visible:
            raise SlackRefusedError("user_not_visible")
        return {"user": self._view.user(user, with_email="users:read.email" in self._workspace.scopes)}

    def _lookup(self, arguments: Arguments) -> dict[str, object]:
        email = arguments.required("email").casefold()
        found: list[SlackUser] = [one for one in self._workspace.users.values() if one.email.casefold() == email]
        if not found or found[0].deleted or not found[0].is_visible:
            raise SlackRefusedError("users_not_found")
        return {"user": self._view.user(found[0], with_email=True)}

    def _history(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.readable(arguments.required("channel"))
        return self._page(channel, channel.top_level(), arguments)

    def _replies(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.readable(arguments.required("channel"))
        parent = channel.parent(arguments.required("ts"))
        if parent is None:
            raise SlackRefusedError("thread_not_found")
        return self._page(channel, [parent, *channel.replies(parent.ts)], arguments)

    def _page(self, channel: Channel, messages: list[SlackMessage], arguments: Arguments) -> dict[str, object]:
        return page(self._view, channel, messages, arguments=arguments, most=self._spec.history_limit_max)

    def _reactions(self, arguments: Arguments) -> dict[str, object]:
        arguments.flag("full")
        if not arguments.text("channel") or not arguments.text("timestamp"):
            raise SlackRefusedError("no_item_specified")
        channel = self._workspace.known(arguments.required("channel"))
        if not TS.fullmatch(arguments.required("timestamp")):
            raise SlackRefusedError("bad_timestamp")
        stored = channel.shown(arguments.required("timestamp"))
        message = self._view.message(channel, stored) | {"permalink": self._link(channel, stored)}
        return {"type": "message", "channel": channel.spec.id, "message": message}

    def _post(self, arguments: Arguments) -> dict[str, object]:
        look = {name: value for name in OWN_LOOK if (value := arguments.text(name))}
        if look:
            self._workspace.need("chat:write.customize")
        if "icon_emoji" in look and not EMOJI.fullmatch(look["icon_emoji"]):
            raise bad_argument("sandbox: an emoji is a name between colons [json-pointer:/icon_emoji]")
        channel = self._workspace.postable(arguments.required("channel"))
        content = self._board.content(arguments)
        for name in ("unfurl_links", "unfurl_media"):
            arguments.flag(name)
        thread_ts, broadcast = arguments.text("thread_ts"), arguments.flag("reply_broadcast")
        if broadcast and thread_ts is None:
            raise bad_argument("sandbox: without thread_ts there is no reply to show [json-pointer:/reply_broadcast]")
        stored = self._board.post(channel, content, thread_ts=thread_ts)
        stored.broadcast, stored.identity = broadcast, {**look}
        return {"channel": channel.spec.id, "ts": stored.ts, "message": self._view.message(channel, stored)}

    def _own(self, arguments: Arguments, *, refusal: str) -> tuple[Channel, SlackMessage]:
        channel = self._workspace.known(arguments.required("channel"))
        if channel.spec.is_archived:
            raise SlackRefusedError("is_inactive")
        stored = channel.shown(arguments.required("ts"))
        # What a webhook posted has no id that its sender was told: nothing offers to change it.
        if not stored.by_bot or stored.via == "webhook":
            raise SlackRefusedError(refusal)
        return channel, stored

    def _update(self, arguments: Arguments) -> dict[str, object]:
        channel, stored = self._own(arguments, refusal="cant_update_message")
        open_for = self._spec.edit_within
        if open_for is not None and self._board.clock.now() - stored.sent_at > open_for:
            raise SlackRefusedError("edit_window_closed")
        self._board.replace(stored, self._board.content(arguments, long_text="refuse"))
        message = self._view.message(channel, stored)
        return {"channel": channel.spec.id, "ts": stored.ts, "text": stored.text, "message": message}

    def _delete(self, arguments: Arguments) -> dict[str, object]:
        channel, stored = self._own(arguments, refusal="cant_delete_message")
        channel.delete(stored.ts)
        return {"channel": channel.spec.id, "ts": stored.ts}

    def _permalink(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.known(arguments.required("channel"))
        stored = channel.shown(arguments.required("message_ts"))
        return {"channel": channel.spec.id, "permalink": self._link(channel, stored)}

    def _link(self, channel: Channel, stored: SlackMessage) -> str:
        link = f"https://{self._spec.team_domain}.slack.com/archives/{channel.spec.id}/p{stored.ts.replace('.', '')}"
        if stored.thread_ts is not None:
            link += f"?thread_ts={stored.thread_ts}&cid={channel.spec.id}"
        return link


def per_minute(spec: SlackSpec) -> dict[str, PerWindow]:
    """Return the limit of each method that has one: calls in any minute, for this app in this workspace."""
    if not spec.tiers_enforced:
        return {}
    most = {name: TIER_PER_MINUTE[method.tier] for name, method in METHODS.items() if method.tier is not None}
    most["apps.connections.open"] = TIER_PER_MINUTE[spec.socket_tier]
    for name in ("conversations.history", "conversations.replies"):
        most[name] = spec.history_per_minute
    return {name: PerWindow(most=count, window=MINUTE) for name, count in most.items()}
