"""Slack's limits, codes and times."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.small_server import serving, text

from bongsu.channels._port import Accepted, InDoubt, NotSent, Outgoing, Refused
from bongsu.channels._slack_limits import message_problems
from bongsu.channels.slack import Options, open_, payload_digest
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Method
from bongsu.readings._chats import instant_of
from bongsu.redact import Redactor
from bongsu.run.preflight import findings
from bongsu.sandbox.slack_blocks import block_errors

TOKEN = "xoxb-" + "5" * 12
CODES = ButtonCodes(run_id="run-1", key=b"k" * 32)
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


class Addresses(dict):
    def address(self, press_id):
        return self.get(press_id)


def opened(url="http://127.0.0.1:1", answers=None):
    options = Options(channel="C1", token=TOKEN, api_url=url)
    return open_(options, name="alerts", codes=CODES, redactor=Redactor({"env:T": TOKEN}), answers=answers)


def outgoing(**changes):
    given = {"key": "drill//alerts", "seq": 9, "method": Method.POST, "to": "C1", "payload": {"text": "x"}}
    return Outgoing(**{**given, **changes})


def problems(*blocks, **more):
    payload = {"text": "x", **({"blocks": list(blocks)} if blocks else {}), **more}
    return message_problems(payload, make=lambda button: button)


def mrkdwn(length, sign="x"):
    return {"type": "mrkdwn", "text": sign * length}


def plain(length):
    return {"type": "plain_text", "text": "x" * length}


def button(**changes):
    return {"type": "button", "action_id": "a", "text": plain(75), **changes}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (
            {"type": "section", "fields": [mrkdwn(1), mrkdwn(0)]},
            "/fields/1/text: must hold at least 1 character that is not space",
        ),
        ({"type": "section", "text": mrkdwn(3, " ")}, "/text/text: must hold at least 1 character that is not space"),
        ({"type": "section"}, ": must have text or fields"),
        ({"type": "section", "text": mrkdwn(3001)}, "/text/text: has 3001 characters, at most 3000 are allowed"),
        ({"type": "section", "fields": [mrkdwn(1)] * 11}, "/fields: must be a list of 1 to 10 items"),
        (
            {"type": "section", "fields": [mrkdwn(2001)]},
            "/fields/0/text: has 2001 characters, at most 2000 are allowed",
        ),
        ({"type": "section", "text": "x"}, "/text: must be a text object"),
        ({"type": "header", "text": plain(151)}, "/text/text: has 151 characters, at most 150 are allowed"),
        ({"type": "header", "text": mrkdwn(1)}, "/text/type: must be plain_text, not 'mrkdwn'"),
        ({"type": "context", "elements": [mrkdwn(1)] * 11}, "/elements: must be a list of 1 to 10 items"),
        (actions(*[button(action_id=f"a{n}") for n in range(26)]), "/elements: must be a list of 1 to 25 items"),
        (actions(), "/elements: must be a list of 1 to 25 items"),
        (actions(button(text=plain(76))), "/elements/0/text/text: has 76 characters, at most 75 are allowed"),
        (actions(button(value="x" * 2001)), "/elements/0/value: has 2001 characters, at most 2000 are allowed"),
        (
            actions(button(url="https://x.example/" + "x" * 3000)),
            "/elements/0/url: has 3018 characters, at most 3000 are allowed",
        ),
        (actions(button(url="file:///x")), "/elements/0/url: must be an http or https address"),
        (actions(button(style="loud")), "/elements/0/style: must be 'primary' or 'danger', not 'loud'"),
        (actions(button(action_id="x" * 256)), "/elements/0/action_id: has 256 characters, at most 255 are allowed"),
        (actions(button(), button()), ": the action_id 'a' is used twice"),
        (actions({"type": "checkboxes"}), "/elements/0/type: must be a button"),
        ({"type": "poem"}, "/type: unsupported type 'poem'"),
    ],
)
def test_a_block_the_service_would_refuse_is_named_with_its_place(block, problem):
    assert f"/blocks/0{problem}" in problems(block)


def test_the_message_as_a_whole_has_limits_too():
    assert problems(text="x" * 4000) == []
    assert problems(text="x" * 4001) == ["/text: has 4001 characters, at most 4000 are allowed"]
    assert problems(text=" ") == ["/text: must hold at least 1 character that is not space"]
    assert problems(*[SECTION] * 50) == []
    assert problems(*[SECTION] * 51) == ["/blocks: has 51 items, at most 50 are allowed"]
    (size,) = problems(*[{"type": "section", "text": mrkdwn(2500)}] * 4)
    assert size.startswith("/blocks: has 10")
    assert problems(thread="x") == ["/thread: is not a member this channel sends"]
    assert problems({"block_id": "a", **SECTION}, {"block_id": "a", **SECTION}) == [
        "/blocks/1: the block_id 'a' is used twice"
    ]


TEXTS = st.text(alphabet=" x&<é", max_size=4)
OBJECTS = st.fixed_dictionaries({"type": st.sampled_from(["mrkdwn", "plain_text"]), "text": TEXTS})
BUTTONS = st.fixed_dictionaries(
    {"type": st.just("button"), "action_id": st.sampled_from("abc"), "text": OBJECTS},
    optional={"value": TEXTS, "style": st.sampled_from(["primary", "danger", "x"])},
)
BLOCKS = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("section")}, optional={"text": OBJECTS, "fields": st.lists(OBJECTS, max_size=3)}
        ),
        st.fixed_dictionaries({"type": st.just("header"), "text": OBJECTS}),
        st.fixed_dictionaries({"type": st.just("context"), "elements": st.lists(OBJECTS, max_size=3)}),
        st.fixed_dictionaries({"type": st.just("actions"), "elements": st.lists(BUTTONS, max_size=3)}),
        st.just({"type": "divider"}),
    ),
    min_size=1,
    max_size=4,
)


@given(BLOCKS)
def test_what_has_no_problem_here_the_imitated_service_takes(blocks):
    if not problems(*blocks):
        assert block_errors(blocks) == []


@given(st.integers(0, 4_000_000_000), st.integers(0, 999_999))
def test_a_ts_is_read_exactly(seconds, micros):
    at = instant_of(f"{seconds}.{micros:06d}")
    assert (at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1) == int(
        Decimal(f"{seconds}.{micros:06d}") * 1_000_000
    )


@pytest.mark.parametrize(
    "ts", [None, "", "1761109230", "1761109230.", ".5", "1e9.5", "ts-1.000100", "1.0000001", "9" * 12 + ".1"]
)
def test_what_is_no_ts_has_no_time(ts):
    assert instant_of(ts) is None


def ok(**more):
    return json.dumps({"ok": True, "channel": "C1", "ts": "1761109230.000100", **more})


def no(error, **more):
    return json.dumps({"ok": False, "error": error, **more})


@pytest.mark.parametrize(
    ("answer", "expected", "reason"),
    [
        (text(no("ratelimited"), 429, **{"Retry-After": "9"}), NotSent, "ratelimited"),
        (text("", 429, **{"Retry-After": "9"}), NotSent, "ratelimited"),
        (text(no("rate_limited"), **{"Retry-After": "9"}), NotSent, "rate_limited"),
        (text(no("internal_error")), InDoubt, "internal_error"),
        (text(no("fatal_error")), InDoubt, "fatal_error"),
        (text(no("service_unavailable"), 503), InDoubt, "service_unavailable"),
        (text("", 500), InDoubt, "HTTP 500"),
        (text("<html>", 403, "text/html"), InDoubt, "HTTP 403 with a body that is not Slack's"),
        (text("<html>", 200, "text/html"), InDoubt, "HTTP 200 with a body that is not Slack's"),
        (text(ok(ts=1761109230)), InDoubt, "the answer is ok but names no message"),
        (text(no("channel_not_found")), Refused, "channel_not_found"),
        (text(no("missing_scope", needed="chat:write")), Refused, "missing_scope; needed: chat:write"),
        (
            text(no("invalid_blocks", errors=["e"], response_metadata={"messages": ["[ERROR] m"]})),
            Refused,
            "invalid_blocks; [ERROR] m",
        ),
    ],
)
def test_each_answer_has_its_outcome(answer, expected, reason):
    with serving(answer) as server:
        sent = opened(server.url).send(outgoing())
        assert len(server.requests) == 1
    assert (type(sent), sent.reason) == (expected, reason)
    if isinstance(sent, NotSent):
        assert sent.retry_after_s == 9


def test_a_message_says_which_intention_it_is_and_no_secret():
    payload = {"text": "x", "blocks": [actions(button(value="{code:ack}"))]}
    with serving(text(ok(), **{"X-Slack-Req-Id": "r1"})) as server:
        sent = opened(server.url).send(outgoing(payload=payload))
        ((path, body, headers),) = server.requests
    assert isinstance(sent, Accepted)
    assert (path, headers["Authorization"]) == ("/chat.postMessage", f"Bearer {TOKEN}")
    said = json.loads(body)
    assert said["metadata"] == {
        "event_type": "bongsu_message",
        "event_payload": {"run": "run-1", "key": "drill//alerts", "seq": 9, "sha256": payload_digest(payload)},
    }
    assert CODES.check("alerts", said["blocks"][0]["elements"][0]["value"]) == (9, "ack", "run-1")
    assert sent.wires[0].request_id == "r1"
    assert sent.wires[0].request == body


def test_an_answer_goes_to_the_address_that_came_with_the_press_and_is_recorded_without_it():
    with serving(text("ok", kind="text/plain")) as server:
        answers = Addresses({"slack:1": f"{server.url}/actions/T0/1/hidden"})
        channel = opened(server.url, answers)
        sent = channel.send(outgoing(method=Method.ANSWER, answer_to={"press_id": "slack:1"}))
        ((path, _, headers),) = server.requests
    assert isinstance(sent, Accepted)
    assert path == "/actions/T0/1/hidden"
    assert "Authorization" not in headers
    assert sent.wires[0].address == f"{server.url}/-"
    assert "hidden" not in repr(sent)


def test_an_answer_whose_address_is_gone_or_used_up_is_refused():
    sent = opened().send(outgoing(method=Method.ANSWER, answer_to={"press_id": "slack:1"}))
    assert isinstance(sent, Refused)
    assert sent.wires == ()
    with serving(text("used_url", 404, "text/plain")) as server:
        channel = opened(server.url, Addresses({"slack:1": f"{server.url}/actions/T0/1/hidden"}))
        sent = channel.send(outgoing(method=Method.ANSWER, answer_to={"press_id": "slack:1"}))
    assert (type(sent), sent.reason) == (Refused, "used_url")


@pytest.mark.parametrize(
    ("channel", "text_expected"),
    [({"is_member": True, "is_archived": True}, "it is archived"), ({"is_member": False}, "the app is not a member")],
)
def test_preflight_finds_a_channel_that_cannot_be_used_and_a_missing_app_token(channel, text_expected):
    with serving(text(ok(channel=channel, user="bongsu", team="Stores"))) as server:
        findings = opened(server.url).preflight({})
    bad = {finding.subject: finding.text for finding in findings if not finding.ok}
    assert bad == {
        "alerts group": text_expected,
        "alerts inbound": "neither app_token nor signing_secret: presses on Slack cannot be received",
    }
    assert all(finding.hint for finding in findings if not finding.ok)


@pytest.mark.parametrize(
    ("ahead_s", "said"),
    [(0, None), (4, None), (-4, None), (30, "30 s behind"), (-3600, "3600 s ahead of")],
)
def test_a_machine_whose_clock_is_off_is_told_before_anything_is_sent(ahead_s, said):
    """By the service's own time in its answers; evidence of messages that were timed so would not verify."""
    now = datetime(2025, 10, 22, 5, 0, 0, 500_000, tzinfo=UTC)  # however long the answer takes; shown in whole seconds
    shown = format_datetime(now + timedelta(seconds=ahead_s), usegmt=True)
    with serving(text(ok(channel={"is_member": True}, user="bongsu", team="Stores"), Date=shown)) as server:
        drivers = SimpleNamespace(channels={"alerts": opened(server.url)}, target=None)
        plan = SimpleNamespace(channels={"alerts": SimpleNamespace(kind="slack")}, contacts={})
        asked = {subject: findings(plan, drivers, at=at) for subject, at in (("held", lambda _: now), ("not", None))}
    clocks = [(one.ok, one.text, bool(one.hint)) for one in asked["held"] if one.subject == "alerts clock"]
    assert not [one for one in asked["not"] if one.subject == "alerts clock"]
    if said is None:
        assert clocks == []
    else:
        text_ = f"this machine's clock is {said} the service's, and a run's evidence holds up to 5 s"
        assert clocks == [(False, text_, True)]


def test_the_digest_does_not_depend_on_the_order_of_members():
    members = list({"text": "x", "blocks": [SECTION], "unfurl_links": False}.items())
    shuffled = random.Random(1).sample(members, len(members))
    assert payload_digest(dict(members)) == payload_digest(dict(shuffled))
