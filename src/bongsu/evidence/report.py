"""The reports of a run: file name to bytes, from its ledger alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.evidence.collect import as_json, collect
from bongsu.evidence.markdown import as_markdown
from bongsu.evidence.page import as_html

if TYPE_CHECKING:
    from bongsu.evidence.folder import Story


def reports(story: Story) -> dict[str, bytes]:
    """Return report.json, report.md and report.html of a story; the same story gives the same bytes on any day."""
    tables = collect(story)
    return {
        "report.json": as_json(tables),
        "report.md": as_markdown(tables),
        "report.html": as_html(tables, story),
    }
