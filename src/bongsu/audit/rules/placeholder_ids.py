"""An id made of counting or repeated digits was typed as an example, not copied from an answer.

Source: AWS and Telegram documentation use 123456789012, 123456789 and the like as examples; services hand out none.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
KEY = re.compile(r"(?:^|[\s_.-])id\b|_id|arn|account|request|thread|transaction|번호|아이디|식별자", re.IGNORECASE)
DIGITS = re.compile(r"(?<![\w.-])(\d{6,13})(?![\w.]|-\d)")
UUID = re.compile(
    r"\b(?:12345678-1234-\w{4}-\w{4}-\w{12}|0{8}-0{4}-0{4}-0{4}-0{11}\d|aaaaaaaa-bbbb-cccc-dddd-\w{12}|deadbeef[\w-]*)\b",
    re.IGNORECASE,
)
NEAR = 123_456_789
NEAR_BY = 20


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield ids that count up, repeat one digit, or lie beside 123456789."""
    for log in logs:
        for record in records(log):
            for one in record.fields:
                if KEY.search(one.key) and (made := _made_up(one.value)):
                    yield Hit(
                        spot=log.at(one.spot.line, made),
                        why=f"{made} looks like an example, not like an id that a service handed out",
                        instead="the id as the recorded response has it",
                    )


def _made_up(value: str) -> str:
    if found := UUID.search(value):
        return found[0]
    for match in DIGITS.finditer(value):
        digits = match[1]
        counting = all((int(b) - int(a)) % 10 == 1 for a, b in itertools.pairwise(digits))
        same = len(set(digits)) == 1 and digits[0] != "0"
        if counting or same or abs(int(digits) - NEAR) <= NEAR_BY:
            return digits
    return ""
