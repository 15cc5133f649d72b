"""What whoever runs `bongsu serve` reads of alarms that were not taken, and of the way by which they come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from tests.serve.test_door import ALARM, TOKEN, door

from bongsu.cli.serving import LINES_MOST, Desk

NOW = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
FORGED = "the message is not signed by SNS"


class Clock:
    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setenv("BONGSU_LANG", "en")
    clock = Clock()
    nothing = SimpleNamespace(ledger=None, plan_of=None, name_of=None)
    return SimpleNamespace(clock=clock, of=Desk(nothing, clock))


def test_a_line_says_which_plan_which_sender_and_why_once_a_minute(desk, capsys):
    for _ in range(1000):
        desk.of.turned_away("ops", sender="sns", why=FORGED)
    desk.of.turned_away("night", sender="sns", why=FORGED)
    assert capsys.readouterr().err.splitlines() == [
        f"ops: an alarm from sns was not taken: {FORGED}",
        f"night: an alarm from sns was not taken: {FORGED}",
    ]
    desk.clock.at += timedelta(seconds=59)
    desk.of.turned_away("ops", sender="sns", why=FORGED)
    assert capsys.readouterr().err == ""
    desk.clock.at += timedelta(seconds=1)
    desk.of.turned_away("ops", sender="sns", why=FORGED)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_flood_of_different_reasons_has_an_end_and_is_forgotten(desk, capsys):
    for number in range(3 * LINES_MOST):
        desk.of.turned_away("ops", sender="bongsu", why=f"reason {number}")
    assert len(capsys.readouterr().err.splitlines()) == LINES_MOST
    desk.clock.at -= timedelta(hours=1)  # a clock that was set back holds nothing back
    desk.of.turned_away("ops", sender="bongsu", why="reason 0")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_a_sender_says_of_its_own_way_is_told_each_time(desk, capsys):
    for _ in range(2):
        desk.of.heard("ops", sender="sns", what="the subscription is confirmed")
    assert capsys.readouterr().err == "ops: from sns: the subscription is confirmed\n" * 2


def test_whoever_runs_this_hears_of_every_alarm_that_was_not_taken():
    """SNS throws away what it is answered, and a wrong topic in the plan would be found on the bad day."""
    show = "show the plan's secret, or sign with it"
    with door() as (desk, call):
        assert call("/alarms/ops", ALARM)[0] == 401
        assert call("/alarms/ops", b"[]", Authorization=f"Bearer {TOKEN}")[0] == 400
        assert call("/alarms/ops/sns", b"{}")[0] == 401
        assert call("/alarms/none", ALARM)[0] == 404
        assert desk.away_turned == [
            ("ops", "bongsu", show),
            ("ops", "bongsu", "the body is not a JSON object"),
            ("ops", "sns", show),
        ]
