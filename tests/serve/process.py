"""A worker in a process of its own, as `bongsu serve` has it.

    python -m tests.serve.process STATE PLAN

Each line of its input raises an alarm of that name; `raised RUN` comes back once the ledger holds it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bongsu.intake._port import Alarm
from bongsu.ledger import open_ledger
from bongsu.planfile import load
from bongsu.run.clock import SystemClock
from bongsu.run.served import serve_plan
from bongsu.run.service import Service


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(state: str, path: Path) -> None:
    clock = SystemClock()
    served = serve_plan("ops", load(path), path.read_bytes(), folder=path.parent, now=clock.now)
    service = Service(open_ledger(state), [served], clock, tell=lambda *what: say("told", *what))
    service.start()
    say("ready")
    for line in sys.stdin:
        key = line.strip()
        took = service.raising.take(served, Alarm(key=key, summary=key), sender="bongsu")
        say("raised", took.run_id)
    service.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
