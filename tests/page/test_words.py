"""The page's words: every sentence of its files and of the world behind it has its Korean, with the same values."""

from __future__ import annotations

import ast
import json
import re
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.page.browser import watched
from tests.page.table import FUNCTION, RULE, account, laid

import bongsu.sandbox
from bongsu.cli import sitting
from bongsu.sandbox.page.faults import CALLS, LAMBDA
from bongsu.sandbox.page.spec import PageSpec

STATIC = files("bongsu.sandbox.page").joinpath("static")
SANDBOX = Path(bongsu.sandbox.__file__).parent
NAMES = {"Telegram", "Slack", "Lambda", "SMS", "429"}
"""What is called so in every language."""
BY_THE_SCRIPT = {"rule {}"}
"""Reasons of the clock that the page's own script puts into words."""


def catalogue():
    text = STATIC.joinpath("ko.js").read_text("utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def scripts():
    return {file.name: file.read_text("utf-8") for file in STATIC.iterdir() if file.name.endswith(".js")}


class Document(HTMLParser):
    """What index.html shows or says to who hears it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.within: list[str] = []
        self.feed(STATIC.joinpath("index.html").read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.within.append(tag)
        self.said += [value for name, value in attrs if name in ("title", "aria-label") and value]

    def handle_endtag(self, tag):
        while self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        shown = "body" in self.within and not {"kbd", "noscript"} & {*self.within}
        if shown and re.search("[a-z]{2}", data):
            self.said.append(data.strip())


def own():
    """Yield every sentence of the page's own files."""
    yield from (said for said in Document().said if said not in NAMES)
    for name, script in scripts().items():
        if name not in ("ko.js", "words.js"):
            yield from (json.loads(found) for found in re.findall(r'\b(?:t|parts)\(\s*("(?:[^"\\]|\\.)*")', script))


def template(node):
    """Return a text of the source with {} for each value."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def worldly():
    """Yield every sentence that the imitated world gives to its page."""
    for group, label, what, _ in CALLS.values():
        yield from (group, label, re.sub(r"\b\d+ s\b", "{} s", what))
    for label, what in LAMBDA.values():
        yield from (label, what)
    for path in [*SANDBOX.glob("*.py"), *SANDBOX.glob("page/*.py")]:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("PressRefusedError", "PressLostError"):
                yield template(node.args[0])
            if name in ("at", "after"):
                yield from (template(one.value) for one in node.keywords if one.arg == "why")
            if name == "_Other":
                yield from (template(one.value) for one in node.keywords if one.arg in ("group", "label", "what"))


def test_every_sentence_of_the_page_has_its_korean_and_no_other_has():
    said = {*own()}
    assert len(said) > 120
    assert said - catalogue()["page"].keys() == set()
    assert catalogue()["page"].keys() - said == set()


def test_every_sentence_of_the_world_behind_it_has_its_korean():
    said = {one for one in worldly() if one} - NAMES - BY_THE_SCRIPT
    assert len(said) > 35
    assert said - catalogue()["world"].keys() == set()
    plan = (sitting._stranger({})["name"], sitting._stranger({})["role"])
    assert {*plan, "Go or No-go", "Acknowledge the drill", "answer a page"} <= catalogue()["world"].keys()


@pytest.mark.parametrize("part", ["page", "world"])
def test_a_korean_sentence_has_the_values_of_the_english_one(part):
    for english, korean in catalogue()[part].items():
        numbers = {int(number) for number in re.findall(r"\{(\d+)\}", korean)}
        assert numbers == set(range(english.count("{}"))), english
        assert "{}" not in korean and korean != english, english


@pytest.fixture(scope="module")
def korean(tmp_path_factory):
    page = PageSpec(title="컷오버", language="ko", timezone="Asia/Seoul", play=("mina",), rule=RULE, function=FUNCTION)
    with laid(tmp_path_factory.mktemp("page"), aws=account("000000000089"), page=page) as table:
        yield table


@pytest.mark.parametrize(("width", "height"), [(1300, 1000), (390, 844)])
def test_the_page_is_korean_and_fits(korean, browser, width, height):
    korean.everybody_leaves()
    with watched(browser, korean.url, width=width, height=height) as seen:
        expect(seen.page.locator("html")).to_have_attribute("lang", "ko")
        expect(seen.page.locator("#faults-title")).to_contain_text("장애 일으키기")
        expect(seen.page.locator("#when")).to_contain_text("월")
        shown = seen.page.evaluate("document.body.innerText")
        inner = seen.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    record = shown.find("모의 환경의 기록")
    english = re.findall(r"\b[a-z]{3,}(?: [a-z]{2,})+\b", shown[:record] if record >= 0 else shown)
    assert english == []
    assert inner[0] <= inner[1]


def test_what_the_world_says_is_told_in_korean_too(korean, browser):
    with watched(browser, korean.url) as seen:
        seen.page.locator('[data-focus="fault/telegram-throttles"]').click()
        expect(seen.page.locator("#fault-list")).to_contain_text(
            "Telegram이 다음 메시지에 429(대기 20초)로 응답합니다."
        )
        seen.page.locator('[data-focus="clear/1"], #fault-list button').first.click()
        expect(seen.page.locator("#fault-list")).to_contain_text("진행 중인 장애가 없습니다.")


def test_a_language_without_words_is_english(tmp_path, browser):
    page = PageSpec(title="Umstellung", language="de", timezone="Europe/Berlin", rule=RULE, function=FUNCTION)
    with laid(tmp_path, aws=account("000000000090"), page=page) as table, watched(browser, table.url) as seen:
        expect(seen.page.locator("html")).to_have_attribute("lang", "en")
        seen.shows("No fault is active.")
