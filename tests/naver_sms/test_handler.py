"""The Lambda handler, with its tables and secrets in an imitation of AWS."""

from __future__ import annotations

import json

import pytest
from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY
from tests.naver_sms.world import booking, environ, seed_dynamo, v22

from naver_sms import aws, handler
from naver_sms.errors import RunFailed
from naver_sms.state.dynamodb import table_definitions


class Context:
    """What the platform hands to the handler."""

    aws_request_id = "00000000-0000-0000-0000-000000000001"
    function_name = "example-sms-v2"
    memory_limit_in_mb = "512"

    def get_remaining_time_in_millis(self):
        return 300_000


@pytest.fixture
def lambda_env(tmp_path, naver, sens, aws_env, monkeypatch):
    """Set the environment of the function, its tables made anew."""
    client = aws.client("dynamodb")
    for definition in table_definitions():
        if definition["TableName"] in client.list_tables()["TableNames"]:
            client.delete_table(TableName=definition["TableName"])
        client.create_table(**definition)
    env = environ(tmp_path, naver, sens) | {"NAVER_SMS_STATE": "dynamodb"}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return client


@pytest.mark.parametrize("legacy", [False, True])
def test_the_handler_serves_v22_on_dynamodb(lambda_env, naver, sens, capfd, legacy):
    naver.bookings, records = v22()
    seed_dynamo(lambda_env, records, legacy=legacy)
    answer = handler.handler({"source": "aws.events"}, Context())
    report = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert answer["result"] == report["result"] == "ok"
    assert report["request_id"] == Context.aws_request_id and report["memory"]["limit_mb"] == 512
    assert (report["sms"]["accepted"], report["writes"]["attempted"]) == (20, 20)
    assert report["bookings"]["completed_seen"] == 34 and report["trigger"] == "schedule"
    assert report["parity"]["percent"] == "100.00" and len(sens.outbox) == 20


def test_the_handler_raises_after_the_report_so_that_the_platform_counts_it(lambda_env, naver, capfd):
    naver.auth = "401"
    with pytest.raises(RunFailed, match="auth_expired"):
        handler.handler({}, Context())
    assert json.loads(capfd.readouterr().out.splitlines()[-1])["exit_code"] == 3


def test_cookies_and_keys_may_lie_in_secrets_and_in_the_session_table(lambda_env, naver, sens, monkeypatch, capfd):
    secrets = aws.client("secretsmanager")
    pair = json.dumps({"access_key": ACCESS_KEY, "secret_key": SECRET_KEY})
    secrets.create_secret(Name="example/sens", SecretString=pair)
    rows = [{"name": one, "value": "x", "domain": ".naver.com", "path": "/"} for one in ("NID_AUT", "NID_SES")]
    secrets.create_secret(Name="example/cookies", SecretString=json.dumps(rows))
    lambda_env.put_item(TableName="session", Item={"id": {"S": "1"}, "cookies": {"S": json.dumps(rows)}})
    naver.bookings = [booking(1)]
    monkeypatch.setenv("NAVER_SMS_SENS_KEY", "secret:example/sens")
    monkeypatch.delenv("NAVER_SMS_SENS_SECRET_KEY")
    for reference in ("secret:example/cookies", "table:1"):
        monkeypatch.setenv("NAVER_SMS_COOKIES", reference)
        assert handler.handler({}, Context())["result"] == "ok"
        report = json.loads(capfd.readouterr().out.splitlines()[-1])
        assert report["cookies"]["source"] == reference.partition(":")[0]
    assert len(sens.outbox) == 1


def test_a_state_table_that_is_not_there_fails_before_anything_is_sent(lambda_env, naver, sens, monkeypatch, capfd):
    naver.bookings = [booking(1, minutes=60)]
    monkeypatch.setenv("NAVER_SMS_SMS_TABLE", "absent")
    with pytest.raises(RunFailed, match="failed"):
        handler.handler({}, Context())
    report = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert (report["sms"]["attempted"], sens.sends) == (0, 0)
