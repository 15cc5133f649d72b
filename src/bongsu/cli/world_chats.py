"""From a plan's channels to the imitated chats of its rehearsal, their secrets, and where bongsu itself listens."""

from __future__ import annotations

import contextlib
import secrets
import socket
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bongsu.cli.world_secrets import LETTERS, chance
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.cli.world_secrets import Provision
    from bongsu.core.plan import ChannelSpec, Plan

TELEGRAM_LETTERS = string.ascii_letters + string.digits + "_-"
WORDS = string.ascii_letters + string.digits
SCOPES = (
    *("chat:write", "channels:read", "channels:history", "groups:read", "groups:history"),
    *("users:read", "im:write", "im:history"),
)
"""What the tutorial has a captain grant the Slack app; the imitation refuses whatever goes beyond."""
AS_SLACK_TAKES_IT = "?:message=text&:title=username&:version=&:attachments=&:type="
"""Has Apprise's `json://` write the members of an incoming webhook, which ignores whose name a message is under."""


@dataclass(slots=True)
class Chats:
    """The imitated chats of a rehearsal."""

    spec: dict[str, Any] = field(default_factory=dict)
    """What the world's description has under `telegram` and `slack`."""
    listening: dict[str, str] = field(default_factory=dict)
    """Channel to the address that its presses are delivered to."""
    apprise: dict[str, str] = field(default_factory=dict)
    """Reference to the path of an imitated webhook; the secret is whole once the service's port is known."""


def chats_of(plan: Plan, provision: Provision) -> Chats:
    """Return the chats in which a plan can be rehearsed; its channels' secrets are put where their references lead."""
    chats = Chats()
    for kind in ("telegram", "slack", "sms"):
        if sum(channel.kind == kind for channel in plan.channels.values()) > 1:
            raise UsageError(
                f"the plan has two channels of kind {kind!r}, and a rehearsal imitates one {kind} app",
                hint="rehearse with one of them",
            )
    for channel in plan.channels.values():
        if channel.options.get("listen"):
            chats.listening[channel.name] = f"127.0.0.1:{free_port()}/{channel.name}"
        match channel.kind:
            case "telegram":
                chats.spec["telegram"] = _telegram(plan, channel, provision)
            case "slack":
                _slack(plan, channel, chats, provision)
            case "slack_webhook":
                path = _webhook(plan, channel, chats)
                provision.put(str(channel.options["url"]), f"https://hooks.slack.com{path}")
            case "apprise":
                _apprise(plan, channel, chats)
            case "sms":
                chats.spec["paging"] = _phones(plan, channel, provision)
            case "stdout":
                # The terminal is the real one.
                continue
            case _:
                raise UsageError(
                    f"channel {channel.name!r} is of kind {channel.kind!r}, which has no imitation",
                    hint="rehearse with channels of other kinds",
                )
    return chats


def addressed(channel: dict[str, Any], name: str, addresses: Mapping[str, str]) -> None:
    """Put a rehearsal's addresses into a channel of the plan as it is written."""
    match channel["kind"]:
        case "telegram":
            channel["api_url"] = addresses["telegram"]
        case "slack":
            channel["api_url"] = addresses["slack"] + "/api/"
        case "slack_webhook":
            channel["api_url"] = addresses["slack"]
        case "sms":
            channel["api_url"] = addresses["paging"]
    at = addresses.get(listening(name))
    if at is not None:
        channel["listen"] = at
        if "webhook_url" in channel:
            channel["webhook_url"] = f"http://{at}"


def listening(channel: str) -> str:
    """Return the name under which the world's addresses have the one where a channel's presses arrive."""
    return f"{channel}-in"


LISTEN_FROM, LISTEN_PORTS, LISTEN_TRIES = 20_000, 12_000, 50
"""Below the ports that a system hands out by itself (32768 on Linux): a call of somebody's might take one of those."""


def free_port() -> int:
    """Return a port that nobody has now; whoever takes it before the run begins is found by its preflight."""
    for port in (LISTEN_FROM + secrets.randbelow(LISTEN_PORTS) for _ in range(LISTEN_TRIES)):
        with socket.socket() as held, contextlib.suppress(OSError):
            held.bind(("127.0.0.1", port))
            return port
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _telegram(plan: Plan, channel: ChannelSpec, provision: Provision) -> dict[str, Any]:
    bot_id = secrets.randbelow(8_000_000_000) + 1_000_000_000
    token = f"{bot_id}:{chance(TELEGRAM_LETTERS, 35)}"
    provision.put(str(channel.options["token"]), token)
    if channel.options.get("webhook_secret"):
        provision.put(str(channel.options["webhook_secret"]), chance(TELEGRAM_LETTERS, 40))
    people = {int(c.addresses["telegram"]): c.name for c in plan.contacts.values() if "telegram" in c.addresses}
    chat_id = int(channel.to)
    group = {
        "id": chat_id,
        "kind": "private" if chat_id > 0 else "supergroup" if chat_id <= -1_000_000_000_000 else "group",
        "title": channel.name,
        "members": sorted(people),
    }
    return {
        "bot_token": token,
        "bot_id": bot_id,
        "bot_username": "bongsu_rehearsal_bot",
        "chats": [group],
        "users": [{"id": number, "first_name": name} for number, name in sorted(people.items())],
    }


def _slack(plan: Plan, channel: ChannelSpec, chats: Chats, provision: Provision) -> None:
    workspace = _workspace(plan, chats)
    _add_channel(workspace, channel.to, channel.name)
    provision.put(str(channel.options["token"]), workspace["bot_token"])
    if channel.options.get("app_token"):
        provision.put(str(channel.options["app_token"]), workspace["app_token"])
    if channel.options.get("signing_secret"):
        workspace |= {
            "socket_mode": False,
            "signing_secret": chance(string.hexdigits.lower()[:16], 32),
            "request_url": f"http://{chats.listening[channel.name]}",
        }
        provision.put(str(channel.options["signing_secret"]), workspace["signing_secret"])


def _phones(plan: Plan, channel: ChannelSpec, provision: Provision) -> dict[str, Any]:
    """Return the SMS service that pages people; everybody with a number in the plan gets one that nobody has."""
    access, secret, sender = "EXAMPLE" + chance(LETTERS, 13), chance(string.ascii_letters, 40), "0200000001"
    for name, value in (("access_key", access), ("secret_key", secret), ("sender", sender)):
        provision.put(str(channel.options[name]), value)
    numbers = [contact.addresses["sms"] for contact in plan.contacts.values() if "sms" in contact.addresses]
    for last, reference in enumerate(dict.fromkeys(numbers), 4711):
        provision.put(reference, f"010-0000-{last}")
    service = str(channel.options["service"])
    return {"service_id": service, "access_key": access, "secret_key": secret, "from_numbers": [sender]}


def _apprise(plan: Plan, channel: ChannelSpec, chats: Chats) -> None:
    reference = str(channel.options["url"])
    if reference.startswith("secret:"):
        raise UsageError(
            f"a rehearsal cannot keep the address of {channel.name!r} in Secrets Manager: its port is not known yet",
            hint="rehearse with an `env:` or `file:` reference",
        )
    chats.apprise[reference] = _webhook(plan, channel, chats) + AS_SLACK_TAKES_IT


def _webhook(plan: Plan, channel: ChannelSpec, chats: Chats) -> str:
    """Return the path of a new incoming webhook, into a conversation that is called like the channel."""
    workspace = _workspace(plan, chats)
    hook = {"id": "B" + chance(LETTERS, 10), "secret": chance(WORDS, 24), "channel": "C" + chance(LETTERS, 10)}
    _add_channel(workspace, hook["channel"], channel.name)
    workspace["webhooks"].append(hook)
    return f"/services/{workspace['team_id']}/{hook['id']}/{hook['secret']}"


def _add_channel(workspace: dict[str, Any], channel_id: str, name: str) -> None:
    members = [user["id"] for user in workspace["users"]]
    workspace["channels"].append({"id": channel_id, "name": name, "members": members})


def _workspace(plan: Plan, chats: Chats) -> dict[str, Any]:
    """Return the one imitated workspace, made when it is first asked for."""
    made: dict[str, Any] | None = chats.spec.get("slack")
    if made is None:
        numbers = [f"{secrets.randbelow(10**13):013d}" for _ in range(3)]
        app_id = "A" + chance(LETTERS, 10)
        people = {c.addresses["slack"]: c for c in plan.contacts.values() if "slack" in c.addresses}
        made = {
            "team_id": "T" + chance(LETTERS, 10),
            "bot_token": "-".join(("xoxb", numbers[0], numbers[1], chance(WORDS, 24))),
            "app_token": "-".join(("xapp", "1", app_id, numbers[2], chance(string.hexdigits.lower()[:16], 64))),
            "bot_user_id": "U" + chance(LETTERS, 10),
            "bot_id": "B" + chance(LETTERS, 10),
            "app_id": app_id,
            "scopes": list(SCOPES),
            "channels": [],
            "webhooks": [],
            "users": [{"id": user, "name": c.id, "real_name": c.name} for user, c in sorted(people.items())],
        }
        chats.spec["slack"] = made
    return made
