"""Nobody reads what a command says, or it cannot be written: what it does is done, and its exit code is its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.rules.tree import ROOT

if TYPE_CHECKING:
    from tests.refusals.conftest import Desk

PROGRAM = (sys.executable, "-c", "from bongsu.cli.main import main; main()")
LOG = ROOT / "tests" / "audit" / "data" / "seed.md.txt"
FULL = Path("/dev/full")


def called(*words: object, shell: str = "", **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the program in a process of its own, as a shell would with these redirections."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **more.pop("env", {})}
    command = ["sh", "-c", f'exec "$@" {shell}', "sh", *PROGRAM, *map(str, words)]
    return subprocess.run(command, env=environment, check=False, timeout=120, **more)


def unread() -> int:
    """Return the writing end of a pipe that nobody reads."""
    reads, writes = os.pipe()
    os.close(reads)
    return writes


def test_who_stops_reading_gets_no_trace_and_no_other_exit_code() -> None:
    """As `bongsu audit FILE | head -1`; python's own code for this is 1, which here means rolled back."""
    for words, code in ((("audit", LOG), 1), (("preview", ROOT / "plans" / "naver-sms.yaml"), 0)):
        writes = unread()
        done = called(*words, stdout=writes, stderr=subprocess.PIPE)
        os.close(writes)
        assert (done.returncode, done.stderr) == (code, b"")


def test_a_run_goes_on_when_nobody_reads_its_progress(desk: Desk) -> None:
    """Whoever watches through `| tee` or a terminal may lose it in the middle of a cutover."""
    desk.write(("from: file:parity.json", "from: file:not-there.json"))
    writes = unread()
    done = called("start", desk.plan, "--go", "james", "--state", desk.state, stdout=writes, stderr=writes)
    os.close(writes)
    assert done.returncode == 6
    (run,) = desk.runs()
    assert (desk.folder / "evidence" / run / "report.html").is_file()


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(("words", "code"), [(("audit", LOG), 1), (("--help",), 3)])
def test_an_answer_that_cannot_be_written_is_no_pass(words: tuple[object, ...], code: int) -> None:
    done = called(*words, shell="> /dev/full", stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr.decode().splitlines()) == (
        code,
        [
            "error: what was to be shown could not be written",
            "  cause: no space left on device",
            "help: what the command did is done; free the disk, or have it shown somewhere else",
        ],
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_standard_descriptor_that_is_closed_is_not_given_to_a_file(closed: str, tmp_path: Path) -> None:
    """What is opened next would have its number, and whatever a library writes to it would be written into a ledger."""
    done = called("status", "--state", tmp_path, shell=closed, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert called("audit", LOG, shell=closed, capture_output=True).returncode == 1


def test_a_letter_that_the_terminal_lacks_is_shown_by_its_number() -> None:
    done = called("preview", ROOT / "plans" / "naver-sms.yaml", capture_output=True, env={"PYTHONIOENCODING": "euc-kr"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert "\\U0001f514" in done.stdout.decode("euc-kr")
