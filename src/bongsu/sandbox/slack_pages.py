"""Pages of messages as the imitated Slack gives them back."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from bongsu.sandbox.slack_channels import in_range
from bongsu.sandbox.slack_wire import SlackRefusedError, bad_argument

if TYPE_CHECKING:
    from bongsu.sandbox.slack_channels import Channel, SlackMessage
    from bongsu.sandbox.slack_view import View
    from bongsu.sandbox.slack_wire import Arguments

ASKED_MAX = 999
ASKED_USUALLY = 100
CURSOR_PREFIX = "next_ts:"


def page(
    view: View, channel: Channel, messages: list[SlackMessage], *, arguments: Arguments, most: int
) -> dict[str, object]:
    """Return the part of `messages`, given in the order of the method, that the arguments ask for; at most `most`."""
    kept = in_range(
        messages,
        oldest=arguments.text("oldest"),
        latest=arguments.text("latest"),
        inclusive=arguments.flag("inclusive"),
    )
    from_ts = _cursor_ts(arguments.text("cursor"))
    if from_ts is not None:
        found = [number for number, one in enumerate(kept) if one.ts == from_ts]
        if not found:
            raise SlackRefusedError("invalid_cursor")
        kept = kept[found[0] :]
    asked = arguments.integer("limit", ASKED_USUALLY)
    if not 1 <= asked <= ASKED_MAX:
        raise bad_argument(f"sandbox: must be between 1 and {ASKED_MAX} [json-pointer:/limit]")
    limit = min(asked, most)
    whole = arguments.flag("include_all_metadata")
    result: dict[str, object] = {
        "messages": [view.message(channel, one, all_metadata=whole) for one in kept[:limit]],
        "has_more": len(kept) > limit,
    }
    if len(kept) > limit:
        cursor = base64.b64encode(f"{CURSOR_PREFIX}{kept[limit].ts}".encode()).decode()
        result["response_metadata"] = {"next_cursor": cursor}
    return result


def _cursor_ts(cursor: str | None) -> str | None:
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise SlackRefusedError("invalid_cursor") from None
    if not text.startswith(CURSOR_PREFIX):
        raise SlackRefusedError("invalid_cursor")
    return text.removeprefix(CURSOR_PREFIX)
