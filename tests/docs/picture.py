"""The timeline of a report as a picture that stands alone: docs/timeline.svg, for README.md."""

from __future__ import annotations

import re

from tests.docs.blocks import ROOT

PICTURE = ROOT / "docs" / "timeline.svg"
MARGIN = 16
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
LIGHT = re.compile(r":root \{([^}]*)\}")
TIMELINE = re.compile(r'<svg class="timeline large".*?</svg>', re.DOTALL)
RULE = re.compile(r"(?:\.timeline[^{}]*)\{[^{}]*\}")
SCREEN = re.compile(r"[^{]*(?::|\.small|\.large)[^{]*\{")
"""Rules for a page that somebody points at, or that is narrow."""
MARK = re.compile(r"<a [^>]*>|</a>|<text class=\"tip[^>]*>.*?</text>|<text class=\"hint.*?</text>", re.DOTALL)


def standing_alone(page: str) -> str:
    """Return a report page's timeline with its own colours and without what only a page can do: links and tips."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    colours, drawn = LIGHT.search(style), TIMELINE.search(page)
    assert colours is not None
    assert drawn is not None
    picture = MARK.sub("", drawn[0])
    first, *titles = re.findall(r"<title[^>]*>.*?</title>", picture, re.DOTALL)
    for title in titles:
        picture = picture.replace(title, "")
    rules = [rule for rule in RULE.findall(style) if not SCREEN.search(rule)]
    variables = dict(re.findall(r"(--[\w-]+): ([^;]+);", colours[1]))
    css = re.sub(r"var\((--[\w-]+)\)", lambda found: variables[found[1]], "".join(rules))
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', picture)
    assert found is not None
    width, height = (int(side) + 2 * MARGIN for side in found.groups())
    box = f'viewBox="-{MARGIN} -{MARGIN} {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" {box}'
    ground = f'<rect x="-{MARGIN}" y="-{MARGIN}" width="{width}" height="{height}" fill="{variables["--card"]}"/>'
    inner = picture.partition(">")[2].removesuffix("</svg>")
    style = f"<style>svg {{ font-family: {FONT}; }} {css}</style>"
    return f'{head} role="img">{first}{style}{ground}{inner.replace(first, "")}</svg>\n'
