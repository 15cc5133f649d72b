"""The one question after a call without an answer: may the service have acted?"""

from __future__ import annotations

import socket
import threading
import time

import pytest
from tests.channels.small_server import elapsed_s, raw_server, read_request, serving, text

from bongsu import aws_client
from bongsu.channels._answer import Answer
from bongsu.channels._http import CONNECTED_WITHIN_S, READ_S, HttpSender
from bongsu.channels._port import CALL_S, InDoubt, NotSent
from bongsu.redact import Redactor
from bongsu.run.term import LEASE

SECRET = "planted-" + "s" * 12


@pytest.fixture
def sender():
    one = HttpSender(service="test", redactor=Redactor({"env:S": SECRET}), connect_s=0.5, read_s=0.5)
    yield one
    one.close()


def post(sender, url, body=b"{}", **more):
    return sender.post(f"{url}/{SECRET}/x?q=1", body, operation="x", address=f"{url}/-/x", headers={}, **more)


def test_an_answer_is_recorded_whole_and_without_the_secret(sender):
    with serving(text(f'{{"echo":"{SECRET}"}}', 418, **{"X-Slack-Req-Id": "r1", "Retry-After": "12"})) as server:
        answer = post(sender, server.url, body=SECRET.encode())
        ((path, body, _),) = server.requests
    assert (path, body) == (f"/{SECRET}/x", SECRET.encode())
    assert isinstance(answer, Answer)
    assert (answer.status, answer.retry_after_s, SECRET in answer.body.decode()) == (418, 12, True)
    wire = answer.wire
    assert (wire.request, wire.response) == (b"<secret:env:S>", b'{"echo":"<secret:env:S>"}')
    assert (wire.address, wire.request_id, wire.status) == (f"{server.url}/-/x", "r1", 418)
    assert wire.service_at is not None
    assert wire.service_at.utcoffset().total_seconds() == 0
    assert SECRET not in repr(wire)


def test_a_refused_connection_is_not_sent(sender):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        outcome = post(sender, f"http://127.0.0.1:{held.getsockname()[1]}")
    assert isinstance(outcome, NotSent)
    assert outcome.reason == "no connection (ConnectionRefusedError)"
    assert SECRET not in repr(outcome)


def test_an_unknown_host_and_a_broken_address_are_not_sent(sender):
    assert isinstance(post(sender, "http://no-such-host.invalid"), NotSent)
    outcome = sender.post("http://[::bad/x", b"", operation="x", address="-", headers={})
    assert isinstance(outcome, NotSent)
    assert outcome.reason == "no connection (the address is not a URL)"


def test_a_full_backlog_times_out_before_anything_is_sent(sender):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        outcome = post(sender, f"http://127.0.0.1:{address[1]}")
        for filler in fillers:
            filler.close()
    assert isinstance(outcome, NotSent)
    assert outcome.reason == "no connection (TimeoutError)"


def test_a_certificate_that_cannot_be_verified_is_not_sent(sender):
    with serving(text("{}"), ssl_context="adhoc") as server:
        outcome = post(sender, server.url.replace("http:", "https:"))
        assert server.requests == []
    assert isinstance(outcome, NotSent)
    assert outcome.reason == "no connection (SSLCertVerificationError)"


def test_plain_text_where_tls_is_expected_is_not_sent(sender):
    with raw_server(lambda connection: connection.recv(100) and connection.sendall(b"HTTP/1.1 400 No\r\n\r\n")) as url:
        outcome = post(sender, url.replace("http:", "https:"))
    assert isinstance(outcome, NotSent)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"no http at all\r\n\r\n",
    ],
)
def test_a_connection_lost_after_the_request_is_in_doubt_and_not_repeated(sender, answer):
    seen = []

    def behave(connection):
        seen.append(read_request(connection))
        connection.sendall(answer)

    with raw_server(behave) as url:
        outcome = post(sender, url, body=b"abc")
    assert isinstance(outcome, InDoubt)
    assert outcome.reason.startswith("no answer after the request had left")
    assert [body for _, body in seen] == [b"abc"]
    assert SECRET not in repr(outcome)


def test_a_reset_after_the_request_is_in_doubt(sender):
    def behave(connection):
        read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    with raw_server(behave) as url:
        assert isinstance(post(sender, url), InDoubt)


def test_silence_beyond_the_read_limit_is_in_doubt(sender):
    release = threading.Event()

    def behave(connection):
        read_request(connection)
        release.wait(120)

    with raw_server(behave) as url:
        start = time.monotonic()
        outcome = post(sender, url, read_s=0.1)
        assert elapsed_s(start) < 30
        release.set()
    assert isinstance(outcome, InDoubt)
    assert outcome.reason.endswith("(TimeoutError)")


class Steps:
    """A clock that goes on by so much at every look."""

    def __init__(self, step_s):
        self.step_s, self.now_s = step_s, 0.0

    def __call__(self):
        self.now_s += self.step_s
        return self.now_s


def slow(step_s):
    return HttpSender(service="test", redactor=Redactor({}), mono=Steps(step_s))


def test_nothing_is_sent_on_a_connection_that_took_too_long_to_make():
    """A call that began in time must also end in time; what it took to connect is not given twice."""
    with serving(text("{}")) as server:
        sender = slow(CONNECTED_WITHIN_S + 0.1)
        outcome = post(sender, server.url)
        assert server.requests == []
        sender.close()
    assert (type(outcome), outcome.reason) == (NotSent, "no connection (TimeoutError)")


def test_an_answer_that_comes_in_drops_is_not_waited_for_longer_than_a_whole_one():
    """Each byte comes before the silence is too long, and the answer as a whole does not."""

    def behave(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        connection.recv(1)  # until the caller has given up

    with raw_server(behave) as url:
        # A third of the time is gone at every look at the clock.
        sender = slow(READ_S / 3)
        outcome = post(sender, url)
        sender.close()
    assert (type(outcome), outcome.reason) == (InDoubt, "no answer after the request had left (TimeoutError)")


def test_no_call_of_any_service_takes_longer_than_leases_are_held_against():
    assert CONNECTED_WITHIN_S + READ_S < CALL_S
    assert aws_client.CONNECT_S + aws_client.READ_S < CALL_S
    # A worker renews each lease once a third of it is behind.
    assert LEASE.total_seconds() * 2 / 3 > CALL_S


def test_a_redirect_is_an_answer_and_is_not_followed(sender):
    with serving(text("", 302, Location="http://127.0.0.1:1/elsewhere")) as server:
        answer = post(sender, server.url)
        assert len(server.requests) == 1
    assert (type(answer), answer.status) == (Answer, 302)


def test_one_connection_serves_many_calls_and_a_closed_one_is_replaced(sender):
    """A service that ends idle connections must not cause doubt at the next message."""
    with serving(text("{}")) as server:
        assert [type(post(sender, server.url)) for _ in range(3)] == [Answer] * 3
        sources = {headers.get("Host") for _, _, headers in server.requests}
        assert len(sources) == 1

    ended = threading.Event()

    def behave(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        connection.close()
        ended.set()

    with raw_server(behave) as url:
        for _ in range(3):
            assert isinstance(post(sender, url), Answer)
            # The next message comes when the service has closed; in the moment between the two nobody can tell.
            assert ended.wait(120)
            ended.clear()


def test_a_connection_that_was_made_ready_carries_the_next_call_and_nothing_before_it(sender):
    accepted, seen = [], []

    def behave(connection):
        accepted.append(connection)
        seen.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(behave) as url:
        sender.connect(url)
        assert isinstance(post(sender, url, body=b"abc"), Answer)
    assert (len(accepted), [body for _, body in seen]) == (1, [b"abc"])


def test_what_cannot_be_made_ready_is_told_by_whoever_sends(sender):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        sender.connect(f"http://127.0.0.1:{held.getsockname()[1]}")
    sender.connect("no address")
    assert isinstance(post(sender, "http://no-such-host.invalid"), NotSent)


def test_abort_breaks_a_waiting_call_and_refuses_later_ones(sender):
    reached, release = threading.Event(), threading.Event()

    def behave(connection):
        read_request(connection)
        reached.set()
        release.wait(120)

    outcomes = []
    with raw_server(behave) as url:
        waiting = threading.Thread(target=lambda: outcomes.append(post(sender, url, read_s=30)))
        waiting.start()
        assert reached.wait(120)
        start = time.monotonic()
        sender.abort()
        waiting.join(timeout=120)
        assert elapsed_s(start) < 30
        release.set()
        outcomes.append(post(sender, url))
    assert [type(one) for one in outcomes] == [InDoubt, NotSent]
