"""The imitated Slack's description: the workspace, the app in it, and a switch for each fact that is not certain.

A switch's default is the stricter of what is said of the service; docs/imitations/slack.md says what each rests on.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - JSON is laid over the spec at run time
from dataclasses import dataclass, field
from datetime import timedelta  # noqa: TC003 - as above
from typing import Literal
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

WEBHOOK_STATUSES: Mapping[str, int] = {
    "invalid_payload": 400,
    "user_not_found": 400,
    "invalid_blocks": 400,
    "invalid_blocks_format": 400,
    "no_text": 400,
    "too_many_attachments": 400,
    "msg_too_long": 400,
    "msg_blocks_too_long": 400,
    "cannot_reply_to_message": 400,
    "action_prohibited": 403,
    "invalid_token": 403,
    "posting_to_general_channel_denied": 403,
    "team_disabled": 403,
    "channel_not_found": 404,
    "no_service": 404,
    "no_service_id": 404,
    "no_team": 404,
    "no_active_hooks": 404,
    "used_url": 404,
    "expired_url": 404,
    "channel_is_archived": 410,
    "rollup_error": 500,
}
"""The status with which a webhook answers each code; where the vendor names none, the one that is commonly seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackUser:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str = ""
    deleted: bool = False
    is_bot: bool = False
    tz: str = "Asia/Seoul"
    email: str = ""
    is_visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """A channel: `members` are user ids, the bot is told of apart from them.

    `refuses` is the code that every post of the app gets, as where an administrator allows only some to post.
    """

    id: str
    name: str
    members: tuple[str, ...] = ()
    bot_is_member: bool = True
    is_private: bool = False
    is_archived: bool = False
    refuses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSpec:
    """An incoming webhook at `/services/<team>/<id>/<secret>`, bound to one channel when the app was installed.

    `refuses` is a code with which every post is answered: how the webhook is when somebody switched it off, a
    workspace is gone, or an administrator forbade it.
    """

    id: str
    secret: str
    channel: str
    refuses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSpec:
    """The imitated workspace and the app installed in it.

    With `socket_mode` presses go to the app's websockets; without it they are posted, signed with `signing_secret`,
    to `request_url`, which must lie on this machine. A service uses one way or the other, never both.
    """

    team_id: str
    bot_token: str
    app_token: str
    bot_user_id: str
    bot_id: str
    app_id: str
    scopes: frozenset[str] | tuple[str, ...] | list[str]
    channels: tuple[ChannelSpec, ...] | list[ChannelSpec] = ()
    users: tuple[SlackUser, ...] | list[SlackUser] = ()
    team_name: str = "Stores"
    team_domain: str = "stores-ops"
    bot_name: str = "bongsu"
    webhooks: tuple[WebhookSpec, ...] | list[WebhookSpec] = ()
    signing_secret: str = ""
    request_url: str = ""
    socket_mode: bool = True

    app_scopes: frozenset[str] | tuple[str, ...] | list[str] = ("connections:write",)
    token_state: Literal["", "account_inactive", "token_revoked", "token_expired"] = ""
    edit_within: timedelta | None = None
    """How long the workspace lets a message be edited; None without end."""

    # The switches.
    post_burst: int = 1
    posts_per_minute: int | None = None
    too_fast_body: Literal["ratelimited", "rate_limited", ""] = "ratelimited"
    tiers_enforced: bool = True
    socket_tier: Literal[1, 3] = 3
    socket_scope: str = "connections:write"
    socket_lasts: timedelta | None = None
    history_limit_max: int = 15
    history_per_minute: int = 50
    long_text: Literal["refuse", "keep"] = "refuse"
    whitespace_is_empty: bool = True
    block_error_details: bool = True
    blocks_characters_max: int = 10_000
    metadata_characters_max: int = 4_000
    edited_mark_with_blocks: bool = False
    press_sends_max: int = 1
    webhook_statuses: Mapping[str, int] = field(default_factory=lambda: WEBHOOK_STATUSES)
    webhook_too_fast_body: str = ""
    webhook_subtype: str = "bot_message"

    def __post_init__(self) -> None:
        """Refuse tokens of the wrong kind, without quoting them, and what names something that is not there."""
        if not self.bot_token.startswith("xoxb-") or not self.app_token.startswith("xapp-"):
            raise ValueError("the bot token begins with xoxb- and the app token with xapp-")
        members = {member for channel in self.channels for member in channel.members}
        strangers = members - {user.id for user in self.users}
        if strangers:
            raise ValueError(f"channel member {min(strangers)!r} is not among the users, add a SlackUser")
        for webhook in self.webhooks:
            if webhook.channel not in {channel.id for channel in self.channels}:
                raise ValueError(
                    f"webhook {webhook.id!r} posts to {webhook.channel!r}, which is not among the channels"
                )
            if webhook.refuses and webhook.refuses not in self.webhook_statuses:
                raise ValueError(f"webhook {webhook.id!r} refuses with {webhook.refuses!r}, which has no status")
        self._check_request_url()

    def _check_request_url(self) -> None:
        if self.request_url and urlsplit(self.request_url).hostname not in LOOPBACK:
            raise ValueError(f"the request URL {self.request_url!r} is not on this machine, name a loopback address")
        if not self.socket_mode and not self.signing_secret:
            raise ValueError("presses go to a request URL signed: give a signing_secret, or leave socket_mode on")
