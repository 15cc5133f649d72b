"""The week before the cutover: what the old job sent, in the gateway's list and in the metrics alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bongsu.sandbox.sens_messages import DELIVERED, KST, Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from bongsu.sandbox.aws_metrics import Metrics
    from bongsu.sandbox.sens import Sens

RUN_EVERY = timedelta(minutes=20)
WAKING_HOURS = range(9, 22)
EVENING_HOUR = 20
# A week's window may begin anywhere near the anchor's time of day: no message may lie on its edge.
QUIET_AROUND = timedelta(minutes=70)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One past run: when it began and how many messages it sent."""

    began_at: datetime
    messages: int


def past_runs(anchor_at: datetime, *, days: int, random: Random) -> Iterator[PastRun]:
    """Yield the runs of `days` days and a bit before the anchor, oldest first, some 40 to 60 messages a day."""
    began_at = anchor_at - timedelta(days=days, hours=2) + timedelta(minutes=2, seconds=15)
    edges = (anchor_at, anchor_at - timedelta(days=days))
    while began_at < anchor_at - RUN_EVERY:
        hour = began_at.astimezone(KST).hour
        quiet = any(abs(began_at - edge) < QUIET_AROUND for edge in edges)
        count = 0
        if hour in WAKING_HOURS and not quiet:
            count = random.randrange(3, 7) if hour == EVENING_HOUR else random.choice((0, 0, 1, 1, 2, 2))
        yield PastRun(began_at=began_at, messages=count)
        began_at += RUN_EVERY


def remember_history(
    runs: list[PastRun], *, sens: Sens, metrics: Metrics, workload: str, function: str, sender: str, random: Random
) -> None:
    """Put past runs into the gateway and the metrics, with sums that agree in any whole-minute window.

    The workload's own metrics go under dimension Function=`workload`, Lambda's under FunctionName=`function`.
    """
    for run in runs:
        sens.remember(_message(sens, run, sender=sender, random=random) for _ in range(run.messages))
        sent = {"SmsAccepted": run.messages, "SmsDelivered": run.messages}
        metrics.remember("NaverSms", sent, at=run.began_at, dimensions={"Function": workload})
        lambda_values = {"Invocations": 1, "Errors": 0, "Throttles": 0, "Duration": random.randrange(21_000, 38_000)}
        metrics.remember("AWS/Lambda", lambda_values, at=run.began_at, dimensions={"FunctionName": function})


def _message(sens: Sens, run: PastRun, *, sender: str, random: Random) -> Message:
    # Within the run's own minute, where its metrics are counted.
    requested_at = run.began_at + timedelta(milliseconds=random.randrange(1000, 40_000))
    request_id, message_id = sens.new_ids(requested_at)
    return Message(
        request_id=request_id,
        message_id=message_id,
        requested_at=requested_at,
        completes_at=requested_at + timedelta(milliseconds=random.randrange(900, 4000)),
        kind="LMS",
        content_type="COMM",
        country="82",
        sender=sender,
        to=f"0100000{random.randrange(1, 10_000):04d}",
        subject="예약 안내",
        content="예약이 확정되었습니다",
        fate=DELIVERED,
        before_the_world=True,
    )
