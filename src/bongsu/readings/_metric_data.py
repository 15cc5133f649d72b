"""Sums of metrics over the pages of GetMetricData."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.readings._json import documents
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence


def sums(responses: Sequence[bytes], ids: Sequence[str]) -> dict[str, tuple[int | None, int]]:
    """Return sum and number of datapoints by query id; the sum is None when there was none.

    A series counts only when the newest page that names it says Complete: part of the data is no figure.
    """
    totals = dict.fromkeys(ids, 0)
    points = dict.fromkeys(ids, 0)
    status = dict.fromkeys(ids, "")
    for page in documents(responses, "GetMetricData"):
        for result in page.member("MetricDataResults").items():
            name = result.member("Id").text()
            if name not in totals:
                raise Unreadable(f"{result.place}.Id is {name!r}, which was not asked")
            values = [value.integer() for value in result.member("Values").items()]
            totals[name] += sum(values)
            points[name] += len(values)
            status[name] = result.member("StatusCode").text()
    for name, word in status.items():
        if word != "Complete":
            raise Unreadable(f"GetMetricData's series {name!r} ended as {word or 'absent'!r}, not 'Complete'")
    return {name: (totals[name] if points[name] else None, points[name]) for name in ids}
