"""What every channel must do, asked of each file in `channels/` against its service, imitated or real.

What needs ids, presses or an HTTP service of ours is asked of those kinds that have them.
"""

from __future__ import annotations

import json
import socket
import threading
from datetime import timedelta

import pytest
from tests.ports.chat_world import CODES, START
from tests.ports.chat_worlds import API_PATH, ON_HTTP, PRESSED, Inbox, open_world

from bongsu.channels import (
    address_of,
    kinds,
    module_of,
    open_channel,
    options_of,
    secret_of,
    secrets_of,
    takes_presses,
)
from bongsu.channels._port import Accepted, InDoubt, NotSent, Refused
from bongsu.core.events import Method
from bongsu.errors import UsageError
from bongsu.sandbox.chat import PressRefusedError

only = pytest.mark.parametrize
every_kind = only("world", kinds(), indirect=True)
on_http = only("world", ON_HTTP, indirect=True)
pressed = only("world", PRESSED, indirect=True)
unpressed = only("world", sorted(set(kinds()) - set(PRESSED)), indirect=True)


@pytest.fixture
def world(request, tmp_path):
    yield from open_world(request.param, tmp_path)


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_names_its_options_its_address_and_its_secrets(kind):
    options = options_of(kind)
    assert options.__dataclass_params__.frozen
    names = set(options.__dataclass_fields__)
    assert {address_of(kind), *secrets_of(kind)} - {""} <= names
    assert all(not options.__dataclass_fields__[name].repr for name in secrets_of(kind))
    assert callable(module_of(kind).open_)


@every_kind
def test_an_unknown_kind_or_option_is_an_error_that_lists_the_known(world):
    with pytest.raises(UsageError, match=r"there is no channel of kind 'pigeon', the kinds are .*telegram"):
        options_of("pigeon")
    with pytest.raises(UsageError, match="the channel 'ops' has no option 'colour'"):
        open_channel(world.spec(colour="red"), resolve=world.secrets.__getitem__, codes=CODES, redactor=world.redactor)


@every_kind
def test_a_token_may_end_with_a_line_break_as_files_do(world):
    for reference in list(world.secrets):
        world.secrets[reference] += "\n"
    assert isinstance(world.channel().send(world.outgoing()), Accepted)


@pytest.mark.parametrize("value", ["two words", "tab\there", "줄", " \n"])
def test_a_secret_that_is_no_token_is_refused_without_being_quoted(value):
    with pytest.raises(UsageError, match="the secret 'env:X' does not hold a token") as caught:
        secret_of("env:X", resolve=lambda _: value)
    assert not value.strip() or value.strip() not in str(caught.value)


@every_kind
def test_a_message_is_accepted_and_leaves_once(world):
    sent = world.channel().send(world.outgoing())
    assert isinstance(sent, Accepted)
    (wire,) = sent.wires
    assert wire.service == world.kind
    assert len(world.stored()) == 1


@pressed
def test_a_message_is_accepted_with_the_services_own_name_and_time(world):
    sent = world.channel().send(world.outgoing())
    assert isinstance(sent, Accepted)
    assert all(isinstance(value, str) and value for value in sent.ref.values())
    assert abs(sent.service_at - START) < timedelta(seconds=30)
    (wire,) = sent.wires
    assert (wire.status, wire.operation, wire.service_at) == (200, world.post_method, sent.service_at)
    assert wire.sent_mono <= wire.received_mono


@pressed
def test_a_direct_message_reaches_the_person(world):
    shown = []
    world.sandbox.on_message(shown.append)
    sent = world.channel().send(world.outgoing(to=world.person))
    assert isinstance(sent, Accepted)
    assert [(one.chat, one.message, world.person in one.viewers) for one in shown] == [(*sent.ref.values(), True)]


@every_kind
def test_the_record_of_an_exchange_holds_no_secret_but_the_bytes_that_matter(world):
    sent = world.channel().send(world.outgoing())
    (wire,) = sent.wires
    for secret in world.secrets.values():
        assert secret not in repr(wire)
    assert "?" not in wire.address
    assert wire.address.startswith(world.api)
    assert json.loads(wire.request)["text"] == world.payload["text"]
    assert world.kind not in PRESSED or json.loads(wire.response)["ok"] is True
    assert not [secret for secret in world.secrets.values() if secret in world.channel().endpoint]


@pressed
def test_only_buttons_get_codes_and_they_are_ours(world):
    odd = json.loads(json.dumps(world.payload))
    odd["text"] = "say {code:ack}"
    sent = world.channel().send(world.outgoing(odd, seq=31))
    request = json.loads(sent.wires[0].request)
    assert request["text"] == "say {code:ack}"
    assert CODES.make("ops", 31, "ack") in sent.wires[0].request.decode()
    assert "{code:ack}" not in sent.wires[0].request.decode().replace(request["text"], "")


@on_http
def test_too_fast_is_not_sent_and_says_for_how_long(world):
    world.fault("rate_limit", retry_after=7)
    sent = world.channel().send(world.outgoing())
    assert isinstance(sent, NotSent)
    assert sent.retry_after_s == 7
    assert sent.wires[0].status == 429
    assert world.stored() == []


@on_http
@pytest.mark.parametrize(
    ("fault", "more", "stored"),
    [
        ("drop_before", {}, 0),
        ("drop_after", {}, 1),
        ("html", {}, 0),
        ("status", {"status": 500, "body": "", "stored": True}, 1),
        ("status", {"status": 503, "body": '{"ok":false}'}, 0),
    ],
)
def test_a_broken_answer_is_in_doubt_and_the_request_went_out_once(world, fault, more, stored):
    """Whether the service kept the message differs; what we may say does not."""
    world.fault(fault, **more)
    sent = world.channel().send(world.outgoing())
    assert isinstance(sent, InDoubt)
    assert len(sent.wires) == 1
    assert (len(world.calls(world.post_method)), len(world.stored())) == (1, stored)
    for secret in world.secrets.values():
        assert secret not in repr(sent)


@on_http
def test_nobody_listening_is_certainly_not_sent(world):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}{API_PATH[world.kind]}"
        sent = world.channel(api_url=url).send(world.outgoing())
    assert isinstance(sent, NotSent)
    assert (sent.retry_after_s, sent.wires[0].status, sent.wires[0].response) == (None, None, b"")
    for secret in world.secrets.values():
        assert secret not in repr(sent)


@pressed
def test_what_the_service_refuses_is_refused_in_its_own_words(world):
    unknown = {"telegram": "-1009999999999", "slack": "C00000000XX"}[world.kind]
    sent = world.channel().send(world.outgoing(to=unknown))
    assert isinstance(sent, Refused)
    assert sent.reason in ("Bad Request: chat not found", "channel_not_found")


@pressed
def test_a_revoked_token_is_refused(world):
    options = {"telegram": {"token": "env:OLD"}, "slack": {"token": "env:OLD"}}[world.kind]
    world.secrets["env:OLD"] = {"telegram": "7104553219:" + "Zz9_-" * 7, "slack": "xoxb-" + "6" * 12}[world.kind]
    sent = world.channel(**options).send(world.outgoing())
    assert isinstance(sent, Refused)
    assert sent.reason in ("Unauthorized", "invalid_auth")


@every_kind
def test_a_payload_beyond_the_limits_is_refused_before_anything_leaves(world):
    channel = world.channel()
    assert channel.problems(world.payload) == []
    (problem,) = channel.problems(world.too_long)
    assert problem.startswith("/text: ")
    sent = channel.send(world.outgoing(world.too_long))
    assert isinstance(sent, Refused)
    assert problem in sent.reason
    assert (sent.wires, world.calls(world.post_method)) == ((), [])


@pressed
def test_a_closing_takes_the_buttons_away_and_may_be_repeated(world):
    channel = world.channel()
    posted = channel.send(world.outgoing())
    closing = world.outgoing(world.closing, method=Method.CLOSE, ref=posted.ref, key="close//drill//ops")
    first, second = channel.send(closing), channel.send(closing)
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert first.ref == second.ref == posted.ref
    with pytest.raises(PressRefusedError, match="has no button"):
        world.press(posted.ref)


@pressed
def test_a_button_that_an_edit_leaves_is_still_ours(world):
    """A page that somebody took keeps its other buttons: a press under the edited message names the edit's line."""
    channel, inbox = world.channel(), Inbox()
    world.inbound(inbox).start()
    inbox.changes("open")
    posted = channel.send(world.outgoing())
    parts = ("blocks", "reply_markup")
    kept = {**world.closing, **{part: world.payload[part] for part in parts if part in world.payload}}
    edit = world.outgoing(kept, method=Method.CLOSE, ref=posted.ref, key="taken//drill//ops", seq=9)
    assert isinstance(channel.send(edit), Accepted)
    world.press(posted.ref)
    (press,) = inbox.presses()
    assert (press.authentic, press.intent_seq, press.button) == (True, 9, "ack")


@pressed
def test_an_answer_does_not_wait_behind_a_message_in_flight(world):
    """A person who pressed sees the answer although the next message hangs at the service."""
    channel, inbox = world.channel(), Inbox()
    world.inbound(inbox).start()
    inbox.changes("open")
    posted = channel.send(world.outgoing())
    world.press(posted.ref)
    (press,) = inbox.presses()
    world.fault("slow", wall_ms=30_000)
    ended = []
    slow = threading.Thread(target=lambda: ended.append(channel.send(world.outgoing(seq=8))))
    slow.start()
    answer = world.outgoing(world.answer, method=Method.ANSWER, answer_to=press.answer_to)
    assert isinstance(channel.send(answer), Accepted)
    assert ended == []
    world.sandbox.faults.close()
    slow.join(timeout=120)
    assert len(ended) == 1


@pressed
def test_preflight_names_who_cannot_be_reached_and_what_to_do(world):
    findings = world.channel().preflight({"Mina": world.person, "Sleepy": world.stranger})
    (bad,) = [finding for finding in findings if not finding.ok]
    assert bad.subject == "ops Sleepy"
    assert "Sleepy" in bad.hint
    assert {"ops token", "ops group", "ops Mina"} <= {finding.subject for finding in findings if finding.ok}


@pressed
def test_preflight_of_a_service_that_does_not_answer_blames_no_token(world):
    world.fault("drop_before", method="*")
    (finding,) = world.channel().preflight({"Mina": world.person})
    assert not finding.ok
    assert finding.hint.startswith("try again; while this machine does not reach the service")


@pressed
def test_preflight_with_a_wrong_token_finds_only_that(world):
    world.secrets["env:OLD"] = {"telegram": "7104553219:" + "Zz9_-" * 7, "slack": "xoxb-" + "6" * 12}[world.kind]
    (finding,) = world.channel(token="env:OLD").preflight({"Mina": world.person})
    assert (finding.ok, finding.subject) == (False, "ops token")
    assert "token" in finding.hint


@every_kind
def test_whether_presses_come_back_is_told_by_the_plan_keys(world):
    assert takes_presses(world.kind, world.spec().options) is (world.kind in PRESSED)


@unpressed
@pytest.mark.parametrize("method", [Method.CLOSE, Method.ANSWER])
def test_where_nothing_comes_back_a_message_is_neither_changed_nor_answered(world, method):
    """The rules never ask for it: such a message has no reference. A driver that was asked must not post it anew."""
    sent = world.channel().send(world.outgoing(method=method))
    assert isinstance(sent, Refused)
    assert (sent.wires, world.stored()) == ((), [])


@unpressed
def test_where_nothing_comes_back_an_acceptance_names_no_message(world):
    assert world.channel().send(world.outgoing()).ref == {}


@unpressed
def test_where_nothing_can_be_asked_the_preflight_says_only_that_it_may_work(world):
    (finding,) = world.channel().preflight({})
    assert finding.ok
    for secret in world.secrets.values():
        assert secret not in repr(finding)
