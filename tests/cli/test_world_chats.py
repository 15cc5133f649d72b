"""The chats that a rehearsal puts round a plan, and the wall round a rehearsal."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.planfile.reading import EXAMPLE, HERE, rehearsal
from tests.planfile.test_channels import APP_TOKEN, SIGNED, TELEGRAM, WEBHOOK, only_terminal, with_more, without

from bongsu.addresses import listen_at
from bongsu.cli.scenarios import SCENARIOS
from bongsu.cli.world_plan import played_by_nothing, with_addresses, world_of
from bongsu.errors import UsageError
from bongsu.planfile import load_bytes
from bongsu.run.wiring import Wiring

ADDRESSES = {
    name: f"http://127.0.0.1:{port}" for port, name in enumerate(("slack", "telegram", "aws", "sens", "clock"), 1)
}
BY_HTTP = with_more(EXAMPLE.replace(TELEGRAM, TELEGRAM + WEBHOOK)).replace(APP_TOKEN, SIGNED)


def plan_of(text):
    return load_bytes(text.encode(), Path("a.yaml"))


def test_presses_are_sent_to_where_the_written_plan_listens(tmp_path):
    made = world_of(plan_of(BY_HTTP), tmp_path, seed=1)
    slack = made.spec["slack"]
    addresses = made.settle(ADDRESSES)
    written = yaml.safe_load(with_addresses(BY_HTTP.encode(), addresses, "a.yaml"))["channels"]
    assert slack["request_url"] == f"http://{written['alerts']['listen']}"
    assert written["ops_chat"]["webhook_url"] == f"http://{written['ops_chat']['listen']}"
    for name in ("ops_chat", "alerts"):
        at = listen_at(written[name]["listen"])
        assert (at.host, at.path) == ("127.0.0.1", f"/{name}")
    assert (slack["socket_mode"], written["fallback"]["api_url"]) == (False, ADDRESSES["slack"])
    assert written["terminal"] == {"kind": "stdout"}
    load_bytes(with_addresses(BY_HTTP.encode(), addresses, "a.yaml"), Path("b.yaml"))


def test_each_webhook_has_a_conversation_of_its_own_and_a_secret_where_its_reference_leads(tmp_path):
    made = world_of(plan_of(BY_HTTP), tmp_path, seed=1)
    made.settle(ADDRESSES)
    slack, found = made.spec["slack"], made.provision.environment
    assert [channel["name"] for channel in slack["channels"]] == ["alerts", "fallback", "pager"]
    assert len({hook["channel"] for hook in slack["webhooks"]}) == 2
    first, second = (f"/services/{slack['team_id']}/{hook['id']}/{hook['secret']}" for hook in slack["webhooks"])
    assert found["URL"] == f"https://hooks.slack.com{first}"
    assert found["A"].startswith(f"json://127.0.0.1:1{second}?")
    assert (found["SIGNING"], len(found["HOOK"])) == (slack["signing_secret"], 40)


def test_a_story_keeps_the_step_of_the_plans_own_watch():
    """Three looks a day apart where the plan looks once a day, and none where it does not watch at all."""
    daily = EXAMPLE.replace("every: 20m, ", "every: 1d, ").replace("watch: {for: 24h", "watch: {for: 2d")
    daily = daily.replace("report_every: 24h", "report_every: 2d")
    story = SCENARIOS["alarm"]
    assert story.fitted(plan_of(daily)).plan == {"watch": {"for": "259200s", "report_every": "259200s"}}
    assert story.fitted(plan_of(EXAMPLE[: EXAMPLE.index("watch:")])).plan == {}
    assert SCENARIOS["happy"].fitted(plan_of(daily)) is SCENARIOS["happy"]
    assert story.fitted(plan_of(EXAMPLE)) is story


def test_whose_function_is_not_described_is_said(tmp_path):
    """The account has what the plan names; what another job's function does, only its owner knows."""
    own = plan_of(EXAMPLE.replace("naverplace_send_inform_v2", "send_reminders"))
    assert world_of(own, tmp_path, seed=1).spec["stand_in"]["function"] == "send_reminders"
    assert played_by_nothing(own, {}) == "send_reminders"
    assert played_by_nothing(own, {"aws": {"functions": [{"name": "send_reminders", "handler": "a.b"}]}}) == ""
    assert played_by_nothing(plan_of(EXAMPLE), {}) == ""
    assert played_by_nothing(own, {"aws": 1}) == played_by_nothing(own, {"aws": {"functions": 1}}) == "send_reminders"


def test_a_plan_without_a_chat_has_a_world_without_one(tmp_path):
    made = world_of(plan_of(without(only_terminal(), "go", "escalation", "drill")), tmp_path, seed=1)
    assert not {"slack", "telegram"} & set(made.spec)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("url: env:A}", "url: secret:example/apprise}", "cannot keep the address of 'pager' in Secrets Manager"),
        (
            APP_TOKEN,
            APP_TOKEN + "  more: {kind: slack, channel: C00000002, token: env:T}\n",
            "two channels of kind 'slack'",
        ),
    ],
)
def test_what_a_rehearsal_cannot_imitate_is_said_before_it_starts(tmp_path, old, new, text):
    changed = with_more().replace(old, new)
    assert changed != with_more()
    with pytest.raises(UsageError, match=text):
        world_of(plan_of(changed), tmp_path, seed=1)


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("json://127.0.0.1:1/x", "here"),
        ("jsons://elsewhere.example/x", "beyond"),
        ("mailto://user:password-of-nobody@example.com", "beyond"),
    ],
)
def test_a_rehearsal_writes_to_nobody_beyond_this_machine(tmp_path, monkeypatch, url, leads):
    """Apprise's address is a secret, so that no plan can show where it leads: it is looked at when it is known."""
    text = rehearsal(with_more()).replace("url: env:URL}", f"url: env:URL, api_url: {HERE}}}")
    begin, end = text.index("sms_gateway:"), text.index("# Must pass before anybody")
    given = {
        "BONGSU_TELEGRAM_TOKEN": "7104553219:" + "Ab3_-" * 7,
        "BONGSU_SLACK_APP_TOKEN": "xapp-" + "7" * 12,
        "BONGSU_BUTTON_KEY": "k" * 32,
        "URL": "https://hooks.slack.com/services/T0/B0/" + "q7Xw" * 6,
        "A": url,
        "TOKEN": "xoxb-" + "5" * 12,
        "GATEWAY": '{"access_key": "' + "a" * 20 + '", "secret_key": "' + "b" * 40 + '"}',
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    gateway = text[begin:end].replace("secret:example/sens", "env:GATEWAY")
    text = (text[:begin] + gateway + text[end:]).replace("secret:example/slack#bot_token", "env:TOKEN")
    wiring = Wiring(plan_of(text), tmp_path)
    if leads == "here":
        assert wiring.drivers("run-1", None).endpoints["pager"] == "http://127.0.0.1:1"
    else:
        with pytest.raises(UsageError, match="the plan has a clock, and its channel 'pager' leads beyond this machine"):
            wiring.drivers("run-1", None)
