"""The services' limits over many runs: never more than they take, and nobody waits for ever."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.actions import Send
from bongsu.core.events import Method, Outcome, SendEnded
from bongsu.core.pacing import ABOUT
from bongsu.run.pacer import KEPT, Pacer

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TELEGRAM = {"chat": ("telegram", "bot")}


def send(to, key="page/critical//on_call@chat", method=Method.POST):
    return Send(key=key, message="page", channel="chat", to=to, method=method)


def ended(key="page/critical//on_call@chat", **how):
    return SendEnded(key=key, outcome=Outcome.ACCEPTED, **how)


def test_two_runs_do_not_write_to_one_chat_within_a_second():
    pacer = Pacer()
    one, other = pacer.of_run("a", TELEGRAM), pacer.of_run("b", TELEGRAM)
    assert one.asks(send("1"), START) is None
    assert other.asks(send("1"), START) == START + SECOND
    assert pacer.of_run("c", TELEGRAM).asks(send("2"), START) is None
    one.ended(ended(), START)
    assert other.asks(send("1"), START + SECOND) is None


def test_one_message_is_in_flight_in_a_chat_however_long_its_answer_takes():
    pacer = Pacer()
    one, other = pacer.of_run("a", TELEGRAM), pacer.of_run("b", TELEGRAM)
    assert one.asks(send("1"), START) is None
    assert other.asks(send("1"), START + 9 * SECOND) > START + 9 * SECOND
    one.ended(ended(), START + 9 * SECOND)
    assert other.asks(send("1"), START + 10 * SECOND) is None


def test_a_run_that_does_not_come_about_takes_nobodys_turn():
    """Two workers hear of one alarm, and the other one was first: what this one had planned for it is forgotten."""
    pacer = Pacer()
    gone, other = pacer.of_run("a-1", TELEGRAM), pacer.of_run("a-12", TELEGRAM)
    assert gone.asks(send("1"), START) is None
    assert gone.asks(send("1", "second"), START) == START + SECOND
    gone.undone()
    assert other.asks(send("1"), START) is None
    assert other.asks(send("1", "second"), START) == START + SECOND
    pacer.of_run("a-1", TELEGRAM).undone()
    assert pacer.of_run("b", TELEGRAM).asks(send("1"), START) == START + 2 * SECOND
    assert other.asks(send("2", "third"), START) is None
    pacer.of_run("a-1", TELEGRAM).undone()
    assert pacer.of_run("c", TELEGRAM).asks(send("2"), START) == START + SECOND


def test_a_run_that_is_broken_off_leaves_the_messages_of_others_under_way():
    pacer = Pacer()
    broken, other = pacer.of_run("a-1", TELEGRAM), pacer.of_run("a-12", TELEGRAM)
    assert broken.asks(send("1"), START) is None
    assert other.asks(send("2"), START) is None
    broken.broken_off(START)
    late = START + 9 * SECOND
    assert pacer.of_run("b", TELEGRAM).asks(send("1"), late) is None
    assert pacer.of_run("c", TELEGRAM).asks(send("2"), late) > late, "its message has no answer yet"


def test_those_who_wait_for_one_chat_are_given_a_second_each():
    pacer = Pacer()
    runs = [pacer.of_run(f"r{n}", TELEGRAM) for n in range(4)]
    assert [run.asks(send("1"), START) for run in runs] == [None, *(START + n * SECOND for n in (1, 2, 3))]


def test_a_place_that_nobody_comes_for_is_given_up():
    pacer = Pacer()
    runs = [pacer.of_run(f"r{n}", TELEGRAM) for n in range(3)]
    assert [run.asks(send("1"), START) for run in runs][1:] == [START + SECOND, START + 2 * SECOND]
    runs[0].ended(ended(), START)
    later = START + KEPT + 3 * SECOND
    assert pacer.of_run("new", TELEGRAM).asks(send("1"), later) is None


def test_a_pause_that_the_service_asks_of_one_run_holds_for_all_in_that_chat():
    pacer = Pacer()
    one, other = pacer.of_run("a", TELEGRAM), pacer.of_run("b", TELEGRAM)
    assert one.asks(send("1"), START) is None
    one.ended(SendEnded(key=send("1").key, outcome=Outcome.NOT_SENT, retry_after_s=7), START)
    assert other.asks(send("1"), START + 2 * SECOND) == START + 7 * SECOND
    assert pacer.of_run("c", TELEGRAM).asks(send("2"), START + 2 * SECOND) is None


def test_an_answer_to_a_press_waits_for_nobody_and_an_edit_takes_no_place_before_a_page():
    pacer = Pacer()
    run = pacer.of_run("a", TELEGRAM)
    for number in range(30):
        assert run.asks(send(str(number), key=f"page//{number}"), START) is None
    assert run.asks(send("0", method=Method.ANSWER), START) is None
    edit = run.asks(send("0", key="close", method=Method.CLOSE), START)
    assert edit == START + SECOND
    assert run.asks(send("40", key="page//40"), START) == START + SECOND


def test_what_did_not_leave_after_all_does_not_count():
    pacer = Pacer()
    run = pacer.of_run("a", TELEGRAM)
    assert run.asks(send("1"), START) is None
    run.missed(send("1"))
    assert run.asks(send("1"), START) is None


def test_places_that_nobody_came_for_fill_no_groups_minute():
    """Twenty runs were answered for before their time came: those after them do not wait another minute for that."""
    pacer, group = Pacer(), send("-100")
    for number in range(20):
        run = pacer.of_run(f"r{number}", TELEGRAM)
        assert run.asks(group, START + number * SECOND) is None
        run.ended(ended(), START + number * SECOND)
    full = START + 20 * SECOND
    for number in range(20, 40):
        assert pacer.of_run(f"r{number}", TELEGRAM).asks(group, full) >= START + 60 * SECOND - ABOUT
    assert pacer.of_run("new", TELEGRAM).asks(group, START + 80 * SECOND + KEPT) is None


def test_a_second_is_counted_from_the_answer_of_the_message_before():
    pacer = Pacer()
    one, other = pacer.of_run("a", TELEGRAM), pacer.of_run("b", TELEGRAM)
    assert one.asks(send("1"), START) is None
    one.ended(ended(), START + 9 * SECOND)
    assert other.asks(send("1"), START + 9 * SECOND) == START + 10 * SECOND - ABOUT


def test_a_service_without_a_documented_limit_takes_one_message_after_the_other():
    pacer = Pacer()
    one, other = (pacer.of_run(name, {"chat": ("sms", "sens")}) for name in "ab")
    assert one.asks(send("1"), START) is None
    assert START < other.asks(send("1"), START) < START + SECOND
    one.ended(ended(), START)
    assert other.asks(send("1"), START) is None


@pytest.mark.parametrize("kind", ["telegram", "slack"])
@settings(deadline=None, max_examples=40)
@given(chats=st.lists(st.integers(0, 5), min_size=5, max_size=60), latency_ms=st.integers(0, 300))
def test_no_limit_is_overstepped_and_everything_leaves(kind, chats, latency_ms):
    """So many runs with one message each, all at once; whoever is told a time comes back then."""
    pacer, latency = Pacer(), timedelta(milliseconds=latency_ms)
    waiting = {n: (START, pacer.of_run(f"r{n}", {"chat": (kind, "bot")}), str(chat)) for n, chat in enumerate(chats)}
    ends, left = [], []
    while waiting or ends:
        now = min([at for at, _, _ in waiting.values()] + [at for at, _ in ends])
        for at, run in [one for one in ends if one[0] <= now]:
            run.ended(ended(), at)
            ends.remove((at, run))
        for number, (at, run, chat) in list(waiting.items()):
            if at > now:
                continue
            again = run.asks(send(chat), now)
            if again is None:
                left.append((now, chat))
                ends.append((now + latency, run))
                del waiting[number]
            else:
                assert again > now
                waiting[number] = (again, run, chat)
    assert len(left) == len(chats)
    by_chat = defaultdict(list)
    for at, chat in left:
        by_chat[chat].append(at)
    for times in by_chat.values():
        assert all(later - earlier >= SECOND - ABOUT for earlier, later in zip(times, times[1:], strict=False))
    if kind == "telegram":
        assert all(sum(at <= other < at + SECOND - ABOUT for other, _ in left) <= 30 for at, _ in left)
