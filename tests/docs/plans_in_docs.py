"""Plans and parts of plans in documents: a part is put into the example plan in place of what it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from tests.docs.blocks import ROOT
from tests.planfile.reading import EXAMPLE

from bongsu.planfile import load_bytes

MARKED = re.compile(r"^<!-- (plan|part|channels)(?:: (\w+))? -->\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FENCED = re.compile(r"^ *```ya?ml$", re.MULTILINE)
EXTENDING = ROOT / "docs" / "extending.md"
"""Its parts need the kinds that it adds: tests/docs/test_extending.py checks them."""
BY_NAME = ("contacts", "channels", "escalation")
BY_KIND = ("baseline", "verify")


def examples(document: Path) -> list[tuple[str, str, str]]:
    """Return mark, name and text of every marked block of YAML."""
    return [(found[1], found[2] or "", found[3]) for found in MARKED.finditer(document.read_text("utf-8"))]


def unmarked(document: Path) -> int:
    """Return how many blocks of YAML nobody marked, and so nobody checks."""
    if document == EXTENDING:
        return 0
    return len(FENCED.findall(document.read_text("utf-8"))) - len(examples(document))


def whole(part: str) -> dict[str, Any]:
    """Return the example plan with a part in it: entries by their name, checks by their kind, other keys whole."""
    plan = yaml.safe_load(EXAMPLE)
    for key, value in yaml.safe_load(part).items():
        if key in BY_NAME:
            plan[key] = {**plan[key], **value}
        elif key in BY_KIND:
            kinds = {check["kind"] for check in value}
            plan[key] = [check for check in plan[key] if check["kind"] not in kinds] + value
        else:
            plan[key] = value
    return plan


def checked(plan: dict[str, Any] | str) -> None:
    """Load a plan as `bongsu check` does; PlanProblems when it cannot be used."""
    text = plan if isinstance(plan, str) else yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)
    load_bytes(text.encode(), Path("example.yaml"))
