"""The evidence folder: the same bytes every time, all or nothing, and never over somebody else's files."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.evidence.synthetic import OPENED, RUN, Player, load_plan, plan_of, render, verify_it

from bongsu.core.events import ListeningChanged
from bongsu.errors import LedgerUnreadable, RunNotFound, UsageError
from bongsu.evidence.write import write_evidence
from bongsu.ledger.memory import MemoryLedger

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def played() -> Player:
    return Player(plan=plan_of()).play()


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_writing_twice_gives_the_same_bytes_and_nothing_else_lies_about(played: Player, tmp_path: Path) -> None:
    first = files_in(played.write(tmp_path / "deep" / "run"))
    again = files_in(played.write(tmp_path / "deep" / "run"))
    assert first == again == files_in(played.write(tmp_path / "other"))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["run"]
    assert {"ledger.jsonl", "head.json", "plan.yaml", "report.md", "report.json"} <= first.keys()


def test_blobs_are_checked_by_hand_with_sha256sum(played: Player, tmp_path: Path) -> None:
    folder = played.write(tmp_path / "run")
    names = sorted(path.name for path in (folder / "blobs").iterdir())
    done = subprocess.run(["sha256sum", *names], cwd=folder / "blobs", capture_output=True, check=True, text=True)
    assert done.stdout == "".join(f"{name}  {name}\n" for name in names)


def test_an_open_run_is_written_and_replaced_as_it_goes_on(tmp_path: Path) -> None:
    player = Player(plan=plan_of()).play(until=20)
    player.write(tmp_path / "run")
    assert verify_it(tmp_path / "run").seq == player.state.head.seq
    later = Player(plan=plan_of()).play()
    later.write(tmp_path / "run")
    assert verify_it(tmp_path / "run").exit_code == 0


@pytest.mark.parametrize("foreign", ["notes.txt", "blobs/notes.txt"])
def test_a_folder_with_somebody_s_own_file_is_left_as_it_is(played: Player, tmp_path: Path, foreign: str) -> None:
    folder = played.write(tmp_path / "run")
    (folder / foreign).write_text("mine")
    before = files_in(folder)
    with pytest.raises(UsageError, match=r"notes\.txt"):
        played.write(folder)
    assert files_in(folder) == before


def test_evidence_of_another_run_or_a_file_is_not_replaced(played: Player, tmp_path: Path) -> None:
    folder = played.write(tmp_path / "run")
    (folder / "head.json").write_bytes((folder / "head.json").read_bytes().replace(RUN.encode(), b"another"))
    with pytest.raises(UsageError, match="another run"):
        played.write(folder)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="is a file"):
        played.write(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    played.write(tmp_path / "empty")


def test_a_signature_is_kept_over_the_same_head_and_protects_the_evidence_from_a_later_one(tmp_path: Path) -> None:
    player = Player(plan=plan_of()).play(until=20)
    folder = player.write(tmp_path / "run")
    (folder / "attestation.json").write_text("{}")
    player.write(folder)
    assert (folder / "attestation.json").read_text() == "{}"
    with pytest.raises(UsageError, match="signed"):
        Player(plan=plan_of()).play().write(folder)


def test_what_is_signed_is_not_written_again_in_other_words(played: Player, tmp_path: Path) -> None:
    folder = played.write(tmp_path / "run")
    (folder / "attestation.json").write_text("{}")
    (folder / "report.md").write_text("as an older program worded it")
    with pytest.raises(UsageError, match=r'would change "report\.md"'):
        played.write(folder)
    assert (folder / "report.md").read_text() == "as an older program worded it"


def test_a_run_that_is_not_there_or_has_no_line_is_named(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    with pytest.raises(RunNotFound):
        write_evidence(ledger, RUN, tmp_path / "run", load_plan=load_plan, render=render)
    ledger.create(RUN, OPENED)
    with pytest.raises(UsageError, match="no line"):
        write_evidence(ledger, RUN, tmp_path / "run", load_plan=load_plan, render=render)
    assert not (tmp_path / "run").exists()


def test_a_run_without_its_plan_cannot_be_shown(tmp_path: Path) -> None:
    player = Player(plan=plan_of())
    player.ledger.create(RUN, OPENED)
    player.record(ListeningChanged(channel="alerts", state="open"))
    with pytest.raises(LedgerUnreadable, match="cites bytes") as caught:
        player.write(tmp_path / "run")
    assert caught.value.exit_code == 3


def test_where_nothing_can_be_written_nothing_is_lost(played: Player, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="could not be written") as caught:
        played.write(tmp_path / "file" / "run")
    assert caught.value.cause
