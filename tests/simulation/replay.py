"""Runs one seed, whole or with some of its faults left out, and finds the fewest that still break a law."""

from __future__ import annotations

from bongsu.core.kinds import RunKind
from tests.simulation import laws
from tests.simulation.simulate import Simulation

Fault = tuple[str, int, str]


def simulated(
    seed: int, only: frozenset[tuple[str, int]] | None = None, kind: RunKind = RunKind.CUTOVER
) -> tuple[Simulation, str]:
    """Return the simulation after its run, and what broke in it; "" when every law held."""
    simulation = Simulation(seed, only=only, kind=kind)
    try:
        watch = laws.Watch(simulation.plan)
        laws.after(simulation.run(watch))
        watch.switching.after(simulation.last.state)
    except Exception as error:  # noqa: BLE001 - whatever a fault brings about is what is looked for
        return simulation, f"{type(error).__name__}: {error}"
    return simulation, ""


def failure_of(seed: int, kind: RunKind = RunKind.CUTOVER) -> str | tuple[int, str]:
    """Return what broke, or how many events the run has and how it ended."""
    simulation, broken = simulated(seed, kind=kind)
    if broken:
        return broken
    state = simulation.last.state
    assert state.closed is not None
    return state.head.seq, f"{state.closed.exit_code} {state.closed.why}"


def shortest(seed: int, kind: RunKind = RunKind.CUTOVER) -> tuple[list[Fault], str]:
    """Return the fewest faults found that still break a law in this seed, and what they break.

    Halves, quarters and so on are left out as long as something still breaks; then single faults.
    """
    simulation, said = simulated(seed, kind=kind)
    faults = list(simulation.fates.thrown)
    size = max(len(faults) // 2, 1)
    while size:
        at = 0
        while at < len(faults):
            fewer = faults[:at] + faults[at + size :]
            again, broken = simulated(seed, frozenset((of, index) for of, index, _ in fewer), kind)
            if broken:
                kept = set(again.fates.thrown)
                faults, said = [fault for fault in fewer if fault in kept], broken
            else:
                at += size
        size //= 2
    return faults, said
