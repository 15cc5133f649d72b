"""Reading `workload_metrics`: what the workload itself published about texts accepted and delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._metric_data import sums

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES = {"accepted": "SmsAccepted", "delivered": "SmsDelivered"}
"""Query id to metric name in namespace NaverSms."""


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:  # noqa: ARG001  the port's shape
    """Return the sums (None without any datapoint) and the number of datapoints of `accepted`."""
    found = sums(responses, tuple(NAMES))
    return {**{name: total for name, (total, _) in found.items()}, "datapoints": found["accepted"][1]}
