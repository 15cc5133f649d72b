"""One kill, or two of one run, and what became of the run; and which kills a sweep is made of."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bongsu.errors import BongsuError
from bongsu.ledger import open_ledger
from bongsu.ledger._port import RunInfo
from tests.crash import guarded, orphaned, served
from tests.crash.days import DAYS, GUARDED, Day
from tests.crash.laws import broken
from tests.crash.points import Trap
from tests.crash.program import begin, go_on, where
from tests.crash.starved import starved
from tests.crash.stores import SQLITE, kept
from tests.crash.worlds import Died, TookTooLong, cleared, ended, forked, world
from tests.rehearsal.world import Ended, Run

KILLED = -signal.SIGKILL
NOT_OPENED = "error: the run was not opened"
TRIES = 3
AGAIN_MOST = 12
"""A second kill hits one of so many points after a resumption: its admission of doubt, and what it does first."""


@dataclass(frozen=True)
class Kill:
    """On which day a run is killed, and where; with a second point its resumption is killed as well."""

    day: str
    at: str
    then: str = ""
    store: str = SQLITE

    def __str__(self) -> str:
        again = f" --then {self.then!r}" if self.then else ""
        store = f" --store {self.store}" if self.store != SQLITE else ""
        return f"--day {self.day} --at {self.at!r}{again}{store}"


@dataclass(frozen=True)
class Told:
    """What came of a kill: how often the run really was killed, and the laws that it broke."""

    kill: Kill
    struck: int
    broken: Sequence[str]
    wall_s: float
    points: Sequence[str] = field(default_factory=tuple)
    starved: str = ""
    """Why it says nothing: what the machine left for it was too little for the world that it is in."""


@dataclass(frozen=True)
class Place:
    """Where the processes of one kill leave what they leave."""

    folder: Path
    plan: Path
    state: str

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    def newest(self) -> RunInfo | None:
        """The run with a line in it, as the ledger on the disk knows it; None when none was opened."""
        ledger = open_ledger(where(self.state))
        try:
            return next((run for run in ledger.runs() if run.head.seq), None)
        finally:
            ledger.close()

    def die(self, trap: Trap, run: RunInfo | None, log: str) -> Died:
        """Have a run's process come to a trap, or to its end."""
        if run is None:
            return self._process(lambda: begin(self.plan, self.state, trap), log)
        return self._process(lambda: go_on(run.run_id, self.plan.parent, self.state, trap), log)

    def bongsu(self, *args: object, log: str) -> Died:
        """Run the program itself to its end."""

        def do() -> int:
            from bongsu.cli.main import run

            return run([str(arg) for arg in args])

        return self._process(do, log)

    def _process(self, do, log: str) -> Died:
        path = self.folder / log
        return ended(forked(do, cwd=self.folder, log=path), path)


def carried_out(kill: Kill, folder: Path, *, keep: bool = False) -> Told:
    """Kill as told in a world of its own, go on as a person would, and hold what became of it against the laws."""
    began = time.monotonic()
    environment = dict(os.environ)
    cleared(folder)
    try:
        # What no ledger holds stays in the kill's folder too.
        os.environ["XDG_STATE_HOME"] = str(folder / "local")
        with kept(kill.store, folder) as state:
            try:
                struck, found = STORIES.get(kill.day, _cut_over)(kill, folder, state)
            except (TookTooLong, BongsuError) as error:
                struck, found = 1, [str(error)]
        points = (folder / "points").read_text("utf-8").splitlines() if (folder / "points").exists() else ()
        why = _too_little(kill, folder / "world", found)
        return Told(kill, struck, [] if why else found, time.monotonic() - began, points, why)
    finally:
        os.environ.clear()
        os.environ.update(environment)
        if not keep:
            cleared(folder)


def patiently(kill: Kill, folder: Path, *, keep: bool = False, carry_out: Callable[..., Told] = carried_out) -> Told:
    """Carry a kill out, and again when the machine left it too little: mostly that passes."""
    for _ in range(TRIES - 1):
        told = carry_out(kill, folder, keep=keep)
        if not told.starved:
            return told
    return carry_out(kill, folder, keep=keep)


def _too_little(kill: Kill, place: Path, found: Sequence[str]) -> str:
    """Return why what was found says nothing; empty when it does, or when nothing was."""
    if not found:
        return ""
    if NOT_OPENED in found[0]:
        return f"a service did not answer before the run was opened: {found[0]}"
    return (
        starved(place, {**DAYS, GUARDED.name: GUARDED, orphaned.ORPHANED.name: orphaned.ORPHANED}[kill.day])
        if kill.day != served.SERVED
        else ""
    )


def _cut_over(kill: Kill, folder: Path, state: str) -> tuple[int, list[str]]:
    day = DAYS[kill.day]
    with world(day, folder / "world") as plan:
        place = Place(folder, plan, state)
        struck, problem = _killed(kill, place)
        return struck, [problem] if problem else _gone_on(place, day)


def _traps(kill: Kill, folder: Path) -> list[Trap]:
    folder.mkdir(parents=True)
    points = [point for point in (kill.at, kill.then) if point]
    return [Trap(at, trace=None if number else folder / "points") for number, at in enumerate(points)]


def _served(kill: Kill, folder: Path, state: str) -> tuple[int, list[str]]:
    return served.killed(_traps(kill, folder), folder / "desk", state, Place(folder, folder, state).bongsu)


def _guarded(kill: Kill, folder: Path, state: str) -> tuple[int, list[str]]:
    return guarded.killed(_traps(kill, folder), folder, state, Place(folder, folder, state).bongsu)


def _orphaned(kill: Kill, folder: Path, state: str) -> tuple[int, list[str]]:
    return orphaned.killed(_traps(kill, folder), folder, state, Place(folder, folder, state).bongsu)


STORIES = {GUARDED.name: _guarded, served.SERVED: _served, orphaned.ORPHANED.name: _orphaned}
"""What is killed, where that is not a cutover's own process."""
EVERY = (*DAYS, *STORIES)


def _killed(kill: Kill, place: Place) -> tuple[int, str]:
    """Return how often the run was killed, and what went wrong before anything could be looked at."""
    struck, run = 0, None
    for number, at in enumerate(point for point in (kill.at, kill.then) if point):
        trap = Trap(at, trace=place.folder / "points" if number == 0 else None)
        died = place.die(trap, run, f"killed-{number + 1}.log")
        if died.code not in (KILLED, day_code(kill)):
            return struck, f"the process that was to be killed ended with {died.code}: {died.said[-600:]}"
        if died.code != KILLED:
            break
        struck += 1
        run = place.newest()
        if run is not None and run.closed:
            break
    return struck, ""


def day_code(kill: Kill) -> int:
    """The exit code with which a run of that day ends when nothing kills it."""
    return DAYS[kill.day].exit_code


def _gone_on(place: Place, day: Day) -> list[str]:
    """Do what a person does about a run that is not there any more, and return the laws that are broken then."""
    run = place.newest()
    where = ("--state", place.state, "--out", place.evidence)
    if run is None:
        died = place.bongsu("start", place.plan, "--go", "james", *where, log="on.log")
    else:
        died = place.bongsu("evidence" if run.closed else "resume", run.run_id, *where, log="on.log")
    if not (place.evidence / "report.json").exists():
        return [f"exit code {died.code} and no evidence: {died.said[-600:]}"]
    # What a closed run needs is its evidence, and to have that written is no failure whatever the run came to.
    code = day.exit_code if run is not None and run.closed and died.code == 0 else died.code
    told = Run(Ended(code, "", died.said), place.plan, place.plan.parent, Path(), place.evidence)
    found = broken(told, day)
    proven = place.bongsu("verify", place.evidence, log="verify.log")
    return found if proven.code == 0 else [*found, f"verify says {proven.code}: {proven.said[-600:]}"]


def points_of(day: str, folder: Path, store: str = SQLITE) -> tuple[Sequence[str], Told]:
    """Return every point that a run of that day comes to, in the order in which it does."""
    told = patiently(Kill(day, "nowhere", store=store), folder)
    return told.points, told


def singles(day: str, points: Sequence[str], store: str = SQLITE) -> list[Kill]:
    """One kill at each point."""
    return [Kill(day, point, store=store) for point in points]


def doubles(day: str, points: Sequence[str], store: str = SQLITE) -> list[Kill]:
    """A second kill after each kill round a call that changes something, and after every tenth of the others."""
    calls = [point for point in points if " send " in f"{point} " or " switch " in f"{point} "]
    calls = [point for point in calls if " append " not in point]
    others = [point for point in points if point not in calls][::10]
    return [Kill(day, point, f"#{1 + number % AGAIN_MOST}", store) for number, point in enumerate([*calls, *others])]
