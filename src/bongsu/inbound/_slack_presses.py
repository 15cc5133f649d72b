"""What a Slack interaction payload says was pressed, whichever way it came in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bongsu.inbound._port import PressReceived
from bongsu.readings._chats import pressed_on_slack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bongsu.core.codes import ButtonCodes


def presses_of(
    payload: Mapping[str, Any], raw: bytes, *, channel: str, codes: ButtonCodes
) -> Iterator[tuple[PressReceived, str]]:
    """Yield each press with the address at which it can be answered; `raw` is what is kept, already redacted."""
    for pressed in pressed_on_slack(payload):
        code = codes.check(channel, pressed.code)
        press = PressReceived(
            channel=channel,
            press_id=pressed.press_id,
            service_user=pressed.service_user,
            intent_seq=code.seq if code else None,
            button=code.button if code else "",
            run_id=code.run_id if code else "",
            authentic=code is not None,
            ref=pressed.ref,
            service_at=pressed.service_at,
            answer_to={"press_id": pressed.press_id},
            raw=raw,
            received_mono=time.monotonic(),
        )
        yield press, str(payload.get("response_url") or "")
