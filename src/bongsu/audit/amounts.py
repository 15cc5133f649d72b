"""Amounts: counts with what they count, totals and their parts, percentages beside counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bongsu.audit.patterns import pattern
from bongsu.audit.words import EN_NUMBER, number

WHOLE = re.compile(
    r"\W{0,3}(?P<n>\d{1,3}(?:,\d{3})+|\d{1,12})(?![.:]\d) ?"
    r"(?:(?P<unit>[A-Za-z][A-Za-z -]{0,30}|건|개|명|회|대|줄|행|편|장|번|원|권|척)?\W*(?:\([^)]*\)\.?)?|(?:건|개|명|회|대|줄|행|편|장|통|곳)?[,;] (?=[^\W\d])(?![^|]*(?:limit|한도|기준))[^|]{1,60})",
)
"""A value that is one count, with at most a few words, and a remark behind it."""
NOT_COUNTED = re.compile(
    r"\b(?:p\d\d|avg|average|mean|median|max(?:imum)?|min(?:imum)?|peak|rate|share|percent|latency|ratio|version|port|id|year|level|priority|rank|age|cpu|memory|"
    r"temperature|speed|price|limit|number|batch size|per \w+|ms|seconds|minutes|days|ttl)\b|^no$|\bno\.|%|평균|최대|최소|비율|번호|순번|연도|비중|률\b",
    re.IGNORECASE,
)
TOTAL_WORD = (
    r"(?:grand |sub)?totals?|sum|in all|all(?: (?:of them|told|\w+))?|together|altogether|combined|overall|everything|(?:that |which |it )?(?:makes|gives|adds up to|comes to)|"
    r"in total|both|Σ|계|합|합계|총계|총합|총|전체|누계|모두|합산|도합|소계"
)
TOTAL = re.compile(
    rf"^\W*(?:the )?(?:{TOTAL_WORD})\b(?!ed)|\btotal(?:s)?\b|합계|총계|총 |전체|총합|누계", re.IGNORECASE
)
TRIED = re.compile(
    r"\b(?:due|asked|requested|requests?|attempt(?:s|ed)|calls?|called|total|queued|planned|expected|candidates|submitted|tried|in scope|dispatched)\b|대상|요청|시도|전체|총",
    re.IGNORECASE,
)
"""What everything is called that was begun, of which outcomes are parts."""
SUBTOTAL = re.compile(r"\bsub-?totals?\b|소계|중간 ?합", re.IGNORECASE)
COUNT = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,9}}|\b(?:{EN_NUMBER})\b)"
COUNTED = pattern(
    r"(?<![\w.:/#$€£+-])(?<!\d,)(\d{1,3}(?:,\d{3})+|\d{1,9})(?=건|개|명|회|대|줄|행|편|장|번|권|척|곳|통|매|세대|가구|가맹점|군데|박스|좌석|사람|지점|톤|병|마리|필지)"
)
FEW_DIGITS = 3
PERCENT = pattern(r"(?<![\d.,])(?P<percent>\d{1,3}(?:\.\d+)?) ?(?:%|percent\b|per cent\b|퍼센트|프로(?=[^가-힣]))")


@dataclass(frozen=True, slots=True)
class Amount:
    """A count in a line: letters from start to end, and what it is."""

    start: int
    end: int
    count: int


def whole(text: str) -> int | None:
    """Return the count that a value is, or None when it is something else."""
    match = WHOLE.fullmatch(text.strip().strip("*_`"))
    return int(match["n"].replace(",", "")) if match else None


@lru_cache(maxsize=20_000)
def counts(text: str) -> tuple[Amount, ...]:
    """Return the plain counts in a text: no times, dates, versions, ids, percentages or measures with a point."""
    found = []
    for match in re.finditer(
        rf"(?<![\w.:/#$€£+-])(?<!\d,)(?:{COUNT})(?![\w%]|[.:,/-]\d|-\w| ?%|병동|호실)", text, re.IGNORECASE
    ):
        value = number(match[0])
        if value is not None:
            found.append(Amount(match.start(), match.end(), value))
    found += [Amount(match.start(), match.end(), int(match[1].replace(",", ""))) for match in COUNTED.finditer(text)]
    return tuple(sorted(found, key=lambda one: one.start))


def reached(total: int, parts: list[int], most: int = 12) -> bool:
    """Return whether a total is one of the parts, or the sum of some of them: then it may be meant so."""
    if total in parts:
        return True
    sums = {0}
    for part in parts[:most]:
        sums |= {one + part for one in sums}
        if total in sums:
            return True
    return False


def accounted(total: int, text: str) -> bool:
    """Return whether a sentence accounts for a count of its own by two others: `487 asked, 484 arrived, 3 unknown`."""
    others = [one.count for one in counts(text) if one.count not in (0, total)][:12]
    return any(total in (a + b, a - b) for n, a in enumerate(others) for m, b in enumerate(others) if n != m)


def slipped(one: str, other: str) -> bool:
    """Return whether a slip of the hand makes one number of the other: one digit is another, or two neighbours have changed places."""
    first, second = (re.sub(r"[^\d.]", "", text) for text in (one, other))
    if len(first) != len(second) or first == second:
        return False
    apart = [n for n, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    if len(apart) == 2:
        place, next_ = apart
        return next_ == place + 1 and first[place : next_ + 1] == second[place : next_ + 1][::-1]
    # Of few digits many numbers are one digit apart: those must be near each other besides.
    near = 10 * abs(Decimal(first) - Decimal(second)) <= 3 * Decimal(first)
    return len(apart) == 1 and (len(first) > FEW_DIGITS or (len(first) == FEW_DIGITS and near))


def mistyped(one: str, meant: str) -> bool:
    """Return whether a slip of the hand, and no count that moved on, makes one number of another: not in its last digit."""
    first, second = (re.sub(r"\D", "", text) for text in (one, meant))
    apart = [n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b]
    if len(first) != len(second) or len(apart) not in (1, 2):
        return False
    if len(apart) == 1:
        return apart[0] < len(first) - 1
    return apart[1] == apart[0] + 1 and first[apart[0] : apart[1] + 1] == second[apart[0] : apart[1] + 1][::-1]


def percent_fits(part: int, whole_: int, claimed: str) -> bool:
    """Return whether a percentage is that of a part, rounded up or down in the last digit that is written."""
    if not whole_:
        return False
    last = Decimal(1).scaleb(-len(claimed.partition(".")[2]))
    return abs(Decimal(part) * 100 / Decimal(whole_) - Decimal(claimed)) < last
