"""The usual faults that a person at the page may throw, and what is still to come of those that were thrown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bongsu.sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bongsu.sandbox.aws_world import AwsWorld
    from bongsu.sandbox.faults import FaultBook
    from bongsu.sandbox.lambda_runtime import Trouble
    from bongsu.sandbox.page.spec import PageSpec
    from bongsu.sandbox.record import Record
    from bongsu.sandbox.sens import Sens

SMS_FAILING = 3
THROTTLED_S = 20
CALLS: Mapping[str, tuple[str, str, str, Fault]] = {
    "telegram-down": (
        "Telegram",
        "Down",
        "Telegram cannot be reached at all",
        Fault(service="telegram", kind="drop_before", times=None),
    ),
    "telegram-throttles": (
        "Telegram",
        "429",
        f"Telegram answers the next message with 429 and {THROTTLED_S} s to wait",
        Fault(service="telegram", operation="sendMessage", kind="rate_limit", retry_after=THROTTLED_S),
    ),
    "telegram-loses": (
        "Telegram",
        "Lose an answer",
        "Telegram posts the next message and its answer is lost",
        Fault(service="telegram", operation="sendMessage", kind="drop_after"),
    ),
    "slack-down": (
        "Slack",
        "Down",
        "Slack answers every call with a gateway's 502 page",
        Fault(service="slack", kind="html", times=None),
    ),
    "slack-throttles": (
        "Slack",
        "429",
        f"Slack answers the next message with 429 and {THROTTLED_S} s to wait",
        Fault(service="slack", operation="chat.postMessage", kind="rate_limit", retry_after=THROTTLED_S),
    ),
    "slack-loses": (
        "Slack",
        "Lose an answer",
        "Slack posts the next message and its answer is lost",
        Fault(service="slack", operation="chat.postMessage", kind="drop_after"),
    ),
    "rule-refuses": (
        "Rule",
        "Refuses to be disabled",
        "EventBridge refuses to disable any rule",
        Fault(
            service="events",
            operation="DisableRule",
            kind="status",
            times=None,
            status=400,
            code="AccessDeniedException",
            message="not authorized to perform events:DisableRule",
        ),
    ),
}
"""By name: group, label, what happens, and the order for the world's book of faults."""
LAMBDA: Mapping[Trouble, tuple[str, str]] = {
    "raises": ("Next run raises", "The next invocation ends in an error before it has done anything"),
    "times_out": ("Next run times out", "The next invocation stands still until it is ended after 5 s"),
    "never_runs": ("Next run never starts", "The next invocation never starts, and nothing in the logs says so"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    """Trouble that is no single call's: how to throw it, take it back, and tell that it is still to come."""

    group: str
    label: str
    what: str
    throw: Callable[[], None]
    clear: Callable[[], None]
    active: Callable[[], str]


class Faults:
    """Throws and clears; each is written down in the world's record."""

    def __init__(self, book: FaultBook, record: Record, spec: PageSpec, *, aws: AwsWorld, sens: Sens) -> None:
        self._book = book
        self._record = record
        self._others = dict(_lambda(aws, spec.function)) | {"sms-fail": _sms(sens)}
        if aws.spec.alarms:
            self._others["alarm"] = _alarm(aws, aws.spec.alarms[0].name)
        self._texts: dict[str, str] = {}

    def shown(self) -> dict[str, Any]:
        """Return the buttons, and what is still to come."""
        calls = [
            {"name": name, "group": group, "label": label, "what": what}
            for name, (group, label, what, _) in CALLS.items()
        ]
        others = [
            {"name": name, "group": one.group, "label": one.label, "what": one.what}
            for name, one in self._others.items()
        ]
        return {"usual": [*calls, *others], "active": [*self._ordered(), *self._arranged()]}

    def throw(self, name: str) -> None:
        """Order a fault by its name; KeyError when there is none of that name."""
        if name in CALLS:
            self._texts[self._book.add(CALLS[name][3])] = CALLS[name][2]
        else:
            self._others[name].throw()
        self._record.write("page", "fault", name=name)

    def clear(self, fault_id: str | None) -> None:
        """Take back one fault, or all; KeyError when that one is not there."""
        if fault_id is None:
            self._book.clear()
            for one in self._others.values():
                one.clear()
        elif fault_id in self._others:
            self._others[fault_id].clear()
        elif not self._book.remove(fault_id):
            raise KeyError(fault_id)
        self._record.write("page", "fault_cleared", name=fault_id or "all")

    def _ordered(self) -> list[dict[str, Any]]:
        return [
            {"id": order["id"], "what": self._texts.get(order["id"]) or _in_words(order), "hits": order["hits"]}
            for order in self._book.listed()
            if not order["spent"]
        ]

    def _arranged(self) -> list[dict[str, Any]]:
        return [{"id": name, "what": what, "hits": 0} for name, one in self._others.items() if (what := one.active())]


def _in_words(order: dict[str, Any]) -> str:
    """Return an order that came from elsewhere in a few words."""
    return f"{order['service']} {order['operation']}: {order['kind']}"


def _lambda(aws: AwsWorld, function: str) -> Iterator[tuple[str, _Other]]:
    """Yield the trouble that can be arranged for the function of the cutover, if the world has it."""
    if function not in aws.functions.specs:
        return
    for trouble, (label, what) in LAMBDA.items():
        yield f"lambda-{trouble}".replace("_", "-"), _arranging(aws, function, trouble, texts=(label, what))


def _arranging(aws: AwsWorld, function: str, trouble: Trouble, *, texts: tuple[str, str]) -> _Other:
    label, what = texts
    runtime = aws.runtime
    return _Other(
        group="Lambda",
        label=label,
        what=what,
        throw=lambda: runtime.arrange(function, trouble),
        clear=lambda: runtime.forget_arranged(function, trouble),
        active=lambda: what if trouble in runtime.arranged(function) else "",
    )


def _sms(sens: Sens) -> _Other:
    carrier = sens.carrier
    return _Other(
        group="SMS",
        label=f"{SMS_FAILING} of the next fail",
        what=f"The carrier does not deliver the next {SMS_FAILING} SMS",
        throw=lambda: carrier.fail_next(SMS_FAILING),
        clear=lambda: carrier.fail_next(0),
        active=lambda: f"The carrier does not deliver the next {left} SMS" if (left := carrier.failing()) else "",
    )


def _alarm(aws: AwsWorld, name: str) -> _Other:
    forced: list[str] = []

    def throw() -> None:
        aws.alarms.force(name, "ALARM")
        forced[:] = [name]

    def clear() -> None:
        if forced:
            aws.alarms.force(name, None)
        forced.clear()

    return _Other(
        group="Alarm",
        label=f"{name} goes off",
        what=f"The alarm {name} is in ALARM whatever its data say",
        throw=throw,
        clear=clear,
        active=lambda: f"The alarm {name} is held in ALARM" if forced else "",
    )
