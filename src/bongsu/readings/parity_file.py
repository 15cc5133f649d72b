"""Reading `parity_file`: the result that `naver-sms parity` wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.figures import percent
from bongsu.readings._json import document
from bongsu.readings._port import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:  # noqa: ARG001  the port's shape
    """Return mode, time of measuring, counts, percentage, and what was compared (runs, bookings, digest)."""
    found = document(responses, 0, "the parity file")
    if found.member("type").text() != "naver_sms.parity" or found.member("v").integer() != 1:
        raise Unreadable(f"{found.place} is not a 'naver_sms.parity' document of version 1")
    counts = {name: found.member(name).count() for name in ("compared", "matched", "missing", "extra", "different")}
    if counts["compared"] != sum(counts.values()) - counts["compared"]:
        raise Unreadable(f"{found.place}: compared is not matched + missing + extra + different")
    said = found.member("percent")
    computed = percent(counts["matched"], counts["compared"])
    if (None if said.value is None else said.number()) != computed:
        raise Unreadable(f"{said.place} is {said.value}, and the counts give {computed}")
    inputs = found.member("inputs")
    return {
        "mode": found.member("mode").text(),
        "measured_at": found.member("measured_at").time(),
        **counts,
        "percent": computed,
        "sha256": inputs.member("sha256").text(),
        "runs": inputs.member("runs").count(),
        "bookings": inputs.member("bookings").count(),
    }
