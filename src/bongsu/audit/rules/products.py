"""A price times a count is the amount, and a difference or a product that is written out is right.

Source: arithmetic; rounding in the last digit written is granted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.amounts import TOTAL, counts, slipped
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.equations import MONEY as _MONEY
from bongsu.audit.equations import UNIT as _UNIT
from bongsu.audit.equations import N as _N
from bongsu.audit.equations import mixed, within
from bongsu.audit.findings import Confidence, Hit, Severity, Spot
from bongsu.audit.grids import grids
from bongsu.audit.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.grids import Grid
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
FACTORS = pattern(
    rf"(?<![\w.,/:-])(?P<all>(?:{_MONEY})?{_N}{_UNIT}(?: ?[x×*·] ?(?:{_MONEY})?{_N}{_UNIT}){{1,3}}) ?(?:=|=>|→|is|are|makes|gives) ?(?:{_MONEY})?(?P<total>{_N})(?![\d.,:/-]\d|\w*\d| ?%| ?(?:[천만억]|[kKM]\b|million|thousand))"
)
MINUS = pattern(
    rf"(?<![\w.,/:+*×x-])(?<![+*×x=−–-] )(?P<a>{_N}){_UNIT} [-−–] (?P<b>{_N}){_UNIT} ?= ?(?P<c>{_N})(?![\d.,:/-]\d|\d| ?[-+*×x%])"
)
PLUS = pattern(
    rf"(?<![\w.,/:-])(?P<all>(?:{_MONEY})?{_N}{_UNIT}(?: ?\+ ?(?:[A-Za-z가-힣-]{{2,16}} )?(?:{_MONEY})?{_N}{_UNIT}){{1,8}}) ?= ?(?:{_MONEY})?(?P<total>{_N})(?![\d.,:/-]\d|\d| ?[+×*·] ?\d)"
)
EACH = pattern(
    rf"(?:\b(?:at|@|for) (?:{_MONEY})?(?P<price>{_N}) ?(?P<money>KRW|USD|EUR|won|dollars?|euros?|cents?|원)?(?: each| apiece| per \w+| a \w+)|(?:건|개|통|장|회|명)당 ?(?P<ko>{_N}) ?(?P<won>원|KRW|USD|달러))",
    re.IGNORECASE,
)
AMOUNT = pattern(
    rf"(?P<n>{_N}) ?(?:KRW|USD|EUR|won|dollars?|euros?|원|달러)(?![가-힣A-Za-z]*당)|(?:₩|\$|€) ?(?P<m>{_N})",
    re.IGNORECASE,
)
NUMBER = re.compile(rf"(?<![\w.,:/-]){_N}(?![\d.,:/-]\d|\d)")
PRICE_HEAD = re.compile(r"\bunit\b|\bprice\b|\beach\b|\bper \w+|\brate\b(?!d)|단가|건당|개당|통당|요율", re.IGNORECASE)
AMOUNT_HEAD = re.compile(
    r"\bamounts?\b|\bcosts?\b|\bcharges?\b|\bsub-?totals?\b|\btotals?\b|\bfees?\b|금액|비용|합계|요금|소계|청구",
    re.IGNORECASE,
)
COUNT_HEAD = pattern(
    r"\bcount\b|\bqty\b|\bquantity\b|\bnumber\b|\bmessages?\b|\bsms\b|\bcalls?\b|\bunits\b|\bpieces\b|\bhours?\b|\binvocations?\b|\brequests?\b|건수|수량|개수|통수|횟수|시간|대수|발송",
    re.IGNORECASE,
)
AMOUNTS = re.compile(rf"(?:{_MONEY})?(?P<n>{_N}) ?(?:%|KRW|USD|EUR|원|GB|MB)?")
PRICE = pattern(
    rf"(?:단가|요율|\bunit (?:price|cost)|\bprice(?: per \w+| each)?|\brate\b|(?:건|개|통|장|회|명|번|매)당|\b1 ?(?:건|개|통|장|회|명|매))\W{{0,4}}(?:(?:is|was|of|은|는|문자|\w+ 1건)\s)?(?:{_MONEY})?(?P<a>{_N}) ?(?:원|won\b|KRW|USD|EUR|cents?|달러|유로|$|[),;|])"
    rf"|(?:{_MONEY})(?P<b>{_N}) ?(?:each|apiece|per |a (?:piece|message|call|text|run|unit))"
    rf"|(?P<c>{_N}) ?(?:원|won|KRW|USD|EUR|달러|유로|cents?) ?(?:/|each|apiece|per |a (?:piece|message|call|text|run|unit)|[씩])"
    rf"|(?:[x×]| \* ) ?(?:{_MONEY})?(?P<d>{_N}) ?(?:원|won|KRW|USD|EUR|달러|유로)",
    re.IGNORECASE,
)
"""What one costs, however it is said."""
TAX = (Decimal(1), Decimal("1.1"), Decimal("1.2"), Decimal("0.01"))
"""An amount may be told with the tax, and a price in hundredths."""
SIGNIFICANT, PRICES_MOST, LONGEST = 4, 6, 600
MEASURED = re.compile(rf"[.%]|{_MONEY}|원$", re.IGNORECASE)
"""In a cell that holds no plain count."""
FAR, LEAST_ROWS = Decimal("0.3"), 2
INSTEAD = "the count, the price and the amount as they were billed"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield products and differences that are not what their parts give."""
    for log in logs:
        for number, line in log.numbered():
            if withdrawn(log, number) or len(line) > LONGEST:
                continue
            for written_out in mixed(line):
                if not _equal(written_out.value, written_out.total):
                    spot = Spot(log.name, number, written_out.start + 1, written_out.end + 1)
                    yield Hit(
                        spot=spot, why=f"it makes {_plain(written_out.value)}, not {written_out.total}", instead=INSTEAD
                    )
            for match in FACTORS.finditer(line):
                if within(line, match):
                    continue
                parts = [_value(one[0]) for one in NUMBER.finditer(re.sub(r"[₩$€£]", " ", match["all"]))]
                product = Decimal(1)
                for one in parts:
                    product *= one
                if len(parts) >= 2 and not _equal(product, match["total"]):
                    shown = " × ".join(f"{one:f}" for one in parts)
                    yield _hit(log, (number, match), f"{shown} = {_plain(product)}, not {match['total']}")
            yield from _summed(log, number, line)
            for match in MINUS.finditer(line):
                if within(line, match):
                    continue
                rest = _value(match["a"]) - _value(match["b"])
                if not _equal(rest, match["c"]):
                    yield _hit(log, (number, match), f"{match['a']} - {match['b']} = {_plain(rest)}, not {match['c']}")
            yield from _priced(log, number, line)
        for grid in grids(log):
            yield from _in_table(grid)
            yield from _totals(grid)
        if written(log):
            yield from _by_price(log)


def _summed(log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield sums of numbers with a point; those of whole numbers are another rule's."""
    for match in PLUS.finditer(line):
        if within(line, match):
            continue
        parts = [_value(one[0]) for one in NUMBER.finditer(re.sub(r"[₩$€£]", " ", match["all"]))]
        if "." in match[0] and len(parts) >= 2 and not _equal(sum(parts, Decimal(0)), match["total"]):
            yield _hit(log, (number, match), f"the parts make {_plain(sum(parts, Decimal(0)))}, not {match['total']}")


def _totals(grid: Grid) -> Iterator[Hit]:
    """Yield totals of columns of amounts with a point, or of shares, that their rows do not make within rounding."""
    last = next((n for n, row in enumerate(grid.rows) if TOTAL.match(row[0].text)), None)
    if last is None or last < LEAST_ROWS:
        return
    for column in range(1, len(grid.heads)):
        cells = [row[column] for row in grid.rows[: last + 1]]
        found = [AMOUNTS.fullmatch(cell.text.strip("*` ")) for cell in cells]
        said = [one["n"] for one in found if one]
        if len(said) != len(cells) or not any(MEASURED.search(cell.text) for cell in cells):
            continue
        exact = min(Decimal(1).scaleb(-len(one.partition(".")[2])) for one in said)
        total = sum((_value(one) for one in said[:-1]), Decimal(0))
        apart = abs(total - _value(said[-1]))
        if exact * last < apart <= FAR * total:
            yield Hit(
                spot=cells[-1].spot,
                also=tuple(cell.spot for cell in cells[:-1])[:8],
                why=f"the rows make {_plain(total)}, not {said[-1]}",
                instead=INSTEAD,
            )


def _value(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _equal(value: Decimal, said: str) -> bool:
    last = Decimal(1).scaleb(-len(said.partition(".")[2]))
    return abs(value - _value(said)) < last


def _priced(log: Log, number: int, line: str) -> Iterator[Hit]:
    """Yield an amount in a sentence with a price for each that no count of the sentence gives."""
    each = list(EACH.finditer(line))
    if len(each) != 1 or FACTORS.search(line):
        return
    price = _value(each[0]["price"] or each[0]["ko"])
    outside = line[: each[0].start()] + " " * len(each[0][0]) + line[each[0].end() :]
    amounts = list(AMOUNT.finditer(outside))
    taken = [match.span("n" if match["n"] else "m") for match in amounts]
    counted = [
        _value(match[0]) for match in NUMBER.finditer(outside) if not any(a <= match.start() < b for a, b in taken)
    ]
    if len(amounts) != 1 or not counted or price <= 0:
        return
    said = amounts[0]["n"] or amounts[0]["m"]
    near = [one for one in counted if one > 1 and abs(one * price - _value(said)) <= FAR * _value(said)]
    if near and not any(_equal(one * price, said) for one in counted):
        yield _hit(
            log, (number, amounts[0]), f"{_plain(near[0])} × {_plain(price)} = {_plain(near[0] * price)}, not {said}"
        )


def _by_price(log: Log) -> Iterator[Hit]:
    """Yield an amount that no count of the log makes with its price, when one of them does but for a slip of the hand."""
    prices: dict[Decimal, int] = {}
    counted: dict[int, int] = {}
    amounts: list[tuple[int, re.Match[str]]] = []
    for number, line in log.numbered():
        if withdrawn(log, number):
            continue
        for match in PRICE.finditer(line):
            prices.setdefault(_value(match["a"] or match["b"] or match["c"] or match["d"]), number)
        counted |= {one.count: number for one in counts(line) if one.count > 1 and one.count not in counted}
        amounts += [(number, match) for match in AMOUNT.finditer(line) if len(line) <= LONGEST]
    for number, match in amounts if 0 < len(prices) <= PRICES_MOST else ():
        said = match["n"] or match["m"]
        value = _value(said)
        made = {(n, price): n * price for n in counted for price in prices if price > 0 and n * price != price}
        if value in prices or any(_equal(one * tax, said) for one in made.values() for tax in TAX):
            continue
        slips = [
            key for key, one in made.items() if _digits(one) and value > key[1] and slipped(_plain(one), _plain(value))
        ]
        if slips and _digits(value):
            n, price = slips[0]
            yield Hit(
                spot=log.spot(number, match),
                also=tuple(log.spot(one) for one in sorted({counted[n], prices[price]} - {number})),
                why=f"{n} × {_plain(price)} = {_plain(n * price)}, not {said}",
                instead=INSTEAD,
            )


def _digits(value: Decimal) -> bool:
    """Return whether a number has digits enough to be known by them."""
    return len(_plain(value).replace(".", "").strip("0")) >= SIGNIFICANT


def _in_table(grid: Grid) -> Iterator[Hit]:
    price = [n for n, head in enumerate(grid.heads) if PRICE_HEAD.search(head)]
    amount = [n for n, head in enumerate(grid.heads) if AMOUNT_HEAD.search(head) and n not in price]
    count = [n for n, head in enumerate(grid.heads) if COUNT_HEAD.search(head) and n not in price + amount]
    if len(price) != 1 or not amount or len(count) != 1:
        return
    for row in grid.rows:
        found = [NUMBER.search(row[n].text) for n in (count[0], price[0], amount[-1])]
        if any(one is None for one in found) or TOTAL.search(row[0].text):
            continue
        a, b, c = (one[0] if one else "" for one in found)
        product, said = _value(a) * _value(b), _value(c)
        if not _equal(product, c) and said and abs(product - said) <= FAR * said:
            yield Hit(
                spot=row[amount[-1]].spot,
                also=(row[count[0]].spot, row[price[0]].spot),
                why=f"{a} × {b} = {_plain(product)}, not {c}",
                instead=INSTEAD,
            )


def _hit(log: Log, place: tuple[int, re.Match[str]], why: str) -> Hit:
    return Hit(spot=log.spot(*place), why=why, instead=INSTEAD)
