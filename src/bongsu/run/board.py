"""What is open, and what has just ended, as the live page and `/runs` tell it: a view of the ledger, nothing kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from bongsu.core.events import Method, Outcome, Phase
from bongsu.core.kinds import RunKind
from bongsu.core.levels import schedule
from bongsu.core.presses import acknowledgement
from bongsu.core.times import iso
from bongsu.ledger.snapshots import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bongsu.core.plan import Plan
    from bongsu.core.sends import SendRecord
    from bongsu.core.state import RunState
    from bongsu.ledger._port import Ledger, RunInfo

OPEN_MOST = 200
"""Open pages that are shown; the rest is counted, as far as it is looked through."""
ENDED_MOST = 20
LOOKED_THROUGH_MOST = 2_000
"""Runs that are looked at for one answer, where most are of plans that the reader may not see."""
REMEMBERED = 1_000
NAMES_REMEMBERED = 10_000
"""Runs whose plan is kept in mind; it never changes."""


class Board:
    """Reads the ledger when it is asked; what has not moved since is not folded again."""

    def __init__(
        self,
        ledger: Ledger,
        plan_of: Callable[[str], tuple[str, Plan] | None],
        now: Callable[[], datetime],
        *,
        name_of: Callable[[str], str | None],
    ) -> None:
        """`plan_of` returns the name and the plan of a run, `name_of` the name alone; None when it is of none here."""
        self._ledger = ledger
        self._plan_of = plan_of
        self._now = now
        self._name_of = name_of
        self._known: OrderedDict[tuple[str, int], dict[str, Any]] = OrderedDict()
        self._names: OrderedDict[str, str | None] = OrderedDict()

    def shown(self, plans: Sequence[str], *, before: str = "") -> Mapping[str, Any]:
        """Return the pages of these plans: the newest that are open, how many more are, and those that ended last.

        `before` is the `next` of an earlier answer: what stands behind that is shown. `at_least` says that there may be
        more than those that are counted.

        Raises:
            RunNotFound: there is no run of that name.
        """
        begin = self._ledger.run(before) if before else None
        pages, last = self._entries(plans, OPEN_MOST, closed=False, before=begin)
        pages.sort(key=_urgency)
        more, at_least = self._behind(plans, last) if last else (0, False)
        ended = [] if before else self._entries(plans, ENDED_MOST, closed=True)[0]
        found = {"now": iso(self._now()), "open": pages, "more": more, "at_least": at_least, "ended": ended}
        return {**found, "next": last.run_id} if last and (more or at_least) else found

    def _behind(self, plans: Sequence[str], last: RunInfo) -> tuple[int, bool]:
        """Return how many open pages of these plans stand behind a run, and whether not all were looked at."""
        infos = self._ledger.runs(most=LOOKED_THROUGH_MOST + 1, closed=False, kinds=[RunKind.PAGE], before=last)
        looked_at = infos[:LOOKED_THROUGH_MOST]
        return sum(self._is_of(info, plans) for info in looked_at), len(infos) > len(looked_at)

    def _is_of(self, info: RunInfo, plans: Sequence[str]) -> bool:
        if not info.head.seq:
            return False
        if info.run_id not in self._names:
            self._names[info.run_id] = self._name_of(info.run_id)
            if len(self._names) > NAMES_REMEMBERED:
                self._names.popitem(last=False)
        return self._names[info.run_id] in plans

    def _entries(
        self, plans: Sequence[str], most: int, *, closed: bool, before: RunInfo | None = None
    ) -> tuple[list[dict[str, Any]], RunInfo | None]:
        """Return the newest of these plans' pages, and the last run that was looked at for them."""
        entries: list[dict[str, Any]] = []
        last = before
        for _ in range(LOOKED_THROUGH_MOST // most):
            infos = self._ledger.runs(most=most, closed=closed, kinds=[RunKind.PAGE], before=last)
            for info in infos:
                last = info
                entry = self._entry(info) if self._is_of(info, plans) else None
                if entry is not None:
                    entries.append({**entry, "parked": info.parked})
                if len(entries) == most:
                    return entries, last
            if len(infos) < most:
                break
        return entries, last

    def _entry(self, info: RunInfo) -> dict[str, Any] | None:
        known = self._known.get((info.run_id, info.head.seq))
        if known is not None:
            return known
        found = self._plan_of(info.run_id)
        if found is None:
            return None
        name, plan = found
        state = state_of(self._ledger, info.run_id, plan)
        if state.raised is None:
            return None
        entry = {"run": info.run_id, "plan": name, **entry_of(plan, state)}
        self._known[info.run_id, info.head.seq] = entry
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return entry


def _urgency(page: Mapping[str, Any]) -> tuple[bool, bool, str, str]:
    """Return how a page is sorted: nobody drives it, nobody is left to page, the next level's time; taken ones last."""
    return not page["parked"], page["taken_by"] is not None, page["next_at"] or "", page["opened_at"]


def entry_of(plan: Plan, state: RunState) -> dict[str, Any]:
    """Return what is shown of one page, by its ledger alone."""
    raised, opened_at = state.raised, state.opened_at
    assert raised is not None and opened_at is not None
    dues, _ = schedule(plan.escalation[raised.policy], state.entered[Phase.PAGING])
    reached = {place for send in state.sends.values() if (place := _place(send)) is not None}
    coming = next((due for due in dues if (due.round, due.level) not in reached), None)
    taken = acknowledgement(state, raised.subject)
    closed = state.closed
    return {
        "summary": raised.summary,
        "policy": raised.policy,
        "opened_at": iso(opened_at),
        "levels": len(plan.escalation[raised.policy].levels),
        "paged": [_paged(plan, send) for send in state.sends.values() if _place(send) is not None],
        "next_at": None if closed or taken or coming is None else iso(coming.from_at),
        "next_people": [] if closed or taken or coming is None else [plan.contacts[who].name for who in coming.people],
        "taken_by": None if taken is None or taken.contact is None else plan.contacts[taken.contact].name,
        "taken_at": None if taken is None else iso(taken.at),
        "taken_on": None if taken is None else taken.channel,
        "ended": None if closed is None else str(closed.why),
        "ended_at": None if state.closed_at is None else iso(state.closed_at),
        "in_doubt": sum(send.outcome is Outcome.IN_DOUBT for send in state.sends.values()),
        "not_listening": sorted(channel for channel, way in state.listening.items() if way != "open"),
    }


def _paged(plan: Plan, send: SendRecord) -> dict[str, Any]:
    place = _place(send)
    assert place is not None
    person = send.key.partition("//")[2].partition("@")[0]
    return {
        "round": place[0] + 1,
        "level": place[1] + 1,
        "contact": plan.contacts[person].name if person in plan.contacts else person,
        "channel": send.channel,
        "at": iso(send.intended_at),
        "outcome": "under_way" if send.outcome is None else str(send.outcome),
    }


def _place(send: SendRecord) -> tuple[int, int] | None:
    """Return the round and level of a page to one person; None for any other message."""
    where = send.key.rpartition("/r")[2]
    number, _, level = where.partition("l")
    if send.method != Method.POST or "@" not in send.key or not (number.isdecimal() and level.isdecimal()):
        return None
    return int(number), int(level)
