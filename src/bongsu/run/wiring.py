"""The one place that constructs: from a plan and its secrets to the drivers of a run."""

from __future__ import annotations

import hashlib
import secrets as random_secrets
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from bongsu.addresses import is_here
from bongsu.channels import open_channel, secrets_of
from bongsu.core.codes import ButtonCodes
from bongsu.core.kinds import RunKind
from bongsu.errors import UsageError
from bongsu.inbound import InMemoryAddresses, open_inbound
from bongsu.probes import open_probes
from bongsu.probes.sent import SentMessageProbe
from bongsu.redact import Redactor
from bongsu.run.clock import Clock, RemoteClock, SystemClock
from bongsu.run.drivers import Drivers
from bongsu.secrets import SecretStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bongsu.channels._port import Channel
    from bongsu.core.plan import ChannelSpec, Plan
    from bongsu.inbound._port import Deliver, Inbound
    from bongsu.probes._port import Probe
    from bongsu.probes.sent import History
    from bongsu.targets._port import Target

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
SHORT = 7
"""Letters in the name of a drill or a page."""


def open_clock(plan: Plan, name: str = "bongsu") -> Clock:
    """Return the plan's clock: the one at its address, or this machine's."""
    return SystemClock() if plan.clock is None else RemoteClock(plan.clock, name)


def new_run_id(plan: Plan, opened_at: datetime, kind: RunKind = RunKind.CUTOVER) -> str:
    """Return a name for a new run: the target, the day in the plan's zone, and five letters of chance.

    A drill or a page is named to be typed in the night: what it is, and seven letters.
    """
    if kind is not RunKind.CUTOVER:
        return f"{kind}-{letters(SHORT)}"
    rule = next(iter(plan.target.facts.values()), "cutover")
    words = "-".join(rule.lower().replace("_", "-").split("-")[:3])
    day = opened_at.astimezone(plan.timezone)
    return f"{words}-{day:%Y%m%d}-{letters(5)}"


def letters(number: int) -> str:
    """Return so many letters of chance."""
    return "".join(random_secrets.choice(ALPHABET) for _ in range(number))


class Wiring:
    """Builds the drivers of a kind of run; every secret of theirs is looked up before the first request leaves."""

    def __init__(
        self, plan: Plan, folder: Path, kind: RunKind = RunKind.CUTOVER, *, more: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Look up every secret that the run needs, and `more`; SecretMissing names all that lead nowhere."""
        self.plan = plan
        self.folder = folder
        self.kind = kind
        self.store = SecretStore(
            folder, region=plan.secrets.get("region"), endpoint_url=plan.secrets.get("endpoint_url")
        )
        self.store.resolve_all([*references(plan, kind), *more])
        self.redactor = Redactor(self.store.values)
        self.answers = InMemoryAddresses()
        """Where presses can be answered, told to the channels by the ways in."""

    def target(self) -> Target:
        """Return the plan's target."""
        from importlib import import_module

        module = import_module(f"bongsu.targets.{self.plan.target.kind}")
        target: Target = module.open_target(self.plan, redactor=self.redactor)
        return target

    def drivers(
        self, run_id: str, now: Callable[[], datetime], *, anew: Callable[[], datetime] | None = None
    ) -> Drivers:
        """Return everything that a run acts through; nothing is asked yet.

        It tells the time by `now`; what comes in from outside, at a moment of its own, by `anew`.
        """
        plan = self.plan
        codes = ButtonCodes(run_id=run_id, key=self.button_key())
        answers = self.answers
        channels = {name: self._channel(spec, codes, answers, now) for name, spec in plan.channels.items()}
        if plan.clock is not None:
            _stay_here(channels)
        target = self.target() if self.kind is RunKind.CUTOVER else None
        probes = self._probes(channels, now)
        endpoints = {name: channel.endpoint for name, channel in channels.items()}
        if target is not None:
            endpoints["target"] = target.endpoint
        if "gateway" in probes:
            endpoints["sms_gateway"] = probes["gateway"].endpoint

        def listen(deliver: Deliver) -> Sequence[Inbound]:
            ways = (
                open_inbound(
                    spec,
                    resolve=self.store.resolve,
                    codes=codes,
                    redactor=self.redactor,
                    answers=answers,
                    deliver=deliver,
                    now=anew or now,
                )
                for spec in plan.channels.values()
            )
            return [way for way in ways if way is not None]

        return Drivers(
            channels=channels,
            probes=probes,
            target=target,
            cleaner=self.redactor,
            endpoints={name: origin(url) for name, url in sorted(endpoints.items())},
            listen=listen,
            closers=tuple(channel.close for channel in channels.values()),
        )

    def _channel(
        self, spec: ChannelSpec, codes: ButtonCodes, answers: InMemoryAddresses, now: Callable[[], datetime]
    ) -> Channel:
        return open_channel(
            spec,
            resolve=self.store.resolve,
            codes=codes,
            redactor=self.redactor,
            answers=answers,
            now_ms=lambda: int(now().timestamp() * 1000),
        )

    def _probes(self, channels: Mapping[str, Channel], now: Callable[[], datetime]) -> Mapping[str, Probe]:
        probes: Mapping[str, Probe] = {}
        if self.kind is RunKind.CUTOVER:
            probes = open_probes(
                self.plan,
                redactor=self.redactor,
                resolve=self.store.resolve,
                now_ms=lambda: int(now().timestamp() * 1000),
                folder=self.folder,
            )
        histories = {
            name: cast("History", channel) for name, channel in channels.items() if hasattr(channel, "history")
        }
        sent = SentMessageProbe(histories)
        return {**probes, **dict.fromkeys(sorted(sent.readings), sent)}

    def button_key(self) -> bytes:
        """Return the key of the buttons' codes; without one in the plan, chance: codes then die with this process."""
        reference = self.plan.keys.get("buttons")
        if reference is None:
            return random_secrets.token_bytes(32)
        return hashlib.sha256(self.store.resolve(str(reference), key="keys.buttons").encode()).digest()


def _stay_here(channels: Mapping[str, Channel]) -> None:
    """Refuse a rehearsal that would write to people: what a secret address leads to, no plan can show."""
    for name, channel in channels.items():
        leads = urlsplit(channel.endpoint)
        written_here = leads.scheme == "file" or channel.endpoint in ("stdout", "stderr")
        if not written_here and not is_here(leads.hostname or ""):
            raise UsageError(
                f"the plan has a clock, and its channel {name!r} leads beyond this machine",
                hint="give it an address on this machine, or take the clock out of the plan",
            )


def references(plan: Plan, kind: RunKind = RunKind.CUTOVER) -> Iterator[tuple[str, str]]:
    """Yield every secret that the drivers of such a run will ask for, as (plan key, reference)."""
    if plan.keys.get("buttons"):
        yield "keys.buttons", str(plan.keys["buttons"])
    if kind is RunKind.CUTOVER and plan.guard is not None:
        yield "guard.key", plan.guard.key
    for channel in plan.channels.values():
        for name in secrets_of(channel.kind):
            if channel.options.get(name):
                yield f"channels.{channel.name}.{name}", str(channel.options[name])
        if channel.personal:
            for contact in plan.contacts.values():
                if channel.kind in contact.addresses:
                    yield f"contacts.{contact.id}.{channel.kind}", contact.addresses[channel.kind]
    if kind is RunKind.CUTOVER and plan.gateway is not None and plan.gateway.options.get("key"):
        yield "sms_gateway.key", str(plan.gateway.options["key"])


def origin(url: str) -> str:
    """Return scheme, host and port of an address: what the ledger says about where a driver talks to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else url
