"""What one rehearsal's world is made of, readable from JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

# The specs are looked up at run time, where JSON is laid over them.
from bongsu.sandbox.aws_world import AwsSpec  # noqa: TC001
from bongsu.sandbox.bookings import LifeSpec
from bongsu.sandbox.faults import Fault  # noqa: TC001
from bongsu.sandbox.from_json import BadDocument, overlay
from bongsu.sandbox.naver import NaverSpec
from bongsu.sandbox.naver_defaults import FUNCTION, LEGACY_FUNCTION, SESSION_TABLE, SMS_TABLE, naver_aws
from bongsu.sandbox.page.spec import PageSpec  # noqa: TC001
from bongsu.sandbox.people import Person  # noqa: TC001
from bongsu.sandbox.sens import SensSpec
from bongsu.sandbox.slack import SlackSpec  # noqa: TC001
from bongsu.sandbox.stand_in import StandIn, with_stand_in
from bongsu.sandbox.telegram import TelegramSpec  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

    from bongsu.sandbox.aws_lambda import FunctionSpec

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadKnobs:
    """What goes differently with the new function: the example's, or the one that the plan names in its place.

    `environment` is added to its variables. `memory_used_mb` is told in its REPORT lines in place of the measured
    peak. `raise_nth` are the runs, counted from 1, that end in a function error before the handler sees the event;
    `hang_nth` those that stand still and end at the function's time limit. `timeout_s` is that limit in place of the
    function's own; it passes in wall time. With `never_runs` the schedule fires into nothing.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    memory_used_mb: int | None = None
    never_runs: bool = False
    raise_nth: tuple[int, ...] = ()
    hang_nth: tuple[int, ...] = ()
    timeout_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSpec:
    """A world, by default the Naver SMS plan's.

    `anchor_at` is the hour around which the bookings stand; the first run is expected 1 to 25 minutes after it.
    None takes the next full hour from the start.
    `history_workload` is the value of the dimension Function under which past days' NaverSms metrics lie: the name
    that the plan knows, since these metrics count the texts of the business and not of one job. `history_function`
    is that of Lambda's FunctionName: the job that really ran.
    `parity_unread` is the number of recorded bookings whose record could not be read: there the old job's tables
    and the new engine decide differently.
    `stand_in` are the plan's own names; what the account has not got of them is put there.
    `paging` is another SMS service at the gateway, by which people are paged and nothing else is sent.
    With `page` the world serves a page at which a person sits in front of it.
    `faults` are for any service: telegram, slack, sens, naver, or one of the account's (events, lambda, logs, ...).
    """

    start_at: datetime
    seed: int = 1
    pace: Decimal | None = None
    anchor_at: datetime | None = None
    aws: AwsSpec = field(default_factory=naver_aws)
    sens: SensSpec = field(default_factory=SensSpec)
    paging: SensSpec | None = None
    naver: NaverSpec = field(default_factory=NaverSpec)
    life: LifeSpec = field(default_factory=LifeSpec)
    workload: WorkloadKnobs = field(default_factory=WorkloadKnobs)
    stand_in: StandIn | None = None
    parity_unread: int = 0
    sms_table: str = SMS_TABLE
    session_table: str = SESSION_TABLE
    history_days: int = 7
    history_workload: str = FUNCTION
    history_function: str = LEGACY_FUNCTION
    faults: tuple[Fault, ...] = ()
    telegram: TelegramSpec | None = None
    slack: SlackSpec | None = None
    people: tuple[Person, ...] = ()
    page: PageSpec | None = None

    @property
    def anchor(self) -> datetime:
        """The anchor, or the next full hour from the start."""
        if self.anchor_at is not None:
            return self.anchor_at.astimezone(UTC)
        start = self.start_at.astimezone(UTC)
        hour = start.replace(minute=0, second=0, microsecond=0)
        return hour if hour == start else hour + HOUR

    @property
    def account(self) -> AwsSpec:
        """The account, with what the plan names in it, and the knobs of the new function applied."""
        named, whole = {FUNCTION}, self.aws
        if self.stand_in is not None:
            named.add(self.stand_in.function)
            whole = with_stand_in(whole, self.stand_in)
        functions = tuple(self._turned(one) if one.name in named else one for one in whole.functions)
        return replace(whole, functions=functions)

    def _turned(self, function: FunctionSpec) -> FunctionSpec:
        return replace(
            function,
            environment={**function.environment, **self.workload.environment},
            memory_used_mb=self.workload.memory_used_mb or function.memory_used_mb,
            never_runs=self.workload.never_runs or function.never_runs,
            raise_nth=self.workload.raise_nth or function.raise_nth,
            hang_nth=self.workload.hang_nth or function.hang_nth,
            timeout_s=self.workload.timeout_s or function.timeout_s,
        )


def load_spec(path: Path) -> WorldSpec:
    """Return the world that a JSON file describes; it must hold `start_at`, all else has a default.

    Raises BadDocument naming the place of what does not fit.
    """
    document = json.loads(path.read_text("utf-8"))
    spec = overlay(WorldSpec(start_at=datetime(1970, 1, 1, tzinfo=UTC)), document)
    _must_have_alarms(spec.account)
    return spec


def _must_have_alarms(account: AwsSpec) -> None:
    """Refuse trouble with an alarm that is not there: it would show when the clock comes to it, and stop that."""
    there = [one.name for one in account.alarms]
    for name in (*account.forced_alarms, *(spell.name for spell in account.alarm_spells)):
        if name not in there:
            raise BadDocument(f"spec.aws.alarms has no {name!r} that could fire, known: {', '.join(there) or 'none'}")
