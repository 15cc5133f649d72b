"""One text of one booking once more, because a person says so: a generation of its own, with who and why.

The booking is read anew from Naver, so that a corrected number is used and a cancelled booking gets nothing. A text
whose outcome nobody knows is not sent again: `naver-sms settle` finds out first.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from naver_sms import __version__
from naver_sms.booking import NO_PHONE, Booking, Quarantined, parse
from naver_sms.cookies import load_cookies
from naver_sms.credentials import sens_key
from naver_sms.desk import Desk
from naver_sms.errors import ConfigError, CookiesError, StateError
from naver_sms.gateways import open_gateway, open_optouts
from naver_sms.intent import Intent, Outcome
from naver_sms.masking import masked_phone
from naver_sms.meter import Meter
from naver_sms.naver import COMPLETED, CONFIRMED, Account, Failed, Failure, NaverClient
from naver_sms.naver import new_pool as naver_pool
from naver_sms.record import IN_DOUBT_STATES, Kind, Record
from naver_sms.refusals import Refusals
from naver_sms.rendering import Unrendered, wording_by_hand
from naver_sms.run import AUTH_FAILURES, new_run_id
from naver_sms.sending import Rate, Sender
from naver_sms.settling import Settler
from naver_sms.state import Key, open_state
from naver_sms.summary import errors_of, korean_iso, report_sha256
from sens.client import new_pool as sens_pool

if TYPE_CHECKING:
    from datetime import datetime

    from naver_sms.clock import Clock
    from naver_sms.gateway import Gateway
    from naver_sms.settings import Settings, Store
    from naver_sms.state import StatePort
    from naver_sms.summary import Invocation
    from naver_sms.texts import Wording

REASON_MAX = 200
LONG_NUMBER = re.compile(r"\d[\d -]{6,}\d")
STATUS_FOR = {Kind.CONFIRM: CONFIRMED, Kind.GUIDE: CONFIRMED, Kind.EVENT: COMPLETED}


class Result(StrEnum):
    """The one word for how a resend ended; whatever is not `ok` or `unknown` sent nothing."""

    OK = "ok"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    SKIPPED_OVERLAP = "skipped_overlap"
    AUTH_EXPIRED = "auth_expired"
    CONFIG_ERROR = "config_error"
    FAILED = "failed"


EXIT_CODE = {
    Result.OK: 0,
    Result.UNKNOWN: 2,
    Result.SKIPPED_OVERLAP: 2,
    Result.REFUSED: 1,
    Result.FAILED: 1,
    Result.AUTH_EXPIRED: 3,
    Result.CONFIG_ERROR: 4,
}


class Stopped(Exception):
    """Nothing is sent; carries the result and what a person can do about it."""

    def __init__(self, result: Result, problem: str) -> None:
        super().__init__(problem)
        self.result = result


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which text of which booking, who wants it once more, and why."""

    booking_num: str
    kind: Kind
    by: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse an order that could not be answered for later."""
        store, mark, number = self.booking_num.partition("_")
        if not (mark and store.isdigit() and number.isdigit()):
            raise ConfigError([f"'{self.booking_num}' is no booking, write it as in the reports: STORE_NUMBER"])
        if not self.by.strip() or not self.reason.strip() or len(self.reason) > REASON_MAX:
            raise ConfigError([f"say who wants it and why, in at most {REASON_MAX} characters"])
        if LONG_NUMBER.search(self.by + " " + self.reason):
            raise ConfigError(["the reason stands in the log: write no telephone number into it"])

    @property
    def store_id(self) -> str:
        """The store of the booking."""
        return self.booking_num.partition("_")[0]


@dataclass(slots=True, kw_only=True)
class ResendPass:
    """Everything a resend knows at its end."""

    order: Order
    run_id: str
    started_at: datetime
    meter: Meter = field(default_factory=Meter)
    record: Record | None = None
    intent: Intent | None = None
    result: Result = Result.FAILED
    problems: list[str] = field(default_factory=list)
    crash: Exception | None = None


def resend_once(settings: Settings, order: Order, *, clock: Clock, time_s: float) -> ResendPass:
    """Send one text once more and return how that ended; what breaks it off is in `crash`."""
    done = ResendPass(order=order, run_id=new_run_id(clock.epoch_ms()), started_at=clock.now())
    limit_s = min(time_s, settings.deadline_s)
    try:
        _Resend(done, settings, clock=clock, limit_s=limit_s).go()
    except Stopped as stopped:
        done.result, done.problems = stopped.result, [str(stopped)]
    except ConfigError as exc:
        done.result, done.problems = Result.CONFIG_ERROR, exc.problems
    except (StateError, CookiesError) as exc:
        done.problems = [str(exc)]
    except Exception as exc:  # noqa: BLE001  the report must be printed first; the caller raises it then
        done.problems, done.crash = [f"the resend broke off ({type(exc).__name__})"], exc
    return done


class _Resend:
    def __init__(self, done: ResendPass, settings: Settings, *, clock: Clock, limit_s: float) -> None:
        self._done = done
        self._settings = settings
        self._clock = clock
        self._limit_s = limit_s

    def go(self) -> None:
        settings, order = self._settings, self._done.order
        store = next((one for one in settings.enabled if one.id == order.store_id), None)
        if store is None:
            raise Stopped(Result.REFUSED, f"'{order.store_id}' is no enabled store of the settings")
        if order.kind is Kind.EVENT and settings.event_as_information is None and settings.rulebook is None:
            raise Stopped(Result.REFUSED, "event texts go out only after the owner's decision (event_as_information)")
        key = sens_key(settings)
        state = open_state(settings, self._done.meter)
        try:
            booking = self._booking(state)
            self._words(store, booking)  # before anything is changed: a text that cannot be made is no reason to
            with sens_pool(connections=1, answer_s=self._settings.answer_wait_s) as pool:
                sens = open_gateway(settings, key, pool=pool, epoch_ms=self._clock.epoch_ms)
                optouts = open_optouts(settings, key, pool=pool, epoch_ms=self._clock.epoch_ms)
                self._leased(booking, sens, state, refusals=Refusals(state, optouts, meter=self._done.meter))
        finally:
            state.shut()

    def _words(self, store: Store, booking: Booking) -> Wording:
        try:
            return wording_by_hand(self._settings, store, self._done.order.kind, booking)
        except Unrendered as exc:
            raise Stopped(Result.REFUSED, str(exc)) from None

    def _store_cookies(self) -> str | None:
        return next((one.cookies for one in self._settings.enabled if one.id == self._done.order.store_id), None)

    def _left_s(self) -> float:
        return self._limit_s - self._clock.passed_s()

    def _booking(self, state: StatePort) -> Booking:
        order = self._done.order
        with naver_pool(connections=1) as pool:
            naver = NaverClient(
                self._settings.naver_url,
                pool=pool,
                account=Account(lambda: load_cookies(self._settings, state, self._store_cookies())),
                meter=self._done.meter,
                clock=self._clock,
                left_s=self._left_s,
            )
            raw = naver.detail(order.store_id, order.booking_num.partition("_")[2])
        if isinstance(raw, Failed):
            if raw.failure in AUTH_FAILURES:
                raise Stopped(Result.AUTH_EXPIRED, "Naver did not take the cookies: sign in again (naver-sms login)")
            if raw.failure is Failure.STORE_GONE:
                raise Stopped(Result.REFUSED, "Naver has no such booking")
            raise Stopped(Result.FAILED, f"the booking could not be read ({raw.failure.value}, {raw.detail})")
        needed = STATUS_FOR[order.kind]
        if raw.get("bookingStatusCode") != needed:
            found = raw.get("bookingStatusCode")
            raise Stopped(Result.REFUSED, f"the booking is of status '{found}', a {order.kind.value} needs '{needed}'")
        booking = parse(raw, store_id=order.store_id, status=needed)
        if isinstance(booking, Quarantined):
            raise Stopped(Result.REFUSED, f"the booking cannot be read: its '{booking.reason}'")
        if booking.phone is None:
            raise Stopped(Result.REFUSED, "the booking has no mobile number")
        return booking

    def _leased(self, booking: Booking, sens: Gateway, state: StatePort, *, refusals: Refusals) -> None:
        done = self._done
        until = done.started_at + timedelta(seconds=self._settings.lease_s)
        if not state.take_lease(holder=done.run_id, now=self._clock.now(), until=until):
            raise Stopped(Result.SKIPPED_OVERLAP, "a run holds the lease, try again when it has ended")
        try:
            record = self._reopened(state)
            self._send(booking, record, sens=sens, state=state, refusals=refusals)
        finally:
            # A lease that cannot be given back ends by itself; the meter has counted the failure.
            with suppress(StateError):
                state.free_lease(done.run_id)

    def _reopened(self, state: StatePort) -> Record:
        order = self._done.order
        key = Key(order.booking_num, NO_PHONE)
        record = state.load([key]).records.get(order.booking_num)
        if record is None:
            raise Stopped(Result.REFUSED, "the booking has no record yet: the next run decides about it")
        self._done.record = record
        held = record.claims.get(order.kind)
        if held is not None and held.state in IN_DOUBT_STATES:
            raise Stopped(Result.REFUSED, "nobody knows yet whether that text went out: naver-sms settle finds out")
        if held is None and record.flag(order.kind) is False:
            return record
        if not state.renew(record, start_at=None, reopen=order.kind):
            raise Stopped(Result.SKIPPED_OVERLAP, "somebody else changed that record just now, try again")
        return state.load([key]).records[order.booking_num]

    def _send(self, booking: Booking, record: Record, *, sens: Gateway, state: StatePort, refusals: Refusals) -> None:
        done, settings = self._done, self._settings
        store = next(one for one in settings.enabled if one.id == done.order.store_id)
        desk = Desk(
            sens=sens,
            state=state,
            meter=done.meter,
            run_id=done.run_id,
            clock=self._clock,
            left_s=self._left_s,
            at_once=1,
            refusals=refusals,
        )
        words = self._words(store, booking)
        done.intent = Intent(kind=done.order.kind, booking=booking, record=record, words=words, created=False)
        sender = Sender(desk, rate=Rate(settings.sens_rate, self._clock))
        sender.submit(done.intent)
        sender.finish()
        Settler(desk).await_results([done.intent], since=done.started_at, wait_s=settings.delivery_wait_s)
        done.result = {Outcome.ACCEPTED: Result.OK, Outcome.UNKNOWN: Result.UNKNOWN}.get(
            done.intent.outcome or Outcome.REFUSED, Result.REFUSED
        )
        if done.result is not Result.OK:
            why = done.intent.skipped.value if done.intent.skipped else done.intent.code
            done.problems = [f"the text ended {done.intent.outcome} ({why})"]


def resend_report(done: ResendPass, *, invocation: Invocation, finished_at: datetime) -> dict[str, Any]:
    """Return the resend report as a mapping, its own hash included; what is not known is None."""
    held = None if done.record is None else done.record.claims.get(done.order.kind)
    one = done.intent
    value: dict[str, Any] = {
        "type": "naver_sms.resend_report",
        "v": 1,
        "run_id": done.run_id,
        "function": invocation.function,
        "version": __version__,
        "request_id": invocation.request_id,
        "started_at": korean_iso(done.started_at),
        "finished_at": korean_iso(finished_at),
        "result": done.result.value,
        "exit_code": EXIT_CODE[done.result],
        "booking": done.order.booking_num,
        "kind": done.order.kind.value,
        "by": done.order.by,
        "reason": done.order.reason,
        "before": None
        if done.record is None
        else {"flag": done.record.flag(done.order.kind), "claim": None if held is None else held.state.value},
        "sms": None
        if one is None
        else {
            "to": masked_phone(one.booking.phone),
            "outcome": None if one.outcome is None else one.outcome.value,
            "request_id": one.request_id,
            "message_id": one.message_id,
            "delivery": one.delivery if one.outcome is Outcome.ACCEPTED else None,
            "code": one.code,
            "hash": one.hash,
        },
        "errors": errors_of(done.meter),
        "latency_ms": done.meter.latencies(),
        "problems": done.problems,
        "evidence": {},
    }
    value["evidence"]["report_sha256"] = report_sha256(value)
    return value
