"""The colours of our pages, light, dark and on paper: what is written can be read, and what is drawn can be seen."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

TEXT, DRAWN = 4.5, 3.0
"""WCAG 2.2, level AA: 1.4.3 for text, 1.4.11 for what a picture is understood by."""
VERDICTS = ("pass", "fail", "unknown")
SHEETS = {"report": ("bongsu.evidence", "page.css"), "live": ("bongsu.intake", "page.css")}
MEDIA = {"light": "", "dark": r"@media \(prefers-color-scheme: dark\) \{ ", "paper": r"@media print \{ @page [^}]*\} "}
CASES = [("report", "light"), ("report", "dark"), ("report", "paper"), ("live", "light"), ("live", "dark")]


def colours(page: str, mode: str) -> dict[str, str]:
    package, name = SHEETS[page]
    sheet = (files(package) / name).read_text("utf-8")
    found = {}
    for begin in dict.fromkeys(("^", MEDIA[mode])):
        block = re.search(rf"(?m){begin}:root \{{([^}}]*)\}}", sheet)
        assert block is not None
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[1]))
    return found


def light_of(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((light_of(one), light_of(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("page", "mode"), CASES)
def test_every_text_stands_out_from_its_ground(page: str, mode: str) -> None:
    own = colours(page, mode)
    pairs = [(text, ground) for text in ("ink", "soft", *VERDICTS) for ground in ("paper", "card")]
    pairs += [(name, f"{name}-wash") for name in VERDICTS if f"{name}-wash" in own]
    if page == "report":
        pairs += [("info", "paper"), ("info", "wash"), ("soft", "wash")]
        pairs += [("ink", f"bar-{name}") for name in VERDICTS] + [("ink", "live"), ("ink", "calm")]
    assert [pair for pair in pairs if contrast(own[pair[0]], own[pair[1]]) < TEXT] == []


@pytest.mark.parametrize("mode", MEDIA)
def test_every_bar_has_an_edge_that_stands_out_from_its_track(mode: str) -> None:
    own = colours("report", mode)
    edges = (*VERDICTS, "soft", "info", "ink")
    assert [edge for edge in edges if contrast(own[edge], own["wash"]) < DRAWN] == []
