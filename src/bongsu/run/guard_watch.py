"""A guard over one run: when it was heard last, whether it is silent, and what a second look shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.beats import Standing, What
from bongsu.core.events import Phase
from bongsu.core.guard_events import Did, Heart, HeartbeatsChanged, Life, RunLookedFor
from bongsu.run.guard_ear import Heard
from bongsu.run.guard_sight import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bongsu.core.actions import Action
    from bongsu.core.beats import Word
    from bongsu.core.plan import GuardSpec
    from bongsu.core.state import RunState
    from bongsu.inbound._port import Inbound
    from bongsu.run.book import Book
    from bongsu.run.clock import Clock
    from bongsu.run.guard_sight import Sight, Signs

LISTENS = frozenset({Phase.PLANNED, Phase.ARMED, Phase.LOOKING})
"""Phases in which the guard has done nothing yet: its run may be heard again."""
MOVES_WITHIN = 2
"""So many times `every` a run has to move in its store once it is looked at, or to be heard by a guard that is late."""


class Watch:
    """What goes round with the loop of a guard's run; used by that loop's thread alone."""

    def __init__(
        self, book: Book, clock: Clock, sight: Sight | None, *, ways_in: Callable[[], Sequence[Inbound]]
    ) -> None:
        """`sight` sees runs in a store that both have; `ways_in` returns what takes presses, opened for a page."""
        assert book.plan.guard is not None
        self.spec: GuardSpec = book.plan.guard
        self.book = book
        self.clock = clock
        self._sight = sight
        self._ways_in = ways_in
        self._inbounds: Sequence[Inbound] | None = None
        self._heard_at: datetime | None = None
        self._deadline: datetime | None = clock.now() + self.spec.silent_after
        self._newest: Word | None = None
        self._signs: Signs | None = None
        self._look_until: datetime | None = None
        self._seen_alive = False
        self.run_is_over = False
        """Whether the run has said that it is closed, after the guard had acted."""

    @property
    def busy(self) -> bool:
        """Whether a way in has not said yet whether it is open."""
        return any(one.channel not in self.book.state.listening for one in self._inbounds or ())

    def admits(self, action: Action) -> bool:  # noqa: ARG002 - nothing stands above a guard
        """Return that every action may be performed."""
        return True

    def leave(self, *, closed: bool) -> None:
        """Do nothing: nobody guards a guard."""

    def stop(self) -> None:
        """Close the ways in."""
        for inbound in self._inbounds or ():
            inbound.stop()

    def turn(self, now: datetime) -> datetime | None:
        """Notice silence, look, and open the ways in once people are asked; return when to come round again."""
        match self.book.state.phase:
            case Phase.ARMED:
                return self._listen(now)
            case Phase.LOOKING:
                return self._look(now)
            case phase if phase not in LISTENS and self._inbounds is None:
                self._inbounds = self._ways_in()
                for inbound in self._inbounds:
                    inbound.start()
        return None

    def takes(self, item: object) -> bool:
        """Hear a word of the run, and answer it as the guard stands."""
        if not isinstance(item, Heard):
            return False
        word, state = item.word, self.book.state
        if word.plan != self.book.plan.digest:
            item.settle(Standing.OTHER_PLAN)
        elif word.run != self.run_of(state):
            item.settle(Standing.OTHER_RUN)
        elif state.phase in LISTENS:
            self._hear(word)
            item.settle(Standing.STANDING_BY, guard_run=self.book.run_id)
        elif did(state) is None:
            item.settle(Standing.NOT_ARMED)
        else:
            self.run_is_over = self.run_is_over or word.what is What.CLOSED
            item.settle(Standing.ACTED, guard_run=self.book.run_id, did=did(state))
        return True

    @staticmethod
    def run_of(state: RunState) -> str:
        """Return the run that is guarded."""
        return "" if state.heart is None else state.heart.run

    def _hear(self, word: Word) -> None:
        now = self._now()
        self._newest, self._heard_at, self._seen_alive = word, now, False
        self._deadline = now + self.spec.silent_after
        heart = self.book.state.heart
        if word.what in (What.CLOSED, What.LEFT):
            self._record(Heart.CLOSED if word.what is What.CLOSED else Heart.LEFT)
        elif word.what is What.ARM:
            self._record(Heart.ARMED)
        elif heart is not None and heart.state is Heart.SILENT:
            self._record(Heart.HEARD)

    def _listen(self, now: datetime) -> datetime | None:
        if self._deadline is None or now < self._deadline:
            return self._deadline
        if now - self._deadline > self.spec.every:
            # Who comes late has been away and may have missed what was said meanwhile: it does not judge by that.
            self._deadline = now + MOVES_WITHIN * self.spec.every
            return self._deadline
        if self._seen_alive and self._moved():
            self._deadline = now + self.spec.silent_after
            return self._deadline
        self._look_until = None
        self._record(Heart.SILENT)
        return now

    def _look(self, now: datetime) -> datetime | None:
        state = self.book.state
        if state.looked is not None and state.looked_seq > state.phase_seq:
            return None
        run = self.run_of(state)
        signs = self._sight.signs(run) if self._sight is not None else None
        if signs is None or self._sight is None:
            self._saw(Life.OUT_OF_SIGHT)
        elif signs.closed:
            self._record(Heart.CLOSED)
        elif (driven := self._sight.driven(run)) is False:
            self._saw(Life.GONE)
        elif self._look_until is None:
            self._signs, self._look_until = signs, now + MOVES_WITHIN * self.spec.every
            return self._look_until
        elif signs != self._signs:
            self._seen_alive, self._signs = True, signs
            self._deadline = now + self.spec.silent_after
            self._saw(Life.ALIVE)
        elif now < self._look_until:
            return self._look_until
        else:
            # An idle run writes nothing into its ledger: where only that can be seen, stillness says nothing.
            self._saw(Life.STANDS_STILL if driven else Life.OUT_OF_SIGHT)
        return now

    def _moved(self) -> bool:
        """Return whether the run has moved in its store since that was looked at last."""
        before, signs = self._signs, self._sight.signs(self.run_of(self.book.state)) if self._sight else None
        self._signs = signs
        return signs is not None and signs != before

    def _saw(self, found: Life) -> None:
        run = self.run_of(self.book.state)
        self.book.append(self._now(), "guard", RunLookedFor(run=run, found=found, reason=REASONS[found]))

    def _record(self, state: Heart) -> None:
        heart, word = self.book.state.heart, self._newest
        assert heart is not None
        event = HeartbeatsChanged(
            run=heart.run,
            state=state,
            phase=word.phase if word is not None else heart.phase,
            safe=word.safe if word is not None else heart.safe,
            last_at=self._heard_at or heart.last_at,
            lost=word.lost if word is not None else heart.lost,
        )
        self.book.append(self._now(), "guard", event)

    def _now(self) -> datetime:
        now = self.clock.now()
        return now if self.book.state.at is None else max(now, self.book.state.at)


def did(state: RunState) -> Did | None:
    """Return what a guard has done by the state of its run; None when it has done nothing."""
    if Phase.DECIDING not in state.entered:
        return None
    return Did.RESTORED if Phase.ROLLING_BACK in state.entered else Did.PAGED
