"""What was not proven is said in words, not in the keys of the ledger."""

from __future__ import annotations

import pytest

from bongsu.evidence.words import unproven, words_of


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("success//ops_chat", "success (ops_chat)"),
        ("drill_result//alerts", "drill result (alerts)"),
        ("page/1//on_call@alerts/r0l0", "page 1 → on_call (alerts)"),
    ],
)
def test_a_message_in_doubt_is_named_as_the_other_tables_name_it(key: str, said: str) -> None:
    sentence = unproven(words_of("en"), {"what": "in_doubt", "about": [key]})
    assert sentence == f"Whether these messages arrived, whose answers were lost: {said}."
