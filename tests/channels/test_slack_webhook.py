"""An incoming webhook: one bare word for an answer, an address that is the secret, and no button but links."""

from __future__ import annotations

import logging

import pytest
from tests.channels.small_server import raw_server, read_request, serving, text

from bongsu.channels._port import Accepted, InDoubt, NotSent, Outgoing, Refused
from bongsu.channels.slack_webhook import Options, open_
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Method
from bongsu.errors import UsageError
from bongsu.redact import Redactor
from bongsu.sandbox.slack_spec import WEBHOOK_STATUSES

PATH = "/services/T09AB0TEAM0/B09ABHOOK00/" + "q7Xw" * 6
URL = "https://hooks.slack.com" + PATH
CODES = ButtonCodes(run_id="run-1", key=b"k" * 32)


def opened(api_url="", url=URL):
    options = Options(url=url, api_url=api_url)
    return open_(options, name="fallback", codes=CODES, redactor=Redactor({"env:HOOK": url}))


def outgoing(**payload):
    return Outgoing(key="start//fallback", seq=9, method=Method.POST, to="", payload={"text": "x", **payload})


def plain(body, status=200, **headers):
    return text(body, status, "text/plain", **headers)


DOCUMENTED = [(plain(code, status), Refused, code) for code, status in WEBHOOK_STATUSES.items() if status < 500]
"""Every code that the vendor names, with the status that it is answered with as far as that is known."""


@pytest.mark.parametrize(
    ("answer", "expected", "reason"),
    [
        *DOCUMENTED,
        (plain("rollup_error", 500), InDoubt, "rollup_error (HTTP 500)"),
        (plain("", 429, **{"Retry-After": "9"}), NotSent, "rate limited"),
        (plain("ratelimited", 429, **{"Retry-After": "9"}), NotSent, "ratelimited"),
        (plain("", 500), InDoubt, "HTTP 500 with a body that is not Slack's"),
        (plain("", 503), InDoubt, "HTTP 503 with a body that is not Slack's"),
        (plain("", 403), InDoubt, "HTTP 403 with a body that is not Slack's"),
        (text("<html>proxy</html>", 403, "text/html"), InDoubt, "HTTP 403 with a body that is not Slack's"),
        (text("<html>login</html>", 200, "text/html"), InDoubt, "HTTP 200 with a body that is not Slack's"),
        (plain("ok then", 200), InDoubt, "HTTP 200 with a body that is not Slack's"),
        (plain("OK", 200), InDoubt, "HTTP 200 with a body that is not Slack's"),
        (plain("no_text", 200), InDoubt, "no_text (HTTP 200)"),
        (text('{"ok":true}', 200), InDoubt, "HTTP 200 with a body that is not Slack's"),
        (plain("", 302, Location="https://elsewhere.example/"), InDoubt, "HTTP 302 with a body that is not Slack's"),
    ],
)
def test_each_answer_has_its_outcome(answer, expected, reason):
    with serving(answer) as server:
        sent = opened(server.url).send(outgoing())
        assert len(server.requests) == 1
    assert (type(sent), sent.reason) == (expected, reason)
    if isinstance(sent, NotSent):
        assert sent.retry_after_s == 9


def test_ok_is_an_acceptance_without_a_name_for_the_message():
    with serving(plain("ok\n")) as server:
        sent = opened(server.url).send(outgoing())
        ((path, _, headers),) = server.requests
    assert isinstance(sent, Accepted)
    assert (sent.ref, path) == ({}, PATH)
    assert "Authorization" not in headers


def test_an_answer_that_breaks_off_is_in_doubt():
    def half(connection):
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")

    with raw_server(half) as url:
        sent = opened(url).send(outgoing())
    assert isinstance(sent, InDoubt)
    assert sent.reason == "no answer after the request had left (IncompleteRead)"


@pytest.mark.parametrize("answer", [plain("ok"), plain(PATH, 404), plain("no_service", 404), None])
def test_the_address_is_in_no_record_and_no_log(answer, caplog):
    """The path is the secret: whoever has it can write to the channel."""
    caplog.set_level(logging.DEBUG)
    with serving(answer or plain("ok")) as server:
        channel = opened(server.url if answer else "http://127.0.0.1:1")
        sent = channel.send(outgoing(text=f"posted through {URL}"))
    told = repr([sent, sent.wires, channel.endpoint, channel.preflight({}), Options(url=URL), caplog.text])
    assert "q7Xw" not in told
    assert sent.wires[0].address.endswith("/-")


def test_without_another_address_it_is_the_secrets_own():
    assert opened().endpoint == "https://hooks.slack.com"
    assert opened(api_url="http://127.0.0.1:9/").endpoint == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "url", ["hooks.slack.com/services/x", "http://hooks.slack.com/services/T/B/x", "https://", "nothing"]
)
def test_what_is_no_address_for_a_message_is_refused_without_being_quoted(url):
    with pytest.raises(UsageError, match="the secret of the channel 'fallback' is not the address of a webhook") as no:
        opened(url=url)
    assert url not in f"{no.value.text}{no.value.cause}"


def test_preflight_sees_an_address_that_is_not_a_webhooks():
    (finding,) = opened(url="https://hooks.slack.com/workflows/T09/A1/7").preflight({"Mina": "U1"})
    assert (finding.ok, finding.subject) == (False, "fallback webhook")
    assert finding.hint.startswith("copy it whole")


def test_a_button_that_is_no_link_is_refused_before_anything_leaves():
    """The service gives no ts, so that nobody could ever take the button away again."""
    label = {"type": "plain_text", "text": "Acknowledge"}
    press = {"type": "button", "text": label, "action_id": "bongsu.ack", "value": "{code:ack}"}
    link = {"type": "button", "text": label, "action_id": "bongsu.link.1", "url": "https://x.example"}
    with serving(plain("ok")) as server:
        channel = opened(server.url)
        sent = channel.send(outgoing(blocks=[{"type": "actions", "elements": [link, press]}]))
        assert isinstance(sent, Refused)
        assert "/blocks/0: holds a button that is no link" in sent.reason
        assert isinstance(channel.send(outgoing(blocks=[{"type": "actions", "elements": [link]}])), Accepted)
        assert len(server.requests) == 1
