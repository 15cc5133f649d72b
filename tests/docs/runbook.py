"""Runs what docs/runbook.md shows and puts the real output in: `python -m tests.docs.runbook` (about three minutes)."""

from __future__ import annotations

import re
import shlex
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.blocks import ROOT, excerpt, with_blocks
from tests.docs.regenerate import PLAN, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNBOOK = ROOT / "docs" / "runbook.md"
PAGED = r"first run|verify +(fail|unknown)|page|pressed|rollback|closed"
STARTED = r"window|baseline +pass|baseline passed|go_request|pressed|approved|start:|rule ENABLED"
RESUMED = r"first run|verify +pass|success|drill|look (1|72) of|watch_summary|closed|goes on"


def days_before(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield what is done before the day."""
    yield "check", desk.call("check", PLAN)
    head, *lines = desk.call("rehearse", "--scenario", "sms-fail", PLAN)
    yield "page", [head, *excerpt(lines, PAGED)]


def world(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the day itself, in front of imitated services."""
    process = desk.begin("sandbox", "--dir", "sandbox")
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("ready: "):
                break
        for line in (desk.folder / "sandbox/env.sh").read_text("utf-8").splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            desk.environment[name] = shlex.split(value)[0]
        yield from the_day(desk)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def the_day(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the commands from the last look at the services to the proof of the evidence."""
    plan = desk.folder / "sandbox/plan.yaml"
    signed = plan.read_text("utf-8")
    plan.write_text(signed.replace("channel: C00000001", "channel: C00000099"), "utf-8")
    yield "refused", desk.call("start", "sandbox/plan.yaml", "--go", "james")
    plan.write_text(signed, "utf-8")
    head, *lines = desk.call("check", "sandbox/plan.yaml", "--online")
    yield "online", [head, *[line for line in lines if re.match(r"ok|error|help|warning|\d+ asked", line)]]
    lines = list(killed(desk, ("start", "sandbox/plan.yaml", "--go", "james"), "rule ENABLED"))
    run = lines[0].split()[0]
    yield "start", ["$ bongsu start sandbox/plan.yaml --go james", *excerpt(lines, STARTED)]
    yield "status", desk.call("status", run)
    head, *lines = desk.call("resume", run)
    yield "resume", [head, *excerpt(lines, RESUMED)]
    yield "evidence", desk.call("evidence", run)
    yield "verify", desk.call("verify", f"evidence/{run}")
    yield "over", desk.call("rollback", run, "--by", "james", "--reason", "too late")


def killed(desk: Desk, words: tuple[str, ...], after: str) -> Iterator[str]:
    """Yield a run's lines; after the one named its process is killed, as a crash does it."""
    run = desk.begin(*words)
    assert run.stdout is not None
    for line in run.stdout:
        yield line.rstrip("\n")
        if after in line:
            run.kill()
    run.wait()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        at = Desk(Path(place))
        fresh = {name: "\n".join(lines) for part in (days_before, world) for name, lines in part(at)}
    RUNBOOK.write_text(with_blocks(RUNBOOK.read_text("utf-8"), fresh), "utf-8")
