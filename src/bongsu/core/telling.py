"""Who is told what: announcements to the plan's channels, and messages to one person by every way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.actions import Send
from bongsu.core.escalation import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bongsu.core.agenda import Agenda
    from bongsu.core.state import SendRecord


def announcements(agenda: Agenda, subject: str, message: str | None = None) -> list[Send]:
    """Return one send for every announced channel and language; the plan's first language has the plain key."""
    told = agenda.plan.announce
    return [
        Send(
            key=f"{subject}//{channel}" + ("" if language == told.languages[0] else f"#{language}"),
            message=message or subject,
            channel=channel,
            to=agenda.plan.channels[channel].to,
            language=language,
        )
        for channel in told.to
        for language in told.languages
    ]


def direct(agenda: Agenda, subject: str, people: Iterable[str], message: str, *, suffix: str = "") -> list[Send]:
    """Return one send for every way to every person named."""
    return [
        Send(
            key=f"{subject}//{person}@{channel}{suffix}",
            message=message,
            channel=channel,
            to=to,
            language=agenda.plan.announce.languages[0],
        )
        for person in people
        for channel, to in addresses(agenda.plan, person)
    ]


def announce(agenda: Agenda, subject: str, message: str | None = None) -> list[SendRecord] | None:
    """Send the announcements; return the records once every one has ended for good, else None."""
    records = [agenda.send(send) for send in announcements(agenda, subject, message)]
    ended = [record for record in records if record is not None]
    return ended if len(ended) == len(records) else None


def nobody(told: list[SendRecord] | None) -> bool:
    """Return whether all announcements ended and none was accepted."""
    return told is not None and not any(record.accepted for record in told)
