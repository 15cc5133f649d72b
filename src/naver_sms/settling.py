"""Settling: what became of texts that SENS accepted, and of those of which nobody knows whether it did."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from naver_sms.booking import normal_phone
from naver_sms.errors import StateError
from naver_sms.fates import Fate
from naver_sms.record import IN_DOUBT_STATES, KST, NOT_LISTED, ClaimState, Kind, Record
from naver_sms.state import Change
from naver_sms.texts import hash_of_parts
from sens import Message, MessageList, ReadFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from naver_sms.desk import Desk
    from naver_sms.intent import Intent
    from naver_sms.record import Claim
    from sens import MessageResult

FIRST_POLL_S = 0.1
POLL_MAX_S = 5.0
SKEW = timedelta(minutes=5)  # the gateway accepts our clock within this
BEFORE, AFTER = timedelta(seconds=60), timedelta(minutes=5)
NO_RESULT, NO_RESULT_AFTER = "no_result", timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of one claim whose outcome was unknown."""

    booking_num: str
    kind: Kind
    claim: Claim
    to: ClaimState | None
    """None: it is as unknown as before, for the reason in `why`."""
    why: str = ""
    """`young`, `deadline`, `not_read` or `not_written`; empty when it was settled."""
    request_id: str | None = None


class Settler:
    """Looks results up at SENS and writes them down."""

    def __init__(self, desk: Desk) -> None:
        self._sens = desk.sens
        self._state = desk.state
        self._meter = desk.meter
        self._run_id = desk.run_id
        self._clock = desk.clock
        self._now = desk.clock.now
        self._left_s = desk.left_s
        self._at_once = desk.at_once
        self.endings: list[Ending] = []
        self.fates: list[Fate] = []
        """What became of the texts of earlier runs, as far as that is final."""

    @property
    def settled(self) -> Counter[str]:
        """How many claims were accepted after all, released, abandoned, and how many are `unsettled` still."""
        return Counter("unsettled" if one.to is None else one.to.value for one in self.endings)

    def await_results(self, intents: Sequence[Intent], *, since: datetime, wait_s: float) -> None:
        """Ask until every accepted text has its result or the time is up; the rest stays pending."""
        waiting = [intent for intent in intents if intent.request_id is not None]
        end_s = self._clock.passed_s() + min(wait_s, self._left_s())
        pause_s, round_number = FIRST_POLL_S, 0
        with ThreadPoolExecutor(self._at_once) as pool:
            while waiting and self._clock.passed_s() + pause_s <= end_s:
                self._clock.wait(pause_s)
                found = self._poll(waiting, since=since, pool=pool, single=round_number > 0)
                done = [intent for intent in waiting if _take_result(intent, found)]
                list(pool.map(self._write_result, done))
                waiting = [intent for intent in waiting if intent.delivery == "pending"]
                pause_s, round_number = min(pause_s * 2, POLL_MAX_S), round_number + 1

    def _poll(
        self, waiting: Sequence[Intent], *, since: datetime, pool: ThreadPoolExecutor, single: bool
    ) -> dict[str, Message]:
        """Return messages by request id: all in one window, then one by one those the window did not show."""
        start_at, end_at = since - SKEW, self._now() + SKEW
        answer = self._read(lambda: self._sens.list_by_window(start_at=start_at, end_at=end_at))
        found = {} if isinstance(answer, ReadFailed) else {one.request_id: one for one in answer.messages}
        missing = [one.request_id for one in waiting if one.request_id not in found and one.request_id]
        # A notice that failed has its result in the text that took its place.
        resolved = [one.request_id for one in waiting if one.request_id in found and found[one.request_id].fails_over]
        for one in pool.map(self._by_request, resolved):
            found |= {message.request_id: message for message in one}
        if not (single or isinstance(answer, ReadFailed)):
            return found
        for one in pool.map(self._by_request, missing):
            found |= {message.request_id: message for message in one}
        return found

    def _by_request(self, request_id: str) -> tuple[Message, ...]:
        answer = self._read(lambda: self._sens.list_by_request(request_id))
        return () if isinstance(answer, ReadFailed) else answer.messages

    def _read(self, call: Callable[[], MessageList | ReadFailed]) -> MessageList | ReadFailed:
        with self._meter.timed("sens_result") as operation:
            answer = call()
            if isinstance(answer, ReadFailed):
                operation.failure = f"http_{answer.status}" if answer.status else "no_answer"
            return answer

    def _write_result(self, intent: Intent) -> None:
        to = ClaimState.DELIVERED if intent.delivery == "delivered" else ClaimState.FAILED
        self._settle(
            intent.record,
            intent.kind,
            Change(
                run_id=self._run_id,
                states=(ClaimState.ACCEPTED,),
                to=to,
                message_id=intent.message_id,
                code=intent.code,
            ),
        )

    def _settle(self, record: Record, kind: Kind, change: Change) -> bool:
        try:
            return self._state.settle(record, kind, change)
        except StateError:
            return False  # counted by the meter; the claim is open still, and the next run settles it

    def reconcile(
        self, open_records: Sequence[Record], *, older_than: datetime, stores: Sequence[str], early: bool = False
    ) -> None:
        """Find out about claims whose outcome is unknown: accepted after all, released, or abandoned.

        A text is bound to a message only by recipient, sender, type and text; a message that belongs to
        another booking is not taken twice, and of equal texts the oldest claim gets the oldest message.
        Claims that are not older are left alone; with `early` they are looked up too and settled when their message
        is found, but that it is not listed yet proves nothing.
        """
        doubtful = [
            (claim, record, kind)
            for record in open_records
            for kind, claim in record.claims.items()
            if claim.state in IN_DOUBT_STATES and (early or claim.at <= older_than)
        ]
        if not doubtful:
            return
        bound = self._bound(open_records, stores)
        for claim, record, kind in sorted(doubtful, key=lambda one: one[0].at):
            if self._left_s() <= 0:
                self._end(claim, record, kind, why="deadline")
                continue
            found = self._message_of(claim, record, bound)
            if isinstance(found, ReadFailed):
                self._end(claim, record, kind, why="not_read")
            elif found is not None:
                bound.add(found.request_id)
                self._accept_late(claim, record, kind=kind, message=found)
            elif claim.at > older_than:
                self._end(claim, record, kind, why="young")
            else:
                self._give_up(claim, record, kind)

    def _end(
        self,
        claim: Claim,
        record: Record,
        kind: Kind,
        *,
        to: ClaimState | None = None,
        why: str = "",
        request_id: str | None = None,
    ) -> None:
        ending = Ending(booking_num=record.booking_num, kind=kind, claim=claim, to=to, why=why, request_id=request_id)
        self.endings.append(ending)

    def _bound(self, open_records: Sequence[Record], stores: Sequence[str]) -> set[str]:
        rows = list(open_records)
        for store in stores:
            rows += self._state.pending(store)
        return {claim.request_id for row in rows for claim in row.claims.values() if claim.request_id}

    def _message_of(self, claim: Claim, record: Record, bound: set[str]) -> Message | ReadFailed | None:
        # A row of the legacy may hold the number in a shape of its own.
        digits = claim.to or normal_phone(record.phone) or record.phone.replace("-", "")
        answer = self._read(
            lambda: self._sens.list_by_window(start_at=claim.at - BEFORE, end_at=claim.at + AFTER, to=digits)
        )
        if isinstance(answer, ReadFailed):
            return answer
        for message in sorted(answer.messages, key=lambda one: one.request_time):
            if message.request_id in bound or message.to != digits:
                continue
            full = self._full(message)
            if isinstance(full, ReadFailed):
                return full
            if full is not None and _hash_of(full) == claim.hash:
                return full
        return None

    def _full(self, message: Message) -> Message | ReadFailed | None:
        with self._meter.timed("sens_result") as operation:
            answer: MessageResult | ReadFailed = self._sens.result(message.message_id)
            if isinstance(answer, ReadFailed):
                operation.failure = f"http_{answer.status}" if answer.status else "no_answer"
                return answer
        return next((one for one in answer.messages if one.message_id == message.message_id), None)

    def _accept_late(self, claim: Claim, record: Record, *, kind: Kind, message: Message) -> None:
        change = Change(
            run_id=claim.run_id,
            states=tuple(IN_DOUBT_STATES),
            to=ClaimState.ACCEPTED,
            set_flag=True,
            request_id=message.request_id,
            message_id=message.message_id,
        )
        done = self._settle(record, kind, change)
        self._meter.wrote(("flag", record.booking_num, kind.value), ok=done)
        if not done:
            self._end(claim, record, kind, why="not_written")
            return
        self._end(claim, record, kind, to=ClaimState.ACCEPTED, request_id=message.request_id)
        if message.completed:
            self._finish(claim, record, kind=kind, message=message)

    def _finish(self, claim: Claim, record: Record, *, kind: Kind, message: Message) -> None:
        to = ClaimState.DELIVERED if message.delivered else ClaimState.FAILED
        change = Change(
            run_id=claim.run_id,
            states=(ClaimState.ACCEPTED,),
            to=to,
            message_id=message.message_id,
            code=message.status_code,
        )
        if self._settle(record, kind, change):
            sender = message.from_number
            self.fates.append(
                Fate(
                    record=record,
                    kind=kind,
                    to=claim.to or record.phone,
                    ended=to,
                    code=message.status_code,
                    from_number=sender,
                )
            )

    def _give_up(self, claim: Claim, record: Record, kind: Kind) -> None:
        # A door code twice is better than none; an advertisement twice is worse than none.
        useful = kind is not Kind.EVENT and _of_use(record, self._now())
        to = ClaimState.RELEASED if useful else ClaimState.ABANDONED
        change = Change(run_id=claim.run_id, states=tuple(IN_DOUBT_STATES), to=to, code=NOT_LISTED)
        if not self._settle(record, kind, change):
            self._end(claim, record, kind, why="not_written")
            return
        self._end(claim, record, kind, to=to)
        if not useful:
            self.fates.append(Fate(record=record, kind=kind, to=claim.to or record.phone, ended=to, code=NOT_LISTED))

    def finish_earlier(self, open_records: Sequence[Record]) -> None:
        """Ask once for the results that earlier runs did not wait for."""
        earlier = [
            (record, kind, claim)
            for record in open_records
            for kind, claim in record.claims.items()
            if claim.state is ClaimState.ACCEPTED and claim.request_id and claim.run_id != self._run_id
        ]
        with ThreadPoolExecutor(self._at_once) as pool:
            list(pool.map(lambda one: self._finish_one(*one), earlier))

    def _finish_one(self, record: Record, kind: Kind, claim: Claim) -> None:
        if self._left_s() <= 0:
            return
        for message in self._by_request(claim.request_id or ""):
            if message.completed:
                self._finish(claim, record, kind=kind, message=message)
                return
        if claim.at < self._now() - NO_RESULT_AFTER:
            states = (ClaimState.ACCEPTED,)
            change = Change(run_id=claim.run_id, states=states, to=ClaimState.FAILED, code=NO_RESULT)
            if self._settle(record, kind, change):
                self.fates.append(
                    Fate(record=record, kind=kind, to=claim.to or record.phone, ended=ClaimState.FAILED, code=NO_RESULT)
                )


def _of_use(record: Record, now: datetime) -> bool:
    """Return whether a text may still be of use: whether it is due again, the rules say.

    A booking by the day begins at midnight, and its texts are of use until the day is over.
    """
    if record.start_at is None:
        return False
    start = record.start_at.astimezone(KST)
    return now < (start + timedelta(days=1) if start.time() == time.min else start)


def _take_result(intent: Intent, found: dict[str, Message]) -> bool:
    message = found.get(intent.request_id or "")
    if message is None:
        return False
    intent.message_id = message.message_id
    if not message.completed:
        return False
    intent.delivery = "delivered" if message.delivered else "failed"
    intent.way = message.way
    intent.code = message.status_code
    return True


def _hash_of(message: Message) -> str:
    return hash_of_parts(
        to=message.to,
        from_number=message.from_number,
        type=message.type.upper(),
        content=message.content or "",
    )
