"""Sending: claim, call once, write down how it ended. Guides go first, several texts at a time."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from naver_sms.booking import normal_phone
from naver_sms.errors import StateError
from naver_sms.intent import PRIORITY, Intent, Outcome, Skipped
from naver_sms.law import Purpose, in_quiet, may_advertise
from naver_sms.naver import CLOSED
from naver_sms.record import MOVED_BY_NIGHT, NOT_SENT, Claim, ClaimState, Kind
from naver_sms.state import Change
from sens import Accepted, InDoubt, Notice, NotSent, Refused, Text

if TYPE_CHECKING:
    from naver_sms.clock import Clock
    from naver_sms.desk import Desk
    from sens import SendOutcome

CALLS_MAX = 3
WAIT_S = 1.0
# Key, right or service is refused: nothing else of this account can be sent either.
HALTING = frozenset({401, 403, 404})
UNFIT = "unfit"
"""The code of a text that was refused here, because SENS would cut it or drop it."""
_LAST = 9


class Rate:
    """Lets at most so many calls start in a second, evenly spaced; None lets all."""

    def __init__(self, per_s: int | None, clock: Clock) -> None:
        self._clock = clock
        self._gap_s = 0.0 if per_s is None else 1.0 / per_s
        self._lock = threading.Lock()
        self._free_at_s = 0.0

    def wait(self) -> None:
        """Return when the next call may start."""
        if self._gap_s == 0.0:
            return
        with self._lock:
            start_s = max(self._clock.passed_s(), self._free_at_s)
            self._free_at_s = start_s + self._gap_s
        self._clock.wait_until(start_s)


class Sender:
    """Workers that take intents in order of urgency. `finish` returns when every one has an outcome."""

    def __init__(self, desk: Desk, *, rate: Rate) -> None:
        self._sens = desk.sens
        self._state = desk.state
        self._meter = desk.meter
        self._run_id = desk.run_id
        self._clock = desk.clock
        self._now = desk.clock.now
        self._left_s = desk.left_s
        self._at_once = desk.at_once
        self._refusals = desk.refusals
        self._held = desk.held
        self._recheck = desk.recheck
        self._recheck_after = desk.recheck_after
        self._rate = rate
        self._queue: queue.PriorityQueue[tuple[int, int, Intent | None]] = queue.PriorityQueue()
        self._order = 0
        self._lock = threading.Lock()
        self._halted = threading.Event()
        self._workers: list[threading.Thread] = []
        self.broken: list[BaseException] = []

    def submit(self, intent: Intent) -> None:
        """Put one text in line."""
        with self._lock:
            self._order += 1
            self._queue.put((PRIORITY[intent.kind], self._order, intent))
            if len(self._workers) < self._at_once:
                worker = threading.Thread(target=self._work, name="send", daemon=True)
                self._workers.append(worker)
                worker.start()

    def finish(self) -> None:
        """Wait for every text in line; raises what a worker could not handle."""
        for order, _ in enumerate(self._workers):
            self._queue.put((_LAST, self._order + 1 + order, None))
        for worker in self._workers:
            worker.join()
        if self.broken:
            raise self.broken[0]

    def _work(self) -> None:
        while (intent := self._queue.get()[2]) is not None:
            try:
                self._handle(intent)
            except Exception as exc:  # noqa: BLE001  the other texts must still go out; finish() raises it
                intent.outcome = intent.outcome or Outcome.UNKNOWN
                self.broken.append(exc)

    def _handle(self, intent: Intent) -> None:
        if not self._barred(intent):
            self._rate.wait()
            held = self._barred(intent) or self._put_off(intent) or self._kept(intent) or self._cancelled(intent)
            if not held and self._claimed(intent):
                self._conclude(intent, self._call(intent))

    def _barred(self, intent: Intent) -> bool:
        """Skip the text when nothing more may be sent; asked before and after waiting for its turn."""
        if self._halted.is_set():
            intent.skip(Skipped.HALTED)
        elif self._left_s() <= 0:
            intent.skip(Skipped.DEADLINE)
        return intent.outcome is not None

    def _put_off(self, intent: Intent) -> bool:
        """Move an advertising text out of the night; its claim, taken and let go, says so to the run that may send.

        What its store wants quiet hours for only waits.
        """
        if in_quiet(intent.quiet, self._now()):
            intent.skip(Skipped.QUIET)  # not begun: it is due at the next run
            return True
        if intent.words.purpose is not Purpose.ADVERTISING or may_advertise(self._now()):
            return False
        held = intent.record.claims.get(intent.kind)
        if (held is not None and held.code == MOVED_BY_NIGHT) or self._claimed(intent):
            intent.skip(Skipped.NIGHT)
            if held is None or held.code != MOVED_BY_NIGHT:
                self._write(intent, ClaimState.RELEASED, code=MOVED_BY_NIGHT)
        return True

    def _kept(self, intent: Intent) -> bool:
        """Keep back what would arrive nowhere, and advertising that is refused or that nobody can answer for."""
        why = self._held().why_not(intent.words.from_number)
        if why is None and intent.words.purpose is Purpose.ADVERTISING:
            why = Skipped.OPTOUT_UNKNOWN if self._refusals is None else self._refusals.why_not(intent)
        if why is not None:
            intent.skip(why)
        return why is not None

    def _cancelled(self, intent: Intent) -> bool:
        """Look a booking up once more before its guide goes out, when its list has become old."""
        if self._recheck is None or intent.kind is not Kind.GUIDE or intent.listed_at is None:
            return False
        if self._now() - intent.listed_at <= self._recheck_after:
            return False
        status = self._recheck(intent)
        if status is None:
            return False
        intent.skip(Skipped.CANCELLED)
        if status in CLOSED:
            with suppress(StateError):  # counted by the meter; the list of the next run closes it
                self._state.close(intent.record, status)
        return True

    def _claimed(self, intent: Intent) -> bool:
        held = intent.record.claims.get(intent.kind)
        claim = Claim(
            state=ClaimState.CLAIMED,
            run_id=self._run_id,
            at=self._now(),
            hash=intent.hash,
            attempt=1 if held is None else held.tries + 1,
            to=intent.booking.phone if intent.booking.phone != normal_phone(intent.record.phone) else None,
        )
        intent.attempt = claim.attempt
        try:
            if self._state.claim(intent.record, intent.kind, claim):
                return True
        except StateError:
            self._meter.wrote(intent.unit, ok=False)
            intent.skip(Skipped.STATE)
            return False
        intent.outcome = Outcome.CONTENDED
        return False

    def _call(self, intent: Intent) -> SendOutcome:
        """Send; what SENS surely did not take may be tried again under the same claim."""
        text = Text(
            to=intent.booking.phone or "",
            from_number=intent.words.from_number,
            content=intent.words.content,
            type=intent.words.type,
            content_type=intent.words.purpose.content_type,
            subject=intent.words.subject,
        )
        kakao = intent.words.kakao
        message = text if kakao is None else Notice(template=kakao.template, instead=text)
        outcome = self._timed_send(message)
        for call in range(1, CALLS_MAX):
            wait_s = _wait_s(outcome, call)
            if wait_s is None or self._too_late(intent, wait_s):
                return outcome
            self._clock.wait(wait_s)
            self._rate.wait()
            if self._too_late(intent, 0.0):  # those in line before it have taken their time
                return outcome
            outcome = self._timed_send(message)
        return outcome

    def _too_late(self, intent: Intent, wait_s: float) -> bool:
        """Return whether after so long the deadline has come, or advertising may not be sent."""
        advertising = intent.words.purpose is Purpose.ADVERTISING
        night = advertising and not may_advertise(self._now() + timedelta(seconds=wait_s))
        return night or self._left_s() <= wait_s

    def _timed_send(self, message: Text | Notice) -> SendOutcome:
        with self._meter.timed("sens_send") as operation:
            outcome = self._sens.send(message)
            match outcome:
                case Refused():
                    operation.failure = f"http_{outcome.status}"
                case NotSent():
                    operation.failure = "not_sent"
                case InDoubt():
                    operation.failure = "in_doubt"
                case Accepted():
                    pass
            return outcome

    def _conclude(self, intent: Intent, outcome: SendOutcome) -> None:
        match outcome:
            case Accepted():
                intent.outcome, intent.request_id = Outcome.ACCEPTED, outcome.request_id
                self._write(intent, ClaimState.ACCEPTED, request_id=outcome.request_id)
            case InDoubt():
                intent.outcome = Outcome.UNKNOWN
                self._write(intent, ClaimState.UNKNOWN, code=outcome.reason)
            case Refused():
                code = outcome.code if outcome.status == 202 else f"http {outcome.status}"
                intent.outcome, intent.code = Outcome.REFUSED, code
                if outcome.status in HALTING:
                    self._halted.set()
                self._write(intent, ClaimState.RELEASED, code=code)
            case NotSent():
                intent.outcome, intent.code = Outcome.REFUSED, NOT_SENT if outcome.may_retry else UNFIT
                self._write(intent, ClaimState.RELEASED, code=intent.code)

    def _write(self, intent: Intent, to: ClaimState, *, request_id: str | None = None, code: str | None = None) -> None:
        accepted = to is ClaimState.ACCEPTED
        change = Change(
            run_id=self._run_id,
            states=(ClaimState.CLAIMED,),
            to=to,
            set_flag=accepted,
            request_id=request_id,
            code=code,
        )
        try:
            done = self._state.settle(intent.record, intent.kind, change)
        except StateError:
            # The claim stays as it is; the next run looks it up before anything is sent again.
            done = False
        if accepted:
            self._meter.wrote(intent.unit, ok=done)


def _wait_s(outcome: SendOutcome, call: int) -> float | None:
    """Return how long to wait before the call may be repeated, or None when it must not be."""
    if isinstance(outcome, NotSent) and outcome.may_retry:
        return WAIT_S * call
    if isinstance(outcome, Refused) and outcome.status == 429:
        return float(outcome.retry_after_s) if outcome.retry_after_s is not None else WAIT_S * call
    return None
