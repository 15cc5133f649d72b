"""What Telegram's Bot API documents and its open server source checks about a message, asked before sending.

Where the two counts differ (code points, UTF-16 units) the stricter is kept, because the hosted service may apply
either.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

TEXT_UTF16_MAX = 4096
TEXT_BYTES_MAX = 32_768
ANSWER_UTF16_MAX = 200
CALLBACK_BYTES_MAX = 64
BUTTONS_MAX = 100
BUTTONS_IN_ROW_MAX = 8
FIELDS = frozenset({"text", "parse_mode", "link_preview_options", "reply_markup", "disable_notification"})

_TAGS = frozenset(
    re.split(r"\s", "b strong i em u ins s strike del code pre a tg-spoiler span blockquote tg-emoji tg-time")
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?:\s+[^<>]*)?)\s*>")
_USUAL = re.compile(r"<(/?)([a-z][a-z0-9-]*)(?:\s+[^<>]*)?>")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")


def units(text: str) -> int:
    """Return the length in UTF-16 code units, which is how Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def message_problems(payload: Mapping[str, Any], *, make: Callable[[str], str]) -> list[str]:
    """Return what would make sendMessage or editMessageText refuse; `make` gives a button's longest code."""
    found = [f"/{name}: is not a member this channel sends" for name in sorted(set(payload) - FIELDS)]
    text = payload.get("text")
    if not isinstance(text, str) or not text:
        return [*found, "/text: must hold at least 1 character"]
    if len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES_MAX:
        found.append(f"/text: has more than {TEXT_BYTES_MAX} bytes")
    mode = payload.get("parse_mode")
    if mode not in (None, "HTML"):
        found.append(f"/parse_mode: must be 'HTML' or absent, not {mode!r}")
    shown, faults = visible(text) if mode == "HTML" else (text, [])
    found += [f"/text: {fault}" for fault in faults]
    if not shown.strip():
        found.append("/text: holds nothing but space")
    if 2 * len(shown) > TEXT_UTF16_MAX and units(shown.strip()) > TEXT_UTF16_MAX:
        found.append(f"/text: has {units(shown.strip())} UTF-16 units, at most {TEXT_UTF16_MAX} are allowed")
    if "reply_markup" in payload:
        found += _keyboard_problems(payload["reply_markup"], make)
    return found


def answer_problems(payload: Mapping[str, Any]) -> list[str]:
    """Return what would make answerCallbackQuery refuse."""
    text = payload.get("text", "")
    if not isinstance(text, str):
        return ["/text: must be text"]
    if units(text) > ANSWER_UTF16_MAX:
        return [f"/text: has {units(text)} UTF-16 units, an answer may have {ANSWER_UTF16_MAX}"]
    return []


def visible(html: str) -> tuple[str, list[str]]:
    """Return the text that people see, and what is wrong with the tags."""
    shown_text = _faultless(html)
    faults: list[str] = []
    if shown_text is None:
        shown_text, faults = _examined(html)
    return _REFERENCE.sub(lambda found: unescape(found.group()), shown_text), faults


def _faultless(html: str) -> str | None:
    """Return the text between the tags when all of them are usual ones, each closed in its order; None otherwise."""
    pieces = _USUAL.split(html)
    open_tags: list[str] = []
    for end, name in zip(pieces[1::3], pieces[2::3], strict=True):
        if not end and name in _TAGS and name != "span":
            open_tags.append(name)
        elif not end or not open_tags or open_tags.pop() != name:
            return None
    text = "".join(pieces[::3])
    return None if open_tags or "<" in text else text


def _examined(html: str) -> tuple[str, list[str]]:
    open_tags: list[str] = []
    faults: list[str] = []
    shown: list[str] = []
    at = 0
    while (start := html.find("<", at)) >= 0:
        shown.append(html[at:start])
        tag = _TAG.match(html, start)
        if tag is None:
            faults.append(f"a '<' at character {start} starts no tag, write &lt;")
            shown.append("<")
            at = start + 1
            continue
        faults += _tag_faults(tag, open_tags)
        at = tag.end()
    shown.append(html[at:])
    faults += [f"the tag <{name}> is never closed" for name in open_tags]
    return "".join(shown), faults


def _tag_faults(tag: re.Match[str], open_tags: list[str]) -> Iterator[str]:
    name = tag["name"].lower()
    if name not in _TAGS:
        yield f"the tag <{tag['end']}{name}> at character {tag.start()} is unknown to Telegram"
    elif tag["end"]:
        if not open_tags or open_tags[-1] != name:
            expected = f", </{open_tags[-1]}> was expected" if open_tags else ""
            yield f"</{name}> at character {tag.start()} closes nothing{expected}"
        if name in open_tags:
            del open_tags[len(open_tags) - 1 - open_tags[::-1].index(name) :]
    else:
        if name == "span" and 'class="tg-spoiler"' not in tag["rest"]:
            yield f'<span> at character {tag.start()} must have class="tg-spoiler"'
        open_tags.append(name)


def _keyboard_problems(markup: Any, make: Callable[[str], str]) -> Iterator[str]:
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list):
        yield "/reply_markup/inline_keyboard: must be a list of rows"
        return
    if sum(len(row) for row in rows) > BUTTONS_MAX:
        yield f"/reply_markup/inline_keyboard: has more than {BUTTONS_MAX} buttons"
    for row_at, row in enumerate(rows):
        if not 1 <= len(row) <= BUTTONS_IN_ROW_MAX:
            yield f"/reply_markup/inline_keyboard/{row_at}: must hold 1 to {BUTTONS_IN_ROW_MAX} buttons"
        for at, button in enumerate(row):
            place = f"/reply_markup/inline_keyboard/{row_at}/{at}"
            yield from (f"{place}{problem}" for problem in _button_problems(button, make))


def _button_problems(button: Mapping[str, Any], make: Callable[[str], str]) -> Sequence[str]:
    found = []
    if not str(button.get("text", "")).strip():
        found.append("/text: must hold at least 1 character")
    if ("url" in button) == ("callback_data" in button):
        found.append(": must have either url or callback_data")
    if "url" in button and not re.match(r"(?:https?|tg)://\S+\Z", str(button["url"])):
        found.append("/url: must be an http, https or tg address")
    if "callback_data" in button:
        data = str(button["callback_data"])
        if data.startswith("{code:") and data.endswith("}"):
            data = make(data[6:-1])
        if not 1 <= len(data.encode()) <= CALLBACK_BYTES_MAX:
            found.append(f"/callback_data: has {len(data.encode())} bytes, 1 to {CALLBACK_BYTES_MAX} are allowed")
    return found
