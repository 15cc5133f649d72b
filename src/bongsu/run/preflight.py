"""What can be known before a run is opened: every service is asked, nothing is sent, nothing is switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bongsu.core.plan import Plan
    from bongsu.run.drivers import Drivers
    from bongsu.wire import Finding


class ServicesRefuse(UsageError):
    """A channel, a contact or the target is not as the plan has it; no run was opened."""

    hint = "correct it and look again with `bongsu check PLAN --online`"


def findings(plan: Plan, drivers: Drivers) -> list[Finding]:
    """Return what every channel, contact and the target answer."""
    found: list[Finding] = []
    for name, channel in drivers.channels.items():
        kind = plan.channels[name].kind
        people = {c.name: c.addresses[kind] for c in plan.contacts.values() if kind in c.addresses}
        found.extend(channel.preflight(people))
    if drivers.target is not None:
        found.extend(drivers.target.preflight())
    return found


def require(found: Sequence[Finding]) -> None:
    """Raise one ServicesRefuse with every finding that stands in the way of a run, a line each.

    What the baseline asks too, such as whether a rule is off, is left to it: then the answer is recorded and told.
    """
    refused = [finding for finding in found if not finding.ok and not finding.in_baseline]
    if not refused:
        return
    one = len(refused) == 1
    advice = dict.fromkeys(f.hint if one else f"{f.subject}: {f.hint}" for f in refused if f.hint)
    raise ServicesRefuse(
        f"the run was not opened: {len(refused)} of {len(found)} answers {'refuses' if one else 'refuse'} the plan",
        cause="\n".join(f"{f.subject}: {f.text}" for f in refused),
        hint="\n".join(advice) or None,
    )
