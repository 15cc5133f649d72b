"""One small world per kind of channel and per way in: the service, a group, a person, and the driver under test."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack, redirect_stderr
from dataclasses import replace

from tests.channels.small_server import serving, text
from tests.patience import PATIENCE_S
from tests.ports.chat_world import START, World, sms_sandbox
from tests.ports.held_ports import free_port

from bongsu.inbound._port import ListeningChange, PressReceived
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.http import serve
from bongsu.sandbox.record import Record
from bongsu.sandbox.slack import ChannelSpec as SlackChannel
from bongsu.sandbox.slack import SlackSandbox, SlackSpec, SlackUser
from bongsu.sandbox.slack_spec import WebhookSpec
from bongsu.sandbox.telegram import ChatSpec, TelegramSandbox, TelegramSpec, UserSpec

TELEGRAM_TOKEN = "7104553219:" + "Ab3_-" * 7
BOT_TOKEN, APP_TOKEN = "xoxb-" + "5" * 12, "xapp-" + "1-A09-" + "7" * 12
SIGNING_SECRET, WEBHOOK_SECRET = "5d0c" * 8, "Hook_" * 6
WEBHOOK_URL = "https://hooks.slack.com/services/" + "T09AB0TEAM0/B09ABHOOK00/" + "q7Xw" * 6


class Inbox:
    """Takes what an inbound path delivers, as the ledger would; can refuse from some point on."""

    def __init__(self, *, takes=True):
        self.takes = takes
        self.seen = []
        self.changed = threading.Condition()

    def __call__(self, received):
        with self.changed:
            self.seen.append(received)
            self.changed.notify_all()
        return self.takes or isinstance(received, ListeningChange)

    def wait_for(self, matches, *, count=1, timeout_s=PATIENCE_S):
        with self.changed:
            assert self.changed.wait_for(lambda: len(list(filter(matches, self.seen))) >= count, timeout_s), self.seen
            return list(filter(matches, self.seen))

    def presses(self, count=1):
        return self.wait_for(lambda one: isinstance(one, PressReceived), count=count)

    def changes(self, state, count=1):
        return self.wait_for(lambda one: isinstance(one, ListeningChange) and one.state == state, count=count)


def telegram_sandbox(clock, record):
    sandbox = TelegramSandbox(
        clock,
        record,
        TelegramSpec(
            bot_token=TELEGRAM_TOKEN,
            bot_id=7104553219,
            bot_username="bongsu_ops_bot",
            chats=[ChatSpec(id=-1002093348812, kind="supergroup", title="ops", members=(512330981, 640077125))],
            users=[
                UserSpec(id=512330981, first_name="Mina"),
                UserSpec(id=640077125, first_name="Jun"),
                UserSpec(id=711902233, first_name="Sleepy", started=False),
            ],
        ),
    )
    text = {"text": "<b>DRILL</b> a &amp; b", "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    keyboard = [
        [{"text": "Acknowledge", "callback_data": "{code:ack}"}],
        [{"text": "Logs", "url": "https://x.example"}],
    ]
    return World(
        sandbox=sandbox,
        record=record,
        kind="telegram",
        options={"token": "env:TELEGRAM"},
        secrets={"env:TELEGRAM": TELEGRAM_TOKEN},
        group="-1002093348812",
        person="512330981",
        stranger="711902233",
        post_method="sendMessage",
        payload={**text, "reply_markup": {"inline_keyboard": keyboard}},
        closing={**text, "text": "<b>DRILL</b> taken by Mina"},
        answer={"text": "Recorded"},
        too_long={"text": "x" * 4097},
    )


def slack_sandbox(clock, record):
    scopes = ("chat:write", "channels:read", "channels:history", "groups:read", "im:history", "im:write", "users:read")
    sandbox = SlackSandbox(
        clock,
        record,
        SlackSpec(
            team_id="T09AB0TEAM0",
            bot_token=BOT_TOKEN,
            app_token=APP_TOKEN,
            bot_user_id="U09ABBONGSU",
            bot_id="B09ABBONGSU",
            app_id="A09ABBONGSU",
            scopes=scopes,
            channels=[
                SlackChannel(id="C09KT3P1ALR", name="alerts", members=("U09AB1JUN00",)),
                SlackChannel(id="C09KT3P2OUT", name="outside", bot_is_member=False),
                SlackChannel(id="C09KT3P4OLD", name="old", is_archived=True),
            ],
            users=[SlackUser(id="U09AB1JUN00", name="jun"), SlackUser(id="U09AB1GONE0", name="gone", deleted=True)],
        ),
    )
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*DRILL* a &amp; b"}}
    ack = {"type": "button", "action_id": "bongsu.ack", "value": "{code:ack}"}
    ack["text"] = {"type": "plain_text", "text": "Acknowledge"}
    link = {"type": "button", "action_id": "link.1", "url": "https://x.example"}
    link["text"] = {"type": "plain_text", "text": "Logs"}
    return World(
        sandbox=sandbox,
        record=record,
        kind="slack",
        options={"token": "env:SLACK", "app_token": "env:SLACK_APP"},
        secrets={"env:SLACK": BOT_TOKEN, "env:SLACK_APP": APP_TOKEN},
        group="C09KT3P1ALR",
        person="U09AB1JUN00",
        stranger="U09AB1GONE0",
        post_method="chat.postMessage",
        payload={
            "text": "DRILL",
            "blocks": [section, {"type": "actions", "elements": [ack, link]}],
            "unfurl_links": False,
            "unfurl_media": False,
        },
        closing={"text": "DRILL taken by Jun", "blocks": [section]},
        answer={"text": "Recorded", "response_type": "ephemeral", "replace_original": False},
        too_long={"text": "x" * 4001},
    )


def slack_webhook_sandbox(clock, record):
    """Return the same workspace, posted to by its incoming webhook: no ids, no presses, a fixed channel."""
    world = slack_sandbox(clock, record)
    hook = WebhookSpec(id="B09ABHOOK00", secret="q7Xw" * 6, channel=world.group)
    world.sandbox = SlackSandbox(clock, record, replace(world.sandbox._spec, webhooks=[hook]))
    section, actions = world.payload["blocks"]
    blocks = [section, {**actions, "elements": [one for one in actions["elements"] if "url" in one]}]
    return replace(
        world,
        kind="slack_webhook",
        options={"url": "env:HOOK"},
        secrets={"env:HOOK": WEBHOOK_URL},
        group="",
        post_method="webhook",
        payload={**world.payload, "blocks": blocks},
    )


class Taken(World):
    """A world whose service keeps no record of its own: what it took is a list of texts."""

    taken: list

    def stored(self):
        return list(self.taken)

    def calls(self, method):
        return list(self.taken)


PLAIN = {"title": "DRILL: a & b <c>", "text": "first line\n• second: x"}


def stdout_world(stack, folder):
    """Return a terminal that is a file."""
    terminal = stack.enter_context((folder / "terminal").open("w+", encoding="utf-8"))

    class Terminal(Taken):
        def channel(self, **options):
            # Not before the test itself: what stands for the terminal is set anew when it begins.
            stack.enter_context(redirect_stderr(terminal))
            return super().channel(**options)

        @property
        def taken(self):
            shown = (folder / "terminal").read_text("utf-8")
            return [shown] if shown else []

    return _plain_world(Terminal, "stdout", options={}, secrets={}, too_long={"title": "DRILL", "text": ""})


def apprise_world(stack, folder):
    """Return a small service of Apprise's own kind `json://`."""
    server = stack.enter_context(serving(text("")))

    class Service(Taken):
        @property
        def taken(self):
            return [json.loads(body)["message"] for _, body, _ in server.requests]

    world = _plain_world(
        Service,
        "apprise",
        options={"url": "env:APPRISE"},
        secrets={"env:APPRISE": server.url.replace("http", "json", 1) + "/hidden-path-7f3a"},
        too_long={**PLAIN, "text": "x" * 40_000},
    )
    world.server = server
    return world


def _plain_world(cls, kind, **given):
    return cls(
        sandbox=None,
        record=None,
        kind=kind,
        group="",
        person="",
        stranger="",
        post_method="",
        payload=PLAIN,
        **given,
    )


WORLDS = {
    "telegram": telegram_sandbox,
    "slack": slack_sandbox,
    "slack_webhook": slack_webhook_sandbox,
    "sms": sms_sandbox,
}
PLAIN_WORLDS = {"stdout": stdout_world, "apprise": apprise_world}
API_PATH = {"telegram": "", "slack": "/api/", "slack_webhook": "", "sms": ""}
ON_HTTP = tuple(WORLDS)
PRESSED = ("slack", "telegram")


def open_world(kind, folder, *, way=""):
    """Yield the world of a kind, served on loopback, and take it down again; `way` is how presses come in."""
    clock = SandboxClock(START)
    if kind in PLAIN_WORLDS:
        with ExitStack() as stack:
            yield PLAIN_WORLDS[kind](stack, folder)
        return
    clock.start_thread()
    record = Record(folder / "record.jsonl", clock)
    world = WORLDS[kind](clock, record)
    world.way = way or kind
    world.clock = clock
    if way in BY_HTTP:
        BY_HTTP[way](world)
    served = serve(world.sandbox)
    world.api = served.url
    world.options["api_url"] = served.url + API_PATH[kind]
    yield world
    for close in reversed(world.opened):
        close()
    world.sandbox.close()
    served.stop()
    clock.stop()
    record.close()


def _slack_by_http(world):
    address = f"127.0.0.1:{free_port()}/slack"
    del world.options["app_token"], world.secrets["env:SLACK_APP"]
    world.options |= {"signing_secret": "env:SIGNING", "listen": address}
    world.secrets["env:SIGNING"] = SIGNING_SECRET
    spec = replace(
        world.sandbox._spec, socket_mode=False, signing_secret=SIGNING_SECRET, request_url=f"http://{address}"
    )
    world.sandbox = SlackSandbox(world.clock, world.record, spec)


def _telegram_by_webhook(world):
    address = f"127.0.0.1:{free_port()}/telegram"
    world.options |= {"webhook_url": f"http://{address}", "webhook_secret": "env:WEBHOOK", "listen": address}
    world.secrets["env:WEBHOOK"] = WEBHOOK_SECRET


BY_HTTP = {"slack_http": _slack_by_http, "telegram_webhook": _telegram_by_webhook}
