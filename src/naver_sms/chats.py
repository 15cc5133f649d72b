"""Telegram and Slack as the owner's way to hear of a run: one call for each message, no repeats of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import urllib3

from naver_sms.credentials import referred
from naver_sms.errors import ConfigError

if TYPE_CHECKING:
    from naver_sms.settings import Chat, Settings

NAMES = ("telegram", "slack")
TEXT_MAX = 3500
TIMEOUT = urllib3.Timeout(connect=3.0, read=5.0)
_NEVER_LEFT = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
OK, IN_DOUBT, NOT_SENT, NO_TOKEN = "ok", "in_doubt", "not_sent", "no_token"


def chat_of(settings: Settings, name: str) -> Chat | None:
    """Return one of the owner's chats, or None when it is not set up."""
    return settings.telegram if name == "telegram" else settings.slack


def tell(settings: Settings, name: str, text: str) -> str | None:
    """Send a text to a chat: `ok`, `refused_<status>`, `in_doubt`, `not_sent`, `no_token`; None without such a chat.

    Never raises: a run is not undone because its owner could not be told.
    """
    chat = chat_of(settings, name)
    if chat is None:
        return None
    try:
        token = referred(settings, chat.token, f"token of {name}")
    except ConfigError:
        return NO_TOKEN
    try:
        return _post(name, chat, token=token, text=_cut(text))
    except _NEVER_LEFT:
        return NOT_SENT
    except urllib3.exceptions.HTTPError:
        return IN_DOUBT


def _cut(text: str) -> str:
    if len(text) <= TEXT_MAX:
        return text
    kept = text[:TEXT_MAX].rsplit("\n", 1)[0]
    return f"{kept}\n(+{text[len(kept) :].count(chr(10))})"


def _post(name: str, chat: Chat, *, token: str, text: str) -> str:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    body: dict[str, Any]
    if name == "telegram":
        # No parse mode: what is in the text is text. The token is in the path and must never be in a log.
        url, body = f"{chat.url}/bot{token}/sendMessage", {"chat_id": chat.place, "text": text}
    else:
        url, body = f"{chat.url}/chat.postMessage", {"channel": chat.place, "text": text, "mrkdwn": False}
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body, ensure_ascii=False).encode()
    answer = urllib3.request("POST", url, body=data, headers=headers, retries=False, redirect=False, timeout=TIMEOUT)
    if answer.status >= 500:
        return IN_DOUBT
    said = _object(answer.data)
    # Slack answers 200 to what it refuses.
    return OK if answer.status == 200 and said.get("ok") is True else f"refused_{answer.status}"


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
