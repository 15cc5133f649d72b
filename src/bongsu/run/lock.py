"""A lock that the kernel lets go when its process ends, and what it proves: that the process which held it is dead.

Who may drive is for the ledger to say (`run.tenure`). The lock is what lets this machine take a run over at once after
a `kill -9`, without waiting for the dead process's lease: each holder leaves its name in the file, and whoever gets the
lock after it knows that it has ended. A process that is only paused still holds its lock, and proves nothing.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bongsu.errors import LedgerWriteFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bongsu.core.plan import Plan

NAME_MOST = 200
"""So long the name of a lock's holder can be, in the file."""


class Driven(UsageError):
    """Another process drives this already."""

    exit_code = 3


class TargetTaken(UsageError):
    """Another run has the target: nobody drives this one, and an order to it would reach nobody."""

    exit_code = 3
    hint = "`bongsu status` lists the runs; one cutover at a time"


def take(state: Path, name: str, owner: str, until: ExitStack) -> str | None:
    """Hold the lock of that name until `until` ends; return who held it last ("" for nobody), None when it is held.

    Raises:
        LedgerWriteFailed: the state folder cannot be used.
    """
    folder = state / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LedgerWriteFailed(
            f"the state folder {str(state)!r} cannot be used",
            cause=error.strerror,
            hint="name a folder that you may write with `--state`, or set BONGSU_STATE",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    until.callback(os.close, descriptor)
    before = os.pread(descriptor, NAME_MOST, 0).decode("ascii", "replace")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, owner.encode("ascii", "replace"), 0)
    return before


@contextmanager
def held(state: Path, name: str, text: str, *, hint: str) -> Iterator[None]:
    """Hold the lock of that name, or raise Driven with `text`."""
    with ExitStack() as until:
        if take(state, name, "", until) is None:
            raise Driven(text, hint=hint)
        yield


@contextmanager
def of_run(state: Path, run_id: str) -> Iterator[None]:
    """Be the one process of this machine that has a run in hand."""
    with held(
        state,
        f"run-{run_id}",
        f"another process drives the run {run_id!r} already",
        hint="`bongsu hold RUN` and `bongsu rollback RUN` reach it; `bongsu status RUN` shows where it stands",
    ):
        yield


@contextmanager
def of_guard(state: Path, plan: Plan) -> Iterator[None]:
    """Be the one guard of a plan in a state folder."""
    with held(
        state,
        f"guard-{plan.digest[:16]}",
        "another guard of this plan runs already",
        hint="one is enough; `bongsu status RUN` of a run that it guards tells of it",
    ):
        yield
