"""How long one run of the workload takes at realistic latencies, against the old job and against those latencies.

    python -m bench.workload [--rounds N] [--many]

Eight stores, 181 bookings (147 confirmed, 34 completed), 20 texts; 150 ms at the booking site and 342 ms at SENS, both
imitated over HTTP by this process; 10 ms for each call of the state, which lies in the memory of the measured process.
The old job took 34.6 s on such mocks with its browser left out, 20 s of it sleeps. The floor is the chain of calls that
cannot be made side by side. Bars: 20 times faster than the old job flat out, 9 times with one page a second per store;
within 1.3 times the floor flat out; under 80 MB.

`--many` measures a day of 2,000 bookings and 500 texts instead, at the settings' own pace (five sends a second, one
page a second per store): within the 300 s that a function has. It takes two minutes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.bookings import STORES, BookingMaker, Bookings, LifeSpec
from bongsu.sandbox.bookings_fixture import Fixture
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.http import Served, clock_app, serve
from bongsu.sandbox.naver import Naver, NaverSpec
from bongsu.sandbox.naver_defaults import workload_settings
from bongsu.sandbox.record import Record
from bongsu.sandbox.sens import Sens, SensSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

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
MANY, MANY_DUE, LIMIT_MS = 2_000, 500, 300_000
WAYS = {"flat out": ("0", 20), "one page a second": ("1", 9)}


def main() -> int:
    """Print the phases of the floor, every round and the medians; 0 when the bars are met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--many", action="store_true", help="2,000 bookings and 500 texts, once")
    asked = options.parse_args()
    if asked.many:
        return 0 if measured_many() else 1
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


def measured_many() -> bool:
    """Print the run over very many bookings; return whether it stays within a function's time."""
    report = run(None, bookings=many(), texts=MANY_DUE)
    for what, one in report["latency_ms"].items():
        print(f"{what:12}{one['n']:6}x  p50 {one['p50']} ms  p95 {one['p95']} ms")
    seen = sum(report["bookings"][name] for name in ("confirmed_seen", "completed_seen"))
    wall_ms, used_mb = report["duration_ms"], report["memory"]["used_mb"]
    met = wall_ms < LIMIT_MS and used_mb < 80
    print(
        f"{seen} bookings, {report['sms']['delivered']} texts: {wall_ms / 1000:.1f} s of {LIMIT_MS // 1000},"
        f" {used_mb} MB: {'met' if met else 'MISSED'}"
    )
    return met


def many() -> list[dict[str, Any]]:
    """Return bookings as the site lists them: 300 due for a reminder, 200 new, the rest with nothing due."""
    now = START + timedelta(minutes=2)
    kinds = [("RC03", 60)] * 300 + [("RC03", 300)] * 200 + [("RC03", 900)] * 1_200 + [("RC08", -600)] * 300
    return [
        {
            "bookingId": 900_000 + number,
            "businessId": int(STORES[number % len(STORES)]),
            "bookingStatusCode": status,
            "name": "김예시",
            "phone": f"0100{number:07d}",
            "snapshotJson": {
                "startDateTime": (now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "globalTimezone": "Asia/Seoul",
                "bookingTimeUnitCode": "RT00",
                "bookingOptionJson": [],
            },
        }
        for number, (status, minutes) in enumerate(kinds)
    ]


def records_of(bookings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that an earlier run left of every booking but the 200 new ones."""
    rows: list[dict[str, Any]] = []
    for one in bookings[:300] + bookings[500:]:
        start, phone = datetime.fromisoformat(one["snapshotJson"]["startDateTime"]), one["phone"]
        flags = {"confirm_sms": True, "remind_sms": one["bookingStatusCode"] == "RC08", "option_sms": False}
        rows.append(
            {
                "booking_num": {"S": f"{one['businessId']}_{one['bookingId']}"},
                "phone": {"S": f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"},
                "booking_time": {"S": (start + timedelta(hours=9)).strftime("%Y-%m-%d %H:%M:%S")},
                "start_at": {"S": start.isoformat(timespec="microseconds")},
                **{name: {"BOOL": value} for name, value in flags.items()},
            }
        )
    return rows


@dataclass(slots=True, kw_only=True)
class Services:
    """The booking site, SENS and the clock, served by this process; the records of the bookings that are not new."""

    served: list[Served]
    environ: dict[str, str]
    items: list[dict[str, Any]]


@contextmanager
def services(folder: Path, given: list[dict[str, Any]] | None = None) -> Iterator[Services]:
    """Serve what a run needs, each call as slow as the real one; `given` in place of the 181 bookings."""
    clock = SandboxClock(START + timedelta(minutes=2))
    record = Record(folder / "record.jsonl", clock)
    maker, faults = BookingMaker(1), FaultBook(clock)
    fixture = Fixture(START, maker)
    bookings = Bookings(
        clock, record, fixture=fixture.bookings, maker=maker, live_from=START + timedelta(days=1), life=LifeSpec()
    )
    if given is not None:
        bookings.load(given)
    site = NaverSpec(latency_ms=dict.fromkeys(("count", "list"), NAVER_MS))
    gateway = SensSpec(latency_ms=dict.fromkeys(("send", "list", "result"), SENS_MS))
    apps = {
        "CLOCK": clock_app(clock),
        "NAVER": Naver(clock, record, site, bookings=bookings, faults=faults),
        "SENS": Sens(clock, record, gateway, faults=faults, seed=1),
    }
    served = {name: serve(app) for name, app in apps.items()}
    cookies = folder / "cookies.json"
    cookies.touch(mode=0o600)
    cookies.write_text(json.dumps([{"name": name, "value": value} for name, value in site.cookies.items()]))
    environ = {f"NAVER_SMS_{name}_URL": one.url + "/clock" * (name == "CLOCK") for name, one in served.items()} | {
        "NAVER_SMS_COOKIES": f"file:{cookies}",
        "NAVER_SMS_SENS_ACCESS_KEY": gateway.access_key,
        "NAVER_SMS_SENS_SECRET_KEY": gateway.secret_key,
    }
    rows = fixture.records() if given is None else records_of(given)
    yield Services(served=list(served.values()), environ=environ, items=rows)
    for one in served.values():
        one.stop()
    record.close()


def run(page_pause_s: str | None, *, bookings: list[dict[str, Any]] | None = None, texts: int = 20) -> dict[str, Any]:
    """Return the report of one run in a process of its own, against services of this one; None: the default pace."""
    settings = workload_settings() | {"state": "memory", "sens_key": "env"}
    if page_pause_s is None:
        settings = {name: value for name, value in settings.items() if name not in {"sens_rate", "page_pause_s"}}
    else:
        settings["page_pause_s"] = page_pause_s
    with tempfile.TemporaryDirectory() as folder, services(Path(folder), bookings) as made:
        environ = made.environ | {"NAVER_SMS_SETTINGS": json.dumps(settings, ensure_ascii=False)}
        words = [sys.executable, "-m", "bench._measured_run", str(STORE_MS)]
        told = json.dumps({"environ": environ, "items": made.items})
        done = subprocess.run(words, input=told, check=True, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    if report["sms"]["delivered"] != texts or report["result"] != "ok":
        raise SystemExit(f"not the run that is to be measured: {report['result']}, {report['sms']}")
    return report


if __name__ == "__main__":
    raise SystemExit(main())
