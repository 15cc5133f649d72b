"""Runs what docs/tutorial.md shows and puts the real output in: `python -m tests.docs.tutorial` (half a minute)."""

from __future__ import annotations

import json
import secrets
import shlex
import signal
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.blocks import ROOT, excerpt, with_blocks
from tests.docs.plans_in_docs import examples
from tests.docs.regenerate import Desk

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

TUTORIAL = ROOT / "docs" / "tutorial.md"
REHEARSED = (
    r"played|window|baseline passed|no approval|start: terminal|rule ENABLED|first run|verify +|success: |closed"
)
NO_REMINDERS = ("--summary", "no reminders were sent tonight", "--dedup", "reminders")
WAYS = {"drill to": 3, "page to": 2}
"""By how many messages the people of the night's plan are asked."""
SENT = {"summary": "no reminders were sent tonight", "key": "reminders"}


def desk_with_plan(folder: Path) -> Desk:
    """Return a desk at which the reader's own plans lie."""
    desk = Desk(folder)
    (folder / "plans").unlink()
    (folder / "plans").mkdir()
    for mark, name, text in examples(TUTORIAL):
        if mark == "plan":
            (folder / "plans" / f"{name}.yaml").write_text(text, "utf-8")
    return desk


def quick(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the blocks that take no time: they are compared word for word by a test."""
    yield "scenarios", desk.call("rehearse", "--list-scenarios")
    yield "check", desk.call("check", "plans/own.yaml")
    yield "night", desk.call("check", "plans/night.yaml")


def rehearsed(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield the rehearsal of the reader's own plan."""
    head, *lines = desk.call("rehearse", "plans/own.yaml")
    yield "rehearse", [head, *excerpt(lines, REHEARSED)]


def paged(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield a drill, a page and an alarm, each with the word by which it ends."""
    words = ("sandbox", "plans/night.yaml", "--dir", "night", "--play", "jun", "--pace", "jump")
    with _until_ctrl_c(desk.begin(*words), "ready: "):
        desk.take("night/env.sh")
        drill = _Asked(desk, "drill to", "drill", "night/plan.yaml", "--by", "mina")
        yield "ack_drill", desk.call("ack", drill.run, "--by", "jun")
        yield "drill", drill.whole(f"$ . night/env.sh && {drill.typed}")
        page = _Asked(desk, "page to", "page", "night/plan.yaml", *NO_REMINDERS)
        yield "again", desk.call("page", "night/plan.yaml", *NO_REMINDERS)
        yield "ack", desk.call("ack", page.run, "--by", "jun")
        yield "page", page.whole(f"$ {page.typed}")
        yield from served(desk)


def served(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """Yield what a worker says, an alarm and its answer, and the word that takes the page."""
    plan = (desk.folder / "night" / "plan.yaml").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in plan if not line.startswith("clock:")]
    (desk.folder / "night" / "alarms.yaml").write_text("".join(kept), "utf-8")
    desk.environment["BONGSU_INTAKE_TOKEN"] = token = secrets.token_urlsafe(32)
    with _until_ctrl_c(desk.begin("serve", "night/alarms.yaml"), "alerts: answers come in") as lines:
        yield "serve", ["$ bongsu serve night/alarms.yaml", *lines]
        asked = urllib.request.Request("http://127.0.0.1:8700/alarms/alarms", json.dumps(SENT).encode())
        asked.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(asked) as answered:
            answer = answered.read().decode()
        header, address = "Authorization: Bearer $BONGSU_INTAKE_TOKEN", asked.full_url
        yield "alarm", [f"$ curl -H \"{header}\" -d '{json.dumps(SENT)}' {address}", answer]
        yield "ack_alarm", desk.call("ack", json.loads(answer)["run"], "--by", "jun")


class _Asked:
    """A command that asks people, read as far as everybody has been asked."""

    def __init__(self, desk: Desk, asks: str, *words: str) -> None:
        self.typed = f"bongsu {shlex.join(words)}"
        self._process = desk.begin(*words)
        self._lines = list(_as_far_as(self._process, asks, WAYS[asks]))
        self.run = self._lines[0].split()[0]

    def whole(self, prompt: str) -> list[str]:
        """Return the prompt and every line, up to the command's own end."""
        assert self._process.stdout is not None
        rest = [line.rstrip("\n") for line in self._process.stdout]
        self._process.wait()
        return [prompt, *self._lines, *rest]


def _as_far_as(process: subprocess.Popen[str], text: str, times: int = 1) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.rstrip("\n")
        times -= text in line
        if not times:
            return


@contextmanager
def _until_ctrl_c(process: subprocess.Popen[str], ready: str) -> Iterator[list[str]]:
    """Give the lines up to the one that says it is ready; end the process afterwards."""
    try:
        yield list(_as_far_as(process, ready))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        at = desk_with_plan(Path(place))
        fresh = {name: "\n".join(lines) for name, lines in [*quick(at), *rehearsed(at), *paged(at)]}
    TUTORIAL.write_text(with_blocks(TUTORIAL.read_text("utf-8"), fresh), "utf-8")
