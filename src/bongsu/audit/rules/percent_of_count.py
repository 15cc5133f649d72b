"""A percentage beside a count is that count's, and a part is not larger than its whole.

Source: arithmetic; rounding up or down in the last digit written is granted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.claims import denied
from bongsu.audit.findings import Confidence, Hit, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
_UNIT = r"(?: ?(?:MB|GB|ms|s|SMS|건|개|명|회|contacts?|messages?|checks?|decisions?|bookings?|requests?))?"
_PERCENT = r"(?P<percent>\d{1,3}(?:\.\d+)?) ?%"
OF = re.compile(
    rf"(?<![\w/.:-])(?P<part>\d[\d,]*){_UNIT} ?(?:/|of|out of) ?(?P<whole>\d[\d,]*)(?![\d/:.])(?: ?[A-Za-z가-힣]+){{0,3}}\W{{0,4}}{_PERCENT}"
)
KOREAN = re.compile(
    rf"(?<![\w/.:-])(?P<whole>\d[\d,]*){_UNIT} ?중 ?(?P<part>\d[\d,]*){_UNIT}(?: ?[가-힣]+)?\W{{0,3}}{_PERCENT}"
)
BEFORE = re.compile(rf"(?<![\d.]){_PERCENT} ?\((?P<part>\d[\d,]*) ?(?:/|of) ?(?P<whole>\d[\d,]*)\)")
MORE = re.compile(
    r"(?<![\w/.:-])(?P<part>\d+) ?(?:/(?!7\b)|of) ?(?P<whole>\d+)(?![\d/:.%])(?= (?:\(\d+ ?%|success|delivered|sent|acknowledged|passed|confirmed|accepted))"
)


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield percentages that are not those of the counts beside them."""
    for log in logs:
        for number, line in log.numbered():
            for regex in (OF, KOREAN, BEFORE):
                for match in regex.finditer(line):
                    part, whole = (Decimal(match[name].replace(",", "")) for name in ("part", "whole"))
                    if part <= whole and whole and _apart(part / whole * 100, match["percent"]):
                        exact = (part / whole * 100).quantize(Decimal("0.01"))
                        yield Hit(
                            spot=log.spot(number, match),
                            why=f"{part} of {whole} is {exact} %, not {match['percent']} %",
                            instead="the count as it was measured; the percentage follows from it",
                        )
            for match in MORE.finditer(line):
                if int(match["part"]) > int(match["whole"]) and not denied(line):
                    yield Hit(
                        spot=log.spot(number, match),
                        why=f"{match['part']} cannot be part of {match['whole']}",
                        instead="both counts as they were measured",
                    )


def _apart(exact: Decimal, claimed: str) -> bool:
    last = Decimal(1).scaleb(-len(claimed.partition(".")[2]))
    return abs(exact - Decimal(claimed)) >= last
