"""How fast the imitated Slack lets an app go: per channel, per method, per workspace."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from tests.sandbox.slack_rig import ALERTS, APP_TOKEN, BOT_TOKEN, GUEST, JUN


@pytest.fixture
def made(slack_world):
    """Return what opens a world with changes to its spec."""
    return slack_world


def test_a_tier_counts_calls_of_a_minute(made):
    world = made()
    for _ in range(50):
        world.client.conversations_info(channel=ALERTS)
    answer = world.call("conversations.info", channel=ALERTS)
    assert (answer.status, answer.json()["error"]) == (429, "ratelimited")
    assert 30 <= int(answer.headers["Retry-After"]) <= 60
    world.client.users_info(user=JUN)
    world.pass_time(minutes=1)
    world.client.conversations_info(channel=ALERTS)
    free = made(tiers_enforced=False)
    for _ in range(60):
        free.client.conversations_info(channel=ALERTS)


def test_history_may_be_as_tight_as_for_apps_sold_outside_the_marketplace(made):
    world = made(history_per_minute=1)
    world.client.conversations_history(channel=ALERTS)
    assert world.call("conversations.history", channel=ALERTS).status == 429
    world.pass_time(minutes=1)
    world.client.conversations_history(channel=ALERTS)


def test_connections_may_be_of_the_first_tier(made):
    world = made(socket_tier=1)
    assert world.call("apps.connections.open", token=APP_TOKEN).status == 200
    assert world.call("apps.connections.open", token=APP_TOKEN).status == 429


def test_the_body_of_a_429_may_be_empty_and_the_header_is_still_there(made):
    world = made(too_fast_body="")
    world.client.chat_postMessage(channel=ALERTS, text="one")
    with pytest.raises(SlackApiError) as caught:
        world.client.chat_postMessage(channel=ALERTS, text="two")
    answer = caught.value.response
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert world.call("chat.postMessage", channel=ALERTS, text="two").data == b""


def test_the_vendors_retry_handler_waits_as_told_and_gets_through(made):
    world = made()

    class Waits(RateLimitErrorRetryHandler):
        def prepare_for_next_attempt(self, **how):
            super().prepare_for_next_attempt(**how)  # sleeps
            world.pass_time(seconds=1)

    client = WebClient(token=BOT_TOKEN, base_url=world.served.url + "/api/", retry_handlers=[Waits(max_retry_count=1)])
    client.chat_postMessage(channel=ALERTS, text="one")
    client.chat_postMessage(channel=ALERTS, text="two")
    statuses = [entry["status"] for entry in world.record.entries() if entry["operation"] == "chat.postMessage"]
    assert statuses == [200, 429, 200]
    assert [one["text"] for one in world.messages()] == ["one", "two"]


def test_bursts_can_be_let_through(made):
    world = made(post_burst=3)
    for text in ("one", "two", "three"):
        world.client.chat_postMessage(channel=ALERTS, text=text)
    assert world.call("chat.postMessage", channel=ALERTS, text="four").status == 429


def test_the_whole_workspace_may_have_a_cap_on_posts(made):
    world = made(posts_per_minute=2)
    world.client.chat_postMessage(channel=ALERTS, text="one")
    world.client.chat_postMessage(channel=JUN, text="two")
    assert world.call("chat.postMessage", channel=GUEST, text="three").status == 429
    world.pass_time(minutes=1)
    world.client.chat_postMessage(channel=GUEST, text="three")
