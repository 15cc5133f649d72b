"""The services' own times of messages: a clock that is off is found once with how far, and refused all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.evidence.forger import Payloads, first, forge, payloads_of
from tests.evidence.synthetic import Player, plan_of, verify_it

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("ahead_s", "said"),
    [(12, "12.0 s behind the services'"), (-40, "40.0 s ahead of the services'"), (-31_536_000, "31536000.0 s ahead")],
)
def test_a_clock_that_was_off_all_along_is_said_once_with_how_far(tmp_path: Path, ahead_s: int, said: str) -> None:
    """It is refused all the same: times that were all moved a year look no other."""
    folder = Player(plan=plan_of(), ahead=timedelta(seconds=ahead_s)).play().write(tmp_path / "run")
    report = verify_it(folder)
    (finding,) = report.findings
    assert (finding.rule, finding.step, report.exit_code) == ("service_time", 9, 5)
    assert said in finding.found and len(finding.also) + 1 == sum(
        line["kind"] == "send_ended" and line["body"]["key"].partition("//")[0] not in ("close", "answer")
        for line in payloads_of(folder)
    )


def test_a_clock_that_is_nearly_right_is_not_found(tmp_path: Path) -> None:
    for seconds in (4, -4):
        ahead = timedelta(seconds=seconds)
        assert verify_it(Player(plan=plan_of(), ahead=ahead).play().write(tmp_path / str(seconds))).findings == ()


def test_a_time_that_the_clock_does_not_explain_is_found_for_itself(tmp_path: Path) -> None:
    """Everything is twelve seconds off, and one message two hours besides."""
    folder = Player(plan=plan_of(), ahead=timedelta(seconds=12)).play().write(tmp_path / "run")

    def change(payloads: Payloads) -> None:
        first(payloads, "send_ended", key="success//alerts")["body"].update(service_at="2025-10-22T03:00:00.000000Z")

    forge(folder, change)
    times = [finding for finding in verify_it(folder).findings if finding.rule == "service_time"]
    assert [finding.found for finding in times if "clock" not in finding.found] == ["2025-10-22T03:00:00+00:00"]
