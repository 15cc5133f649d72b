"""One pass: read, decide, claim, send, settle, record, report."""

from __future__ import annotations

import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from naver_sms.cookies import CookieJar, load_cookies
from naver_sms.credentials import SensKey, salt, sens_key
from naver_sms.desk import Desk
from naver_sms.errors import ConfigError, CookiesError, StateError
from naver_sms.gateways import open_gateway, open_optouts
from naver_sms.holds import held_now, hold
from naver_sms.meter import Meter
from naver_sms.naver import CONFIRMED, Account, Ask, Failed, Failure, NaverClient, Pacer, Read
from naver_sms.naver import new_pool as naver_pool
from naver_sms.pipeline import Pipeline
from naver_sms.recheck import Recheck
from naver_sms.refusals import Refusals
from naver_sms.sending import Rate, Sender
from naver_sms.settling import Settler
from naver_sms.state import open_state
from naver_sms.tally import Tally
from sens.client import new_pool as sens_pool

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from urllib3 import PoolManager

    from naver_sms.clock import Clock
    from naver_sms.fates import Fate
    from naver_sms.gateway import Gateway
    from naver_sms.record import Record
    from naver_sms.settings import Settings
    from naver_sms.state import StatePort
    from sens import OptOutList

AUTH_FAILURES = frozenset({Failure.SIGNED_OUT, Failure.NO_ACCESS})
NO_KEY = SensKey(access_key="", secret_key="")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ended(StrEnum):
    """Why a pass went no further than it did; `DONE` when it went all the way."""

    DONE = "done"
    AUTH_EXPIRED = "auth_expired"
    SKIPPED_OVERLAP = "skipped_overlap"
    CONFIG_ERROR = "config_error"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class Pass:
    """Everything one pass knows at its end; the report is made from it and from nothing else."""

    settings: Settings | None
    run_id: str
    started_at: datetime
    meter: Meter
    tally: Tally
    ended: Ended = Ended.DONE
    jar: CookieJar | None = None
    probe: str | None = None
    settled: dict[str, int] = field(default_factory=dict)
    fates: list[Fate] = field(default_factory=list)
    salt: bytes = b""
    problems: list[str] = field(default_factory=list)
    crash: Exception | None = None


def new_run_id(epoch_ms: int) -> str:
    """Return 26 characters that sort by time: 48 bits of milliseconds, 80 bits of chance."""
    number = (epoch_ms << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def run_once(
    settings: Settings,
    *,
    clock: Clock,
    time_s: float,
    opener: Callable[[Settings, Meter], StatePort] = open_state,
) -> Pass:
    """Make one pass and return what it found; `time_s` bounds it, `opener` opens its memory.

    What breaks it off is in `crash`, for the caller to raise once the report is out.
    """
    now = clock.now()
    run_id = new_run_id(clock.epoch_ms())
    meter = Meter()
    tally = Tally([store.id for store in settings.enabled])
    done = Pass(settings=settings, run_id=run_id, started_at=now, meter=meter, tally=tally)
    limit_s = min(time_s, settings.deadline_s)
    try:
        _Runner(done, settings, clock=clock, left_s=lambda: limit_s - clock.passed_s(), opener=opener).go()
    except ConfigError as exc:
        done.ended, done.problems = Ended.CONFIG_ERROR, exc.problems
    except (StateError, CookiesError) as exc:
        done.ended, done.problems = Ended.FAILED, [str(exc)]
    except Exception as exc:  # noqa: BLE001  the report must be printed first; the caller raises it then
        done.ended, done.problems, done.crash = Ended.FAILED, [f"the run broke off ({type(exc).__name__})"], exc
    return done


class _Runner:
    def __init__(
        self,
        done: Pass,
        settings: Settings,
        *,
        clock: Clock,
        left_s: Callable[[], float],
        opener: Callable[[Settings, Meter], StatePort],
    ) -> None:
        self._opener = opener
        self._pass = done
        self._settings = settings
        self._clock = clock
        self._left_s = left_s

    def go(self) -> None:
        settings, done = self._settings, self._pass
        done.salt = salt(settings)
        key = sens_key(settings) if settings.mode == "live" else NO_KEY
        stores = len(settings.enabled)
        # Pools live as long as the run: a connection kept over a frozen Lambda is a lost reply in waiting.
        with (
            naver_pool(connections=4 * stores) as naver_http,
            sens_pool(connections=2 * settings.sends_at_once, answer_s=settings.answer_wait_s) as sens_http,
            ThreadPoolExecutor(4 * stores + 4, thread_name_prefix="store") as pool,
        ):
            opening = pool.submit(self._opener, settings, done.meter)
            sens = open_gateway(settings, key, pool=sens_http, epoch_ms=self._clock.epoch_ms)
            optouts = open_optouts(settings, key, pool=sens_http, epoch_ms=self._clock.epoch_ms)
            try:
                naver = self._naver(naver_http, opening)
                reads = self._first_reads(naver, pool)
                state = opening.result()
                tools = _Tools(pool=pool, sens=sens, optouts=optouts, naver=naver, state=state)
                if done.ended is Ended.DONE and settings.looks_only:
                    self._look(tools, reads)
                elif done.ended is Ended.DONE and self._leased(state):
                    try:
                        (self._adopt if settings.mode == "adopt" else self._work)(tools, reads)
                    finally:
                        self._free_lease(state)
            finally:
                opening.result().shut()

    def _free_lease(self, state: StatePort) -> None:
        # A lease that cannot be given back ends by itself; the meter has counted the failure.
        with suppress(StateError):
            state.free_lease(self._pass.run_id)

    def _naver(self, http: PoolManager, opening: Future[StatePort]) -> NaverClient:
        settings, done = self._settings, self._pass
        account = self._account(settings.cookies, opening)
        done.jar = account.jar
        others: dict[str, Account] = {}
        for store in settings.enabled:
            if store.cookies is None:
                continue
            try:
                others[store.id] = self._account(store.cookies, opening)
            except CookiesError as exc:
                # Its own account's trouble: the other stores are served.
                done.tally.fail(store.id, Failed(Failure.SIGNED_OUT, str(exc)))
        return NaverClient(
            settings.naver_url,
            pool=http,
            account=account,
            accounts=others,
            meter=done.meter,
            clock=self._clock,
            left_s=self._left_s,
        )

    def _account(self, reference: str, opening: Future[StatePort]) -> Account:
        def load() -> CookieJar:
            state = opening.result() if reference.startswith("table:") else None
            return load_cookies(self._settings, state, reference)

        return Account(load)

    def _first_reads(self, naver: NaverClient, pool: ThreadPoolExecutor) -> list[tuple[Ask, Read]]:
        """Ask every store at once; this is also the probe of the cookies, before anything is written."""
        ids = [one for one, store in self._pass.tally.stores.items() if store.failed is None]
        pause_s = self._settings.page_pause_s
        asks = [Ask(store_id=one, status=CONFIRMED, pacer=Pacer(pause_s, self._clock)) for one in ids]
        answers = list(zip(asks, pool.map(lambda ask: naver.read(ask, pool=pool), asks), strict=True))
        failed = {ask.store_id: answer for ask, answer in answers if isinstance(answer, Failed)}
        for one, why in failed.items():
            self._pass.tally.fail(one, why)
        whys = [store.failed for store in self._pass.tally.stores.values() if store.failed is not None]
        self._pass.probe = "ok" if len(failed) < len(ids) else whys[0].failure.value
        if len(failed) == len(ids):
            auth = all(why.failure in AUTH_FAILURES for why in whys)
            self._pass.ended = Ended.AUTH_EXPIRED if auth else Ended.FAILED
        return [(ask, answer) for ask, answer in answers if isinstance(answer, Read)]

    def _leased(self, state: StatePort) -> bool:
        until = self._pass.started_at + timedelta(seconds=self._settings.lease_s)
        if state.take_lease(holder=self._pass.run_id, now=self._clock.now(), until=until):
            return True
        self._pass.ended = Ended.SKIPPED_OVERLAP
        return False

    def _work(self, tools: _Tools, reads: list[tuple[Ask, Read]]) -> None:
        settings, done = self._settings, self._pass
        held = tools.pool.submit(held_now, tools.state, settings, now=done.started_at)
        desk = Desk(
            sens=tools.sens,
            state=tools.state,
            meter=done.meter,
            run_id=done.run_id,
            clock=self._clock,
            left_s=self._left_s,
            at_once=settings.sends_at_once,
            refusals=Refusals(tools.state, tools.optouts, meter=done.meter),
            held=held.result,
            recheck=Recheck(tools.naver),
            recheck_after=timedelta(seconds=settings.recheck_after_s),
        )
        settler = Settler(desk)
        sender = Sender(desk, rate=Rate(settings.sens_rate, self._clock))
        earlier = tools.pool.submit(self._look_back, settler, tools.state)
        scan = settings.legacy_rows == "scan"
        legacy = tools.pool.submit(tools.state.legacy_pending if scan else list)
        try:
            self._stores(tools, reads, sender=sender, settled=earlier, legacy=legacy)
        finally:
            sender.finish()
        settler.await_results(done.tally.intents, since=done.started_at, wait_s=settings.delivery_wait_s)
        settler.finish_earlier(earlier.result())
        owed = {one for store in done.tally.stores.values() for one in store.owed_again}
        fates = [one for one in settler.fates if (one.record.booking_num, one.kind) not in owed]
        done.settled, done.fates = dict(settler.settled), fates
        hold(tools.state, done.tally.intents, done.fates, now=self._clock.now(), holds=held.result())
        self._all_signed_out()

    def _look(self, tools: _Tools, reads: list[tuple[Ask, Read]]) -> None:
        """Decide, and neither write nor send: no lease is needed, and a live run beside it is not in the way."""
        scan = self._settings.legacy_rows == "scan"
        legacy = tools.pool.submit(tools.state.legacy_pending if scan else list)
        self._stores(tools, reads, sender=None, settled=_nothing(), legacy=legacy)
        self._all_signed_out()

    def _adopt(self, tools: _Tools, reads: list[tuple[Ask, Read]]) -> None:
        self._stores(tools, reads, sender=None, settled=_nothing(), legacy=_nothing())
        self._all_signed_out()

    def _look_back(self, settler: Settler, state: StatePort) -> list[Record]:
        rows = state.open_claims()
        older_than = self._clock.now() - timedelta(seconds=self._settings.settle_after_s)
        settler.reconcile(rows, older_than=older_than, stores=list(self._pass.tally.stores))
        return rows

    def _stores(
        self,
        tools: _Tools,
        reads: list[tuple[Ask, Read]],
        *,
        sender: Sender | None,
        settled: Future[list[Record]],
        legacy: Future[list[Record]],
    ) -> None:
        done = self._pass
        running: list[tuple[str, Future[Failed | None]]] = []
        stores = {store.id: store for store in self._settings.enabled}
        for ask, read in reads:
            store = stores[ask.store_id]
            line = Pipeline(
                store,
                settings=self._settings,
                naver=tools.naver,
                state=tools.state,
                sender=sender,
                meter=done.meter,
                tally=done.tally.stores[store.id],
                run_id=done.run_id,
                now=done.started_at,
            )
            first = tools.pool.submit(line.confirmed, ask, read, settled=lambda: _wait(settled))
            second = tools.pool.submit(
                line.completed, ask.pacer, pool=tools.pool, legacy=legacy.result, first=first.result
            )
            running += [(store.id, first), (store.id, second)]
        # Every store is waited for, whatever became of another: what it has put in line must still go out.
        broken: list[BaseException] = []
        for store_id, future in running:
            match future.exception() or future.result():
                case Failed() as failed:
                    done.tally.fail(store_id, failed)
                case StateError() as error:
                    done.tally.fail(store_id, Failed(Failure.STATE, str(error)))
                case BaseException() as other:
                    broken.append(other)
        if broken:
            raise broken[0]

    def _all_signed_out(self) -> None:
        """Signed out in the middle, before any store could be served, is signed out all the same."""
        stores = self._pass.tally.stores.values()
        whys = [store.failed for store in stores]
        if all(why is not None and why.failure in AUTH_FAILURES for why in whys) and not self._pass.tally.intents:
            self._pass.ended = Ended.AUTH_EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    pool: ThreadPoolExecutor
    sens: Gateway
    optouts: OptOutList
    naver: NaverClient
    state: StatePort


def _nothing() -> Future[list[Record]]:
    future: Future[list[Record]] = Future()
    future.set_result([])
    return future


def _wait(future: Future[list[Record]]) -> None:
    future.result()
