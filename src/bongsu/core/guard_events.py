"""The facts between a run and its guard: in the run's ledger how its guard does, in the guard's what became of the run.

They are events like those of `core.events`, and stand here because neither kind of run has the other's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the codec resolves these annotations at run time
from enum import StrEnum


class Guarding(StrEnum):
    """How it stands with a run's guard, as the run sees it."""

    STANDING_BY = "standing_by"
    LOST = "lost"
    ACTED = "acted"


class Did(StrEnum):
    """What a guard did about a run that it took for dead."""

    PAGED = "paged"
    RESTORED = "restored"
    """It paged, and began to put the target back to its safe state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardChanged:
    """The run's guard answers, does not answer any more, or says that it took this run for dead and acted."""

    state: Guarding
    reason: str = ""
    guard_run: str = ""
    """The run in whose ledger the guard writes."""
    did: Did | None = None


class Heart(StrEnum):
    """What a guard has heard of its run last."""

    ARMED = "armed"
    SILENT = "silent"
    HEARD = "heard"
    CLOSED = "closed"
    LEFT = "left"
    """Somebody stopped the run's process on purpose, or the run is held: whoever did that has it in hand."""


class Safe(StrEnum):
    """The state in which a target is safe while nobody drives the run."""

    OFF = "off"
    AS_IT_IS = "as_it_is"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatsChanged:
    """Of a guard: the run was handed to it, fell silent, was heard again, or took its leave."""

    run: str
    state: Heart
    phase: str
    """Where the run stood by its newest word."""
    safe: Safe
    last_at: datetime | None = None
    """When the newest heartbeat arrived, by the guard's clock."""
    lost: int = 0
    """How often the run had missed its guard by then."""


class Life(StrEnum):
    """What a second look at a silent run shows."""

    ALIVE = "alive"
    GONE = "gone"
    """No process drives it."""
    STANDS_STILL = "stands_still"
    """A process has it in hand, and nothing of it moves."""
    OUT_OF_SIGHT = "out_of_sight"
    """Guard and run have no store in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLookedFor:
    """Of a guard: what it saw of a silent run in the store that both have."""

    run: str
    found: Life
    reason: str = ""


OfGuards = GuardChanged | HeartbeatsChanged | RunLookedFor
