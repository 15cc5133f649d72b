"""What a Telegram callback query says was pressed, whichever way it came in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bongsu.inbound._port import PressReceived

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.core.codes import ButtonCodes


def press_of(update: Mapping[str, Any], raw: bytes, *, channel: str, codes: ButtonCodes) -> PressReceived | None:
    """Return the press that an update holds, None when it holds none; `raw` is what is kept, already redacted."""
    query = update.get("callback_query")
    if not isinstance(query, dict):
        return None
    code = codes.check(channel, str(query.get("data", "")))
    message = _object(query.get("message"))
    chat_id, message_id = _object(message.get("chat")).get("id"), message.get("message_id")
    known = chat_id is not None and message_id is not None
    press_id = f"telegram:{query.get('id', '')}"
    return PressReceived(
        channel=channel,
        press_id=press_id,
        service_user=str(_object(query.get("from")).get("id", "")),
        intent_seq=code.seq if code else None,
        button=code.button if code else "",
        run_id=code.run_id if code else "",
        authentic=code is not None,
        ref={"chat_id": str(chat_id), "message_id": str(message_id)} if known else {},
        # A callback query has no time of its own; the message's date says when that was posted.
        service_at=None,
        answer_to={"press_id": press_id},
        raw=raw,
        received_mono=time.monotonic(),
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
