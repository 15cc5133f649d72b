"""Small logs in the layouts that people paste: what tells of something before it can be, and what only looks so."""

from __future__ import annotations

import json

import pytest
from tests.audit.logs import DATA, log_of, rules_in

from bongsu.audit.chats import said

DAY = "Cutover of invoice-mail, 2026-03-04, KST\n\n"
LOGS = [json.loads(line) for line in (DATA / "order.jsonl").read_text("utf-8").splitlines()]
WRONG = [(one["rule"], one["log"]) for one in LOGS if one["found"]]
RIGHT = [(one["rule"], one["log"]) for one in LOGS if not one["found"]]


@pytest.mark.parametrize(("rule", "log"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_in_that_order_is_found(rule: str, log: str) -> None:
    assert rule in rules_in(DAY + log)


@pytest.mark.parametrize(("rule", "log"), RIGHT, ids=range(len(RIGHT)))
def test_the_like_that_can_be_is_not(rule: str, log: str) -> None:
    assert rule not in rules_in(DAY + log)


def test_a_chat_gives_each_message_its_time_and_its_words_alone() -> None:
    chat = log_of(
        """
        Copied from the room on 2026-03-04.

        Mira Holt  10:02
        old rule is off
        and stays off

        opsbot  10:04
        first run done
        [박탐] [오후 2:05] 확인했습니다
        """
    )
    found = [([line.strip() for _, line in lines], when[1].text) for lines, when in said(chat)]
    assert sorted(found) == [
        (["first run done"], "10:04"),
        (["old rule is off", "and stays off"], "10:02"),
        (["확인했습니다"], "오후 2:05"),
    ]
