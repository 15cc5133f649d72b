"""Stores of several accounts: each is read with its own cookies, and one account's trouble is not another's."""

from __future__ import annotations

import json

import pytest
from tests.naver_sms.world import STORES, booking, document, environ

from naver_sms.cli import main


@pytest.fixture
def two(go, naver, tmp_path):
    """Two stores, the second with an account of its own; return its file of cookies and what makes a run."""
    own = tmp_path / "second.json"
    rows = [{"name": one, "value": "second", "domain": ".naver.com", "path": "/"} for one in ("NID_AUT", "NID_SES")]
    own.write_text(json.dumps(rows))
    own.chmod(0o600)
    stores = document(STORES[:2])["stores"]
    stores[1] |= {"cookies": f"file:{own}"}
    naver.bookings = [booking(1), booking(2, store=STORES[1])]
    return own, lambda **changes: go(ids=STORES[:2], stores=stores, **changes), stores


def test_each_store_is_read_with_the_cookies_of_its_account(two, naver, sens):
    _, run, _ = two
    assert run()["result"] == "ok" and len(sens.outbox) == 2
    sent = {path.split("/businesses/")[1].split("/")[0]: cookie for path, cookie in naver.cookies}
    assert "canaryNID_AUT" in sent[STORES[0]] and "second" in sent[STORES[1]]


@pytest.mark.parametrize("trouble", ["[]", "not JSON", None])
def test_one_account_without_cookies_stops_its_stores_alone(two, naver, sens, trouble):
    own, run, _ = two
    own.unlink() if trouble is None else own.write_text(trouble)
    report = run()
    assert (report["result"], [one["id"] for one in report["stores"]["failed"]]) == ("partial", [STORES[1]])
    assert len(sens.outbox) == 1
    assert any(f"store {STORES[1]} cannot be read: Naver has signed out" in one for one in report["advice"])


def test_login_keeps_the_cookies_of_a_store_s_own_account_where_it_says(
    two, naver, sens, tmp_path, monkeypatch, capsys
):
    own, _, stores = two
    for name, value in environ(tmp_path, naver, sens, ids=STORES[:2], stores=stores).items():
        monkeypatch.setenv(name, value)
    export = tmp_path / "export.txt"
    export.write_text("NID_AUT=third; NID_SES=third")
    assert main(["login", "--store", STORES[1], "--from", str(export)]) == 0
    assert "third" in own.read_text() and "third" not in (tmp_path / "cookies.json").read_text()
    assert main(["login", "--store", "9", "--from", str(export)]) == 3
    assert "'9' is no enabled store" in capsys.readouterr().err
