"""A small workspace of the imitated Slack served on loopback, and clients pointed at it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import urllib3
from slack_sdk import WebClient
from tests.patience import PATIENCE_S
from tests.sandbox.standing import StandingClock

from bongsu.sandbox.http import serve
from bongsu.sandbox.record import Record
from bongsu.sandbox.slack import ChannelSpec, SlackSandbox, SlackSpec, SlackUser, WebhookSpec

START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
BOT_TOKEN = "xoxb-" + "5" * 12
APP_TOKEN = "xapp-" + "1-A09-" + "7" * 12
ALERTS, OUTSIDE, SECRET, OLD = "C09KT3P1ALR", "C09KT3P2OUT", "C09KT3P3SEC", "C09KT3P4OLD"
JUN, GUEST, GONE = "U09AB1JUN00", "U09AB1GUEST", "U09AB1GONE0"
SCOPES = (
    "chat:write",
    "channels:read",
    "channels:history",
    "groups:read",
    "groups:history",
    "im:write",
    "im:history",
    "users:read",
)


TEAM, BOT, APP = "T09AB0TEAM0", "U09ABBONGSU", "A09ABBONGSU"
SIGNING_SECRET = "bongsu-test-signing-secret"
HOOK, HOOK_SECRET = "B09HOOK0001", "h" * 24


def workspace(**changes):
    """Return the spec of a workspace with one channel of each kind and three members."""
    spec = SlackSpec(
        team_id=TEAM,
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        bot_user_id=BOT,
        bot_id="B09ABBONGSU",
        app_id=APP,
        scopes=SCOPES,
        channels=[
            ChannelSpec(id=ALERTS, name="alerts", members=(JUN,)),
            ChannelSpec(id=OUTSIDE, name="outside", members=(GUEST,), bot_is_member=False),
            ChannelSpec(id=SECRET, name="secret", is_private=True, bot_is_member=False),
            ChannelSpec(id=OLD, name="old", is_archived=True),
        ],
        users=[
            SlackUser(id=JUN, name="jun", real_name="Jun"),
            SlackUser(id=GUEST, name="guest"),
            SlackUser(id=GONE, name="gone", deleted=True),
        ],
        webhooks=[WebhookSpec(id=HOOK, secret=HOOK_SECRET, channel=ALERTS)],
        signing_secret=SIGNING_SECRET,
    )
    return replace(spec, **changes)


class World:
    def __init__(self, tmp_path, *, start=START, **changes):
        spec = workspace(**changes)
        self.clock = StandingClock(start)
        self.clock.start_thread()
        self.record = Record(tmp_path / "record.jsonl", self.clock)
        self.sandbox = SlackSandbox(self.clock, self.record, spec)
        self.served = serve(self.sandbox)
        self.http = urllib3.PoolManager(retries=False, timeout=PATIENCE_S)
        self.client = WebClient(token=BOT_TOKEN, base_url=self.served.url + "/api/", retry_handlers=[])
        self.participant = self.clock.join("test")

    def call(self, method, token=BOT_TOKEN, **arguments):
        """Call a method as its documentation shows it: reads by form, the rest by JSON."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.served.url}/api/{method}"
        if method.startswith(("conversations.history", "conversations.replies", "conversations.info", "users.")) or (
            method in ("reactions.get", "chat.getPermalink")
        ):
            fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()}
            return self.http.request("POST", url, fields=fields, headers=headers, encode_multipart=False)
        headers["Content-Type"] = "application/json; charset=utf-8"
        return self.http.request("POST", url, body=json.dumps(arguments).encode(), headers=headers)

    def error(self, method, **arguments):
        answer = self.call(method, **arguments)
        assert answer.status == 200
        assert answer.json()["ok"] is False
        return answer.json()["error"]

    def hook_url(self, service=HOOK, secret=HOOK_SECRET, team=TEAM):
        return f"{self.served.url}/services/{team}/{service}/{secret}"

    def messages(self, channel=ALERTS):
        (found,) = [one for one in self.sandbox.state()["channels"] if one["id"] == channel]
        return found["messages"]

    def pass_time(self, **delay):
        self.clock.wait(self.participant, self.clock.now() + timedelta(**delay))

    def close(self):
        self.sandbox.close()
        self.http.clear()
        self.served.stop()
        self.clock.stop()
        self.record.close()


ASK = [
    {"type": "header", "text": {"type": "plain_text", "text": "Ready?"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*20 of 20* sent"}},
    {
        "type": "actions",
        "block_id": "go",
        "elements": [
            {
                "type": "button",
                "action_id": "bongsu.go",
                "text": {"type": "plain_text", "text": "Go"},
                "value": "go:1",
                "style": "primary",
            },
            {
                "type": "button",
                "action_id": "bongsu.no",
                "text": {"type": "plain_text", "text": "No-go"},
                "value": "no:1",
            },
        ],
    },
]
METADATA = {"event_type": "bongsu_announcement", "event_payload": {"intent": "a1b2", "part": 1}}
