"""One run through every way out and both ways in by HTTP: a Go, a No-go, and everybody told, on five channels."""

from __future__ import annotations

import json

import pytest
from tests.evidence.audited import contradictions
from tests.rehearsal.test_nothing_leaks import everything_kept
from tests.rehearsal.world import PLAN, bongsu, people, rehearse

TELEGRAM, APP_TOKEN = "    token: env:BONGSU_TELEGRAM_TOKEN\n", "    app_token: env:BONGSU_SLACK_APP_TOKEN\n"
WEBHOOK = """\
    webhook_url: https://hooks.example.com/telegram
    webhook_secret: env:BONGSU_TELEGRAM_SECRET
    listen: 127.0.0.1:8082/telegram
"""
SIGNED = """\
    signing_secret: env:BONGSU_SLACK_SIGNING
    listen: 127.0.0.1:8081/slack
"""
MORE = """\
  fallback: {kind: slack_webhook, url: secret:example/slack#webhook}
  terminal: {kind: stdout}
  pager: {kind: apprise, url: env:BONGSU_APPRISE}
"""
CHANNELS = ["ops_chat", "alerts", "fallback", "terminal", "pager"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("every")
    text = PLAN.read_text("utf-8")
    for old, new in (
        (TELEGRAM, TELEGRAM + WEBHOOK),
        (APP_TOKEN, SIGNED + MORE),
        ("to: [ops_chat, alerts]", f"to: [{', '.join(CHANNELS)}]"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "plan.yaml").write_text(text, "utf-8")
    # Each is in one chat alone: whoever is in both presses where the question comes first, which is chance.
    answering = [
        person | {"slack_id": None} if person["telegram_id"] else person for person in people(ops_manager={"No-go": 35})
    ]
    return rehearse(folder, folder / "plan.yaml", changes={"people": answering})


def test_a_press_comes_in_by_each_way_and_moves_the_run(run):
    assert run.code == 6, run.ended.err
    pressed = [(line["body"]["channel"], line["body"]["button"]) for line in run.told("button_pressed")]
    assert pressed == [("ops_chat", "go"), ("alerts", "no_go")]
    assert [one["in_time"] for one in run.recorded("slack", "request.ack")] == [True]
    assert [one["status"] for one in run.recorded("telegram", "webhook")] == [200]
    assert len(run.recorded("telegram", "setWebhook")) == len(run.recorded("telegram", "deleteWebhook")) == 1
    assert run.recorded("telegram", "getUpdates") == run.recorded("slack", "apps.connections.open") == []


def test_every_channel_is_told_and_only_those_with_buttons_are_closed(run):
    posts = [line["body"] for line in run.told("send_intended", method="post")]
    assert {(one["message"], one["channel"]) for one in posts} == {
        (message, channel) for message in ("go_request", "no_go") for channel in CHANNELS
    }
    closed = {line["body"]["channel"] for line in run.told("send_intended", method="close")}
    assert closed == {"ops_chat", "alerts"}
    ended = [line["body"]["outcome"] for line in run.told("send_ended")]
    assert set(ended) == {"accepted"}


def test_the_webhooks_took_what_the_evidence_says(run):
    """Each message once: by the plan's own webhook, and by Apprise through another."""
    taken = run.recorded("slack", "webhook", status=200)
    assert len(taken) == 4
    assert sorted(one["ignored_fields"] == ["username"] for one in taken) == [False, False, True, True]


def test_the_terminal_shows_the_messages_among_the_progress(run):
    assert run.ended.err.count("── terminal ──") == 2
    assert "Answers count where the buttons are: ops_chat, alerts." in run.ended.err
    assert "GO OR NO-GO" in run.ended.err


def test_the_evidence_verifies(run):
    done = bongsu("verify", run.evidence, cwd=run.evidence.parent)
    assert done.code == 0, done.out + done.err
    assert contradictions(run.evidence) == []


def test_no_secret_of_a_channel_is_in_anything_that_is_kept_or_said(run):
    world = json.loads((run.world / "world.json").read_text("utf-8"))
    secrets = [hook["secret"] for hook in world["slack"]["webhooks"]]
    secrets += [world["slack"]["signing_secret"], world["slack"]["bot_token"], world["telegram"]["bot_token"]]
    assert len(secrets) == 5
    places = everything_kept(run)
    found = [(place, n) for place, data in places.items() for n, one in enumerate(secrets) if one.encode() in data]
    assert found == []
