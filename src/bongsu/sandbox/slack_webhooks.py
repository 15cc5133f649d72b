"""The imitated Slack's incoming webhooks: posts to one fixed channel, answered with a bare word."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from bongsu.sandbox.slack_wire import Arguments, SlackRefusedError, TooFastError, read_json

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from bongsu.sandbox.slack_board import Board
    from bongsu.sandbox.slack_content import Content
    from bongsu.sandbox.slack_spec import WebhookSpec

SERVICES_PREFIX = "/services/"
SERVICE_ID = re.compile(r"B[A-Z0-9]+")
# An app's webhook posts under the app's own name to the channel it was installed for, whatever these say.
IGNORED = frozenset({"channel", "username", "icon_emoji", "icon_url"})
TAKEN = frozenset({"text", "blocks", "attachments", "thread_ts", "unfurl_links", "unfurl_media"})
REASON_HEADER = "X-Sandbox-Reason"


class Webhooks:
    """The webhooks of one app; the caller holds the workspace's lock."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._spec = board.spec

    def take(self, request: Request) -> tuple[Response, dict[str, object]]:
        """Carry out one post; return the answer and the facts for the record, which hold no secret."""
        facts: dict[str, object] = {"verb": request.method}
        try:
            webhook = self._webhook(request.path)
            facts["webhook"] = webhook.id
            facts |= self._post(webhook, read_payload(request))
        except TooFastError as early:
            return self.too_fast(early, facts)
        except SlackRefusedError as refused:
            return self.refusal(refused, facts)
        return plain("ok"), {**facts, "status": 200}

    def too_fast(self, early: TooFastError, facts: dict[str, object]) -> tuple[Response, dict[str, object]]:
        """Return a 429 with its `Retry-After`."""
        headers = {"Retry-After": str(early.retry_after_s)}
        answer = plain(self._spec.webhook_too_fast_body, status=429, headers=headers)
        return answer, {**facts, "status": 429, "retry_after_s": early.retry_after_s}

    def refusal(self, refused: SlackRefusedError, facts: dict[str, object]) -> tuple[Response, dict[str, object]]:
        """Return a code with its status; what the sandbox alone objects to stands in a header.

        Where the Web API would call an argument invalid, a webhook knows no more than an invalid payload.
        """
        code = refused.error if refused.error in self._spec.webhook_statuses else "invalid_payload"
        status = self._spec.webhook_statuses[code]
        messages = refused.messages or []
        own = next((message for message in messages if message.startswith("sandbox:")), None)
        answer = plain(code, status=status, headers={} if own is None else {REASON_HEADER: own})
        return answer, {**facts, "status": status, "error": code, "reasons": messages}

    def _webhook(self, path: str) -> WebhookSpec:
        team, service, secret = [*path.removeprefix(SERVICES_PREFIX).split("/", 2), "", ""][:3]
        if team != self._spec.team_id:
            raise SlackRefusedError("no_team")
        if not SERVICE_ID.fullmatch(service):
            raise SlackRefusedError("no_service_id")
        found = next((webhook for webhook in self._spec.webhooks if webhook.id == service), None)
        if found is None:
            raise SlackRefusedError("no_service")
        if not hmac.compare_digest(found.secret.encode(), secret.encode()):
            raise SlackRefusedError("invalid_token")
        if found.refuses:
            raise SlackRefusedError(found.refuses)
        return found

    def _post(self, webhook: WebhookSpec, payload: dict[str, Any]) -> dict[str, object]:
        unknown = sorted(set(payload) - IGNORED - TAKEN)
        if unknown:
            raise SlackRefusedError("invalid_payload", messages=[f"sandbox: unknown field `{unknown[0]}`"])
        channel = self._board.workspace.channels[webhook.channel]
        if channel.spec.is_archived:
            raise SlackRefusedError("channel_is_archived")
        arguments = Arguments({name: payload[name] for name in set(payload) & TAKEN})
        ignored = {name: payload[name] for name in sorted(set(payload) & IGNORED)}
        stored = self._board.post(
            channel,
            webhook_content(self._board, arguments),
            thread_ts=arguments.text("thread_ts"),
            via="webhook",
            ignored=ignored,
        )
        return {"channel": channel.spec.id, "ts": stored.ts, "ignored_fields": sorted(ignored)}


def webhook_content(board: Board, arguments: Arguments) -> Content:
    """Return what a webhook's message is to hold."""
    for name in ("unfurl_links", "unfurl_media"):
        arguments.flag(name)
    return board.content(arguments)


def read_payload(request: Request) -> dict[str, Any]:
    """Return the object that was posted, as JSON or as the form field `payload`."""
    text: str | bytes | None = None
    if request.method == "POST" and request.mimetype == "application/json":
        text = request.get_data()
    elif request.method == "POST" and set(request.form) == {"payload"}:
        text = request.form["payload"]
    try:
        payload = read_json(text or b"")
    except ValueError:
        raise SlackRefusedError("invalid_payload") from None
    if not isinstance(payload, dict):
        raise SlackRefusedError("invalid_payload")
    return {name: value for name, value in payload.items() if value is not None}


def plain(text: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a bare word as the answer."""
    return Response(text, status=status, headers=headers, content_type="text/plain; charset=utf-8")
