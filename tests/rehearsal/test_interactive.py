"""Somebody new to it goes through a whole cutover at the page: Go, Acknowledge, and nothing else but looking."""

from __future__ import annotations

import re
import signal
import subprocess
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from tests.page.browser import chromium, watched
from tests.rehearsal.world import PROGRAM, WALL_MAX_S, environment, short_plan

PAGE = re.compile(r"page: (http://127\.0\.0\.1:\d+/\S+/)\n")


@contextmanager
def rehearsing(folder, *options):
    """A rehearsal with its page, as a terminal has it; yields the process and the page's address."""
    command = [*PROGRAM, "rehearse", str(short_plan(folder)), "--state", str(folder / "state"), *options]
    process = subprocess.Popen(
        [*command, "--out", str(folder / "evidence")],
        cwd=folder,
        env=environment(PYTHONUNBUFFERED="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        before = []
        for line in process.stdout:
            before.append(line)
            if found := PAGE.fullmatch(line):
                break
        else:
            raise AssertionError("".join(before))
        yield process, found[1]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=WALL_MAX_S)


def until(process, text):
    """Read what the command prints until a line has the text; return what was read."""
    read = []
    for line in process.stdout:
        read.append(line)
        if text in line:
            return "".join(read)
    raise AssertionError("".join(read))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as one:
        yield one


def test_a_person_goes_through_a_whole_cutover_at_the_page(tmp_path, browser):
    with rehearsing(tmp_path, "--interactive", "--pace", "jump") as (process, address):
        assert "you play james, on_call, ops_manager" in process.stdout.readline()
        with watched(browser, address) as seen:
            answer = seen.page.locator("#presses li").first

            # The go request waits, whatever the pace: a stranger's press does not count, two approvers' do.
            expect(seen.page.locator("#strip")).to_contain_text("Go / No-go waits")
            seen.be("A stranger")
            seen.buttons("slack", "Go").last.click()
            expect(answer).to_contain_text("does not count")
            seen.be("On-Call Engineer")
            seen.buttons("telegram", "Go").last.click()
            expect(answer).to_contain_text("Recorded: go by On-Call Engineer")
            seen.be("Operations Manager")
            seen.buttons("slack", "Go").last.click()

            # The clock jumps to the window and over the first run; the drill waits for two people.
            expect(seen.page.locator("#strip")).to_contain_text("Acknowledge waits")
            expect(seen.page.locator("#rules .rule").first).to_contain_text("ENABLED")
            expect(seen.page.locator("#functions")).to_contain_text("1 invocation")
            expect(seen.page.locator("#sms")).to_contain_text("20 accepted, 20 delivered")
            expect(seen.page.locator("#tplus")).to_contain_text("T+00:0")
            seen.be("On-Call Engineer")
            seen.buttons("telegram", "Acknowledge").last.click()
            expect(answer).to_contain_text("Recorded: acknowledged by On-Call Engineer")
            seen.be("Operations Manager")
            seen.buttons("slack", "Acknowledge").last.click()

            printed = until(process, "the page stays open until Ctrl-C")
            expect(seen.page.locator("#strip")).to_contain_text("The run is over")
            expect(seen.page.locator("#slack .b-header").last).to_contain_text("WATCH SUMMARY")
        process.send_signal(signal.SIGINT)
        process.wait(timeout=WALL_MAX_S)
    assert "closed: pass" in printed
    assert process.returncode == 0


def test_whom_you_do_not_play_answers_and_a_plan_without_that_contact_is_refused(tmp_path):
    done = subprocess.run(
        [*PROGRAM, "rehearse", str(short_plan(tmp_path)), "--play", "oncall"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "the plan has no contact 'oncall' to play" in done.stderr
    assert "did you mean 'on_call'?" in done.stderr
