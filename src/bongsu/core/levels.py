"""The levels of an escalation in time, and the ways to the people in them: from the plan alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bongsu.core.once import once_a_plan

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.plan import EscalationPolicy, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDue:
    """One level of one round: who is paged, and from when."""

    round: int
    level: int
    people: tuple[str, ...]
    from_at: datetime

    @property
    def suffix(self) -> str:
        """What the keys of its messages end with."""
        return f"/r{self.round}l{self.level}"


@once_a_plan
def addresses(plan: Plan, contact_id: str) -> tuple[tuple[str, str], ...]:
    """Return every way to one person as (channel, their id there): one per kind of channel, in the plan's order."""
    person = plan.contacts[contact_id]
    ways: dict[str, tuple[str, str]] = {}
    for channel in plan.channels.values():
        if channel.kind in person.addresses and channel.kind not in ways:
            ways[channel.kind] = (channel.name, person.addresses[channel.kind])
    return tuple(ways.values())


def schedule(policy: EscalationPolicy, opened_at: datetime) -> tuple[tuple[LevelDue, ...], datetime]:
    """Return every level of every round with its start, and when the last one's time is over."""
    dues: list[LevelDue] = []
    from_at = opened_at
    for number in range(policy.repeat + 1):
        for index, level in enumerate(policy.levels):
            dues.append(LevelDue(round=number, level=index, people=level.page, from_at=from_at))
            from_at += level.wait
    return tuple(dues), from_at


def keys_of(plan: Plan, subject: str, due: LevelDue, person: str) -> tuple[str, ...]:
    """Return the keys of one person's messages of a level, one for each way to them."""
    return tuple(f"{subject}//{person}@{channel}{due.suffix}" for channel, _ in addresses(plan, person))
