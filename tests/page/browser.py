"""Chromium without a window, kept from everything but this machine, and a page in it that is watched."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from tests.patience import PATIENCE_S

MUST = "BONGSU_BROWSER"
"""Set to `must`, a missing browser is a failure: nothing may be skipped where a change is admitted."""
PATIENCE_MS = PATIENCE_S * 1000
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def installed() -> str:
    """The browser's program; without one the test is skipped, or fails where that is not allowed."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        why = "no Chromium is installed, so that no button of the page is pressed: `apt-get install chromium`"
        if os.environ.get(MUST) == "must":
            pytest.fail(why)
        pytest.skip(why)
    return found


@contextmanager
def chromium(profile):
    """A running browser with a profile of its own; yields playwright's object for it."""
    program = installed()
    from playwright.sync_api import expect, sync_playwright

    # What is looked for may take as long as a run does.
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(ARGUMENTS), env={**os.environ, "HOME": str(profile)}
        )
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page of its own context: what it asked for and what it complained of is kept."""

    def __init__(self, browser, url, *, width=1440, height=900, scheme="light"):
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type != "log" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(url)
        self.page.wait_for_selector("body[data-ready]")

    def hosts(self) -> set[str]:
        return {urlsplit(url).hostname or "" for url in self.asked}

    def buttons(self, service: str, label: str):
        return self.page.locator(f"#{service}").get_by_role("button", name=label, exact=True)

    def be(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check(force=True)

    def shows(self, text: str) -> None:
        """Wait until a text is somewhere on the page."""
        self.page.get_by_text(text).first.wait_for(state="attached")

    def close(self) -> None:
        self.context.close()


@contextmanager
def watched(browser, url, **look):
    """A page that made no complaint and asked nobody but this machine."""
    one = Watched(browser, url, **look)
    try:
        yield one
        assert one.complaints == []
        assert one.hosts() == {"127.0.0.1"}
    finally:
        one.close()
