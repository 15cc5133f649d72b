"""Where everything the imitated Slack's app writes goes through: what is taken, and how fast."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.limits import PerWindow, admit
from bongsu.sandbox.record import iso
from bongsu.sandbox.slack_content import Content, read_content
from bongsu.sandbox.slack_wire import SlackRefusedError, TooFastError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.sandbox.chat import Shown
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.slack_channels import Channel, SlackMessage, Workspace
    from bongsu.sandbox.slack_view import View
    from bongsu.sandbox.slack_wire import Arguments

MINUTE = timedelta(minutes=1)


class Board:
    """Posts of one app into the channels of one workspace; the caller holds the workspace's lock."""

    def __init__(
        self, workspace: Workspace, view: View, *, clock: SandboxClock, announce: Callable[[Shown], None]
    ) -> None:
        self.spec = workspace.spec
        self.workspace = workspace
        self.view = view
        self.clock = clock
        self._announce = announce
        most = self.spec.posts_per_minute
        self._everywhere = [] if most is None else [PerWindow(most=most, window=MINUTE)]
        self._random = random.Random(f"{self.spec.app_id}/board")

    def content(self, arguments: Arguments, *, long_text: str | None = None) -> Content:
        """Return what a message is to hold, or refuse it with Slack's code."""
        return read_content(arguments, self.spec, self._random, long_text=long_text or self.spec.long_text)

    def replace(self, message: SlackMessage, content: Content) -> None:
        """Put other content into a message; what it held before is kept for the state page."""
        now = self.clock.now()
        message.edits.append({"at": iso(now), "text": message.text, "blocks": message.blocks})
        # Text without blocks takes the blocks away; metadata left out stays.
        message.text, message.blocks, message.attachments = content.text, content.blocks, content.attachments
        message.metadata = content.metadata or message.metadata
        if not content.blocks or self.spec.edited_mark_with_blocks:
            message.edited_ts = f"{int(now.timestamp())}.000000"

    def post(
        self,
        channel: Channel,
        content: Content,
        *,
        thread_ts: str | None = None,
        via: str = "api",
        ignored: Mapping[str, object] | None = None,
    ) -> SlackMessage:
        """Store a message of the app and show it to the people; TooFastError when one went there just before."""
        if thread_ts is not None and channel.parent(thread_ts) is None:
            raise SlackRefusedError("cannot_reply_to_message")
        now = self.clock.now()
        retry_after_s = admit([*channel.posting, *self._everywhere], now)
        if retry_after_s:
            raise TooFastError(retry_after_s)
        stored = channel.store(user=self.spec.bot_user_id, text=content.text, now=now, thread_ts=thread_ts)
        stored.blocks, stored.metadata, stored.by_bot = content.blocks, content.metadata, True
        stored.attachments, stored.via, stored.ignored_fields = content.attachments, via, dict(ignored or {})
        self._announce(self.view.shown(channel, stored))
        return stored
