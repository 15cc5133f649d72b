"""Who is due at which level, and how long each contact took: arithmetic over the ledger, no effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.events import Method
from bongsu.core.levels import addresses
from bongsu.core.once import once_a_plan
from bongsu.core.presses import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bongsu.core.plan import ChannelSpec, EscalationPolicy, Plan
    from bongsu.core.presses import Press
    from bongsu.core.sends import SendRecord
    from bongsu.core.state import RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillTime:
    """One contact's time in a drill by our clock: from our receipt of the acceptance to our receipt of the press."""

    contact: str
    asked_at: datetime | None
    asked_seq: int
    acked_at: datetime | None
    acked_seq: int
    elapsed: timedelta | None
    channel: str
    service_at: datetime | None
    late: bool

    @property
    def elapsed_s(self) -> int | None:
        """Whole seconds, rounded up: the press was at most so long after the message was accepted."""
        return None if self.elapsed is None else -(-self.elapsed // timedelta(seconds=1))


def policy_of(plan: Plan, name: str | None = None) -> EscalationPolicy | None:
    """Return the named policy, else `critical`, else the plan's first; None when the plan has none."""
    return plan.policy(name)


@once_a_plan
def spares(plan: Plan, contact_id: str) -> tuple[tuple[str, str], ...]:
    """Return what is left when a way to one person fails, in the plan's order, as (channel, their id there).

    That is every further channel of a kind on which they have an address, and every channel that has no addresses at
    all (a webhook, a pager behind Apprise) and hears of the message no other way: there it goes to whoever reads it.
    """
    person = plan.contacts[contact_id]
    used = {channel for channel, _ in addresses(plan, contact_id)}
    return tuple(
        (channel.name, person.addresses.get(channel.kind, ""))
        for channel in plan.channels.values()
        if channel.name not in used and (channel.kind in person.addresses or _is_for_whoever_reads(plan, channel))
    )


def _is_for_whoever_reads(plan: Plan, channel: ChannelSpec) -> bool:
    return not channel.to and not channel.personal and channel.name not in plan.announce.to


def drill_times(plan: Plan, state: RunState) -> tuple[DrillTime, ...]:
    """Return every drilled contact's time, in the plan's order; without an answer its `elapsed` is None."""
    if plan.drill is None:
        return ()
    return tuple(answer_time(plan, state, "drill", contact) for contact in plan.drill.everyone)


def answer_time(plan: Plan, state: RunState, subject: str, contact: str) -> DrillTime:
    """Return one contact's time in a matter that people are asked to answer."""
    answer = next(
        (
            press
            for press in state.presses.values()
            if press.subject == subject
            and press.contact == contact
            and press.standing in (Standing.COUNTED, Standing.LATE)
        ),
        None,
    )
    asked_at, asked_seq = _asked(_sent_to(plan, state, subject, contact), answer)
    return DrillTime(
        contact=contact,
        asked_at=asked_at,
        asked_seq=asked_seq,
        acked_at=answer.at if answer else None,
        acked_seq=answer.seq if answer else 0,
        elapsed=answer.at - asked_at if answer and asked_at else None,
        channel=answer.channel if answer else "",
        service_at=answer.service_at if answer else None,
        late=answer is not None and answer.standing is Standing.LATE,
    )


def _asked(sent: Iterable[SendRecord], answer: Press | None) -> tuple[datetime | None, int]:
    """Return when the contact was first shown the matter, and the line that says so.

    That is the first acceptance of a message to them. Somebody who answers before any was accepted has answered one
    in doubt: their time then runs from the first intention, so that it is never counted too short.
    """
    sends = list(sent)
    shown = [(send.ended_at, send.ended_seq) for send in sends if send.accepted]
    if answer is not None and not any(seq < answer.seq for _, seq in shown):
        shown = [(send.intended_at, send.seq) for send in sends if send.seq < answer.seq]
    return min(shown, key=lambda found: found[1], default=(None, 0))


def _sent_to(plan: Plan, state: RunState, subject: str, contact: str) -> Iterator[SendRecord]:
    kinds = plan.contacts[contact].addresses
    begins = f"{subject}//"
    for send in state.sends.values():
        if not send.key.startswith(begins) or send.method != Method.POST:
            continue
        person = send.key.partition("//")[2].rpartition("@")[0]
        if person == contact or (not person and plan.channels[send.channel].kind in kinds):
            yield send
