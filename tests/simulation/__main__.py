"""`python -m tests.simulation --seeds N`: simulate runs, and print a failing seed with its shortest replay."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from time import monotonic

from bongsu.core.kinds import RunKind
from tests.simulation.replay import failure_of, shortest

CHUNK = 250
ALLOCATIONS = 50_000
"""How many objects more than before, between two looks of a worker for those that nothing needs any more."""


def main() -> int:
    """Return 0 when every law held in every run, 1 when one did not."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many runs (default: 1000)")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    parser.add_argument(
        "--kind", type=RunKind, choices=list(RunKind), default=RunKind.CUTOVER, help="what the runs are"
    )
    asked = parser.parse_args()
    began, events, ends = monotonic(), 0, Counter[str]()
    chunks = [range(at, min(at + CHUNK, asked.first + asked.seeds)) for at in _starts(asked.first, asked.seeds)]
    look = partial(look_at, kind=asked.kind)
    with ProcessPoolExecutor(asked.jobs) as pool:
        for chunk in pool.map(look, chunks) if asked.jobs > 1 else map(look, chunks):
            if isinstance(chunk, int):
                return tell(chunk, asked.kind)
            events += chunk[0]
            ends.update(chunk[1])
    took = monotonic() - began
    for end, number in ends.most_common():
        print(f"{number:>8}  {end}")
    hourly = asked.seeds / took * 3600
    print(f"{asked.seeds} runs, {events} events, {took:.1f} s: {hourly:,.0f} runs an hour; every law held")
    return 0


def _starts(first: int, seeds: int) -> range:
    return range(first, first + seeds, CHUNK)


def look_at(seeds: range, kind: RunKind = RunKind.CUTOVER) -> int | tuple[int, Counter[str]]:
    """Return the first seed in which a law broke, or the number of events and how the runs ended."""
    gc.set_threshold(ALLOCATIONS)
    events, ends = 0, Counter[str]()
    for seed in seeds:
        found = failure_of(seed, kind)
        if isinstance(found, str):
            return seed
        events += found[0]
        ends[found[1]] += 1
    return events, ends


def tell(seed: int, kind: RunKind) -> int:
    """Print what a failing seed breaks, and the fewest faults that still do."""
    print(f"seed {seed}: {failure_of(seed, kind)}")
    faults, said = shortest(seed, kind)
    print(f"shortest replay: {len(faults)} faults: {said}")
    for call, index, fault in faults:
        print(f"  {call} {index}: {fault}")
    print(f"again: python -m tests.simulation --kind {kind} --from {seed} --seeds 1")
    return 1


if __name__ == "__main__":
    sys.exit(main())
