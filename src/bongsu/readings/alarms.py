"""Reading `alarms`: the state of each named CloudWatch alarm, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._json import Node, documents
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATES = {"OK": "ok", "ALARM": "alarm", "INSUFFICIENT_DATA": "insufficient"}


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:
    """Return counts by state, the names that do not exist, and state and since by name."""
    asked = [name.text() for name in Node(dict(args), "the arguments").member("names").items()]
    found: dict[str, dict[str, str]] = {}
    for page in documents(responses, "DescribeAlarms"):
        for kind in ("MetricAlarms", "CompositeAlarms"):
            rows = page.present(kind)
            for row in [] if rows is None else rows.items():
                name = row.member("AlarmName").text()
                if name in asked:
                    found[name] = _state(row)
    states = [one["state"] for one in found.values()]
    return {
        "count": len(set(asked)),
        **{short: states.count(word) for word, short in STATES.items()},
        "missing": sorted(set(asked) - found.keys()),
        "states": {name: found[name] for name in sorted(found)},
    }


def _state(row: Node) -> dict[str, str]:
    state = row.member("StateValue")
    if state.text() not in STATES:
        raise Unreadable(f"{state.place} is {state.text()!r}, not a state that CloudWatch documents")
    since = row.present("StateTransitionedTimestamp") or row.member("StateUpdatedTimestamp")
    return {"state": state.text(), "since": since.time()}
