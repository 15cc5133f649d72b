"""Lambda bills by the millisecond, rounded up, and a function cannot use more memory than it has.

Source: AWS Lambda pricing since December 2020 (1 ms) and the REPORT line: billed = ceil(duration), plus init where billed.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
_END = r"[ :=]+(\d+(?:\.\d+)?) ?"
DURATION = re.compile(rf"(?<!Billed )(?<!Init )(?<!Restore )\bDuration{_END}ms")
BILLED = re.compile(rf"\bBilled Duration{_END}ms")
INIT = re.compile(rf"\bInit Duration{_END}ms")
SIZE = re.compile(rf"\bMemory Size{_END}MB")
USED = re.compile(rf"\bMax Memory Used{_END}MB")


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield REPORT lines whose figures no invocation can have had."""
    for log in logs:
        for number, line in log.numbered():
            lasted, billed, init = DURATION.search(line), BILLED.search(line), INIT.search(line)
            if lasted and billed:
                own = Decimal(lasted[1])
                fit = {math.ceil(own), math.ceil(own + Decimal(init[1] if init else 0))}
                if Decimal(billed[1]) not in fit:
                    yield Hit(
                        spot=log.spot(number, billed),
                        also=(log.spot(number, lasted),),
                        why=f"Lambda bills whole milliseconds, rounded up: {' or '.join(map(str, sorted(fit)))} ms",
                        instead="the REPORT line as CloudWatch Logs holds it",
                    )
            size, used = SIZE.search(line), USED.search(line)
            if size and used and Decimal(used[1]) > Decimal(size[1]):
                yield Hit(
                    spot=log.spot(number, used),
                    also=(log.spot(number, size),),
                    why=f"{used[1]} MB cannot be used of {size[1]} MB: the function would have been killed",
                    instead="the REPORT line as CloudWatch Logs holds it",
                )
