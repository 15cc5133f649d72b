"""Every plan in a document is one that `bongsu check` takes, and every key of a plan has an example that it takes."""

from __future__ import annotations

import re

import pytest
import yaml
from tests.docs.plans_in_docs import checked, examples, unmarked, whole
from tests.rules.tree import ROOT, place

from bongsu.planfile import PlanProblems
from bongsu.planfile.examples import EXAMPLES

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [(page, *block) for page in PAGES for block in examples(page)]
PLAN = (ROOT / "docs" / "plan.md").read_text("utf-8")


@pytest.mark.parametrize(("page", "mark", "name", "text"), BLOCKS, ids=[place(block[0]) for block in BLOCKS])
def test_a_plan_that_is_shown_can_be_used(page, mark: str, name: str, text: str) -> None:
    checked(text if mark == "plan" else whole(text))


def test_no_plan_is_shown_that_nobody_checks() -> None:
    assert {place(page): count for page in PAGES if (count := unmarked(page))} == {}
    assert len(BLOCKS) > len(EXAMPLES)


def sections() -> list[tuple[str, list[str], str]]:
    """Return title, keys and example of every section of the reference that has a table of keys."""
    found = []
    for section in PLAN.split("\n## ")[1:]:
        keys = re.findall(r"^\| `(\w+)` \| [^|]+ \|(?: [^|]+ \|){2}$", section, re.MULTILINE)
        shown = re.search(r"^<!-- part -->\n```yaml\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
        if keys:
            found.append((section.partition("\n")[0], keys, shown[1] if shown else ""))
    return found


@pytest.mark.parametrize(("title", "keys", "example"), sections(), ids=[one[0] for one in sections()])
def test_every_key_is_in_the_example_of_its_section(title: str, keys: list[str], example: str) -> None:
    """Those of the first section that are sections themselves are shown there."""
    own = {name.strip("`").partition(".")[0] for name, _, _ in sections()}
    elsewhere = own | {"baseline", "verify", "target", "legacy", "channels"} if title == "The keys" else set()
    assert [key for key in keys if key not in elsewhere and not re.search(rf"\b{key}:\s", example)] == []


def test_no_example_is_left_over() -> None:
    assert PLAN.count("<!-- part -->") == len(EXAMPLES)


def test_a_part_that_is_wrong_is_found() -> None:
    with pytest.raises(PlanProblems, match="eror_rate"):
        checked(whole("verify: [{kind: eror_rate, at_most: 0%}]"))
    assert yaml.safe_load(EXAMPLES["go"])["go"]["approvals"] == 2
