"""The page is for a browser on this machine that was given its address, and for no other site in it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

JSON = {"Content_Type": "application/json"}


def test_the_page_comes_with_a_policy_that_allows_nothing_but_its_own_files(table):
    answer = table.ask("GET", table.url)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_file_that_the_page_names_is_served_and_nothing_else_is(table):
    page = table.ask("GET", table.url).body.decode()
    assert 'src="main.js"' in page
    for name, kind in {"main.js": "text/javascript", "page.css": "text/css", "icon.svg": "image/svg+xml"}.items():
        answer = table.ask("GET", table.url + name)
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith(kind)
    assert table.ask("GET", table.url + "../app.py").status == 404
    assert table.ask("GET", table.url + "app.py").status == 404


def test_without_the_token_of_this_start_there_is_nothing(table):
    token = urlsplit(table.url).path.strip("/")
    for path in ("/", "/view", f"/{token[:-1]}/", f"/{token}x/view", f"/{token}"):
        answer = table.ask("GET", table.origin + path)
        assert answer.status == 404
        assert b"token" in answer.body


@pytest.mark.parametrize("host", ["rehearsal.example", "127.0.0.1.example:80", "10.0.0.8", "localhost.example"])
def test_a_foreign_name_that_leads_here_is_refused(table, host):
    """As when a site has its own name point to this machine, so that the browser takes it for the same origin."""
    assert table.ask("GET", table.url, Host=host).status == 403


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:9000", "[::1]:9000", "LOCALHOST"])
def test_a_tunnel_may_give_it_another_port(table, host):
    assert table.ask("GET", table.url, Host=host).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {**JSON, "Origin": "https://rehearsal.example"},
        {**JSON, "Origin": "null"},
        {**JSON, "Sec_Fetch_Site": "cross-site"},
        {**JSON, "Sec_Fetch_Site": "same-site"},
        {},
    ],
    ids=str,
)
def test_a_post_that_another_site_could_make_is_refused_and_does_nothing(table, headers):
    before = table.section("clock")["wanted"]
    assert table.ask("POST", table.url + "idle", {"idle": "still"}, **headers).status == 403
    assert table.section("clock")["wanted"] == before


def test_a_post_of_the_page_itself_is_taken(table):
    headers = {**JSON, "Origin": table.origin, "Sec_Fetch_Site": "same-origin"}
    assert table.ask("POST", table.url + "idle", {"idle": "still"}, **headers).status == 200
    assert table.section("clock")["wanted"] == "still"


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("idle", {"idle": "faster"}),
        ("idle", {}),
        ("press", {"person": "mina"}),
        ("fault", {"name": "earthquake"}),
        ("clear", {"id": "fault-999"}),
        ("launch", {}),
        ("idle", ["still"]),
    ],
)
def test_what_cannot_be_done_is_said_and_not_done(table, what, body):
    answer = table.ask("POST", table.url + what, body, **JSON)
    assert answer.status == 400
    assert what in answer.json["error"]
