"""The threads that carry out effects: so many at once, in their order, and no process waits for them to end."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest
from tests.patience import PATIENCE_S

from bongsu.run.effects import Effects


def test_as_many_are_carried_out_at_once_as_there_are_threads_and_the_rest_in_turn() -> None:
    # Another test's call that nobody waited for may be under way still.
    before = set(threading.enumerate())
    effects, together, order = Effects(2), threading.Barrier(2), []
    first, second = (effects.submit(together.wait, PATIENCE_S) for _ in range(2))
    third = effects.submit(order.append, "third")
    assert {first.result(PATIENCE_S), second.result(PATIENCE_S)} == {0, 1}
    assert third.result(PATIENCE_S) is None and order == ["third"]
    effects.shutdown()
    assert not [one for one in set(threading.enumerate()) - before if one.name.startswith("bongsu-effect")]


def test_an_effect_that_raises_says_so_where_its_outcome_is_asked_for_and_the_next_is_carried_out() -> None:
    effects = Effects(1)
    with pytest.raises(ZeroDivisionError):
        effects.submit(lambda: 1 // 0).result(PATIENCE_S)
    assert effects.submit(lambda: "well").result(PATIENCE_S) == "well"
    effects.shutdown()


def test_behind_the_end_nothing_is_begun_and_what_waited_for_its_turn_is_cancelled() -> None:
    effects, asked, answer = Effects(1), threading.Event(), threading.Event()

    def call() -> bool:
        asked.set()
        return answer.wait(PATIENCE_S)

    under_way, waits = effects.submit(call), effects.submit(lambda: "begun")
    assert asked.wait(PATIENCE_S)
    effects.shutdown(wait=False, cancel_futures=True)
    with pytest.raises(RuntimeError):
        effects.submit(lambda: "late")
    answer.set()
    effects.shutdown(wait=True)
    assert under_way.result(0) is True
    with pytest.raises(CancelledError):
        waits.result(0)
