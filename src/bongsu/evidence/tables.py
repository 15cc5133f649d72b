"""The tables of a report: what report.json holds, and what report.md and report.html are views of.

The classes are the published schema (`python -m bongsu.evidence.schema`): whoever adds a key adds it here first.
`seq` is always the number of a ledger line; times are UTC, ISO 8601 with microseconds; spans are whole seconds,
rounded up.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from bongsu.evidence.tables_people import (  # noqa: TC001 - the schema resolves these at run time
    ClockStep,
    ContactRow,
    Drill,
    Listening,
    Matter,
    Ordered,
    Pressed,
    Raised,
    Skew,
    Summary,
    VerdictWord,
)


class Window(TypedDict):
    """When the target might be enabled; the end is not part of it."""

    start: str
    end: str


class Opened(TypedDict):
    """How the run began, and its three great moments; null for one that was not reached."""

    at: str | None
    program: str
    plan_sha256: str
    endpoints: dict[str, str]
    clock: str
    go_by: str
    closed_at: str | None
    enabled_at: str | None


class HeadOfChain(TypedDict):
    """The newest link of the ledger."""

    seq: int
    hash: str


class Moment(TypedDict):
    """One entry of the timeline."""

    seq: int
    at: str
    what: str
    detail: str


class PhaseSpan(TypedDict):
    """A phase from its line to the next phase's; `until` is null while the run stands in it."""

    seq: int
    at: str
    until: str | None
    phase: str
    why: str
    detail: str


class Asked(TypedDict):
    """One request to a service, without its body."""

    service: str
    operation: str
    status: int | None
    request_id: str
    sent_at: str | None
    received_at: str | None
    service_at: str | None


class Reading(TypedDict):
    """A recorded observation: what was asked, and the blobs that hold requests and responses."""

    seq: int
    at: str
    key: str
    reading: str
    exchanges: list[Asked]
    blobs: dict[str, str]


class FailedReading(TypedDict):
    """A reading that was not answered."""

    seq: int
    at: str
    key: str
    reason: str


class ReadBack(TypedDict):
    """The state of a rule as it was read back."""

    seq: int
    at: str
    key: str
    which: Literal["target", "legacy"]
    state: str


class Invocation(TypedDict):
    """One complete invocation, at the first line that shows it."""

    seq: int
    request_id: str
    started_at: str
    ended_at: str
    duration_ms: str
    failed: bool


class Look(TypedDict):
    """One look of the watch: the worst verdict of its checks, at the line of the last of them.

    `idle`: a check of it had nothing to judge, which counts as passed for the look.
    """

    seq: int
    at: str
    number: int
    verdict: VerdictWord
    idle: bool
    checks: list[str]


class CheckedFigure(TypedDict):
    """A figure of a check, and the line that it came from."""

    name: str
    value: str
    unit: str
    seq: int


class Check(TypedDict):
    """A verdict over the observations in `sources`."""

    seq: int
    at: str
    key: str
    check: str
    verdict: VerdictWord
    why: str
    sources: list[int]
    figures: list[CheckedFigure]


class Notification(TypedDict):
    """One attempt at one message to one recipient over one channel."""

    key: str
    message: str
    method: Literal["post", "answer", "close"]
    channel: str
    to: str
    attempt: int
    repeat_of: int | None
    about: str
    instead_of: NotRequired[int]
    intended_seq: int
    intended_at: str
    figures: dict[str, int]
    text: str
    payload: str
    outcome: Literal[
        "unknown", "accepted", "not_sent", "refused", "in_doubt", "found_in_the_channel", "found_by_a_person"
    ]
    ended_seq: NotRequired[int]
    ended_at: NotRequired[str]
    service_at: NotRequired[str | None]
    ref: NotRequired[dict[str, str]]
    reason: NotRequired[str]
    moved_to: NotRequired[str]
    resolved_seq: NotRequired[int]
    resolved_at: NotRequired[str]
    resolved_by: NotRequired[str]


class Switch(TypedDict):
    """One switching call: its intention, and how the call ended."""

    seq: int
    at: str
    key: str
    which: str
    to: str
    ended_seq: NotRequired[int]
    ended_at: NotRequired[str]
    outcome: NotRequired[Literal["accepted", "not_sent", "refused", "in_doubt"]]
    exchanges: NotRequired[list[Asked]]


class RollbackPart(TypedDict):
    """One part of the time to the safe state, against the plan's limit."""

    name: Literal["detect", "decide", "execute", "total"]
    took_s: int
    limit_s: int
    seq: int


class Rollback(TypedDict):
    """What the plan says of a rollback; `parts` is null when none was carried out."""

    when: list[str]
    detect_s: int
    decide_s: int
    execute_s: int
    within_s: int
    legacy: dict[str, str] | None
    on_rollback: str | None
    parts: list[RollbackPart] | None


class Unproven(TypedDict):
    """Something that the evidence cannot show; `what` is a word of the catalogues, `about` names what it is of."""

    what: Literal[
        "seen",
        "services_and_clock",
        "in_doubt",
        "switch_in_doubt",
        "unknown",
        "unanswered",
        "not_listening",
        "clock_set",
        "end",
    ]
    about: list[str]


class Published(TypedDict):
    """Of a copy for publication: who and what has a pseudonym in it, and the newest link of its original."""

    pseudonyms: list[Literal["people", "service_ids", "chats", "accounts", "keys", "reasons"]]
    original: str


class Tables(TypedDict):
    """Everything that a report tells of a run.

    A cutover's has no `kind`. A drill or a page alone has no window, no target and no rollback; a guard's run has
    no window, and says in `guards` which run it guarded. Only a copy for publication has `published`.
    """

    format: int
    kind: NotRequired[Literal["drill", "page", "guard"]]
    guards: NotRequired[str]
    raised: NotRequired[Raised]
    published: NotRequired[Published]
    run: str
    cutover: str
    captain: str
    language: str
    timezone: str
    window: Window | None
    verdict: VerdictWord
    why: str
    exit_code: int
    opened: Opened
    head: HeadOfChain
    target: dict[str, str]
    timeline: list[Moment]
    phases: list[PhaseSpan]
    readings: list[Reading]
    failed_readings: list[FailedReading]
    read_backs: list[ReadBack]
    invocations: list[Invocation]
    looks: list[Look]
    checks: list[Check]
    notifications: list[Notification]
    switches: list[Switch]
    presses: list[Pressed]
    matters: list[Matter]
    drill: Drill | None
    contacts: list[ContactRow]
    summary: Summary
    clock_skew: Skew | None
    listening: list[Listening]
    orders: list[Ordered]
    clock_steps: list[ClockStep]
    rollback: Rollback | None
    not_proven: list[Unproven]
