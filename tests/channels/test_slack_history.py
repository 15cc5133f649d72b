"""A message of ours whose answer was lost is looked for in the history, however much was written there since."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.channels.small_server import serving, text
from tests.ports.chat_world import CODES, START
from tests.ports.chat_worlds import open_world

from bongsu.channels._port import InDoubt
from bongsu.channels.slack import HISTORY_PAGES_MAX
from bongsu.probes._port import ReadDone, ReadNotDone
from bongsu.probes.sent import SentMessageProbe
from bongsu.readings._port import Unreadable
from bongsu.readings.sent_message import parse

OTHERS = 40
"""More than two pages of fifteen."""


@pytest.fixture
def slack(tmp_path):
    yield from open_world("slack", tmp_path)


def asked(world, *, to, key="success//alerts"):
    since = START.isoformat().replace("+00:00", "Z")
    return {"channel": "alerts", "to": to, "run": CODES.run_id, "key": key, "seq": 7, "since": since}


def looked_for(world, channel, args):
    outcome = SentMessageProbe({"alerts": channel}).read("sent_message", args)
    assert isinstance(outcome, ReadDone), outcome
    return parse(args, [wire.response for wire in outcome.wires]), outcome.wires


def written_since(world, channel, to, *, number=OTHERS):
    """So many other messages, one a second."""
    participant = world.clock.join("test")
    for other in range(number):
        world.clock.wait(participant, world.clock.now() + timedelta(seconds=1.1))
        channel.send(world.outgoing({"text": f"other {other}"}, key=f"other//{other}", seq=100 + other, to=to))
    world.clock.leave(participant)


@pytest.mark.parametrize("to", ["group", "person"])
def test_it_is_found_behind_forty_others(slack, to):
    """On the third page, with the ts that the service gave it: it is not sent again."""
    channel, to = slack.channel(), getattr(slack, to)
    slack.fault("drop_after")
    assert isinstance(channel.send(slack.outgoing(key="success//alerts", to=to)), InDoubt)
    written_since(slack, channel, to)
    found, wires = looked_for(slack, channel, asked(slack, to=to))
    (stored,) = [one for one in slack.stored() if "success//alerts" in json.dumps(one)]
    assert found["found"] and found["ref"]["ts"] == stored["ts"] and found["looked_through"] == OTHERS + 1
    assert [wire.operation for wire in wires][-3:] == ["conversations.history"] * 3


def test_that_it_is_not_there_is_said_of_the_whole_history(slack):
    channel = slack.channel()
    slack.fault("drop_before")
    assert isinstance(channel.send(slack.outgoing(key="success//alerts")), InDoubt)
    written_since(slack, channel, slack.group, number=20)
    found, _ = looked_for(slack, channel, asked(slack, to=slack.group))
    assert found == {"found": False, "ref": {}, "looked_through": 20}


def test_a_history_that_was_not_read_to_its_end_does_not_say_that_it_is_not_there():
    """What is not on the first page may be on the next."""
    args = asked(None, to="C1")
    with pytest.raises(Unreadable, match="the history goes on"):
        parse(args, [json.dumps({"ok": True, "messages": [], "has_more": True}).encode()])
    assert parse(args, [b'{"ok": true, "messages": [], "has_more": false}'])["found"] is False


def test_a_history_without_end_is_given_up(slack):
    """Three hundred messages in two minutes are no chat; nobody knows, and so nothing is sent again."""
    page = json.dumps({"ok": True, "messages": [], "has_more": True, "response_metadata": {"next_cursor": "more"}})
    with serving(text(page)) as server:
        channel = slack.channel(api_url=server.url + "/api/")
        outcome = SentMessageProbe({"alerts": channel}).read("sent_message", asked(slack, to="C1"))
    assert isinstance(outcome, ReadNotDone) and not outcome.final
    assert "more than 300 messages" in outcome.reason and len(outcome.wires) == HISTORY_PAGES_MAX
