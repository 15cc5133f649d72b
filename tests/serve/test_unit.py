"""The unit under which systemd runs a worker: what it starts is there, and it waits for what the worker waits for."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from inspect import signature
from pathlib import Path

import pytest
from tests.rules.tree import ROOT

from bongsu.cli.main import program
from bongsu.run.waysin import STOP_S
from bongsu.run.worker import Worker

UNIT = ROOT / "deploy" / "bongsu-serve.service"


@pytest.fixture
def service() -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text("utf-8"))
    return dict(parser["Service"])


def test_its_command_is_one_that_the_program_takes(service: dict[str, str]) -> None:
    command, name, *words = shlex.split(service["ExecStart"])
    assert Path(command).name == "bongsu"
    found = program.get_command(program.make_context("bongsu", ["--help"], resilient_parsing=True), name)
    assert found is not None
    context = found.make_context(name, words)
    assert context.params["plans"] == (Path("/etc/bongsu/plans/ops.yaml"),)
    assert str(context.params["state"]) == f"/var/lib/{service['StateDirectory']}"


def test_it_is_stopped_in_no_less_time_than_the_worker_takes_to_stop(service: dict[str, str]) -> None:
    within_s = signature(Worker.stop).parameters["within_s"].default
    assert int(service["TimeoutStopSec"]) > STOP_S + within_s


def test_what_cannot_be_used_is_not_started_again_and_again(service: dict[str, str]) -> None:
    """Exit code 2: a plan or the address; docs/cli.md."""
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_finds_nothing_in_it(tmp_path: Path) -> None:
    """An unknown key is a line on standard error and no failure, so that nothing may be said at all."""
    text = UNIT.read_text("utf-8")
    command = shlex.split(next(line for line in text.splitlines() if line.startswith("ExecStart="))[10:])[0]
    unit = tmp_path / UNIT.name
    unit.write_text(text.replace(f"ExecStart={command}", f"ExecStart={sys.executable}"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if UNIT.name in line]) == (0, [])


def test_the_document_tells_of_it() -> None:
    assert "(../deploy/bongsu-serve.service)" in (ROOT / "docs" / "serve.md").read_text("utf-8")
