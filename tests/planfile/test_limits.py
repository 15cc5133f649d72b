"""The limits of a plan: found wherever they stand, changed at their own place, and nothing else with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.tree import ROOT

from bongsu.planfile import load_bytes, supposed
from bongsu.planfile.limits import limits_of, with_limits

DATA = (ROOT / "plans" / "naver-sms.yaml").read_bytes()
LIMITS = limits_of(DATA)


@pytest.mark.parametrize("key", LIMITS)
def test_every_limit_is_where_it_says(key: str) -> None:
    """Put back what stands there, and the bytes are the same; put in another, and one line is another."""
    same, (changed,) = with_limits(DATA, [f"{key}={LIMITS[key]}"])
    assert (same, changed.before, changed.after) == (DATA, LIMITS[key], LIMITS[key])
    other, _ = with_limits(DATA, [f"{key}=77"])
    lines = zip(DATA.splitlines(), other.splitlines(), strict=True)
    assert sum(one != two for one, two in lines) == 1


def test_what_is_no_limit_is_not_among_them() -> None:
    assert {"go.within", "first_run.settle", "escalation.critical.levels.2.for", "watch.every"} <= LIMITS.keys()
    assert not [key for key in LIMITS if key.split(".")[-1] in ("kind", "over", "policy", "account", "token", "sms")]


def test_a_plan_that_could_not_be_is_supposed_with_its_faults_named() -> None:
    data, _ = with_limits(DATA, ["ack_sla=3m"])
    plan, problems = supposed(data, Path("plan.yaml"))
    assert plan.drill is not None and plan.drill.ack_sla.seconds == 180
    assert ["the SLA of 3m is over" in problem.text for problem in problems] == [True]
    assert supposed(DATA, Path("plan.yaml")) == (load_bytes(DATA, Path("plan.yaml")), ())
