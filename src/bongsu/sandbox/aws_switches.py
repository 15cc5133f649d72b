"""What nobody here has seen the real AWS do: each such fact is a switch, so that a plan can be tried both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _denied_codes() -> dict[str, str]:
    return {
        "cloudwatch": "AccessDenied",
        "sns": "AuthorizationError",
        "*": "AccessDeniedException",
    }


def _denied_statuses() -> dict[str, int]:
    return {"lambda": 403, "cloudwatch": 403, "sns": 403, "*": 400}


def _unknown_key_codes() -> dict[str, str]:
    return {"sts": "InvalidClientTokenId", "sns": "InvalidClientTokenId", "*": "UnrecognizedClientException"}


def _expired_key_codes() -> dict[str, str]:
    return {"sts": "ExpiredToken", "sns": "ExpiredToken", "*": "ExpiredTokenException"}


def _platform_levels() -> dict[str, str]:
    return {"platform.start": "INFO", "platform.runtimeDone": "DEBUG", "platform.report": "INFO"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSwitches:
    """Facts that are general knowledge or guesses, with what the sandbox takes for likely as the default.

    `denied_codes`, `denied_statuses`, `unknown_key_codes` and `expired_key_codes` are by service, `*` for the others.
    `log_resource` is the resource that a policy must name for a log group, `{group}` in it; `log_list_resource` the
    one on which DescribeLogGroups is decided.
    `rule_change_after_s`: how long a rule that was disabled may still fire, and one that was enabled does not yet.
    `cron_fires_at_s`: the second within its minute at which a cron rule fires.
    `scheduled_input_replaces_event`: a target's constant Input is all that the function gets.
    `code_sha256_is_digest`: CodeSha256 of an image function is the image's digest; else it is something else.
    `platform_levels`: the system log level from which each JSON line is written.
    `timeout_line` is the log line of a run over its time, with `{at}`, `{request_id}` and `{timeout}`.
    `invoke_throttled_status` answers a call over the function's concurrency.
    `zero_concurrency_drops_events`: with a reserved concurrency of 0 queued events are dropped, not tried again.
    `weight_out_of_range_code` refuses an alias weight above 1.
    `periods_are_checked`, `query_ids_are_checked`: GetMetricData refuses a period of 7 s and an id like `Q`.
    `missing_secret_status` is the status with which Secrets Manager says that a secret does not exist.
    `set_state_is_judged_again`: an alarm whose state was set returns to what its data say at the next minute.
    """

    denied_codes: Mapping[str, str] = field(default_factory=_denied_codes)
    denied_statuses: Mapping[str, int] = field(default_factory=_denied_statuses)
    unknown_key_codes: Mapping[str, str] = field(default_factory=_unknown_key_codes)
    expired_key_codes: Mapping[str, str] = field(default_factory=_expired_key_codes)
    log_resource: str = "log-group:{group}:log-stream:"
    log_list_resource: str = "log-group::log-stream:"
    rule_change_after_s: int = 0
    cron_fires_at_s: int = 0
    scheduled_input_replaces_event: bool = True
    code_sha256_is_digest: bool = True
    platform_levels: Mapping[str, str] = field(default_factory=_platform_levels)
    timeout_line: str = "{at} {request_id} Task timed out after {timeout} seconds\n"
    invoke_throttled_status: int = 429
    zero_concurrency_drops_events: bool = True
    weight_out_of_range_code: str = "InvalidParameterValueException"
    periods_are_checked: bool = True
    query_ids_are_checked: bool = True
    missing_secret_status: int = 400
    set_state_is_judged_again: bool = True


def by_service(values: Mapping[str, str], service: str) -> str:
    """Return a service's own value, or the one for all others."""
    return values.get(service, values["*"])
