"""How long one run of the workload takes at realistic latencies, against the old job and against those latencies.

    python -m bench.workload [--rounds N]

Eight stores, 181 bookings (147 confirmed, 34 completed), 20 texts; 150 ms at the booking site and 342 ms at SENS, both
imitated over HTTP by this process; 10 ms for each call of the state, which lies in the memory of the measured process.
The old job took 34.6 s on such mocks with its browser left out, 20 s of it sleeps. The floor is the chain of calls that
cannot be made side by side. Bars: 20 times faster than the old job flat out, 9 times with one page a second per store;
within 1.3 times the floor flat out; under 80 MB.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

OLD_JOB_MS = 34_600
NAVER_MS, SENS_MS, STORE_MS = 150, 342, 10
START = datetime(2025, 10, 22, 5, 0, tzinfo=UTC)
PHASES = (
    ("count and first page of every store", NAVER_MS),
    ("lease, then claims of earlier runs", 2 * STORE_MS),
    ("records", STORE_MS),
    ("new record, claim, send, accept", STORE_MS * 3 + SENS_MS),
    ("claim, send, accept of the second ten", STORE_MS * 2 + SENS_MS),
    ("results, written down", SENS_MS + STORE_MS),
    ("lease given back", STORE_MS),
)
FLOOR_MS = sum(ms for _, ms in PHASES)
CALLS = frozenset({"take_lease", "free_lease", "load", "pending", "open_claims", "create", "claim", "settle", "close"})
WAYS = {"flat out": ("0", 20), "one page a second": ("1", 9)}


def main() -> int:
    """Print the phases of the floor, every round and the medians; 0 when the bars are met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--measured", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.measured:
        return child()
    for name, ms in PHASES:
        print(f"{name:45}{ms:6} ms")
    print(f"{'the chain of calls':45}{FLOOR_MS:6} ms")
    met = [measured(name, asked.rounds) for name in WAYS]
    return 0 if all(met) else 1


def measured(name: str, rounds: int) -> bool:
    """Print the rounds of one way to run; return whether its bars are met."""
    pause, bar = WAYS[name]
    reports = [run(pause) for _ in range(rounds)]
    for report in reports:
        each = "  ".join(
            f"{what} {one['n']}x p50 {one['p50']}" for what, one in report["latency_ms"].items() if one["n"]
        )
        print(f"{name:20}{report['duration_ms']:6} ms {report['memory']['used_mb']:4} MB   {each}", flush=True)
    wall_ms = statistics.median(one["duration_ms"] for one in reports)
    used_mb = max(one["memory"]["used_mb"] for one in reports)
    times, of_floor = OLD_JOB_MS / wall_ms, wall_ms / FLOOR_MS
    met = times >= bar and used_mb < 80 and (name != "flat out" or of_floor <= 1.3)
    print(
        f"{name:20}{wall_ms:6.0f} ms: {times:.1f} times the old job's speed (bar {bar}), {of_floor:.2f} of the chain,"
        f" at most {used_mb} MB: {'met' if met else 'MISSED'}"
    )
    return met


def run(page_pause_s: str) -> dict[str, Any]:
    """Return the report of one run in a process of its own, against services of this one."""
    from bongsu.sandbox.bookings import BookingMaker, Bookings, LifeSpec
    from bongsu.sandbox.bookings_fixture import Fixture
    from bongsu.sandbox.clock import SandboxClock
    from bongsu.sandbox.faults import FaultBook
    from bongsu.sandbox.http import clock_app, serve
    from bongsu.sandbox.naver import Naver, NaverSpec
    from bongsu.sandbox.naver_defaults import workload_settings
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.sens import Sens, SensSpec

    clock = SandboxClock(START + timedelta(minutes=2))
    maker = BookingMaker(1)
    fixture = Fixture(START, maker)
    naver_spec = NaverSpec(latency_ms=dict.fromkeys(("count", "list"), NAVER_MS))
    sens_spec = SensSpec(latency_ms=dict.fromkeys(("send", "list", "result"), SENS_MS))
    with tempfile.TemporaryDirectory() as folder:
        record = Record(Path(folder) / "record.jsonl", clock)
        shared: dict[str, Any] = {"faults": FaultBook(clock)}
        bookings = Bookings(
            clock, record, fixture=fixture.bookings, maker=maker, live_from=START + timedelta(days=1), life=LifeSpec()
        )
        apps = (
            clock_app(clock),
            Naver(clock, record, naver_spec, bookings=bookings, **shared),
            Sens(clock, record, sens_spec, seed=1, **shared),
        )
        served = [serve(app) for app in apps]
        cookies = Path(folder) / "cookies.json"
        cookies.touch(mode=0o600)
        cookies.write_text(json.dumps([{"name": name, "value": value} for name, value in naver_spec.cookies.items()]))
        settings = workload_settings() | {"state": "memory", "sens_key": "env", "page_pause_s": page_pause_s}
        urls = dict(zip(("CLOCK_URL", "NAVER_URL", "SENS_URL"), (one.url for one in served), strict=True))
        environ = {f"NAVER_SMS_{name}": url for name, url in urls.items()} | {
            "NAVER_SMS_CLOCK_URL": urls["CLOCK_URL"] + "/clock",
            "NAVER_SMS_SETTINGS": json.dumps(settings, ensure_ascii=False),
            "NAVER_SMS_COOKIES": f"file:{cookies}",
            "NAVER_SMS_SENS_ACCESS_KEY": sens_spec.access_key,
            "NAVER_SMS_SENS_SECRET_KEY": sens_spec.secret_key,
        }
        told = json.dumps({"environ": environ, "items": fixture.records()})
        words = [sys.executable, "-m", "bench.workload", "--measured"]
        done = subprocess.run(words, input=told, check=True, capture_output=True, text=True)
        for one in served:
            one.stop()
        record.close()
    report: dict[str, Any] = json.loads(done.stdout)
    if report["sms"]["delivered"] != 20 or report["result"] != "ok":
        raise SystemExit(f"not the run that is to be measured: {report['result']}, {report['sms']}")
    return report


def child() -> int:
    """Make the run that standard input describes, and print its report."""
    from naver_sms.clock import start_clock
    from naver_sms.run import run_once
    from naver_sms.settings import load
    from naver_sms.state.items import record_of
    from naver_sms.state.memory import Cells, MemoryState
    from naver_sms.summary import Invocation, report

    told = json.load(sys.stdin)
    records = [record_of(item) for item in told["items"]]
    cells = Cells(records={(one.booking_num, one.phone): one for one in records})

    class Slow(MemoryState):
        """Takes as long over each call as a table over the network."""

        def __getattribute__(self, name: str) -> Any:
            if name in CALLS:
                time.sleep(STORE_MS / 1000)
            return super().__getattribute__(name)

    settings = load(told["environ"])
    clock = start_clock(settings.clock_url)
    done = run_once(settings, clock=clock, time_s=60.0, opener=lambda _, meter: Slow(meter=meter, cells=cells))
    print(json.dumps(report(done, invocation=Invocation(limit_mb=512), finished_at=clock.now())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
