"""Virtual time: one ordered list of what happens, and a pool whose effects are entries of it. No thread, no sleep."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from queue import SimpleQueue
from typing import Any

from bongsu.run.clock import Step
from tests.simulation.fates import Fates

START = datetime(2025, 10, 22, 4, 50, tzinfo=UTC)
EPOCH = datetime.fromtimestamp(0, UTC)
SECOND_US = 1_000_000
EVENTS_MOST = 20_000
JUMP_S = 300


class NothingLeftError(AssertionError):
    """The run waits for something that can never come."""


@dataclass(slots=True)
class Timeline:
    """What happens when, and the time it is; microseconds since `START`, and where this machine's clock stands."""

    fates: Fates
    now_us: int = 0
    set_by_us: int = 0
    coming: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    numbers: Any = field(default_factory=count)
    happened: int = 0

    def after(self, delay_us: int, what: Callable[[], None]) -> None:
        """Have something happen later."""
        heappush(self.coming, (self.now_us + max(delay_us, 0), next(self.numbers), what))

    def to_next(self) -> None:
        """Let the next thing happen."""
        self.happened += 1
        assert self.happened < EVENTS_MOST, "the run does not come to an end"
        at, _, what = heappop(self.coming)
        self.now_us = max(self.now_us, at)
        what()

    def clock_is_set(self, way: str) -> None:
        """Set this machine's clock: forward the run's time goes with it, back it does not."""
        forward = way == "forward"
        self.steps.append(Step(by=timedelta(seconds=JUMP_S if forward else -JUMP_S), followed=forward))
        self.set_by_us += JUMP_S * SECOND_US if forward else 0


class SimClock:
    """A run's clock over the timeline."""

    source = "simulated"

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.told = (0, START)

    def now(self) -> datetime:
        """Return the run's time; it is asked several times at each moment."""
        since_us = self.timeline.now_us + self.timeline.set_by_us
        if self.told[0] != since_us:
            self.told = (since_us, START + timedelta(microseconds=since_us))
        return self.told[1]

    def at(self, mono: float) -> datetime:
        """Return the time of a moment in seconds since the start."""
        return START + timedelta(seconds=mono)

    def stepped(self) -> tuple[Step, ...]:
        """Return how the clock was set since this was last asked."""
        steps, self.timeline.steps = tuple(self.timeline.steps), []
        return steps

    def wait(self, until: datetime | None, inbox: SimpleQueue[Any], *, idle: bool) -> Any | None:
        """Return the next item, or None at `until`, letting happen what comes before."""
        del idle
        timeline = self.timeline
        index, fault = timeline.fates.next("clock")
        if fault:
            after_us = timeline.fates.between("set", index, 0, 60) * SECOND_US
            timeline.after(after_us, lambda: timeline.clock_is_set(fault))
        while inbox.empty():
            until_us = None if until is None else self._us(until)
            if until_us is not None and (not timeline.coming or until_us <= timeline.coming[0][0]):
                timeline.now_us = max(timeline.now_us, until_us)
                return None
            if not timeline.coming:
                raise NothingLeftError("the run waits, and nothing can come any more")
            timeline.to_next()
        return inbox.get_nowait()

    def _us(self, until: datetime) -> int:
        return (until - START) // timedelta(microseconds=1) - self.timeline.set_by_us

    def close(self) -> None:
        """Do nothing."""


class Coming(Future[Any]):
    """An outcome that comes on the one thread there is: it needs none of the locks of a future between threads."""

    def __init__(self) -> None:
        self.then: list[Callable[[Future[Any]], object]] = []
        self.outcome: Any = None

    def add_done_callback(self, fn: Callable[[Future[Any]], object]) -> None:
        """Have something done once the outcome is there."""
        self.then.append(fn)

    def set_result(self, result: Any) -> None:
        """Be there."""
        self.outcome = result
        for do in self.then:
            do(self)

    def result(self, timeout: float | None = None) -> Any:
        """Return the outcome."""
        del timeout
        return self.outcome


class SimPool(Executor):
    """Carries out effects on the timeline: the request arrives after a while, its answer after another."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.dead = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Return what will hold the outcome once the answer is there."""
        del args, kwargs
        future = Coming()
        timeline = self.timeline
        number = next(timeline.numbers)
        there_us = timeline.fates.between("there", number, 2_000, 80_000)
        back_us = timeline.fates.between("back", number, 2_000, 80_000)

        def arrives() -> None:
            if self.dead and timeline.fates.one_in("cut", number, 2):
                return  # the process died before the request had left whole
            result = fn()
            slow_us = getattr(self, "slow_us", 0)
            self.slow_us = 0
            timeline.after(back_us + slow_us, lambda: None if self.dead else future.set_result(result))

        timeline.after(there_us, arrives)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Have no answer arrive any more: the process has ended."""
        del wait, cancel_futures
        self.dead = True
