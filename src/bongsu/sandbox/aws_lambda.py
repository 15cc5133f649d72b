"""Lambda's records: functions with versions, aliases, permissions and concurrency, and which code an invocation gets.

Kept here and not in the embedded store, which loses digests, revisions, log settings, weights and codes of versions.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from bongsu.sandbox.aws_call import AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bongsu.sandbox.aws_switches import AwsSwitches
    from bongsu.sandbox.clock import SandboxClock

LATEST = "$LATEST"
# An update that nobody looks at is done by then.
UPDATE_TAKES = timedelta(seconds=5)
# An account's concurrency, and what must stay for functions without a reservation.
ACCOUNT_CONCURRENCY = 1000
UNRESERVED_MIN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSpec:
    """One published version's image by its digest, and the handler in it (empty: the function's own)."""

    digest: str
    handler: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasSpec:
    """An alias: its version, and the share of invocations that another version gets (0 to 1)."""

    version: str
    weights: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """One Lambda function: its record, and how its handler is started as a child process.

    `handler` empty means a record that cannot be run. `environment` values may hold `{clock}`, `{aws}`, `{sens}`,
    `{naver}`, `{telegram}` and `{slack}`, replaced by those services' addresses. `published` are versions 1, 2 and so
    on; `images` are further images that an update may choose, known by their digest.
    `reserved_concurrency` None means that other functions' reservations are the only limit. An update of the code
    stays InProgress for `update_polls` looks, or ends as Failed with the reason code `update_fails_with`.
    """

    name: str
    handler: str = ""
    memory_mb: int = 512
    timeout_s: int = 300
    image: str = "000000000000.dkr.ecr.ap-northeast-2.amazonaws.com/example-sms"
    # The digest of an image that exists nowhere.
    digest: str = "sha256:" + hashlib.sha256(b"example image").hexdigest()
    published: tuple[VersionSpec, ...] = ()
    images: tuple[VersionSpec, ...] = ()
    aliases: Mapping[str, AliasSpec] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    log_group: str = ""
    log_format: Literal["Text", "JSON"] = "Text"
    system_log_level: Literal["DEBUG", "INFO", "WARN"] = "INFO"
    update_polls: int = 2
    update_fails_with: str = ""
    retries: int = 0
    event_age_s: int = 3600
    environment: Mapping[str, str] = field(default_factory=dict)
    python_path: tuple[str, ...] = ()
    memory_used_mb: int | None = None
    never_runs: bool = False
    raise_nth: tuple[int, ...] = ()
    hang_nth: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an alias of a version that is not there."""
        known = {LATEST, *(str(number) for number, _ in enumerate(self.published, start=1))}
        for name, alias in self.aliases.items():
            for version in (alias.version, *alias.weights):
                if version not in known:
                    raise ValueError(f"alias {self.name}:{name} names version {version}, which is not published")

    @property
    def logs_to(self) -> str:
        """The log group's name."""
        return self.log_group or f"/aws/lambda/{self.name}"


@dataclass(slots=True, kw_only=True)
class Alias:
    """An alias as it stands."""

    version: str
    weights: dict[str, Decimal]
    revision: str
    description: str = ""


@dataclass(slots=True, kw_only=True)
class FunctionRecord:
    """A function as it stands: `now` is $LATEST, `versions` what was published, both as specs of their own."""

    now: FunctionSpec
    revision: str
    modified_at: datetime
    versions: dict[str, tuple[FunctionSpec, str]] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    statements: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pending: FunctionSpec | None = None
    polls_left: int = 0
    done_at: datetime | None = None
    update_failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runnable:
    """The code that one invocation gets."""

    function: FunctionSpec
    version: str
    arn: str


class FunctionRecords:
    """The functions of a world."""

    def __init__(
        self,
        clock: SandboxClock,
        functions: tuple[FunctionSpec, ...],
        *,
        account: str,
        region: str,
        created_at: datetime,
        seed: int = 0,
    ) -> None:
        self.account = account
        self.region = region
        self.clock = clock
        self.lock = threading.RLock()
        self._random = Random(f"functions {seed}")
        self.records = {function.name: self._create(function, created_at) for function in functions}

    def _create(self, function: FunctionSpec, created_at: datetime) -> FunctionRecord:
        record = FunctionRecord(now=function, revision=self.new_revision(), modified_at=created_at)
        for number, one in enumerate(function.published, start=1):
            spec = replace(function, digest=one.digest, handler=one.handler or function.handler)
            record.versions[str(number)] = (spec, self.new_revision())
        for name, alias in function.aliases.items():
            record.aliases[name] = Alias(
                version=alias.version, weights=dict(alias.weights), revision=self.new_revision()
            )
        return record

    def new_revision(self) -> str:
        """Return a revision id that was not used before."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    @property
    def specs(self) -> dict[str, FunctionSpec]:
        """Each function's $LATEST."""
        return {name: record.now for name, record in self.records.items()}

    def arn(self, name: str) -> str:
        """Return a function's ARN; `name:live` gives the alias's."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{name}"

    def record(self, name: str) -> FunctionRecord:
        """Return a function's record, or raise the service's not found."""
        if name not in self.records:
            raise not_found(self.arn(name))
        return self.records[name]

    def settle(self, record: FunctionRecord, *, looked: bool = False) -> None:
        """End an update whose time has come; a look counts towards it."""
        if record.done_at is None:
            return
        if record.polls_left > 0 and self.clock.now() < record.done_at:
            record.polls_left -= looked
            return
        record.done_at = None
        if record.now.update_fails_with:
            record.update_failed = record.now.update_fails_with
        elif record.pending is not None:
            record.now = record.pending
        record.pending = None
        record.revision = self.new_revision()

    def version(self, record: FunctionRecord, version: str) -> FunctionSpec:
        """Return what one version is made of, or raise not found."""
        if version in ("", LATEST):
            return record.now
        if version not in record.versions:
            raise not_found(self.arn(f"{record.now.name}:{version}"))
        return record.versions[version][0]

    def resolve(self, name: str, qualifier: str) -> Runnable:
        """Return the code that an invocation of `name:qualifier` gets; an alias with weights draws."""
        with self.lock:
            record = self.record(name)
            self.settle(record)
            version = qualifier or LATEST
            alias = record.aliases.get(qualifier)
            if alias is not None:
                version = self._drawn(alias)
            spec = self.version(record, version)
            arn = self.arn(f"{name}:{qualifier}" if qualifier else name)
            return Runnable(function=spec, version=version, arn=arn)

    def _drawn(self, alias: Alias) -> str:
        drawn = Decimal(self._random.randrange(1_000_000)) / 1_000_000
        for version, weight in alias.weights.items():
            if drawn < weight:
                return version
            drawn -= weight
        return alias.version

    def allow_rule(self, name: str, *, rule_arn: str) -> None:
        """Add the statement that lets EventBridge invoke the function (or its alias) for one rule."""
        function, _, qualifier = name.partition(":")
        self.record(function).statements.setdefault(qualifier, []).append(
            {
                "Sid": f"events-{hashlib.sha256(rule_arn.encode()).hexdigest()[:8]}",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "lambda:InvokeFunction",
                "Resource": self.arn(name),
                "Condition": {"ArnLike": {"AWS:SourceArn": rule_arn}},
            }
        )

    def may_be_invoked_by(self, name: str, *, rule_arn: str) -> bool:
        """Return whether the policy of the function (or of the alias named) allows that rule.

        A statement on the function does not cover its aliases: each qualifier has a policy of its own.
        """
        function, _, qualifier = name.partition(":")
        record = self.records.get(function)
        if record is None or (qualifier and qualifier not in (LATEST, *record.aliases, *record.versions)):
            return False
        return any(
            one["Condition"]["ArnLike"]["AWS:SourceArn"] == rule_arn for one in record.statements.get(qualifier, ())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoked:
    """How an invocation ended, as Invoke reports it."""

    payload: bytes
    failed: bool
    log_tail: str
    version: str = LATEST


def not_found(arn: str) -> AwsError:
    """Return the error for a function, version or alias that does not exist."""
    return AwsError("ResourceNotFoundException", f"Function not found: {arn}", status=404)


def code_sha256(spec: FunctionSpec, switches: AwsSwitches) -> str:
    """Return a function's CodeSha256."""
    digest = spec.digest.removeprefix("sha256:")
    return digest if switches.code_sha256_is_digest else hashlib.sha256(digest.encode()).hexdigest()
