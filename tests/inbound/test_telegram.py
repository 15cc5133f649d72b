"""Long polling: what is confirmed when, and what is said when it breaks."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.small_server import serving, text
from tests.inbound.rig import START
from tests.ports.chat_world import CODES
from tests.ports.chat_worlds import TELEGRAM_TOKEN, Inbox

from bongsu.inbound._answers import InMemoryAddresses
from bongsu.inbound.telegram import Options, TelegramInbound, open_, updates_of
from bongsu.redact import Redactor


def update(number, data="x"):
    message = {"message_id": 4, "chat": {"id": -100, "type": "group"}, "date": 0}
    query = {"id": f"q{number}", "from": {"id": 555, "first_name": "Mina"}, "message": message, "data": data}
    return {"update_id": number, "callback_query": query}


class Service:
    """Answers getUpdates with a list of prepared answers, then says that it is over."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.over = threading.Event()

    def __call__(self, request):
        self.asked.append(json.loads(request.get_data()))
        if not self.answers:
            self.over.set()
            return text('{"ok":false,"error_code":401,"description":"Unauthorized"}', 401)(request)
        answer = self.answers.pop(0)
        return answer(request) if callable(answer) else text(json.dumps({"ok": True, "result": answer}))(request)


def listened(service, *, takes=True, end_after=None, **more):
    """Run a poll against the service until its answers are used up; return the inbox and the waits asked for."""
    inbox, waits = Inbox(takes=takes), []

    def wait(seconds):
        waits.append(seconds)
        return service.over.is_set() or len(waits) == end_after

    with serving(service) as server:
        inbound = TelegramInbound(
            Options(token=TELEGRAM_TOKEN, api_url=server.url),
            name="ops",
            codes=CODES,
            redactor=Redactor({"env:T": TELEGRAM_TOKEN}),
            deliver=inbox,
            **{"wait": wait, "now": lambda: START, **more},
        )
        inbound.start()
        inbound._thread.join(timeout=120)
        inbound.stop()
    return inbox, waits


def test_an_update_is_recorded_before_the_next_offset_is_asked_for():
    service = Service([], [update(900), update(901)], [])
    order = []
    answer = service.__call__

    class Watched(Inbox):
        def __call__(self, received):
            order.append(getattr(received, "press_id", received.__class__.__name__))
            return super().__call__(received)

    inbox = Watched()

    def watched(request):
        order.append(json.loads(request.get_data()).get("offset", "none"))
        return answer(request)

    with serving(watched) as server:
        inbound = TelegramInbound(
            Options(token=TELEGRAM_TOKEN, api_url=server.url),
            name="ops",
            codes=CODES,
            redactor=Redactor(),
            deliver=inbox,
            wait=lambda _: True,
            now=lambda: START,
        )
        inbound.start()
        inbound._thread.join(timeout=120)
    assert order[:7] == ["none", "ListeningChange", "none", "telegram:q900", "telegram:q901", 902, 902]


def test_the_first_question_is_answered_at_once_and_the_later_ones_wait():
    service = Service([], [])
    listened(service)
    assert [asked["timeout"] for asked in service.asked] == [0, 25, 25]
    assert all(asked["allowed_updates"] == ["callback_query"] for asked in service.asked)


def test_a_refused_delivery_ends_the_polling_and_confirms_nothing():
    service = Service([update(900), update(901)])
    inbox, _ = listened(service, takes=False)
    assert [asked.get("offset") for asked in service.asked] == [None]
    assert [one.press_id for one in inbox.presses()] == ["telegram:q900"]


def refusing(description):
    return text(json.dumps({"ok": False, "error_code": 409, "description": description}), 409)


def after(*seconds):
    """Return the times so many seconds after the start, one after the other."""
    return (START + timedelta(seconds=one) for one in seconds)


def test_how_long_a_path_is_contested_is_measured_on_the_runs_clock():
    """A rehearsal's goes on by hours in a moment: the path has long been open when this machine counts a minute."""
    service = Service([], refusing("Conflict: terminated by other getUpdates request"), [])
    inbox, passed = Inbox(), after(0, 1200)
    with serving(service) as server:
        options = Options(token=TELEGRAM_TOKEN, api_url=server.url)
        inbound = open_(
            options,
            name="ops",
            codes=CODES,
            redactor=Redactor(),
            answers=InMemoryAddresses(),
            deliver=inbox,
            now=lambda: next(passed),
        )
        inbound.start()
        assert service.over.wait(120)
        inbound.stop()
    assert [one.state for one in inbox.seen][:3] == ["open", "lost", "open"]


def test_two_that_poll_one_bot_are_told_of_it_once_and_what_to_do():
    """Each ends the other's question in turn; what comes in between is taken, and the path is open only in the end."""
    said = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    other, passed = refusing(said), after(0, 1, 2, 3, 4, 70, 130, *[200] * 9)
    service = Service([], other, [update(900)], other, [], other, other, [update(901)], [])
    inbox, waits = listened(service, now=lambda: next(passed))
    changes = [(one.state, one.reason) for one in inbox.seen if hasattr(one, "state")]
    assert [state for state, _ in changes] == ["open", "lost", "open", "lost"]
    assert changes[1][1].startswith("another program asks for this bot's answers too") and said in changes[1][1]
    assert "end it, or give it a bot of its own" in changes[1][1]
    assert waits == [0.5, 1.0, 2.0, 4.0, 0.5] and changes[3][1] == "Unauthorized"
    assert [one.press_id for one in inbox.presses()] == ["telegram:q900", "telegram:q901"]


def test_a_contested_path_is_asked_on_before_long():
    other = refusing("Conflict: terminated by other getUpdates request")
    _, waits = listened(Service(*[other] * 6), end_after=6)
    assert waits == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_conflict_is_a_loss_in_the_services_words_and_is_tried_again():
    description = (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    conflict = refusing(description)
    service = Service([], conflict, conflict, conflict, [update(900)])
    inbox, waits = listened(service)
    changes = [(one.state, one.reason) for one in inbox.seen if hasattr(one, "state")]
    assert changes == [("open", ""), ("lost", description), ("open", ""), ("lost", "Unauthorized")]
    assert waits == [0.5, 1.0, 2.0, 0.5]
    assert len(inbox.presses()) == 1


def test_the_wait_after_failures_doubles_up_to_half_a_minute():
    broken = text("<html>", 502, "text/html")
    _, waits = listened(Service(*[broken] * 9), end_after=9)
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_too_fast_waits_as_long_as_asked():
    slow = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 7}}
    _, waits = listened(Service(text(json.dumps(slow), 429)))
    assert waits[0] == 7.0


@pytest.mark.parametrize(
    "odd",
    [
        {"update_id": 900, "callback_query": {}},
        {"update_id": 900, "callback_query": {"id": "q", "from": None, "message": None, "data": None}},
        {"update_id": 900, "callback_query": "x"},
        {"update_id": 900},
    ],
)
def test_an_update_of_another_shape_does_not_stop_the_path(odd):
    service = Service([odd], [update(901, CODES.make("ops", 5, "go"))])
    inbox, _ = listened(service)
    good = inbox.wait_for(lambda one: getattr(one, "press_id", "") == "telegram:q901")
    assert (good[0].authentic, good[0].intent_seq, good[0].button) == (True, 5, "go")
    assert service.asked[1]["offset"] == 901


def test_an_ok_answer_without_a_list_is_a_loss():
    inbox, _ = listened(Service(text('{"ok":true,"result":{"a":1}}'), text('{"ok":true,"result":[1]}')), end_after=2)
    assert [one.reason for one in inbox.seen] == ["the answer is ok but holds no list of updates"]


@given(
    st.lists(
        st.dictionaries(st.text(max_size=3), st.one_of(st.integers(), st.text(max_size=5)), max_size=3), max_size=4
    ),
    st.sampled_from([None, 1, " "]),
    st.booleans(),
)
def test_each_update_comes_with_exactly_its_own_bytes(updates, indent, ascii_only):
    dumped = json.dumps({"ok": True, "result": updates}, indent=indent, ensure_ascii=ascii_only)
    found = list(updates_of(dumped))
    assert [value for value, _ in found] == updates
    assert all(json.loads(raw) == value and raw.decode() in dumped for value, raw in found)
