"""Cookies that a person hands over: read in whatever form a browser gives them, tried, and kept in private."""

from __future__ import annotations

import io
import json
import stat
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.naver_sms.world import booking, environ, open_sqlite

from naver_sms.cli import main
from naver_sms.clock import start_clock
from naver_sms.cookie_import import NoCookies, cookies_of
from naver_sms.errors import CookiesError
from naver_sms.login import login
from naver_sms.settings import load

AUT, SES = "canary-aut-" + "1" * 8, "canary-ses-" + "2" * 8
JSON_EXPORT = json.dumps(
    [
        {"name": "NID_AUT", "value": AUT, "domain": ".naver.com", "path": "/", "httpOnly": True},
        {"name": "NID_SES", "value": SES, "domain": ".naver.com", "path": "/"},
        {"name": "csrf", "value": "x", "domain": "partner.booking.naver.com", "path": "/bizes"},
        {"name": "other", "value": "y", "domain": ".example.com", "path": "/"},
        {"name": "fake", "value": "z", "domain": ".notnaver.com", "path": "/"},
    ]
)
NETSCAPE = "\n".join(
    [
        "# Netscape HTTP Cookie File",
        f"#HttpOnly_.naver.com\tTRUE\t/\tTRUE\t0\tNID_AUT\t{AUT}",
        f".naver.com\tTRUE\t/\tTRUE\t0\tNID_SES\t{SES}",
        ".example.com\tTRUE\t/\tTRUE\t0\tother\ty",
    ]
)
HEADER = f"cookie: NID_AUT={AUT}; NID_SES={SES}; NNB=ABC=="


@pytest.fixture
def env(tmp_path, naver, sens, monkeypatch):
    values = environ(tmp_path, naver, sens)
    values["NAVER_SMS_COOKIES"] = f"file:{tmp_path / 'kept.json'}"
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    naver.bookings = [booking(1)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (JSON_EXPORT, {"NID_AUT", "NID_SES", "csrf"}),
        (json.dumps({"cookies": json.loads(JSON_EXPORT)}), {"NID_AUT", "NID_SES", "csrf"}),
        (NETSCAPE, {"NID_AUT", "NID_SES"}),
        (HEADER, {"NID_AUT", "NID_SES", "NNB"}),
    ],
)
def test_every_form_that_a_browser_gives_is_read_and_only_naver_s_cookies_kept(text, names):
    found = {one["name"]: one for one in cookies_of(text)}
    assert set(found) == names
    assert (found["NID_AUT"]["value"], found["NID_AUT"]["domain"], found["NID_SES"]["path"]) == (AUT, ".naver.com", "/")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "nothing was given"),
        ("[1, 2]", "no list of cookies"),
        ("{", "no list of cookies"),
        ("a sentence; and another", "neither JSON"),
        (f"NID_AUT={AUT}", "no NID_SES"),
        ("NID_AUT=; NID_SES=", "no NID_AUT and no NID_SES"),
    ],
)
def test_what_holds_no_cookies_is_refused_without_saying_what_it_holds(text, complaint):
    with pytest.raises(NoCookies, match=complaint) as caught:
        cookies_of(text)
    assert "canary" not in str(caught.value)


@given(st.text(max_size=200))
def test_any_text_is_cookies_or_a_refusal(text):
    with suppress(NoCookies):
        assert {"NID_AUT", "NID_SES"} <= {one["name"] for one in cookies_of(text)}


def test_cookies_that_work_are_kept_where_the_settings_say_for_the_owner_alone(env, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(JSON_EXPORT))
    assert main(["login"]) == 0
    told = capsys.readouterr()
    assert "kept.json" in told.out and "sign in at" in told.err and "canary" not in told.out + told.err
    path = tmp_path / "kept.json"
    kept = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert datetime.fromisoformat(kept["fetched_at"]).tzinfo is not None and kept["source"] == "interactive"
    assert main(["run", "--mode", "shadow"]) == 0


def test_cookies_that_naver_does_not_take_leave_the_old_ones(env, naver, tmp_path, capsys):
    (tmp_path / "kept.json").write_text("old")
    (tmp_path / "export.txt").write_text(NETSCAPE)
    naver.auth = "redirect"
    assert main(["login", "--from", str(tmp_path / "export.txt")]) == 3
    assert "signed_out" in capsys.readouterr().err and (tmp_path / "kept.json").read_text() == "old"


def test_a_table_gets_the_bare_list_that_the_legacy_reads(env, tmp_path, monkeypatch, capsys):
    (tmp_path / "export.txt").write_text(HEADER)
    monkeypatch.setenv("NAVER_SMS_COOKIES", "table:1")
    assert main(["login", "--from", str(tmp_path / "export.txt")]) == 0
    state = open_sqlite(tmp_path)
    text, fetched_at = state.session_cookies("1")
    state.shut()
    assert {one["name"] for one in json.loads(text)} == {"NID_AUT", "NID_SES", "NNB"} and fetched_at is not None
    assert main(["run", "--mode", "shadow"]) == 0


def test_a_secret_is_only_read_so_a_file_is_asked_for(env, tmp_path):
    settings = load()
    clock = start_clock(settings.clock_url)
    with pytest.raises(CookiesError, match="--out FILE"):
        login(replace(settings, cookies="secret:example/cookies"), HEADER, clock=clock)
    assert "kept" not in str(list(tmp_path.glob("kept*")))


def test_a_file_may_be_named_and_one_that_cannot_be_read_is_an_error(env, tmp_path, capsys):
    (tmp_path / "export.txt").write_text(HEADER)
    assert main(["login", "--from", str(tmp_path / "export.txt"), "--out", str(tmp_path / "there.json")]) == 0
    assert (tmp_path / "there.json").exists()
    assert main(["login", "--from", str(tmp_path / "none.txt")]) == 4
    assert main(["login", "--from", str(tmp_path / "export.txt"), "--out", str(tmp_path / "no" / "x.json")]) == 3
    (tmp_path / "export.txt").write_text("nothing of use")
    assert main(["login", "--from", str(tmp_path / "export.txt")]) == 4
