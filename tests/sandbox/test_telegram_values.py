"""What a request to the imitated Bot API may carry, and how."""

from __future__ import annotations

import pytest
from tests.sandbox.telegram_rig import MINA, TOKEN, running

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
NOT_UTF8 = "strings must be encoded in UTF-8"


@pytest.fixture
def bot(tmp_path):
    with running(tmp_path) as one:
        yield one


def multipart(**fields):
    """Return a body whose values are bytes as they are."""
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--x--\r\n"


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"{", JSON, "can't parse JSON object"),
        (b"[]", JSON, "object expected as request body"),
        (b"[" * 100_000, JSON, "can't parse JSON object"),
        (b'{"chat_id": NaN}', JSON, "can't parse JSON object"),
        (b'{"text": "a", "text": "b"}', JSON, "can't parse JSON object"),
        (b'{"text": "\\ud83d"}', JSON, NOT_UTF8),
        (b'{"text": "\xff"}', JSON, NOT_UTF8),
        (b"text=%ff", FORM, NOT_UTF8),
        (b"text=a&text=b", FORM, "sandbox: parameter 'text' is given twice"),
        (multipart(text=b"\xff"), "multipart/form-data; boundary=x", NOT_UTF8),
        (b"chat_id=1", "text/plain", "sandbox: content type 'text/plain' is none that the API documents"),
    ],
)
def test_a_body_that_cannot_be_read_one_way_only_is_refused(bot, body, content_type, words):
    url = f"{bot.url}/bot{TOKEN}/sendMessage"
    answer = bot.http.request("POST", url, body=body, headers={"Content-Type": content_type})
    assert answer.json()["description"] == f"Bad Request: {words}"


def test_a_parameter_may_stand_in_the_query_or_in_the_body_and_not_in_both(bot):
    url = f"{bot.url}/bot{TOKEN}/sendMessage?chat_id={MINA}"
    one = bot.http.request("POST", url, json={"text": "hello"})
    assert one.json()["result"]["text"] == "hello"
    two = bot.http.request("POST", url, json={"text": "hello", "chat_id": MINA})
    assert two.json()["description"] == "Bad Request: sandbox: parameter 'chat_id' is given twice"


@pytest.mark.parametrize("text", ["text=%EA%B0%80+%F0%9F%9A%80", "text=가 🚀"])
def test_letters_come_escaped_or_as_they_are(bot, text):
    url = f"{bot.url}/bot{TOKEN}/sendMessage"
    body = f"chat_id={MINA}&{text}".encode()
    answer = bot.http.request("POST", url, body=body, headers={"Content-Type": FORM})
    assert answer.json()["result"]["text"] == "가 🚀"


def test_the_sign_for_a_missing_letter_itself_is_a_letter_like_any_other(bot):
    url = f"{bot.url}/bot{TOKEN}/sendMessage"
    body = multipart(chat_id=str(MINA).encode(), text="\ufffd".encode())
    answer = bot.http.request("POST", url, body=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.json()["result"]["text"] == "\ufffd"


def test_a_part_beyond_all_measure_is_told_its_size(bot):
    url = f"{bot.url}/bot{TOKEN}/sendMessage"
    body = multipart(text=b"x" * 1_000_000)
    answer = bot.http.request("POST", url, body=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert (answer.status, answer.json()["description"]) == (413, "Request Entity Too Large")


def test_a_file_is_refused(bot):
    url = f"{bot.url}/bot{TOKEN}/setWebhook"
    answer = bot.http.request("POST", url, fields={"url": "http://localhost/", "certificate": ("c.pem", b"x")})
    assert answer.json()["description"] == "Bad Request: sandbox: files are not imitated"
