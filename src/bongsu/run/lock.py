"""One process drives a run, and of the runs in one state folder one at a time drives a target."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.errors import LedgerWriteFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bongsu.core.plan import Plan


class Driven(UsageError):
    """Another process drives this already."""

    exit_code = 3


@contextmanager
def held(state: Path, name: str, text: str, *, hint: str) -> Iterator[None]:
    """Hold the lock of that name in the state folder, or raise Driven with `text`.

    The kernel lets it go when the process ends, however it ends.
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
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Driven(text, hint=hint) from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def of_run(state: Path, run_id: str) -> Iterator[None]:
    """Be the one process that drives a run."""
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
        hint="one is enough; `bongsu status` lists what it guards",
    ):
        yield


@contextmanager
def of_target(state: Path, plan: Plan) -> Iterator[None]:
    """Be the one run that may switch the plan's target."""
    place = "|".join(f"{name}={value}" for name, value in sorted(plan.target.facts.items()))
    endpoint = str(plan.target.options.get("endpoint_url") or "")
    digest = sha256(f"{place}|{endpoint}".encode()).hexdigest()[:16]
    with held(
        state,
        f"target-{digest}",
        "another run drives the same target already",
        hint="`bongsu status` lists the runs; one cutover at a time",
    ):
        yield
