"""Pages as they stand while they wait: opened, the first level told, the next one due at a given time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.core.chain import START
from bongsu.core.events import Outcome, RunOpened, SendEnded, SendIntended
from bongsu.core.kinds import Raised, RunKind
from bongsu.core.telling import announcements, direct
from bongsu.ledger._port import Entry, Write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.core.actions import Send
    from bongsu.core.plan import Plan
    from bongsu.ledger._port import Ledger

AT_ONCE = 64
MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Team:
    """A plan and its bytes."""

    plan: Plan
    source: bytes


def page(team: Team, number: int, due_at: datetime) -> list[Entry]:
    """Return the lines of a page whose second level is due then."""
    policy = team.plan.escalation[f"p{number % len(team.plan.contacts)}"]
    raised = Raised(summary=f"alarm {number}", policy=policy.name, dedup=f"bench {number}")
    at = due_at - policy.levels[0].wait
    opened = RunOpened(
        plan_sha256=team.plan.digest,
        cutover=team.plan.cutover,
        program="bongsu",
        endpoints={},
        clock="system",
        go_by="",
        kind=RunKind.PAGE,
        raised=raised,
    )
    lines = [Entry(at=at, actor="bongsu", event=opened, blobs={"plan": team.source})]
    told = [
        *announcements(team.plan, raised.subject, "page"),
        *direct(team.plan, raised.subject, policy.levels[0].page, "page", suffix="/r0l0"),
    ]
    for place, send in enumerate(told, 1):
        lines += _sent(send, at + place * MS, place)
    return lines


def _sent(send: Send, at: datetime, place: int) -> Iterator[Entry]:
    intended = SendIntended(key=send.key, message=send.message, channel=send.channel, to=send.to)
    yield Entry(at=at, actor="bongsu", event=intended, blobs={"payload": b"{}"})
    ref = {"channel": send.to, "ts": f"{int(at.timestamp())}.{place:06d}"}
    yield Entry(at=at, actor="bongsu", event=SendEnded(key=send.key, outcome=Outcome.ACCEPTED, ref=ref))


def fill(ledger: Ledger, teams: Sequence[Team], dues: Sequence[datetime], *, first: int = 0) -> None:
    """Put as many pages into a ledger as there are times, one after the other over the teams."""
    writes: list[Write] = []
    for number, due_at in enumerate(dues, first):
        lines = page(teams[number % len(teams)], number // len(teams), due_at)
        run_id = f"page-bench{number}"
        ledger.create(run_id, lines[0].at, kind=RunKind.PAGE)
        writes.append(Write(run_id=run_id, after=START, entries=lines, due_at=due_at))
        if len(writes) == AT_ONCE:
            _store(ledger, writes)
    _store(ledger, writes)


def _store(ledger: Ledger, writes: list[Write]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda one: ledger.append(one.run_id, one.after, one.entries, due_at=one.due_at), writes))
    writes.clear()
