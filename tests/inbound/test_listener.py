"""The listener's limits: what is not one whole POST to the one path is refused, and nobody looks at it."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.inbound.rig import raw_request, request
from tests.patience import PATIENCE_S
from tests.ports.held_ports import free_port

from bongsu.addresses import listen_at
from bongsu.inbound._listener import BODY_MAX, HEAD_MAX, STANDING, Listener
from bongsu.inbound._places import Places


class Heard:
    def __init__(self, status=200):
        self.requests = []
        self.status = status

    def __call__(self, arrived):
        self.requests.append(arrived)
        return self.status


@pytest.fixture
def heard():
    return Heard()


@contextmanager
def listener_of(heard, **limits):
    listener = Listener(listen_at(f"{free_port()}/in"), heard, **limits)
    listener.open()
    yield listener.at.port
    listener.close()


@pytest.fixture
def listening(heard):
    with listener_of(heard) as port:
        yield port


@pytest.fixture
def in_a_hurry(heard):
    """A listener that a whole request has to reach in half a second; a busy machine may be slower with one."""
    with listener_of(heard, arrives_within_s=0.5) as port:
        yield port


def test_a_whole_request_is_handed_over_byte_for_byte(listening, heard):
    body = b"a=1&b=%20\r\n\r\n\x00\xff"
    assert raw_request(listening, request(body, X_Thing="one")) == 200
    (arrived,) = heard.requests
    assert (arrived.body, arrived.header("x-thing"), arrived.header("none")) == (body, "one", "")


def test_a_header_that_stands_twice_is_no_value_of_its_own(listening, heard):
    data = request(b"x", X_Thing="one").replace(b"X-Thing", b"x-thing: zero\r\nX-Thing")
    raw_request(listening, data)
    assert heard.requests[0].header("x-thing") == "zero, one"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (request(b"x", method="GET"), 405),
        (request(b"x", method="PUT"), 405),
        (request(b"x", path="/"), 404),
        (request(b"x", path="/in/"), 404),
        (request(b"x", path="/in?a=1"), 404),
        (request(b"x", path="http://x/in"), 400),
        (request(b"x", Content_Length=None), 411),
        (request(b"x", Transfer_Encoding="chunked"), 411),
        (request(b"x", Content_Length=None, Transfer_Encoding="chunked"), 411),
        (request(b"x", Content_Length="-1"), 400),
        (request(b"x", Content_Length="1x"), 400),
        (request(b"x", Content_Length="1, 1"), 400),
        (request(b"x", Content_Length="²"), 400),
        (request(b"x", Content_Length=str(BODY_MAX + 1)), 413),
        (request(b"x", Content_Length="9" * 30), 413),
        (request(b"x", X_Long="y" * HEAD_MAX), 431),
        (b"POST /in HTTP/1.1\r\nno header at all\r\n\r\n", 400),
        (b"POST /in HTTP/1.1\r\nContent-Length : 1\r\n\r\nx", 400),
        (b"POST /in HTTP/1.1\r\nA: b\nContent-Length: 1\r\n\r\nx", 400),
        (b"POST /in HTTP/2\r\n\r\n", 400),
        (b"POST /in\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
    ],
)
def test_what_is_no_such_request_is_refused(listening, heard, data, status):
    assert raw_request(listening, data, half=True) == status
    assert heard.requests == []


def test_a_body_of_the_greatest_length_is_taken(listening, heard):
    assert raw_request(listening, request(b"x" * BODY_MAX)) == 200
    assert len(heard.requests[0].body) == BODY_MAX


def test_a_request_that_ends_too_early_or_never_is_not_handed_over(listening, in_a_hurry, heard):
    assert raw_request(listening, request(b"xy", Content_Length="3"), half=True) == 0
    before = time.monotonic()
    assert raw_request(in_a_hurry, request(b"xy", Content_Length="3")) == 0
    assert 0.3 < time.monotonic() - before < PATIENCE_S
    assert heard.requests == []


def test_a_request_that_drips_has_no_longer_than_one_that_is_silent(in_a_hurry, heard):
    """Each byte in time, the whole never: else a few such would take every place."""
    never, before = threading.Event(), time.monotonic()
    with socket.create_connection(("127.0.0.1", in_a_hurry), timeout=PATIENCE_S) as connection:
        try:
            while time.monotonic() - before < PATIENCE_S:
                connection.sendall(b"P")
                never.wait(0.05)
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert time.monotonic() - before < PATIENCE_S
    assert heard.requests == []


def test_what_follows_a_request_on_its_connection_is_not_read_as_another(listening, heard):
    assert raw_request(listening, request(b"x") + request(b"y")) == 200
    assert [one.body for one in heard.requests] == [b"x"]


def test_whoever_comes_when_every_place_is_taken_waits_for_one(heard):
    """A storm of alarms comes from more senders than are answered at once; each is answered."""
    listener = Listener(listen_at(f"{free_port()}/in"), heard, places=2)
    listener.open()
    answered = []
    asking = [
        threading.Thread(target=lambda: answered.append(raw_request(listener.at.port, request(b"x"))))
        for _ in range(40)
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join(PATIENCE_S)
    listener.close()
    assert answered == [200] * 40
    assert len(heard.requests) == 40


def test_whoever_is_long_in_asking_gives_way_to_one_who_waits():
    """The longest first, and never one whose request is whole."""
    places = Places(2, gives_way_after_s=0.05)
    pairs = [socket.socketpair() for _ in range(3)]
    (whole, _), (slow, far), (waiting, _) = pairs
    assert places.enter(whole)
    assert places.enter(slow)
    places.arrived(whole)
    entered = threading.Thread(target=lambda: places.enter(waiting))
    entered.start()
    far.settimeout(PATIENCE_S)
    assert far.recv(1) == b""
    places.leave(slow)
    entered.join(PATIENCE_S)
    assert not entered.is_alive()
    assert whole.send(b"x") == 1
    for pair in pairs:
        for one in pair:
            one.close()


def test_nobody_waits_for_a_place_that_is_given_no_more():
    places, pair = Places(0), socket.socketpair()
    said = []
    waiting = threading.Thread(target=lambda: said.append(places.enter(pair[0])))
    waiting.start()
    places.close()
    waiting.join(PATIENCE_S)
    assert said == [False]
    for one in pair:
        one.close()


@pytest.mark.parametrize("where", ["handle", "accepts"])
def test_a_bug_that_a_request_brings_to_light_does_not_end_the_listening(where):
    """Once more than threads stand ready: each would have ended with the request that it had in hand."""
    met = []

    def fails(*_):
        raise LookupError("a bug")

    how = {"accepts": lambda *_: 0, "handle": fails} if where == "handle" else {"accepts": fails, "handle": fails}
    listener = Listener(listen_at(f"{free_port()}/in"), how["handle"], accepts=how["accepts"], failed=met.append)
    listener.open()
    said = [raw_request(listener.at.port, request(b"x")) for _ in range(STANDING + 1)]
    listener.close()
    assert said == [500 if where == "handle" else 0] * (STANDING + 1)
    assert [str(error) for error in met] == ["a bug"] * (STANDING + 1)


def test_connections_that_say_nothing_leave_the_listening_to_others(listening, heard):
    """More come at once than threads stand ready for them."""
    held = [socket.create_connection(("127.0.0.1", listening)) for _ in range(STANDING * 2)]
    assert raw_request(listening, request(b"x")) == 200
    for one in held:
        one.close()
    assert [one.body for one in heard.requests] == [b"x"]


def test_closing_waits_for_the_request_that_is_being_answered():
    entered, leave, answered = threading.Event(), threading.Event(), []

    def slow(arrived):
        entered.set()
        leave.wait(PATIENCE_S)
        return 200

    listener = Listener(listen_at(f"{free_port()}/in"), slow)
    listener.open()
    asking = threading.Thread(target=lambda: answered.append(raw_request(listener.at.port, request(b"x"))))
    asking.start()
    assert entered.wait(PATIENCE_S)
    closing = threading.Thread(target=listener.close)
    closing.start()
    leave.set()
    closing.join(PATIENCE_S)
    asking.join(PATIENCE_S)
    assert answered == [200]
    with pytest.raises(ConnectionRefusedError):
        raw_request(listener.at.port, request(b"x"))


def test_a_connection_that_cannot_be_taken_does_not_end_the_listening(heard):
    """No file descriptor left for a moment, or a client that was gone again: the next one is heard."""
    listener = Listener(listen_at(f"{free_port()}/in"), heard)
    ours, theirs = socket.socketpair()
    coming = iter([OSError(24, "too many open files"), ConnectionAbortedError(), ours])

    class Server:
        def accept(self):
            one = next(coming, None)
            if isinstance(one, socket.socket):
                return one, None
            if one is None:
                listener._closing.set()
            raise one or OSError("closed")

    listener._server = Server()
    taking = threading.Thread(target=listener._attend, args=(listener._server,), daemon=True)
    taking.start()
    with theirs:
        theirs.settimeout(PATIENCE_S)
        theirs.sendall(request(b"x"))
        assert theirs.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    taking.join(PATIENCE_S)
    assert not taking.is_alive()
    assert [one.body for one in heard.requests] == [b"x"]


def test_a_listener_can_be_closed_before_it_was_open_and_opened_again():
    listener = Listener(listen_at(f"{free_port()}/in"), Heard())
    listener.close()
    listener.open()
    listener.close()
    listener.open()
    assert raw_request(listener.at.port, request(b"x")) == 200
    listener.close()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_do_anything_but_refuse(data):
    """Every status that comes back is one of the client's errors, and the listener goes on."""
    status = raw_request(FUZZED.at.port, data, half=True)
    assert status == 0 or 400 <= status < 500
    assert FUZZ_HEARD.requests == []


FUZZ_HEARD = Heard()
FUZZED = Listener(listen_at(f"{free_port()}/in"), FUZZ_HEARD)


@pytest.fixture(autouse=True, scope="module")
def fuzzed():
    FUZZED.open()
    yield
    FUZZED.close()


@pytest.mark.parametrize(
    ("text", "host", "port", "path"),
    [
        ("8081", "127.0.0.1", 8081, "/"),
        ("127.0.0.1:8081/slack", "127.0.0.1", 8081, "/slack"),
        ("[::1]:8081", "::1", 8081, "/"),
        ("0.0.0.0:80/a/b", "0.0.0.0", 80, "/a/b"),
        ("localhost:1", "localhost", 1, "/"),
    ],
)
def test_an_address_to_listen_at_is_this_machines_unless_it_says_otherwise(text, host, port, path):
    at = listen_at(text)
    assert (at.host, at.port, at.path) == (host, port, path)
    assert at.on_loopback is (host != "0.0.0.0")


@pytest.mark.parametrize(
    "text", ["", "0", "65536", "x", "http://127.0.0.1:1", "127.0.0.1", "1:2:3", ":80", "::1:80", "1 "]
)
def test_what_is_no_address_to_listen_at(text):
    with pytest.raises(ValueError, match="is no address to listen at"):
        listen_at(text)
