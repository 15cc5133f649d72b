"""How long a message is tried: time in which nobody could try is not counted, or a kill would cost it its attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bongsu.core.actions import Send
from bongsu.core.agenda import Agenda
from bongsu.core.events import Found, Outcome, Resolved
from tests.core.test_pacing import begin, end, message, ready
from tests.core.world import MINUTE, SECOND, World

TEN_MINUTES = 10 * MINUTE


def tried_again(world: World, send: Send) -> Send | None:
    """Return the next attempt, once its time has come; None when there is to be none."""
    for _ in range(3):
        agenda = Agenda(world.plan, world.state, world.now)
        ended = agenda.send(send)
        if agenda.actions:
            (action,) = agenda.actions
            assert isinstance(action, Send)
            return action
        if ended is not None or not agenda.wakes:
            return None
        world.now = min(agenda.wakes)
    return None


def fails(world: World, send: Send, outcome: Outcome, *, after: timedelta = SECOND) -> Send | None:
    """Have an attempt end so, and return the next one."""
    begin(world, send)
    world.now += after
    end(world, send, outcome)
    return tried_again(world, message(1, kind=send.message))


def not_there(world: World, send: Send, *, after: timedelta) -> Send | None:
    """Say of a message in doubt, after a while, that it is not there; return the next attempt."""
    world.now += after
    world.add(Resolved(key=send.key, found=Found.NOT_SENT, by="read_back"))
    return tried_again(world, message(1, kind=send.message))


def test_an_announcement_whose_process_was_dead_for_ten_minutes_still_has_its_attempts() -> None:
    """In doubt, then known not to be there: it goes out, and once more when the service refuses it at first."""
    world = ready()
    first = message(1)
    assert fails(world, first, Outcome.IN_DOUBT, after=TEN_MINUTES) is None  # an announcement is not repeated blindly
    second = not_there(world, first, after=MINUTE)
    assert second is not None and second.attempt == 2
    third = fails(world, second, Outcome.NOT_SENT)
    assert third is not None and third.attempt == 3
    assert fails(world, third, Outcome.NOT_SENT) is None


def test_an_announcement_that_is_looked_for_twice_has_its_third_attempt() -> None:
    """Each look takes a minute, of the two that it is tried for."""
    world = ready()
    attempt: Send | None = message(1)
    for number in (2, 3):
        assert attempt is not None
        assert fails(world, attempt, Outcome.IN_DOUBT) is None
        attempt = not_there(world, attempt, after=MINUTE)
        assert attempt is not None and attempt.attempt == number


def test_a_page_whose_process_was_dead_for_ten_minutes_still_has_its_attempts() -> None:
    """It goes out again at once, and however often the service turns it away after that."""
    world = ready()
    attempt = fails(world, message(1, kind="page"), Outcome.IN_DOUBT, after=TEN_MINUTES)
    assert attempt is not None and attempt.attempt == 2
    attempt = fails(world, attempt, Outcome.NOT_SENT)
    assert attempt is not None and attempt.attempt == 3


@pytest.mark.parametrize("idle", [timedelta(0), TEN_MINUTES])
def test_time_without_a_process_to_try_is_not_counted(idle: timedelta) -> None:
    """Turned away, and then nobody was there when its next attempt was due: it has no fewer for it."""
    world = ready()
    attempt = fails(world, message(1), Outcome.NOT_SENT)
    assert attempt is not None
    world.now += idle
    attempt = fails(world, attempt, Outcome.NOT_SENT)
    assert attempt is not None and attempt.attempt == 3


@pytest.mark.parametrize(("kind", "longest_s"), [("start", 109), ("page", 163)])
def test_time_in_which_it_is_tried_is_counted(kind: str, longest_s: int) -> None:
    """The service asks for a pause; with up to a tenth more it fits into two minutes, or a page's three, or not."""
    for asked_s, tried in ((longest_s, True), (121 if kind == "start" else 181, False)):
        world = ready()
        begin(world, message(1, kind=kind))
        end(world, message(1, kind=kind), Outcome.NOT_SENT, retry_after_s=asked_s)
        assert (tried_again(world, message(1, kind=kind)) is not None) is tried
