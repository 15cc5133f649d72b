"""The services' limits: one message in flight in a chat, one a second, twenty a minute in a group, thirty a second."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.actions import Send
from bongsu.core.agenda import Agenda
from bongsu.core.decide import decide
from bongsu.core.events import Method, Outcome, Phase, SendEnded, SendIntended
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.pacing import ABOUT, Moment, Rate, free_at, patience_of, spread
from bongsu.core.plan import Announce, ChannelSpec, Contact, EscalationPolicy, Level
from bongsu.core.telling import everybodys
from tests.core.told import posted
from tests.core.world import MINUTE, OPENS_AT, SECOND, World, opened, plan

MS = timedelta(milliseconds=1)


def ready(*, kinds: dict[str, str] | None = None) -> World:
    """Return a run that has just begun, with a channel of each kind named."""
    kinds = kinds or {"ops_chat": "telegram", "alerts": "slack"}
    channels = {name: ChannelSpec(name=name, kind=kind, to="-100") for name, kind in kinds.items()}
    world = World(plan=plan(channels=channels))
    world.add(opened())
    return world


def message(number: int, *, to: str = "-100", channel: str = "ops_chat", kind: str = "start") -> Send:
    return Send(key=f"{kind}//{number}", message=kind, channel=channel, to=to)


def edit(number: int) -> Send:
    return replace(message(number), method=Method.CLOSE)


def asked(world: World, sends: list[Send]) -> tuple[list[str], list[timedelta]]:
    """Return which of the messages may leave now, and in how long to look again."""
    agenda = Agenda(world.plan, world.state, world.now)
    for send in sends:
        agenda.send(send)
    agenda.within_limits()
    return [action.key for action in agenda.actions], sorted(at - world.now for at in agenda.wakes)


def begin(world: World, send: Send) -> None:
    world.add(
        SendIntended(
            key=send.key,
            message=send.message,
            channel=send.channel,
            to=send.to,
            method=send.method,
            attempt=send.attempt,
        )
    )


def end(world: World, send: Send, outcome: Outcome = Outcome.ACCEPTED, *, retry_after_s: int | None = None) -> None:
    world.add(SendEnded(key=send.key, attempt=send.attempt, outcome=outcome, retry_after_s=retry_after_s))


def test_a_second_is_counted_from_the_beginning_of_a_message_that_was_answered_quickly() -> None:
    """Answered after 40 ms: the next one leaves a second after it did, not a second after its answer."""
    world = ready()
    begin(world, message(1))
    world.now += 40 * MS
    end(world, message(1))
    assert asked(world, [message(2)]) == ([], [960 * MS])
    world.now += 960 * MS
    assert asked(world, [message(2)]) == (["start//2"], [])


def test_a_slow_answer_moves_the_next_message_back() -> None:
    """It may have arrived just before the answer left: from there on counts, but for what "about" allows."""
    world = ready()
    begin(world, message(1))
    world.now += 3 * SECOND
    assert asked(world, [message(2)]) == ([], [])  # nothing but its answer lets the next one go
    end(world, message(1))
    assert asked(world, [message(2)]) == ([], [SECOND - ABOUT])


def test_the_end_of_a_message_that_no_limit_counts_any_more_frees_nothing() -> None:
    """Two were recorded as under way in one chat: only the newest one's answer lets the next go."""
    world = ready()
    begin(world, message(1))
    begin(world, message(2))
    world.now += 3 * SECOND
    end(world, message(1))
    assert asked(world, [message(3)]) == ([], [])
    end(world, message(2))
    assert asked(world, [message(3)]) == ([], [SECOND - ABOUT])


def test_a_group_takes_twenty_a_minute_and_counts_its_edits() -> None:
    """Nineteen messages and an edit; the next may leave a minute after the first. A person's chat is no group."""
    world = ready()
    first = world.now
    for number in range(19):
        begin(world, message(number))
        end(world, message(number))
        world.now += SECOND
    begin(world, edit(19))
    end(world, edit(19))
    world.now += SECOND
    for one in (message(20), edit(20)):
        assert asked(world, [one]) == ([], [first + MINUTE - world.now])
    assert asked(world, [message(20, to="5")]) == (["start//20"], [])


def test_all_chats_together_take_thirty_a_second() -> None:
    """Forty people at once: thirty now, those that wait a second after the first."""
    world = ready()
    people = [message(number, to=str(number)) for number in range(40)]
    assert asked(world, people)[0] == [one.key for one in people[:30]]
    for one in people[:30]:
        begin(world, one)
    assert asked(world, people) == ([], [SECOND])
    assert asked(world, [*people, message(41, to="41", kind="page")])[0] == []
    for one in people[:30]:
        end(world, one)
    world.now += SECOND
    assert asked(world, people)[0] == [one.key for one in people[30:]]


def test_what_one_service_takes_at_once_is_no_limit_of_another() -> None:
    """Twenty people on each: forty messages, and all leave."""
    world = ready()
    both = [message(n, to=str(n), channel=name) for name in ("ops_chat", "alerts") for n in range(20)]
    both = [replace(one, key=f"{one.key}@{one.channel}") for one in both]
    assert asked(world, both)[0] == [one.key for one in both]


def test_pages_and_whoever_has_waited_longest_go_first_when_all_chats_are_many() -> None:
    """Thirty people have had one; ten have had none; and there is a page: it, the ten, and nineteen of the thirty."""
    world = ready()
    people = [message(number, to=str(number)) for number in range(40)]
    for one in people[:30]:
        begin(world, one)
        end(world, one)
        world.now += MS
    world.now += 2 * SECOND
    again = [message(100 + number, to=str(number)) for number in range(40)]
    page = message(99, to="99", kind="page")
    left = asked(world, [*again, page])[0]
    assert left == [one.key for one in [*again[:19], *again[30:], page]]


def test_a_page_to_forty_people_keeps_to_what_all_chats_together_take() -> None:
    """One level of forty: the first look lets thirty go, and names the moment for the others."""
    crowd = tuple(f"person_{number}" for number in range(40))
    contacts = {name: Contact(id=name, name=name, role="", addresses={"telegram": name}) for name in crowd}
    level = Level(page=crowd, wait=5 * MINUTE)
    policy = EscalationPolicy(name="critical", ack_sla=MINUTE, levels=(level,), repeat=0)
    signed = plan(contacts={**plan().contacts, **contacts}, escalation={"critical": policy})
    world = World(plan=replace(signed, announce=Announce(to=())))
    world.add(replace(opened(), kind=RunKind.PAGE, raised=Raised(summary="the disk is full", policy="critical")))
    while world.state.phase is not Phase.PAGING:
        world.run(steps=1)
    leaving = [one for one in decide(world.plan, world.state, world.now) if isinstance(one, Send)]
    assert [one.to for one in leaving] == list(crowd[:30])


def test_a_terminal_has_no_limit_but_keeps_its_order() -> None:
    """One after the other, and none waits for a second."""
    world = ready(kinds={"here": "stdout"})
    here = [message(number, channel="here") for number in range(2)]
    assert asked(world, here) == (["start//0"], [])
    begin(world, here[0])
    assert asked(world, here) == ([], [])
    end(world, here[0])
    assert asked(world, here) == (["start//1"], [])


def test_an_edit_waits_for_no_message() -> None:
    """It changes a message that is there; the chat's second and its order are those of new ones."""
    world = ready(kinds={"ops_chat": "slack"})
    begin(world, message(1))
    assert asked(world, [edit(2), edit(3)]) == (["start//2", "start//3"], [])


def test_those_behind_a_message_that_is_to_be_tried_again_wait_for_it() -> None:
    """It has its chat for itself until a second after its turn: the order holds, and nothing waits for ever."""
    world = ready()
    begin(world, message(1))
    end(world, message(1), Outcome.NOT_SENT)
    due = world.state.put_off["chat ops_chat -100"].until
    assert 5 * SECOND <= due - world.now <= 5.5 * SECOND
    assert asked(world, [message(2)]) == ([], [due + SECOND - world.now])
    world.now = due
    assert asked(world, [message(2), message(1)])[0] == ["start//1"]
    world.now = due + SECOND
    assert asked(world, [message(2)])[0] == ["start//2"]


def test_a_page_passes_a_message_that_waits_for_our_own_pause() -> None:
    """Nobody but ourselves asked for that pause."""
    world = ready()
    begin(world, message(1))
    end(world, message(1), Outcome.NOT_SENT)
    world.now += SECOND
    assert asked(world, [message(2, kind="page"), edit(3)])[0] == ["page//2", "start//3"]


def test_nothing_goes_into_a_chat_whose_service_asked_for_a_pause() -> None:
    """Neither a page nor an edit; another chat is another matter."""
    world = ready()
    begin(world, message(1))
    end(world, message(1), Outcome.NOT_SENT, retry_after_s=40)
    assert asked(world, [message(2, kind="page"), edit(3)]) == ([], [40 * SECOND, 40 * SECOND])
    assert asked(world, [message(4, to="7", kind="page")])[0] == ["page//4"]


def test_a_pause_longer_than_a_message_is_tried_for_ends_it_and_holds_for_the_rest() -> None:
    """Ten minutes: the announcement is given up, and the next one waits for the ten minutes."""
    world = ready()
    begin(world, message(1))
    end(world, message(1), Outcome.NOT_SENT, retry_after_s=600)
    agenda = Agenda(world.plan, world.state, world.now)
    given_up = agenda.send(message(1))
    assert given_up is not None and given_up.outcome is Outcome.NOT_SENT
    assert asked(world, [message(2)]) == ([], [600 * SECOND])
    world.now += 600 * SECOND
    assert asked(world, [message(2)])[0] == ["start//2"]


def test_an_edit_that_is_throttled_pauses_its_chat_too() -> None:
    """Telegram counts both together, and says so to whichever comes."""
    world = ready()
    begin(world, edit(1))
    end(world, edit(1), Outcome.NOT_SENT, retry_after_s=7)
    assert asked(world, [message(2)]) == ([], [7 * SECOND])


def test_many_that_were_told_to_wait_do_not_come_back_all_at_once() -> None:
    """Every message has a moment of its own, the same one whenever it is asked for."""
    world = ready()
    people = [message(number, to=str(number)) for number in range(20)]
    for one in people:
        begin(world, one)
        end(world, one, Outcome.NOT_SENT, retry_after_s=30)
    waits = asked(world, people)[1]
    assert len(set(waits)) > 15 and all(30 * SECOND <= wait <= 33 * SECOND for wait in waits)
    assert asked(world, people)[1] == waits


def test_a_page_is_tried_four_times_and_an_announcement_three() -> None:
    """And no attempt is due after the class's time: the third pause of a page, 60 s, still fits."""
    world = World(sends=lambda _w, send: Outcome.NOT_SENT if "ops_chat" in send.key else Outcome.ACCEPTED)
    del world.people["drill"]
    world.run()
    attempts = {send.key: send.attempt for send in world.state.sends.values() if "ops_chat" in send.key}
    assert attempts["start//ops_chat"] == 3 and attempts["drill//ops_chat"] == 4
    assert posted(world, "drill").count("drill//ops_chat") == 4


@pytest.mark.parametrize("kind", ["telegram", "slack", "slack_webhook"])
def test_every_service_takes_one_message_a_second_in_a_chat(kind: str) -> None:
    world = ready(kinds={"ops_chat": kind})
    begin(world, message(1))
    end(world, message(1))
    assert asked(world, [message(2)]) == ([], [SECOND])
    assert asked(world, [message(2, to="-200")]) == (["start//2"], [])


@pytest.mark.parametrize(("kind", "again"), [("page", True), ("silence", True), ("drill", True), ("start", False)])
def test_what_somebody_must_hear_of_goes_out_again_in_doubt(kind: str, again: bool) -> None:
    """Twice is better than not at all: a page, a guard's page and a drill. An announcement is not repeated blindly."""
    world = ready()
    begin(world, message(1, kind=kind))
    end(world, message(1, kind=kind), Outcome.IN_DOUBT)
    world.now += MINUTE
    assert asked(world, [message(1, kind=kind)])[0] == ([f"{kind}//1"] if again else [])


def test_the_edit_of_a_message_is_tried_three_times_and_an_answer_once() -> None:
    """Each at its pauses; then the buttons stay, and a press under them is answered as late."""
    for method, tries in ((Method.CLOSE, 3), (Method.ANSWER, 1)):
        world = ready()
        attempts = 0
        one: Send | None = replace(message(1), method=method)
        while one is not None:
            attempts += 1
            begin(world, one)
            end(world, one, Outcome.NOT_SENT)
            world.now += 2 * MINUTE
            agenda = Agenda(world.plan, world.state, world.now)
            agenda.send(replace(message(1), method=method))
            one = next((action for action in agenda.actions if isinstance(action, Send)), None)
        assert attempts == tries


def test_an_answer_to_a_press_is_never_given_twice() -> None:
    """It comes too late by then, whatever became of the first."""
    world = World(sends=lambda _w, send: Outcome.NOT_SENT if send.method is Method.ANSWER else Outcome.ACCEPTED).run()
    answers = [e.key for e in world.events(SendIntended) if e.method is Method.ANSWER]
    assert answers and len(set(answers)) == len(answers)
    assert patience_of("answer", Method.ANSWER).attempts == 1


rtts = st.lists(st.integers(1, 4000), min_size=2, max_size=30)


@given(rtts, st.randoms(use_true_random=False))
def test_however_long_messages_are_under_way_no_two_arrive_too_close(rtts_ms: list[int], chance: object) -> None:
    """Each arrives somewhere between its beginning and its answer; `ABOUT` is all that a pause may be short of."""
    rate, now, moments, arrived = Rate(most=1, per=SECOND), OPENS_AT, (), []
    for number, rtt in enumerate(rtts_ms):
        free = free_at(rate, moments)
        now = now if free is None else max(now, free)
        arrived.append(now + MS * chance.randint(0, rtt))  # type: ignore[attr-defined]
        moments = (Moment(number, now, now + MS * rtt),)
        now += MS * rtt
    for first, earlier in enumerate(arrived):
        for second in range(first + 1, len(arrived)):
            assert arrived[second] - earlier >= (second - first) * SECOND - ABOUT


def test_what_a_preview_counts_is_who_gets_a_message_at_once() -> None:
    """Two groups; of a drill everyone by every way, of a page the first level, nobody where there is neither."""
    signed = plan()
    counts = {kind: len(everybodys(signed, kind)) for kind in ("start", "drill", "page")}
    assert counts == {"start": 2, "drill": 5, "page": 4}
    bare = plan(drill=None, escalation={})
    assert [len(everybodys(bare, kind)) for kind in ("drill", "page")] == [2, 2]
    unannounced = plan(announce=Announce(to=()))
    assert [len(everybodys(unannounced, kind)) for kind in ("start", "drill_result")] == [0, 3]


def test_how_long_messages_need_is_what_their_limits_say() -> None:
    """Three into one group two seconds, thirty into it a minute and nine; forty people a second; a terminal nothing."""
    signed = plan(
        channels={
            "ops_chat": ChannelSpec(name="ops_chat", kind="telegram", to="-100"),
            "here": ChannelSpec(name="here", kind="stdout", to=""),
        }
    )
    assert spread(signed, []) == []
    assert spread(signed, [message(n) for n in range(3)]) == [0 * SECOND, SECOND, 2 * SECOND]
    assert spread(signed, [message(n) for n in range(30)])[-1] == 69 * SECOND
    assert spread(signed, [message(n, to=str(n)) for n in range(40)])[-1] == SECOND
    assert spread(signed, [message(n, to="5") for n in range(40)])[-1] == 39 * SECOND
    assert spread(signed, [message(n, channel="here", to="") for n in range(40)])[-1] == 0 * SECOND
