"""How many ledger lines a second are verified, complete, on one core, in evidence of a generated run.

    python -m bench.verify [--looks N] [--repeat N] [--evidence FOLDER]

The run is played through the real rules, checks and ledger by the test suite's made-up world: a baseline, a first
run, a drill with a press, and a watch of N looks (72 are the 24 hours of the example plan). Reported beside the
whole: what the chain alone and the chain with its decoding take, and how the complete time divides between the
program's own functions that verify asks again, and the rest (files, hashes, folding, comparing). With a folder, the
evidence of a real run or rehearsal is proved as `bongsu verify` proves it, instead of the generated one; what
report.html costs is then told apart from the other two reports.
The bar: 50,000 lines a second, complete, by CPU time; best of the repeats. Wall time stands beside it, and how many
times the chain alone (hashes, in the same minute) each part takes.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.evidence import synthetic

from bongsu.checks import judge
from bongsu.cli.proving import collecting_seldom, load_signed, prove, reread
from bongsu.core.chain import verify_chain
from bongsu.core.decide import decide
from bongsu.core.fold import folded
from bongsu.evidence.collect import as_json, collect
from bongsu.evidence.markdown import as_markdown
from bongsu.evidence.page import as_html
from bongsu.evidence.verify import verify
from bongsu.ledger.codec import decode
from bongsu.messages import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from bongsu.evidence.folder import Story

BAR = 50_000


class Took(NamedTuple):
    """The CPU and the wall time that something took."""

    cpu_s: float
    wall_s: float


class Meter:
    """Adds up the CPU time spent in the functions that it wraps."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def on(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def metered(*args: Any, **more: Any) -> Any:
            started = process_time()
            try:
                return function(*args, **more)
            finally:
                self.spent[name] = self.spent.get(name, 0.0) + process_time() - started

        return metered


def main() -> int:
    """Print lines a second for each part; 0 when the complete verification meets the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--looks", type=int, default=72)
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--evidence", type=Path)
    asked = options.parse_args()
    if asked.evidence is not None:
        return real(asked.evidence, asked.repeat)
    plan = synthetic.plan_of(asked.looks)
    with tempfile.TemporaryDirectory() as made:
        folder = synthetic.Player(plan=plan).play().write(Path(made) / "run")
        lines = (folder / "ledger.jsonl").read_bytes().splitlines()
        blobs = sum(1 for _ in (folder / "blobs").iterdir())
        print(f"{len(lines)} lines, {blobs} blobs, best of {asked.repeat}")
        chain = shown_chain(lines, asked.repeat)
        decoded = best(asked.repeat, lambda: (verify_chain(lines), [decode(x) for x in lines]))
        show("chain + decode", lines, decoded, chain)
        fold = best(asked.repeat, lambda: (verify_chain(lines), folded(plan, map(decode, lines))))
        show("chain + decode + fold", lines, fold, chain)
        complete = best(asked.repeat, lambda: run(folder, asked.looks, None))
        show("complete", lines, complete, chain)
        meter = Meter()
        started = process_time()
        run(folder, asked.looks, meter)
        divided(meter, process_time() - started)
    met = len(lines) / complete.cpu_s >= BAR
    print(f"bar: {BAR} lines/s complete: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def real(folder: Path, repeat: int) -> int:
    """Print lines a second of proving the evidence in a folder; 0 when it meets the bar."""
    lines = (folder / "ledger.jsonl").read_bytes().splitlines()
    blobs = sum(1 for _ in (folder / "blobs").iterdir())
    report = prove(folder)
    assert not report.findings, report.findings
    print(f"{len(lines)} lines, {blobs} blobs, best of {repeat}")
    chain = shown_chain(lines, repeat)
    complete = best(repeat, lambda: prove(folder))
    show("complete", lines, complete, chain)
    meter = Meter()
    own: dict[str, Any] = {
        "load_plan": load_signed,
        "reread": reread,
        "judge": judge,
        "render_message": render,
        "decide": decide,
    }
    started = process_time()
    verify(folder, render=rendering(meter), **{name: meter.on(name, function) for name, function in own.items()})
    divided(meter, process_time() - started)
    return 0 if len(lines) / complete.cpu_s >= BAR else 1


def rendering(meter: Meter) -> Callable[[Story], dict[str, bytes]]:
    """Return what renders the reports as `bongsu.evidence.report` does, each with its time apart."""
    tables_of = meter.on("render: tables", collect)
    page_of = meter.on("render: report.html", as_html)
    texts = {"report.json": meter.on("render: json", as_json), "report.md": meter.on("render: md", as_markdown)}

    def render(story: Story) -> dict[str, bytes]:
        tables = tables_of(story)
        return {name: write(tables) for name, write in texts.items()} | {"report.html": page_of(tables, story)}

    return render


def divided(meter: Meter, whole: float) -> None:
    """Print how a time divides between the metered functions and the rest."""
    for name, spent in sorted(meter.spent.items(), key=lambda item: -item[1]):
        print(f"  of which {name:22}{spent / whole:8.0%}")
    rest = whole - sum(meter.spent.values())
    print(f"  of which {'the rest':22}{rest / whole:8.0%}")


def run(folder: Path, looks: int, meter: Meter | None) -> None:
    functions: dict[str, Any] = {
        "load_plan": lambda data: synthetic.load_plan(data, looks),
        "render": synthetic.render,
        "reread": synthetic.reread,
        "judge": judge,
        "render_message": synthetic.render_message,
        "decide": decide,
    }
    if meter is not None:
        functions = {name: meter.on(name, function) for name, function in functions.items()}
    with collecting_seldom():
        report = verify(folder, **functions)
    assert not report.findings, report.findings


def best(repeat: int, work: Callable[[], object]) -> Took:
    """Return the least that some work took, of several times."""
    taken = []
    for _ in range(repeat):
        cpu, wall = process_time(), perf_counter()
        work()
        taken.append(Took(process_time() - cpu, perf_counter() - wall))
    return min(taken)


def shown_chain(lines: list[bytes], repeat: int) -> Took:
    """Print and return what the chain alone takes: the floor."""
    chain = best(repeat, lambda: verify_chain(lines))
    show("chain", lines, chain, chain)
    return chain


def show(name: str, lines: list[bytes], took: Took, floor: Took) -> None:
    """Print lines a second by CPU and by wall time, and the ratio to the floor."""
    each_us = took.cpu_s / len(lines) * 1e6
    rates = f"{len(lines) / took.cpu_s:12,.0f} lines/s by CPU{len(lines) / took.wall_s:12,.0f} by wall"
    print(f"{name:24}{rates}{each_us:9.1f} us a line{took.cpu_s / floor.cpu_s:7.1f} times the chain")


if __name__ == "__main__":
    raise SystemExit(main())
