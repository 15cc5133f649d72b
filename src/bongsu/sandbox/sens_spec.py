"""One SMS service of the imitated gateway, and the switches for what nobody outside it knows for sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class AlimtalkSpec:
    """A KakaoTalk channel at the same gateway, and whom it reaches.

    `templates` maps a code to its approved text, in which `#{name}` stands for a value. `not_users` have
    no KakaoTalk, `blocked` have blocked the channel; every other number gets the message.
    `mismatch_code` is the late failure of a text that is not its template's. `refused` maps a number to the
    requestStatusCode with which its notice is refused at once, inside an answer of 202; whether the text message goes
    out in its place even so is not known (`refused_fail_over`).
    """

    service_id: str = "ncp:kkobizmsg:kr:1000000:example"
    channel: str = "@example"
    templates: Mapping[str, str] = field(default_factory=dict)
    not_users: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    mismatch_code: str = "3016"
    refused: Mapping[str, str] = field(default_factory=dict)
    refused_fail_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SensSpec:
    """One SMS service, its key, and how messages fare.

    `fail_nth` maps the nth message since the world's start (counted from 1) to its late failure code, `fail_to`
    a recipient to one. `latency_ms` maps an operation to wall milliseconds. `clock_offset_ms` is how far the
    gateway's clock is ahead of the world's.

    What is not known for sure is a switch: `list_lag_ms` after acceptance a message is listed; nothing found is an
    empty list, or 404 without a body (`none_is_404`); `list_zone_hours` is the zone of list times;
    `list_shows_text` and `list_repeats` (each row twice); `refuse_unsendable_text` and `refuse_unregistered_from` at
    once instead of failing late; whether syllables outside KS X 1001 can be sent (`extended_hangul`); a subject on an
    SMS is dropped or refused (`subject_on_sms`); `sends_per_s_max`; `body_bytes_max` before 413; errors of the service
    itself have the gateway's body or none (`error_body`); `reserve_lead_min_s`; `optout_status`; whether a POST needs
    its content type.
    """

    service_id: str = "ncp:sms:kr:100000000001:example"
    access_key: str = "EXAMPLEACCESSKEY0001"
    secret_key: str = "example-secret-key-not-real-000000000000"
    enabled: bool = True
    from_numbers: tuple[str, ...] = ("0200000000",)
    opted_out: tuple[str, ...] = ()
    delivery_delay_ms: int = 400
    list_lag_ms: int = 0
    list_zone_hours: int = 9
    list_shows_text: bool = False
    list_repeats: bool = False
    page_size_max: int = 100
    none_is_404: bool = False
    refuse_unsendable_text: bool = False
    refuse_unregistered_from: bool = False
    extended_hangul: bool = True
    subject_on_sms: Literal["drop", "refuse"] = "drop"
    sends_per_s_max: int | None = None
    body_bytes_max: int = 1_000_000
    error_body: Literal["gateway", "empty"] = "gateway"
    needs_content_type: bool = True
    reserve_lead_min_s: int = 0
    optout_status: int = 201
    clock_offset_ms: int = 0
    fail_nth: Mapping[int, str] = field(default_factory=dict)
    fail_to: Mapping[str, str] = field(default_factory=dict)
    latency_ms: Mapping[str, int] = field(default_factory=dict)
    alimtalk: AlimtalkSpec | None = None
