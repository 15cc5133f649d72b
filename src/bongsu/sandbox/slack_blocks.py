"""Block Kit as chat.postMessage checks it: every fault with its JSON pointer, and blocks as they are stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

BLOCKS_MAX = 50
FIELDS_MAX = 10
CONTEXT_ELEMENTS_MAX = 10
ACTION_ELEMENTS_MAX = 25
ID_CHARACTERS_MAX = 255
TEXT_MAX = 3000
FIELD_TEXT_MAX = 2000
HEADER_TEXT_MAX = 150
BUTTON_TEXT_MAX = 75
BUTTON_VALUE_MAX = 2000
BUTTON_URL_MAX = 3000
IMAGE_URL_MAX = 3000
ALT_TEXT_MAX = 2000

BOTH_TEXTS = ("plain_text", "mrkdwn")
PLAIN = ("plain_text",)
CONFIRM_TEXT_MAX = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
BLOCK_FIELDS = {
    "header": {"text"},
    "section": {"text", "fields", "accessory", "expand"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set[str](),
}
# What the service knows and this imitation does not.
OTHER_BLOCKS = frozenset(
    {"call", "carousel", "file", "image", "input", "markdown", "rich_text", "table", "video", "context_actions"}
)
OTHER_ELEMENTS = frozenset(
    {
        *("channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker", "external_select"),
        *("feedback_buttons", "file_input", "icon_button", "multi_static_select", "overflow", "radio_buttons"),
        *("rich_text_input", "static_select", "timepicker", "users_select", "workflow_button", "plain_text_input"),
    }
)


class _Checker:
    """Collects the faults of one message's blocks."""

    def __init__(self, *, whitespace_is_empty: bool) -> None:
        self._whitespace_is_empty = whitespace_is_empty
        self.errors: list[str] = []
        self._block_ids: set[str] = set()
        self._action_ids: set[str] = set()

    def fault(self, text: str, pointer: str) -> None:
        self.errors.append(f"{text} [json-pointer:{pointer}]")

    def block(self, block: Any, pointer: str) -> None:
        if not isinstance(block, dict):
            self.fault("must be an object", pointer)
            return
        kind = block.get("type")
        if not isinstance(kind, str) or kind not in BLOCK_FIELDS:
            self._unsupported(kind, pointer, others=OTHER_BLOCKS)
            return
        self._unknown_fields(block, BLOCK_FIELDS[kind] | {"type", "block_id"}, pointer)
        self._unique(block, "block_id", self._block_ids, pointer)
        match kind:
            case "header":
                self.text(block.get("text"), f"{pointer}/text", kinds=PLAIN, most=HEADER_TEXT_MAX)
            case "section":
                self._section(block, pointer)
            case "context":
                self._elements(block, pointer, most=CONTEXT_ELEMENTS_MAX)
            case "actions":
                self._elements(block, pointer, most=ACTION_ELEMENTS_MAX)

    def text(self, value: Any, pointer: str, *, kinds: tuple[str, ...], most: int = TEXT_MAX) -> None:
        if not isinstance(value, dict):
            self.fault("missing required field: text object", pointer)
            return
        if value.get("type") not in kinds:
            self.fault(f"unsupported type: {value.get('type')}", f"{pointer}/type")
            return
        allowed = {"type", "text", "emoji"} if value["type"] == "plain_text" else {"type", "text", "verbatim"}
        self._unknown_fields(value, allowed, pointer)
        if "text" not in value:
            self.fault("missing required field: text", pointer)
            return
        text = value["text"]
        if not isinstance(text, str):
            self.fault("must be a string", f"{pointer}/text")
            return
        if not (text.strip() if self._whitespace_is_empty else text):
            self.fault("must be more than 0 characters", f"{pointer}/text")
        elif len(text) > most:
            self.fault(f"must be less than {most + 1} characters", f"{pointer}/text")

    def _section(self, block: dict[str, Any], pointer: str) -> None:
        if "text" not in block and "fields" not in block:
            self.fault("must define either `text` or `fields`", f"{pointer}/type")
        if "text" in block:
            self.text(block["text"], f"{pointer}/text", kinds=BOTH_TEXTS)
        if "fields" in block:
            items = self._items(block["fields"], f"{pointer}/fields", most=FIELDS_MAX)
            for number, item in enumerate(items):
                self.text(item, f"{pointer}/fields/{number}", kinds=BOTH_TEXTS, most=FIELD_TEXT_MAX)
        if "accessory" in block:
            self._accessory(block["accessory"], f"{pointer}/accessory")
        if not isinstance(block.get("expand", False), bool):
            self.fault("must be a boolean", f"{pointer}/expand")

    def _accessory(self, element: Any, pointer: str) -> None:
        if isinstance(element, dict) and element.get("type") == "image":
            self._image(element, pointer)
        else:
            self._button(element, pointer)

    def _image(self, element: dict[str, Any], pointer: str) -> None:
        self._unknown_fields(element, {"type", "image_url", "alt_text"}, pointer)
        for name, most in (("image_url", IMAGE_URL_MAX), ("alt_text", ALT_TEXT_MAX)):
            if not element.get(name):
                self.fault(f"missing required field: {name}", pointer)
            self._string(element, name, pointer, most=most)

    def _unsupported(self, kind: Any, pointer: str, *, others: frozenset[str]) -> None:
        known = isinstance(kind, str) and kind in others
        self.fault(f"sandbox: `{kind}` is not imitated" if known else f"unsupported type: {kind}", f"{pointer}/type")

    def _elements(self, block: dict[str, Any], pointer: str, *, most: int) -> None:
        items = self._items(block.get("elements"), f"{pointer}/elements", most=most)
        for number, item in enumerate(items):
            here = f"{pointer}/elements/{number}"
            if block["type"] == "actions":
                self._button(item, here)
            elif isinstance(item, dict) and item.get("type") == "image":
                self._image(item, here)
            else:
                self.text(item, here, kinds=BOTH_TEXTS)

    def _items(self, value: Any, pointer: str, *, most: int) -> list[Any]:
        if not isinstance(value, list):
            self.fault("must be an array", pointer)
            return []
        if not value:
            self.fault("no less than 1 items allowed", pointer)
        if len(value) > most:
            self.fault(f"no more than {most} items allowed", pointer)
        return value

    def _button(self, element: Any, pointer: str) -> None:
        if not isinstance(element, dict) or element.get("type") != "button":
            kind = element.get("type") if isinstance(element, dict) else element
            self._unsupported(kind, pointer, others=OTHER_ELEMENTS)
            return
        known = {"type", "text", "action_id", "value", "url", "style", "confirm", "accessibility_label"}
        self._unknown_fields(element, known, pointer)
        self._unique(element, "action_id", self._action_ids, pointer)
        self.text(element.get("text"), f"{pointer}/text", kinds=PLAIN, most=BUTTON_TEXT_MAX)
        for name, most in (("value", BUTTON_VALUE_MAX), ("url", BUTTON_URL_MAX), ("accessibility_label", 75)):
            self._string(element, name, pointer, most=most)
        if "style" in element and element["style"] not in ("primary", "danger"):
            self.fault("must be one of: primary, danger", f"{pointer}/style")
        if "confirm" in element:
            self._confirm(element["confirm"], f"{pointer}/confirm")

    def _confirm(self, confirm: Any, pointer: str) -> None:
        if not isinstance(confirm, dict):
            self.fault("must be an object", pointer)
            return
        self._unknown_fields(confirm, {*CONFIRM_TEXT_MAX, "style"}, pointer)
        for name, most in CONFIRM_TEXT_MAX.items():
            kinds = BOTH_TEXTS if name == "text" else PLAIN
            self.text(confirm.get(name), f"{pointer}/{name}", kinds=kinds, most=most)

    def _string(self, holder: dict[str, Any], name: str, pointer: str, *, most: int) -> None:
        value = holder.get(name, "")
        if not isinstance(value, str):
            self.fault("must be a string", f"{pointer}/{name}")
        elif len(value) > most:
            self.fault(f"must be less than {most + 1} characters", f"{pointer}/{name}")

    def _unique(self, holder: dict[str, Any], name: str, seen: set[str], pointer: str) -> None:
        if name not in holder:
            return
        self._string(holder, name, pointer, most=ID_CHARACTERS_MAX)
        value = str(holder[name])
        if not value:
            self.fault("must be more than 0 characters", f"{pointer}/{name}")
        if value in seen:
            self.fault(f"sandbox: `{name}` is used twice in the message", f"{pointer}/{name}")
        seen.add(value)

    def _unknown_fields(self, holder: dict[str, Any], known: set[str], pointer: str) -> None:
        for name in sorted(set(holder) - known):
            self.fault(f"sandbox: unknown field `{name}`", f"{pointer}/{name}")


def block_errors(blocks: list[Any], *, whitespace_is_empty: bool = True) -> list[str]:
    """Return the faults of a message's blocks, each with its JSON pointer."""
    checker = _Checker(whitespace_is_empty=whitespace_is_empty)
    if len(blocks) > BLOCKS_MAX:
        checker.fault(f"no more than {BLOCKS_MAX} items allowed", "/blocks")
    for number, block in enumerate(blocks):
        checker.block(block, f"/blocks/{number}")
    return checker.errors


def blocks_size(blocks: list[Any]) -> int:
    """Return how many characters the blocks of a message have as JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def stored_blocks(blocks: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Return blocks as the service gives them back: ids and the defaults of text objects filled in."""
    stored = [_with_defaults(block) | {"block_id": block.get("block_id") or _short_id(chance)} for block in blocks]
    for _, button in buttons_of(stored):
        button.setdefault("action_id", _short_id(chance))
    return stored


def buttons_of(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each button that can be pressed with the block it stands in; URL buttons count, as they report too."""
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for block in blocks:
        elements = [*block.get("elements", ()), *([block["accessory"]] if "accessory" in block else ())]
        pairs += [(block, element) for element in elements if element["type"] == "button"]
    return pairs


def texts_of(blocks: list[dict[str, Any]]) -> list[str]:
    """Return the texts a reader sees in blocks, top to bottom, without button labels."""
    texts: list[str] = []
    for block in blocks:
        holders = [block.get("text"), *block.get("fields", ())]
        if block["type"] == "context":
            holders += block["elements"]
        texts += [holder["text"] for holder in holders if holder is not None and holder["type"] != "image"]
    return texts


def _with_defaults(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_defaults(item) for item in value]
    if not isinstance(value, dict):
        return value
    filled = {name: _with_defaults(item) for name, item in value.items()}
    if filled.get("type") == "mrkdwn":
        return {"verbatim": False} | filled
    if filled.get("type") == "plain_text":
        return {"emoji": True} | filled
    return filled


def _short_id(chance: random.Random) -> str:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "".join(chance.choices(letters, k=5))
