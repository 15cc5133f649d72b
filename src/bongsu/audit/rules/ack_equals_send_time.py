"""An acknowledgement in the very second of an announcement is that announcement's time, copied: nobody had answered.

Source: a person answers a message after it arrived; Telegram and Slack give the press or the reply a time of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.audit.claims import late, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import ACKED, messages, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield acknowledgements that are at the second at which a message was sent."""
    for log in logs:
        left = [(moment, _spot(log, moment)) for record in messages(log) if (moment := sent(record))]
        for record in records(log):
            answer = record.moment(ACKED)
            if answer is None or answer[1].to_s > 1:
                continue
            beside = log.moments(record.start) if record.kind == "row" else ()
            if any(late(answer[1], one) for one in beside):
                # It was asked before, by its own row; another message may leave in the second of the answer.
                continue
            same = [
                spot
                for moment, spot in left
                if moment.to_s == 1 and moment.fits(answer[1]) and moment.at == answer[1].at
            ]
            if same:
                yield Hit(
                    spot=answer[0].spot,
                    also=tuple(same[:2]),
                    why=f"{answer[1].text} is the second in which a message was sent; nobody can have answered it yet",
                    instead='the time of the press or reply, or "no acknowledgement was asked for"',
                )


def _spot(log: Log, moment: Moment) -> Spot:
    return next(log.moment_spot(n, moment) for n, _ in log.numbered() if any(one is moment for one in log.moments(n)))
