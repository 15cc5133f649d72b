"""The imitated services as a process of their own: started, waited for, and ended with the command."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bongsu.cli.world_plan import WorldPlan, with_addresses
from bongsu.errors import BongsuError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

READY_WITHIN_S = 60.0
LOOK_EVERY_S = 0.02
UNUSABLE = 2
"""The exit code of a world whose description it cannot use; what it then says is the description's place and fault."""
OPEN_FILES = 128
"""So many files a process of a rehearsal may have open at once, at the least: the imitated services had 84 of them open
where every SMS of the example plan was sent, and the run 39. With fewer some connection is never answered."""
NEEDED = ("boto3", "cryptography", "moto", "slack_sdk", "websockets", "werkzeug")


class WorldNotReady(BongsuError):
    """The imitated services did not start."""

    exit_code = 3


@contextmanager
def world(made: WorldPlan, folder: Path) -> Iterator[dict[str, str]]:
    """Start the world in `folder`, yield its addresses, and end it on leaving.

    Raises:
        UsageError: what was laid over the world cannot be used; the cause names the place.
        WorldNotReady: something that it needs is not installed, or it did not start; the cause is its own last words.
    """
    need_means()
    folder.mkdir(parents=True, exist_ok=True)
    spec = folder / "world.json"
    spec.touch(mode=0o600)
    spec.write_text(json.dumps(made.spec, ensure_ascii=False, indent=1), "utf-8")
    (folder / "addresses.json").unlink(missing_ok=True)  # of an earlier world, whose ports are gone
    log = folder / "sandbox.log"
    command = [sys.executable, "-m", "bongsu.sandbox", "--spec", str(spec), "--dir", str(folder)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
            [*command, "--with-parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # A Ctrl-C is for the run, which still has calls under way: the world ends when that has been left.
            process_group=0,
        )
    try:
        yield made.settle(_wait(process, folder / "addresses.json", log))
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def need_means() -> None:
    """Return when the imitated services can be started here: they are installed, and may open what they need.

    Raises:
        WorldNotReady: something is missing; it names what, and how to get it.
    """
    _need_installed()
    _need_open_files()


def _need_installed() -> None:
    from importlib.util import find_spec

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise WorldNotReady(
            f"packages of the imitated services are not installed: {', '.join(missing)}",
            hint="install bongsu with its extras: pip install 'bongsu[aws,slack,sandbox]', or run `make rehearse`",
        )


def _need_open_files() -> None:
    """Raise the limit, where this process may, for itself and for those that it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _allows(soft):
        return
    if not _allows(hard):
        raise WorldNotReady(
            f"a process may have {hard} files open here, and the imitated services need {OPEN_FILES}",
            hint=f"`ulimit -n {OPEN_FILES}` in another shell; where that is refused, whoever set the limit raises it",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, hard))


def _allows(limit: int) -> bool:
    return limit == resource.RLIM_INFINITY or limit >= OPEN_FILES


def _wait(process: subprocess.Popen[bytes], ready: Path, log: Path) -> dict[str, str]:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        if ready.exists():
            found = json.loads(ready.read_text("utf-8"))
            return {name: value for name, value in found.items() if isinstance(value, str)}
        if process.poll() is not None:
            break
        time.sleep(LOOK_EVERY_S)
    if process.poll() == UNUSABLE:
        refused = log.read_text("utf-8", "replace").strip()
        raise UsageError(
            "the world cannot be used",
            cause=refused,
            hint="correct what `--world` or `--scenario` lays over it; docs/rehearsal.md says what may stand there",
        )
    last = log.read_text("utf-8", "replace").strip().splitlines()[-1:] or ["no word from it"]
    raise WorldNotReady("the imitated services did not start", cause=last[0], hint=f"its whole output is in {log}")


def make_parity(folder: Path) -> None:
    """Have the workload compare its decisions with the legacy's on recorded input, as a captain would beforehand."""
    command = [sys.executable, "-m", "naver_sms", "parity", "--input", str(folder / "parity-input.json")]
    done = subprocess.run(  # noqa: S603 - the workload's own program
        [*command, "--out", str(folder / "parity.json")], check=False, capture_output=True, text=True
    )
    if not (folder / "parity.json").exists():
        raise WorldNotReady("the workload made no parity file", cause=done.stderr.strip()[-500:] or "it said nothing")


def write_plan(source: Path, folder: Path, addresses: Mapping[str, str], **changes: Any) -> Path:
    """Write the plan with the world's addresses, and `changes` of its keys, beside the world; return its path."""
    path = folder / "plan.yaml"
    path.write_bytes(with_addresses(source.read_bytes(), addresses, source.name, changes=changes))
    return path


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a rehearsal sets; unset the shell's AWS and proxy variables: nothing may leave this machine."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            del os.environ[name]
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**nothing, **environment}
