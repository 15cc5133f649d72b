"""The imitated Bot API's methods that are not about messages: who and where, presses, updates, webhooks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.telegram_refusals import Told, bad_request, too_fast
from bongsu.sandbox.telegram_updates import KINDS
from bongsu.sandbox.telegram_webhook import CONNECTIONS_DEFAULT, checked_target
from bongsu.sandbox.telegram_wire import Parameters, read_chat_id

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.telegram_chats import Chats
    from bongsu.sandbox.telegram_spec import TelegramSpec
    from bongsu.sandbox.telegram_updates import UpdateQueue
    from bongsu.sandbox.telegram_view import Press, View
    from bongsu.sandbox.telegram_webhook import WebhookSender

QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ANSWER_CHARACTERS_MAX = 200
# setWebhook may be called once in this time.
WEBHOOK_EVERY = timedelta(seconds=1)
# A bot may leave a server once it has been there this long.
CLOSE_AFTER = timedelta(minutes=10)
ACTIONS = frozenset(
    {
        "cancel",
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)


class Calls:
    """Everything but messages; the caller holds the service's lock, save for `get_updates`."""

    def __init__(
        self,
        clock: SandboxClock,
        spec: TelegramSpec,
        *,
        chats: Chats,
        view: View,
        updates: UpdateQueue,
        webhook: WebhookSender,
    ) -> None:
        self._clock = clock
        self._spec = spec
        self._chats = chats
        self._view = view
        self._updates = updates
        self._webhook = webhook
        self._started_at = clock.now()
        self._webhook_set_at: datetime | None = None
        self._logged_out = False
        self.presses: dict[str, Press] = {}

    def refuse_after_log_out(self) -> None:
        """Refuse whatever a bot asks that has logged out."""
        if self._logged_out:
            raise bad_request("Logged out")

    def log_out(self, _: Parameters) -> bool:
        """Carry out logOut: everything waiting is dropped, and no later call works."""
        self._updates.drop_all()
        self._webhook.point_at(None)
        self._logged_out = True
        return True

    def close(self, _: Parameters) -> bool:
        """Carry out close, which is refused in a bot's first ten minutes."""
        left = self._started_at + CLOSE_AFTER - self._clock.now()
        if left > timedelta(0):
            raise too_fast(-(-left // timedelta(seconds=1)))
        return True

    # Who and where.

    def get_me(self, _: Parameters) -> dict[str, object]:
        """Carry out getMe."""
        return self._view.me(full=True)

    def get_chat(self, parameters: Parameters) -> dict[str, object]:
        """Carry out getChat."""
        return self._view.full_chat(self._chats.readable(read_chat_id(parameters)))

    def get_chat_member(self, parameters: Parameters) -> dict[str, object]:
        """Carry out getChatMember, of the bot itself or of a person that the world knows."""
        chat = self._chats.editable(read_chat_id(parameters))
        user_id = parameters.integer("user_id")
        if not user_id:
            raise bad_request("invalid user_id specified")
        if user_id not in self._chats.users and user_id != self._spec.bot_id:
            raise bad_request("user not found")
        return self._view.member(chat, user_id)

    def get_chat_member_count(self, parameters: Parameters) -> int:
        """Carry out getChatMemberCount, the bot included."""
        chat = self._chats.editable(read_chat_id(parameters))
        return len(self._chats.members(chat)) + 1

    def get_chat_administrators(self, parameters: Parameters) -> list[dict[str, object]]:
        """Carry out getChatAdministrators: of a world's chats only the bot can be one."""
        chat = self._chats.editable(read_chat_id(parameters))
        if chat.spec.kind == "private":
            raise bad_request("there are no administrators in the private chat")
        return [self._view.member(chat, self._spec.bot_id)] if chat.spec.bot == "administrator" else []

    def send_chat_action(self, parameters: Parameters) -> bool:
        """Carry out sendChatAction, which nobody sees."""
        self._chats.writable(read_chat_id(parameters))
        if (parameters.text("action") or "").lower() not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        return True

    # Presses and updates.

    def answer_query(self, parameters: Parameters) -> bool:
        """Carry out answerCallbackQuery."""
        press = self.presses.get(parameters.text("callback_query_id") or "")
        text = parameters.text("text")
        parameters.flag("show_alert")
        parameters.integer("cache_time")
        if text is not None and len(text) > ANSWER_CHARACTERS_MAX:
            raise bad_request("MESSAGE_TOO_LONG")
        now = self._clock.now()
        if press is None or now - press.pressed_at > self._spec.answer_within:
            raise bad_request(QUERY_TOO_OLD)
        if press.answered_at is not None and not self._spec.answer_again:
            raise bad_request(QUERY_TOO_OLD)
        press.answered_at = now
        press.answer = text
        return True

    def get_updates(self, parameters: Parameters) -> list[dict[str, object]]:
        """Carry out getUpdates; it may wait, so the caller must hold no lock."""
        self._updates.allow(_kinds(parameters))
        return self._updates.get(
            offset=parameters.integer("offset", 0) or 0,
            limit=parameters.integer("limit", 100) or 0,
            timeout_s=parameters.integer("timeout", 0) or 0,
        )

    # Webhooks.

    def set_webhook(self, parameters: Parameters) -> Told:
        """Carry out setWebhook; without an address it is deleteWebhook."""
        url = parameters.text("url")
        if not url:
            return self.delete_webhook(parameters)
        now = self._clock.now()
        if self._webhook_set_at is not None and now - self._webhook_set_at < WEBHOOK_EVERY:
            raise too_fast(1)
        self._webhook_set_at = now
        kinds = _kinds(parameters)
        target = checked_target(
            url,
            secret=parameters.text("secret_token") or "",
            connections=parameters.integer("max_connections", CONNECTIONS_DEFAULT) or CONNECTIONS_DEFAULT,
            over_http=self._spec.webhook_over_http,
        )
        drop = parameters.flag("drop_pending_updates")
        self._updates.allow(kinds)
        if target == self._webhook.target and not drop:
            return Told(result=True, description="Webhook is already set")
        if drop:
            self._updates.drop_all()
        self._webhook.point_at(target)
        return Told(result=True, description="Webhook was set")

    def delete_webhook(self, parameters: Parameters) -> Told:
        """Carry out deleteWebhook."""
        if parameters.flag("drop_pending_updates"):
            self._updates.drop_all()
        if self._webhook.target is None:
            return Told(result=True, description="Webhook is already deleted")
        self._webhook.point_at(None)
        return Told(result=True, description="Webhook was deleted")

    def webhook_info(self) -> dict[str, object]:
        """Return the answer to getWebhookInfo."""
        target = self._webhook.target
        info: dict[str, object] = {
            "url": "" if target is None else target.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending()),
        }
        if self._webhook.last_error is not None:
            at, why = self._webhook.last_error
            info |= {"last_error_date": int(at.timestamp()), "last_error_message": why}
        if target is not None:
            info |= {"max_connections": target.connections, "ip_address": "127.0.0.1"}
        if self._updates.allowed():
            info["allowed_updates"] = self._updates.allowed()
        return info


def _kinds(parameters: Parameters) -> list[str] | None:
    """Return the kinds of updates that a call asks for; one that the API does not have is refused."""
    asked = parameters.structure("allowed_updates", "can't parse allowed updates JSON object")
    if asked is None:
        return None
    if not (isinstance(asked, list) and all(isinstance(one, str) for one in asked)):
        raise bad_request("sandbox: allowed_updates must be an array of strings")
    unknown = sorted({one.lower() for one in asked} - KINDS)
    if unknown:
        raise bad_request(f"sandbox: {unknown[0]!r} is no kind of update")
    return [one.lower() for one in asked]
