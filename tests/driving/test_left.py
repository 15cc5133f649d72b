"""Real processes that are asked to leave, by Ctrl-C and by SIGTERM, while the chat service keeps its answer back."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.driving.chat import Chat, chatting
from tests.driving.desk import PATIENCE_S, Desk, desk_of
from tests.ports.held_ports import free_port
from tests.serve.rig import SECRETS

from bongsu.core.events import SendEnded, SendIntended
from bongsu.run.start import LEFT

ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def chat() -> Iterator[Chat]:
    with chatting() as made:
        made.keeps_back()
        yield made


@pytest.fixture
def desk(chat: Chat, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(None, tmp_path, url=chat.url) as made:
        yield made


def paging(desk: Desk, chat: Chat) -> subprocess.Popen[bytes]:
    """Return a process whose message has been taken by the service, and not answered."""
    process = desk.begin("first", "page", "plan.yaml", "--summary", "disk full")
    desk.until(lambda: chat.has_taken(1))
    return process


def serving(desk: Desk, chat: Chat) -> subprocess.Popen[bytes]:
    """Return a worker whose page has been taken by the service, and not answered."""
    port = free_port()
    process = desk.begin("first", "serve", "plan.yaml", "--listen", str(port))
    desk.until(lambda: "serving plan" in desk.said("first"))
    alarm = urllib.request.Request(
        f"http://127.0.0.1:{port}/alarms/plan",
        data=json.dumps({"key": "db-1-disk", "summary": "disk full"}).encode(),
        headers={"Authorization": f"Bearer {SECRETS['BENCH_INTAKE']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(alarm, timeout=PATIENCE_S) as answer:
        assert answer.status == 202
    desk.until(lambda: chat.has_taken(1))
    return process


def ended(desk: Desk) -> list[SendEnded]:
    return [line.event for line in desk.lines() if isinstance(line.event, SendEnded)]


def intended(desk: Desk) -> list[str]:
    return [line.event.key for line in desk.lines() if isinstance(line.event, SendIntended)]


def asks_on(process, number) -> None:
    """Ask again and again until it is gone, while it leaves as well.

    What comes within half a second of the first is taken for its echo.
    """
    for _ in range(PATIENCE_S * 200):
        process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
            return


@pytest.mark.parametrize("asks", ASKS)
@pytest.mark.parametrize(("begun", "code"), [(paging, 3), (serving, 0)])
def test_it_waits_for_its_calls_says_so_and_records_what_came_of_them(asks, begun, code, desk, chat) -> None:
    process = begun(desk, chat)
    process.send_signal(asks)
    desk.until(lambda: "leaving: nothing new is begun; under way (" in desk.said("first"))
    assert process.poll() is None and ended(desk) == []
    chat.answers_all()
    assert process.wait(PATIENCE_S) == code, desk.said("first")
    said = desk.said("first")
    assert "Ctrl-C again leaves at once" in said and "error: " not in said
    assert sorted(event.key for event in ended(desk)) == sorted(intended(desk))
    assert all(event.reason != LEFT for event in ended(desk))
    desk.verified()


@pytest.mark.parametrize(("begun", "word"), [(paging, "left at once: "), (serving, "was left at once")])
def test_asked_twice_it_leaves_at_once_although_the_service_has_not_answered(begun, word, desk, chat) -> None:
    """What was under way has no outcome then; the service never answers here, and no limit of a call is waited for."""
    process = begun(desk, chat)
    process.send_signal(signal.SIGINT)
    desk.until(lambda: "leaving: nothing new is begun" in desk.said("first"))
    asks_on(process, signal.SIGINT)
    assert process.wait(PATIENCE_S) == 3, desk.said("first")
    assert word in desk.said("first") and "Traceback" not in desk.said("first")
    assert ended(desk) == []
    desk.verified()


def test_whoever_goes_on_with_a_run_that_was_left_in_good_order_doubts_nothing(desk: Desk, chat: Chat) -> None:
    process = paging(desk, chat)
    process.send_signal(signal.SIGINT)
    desk.until(lambda: "leaving: nothing new is begun" in desk.said("first"))
    chat.answers_all()
    assert process.wait(PATIENCE_S) == 3
    goes_on = desk.begin("second", "ack", desk.name(), "--by", "on_call")
    assert goes_on.wait(PATIENCE_S) == 0, desk.said("second")
    found = desk.run()
    assert found is not None and found.closed
    assert not [event for event in ended(desk) if event.reason == LEFT]
    desk.proves("second")
