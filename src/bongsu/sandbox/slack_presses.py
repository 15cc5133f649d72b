"""Presses of Slack buttons: who may press what, the payload that reports it, and answers to its response address."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.chat import PressRefusedError
from bongsu.sandbox.record import iso
from bongsu.sandbox.slack_blocks import buttons_of
from bongsu.sandbox.slack_view import Press
from bongsu.sandbox.slack_webhooks import read_payload, webhook_content
from bongsu.sandbox.slack_wire import Arguments, SlackRefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Request

    from bongsu.sandbox.slack_board import Board
    from bongsu.sandbox.slack_channels import Channel, SlackMessage

# Both from the vendor's pages on handling interaction.
RESPONSES_MAX = 5
RESPONSE_FOR = timedelta(minutes=30)
RESPONSE_PREFIX = "/actions/"
ANSWER_FIELDS = frozenset({"text", "blocks", "attachments", "response_type", "replace_original", "delete_original"})


class Presses:
    """All presses of one workspace; the caller holds the workspace's lock."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._workspace = board.workspace
        self._view = board.view
        self._random = random.Random(f"{board.spec.app_id}/presses")
        self._presses: dict[str, Press] = {}

    def new(self, user: str, *, chat: str, message: str, button: str, now: datetime) -> Press:
        """Return a press that a person could make; raises PressRefusedError otherwise."""
        channel = self._workspace.channels.get(chat)
        stored = channel.messages.get(message) if channel is not None else None
        if channel is None or stored is None:
            raise PressRefusedError(f"no message {message} in channel {chat}")
        if user not in channel.spec.members:
            raise PressRefusedError(f"user {user} is not in channel {chat} and cannot see its buttons")
        if button not in [one["text"]["text"] for _, one in buttons_of(stored.blocks)]:
            raise PressRefusedError(f"message {message} in channel {chat} has no button {button!r}")
        number = str(self._random.randrange(10**12, 10**13))
        secret = f"{self._random.getrandbits(96):024x}"
        press = Press(
            press_id=number,
            user=user,
            channel=chat,
            ts=message,
            button=button,
            pressed_at=now,
            action_ts=f"{int(now.timestamp())}.{now.microsecond:06d}",
            response_path=f"{RESPONSE_PREFIX}{self._workspace.spec.team_id}/{number}/{secret}",
        )
        self._presses[press.press_id] = press
        return press

    def payload(self, press: Press, *, base_url: str) -> dict[str, object]:
        """Return the block_actions payload that reports a press."""
        channel, stored = self._where(press)
        payload = self._view.block_actions(
            channel, stored, press, user=self._workspace.users[press.user], chance=self._random
        )
        return payload | {"response_url": base_url + press.response_path}

    def respond(self, request: Request, *, now: datetime) -> dict[str, object]:
        """Take an answer to a press and return facts for the record; refusals are those of a webhook."""
        press = next((one for one in self._presses.values() if one.response_path == request.path), None)
        if press is None:
            raise SlackRefusedError("no_service")
        if now - press.pressed_at > RESPONSE_FOR:
            raise SlackRefusedError("expired_url")
        if press.responses >= RESPONSES_MAX:
            raise SlackRefusedError("used_url")
        outcome = self._carry_out(press, read_payload(request), now=now)
        press.responses += 1
        return {"press": press.press_id, "outcome": outcome}

    def _carry_out(self, press: Press, answer: dict[str, Any], *, now: datetime) -> str:
        unknown = sorted(set(answer) - ANSWER_FIELDS)
        if unknown:
            raise SlackRefusedError("invalid_payload", messages=[f"sandbox: unknown field `{unknown[0]}`"])
        fields = Arguments(answer)
        kind = answer.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise SlackRefusedError("invalid_payload", messages=["sandbox: response_type is ephemeral or in_channel"])
        replace, delete = (fields.flag(name) for name in ("replace_original", "delete_original"))
        channel = self._workspace.channels[press.channel]
        if delete:
            channel.delete(channel.shown(press.ts).ts)
            return "deleted"
        content = webhook_content(self._board, fields)
        if replace:
            self._board.replace(channel.shown(press.ts), content)
            return "replaced"
        if kind == "in_channel":
            self._board.post(channel, content, via="response_url")
            return "posted"
        press.answer, press.answered_at = content.text, now
        stored = channel.store(user=self._board.spec.bot_user_id, text=content.text, now=now)
        stored.blocks, stored.by_bot, stored.via = content.blocks, True, "response_url"
        stored.ephemeral_for = press.user
        return "shown to one"

    def in_time(self, press: str) -> bool:
        """Return whether the app acknowledged a press within the limit."""
        sent = self._presses[press].sent
        return sent is not None and sent.in_time

    def state(self) -> list[dict[str, object]]:
        """Return the presses for the state page, with how the app acknowledged them."""
        states: list[dict[str, object]] = []
        for press in self._presses.values():
            sent = press.sent
            states.append(
                {
                    "press": press.press_id,
                    "user": press.user,
                    "channel": press.channel,
                    "ts": press.ts,
                    "button": press.button,
                    "pressed_at": iso(press.pressed_at),
                    "action_ts": press.action_ts,
                    "envelope": None if sent is None else sent.ref,
                    "ack_ms": None if sent is None else sent.ack_ms,
                    "ack_in_time": sent is not None and sent.in_time,
                    "responses": press.responses,
                    "answer": press.answer,
                    "answered_at": None if press.answered_at is None else iso(press.answered_at),
                }
            )
        return states

    def _where(self, press: Press) -> tuple[Channel, SlackMessage]:
        channel = self._workspace.channels[press.channel]
        return channel, channel.messages[press.ts]
