"""The tables of a report that tell of people and of what reached the run: answers, contacts, orders, the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VerdictWord = Literal["pass", "unknown", "fail"]


class Pressed(TypedDict):
    """A press of a button, and whether it counts."""

    seq: int
    at: str
    service_at: str | None
    subject: str
    message: str
    contact: str | None
    channel: str
    service_user: str
    button: str
    standing: str


class Answer(TypedDict):
    """One contact's answer in a matter: from when they were shown it until we received their press."""

    contact: str
    asked_at: str | None
    asked_seq: int
    answered_at: str | None
    answered_seq: int
    button: str
    within_s: int | None
    late: bool


class Matter(TypedDict):
    """Something that people were asked to answer, and the limit that the plan gives their answer."""

    subject: str
    limit_s: int
    answers: list[Answer]


def unanswered(matters: Iterable[Matter], contact: str) -> Iterator[tuple[str, Answer]]:
    """Yield every matter in which a contact was to answer and did not."""
    for matter in matters:
        for answer in matter["answers"]:
            if answer["contact"] == contact and answer["answered_at"] is None:
                yield matter["subject"], answer


class DrillTime(TypedDict):
    """One contact's time in the drill."""

    contact: str
    asked_at: str | None
    asked_seq: int
    acked_at: str | None
    acked_seq: int
    within_s: int | None
    channel: str
    service_at: str | None
    late: bool


class Drill(TypedDict):
    """The drill's verdict and times."""

    seq: int
    verdict: VerdictWord
    why: str
    ack_sla_s: int
    times: list[DrillTime]


class Acknowledged(TypedDict):
    """An answer that counts."""

    seq: int
    at: str
    subject: str
    button: str
    channel: str


class Raised(TypedDict):
    """The matter of a page: what people were told, by which policy, the alarm's own name, and who raised it."""

    summary: str
    policy: str
    dedup: str
    by: str


class ContactRow(TypedDict):
    """A contact of the plan, and every answer of theirs that counts."""

    id: str
    name: str
    role: str
    channels: list[str]
    acknowledged: list[Acknowledged]


class Summary(TypedDict):
    """Messages counted once each, by what became of their newest attempt."""

    prepared: int
    accepted: int
    in_doubt: int
    refused: int
    not_sent: int
    found_in_the_channel: int
    found_by_a_person: int
    acknowledgements: int
    presses_not_counted: int
    by_channel: dict[str, dict[str, int]]


class Skew(TypedDict):
    """The greatest distance between a service's own time and our receipt."""

    at_most_ms: int
    seq: int
    messages: int


class Listening(TypedDict):
    """A way in opened or was lost."""

    seq: int
    at: str
    channel: str
    state: str


class Ordered(TypedDict):
    """An order from the command line."""

    seq: int
    at: str
    order: str
    by: str
    reason: str


class ClockStep(TypedDict):
    """This machine's clock was set while the run went on."""

    seq: int
    at: str
    by_ms: int
    followed: bool
