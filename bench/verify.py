"""How many ledger lines a second are verified, complete, on one core, in evidence of a generated run.

    python -m bench.verify [--looks N] [--repeat N] [--evidence FOLDER]

The run is played through the real rules, checks and ledger by the test suite's made-up world: a baseline, a first
run, a drill with a press, and a watch of N looks (72 are the 24 hours of the example plan). Reported beside the
whole: what the chain alone and the chain with its decoding take, and how the complete time divides between the
program's own functions that verify asks again, and the rest (files, hashes, folding, comparing). With a folder, the
evidence of a real run or rehearsal is proved as `bongsu verify` proves it, instead of the generated one; what
report.html costs is then told apart from the other two reports.
The bar: 50,000 lines a second, complete. CPU time, best of the repeats.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from tests.evidence import synthetic

from bongsu.checks import judge
from bongsu.cli.proving import load_signed, prove, reread
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
        print(f"{len(lines)} lines, {blobs} blobs, CPU time, best of {asked.repeat}")
        show("chain", lines, best(asked.repeat, lambda: verify_chain(lines)))
        show("chain + decode", lines, best(asked.repeat, lambda: (verify_chain(lines), [decode(x) for x in lines])))
        fold = best(asked.repeat, lambda: (verify_chain(lines), folded(plan, map(decode, lines))))
        show("chain + decode + fold", lines, fold)
        complete = best(asked.repeat, lambda: run(folder, asked.looks, None))
        show("complete", lines, complete)
        meter = Meter()
        started = process_time()
        run(folder, asked.looks, meter)
        whole = process_time() - started
    show("the rest alone", lines, divided(meter, whole))
    met = len(lines) / complete >= BAR
    print(f"bar: {BAR} lines/s complete: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def real(folder: Path, repeat: int) -> int:
    """Print lines a second of proving the evidence in a folder; 0 when it meets the bar."""
    lines = (folder / "ledger.jsonl").read_bytes().splitlines()
    blobs = sum(1 for _ in (folder / "blobs").iterdir())
    report = prove(folder)
    assert not report.findings, report.findings
    print(f"{len(lines)} lines, {blobs} blobs, CPU time, best of {repeat}")
    complete = best(repeat, lambda: prove(folder))
    show("complete", lines, complete)
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
    show("the rest alone", lines, divided(meter, process_time() - started))
    return 0 if len(lines) / complete >= BAR else 1


def rendering(meter: Meter) -> Callable[[Story], dict[str, bytes]]:
    """Return what renders the reports as `bongsu.evidence.report` does, each with its time apart."""
    tables_of = meter.on("render: tables", collect)
    page_of = meter.on("render: report.html", as_html)
    texts = {"report.json": meter.on("render: json", as_json), "report.md": meter.on("render: md", as_markdown)}

    def render(story: Story) -> dict[str, bytes]:
        tables = tables_of(story)
        return {name: write(tables) for name, write in texts.items()} | {"report.html": page_of(tables, story)}

    return render


def divided(meter: Meter, whole: float) -> float:
    """Print how a time divides between the metered functions and the rest; return the rest."""
    for name, spent in sorted(meter.spent.items(), key=lambda item: -item[1]):
        print(f"  of which {name:22}{spent / whole:8.0%}")
    rest = whole - sum(meter.spent.values())
    print(f"  of which {'the rest':22}{rest / whole:8.0%}")
    return rest


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
    report = verify(folder, **functions)
    assert not report.findings, report.findings


def best(repeat: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(repeat):
        started = process_time()
        work()
        taken.append(process_time() - started)
    return min(taken)


def show(name: str, lines: list[bytes], seconds: float) -> None:
    print(f"{name:24}{len(lines) / seconds:12,.0f} lines/s{seconds / len(lines) * 1e6:9.1f} us a line")


if __name__ == "__main__":
    raise SystemExit(main())
