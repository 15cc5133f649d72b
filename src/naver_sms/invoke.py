"""From settings to printed report, of a run or a settle pass: what the handler and the command line both do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from naver_sms.clock import Clock, start_clock
from naver_sms.codes import veiled
from naver_sms.digest import digest
from naver_sms.dry import would_send
from naver_sms.errors import ConfigError
from naver_sms.meter import Meter
from naver_sms.metrics import run_metrics, store_metrics
from naver_sms.out import put
from naver_sms.resend import Order, resend_once, resend_report
from naver_sms.run import Ended, Pass, new_run_id, run_once
from naver_sms.settings import DEFAULT_FUNCTION, load
from naver_sms.settle import CONFIG_EXIT, Result, SettlePass, settle_once, settle_report
from naver_sms.summary import line, report, shadow_input, with_notify
from naver_sms.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from naver_sms.settings import Settings
    from naver_sms.summary import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoked:
    """A pass, its report and, when it got far enough, its redacted input."""

    report: dict[str, Any]
    shadow: dict[str, Any] | None
    raises: bool
    digest: str | None = None
    """What the owner reads of it; None when the settings cannot be used."""


def invoke(
    environ: Mapping[str, str],
    *,
    invocation: Invocation,
    time_s: float,
    out: TextIO | None = None,
    show_text: bool = False,
) -> Invoked:
    """Make one pass and print its metrics and, as the last line, its report; raises what broke it off.

    A dry run prints, before that, what would be sent: masked, and with the texts themselves if `show_text`.
    """
    try:
        settings = load(environ)
        clock = start_clock(settings.clock_url)
    except ConfigError as exc:
        return _unusable(exc, invocation, out)
    named = _named(invocation, settings)
    if settings.looks_only:
        settings = veiled(settings)
    done = run_once(settings, clock=clock, time_s=time_s)
    value = report(done, invocation=named, finished_at=clock.now())
    if settings.telegram is not None or settings.slack is not None:
        from naver_sms.telling import told

        value = with_notify(value, told(done, value, now=clock.now()))
    if settings.mode == "dry-run" and done.ended is Ended.DONE:
        put("".join(f"{one}\n" for one in would_send(done, show_text=show_text)), out)
    _print(done, value, epoch_ms=clock.epoch_ms(), out=out)
    if done.crash is not None:
        raise done.crash
    shadow = shadow_input(done) if done.ended is Ended.DONE else None
    words = digest(value, done.tally.intents, language=settings.language)
    return Invoked(report=value, shadow=shadow, raises=settings.lambda_raises, digest=words)


def invoke_settle(
    environ: Mapping[str, str], *, invocation: Invocation, time_s: float, out: TextIO | None = None
) -> Invoked:
    """Make one settle pass and print its report, one line and nothing else; raises what broke it off."""
    raises = True
    try:
        settings = load(environ)
        clock = start_clock(settings.clock_url)
    except ConfigError as exc:
        clock = Clock(started_at=datetime.now(UTC))
        done = SettlePass(run_id=new_run_id(clock.epoch_ms()), started_at=clock.now())
        done.end(Result.FAILED, *exc.problems, exit_code=CONFIG_EXIT)
    else:
        invocation, raises = _named(invocation, settings), settings.lambda_raises
        done = settle_once(settings, clock=clock, time_s=time_s)
    value = settle_report(done, invocation=invocation, finished_at=clock.now())
    put(line(value) + "\n", out)
    if done.crash is not None:
        raise done.crash
    return Invoked(report=value, shadow=None, raises=raises)


def invoke_resend(
    environ: Mapping[str, str], order: Order, *, invocation: Invocation, time_s: float, out: TextIO | None = None
) -> dict[str, Any]:
    """Send one text once more, print the report and return it; raises ConfigError for settings of no use."""
    settings = load(environ)
    clock = start_clock(settings.clock_url)
    done = resend_once(settings, order, clock=clock, time_s=time_s)
    value = resend_report(done, invocation=_named(invocation, settings), finished_at=clock.now())
    put(line(value) + "\n", out)
    if done.crash is not None:
        raise done.crash
    return value


def _named(invocation: Invocation, settings: Settings) -> Invocation:
    own = settings.function if settings.function != DEFAULT_FUNCTION else invocation.function
    return replace(invocation, function=own)


def _unusable(error: ConfigError, invocation: Invocation, out: TextIO | None) -> Invoked:
    clock = Clock(started_at=datetime.now(UTC))
    done = Pass(
        settings=None,
        run_id=new_run_id(clock.epoch_ms()),
        started_at=clock.now(),
        meter=Meter(),
        tally=Tally([]),
        ended=Ended.CONFIG_ERROR,
        problems=error.problems,
    )
    value = report(done, invocation=invocation, finished_at=clock.now())
    _print(done, value, epoch_ms=clock.epoch_ms(), out=out)
    return Invoked(report=value, shadow=None, raises=True)


def _print(done: Pass, value: dict[str, Any], *, epoch_ms: int, out: TextIO | None) -> None:
    every: list[dict[str, Any]] = [value]
    if value["mode"] == "live":
        # What a run that only looks finds is no figure of the business.
        stores = store_metrics(done, function=value["function"], epoch_ms=epoch_ms)
        every = [*(stores if done.ended is Ended.DONE else []), run_metrics(value, epoch_ms=epoch_ms), value]
    put("".join(line(one) + "\n" for one in every), out)
