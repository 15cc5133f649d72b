"""Where a process may have few files open at once, a rehearsal says so before anything is begun."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.rules.tree import ROOT

from bongsu.cli.world_process import OPEN_FILES

if TYPE_CHECKING:
    from pathlib import Path

LIMITED = 'ulimit "-$1n" 20 && exec "${@:2}"'
COMMAND = "from bongsu.cli.main import main; main()"
LIMIT = """import resource
from bongsu.cli.world_process import need_means
need_means()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"""


def limited(which: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python under a limit that it may raise again (`S`), or under one that it may not (`SH`)."""
    return subprocess.run(
        ["bash", "-c", LIMITED, "bash", which, sys.executable, "-c", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "BONGSU_STATE": str(folder / "state")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("command", ["rehearse", "sandbox"])
def test_a_rehearsal_that_would_lack_open_files_is_refused_at_once(command: str, tmp_path: Path) -> None:
    """Begun, it would wait for a connection that nobody can take."""
    done = limited("SH", tmp_path, COMMAND, command)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        f"error: a process may have 20 files open here, and the imitated services need {OPEN_FILES}",
        f"help: `ulimit -n {OPEN_FILES}` in another shell; where that is refused, whoever set the limit raises it",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_limit_that_the_process_may_raise_is_raised(tmp_path: Path) -> None:
    done = limited("S", tmp_path, LIMIT)
    assert (done.returncode, done.stdout) == (0, f"{OPEN_FILES}\n")
