"""Runs under faults: a fixed budget of seeds, every seed that ever broke a law, and proof that the laws can break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bongsu.core.kinds import RunKind
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.replay import failure_of, simulated

ROOT = Path(__file__).parents[2]
SEEDS = int(os.environ.get("BONGSU_SIMULATION_SEEDS", "450"))
DAY = int(os.environ.get("BONGSU_MUTANT", "0"))
"""Which mutants are tried: so many as `AT_ONCE`, beginning with this one; `make mutants` tries them all."""
AT_ONCE = int(os.environ.get("BONGSU_MUTANTS", "2"))
ENDS_OF = {
    RunKind.PAGE: {"0 acknowledged", "1 unanswered", "0 cleared"},
    RunKind.DRILL: {"0 drill_passed", "1 drill_missed"},
}
REGRESSIONS = (421,)
"""Seeds that once broke a law: a page in doubt, then not sent, went out a third time without its mark."""


@pytest.mark.parametrize("tenth", range(10))
def test_every_law_holds_in_every_run(tenth: int) -> None:
    """Lost and late answers, throttling, kills, full disks, clocks that are set, and people who press anything."""
    seeds = range(tenth * SEEDS // 10, (tenth + 1) * SEEDS // 10)
    broken = {seed: found for seed in seeds if isinstance(found := failure_of(seed), str)}
    assert broken == {}


@pytest.mark.parametrize("kind", [RunKind.PAGE, RunKind.DRILL])
def test_every_law_holds_in_every_page_and_every_drill(kind: RunKind) -> None:
    """And every way in which such a run can end is among them."""
    found = {seed: failure_of(seed, kind) for seed in range(SEEDS // 3)}
    assert {seed: said for seed, said in found.items() if isinstance(said, str)} == {}
    ends = {said[1] for said in found.values() if not isinstance(said, str)}
    assert ends >= ENDS_OF[kind]


@pytest.mark.parametrize("seed", REGRESSIONS)
def test_a_seed_that_once_broke_a_law_breaks_none(seed: int) -> None:
    """Whatever was found stays found."""
    assert not isinstance(failure_of(seed), str)


def test_enough_goes_wrong_to_mean_something() -> None:
    """Every kind of end, many kinds of fault, runs over several processes: else the laws hold over nothing."""
    ends, faults, processes = set(), set(), 0
    for seed in range(200):
        simulation, broken = simulated(seed)
        assert not broken
        state = simulation.last.state
        assert state.closed is not None
        ends.add(str(state.closed.why))
        faults |= {(kind, fault) for kind, _, fault in simulation.fates.thrown}
        processes += simulation.processes
    assert ends >= {"watch_over", "no_first_run", "drill_missed", "alarm", "verify_failed", "refused_by_approver"}
    assert len(faults) >= 20 and processes > 230


def test_the_same_seed_is_the_same_run() -> None:
    """To the byte: otherwise a failure could not be looked at again."""
    ledgers = []
    for _ in range(2):
        simulation, broken = simulated(7)
        assert not broken
        ledgers.append([row.line for row in simulation.last.ledger.rows("simulated-1")])
    assert ledgers[0] == ledgers[1]


def chosen() -> list[Mutant]:
    """The mutants of the day."""
    return [MUTANTS[(DAY + number) % len(MUTANTS)] for number in range(min(AT_ONCE, len(MUTANTS)))]


def test_every_mutant_still_has_its_place_in_the_program() -> None:
    """A rule that was written anew must not slip out of `make mutants`, which a usual run tries only a part of."""
    read = {mutant.file: (ROOT / "src" / "bongsu" / mutant.file).read_text("utf-8") for mutant in MUTANTS}
    assert [mutant.name for mutant in MUTANTS if read[mutant.file].count(mutant.old) != 1] == []


@pytest.mark.parametrize("mutant", chosen(), ids=lambda mutant: mutant.name)
def test_a_broken_rule_is_found(tmp_path: Path, mutant: Mutant) -> None:
    """One rule of the core is broken in a copy of the program, and the simulation names a seed that shows it."""
    found = look_for(mutant, tmp_path)
    assert found.returncode == 1, f"{mutant.name} went unnoticed:\n{found.stdout}{found.stderr}"
    assert "shortest replay" in found.stdout


def look_for(mutant: Mutant, folder: Path) -> subprocess.CompletedProcess[str]:
    """Simulate with a copy of the program in which the mutant lives."""
    shutil.copytree(ROOT / "src" / "bongsu", folder / "bongsu", ignore=shutil.ignore_patterns("__pycache__", "sandbox"))
    place = folder / "bongsu" / mutant.file
    text = place.read_text("utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.name} no longer fits {mutant.file}"
    place.write_text(text.replace(mutant.old, mutant.new), "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--kind", mutant.kind, "--seeds", "1500", "--jobs", "1"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
