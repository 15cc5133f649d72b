"""What the services would refuse is known before a run is opened: one message, exit 2, nothing sent or switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.refusals.conftest import APP_ABSENT, BOT_LEFT, NEVER_STARTED

if TYPE_CHECKING:
    from tests.refusals.conftest import Desk

RULE, FUNCTION = "naver-sms-automation-trigger", "naverplace_send_inform_v2"
SLACK_TOKEN = "secret:example/slack#bot_token"


def test_a_wrong_telegram_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONGSU_TELEGRAM_TOKEN", "7104553219:" + "Ab3_-" * 7)
    desk.refused(desk.start(), "the run was not opened", "cause: ops_chat token: Unauthorized", "check the token")


def test_a_wrong_slack_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER", "xoxb-" + "5" * 12)
    desk.write((SLACK_TOKEN, "env:OTHER"))
    desk.refused(desk.start(), "cause: alerts token: invalid_auth", "check the token")


def test_the_bots_token_in_place_of_the_app_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONGSU_SLACK_APP_TOKEN", "xoxb-" + "5" * 12)
    desk.refused(desk.start(), "cause: alerts inbound: the app_token has not the form of one", "xapp-")


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("-1000000000001", "-1000000000099", "ops_chat group: Bad Request: chat not found"),
        ("-1000000000001", str(BOT_LEFT), "ops_chat group: Forbidden: bot is not a member of the supergroup chat"),
        ("C00000001", "C00000099", "alerts group: channel_not_found"),
        ("C00000001", APP_ABSENT, "alerts group: the app is not a member"),
        ("100000002", str(NEVER_STARTED), "ops_chat On-Call Engineer: Bad Request: chat not found"),
        ("U00000003", "U00000099", "alerts Operations Manager: user_not_found"),
        (RULE, "no-such-rule", "rule: there is no rule 'no-such-rule' in ap-northeast-2"),
        (f"function: {FUNCTION}", "function: no_such", "function: there is no function 'no_such' in ap-northeast-2"),
        (f"/aws/lambda/{FUNCTION}", "/aws/lambda/other", "log group: there is no log group '/aws/lambda/other'"),
    ],
)
def test_what_is_not_as_the_plan_has_it(desk: Desk, old: str, new: str, cause: str) -> None:
    """An unknown chat, a chat without the bot, a person who never pressed Start, what is missing."""
    desk.write((old, new))
    desk.refused(desk.start(), "the run was not opened", f"cause: {cause}")


def test_another_region(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no secret in Secrets Manager, which would be asked first, the account's own services refuse."""
    monkeypatch.setenv("OTHER", desk.world.spec.slack.bot_token)
    monkeypatch.setenv("GATEWAY", '{"access_key": "' + "a" * 20 + '", "secret_key": "' + "b" * 40 + '"}')
    changes = [(SLACK_TOKEN, "env:OTHER"), ("key: secret:example/sens", "key: env:GATEWAY")]
    desk.write(*changes, ("region: ap-northeast-2", "region: us-east-1"))
    desk.refused(desk.start(), "cause: rule: ", "cause: function: ")


def test_everything_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    desk.write(("-1000000000001", "-1000000000099"), ("C00000001", "C00000099"), (RULE, "no-such-rule"))
    called = desk.start()
    desk.refused(called, "ops_chat group", "alerts group", "rule: there is no rule")
    assert called.err.count("  cause: ") == 3


def test_the_online_check_finds_the_same_and_sends_nothing(desk: Desk) -> None:
    from tests.cli.calling import call

    desk.write(("C00000001", APP_ABSENT))
    called = call("check", desk.plan, "--online")
    assert called.code == 2 and "alerts group: the app is not a member" in called.out
    assert (desk.done(), desk.runs()) == ([], [])


def test_the_online_check_looks_for_the_file_that_the_baseline_will_read(desk: Desk) -> None:
    """A day before the window it can still be written; in the window it would be a no-go."""
    from tests.cli.calling import call

    assert "ok     parity file: 'parity.json' can be read" in call("check", desk.plan, "--online").out.splitlines()
    (desk.folder / "parity.json").unlink()
    called = call("check", desk.plan, "--online")
    assert called.code == 2
    assert "error  parity file: there is no file 'parity.json' beside the plan" in called.out
    assert "help:  have the file that the baseline's parity names written, beside the plan" in called.out


def test_a_legacy_that_is_still_on_is_a_no_go_that_everybody_hears_of(desk: Desk) -> None:
    """That is the baseline's to find: it is recorded, told, and nothing is switched."""
    on = {"Name": "naverplace-send-inform-schedule"}
    desk.world.aws.store.call("events", "EnableRule", on)
    try:
        called = desk.start()
    finally:
        desk.world.aws.store.call("events", "DisableRule", on)
    assert called.code == 6, called.err
    assert 'legacy_off: rule "naverplace-send-inform-schedule" is ENABLED' in called.err
    assert sorted(set(desk.done()) - {"events.EnableRule", "events.DisableRule"}) == ["chat.postMessage", "sendMessage"]
    switched = [one for one in desk.world.record.entries()[desk.seen :] if one["operation"] == "rule_state"]
    assert all(one["rule"] == on["Name"] for one in switched)
    assert len(desk.runs()) == 1
