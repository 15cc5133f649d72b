"""Slack's requests and errors: arguments in JSON, form or query, the method table, and refusals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

# Calls a minute, for the app in this workspace; the other methods have limits of their own, or none that is told.
TIER_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
PAGE = frozenset({"channel", "oldest", "latest", "inclusive", "limit", "cursor", "include_all_metadata"})
CONTENT = frozenset({"channel", "text", "blocks", "attachments", "metadata"})
POST = frozenset({"thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media", "username", "icon_emoji", "icon_url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What a method asks for: the kind of token, a scope that does not depend on the channel, its arguments.

    A method that `reads` takes them from the query or a form and not as JSON.
    """

    arguments: frozenset[str] = frozenset()
    scope: str | None = None
    token: str = "bot"
    tier: int | None = None
    reads: bool = False


METHODS = {
    "auth.test": Method(),
    "apps.connections.open": Method(token="app"),
    "conversations.info": Method(arguments=frozenset({"channel", "include_num_members"}), tier=3, reads=True),
    "conversations.join": Method(arguments=frozenset({"channel"}), scope="channels:join", tier=3),
    "conversations.open": Method(arguments=frozenset({"users", "return_im"}), scope="im:write", tier=3),
    "conversations.history": Method(arguments=PAGE, reads=True),
    "conversations.replies": Method(arguments=PAGE | {"ts"}, reads=True),
    "reactions.get": Method(
        arguments=frozenset({"channel", "timestamp", "full"}), scope="reactions:read", tier=3, reads=True
    ),
    "users.info": Method(arguments=frozenset({"user"}), scope="users:read", tier=4, reads=True),
    "users.lookupByEmail": Method(arguments=frozenset({"email"}), scope="users:read.email", tier=3, reads=True),
    "chat.postMessage": Method(arguments=CONTENT | POST, scope="chat:write"),
    "chat.update": Method(arguments=CONTENT | {"ts"}, scope="chat:write", tier=3),
    "chat.delete": Method(arguments=frozenset({"channel", "ts"}), scope="chat:write", tier=3),
    "chat.getPermalink": Method(arguments=frozenset({"channel", "message_ts"}), reads=True),
}

TRUTH = {"1": True, "true": True, "0": False, "false": False}


class SlackRefusedError(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(self, error: str, *, messages: list[str] | None = None, **more: object) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.more = more

    def body(self) -> dict[str, object]:
        """Return the envelope; its HTTP status is 200."""
        body: dict[str, object] = {"ok": False, "error": self.error, **self.more}
        if self.messages is not None:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


class TooFastError(Exception):
    """A call that came too early: answered with 429, without effect."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


def bad_argument(message: str) -> SlackRefusedError:
    """Return the refusal of an argument, with what is wrong with it."""
    return SlackRefusedError("invalid_arguments", messages=[message])


class Arguments:
    """The arguments of one call, whichever way they were encoded."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def text(self, name: str) -> str | None:
        """Return a string, None when absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise bad_argument(f"must be a string [json-pointer:/{name}]")
        return value

    def required(self, name: str) -> str:
        """Return a string that the call cannot do without."""
        value = self.text(name)
        if not value:
            raise bad_argument(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """Return a truth value, false when absent; text counts as 1, 0, true or false."""
        value = self.values.get(name, False)
        value = TRUTH.get(value.lower(), value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise bad_argument(f"must be a boolean [json-pointer:/{name}]")
        return value

    def integer(self, name: str, default: int) -> int:
        """Return a whole number."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not str(value).isdecimal():
            raise bad_argument(f"must be an integer [json-pointer:/{name}]")
        return int(value)

    def structure(self, name: str, error: str) -> Any:
        """Return a nested value, sent as JSON or as text that holds JSON; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return read_json(value)
        except ValueError:
            raise SlackRefusedError(error) from None


def read_arguments(request: Request, method: str, *, team_id: str) -> Arguments:
    """Return a call's arguments; one that the method does not have is refused, where Slack mostly ignores it.

    The vendor's framework names the workspace in every call, so that is taken as long as it is this one.
    """
    values: dict[str, Any] = dict(request.args)
    if request.mimetype == "application/json":
        if METHODS[method].reads:
            raise bad_argument(f"sandbox: {method} takes its arguments from the query or a form, not as JSON")
        values |= _json_object(request.get_data())
    else:
        values |= {name: value for name, value in request.form.items() if name != "token"}
        if request.get_data() and not request.form:
            raise SlackRefusedError("invalid_post_type")
    if values.pop("team_id", team_id) != team_id:
        raise bad_argument("sandbox: team_id names another workspace [json-pointer:/team_id]")
    unknown = sorted(set(values) - METHODS[method].arguments)
    if unknown:
        raise bad_argument(f"sandbox: unknown argument `{unknown[0]}` of {method}")
    return Arguments({name: value for name, value in values.items() if value is not None})


def read_json(data: bytes | str) -> Any:
    """Return what a JSON text says; ValueError also for half of a character, which no answer could repeat."""
    value = json.loads(data)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        value = read_json(data or b"{}")
    except ValueError:
        raise SlackRefusedError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackRefusedError("json_not_object")
    return value
