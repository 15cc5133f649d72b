"""The account's description as JSON, and the page that names every switch."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal

import pytest
from tests.rules.tree import ROOT

from bongsu.sandbox.aws_switches import AwsSwitches
from bongsu.sandbox.spec import load_spec

ACCOUNT = {
    "switches": {"cron_fires_at_s": 10, "denied_codes": {"*": "AccessDenied"}},
    "sns": {
        "topics": [{"name": "alarms", "signature_version": "2"}],
        "subscriptions": [{"topic": "alarms", "endpoint": "http://127.0.0.1:9/x"}],
        "sending": {"retries": 1},
    },
    "metric_filters": [{"group": "/aws/lambda/f", "pattern": "ERROR", "namespace": "n", "metric": "m"}],
    "rules": [{"name": "r", "expression": "cron(0/20 * * * ? *)", "function": "f:live", "retry_attempts": 3}],
    "functions": [
        {
            "name": "f", "log_format": "JSON", "reserved_concurrency": 2,
            "published": [{"digest": "sha256:aa"}, {"digest": "sha256:bb"}],
            "aliases": {"live": {"version": "1", "weights": {"2": "0.5"}}},
        }
    ],
    "alarms": [{"name": "a", "namespace": "n", "metric": "m", "alarm_topics": ["alarms"]}],
    "policies": {"captain": {"Version": "2012-10-17", "Statement": []}},
}  # fmt: skip


def loaded(tmp_path, account):
    path = tmp_path / "world.json"
    path.write_text(json.dumps({"start_at": "2025-10-22T04:50:00Z", "aws": account}), "utf-8")
    return load_spec(path).aws


def test_everything_about_an_account_can_be_said_in_json(tmp_path):
    """Lists stand in place of the default's, mappings are laid over them."""
    spec = loaded(tmp_path, ACCOUNT)
    assert spec.functions[0].aliases["live"].weights == {"2": Decimal("0.5")}
    assert spec.sns.topics[0].signature_version == "2"
    assert spec.sns.sending.retries == 1
    assert spec.switches.denied_codes == {**AwsSwitches().denied_codes, "*": "AccessDenied"}
    assert spec.policies["captain"] == {"Version": "2012-10-17", "Statement": []}
    assert "function-role" in spec.policies


@pytest.mark.parametrize(
    "account",
    [
        {"rules": [{"name": "r", "expression": "rate(1 minutes)"}]},
        {"policies": {"captain": {"Version": "1"}}},
        {"functions": [{"name": "f", "aliases": {"live": {"version": "1"}}}]},
        {"sns": {"sending": {"retries": 500}}},
        {"sns": {"topics": [{"name": "t", "signature_version": "3"}]}},
        {"metric_filters": [{"group": "g", "pattern": "[w]", "namespace": "n", "metric": "m"}]},
        {"switches": {"no_such_switch": 1}},
    ],
)
def test_an_account_that_could_not_be_kept_is_refused_before_it_is_made(tmp_path, account):
    with pytest.raises(ValueError, match=r"."):
        loaded(tmp_path, account)


@pytest.mark.parametrize("switch", [one.name for one in fields(AwsSwitches)])
def test_each_switch_is_on_the_page(switch):
    page = (ROOT / "docs/imitations/aws.md").read_text("utf-8")
    assert f"`AwsSwitches.{switch}`" in page
    assert f"`{switch}`" in str(AwsSwitches.__doc__)
