"""A folder comes from anywhere: whatever lies in it, a verification ends with a finding and says it in plain text."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from tests.evidence.alterations import the_small_one
from tests.evidence.forger import forge
from tests.evidence.synthetic import Player, plan_of, verify_it

from bongsu.cli.verify_command import command
from bongsu.evidence import verify_evidence
from bongsu.evidence.folder import LARGEST
from bongsu.evidence.picture_axis import Part

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKS = 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Player(plan=plan_of(LOOKS)).play().write(tmp_path_factory.mktemp("evidence") / "run")


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "run"))


def _pipe(folder: Path) -> None:
    (folder / "head.json").unlink()
    os.mkfifo(folder / "head.json")


def _deep(folder: Path) -> None:
    (folder / "head.json").write_text('{"program":' * 100_000)


def _endless(folder: Path) -> None:
    (folder / "head.json").unlink()
    (folder / "head.json").symlink_to("/dev/zero")


@pytest.mark.parametrize("strange", [_pipe, _deep, _endless])
def test_whatever_stands_in_place_of_the_head_the_command_ends(folder: Path, strange: Callable[[Path], None]) -> None:
    strange(folder)
    ended = CliRunner().invoke(command, [str(folder)], standalone_mode=False)
    assert (ended.exception, ended.return_value) == (None, 5)
    assert "head.json" in ended.output


def test_a_name_that_steers_the_terminal_is_shown_as_text(folder: Path) -> None:
    (folder / "\x1b[2J\nexit code 0").write_text("")
    shown = CliRunner().invoke(command, [str(folder)], standalone_mode=False, color=True).output
    assert "\\x1b[2J\\nexit code 0" in shown
    assert "exit code 0" not in shown.splitlines()
    code, said = verify_evidence.verify(folder)
    assert code == 5
    assert all(line.isprintable() for line in said)


@pytest.mark.parametrize("name", ["attestation.json", "report.md"])
def test_a_file_too_long_for_any_run_is_a_finding(folder: Path, name: str) -> None:
    with (folder / name).open("wb") as file:
        file.truncate(LARGEST + 1)
    report = verify_it(folder, LOOKS)
    assert ("file_missing", name) in {(one.rule, one.file) for one in report.findings}


def test_a_certificate_without_a_timestamp_belongs_to_nothing(folder: Path) -> None:
    (folder / "timestamp.pem").write_text("whatever")
    (finding,) = verify_it(folder, LOOKS).findings
    assert (finding.rule, finding.file) == ("file_unexpected", "timestamp.pem")


def test_the_small_verifier_knows_a_rehearsal_by_the_plans_clock_too(folder: Path) -> None:
    forge(folder, lambda lines: lines[0]["body"].update(clock="http://127.0.0.1:8080/clock"))
    assert (the_small_one(folder).code, the_small_one(folder).step) == (5, 3)


def test_a_picture_of_thousands_of_years_has_no_ticks() -> None:
    ages = Part(
        name="ages", start=datetime(2025, 1, 1, tzinfo=UTC), end=datetime(9999, 1, 1, tzinfo=UTC), left=0, right=900
    )
    assert list(ages.ticks(ZoneInfo("Asia/Seoul"), 60)) == []
