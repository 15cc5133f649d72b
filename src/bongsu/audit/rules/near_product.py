"""A cost that one slip of the hand makes of a count times its price was that product.

Source: arithmetic; F. J. Damerau, "A technique for computer detection and correction of spelling errors" (1964).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from bongsu.audit.amounts import counts, slipped
from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import products

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
MONEY = pattern(r"[$€£₩]\s?(?P<a>\d[\d,]*(?:\.\d+)?)|(?P<b>\d[\d,]*(?:\.\d+)?) ?(?:원|USD|EUR|KRW|won\b|dollars)")
PRICE = re.compile(
    r"\bprice|\beach\b|\bper\b|\ba (?:message|text|piece|call|pass)\b|\bcosts?\b|\brate\b|단가|건당|개당|[×x*@]",
    re.IGNORECASE,
)
BEFORE, BEHIND = 30, 20
NEAR = 12
"""Lines between a cost, its price and its count."""
LEAST, PRICE_MOST = 10, 1_000


class Sum(NamedTuple):
    """An amount of money."""

    number: int
    amount: Decimal
    spot: Spot


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield costs that no count near by times a price near by makes, and that are a slip from one that does."""
    for log in filter(written, logs):
        prices, costs = _money(log)
        told = {hit.spot.line for hit in hits(products, log)} if prices else set()
        for cost in costs if prices else ():
            if cost.number not in told and not withdrawn(log, cost.number):
                yield from _of(log, cost, prices)


def _money(log: Log) -> tuple[list[Sum], list[Sum]]:
    """Return the prices of a log, and the amounts that are none or need not be."""
    prices, costs = [], []
    for number, line in log.numbered():
        for match in MONEY.finditer(line):
            amount = Decimal((match["a"] or match["b"]).replace(",", ""))
            one = Sum(number, amount, log.spot(number, match))
            if amount < PRICE_MOST and PRICE.search(line[max(0, match.start() - BEFORE) : match.end() + BEHIND]):
                prices.append(one)
            if amount >= LEAST:
                costs.append(one)
    return prices, costs


def _of(log: Log, cost: Sum, prices: list[Sum]) -> Iterator[Hit]:
    near = log.numbered(cost.number - NEAR, cost.number + NEAR)
    named = {one.count: number for number, line in near for one in counts(line) if one.count >= LEAST}
    last = Decimal(1).scaleb(int(cost.amount.as_tuple().exponent))
    slips = []
    for price in (one for one in prices if abs(one.number - cost.number) <= NEAR and 0 < one.amount < cost.amount):
        for count, number in named.items():
            real = count * price.amount
            if abs(real - cost.amount) <= last:
                return
            if slipped(str(real.quantize(last)), str(cost.amount)):
                slips.append((count, number, price, real.quantize(last)))
    for count, number, price, real in slips[:1]:
        yield Hit(
            spot=cost.spot,
            also=(price.spot, log.spot(number)),
            why=f"{count} times {price.amount} is {real}, and {cost.amount} is one slip of the hand away",
            instead="the cost as it was charged, with its count and price",
        )
