"""The address: who may do what there, and what the live page shows."""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from tests.inbound.rig import request

from bongsu.addresses import ListenAt
from bongsu.errors import LedgerUnreadable
from bongsu.inbound._listener import BODY_MAX
from bongsu.intake._door import Door, Entrance
from bongsu.intake._guard import Guard, signature
from bongsu.intake._page import page_of

NOW = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
TOKEN, PASSWORD, KEY = "i" * 24, "p" * 24, "k" * 24
ALARM = b'{"summary": "disk full"}'
OPEN = {
    "run": "page-abcdefg-1",
    "plan": "ops",
    "summary": "<script>alert(1)</script> & more",
    "policy": "critical",
    "opened_at": "2025-10-22T05:00:00Z",
    "levels": 2,
    "paged": [
        {
            "round": 1,
            "level": 1,
            "contact": "On-Call Engineer",
            "channel": "alerts",
            "at": "2025-10-22T05:00:01Z",
            "outcome": "accepted",
        },
        {
            "round": 2,
            "level": 1,
            "contact": "On-Call Engineer",
            "channel": "ops",
            "at": "2025-10-22T05:10:01Z",
            "outcome": "in_doubt",
        },
    ],
    "next_at": "2025-10-22T05:15:00Z",
    "next_people": ["Operations Manager"],
    "taken_by": None,
    "taken_at": None,
    "taken_on": None,
    "ended": None,
    "ended_at": None,
    "in_doubt": 1,
    "not_listening": ["alerts"],
    "parked": "",
}
ENDED = {**OPEN, "run": "page-hijkmnp-1", "ended": "acknowledged", "ended_at": "2025-10-22T05:20:00Z"}
ENDED |= {"taken_by": "James", "taken_at": "2025-10-22T05:19:00Z", "taken_on": "alerts"}
SHOWN = {"now": "2025-10-22T05:10:05Z", "open": [OPEN], "more": 3, "at_least": False, "ended": [ENDED]}


class Desk:
    def __init__(self):
        self.deliveries, self.away_turned = [], []
        self.taken, self.asked, self.fails, self.is_well, self.away = [], [], False, True, False

    def take(self, plan, alarm, *, sender):
        self.taken.append((plan, alarm.summary, sender))
        self.deliveries.append(alarm.delivery)
        return None if self.fails else SimpleNamespace(run_id="page-abcdefg-1", word="opened")

    def turned_away(self, plan, *, sender, why):
        self.away_turned.append((plan, sender, why))

    def shown(self, plans, *, before=""):
        self.asked.append(tuple(plans))
        if self.away:
            raise LedgerUnreadable("the ledger could not be read")
        return None if before == "page-nothing-1" else {**SHOWN, "behind": before}

    def well(self):
        return self.is_well


@contextmanager
def door(*, host="127.0.0.1", **plans):
    """Open an address for plans, each with the password of its reader."""
    guard = Guard(bearer=TOKEN, signed=KEY, now=lambda: NOW)
    entrances = {name: Entrance(guard=guard, reader=reader) for name, reader in (plans or {"ops": None}).items()}
    desk = Desk()
    at = ListenAt(host="127.0.0.1", port=0, path="/")
    opened = Door(at, entrances, desk, language="en")
    opened._loopback = host == "127.0.0.1"
    opened.open()
    try:
        yield desk, lambda *how, **what: asked(opened.port, *how, **what)
    finally:
        opened.close()


def asked(port, path, body=b"", *, method=None, host="127.0.0.1:8700", **headers):
    """Return the status, the headers and the body of an answer."""
    import socket

    sent = request(body, path=path, method=method or ("POST" if body else "GET"), **headers)
    sent = sent.replace(b"Host: x", f"Host: {host}".encode())
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(sent)
        answer = b""
        while more := connection.recv(65_536):
            answer += more
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), head.decode("latin-1"), rest


def basic(password):
    from base64 import b64encode

    return "Basic " + b64encode(f"anybody:{password}".encode()).decode()


def test_an_alarm_is_taken_with_the_runs_name_from_whoever_shows_the_secret():
    with door() as (desk, call):
        status, _, body = call("/alarms/ops", ALARM, Authorization=f"Bearer {TOKEN}")
        assert (status, json.loads(body)) == (202, {"run": "page-abcdefg-1", "is": "opened"})
        assert desk.taken == [("ops", "disk full", "bongsu")]


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        ("/alarms/ops", {}, 401),
        ("/alarms/ops", {"Authorization": "Bearer x"}, 401),
        ("/alarms/ops/sns", {"Authorization": f"Bearer {TOKEN}"}, 401),
        ("/alarms/other", {"Authorization": f"Bearer {TOKEN}"}, 404),
        ("/alarms/ops/nagios", {"Authorization": f"Bearer {TOKEN}"}, 404),
        ("/alarms/ops/alertmanager", {"Authorization": f"Bearer {TOKEN}"}, 400),
        ("/alarms/ops", {"Authorization": f"Bearer {TOKEN}", "method": "PUT"}, 405),
        ("/alarms/ops", {"Authorization": f"Bearer {TOKEN}", "Content_Length": "300000"}, 413),
        ("/", {"Authorization": f"Bearer {TOKEN}"}, 405),
        ("/metrics", {}, 404),
    ],
)
def test_everything_else_is_refused_and_nothing_is_begun(path, how, status):
    with door() as (desk, call):
        answered, _, body = call(path, ALARM, **how)
        assert answered == status
        assert status == 413 or "error" in json.loads(body), "whoever is refused hears why"
        assert desk.taken == []


@pytest.mark.parametrize("name", ["야간", unicodedata.normalize("NFD", "야간"), "night shift", "ops+1"])
def test_a_plan_is_addressed_by_whatever_name_its_file_has(name):
    with door(**{name: None}) as (desk, call):
        for sent in (quote(name), quote(unicodedata.normalize("NFC", name))):
            status, _, _ = call(f"/alarms/{sent}", ALARM, Authorization=f"Bearer {TOKEN}")
            assert (status, desk.taken[-1][0]) == (202, name)
        assert call("/runs")[0] == 200
        assert desk.asked[-1] == (name,)


@pytest.mark.parametrize(("off_s", "said"), [(301, "301 s behind"), (-3600, "3600 s ahead of")])
def test_whoever_signs_with_a_clock_that_is_off_is_told_so(off_s, said):
    time = str(int(NOW.timestamp()) - off_s)
    signed = {"X_Bongsu_Time": time, "X_Bongsu_Signature": "sha256=" + signature(KEY, time, ALARM)}
    with door() as (desk, call):
        status, _, body = call("/alarms/ops", ALARM, **signed)
        assert (status, desk.taken) == (401, [])
        assert f"its time is {said} this machine's clock" in json.loads(body)["error"]
        assert "clock" not in call("/alarms/ops", ALARM + b" ", **signed)[2].decode(), "nobody else learns anything"


def test_a_group_of_thousands_of_alerts_is_taken_from_whoever_shows_the_secret():
    """Alertmanager gives up for good what is refused as too long, and that is the day on which everything is down."""
    alerts = [{"status": "firing", "annotations": {"summary": "a node is down"}, "fingerprint": "f" * 300}] * 1000
    group = {"version": "4", "groupKey": "{}", "status": "firing", "alerts": alerts}
    body = json.dumps(group).encode()
    assert len(body) > BODY_MAX
    with door() as (desk, call):
        assert call("/alarms/ops/alertmanager", body, Authorization=f"Bearer {TOKEN}")[0] == 202
        assert desk.taken == [("ops", "a node is down (1000 alerts)", "alertmanager")]
        refused = [
            {"Authorization": "Bearer x"},
            {},
            {"Authorization": f"Bearer {TOKEN}", "Content_Length": "99999999"},
        ]
        assert [call("/alarms/ops/alertmanager", body, **how)[0] for how in refused] == [413] * 3
        assert call("/alarms/ops", body, Authorization=f"Bearer {TOKEN}")[0] == 413


def test_a_copy_of_a_signed_request_is_the_same_delivery():
    with door() as (desk, call):
        said = str(int(NOW.timestamp()))
        headers = {"X_Bongsu_Time": said, "X_Bongsu_Signature": "sha256=" + signature(KEY, said, ALARM)}
        assert [call("/alarms/ops", ALARM, **headers)[0] for _ in range(2)] == [202, 202]
        named = ALARM.replace(b"}", b', "delivery": "m-1"}')
        headers["X_Bongsu_Signature"] = "sha256=" + signature(KEY, said, named)
        call("/alarms/ops", named, **headers)
        assert len(set(desk.deliveries)) == 2
        assert "" not in desk.deliveries
        assert desk.deliveries[2] == "m-1"


def test_what_the_ledger_did_not_take_is_to_be_sent_again():
    with door() as (desk, call):
        desk.fails = True
        status, head, _ = call("/alarms/ops", ALARM, Authorization=f"Bearer {TOKEN}")
        assert status == 503
        assert "Retry-After: 5" in head


def test_health_says_whether_the_worker_works_and_needs_no_secret():
    with door() as (desk, call):
        assert call("/healthz")[0] == 200
        desk.is_well = False
        assert call("/healthz")[0] == 503


def test_a_plans_pages_are_shown_to_its_reader_alone():
    with door(ops=PASSWORD, shop="q" * 24, open_one=None) as (desk, call):
        assert call("/runs", Authorization=basic(PASSWORD))[0] == 200
        assert call("/runs", Authorization=basic("wrong"))[0] == 200
        assert call("/runs")[0] == 200
        assert desk.asked == [("ops", "open_one"), ("open_one",), ("open_one",)]


def test_beyond_this_machine_nothing_is_shown_without_a_password():
    with door(host="0.0.0.0", ops=PASSWORD, open_one=None) as (desk, call):
        status, head, _ = call("/")
        assert status == 401
        assert "WWW-Authenticate: Basic" in head
        assert desk.asked == []
        assert call("/", Authorization=basic(PASSWORD))[0] == 200
        assert desk.asked == [("ops",)]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8700", "LOCALHOST", "[::1]:8700", "127.9.9.9:1"])
def test_this_machines_own_reader_needs_no_password(host):
    with door() as (_, call):
        assert call("/runs", host=host)[0] == 200


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("evil.example:8700", {}),
        ("127.0.0.1.evil.example", {}),
        ("", {}),
        ("127.0.0.1:8700@evil.example", {}),
        ("127.0.0.1:8700", {"X_Forwarded_For": "203.0.113.9"}),
        ("127.0.0.1:8700", {"Forwarded": "for=203.0.113.9"}),
    ],
)
def test_a_foreign_name_that_leads_here_and_a_proxy_are_shown_nothing_without_a_password(host, headers):
    """A page from elsewhere has a browser ask under its own name; a proxy asks for anybody."""
    with door() as (desk, call):
        for path in ("/", "/runs"):
            status, _, body = call(path, host=host, **headers)
            assert status == 403
            assert "intake.reader" in json.loads(body)["error"]
        assert desk.asked == []
        assert call("/healthz", host=host, **headers)[0] == 200
    with door(ops=PASSWORD) as (_, call):
        assert call("/", host=host, Authorization=basic(PASSWORD), **headers)[0] == 200


@pytest.mark.parametrize("path", ["//[", "//evil.example/runs", "/runs#x", "/alarms/../runs", "/%2e%2e/", "/;"])
def test_no_address_ends_the_listening(path):
    with door() as (_, call):
        assert [call(path)[0] for _ in range(4)] == [404] * 4
        assert call("/healthz")[0] == 200


def test_a_ledger_that_cannot_be_read_is_said_to_be_away_and_the_door_stays_open():
    with door() as (desk, call):
        desk.away = True
        for path in ("/", "/runs", "/", "/runs"):
            status, head, _ = call(path)
            assert status == 503
            assert "Retry-After: 5" in head
        assert call("/alarms/ops", ALARM, Authorization=f"Bearer {TOKEN}")[0] == 202


def test_whoever_only_asks_for_the_head_gets_it():
    with door() as (_, call):
        for path in ("/", "/runs", "/healthz"):
            status, head, body = call(path, method="HEAD")
            assert (status, body) == (200, b"")
            assert "Content-Length: 0" not in head
        assert "Allow: GET, HEAD" in call("/runs", method="DELETE")[1]
        assert "Allow: POST" in call("/alarms/ops", method="GET")[1]


def test_the_page_runs_nothing_but_its_own_and_fetches_nothing_from_elsewhere():
    with door() as (_, call):
        status, head, body = call("/")
        text = body.decode()
        assert status == 200
        assert "script-src 'sha256-" in head
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text
        assert not re.search(r"(?:src|href)=|https?://", text)


@pytest.mark.parametrize("named", ["en", "ko"])
def test_the_digests_are_of_the_style_and_script_that_stand_in_the_page(named):
    from base64 import b64encode
    from hashlib import sha256

    from bongsu.intake._page import SCRIPT, STYLE

    page = page_of(SHOWN, named=named)
    for tag, digest in (("style", STYLE), ("script", SCRIPT)):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        assert b64encode(sha256(inside.encode()).digest()).decode() == digest


def words(page):
    return " ".join(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_the_page_says_who_was_paged_who_is_next_and_who_took_it():
    said = words(page_of(SHOWN, named="en"))
    assert "4 open" in said
    assert "05:15:00 UTC until the page to Operations Manager" in said
    assert "1 On-Call Engineer 05:00:01 UTC alerts accepted" in said
    assert "1 (round 2) On-Call Engineer 05:10:01 UTC ops in doubt" in said
    assert "messages in doubt: 1" in said
    assert "answers do not come in from alerts" in said
    assert "and 3 more, not shown" in said
    said = words(page_of({**SHOWN, "at_least": True}, named="en"))
    assert "at least 4 open" in said and "and 3 more at least, not shown" in said
    assert "acknowledged by James on alerts" in said
    assert "bongsu ack RUN --by NAME" in said


@pytest.mark.parametrize("header", ["ko", "ko-KR,ko;q=0.9,en;q=0.8"])
def test_the_page_is_korean_for_whoever_reads_korean(header):
    with door() as (_, call):
        said = words(call("/", Accept_Language=header)[2].decode())
        assert said == words(call("/?lang=ko")[2].decode())
        # What is left is what was written by people: names, the alarm, the command.
        left = re.sub(
            r"bongsu ack RUN --by NAME|page-\S+|On-Call Engineer|Operations Manager|James|alerts|critical|UTC"
            r"|&lt;.*?&amp; more|\bops\b|· bongsu",
            "",
            said,
        )
        assert re.findall(r"[A-Za-z]{2,}", left) == []
        assert "4건" in said


def test_an_empty_page_says_that_nobody_is_paged():
    said = words(
        page_of({"now": "2025-10-22T05:00:00Z", "open": [], "more": 0, "at_least": False, "ended": []}, named="en")
    )
    assert "Nobody is being paged." in said


def test_a_parked_page_says_so_first():
    said = words(page_of({**SHOWN, "open": [{**OPEN, "parked": "a bug"}]}, named="en"))
    assert "no worker takes it any more: a bug" in said


def test_a_taken_page_counts_no_longer():
    taken = {**OPEN, "taken_by": "James", "taken_at": "2025-10-22T05:09:00Z", "taken_on": "alerts", "next_at": None}
    assert 'class="count"' not in page_of({**SHOWN, "open": [taken]}, named="en")
    last = {**OPEN, "next_at": None}
    assert "the last level has been paged" in page_of({**SHOWN, "open": [last]}, named="en")


def test_a_level_for_which_nobody_was_paged_in_time_is_overdue():
    """A worker that lives takes a moment; after that the page says so, with a script or without one."""
    for at, late in (("05:15:05", False), ("05:15:10", True)):
        page = page_of({**SHOWN, "now": f"2025-10-22T{at}Z"}, named="en")
        assert ('class="waits late"' in page) is late
    assert "overdue: Operations Manager should have been paged" in words(page)


def test_a_person_who_was_paged_on_two_channels_has_one_row_that_names_both():
    first = OPEN["paged"][0]
    both = [first, {**first, "channel": "ops", "outcome": "refused"}]
    said = words(page_of({**SHOWN, "open": [{**OPEN, "paged": both}]}, named="en"))
    assert "1 On-Call Engineer 05:00:01 UTC alerts accepted ops refused" in said


def test_a_time_of_another_day_says_which():
    said = words(page_of({**SHOWN, "now": "2025-10-23T05:10:05Z"}, named="en"))
    assert "as of 05:10:05 UTC" in said
    assert "since 10-22 05:00:00 UTC" in said
