"""Which button presses count: authentic, on a known message, by somebody asked, for the first time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bongsu.core.events import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bongsu.core.events import ButtonPressed, Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.state import RunState


class Standing(StrEnum):
    """Whether a press counts, and if not, why."""

    COUNTED = "counted"
    REPEATED = "repeated"
    LATE = "late"
    WRONG_PERSON = "wrong_person"
    NOT_AUTHENTIC = "not_authentic"
    UNKNOWN_MESSAGE = "unknown_message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A recorded press and its standing."""

    press_id: str
    seq: int
    at: datetime
    """Our receipt: an upper bound for the moment of the press."""
    subject: str
    """The matter that the message belongs to: `go_request`, `drill`, `page/1`…"""
    message_key: str
    contact: str | None
    channel: str
    service_user: str
    button: str
    standing: Standing
    service_at: datetime | None
    answer_to: Mapping[str, str]

    @property
    def counted(self) -> bool:
        """Whether the press has any effect on the run."""
        return self.standing is Standing.COUNTED


def subject_of(message_key: str) -> str:
    """Return the matter a send belongs to: its key without the channel and person."""
    return message_key.partition("//")[0]


def contact_by_address(plan: Plan, channel: str, service_user: str) -> str | None:
    """Return the contact whose address on that channel's service is exactly `service_user`."""
    spec = plan.channels.get(channel)
    if spec is None:
        return None
    for contact in plan.contacts.values():
        if contact.addresses.get(spec.kind) == service_user:
            return contact.id
    return None


def asked_of(plan: Plan, subject: str) -> tuple[str, ...]:
    """Return the contacts whose answer to a matter counts."""
    if subject == "go_request":
        return plan.go.of if plan.go else ()
    if subject == "drill":
        return plan.drill.everyone if plan.drill else ()
    policy = plan.escalation.get("critical") or next(iter(plan.escalation.values()), None)
    levels = policy.levels if policy else ()
    return tuple(dict.fromkeys(person for level in levels for person in level.page))


def judge_press(plan: Plan, state: RunState, event: ButtonPressed, recorded: Recorded) -> Press:
    """Return the press with its standing, decided from the ledger before it and the plan alone."""
    subject = subject_of(event.message_key)
    contact = contact_by_address(plan, event.channel, event.service_user)
    return Press(
        press_id=event.press_id,
        seq=recorded.seq,
        at=recorded.at,
        subject=subject,
        message_key=event.message_key,
        contact=contact,
        channel=event.channel,
        service_user=event.service_user,
        button=event.button,
        standing=_standing(plan, state, event, contact),
        service_at=event.service_at,
        answer_to=event.answer_to,
    )


def _standing(plan: Plan, state: RunState, event: ButtonPressed, contact: str | None) -> Standing:
    subject = subject_of(event.message_key)
    if not event.authentic:
        return Standing.NOT_AUTHENTIC
    send = state.sends.get(event.message_key)
    if send is None:
        return Standing.UNKNOWN_MESSAGE
    # A send in doubt has no reference yet; an authentic press under it proves that it arrived. One that went out
    # again may stand there twice, the first time under a reference that was never told.
    if send.attempt == 1 and send.ref and event.ref and dict(send.ref) != event.ref:
        return Standing.NOT_AUTHENTIC
    if contact is None or contact not in asked_of(plan, subject):
        return Standing.WRONG_PERSON
    same = (p for p in state.presses.values() if p.counted and p.subject == subject and p.contact == contact)
    if any(press.button == event.button for press in same):
        return Standing.REPEATED
    if _settled(state, subject):
        return Standing.LATE
    return Standing.COUNTED


def _settled(state: RunState, subject: str) -> bool:
    if subject == "go_request":
        return state.phase is not Phase.BASELINED
    if subject == "drill":
        return "drill" in state.judgements
    return state.closed is not None or state.phase not in (Phase.DECIDING, Phase.ROLLBACK_FAILED)
