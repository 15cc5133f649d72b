"""Faults on request: which calls are hit, what each kind does to the wire, and how a page or a script orders them."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st
from tests.patience import PATIENCE_S
from werkzeug.wrappers import Request, Response

from bongsu.sandbox.control import FAULTS_PATH, control_faults
from bongsu.sandbox.faults import Fault, FaultBook
from bongsu.sandbox.from_json import BadDocument, overlay
from bongsu.sandbox.http import json_response, serve
from bongsu.sandbox.spec import WorldSpec

NOW = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
KNOWN = {"post": {"send", "look"}}


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at


class Book(FaultBook):
    """Says when a call has come to where it hangs."""

    def __init__(self, clock, *, known):
        super().__init__(clock, known=known)
        self.hangs = threading.Event()

    def pause(self, wall_ms):
        self.hangs.set()
        super().pause(wall_ms)


class Post:
    """The smallest service there is: each call that takes effect is kept."""

    def __init__(self):
        self.clock = Clock()
        self.book = Book(self.clock, known=KNOWN)
        self.kept = []
        self.told = []
        self.http = urllib3.PoolManager(retries=False)

    def __call__(self, environ, start_response):
        request = Request(environ)
        answer = control_faults(self.book, request, service="post") or self.call(request.path.strip("/"))
        return answer(environ, start_response)

    def call(self, operation):
        played = self.book.play("post", operation, act=lambda: self.keep(operation), refuse=self.refuse)
        self.told.append(dict(played.facts))
        return played.response

    def keep(self, operation):
        self.kept.append(operation)
        return json_response({"kept": operation})

    def refuse(self, fault):
        return Response(f"post says {fault.code}", status=fault.answered_status)

    def send(self, **more):
        return self.http.request("POST", f"{self.url}/send", **more)

    def order(self, **fault):
        return self.book.add(Fault(service="post", **fault))

    def control(self, method, path="", **more):
        answer = self.http.request(method, f"{self.url}{FAULTS_PATH}{path}", **more)
        return answer.status, answer.json()


@pytest.fixture
def post():
    with running() as made:
        yield made


@contextmanager
def running():
    made = Post()
    served = serve(made)
    made.url = served.url
    try:
        yield made
    finally:
        made.book.close()
        served.stop()
        made.http.clear()


def book(*faults):
    return FaultBook(Clock(), faults)


# Which calls are hit.


@given(nth=st.integers(1, 6), times=st.one_of(st.none(), st.integers(1, 4)))
def test_exactly_the_ordered_calls_are_hit(nth, times):
    faults = book(Fault(service="telegram", operation="sendMessage", kind="drop_after", nth=nth, times=times))
    assert faults.take("telegram", "getMe") is faults.take("slack", "sendMessage") is None
    hit = [faults.take("telegram", "sendmessage") is not None for _ in range(12)]
    assert hit == [number >= nth and (times is None or number < nth + times) for number in range(1, 13)]
    assert faults.listed()[0]["hits"] == sum(hit) and faults.listed()[0]["spent"] is (times is not None)


def test_two_orders_for_one_call_are_carried_out_one_after_the_other():
    faults = book(*(Fault(service="*", kind=kind) for kind in ("html", "drop_before")))
    taken = [faults.take("slack", "auth.test") for _ in range(3)]
    assert [fault and fault.kind for fault in taken] == ["html", "drop_before", None]


def test_an_order_about_somebody_leaves_the_calls_about_others():
    faults = book(Fault(service="slack", kind="html", about="C00000001", nth=2))
    calls = [("C00000001",), ("C00000002",), (), ("C00000001", "U00000001")]
    hit = [faults.take("slack", "chat.postMessage", about) is not None for about in calls]
    assert hit == [False, False, False, True]


def test_calls_outside_the_span_of_the_clock_neither_are_hit_nor_count():
    clock = Clock()
    span = {"from_at": NOW + timedelta(minutes=10), "until_at": NOW + timedelta(minutes=20)}
    faults = FaultBook(clock, [Fault(service="slack", kind="html", nth=2, times=None, **span)])
    hit = {}
    for minute in (0, 9, 10, 11, 19, 20, 21):
        clock.at = NOW + timedelta(minutes=minute)
        hit[minute] = faults.take("slack", "chat.postMessage") is not None
    assert [minute for minute in hit if hit[minute]] == [11, 19]
    assert (faults.listed()[0]["calls"], faults.calls("slack", "chat.postMessage")) == (3, 7)


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        ({"kind": "hang", "nth": 0}, "of at least 1"),
        ({"kind": "hang", "times": 0}, "of at least 1"),
        ({"kind": "explode"}, "'explode', not one of"),
        ({"kind": "hang", "colour": "red"}, "no key 'colour'"),
        ({"service": "slack"}, "kind"),
        ({"kind": "slow", "wall_ms": -1}, "cannot be negative"),
        ({"kind": "slow", "from_at": "2025-10-22T14:00:00"}, "no time zone"),
        ({"kind": "slow", "from_at": "2025-10-22T14:00:00Z", "until_at": "2025-10-22T14:00:00Z"}, "later than"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(order, complaint):
    with pytest.raises(BadDocument, match=complaint):
        overlay(WorldSpec(start_at=NOW), {"faults": [{"service": "slack", **order}]})


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (Fault(service="pots", kind="hang"), "no service 'pots', known: post"),
        (Fault(service="post", operation="sned", kind="hang"), "post has no operation 'sned', known: look, send"),
    ],
)
def test_an_order_that_no_call_can_ever_meet_is_refused(fault, complaint):
    with pytest.raises(ValueError, match=complaint):
        FaultBook(Clock(), known=KNOWN).add(fault)


# What each kind does, seen from the client.


@pytest.mark.parametrize(("kind", "kept"), [("drop_before", []), ("drop_after", ["send"])])
def test_a_dropped_call_has_no_answer_whether_it_took_effect_or_not(post, kind, kept):
    post.order(kind=kind)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        post.send()
    assert post.kept == kept
    assert post.told == [{"fault": kind} | ({"status": 200} if kept else {})]
    assert post.send().status == 200


@pytest.mark.parametrize("stored", [False, True])
def test_an_error_has_the_service_s_own_shape_and_leaves_the_effect_out_unless_told(post, stored):
    post.order(kind="status", status=503, code="E42", headers={"Retry-After": "9"}, stored=stored)
    answer = post.send()
    assert (answer.status, answer.data, answer.headers["Retry-After"]) == (503, b"post says E42", "9")
    assert post.kept == ["send"] * stored
    assert post.told == [{"fault": "status", "status": 503}]


def test_an_error_s_body_may_be_given_as_it_stands(post):
    post.order(kind="status", body='{"odd":1}')
    answer = post.send()
    assert (answer.status, answer.json(), answer.headers["Content-Type"]) == (500, {"odd": 1}, "application/json")


def test_too_fast_is_429_in_the_service_s_own_words(post):
    post.order(kind="rate_limit", code="slow down", retry_after=7)
    answer = post.send()
    assert (answer.status, answer.data, post.kept) == (429, b"post says slow down", [])


@pytest.mark.parametrize(("status", "title"), [(None, "502 Bad Gateway"), (504, "504 Gateway Time-out")])
def test_a_gateway_answers_with_a_page(post, status, title):
    post.order(kind="html", status=status)
    answer = post.send()
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (status or 502, "text/html")
    assert f"<h1>{title}</h1>".encode() in answer.data and post.kept == []


def test_a_garbled_answer_looks_whole_and_is_half(post):
    post.order(kind="garbled")
    answer = post.send()
    assert (answer.status, answer.data, post.kept) == (200, b'{"kept"', ["send"])
    assert answer.headers["Content-Length"] == "7"


def test_a_truncated_answer_ends_before_its_length(post):
    post.order(kind="truncated")
    with pytest.raises(urllib3.exceptions.ProtocolError, match="IncompleteRead"):
        post.send()
    assert post.kept == ["send"]


def test_a_slow_call_takes_effect_and_answers_late(post):
    post.order(kind="slow", wall_ms=60)
    began = monotonic()
    assert post.send().status == 200 and post.kept == ["send"]
    assert monotonic() - began >= 0.06


@pytest.mark.parametrize("stored", [False, True])
def test_a_hanging_call_never_answers(post, stored):
    post.order(kind="hang", wall_ms=60_000, stored=stored)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        post.send(timeout=urllib3.Timeout(connect=PATIENCE_S, read=0.05))
    assert post.book.hangs.wait(PATIENCE_S), "it may be given up before it was read"
    assert post.kept == ["send"] * stored


def test_closing_the_book_ends_what_hangs(post):
    post.order(kind="hang", wall_ms=60_000)
    post.book.close()
    with pytest.raises(urllib3.exceptions.ProtocolError):
        post.send()


# How a page or a script orders them.


def test_faults_are_listed_ordered_and_taken_back_over_http(post):
    status, answer = post.control("POST", json={"operation": "send", "kind": "rate_limit", "retry_after": 3})
    assert (status, answer["ordered"]) == (200, ["fault-1"])
    post.send()
    _, answer = post.control(
        "POST", json={"faults": [{"kind": "slow"}, {"service": "*", "kind": "hang", "times": None}]}
    )
    assert answer["ordered"] == ["fault-2", "fault-3"]
    _, answer = post.control("GET")
    first = answer["faults"][0]
    assert (first["id"], first["service"], first["hits"], first["spent"]) == ("fault-1", "post", 1, True)
    assert [fault["times"] for fault in answer["faults"]] == [1, 1, None]
    assert answer["operations"] == {"post": ["look", "send"]}
    _, answer = post.control("DELETE", "/fault-2")
    assert [fault["id"] for fault in answer["faults"]] == ["fault-1", "fault-3"]
    assert post.control("DELETE", "/fault-2")[0] == 404
    _, answer = post.control("PUT", json=[{"operation": "look", "kind": "hang"}])
    assert [fault["id"] for fault in answer["faults"]] == answer["ordered"] == ["fault-4"]
    assert post.control("DELETE")[1]["faults"] == []
    assert post.send().status == 200


def test_of_several_orders_with_a_bad_one_none_is_taken(post):
    bad = {"operation": "sned", "kind": "slow"}
    status, answer = post.control("POST", json=[{"kind": "slow"}, bad])
    assert (status, answer["error"]) == (400, "post has no operation 'sned', known: look, send")
    for body in (b"no json", b'["slow"]', b"7"):
        assert post.control("POST", body=body)[0] == 400
    assert post.control("PATCH", body=b"{}")[0] == 405
    assert post.book.listed() == []
