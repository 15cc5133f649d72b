"""What each reading is asked, scope by scope: time windows, run ids and records from earlier readings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bongsu.core.agenda import Later
from bongsu.core.state import Observation
from bongsu.core.times import from_iso, iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bongsu.core.agenda import Agenda
    from bongsu.core.plan import ReadNeed

MARGIN = timedelta(seconds=1)
"""Services list by whole seconds; a second on both sides loses nothing: what is not ours shows by its id."""


def whole_minute(at: datetime) -> datetime:
    """Return the time itself when it is a whole minute, else the next one."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + timedelta(minutes=1)


class Window:
    """The arguments of every reading for a scope that looks at one span of time."""

    def __init__(self, agenda: Agenda, scope: str, *, since: datetime, until: datetime) -> None:
        self.agenda = agenda
        self.scope = scope
        self.since = since
        self.until = until

    def __call__(self, need: ReadNeed, after_seq: int) -> Mapping[str, Any] | Later | None:
        """Return the arguments; LATER while they rest on a reading under way; None when that was given up."""
        if "over_s" in need.args:
            over = timedelta(seconds=int(str(need.args["over_s"])))
            return {**need.args, "since": iso(self.until - over), "until": iso(self.until)}
        match need.reading:
            case "invocations":
                return {**need.args, "since": iso(self.since), "until": iso(self.until)}
            case "metrics":
                # Metrics are kept by the minute: a look must not count again what the one before has counted.
                since = whole_minute(self.since) if self.scope.startswith("watch/") else self.since
                return {**need.args, "since": iso(since), "until": iso(self.until)}
            case "gateway" | "state_table":
                found = self.agenda.read(
                    f"{self.scope}/invocations",
                    "invocations",
                    {"since": iso(self.since), "until": iso(self.until)},
                    after_seq=after_seq,
                )
                if found is None:
                    return Later.LATER
                if not isinstance(found, Observation):
                    return None
                return self._resting_on(need, found.values["complete"])
            case _:
                return dict(need.args)

    def _resting_on(self, need: ReadNeed, complete: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        if need.reading == "state_table":
            reports = [run["report"] for run in complete if run["report"] is not None]
            return {
                "run_ids": [report["run_id"] for report in reports],
                "records": sorted({record for report in reports for record in report["records"]}),
            }
        starts = [from_iso(run["started_at"]) for run in complete]
        ends = [from_iso(run["ended_at"]) for run in complete]
        since = min(starts, default=self.since) - MARGIN
        until = max(ends, default=self.until) + MARGIN
        return {"since": iso(since), "until": iso(until)}
