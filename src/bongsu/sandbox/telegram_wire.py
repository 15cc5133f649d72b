"""Telegram's requests and errors: parameters in any of its four encodings, keyboards, and the envelope."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bongsu.sandbox.http import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from bongsu.sandbox.telegram_spec import TelegramSpec

CALLBACK_DATA_BYTES_MAX = 64

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """Where a group went when it became a supergroup."""

    chat_id: int


class Told(NamedTuple):
    """A result with the sentence that some methods add."""

    result: object
    description: str


class ApiRefusedError(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(
        self, code: int, inner: str, *, retry_after_s: int | None = None, migrated: Migrated | None = None
    ) -> None:
        super().__init__(inner)
        self.code = code
        self.inner = inner
        self.retry_after_s = retry_after_s
        self.migrated = migrated

    @property
    def description(self) -> str:
        """Return the text with the server's prefix for its code."""
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(self.code, "")
        return prefix + self.inner

    def response(self) -> Response:
        """Return the envelope; its HTTP status equals `error_code`."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        headers: dict[str, str] = {}
        if self.retry_after_s is not None:
            body["parameters"] = {"retry_after": self.retry_after_s}
            headers["Retry-After"] = str(self.retry_after_s)
        if self.migrated is not None:
            body["parameters"] = {"migrate_to_chat_id": self.migrated.chat_id}
        return json_response(body, status=self.code, headers=headers)


def bad_request(inner: str) -> ApiRefusedError:
    """Return a refusal with code 400."""
    return ApiRefusedError(400, inner)


def too_fast(retry_after_s: int) -> ApiRefusedError:
    """Return the refusal of a call that came too early: nothing was accepted."""
    return ApiRefusedError(429, f"Too Many Requests: retry after {retry_after_s}", retry_after_s=retry_after_s)


class Parameters:
    """The parameters of one call, whichever way they were encoded."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number; text of digits counts."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise bad_request(f"sandbox: parameter {name!r} must be an integer")
        try:
            return int(value)
        except ValueError:
            raise bad_request(f"sandbox: parameter {name!r} must be an integer") from None

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
            return json.loads(value)
        except ValueError:
            raise bad_request(complaint) from None


def read_values(request: Request) -> dict[str, Any]:
    """Return what a request carries in its query and in a body of any of the documented encodings."""
    if request.method not in ("GET", "POST"):
        raise ApiRefusedError(404, f"Not Found: sandbox: {request.method} is none of GET and POST")
    values: dict[str, Any] = dict(request.args)
    if request.mimetype == "application/json":
        values |= _json_object(request.get_data())
    elif request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        if request.files:
            raise bad_request("sandbox: files are not imitated")
        values |= dict(request.form)
    elif request.get_data():
        raise bad_request(f"sandbox: content type {request.mimetype!r} is none that the API documents")
    return values


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


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("object expected as request body")
    return value


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
        return {"text": button["text"], "url": button["url"]}
    if "callback_data" not in button:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_BYTES_MAX:
        raise bad_request(data_refusal)
    return {"text": button["text"], "callback_data": button["callback_data"]}


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
