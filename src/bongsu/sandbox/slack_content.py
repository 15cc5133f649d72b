"""What a message of the imitated Slack may hold: text, blocks, attachments and metadata."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.slack_blocks import block_errors, blocks_size, stored_blocks
from bongsu.sandbox.slack_text import CUT_AT, TEXT_MAX, metadata_error, stored_text
from bongsu.sandbox.slack_wire import SlackRefusedError, bad_argument

if TYPE_CHECKING:
    import random

    from bongsu.sandbox.slack_spec import SlackSpec
    from bongsu.sandbox.slack_wire import Arguments

ATTACHMENTS_MAX = 100
ATTACHMENT_TEXTS = frozenset(
    {
        *("author_icon", "author_link", "author_name", "color", "fallback", "footer", "footer_icon", "image_url"),
        *("pretext", "text", "thumb_url", "title", "title_link"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message holds, as it will be stored."""

    text: str
    blocks: list[dict[str, Any]]
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None


def read_content(arguments: Arguments, spec: SlackSpec, chance: random.Random, *, long_text: str) -> Content:
    """Return what a message will hold, or refuse it with Slack's code; `long_text` refuses or keeps one over 4,000."""
    text = arguments.text("text") or ""
    blocks = arguments.structure("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise SlackRefusedError("invalid_blocks_format")
    attachments = _attachments(arguments)
    seen = text.strip() if spec.whitespace_is_empty else text
    if not seen and not blocks and not attachments:
        raise SlackRefusedError("no_text")
    if len(text) > TEXT_MAX and long_text == "refuse":
        raise SlackRefusedError("msg_too_long")
    _check_blocks(blocks, spec)
    return Content(
        text=stored_text(text[:CUT_AT]),
        blocks=stored_blocks(blocks, chance),
        attachments=attachments,
        metadata=_metadata(arguments, spec),
    )


def _check_blocks(blocks: list[Any], spec: SlackSpec) -> None:
    errors = block_errors(blocks, whitespace_is_empty=spec.whitespace_is_empty)
    if errors and spec.block_error_details:
        raise SlackRefusedError("invalid_blocks", errors=errors, messages=errors)
    if errors:
        raise SlackRefusedError("invalid_blocks")
    if blocks_size(blocks) > spec.blocks_characters_max:
        raise SlackRefusedError("msg_blocks_too_long")


def _attachments(arguments: Arguments) -> list[dict[str, Any]]:
    found = arguments.structure("attachments", "invalid_arguments") or []
    if not isinstance(found, list):
        raise bad_argument("must be an array [json-pointer:/attachments]")
    if len(found) > ATTACHMENTS_MAX:
        raise SlackRefusedError("too_many_attachments")
    for number, one in enumerate(found):
        here = f"/attachments/{number}"
        if not isinstance(one, dict) or not one:
            raise bad_argument(f"must be an object with a text [json-pointer:{here}]")
        for name, value in one.items():
            if name not in ATTACHMENT_TEXTS:
                raise bad_argument(f"sandbox: `{name}` is not imitated [json-pointer:{here}/{name}]")
            if not isinstance(value, str):
                raise bad_argument(f"must be a string [json-pointer:{here}/{name}]")
    return found


def _metadata(arguments: Arguments, spec: SlackSpec) -> dict[str, Any] | None:
    value = arguments.structure("metadata", "invalid_metadata_format")
    if value is None:
        return None
    error = metadata_error(value)
    if error is not None:
        raise SlackRefusedError(error)
    if len(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) > spec.metadata_characters_max:
        raise SlackRefusedError("metadata_too_large")
    metadata: dict[str, Any] = value
    return metadata
