"""Small logs of many layouts, each with one thing that a platform never does, or with none."""

from __future__ import annotations

import json

import pytest
from tests.audit.logs import DATA, rules_in

LOGS = [json.loads(line) for line in (DATA / "platform.jsonl").read_text("utf-8").splitlines()]
WRONG = [one for one in LOGS if one["rule"]]
RIGHT = [one["log"] for one in LOGS if not one["rule"]]
RECEIPTS = {"no_read_receipt", "no_delivery_receipt"}


@pytest.mark.parametrize("one", WRONG, ids=lambda one: one["rule"])
def test_what_a_platform_never_does_is_found(one: dict[str, str]) -> None:
    found = rules_in(one["log"])
    assert found & RECEIPTS if one["rule"] == "receipt" else one["rule"] in found


@pytest.mark.parametrize("log", RIGHT, ids=range(len(RIGHT)))
def test_the_like_that_is_right_gives_nothing(log: str) -> None:
    assert rules_in(log) == set()
