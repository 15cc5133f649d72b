"""How many simulated runs under seeded faults an hour has, against the same ledger lines checked and decoded alone.

    python -m bench.simulation [--seeds N] [--jobs N]

A simulated run (`python -m tests.simulation`) is the program's own loop, core, checks, messages and ledger in memory,
against an outside world that loses, delays and refuses, with every law looked at after every line. Counted are runs of
at least 40 lines; the time is that of all. The floor is what the very lines of these runs cost to be hashed along the
chain and decoded once, and nothing else: no decision, no message, no world, no law.
The bar: 1,000,000 runs an hour on two cores.
"""

from __future__ import annotations

import argparse
import gc
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from time import perf_counter, process_time

from tests.simulation.__main__ import ALLOCATIONS
from tests.simulation.outside import RUN
from tests.simulation.replay import simulated

from bongsu.core.chain import Head, verify_chain
from bongsu.ledger.codec import decode

BAR = 1_000_000
LINES_LEAST = 40
CHUNK = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What some seeds came to: runs that are long enough, lines of all, CPU of all and of the floor."""

    whole: int
    lines: int
    cpu_s: float
    floor_s: float


def main() -> int:
    """Print runs an hour, lines a run and the ratio to the floor; 0 when the bar is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=2000)
    options.add_argument("--jobs", type=int, default=2)
    asked = options.parse_args()
    seeds = [range(at, min(at + CHUNK, asked.seeds)) for at in range(0, asked.seeds, CHUNK)]
    with ProcessPoolExecutor(asked.jobs) as pool:
        list(pool.map(share_of, [range(1)] * asked.jobs))
        began = perf_counter()
        shares = list(pool.map(share_of, seeds))
        wall_s = perf_counter() - began
    whole, lines = sum(one.whole for one in shares), sum(one.lines for one in shares)
    cpu_s, floor_s = sum(one.cpu_s for one in shares), sum(one.floor_s for one in shares)
    # The floor is measured in the same processes; its time is not the simulation's.
    hourly = whole / (wall_s - floor_s / asked.jobs) * 3600
    by_cpu = whole / (cpu_s / asked.jobs) * 3600
    print(f"{asked.seeds} seeds, {whole} runs of at least {LINES_LEAST} lines, {lines / asked.seeds:.0f} lines a run")
    print(f"{hourly:12,.0f} runs an hour, in {asked.jobs} processes, {wall_s:.1f} s of wall time")
    print(f"{by_cpu:12,.0f} runs an hour if {asked.jobs} cores had nothing else to do ({cpu_s:.1f} s of CPU)")
    print(f"{cpu_s / floor_s:12.1f} times the floor ({floor_s:.2f} s of CPU: chain and decoding of the same lines)")
    met = hourly >= BAR
    print(f"bar: {BAR:,} runs an hour on two cores: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def share_of(seeds: range) -> Share:
    """Simulate some seeds; AssertionError for one in which a law broke."""
    gc.set_threshold(ALLOCATIONS)
    whole, lines, cpu_s, floor_s = 0, 0, 0.0, 0.0
    for seed in seeds:
        began = process_time()
        simulation, broken = simulated(seed)
        done = process_time()
        assert not broken, f"seed {seed}: {broken}"
        stored = [row.line for row in simulation.last.ledger.rows(RUN)]
        before = process_time()
        assert isinstance(verify_chain(stored), Head)
        for line in stored:
            decode(line)
        floor_s += process_time() - before
        cpu_s += done - began
        lines += len(stored)
        whole += len(stored) >= LINES_LEAST
    return Share(whole=whole, lines=lines, cpu_s=cpu_s, floor_s=floor_s)


if __name__ == "__main__":
    raise SystemExit(main())
