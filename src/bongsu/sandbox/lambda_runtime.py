"""The invoker: runs functions as Lambda does, with its log lines, its metrics and its asynchronous retries."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from random import Random
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from bongsu.sandbox.aws_call import AwsError
from bongsu.sandbox.aws_lambda import FunctionRecords, FunctionSpec, Invoked
from bongsu.sandbox.lambda_environment import Ended, Environment, HandOut, child_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.sandbox.aws_alarms import Alarms
    from bongsu.sandbox.aws_logs import Logs
    from bongsu.sandbox.aws_metrics import Metrics
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.record import Record

# Lambda waits a minute before the first asynchronous retry and two before the second.
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=2))
# Not JSON: the runtime itself then reports a function error before the handler sees anything.
UNREADABLE_EVENT = b"{"
CLOSE_WITHIN_S = 5
# What is arranged to run out of time has this limit, so that nobody waits for the function's own minutes.
HANGS_FOR_S = 5

Trouble = Literal["raises", "times_out", "never_runs"]


@dataclass(slots=True, kw_only=True)
class _Run:
    function: FunctionSpec
    request_id: str
    payload: bytes
    asynchronous: bool
    attempt: int = 0
    started_at: datetime | None = None
    trouble: Trouble | None = None


class LambdaRuntime:
    """All functions of a world, one execution environment each."""

    def __init__(
        self,
        clock: SandboxClock,
        record: Record,
        *,
        functions: FunctionRecords,
        logs: Logs,
        metrics: Metrics,
        alarms: Alarms,
        region: str,
        seed: int,
    ) -> None:
        self._clock = clock
        self._record = record
        self._functions = functions
        self._logs = logs
        self._metrics = metrics
        self._alarms = alarms
        self._region = region
        self._random = Random(f"lambda {seed}")
        self._lock = threading.Lock()
        self._busy = {name: threading.Lock() for name in functions.specs}
        self._environments: dict[str, Environment] = {}
        self._handed_out: dict[str, int] = {}
        self._troubles: dict[str, deque[Trouble]] = {name: deque() for name in functions.specs}
        self._closed = False
        self.addresses: Mapping[str, str] = {}
        self.key_id = ""

    def invoke(self, name: str, payload: bytes, *, wait: bool, request_id: str = "") -> Invoked | None:
        """Run a function; with `wait` return how it ended, else queue the event and return None.

        An invocation that was asked for by a call bears the request id of that call, as AWS has it.
        """
        function = self._functions.specs[name]
        run = _Run(function=function, request_id=request_id or self._new_id(), payload=payload, asynchronous=not wait)
        if not wait:
            self._start(run)
            return None
        if self._busy[name].locked():
            self._throttled(function)
            raise AwsError("TooManyRequestsException", "Rate Exceeded.", status=429)
        return self._run(run)

    def arrange(self, name: str, trouble: Trouble) -> None:
        """Let a coming invocation of the function end in trouble: the next, or the one after what is arranged."""
        with self._lock:
            self._troubles[name].append(trouble)

    def arranged(self, name: str) -> list[Trouble]:
        """Return the trouble that is still to come, the next first."""
        with self._lock:
            return list(self._troubles[name])

    def forget_arranged(self, name: str, trouble: Trouble) -> None:
        """Take back all trouble of one kind that is still to come."""
        with self._lock:
            self._troubles[name] = deque(one for one in self._troubles[name] if one != trouble)

    def close(self) -> None:
        """End all children."""
        with self._lock:
            self._closed = True
            environments = list(self._environments.values())
        for environment in environments:
            environment.close()
        for busy in self._busy.values():
            # A run that was under way writes its last lines before the record is closed.
            if busy.acquire(timeout=CLOSE_WITHIN_S):
                busy.release()

    def _new_id(self) -> str:
        with self._lock:
            return str(UUID(int=self._random.getrandbits(128), version=4))

    def _start(self, run: _Run) -> None:
        hold = self._clock.hold(f"invocation of {run.function.name}")

        def work() -> None:
            with hold:
                self._run(run)

        threading.Thread(target=work, name=f"invoke-{run.request_id[:8]}", daemon=True).start()

    def _run(self, run: _Run) -> Invoked:
        function = run.function
        with self._lock:
            run.trouble = self._troubles[function.name].popleft() if self._troubles[function.name] else None
        if run.trouble == "times_out":
            run.function = function = replace(function, timeout_s=min(function.timeout_s, HANGS_FOR_S))
        if not function.handler or function.never_runs or run.trouble == "never_runs":
            self._record.write("lambda", "never_run", function=function.name, request_id=run.request_id)
            return Invoked(payload=b"null", failed=False, log_tail="")
        if self._busy[function.name].locked():
            self._throttled(function)
        with self._busy[function.name], self._clock.hold(f"running {function.name}"):
            if self._closed:
                return Invoked(payload=b"null", failed=True, log_tail="")
            invoked = self._execute(run)
        if invoked.failed and run.asynchronous and run.attempt < function.retries:
            run.attempt += 1
            self._clock.after(RETRY_AFTER[run.attempt - 1], lambda: self._start(run), why="lambda retry")
        return invoked

    def _execute(self, run: _Run) -> Invoked:
        function = run.function
        cold, environment = self._environment(function)
        with self._lock:
            nth = self._handed_out[function.name] = self._handed_out.get(function.name, 0) + 1
        run.started_at = self._clock.now()
        self._say(environment, f"START RequestId: {run.request_id} Version: $LATEST")
        if environment.broken is not None:
            ended, took_us = environment.broken, 0
        else:
            # The child reads its deadline from the wall clock, so it is given in wall time.
            deadline_ms = time.time_ns() // 1_000_000 + function.timeout_s * 1000
            unreadable = nth in function.raise_nth or run.trouble == "raises"
            hand_out = HandOut(
                request_id=run.request_id,
                payload=UNREADABLE_EVENT if unreadable else run.payload,
                arn=self._functions.arn(function.name),
                deadline_ms=deadline_ms,
                hangs=nth in function.hang_nth or run.trouble == "times_out",
                limit_s=function.timeout_s,
            )
            ended, took_us = environment.run(hand_out)
        init_us = environment.init_us if cold else None
        tail = self._finish(run, environment, ended=ended, took_us=took_us, init_us=init_us)
        if not environment.alive:
            self._drop(function.name)
        return Invoked(payload=_payload(run, ended), failed=ended.how != "response", log_tail=tail)

    def _environment(self, function: FunctionSpec) -> tuple[bool, Environment]:
        with self._lock:
            warm = self._environments.get(function.name)
            suffix = f"{self._random.getrandbits(128):032x}"
        if warm is not None and warm.alive:
            return False, warm
        if warm is not None:
            self._drop(function.name)
        stream = f"{self._clock.now():%Y/%m/%d}/[$LATEST]{suffix}"
        variables = child_variables(
            function, region=self._region, stream=stream, key_id=self.key_id, addresses=self.addresses
        )
        environment = Environment(
            function,
            stream=stream,
            variables=variables,
            on_line=lambda line: self._take_line(function, stream, line),
        )
        with self._lock:
            self._environments[function.name] = environment
        return True, environment

    def _drop(self, name: str) -> None:
        with self._lock:
            environment = self._environments.pop(name, None)
        if environment is not None:
            environment.close()

    def _take_line(self, function: FunctionSpec, stream: str, line: str) -> None:
        self._logs.write(function.logs_to, stream, line + "\n")
        refused = self._metrics.take_emf(line)
        if refused is not None:
            self._record.write("lambda", "emf_refused", function=function.name, why=refused)

    def _say(self, environment: Environment, line: str) -> None:
        self._logs.write(environment.function.logs_to, environment.stream, line + "\n")

    def _finish(self, run: _Run, environment: Environment, *, ended: Ended, took_us: int, init_us: int | None) -> str:
        function = run.function
        memory_mb = function.memory_used_mb or environment.peak_mb()
        if ended.how == "timeout":
            took_us = function.timeout_s * 1_000_000
            stamp = f"{self._clock.now():%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"
            self._say(environment, f"{stamp} {run.request_id} Task timed out after {function.timeout_s:.2f} seconds\n")
        elif ended.how == "exit":
            text = f"exit status {ended.exit_status}" if ended.exit_status >= 0 else "signal: killed"
            self._say(
                environment,
                f"RequestId: {run.request_id} Error: Runtime exited with error: {text}\nRuntime.ExitError",
            )
        self._say(environment, f"END RequestId: {run.request_id}")
        report = report_line(
            function, request_id=run.request_id, ended=ended, took_us=took_us, init_us=init_us, memory_mb=memory_mb
        )
        self._say(environment, report)
        self._measure(run, ended=ended, took_us=took_us)
        self._record.write(
            "lambda",
            "invocation",
            function=function.name,
            request_id=run.request_id,
            ended=ended.how,
            duration_us=took_us,
            cold=init_us is not None,
            attempt=run.attempt + 1,
        )
        return report

    def _measure(self, run: _Run, *, ended: Ended, took_us: int) -> None:
        assert run.started_at is not None
        values = {
            "Invocations": Decimal(1),
            "Errors": Decimal(ended.how != "response"),
            "Throttles": Decimal(0),
            "Duration": Decimal(took_us) / 1000,
        }
        dimensions = {"FunctionName": run.function.name}
        self._metrics.publish("AWS/Lambda", values, at=run.started_at, dimensions=dimensions)
        self._alarms.judge()

    def _throttled(self, function: FunctionSpec) -> None:
        self._metrics.publish(
            "AWS/Lambda", {"Throttles": 1}, at=self._clock.now(), dimensions={"FunctionName": function.name}
        )
        self._record.write("lambda", "throttled", function=function.name)


def report_line(
    function: FunctionSpec, *, request_id: str, ended: Ended, took_us: int, init_us: int | None, memory_mb: int
) -> str:
    """Return the REPORT line in the text format: fields split by tabs, a tab at the end."""
    duration_ms = Decimal(took_us) / 1000
    billed_ms = (duration_ms + Decimal(init_us or 0) / 1000).to_integral_value(ROUND_CEILING)
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration_ms:.2f} ms",
        f"Billed Duration: {billed_ms} ms",
        f"Memory Size: {function.memory_mb} MB",
        f"Max Memory Used: {memory_mb} MB",
    ]
    if init_us is not None:
        fields.append(f"Init Duration: {Decimal(init_us) / 1000:.2f} ms")
    if ended.how == "timeout":
        fields.append("Status: timeout")
    elif ended.how in ("exit", "init_error"):
        fields += ["Status: error", f"Error Type: {ended.error_type or 'Runtime.ExitError'}"]
    return "\t".join([*fields, ""])


def _payload(run: _Run, ended: Ended) -> bytes:
    match ended.how:
        case "timeout":
            text = f"{run.request_id} Task timed out after {run.function.timeout_s:.2f} seconds"
        case "exit":
            text = f"RequestId: {run.request_id} Error: Runtime exited with error: exit status {ended.exit_status}"
            return json.dumps({"errorType": "Runtime.ExitError", "errorMessage": text}).encode()
        case _:
            return ended.body
    return json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": text}).encode()
