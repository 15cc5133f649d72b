"""Text messages: looked for in the list of SENS before they are sent again, and no number is ever kept."""

from __future__ import annotations

import json

import pytest
from tests.channels.small_server import serving, text
from tests.ports.chat_world import CODES, PHONE, SENDER, START
from tests.ports.chat_worlds import open_world

from bongsu.channels._port import Accepted, InDoubt, Refused
from bongsu.channels.sms import LOOKED_THROUGH_MOST, mark_of
from bongsu.messages.model import Message, Row, Section
from bongsu.messages.sms import BYTES_MOST, LEFT_OUT, post, typed
from bongsu.probes._port import ReadDone, ReadNotDone
from bongsu.probes.sent import SentMessageProbe
from bongsu.readings._port import Unreadable
from bongsu.readings.sent_text import parse

KEY = "page/1//on_call@phones/r0l0"
DIGITS = PHONE.replace("-", "")


@pytest.fixture
def phones(tmp_path):
    yield from open_world("sms", tmp_path)


def asked(world, *, seq=7):
    since = START.isoformat().replace("+00:00", "Z")
    return {"channel": "phones", "to": world.person, "run": CODES.run_id, "key": KEY, "seq": seq, "since": since}


def looked_for(world, channel, **args):
    outcome = SentMessageProbe({"phones": channel}).read("sent_text", asked(world, **args))
    assert isinstance(outcome, ReadDone), outcome
    return parse(asked(world, **args), [wire.response for wire in outcome.wires]), outcome.wires


@pytest.mark.parametrize(("fault", "there"), [("drop_after", True), ("drop_before", False)])
def test_a_text_whose_answer_was_lost_is_looked_for_in_the_list(phones, fault, there):
    """By its last line, in the text's own result, since the list holds no texts."""
    channel = phones.channel()
    channel.send(phones.outgoing(key="drill//on_call@phones", seq=3))
    phones.fault(fault)
    assert isinstance(channel.send(phones.outgoing(key=KEY)), InDoubt)
    found, wires = looked_for(phones, channel)
    assert found == {"found": there, "ref": {}, "looked_through": 1 + there}
    assert [wire.operation for wire in wires] == ["GET"] * (2 + there)


def test_another_attempt_of_the_same_page_is_not_taken_for_it(phones):
    channel = phones.channel()
    assert isinstance(channel.send(phones.outgoing(key=KEY, seq=7)), Accepted)
    assert looked_for(phones, channel, seq=9)[0]["found"] is False


def test_neither_the_number_nor_the_text_of_anybody_else_is_kept(phones):
    """What the workload has sent to the same number stays out of the evidence; ours is what we are looking for."""
    channel = phones.channel()
    sent = channel.send(phones.outgoing(key="drill//on_call@phones", seq=3))
    assert isinstance(channel.send(phones.outgoing(key=KEY)), Accepted)
    _, wires = looked_for(phones, channel)
    kept = b"".join(part for wire in (*sent.wires, *wires) for part in (wire.request, wire.response)).decode()
    assert not [number for number in (PHONE, DIGITS, SENDER) if number in kept]
    texts = [json.loads(wire.response)["messages"][0]["content"] for wire in wires[1:]]
    assert sorted(texts) == ["DRILL: a & b <c>\nfirst line\nrun-1 " + KEY + " #7", "[withheld]"]


def test_the_text_ends_with_the_line_by_which_it_is_found(phones):
    phones.channel().send(phones.outgoing(key=KEY))
    phones.sandbox.carrier.fail_next(0)
    (message,) = phones.sandbox._messages
    assert message.content.splitlines()[-1] == mark_of(CODES.run_id, KEY, "7") == f"run-1 {KEY} #7"
    assert (message.to, message.sender, message.kind) == (DIGITS, SENDER, "LMS")


@pytest.mark.parametrize("held", ["on call", "+82 10 0000 4711", "------", "０１０００００４７１１"])
def test_a_reference_that_holds_no_number_is_refused_and_never_quoted(phones, held):
    phones.secrets["env:PHONE"] = held
    sent = phones.channel().send(phones.outgoing(key=KEY))
    assert isinstance(sent, Refused) and sent.wires == ()
    assert held not in sent.reason
    (_, person) = phones.channel().preflight({"On-Call": "env:PHONE"})
    assert not person.ok and "digits" in person.hint


def test_preflight_asks_whether_sens_takes_the_key(phones):
    (service, person) = phones.channel().preflight({"On-Call": phones.person})
    assert service.ok and person.ok and phones.stored() == []
    phones.secrets["env:SENS_SECRET"] = "another" * 5
    (refused,) = phones.channel().preflight({"On-Call": phones.person})
    assert not refused.ok and "access_key" in refused.hint


def test_what_cannot_be_looked_up_stays_in_doubt(phones):
    """The list refuses, or has too many messages to read one by one: nobody says that it is not there."""
    phones.fault("status", method="list", status=500)
    outcome = SentMessageProbe({"phones": phones.channel()}).read("sent_text", asked(phones))
    assert isinstance(outcome, ReadNotDone) and "the list of SENS was not read" in outcome.reason
    rows = [{"messageId": f"m{n}", "requestId": "r", "status": "READY"} for n in range(LOOKED_THROUGH_MOST + 1)]
    with serving(text(json.dumps({"messages": rows}))) as server:
        channel = phones.channel(api_url=server.url)
        outcome = SentMessageProbe({"phones": channel}).read("sent_text", asked(phones))
    assert isinstance(outcome, ReadNotDone) and f"more than {LOOKED_THROUGH_MOST}" in outcome.reason
    listed = b'{"messages":[{"messageId":"m1"}]}'
    with pytest.raises(Unreadable, match="may be the one"):
        parse(asked(phones), [listed])
    assert parse(asked(phones), [b""])["found"] is False
    with pytest.raises(Unreadable, match="no page"):
        parse(asked(phones), [])


def long(rows: int) -> Message:
    """A page with so many rows."""
    measured = Section(title="Measured", rows=tuple(Row(label=f"check {n}", text="17 of 20") for n in range(rows)))
    said = {"emoji": "🚨", "title": "Page", "subject": "A cutover", "lead": "act now"}
    return Message(**said, sections=(measured,), footer=("run x",))


def test_a_text_says_as_much_as_there_is_room_for_and_always_what_it_is():
    """No emoji and no bullet; what is left out is shown to be, and the footer stands."""
    short, cut = post(long(2))["text"], post(long(200))["text"]
    assert short == "Page: A cutover\nact now\n\nMeasured\n- check 0: 17 of 20\n- check 1: 17 of 20\n\nrun x"
    assert cut.endswith(f"17 of 20\n{LEFT_OUT}\n\nrun x")
    assert BYTES_MOST - 100 < len(cut.encode("cp949")) <= BYTES_MOST


def test_what_carriers_do_not_know_is_typed_or_left_out():
    assert typed("🔔 — • 봉수 ‹x› 10 ₩") == "- - 봉수 <x> 10 ￦"
