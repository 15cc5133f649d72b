"""A program that dies in the middle of a rehearsal: the world waits for it, and people try again."""

from __future__ import annotations

import http.client
import json
import threading
from datetime import UTC, datetime, timedelta

from tests.patience import PATIENCE_S
from tests.sandbox.rig import rule_and_function, running
from tests.sandbox.test_lambda_runtime import GROUP, TINY, invoke
from tests.sandbox.test_people import JUN, World
from websockets.sync.client import connect

from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.http import clock_app, serve

APP_TOKEN = "xapp-" + "7" * 12
START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


class Watched(SandboxClock):
    """A clock that says when somebody waits, and when somebody is called busy."""

    def __init__(self) -> None:
        super().__init__(START)
        self.waits, self.woken = threading.Event(), threading.Event()

    def wait(self, participant, until, *, busy_calls_seen=None):
        self.waits.set()
        return super().wait(participant, until, busy_calls_seen=busy_calls_seen)

    def busy(self, participant):
        now = super().busy(participant)
        self.woken.set()
        return now


def test_the_clock_does_not_jump_through_what_a_dead_process_would_have_done():
    """Its wait ends with its connection: an hour's deadline is not reached in its absence."""
    clock = Watched()
    other = clock.join("other")
    me = clock.join("bongsu")
    served = serve(clock_app(clock))
    dying = http.client.HTTPConnection(served.url.removeprefix("http://"))
    dying.request("POST", "/clock/wait", json.dumps({"participant": me, "until": (START + AN_HOUR).isoformat()}))
    assert clock.waits.wait(PATIENCE_S)
    dying.close()
    assert clock.woken.wait(PATIENCE_S)
    clock.leave(other)
    assert clock.held_by() == [f"busy: {me}"]
    assert clock.now() < START + AN_HOUR
    served.stop()


def test_a_press_that_the_app_never_acknowledged_is_made_again(tmp_path):
    """The app had the envelope and died: the person is shown an error, and presses again."""
    world = World(tmp_path)
    world.watched_by(JUN)
    headers = {"Authorization": f"Bearer {APP_TOKEN}"}
    opened = world.http.request("POST", f"{world.served[1].url}/api/apps.connections.open", headers=headers)
    with connect(opened.json()["url"]) as socket:
        assert json.loads(socket.recv(timeout=PATIENCE_S))["type"] == "hello"
        world.slack_asks("drill", "Acknowledge")
        waiting = threading.Thread(target=world.pass_time, kwargs={"seconds": 25})
        waiting.start()
        assert json.loads(socket.recv(timeout=PATIENCE_S))["type"] == "interactive"
    waiting.join(timeout=PATIENCE_S)
    world.pass_time(seconds=60)
    told = [(one["operation"], one.get("outcome")) for one in world.record.entries("people")]
    assert told[:3] == [("press", "pressed"), ("error_shown", None), ("press", "lost")]
    world.close()


def test_a_run_that_hangs_ends_at_its_time_limit_and_the_next_starts_cold(tmp_path):
    """Stopped before it sees the event: Lambda's own words, and no line of the handler's."""
    with running(tmp_path, **rule_and_function(tmp_path, TINY, timeout_s=3, hang_nth=(1,))) as rig:
        error, payload = invoke(rig, say=1)
        assert error == "Unhandled" and "timed out after 3.00 seconds" in payload["errorMessage"]
        assert invoke(rig, say=2) == (None, {"said": 2})
        report = rig.world.logs.lines(GROUP)
        assert sum("Status: timeout" in line for line in report) == 1
        assert "Init Duration" in report[-1]
