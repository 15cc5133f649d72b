"""T+n is n after T+0: marks and times of one log count from one instant.

Source: arithmetic; marks in minutes are taken as rounded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import apart_s, sent
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
MARK = re.compile(
    r"\bT ?\+ ?(?:(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?|(?P<n>\d{1,4}) ?(?P<unit>s|sec|m|min|minutes?|h|hours?|분|초|시간)?\b)"
)
UNIT_S = {"s": 1, "초": 1, "m": 60, "분": 60, "h": 3600, "시": 3600}
Marked = tuple[int, "re.Match[str]", "Moment", int, int]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield marks whose time is not as far from T+0 as they say."""
    for log in logs:
        marked = list(_marked(log))
        zero = next((one for one in marked if one[3] == 0), None)
        for number, match, moment, offset_s, exact_s in marked if zero else ():
            assert zero is not None
            if moment.fits(zero[2]) and abs(apart_s(zero[2], moment) - offset_s) > max(
                1.5 * exact_s, moment.to_s, zero[2].to_s
            ):
                real = apart_s(zero[2], moment)
                yield Hit(
                    spot=log.spot(number, match),
                    also=(log.spot(zero[0], zero[1]),),
                    why=f"{moment.text} is {real / 60:.1f} min after T+0 at {zero[2].text}",
                    instead="the time, and T+ counted from the instant that the log calls T+0",
                )


def _marked(log: Log) -> Iterator[Marked]:
    at = {record.start: moment for record in messages(log) if (moment := sent(record))}
    for number, line in log.numbered():
        match = MARK.search(line)
        found = log.moments(number)
        moment = found[0] if len(found) == 1 else at.get(number)
        if match and moment and len(MARK.findall(line)) == 1:
            yield number, match, moment, *_offset(match)


def _offset(match: re.Match[str]) -> tuple[int, int]:
    if match["h"]:
        return int(match["h"]) * 3600 + int(match["m"]) * 60 + int(match["s"] or 0), 1 if match["s"] else 60
    unit_s = UNIT_S[(match["unit"] or "m")[0]]
    return int(match["n"]) * unit_s, unit_s
