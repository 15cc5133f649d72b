"""`python -m tests.crash`: kill a run at every point at which its process can die, and go on with it each time."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from tests.crash.stores import SQLITE, STORES, serving
from tests.crash.sweep import EVERY, Kill, Told, doubles, patiently, points_of, singles
from tests.crash.worlds import load_all

CHANGES = (" send", " switch", "create", "phase_entered", "button_pressed", "resolved", "run_")
"""What is in the names of points at which more is at stake than a question that can be asked again."""


def main() -> int:
    """Return 0 when every law held after every kill, 1 when one did not."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--day", action="append", choices=EVERY, help="only that day's run (default: all)")
    parser.add_argument("--store", choices=STORES, default=SQLITE, help="where the runs are kept (default: sqlite)")
    parser.add_argument("--side", choices=["before", "after"], help="only that side of what happens")
    parser.add_argument("--at", help="only this point: its name, or #7 for the seventh")
    parser.add_argument("--then", default="", help="with --at: where the resumption is killed as well")
    parser.add_argument("--slice", type=int, metavar="N", help="only N kills, other ones every day of the calendar")
    parser.add_argument("--turn", type=int, help="with --slice: which slice (default: the day of the calendar)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="worlds at once (default: one a core)")
    parser.add_argument("--keep", type=Path, help="with --at: leave everything in this folder")
    asked = parser.parse_args()
    began = monotonic()
    os.environ["BONGSU_LANG"] = "en"
    load_all(asked.store)
    with tempfile.TemporaryDirectory(prefix="bongsu-crash-") as scratch, serving(asked.store):
        if asked.at:
            kill = Kill((asked.day or ["happy"])[0], asked.at, asked.then, asked.store)
            told = patiently(kill, asked.keep or Path(scratch) / "one", keep=asked.keep is not None)
            return _shown([told], began)
        days = asked.day or [*EVERY]
        with ProcessPoolExecutor(asked.jobs, mp_context=get_context("fork")) as pool:
            kills, first = _enumerated(pool, days, Path(scratch), asked.store)
            if first:
                _shown(first, began)
                return 1
            if asked.side:
                kills = [kill for kill in kills if kill.at.startswith(asked.side)]
            if asked.slice is not None:
                turn = datetime.now(UTC).toordinal() if asked.turn is None else asked.turn
                kills = sliced(kills, asked.slice, turn)
            work = partial(_in_scratch, Path(scratch))
            return _shown(_live(pool.map(work, enumerate(kills)), len(kills)), began)


def _enumerated(
    pool: ProcessPoolExecutor, days: Sequence[str], scratch: Path, store: str
) -> tuple[list[Kill], list[Told]]:
    """Return every kill of the days, and the days that break a law although nobody is killed."""
    kills, broken = [], []
    undisturbed = pool.map(points_of, days, [scratch / day for day in days], [store] * len(days))
    for day, (points, told) in zip(days, undisturbed, strict=True):
        # A day that does not come to its end undisturbed has not shown every point of it.
        broken += [told] if told.broken or told.starved else []
        one, two = singles(day, points, store), doubles(day, points, store)
        sides = Counter(point.split()[1] for point in points)
        said = ", ".join(f"{number} {what}" for what, number in sorted(sides.items()))
        print(f"{day}: {len(points)} points ({said}), {len(two)} second kills; {told.wall_s:.1f} s undisturbed")
        kills += [*one, *two]
    return sorted(kills, key=_later), broken


def _later(kill: Kill) -> tuple[bool, bool]:
    """What is carried out later: a kill that finds what another one finds, and one that is about a reading alone.

    Between a point "after" and the "before" that follows it nothing changes but this process.
    """
    changes = any(word in kill.at for word in CHANGES)
    return kill.at.startswith("before") and not kill.then, not changes


def sliced(kills: Sequence[Kill], most: int, turn: int) -> list[Kill]:
    """Return `most` of the kills, spread over all of them; with every turn others, until all have had theirs."""
    step = -(-len(kills) // most)
    return [*kills[turn % step :: step]]


def _in_scratch(scratch: Path, numbered: tuple[int, Kill]) -> Told:
    number, kill = numbered
    return patiently(kill, scratch / f"kill-{number}")


def _live(told: Iterator[Told], most: int) -> Iterator[Told]:
    """Show how far it is, a line for every fifty and one for each that breaks a law."""
    for number, one in enumerate(told, 1):
        if one.broken or one.starved:
            said = one.broken[0] if one.broken else f"says nothing, {one.starved}"
            print(f"[{number}/{most}] {one.kill}: {said[:300]}", flush=True)
        elif number % 50 == 0:
            print(f"[{number}/{most}]", flush=True)
        yield one


def _shown(told: Iterable[Told], began: float) -> int:
    """Print what came of the kills, and how each that broke a law is tried again alone."""
    struck, seconds, failed, starved = Counter(), 0.0, [], []
    for one in told:
        if not one.starved:
            struck[one.struck] += 1
        seconds += one.wall_s
        failed += [one] if one.broken else []
        starved += [one] if one.starved else []
    for one in (*failed, *starved):
        print(f"\n{one.kill}")
        for said in one.broken or (f"says nothing: {one.starved}",):
            print(f"  {said}")
        print(f"  again: python -m tests.crash {one.kill}")
    number = struck.total() + len(starved)
    print(
        f"{number} runs: {struck[1] + struck[2]} killed ({struck[2]} of them twice), {struck[0]} never came to their"
        f" point, {len(starved)} say nothing on a machine as busy as this; {len(failed)} broke a law;"
        f" {monotonic() - began:.0f} s, {seconds / max(number, 1):.1f} s each"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
