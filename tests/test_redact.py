"""What the outer wall takes out, and what it must leave as it is."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.errors import UsageError
from bongsu.redact import _RULES, Redactor

PLAIN = Redactor()
BOT = "7104553219:" + "Ab3_-" * 7


def clean(text, **secrets):
    return Redactor(secrets).clean_text(text)


def test_a_known_secret_becomes_its_reference_in_every_form_it_takes():
    secret = 'p/ä"1&x y'
    in_json = f"{json.dumps(secret)} {json.dumps(secret, ensure_ascii=False)}"
    text = f"{secret} {in_json} k=p%2F%C3%A4%221%26x%20y p%2F%C3%A4%221%26x+y"
    cleaned = Redactor({"env:KEY": secret}).clean_text(text)
    assert cleaned == '<secret:env:KEY> "<secret:env:KEY>" "<secret:env:KEY>" k=<secret:env:KEY> <secret:env:KEY>'


def test_a_secret_within_a_longer_secret_does_not_leave_the_rest_behind():
    cleaned = Redactor({"env:A": "abcdef", "env:B": "abcdef-tail"}).clean_text("x abcdef-tail abcdef")
    assert cleaned == "x <secret:env:B> <secret:env:A>"


def test_of_an_address_that_is_a_secret_its_path_and_tokens_are_secrets_too():
    """A server that echoes the path alone, without the host, would tell it all."""
    token, password = "q7Xw" * 6, "0p9o8i7u6y5t4r3e"
    hook = f"https://hooks.example.com/services/T09AB0TEAM0/{token}?x=1"
    mail = f"mailtos://me:{password}@mail.example.com/room"
    redactor = Redactor({"env:HOOK": hook, "env:MAIL": mail})
    text = f"no /services/T09AB0TEAM0/{token} here; {token}; {password}; mail.example.com /room T09AB0TEAM0 services"
    assert redactor.clean_text(text) == (
        "no <secret:env:HOOK> here; <secret:env:HOOK>; <secret:env:MAIL>; mail.example.com /room T09AB0TEAM0 services"
    )


def test_a_secret_too_short_to_find_is_refused_without_being_quoted():
    with pytest.raises(UsageError, match="the secret 'env:PIN' has fewer than 6 characters") as caught:
        Redactor({"env:PIN": "48151"})
    assert "48151" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"https://api.telegram.org/bot{BOT}/getMe", "https://api.telegram.org/bot-/getMe"),
        (f"/bot{BOT.replace(':', '%3A')}/getMe", "/bot-/getMe"),
        ("token 7104553219:AA" + "x" * 33 + ".", "token 7104553219:<telegram token>."),
        ("a " + "xoxb-" + "12-34-" + "a" * 12 + '"', 'a <slack token>"'),
        ("a " + "xapp-" + "1-A0-" + "7" * 12, "a <slack token>"),
        ("Authorization: Bearer " + "b" * 8 + "\r\nAccept: x", "Authorization: <authorization>\r\nAccept: x"),
        ('{"Authorization": "AWS4 Credential=a, Signature=b"}', '{"Authorization": "<authorization>"}'),
        (r'"{\"authorization\":\"Basic abc\"}"', r'"{\"authorization\":\"<authorization>\"}"'),
        ('"response_url":"http://127.0.0.1:1/actions/T/1/s","a":1', '"response_url":"<response url>","a":1'),
        ("https://hooks.slack.com/services/T0/B0/abc ok", "https://hooks.slack.com/- ok"),
        (r'"https:\/\/hooks.slack.com\/actions\/T0\/1\/abc"', r'"https:\/\/hooks.slack.com\/-"'),
        ('{"token":"abcdef","trigger_id":"1.2.3"}', '{"token":"<redacted>","trigger_id":"<redacted>"}'),
        ('{"url":"wss://w.slack.com/link/?ticket=a-b&app_id=1"}', '{"url":"wss://w.slack.com/link/?-"}'),
        ("AKIA" + "A1" * 8 + " x", "<access key id> x"),
    ],
)
def test_the_shapes_of_secrets_go(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01000000001", "010-****-0001"),
        ("call 010-0000-0001.", "call 010-****-0001."),
        ("016-000-0002", "016-****-0002"),
        ("010 0000 0003", "010-****-0003"),
        ("+82 10-0000-0004", "010-****-0004"),
        ("+821000000005", "010-****-0005"),
        ("번호01000000001로", "번호010-****-0001로"),
        (json.dumps("번호01000000001로"), json.dumps("번호")[:-1] + "010-****-0001" + json.dumps("로")[1:]),
        (r"line\n01000000001\n", r"line\n010-****-0001\n"),
        ("to=%EB%B2%8801000000001", "to=%EB%B2%88010-****-0001"),
        ("tel01000000001", "tel010-****-0001"),
    ],
)
def test_a_mobile_number_keeps_only_its_ends(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1010000000012",
        "010000000012345",
        "0.01612345678",
        '{"account": "010123456789"}',
        '{"chat_id": -1001012345678, "id": "8212345678"}',
        '{"to": "enabled", "from": {"id": 1}, "ts": "1761109230.010123"}',
        "a01012345678f00dbeef",
        "0123abcd-0101-2345-6789-010123456789",
        "ab3c5010-1234-5678-9abc-0123456789ab",
        '{"which":"target","to":"-1000000000001"}',
        '{"name":"naver-sms-automation-trigger","FunctionName":"x","is_bot":true}',
    ],
)
def test_what_only_looks_like_a_number_stays(text):
    assert clean(text) == text


@given(st.binary(min_size=1, max_size=40))
def test_a_hash_is_never_changed(data):
    digest = sha256(data).hexdigest()
    for text in (digest, f'{{"hash":"{digest}","prev":"{digest}"}}', digest[:16]):
        assert PLAIN.clean_text(text) == text or text.isdigit()


@given(st.uuids())
def test_a_request_id_is_never_changed(value):
    assert PLAIN.clean_text(f'"request_id":"{value}"') == f'"request_id":"{value}"'


def test_a_gateway_list_keeps_its_ids_and_loses_its_people():
    row = {"requestId": "RSSA-1", "to": "01000000001", "from": "0200000000", "countryCode": "82", "status": "COMPLETED"}
    cleaned = json.loads(PLAIN.clean(json.dumps({"messages": [row]}).encode()))["messages"][0]
    assert cleaned == {**row, "to": "010-****-0001", "from": "****-0000"}


def test_a_table_item_keeps_its_key_and_loses_its_person():
    item = {"booking_num": {"S": "500001_9"}, "phone": {"S": "010-0000-0001"}, "name": {"S": "김예시"}}
    for text in (json.dumps(item), json.dumps(item, ensure_ascii=False, separators=(",", ":"))):
        cleaned = json.loads(PLAIN.clean_text(text))
        assert cleaned == {**item, "phone": {"S": "010-****-0001"}, "name": {"S": "<customer>"}}
    inside = json.dumps({"message": json.dumps(item)})
    assert json.loads(json.loads(PLAIN.clean_text(inside))["message"])["name"] == {"S": "<customer>"}


PIECES = st.sampled_from(
    [
        "01000000001",
        "010-0000-0001",
        "+821000000001",
        "bot" + BOT,
        "Authorization: Bearer x",
        '"response_url":"http://h/s"',
        '"phone":{"S":"1"}',
        '"name":{"S":"x"}',
        '"to":"02-000-0000"',
        "wss://h/?t=1",
        "planted-canary-value",
        " ",
        '"',
        "\\",
        "0",
        "f",
        "-",
        "\n",
        "가",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_cleaning_the_clean_changes_nothing(text):
    redactor = Redactor({"env:CANARY": "planted-canary-value"})
    once = redactor.clean_text(text)
    assert redactor.clean_text(once) == once
    assert "planted-canary-value" not in once


@given(st.text(max_size=60), st.text(max_size=60))
def test_json_stays_json_and_a_planted_canary_never_survives(left, right):
    redactor = Redactor({"env:CANARY": 'can"ary\\é値'})
    body = json.dumps({"a": left + 'can"ary\\é値' + right, "phone": "01000000001"})
    cleaned = json.loads(redactor.clean(body.encode()))
    assert 'can"ary\\é値' not in cleaned["a"]
    assert cleaned["phone"] == "010-****-0001"


FRAGMENTS = (
    *('"token":"', '"trigger_id":"', '"response_url": "', '"userName":"', '"customer_name":{"S":"', '"phone":"'),
    '"to":"',
    *(
        '\\"from\\":\\"',
        '"name":{"S":"',
        '"name":"',
        "Authorization: Bearer ",
        "https://hooks.slack.com/",
        "wss://x/?t=1",
    ),
    *("+82 10-0000-1234", "010-0000-1234", "023334444", "abc", '"', "}", ",", " ", "\\", "?", "+"),
    "AS" + "IA" + "A1" * 8,
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14))
def test_what_is_seen_at_a_glance_changes_nothing_that_is_taken_out(pieces):
    """A rule that is passed over would have found nothing."""
    data = "".join(pieces).encode()
    expected = data
    for pattern, replacement in _RULES:
        expected = pattern.sub(replacement, expected)
    assert PLAIN.clean(data) == expected
