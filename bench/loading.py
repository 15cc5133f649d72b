"""How long it takes to have the state of a long run in hand, from its snapshot and from its first line.

    python -m bench.loading [--lines N] [--behind N] [--repeat N]

The run is played through the real rules and checks by the test suite's made-up world into an SQLite ledger: a cutover
whose watch goes on until N lines stand. Then its state is loaded as `resume`, `status` and a worker do: once by folding
every line, and once from a snapshot with so many lines behind it (default 400; the next one is due at 500). Beside it
what keeping a snapshot costs, and its size beside the lines'.
The bar: from the snapshot at least three times as fast, by CPU time; best of the repeats.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from tests.evidence import synthetic
from tests.evidence.synthetic import RUN

from bongsu.core.fold import folded
from bongsu.ledger import snapshots
from bongsu.ledger.codec import decode
from bongsu.ledger.sqlite import SqliteLedger

if TYPE_CHECKING:
    from collections.abc import Callable

BAR = 3.0
LINES_A_LOOK = 5


def best(repeat: int, work: Callable[[], object]) -> tuple[float, float]:
    """Return the least CPU and wall time in milliseconds that some work took, of several times."""
    taken = []
    for _ in range(repeat):
        cpu, wall = process_time(), perf_counter()
        work()
        taken.append(((process_time() - cpu) * 1e3, (perf_counter() - wall) * 1e3))
    return min(taken)


def main() -> int:
    """Print both ways and their ratio; 0 when the bar is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=10_000)
    options.add_argument("--behind", type=int, default=400)
    options.add_argument("--repeat", type=int, default=5)
    asked = options.parse_args()
    plan = synthetic.plan_of(asked.lines // LINES_A_LOOK)
    with tempfile.TemporaryDirectory() as made:
        ledger = SqliteLedger(Path(made))
        synthetic.Player(plan=plan, ledger=ledger).play(until=asked.lines)
        rows = list(ledger.rows(RUN))
        size = sum(len(row.line) for row in rows)
        print(f"{len(rows)} lines, {size / 1e6:.1f} MB, best of {asked.repeat}")
        whole = best(asked.repeat, lambda: snapshots.state_of(ledger, RUN, plan))
        show(f"from the first line ({len(rows)} lines)", whole)
        earlier = folded(plan, (decode(row.line) for row in rows[: len(rows) - asked.behind]))
        kept = snapshots.encode(earlier)
        assert kept is not None
        snapshots.keep(ledger, RUN, earlier.head, kept)
        begun = best(asked.repeat, lambda: snapshots.state_of(ledger, RUN, plan))
        assert snapshots.state_of(ledger, RUN, plan) == folded(plan, (decode(row.line) for row in rows))
        show(f"from a snapshot and {asked.behind} lines", begun)
        show("making the bytes of a snapshot", best(asked.repeat, lambda: snapshots.encode(earlier)))
        show("keeping them", best(asked.repeat, lambda: snapshots.keep(ledger, RUN, earlier.head, kept)))
        print(f"a snapshot is {len(kept) / 1e6:.2f} MB, {len(kept) / size:.0%} of the lines")
        ledger.close()
    ratio = whole[0] / begun[0]
    print(f"from the snapshot {ratio:.1f} times as fast; bar {BAR:.0f} times: {'met' if ratio >= BAR else 'MISSED'}")
    return 0 if ratio >= BAR else 1


def show(name: str, took: tuple[float, float]) -> None:
    """Print what something took."""
    print(f"{name:40}{took[0]:9.1f} ms of CPU{took[1]:9.1f} ms of wall time")


if __name__ == "__main__":
    raise SystemExit(main())
