"""The plan of a cutover as the core sees it: checked values, no text still to be parsed.

`bongsu.planfile` builds these from the YAML file. Everything open-ended (a channel's, target's or check's own
options) is a mapping that the driver of that kind has already accepted; the core never looks inside, except
for the `facts` that a target declares for messages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from bongsu.core.kinds import RunKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When the target may be enabled; aware UTC, end exclusive."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse a window without length."""
        if self.end <= self.start:
            raise ValueError("the window ends before it starts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A named person with a role and an address per kind of channel."""

    id: str
    name: str
    role: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Channel kind to the person's id there: `telegram` a user id, `slack` a `U…` id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """A way out to people: its kind (the file in `channels/`), its group address, its own options."""

    name: str
    kind: str
    to: str
    """The chat or channel id of the group that announcements go to."""
    options: Mapping[str, object] = field(default_factory=dict)
    presses: bool = True
    """Whether a button pressed in it can reach the run; where it cannot, messages have no such buttons."""
    personal: bool = False
    """Whether it reaches people alone, by an address that is a reference to a secret: a phone, and no group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSpec:
    """Something that can be enabled and disabled: the target, or the legacy that it replaces."""

    kind: str
    facts: Mapping[str, str]
    """What messages may say of it, in the order to show: rule, function, account, region…"""
    options: Mapping[str, object] = field(default_factory=dict)
    on_rollback: Literal["leave_off", "enable"] = "leave_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySpec:
    """The SMS gateway whose own list says what was accepted and delivered."""

    kind: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNeed:
    """A reading that a check needs, with what the check's own options say about it."""

    reading: str
    args: Mapping[str, object] = field(default_factory=dict)
    label: str = field(init=False, repr=False, compare=False)
    """The reading's name; with arguments, told apart by a short digest of them."""

    def __post_init__(self) -> None:
        """Find the label once: every look asks for it."""
        label = self.reading
        if self.args:
            label += f"-{sha256(repr(sorted(self.args.items())).encode()).hexdigest()[:6]}"
        object.__setattr__(self, "label", label)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """One rule over readings: its kind (the file in `checks/`), its limits, and what must be read for it."""

    name: str
    kind: str
    options: Mapping[str, object]
    reads: tuple[ReadNeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Who may raise pages by HTTP, and read what is open; each secret is a reference, None where it is not offered."""

    bearer: str | None = None
    signed: str | None = None
    sns_topics: tuple[str, ...] = ()
    on_resolved: Literal["leave_open", "close"] = "leave_open"
    reader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """Who decides go, how many of them, and how long they have."""

    approvals: int
    of: tuple[str, ...]
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One rung of an escalation: who is paged and how long they have before the next."""

    page: tuple[str, ...]
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """Ordered levels; after the last the whole is repeated `repeat` times."""

    name: str
    ack_sla: timedelta
    levels: tuple[Level, ...]
    repeat: int

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom a level names, once, in the order in which they are paged."""
        return tuple(dict.fromkeys(person for level in self.levels for person in level.page))

    @property
    def lasts(self) -> timedelta:
        """How long it takes until the last level of the last round has had its time."""
        return sum((level.wait for level in self.levels), timedelta()) * (self.repeat + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A rehearsed page in production: everyone named must acknowledge within the SLA."""

    policy: str
    everyone: tuple[str, ...]
    ack_sla: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRun:
    """How long the first invocation may take to appear, and its deliveries to settle after that."""

    within: timedelta
    settle: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRule:
    """What reverses the cutover and how fast each part must be."""

    when: tuple[str, ...]
    when_unknown: Literal["page", "roll_back"]
    nobody_decides: Literal["roll_back", "hold"]
    detect: timedelta
    decide: timedelta
    execute: timedelta
    total: timedelta
    settle: bool = False
    """Whether the workload is asked to clear up its open claims once the target is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The soak: how long, how often it is looked at, which checks, how often it is reported."""

    length: timedelta
    every: timedelta
    checks: tuple[CheckSpec, ...]
    report_every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardSpec:
    """The second process that hears a run's heartbeats, and what it does when they stop."""

    address: str
    key: str
    """Reference to the secret that both sign with."""
    every: timedelta
    silent_after: timedelta
    then: Literal["page", "restore"]
    policy: str
    """The escalation policy by which it pages."""
    missing: Literal["refuse", "warn"] = "refuse"
    """What `start` does when it does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Which channels hear of the cutover, in which languages, with which links and extra lines."""

    to: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    links: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Message kind to the plan's own lines for it; `{figure.name}` stands for a measured figure."""


NO_TARGET = SwitchSpec(kind="", facts={})
"""What stands for the target in a plan for paging alone."""
ANY_TIME = Window(start=datetime.min.replace(tzinfo=UTC), end=datetime.max.replace(tzinfo=UTC))
NO_TIME = timedelta()
NO_FIRST_RUN = FirstRun(within=NO_TIME, settle=NO_TIME)
NO_ROLLBACK = RollbackRule(
    when=(), when_unknown="page", nobody_decides="hold", detect=NO_TIME, decide=NO_TIME, execute=NO_TIME, total=NO_TIME
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a release captain signs off: a cutover with all that belongs to it, or whom to page and nothing else."""

    cutover: str
    captain: str
    timezone: ZoneInfo
    window: Window
    contacts: Mapping[str, Contact]
    channels: Mapping[str, ChannelSpec]
    announce: Announce
    target: SwitchSpec
    legacy: SwitchSpec | None
    gateway: GatewaySpec | None
    baseline: tuple[CheckSpec, ...]
    go: Go | None
    first_run: FirstRun
    verify: tuple[CheckSpec, ...]
    escalation: Mapping[str, EscalationPolicy]
    drill: Drill | None
    rollback: RollbackRule
    watch: Watch | None
    intake: Intake | None = None
    guard: GuardSpec | None = None
    keys: Mapping[str, object] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Where `secret:` references are looked up: region, endpoint_url."""
    clock: str | None = None
    """The address of a rehearsal's clock; only accepted when every endpoint is loopback."""
    digest: str = ""
    """SHA-256 of the signed-off bytes."""
    alarms: CheckSpec | None = field(init=False, repr=False, compare=False)
    """The check of the alarms that are read between the watch's looks: the watch's own, else the baseline's."""
    found: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was found out from these values alone: see `core.once`."""

    def __post_init__(self) -> None:
        """Find the alarms once: every look asks for them."""
        checks = (*(self.watch.checks if self.watch else ()), *self.verify, *self.baseline)
        object.__setattr__(self, "alarms", next((check for check in checks if check.kind == "alarms"), None))

    @property
    def cuts_over(self) -> bool:
        """Whether there is anything to cut over; a plan for paging alone has no target."""
        return bool(self.target.kind)

    @property
    def kinds(self) -> tuple[RunKind, ...]:
        """What the plan has all that is needed for."""
        guarded = self.guard is not None
        needed = {RunKind.CUTOVER: self.cuts_over, RunKind.DRILL: self.drill is not None, RunKind.GUARD: guarded}
        return tuple(kind for kind in RunKind if needed.get(kind, bool(self.escalation)))

    def policy(self, name: str | None = None) -> EscalationPolicy | None:
        """Return the named policy, else `critical`, else the first; None when the plan has none."""
        if name is not None:
            return self.escalation.get(name)
        return self.escalation.get("critical") or next(iter(self.escalation.values()), None)
