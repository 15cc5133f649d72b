"""How much CPU the program takes to start, against Python and click alone in the same minute.

    python -m bench.startup [--rounds N]

Each round starts each of the five once, one after another, so that a busy moment hits all of them. Counted is the
CPU time (user and system) of the child process, which the kernel gives in hundredths of a second or finer.
The bar: `bongsu --help` 0.15 s, `bongsu check` of the example plan 0.35 s, both at the median. When one is missed,
the heaviest imports are shown. The last line is what a cold start of the workload's function imports and makes.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLAN = ROOT / "plans" / "naver-sms.yaml"
PROGRAM = "import sys; from bongsu.cli.main import main; main(sys.argv[1:])"
FLOOR, PEER = "python -c pass", "python -c 'import click'"
COLD = "naver_sms.handler and both AWS clients"
HELP, CHECK = "bongsu --help", "bongsu check plans/naver-sms.yaml"
STARTED = {
    FLOOR: ["-c", "pass"],
    PEER: ["-c", "import click"],
    HELP: ["-c", PROGRAM, "--help"],
    CHECK: ["-c", PROGRAM, "check", str(PLAN)],
    COLD: ["-c", "import naver_sms.handler, naver_sms.aws as a; a.client('dynamodb'); a.client('secretsmanager')"],
}
BARS_S = {HELP: 0.15, CHECK: 0.35}
ENVIRON = os.environ | {"AWS_REGION": "ap-northeast-2", "AWS_EC2_METADATA_DISABLED": "true"}
IMPORTS_SHOWN = 15


def main() -> int:
    """Print the medians and their ratios to the floor and the peer; 0 when both bars are met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=15)
    asked = options.parse_args()
    times: dict[str, list[float]] = {name: [] for name in STARTED}
    for words in STARTED.values():
        cpu_s(words)  # the first start writes bytecode
    for _ in range(asked.rounds):
        for name, words in STARTED.items():
            times[name].append(cpu_s(words))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"{asked.rounds} rounds, CPU time of the process, median and worst")
    print(f"{'':36}{'median':>9}{'worst':>9}{'of python':>11}{'of click':>10}{'bar':>9}")
    for name, median in medians.items():
        bar = f"{BARS_S[name]:.2f} s" if name in BARS_S else ""
        ratios = f"{median / medians[FLOOR]:11.1f}{median / medians[PEER]:10.1f}"
        print(f"{name:36}{median * 1000:6.0f} ms{max(times[name]) * 1000:6.0f} ms{ratios}{bar:>9}")
    missed = [name for name, bar in BARS_S.items() if medians[name] > bar]
    for name in missed:
        show_imports(name)
    print(f"bar: {'MISSED by ' + ', '.join(missed) if missed else 'met'}")
    return 1 if missed else 0


def cpu_s(words: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    nowhere = subprocess.DEVNULL
    subprocess.run([sys.executable, *words], check=True, env=ENVIRON, stdout=nowhere, stderr=nowhere)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def show_imports(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *STARTED[name]], check=True, capture_output=True, text=True
    )
    rows = [line.split("|") for line in done.stderr.splitlines() if line.startswith("import time:")][1:]
    heaviest = sorted(((int(row[0].split(":")[1]), row[2].strip()) for row in rows), reverse=True)
    print(f"the heaviest imports of {name}, without what they import themselves:")
    for microseconds, module in heaviest[:IMPORTS_SHOWN]:
        print(f"{microseconds / 1000:9.1f} ms  {module}")


if __name__ == "__main__":
    raise SystemExit(main())
