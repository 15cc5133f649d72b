"""What the guard takes for a word of its run: sealed with the key, in this session, and never said before."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.beats import (
    LONGEST_BYTES,
    Answer,
    Side,
    Standing,
    What,
    Word,
    answer_of,
    sealed,
    word_of,
)
from bongsu.core.events import Phase
from bongsu.core.guard_events import Safe
from tests.guard.bench import KEY, RUN, SECOND, SILENT_AFTER, START, Bench

WORD = Word(what=What.BEAT, run=RUN, session="s", number=7, plan="0" * 64, phase=Phase.OBSERVING, safe=Safe.OFF)
ANSWER = Answer(standing=Standing.STANDING_BY, session="s", number=7, guard_run="guard-1")


def test_words_and_answers_come_back_as_they_were_said():
    assert word_of(KEY, sealed(KEY, Side.RUN, WORD)) == WORD
    assert answer_of(KEY, sealed(KEY, Side.GUARD, ANSWER)) == ANSWER


def test_nobody_speaks_for_the_other_side():
    """A word sent back is no answer, an answer is no word, and another key opens nothing."""
    word = sealed(KEY, Side.RUN, WORD)
    assert answer_of(KEY, word) is None and word_of(b"other" * 8, word) is None
    assert word_of(KEY, sealed(KEY, Side.GUARD, WORD)) is None


@given(st.data())
def test_any_changed_byte_is_refused(data):
    word = bytearray(sealed(KEY, Side.RUN, WORD))
    place = data.draw(st.integers(0, len(word) - 1))
    word[place] ^= data.draw(st.integers(1, 255))
    assert word_of(KEY, bytes(word)) is None


@given(st.binary(max_size=200))
def test_whatever_else_arrives_is_no_word(body):
    assert word_of(KEY, body) is None
    assert word_of(KEY, b"x" * (LONGEST_BYTES + 1)) is None


def test_a_false_heartbeat_keeps_no_run_alive():
    """Forged every second: each is refused, and the guard acts as if it had heard nothing."""
    bench = Bench()
    for second in range(1, 35):
        bench.wait(START + second * SECOND)
        assert bench.say(key=b"forged" * 6) == 403
    assert bench.acted


def test_a_replayed_heartbeat_keeps_no_run_alive():
    """What was said once is refused with 409 from then on, however often it is sent."""
    bench = Bench()
    first = sealed(KEY, Side.RUN, replace(WORD, session=bench.ear.session, number=1))
    answer = bench.hear(first)
    assert isinstance(answer, Answer) and answer.standing is Standing.STANDING_BY
    for second in range(1, 35):
        bench.wait(START + second * SECOND)
        assert bench.hear(first) == 409
    assert bench.acted


def test_what_was_said_to_an_earlier_process_of_the_guard_is_worth_nothing_to_this_one():
    """A guard that was started again asks for its own session first; an old heartbeat moves nothing."""
    bench = Bench()
    recorded = sealed(KEY, Side.RUN, replace(WORD, session=bench.ear.session, number=1))
    bench.open()
    before = bench.watch.turn(bench.clock.time)
    answer = bench.hear(recorded)
    assert isinstance(answer, Answer) and answer.standing is Standing.OTHER_SESSION
    assert answer.session == bench.ear.session
    assert bench.watch.turn(bench.clock.time) == before
    bench.wait(START + SILENT_AFTER + SECOND)
    assert bench.acted


def test_a_run_of_another_plan_or_name_is_not_guarded_here():
    bench = Bench()
    other = bench.say(plan="1" * 64)
    assert isinstance(other, Answer) and other.standing is Standing.OTHER_PLAN
    other = bench.say(run="cutover-2")
    assert isinstance(other, Answer) and other.standing is Standing.OTHER_RUN
