"""What a chat service's own bytes show: who pressed which button, and whether a message was taken, under which name.

The ways in read presses by this when they arrive, and a verification reads them by it again from what was recorded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bongsu.core.events import Method

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """A press, by the service's own ids."""

    press_id: str
    service_user: str
    code: str
    """What the button carried; whether that is a code of ours only the key can tell."""
    ref: Mapping[str, str]
    service_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an answer shows of a message that the service took."""

    ref: Mapping[str, str]
    service_at: datetime | None = None
    """The service's own time of the message; None where the answer's body has none."""
    unchanged: bool = False
    """The message reads so already, by an earlier attempt: the answer names it no second time."""


def pressed_on_telegram(update: Mapping[str, Any]) -> Pressed | None:
    """Return the press that an update holds, None when it holds none."""
    query = update.get("callback_query")
    if not isinstance(query, dict):
        return None
    message = _object(query.get("message"))
    chat_id, message_id = _object(message.get("chat")).get("id"), message.get("message_id")
    known = chat_id is not None and message_id is not None
    return Pressed(
        press_id=f"telegram:{query.get('id', '')}",
        service_user=str(_object(query.get("from")).get("id", "")),
        code=str(query.get("data", "")),
        ref={"chat_id": str(chat_id), "message_id": str(message_id)} if known else {},
        # A callback query has no time of its own; the message's date says when that was posted.
        service_at=None,
    )


def pressed_on_slack(payload: Mapping[str, Any]) -> Iterator[Pressed]:
    """Yield each press that an interaction payload holds."""
    if payload.get("type") != "block_actions":
        return
    container = _object(payload.get("container"))
    place, ts = str(container.get("channel_id", "")), str(container.get("message_ts", ""))
    user = str(_object(payload.get("user")).get("id", ""))
    actions = payload.get("actions")
    for action in actions if isinstance(actions, list) else ():
        # A link button reports its click too; it has no value and proves nothing.
        if not isinstance(action, dict) or "value" not in action:
            continue
        action_ts = str(action.get("action_ts", ""))
        yield Pressed(
            press_id=f"slack:{place}:{ts}:{user}:{action_ts}",
            service_user=user,
            code=str(action["value"]),
            ref={"channel": place, "ts": ts},
            service_at=instant_of(action_ts),
        )


def presses_in(kind: str, received: bytes) -> list[Pressed]:
    """Return the presses in what a channel of that kind delivered, as it was recorded."""
    told = _object(_decoded(received))
    if kind == "telegram":
        one = pressed_on_telegram(told)
        return [] if one is None else [one]
    if kind == "slack":
        # Socket Mode wraps a payload in an envelope; by HTTP it comes bare.
        return list(pressed_on_slack(_object(told.get("payload")) or told))
    return []


def taken_in(kind: str, method: Method, status: int | None, answer: bytes) -> Taken | None:
    """Return what an answer shows of the message, None when it does not say that the service took it.

    Raises:
        LookupError: answers of that kind of channel show nothing that could be read again.
    """
    told = _object(_decoded(answer))
    match kind:
        case "telegram":
            return _taken_by_telegram(method, status, told)
        case "slack" if status == 200:
            return _taken_by_slack(method, told, answer)
        case "slack_webhook" if status == 200:
            return Taken(ref={}) if answer.strip() == b"ok" else None
        case "slack" | "slack_webhook":
            return None
        case _:
            raise LookupError(kind)


def _taken_by_telegram(method: Method, status: int | None, told: Mapping[str, Any]) -> Taken | None:
    if method is Method.CLOSE and "message is not modified" in str(told.get("description", "")).lower():
        return Taken(ref={}, unchanged=True)
    if status != 200 or told.get("ok") is not True:
        return None
    if method is Method.ANSWER:
        return Taken(ref={})
    result = _object(told.get("result"))
    try:
        ref = {"chat_id": str(result["chat"]["id"]), "message_id": str(int(result["message_id"]))}
        at = datetime.fromtimestamp(int(result.get("edit_date") or result["date"]), tz=UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return Taken(ref=ref, service_at=at)


def _taken_by_slack(method: Method, told: Mapping[str, Any], answer: bytes) -> Taken | None:
    if method is Method.ANSWER:
        return Taken(ref={}) if answer.strip() == b"ok" or told.get("ok") is True else None
    channel, ts = told.get("channel"), told.get("ts")
    at = instant_of(ts)
    if told.get("ok") is not True or at is None or not isinstance(channel, str) or not isinstance(ts, str):
        return None
    # An update answers with the ts of the message, which says when that was posted, not when it was changed.
    return Taken(ref={"channel": channel, "ts": ts}, service_at=at if method is Method.POST else None)


def instant_of(ts: object) -> datetime | None:
    """Return the time in a Slack ts (`<seconds>.<6 digits>`), exact to the microsecond, None when it is none."""
    seconds, _, fraction = ts.partition(".") if isinstance(ts, str) else ("", "", "")
    if not (seconds.isascii() and seconds.isdigit() and fraction.isascii() and fraction.isdigit()):
        return None
    if len(fraction) > 6 or len(seconds) > 11:
        return None
    return datetime.fromtimestamp(int(seconds), tz=UTC) + timedelta(microseconds=int(fraction.ljust(6, "0")))


def _decoded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
