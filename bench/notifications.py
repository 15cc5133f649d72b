"""A thousand notifications under the services' limits, against the optimum of the same limits.

    python -m bench.notifications [--messages N] [--chats N]

The core's own rules say what leaves and when: `Agenda.send` on the folded state, with the ledger's events put back into
it, as the run loop does; nothing here paces. What they ask for goes to the limiter that the imitated services refuse
with. Time is virtual: a request takes 10 to 40 ms there and an answer as long back, by a hash, and eight are under way
at most, as in a run. What is refused with 429 counts as such and is left to the rules.

The optimum is a sender without latency that knows the limiter's mind: it sends each message the moment it is taken.
The bars: at most 5 % over the optimum, at most 1 % answered 429, none lost, none out of order within a chat. CPU is
printed beside it, and for twice as many messages: a look goes through those that can leave or may have to leave again
(`core.outbox`), so that it grows with their number.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from heapq import heappop, heappush
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from bongsu.core.actions import Send
from bongsu.core.agenda import Agenda
from bongsu.core.events import Outcome, Recorded, RunOpened, SendEnded, SendIntended
from bongsu.core.fold import Fold
from bongsu.core.outbox import Outbox
from bongsu.planfile import load_bytes
from bongsu.sandbox.limits import PerWindow, Spacing, admit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bongsu.core.events import Event
    from bongsu.core.plan import Plan

    Limits = Mapping[str, list[Spacing | PerWindow]]

PLAN = Path(__file__).parent.parent / "plans" / "naver-sms.yaml"
START = datetime(2025, 10, 22, 5, tzinfo=UTC)
SECOND, MS = timedelta(seconds=1), timedelta(milliseconds=1)
AT_ONCE = 8
OVER_OPTIMUM, REFUSED = 0.05, 0.01


class Case(NamedTuple):
    """What is sent where: a channel of the plan, and the ids of so many chats there."""

    name: str
    channel: str
    chats: tuple[str, ...]
    limiter: Callable[[tuple[str, ...]], Limits]


def telegram(chats: tuple[str, ...]) -> Limits:
    """Return the imitated Telegram's limits with its defaults: see `sandbox.telegram_chats`."""
    everywhere = Spacing(every=SECOND / 30, burst=30)
    limits: dict[str, list[Spacing | PerWindow]] = {}
    for chat in chats:
        group = [PerWindow(most=20, window=timedelta(minutes=1))] if chat.startswith("-") else []
        limits[chat] = [Spacing(every=SECOND, burst=3), *group, everywhere]
    return limits


def slack(chats: tuple[str, ...]) -> Limits:
    """Return the imitated Slack's limits with its defaults: see `sandbox.slack_channels`."""
    return {chat: [Spacing(every=SECOND, burst=1)] for chat in chats}


@dataclass(slots=True)
class Told:
    """What became of the messages of one case."""

    took: timedelta
    cpu_s: float
    refused: int
    stored: dict[str, list[int]]


@dataclass(slots=True)
class World:
    """The run's ledger as the rules see it, and the service."""

    plan: Plan
    limits: Limits
    now: datetime = START
    seq: int = 0
    fold: Fold = field(init=False)
    stored: dict[str, list[int]] = field(default_factory=dict)
    coming: list[tuple[datetime, int, str, Send]] = field(default_factory=list)
    under_way: int = 0
    refused: int = 0
    last: datetime = START

    def __post_init__(self) -> None:
        """Open the run."""
        self.fold = Fold(self.plan)
        self.add(
            RunOpened(plan_sha256="", cutover="x", program="bongsu", endpoints={}, clock="virtual", go_by="captain")
        )

    def add(self, event: Event) -> None:
        """Record an event and fold it."""
        self.seq += 1
        line = f"{self.seq:064x}"
        self.fold.add(Recorded(seq=self.seq, at=self.now, actor="bongsu", event=event, hash=line))

    def run(self, sends: list[Send]) -> None:
        """Have every message ended, in virtual time."""
        outbox = Outbox(tuple(sends))
        while True:
            agenda = Agenda(self.plan, self.fold.state, self.now)
            ended = agenda.send_all(outbox)
            agenda.within_limits()
            for send in agenda.actions[: AT_ONCE - self.under_way]:
                assert isinstance(send, Send)
                self._begin(send)
            if ended is not None:
                return
            wakes = [at for at in agenda.wakes if at > self.now and self.under_way < AT_ONCE]
            moments = [at for at in (min(wakes, default=None), self.coming[0][0] if self.coming else None) if at]
            self.now = min(moments)
            while self.coming and self.coming[0][0] <= self.now:
                self._happen(*heappop(self.coming)[2:])

    def _begin(self, send: Send) -> None:
        self.add(
            SendIntended(key=send.key, message=send.message, channel=send.channel, to=send.to, attempt=send.attempt)
        )
        self.under_way += 1
        heappush(self.coming, (self.now + latency(send, "there"), self.seq, "arrives", send))

    def _happen(self, what: str, send: Send) -> None:
        if what == "arrives":
            wait_s = admit(self.limits[send.to], self.now)
            if wait_s:
                self.refused += 1
            else:
                self.stored.setdefault(send.to, []).append(int(send.key.partition("//")[2]))
                self.last = self.now
            back = self.now + latency(send, "back")
            heappush(self.coming, (back, self.seq, str(wait_s), send))
            return
        self.under_way -= 1
        outcome = Outcome.NOT_SENT if what != "0" else Outcome.ACCEPTED
        wait_s = int(what) or None
        self.add(SendEnded(key=send.key, attempt=send.attempt, outcome=outcome, retry_after_s=wait_s))


def latency(send: Send, way: str) -> timedelta:
    """Return 10 to 40 ms, by a hash of the message, its attempt and the way."""
    digest = sha256(f"{send.key} {send.attempt} {way}".encode()).digest()
    return 10 * MS + 30 * MS * int.from_bytes(digest[:2]) / 0xFFFF


def optimum(limits: Limits, queues: Mapping[str, int]) -> timedelta:
    """Return how long the messages take at least: each leaves the moment the limiter takes it, without latency."""
    now, left = START, dict(queues)
    while True:
        delays = []
        # Whoever has most left goes first, else the last chat's line would be served alone in the end.
        for chat in sorted((chat for chat, number in left.items() if number), key=lambda chat: -left[chat]):
            delay = max(limit.delay(now) for limit in limits[chat])
            if not delay:
                for limit in limits[chat]:
                    limit.note(now)
                left[chat] -= 1
            if left[chat]:
                delays.append(delay)
        if not delays:
            return now - START
        now += min(delays)


def sends_of(case: Case, messages: int, *, mixed: bool) -> list[Send]:
    """Return the messages, numbered in their order: chat after chat, or one to each chat in turn."""
    each = messages // len(case.chats)
    order = [chat for _ in range(each) for chat in case.chats] if mixed else []
    order = order or [chat for chat in case.chats for _ in range(each)]
    return [
        Send(key=f"notice//{number}", message="start", channel=case.channel, to=chat)
        for number, chat in enumerate(order)
    ]


def measure(plan: Plan, case: Case, messages: int, *, mixed: bool) -> Told:
    """Return what became of so many messages."""
    sends = sends_of(case, messages, mixed=mixed)
    world = World(plan, case.limiter(case.chats))
    before = process_time()
    world.run(sends)
    return Told(world.last - START, process_time() - before, world.refused, world.stored)


def main() -> int:
    """Print each case beside its optimum; 0 when every bar is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=1000)
    options.add_argument("--chats", type=int, default=50)
    asked = options.parse_args()
    plan = load_bytes(PLAN.read_bytes(), PLAN)
    people = tuple(str(1_000_000 + number) for number in range(asked.chats))
    groups = tuple(f"-100{number:07d}" for number in range(asked.chats // 5))
    channels = tuple(f"C{number:08d}" for number in range(asked.chats))
    cases = (
        Case("Telegram, people", "ops_chat", people, telegram),
        Case("Telegram, groups", "ops_chat", groups, telegram),
        Case("Slack", "alerts", channels, slack),
    )
    print(f"{asked.messages} messages, virtual time, 10 to 40 ms each way, at most {AT_ONCE} under way")
    print(
        f"{'':<18}{'chats':>6}{'order':>17}{'optimum':>9}{'took':>9}{'over':>7}{'429':>5}{'lost':>5}{'swapped':>8}{'CPU':>7}"
    )
    met = True
    for case in cases:
        for mixed in (True, False):
            met = shown(plan, case, asked.messages, mixed=mixed) and met
    twice = measure(plan, cases[0], 2 * asked.messages, mixed=True).cpu_s
    once = measure(plan, cases[0], asked.messages, mixed=True).cpu_s
    print(f"CPU for {2 * asked.messages} messages to people: {twice:.1f} s; for half of them {once:.1f} s")
    print(f"bars: {OVER_OPTIMUM:.0%} over the optimum, {REFUSED:.0%} answered 429, 0 lost, 0 swapped: ", end="")
    print("met" if met else "MISSED")
    return 0 if met else 1


def shown(plan: Plan, case: Case, messages: int, *, mixed: bool) -> bool:
    """Print one case; return whether it is within the bars."""
    told = measure(plan, case, messages, mixed=mixed)
    each = messages // len(case.chats)
    best = optimum(case.limiter(case.chats), dict.fromkeys(case.chats, each))
    over = told.took / best - 1
    lost = each * len(case.chats) - sum(len(numbers) for numbers in told.stored.values())
    swapped = sum(a > b for numbers in told.stored.values() for a, b in pairwise(numbers))
    order = "mixed" if mixed else "chat after chat"
    print(
        f"{case.name:<18}{len(case.chats):>6}{order:>17}{best / SECOND:>7.1f} s{told.took / SECOND:>7.1f} s"
        f"{over:>7.1%}{told.refused:>5}{lost:>5}{swapped:>8}{told.cpu_s:>5.1f} s"
    )
    return over <= OVER_OPTIMUM and told.refused <= REFUSED * messages and not lost and not swapped


if __name__ == "__main__":
    raise SystemExit(main())
