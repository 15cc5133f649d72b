"""Step 12, for time: the authority that the plan names has seen this end of the chain, and when fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.skew import SKEW
from bongsu.evidence.findings import Place, Severity
from bongsu.evidence.folder import AUTHORITY, HEAD, PLAN, PUBLISHED, TIMESTAMP
from bongsu.evidence.timestamps import NotInstalled, NotWitnessed, witnessed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan
    from bongsu.evidence.folder import Folder


def timestamp(folder: Folder, plan: Plan, told: Sequence[Recorded]) -> int:
    """Return how many timestamps were looked at; without the one that the plan asks for the evidence is unknown."""
    names, fingerprint = folder.names(), str(plan.keys.get("timestamps") or "")
    if TIMESTAMP not in names:
        if fingerprint and PUBLISHED not in names:
            _missing(folder, fingerprint)
        return 0
    answer, head, certificates = (folder.file(name) or b"" for name in (TIMESTAMP, HEAD, AUTHORITY))
    try:
        at = witnessed(answer, head, certificates=certificates, fingerprint=fingerprint)
    except NotWitnessed as exc:
        folder.findings.add(
            "timestamp",
            Place(file=TIMESTAMP),
            found=exc,
            why="this is no timestamp of head.json by the authority that the plan names",
            instead=f"one that holds, by the authority with {fingerprint}" if fingerprint else "no timestamp",
        )
        return 1
    except NotInstalled as exc:
        folder.findings.add(
            "timestamp_unread",
            Place(file=TIMESTAMP),
            found=exc,
            why="what reads timestamps is not installed here, so this one was not looked at",
            instead="pip install 'bongsu[timestamp]', or openssl ts -verify",
            severity=Severity.UNKNOWN,
        )
        return 0
    _in_time(folder, at, told)
    return 1


def _missing(folder: Folder, fingerprint: str) -> None:
    folder.findings.add(
        "timestamp_missing",
        Place(file=TIMESTAMP),
        found="no timestamp",
        why="the plan names an authority, and nothing here shows when it saw the end of this chain",
        instead=f"a timestamp by the authority with {fingerprint}",
        also=(Place(file=PLAN),),
        severity=Severity.UNKNOWN,
    )


def _in_time(folder: Folder, at: datetime, told: Sequence[Recorded]) -> None:
    """Compare with the last line, unless a rehearsal's clock told the time: that is not the world's."""
    clock = getattr(told[0].event, "clock", "") if told else ""
    if clock == "system" and at < told[-1].at - SKEW:
        folder.findings.add(
            "timestamp",
            Place(file=TIMESTAMP),
            found=at.isoformat(),
            why="the authority has seen the end of the chain before its last line was written",
            instead=f"{told[-1].at.isoformat()} or later",
        )
