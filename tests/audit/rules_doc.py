"""The table of docs/audit.md, made of the rules' own files: written by `python -m tests.audit.rules_doc`."""

from __future__ import annotations

import re

from tests.rules.tree import ROOT

from bongsu.audit import names, rule_of
from bongsu.audit.sarif import about

DOCUMENT = ROOT / "docs" / "audit.md"
BLOCK = re.compile(r"(<!-- generated: rules -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def table() -> str:
    """Return a row for each rule: name, what it finds, severity, confidence, source."""
    rows = ["| Rule | Finds | Severity | Confidence | Source |", "| --- | --- | --- | --- | --- |"]
    for name in names():
        rule, (finds, source) = rule_of(name), about(name)
        cells = (f"`{name}`", finds, rule.SEVERITY, rule.CONFIDENCE, source)
        rows.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def written(text: str) -> str:
    """Return the document with the table as the rules have it."""
    return BLOCK.sub(lambda found: found[1] + table() + found[3], text)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
