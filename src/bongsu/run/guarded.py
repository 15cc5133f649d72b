"""A run that has a guard: its loop says that it lives, and asks before it does what a dead run must not do.

Only the loop makes heartbeats. A thread carries them, one at a time, so that a guard that does not answer slows nothing
down; a loop that hangs, or a process that was stopped, makes none, and is dead to its guard.
"""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bongsu.core.actions import Send, Switch
from bongsu.core.beats import Standing, What
from bongsu.core.events import Method, SwitchState
from bongsu.core.guard_events import GuardChanged, Guarding
from bongsu.core.guarding import safe_state
from bongsu.core.kinds import RunKind
from bongsu.run.guard_client import GuardClient, Said, blank, guard_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.core.beats import Answer, Word
    from bongsu.core.plan import GuardSpec
    from bongsu.run.book import Book
    from bongsu.run.clock import Clock
    from bongsu.run.wiring import Wiring

LOST_AFTER = 2
"""So many heartbeats in a row are without an answer before the ledger says that the guard is lost."""
LEAVES_TRIES = 3


class Sign(Protocol):
    """Leaves a sign of life in the store that run and guard have in common."""

    def __call__(self, number: int) -> None:
        """Write the number of the newest heartbeat."""
        ...


class Guarded:
    """The run's side of its guard; used by the loop's thread alone."""

    def __init__(
        self,
        book: Book,
        clock: Clock,
        client: GuardClient,
        *,
        sign: Sign,
        put: Callable[[object], None],
        carrier: Executor | None = None,
    ) -> None:
        """`sign` leaves a sign of life beside the ledger, `put` hands an answer to the loop, `carrier` carries it."""
        assert book.plan.guard is not None
        self.spec: GuardSpec = book.plan.guard
        self.book = book
        self.clock = clock
        self._client = client
        self._sign = sign
        self._put = put
        self._carrier = carrier or ThreadPoolExecutor(1, thread_name_prefix="bongsu-heartbeat")
        self._under_way: Future[Said] | None = None
        self._beats = 0
        self._armed = False
        self._missed = 0
        self._next_at: datetime | None = None
        self._said_at: datetime | None = None
        self._told_phase = ""
        self._granted_until: datetime | None = None

    @property
    def busy(self) -> bool:
        """Whether a heartbeat is on its way: a rehearsal's clock must not jump meanwhile."""
        return self._under_way is not None

    def turn(self, now: datetime) -> datetime:
        """Say that the loop has come round, when that is due or the phase has changed; return when it is due again."""
        moved = self._told_phase != self.book.state.phase
        if self._next_at is None or now >= self._next_at or (moved and not self.busy):
            self._beats += 1
            self._sign(self._beats)
            self._next_at = now + self.spec.every
            if not self.busy:
                self._begin(now)
        return self._next_at

    def takes(self, item: object) -> bool:
        """Take the answer to a heartbeat."""
        if isinstance(item, Future) and item is self._under_way:
            self._taken(item)
        return isinstance(item, Future)  # one that is not under way was taken by `admits`

    def _taken(self, future: Future[Said]) -> bool:
        """Take the answer to the heartbeat under way; return whether the ledger has a new line for it."""
        self._under_way = None
        return self._heard(future.result(), at_once=False)

    def admits(self, action: Action) -> bool:
        """Return whether an action may be performed as decided; False when the ledger has moved and to decide is anew.

        A run that has not been heard for so long that its guard may have acted asks before it does anything; and every
        run asks before it enables the target or announces the success. A guard that does not answer stops nothing.
        """
        now = self.clock.now()
        fresh = self._granted_until is not None and now < self._granted_until
        if fresh and not _needs_asking(action):
            return True
        if self._guarding() is Guarding.LOST and self._said_at is not None and now < self._said_at + self.spec.every:
            return True
        # The one on its way left before this was decided: its answer is taken, and does not count.
        moved = self._taken(self._under_way) if self._under_way is not None else False
        self._begin(self.clock.now())
        future, self._under_way = self._under_way, None
        assert future is not None
        return not (self._heard(future.result(), at_once=True) or moved)

    def leave(self, *, closed: bool) -> None:
        """Take leave of the guard: the run is over, or somebody has left it on purpose and has it in hand."""
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None
        what = What.CLOSED if closed else What.LEFT
        for _ in range(LEAVES_TRIES):
            if self._carrier.submit(self._client.say, self._word(what)).result().answer is not None:
                break

    def stop(self) -> None:
        """Let the carrying thread end."""
        self._carrier.shutdown(wait=True, cancel_futures=True)

    def _guarding(self) -> Guarding | None:
        return None if self.book.state.guard is None else self.book.state.guard.state

    def _word(self, what: What) -> Word:
        state = self.book.state
        act = state.guard_act
        safe = safe_state(state.phase, state.left)
        word = blank(what, self.book.plan, run=self.book.run_id, phase=state.phase, safe=safe)
        return replace(word, lost=state.guards_lost, obeyed=act.guard_run if act is not None else "")

    def _begin(self, now: datetime) -> None:
        word = self._word(What.BEAT if self._armed else What.ARM)
        self._said_at, self._told_phase = now, word.phase
        self._under_way = self._carrier.submit(self._client.say, word)
        self._under_way.add_done_callback(self._put)

    def _heard(self, said: Said, *, at_once: bool) -> bool:
        """Take one answer, or that there is none; return whether the ledger has a new line for it."""
        answer = said.answer
        if answer is not None and answer.standing is Standing.NOT_ARMED:
            self._armed = False
            return False
        if answer is not None and answer.standing is Standing.ACTED:
            return self._superseded(answer)
        if answer is None or answer.standing is not Standing.STANDING_BY:
            self._missed += 1
            reason = said.reason or _refusal(self.spec.address, answer)
            lost = at_once or self._missed >= LOST_AFTER or self._guarding() is None
            return lost and self._record(GuardChanged(state=Guarding.LOST, reason=reason))
        self._armed, self._missed = True, 0
        assert self._said_at is not None
        self._granted_until = self.clock.at(said.began_mono) + self.spec.silent_after
        return self._record(GuardChanged(state=Guarding.STANDING_BY, guard_run=answer.guard_run))

    def _superseded(self, answer: Answer) -> bool:
        before = self.book.state.guard_act
        if before is not None and before.guard_run == answer.guard_run:
            self._armed = False  # obeyed already: it is handed over anew
            return False
        self._armed = False
        return self._record(GuardChanged(state=Guarding.ACTED, guard_run=answer.guard_run, did=answer.did))

    def _record(self, event: GuardChanged) -> bool:
        """Record how the guard stands, once for each change."""
        if event.state is not Guarding.ACTED and self._guarding() is event.state:
            return False
        self.book.append(self._now(), "guard", event)
        return True

    def _now(self) -> datetime:
        now = self.clock.now()
        return now if self.book.state.at is None else max(now, self.book.state.at)


def _needs_asking(action: Action) -> bool:
    if isinstance(action, Switch):
        return action.to is SwitchState.ENABLED and action.which == "target"
    return isinstance(action, Send) and action.message == "success" and action.method is Method.POST


def _refusal(address: str, answer: Answer | None) -> str:
    if answer is not None and answer.standing is Standing.OTHER_PLAN:
        return f"{address} has another plan, or another version of this one"
    return f"{address} guards another run"


def guarded_of(
    wiring: Wiring,
    book: Book,
    clock: Clock,
    *,
    sign: Sign,
    put: Callable[[object], None],
) -> Guarded | None:
    """Return the run's side of its guard, or None when the plan has none, or nothing is switched in such a run."""
    spec = wiring.plan.guard
    if spec is None or wiring.kind is not RunKind.CUTOVER:
        return None
    client = GuardClient(spec, guard_key(wiring.plan, wiring))
    return Guarded(book, clock, client, sign=sign, put=put)
