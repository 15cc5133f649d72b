"""How fast each kind of channel takes messages, and how long one is tried: the services' limits and ours, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from bongsu.core.events import Method, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bongsu.core.actions import Send
    from bongsu.core.plan import Plan
    from bongsu.core.sends import SendRecord

SECOND = timedelta(seconds=1)
ABOUT = timedelta(milliseconds=50)
"""How much shorter than its limit a pause may turn out: the services say "about one a second"."""
TURN = SECOND
"""How long a message that is due again has its chat for itself before the ones behind it may pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most so many messages in any time of that length."""

    most: int
    per: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a service takes in one chat, in one group, and over all chats; None where it documents nothing."""

    chat: Rate | None = None
    group: Rate | None = None
    everywhere: Rate | None = None


LIMITS: Mapping[str, Limits] = {
    "slack": Limits(chat=Rate(most=1, per=SECOND)),
    "slack_webhook": Limits(chat=Rate(most=1, per=SECOND)),
    "telegram": Limits(
        chat=Rate(most=1, per=SECOND),
        group=Rate(most=20, per=timedelta(minutes=1)),
        everywhere=Rate(most=30, per=SECOND),
    ),
}
"""Kind of channel to its documented limits; a kind that is not here has none."""
NO_LIMITS = Limits()
EVERYWHERE = "all"
"""What the name of a limit over all chats of a kind begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long a message of one class is tried."""

    attempts: int
    within: timedelta
    """From the first intention to the moment at which the last attempt is due. Time in which nobody tried is not
    counted: while it was not known how an attempt had ended, and while no process was there to make the next one. What
    ended in doubt may have ended with the process that tried it, however long ago: there the attempts alone count."""
    pauses: tuple[timedelta, ...]
    """After the first attempt, the second, and so on; the last stands for all after it."""


PAUSES = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))
PAGE = Patience(attempts=4, within=timedelta(minutes=3), pauses=PAUSES)
"""A page or a drill: somebody must hear of it."""
ANNOUNCEMENT = Patience(attempts=3, within=timedelta(minutes=2), pauses=PAUSES)
CLOSING = Patience(attempts=3, within=timedelta(minutes=5), pauses=PAUSES)
"""The edit of a message."""
ANSWER = Patience(attempts=1, within=timedelta(0), pauses=PAUSES)
"""The answer to a press: a second one comes too late."""
PAGES = frozenset({"page", "silence", "drill"})
"""Messages that go out again when in doubt: a page too late is worse than a page twice."""
LATE_AFTER = timedelta(seconds=60)
"""When a message to a person is late: not accepted for so long after it was first tried."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One attempt in the eyes of a limit: it reached the service somewhere between the two times."""

    seq: int
    begun_at: datetime
    ended_at: datetime | None = None


def patience_of(message: str, method: str) -> Patience:
    """Return how long a message is tried, by its class."""
    if method != Method.POST:
        return CLOSING if method == Method.CLOSE else ANSWER
    return PAGE if message in PAGES else ANNOUNCEMENT


def retry_at(record: SendRecord, seed: str) -> datetime | None:
    """Return when an attempt that failed is made again, or None when its class has no attempt or no time left.

    The pause is the class's own or what the service asked for, whichever is longer, and up to a tenth more. That part
    comes from `seed` and the attempt's line by a hash: many messages that were told to wait do not come back all at
    once, and whoever reads the ledger comes to the same moment, in a published copy too, whose keys name nobody.
    """
    patience = patience_of(record.message, record.method)
    if record.attempt >= patience.attempts or record.ended_at is None:
        return None
    pause = patience.pauses[min(record.attempt, len(patience.pauses)) - 1]
    pause = max(pause, timedelta(seconds=record.retry_after_s or 0))
    drawn = int.from_bytes(sha256(f"{seed} {record.seq}".encode()).digest()[:4]) % 1001
    due = record.ended_at + pause + pause * drawn // 10_000
    if record.outcome is Outcome.NOT_SENT and due - record.untried > record.first_at + patience.within:
        return None
    return due


@lru_cache(maxsize=4096)
def scopes(kind: str, channel: str, to: str, method: str) -> tuple[tuple[str, Rate | None], ...]:
    """Return every limit that a message comes under, with the name under which its moments are kept.

    A chat is kept even without a limit: one message is in flight in it. An edit spares the chat's own second, and
    counts among a group's minute: it is said to, and nobody documents it.
    """
    limits = LIMITS.get(kind, NO_LIMITS)
    found: list[tuple[str, Rate | None]] = []
    if method == Method.POST:
        found.append((chat_of(channel, to), limits.chat))
    if limits.group is not None and to.startswith("-"):
        found.append((f"group {channel} {to}", limits.group))
    if limits.everywhere is not None:
        found.append((f"{EVERYWHERE} {kind}", limits.everywhere))
    return tuple(found)


@lru_cache(maxsize=4096)
def chat_of(channel: str, to: str) -> str:
    """Return the name under which a chat's moments are kept."""
    return f"chat {channel} {to}"


def free_at(rate: Rate, moments: tuple[Moment, ...], asked: int = 0) -> datetime | None:
    """Return from when on a limit takes one more message, with `asked` of them about to leave; None: from now on.

    Counted from the beginning of the message that must have left the window, as long as its answer came at once:
    nobody knows when in between it arrived, so that a slow answer moves the next one back, but for `ABOUT`. That way
    no two arrive closer than the limit less `ABOUT`, however long each is under way.
    """
    back = rate.most - asked
    if not 0 < back <= len(moments):
        return None
    oldest = moments[-back]
    free = oldest.begun_at + rate.per
    return free if oldest.ended_at is None else max(free, oldest.ended_at + rate.per - ABOUT)


@cache
def everywhere() -> tuple[tuple[str, Rate], ...]:
    """Return every kind of channel that has a limit over all its chats, and that limit."""
    return tuple((kind, limits.everywhere) for kind, limits in LIMITS.items() if limits.everywhere is not None)


def room_at(rate: Rate, moments: tuple[Moment, ...], now: datetime) -> int:
    """Return how many more messages a limit takes at a time."""
    frees = (free_at(rate, moments, asked) for asked in range(rate.most))
    return sum(free is None or free <= now for free in frees)


def kept(rate: Rate | None, moments: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """Return as many of the newest moments as the limit will be asked about."""
    return moments[-(rate.most if rate else 1) :]


def settled(moments: tuple[Moment, ...], seq: int, at: datetime) -> tuple[Moment, ...]:
    """Return the moments with the end of the attempt that began at ledger line `seq`, where it is still among them."""
    for place in range(len(moments) - 1, -1, -1):
        if moments[place].seq == seq:
            return (*moments[:place], Moment(seq, moments[place].begun_at, at), *moments[place + 1 :])
    return moments


def spread(plan: Plan, sends: Iterable[Send]) -> list[timedelta]:
    """Return when each of these messages may leave at the earliest, from the first, with every answer there at once."""
    now = timedelta(0)
    waiting = list(enumerate(sends))
    left: dict[int, timedelta] = {}
    took: dict[str, list[timedelta]] = {}
    while waiting:
        later: list[tuple[int, Send]] = []
        frees: list[timedelta] = []
        for number, send in waiting:
            under = scopes(plan.channels[send.channel].kind, send.channel, send.to, send.method)
            rates = [(scope, rate) for scope, rate in under if rate is not None]
            free = max((_free(rate, took.get(scope, [])) for scope, rate in rates), default=now)
            if free <= now:
                left[number] = now
                for scope, _ in rates:
                    took.setdefault(scope, []).append(now)
            else:
                later.append((number, send))
                frees.append(free)
        waiting = later
        now = min(frees, default=now)
    return [left[number] for number in sorted(left)]


def _free(rate: Rate, took: list[timedelta]) -> timedelta:
    return took[-rate.most] + rate.per if len(took) >= rate.most else timedelta(0)
