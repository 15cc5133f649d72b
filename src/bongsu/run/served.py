"""A plan that a worker serves: its channels are opened once, for every run of it that this process drives."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.channels import secrets_of
from bongsu.core.kinds import RunKind
from bongsu.errors import UsageError
from bongsu.run.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from bongsu.core.plan import ChannelSpec, Plan
    from bongsu.redact import Redactor
    from bongsu.run.drivers import Drivers


class NotServed(UsageError):
    """A plan that a worker cannot serve."""

    hint = "rename one of the files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One plan, ready for any number of its runs."""

    name: str
    """How an alarm's address names it: the file's name without its ending."""
    plan: Plan
    source: bytes
    """The signed-off bytes, as they are recorded."""
    folder: Path
    wiring: Wiring
    drivers: Drivers
    outlets: Mapping[str, tuple[str, str]]
    """Channel to its kind and to the account there: channels of two plans may be one bot, and share its limits."""

    @property
    def redactor(self) -> Redactor:
        """What takes secrets out of bytes."""
        return self.wiring.redactor

    def secret(self, reference: str | None, key: str) -> str | None:
        """Return what one of the plan's references leads to, None without one."""
        return None if reference is None else self.wiring.store.resolve(reference, key=key)

    def close(self) -> None:
        """Close the connections."""
        self.drivers.close()


def serve_plan(
    name: str,
    plan: Plan,
    source: bytes,
    *,
    folder: Path,
    now: Callable[[], datetime],
    more: Iterable[tuple[str, str]] = (),
) -> Served:
    """Return a plan with its channels open; nothing is asked of them yet. `more` are secrets that it needs besides.

    Raises:
        NotServed: the plan is a rehearsal's, or has nobody to page.
        SecretMissing: one of its references leads nowhere.
    """
    if plan.clock is not None:
        raise NotServed(
            f"the plan {name!r} has a clock, and a worker's time is the ledger's own",
            hint="take `clock` out of the plan; `bongsu page PLAN` pages under a rehearsal's clock",
        )
    if not plan.escalation:
        raise NotServed(f"the plan {name!r} has no escalation policy", hint="add one: escalation: {critical: {…}}")
    wiring = Wiring(plan, folder, RunKind.PAGE, more=more)
    drivers = wiring.drivers("", now)
    outlets = {spec.name: (spec.kind, account_of(spec, wiring)) for spec in plan.channels.values()}
    kept = wiring.redactor.clean(source)
    return Served(name=name, plan=plan, source=kept, folder=folder, wiring=wiring, drivers=drivers, outlets=outlets)


def account_of(spec: ChannelSpec, wiring: Wiring) -> str:
    """Return what tells the account of a channel from others: a digest of its address and secrets."""
    secrets = (str(spec.options.get(name) or "") for name in secrets_of(spec.kind))
    values = [wiring.store.resolve(reference) for reference in secrets if reference]
    text = "\x1f".join([spec.kind, str(spec.options.get("api_url") or ""), *values])
    return sha256(text.encode()).hexdigest()[:16]
