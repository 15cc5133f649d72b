"""Arithmetic written out in a log: products before sums, units between, and a wrong total is found whatever steps."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.logs import rules_in

from bongsu.audit.equations import mixed

STEPS = st.lists(st.tuples(st.sampled_from("+-x"), st.integers(1, 9_999)), min_size=2, max_size=5)


@pytest.mark.parametrize(
    "right",
    [
        "picked 13 x 1,500 + 1,443 = 20,943",
        "that was all: 7,443 - 4 x 1,500 = 1,443",
        "12 × 4,500원 + 800원 = 54,800원",
        "10 + 4 - 3 = 11",
        "2 x 40 runs + 7 runs = 87 runs",
    ],
)
def test_what_is_written_out_rightly_is_left_alone(right: str) -> None:
    assert rules_in(right) == set()


@pytest.mark.parametrize(
    "wrong",
    [
        "picked 13 x 1,500 + 1,443 = 20,843",
        "that was all: 7,443 - 4 x 1,500 = 1,433",
        "12 × 4,500원 + 800원 = 54,300원",
        "10 + 4 - 3 = 12",
    ],
)
def test_a_wrong_total_is_found(wrong: str) -> None:
    assert rules_in(wrong) == {"products"}


@given(st.integers(1, 9_999), STEPS)
def test_products_go_first_and_nothing_else_counts(first: int, steps: list[tuple[str, int]]) -> None:
    """As everybody learns it at school, whatever stands in which order."""
    text = str(first) + "".join(f" {step} {number:,}" for step, number in steps)
    value = Decimal(eval(text.replace("x", "*").replace(",", "")))
    found = mixed(f"in all {text} = 12,345")
    several = len({step for step, _ in steps}) > 1
    assert [(one.value, one.total) for one in found] == ([(value, "12,345")] if several else [])
