"""report.html in Chromium: it opens from a disk, loads nothing, fits a phone, and every number opens its line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evidence.pages import story_of
from tests.evidence.synthetic import Player, plan_of
from tests.page.browser import chromium

from bongsu.evidence.collect import collect
from bongsu.evidence.page import as_html

HOSTILE = '"><script>document.title="taken"</script><img src=x onerror="document.title=1">'


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Opens a page of a played run from its file; whatever was asked for or complained of is kept."""
    player = Player(plan=plan_of()).play()
    folder = tmp_path_factory.mktemp("pages")
    asked: list[str] = []
    complaints: list[str] = []
    with chromium(tmp_path_factory.mktemp("profile")) as browser:

        def open_(language="en", cutover="Invented", *, width=1280):
            plan = replace(player.plan, cutover=cutover, announce=replace(player.plan.announce, languages=(language,)))
            story = story_of(player, plan)
            file = folder / "report.html"
            file.write_bytes(as_html(collect(story), story))
            page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda said: complaints.append(said.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(file.as_uri())
            return page

        yield open_
    assert {url.partition("#")[0] for url in asked} == {(folder / "report.html").as_uri()}
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_no_width_makes_the_page_scroll_sideways(opened, language, width):
    page = opened(language, width=width)
    for anchor in ("", "#all", "#l30"):
        page.evaluate("anchor => { location.hash = anchor }", anchor)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for picture in ("timeline", "plot"):
        drawings = [page.locator(f"svg.{picture}.{name}").first.is_visible() for name in ("large", "small")]
        assert drawings == ([True, False] if width > 820 else [False, True])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_on_a_phone_a_finger_hits_what_it_points_at(opened, language):
    """WCAG 2.2 asks for 24 px; the navigation, which one reaches for first, has more."""
    page = opened(language, width=390)
    sizes = "links => links.map(link => link.getBoundingClientRect()).map(box => [box.width, box.height])"
    bar = page.locator("nav a").evaluate_all(sizes)
    assert bar and min(height for _, height in bar) >= 40
    numbers = page.locator("table a.n").evaluate_all(sizes)
    assert numbers and min(min(size) for size in numbers) >= 24


def test_on_a_phone_no_label_stands_before_nothing(opened):
    page = opened(width=390)
    cells = page.locator("td")
    empty = [cell for cell in cells.all() if not cell.inner_text().strip() and not cell.locator("svg").count()]
    assert [cell.get_attribute("data-h") for cell in empty if cell.is_visible()] == []


def test_a_number_opens_its_line_and_the_raw_answer_behind_it(opened):
    page = opened()
    link = page.locator("#figures table a.n").first
    seq = link.get_attribute("href")
    body = page.locator(f"{seq} .body")
    assert not body.is_visible()
    link.click()
    assert body.is_visible() and page.evaluate("location.hash") == seq
    answer = body.locator("details", has_text="response.0")
    answer.locator("summary").click()
    assert '"values"' in answer.locator("pre").inner_text()
    page.go_back()
    assert not body.is_visible()


def test_a_mark_is_read_with_the_keyboard_and_leads_to_its_line(opened):
    page = opened()
    mark = page.locator("svg.large a").nth(3)
    mark.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert mark.locator(".tip").is_visible()
    page.keyboard.press("Enter")
    assert page.locator(f"{mark.get_attribute('href')} .body").is_visible()


def test_markup_in_the_plan_is_read_and_not_run(opened):
    page = opened(cutover=HOSTILE)
    assert page.locator("h1").inner_text() == HOSTILE
    assert "taken" not in page.title().partition("<")[0] and page.locator("img, script").count() == 0


def test_on_paper_the_messages_are_open_and_the_ledger_is_a_list(opened):
    page = opened()
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("pre.said").first.is_visible()
    assert page.locator("#l30 .top").is_visible() and not page.locator("#l30 .body").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
