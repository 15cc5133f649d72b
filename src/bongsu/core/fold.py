"""Folds a whole ledger at the cost of its lines alone: one state that grows, instead of a new one for every line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.core.state import RunState, changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bongsu.core.events import Recorded
    from bongsu.core.plan import Plan


class Fold:
    """The state of a run, line by line: what `evolve` gives, for a reader who needs no earlier state again."""

    __slots__ = ("_plan", "state")

    def __init__(self, plan: Plan, begun: RunState | None = None) -> None:
        """`begun` is a state to go on from, which is this fold's alone from now on; without one it begins empty."""
        self._plan = plan
        self.state = RunState() if begun is None else begun
        """The state after the newest line. The next line changes it in place: whoever keeps it sees that change."""

    def add(self, recorded: Recorded) -> None:
        """Take one more line."""
        state = self.state
        for name, value in changed(self._plan, state, recorded, _in_place).items():
            # The state is frozen for all who are given it; this is the one place where it is made.
            object.__setattr__(state, name, value)


def _in_place(mapping: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    mapping[key] = value
    return mapping


def folded(plan: Plan, lines: Iterable[Recorded], begun: RunState | None = None) -> RunState:
    """Return the state after all lines; those behind `begun`, where there is a state to go on from."""
    fold = Fold(plan, begun)
    for line in lines:
        fold.add(line)
    return fold.state
