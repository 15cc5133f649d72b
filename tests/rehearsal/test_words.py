"""The words of a run: honest about what was only accepted, silent about the future, and witnessed by the chain."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.rehearsal.world import at

KST = timedelta(hours=9)
DENIALS = ("not that it was delivered or seen", "no chat service reports that a message was delivered or read")


@pytest.fixture(params=["happy", "short"])
def run(request):
    return request.getfixturevalue(request.param)


def test_no_message_claims_that_a_chat_message_was_delivered_seen_or_read(run):
    """Delivered is what the SMS gateway says of an SMS; read is what bongsu does with a figure or a rule."""
    for intended in run.told("send_intended"):
        for line in run.text(intended).splitlines():
            assert not re.search(r"\bseen\b", line, re.IGNORECASE), line
            if re.search(r"\bdeliver", line, re.IGNORECASE):
                assert "SMS" in line or "deliveries to settle" in line, line
            for found in re.finditer(r"\bread\b(.{0,9})", line, re.IGNORECASE):
                assert re.match(r" \d\d:\d\d:\d\d|[ -]back", found[1]), line


def test_the_report_claims_no_more(run):
    """The report uses those words of SMS and of readings only, and twice to deny them of the chat messages."""
    text = (run.evidence / "report.md").read_text("utf-8")
    assert all(text.count(denial) == 1 for denial in DENIALS)
    for line in text.splitlines():
        if any(denial in line for denial in DENIALS):
            continue
        # A figure's own name, cited as code, claims nothing about a chat message.
        bare = re.sub(r"`[^`]*`", "", line)
        assert not re.search(r"\bseen\b", bare, re.IGNORECASE), line
        if re.search(r"\bdelivered\b", bare, re.IGNORECASE):
            assert "SMS" in bare or "sms_delivery" in line, line


def test_every_message_ends_with_its_run_reference_and_link(run):
    """Run id, message key, and the newest line of the ledger when it was rendered, whose hash the text begins."""
    posts = run.posts()
    assert len(posts) == 15
    for intended in posts:
        *_, reference, link = run.text(intended).strip().splitlines()
        assert reference == f"run {intended['run']} · msg {intended['body']['key']}"
        found = re.fullmatch(r"link #(\d+) ([0-9a-f]{10,64})", link)
        assert found is not None, link
        assert int(found[1]) == intended["seq"] - 1
        assert run.line(int(found[1]))["hash"].startswith(found[2])


def test_every_figure_stands_at_an_earlier_line(run):
    """What a message shows was measured before it was written: no figure, and no press, comes from a later line."""
    shown = 0
    for intended in run.told("send_intended"):
        for name, seq in intended["body"]["figures"].items():
            source = run.line(seq)
            assert seq < intended["seq"] and at(source["at"]) <= at(intended["at"])
            assert source["kind"] in ("observed", "judged", "button_pressed", "send_ended"), name
            shown += 1
    assert shown > 100


def test_every_cited_figure_is_in_the_text_as_it_was_judged(run):
    """A value that a check measured stands in the message that cites it, digit by digit."""
    judged = {
        (f"{line['body']['key']}.{figure['name']}".replace("/", "."), figure["seq"]): figure["value"]
        for line in run.told("judged")
        for figure in line["body"]["figures"]
    }
    compared = 0
    for intended in run.posts():
        text = run.text(intended)
        for name, seq in intended["body"]["figures"].items():
            value = judged.get((name, seq))
            if value is not None and not name.endswith(".since"):
                assert re.search(rf"(?<![\d.]){re.escape(value)}(?![\d])", text), (name, value)
                compared += 1
    assert compared > 60


def test_no_message_tells_a_time_that_had_not_come(run):
    """Every moment with its seconds in a message lies before the message itself; only deadlines lie after it."""
    told = 0
    for intended in run.told("send_intended"):
        written = at(intended["at"]) + KST
        if written.date() != (at(run.lines[0]["at"]) + KST).date():
            continue
        for clock in re.findall(r"\b\d\d:\d\d:\d\d(?= KST)", run.text(intended)):
            assert clock <= f"{written:%H:%M:%S}", intended["body"]["key"]
            told += 1
    assert told > 20


def test_the_drill_holds_no_result(run):
    """What the seed log got wrong: the message that asks lists nobody who has answered."""
    for text in run.texts("drill"):
        assert text.split("\n", 1)[0].lstrip("🔔 ").startswith("DRILL")
        assert not re.search(r"within \d+ s\b|cknowledged by", text)
    assert all("PASSED" in text for text in run.texts("drill_result"))
