"""Every fact the ledger can hold, one frozen dataclass each, past tense.

Bodies hold integers, text, booleans, UTC datetimes, and mappings and tuples of these; a number that is not an
integer is a decimal string. Bulky or personal bytes are not in the body: the envelope cites them as blobs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the codec resolves these annotations at run time
from enum import StrEnum
from typing import Any

from bongsu.core.guard_events import OfGuards
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.verdict import Verdict  # noqa: TC001


class Phase(StrEnum):
    """Where a run stands."""

    PLANNED = "planned"
    BASELINED = "baselined"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    ENABLED = "enabled"
    OBSERVING = "observing"
    VERIFYING = "verifying"
    SUCCEEDED = "succeeded"
    DRILLED = "drilled"
    WATCHING = "watching"
    DECIDING = "deciding"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"
    ROLLBACK_FAILED = "rollback_failed"
    HELD = "held"
    NO_GO = "no_go"
    DRILLING = "drilling"
    PAGING = "paging"
    ARMED = "armed"
    LOOKING = "looking"
    CLOSED = "closed"


class Why(StrEnum):
    """The reason of a decision, the same word in the ledger, the message and the report."""

    STARTED = "started"
    BASELINE_PASSED = "baseline_passed"
    BASELINE_FAILED = "baseline_failed"
    BASELINE_UNKNOWN = "baseline_unknown"
    APPROVED = "approved"
    NO_APPROVAL_NEEDED = "no_approval_needed"
    REFUSED_BY_APPROVER = "refused_by_approver"
    NOT_APPROVED_IN_TIME = "not_approved_in_time"
    WINDOW_PASSED = "window_passed"
    ANNOUNCED = "announced"
    NOBODY_TOLD = "nobody_told"
    READ_BACK_ENABLED = "read_back_enabled"
    NOT_ENABLED = "not_enabled"
    SWITCH_IN_DOUBT = "switch_in_doubt"
    LEGACY_ENABLED = "legacy_enabled"
    WAITING_FOR_FIRST_RUN = "waiting_for_first_run"
    FIRST_RUN_FOUND = "first_run_found"
    NO_FIRST_RUN = "no_first_run"
    VERIFY_PASSED = "verify_passed"
    VERIFY_FAILED = "verify_failed"
    VERIFY_UNKNOWN = "verify_unknown"
    DRILL_PASSED = "drill_passed"
    DRILL_MISSED = "drill_missed"
    NO_DRILL = "no_drill"
    WATCH_FAILED = "watch_failed"
    WATCH_UNKNOWN = "watch_unknown"
    ALARM = "alarm"
    ALARM_UNKNOWN = "alarm_unknown"
    WATCH_OVER = "watch_over"
    NO_WATCH = "no_watch"
    DECIDED_BY_PERSON = "decided_by_person"
    NOBODY_DECIDED = "nobody_decided"
    UNKNOWN_ROLLS_BACK = "unknown_rolls_back"
    ASKED_BY_OPERATOR = "asked_by_operator"
    WENT_ON = "went_on"
    READ_BACK_DISABLED = "read_back_disabled"
    NOT_DISABLED = "not_disabled"
    STILL_RUNS = "still_runs"
    LEGACY_NOT_RESTORED = "legacy_not_restored"
    FINISHED = "finished"
    ACKNOWLEDGED = "acknowledged"
    UNANSWERED = "unanswered"
    NOT_LISTENING = "not_listening"
    CLEARED = "cleared"
    TARGET_CHANGED = "target_changed"
    GUARD_ACTED = "guard_acted"
    NO_HEARTBEAT = "no_heartbeat"
    HEARD_AGAIN = "heard_again"
    SEEN_ALIVE = "seen_alive"
    GUARD_RESTORES = "guard_restores"
    RUN_CLOSED = "run_closed"
    RUN_LEFT = "run_left"


class Outcome(StrEnum):
    """How an effect ended, as far as anyone can know."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"


class SwitchState(StrEnum):
    """What a switch is asked to be."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    SETTLED = "settled"
    """Of the workload: its claims on customers' messages are cleared up, and it runs no more."""


class Method(StrEnum):
    """What a send does: a new message, an answer to a press, a closing of buttons."""

    POST = "post"
    ANSWER = "answer"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOpened:
    """A run began: which plan, which program, which addresses, whose clock, on whose word."""

    plan_sha256: str
    cutover: str
    program: str
    endpoints: dict[str, str]
    clock: str
    """`system`, or the address of the clock that was asked."""
    go_by: str
    """Who said go on the command line, or raised the page; empty when nobody gave a name."""
    kind: RunKind = RunKind.CUTOVER
    raised: Raised | None = None
    """The matter of a page; None for any other kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEntered:
    """The run moved on, and why."""

    phase: Phase
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that left and what came back; the bodies are blobs `request.N` and `response.N`."""

    service: str
    operation: str
    address: str
    status: int | None
    request_id: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    service_at: datetime | None = None
    """The service's own clock, where its answer shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A reading succeeded: what was asked, what came back, and the values parsed from exactly those bytes."""

    key: str
    reading: str
    args: dict[str, Any]
    values: dict[str, Any]
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFailed:
    """A reading did not succeed; it says nothing about the world but that."""

    key: str
    reading: str
    reason: str
    final: bool = False
    """True when asking again cannot help: the thing does not exist, or access is denied."""
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFigure:
    """A figure that a check measured: its short name, value, unit, and the observation it came from."""

    name: str
    value: str
    unit: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A check came to a verdict over the observations in `sources`."""

    key: str
    check: str
    verdict: Verdict
    why: str
    figures: tuple[JudgedFigure, ...] = ()
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendIntended:
    """A message is about to leave; blob `payload` is exactly what was rendered, before signatures of buttons."""

    key: str
    message: str
    channel: str
    to: str
    method: Method = Method.POST
    language: str = "en"
    attempt: int = 1
    repeat_of: int | None = None
    """The earlier intention that this may repeat, when that one is in doubt."""
    figures: dict[str, int] = field(default_factory=dict)
    """Every figure the message shows, and the line it came from."""
    about: str = ""
    """For an answer or a closing: the press or message it belongs to."""
    instead_of: int | None = None
    """The intention of another way to the same person, when that one failed or is late and this stands in for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEnded:
    """A send ended: accepted, not sent, refused, or in doubt. Accepted is not delivered, seen or read."""

    key: str
    outcome: Outcome
    attempt: int = 1
    reason: str = ""
    ref: dict[str, str] = field(default_factory=dict)
    """The service's own name for the message: `chat_id` and `message_id`, or `channel` and `ts`."""
    service_at: datetime | None = None
    retry_after_s: int | None = None
    moved_to: str = ""
    """The id that the chat has now, when the service refused because it was given another."""
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchIntended:
    """The target or the legacy is about to be enabled or disabled."""

    key: str
    which: str
    to: SwitchState
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchEnded:
    """A switching call ended. Only a later read-back says what state the rule is in."""

    key: str
    outcome: Outcome
    attempt: int = 1
    reason: str = ""
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed:
    """Somebody pressed a button under one of our messages. Whether it counts is decided by the fold."""

    press_id: str
    channel: str
    service_user: str
    message_key: str
    button: str
    """`ack`, `go`, `no_go`, `roll_back` or `hold`."""
    authentic: bool
    """The button's code is ours, unaltered, for this message."""
    ref: dict[str, str] = field(default_factory=dict)
    service_at: datetime | None = None
    """The service's own time of the press; Telegram gives none."""
    answer_to: dict[str, str] = field(default_factory=dict)
    """What the channel needs to answer the press; never a secret."""


class Order(StrEnum):
    """What an operator may ask of a run on the command line."""

    ROLL_BACK = "roll_back"
    HOLD = "hold"
    GO_ON = "go_on"
    ACKNOWLEDGE = "acknowledge"
    """Counts as a press of Acknowledge by whoever gives it."""
    CLEAR = "clear"
    """Of a page: the matter is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAsked:
    """Somebody gave an order on the command line."""

    order: Order
    by: str
    reason: str = ""


class Found(StrEnum):
    """What became of an effect that was in doubt."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    DONE = "done"
    NOT_DONE = "not_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """An effect in doubt was cleared up: found by looking where the service lets us, or by a person."""

    key: str
    found: Found
    by: str
    """`read_back`, or the name of the person who looked."""
    reason: str = ""
    ref: dict[str, str] = field(default_factory=dict)
    source: int = 0
    """The ledger line of the observation that shows it; 0 for a person's finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningChanged:
    """An inbound path opened, broke or came back; presses may be missed while it is down."""

    channel: str
    state: str
    """`open` or `lost`."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped:
    """Somebody set this machine's clock while the run went on, or the machine slept."""

    by_ms: int
    """How far, in milliseconds: positive is forward."""
    followed: bool
    """Whether the run's own time went with it; it never goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedLate:
    """What a send or a switch came to, told by a process from which another had taken the run over meanwhile."""

    key: str
    outcome: Outcome
    attempt: int
    reason: str = ""
    ref: dict[str, str] = field(default_factory=dict)
    service_at: datetime | None = None
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunClosed:
    """The run is over."""

    verdict: Verdict
    why: Why
    exit_code: int


Effect = SendIntended | SendEnded | SwitchIntended | SwitchEnded | EndedLate
FromOutside = Observed | ReadFailed | ButtonPressed | OperatorAsked | Resolved | ListeningChanged | ClockStepped
Event = RunOpened | PhaseEntered | Judged | RunClosed | Effect | FromOutside | OfGuards


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event as it stands in the ledger: its place, time, actor and the blobs it cites."""

    seq: int
    at: datetime
    actor: str
    event: Event
    hash: str
    blobs: dict[str, str] = field(default_factory=dict)
