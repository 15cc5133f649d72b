"""What the commands that drive a run share: show its lines, write its evidence, return its exit code."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bongsu.cli.errors import show_error
from bongsu.cli.leaving import BySignal
from bongsu.cli.lines import put
from bongsu.cli.naming import runs_at
from bongsu.cli.outcome import tell
from bongsu.cli.place import local_folder
from bongsu.cli.progress import Progress
from bongsu.cli.proving import load_signed, write
from bongsu.cli.speech import say
from bongsu.cli.standing import ROLLBACK_FAILED, coloured, to_do, ways_on
from bongsu.errors import BongsuError, RunNotFound, UsageError
from bongsu.ledger import open_ledger
from bongsu.ledger.blobs import content_of
from bongsu.ledger.codec import decode
from bongsu.ledger.snapshots import state_of
from bongsu.run.start import Opening, Place, Started, folder_of, kind_of, resume, start

if TYPE_CHECKING:
    from bongsu.cli.place import State
    from bongsu.core.events import Order
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger

WORLD_ENDED = "the run has ended here: its imitated services go with this command; `bongsu rehearse` begins another"
LEFT_TO_DO = 3
"""The exit code of a run that passed and whose evidence still has to be written."""
ENDS = {
    0: "closed: pass",
    1: "closed: fail",
    4: "closed: rollback failed",
    6: "closed: no-go",
}


def run_plan(
    plan: Plan, plan_path: Path, opening: Opening, *, state: State, out: Path | None, goes_on: bool = True
) -> int:
    """Run the plan, write its evidence folder, and return the documented exit code.

    `goes_on`: whether a run that is left can be gone on with; not when its world ends with this command.
    """
    _must_be_free(out)
    ledger = open_ledger(state)
    try:
        place = Place(
            plan=plan,
            folder=plan_path.parent,
            ledger=ledger,
            state=local_folder(state),
            watcher=lambda run_id: Progress(plan, run_id),
            leaving=BySignal(),
        )
        return _finish(ledger, start(place, plan_path.read_bytes(), opening), out, goes_on=goes_on)
    finally:
        ledger.close()


def resume_run(
    run_id: str,
    *,
    state: State,
    out: Path | None,
    folder: Path | None = None,
    order: Order | None = None,
    by: str = "",
    reason: str = "",
    goes_on: bool = True,
) -> int:
    """Go on with a run, write its evidence folder, and return the documented exit code; `goes_on` as in `run_plan`."""
    with runs_at(state, run_id) as ledger:
        plan = plan_of(ledger, run_id)
        place = Place(
            plan=plan,
            folder=folder or folder_of(local_folder(state), run_id) or Path(),
            ledger=ledger,
            state=local_folder(state),
            watcher=lambda name: Progress(plan, name),
            leaving=BySignal(),
        )
        return _finish(ledger, resume(place, run_id, order=order, by=by, reason=reason), out, goes_on=goes_on)


def plan_of(ledger: Ledger, run_id: str) -> Plan:
    """Return the plan that a run was opened with; RunNotFound when there is no such run."""
    first = next(iter(ledger.rows(run_id)), None)
    if first is None:
        raise RunNotFound(f'there is no run "{run_id}" in "{ledger.place}"')
    return load_signed(content_of(ledger.blob(decode(first.line).blobs["plan"])))


def must_be_writable(out: Path) -> None:
    """Refuse, before a minute is spent on it, a folder for evidence that cannot be made."""
    there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(
            f'the evidence could not be written to "{out}"',
            cause=os.strerror(errno.EACCES if there.is_dir() else errno.ENOTDIR),
            hint="name a folder that you may write with `--out`",
        )


def _must_be_free(out: Path | None) -> None:
    """Refuse, before anything is done, a folder that cannot become the evidence of a new run."""
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{str(out)!r} is there already and is not empty", hint="name another folder with `--out`")


def _finish(ledger: Ledger, started: Started, out: Path | None, *, goes_on: bool = True) -> int:
    kind = kind_of(ledger, started.run_id)
    ways = ways_on(started.run_id, kind, held=started.held) if goes_on else say(WORLD_ENDED)
    if started.at_once:
        put(say("left at once: what was under way is in doubt; the evidence was not written"), hang=2, err=True)
        put(ways, hang=2, err=True)
        return tell(ledger, started.run_id, "", code=started.exit_code)
    folder = out or Path("evidence") / started.run_id
    # The run has ended or was left, and its exit code says how: what is missing is said beside it.
    again = f"`bongsu evidence {started.run_id} --out DIR` writes it again; the run itself is in the ledger"
    try:
        write(ledger, started.run_id, folder)
    except UsageError as error:
        show_error(BongsuError(error.text, cause=error.cause, hint=again))
        return tell(ledger, started.run_id, "", code=started.exit_code or LEFT_TO_DO)
    except KeyboardInterrupt:
        show_error(BongsuError("interrupted while the evidence was written", hint=again))
        return tell(ledger, started.run_id, "", code=started.exit_code or LEFT_TO_DO)
    head = ledger.head(started.run_id)
    word = ENDS.get(started.exit_code, "ended") if started.closed else "open"
    newest = say("{} events, newest link {}", head.seq, head.short)
    said = coloured(say(word), started.exit_code if started.closed else None)
    said = f"{said}   {folder}/report.html   {newest}"
    tell(ledger, started.run_id, said, code=started.exit_code, evidence=folder)
    _say_what_is_left(ledger, started)
    if not started.closed:
        put(ways, hang=2, err=True)
    return started.exit_code


def _say_what_is_left(ledger: Ledger, started: Started) -> None:
    """Say what somebody has to do by hand: whoever reads the last lines has nothing else before them."""
    if started.exit_code == ROLLBACK_FAILED:
        plan = plan_of(ledger, started.run_id)
        for number, step in enumerate(to_do(plan, state_of(ledger, started.run_id, plan)), start=1):
            put(f"{click.style(say('to do:'), fg='red', bold=True)} {number}. {step}", hang=7, err=True)
