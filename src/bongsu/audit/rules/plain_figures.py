"""A difference is that of before and after, an average that of its figures, and a total that of the parts beside it.

Source: arithmetic.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from bongsu.audit.amounts import counts, slipped
from bongsu.audit.claims import by_hand, told, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import pieces, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.amounts import Amount
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
BEFORE = re.compile(
    r"\bbefore\b|\bbeforehand\b|(?<![가-힣])(?:실행|작업|전환|발송)? ?전(?![가-힣])|이전", re.IGNORECASE
)
AFTER = re.compile(r"\bafter(?:wards)?\b|(?<![가-힣])(?:실행|작업|전환|발송)? ?후(?![가-힣])|이후", re.IGNORECASE)
CHANGE = re.compile(
    r"\b(?:new|added|more|fewer|less|wrote|written|inserted|created|removed|deleted|sent|used|spent|grew|gained|difference|change|delta|increase|decrease)\b|증가|감소|추가|신규|발송|사용|차이|새로",
    re.IGNORECASE,
)
WORD = r"[^\W\d_]{1,12}"
N = r"\d{1,6}(?:\.\d{1,3})?"
AVERAGE = pattern(
    rf"(?P<all>(?<![\d.,:/-]){N} ?(?P<unit>{WORD}|%)(?:(?:, and |,? and |, | / |와 |과 ){N} ?(?P=unit)){{2,11}})[,;]? (?:for |which is |that is )?(?:an? |the |on |in )?(?:average|mean|평균)(?: of| is| was|:|은|:)? (?P<mean>{N}) ?(?P=unit)(?!\w)",
    re.IGNORECASE,
)
MEMBER = re.compile(r"[-*•] \**(?P<name>[^:|\d]{2,30}?)\**:\** (?P<n>\d{1,4}) (?P<word>[^\W\d_]{2,14})")
WHOLE = re.compile(r"[-*•] \**[^:|\d]{2,30}?\**:\** (?P<n>\d{1,4})/(?P=n)(?!\d|/)")
TOTALS = frozenset(["total", "sum", "합계", "총계"])
NEAR_SHARE, NEAR_LEAST, LINES_MOST = Decimal("0.4"), 3, 5


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield figures that do not follow from those beside them."""
    for log in filter(by_hand, logs):
        yield from _differences(log)
        for number, line in told(log):
            for match in AVERAGE.finditer(line) if not withdrawn(log, number) else ():
                figures = [Decimal(one) for one in re.findall(N, match["all"])]
                mean, said = sum(figures, Decimal(0)) / len(figures), Decimal(match["mean"])
                if abs(mean - said) >= max(
                    Decimal(1).scaleb(_exponent(said)), Decimal(1).scaleb(_exponent(figures[0]))
                ):
                    yield _hit(log, number, match, f"the average of {len(figures)} figures is {mean.normalize():f}")
        yield from _of_members(log)
        yield from _of_objects(log)


def _exponent(value: Decimal) -> int:
    return int(value.as_tuple().exponent)


def _differences(log: Log) -> Iterator[Hit]:
    """Yield what is told to have changed between a figure before and one after, when it is not their difference."""
    lines = told(log)
    for place, (number, _) in enumerate(lines):
        for size in (1, 3):
            group = lines[place : place + size]
            if len(group) < size or group[-1][0] - number >= LINES_MOST or any(withdrawn(log, n) for n, _ in group):
                continue
            found = [(n, line, one) for n, line in group for one in _labelled(line)]
            if size == 1 or all(len(_labelled(line)) == 1 for _, line in group):
                yield from _difference(log, found)


def _labelled(line: str) -> list[tuple[str, Amount]]:
    """Return each count of a line with the words that it stands in: those before it, and behind it up to the next."""
    if line.lstrip()[:1] in ("|", "{", "$"):
        return []
    amounts = counts(line)
    made = []
    for place, one in enumerate(amounts):
        start = amounts[place - 1].end if place else 0
        end = amounts[place + 1].start if place + 1 < len(amounts) else len(line)
        ahead = line[start : one.start]
        # What stands behind a count is its own up to the comma; what stands before one begins there.
        behind = re.split(r"[,;.]|\b(?:and|so)\b", line[one.end : end])[0]
        ahead = re.split(r"[,;.]|\b(?:and|so)\b", ahead)[-1]
        made.append((f"{ahead} {behind if ':' not in ahead else ''}", one))
    return made


def _difference(log: Log, found: list[tuple[int, str, tuple[str, Amount]]]) -> Iterator[Hit]:
    if len(found) != 3:
        return
    kinds: dict[str, tuple[int, str, Amount]] = {}
    for number, line, (words, one) in found:
        named = [n for n, regex in (("before", BEFORE), ("after", AFTER)) if regex.search(words)]
        kind = named[0] if len(named) == 1 else "change" if not named and CHANGE.search(words) else ""
        kinds.setdefault(kind, (number, line, one))
    if set(kinds) != {"before", "after", "change"}:
        return
    before, after, change = (kinds[kind][2].count for kind in ("before", "after", "change"))
    apart = abs(after - before)
    near = abs(apart - change) <= max(Decimal(NEAR_LEAST), NEAR_SHARE * apart)
    typed = any(slipped(str(after), str(before + sign * change)) for sign in (1, -1))
    if apart and change and apart != change and (near or typed):
        number, line, one = kinds["change"]
        match = re.compile(r"\S+").match(line, one.start)
        yield _hit(log, number, match, f"{before} and {after} are {apart} apart")


def _of_members(log: Log) -> Iterator[Hit]:
    """Yield `5/5` below counts of the same, one of each, that are another number together."""
    run: list[tuple[int, re.Match[str]]] = []
    for number, line in log.numbered():
        match = MEMBER.fullmatch(line.strip())
        whole = None if match else WHOLE.match(line.strip())
        if whole and len(run) > 1 and run[-1][0] == number - 1 and len({one["word"] for _, one in run}) == 1:
            total, said = sum(int(one["n"]) for _, one in run), int(whole["n"])
            if said not in {total, *(int(one["n"]) for _, one in run)} and 0 < abs(total - said) <= NEAR_LEAST:
                yield _hit(log, number, None, f"the counts above are {total} together")
        run = [*run, (number, match)] if match else []


def _of_objects(log: Log) -> Iterator[Hit]:
    """Yield the total beside the only object of counts, when it is not their sum."""
    for piece in pieces(log):
        for path, one in walk(piece.value):
            if not isinstance(one, dict):
                continue
            totals = [key for key, value in one.items() if str(key).lower() in TOTALS and type(value) is int]
            parts = [value for value in one.values() if isinstance(value, dict)]
            if len(totals) != 1 or len(parts) != 1 or len(parts[0]) < 2 or len(one) > 3:
                continue
            figures = list(parts[0].values())
            if not all(type(value) is int for value in figures) or one[totals[0]] in (sum(figures), *figures):
                continue
            if abs(sum(figures) - one[totals[0]]) <= max(Decimal(NEAR_LEAST), NEAR_SHARE * sum(figures)):
                number = piece.lines.get((*path, totals[0]), piece.start)
                yield _hit(log, number, None, f"the counts above are {sum(figures)} together")


def _hit(log: Log, number: int, match: re.Match[str] | None, why: str) -> Hit:
    return Hit(spot=log.spot(number, match), why=why, instead="the figure that follows from those beside it")
