"""Every link in a document leads somewhere: to a file of the repository, and to a heading that is in it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from tests.rules.tree import ROOT, files, place

DOCS = [path for path in files() if path.suffix == ".md"]
COMMITTED = {path.resolve() for path in files()}
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)(?: \"[^\"]*\")?\)")
REFERENCE = re.compile(r"^\[[^\]]+\]: (\S+)", re.MULTILINE)
FENCE = re.compile(r"^( *)(`{3,})[^`\n]*\n.*?^\1\2$", re.DOTALL | re.MULTILINE)


@cache
def prose(document: Path) -> str:
    """Return a document without its fenced blocks, in which a bracket is a bracket."""
    return FENCE.sub("", document.read_text("utf-8"))


@cache
def anchors(document: Path) -> frozenset[str]:
    """Return what may stand behind `#`: the headings as GitHub names them, repeated ones with a number."""
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", prose(document), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        times = sum(re.fullmatch(re.escape(name) + r"(-\d+)?", one) is not None for one in found)
        found.append(f"{name}-{times}" if times else name)
    return frozenset(found)


def targets(document: Path) -> list[str]:
    """Return the links of a document that lead into the repository."""
    text = re.sub(r"`[^`\n]+`", "", prose(document))
    links = [*LINK.findall(text), *REFERENCE.findall(text)]
    return [link for link in links if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("document", DOCS, ids=place)
def test_every_link_leads_to_a_file_and_a_heading_that_is_there(document: Path) -> None:
    lost = []
    for link in targets(document):
        name, _, anchor = link.partition("#")
        path = (document.parent / name).resolve() if name else document
        there = path in COMMITTED or path.is_dir()
        if not there or (anchor and (path.suffix != ".md" or anchor not in anchors(path))):
            lost.append(link)
    assert lost == []


def test_the_readme_leads_to_every_page_of_the_docs() -> None:
    """At once, or through a page that it leads to; nothing is written that nobody finds."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        there = {(page.parent / link.partition("#")[0]).resolve() for link in targets(page)}
        waiting += [one for one in there if one in COMMITTED and one.suffix == ".md"]
    assert [place(page) for page in DOCS if page not in seen] == []


def test_an_anchor_is_named_as_github_names_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One `two`\n\n## Three: 4 & five\n\n## One two\n\n```\n# no heading\n```\n\n## [A](b.md) c\n", "utf-8"
    )
    assert anchors(page) == {"one-two", "three-4--five", "one-two-1", "a-c"}
