"""What a run and its guard say to each other is taken only as it was sealed; and corners of the guard's own rules."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from hashlib import sha256

import pytest

from bongsu.core.beats import LONGEST_BYTES, Answer, Side, Standing, What, Word, answer_of, sealed, word_of
from bongsu.core.event_kinds import KINDS
from bongsu.core.events import Phase, PhaseEntered, ReadFailed, SwitchIntended, Why
from bongsu.core.guard_events import Did, Life, Safe
from bongsu.core.kinds import RunKind
from bongsu.core.plan import ChannelSpec
from bongsu.core.presses import open_matter
from bongsu.core.telling import everybodys
from tests.core.test_guarding import guard, guarded, silent, spec
from tests.core.world import SECOND, World, opened, plan

KEY = b"k" * 32
WORD = Word(
    what=What.BEAT, run="cutover-1", session="s1", number=3, plan="0" * 64, phase=Phase.OBSERVING, safe=Safe.OFF
)
ANSWER = Answer(standing=Standing.STANDING_BY, session="s1", number=3)


def by_hand(side: Side, body: bytes) -> bytes:
    """Return any bytes as that side would seal them."""
    return hmac.new(KEY, f"bongsu-{side}\n".encode() + body, sha256).hexdigest().encode() + b"\n" + body


def test_each_side_is_understood_by_the_other():
    assert word_of(KEY, sealed(KEY, Side.RUN, WORD)) == WORD
    for answer in (ANSWER, replace(ANSWER, standing=Standing.ACTED, did=next(iter(Did)))):
        assert answer_of(KEY, sealed(KEY, Side.GUARD, answer)) == answer


def test_what_nobody_with_the_key_sealed_is_not_taken():
    """Another key, the other side's seal, a changed byte, and more than a word ever is."""
    data = sealed(KEY, Side.RUN, WORD)
    assert word_of(b"other" * 8, data) is None
    assert answer_of(KEY, data) is None
    assert word_of(KEY, data.replace(b"cutover-1", b"cutover-2")) is None
    assert word_of(KEY, by_hand(Side.RUN, b" " * LONGEST_BYTES)) is None


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"number": "3"}', b'{"number": 3, "run": 7}', b'{"number": 3, "what": "shout"}']
)
def test_a_sealed_word_of_another_shape_is_not_taken_either(body):
    assert word_of(KEY, by_hand(Side.RUN, body)) is None
    assert answer_of(KEY, by_hand(Side.GUARD, body)) is None


@pytest.mark.parametrize(
    ("field", "value"), [("session", 1), ("run", None), ("plan", 7), ("number", "3"), ("phase", "x"), ("safe", "x")]
)
def test_a_sealed_word_with_one_field_of_another_kind_is_not_taken(field, value):
    """Whoever has the key may still be of another version: nothing of such a word gets into the ledger."""
    body = sealed(KEY, Side.RUN, WORD).partition(b"\n")[2]
    assert word_of(KEY, by_hand(Side.RUN, body)) == WORD
    assert word_of(KEY, by_hand(Side.RUN, json.dumps({**json.loads(body), field: value}).encode())) is None


def test_a_ledger_names_each_kind_of_event_once():
    assert len(set(KINDS.values())) == len(KINDS)


def test_a_guard_to_which_no_run_was_handed_over_waits():
    world = World(plan=replace(plan(), guard=spec()))
    world.add(replace(opened(), kind=RunKind.GUARD))
    world.run(until=world.now + 10 * SECOND)
    assert world.state.phase is Phase.PLANNED and not world.events(PhaseEntered)


def test_without_a_chat_that_keeps_a_history_nothing_is_looked_for():
    """The captain's only way is a webhook or a bot that cannot look back: the guard acts as the plan says."""
    world = guard()
    channels = {"ops_chat": ChannelSpec(name="ops_chat", kind="telegram", to="-100")}
    announce = replace(world.plan.announce, to=("ops_chat",))
    world.plan = replace(world.plan, channels=channels, announce=announce)
    silent(world, Life.OUT_OF_SIGHT).run(until=world.now + 10 * SECOND)
    assert world.rule == "DISABLED" and world.events(SwitchIntended)


def test_while_a_guard_asks_an_acknowledgement_on_the_command_line_is_about_the_silence():
    world = silent(guard("page_only")).run(until=World().now + 20 * SECOND)
    assert world.state.phase is Phase.DECIDING
    assert open_matter(world.state) == "silence"


def test_who_hears_of_a_silence_and_of_a_lost_guard():
    one = replace(plan(), guard=spec())
    people = one.escalation["critical"].levels[0].page
    assert {send.key.partition("//")[2].partition("@")[0] for send in everybodys(one, "silence")} >= set(people)
    assert any(send.key.startswith(f"guard_lost//{one.captain}@") for send in everybodys(one, "guard_lost"))
    assert [send.key for send in everybodys(one, "start")] == ["start//ops_chat", "start//alerts"]


def test_a_rule_that_cannot_be_read_before_the_success_has_people_decide():
    world = guarded()
    world.reads["success/target_rule"] = lambda _w, _r: ReadFailed(key="", reading="", reason="denied", final=True)
    world.run()
    assert Why.VERIFY_UNKNOWN in {event.why for event in world.events(PhaseEntered)}
