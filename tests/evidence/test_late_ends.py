"""Evidence of a run that learned what a call came to after it was closed: closed all the same, for both verifiers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.audit.logs import log_of
from tests.evidence.forger import Payloads, first, forge
from tests.evidence.synthetic import RUN, Player, load_plan, plan_of, verify_it

from bongsu.audit import audit
from bongsu.core.events import EndedLate, Outcome, ReadFailed, SendEnded
from bongsu.evidence import verify_evidence
from bongsu.evidence.collect import collect
from bongsu.evidence.folder import HEAD, LEDGER
from bongsu.evidence.markdown import as_markdown
from bongsu.evidence.page import as_html
from bongsu.evidence.source import story_of_run
from bongsu.ledger.codec import decode

KEY = "success//alerts"
LOST = "no answer came"


class Paused(Player):
    """A run whose success message was held in doubt, since the process that had sent it was paused."""

    said: tuple[Any, dict[str, bytes]] | None = None

    def record(self, event: Any, **blobs: bytes) -> None:
        if isinstance(event, SendEnded) and event.key == KEY:
            self.said = (event, blobs)
            event, blobs = SendEnded(key=KEY, attempt=event.attempt, outcome=Outcome.IN_DOUBT, reason=LOST), {}
        super().record(event, **blobs)

    def observe(self, action: Any) -> None:
        if action.reading != "sent_message":
            super().observe(action)
            return
        self.record(ReadFailed(key=action.key, reading=action.reading, reason="the history cannot be read", final=True))

    def wakes_up(self) -> Paused:
        """Have that process tell what it came to."""
        assert self.said is not None and self.state.closed is not None
        ended, blobs = self.said
        late = EndedLate(
            key=KEY,
            attempt=ended.attempt,
            outcome=ended.outcome,
            ref=ended.ref,
            service_at=ended.service_at,
            exchanges=ended.exchanges,
        )
        self.record(late, **blobs)
        return self


@pytest.fixture(scope="module")
def played() -> Paused:
    player = Paused(plan=plan_of(1))
    player.play()
    return player.wakes_up()


@pytest.fixture
def folder(played: Paused, tmp_path: Path) -> Path:
    return played.write(tmp_path / "run")


def both(folder: Path) -> tuple[int, int]:
    """Return the exit codes of `bongsu verify` and of the file in the folder."""
    return verify_it(folder, 1).exit_code, verify_evidence.verify(folder)[0]


def test_the_run_is_closed_with_its_verdict_and_the_late_end_is_shown(folder: Path, played: Paused) -> None:
    assert both(folder) == (0, 0)
    assert verify_it(folder, 1).verdict == "pass"
    assert any(line.endswith("verdict pass") for line in verify_evidence.verify(folder)[1])
    assert json.loads((folder / HEAD).read_bytes())["closed"] is True
    lines = [decode(row.line) for row in played.ledger.rows(RUN)]
    assert isinstance(lines[-1].event, EndedLate)


def test_the_reports_show_it_behind_the_end(played: Paused) -> None:
    """With the line that says so; the verdict is the one that the run was closed with."""
    story = story_of_run(played.ledger, RUN, lambda data: load_plan(data, 1))
    tables = collect(story)
    (entry,) = [one for one in tables["notifications"] if one["key"] == KEY]
    newest = story.lines[-1].seq
    assert (entry["outcome"], entry["resolved_by"], entry["resolved_seq"]) == ("accepted", "late_end", newest)
    assert (tables["verdict"], tables["opened"]["closed_at"] is not None) == ("pass", True)
    assert tables["timeline"][-1]["what"] == "learned late: accepted"
    assert f"learned late: accepted | {KEY} | #{newest} |" in as_markdown(tables).decode("utf-8")
    assert f"#{newest}" in as_html(tables, story).decode("utf-8")


def test_an_audit_finds_nothing_in_the_report(played: Paused) -> None:
    """Of a run by real processes, with its messages: tests/driving."""
    report = as_markdown(collect(story_of_run(played.ledger, RUN, lambda data: load_plan(data, 1)))).decode("utf-8")
    assert [(one.spot.line, one.rule) for one in audit([log_of(report)])] == []


def test_a_late_end_that_is_cut_off_shows(folder: Path) -> None:
    """The head names it, and so does the copy that somebody has."""
    lines = (folder / LEDGER).read_bytes().splitlines(keepends=True)
    (folder / LEDGER).write_bytes(b"".join(lines[:-1]))
    assert both(folder) == (5, 5)


@pytest.mark.parametrize("kind", ["observed", "send_ended", "phase_entered", "run_closed"])
def test_nothing_else_may_stand_behind_the_line_that_closes_a_run(folder: Path, kind: str) -> None:
    """Neither at once nor behind a late end."""

    def change(payloads: Payloads) -> None:
        other = dict(first(payloads, kind)) | {"at": payloads[-1]["at"]}
        payloads.insert(payloads.index(first(payloads, "run_closed")) + place, other)

    for place in (1, 2):
        forged = Path(shutil.copytree(folder, folder.parent / f"forged-{kind}-{place}"))
        forge(forged, change)
        assert "after_close" in {finding.rule for finding in verify_it(forged, 1).findings}
        assert verify_evidence.verify(forged)[0] == 5


def test_a_late_end_of_what_was_never_intended_is_found_out_by_both(folder: Path) -> None:
    forge(folder, lambda payloads: payloads[-1]["body"].update(key="success//ops_chat2"))
    assert both(folder) == (5, 5)


def test_a_run_with_late_ends_alone_is_not_closed(folder: Path) -> None:
    """A late end closes nothing."""
    forge(folder, lambda payloads: payloads.remove(first(payloads, "run_closed")))
    assert "run_open" in {finding.rule for finding in verify_it(folder, 1).findings}
    assert any("the run is not closed" in line for line in verify_evidence.verify(folder)[1])
