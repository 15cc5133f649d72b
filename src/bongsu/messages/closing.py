"""The closing of a message's buttons: the original, and who answered when. Never that somebody saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.presses import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.presses import Press
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> tuple[str, ...]:
    """Return a line for every answer that counts in the message's matter, or that there is none."""
    return tuple(_line(facts, press) for press in _answers(facts)) or (facts.words["closing.none"],)


def _answers(facts: Facts) -> Iterator[Press]:
    subject, person = subject_of(facts.action.about), _asked_directly(facts.action.about)
    for press in facts.state.presses.values():
        if press.counted and press.subject == subject:
            # In a drill everyone answers for themselves; elsewhere one answer settles it for all.
            if subject == "drill" and person and press.contact != person:
                continue
            yield press


def _asked_directly(message_key: str) -> str:
    return message_key.partition("//")[2].rpartition("@")[0]


def _line(facts: Facts, press: Press) -> str:
    facts.cite(f"press.{press.press_id}", press.seq)
    key = f"closing.{press.button}"
    text = facts.must(
        key if key in facts.words else "closing.other",
        name=facts.person(press.contact),
        time=facts.clock(press.at),
    )
    if press.channel == facts.action.channel:
        return text
    return facts.must("closing.elsewhere", text=text, channel=press.channel)
