"""A world and a run's processes for one kill: each a process of its own, forked from one that has loaded everything.

To load the imitated account, the HTTP clients and the program takes longer than a short run does. A process that is
forked before it has opened anything shares nothing with the others but what was loaded, and dies as any other.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bongsu.aws_client import descriptions
from bongsu.cli.world_guard import provided
from bongsu.cli.world_plan import world_of
from bongsu.cli.world_process import clean_environment, make_parity, write_plan
from bongsu.planfile import load
from tests.crash.days import ONE_LOOK, Day
from tests.crash.stores import POSTGRES, SQLITE
from tests.rehearsal.world import PLAN

WITHIN_S = 300
LOOK_EVERY_S = 0.01
ON_CALL_PHONE = "010-0000-4711"
LOADED = (
    "boto3",
    "bongsu.channels.slack",
    "bongsu.channels.telegram",
    "bongsu.cli.evidence_command",
    "bongsu.cli.guard_command",
    "bongsu.cli.main",
    "bongsu.cli.resume_command",
    "bongsu.cli.running",
    "bongsu.cli.serve_command",
    "bongsu.cli.serving",
    "bongsu.cli.start_command",
    "bongsu.cli.verify_command",
    "bongsu.evidence.verify",
    "bongsu.evidence.write",
    "bongsu.inbound.slack",
    "bongsu.inbound.telegram",
    "bongsu.ledger.sqlite",
    "bongsu.probes.aws",
    "bongsu.probes.gateway",
    "bongsu.sandbox.__main__",
    "bongsu.targets.eventbridge_lambda",
    "moto.moto_server.werkzeug_app",
    "slack_sdk",
    "tests.crash.program",
)
ASKED = ("cloudwatch", "dynamodb", "events", "lambda", "logs", "secretsmanager", "sts")
"""The account's services that a run asks."""


def load_all(store: str = SQLITE) -> None:
    """Import what every process of a kill needs."""
    for name in (*LOADED, *(("bongsu.ledger.postgres",) if store == POSTGRES else ())):
        import_module(name)
    from moto.backends import get_backend

    for service in ("cloudwatch", "dynamodb", "events", "lambda", "logs", "secretsmanager", "sns", "sts"):
        get_backend(service)
    loader = descriptions(None)
    loader.load_data("endpoints")
    for service in ASKED:
        loader.load_service_model(service, "service-2")
        loader.load_service_model(service, "endpoint-rule-set-1")


class TookTooLong(AssertionError):
    """A process of a kill did not end."""


@dataclass(frozen=True)
class Died:
    """How a process ended: its exit code, or minus the signal that killed it; and what it said on stderr."""

    code: int
    said: str


def forked(do: Callable[[], int], *, cwd: Path, log: Path) -> int:
    """Begin `do` in a process of its own and return its id; what it returns is its exit code."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number, descriptor in enumerate((nothing, output, output)):
            os.dup2(descriptor, number)
        os.chdir(cwd)
        code = do()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - whatever it is, it must not go on as the process that it was forked from
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def ended(pid: int, log: Path) -> Died:
    """Wait for a process and say how it ended."""
    if not over_within(pid, WITHIN_S):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise TookTooLong(f"a process does not end in {WITHIN_S} s: {log.read_text('utf-8', 'replace')[-2000:]}")
    _, status = os.waitpid(pid, 0)
    return Died(os.waitstatus_to_exitcode(status), log.read_text("utf-8", "replace") if log.exists() else "")


def killed_for_good(pid: int, log: Path) -> None:
    """End a process of ours that nobody has waited for; 0 is none."""
    if pid:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            ended(pid, log)


def over_within(pid: int, seconds: float) -> bool:
    """Whether a process of ours ends within so many seconds; it is still to be waited for."""
    descriptor = os.pidfd_open(pid)
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


_PARITY: dict[str, bytes] = {}
"""By day, the workload's own comparison over the recorded input, which is the same in every world of a day."""


@contextmanager
def world(day: Day, folder: Path, **changes: Any) -> Iterator[Path]:
    """The day's imitated services as a process of their own; yields the plan that uses them, with keys changed."""
    folder.mkdir(parents=True)
    loaded = load(PLAN)
    made = provided(world_of(loaded, folder, seed=1, changes=day.world, answers=day.answers), changes)
    spec, ready, log = folder / "world.json", folder / "addresses.json", folder / "sandbox.log"
    spec.write_text(json.dumps(made.spec, ensure_ascii=False), "utf-8")

    def serve() -> int:
        from bongsu.sandbox.__main__ import main

        return main(["--spec", str(spec), "--dir", str(folder), "--with-parent", str(os.getppid())])

    pid = forked(serve, cwd=folder, log=log)
    try:
        until = time.monotonic() + WITHIN_S
        while not ready.exists():
            if over_within(pid, LOOK_EVERY_S) or time.monotonic() > until:
                raise TookTooLong(f"the world does not start: {log.read_text('utf-8', 'replace')[-2000:]}")
        found = json.loads(ready.read_text("utf-8"))
        addresses = made.settle({name: value for name, value in found.items() if isinstance(value, str)})
        if day.name not in _PARITY:
            make_parity(folder)
            _PARITY[day.name] = (folder / "parity.json").read_bytes()
        (folder / "parity.json").write_bytes(_PARITY[day.name])
        environment = clean_environment(made.provision.environment)
        os.environ.update({**environment, "ON_CALL_PHONE": ON_CALL_PHONE})
        yield write_plan(PLAN, folder, addresses, **ONE_LOOK, **changes)
    finally:
        os.kill(pid, signal.SIGTERM)
        ended(pid, log)


def cleared(folder: Path) -> None:
    """Take away what a kill left behind."""
    shutil.rmtree(folder, ignore_errors=True)
