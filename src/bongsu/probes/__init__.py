"""Probes: reads against the outside world. `open_probes` gives the one that answers each reading."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bongsu.aws_client import Cleaner
    from bongsu.core.plan import Plan
    from bongsu.probes._port import Probe

    Probes = Mapping[str, Probe]
    """Reading name to the probe that answers it."""


def open_probes(
    plan: Plan,
    *,
    redactor: Cleaner,
    resolve: Callable[[str], str],
    now_ms: Callable[[], int],
    folder: Path,
    mono: Callable[[], float] = monotonic,
) -> Probes:
    """Return the probes that the plan's target, legacy and gateway allow; nothing is asked yet.

    `resolve` gives the text behind a secret reference, `now_ms` is the run's clock in epoch milliseconds, and
    `folder` is what the paths of `file:` references are relative to.
    """
    from bongsu.probes.files import FileProbe

    probes: list[Probe] = [FileProbe(folder, redactor=redactor, mono=mono)]
    if plan.target.kind == "eventbridge_lambda":
        from bongsu.probes.aws import AwsProbe, LegacyProbe, Place

        place = Place.of(plan.target.options)
        # What was sent in past days was sent by the legacy, where the plan names its function.
        history = None if plan.legacy is None else str(plan.legacy.options.get("function") or "") or None
        probes.append(AwsProbe(place, redactor=redactor, now_ms=now_ms, mono=mono, history_function=history))
        if plan.legacy is not None and plan.legacy.kind == plan.target.kind:
            legacy = Place.of({**_shared(plan.target.options), **plan.legacy.options})
            probes.append(LegacyProbe(legacy, redactor=redactor, mono=mono))
    if plan.gateway is not None and plan.gateway.kind == "sens":
        from bongsu.probes.gateway import GatewayProbe

        options = plan.gateway.options
        probes.append(GatewayProbe.of(options, redactor=redactor, resolve=resolve, now_ms=now_ms, mono=mono))
    return {reading: probe for probe in probes for reading in probe.readings}


def _shared(options: Mapping[str, object]) -> dict[str, object]:
    """Return what the legacy takes from the target where it says nothing itself."""
    return {name: options[name] for name in ("region", "account", "endpoint_url") if name in options}
