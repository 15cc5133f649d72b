"""Every effect that `decide` may ask for, imperative; each has a key that is the same on every attempt.

A key is derived from the run's own steps, never from the attempt or the clock, so that a restart finds the same
effect under the same name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bongsu.core.events import Method, Phase, SwitchState, Why

if TYPE_CHECKING:
    from bongsu.core.events import Judged, Resolved
    from bongsu.core.plan import CheckSpec
    from bongsu.core.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Ask the outside world; changes nothing, may be repeated."""

    key: str
    reading: str
    args: dict[str, Any] = field(default_factory=dict)
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Put a check to the observations named by `sources`."""

    key: str
    check: CheckSpec
    sources: dict[str, str]
    """Reading name to the key of its observation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude:
    """Record a judgement that the core itself came to, from the ledger alone: a drill against its SLA."""

    judged: Judged

    @property
    def key(self) -> str:
        """The judgement's key."""
        return self.judged.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Tell somebody something, answer a press, or close a message's buttons."""

    key: str
    message: str
    channel: str
    to: str
    method: Method = Method.POST
    language: str = "en"
    attempt: int = 1
    repeat_of: int | None = None
    about: str = ""
    instead_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Record what a look at the service shows of a send in doubt."""

    key: str
    resolved: Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Enable or disable the target or the legacy."""

    key: str
    which: str
    to: SwitchState
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Enter:
    """Move the run to another phase."""

    phase: Phase
    why: Why
    detail: str = ""

    @property
    def key(self) -> str:
        """The phase's own name: a phase is entered once."""
        return f"phase/{self.phase}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """End the run with its verdict and exit code."""

    verdict: Verdict
    why: Why
    exit_code: int

    @property
    def key(self) -> str:
        """There is one closing."""
        return "close"


Action = Read | Judge | Conclude | Send | Resolve | Switch | Enter | Close
