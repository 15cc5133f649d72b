"""The program as a whole: its help, what it says to a wrong word, and how an error looks."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.cli.calling import call
from tests.patience import PATIENCE_S

from bongsu import __version__
from bongsu.cli.main import GROUPS, exit_code_of, run

HELP = Path(__file__).with_name("help.txt")
HEAVY = ("boto3", "botocore", "moto", "pydantic", "slack_sdk", "sqlite3", "ssl", "urllib3", "werkzeug", "yaml")
COMMANDS = [name for group in GROUPS.values() for name in group]


def test_the_help_is_word_for_word_the_golden_one() -> None:
    """Else: look at the difference, then `bongsu --help > tests/cli/help.txt`."""
    assert call("--help").out == HELP.read_text("utf-8")
    assert call("--help").code == 0


def test_called_with_nothing_it_shows_its_help() -> None:
    assert call().out == call("--help").out
    assert call().code == 0


def test_the_help_fits_a_terminal_of_100_cells() -> None:
    assert max(map(len, HELP.read_text("utf-8").splitlines())) <= 100


def test_the_version_is_the_packages() -> None:
    assert call("--version").out == f"bongsu {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_shows_its_own_help(name: str) -> None:
    shown = call(name, "--help")
    assert shown.code == 0
    assert shown.out.startswith(f"Usage: bongsu {name} ")
    assert "--help" in shown.out


@pytest.mark.parametrize(("wrong", "meant"), [("chek", "check"), ("rehearsal", "rehearse"), ("verfy", "verify")])
def test_a_misspelt_command_is_told_the_nearest_one(wrong: str, meant: str) -> None:
    called = call(wrong)
    assert called.code == 2
    assert called.err == f"error: no such command '{wrong}'\nhelp: did you mean '{meant}'?\n"
    assert called.out == ""


def test_a_command_like_none_is_told_where_the_list_is() -> None:
    assert call("quux").err == "error: no such command 'quux'\nhelp: bongsu --help lists the commands\n"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("start", "plan.yaml"), "error: the option '--go' is missing"),
        (("check",), "error: the argument 'PLAN' is missing"),
        (("verify", "x", "--loud"), "error: no such option '--loud'"),
        (("check", "no-such-plan.yaml"), "error: no-such-plan.yaml: cannot be read: no such file or directory"),
    ],
)
def test_an_error_is_the_word_error_what_it_is_and_what_to_do_next(words: tuple[str, ...], first: str) -> None:
    called = call(*words)
    lines = called.err.splitlines()
    assert called.code == 2
    assert called.out == ""
    assert lines[0].startswith(first)
    assert any(line.startswith("help: ") for line in lines[1:])
    assert "Traceback" not in called.err


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        (("verify", "x", "--jsn"), "no such option '--jsn'", "did you mean '--json'?"),
        (("start", "x", "--go"), "option '--go' requires an argument", "bongsu start --help shows what it takes"),
        (("check", "a", "b"), "got unexpected extra argument (b)", "bongsu check --help shows what it takes"),
        (
            ("status", "--most", "x"),
            "invalid value for '--most': 'x' is not a whole number",
            "bongsu status --help shows what it takes",
        ),
        (
            ("rehearse", "--seed", "x"),
            "invalid value for '--seed': 'x' is not a whole number",
            "bongsu rehearse --help shows what it takes",
        ),
        (
            ("check", "/"),
            "invalid value for 'PLAN': file '/' is a directory",
            "bongsu check --help shows what it takes",
        ),
        (("resolve", "r", "k"), "the option '--as' is missing", "choose one of accepted, done, not-done, not-sent"),
        (("--frob",), "no such option '--frob'", "bongsu --help shows what it takes"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_call_that_cannot_be_is_told_as_every_other_error(
    words: tuple[str, ...], said: str, hint: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small letters, no full stop, the command's own help; and in Korean no English sentence is left."""
    monkeypatch.setenv("BONGSU_LANG", language)
    called = call(*words)
    assert called.code == 2
    if language == "en":
        assert called.err == f"error: {said}\nhelp: {hint}\n"
    else:
        assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]", called.err)


def test_help_loads_nothing_heavy() -> None:
    """A command's file, and what it needs, is imported when that command is called."""
    code = (
        "import sys; from bongsu.cli.main import run; run(['--help'])\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_a_terminal_gets_colour_unless_it_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words carry the meaning, so nothing is lost without it; https://no-color.org."""
    told = []
    for value, terminal_is in (("", "xterm"), ("1", "xterm"), ("", "dumb")):
        monkeypatch.setenv("NO_COLOR", value)
        monkeypatch.setenv("TERM", terminal_is)
        terminal = Terminal()
        with contextlib.redirect_stderr(terminal):
            run(["chek"])
        told.append(terminal.getvalue())
    assert "\x1b[" in told[0]
    assert told[1] == told[2] == click.unstyle(told[0])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "error: a file cannot be used\n  cause: No space left on device",
        ),
        (
            OSError(errno.EACCES, "Permission denied", "kept"),
            'error: "kept" cannot be used\n  cause: Permission denied',
        ),
        (OSError(errno.EIO, "Input/output error"), "error: bongsu itself failed: OSError"),
    ],
)
def test_what_this_machine_lacks_is_no_mistake_in_the_program(error: OSError, said: str) -> None:
    def fails() -> None:
        raise error

    shown = io.StringIO()
    with contextlib.redirect_stderr(shown):
        assert exit_code_of(fails) == 3
    assert said in shown.getvalue() and "`bongsu status`" in shown.getvalue()
    assert ("Traceback" in shown.getvalue()) == ("itself failed" in said)


def test_who_interrupts_it_while_it_is_loaded_gets_no_trace() -> None:
    program = (
        "import sys\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "from bongsu.cli.entry import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "error: interrupted\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_a_command_ends_it_tidily(number: signal.Signals, tmp_path: Path) -> None:
    """Not by python's or the system's own code, and with whatever it would tidy up behind it."""
    plan = tmp_path / "plan.yaml"
    os.mkfifo(plan)
    process = subprocess.Popen(
        [sys.executable, "-c", "from bongsu.cli.main import main; main()", "check", str(plan)],
        stderr=subprocess.PIPE,
        text=True,
    )
    with process, plan.open("wb"):  # it reads, and nothing comes
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 3
        assert process.stderr is not None
        assert process.stderr.read().strip() == "error: interrupted"


def test_a_mistake_in_the_program_is_unknown_and_never_a_rollback() -> None:
    """Python's own exit code for it would be 1, which says that the cutover was taken back."""
    shown = io.StringIO()
    with contextlib.redirect_stderr(shown):
        assert exit_code_of(lambda: 1 // 0) == 3
    assert "Traceback" in shown.getvalue()
    assert "error: bongsu itself failed: ZeroDivisionError" in shown.getvalue()
    assert "`bongsu status` shows where every run stands" in shown.getvalue()
