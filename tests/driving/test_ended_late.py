"""Two real processes and a run that one of them closes while a call of the other is under way."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests.driving.chat import chatting
from tests.driving.desk import PATIENCE_S, Desk, desk_of

from bongsu.core.events import EndedLate, Outcome, RunClosed, SendEnded
from bongsu.run.start import LEFT


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_what_a_paused_process_learns_of_its_call_stands_behind_the_line_that_closed_the_run(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It stands still between two writes, with its message taken and not answered; another ends the page meanwhile."""
    from tests.postgres.server import PostgresStore

    database = PostgresStore(request.getfixturevalue("postgres")) if store == "postgres" else None
    with chatting() as chat, desk_of(database, tmp_path, url=chat.url) as desk:
        chat.keeps_back()
        desk.begin("first", "page", "plan.yaml", "--summary", "disk full")
        desk.until(lambda: chat.has_taken(1) and desk.stands(epoch=1, lines=2))
        desk.pause("first")
        chat.answers_later_ones()
        closed_by_another(desk)
        desk.processes["first"].send_signal(signal.SIGCONT)
        chat.answers_all()
        desk.processes["first"].wait(PATIENCE_S)
        assert "Traceback" not in desk.said("first")
        lines = [line.event for line in desk.lines()]
        closed = next(place for place, event in enumerate(lines) if isinstance(event, RunClosed))
        doubted = [event.key for event in lines if isinstance(event, SendEnded) and event.reason == LEFT]
        late = [event for event in lines[closed + 1 :] if isinstance(event, EndedLate)]
        assert doubted and len(late) == len(lines) - closed - 1
        # A process that stood still for longer than a call may take has no answer, or had not even a connection: that,
        # too, it learned late.
        assert sorted(event.key for event in late) == sorted(doubted)
        assert {event.outcome for event in late} <= {Outcome.ACCEPTED, Outcome.IN_DOUBT, Outcome.NOT_SENT}
        desk.verified()
        written = desk.begin("again", "evidence", desk.name())
        assert written.wait(PATIENCE_S) == 0, desk.said("again")
        desk.proves("again")


def closed_by_another(desk: Desk) -> None:
    """Have another process take the run over, and a person end it."""
    desk.passes()
    desk.begin("second", "resume", desk.name())
    desk.until(lambda: desk.stands(epoch=2))
    order = desk.begin("order", "ack", desk.name(), "--by", "on_call")
    assert order.wait(PATIENCE_S) in (0, 3), desk.said("order")
    assert desk.processes["second"].wait(PATIENCE_S) == 0, desk.said("second")
    found = desk.run()
    assert found is not None and found.closed
