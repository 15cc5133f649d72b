"""The process that `bench.workload` measures: one run, described on standard input, its report printed.

python -m bench._measured_run STORE_MS < what
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from naver_sms.clock import start_clock
from naver_sms.run import run_once
from naver_sms.settings import load
from naver_sms.state.items import record_of
from naver_sms.state.memory import Cells, MemoryState
from naver_sms.summary import Invocation, report

CALLS = frozenset(
    {
        "take_lease",
        "free_lease",
        "load",
        "pending",
        "open_claims",
        "create",
        "claim",
        "settle",
        "close",
        "note",
        "notes",
    }
)


class Slow(MemoryState):
    """Takes as long over each call as a table over the network; calls of several threads do not wait for another."""

    def __getattribute__(self, name: str) -> Any:
        """Wait before a call is looked up."""
        if name in CALLS:
            time.sleep(int(sys.argv[1]) / 1000)
        return super().__getattribute__(name)


def main() -> int:
    """Make the run and print its report."""
    told = json.load(sys.stdin)
    records = [record_of(item) for item in told["items"]]
    cells = Cells(records={(one.booking_num, one.phone): one for one in records})
    settings = load(told["environ"])
    clock = start_clock(settings.clock_url)
    done = run_once(settings, clock=clock, time_s=285.0, opener=lambda _, meter: Slow(meter=meter, cells=cells))
    print(json.dumps(report(done, invocation=Invocation(limit_mb=512), finished_at=clock.now())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
