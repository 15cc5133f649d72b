"""The settle pass: what became of every text that was begun, so that another program may take over the table.

The legacy sends whatever has no flag. A text that SENS took while its reply was lost has none yet: before the legacy
runs again, each such claim is looked up, its flag is set when SENS lists the message, and the claim is released or
abandoned by the policy of a run when it does not. Nothing is read from Naver and nothing is sent.

SENS lists a message some time after it took it. A claim younger than `settle_after_s` whose message is not listed
stays as it is: the result is then `unsettled`, and `again_after_s` says when another pass will know.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from naver_sms import __version__
from naver_sms.credentials import sens_key
from naver_sms.desk import Desk
from naver_sms.errors import ConfigError, StateError
from naver_sms.gateways import open_gateway
from naver_sms.meter import Meter
from naver_sms.record import IN_DOUBT_STATES, ClaimState
from naver_sms.run import new_run_id
from naver_sms.settling import Ending, Settler
from naver_sms.state import open_state
from naver_sms.summary import PROBLEMS_MAX, errors_of, korean_iso, report_sha256
from sens.client import new_pool as sens_pool

if TYPE_CHECKING:
    from datetime import datetime

    from naver_sms.clock import Clock
    from naver_sms.settings import Settings
    from naver_sms.state import StatePort
    from naver_sms.summary import Invocation

CLAIMS_MAX = 100
SETTLED_STATES = (ClaimState.ACCEPTED, ClaimState.RELEASED, ClaimState.ABANDONED)


class Result(StrEnum):
    """The one word for how a settle pass ended; `SKIPPED_OVERLAP` means that a run held the lease."""

    OK = "ok"
    SKIPPED_OVERLAP = "skipped_overlap"
    UNSETTLED = "unsettled"
    FAILED = "failed"


EXIT_CODE = {Result.OK: 0, Result.SKIPPED_OVERLAP: 0, Result.UNSETTLED: 2, Result.FAILED: 1}
CONFIG_EXIT = 4


@dataclass(slots=True, kw_only=True)
class SettlePass:
    """Everything one settle pass knows at its end."""

    run_id: str
    started_at: datetime
    horizon_s: int | None = None
    meter: Meter = field(default_factory=Meter)
    opened: int | None = None
    """How many claims were claimed or unknown when the pass began; None when that was not read."""
    endings: list[Ending] = field(default_factory=list)
    result: Result = Result.OK
    exit_code: int = 0
    problems: list[str] = field(default_factory=list)
    crash: Exception | None = None

    def end(self, result: Result, *problems: str, exit_code: int | None = None) -> None:
        """Note how the pass ended."""
        self.result, self.problems = result, list(problems)
        self.exit_code = EXIT_CODE[result] if exit_code is None else exit_code


def settle_once(settings: Settings, *, clock: Clock, time_s: float) -> SettlePass:
    """Make one settle pass and return what it found; `time_s` bounds it.

    What breaks it off is in `crash`, for the caller to raise once the report is out.
    """
    run_id = new_run_id(clock.epoch_ms())
    done = SettlePass(run_id=run_id, started_at=clock.now(), horizon_s=settings.settle_after_s)
    limit_s = min(time_s, settings.deadline_s)
    try:
        key = sens_key(settings)
        with sens_pool(connections=1, answer_s=settings.answer_wait_s) as pool:
            client = open_gateway(settings, key, pool=pool, epoch_ms=clock.epoch_ms)
            state = open_state(settings, done.meter)
            try:
                desk = Desk(
                    sens=client,
                    state=state,
                    meter=done.meter,
                    run_id=run_id,
                    clock=clock,
                    left_s=lambda: limit_s - clock.passed_s(),
                    at_once=1,
                )
                settle_leased(done, settings, desk)
            finally:
                state.shut()
    except ConfigError as exc:
        done.end(Result.FAILED, *exc.problems, exit_code=CONFIG_EXIT)
    except StateError as exc:
        done.end(Result.FAILED, str(exc))
    except Exception as exc:  # noqa: BLE001  the report must be printed first; the caller raises it then
        done.end(Result.FAILED, f"the settle pass broke off ({type(exc).__name__})")
        done.crash = exc
    return done


def settle_leased(done: SettlePass, settings: Settings, desk: Desk) -> None:
    """Take the run's lease, look up every open claim, and note in `done` how that ended."""
    until = done.started_at + timedelta(seconds=settings.lease_s)
    if not desk.state.take_lease(holder=done.run_id, now=desk.clock.now(), until=until):
        done.end(Result.SKIPPED_OVERLAP, "a run holds the lease, settle again when it has ended")
        return
    try:
        _look_up(done, settings, desk)
    finally:
        _free_lease(done, desk.state)


def _look_up(done: SettlePass, settings: Settings, desk: Desk) -> None:
    rows = desk.state.open_claims()
    done.opened = sum(claim.state in IN_DOUBT_STATES for row in rows for claim in row.claims.values())
    settler = Settler(desk)
    older_than = desk.clock.now() - timedelta(seconds=settings.settle_after_s)
    try:
        settler.reconcile(rows, older_than=older_than, stores=[one.id for one in settings.stores], early=True)
    finally:
        done.endings = settler.endings
    whys = Counter(one.why for one in done.endings if one.to is None)
    if whys:
        said = [_SAID[why].format(n=count) for why, count in sorted(whys.items())]
        done.end(Result.UNSETTLED, *said)


_SAID = {
    "deadline": "{n} claims were not looked up before the deadline",
    "not_read": "{n} claims could not be looked up at SENS",
    "not_written": "{n} claims were looked up and could not be written",
    "young": "{n} claims are too young to know whether SENS will list their text",
}


def _free_lease(done: SettlePass, state: StatePort) -> None:
    # A lease that cannot be given back ends by itself; the meter has counted the failure.
    with suppress(StateError):
        state.free_lease(done.run_id)


def settle_report(done: SettlePass, *, invocation: Invocation, finished_at: datetime) -> dict[str, Any]:
    """Return the settle report as a mapping, its own hash included; what is not known is None."""
    value: dict[str, Any] = {
        "type": "naver_sms.settle_report",
        "v": 1,
        "run_id": done.run_id,
        "function": invocation.function,
        "version": __version__,
        "request_id": invocation.request_id,
        "started_at": korean_iso(done.started_at),
        "finished_at": korean_iso(finished_at),
        "duration_ms": int((finished_at - done.started_at).total_seconds() * 1000),
        "result": done.result.value,
        "exit_code": done.exit_code,
        "claims": _claims(done),
        "horizon_s": done.horizon_s,
        "again_after_s": _again_after_s(done, finished_at),
        "errors": errors_of(done.meter),
        "latency_ms": done.meter.latencies(),
        "problems": done.problems[:PROBLEMS_MAX],
        "evidence": {"claims": [_line_of(one) for one in done.endings[:CLAIMS_MAX]]},
    }
    if len(done.endings) > CLAIMS_MAX:
        value["evidence"]["truncated"] = True
    value["evidence"]["report_sha256"] = report_sha256(value)
    return value


def _claims(done: SettlePass) -> dict[str, int | None]:
    """Return the counts; what was not settled, whatever the reason, is unknown still."""
    if done.opened is None:
        return dict.fromkeys(("open", *(state.value for state in SETTLED_STATES), "still_unknown"))
    states = Counter(one.to for one in done.endings)
    settled = {state.value: states[state] for state in SETTLED_STATES}
    return {"open": done.opened, **settled, "still_unknown": done.opened - sum(settled.values())}


def _again_after_s(done: SettlePass, now: datetime) -> int | None:
    """Return the whole seconds until every claim that was too young will be old enough; None without one."""
    young = [one.claim.at for one in done.endings if one.why == "young"]
    if not young or done.horizon_s is None:
        return None
    left = max(young) + timedelta(seconds=done.horizon_s) - now
    return max(0, -(-left // timedelta(seconds=1)))


def _line_of(one: Ending) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "booking": one.booking_num,
        "run_id": one.claim.run_id,
        "to": "unknown" if one.to is None else one.to.value,
        "why": one.why,
        "request_id": one.request_id,
    }
