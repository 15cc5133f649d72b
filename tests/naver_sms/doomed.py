"""A process that makes runs in children of its own and kills them, as `kill -9` does, at a named call of their state.

    python -m tests.naver_sms.doomed

One JSON object a line on standard input: {"environ": {...}, "at": [method, nth, "before" | "after"] or null}. The
answer is a line with the signal that ended the child, and every call that it made. A child is a fork, so that sixty of
them do not import the workload sixty times; whatever it left to say is lost with it, as it would be.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter

CALLS = ("take_lease", "open_claims", "pending", "load", "create", "claim", "settle", "free_lease")


class Doomed:
    """A state that ends the process before or after one of its calls, and tells a pipe of every one."""

    def __init__(self, state, at, pipe):
        self._state, self._at, self._pipe = state, at, pipe
        self._counts = Counter()

    def __getattr__(self, name):
        method = getattr(self._state, name)
        if name not in CALLS:
            return method

        def call(*args, **kwargs):
            self._counts[name] += 1
            here = [name, self._counts[name]]
            os.write(self._pipe, f"{name} {self._counts[name]}\n".encode())
            if self._at == [*here, "before"]:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = method(*args, **kwargs)
            if self._at == [*here, "after"]:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call


def run(environ, at, pipe):
    """Make one run in this process."""
    from naver_sms.clock import start_clock
    from naver_sms.run import run_once
    from naver_sms.settings import load
    from naver_sms.state import open_state

    settings = load(environ)
    clock = start_clock(settings.clock_url)
    opener = lambda given, meter: Doomed(open_state(given, meter), at, pipe)
    done = run_once(settings, clock=clock, time_s=60.0, opener=opener)
    if done.crash is not None:
        raise done.crash


def main():
    import naver_sms.invoke  # noqa: F401  imported once, here, for every child

    for line in sys.stdin:
        order = json.loads(line)
        reading, pipe = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            code = 1
            try:
                run(order["environ"], order["at"], pipe)
                code = 0
            finally:
                os._exit(code)
        os.close(pipe)
        with os.fdopen(reading) as told:
            calls = told.read().splitlines()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        ended = {"signal": max(0, -code), "code": max(0, code)}
        sys.stdout.write(json.dumps(ended | {"calls": calls}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
