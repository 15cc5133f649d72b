"""Presses on Slack, by Socket Mode: no public address is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bongsu.core.codes import ButtonCodes
    from bongsu.inbound._answers import InMemoryAddresses
    from bongsu.inbound._port import Deliver, Inbound
    from bongsu.redact import Redactor

CHANNEL = "slack"
SECRETS = ("app_token",)
NEEDS = ("app_token",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Those of the channel's plan keys that listening needs."""

    app_token: str = field(repr=False)
    api_url: str = "https://slack.com/api/"


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: InMemoryAddresses,
    deliver: Deliver,
    now: Callable[[], datetime],
) -> Inbound:
    """Return the path in, not yet started; `answers` is told where each press can be answered."""
    del now
    # Slack's own client is an extra, which the other way in does not need.
    from bongsu.inbound._slack_socket import SlackInbound

    return SlackInbound(options, name=name, codes=codes, redactor=redactor, answers=answers, deliver=deliver)
