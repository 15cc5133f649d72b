"""Who is told what: announcements to the plan's channels, and messages to one person by every way to them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.core.actions import Send
from bongsu.core.escalation import policy_of, spares
from bongsu.core.levels import addresses, schedule
from bongsu.core.once import once_a_plan
from bongsu.core.outbox import Outbox
from bongsu.core.pacing import LATE_AFTER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bongsu.core.agenda import Agenda
    from bongsu.core.plan import EscalationPolicy, Plan
    from bongsu.core.sends import SendRecord


@once_a_plan
def announcements(plan: Plan, subject: str, message: str | None = None) -> tuple[Send, ...]:
    """Return one send for every announced channel and language; the plan's first language has the plain key."""
    told = plan.announce
    return tuple(
        Send(
            key=f"{subject}//{channel}" + ("" if language == told.languages[0] else f"#{language}"),
            message=message or subject,
            channel=channel,
            to=plan.channels[channel].to,
            language=language,
        )
        for channel in told.to
        for language in told.languages
    )


@once_a_plan
def direct(plan: Plan, subject: str, people: tuple[str, ...], message: str, *, suffix: str = "") -> tuple[Send, ...]:
    """Return one send for every way to every person named."""
    return tuple(
        Send(
            key=f"{subject}//{person}@{channel}{suffix}",
            message=message,
            channel=channel,
            to=to,
            language=plan.announce.languages[0],
        )
        for person in people
        for channel, to in addresses(plan, person)
    )


def everybodys(plan: Plan, message: str) -> list[Send]:
    """Return what goes out for one message at once: of a page to the first level, of a drill to everyone it names."""
    people: tuple[str, ...] = ()
    told = message == "drill" or (message == "drill_result" and not plan.announce.to)
    if told and plan.drill is not None:
        people = plan.drill.everyone
    policy = policy_of(plan)
    if message == "page" and policy is not None:
        people = policy.levels[0].page
    if message == "silence" and plan.guard is not None:
        people = plan.escalation[plan.guard.policy].levels[0].page
    if message == "guard_lost":
        people = (plan.captain,)
    return [*announcements(plan, message), *direct(plan, message, people, message)]


def reach(
    agenda: Agenda, subject: str, people: Iterable[str], message: str, *, suffix: str = ""
) -> list[SendRecord | None]:
    """Send to everybody by all their ways at once, and by one more for each that failed or is late.

    Return the records, None for each that is still under way.
    """
    return [record for person in people for record in _reach(agenda, subject, person, message, suffix=suffix)]


def page_people(
    agenda: Agenda, subject: str, policy: EscalationPolicy | None, since: datetime, *, message: str = "page"
) -> datetime | None:
    """Page whoever is due by now; return when the last level's time is over, or None while a page is under way.

    A process that was away pages late, and whoever it pages has their time.
    """
    dues, over = schedule(policy, since) if policy else ((), since)
    told: list[SendRecord | None] = []
    for due in dues:
        if not agenda.wait(due.from_at):
            return over
        told = reach(agenda, subject, due.people, message, suffix=due.suffix)
    ended = [record for record in told if record is not None]
    if len(ended) < len(told):
        return None
    wait = policy.levels[-1].wait if policy else timedelta()
    return max([over, *(record.intended_at + wait for record in ended)])


def _reach(agenda: Agenda, subject: str, person: str, message: str, *, suffix: str) -> list[SendRecord | None]:
    sends = direct(agenda.plan, subject, (person,), message, suffix=suffix)
    records = [agenda.send(send) for send in sends]
    more = spares(agenda.plan, person)
    failed: list[int] = []
    if more:
        failed = [seq for send, ended in zip(sends, records, strict=True) if (seq := _failed(agenda, send, ended))]
    for number, (channel, to) in enumerate(more):
        key = f"{subject}//{person}@{channel}{suffix}"
        begun = agenda.state.sends.get(key)
        if begun is None and number >= len(failed):
            break
        language = agenda.plan.announce.languages[0]
        instead_of = failed[number] if begun is None else begun.instead_of
        send = Send(key=key, message=message, channel=channel, to=to, language=language, instead_of=instead_of)
        ended = agenda.send(send)
        records.append(ended)
        seq = _failed(agenda, send, ended)
        failed += [seq] if seq else []
    return records


def _failed(agenda: Agenda, send: Send, ended: SendRecord | None) -> int:
    """Return the line of the newest intention of a send that was not taken for good, or is late; else 0."""
    begun = agenda.state.sends.get(send.key)
    if begun is None or begun.accepted:
        return 0
    return begun.seq if ended is not None or agenda.wait(begun.first_at + LATE_AFTER) else 0


def announce(agenda: Agenda, subject: str, message: str | None = None) -> list[SendRecord] | None:
    """Send the announcements; return the records once every one has ended for good, else None."""
    return agenda.send_all(_announced(agenda.plan, subject, message))


@once_a_plan
def _announced(plan: Plan, subject: str, message: str | None) -> Outbox:
    return Outbox(announcements(plan, subject, message))


def nobody(told: list[SendRecord] | None) -> bool:
    """Return whether all announcements ended and none was accepted."""
    return told is not None and not any(record.accepted for record in told)
