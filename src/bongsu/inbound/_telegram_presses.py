"""What a Telegram callback query says was pressed, whichever way it came in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bongsu.inbound._port import PressReceived
from bongsu.readings._chats import pressed_on_telegram

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.codes import ButtonCodes


def press_of(update: Mapping[str, Any], raw: bytes, *, channel: str, codes: ButtonCodes) -> PressReceived | None:
    """Return the press that an update holds, None when it holds none; `raw` is what is kept, already redacted."""
    pressed = pressed_on_telegram(update)
    if pressed is None:
        return None
    code = codes.check(channel, pressed.code)
    return PressReceived(
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
