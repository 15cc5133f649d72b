"""How long a durable append takes, against one write and fdatasync on the same disk in the same minute.

    python -m bench.append [--rounds N] [--folder DIR]

Each round does one of each, one after another, so that a busy moment hits all of them: the floor (write 1,500 bytes
over a file that has its full length already, fdatasync), the same at the end of a growing file (for comparison), an
append of one event, and an append of one event that cites a blob of 1 kB. Beside these, without a bar: eight appends to
eight runs from a thread each, which share transactions as far as they wait for each other (the time for each), and the
same two in a PostgreSQL server of its own that waits for the same disk, where PostgreSQL is installed.
The bar: the p50 of an append is within 2.5 times the floor's p50. The floor is the cheaper of the two writes,
because SQLite also writes over its log once that has its length.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter_ns

from bongsu.core.chain import START, Head
from bongsu.core.events import Method, SendIntended
from bongsu.ledger._port import Entry, Ledger
from bongsu.ledger.sqlite import SqliteLedger

BAR = 2.5
FLOOR, GROWING = "write + fdatasync", "same, growing file"
EVENT, EVENT_AND_BLOB = "append, 1 event", "append, 1 event + 1 kB blob"
GROUPED, POSTGRES, POSTGRES_GROUPED = "1 of 8 appends at once", "PostgreSQL, 1 event", "PostgreSQL, 1 of 8 at once"
AT_ONCE = 8
FLOOR_FILE_BYTES = 4_000_000
EVENT_BODY = SendIntended(
    key="success//ops_chat",
    message="success",
    channel="ops_chat",
    to="-1000000000001",
    method=Method.POST,
    figures={f"verify.sms_delivery.figure_{n}": 40 + n for n in range(8)},
)


def main() -> int:
    """Print the three distributions and the ratios; 0 when both are within the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=2000)
    options.add_argument("--folder", type=Path, default=None)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder, ExitStack() as until:
        times = measure(Path(folder), asked.rounds, server(until))
    floor = percentile(times[FLOOR], 50)
    print(f"{asked.rounds} rounds, times in microseconds")
    print(f"{'':30}{'p50':>9}{'p99':>9}{'of the floor':>14}")
    for name, taken in times.items():
        ratio = percentile(taken, 50) / floor
        print(f"{name:30}{percentile(taken, 50):9.0f}{percentile(taken, 99):9.0f}{ratio:14.2f}")
    met = max(percentile(times[name], 50) for name in (EVENT, EVENT_AND_BLOB)) <= BAR * floor
    print(f"bar: {BAR} times the floor at p50: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def server(until: ExitStack) -> Ledger | None:
    """A ledger in a PostgreSQL server that waits for the disk; None where there is none."""
    import pytest
    from tests.postgres.server import PostgresStore, running

    try:
        store = PostgresStore(until.enter_context(running(fsync=True)))
    except (pytest.skip.Exception, ModuleNotFoundError) as error:
        print(f"without PostgreSQL: {error}")
        return None
    ledger = store.open()
    until.callback(ledger.close)
    return ledger


class Runs:
    """Eight runs of one ledger, and how long appends to them take."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self.heads = {f"run-{number}": START for number in range(AT_ONCE)}
        for name in self.heads:
            ledger.create(name, datetime.now(UTC))

    def one(self) -> int:
        entry = Entry(at=datetime.now(UTC), actor="bongsu", event=EVENT_BODY)
        started = perf_counter_ns()
        rows = self.ledger.append("run-0", self.heads["run-0"], [entry])
        taken = perf_counter_ns() - started
        self.heads["run-0"] = Head(rows[-1].seq, rows[-1].hash)
        return taken

    def together(self) -> int:
        """Return the time for each."""
        entry = Entry(at=datetime.now(UTC), actor="bongsu", event=EVENT_BODY)
        started = perf_counter_ns()
        ends = [*self._threads.map(lambda run: self.ledger.append(*run, [entry]), self.heads.items())]
        taken = (perf_counter_ns() - started) // AT_ONCE
        for name, rows in zip(self.heads, ends, strict=True):
            self.heads[name] = Head(rows[-1].seq, rows[-1].hash)
        return taken


def measure(folder: Path, rounds: int, other: Ledger | None) -> dict[str, list[int]]:
    times: dict[str, list[int]] = {FLOOR: [], GROWING: [], EVENT: [], EVENT_AND_BLOB: [], GROUPED: []}
    ledger = SqliteLedger(folder / "state")
    ledger.create("bench", datetime.now(UTC))
    head = START
    runs = Runs(ledger)
    others = Runs(other) if other is not None else None
    if others is not None:
        times |= {POSTGRES: [], POSTGRES_GROUPED: []}
    line = os.urandom(750).hex().encode()
    (folder / "floor").write_bytes(bytes(FLOOR_FILE_BYTES))
    files = {FLOOR: os.open(folder / "floor", os.O_WRONLY), GROWING: os.open(folder / "log", os.O_WRONLY | os.O_CREAT)}
    os.fsync(files[FLOOR])
    for number in range(rounds):
        for name, file in files.items():
            place = number * len(line) % FLOOR_FILE_BYTES if name == FLOOR else number * len(line)
            started = perf_counter_ns()
            os.pwrite(file, line, place)
            os.fdatasync(file)
            times[name].append(perf_counter_ns() - started)
        for name, blobs in ((EVENT, {}), (EVENT_AND_BLOB, {"payload": os.urandom(1024)})):
            entry = Entry(at=datetime.now(UTC), actor="bongsu", event=EVENT_BODY, blobs=blobs)
            started = perf_counter_ns()
            rows = ledger.append("bench", head, [entry])
            times[name].append(perf_counter_ns() - started)
            head = Head(rows[-1].seq, rows[-1].hash)
        times[GROUPED].append(runs.together())
        if others is not None:
            times[POSTGRES].append(others.one())
            times[POSTGRES_GROUPED].append(others.together())
    for file in files.values():
        os.close(file)
    ledger.close()
    return times


def percentile(taken_ns: list[int], part: int) -> float:
    ordered = sorted(taken_ns)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)] / 1000


if __name__ == "__main__":
    raise SystemExit(main())
