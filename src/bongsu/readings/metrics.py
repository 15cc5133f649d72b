"""Reading `metrics`: AWS's own counts of the function's invocations, errors and throttles over a window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._metric_data import sums

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES = {"invocations": "Invocations", "errors": "Errors", "throttles": "Throttles"}
"""Query id to metric name in namespace AWS/Lambda."""


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:  # noqa: ARG001  the port's shape
    """Return the sums; None where no datapoint was shown, which is not nought."""
    return {name: total for name, (total, _) in sums(responses, tuple(NAMES)).items()}
