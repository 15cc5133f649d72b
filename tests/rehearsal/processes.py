"""Real processes of one world: a run, its guard, and what they leave behind."""

from __future__ import annotations

import subprocess
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml
from tests.cli.calling import call
from tests.rehearsal.conftest import ON_CALL_PHONE
from tests.rehearsal.world import PROGRAM, RULE, WALL_MAX_S, Ended, Run, environment, short_plan

from bongsu.core.events import Observed, Phase, PhaseEntered
from bongsu.ledger import open_ledger
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOOK_EVERY_S = 0.02
WATCH = "{for: 20m, every: 20m, checks: [error_rate, duration, sms_delivery], report_every: 20m}"
GUARD = """
guard:
  address: http://127.0.0.1:1
  key: env:BONGSU_GUARD_KEY
  every: {every}
  silent_after: {silent_after}
  then: restore
  policy: critical
"""


def guarded_plan(folder: Path, every: str, silent_after: str) -> Path:
    """The short plan with a guard on this machine."""
    path = short_plan(folder, watch=WATCH)
    path.write_text(path.read_text("utf-8") + GUARD.format(every=every, silent_after=silent_after), "utf-8")
    return path


def until(true: Callable[[], bool], *processes: subprocess.Popen[bytes]) -> None:
    """Wait until something holds, as long as these processes run."""
    end = monotonic() + WALL_MAX_S
    waits = threading.Event()
    while not true():
        assert monotonic() < end, "it does not come to that"
        assert all(one.poll() is None for one in processes), "a process has ended before"
        waits.wait(LOOK_EVERY_S)


@dataclass
class Place:
    """A world with a run and its guard in it, each a process of its own."""

    folder: Path
    variables: dict[str, str]
    database: str = ""
    """Where the run is kept, when that is not a folder."""

    @property
    def plan(self) -> Path:
        return self.folder / "world" / "plan.yaml"

    @property
    def address(self) -> int:
        """The port at which the plan has its guard."""
        return urlsplit(yaml.safe_load(self.plan.read_text("utf-8"))["guard"]["address"]).port or 0

    @contextmanager
    def process(self, *args: object, out: str, state: str = "state") -> Iterator[subprocess.Popen[bytes]]:
        """Start a command of the program; what it says goes into a file."""
        kept = self.database or str(self.folder / state)
        command = [*PROGRAM, *map(str, args), "--state", kept, "--out", str(self.folder / out)]
        env = environment(**self.variables, ON_CALL_PHONE=ON_CALL_PHONE)
        with (self.folder / f"{args[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def guard(self, *options: object, state: str = "state") -> Iterator[subprocess.Popen[bytes]]:
        """A guard that stands by."""
        with self.process("guard", self.plan, *options, out="guards", state=state) as process:
            until(lambda: b"stands by" in (self.folder / "guard.log").read_bytes(), process)
            yield process

    def run(self) -> Any:
        """The run, begun."""
        return self.process("start", self.plan, "--go", "james", out="evidence")

    def events(self, *, guards: bool, state: str = "state") -> list[Any]:
        """What stands in the newest ledger of the run, or of its guard, now."""
        folder = self.folder / state
        with closing(open_ledger(folder / "guard" if guards else self.database or folder)) as ledger:
            runs = [info.run_id for info in ledger.runs() if info.run_id.startswith("guard-") is guards]
            return [decode(row.line).event for row in ledger.rows(runs[-1])] if runs else []

    def stands_at(self, phase: Phase) -> bool:
        """Whether the run has come to a phase."""
        return any(isinstance(one, PhaseEntered) and one.phase is phase for one in self.events(guards=False))

    def is_off(self) -> bool:
        """Whether the guard has read the rule back as off."""
        return any(
            isinstance(one, Observed) and one.key == "rollback/target_rule" and one.values["state"] == "DISABLED"
            for one in self.events(guards=True)
        )

    def evidence(self, name: str = "evidence") -> Run:
        """What the run, or a guard's run, left behind."""
        called = call("verify", self.folder / name)
        return Run(
            Ended(called.code, called.out, called.err),
            self.plan,
            self.folder / "world",
            self.folder / "state",
            self.folder / name,
        )

    def guards(self) -> list[Run]:
        """What each run of the guard left behind, oldest first."""
        names = sorted((self.folder / "guards").iterdir(), key=lambda one: (len(one.name), one.name))
        return [self.evidence(f"guards/{one.name}") for one in names]


def no_success_over_a_target_that_is_off(run: Run) -> None:
    """Enabled once, off at the end, and nobody was told of a success."""
    assert len(run.recorded("aws", "events.EnableRule")) == 1
    assert run.recorded("events", "rule_state", rule=RULE)[-1]["state"] == "DISABLED"
    assert not run.posts("success")
