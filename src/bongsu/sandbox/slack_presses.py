"""Presses of Slack buttons: who may press what, the payload that reports it, and answers to its response address."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.chat import PressRefusedError
from bongsu.sandbox.record import iso
from bongsu.sandbox.slack_blocks import buttons_of
from bongsu.sandbox.slack_view import Press
from bongsu.sandbox.slack_wire import Arguments, SlackRefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.slack_board import Board
    from bongsu.sandbox.slack_channels import Channel, SlackMessage
    from bongsu.sandbox.slack_posts import Content

# Both from the vendor's pages on handling interaction.
RESPONSES_MAX = 5
RESPONSE_FOR = timedelta(minutes=30)
RESPONSE_PREFIX = "/actions/"


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

    def respond(self, path: str, body: bytes, *, now: datetime) -> tuple[int, str]:
        """Take an answer to a press; return HTTP status and body, as an incoming webhook would give them."""
        press = next((one for one in self._presses.values() if one.response_path == path), None)
        if press is None:
            return 404, "no_service"
        if press.responses >= RESPONSES_MAX or now - press.pressed_at > RESPONSE_FOR:
            return 404, "used_url"
        try:
            answer = json.loads(body)
            content, for_all = self._read_answer(answer)
        except SlackRefusedError as refused:
            return 400, refused.error
        except (ValueError, TypeError):
            return 400, "invalid_payload"
        press.responses += 1
        channel, _ = self._where(press)
        stored = channel.store(user=self._workspace.spec.bot_user_id, text=content.text, now=now)
        stored.blocks, stored.by_bot, stored.via = content.blocks, True, "response_url"
        stored.ephemeral_for = None if for_all else press.user
        return 200, "ok"

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
                }
            )
        return states

    def _where(self, press: Press) -> tuple[Channel, SlackMessage]:
        channel = self._workspace.channels[press.channel]
        return channel, channel.messages[press.ts]

    def _read_answer(self, answer: dict[str, Any]) -> tuple[Content, bool]:
        unknown = set(answer) - {"text", "blocks", "response_type", "replace_original", "delete_original"}
        if unknown or answer.get("delete_original") or answer.get("replace_original"):
            # Replacing and deleting are not imitated: refused by choice.
            raise SlackRefusedError("sandbox_not_imitated")
        kind = answer.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise SlackRefusedError("invalid_payload")
        return self._board.content(Arguments(answer)), kind == "in_channel"
