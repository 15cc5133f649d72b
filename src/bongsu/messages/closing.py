"""The closing of a message's buttons: the original, who answered when, and what was decided. Never who saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Phase, Why
from bongsu.core.kinds import RunKind
from bongsu.core.presses import SILENCE, cleared, subject_of
from bongsu.core.unsettled import TAKEN
from bongsu.messages import _trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.presses import Press
    from bongsu.messages.facts import Facts


def compose(facts: Facts) -> tuple[str, ...]:
    """Return a line for every answer that counts in the message's matter, and what a page was decided with."""
    about = facts.action.about
    decided = about.startswith(("page/", f"{SILENCE}//")) and facts.state.kind in (RunKind.CUTOVER, RunKind.GUARD)
    lines = tuple(_page(facts)) if decided else tuple(_line(facts, one) for one in _answers(facts))
    if not lines and cleared(facts.state):
        return (_cleared(facts),)
    return lines or (facts.words["closing.none"],)


def kept(facts: Facts) -> tuple[str, ...]:
    """Return the buttons that stay: a page that is taken and not decided yet still wants a decision."""
    taken = facts.action.key.startswith(TAKEN) and facts.state.phase is Phase.DECIDING
    return _trouble.DECISIONS if taken else ()


def _cleared(facts: Facts) -> str:
    """Return that the matter was over before anybody took it, and whose word that is."""
    order = facts.state.order
    assert order is not None
    facts.cite("order", facts.state.order_seq)
    time = facts.clock(facts.state.order_at)
    if not order.by:
        return facts.must("closing.cleared.nobody", time=time)
    return facts.must("closing.cleared", name=facts.person(order.by), time=time)


def _page(facts: Facts) -> Iterator[str]:
    subject = subject_of(facts.action.about)
    phase = _trouble.decision_about(facts, subject)
    decided_by = None
    if phase is not None and facts.state.whys[phase].why is Why.DECIDED_BY_PERSON:
        decided_by = _trouble.deciding_press(facts, subject)
    for press in _answers(facts):
        if press != decided_by:
            yield _line(facts, press)
    if phase is not None:
        yield facts.must(f"closing.{phase}", who=_trouble.decided(facts, phase))
    elif kept(facts):
        yield facts.words["closing.undecided"]
    elif _newer(facts, subject):
        yield facts.words["closing.newer"]


def _newer(facts: Facts, subject: str) -> bool:
    return subject not in (SILENCE, f"page/{facts.state.troubles}")


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
