"""Telegram's limits and its envelope."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.channels.small_server import serving, text

from bongsu.channels._port import Accepted, InDoubt, NotSent, Outgoing, Refused
from bongsu.channels._telegram_limits import answer_problems, message_problems, units
from bongsu.channels.telegram import Options, open_
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Method
from bongsu.redact import Redactor
from bongsu.sandbox.telegram_text import TextRefusedError, checked_text

TOKEN = "7104553219:" + "Ab3_-" * 7
CODES = ButtonCodes(run_id="run-1", key=b"k" * 32)


def opened(url="http://127.0.0.1:1"):
    options = Options(chat_id=-100, token=TOKEN, api_url=url)
    return open_(options, name="ops", codes=CODES, redactor=Redactor({"env:T": TOKEN}))


def outgoing(**changes):
    given = {"key": "k", "seq": 1, "method": Method.POST, "to": "-100", "payload": {"text": "x", "parse_mode": "HTML"}}
    return Outgoing(**{**given, **changes})


def problems(html, **more):
    return message_problems({"text": html, "parse_mode": "HTML", **more}, make=lambda button: button)


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("", "/text: must hold at least 1 character"),
        (" <b> </b>\n", "/text: holds nothing but space"),
        ("<b>x", "/text: the tag <b> is never closed"),
        ("<b><i>x</b></i>", "/text: </b> at character 7 closes nothing, </i> was expected"),
        ("x</b>", "/text: </b> at character 1 closes nothing"),
        ("<h1>x</h1>", "/text: the tag <h1> at character 0 is unknown to Telegram"),
        ("1 < 2", "/text: a '<' at character 2 starts no tag, write &lt;"),
        ("<span>x</span>", '/text: <span> at character 0 must have class="tg-spoiler"'),
        ("🚀" * 2049, "/text: has 4098 UTF-16 units, at most 4096 are allowed"),
        ("x" * 32769, "/text: has more than 32768 bytes"),
    ],
)
def test_a_text_the_service_would_refuse_is_named_with_its_place(html, problem):
    assert problem in problems(html)


def test_the_limits_are_reached_without_a_problem():
    assert problems("🚀" * 2048) == []
    assert problems("<b>" + "&lt;" * 4096 + "</b>") == []
    assert problems("<blockquote expandable>a</blockquote><a href='https://x.example/?a=1&amp;b=2'>b</a>") == []


TEXTS = st.lists(
    st.sampled_from(
        ["<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<", ">", "&", "&lt;", "&#65;", " ", "x", "🚀", "\n"]
    ),
    max_size=10,
).map("".join)


@given(TEXTS)
def test_what_has_no_problem_here_the_imitated_service_takes(html):
    if not problems(html):
        checked_text(html, "HTML")


@given(TEXTS)
def test_what_the_imitated_service_refuses_has_a_problem_here(html):
    try:
        checked_text(html, "HTML")
    except TextRefusedError:
        assert problems(html)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_length_is_counted_in_utf_16_units(value):
    assert units(value) == sum(2 if ord(sign) > 0xFFFF else 1 for sign in value)


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        ({"text": "", "callback_data": "x"}, "/text: must hold at least 1 character"),
        ({"text": "a"}, ": must have either url or callback_data"),
        ({"text": "a", "url": "x", "callback_data": "y"}, ": must have either url or callback_data"),
        ({"text": "a", "url": "ftp://x"}, "/url: must be an http, https or tg address"),
        ({"text": "a", "callback_data": "é" * 33}, "/callback_data: has 66 bytes, 1 to 64 are allowed"),
        (
            {"text": "a", "callback_data": "{code:" + "x" * 65 + "}"},
            "/callback_data: has 65 bytes, 1 to 64 are allowed",
        ),
    ],
)
def test_a_button_the_service_would_refuse_is_named_with_its_place(button, problem):
    found = problems("x", reply_markup={"inline_keyboard": [[button]]})
    assert f"/reply_markup/inline_keyboard/0/0{problem}" in found


def test_a_keyboard_has_eight_buttons_in_a_row_and_a_hundred_in_all():
    button = {"text": "a", "callback_data": "x"}
    assert problems("x", reply_markup={"inline_keyboard": [[button] * 8] * 12}) == []
    assert len(problems("x", reply_markup={"inline_keyboard": [[button] * 9]})) == 1
    assert len(problems("x", reply_markup={"inline_keyboard": [[button] * 8] * 13})) == 1
    assert problems("x", reply_markup={}) == ["/reply_markup/inline_keyboard: must be a list of rows"]


@pytest.mark.parametrize("button", ["ack", "go", "no_go", "roll_back", "hold"])
def test_every_button_of_a_long_run_fits(button):
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": f"{{code:{button}}}"}]]}
    assert opened().problems({"text": "x", "reply_markup": keyboard}) == []


def test_an_answer_has_at_most_200_units():
    assert answer_problems({"text": "x" * 200}) == []
    assert answer_problems({"text": "🚀" * 101}) == ["/text: has 202 UTF-16 units, an answer may have 200"]
    sent = opened().send(
        outgoing(method=Method.ANSWER, payload={"text": "x" * 201}, answer_to={"press_id": "telegram:1"})
    )
    assert isinstance(sent, Refused)


def envelope(**body):
    return json.dumps(body)


MESSAGE = {"message_id": 42, "chat": {"id": -100, "type": "group"}, "date": 1761109230}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (text(envelope(ok=False, error_code=429, description="slow", parameters={"retry_after": 9}), 429), NotSent),
        (text("<html>busy</html>", 429, "text/html", **{"Retry-After": "9"}), NotSent),
        (text(envelope(ok=False, error_code=403, description="Forbidden: bot was blocked by the user"), 403), Refused),
        (text("<html>proxy</html>", 403, "text/html"), InDoubt),
        (text(envelope(ok=False, error_code=500, description="Internal Server Error: restart"), 500), InDoubt),
        (text("", 200), InDoubt),
        (text("[]", 200), InDoubt),
        (text(envelope(ok=True, result=True)), InDoubt),
        (text(envelope(ok=True, result={**MESSAGE, "date": None})), InDoubt),
        (text("", 302), InDoubt),
        (text(envelope(ok=False), 200), InDoubt),
    ],
)
def test_each_answer_has_its_outcome(answer, expected):
    with serving(answer) as server:
        sent = opened(server.url).send(outgoing())
        assert len(server.requests) == 1
    assert type(sent) is expected
    if isinstance(sent, NotSent):
        assert sent.retry_after_s == 9
    if isinstance(sent, Refused):
        assert sent.reason == "Forbidden: bot was blocked by the user"


def test_the_time_is_telegrams_own_and_the_ref_is_text():
    with serving(text(envelope(ok=True, result=MESSAGE))) as server:
        sent = opened(server.url).send(outgoing())
        ((path, body, _),) = server.requests
    assert isinstance(sent, Accepted)
    assert sent.ref == {"chat_id": "-100", "message_id": "42"}
    assert sent.service_at == sent.wires[0].service_at == datetime(2025, 10, 22, 5, 0, 30, tzinfo=UTC)
    assert path == f"/bot{TOKEN}/sendMessage"
    assert json.loads(body)["chat_id"] == -100
    assert sent.wires[0].address == f"{server.url}/bot-/sendMessage"


def test_a_group_that_moved_says_where_to():
    moved = envelope(
        ok=False,
        error_code=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": -100123},
    )
    with serving(text(moved, 400)) as server:
        sent = opened(server.url).send(outgoing())
    assert isinstance(sent, Refused)
    assert sent.reason == (
        "Bad Request: group chat was upgraded to a supergroup chat (put chat_id -100123 into the plan)"
    )
    assert sent.moved_to == "-100123"


def test_a_reason_that_echoes_the_token_is_recorded_without_it():
    with serving(text(envelope(ok=False, error_code=404, description=f"no bot{TOKEN}"), 404)) as server:
        sent = opened(server.url).send(outgoing())
    assert isinstance(sent, Refused)
    assert TOKEN not in repr(sent)


def test_a_webhook_is_found_before_the_run_starts():
    results = {
        "getMe": {"username": "ops_bot"},
        "getWebhookInfo": {"url": "https://elsewhere.example"},
        "getChat": {"id": -100, "type": "supergroup"},
    }
    with serving(
        lambda request: text(envelope(ok=True, result=results[request.path.split("/")[-1]]))(request)
    ) as server:
        findings = opened(server.url).preflight({})
    (bad,) = [finding for finding in findings if not finding.ok]
    assert (bad.subject, bad.text) == ("ops inbound", "a webhook is set for this bot")
    assert "elsewhere" not in repr(findings)


def test_one_message_at_a_time_per_chat_and_chats_side_by_side():
    together, gate = threading.Barrier(2, timeout=120), threading.Lock()
    in_chat, most = {}, {}

    def answer(request):
        chat = json.loads(request.get_data())["chat_id"]
        with gate:
            in_chat[chat] = in_chat.get(chat, 0) + 1
            most[chat] = max(most.get(chat, 0), in_chat[chat])
        # Passes only while both chats are being answered at once.
        together.wait()
        with gate:
            in_chat[chat] -= 1
        return text(envelope(ok=True, result={**MESSAGE, "chat": {"id": chat}}))(request)

    with serving(answer) as server:
        channel = opened(server.url)
        threads = [
            threading.Thread(target=channel.send, args=(outgoing(to=to),)) for to in ("-1", "-2") for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=240)
        assert len(server.requests) == 6
        channel.close()
    assert most == {-1: 1, -2: 1}
