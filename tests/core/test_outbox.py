"""Messages that are sent together: looking only at those that can matter asks for what looking at all of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.actions import Send
from bongsu.core.agenda import Agenda
from bongsu.core.events import Outcome, SendEnded
from bongsu.core.outbox import Outbox
from tests.core.test_pacing import begin, end, message, ready
from tests.core.world import SECOND

if TYPE_CHECKING:
    from bongsu.core.state import RunState
    from tests.core.world import World

CHATS = (("-100", "ops_chat"), ("7", "ops_chat"), ("C1", "alerts"))
SENDS = tuple(message(number, to=CHATS[number % 3][0], channel=CHATS[number % 3][1]) for number in range(9))


def all_of(world: World, state: RunState) -> Agenda:
    """Ask for every message, one by one."""
    agenda = Agenda(world.plan, state, world.now)
    for send in SENDS:
        agenda.send(send)
    return agenda


def told(agenda: Agenda) -> tuple[list[object], object]:
    """Return what an agenda asks for, and when it wants to look again."""
    return list(agenda.actions), min(agenda.wakes, default=None)


def end_somehow(world: World, send: Send, outcome: Outcome, *, moved: bool) -> None:
    """End an attempt: accepted, refused (because the chat has another id, or for good), not sent, or in doubt."""
    if outcome is Outcome.REFUSED and moved:
        world.add(SendEnded(key=send.key, attempt=send.attempt, outcome=outcome, moved_to="-1001"))
    else:
        end(world, send, outcome, retry_after_s=3 if outcome is Outcome.NOT_SENT and moved else None)


STEPS = st.lists(st.tuples(st.sampled_from(list(Outcome)), st.booleans(), st.integers(0, 40)), max_size=30)


@settings(max_examples=60)
@given(STEPS)
def test_it_asks_for_what_asking_for_all_does(steps: list[tuple[Outcome, bool, int]]) -> None:
    """Whatever became of those before; and also when an earlier state is looked at in between."""
    world, outbox = ready(), Outbox(SENDS)
    first = world.state
    for outcome, odd, seconds in steps:
        agenda = Agenda(world.plan, world.state, world.now)
        ended = agenda.send_all(outbox)
        assert told(agenda) == told(all_of(world, world.state))
        for send in [action for action in agenda.actions if isinstance(action, Send)]:
            begin(world, send)
            if odd or outcome is not Outcome.IN_DOUBT:
                end_somehow(world, send, outcome, moved=odd)
        again = Agenda(world.plan, first, world.now)
        assert again.send_all(outbox) is None
        assert told(again) == told(all_of(world, first))
        assert (ended is None) or all(world.state.sends[send.key].outcome for send in SENDS)
        world.now += seconds * SECOND


def test_its_records_are_there_once_every_message_has_ended() -> None:
    """Accepted or refused for good: in the order of the messages, whichever ended first."""
    world, outbox = ready(), Outbox(SENDS[:3])
    for send in reversed(SENDS[:3]):
        assert Agenda(world.plan, world.state, world.now).send_all(outbox) is None
        begin(world, send)
        end(world, send, Outcome.REFUSED if send is SENDS[1] else Outcome.ACCEPTED)
    records = Agenda(world.plan, world.state, world.now).send_all(outbox)
    assert records is not None
    assert [record.key for record in records] == [send.key for send in SENDS[:3]]
    assert [send.key for send in outbox.waiting(world.state)] == [SENDS[1].key]
