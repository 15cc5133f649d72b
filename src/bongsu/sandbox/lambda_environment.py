"""One Lambda execution environment: a warm child process, and the Runtime API that it asks for work."""

from __future__ import annotations

import json
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from werkzeug.wrappers import Request, Response

from bongsu.sandbox.http import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from bongsu.sandbox.aws_lambda import FunctionSpec, Runnable

API = "/2018-06-01/runtime"
INIT_WITHIN_S = 30
PACKAGES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOut:
    """One invocation as the child is given it; `limit_s` is its own time limit in place of the function's."""

    request_id: str
    payload: bytes
    arn: str
    deadline_ms: int
    hangs: bool = False
    limit_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an invocation ended: an answer, a raised error, a dead child, or out of time."""

    how: Literal["response", "error", "exit", "timeout", "init_error"]
    body: bytes = b""
    error_type: str = ""
    exit_status: int = 0


class Environment:
    """A child process that runs one function's handler, kept warm until it dies or is closed."""

    def __init__(
        self, function: FunctionSpec, *, stream: str, variables: Mapping[str, str], on_line: Callable[[str], None]
    ) -> None:
        """Start the child and wait until it asks for work, or `broken` says why it never will."""
        self.function = function
        self.stream = stream
        self._on_line = on_line
        self._work: queue.Queue[HandOut | None] = queue.Queue()
        self._ended: queue.Queue[Ended] = queue.Queue()
        self._ready = threading.Event()
        self._partial = b""
        self._reading = threading.Lock()
        self.broken: Ended | None = None
        self._served = serve(self._answer)
        began_ns = time.monotonic_ns()
        self._child = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", function.handler],
            env={**variables, "AWS_LAMBDA_RUNTIME_API": self._served.url.removeprefix("http://")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=os.path.sep,
        )
        assert self._child.stdout is not None
        self._output = self._child.stdout.fileno()
        self._reader = threading.Thread(target=self._read_on, name=f"lambda-{function.name}", daemon=True)
        self._reader.start()
        self._ready.wait(INIT_WITHIN_S)
        self.init_us = (time.monotonic_ns() - began_ns) // 1000
        self._drain()
        if not self._ready.is_set():
            self.broken = Ended(how="timeout")
        self._peak_kb = 0
        self.peak_mb()

    @property
    def alive(self) -> bool:
        """Whether the child can take an invocation."""
        return self.broken is None and self._child.poll() is None

    def run(self, work: HandOut) -> tuple[Ended, int]:
        """Hand out one invocation; return how it ended and how long that took, in microseconds."""
        self.peak_mb()
        if work.hangs:
            self._child.send_signal(signal.SIGSTOP)
        began_ns = time.monotonic_ns()
        self._work.put(work)
        try:
            ended = self._ended.get(timeout=work.limit_s or self.function.timeout_s)
        except queue.Empty:
            ended = Ended(how="timeout")
        took_us = (time.monotonic_ns() - began_ns) // 1000
        self.peak_mb()
        if ended.how == "timeout":
            self._child.kill()
            self._child.wait()
        self._drain()
        return ended, took_us

    def peak_mb(self) -> int:
        """Return the child's high-water mark of resident memory in MiB, as last seen while it lived."""
        try:
            status = Path(f"/proc/{self._child.pid}/status").read_text("ascii")
        except OSError:
            status = ""
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self._peak_kb = max(self._peak_kb, int(line.split()[1]))
        return -(-self._peak_kb // 1024)

    def close(self) -> None:
        """End the child and its Runtime API."""
        self._work.put(None)
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        self._reader.join(timeout=5)
        assert self._child.stdout is not None
        self._child.stdout.close()
        self._served.stop()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path == f"{API}/invocation/next":
            return self._next()
        body = request.get_data()
        if request.path == f"{API}/init/error":
            error_type = request.headers.get("Lambda-Runtime-Function-Error-Type", "Runtime.Unknown")
            self.broken = Ended(how="init_error", body=body, error_type=error_type)
            self._ready.set()
        elif request.path.endswith("/response"):
            self._ended.put(Ended(how="response", body=body))
        elif request.path.endswith("/error"):
            error_type = str(json.loads(body or b"{}").get("errorType", ""))
            self._ended.put(Ended(how="error", body=body, error_type=error_type))
        else:
            return Response(status=404)
        return Response(b'{"status":"OK"}', status=202, content_type="application/json")

    def _next(self) -> Response:
        self._ready.set()
        work = self._work.get()
        if work is None:
            return Response(status=410)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": work.request_id,
            "Lambda-Runtime-Deadline-Ms": str(work.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": work.arn,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        return Response(work.payload, headers=headers, content_type="application/json")

    def _read_on(self) -> None:
        while True:
            select.select([self._output], [], [])
            if not self._read_some():
                break
        status = self._child.wait()
        if not self._ready.is_set():
            self.broken = Ended(how="exit", exit_status=status)
            self._ready.set()
        self._ended.put(Ended(how="exit", exit_status=status))

    def _read_some(self) -> bool:
        """Take what the child has written so far; return False at its end."""
        with self._reading:
            if not select.select([self._output], [], [], 0)[0]:
                return True
            chunk = os.read(self._output, 1 << 16)
            *lines, self._partial = (self._partial + chunk).split(b"\n")
            if not chunk and self._partial:
                lines, self._partial = [self._partial], b""
            for line in lines:
                self._on_line(line.decode("utf-8", "replace"))
            return bool(chunk)

    def _drain(self) -> None:
        # What the child printed is in the pipe before it asks for work or posts an answer: START and END come after it.
        # The reader may have emptied the pipe and not yet passed the lines on, so the first look waits for it.
        while self._read_some() and select.select([self._output], [], [], 0)[0]:
            pass


def child_variables(
    code: Runnable, *, region: str, stream: str, key_id: str, addresses: Mapping[str, str]
) -> dict[str, str]:
    """Return the whole environment of the child: nothing of ours but the path, and every AWS address on loopback."""
    function = code.function
    own = {name: _filled(value, addresses) for name, value in function.environment.items()}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(function.python_path or (str(PACKAGES),)),
        "PYTHONUNBUFFERED": "1",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        "AWS_ACCESS_KEY_ID": key_id,
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": addresses["aws"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": code.version,
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_to,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        **own,
    }


def _filled(value: str, addresses: Mapping[str, str]) -> str:
    for name, url in addresses.items():
        value = value.replace("{" + name + "}", url)
    return value
