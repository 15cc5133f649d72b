"""What can be known before a run is opened: every service is asked, nothing is sent, nothing is switched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.channels._port import Clocked
from bongsu.core.skew import SKEW
from bongsu.errors import UsageError
from bongsu.probes._port import ReadNotDone
from bongsu.wire import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from bongsu.core.plan import Plan
    from bongsu.run.drivers import Drivers
    from bongsu.wire import Wire

SECOND, NO_TIME = timedelta(seconds=1), timedelta(0)
FILES = "file:"
"""The endpoint of the probe that reads what lies on this machine."""


class ServicesRefuse(UsageError):
    """A channel, a contact or the target is not as the plan has it; no run was opened."""

    hint = "correct it and look again with `bongsu check PLAN --online`"


def findings(plan: Plan, drivers: Drivers, *, at: Callable[[float], datetime] | None) -> list[Finding]:
    """Return what every channel, contact and the target answer.

    `at` turns `time.monotonic()` into the time by the clock that the run will have, which is held against the chats';
    None where that clock is not at hand.
    """
    found: list[Finding] = []
    for name, channel in drivers.channels.items():
        kind = plan.channels[name].kind
        people = {c.name: c.addresses[kind] for c in plan.contacts.values() if kind in c.addresses}
        found.extend(channel.preflight(people))
        if at is not None and isinstance(channel, Clocked) and channel.clocked is not None:
            found.extend(_clock(f"{name} clock", channel.clocked, at))
    if drivers.target is not None:
        found.extend(drivers.target.preflight())
        found.extend(_files(plan, drivers))
    return found


def _files(plan: Plan, drivers: Drivers) -> Iterator[Finding]:
    """Yield of each file that the baseline will read whether it can be; what it holds is the check's to judge."""
    for check in plan.baseline:
        for need in check.reads:
            probe = drivers.probes.get(need.reading)
            if probe is None or probe.endpoint != FILES:
                continue
            answer = probe.read(need.reading, need.args)
            if isinstance(answer, ReadNotDone):
                hint = f"have the file that the baseline's {check.name} names written, beside the plan"
                yield Finding(subject=f"{check.name} file", ok=False, text=answer.reason, hint=hint, in_baseline=True)
            else:
                yield Finding(subject=f"{check.name} file", ok=True, text=f"'{need.args['path']}' can be read")


def _clock(subject: str, shown: Wire, at: Callable[[float], datetime]) -> list[Finding]:
    """Return that this machine's clock is too far off for its evidence to verify; nothing where it is not.

    The service's time is of a whole second, somewhere between the two at which the request left and was answered.
    """
    assert shown.service_at is not None and shown.received_mono is not None
    least = shown.service_at - at(shown.received_mono)
    most = shown.service_at + SECOND - at(shown.sent_mono)
    if least <= SKEW and most >= -SKEW:
        return []
    off = least + (most - least) / 2
    far = f"{abs(off.total_seconds()):.0f} s {'behind' if off > NO_TIME else 'ahead of'}"
    text = f"this machine's clock is {far} the service's, and a run's evidence holds up to {SKEW.seconds} s"
    hint = "have a time server set this machine's clock (`timedatectl`), then look again"
    return [Finding(subject=subject, ok=False, text=text, hint=hint)]


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
