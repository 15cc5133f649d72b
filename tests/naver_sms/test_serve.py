"""The server of one machine: when its runs start, what its health says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
import urllib3
from tests.naver_sms.test_cli import SRC
from tests.naver_sms.world import booking, environ, open_sqlite
from tests.patience import PATIENCE_S

from naver_sms.cli import main
from naver_sms.serve import STOPS, Health, endpoint, loop, next_start

PERIOD = timedelta(minutes=20)
NOON = datetime(2025, 10, 22, 12, 0, tzinfo=UTC)


class Clock:
    """Goes where it is asked to wait for, and ends after so many waits."""

    def __init__(self, at, waits):
        self.at, self.left, self.starts = at, waits, []

    def now(self):
        return self.at

    def until(self, at):
        self.at = max(self.at, at)
        self.left -= 1
        return self.left < 0


def served(results, *, takes=timedelta(seconds=30), at_once=False, start=NOON + timedelta(minutes=7)):
    clock = Clock(start, len(results))
    health = Health(period=PERIOD, now=clock.now, started_at=clock.at)
    left = list(results)

    def run():
        clock.starts.append(clock.at)
        clock.at += takes
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        return {"result": result, "run_id": "r"}

    loop(run, health, clock, at_once=at_once)
    return clock, health


@pytest.mark.parametrize(("minute", "start"), [(0, 20), (7, 20), (19, 20), (20, 40), (59, 60)])
def test_runs_start_at_whole_multiples(minute, start):
    assert next_start(NOON + timedelta(minutes=minute), PERIOD) == NOON + timedelta(minutes=start)


def test_a_run_every_twenty_minutes():
    clock, health = served(["ok"] * 3)
    assert [at.minute for at in clock.starts] == [20, 40, 0]
    assert health.runs == 3


def test_a_run_longer_than_the_period_leaves_out_the_starts_it_ran_over():
    clock, _ = served(["ok"] * 2, takes=timedelta(minutes=45), at_once=True)
    assert [(at.hour, at.minute) for at in clock.starts] == [(12, 7), (13, 0)]


def test_a_run_that_breaks_off_ends_no_server(capsys):
    _clock, health = served([ValueError("secret words"), "ok"])
    assert health.runs == 2
    assert capsys.readouterr().err == "error: the run broke off (ValueError)\n"


@pytest.mark.parametrize(
    ("result", "later", "expected"),
    [
        ("ok", 0, (200, "ok")),
        ("degraded", 0, (200, "ok")),
        ("partial", 0, (503, "partial")),
        ("auth_expired", 0, (503, "auth_expired")),
        ("ok", 41, (503, "late")),
    ],
)
def test_health_is_how_the_last_run_was_and_whether_one_is_missing(result, later, expected):
    clock, health = served([result])
    clock.at = health.last_at + timedelta(minutes=later)
    status, body = health.answer()
    assert (status, body["status"]) == expected


def test_health_is_asked_on_loopback_and_nothing_else_is_there():
    _, health = served(["ok"])
    with endpoint(0, health) as port:
        answer = urllib3.request("GET", f"http://127.0.0.1:{port}/health", retries=False)
        other = urllib3.request("GET", f"http://127.0.0.1:{port}/", retries=False)
    assert (answer.status, other.status) == (200, 404)
    assert json.loads(answer.data)["last_result"] == "ok"


def test_the_server_runs_answers_and_ends_when_asked(tmp_path, naver, sens):
    """As a process: it sends the text, keeps its state on disk, gives the lease back, and ends with 0 on SIGTERM."""
    naver.bookings = [booking(1)]
    env = {**os.environ, **environ(tmp_path, naver, sens), "PYTHONPATH": SRC}
    command = [sys.executable, "-m", "naver_sms", "serve", "--now", "--port", "0"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            url = process.stderr.readline().rpartition("health: ")[2].strip()
            lines = iter(process.stdout.readline, "")
            report = next(one for one in map(json.loads, lines) if one.get("type") == "naver_sms.run_report")
            answer = urllib3.request("GET", url, retries=False)
            process.send_signal(signal.SIGTERM)
            _out, err = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, "ended as asked; no run is under way\n")
    assert (report["result"], report["trigger"], len(sens.outbox)) == ("ok", "schedule", 1)
    assert answer.status == 200
    state = open_sqlite(tmp_path)
    now = datetime.now(UTC)
    assert state.take_lease(holder="other", now=now, until=now + PERIOD)
    state.shut()


def test_whoever_keeps_asking_it_to_end_changes_nothing_about_how_it_does(tmp_path, naver, sens):
    """Ctrl-C while a run ends, and once more: it died of the second although all was well."""
    env = {**os.environ, **environ(tmp_path, naver, sens), "PYTHONPATH": SRC}
    command = [sys.executable, "-m", "naver_sms", "serve", "--port", "0"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert "health: " in process.stderr.readline()
            for number in cycle(STOPS):
                process.send_signal(number)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.005)
                    break
            _out, err = process.communicate(timeout=PATIENCE_S)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, "ended as asked; no run is under way\n")


def test_what_cannot_be_served_is_said_at_once(tmp_path, naver, sens, monkeypatch, capsys):
    for name, value in environ(tmp_path, naver, sens).items():
        monkeypatch.setenv(name, value)
    assert main(["serve", "--every", "0"]) == 4
    with endpoint(0, Health(period=PERIOD, now=lambda: NOON, started_at=NOON)) as port:
        assert main(["serve", "--port", str(port)]) == 4
    monkeypatch.setenv("NAVER_SMS_STATE", "nowhere")
    assert main(["serve"]) == 4
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "error: '--every' must be from 1 to 1440 minutes"
    assert lines[1].startswith(f"error: port {port} of 127.0.0.1 cannot be had")
