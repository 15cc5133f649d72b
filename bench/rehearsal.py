"""How long a whole rehearsal of the example plan takes, against the time its real invocations take.

    python -m bench.rehearsal [--rounds N]

Each round is one `bongsu rehearse`, from the first word to the last, with the imitated services started and ended.
The floor is the world's own record: how long the workload's invocations ran, of which every one is real. What lies
above it is the start of the services, bongsu's own reads, checks and appends, and the waits between.
The bar: 90 s of wall time, with every invocation of the 24 hours of the watch.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

BAR_S = 90
PROGRAM = "import sys; from bongsu.cli.main import main; main(sys.argv[1:])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One rehearsal: its wall and CPU time, and what ran inside it."""

    wall_s: float
    cpu_s: float
    invocations: int
    invoked_s: float
    cold: int
    requests: int
    last_words: str


def main() -> int:
    """Print every round, the medians and the share of the floor; 0 when the bar is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    rounds = []
    print(f"{'':8}{'wall':>9}{'CPU':>9}{'invocations':>13}{'cold':>6}{'their time':>12}{'share':>8}{'requests':>10}")
    for number in range(asked.rounds):
        one = rehearse()
        rounds.append(one)
        show(f"round {number + 1}", one.wall_s, one.cpu_s, one)
    wall, cpu = (statistics.median(getattr(one, name) for one in rounds) for name in ("wall_s", "cpu_s"))
    middle = sorted(rounds, key=lambda one: one.wall_s)[len(rounds) // 2]
    show("median", wall, cpu, middle)
    print(f"of the floor: {wall / middle.invoked_s:.2f} (wall time to the invocations' own time)")
    print(f"last words: {middle.last_words}")
    met = wall <= BAR_S and all(one.last_words.startswith("closed: pass") for one in rounds)
    print(f"bar: {BAR_S} s of wall time: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def show(name: str, wall_s: float, cpu_s: float, one: Round) -> None:
    share = f"{one.invoked_s / wall_s:8.0%}"
    counts = f"{one.invocations:13}{one.cold:6}{one.invoked_s:10.1f} s{share}{one.requests:10}"
    print(f"{name:8}{wall_s:7.1f} s{cpu_s:7.1f} s{counts}", flush=True)


def rehearse() -> Round:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        words = ["rehearse", "--keep", "world", "--state", "state", "--out", "evidence"]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *words], cwd=folder, check=False, capture_output=True, text=True
        )
        wall_s = perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        record = [json.loads(line) for line in (folder / "world/record.jsonl").read_text("utf-8").splitlines()]
    ran = [entry for entry in record if (entry["service"], entry["operation"]) == ("lambda", "invocation")]
    return Round(
        wall_s=wall_s,
        cpu_s=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        invocations=len(ran),
        invoked_s=sum(entry["duration_us"] for entry in ran) / 1e6,
        cold=sum(bool(entry["cold"]) for entry in ran),
        requests=sum("status" in entry for entry in record),
        last_words=(done.stdout.strip() or done.stderr.strip()).splitlines()[-1],
    )


if __name__ == "__main__":
    raise SystemExit(main())
