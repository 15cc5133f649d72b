"""Door codes: in the texts that leave, and in nothing that anybody else reads."""

from __future__ import annotations

import json

import pytest
from tests.naver_sms.world import STORES, booking, environ

from naver_sms.cli import main

DOOR, WIFI = "canary-4711#", "캐너리와이파이"
RULES = """
rules:
  - name: guide
    when: {status: [RC03], open: guide, before_start: {minutes: 120}}
    send: {kind: guide, template: "guide", purpose: information}
templates:
  guide: "{store.alias}: 문 번호 {code.door}, 와이파이 {code.wifi}"
"""


@pytest.fixture
def shop(tmp_path, monkeypatch, naver, sens):
    """Two stores with a door of their own and one Wi-Fi key; the codes lie in a file that its owner alone reads."""
    naver.bookings = [booking(1, minutes=60), booking(2, minutes=60, store=STORES[1])]
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    codes = tmp_path / "codes.json"
    codes.write_text(json.dumps({"wifi": WIFI, "door": DOOR, STORES[1]: {"door": "1234"}}))
    codes.chmod(0o600)
    more = {"codes": f"file:{codes}", "rules": f"file:{tmp_path / 'rules.yaml'}", "parity_mode": "corrected"}
    for name, value in environ(tmp_path, naver, sens, ids=STORES[:2], **more).items():
        monkeypatch.setenv(name, value)
    return codes


def test_each_store_s_own_code_is_in_its_text_and_in_nothing_that_is_printed(shop, sens, capfd):
    for words in (["check"], ["preview"], ["run", "--mode", "dry-run", "--show-text"], ["run"], ["settle"]):
        assert main(words) == 0
        said = "".join(capfd.readouterr())
        assert said and not any(code in said for code in (DOOR, WIFI, "1234"))
    assert {one["to"]: one["content"] for one in sens.outbox} == {
        "01000000001": f"0호: 문 번호 {DOOR}, 와이파이 {WIFI}",
        "01000000002": f"1호: 문 번호 1234, 와이파이 {WIFI}",
    }


def test_who_only_looks_sees_how_long_they_are(shop, capsys):
    assert main(["preview"]) == 0
    assert "문 번호 ************, 와이파이 ＊＊＊＊＊＊＊" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "mode", "problem"),
    [
        ("[]", 0o600, "are not JSON {name: text}"),
        ('{"door": ""}', 0o600, "a code behind"),
        ('{"Door 1": "x"}', 0o600, "a code behind"),
        ('{"door": "1"}', 0o600, "'{code.wifi}' is no code of store 1000001"),
        ('{"door": "1"}', 0o644, "may be read by others"),
        ('{"door": "❤", "wifi": "x"}', 0o600, "SENS refuses"),
    ],
)
def test_codes_of_no_use_are_refused_before_anything_is_asked(shop, naver, capsys, text, mode, problem):
    shop.write_text(text)
    shop.chmod(mode)
    assert main(["check"]) == 4
    assert problem in capsys.readouterr().err
    assert naver.requests == []
