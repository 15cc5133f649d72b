"""Reading `legacy_rule`: the state of the rule that is replaced, as EventBridge tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._rule import rule_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:  # noqa: ARG001  the port's shape
    """Return name, state, schedule and number of targets."""
    return rule_values(responses)
