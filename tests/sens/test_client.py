"""The client against an imitation on a real socket: each way a call can end."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from datetime import UTC, datetime

import pytest
from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY, SERVICE_ID, FakeSens

from sens import Accepted, InDoubt, MessageList, NotSent, ReadFailed, Refused, SensClient, Text
from sens.client import new_pool
from sens.limits import MessageType

AT = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)


def client_for(url, *, secret=SECRET_KEY, pool=None):
    return SensClient(url, SERVICE_ID, ACCESS_KEY, secret, pool=pool or new_pool(), epoch_ms=lambda: 1761109200000)


def text(**changes):
    return Text(**({"to": "01000000001", "from_number": "0200000000", "content": "안내", "subject": "제목"} | changes))


@pytest.fixture
def fake():
    with FakeSens().serve() as served:
        yield served


@pytest.fixture
def client(fake):
    pool = new_pool()
    yield client_for(fake.url, pool=pool)
    pool.clear()


def test_accepted_has_the_request_id(fake, client):
    outcome = client.send(text())
    assert isinstance(outcome, Accepted) and outcome.request_id == fake.outbox[0]["requestId"]
    assert fake.outbox[0]["content"] == "안내"
    assert fake.refused_signatures == 0


def test_a_wrong_key_is_refused(fake):
    outcome = client_for(fake.url, secret="x" * 40).send(text())
    assert isinstance(outcome, Refused)
    assert (outcome.status, outcome.code) == (401, "200")
    assert fake.outbox == []


def test_throttled_says_when_to_come_back(fake, client):
    fake.faults = {1: "refuse:429"}
    outcome = client.send(text())
    assert isinstance(outcome, Refused) and outcome.retry_after_s == 0


@pytest.mark.parametrize("fault", ["accept_then_drop", "accept_then:500", "accept_then:503", "lose"])
def test_whatever_may_have_happened_is_in_doubt(fake, client, fault):
    fake.faults = {1: fault}
    assert isinstance(client.send(text()), InDoubt)


def test_nobody_listening_is_not_sent():
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        outcome = client_for(f"http://127.0.0.1:{held.getsockname()[1]}").send(text())
    assert isinstance(outcome, NotSent) and outcome.may_retry


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "안내 😀"},
        {"content": "가" * 1001},
        {"type": MessageType.SMS},
        {"subject": "가" * 21},
        {"to": "010-0000-0001"},
    ],
)
def test_what_sens_would_cut_or_mangle_never_leaves(fake, client, changes):
    outcome = client.send(text(**changes))
    assert isinstance(outcome, NotSent) and not outcome.may_retry
    assert fake.sends == 0


def test_a_202_that_says_fail_is_in_doubt():
    answer = b'{"requestId": "R", "statusCode": "202", "statusName": "fail"}'
    outcome = client_for(one_answer(b"HTTP/1.1 202 Accepted", answer)).send(text())
    assert isinstance(outcome, InDoubt)


def test_a_list_has_every_page_and_the_raw_bytes(fake, client):
    fake.page_size = 10
    sent = [client.send(text(to=f"0100000{n:04d}")).request_id for n in range(23)]
    found = client.list_by_window(start_at=AT, end_at=AT)
    assert isinstance(found, MessageList)
    assert [one.request_id for one in found.messages] == sent
    assert len(found.pages) == 3 and all(page.startswith(b"{") for page in found.pages)
    assert fake.refused_signatures == 0


def test_one_request_leads_to_its_message_and_its_result(client):
    accepted = client.send(text())
    (message,) = client.list_by_request(accepted.request_id).messages
    result = client.result(message.message_id)
    assert message.delivered and message.content is None
    assert result.messages[0].content == "안내" and message.message_id.encode() in result.raw


def test_404_without_a_body_is_none_and_with_one_is_a_failure(client):
    none = client.list_by_window(start_at=AT, end_at=AT)
    assert isinstance(none, MessageList) and none.messages == ()
    gone = client_for(one_answer(b"HTTP/1.1 404 Not Found", b'{"error": {"errorCode": "300"}}'))
    assert isinstance(gone.list_by_request("R"), ReadFailed)


def test_a_window_needs_zones(client):
    with pytest.raises(ValueError, match="zone"):
        client.list_by_window(start_at=AT.replace(tzinfo=None), end_at=AT)


def test_secrets_and_numbers_do_not_show_in_texts_of_objects(client):
    shown = f"{text()!r} {client.send(text())!r} {client!r}"
    assert SECRET_KEY not in shown and "01000000001" not in shown and "안내" not in shown


def one_answer(status, body):
    """Serve one canned answer and return its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listener, listener.accept()[0] as connection:
            connection.recv(65536)
            connection.sendall(status + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"
