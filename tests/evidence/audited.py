"""Reports under an audit: what is written from a ledger contradicts neither itself nor the services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit import audit
from bongsu.audit.beside import open_log
from bongsu.audit.findings import Confidence

if TYPE_CHECKING:
    from pathlib import Path


def contradictions(folder: Path) -> list[tuple[str, int, str, str]]:
    """Return what `bongsu audit` shows of the reports of an evidence folder: file, line, rule and why."""
    return [
        (name, one.spot.line, one.rule, one.why)
        for name in ("report.md", "report.json")
        for one in audit([open_log(folder / name)])
        if one.confidence.at_least(Confidence.MEDIUM)
    ]
