"""Runs what README.md shows and puts the real output in: `python -m tests.docs.regenerate`.

With `--check` nothing is written: it ends with 1 when a block no longer has the shape of what the program prints.
It takes about a minute: one whole rehearsal, and a run against `bongsu sandbox` that is left after its first lines.
"""

from __future__ import annotations

import argparse
import difflib
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.blocks import README, ROOT, blocks, excerpt, shape, with_blocks
from tests.docs.picture import PICTURE, standing_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = "import sys; from bongsu.cli.main import main; main(sys.argv[1:])"
PLAN = "plans/naver-sms.yaml"
REHEARSAL = (
    r"window|approved|enable |first run|verify +pass  (sms_del|state_w)|success: alerts|drill +pass"
    r"|look (1|72) of|closed"
)
STARTED = r"window|baseline +pass  (parity|identity|alarms)|baseline passed|approved|rule ENABLED|^open |goes on"
STARTED_ENOUGH = "rule ENABLED"
RESUMED = r"first run|verify +pass  sms_del|^open |goes on"
DRILLED = r"captain|drill to|pressed|drill  |drill_result: |closed"
WAYS_TO_ON_CALL = 2
RESUMED_ENOUGH = "sms_delivery: "
AUDITED = """# Drill, 2025-10-22

**Time sent:** 2025-10-22 14:20:00 KST

```
Escalation drill
- On-call engineer: acknowledged at 14:20:15 KST
- SMS sent: 17/20 (100%)
```
"""
MISSPELT = ("kind: error_rate, at_most: 0%", "kind: eror_rate, at_most: 0%")


class Desk:
    """A folder in which the commands are called as the README has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drawn = ""
        self.environment = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
        self.environment |= {"BONGSU_STATE": "state", "NO_COLOR": "1", "COLUMNS": "80"}
        (folder / "plans").symlink_to(ROOT / "plans")

    def call(self, *words: str) -> list[str]:
        """Return the command behind its prompt and every line that it prints."""
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return [f"$ bongsu {shlex.join(words)}", *done.stdout.rstrip("\n").splitlines()]

    def take(self, path: str) -> None:
        """Take a file's variables into the environment of every later command."""
        for line in (self.folder / path).read_text("utf-8").splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = shlex.split(value)[0]

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start a command that goes on until it is told to end."""
        return subprocess.Popen(
            [sys.executable, "-u", "-c", PROGRAM, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def quick(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the blocks that take no time: they are compared word for word by a test."""
    yield "help", desk.call("--help")
    yield "check", desk.call("check", PLAN)
    text = (desk.folder / PLAN).read_text("utf-8")
    assert text.count(MISSPELT[0]) == 1
    (desk.folder / "misspelt.yaml").write_text(text.replace(*MISSPELT), "utf-8")
    yield "error", desk.call("check", "misspelt.yaml")
    (desk.folder / "cutover-log.md").write_text(AUDITED, "utf-8")
    yield "audit", desk.call("audit", "cutover-log.md")
    yield "preview", desk.call("preview", PLAN, "drill", "--channel", "ops_chat")


def slow(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the blocks that need a run."""
    head, *lines = desk.call("rehearse")
    yield "rehearse", [head, *excerpt(lines[1:], REHEARSAL)]
    yield "status", desk.call("status")
    run = next((desk.folder / "evidence").iterdir()).name
    desk.drawn = standing_alone((desk.folder / "evidence" / run / "report.html").read_text("utf-8"))
    yield "evidence", desk.call("evidence", run)
    yield "verify", desk.call("verify", f"evidence/{run}")
    yield from by_hand(desk)


def by_hand(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield what `bongsu sandbox` shows, and a `start` against it that Ctrl-C leaves."""
    world = desk.begin("sandbox", "--dir", "sandbox")
    assert world.stdout is not None
    try:
        lines = []
        for line in world.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("ready: "):
                break
        yield "sandbox", ["$ bongsu sandbox", *lines]
        desk.take("sandbox/env.sh")
        yield from one_run(desk)
        lines = desk.call("drill", "sandbox/plan.yaml", "--by", "james")
        yield "drill", [lines[0], *excerpt(lines[1:], DRILLED)]
    finally:
        world.send_signal(signal.SIGINT)
        world.wait()
    yield from at_night(desk)


def at_night(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield a page that waits for somebody who is played, and that person's word on the command line."""
    world = desk.begin("sandbox", "--dir", "night", "--play", "on_call", "--pace", "jump")
    assert world.stdout is not None
    try:
        next(line for line in world.stdout if line.startswith("ready: "))
        desk.take("night/env.sh")
        words = ("page", "night/plan.yaml", "--summary", "the disk of db-1 is full", "--dedup", "db-1-disk")
        page = desk.begin(*words)
        assert page.stdout is not None
        lines = []
        for line in page.stdout:
            lines.append(line.rstrip("\n"))
            if sum("page to on_call" in one for one in lines) == WAYS_TO_ON_CALL:
                break
        yield "ack", desk.call("ack", lines[0].split()[0], "--by", "on_call")
        lines += [line.rstrip("\n") for line in page.stdout]
        page.wait()
        yield "page", [f"$ bongsu {shlex.join(words)}", *lines]
    finally:
        world.send_signal(signal.SIGINT)
        world.wait()


def one_run(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield a run that is begun, left, held, taken up, left again and taken back, command by command."""
    words = ("start", "sandbox/plan.yaml", "--go", "james")
    lines = list(until_left(desk.begin(*words), STARTED_ENOUGH))
    yield "start", [f"$ . sandbox/env.sh && bongsu {shlex.join(words)}", *excerpt(lines, STARTED)]
    run = lines[0].split()[0]
    yield "hold", desk.call("hold", run, "--by", "james", "--reason", "the shop asks to wait")
    yield "status_run", desk.call("status", run)
    words = ("resume", run, "--go-on", "--by", "james")
    lines = list(until_left(desk.begin(*words), RESUMED_ENOUGH))
    yield "resume", [f"$ bongsu {shlex.join(words)}", *excerpt(lines, RESUMED)]
    yield "rollback", desk.call("rollback", run, "--by", "on_call", "--reason", "two customers call")
    yield "resolve", desk.call("resolve", run, "start//ops_chat", "--as", "accepted", "--by", "james")


def until_left(run: subprocess.Popen[str], enough: str) -> Iterator[str]:
    """Yield a run's lines; after the one that is enough it is left, as Ctrl-C leaves it."""
    assert run.stdout is not None
    for line in run.stdout:
        yield line.rstrip("\n")
        if enough in line:
            run.send_signal(signal.SIGINT)
    run.wait()


def main() -> int:
    """Write README.md, or with `--check` compare it; 1 when it differs in shape."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="write nothing; compare shapes")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        fresh = {name: "\n".join(lines) for name, lines in [*quick(desk), *slow(desk)]}
    text = README.read_text("utf-8")
    if not asked.check:
        README.write_text(with_blocks(text, fresh), "utf-8")
        PICTURE.write_text(desk.drawn, "utf-8")
        return 0
    there = blocks(text)
    differences = [
        line
        for name in fresh
        for line in difflib.unified_diff(shape(there.get(name, "")), shape(fresh[name]), name, name)
    ]
    sys.stdout.write("\n".join(differences) + "\n" if differences else "README.md has the shape of what is printed\n")
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
