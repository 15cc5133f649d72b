"""What a Slack interaction payload says was pressed, whichever way it came in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bongsu.channels.slack import instant_of
from bongsu.inbound._port import PressReceived

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.core.codes import ButtonCodes


def presses_of(
    payload: Mapping[str, Any], raw: bytes, *, channel: str, codes: ButtonCodes
) -> Iterator[tuple[PressReceived, str]]:
    """Yield each press with the address at which it can be answered; `raw` is what is kept, already redacted."""
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
        code = codes.check(channel, str(action["value"]))
        press_id = f"slack:{place}:{ts}:{user}:{action_ts}"
        press = PressReceived(
            channel=channel,
            press_id=press_id,
            service_user=user,
            intent_seq=code.seq if code else None,
            button=code.button if code else "",
            run_id=code.run_id if code else "",
            authentic=code is not None,
            ref={"channel": place, "ts": ts},
            service_at=instant_of(action_ts),
            answer_to={"press_id": press_id},
            raw=raw,
            received_mono=time.monotonic(),
        )
        yield press, str(payload.get("response_url") or "")


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
