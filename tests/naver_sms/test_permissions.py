"""The role of the template beside what the program asks of AWS, call by call: each is allowed, and nothing else is.

Every call that runs with advertising and alerts and a settle pass make is recorded where the library makes it, and held
against the role's statements with their resources and conditions. A permission that none of them used is too much.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

import boto3
import pytest
from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY, FakeChats
from tests.naver_sms.test_law import RULES
from tests.naver_sms.test_packaging import TEMPLATE, Tags, of_type, yaml
from tests.naver_sms.test_wishes import having, option
from tests.naver_sms.world import STORES, booking, document, record_for, seed_dynamo

from naver_sms import aws, handler, telling
from naver_sms.errors import RunFailed
from naver_sms.state.dynamodb import table_definitions

TABLES = {"permitted-sms": "SmsTable", "permitted-session": "SessionTable"}
SECRETS = {
    f"permitted/{name}": f"{name.title()}Secret" for name in ("settings", "rules", "codes", "sens", "cookies", "salt")
}
SECRETS["permitted/chat-token"] = "ChatsSecret"


class Context:
    aws_request_id, function_name, memory_limit_in_mb = "00000000-0000-0000-0000-000000000003", "permitted", "512"

    def get_remaining_time_in_millis(self):
        return 300_000


def contents(chats):
    """Return what the owner has put into each secret."""
    settings = document(
        STORES[:2],
        parity_mode="corrected",
        rules="secret:permitted/rules",
        codes="secret:permitted/codes",
        sender_name="예시사진관",
        optout_number="080-000-0000",
        settle_after_s=0,
        telegram={"token": "secret:permitted/chat-token", "chat_id": "1000", "url": chats.url},
    )
    rows = [{"name": one, "value": "x", "domain": ".naver.com", "path": "/"} for one in ("NID_AUT", "NID_SES")]
    return {
        "settings": json.dumps({key: value for key, value in settings.items() if key != "state"}),
        "rules": RULES + CONSENTED,
        "codes": json.dumps({"door": "0000"}),
        "sens": json.dumps({"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}),
        "cookies": json.dumps(rows),
        "salt": "0" * 48,
        "chat-token": "0" * 9 + ":token",
    }


@pytest.fixture
def calls(aws_env, naver, sens, monkeypatch):
    """Make the stack's tables and secrets, let the function find its settings there, and record what it asks."""
    telling._TOLD.clear()
    tables, secrets = boto3.client("dynamodb"), boto3.client("secretsmanager")
    for definition in table_definitions("permitted-"):
        tables.create_table(**definition)
    chats = FakeChats()
    with chats.serve():
        texts = contents(chats)
        for name, text in texts.items():
            secrets.create_secret(Name=f"permitted/{name}", SecretString=text)
        # As the template's function has them.
        (function,) = of_type(_template(), "AWS::Lambda::Function").values()
        for name, value in function["Environment"]["Variables"].items():
            monkeypatch.setenv(name, _plain(value))
        for name, value in (("NAVER", naver.url), ("SENS", sens.url), ("CLOCK", naver.url + "/clock")):
            monkeypatch.setenv(f"NAVER_SMS_{name}_URL", value)
        found = []
        for service in ("dynamodb", "secretsmanager"):
            events = aws.client(service).meta.events
            events.register(
                f"before-parameter-build.{service}.*",
                lambda params, model, service=service, **_: found.append((service, model.name, dict(params))),
            )
        yield found, chats
    for definition in table_definitions("permitted-"):
        tables.delete_table(TableName=definition["TableName"])
    for name in texts:
        secrets.delete_secret(SecretId=f"permitted/{name}", ForceDeleteWithoutRecovery=True)


CONSENTED = """
  guide: "{store.alias} 안내"
stores:
  "1000002":
    rules:
      - {name: hello, when: {status: [RC03], record: absent},
         send: {kind: extra, template: review, purpose: advertising, basis: consent}}
      - {name: confirm, when: {status: [RC03], open: confirm}, send: {kind: confirm, template: guide,
         purpose: information}}
"""


def _template():
    return yaml.load(TEMPLATE.read_text("utf-8"), Loader=Tags)


def _plain(value):
    if not isinstance(value, dict):
        return value
    kind, text = next(iter(value.items()))
    names = {logical: name for name, logical in TABLES.items()}
    return names[text] if kind == "Ref" else text.replace("${FunctionName}", "permitted")


def asked(service, action, params):
    """Return the permission's name, the resource of the template and the leading keys of one call."""
    if service == "secretsmanager":
        return f"{service}:{action}", SECRETS[params["SecretId"]], []
    if "RequestItems" in params:
        ((table, one),) = params["RequestItems"].items()
        return f"{service}:{action}", f"{TABLES[table]}.Arn", [key.get("id", {}).get("S") for key in one["Keys"]]
    place = f"{TABLES[params['TableName']]}.Arn" + (f"/index/{params['IndexName']}" if "IndexName" in params else "")
    return f"{service}:{action}", place, [(params.get("Key") or params.get("Item") or {}).get("id", {}).get("S")]


def statements():
    (role,) = of_type(_template(), "AWS::IAM::Role").values()
    for one in role["Policies"][0]["PolicyDocument"]["Statement"]:
        resources = one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
        plain = [next(iter(each.values())).replace("${", "").replace("}", "") for each in resources]
        patterns = one.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ["*"])
        yield from ((action, place, pattern) for action in one["Action"] for place in plain for pattern in patterns)


def test_every_call_is_allowed_and_every_permission_is_used(calls, naver, sens):
    found, chats = calls
    used = having(booking(1, minutes=-120, status="RC08"), option("원본"))
    gone = booking(4, minutes=60)
    naver.bookings = [booking(2, minutes=300, store=STORES[1]), used, booking(3, minutes=300)]
    seed_dynamo(aws.client("dynamodb"), [record_for(used, guide=True)], table="permitted-sms")
    seed_dynamo(aws.client("dynamodb"), [record_for(gone)], table="permitted-sms", legacy=True)
    found.clear()  # putting records there was not the function's doing
    naver.now, sens.late_codes = "2025-10-22T20:10:00+09:00", {"01000000002": "3023"}
    chats.ok = False  # an alert that did not get through is taken back
    handler.handler({"source": "aws.events"}, Context())
    handler.handler({"naver_sms": "settle"}, Context())
    naver.auth = "401"
    with pytest.raises(RunFailed, match="auth_expired"):
        handler.handler({}, Context())
    allowed, met = list(statements()), set()
    for one in found:
        action, place, keys = asked(*one)
        fitting = {
            grant
            for grant in allowed
            for key in keys or [None]
            if grant[:2] == (action, place) and (grant[2] == "*" or fnmatchcase(key or "", grant[2]))
        }
        covered = [key for key in keys if any(g[2] == "*" or fnmatchcase(key or "", g[2]) for g in fitting)]
        assert fitting and len(covered) == len(keys), one
        met |= fitting
    rest = {grant for grant in allowed if not grant[0].startswith("logs:")} - met
    assert rest == set()
    assert all("*" not in place for _, place, _ in allowed if not place.startswith("arn:"))
