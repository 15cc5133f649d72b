"""Telegram's webhook: set and taken away, its secret header, updates once each, and a silence that is none."""

from __future__ import annotations

import json
import threading

import pytest
from tests.channels.small_server import serving, text
from tests.inbound.rig import raw_request, request
from tests.patience import PATIENCE_S
from tests.ports.chat_world import CODES
from tests.ports.chat_worlds import TELEGRAM_TOKEN, WEBHOOK_SECRET, Inbox, open_world
from tests.ports.held_ports import free_port

from bongsu.channels.telegram import Options as ChannelOptions
from bongsu.channels.telegram import open_ as open_channel
from bongsu.errors import UsageError
from bongsu.inbound.telegram_webhook import Options, TelegramWebhookInbound, open_
from bongsu.redact import Redactor

URL = "https://hooks.example.com/telegram"


DATA = CODES.make("ops", 5, "go")


def update(number=900, data=DATA):
    message = {"message_id": 4, "chat": {"id": -100, "type": "group"}, "date": 0}
    query = {"id": f"q{number}", "from": {"id": 555, "first_name": "Mina"}, "message": message, "data": data}
    return {"update_id": number, "callback_query": query}


class Service:
    """Answers the bot's calls and keeps what was asked; `infos` answer getWebhookInfo, the last of them for ever."""

    def __init__(self, *infos):
        self.infos = list(infos) or [{"url": URL, "pending_update_count": 0}]
        self.asked = []
        self.changed = threading.Condition()

    def __call__(self, asked):
        method = asked.path.rpartition("/")[2]
        with self.changed:
            self.asked.append((method, json.loads(asked.get_data())))
            self.changed.notify_all()
            result = True
            if method == "getWebhookInfo":
                result = self.infos.pop(0) if len(self.infos) > 1 else self.infos[0]
        answer = result if callable(result) else text(json.dumps({"ok": True, "result": result}))
        return answer(asked)

    def methods(self):
        return [method for method, _ in self.asked]

    def until(self, method, count):
        with self.changed:
            assert self.changed.wait_for(lambda: self.methods().count(method) >= count, PATIENCE_S), self.methods()


@pytest.fixture
def start():
    """Start a webhook against a service; return port, inbox and inbound."""
    undo = []

    def started(service, *, takes=True, look_every_s=30.0):
        server = serving(service)
        url = server.__enter__().url
        undo.append(lambda: server.__exit__(None, None, None))
        port, inbox = free_port(), Inbox(takes=takes)
        inbound = TelegramWebhookInbound(
            Options(
                token=TELEGRAM_TOKEN,
                webhook_url=URL,
                webhook_secret=WEBHOOK_SECRET,
                listen=f"{port}/in",
                api_url=url,
            ),
            name="ops",
            codes=CODES,
            redactor=Redactor({"env:T": TELEGRAM_TOKEN, "env:W": WEBHOOK_SECRET}),
            deliver=inbox,
            look_every_s=look_every_s,
        )
        undo.append(inbound.stop)
        inbound.start()
        return port, inbox, inbound

    yield started
    for undone in reversed(undo):
        undone()


def deliver(port, body, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return raw_request(port, request(data, **{"X_Telegram_Bot_Api_Secret_Token": WEBHOOK_SECRET, **headers}), half=True)


def test_the_webhook_is_set_when_we_listen_and_taken_away_in_the_end(start):
    service = Service()
    port, inbox, inbound = start(service)
    inbox.changes("open")
    (asked,) = [body for method, body in service.asked if method == "setWebhook"]
    assert asked == {"url": URL, "secret_token": WEBHOOK_SECRET, "allowed_updates": ["callback_query"]}
    inbound.stop()
    # A question whose answer nobody waits for any more may reach the service behind it.
    changed = [asked for asked in service.asked if asked[0] != "getWebhookInfo"]
    assert changed[-1] == ("deleteWebhook", {"drop_pending_updates": False})
    assert not inbound._thread.is_alive()
    with pytest.raises(ConnectionRefusedError):
        deliver(port, update())


def test_each_update_is_taken_once(start):
    """Telegram repeats an update whose answer was lost."""
    port, inbox, _ = start(Service())
    inbox.changes("open")
    assert [deliver(port, update(900)), deliver(port, update(900)), deliver(port, update(901))] == [200, 200, 200]
    assert [press.press_id for press in inbox.presses(2)] == ["telegram:q900", "telegram:q901"]
    (first, _) = inbox.presses(2)
    assert (first.authentic, first.intent_seq, first.button, first.service_user) == (True, 5, "go", "555")
    assert first.ref == {"chat_id": "-100", "message_id": "4"}


@pytest.mark.parametrize("said", [None, "", WEBHOOK_SECRET[:-1], WEBHOOK_SECRET + "x", WEBHOOK_SECRET.upper(), "é"])
def test_without_the_secret_header_nothing_happens(start, said):
    port, inbox, _ = start(Service())
    inbox.changes("open")
    assert deliver(port, update(), X_Telegram_Bot_Api_Secret_Token=said) == 401
    assert inbox.presses(0) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        ({"update_id": "900"}, 400),
        ({"update_id": True}, 400),
        (b"[" * 50_000, 400),
        ({"update_id": 900}, 200),
        ({"update_id": 900, "message": {"text": "hello"}}, 200),
        ({"update_id": 900, "callback_query": "x"}, 200),
    ],
)
def test_what_is_no_press_brings_nothing_about(start, body, status):
    port, inbox, _ = start(Service())
    inbox.changes("open")
    assert deliver(port, body) == status
    assert inbox.presses(0) == []


def test_an_update_of_another_shape_is_a_press_of_nobody(start):
    port, inbox, _ = start(Service())
    inbox.changes("open")
    odd = {"update_id": 900, "callback_query": {"id": "q", "from": None, "message": "x", "data": None}}
    assert deliver(port, odd) == 200
    (press,) = inbox.presses()
    assert (press.authentic, press.service_user, press.ref) == (False, "", {})


def test_a_press_that_was_not_recorded_is_left_to_telegram(start):
    """It is answered with an error and the webhook goes: Telegram keeps the press for whoever listens next."""
    service = Service()
    port, inbox, inbound = start(service, takes=False)
    inbox.changes("open")
    assert deliver(port, update()) == 503
    inbound._thread.join(timeout=120)
    assert service.methods()[-1] == "deleteWebhook"


def test_a_refused_webhook_is_a_loss_in_the_services_words(start):
    service = Service()
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: bad webhook: IP address is reserved"}
    answers = iter([text(json.dumps(refusal), 400)])

    def answer(asked):
        first = next(answers, None) if asked.path.endswith("setWebhook") else None
        return first(asked) if first else service(asked)

    _, inbox, _ = start(answer)
    inbox.changes("open")
    assert [(one.state, one.reason) for one in inbox.seen] == [("lost", refusal["description"]), ("open", "")]


def test_a_webhook_that_somebody_took_away_is_set_again(start):
    service = Service({"url": URL}, {"url": ""}, {"url": URL}, {"url": URL})
    _, inbox, _ = start(service, look_every_s=0.01)
    inbox.changes("open", count=2)
    assert [one.reason for one in inbox.changes("lost")] == ["the webhook was taken away or replaced"]
    assert service.methods().count("setWebhook") == 2


def test_deliveries_that_fail_are_a_loss_until_they_arrive_again(start):
    """Nothing arrives at us then: without asking, it would look as if nobody pressed."""
    failing = {"url": URL, "pending_update_count": 1, "last_error_date": 1761109230}
    failing["last_error_message"] = "Connection refused"
    service = Service({"url": URL}, failing, failing, {**failing, "pending_update_count": 0})
    _, inbox, _ = start(service, look_every_s=0.01)
    inbox.changes("open", count=2)
    (lost,) = inbox.changes("lost")
    assert lost.reason == "Telegram could not deliver: Connection refused"
    assert [one.state for one in inbox.seen] == ["open", "lost", "open"]


def test_a_failed_delivery_of_an_earlier_run_is_no_loss_of_this_one(start):
    old = {"url": URL, "pending_update_count": 0, "last_error_date": 1761100000, "last_error_message": "x"}
    service = Service(old)
    _, inbox, _ = start(service, look_every_s=0.01)
    service.until("getWebhookInfo", 5)
    assert [one.state for one in inbox.seen] == ["open"]


def test_a_look_that_fails_is_a_loss_and_the_next_one_the_return(start):
    service = Service({"url": URL}, text("<html>", 502, "text/html"), {"url": URL, "pending_update_count": 0})
    _, inbox, _ = start(service, look_every_s=0.01)
    inbox.changes("open", count=2)
    assert [one.reason for one in inbox.changes("lost")] == ["HTTP 502 with a body that is not Telegram's"]


def test_a_person_who_presses_while_nobody_listens_is_heard_by_the_next(tmp_path):
    """Resumed after Ctrl-C: the imitated Telegram kept the press, and delivers it to the webhook that is set again."""
    for world in open_world("telegram", tmp_path, way="telegram_webhook"):
        first, second = Inbox(), Inbox()
        listening = world.inbound(first)
        listening.start()
        first.changes("open")
        posted = world.channel().send(world.outgoing())
        listening.stop()
        world.press(posted.ref)
        world.inbound(second).start()
        assert second.presses()[0].authentic
        assert first.presses(0) == []


@pytest.mark.parametrize("secret", ["with space", "x" * 257, "é-and-more", "a/b/c/d"])
def test_a_secret_that_telegram_would_refuse_is_refused_first(secret):
    options = Options(token=TELEGRAM_TOKEN, webhook_url=URL, webhook_secret=secret, listen="1/in")
    with pytest.raises(UsageError, match="the webhook_secret of the channel 'ops' cannot be one") as caught:
        open_(options, name="ops", codes=CODES, redactor=Redactor(), answers=None, deliver=Inbox(), now=None)
    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("ours", "found", "text_expected"),
    [
        ("", "https://elsewhere.example", "a webhook is set for this bot"),
        (URL, "https://elsewhere.example", "another webhook is set for this bot"),
        (URL, URL, None),
        (URL, "", None),
        ("", "", None),
    ],
)
def test_preflight_finds_a_webhook_that_would_be_in_the_way(ours, found, text_expected):
    results = {"getMe": {"username": "ops_bot"}, "getWebhookInfo": {"url": found}, "getChat": {"id": -100}}
    more = {"webhook_url": ours, "webhook_secret": WEBHOOK_SECRET, "listen": str(free_port())} if ours else {}
    answer = lambda asked: text(json.dumps({"ok": True, "result": results[asked.path.rpartition("/")[2]]}))(asked)
    with serving(answer) as server:
        options = ChannelOptions(chat_id=-100, token=TELEGRAM_TOKEN, api_url=server.url, **more)
        findings = open_channel(options, name="ops", codes=CODES, redactor=Redactor()).preflight({})
    assert [one.text for one in findings if not one.ok] == ([text_expected] if text_expected else [])
    assert "elsewhere" not in repr(findings)


def test_preflight_finds_an_address_that_is_taken():
    results = {"getMe": {"username": "ops_bot"}, "getWebhookInfo": {"url": ""}, "getChat": {"id": -100}}
    answer = lambda asked: text(json.dumps({"ok": True, "result": results[asked.path.rpartition("/")[2]]}))(asked)
    with serving(answer) as server:
        listen = server.url.removeprefix("http://")
        more = {"webhook_url": URL, "webhook_secret": WEBHOOK_SECRET, "listen": listen}
        options = ChannelOptions(chat_id=-100, token=TELEGRAM_TOKEN, api_url=server.url, **more)
        findings = open_channel(options, name="ops", codes=CODES, redactor=Redactor()).preflight({})
    (bad,) = [one for one in findings if not one.ok]
    assert (bad.subject, bad.text) == ("ops inbound", f"nothing can listen at {listen}: address already in use")
    assert bad.hint.startswith("end what listens there")
