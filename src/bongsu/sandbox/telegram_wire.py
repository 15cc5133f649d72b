"""Telegram's methods and their parameters: what each takes, keyboards, and delivery options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.telegram_entities import link
from bongsu.sandbox.telegram_refusals import ApiRefusedError, bad_request
from bongsu.sandbox.telegram_values import loaded_json

if TYPE_CHECKING:
    from bongsu.sandbox.telegram_spec import TelegramSpec

CALLBACK_DATA_BYTES_MAX = 64
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
INTEGER = re.compile(r"-?[0-9]{1,19}")

TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False}

Keyboard = list[list[dict[str, str]]]

METHODS: dict[str, tuple[str, frozenset[str]]] = {
    name.lower(): (name, frozenset(parameters.split()))
    for name, parameters in {
        "getMe": "",
        "logOut": "",
        "close": "",
        "getChat": "chat_id",
        "getChatMember": "chat_id user_id",
        "getChatMemberCount": "chat_id",
        "getChatAdministrators": "chat_id",
        "sendChatAction": "chat_id action",
        "sendMessage": "chat_id text parse_mode entities link_preview_options reply_markup disable_notification"
        " protect_content reply_parameters message_thread_id",
        "editMessageText": "chat_id message_id text parse_mode entities link_preview_options reply_markup",
        "editMessageReplyMarkup": "chat_id message_id reply_markup",
        "deleteMessage": "chat_id message_id",
        "deleteMessages": "chat_id message_ids",
        "answerCallbackQuery": "callback_query_id text show_alert cache_time",
        "getUpdates": "offset limit timeout allowed_updates",
        "setWebhook": "url secret_token allowed_updates max_connections drop_pending_updates",
        "getWebhookInfo": "",
        "deleteWebhook": "drop_pending_updates",
    }.items()
}
# What the real methods have and the imitated ones do not.
NOT_IMITATED = frozenset(
    {
        "allow_paid_broadcast",
        "allow_sending_without_reply",
        "business_connection_id",
        "certificate",
        "direct_messages_topic_id",
        "disable_web_page_preview",
        "inline_message_id",
        "ip_address",
        "message_effect_id",
        "reply_to_message_id",
        "suggested_post_parameters",
        "url",
    }
)


class Parameters:
    """The parameters of one call, whichever way they were encoded."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number; text of digits counts."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        whole = isinstance(value, int) or (isinstance(value, str) and INTEGER.fullmatch(value))
        if isinstance(value, bool) or not whole:
            raise bad_request(f"sandbox: parameter {name!r} must be an integer")
        return int(value)

    def text(self, name: str) -> str | None:
        """Return a string, None when absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise bad_request(f"sandbox: parameter {name!r} must be a string")
        return value

    def flag(self, name: str) -> bool:
        """Return a truth value, false when absent."""
        value = self.values.get(name, False)
        if isinstance(value, str):
            value = TRUTH.get(value.lower(), value)
        if not isinstance(value, bool):
            raise bad_request(f"sandbox: parameter {name!r} must be a boolean")
        return value

    def structure(self, name: str, complaint: str) -> Any:
        """Return a nested value, sent as JSON or as text that holds JSON; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return loaded_json(value)
        except ValueError:
            raise bad_request(complaint) from None


def checked_parameters(method: str, values: dict[str, Any]) -> Parameters:
    """Return a call's parameters; one that the method does not have is refused, not ignored."""
    if method.lower() not in METHODS:
        known = ", ".join(sorted(name for name, _ in METHODS.values()))
        raise ApiRefusedError(404, f"Not Found: method not found (sandbox: {method!r} is not imitated, {known} are)")
    unknown = sorted(set(values) - METHODS[method.lower()][1])
    if unknown:
        what = "not imitated: parameter" if unknown[0] in NOT_IMITATED else "unknown parameter"
        raise bad_request(f"sandbox: {what} {unknown[0]!r} of {METHODS[method.lower()][0]}")
    return Parameters({name: value for name, value in values.items() if value is not None})


def read_keyboard(parameters: Parameters, spec: TelegramSpec) -> Keyboard | None:
    """Return the inline keyboard of a call, None when it has none; other markup is refused."""
    markup = parameters.structure("reply_markup", "can't parse reply keyboard markup JSON object")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if not markup:
        return None
    if set(markup) != {"inline_keyboard"}:
        raise bad_request("sandbox: only inline_keyboard is imitated in reply_markup")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays')
    keyboard = [[_read_button(button, spec.button_data_refusal) for button in row] for row in rows if row]
    if sum(len(row) for row in keyboard) > spec.buttons_max:
        raise bad_request("reply markup is too long")
    if any(len(row) > spec.buttons_per_row_max for row in keyboard):
        raise bad_request(f"sandbox: more than {spec.buttons_per_row_max} buttons in a row")
    return keyboard or None


def _read_button(button: object, data_refusal: str) -> dict[str, str]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    unknown = sorted(set(button) - {"text", "callback_data", "url"})
    if unknown:
        raise bad_request(f"sandbox: button field {unknown[0]!r} is not imitated")
    if not all(isinstance(value, str) for value in button.values()):
        raise bad_request("can't parse inline keyboard button: field must be of type String")
    if not button.get("text"):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if button.get("url"):
        return {"text": button["text"], "url": _address(button["url"])}
    if "callback_data" not in button:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_BYTES_MAX:
        raise bad_request(data_refusal)
    return {"text": button["text"], "callback_data": button["callback_data"]}


def _address(url: str) -> str:
    """Return a button's address as the server writes it; one that it cannot follow refuses the whole message."""
    if url.lower().startswith(("tg:", "ton:", "tonsite:")):
        raise bad_request("sandbox: only http and https addresses of buttons are imitated")
    found = link(url, offset=0, length=0)
    if found is not None:
        return str(found["url"])
    scheme = SCHEME.match(url)
    other = scheme is not None and scheme[1].lower() not in ("http", "https")
    why = "Unsupported URL protocol" if other else "Wrong HTTP URL"
    raise bad_request(f"inline keyboard button URL '{url}' is invalid: {why}")


def read_chat_id(parameters: Parameters) -> int | str | None:
    """Return the chat that a call names, by number or by @name."""
    value = parameters.values.get("chat_id")
    if isinstance(value, str) and value.startswith("@"):
        return value
    return parameters.integer("chat_id")


def read_options(parameters: Parameters) -> dict[str, object]:
    """Return what a Message says of its delivery options; malformed ones and those not imitated are refused."""
    parameters.flag("disable_notification")
    said: dict[str, object] = {}
    options = parameters.structure("link_preview_options", "can't parse link preview options JSON object")
    if options is not None:
        if not (isinstance(options, dict) and set(options) <= {"is_disabled"}):
            raise bad_request("sandbox: only is_disabled is imitated in link_preview_options")
        if options:
            said["link_preview_options"] = options
    if parameters.flag("protect_content"):
        said["has_protected_content"] = True
    return said
