"""comparison.html in Chromium: it loads nothing, and neither a phone nor a wide screen has to scroll sideways."""

from __future__ import annotations

from tests.evidence.synthetic import Player, plan_of
from tests.evidence.test_compare import tables_of
from tests.page.browser import chromium

from bongsu.evidence.compare import compare
from bongsu.evidence.compare_page import as_page


def test_it_fits_every_width_in_both_languages_and_asks_for_nothing(tmp_path):
    one = tables_of(Player(plan=plan_of(1)).play(), clock="http://127.0.0.1:9/clock")
    other = tables_of(Player(plan=plan_of(1)).play(until=22))
    asked: list[str] = []
    with chromium(tmp_path / "profile") as browser:
        for language in ("en", "ko"):
            one["language"] = language
            file = tmp_path / f"{language}.html"
            file.write_bytes(as_page(compare(one, other), one, other))
            for width in (390, 820, 1440):
                page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
                page.on("request", lambda request: asked.append(request.url))
                page.goto(file.as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
                assert page.locator(".side").count() == 2
    assert all(url.startswith("file:") for url in asked)
