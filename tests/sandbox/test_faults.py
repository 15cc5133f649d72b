"""Faults on request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.sandbox.faults import Fault, FaultBook, fault_from_json


@given(nth=st.integers(1, 6), times=st.integers(1, 4))
def test_exactly_the_ordered_calls_are_hit(nth, times):
    book = FaultBook()
    book.add(Fault(method="sendMessage", kind="drop_after", nth=nth, times=times))
    assert book.take("getMe") is None
    hit = [book.take("sendmessage") is not None for _ in range(12)]
    assert hit == [nth <= number < nth + times for number in range(1, 13)]
    assert book.pending() == []


def test_two_orders_for_one_call_are_carried_out_one_after_the_other():
    book = FaultBook()
    for kind in ("html502", "drop_before"):
        book.add(Fault(method="*", kind=kind))
    kinds = [fault.kind if fault else None for fault in (book.take("auth.test") for _ in range(3))]
    assert kinds == ["html502", "drop_before", None]
    book.add(Fault(method="*", kind="hang"))
    book.clear()
    assert book.take("auth.test") is None


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        ({"method": "x"}, "needs a method and a kind"),
        ({"method": "x", "kind": "explode"}, "unknown fault kind 'explode'"),
        ({"method": "x", "kind": "hang", "nth": 0}, "of at least 1"),
        ({"method": "x", "kind": "hang", "colour": "red"}, "unknown fault field 'colour'"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(order, complaint):
    with pytest.raises(ValueError, match=complaint):
        fault_from_json(order)
