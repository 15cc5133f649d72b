"""A run whose process has died and whose guard is killed as well: whoever starts the guard again has it go on.

The run is killed with the rule on. Its guard notices, pages and puts the rule back, and is killed on the way; then the
run is resumed, and finds out.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bongsu.cli.place import own_state
from bongsu.cli.scenarios import GUARD
from bongsu.ledger import open_ledger
from bongsu.ledger._port import RunInfo
from bongsu.planfile import load
from bongsu.run.wiring import open_clock
from tests.crash import program
from tests.crash.days import GUARDED
from tests.crash.laws import broken
from tests.crash.points import Trap
from tests.crash.worlds import (
    LOOK_EVERY_S,
    WITHIN_S,
    Died,
    TookTooLong,
    ended,
    forked,
    killed_for_good,
    over_within,
    world,
)
from tests.ports.held_ports import free_port
from tests.rehearsal.world import Ended, Entry, Run

DIES_AT = "after append phase_entered verifying"
"""Where the run's own process dies: the rule is on, its guard has heard of that, and nobody of a success."""
STEP = timedelta(seconds=1)
CLOSES = 0.5
"""So many seconds of this machine a guard has for ending by itself once its run is over."""


class Both(Run):
    """A run's witnesses and its guard's: what either of them said and did is in one of their ledgers."""

    @cached_property
    def guards(self) -> list[Run]:
        return [
            Run(self.ended, self.plan, self.world, self.state, one)
            for one in sorted(self.evidence.parent.glob("guard-run-*"))
        ]

    @cached_property
    def lines(self) -> list[Entry]:
        own = Run(self.ended, self.plan, self.world, self.state, self.evidence)
        return [line for one in (*self.guards, own) for line in one.lines]

    @cached_property
    def report(self) -> Entry:
        own = Run(self.ended, self.plan, self.world, self.state, self.evidence).report
        reports = [*(one.report for one in self.guards), own]
        return {
            "presses": own["presses"],
            **{name: [row for one in reports for row in one[name]] for name in ("not_proven", "notifications")},
        }


@dataclass
class Post:
    """Where a guard stands, and whoever starts it again when it has died."""

    folder: Path
    plan: Path
    state: str
    traps: list[Trap]
    """Those of the guards that are killed, the first one's first."""
    guard: int = 0
    started: int = 0
    struck: int = 0

    @property
    def log(self) -> Path:
        return self.folder / f"guard-{self.started}.log"

    @property
    def own(self) -> Path:
        return own_state(program.where(self.state))

    def begin(self) -> None:
        """Have a guard stand by: those with a trap first, later the program itself."""
        self.started += 1
        trap = self.traps.pop(0) if self.traps else None

        def do() -> int:
            if trap is not None:
                return program.guard(self.plan, self.state, trap)
            from bongsu.cli.main import run

            return run(["guard", str(self.plan), "--state", self.state, "--out", str(self.folder / "guards")])

        self.guard = forked(do, cwd=self.folder, log=self.log)
        end = time.monotonic() + WITHIN_S
        while "stands by" not in (self.log.read_text("utf-8", "replace") if self.log.exists() else ""):
            if over_within(self.guard, LOOK_EVERY_S):
                return
            if time.monotonic() > end:
                raise TookTooLong("the guard does not stand by")

    def look(self) -> None:
        """Start the guard again if it has been killed."""
        if not over_within(self.guard, LOOK_EVERY_S):
            return
        over, self.guard = self.guard, 0
        died = ended(over, self.log)
        self.struck += died.code == -signal.SIGKILL
        self.begin()

    def beside(self, process: int, log: Path, *, pauses: bool = False) -> Died:
        """Return how a process ended; with `pauses` it stands still until a guard that was killed stands by again."""
        end = time.monotonic() + WITHIN_S
        while not over_within(process, LOOK_EVERY_S):
            if over_within(self.guard, 0):
                if pauses:
                    os.kill(process, signal.SIGSTOP)
                self.look()
                os.kill(process, signal.SIGCONT)
            if time.monotonic() > end:
                os.kill(process, signal.SIGKILL)
                raise TookTooLong(f"a process does not end in {WITHIN_S} s: {ended(process, log).said[-2000:]}")
        return ended(process, log)

    def end(self) -> None:
        """End the guard that stands by; one that has heard of the end of its run ends by itself."""
        if not over_within(self.guard, CLOSES):
            os.kill(self.guard, signal.SIGTERM)
        self.struck += ended(self.guard, self.log).code == -signal.SIGKILL
        self.guard = 0

    def runs(self) -> list[RunInfo]:
        """The guard's own runs, of which a line was written."""
        with closing(open_ledger(self.own)) as ledger:
            return [run for run in ledger.runs() if run.head.seq]


def killed(traps: list[Trap], folder: Path, state: str, call: Callable[..., Died]) -> tuple[int, list[str]]:
    """Kill the guards of one run as told; return how often that was, and the laws that are broken then."""
    guard: Mapping[str, Any] = {**GUARD, "address": f"http://127.0.0.1:{free_port()}"}
    with world(GUARDED, folder / "world", guard=guard) as plan:
        post = Post(folder, plan, state, traps)
        try:
            return _killed(post, call)
        finally:
            killed_for_good(post.guard, post.log)


def _killed(post: Post, call: Callable[..., Died]) -> tuple[int, list[str]]:
    folder, plan, state = post.folder, post.plan, post.state
    post.begin()
    log = folder / "run.log"
    run = forked(lambda: program.begin(plan, state, Trap(DIES_AT)), cwd=folder, log=log)
    died = post.beside(run, log, pauses=True)
    if died.code != -signal.SIGKILL:
        return post.struck, [f"the run was to die and ended with {died.code}: {died.said[-600:]}"]
    until_guarded(post)
    (found,) = runs_of(state)
    out, log = folder / "evidence", folder / "on.log"
    words = ["resume", found.run_id, "--state", state, "--out", str(out)]
    died = post.beside(forked(lambda: _called(words), cwd=folder, log=log), log)
    post.end()
    return post.struck, [*_broken(post, Ended(died.code, "", died.said), out, call)]


def _called(words: list[str]) -> int:
    from bongsu.cli.main import run

    return run(words)


def runs_of(state: str) -> list[RunInfo]:
    """Return the runs of which a line was written, newest first."""
    with closing(open_ledger(program.where(state))) as ledger:
        return [run for run in ledger.runs() if run.head.seq]


def until_guarded(post: Post) -> None:
    """Let the rehearsal's time go on, in the dead run's place, until its guard has closed a run of its own."""
    end = time.monotonic() + WITHIN_S
    with closing(open_clock(load(post.plan))) as clock:
        while not any(run.closed for run in post.runs()):
            clock.wait(clock.now() + STEP, SimpleQueue(), idle=True)
            post.look()
            if time.monotonic() > end:
                raise TookTooLong(f"the guard does not act: {post.log.read_text('utf-8', 'replace')[-2000:]}")
        post.look()


def _broken(post: Post, resumed: Ended, out: Path, call: Callable[..., Died]) -> list[str]:
    if not (out / "report.json").exists():
        return [f"exit code {resumed.code} and no evidence: {resumed.err[-600:]}"]
    _, found = proven(post, out, call)
    return [*found, *broken(Both(resumed, post.plan, post.plan.parent, post.own, out), GUARDED)]


def proven(post: Post, out: Path, call: Callable[..., Died]) -> tuple[list[Path], list[str]]:
    """Write the evidence of the guard's own runs beside the run's; return all folders, and which do not verify."""
    found, folders = [], [out]
    for number, run in enumerate(reversed(post.runs())):
        folders.append(post.folder / f"guard-run-{number}")
        call("evidence", run.run_id, "--state", post.own, "--out", folders[-1], log="proof.log")
    for folder in folders:
        told = call("verify", folder, log="proof.log")
        found += [] if told.code == 0 else [f"verify {folder.name} says {told.code}: {told.said[-600:]}"]
    return folders, found
