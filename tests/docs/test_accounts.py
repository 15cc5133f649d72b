"""What the tutorial has a captain create: an AWS policy and a Slack app with what the program uses, and no more."""

from __future__ import annotations

import json
import re

import yaml
from tests.docs.blocks import ROOT

from bongsu.cli.world_chats import SCOPES
from bongsu.sandbox.naver_defaults import naver_aws

POLICY = ROOT / "docs" / "aws-policy.json"
MANIFEST = yaml.safe_load((ROOT / "docs" / "slack-app.yaml").read_text("utf-8"))


def test_the_policy_to_copy_is_the_one_under_which_every_rehearsal_runs() -> None:
    """Region and account are the example plan's; a rehearsal's AWS refuses whatever it does not allow."""
    rehearsed = json.dumps(naver_aws().policies["captain"])
    filled = rehearsed.replace("{region}", "ap-northeast-2").replace("{account}", "000000000000")
    assert json.loads(POLICY.read_text("utf-8")) == json.loads(filled)


def test_the_slack_app_has_the_scopes_under_which_every_rehearsal_runs() -> None:
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert set(scopes) == {"bot"}
    assert sorted(scopes["bot"]) == sorted(SCOPES)
    asked = (
        (ROOT / "SECURITY.md").read_text("utf-8").partition("Slack, as a manifest")[2].partition("app-level token")[0]
    )
    assert set(re.findall(r"`([a-z:]+)`", asked)) == set(SCOPES)


def test_the_slack_app_takes_presses_and_keeps_its_token() -> None:
    """A token that Slack replaces by itself would end a run in the middle."""
    settings = MANIFEST["settings"]
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["socket_mode_enabled"] is True
    assert settings["token_rotation_enabled"] is False
    assert set(MANIFEST) == {"display_information", "features", "oauth_config", "settings"}


def test_the_manifest_says_what_each_scope_is_for() -> None:
    text = (ROOT / "docs" / "slack-app.yaml").read_text("utf-8")
    said = re.findall(r"^      - ([a-z:]+)(?: +# (.+))?$", text, re.MULTILINE)
    assert [scope for scope, why in said if not why] == ["groups:history"]
    assert len(said) == len(SCOPES)
