"""An answer of HTTP 4xx or 5xx is a refusal or a fault: nothing was accepted with it.

Source: RFC 9110, section 15.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
TAKEN = pattern(
    r"\b(?:accepted|posted|succeeded|successful(?:ly)?|success|sent|created)\b|성공|접수 ?완료", re.IGNORECASE
)
STATUS = re.compile(r"\bHTTP(?:/[\d.]+)?(?: status)?[ :=]*([45]\d\d)\b", re.IGNORECASE)
AGAIN = re.compile(
    r"retr|again|then|after|attempt|refus|reject|error|throttl|backoff|재시도|거부|오류|rate", re.IGNORECASE
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield successes whose status is an error's."""
    for log in logs:
        for number, line in log.numbered():
            match, taken = STATUS.search(line), TAKEN.search(line)
            if match and taken and not denied(line) and not AGAIN.search(line):
                yield Hit(
                    spot=log.spot(number, match),
                    also=(log.spot(number, taken),),
                    why=f"{match[0]} says that it was not {taken[0].lower()}",
                    instead="what the service answered, and what was done about it",
                )
