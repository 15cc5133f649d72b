"""The imitated Slack's Web API: what each method does with its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.sandbox.record import iso
from bongsu.sandbox.slack_posts import page
from bongsu.sandbox.slack_wire import Arguments, SlackRefusedError, bad_argument

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.sandbox.slack_board import Board


class Api:
    """The methods of one workspace for one app; the caller has checked the token and holds the lock."""

    def __init__(self, board: Board, *, open_socket: Callable[[], str]) -> None:
        self._spec = board.spec
        self._board = board
        self._workspace = board.workspace
        self._view = board.view
        self._methods: dict[str, Callable[[Arguments], dict[str, object]]] = {
            "auth.test": lambda _: self._auth_test(),
            "apps.connections.open": lambda _: {"url": open_socket()},
            "conversations.info": self._info,
            "conversations.open": self._open,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.info": self._user_info,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.getPermalink": self._permalink,
        }

    def call(self, method: str, arguments: Arguments) -> dict[str, object]:
        """Carry out a method; return its result without the envelope."""
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
            shown["num_members"] = len(channel.spec.members) + channel.spec.bot_is_member
        return {"channel": shown}

    def _open(self, arguments: Arguments) -> dict[str, object]:
        user_id = arguments.required("users")
        if "," in user_id:
            raise bad_argument("sandbox: conversations with several people are not imitated")
        user = self._workspace.users.get(user_id)
        if user is None:
            raise SlackRefusedError("user_not_found")
        if user.deleted:
            raise SlackRefusedError("user_disabled")
        channel = self._workspace.direct(user_id)
        return {"channel": self._view.channel(channel) if arguments.flag("return_im") else {"id": channel.spec.id}}

    def _user_info(self, arguments: Arguments) -> dict[str, object]:
        user = self._workspace.users.get(arguments.required("user"))
        if user is None:
            raise SlackRefusedError("user_not_found")
        return {"user": self._view.user(user)}

    def _history(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.readable(arguments.required("channel"))
        return page(self._view, channel, channel.top_level(), arguments=arguments)

    def _replies(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.readable(arguments.required("channel"))
        parent = channel.parent(arguments.required("ts"))
        if parent is None:
            raise SlackRefusedError("thread_not_found")
        thread = [parent, *channel.replies(parent.ts)]
        return page(self._view, channel, thread, arguments=arguments)

    def _post(self, arguments: Arguments) -> dict[str, object]:
        if any(name in arguments.values for name in ("username", "icon_emoji")):
            self._workspace.need("chat:write.customize")
        channel = self._workspace.postable(arguments.required("channel"))
        content = self._board.content(arguments)
        for name in ("unfurl_links", "unfurl_media"):
            arguments.flag(name)
        stored = self._board.post(channel, content, thread_ts=arguments.text("thread_ts"))
        return {
            "channel": channel.spec.id,
            "ts": stored.ts,
            "message": self._view.message(channel, stored),
        }

    def _update(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.known(arguments.required("channel"))
        if channel.spec.is_archived:
            raise SlackRefusedError("is_inactive")
        stored = channel.messages.get(arguments.required("ts"))
        if stored is None or stored.ephemeral_for is not None:
            raise SlackRefusedError("message_not_found")
        if not stored.by_bot or stored.via == "webhook":
            raise SlackRefusedError("cant_update_message")
        content = self._board.content(arguments)
        now = self._board.clock.now()
        stored.edits.append({"at": iso(now), "text": stored.text, "blocks": stored.blocks})
        # Text without blocks takes the blocks away; metadata left out stays.
        stored.text, stored.blocks = content.text, content.blocks
        stored.metadata = content.metadata or stored.metadata
        stored.edited_ts = f"{int(now.timestamp())}.000000"
        message = self._view.message(channel, stored)
        return {"channel": channel.spec.id, "ts": stored.ts, "text": stored.text, "message": message}

    def _permalink(self, arguments: Arguments) -> dict[str, object]:
        channel = self._workspace.known(arguments.required("channel"))
        stored = channel.messages.get(arguments.required("message_ts"))
        if stored is None or stored.ephemeral_for is not None:
            raise SlackRefusedError("message_not_found")
        link = f"https://{self._spec.team_domain}.slack.com/archives/{channel.spec.id}/p{stored.ts.replace('.', '')}"
        if stored.thread_ts is not None:
            link += f"?thread_ts={stored.thread_ts}&cid={channel.spec.id}"
        return {"channel": channel.spec.id, "permalink": link}
