"""What is allowed in a plan and still worth a word before it is used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bongsu.addresses import listen_at
from bongsu.planfile.values import length_text

if TYPE_CHECKING:
    from datetime import datetime

    from bongsu.core.plan import Plan

MINUTE = timedelta(minutes=1)
METRICS_LATE = 2 * MINUTE
"""CloudWatch shows an invocation in its metrics a minute or more after it, and keeps them by the minute."""
NO_DRILL = "there is no drill: that the people can be reached stays unproven"


def warnings(plan: Plan, now: datetime) -> list[str]:
    """Return what is worth a word at `now` (aware UTC); nothing here refuses the plan."""
    found: list[str] = []
    if not plan.cuts_over:
        return [*([] if plan.drill is not None else [NO_DRILL]), *_open(plan), *_private(plan)]
    if now >= plan.window.end:
        found.append(f"the window ended {_local(plan, plan.window.end)}; `start` will refuse this plan")
    elif now >= plan.window.start:
        found.append(f"the window is open since {_local(plan, plan.window.start)}")
    if plan.go is None:
        found.append("nobody approves this plan: `--go` on the command line is the only word")
    if not plan.escalation:
        found.append("nobody is paged: whoever watches decides by `bongsu rollback` or `bongsu hold`, or the plan does")
    if plan.drill is None:
        found.append(NO_DRILL)
    if plan.watch is None:
        found.append("nothing is watched after the cutover")
    found += _alone(plan) + _settles(plan) + _alarms(plan) + _open(plan) + _counted(plan) + _guard(plan)
    found += _private(plan)
    return found


def _private(plan: Plan) -> list[str]:
    """Return of each chat of one person what the others miss: a positive id is nobody's but that person's."""
    announced = [name for name in plan.announce.to if plan.channels[name].kind == "telegram"]
    private = [name for name in announced if int(str(plan.channels[name].options["chat_id"])) > 0]
    return [
        f'"{name}" announces into the private chat of one person, where nobody else is: the id of a group is negative'
        for name in (private if len(plan.contacts) > 1 else ())
    ]


def _guard(plan: Plan) -> list[str]:
    guard, detect = plan.guard, plan.rollback.detect
    if guard is None or guard.silent_after <= detect:
        return []
    silent, promised = length_text(guard.silent_after), length_text(detect)
    return [f"the guard acts after {silent} of silence, but rollback.detect promises {promised}"]


def _open(plan: Plan) -> list[str]:
    listening = {name: str(channel.options.get("listen") or "") for name, channel in plan.channels.items()}
    return [
        f'"{name}" listens at {text}, which other machines can reach in plain HTTP: only a proxy with TLS should'
        for name, text in listening.items()
        if text and not listen_at(text).on_loopback
    ]


def _counted(plan: Plan) -> list[str]:
    counted = None if plan.gateway is None else plan.gateway.options.get("service")
    return [
        f'"{name}" pages through the SMS service whose list the checks count: give it a service of its own'
        for name, channel in plan.channels.items()
        if channel.kind == "sms" and channel.options.get("service") == counted
    ]


def _alone(plan: Plan) -> list[str]:
    if plan.go is not None and plan.go.approvals == 1 and plan.captain in plan.go.of:
        return [f'"{plan.captain}" can approve alone']
    return []


def _settles(plan: Plan) -> list[str]:
    settle, checks = plan.first_run.settle, (*plan.verify, *(plan.watch.checks if plan.watch else ()))
    late = next((spec.name for spec in checks if any(need.reading == "metrics" for need in spec.reads)), None)
    if late is None or settle >= METRICS_LATE:
        return []
    said = f'first_run.settle is {length_text(settle)}, and "{late}" reads metrics, which may come 2 min late'
    return [f"{said}: then it ends unknown"]


def _alarms(plan: Plan) -> list[str]:
    watch, detect = plan.watch, plan.rollback.detect
    if watch is None or plan.alarms is not None or watch.every <= detect:
        return []
    every, promised = watch.every // MINUTE, detect // MINUTE
    said = f"the watch looks every {every} min and no alarm is named, but rollback.detect promises {promised} min"
    return [said]


def _local(plan: Plan, at: datetime) -> str:
    return f"{at.astimezone(plan.timezone):%Y-%m-%d %H:%M %Z}"
