"""How much an audit finds of what was planted in logs by other hands, how often it speaks in clean ones, and its pace.

    python -m bench.audit [--rules] [FOLDER ...]

Without a folder: the sets of tests/audit/data/strangers. A set of your own is a folder of logs; beside `NAME.EXT`
(and `NAME.annex.EXT`) stands `NAME.key.json` with what was planted and where, and a log called `clean-…` has nothing
wrong in it. Found is what a finding points at, at any of the planted places. The first columns are what is found at
each confidence and surer; then findings that point at nothing planted, and clean logs in which something was found.
With --rules each rule is shown with what it found, what it alone found, and how often it spoke beside.
The bar, at the confidence that `bongsu audit` shows unless asked otherwise (medium): nine of ten found, and no more
than one clean log of twenty with a finding. The pace stands beside a floor: reading the same files and finding every
word and number in them with one pattern.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

from tests.audit.strangers import SETS, clean, stories

from bongsu.audit import audit
from bongsu.audit.beside import open_log
from bongsu.audit.findings import Confidence

LEAST_FOUND, MOST_SPOKEN = 90, 5
"""In percent of the planted, and of the clean logs."""
WORD = re.compile(r"\w+|[^\w\s]")


@dataclass
class Score:
    """What came of one set, or of all."""

    planted: int = 0
    found: Counter[Confidence] = field(default_factory=Counter)
    """By the surest finding that points at it."""
    beside: int = 0
    clean: int = 0
    spoken: int = 0
    """Clean logs in which `bongsu audit` shows a finding: one of medium confidence or surer."""
    unsure: int = 0
    """Those in which it finds anything at all."""
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By rule and by `found`, `alone` or `wrong`."""
    cpu_s: float = 0.0
    floor_s: float = 0.0
    kilobytes: float = 0.0

    def add(self, other: Score) -> None:
        """Add a set to the whole."""
        for name in (
            "planted",
            "found",
            "beside",
            "clean",
            "spoken",
            "unsure",
            "rules",
            "cpu_s",
            "floor_s",
            "kilobytes",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def main() -> int:
    """Print a line for each set and one for all; 0 when the bar is met."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    options.add_argument("--rules", action="store_true")
    asked = options.parse_args()
    whole = Score()
    names = ("planted", "high", "medium", "all", "beside", "clean", "spoken in", "with low")
    print(" " * 16 + "".join(f"{name:>10}" for name in names))
    for folder in asked.folders or sorted(SETS.iterdir()):
        score = of_set(folder)
        show(folder.name, score)
        whole.add(score)
    show("all", whole)
    print(f"{whole.kilobytes / whole.cpu_s:.0f} kB a second of CPU, {whole.cpu_s / whole.floor_s:.0f} times the floor")
    if asked.rules:
        show_rules(whole.rules)
    shown = whole.found[Confidence.HIGH] + whole.found[Confidence.MEDIUM]
    few = shown * 100 < LEAST_FOUND * whole.planted
    many = whole.spoken * 100 > MOST_SPOKEN * whole.clean
    missed = [name for name, so in (("found", few), ("spoken in", many)) if so]
    met = f"MISSED by {', '.join(missed)}" if missed else "met"
    print(f"bar: {LEAST_FOUND} % found, {MOST_SPOKEN} % spoken in: {met}")
    return 1 if missed else 0


def of_set(folder: Path) -> Score:
    """Audit the logs of one folder."""
    score = Score()
    for story in stories(folder):
        findings = timed(score, story.paths)
        pointing = [[number for number, one in enumerate(findings) if planted.hit_by(one)] for planted in story.planted]
        for hits in pointing:
            score.planted += 1
            names = {findings[number].rule for number in hits}
            score.rules.update((name, "found") for name in names)
            score.rules.update((name, "alone") for name in names if len(names) == 1)
            levels = [level for level in Confidence if any(findings[number].confidence is level for number in hits)]
            score.found.update(levels[:1])
        idle = set(range(len(findings))) - {number for hits in pointing for number in hits}
        score.beside += len(idle)
        score.rules.update((findings[number].rule, "wrong") for number in idle)
    for path in clean(folder):
        findings = timed(score, (path,))
        score.clean += 1
        score.spoken += any(one.confidence.at_least(Confidence.MEDIUM) for one in findings)
        score.unsure += bool(findings)
        score.rules.update((one.rule, "wrong") for one in findings)
    return score


def timed(score: Score, paths: tuple[Path, ...]) -> list:
    """Audit files together, and count what it took beside the floor."""
    score.kilobytes += sum(path.stat().st_size for path in paths) / 1000
    started = process_time()
    findings = audit([open_log(path) for path in paths])
    audited = process_time()
    for path in paths:
        WORD.findall(path.read_text("utf-8"))
    score.cpu_s += audited - started
    score.floor_s += process_time() - audited
    return findings


def show(name: str, score: Score) -> None:
    """Print the line of one set, or of all."""
    so_far, columns = 0, []
    for level in Confidence:
        so_far += score.found[level]
        columns.append(so_far)
    high, medium, all_of_them = columns
    print(
        f"{name:16}{score.planted:>10}{high:>10}{medium:>10}{all_of_them:>10}"
        f"{score.beside:>10}{score.clean:>10}{score.spoken:>10}{score.unsure:>10}"
    )


def show_rules(rules: Counter[tuple[str, str]]) -> None:
    """Print each rule that spoke, those that spoke wrongly first."""
    names = sorted({name for name, _ in rules}, key=lambda name: (-rules[name, "wrong"], -rules[name, "found"], name))
    print(f"{'':28}{'found':>8}{'alone':>8}{'wrong or beside':>17}")
    for name in names:
        print(f"{name:28}{rules[name, 'found']:>8}{rules[name, 'alone']:>8}{rules[name, 'wrong']:>17}")


if __name__ == "__main__":
    raise SystemExit(main())
