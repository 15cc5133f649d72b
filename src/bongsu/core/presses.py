"""Which button presses count: authentic, on a known message, by somebody asked, for the first time."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a snapshot is read by these annotations
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003
from enum import StrEnum
from typing import TYPE_CHECKING

from bongsu.core.events import Order, Outcome, Phase
from bongsu.core.kinds import RunKind
from bongsu.core.levels import keys_of, schedule
from bongsu.core.pacing import retry_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.events import ButtonPressed, OperatorAsked, Recorded
    from bongsu.core.plan import Plan
    from bongsu.core.sends import SendRecord
    from bongsu.core.state import RunState


CONSOLE = "console"
"""Where an answer came from that was given on the command line; no channel of a plan has a press of that name."""
DECIDED_ABOUT = frozenset({Phase.DECIDING, Phase.ROLLBACK_FAILED})
"""Phases in which people are paged about the newest trouble."""
DRILLED_IN = frozenset({Phase.SUCCEEDED, Phase.DRILLING})
SILENCE = "silence"
"""The matter that a guard pages about: the run that it guards is not heard any more."""
SILENCE_OPEN_IN = frozenset({Phase.DECIDING, Phase.ROLLING_BACK, Phase.ROLLED_BACK})


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
    if subject == SILENCE:
        policy = plan.policy(plan.guard.policy) if plan.guard else None
        return policy.people if policy else ()
    policy = plan.policy(named_in(plan, subject))
    return policy.people if policy else ()


def named_in(plan: Plan, subject: str) -> str | None:
    """Return the policy that a page by itself names, `page/critical`; None for any other matter."""
    name = subject.partition("/")[2]
    return name if subject.startswith("page/") and name in plan.escalation else None


def open_matter(state: RunState) -> str:
    """Return the matter that an acknowledgement on the command line belongs to; "" when nobody is asked for one."""
    if state.kind is RunKind.GUARD and state.phase in SILENCE_OPEN_IN:
        return SILENCE
    if state.phase in DECIDED_ABOUT:
        return f"page/{state.troubles}"
    if state.raised is not None and state.closed is None:
        return state.raised.subject
    drilled = state.phase in DRILLED_IN and any(subject_of(key) == "drill" for key in state.sends)
    return "drill" if drilled else ""


def answered_at_the_console(plan: Plan, state: RunState, event: OperatorAsked, recorded: Recorded) -> Press:
    """Return a person's word on the command line as the press of Acknowledge that it counts as."""
    subject = open_matter(state)
    contact = event.by if event.by in plan.contacts else None
    standing = Standing.UNKNOWN_MESSAGE
    if subject:
        standing = _among_the_asked(plan, state, subject, contact=contact, button="ack", at=recorded.at)
    return Press(
        press_id=f"{CONSOLE}:{recorded.seq}",
        seq=recorded.seq,
        at=recorded.at,
        subject=subject,
        message_key="",
        contact=contact,
        channel=CONSOLE,
        service_user=event.by,
        button="ack",
        standing=standing,
        service_at=None,
        answer_to={},
    )


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
        standing=_standing(plan, state, event, contact=contact, at=recorded.at),
        service_at=event.service_at,
        answer_to=event.answer_to,
    )


def _standing(plan: Plan, state: RunState, event: ButtonPressed, *, contact: str | None, at: datetime) -> Standing:
    if not event.authentic:
        return Standing.NOT_AUTHENTIC
    send = state.sends.get(event.message_key)
    if send is None:
        return Standing.UNKNOWN_MESSAGE
    # A send in doubt has no reference yet; an authentic press under it proves that it arrived. One that went out
    # again may stand there twice, the first time under a reference that was never told.
    if send.attempt == 1 and send.ref and event.ref and dict(send.ref) != event.ref:
        return Standing.NOT_AUTHENTIC
    subject = subject_of(event.message_key)
    return _among_the_asked(plan, state, subject, contact=contact, button=event.button, at=at)


def _among_the_asked(
    plan: Plan, state: RunState, subject: str, *, contact: str | None, button: str, at: datetime
) -> Standing:
    if contact is None or contact not in asked_of(plan, subject):
        return Standing.WRONG_PERSON
    same = (p for p in state.presses.values() if p.counted and p.subject == subject and p.contact == contact)
    if any(press.button == button for press in same):
        return Standing.REPEATED
    if _settled(plan, state, subject, at):
        return Standing.LATE
    return Standing.COUNTED


def acknowledgement(state: RunState, subject: str) -> Press | None:
    """Return the first counted acknowledgement of a matter, or None."""
    return next((press for press in counted(state, subject) if press.button == "ack"), None)


def counted(state: RunState, subject: str) -> Iterator[Press]:
    """Yield the presses that count in a matter, in the order of the ledger."""
    return (press for press in state.presses.values() if press.counted and press.subject == subject)


def over_at(plan: Plan, state: RunState) -> datetime | None:
    """Return when the last level of a page by itself has had its time, or None as long as somebody in it was not paged.

    Its time runs from its newest message: a process that was away meanwhile pages that level late, or again, and waits
    for it.
    """
    assert state.raised is not None
    policy = plan.escalation[state.raised.policy]
    dues, over = schedule(policy, state.entered[Phase.PAGING])
    ways = (keys_of(plan, state.raised.subject, dues[-1], person) for person in dues[-1].people)
    sent = [[state.sends[key] for key in keys if key in state.sends] for keys in ways if keys]
    if not all(sent) or any(_goes_out_again(state, send) for sends in sent for send in sends):
        return None
    newest = max((send.intended_at for sends in sent for send in sends), default=None)
    return over if newest is None else max(over, newest + policy.levels[-1].wait)


def _goes_out_again(state: RunState, send: SendRecord) -> bool:
    """Return whether an attempt is under way, or another one is still made."""
    again = send.outcome in (Outcome.NOT_SENT, Outcome.IN_DOUBT) and retry_at(send, state.seed) is not None
    return send.outcome is None or again


def is_over(plan: Plan, state: RunState, at: datetime) -> bool:
    """Return whether every level of a page by itself has had its time."""
    assert state.raised is not None
    if at < state.entered[Phase.PAGING] + plan.escalation[state.raised.policy].lasts:
        return False
    over = over_at(plan, state)
    return over is not None and at >= over


def cleared(state: RunState) -> bool:
    """Return whether somebody, or the alarm itself, has said that the matter of a page is over."""
    return state.order is not None and state.order.order is Order.CLEAR


def go_is_open(state: RunState) -> bool:
    """Return whether go or no-go can still be given: also while the run is held there, and waits for nothing else."""
    return state.phase is Phase.BASELINED or (state.phase is Phase.HELD and state.left is Phase.BASELINED)


def _settled(plan: Plan, state: RunState, subject: str, at: datetime) -> bool:
    if subject == "go_request":
        return not go_is_open(state)
    if subject == "drill":
        return "drill" in state.judgements
    if state.kind is RunKind.PAGE:
        ended = state.closed is not None or acknowledgement(state, subject) is not None or cleared(state)
        return ended or is_over(plan, state, at)
    open_in = SILENCE_OPEN_IN if subject == SILENCE else DECIDED_ABOUT
    return state.closed is not None or state.phase not in open_in
