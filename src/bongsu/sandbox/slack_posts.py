"""The content of a post as Slack takes it, and pages of posts as it gives them back."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.slack_blocks import ALL_TEXT_MAX, block_errors, stored_blocks
from bongsu.sandbox.slack_channels import in_range
from bongsu.sandbox.slack_text import TEXT_MAX, metadata_error, stored_text
from bongsu.sandbox.slack_wire import SlackRefusedError

if TYPE_CHECKING:
    import random

    from bongsu.sandbox.slack_channels import Channel, SlackMessage
    from bongsu.sandbox.slack_view import View
    from bongsu.sandbox.slack_wire import Arguments

# What apps outside the vendor's marketplace get; internal apps may get more.
HISTORY_LIMIT_MAX = 15
CURSOR_PREFIX = "next_ts:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message holds, as it will be stored."""

    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None = None


def read_content(arguments: Arguments, chance: random.Random) -> Content:
    """Return what a message will hold, or refuse it as Slack does."""
    text = arguments.text("text") or ""
    blocks = arguments.structure("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackRefusedError("invalid_blocks_format")
    if not text.strip() and not blocks:
        raise SlackRefusedError("no_text")
    if len(text) > TEXT_MAX:
        raise SlackRefusedError("msg_too_long")
    errors, characters = block_errors(blocks or [])
    if errors:
        raise SlackRefusedError("invalid_blocks", errors=errors, messages=errors)
    if characters > ALL_TEXT_MAX:
        raise SlackRefusedError("msg_blocks_too_long")
    stored = stored_blocks(blocks or [], chance)
    return Content(text=stored_text(text), blocks=stored, metadata=_read_metadata(arguments))


def _read_metadata(arguments: Arguments) -> dict[str, Any] | None:
    """Return the metadata of a post, None when it has none."""
    value = arguments.structure("metadata", "invalid_metadata_format")
    if value is None:
        return None
    error = metadata_error(value)
    if error is not None:
        raise SlackRefusedError(error)
    metadata: dict[str, Any] = value
    return metadata


def page(view: View, channel: Channel, messages: list[SlackMessage], *, arguments: Arguments) -> dict[str, object]:
    """Return the part of `messages`, given in the order of the method, that the arguments ask for."""
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
    limit = min(max(arguments.integer("limit", 100), 1), HISTORY_LIMIT_MAX)
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
