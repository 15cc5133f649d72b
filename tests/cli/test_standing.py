"""What a run came to, and what somebody has to do about it, where a person looks first: its end and `status`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import call
from tests.cli.conftest import EXAMPLE, RUN
from wcwidth import wcswidth

from bongsu.cli.running import _finish
from bongsu.cli.status_list import OUTCOMES
from bongsu.core.events import Observed, Phase, PhaseEntered, RunClosed, Why
from bongsu.core.verdict import Verdict
from bongsu.ledger import open_ledger
from bongsu.ledger._port import Entry
from bongsu.planfile import load
from bongsu.run.start import Started

if TYPE_CHECKING:
    from pathlib import Path

    from bongsu.core.events import Event

STEPS = (
    "Open the rule naver-sms-automation-trigger in the console and disable it.",
    "Until the console shows DISABLED, take it that the target still runs.",
)


def end(state: Path, exit_code: int, *before: Event) -> None:
    """Close the run of the folder with an exit code, behind these events."""
    at = load(EXAMPLE).window.start
    closed = RunClosed(verdict=Verdict.FAIL if exit_code else Verdict.PASS, why=Why.FINISHED, exit_code=exit_code)
    ledger = open_ledger(state)
    entries = [Entry(at=at, actor="bongsu", event=event, blobs={}) for event in (*before, closed)]
    ledger.append(RUN, ledger.head(RUN), entries)
    ledger.close()


def stuck(state: Path) -> None:
    """End the run of the folder with a rollback that failed, its target still on."""
    read = Observed(
        key="rollback/target_rule",
        reading="target_rule",
        args={},
        values={"name": "naver-sms-automation-trigger", "state": "ENABLED"},
        exchanges=(),
    )
    end(state, 4, read, PhaseEntered(phase=Phase.ROLLBACK_FAILED, why=Why.NOT_DISABLED, detail=""))


@pytest.mark.parametrize(("code", "word"), OUTCOMES.items())
def test_the_list_tells_what_each_run_came_to(state: Path, code: int, word: str) -> None:
    assert call("status", "--state", state).out.splitlines()[1].split()[3] == "open"
    end(state, code)
    head, line = call("status", "--state", state).out.splitlines()
    assert line[head.index("came to") : head.index("events")].strip() == word
    run, day, time = line.split()[:3]
    assert (run, day, time) == (RUN, "2025-10-22", "05:00")
    assert line[: head.index("events") + len("events")].endswith("3"), "the events are three"


def test_the_list_has_columns_in_korean_too(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONGSU_LANG", "ko")
    stuck(state)
    head, line = call("status", "--state", state).out.splitlines()
    assert "롤백 실패" in line
    assert wcswidth(head.partition("결과")[0]) == wcswidth(line.partition("롤백")[0])


def test_a_rollback_that_failed_is_told_with_the_state_of_the_target_and_what_to_do(state: Path) -> None:
    stuck(state)
    lines = call("status", RUN, "--state", state).out.splitlines()
    assert lines[1].startswith("  phase     closed: rollback failed: ")
    assert any(re.match(r"  target    ENABLED, read back at .* KST \(.* UTC\) \(#\d+\)$", line) for line in lines)
    assert [line[12:] for line in lines if line.startswith("  to do ")] == list(STEPS)


def test_the_last_lines_of_such_a_run_say_what_to_do(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stuck(state)
    ledger = open_ledger(state)
    _finish(ledger, Started(run_id=RUN, exit_code=4, closed=True), tmp_path / "out")
    ledger.close()
    said = capsys.readouterr()
    assert said.out.startswith("closed: rollback failed ")
    assert said.err.splitlines()[-2:] == [f"to do: {number}. {step}" for number, step in enumerate(STEPS, start=1)]


def test_a_run_that_passed_has_nothing_to_do(state: Path) -> None:
    end(state, 0)
    assert "to do" not in call("status", RUN, "--state", state).out
