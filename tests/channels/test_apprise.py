"""Apprise: what its True, its False and its errors are taken for, and what of its address is told."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from tests.channels.small_server import raw_server, read_request, serving, text

from bongsu.channels._port import Accepted, InDoubt, Outgoing, Refused
from bongsu.channels.apprise import AppriseChannel, Options, open_
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Method
from bongsu.errors import UsageError
from bongsu.redact import Redactor

CODES = ButtonCodes(run_id="run-1", key=b"k" * 32)
HIDDEN = "hidden" + "7f3a" * 4
PAYLOAD = {"title": "🔔 DRILL: a <b> & c", "text": "first\n• second"}


def opened(url):
    return open_(Options(url=url), name="pager", codes=CODES, redactor=Redactor({"env:A": url}))


def outgoing(**payload):
    return Outgoing(key="k", seq=1, method=Method.POST, to="", payload={**PAYLOAD, **payload})


def apprise_url(server_url, query=""):
    return server_url.replace("http", "json", 1) + f"/{HIDDEN}{query}"


def test_true_is_an_acceptance_and_the_text_arrives_as_it_is():
    with serving(text("")) as server:
        sent = opened(apprise_url(server.url)).send(outgoing())
        ((path, body, _),) = server.requests
    assert isinstance(sent, Accepted)
    assert path == f"/{HIDDEN}"
    said = json.loads(body)
    assert (said["title"], said["message"]) == (PAYLOAD["title"], PAYLOAD["text"])
    assert (sent.ref, sent.wires[0].response) == ({}, b"True")
    assert json.loads(sent.wires[0].request) == PAYLOAD


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
def test_false_is_in_doubt_whatever_the_service_said(status):
    """Apprise says the same for a refusal, for a server's error, and for one of several that was refused."""
    with serving(text("", status)) as server:
        sent = opened(apprise_url(server.url)).send(outgoing())
        assert len(server.requests) == 1
    assert (type(sent), sent.reason) == (InDoubt, "Apprise said False, which it says whether or not something left")
    assert sent.wires[0].response == b""


def test_an_answer_that_was_lost_is_in_doubt_and_the_request_went_out_once():
    seen = []
    with raw_server(lambda connection: seen.append(read_request(connection))) as url:
        sent = opened(apprise_url(url)).send(outgoing())
    assert isinstance(sent, InDoubt)
    assert len([body for head, body in seen if head]) == 1


@pytest.mark.parametrize("query", ["?retry=3&wait=0", "?optional=yes"])
def test_an_address_cannot_have_a_send_repeated_or_a_failure_called_a_success(query):
    with serving(text("", 500)) as server:
        sent = opened(apprise_url(server.url, query)).send(outgoing())
        assert len(server.requests) == 1
    assert isinstance(sent, InDoubt)


class Service:
    """A plugin of Apprise as it may be: with small limits, or one that raises."""

    enabled = True
    title_maxlen, body_maxlen, body_max_line_count = 250, 1000, 0

    class overflow_mode:  # noqa: N801
        value = "upstream"

    def __init__(self, raises=None):
        self.raises = raises
        self.notified = []

    def notify(self, **given):
        self.notified.append(given)
        if self.raises is not None:
            raise self.raises
        return True


def over(service):
    return AppriseChannel(service, name="pager", scheme="sms", redactor=Redactor())


@pytest.mark.parametrize("error", [OSError("x"), KeyError("x"), TypeError("x"), ValueError("x"), RuntimeError("x")])
def test_what_a_plugin_raises_leaves_open_what_it_had_done(error):
    sent = over(Service(raises=error)).send(outgoing())
    assert (type(sent), sent.reason) == (InDoubt, f"Apprise raised {type(error).__name__} after it had begun")


def test_a_message_that_the_service_would_cut_is_refused():
    service = Service()
    service.body_maxlen = 5
    sent = over(service).send(outgoing())
    assert isinstance(sent, Refused)
    assert "/text: has 14 characters, this service takes 5" in sent.reason
    service.body_maxlen, service.body_max_line_count = 1000, 1
    assert over(service).problems(PAYLOAD) == ["/text: has 2 lines, this service takes 1"]
    assert service.notified == []


def test_several_messages_for_one_are_the_addresss_own_choice():
    service = Service()
    service.body_maxlen = 5
    service.overflow_mode = type("Split", (), {"value": "split"})
    assert isinstance(over(service).send(outgoing()), Accepted)


@pytest.mark.parametrize("most", [0, 5])
def test_a_title_that_has_no_place_stands_above_the_text(most):
    service = Service()
    service.title_maxlen = most
    over(service).send(outgoing())
    (said,) = service.notified
    assert (said["title"], said["body"]) == ("", f"{PAYLOAD['title']}\n\n{PAYLOAD['text']}")


@pytest.mark.parametrize("url", [f"nosuchthing://{HIDDEN}", HIDDEN, "json://", f"mailto://{HIDDEN}"])
def test_an_address_that_apprise_does_not_know_is_refused_without_being_quoted(url):
    with pytest.raises(UsageError, match="the secret of the channel 'pager' is no address that Apprise knows") as no:
        opened(url)
    assert HIDDEN not in f"{no.value.text}{no.value.hint}"


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        (f"json://127.0.0.1:8/{HIDDEN}", "http://127.0.0.1:8"),
        (f"json://{HIDDEN}.example/x", "apprise:json"),
        (f"jsons://user:{HIDDEN}@localhost/x", "https://localhost"),
        (f"slack://T1JJ3T3L2/A1BRTD4JD/{'TIiajkdnlazkcOXrIdevi7FQ'}/#ops", "apprise:slack"),
    ],
)
def test_of_an_address_only_the_kind_is_told(url, endpoint):
    channel = opened(url)
    told = repr([channel.endpoint, channel.preflight({}), Options(url=url)])
    assert channel.endpoint == endpoint
    assert HIDDEN not in told
    assert "T1JJ3T3L2" not in told


def test_what_apprise_logs_is_not_printed(capfd):
    """Its warnings name hosts and parts of addresses."""
    with serving(text("", 500)) as server:
        opened(apprise_url(server.url)).send(outgoing())
    assert capfd.readouterr() == ("", "")
    assert not logging.getLogger("apprise").propagate


def test_a_package_that_is_not_installed_is_named_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match="the channel 'pager' needs the package 'apprise'") as caught:
        opened(f"json://127.0.0.1/{HIDDEN}")
    assert "bongsu[apprise]" in caught.value.hint


def test_a_service_that_needs_more_is_found_before_the_run():
    service = Service()
    service.enabled = False
    (finding,) = over(service).preflight({})
    assert (finding.ok, finding.subject) == (False, "pager apprise")
