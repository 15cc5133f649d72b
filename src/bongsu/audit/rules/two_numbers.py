"""One ticket, permit, telephone, address, account or hash has one number: two digits changed round make another's.

Source: the log's own numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations, product
from typing import TYPE_CHECKING

from bongsu.audit.claims import written
from bongsu.audit.designators import PHONE, apart, designators, turned
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.together import in_one_column
from bongsu.audit.words import stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.designators import Designator
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
CHANGED = re.compile(
    r"\b(?:old|new|changed|changes|was|former\w*|previous\w*|instead|wrong|desk|office|mobile|second|other|private|home|from|to|upgrade\w*|rollback|roll(?:ed)? back|back|latest|not|until|typo|correct\w*|moved|follow\w*|opened|created|next|see also|related|refused|last year|successor|split)\b|→|->|"
    r"예전|옛|새 |바뀐|바뀌|변경|잘못|정정|업무용|개인|다른|이전|되돌|최신|후속|별도|등록|다음|관련|따로",
    re.IGNORECASE,
)
RENUMBERED = re.compile(r"\bnumber had (?:been )?changed|\b(?:the )?new one\b|번호가 바뀌|새 번호", re.IGNORECASE)
RENAMED = re.compile(
    r"\b(?:typo\w*|mis-?typ\w+|mis-?dial\w*|renumber\w*|re-?issued|supersed\w+|new number|number changed|wrong number|transpos\w+|correct(?:ed|ion)|not found|no such|invalid)\b|오타|오기|잘못|정정|번호 ?변경|재발급|바로잡",
    re.IGNORECASE,
)
NEXT = re.compile(
    r"follow-?up|\bopened\b|\bsee also\b|\brelated\b|\bsuccessor\b|후속|관련|새로 ?(?:등록|만)", re.IGNORECASE
)
KEPT = re.compile(r"[A-Za-z가-힣]{2,}")
MOST = 400
"""Designators of one shape that are held against each other."""
ROW = 3
"""So many numbers with the same first digits are of one row, in which two may well be each other's turned round."""
SHORT = 3
LIST, FEW = 12, 2
"""Lines that a list of telephones has at most, and words of a line that says nothing of whose number it is."""
PERSON = re.compile(r"[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+|[A-Z]\. [A-Z][a-zà-ÿ]+|(?<![가-힣])[가-힣]{3}(?![가-힣])")
WHOLE = 12
"""Digits of an account or a group chat: they are drawn, not handed out in turn, so that one digit apart is a slip."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield numbers that are another of the log with two digits changed round, or by one digit in the same role."""
    for log in filter(written, logs):
        shapes: dict[tuple[str, str, int], list[Designator]] = defaultdict(list)
        for one in designators(log):
            shapes[one.kind, one.head, len(one.digits)].append(one)
        for (kind, _, _), row in shapes.items():
            for pair in combinations(row, 2) if len(row) <= MOST else ():
                slip = _slip(log, kind, pair, row)
                if slip or (kind in ("ticket", "number") and _one_role(log, pair, row)):
                    yield from _hit(log, kind, pair, slip=slip)


def _slip(log: Log, kind: str, pair: tuple[Designator, Designator], row: list[Designator]) -> bool:
    one, other = pair[0].digits, pair[1].digits
    places = apart(one, other)
    if kind in ("hash", "handle") and len(places) == 1:
        return True
    if kind == "account" and len(places) == 1:
        return len(one.lstrip("-")) >= WHOLE
    if not turned(one, other, places):
        return False
    if kind == "telephone":
        said = (log.line(number) for each in pair for number in each.lines)
        return _one_owner(log, pair) and not any(RENUMBERED.search(line) for line in said)
    if len(re.sub(r"\D", "", one)) < SHORT:
        return len(row) == 2
    like = [each for each in row if each.digits[: places[0]] == one[: places[0]]]
    often = sorted(len(each.lines) for each in pair)
    rare = [log.line(number) for each in pair if len(each.lines) == 1 for number in each.lines]
    return len(like) < ROW or (often[0] == 1 and often[1] > 1 and not any(CHANGED.search(line) for line in rare))


def _one_owner(log: Log, pair: tuple[Designator, Designator]) -> bool:
    """Return whether two telephones are told of as one person's, or at least not as those of two in one list."""
    for one, other in product(*(each.lines for each in pair)):
        about = [stems(PHONE.sub(" ", log.line(number))) for number in (one, other)]
        if about[0] & about[1] or (abs(one - other) > LIST and min(map(len, about)) <= FEW):
            people = [{name.split()[-1] for name in PERSON.findall(log.line(number))} for number in (one, other)]
            return abs(one - other) > LIST or bool(people[0] & people[1]) or not all(people)
    return False


def _one_role(log: Log, pair: tuple[Designator, Designator], row: list[Designator]) -> bool:
    """Return whether two numbers are called by the same word, in a log that has no third of their kind."""
    if len(row) != 2:
        return False
    lines = [log.line(number) for one in pair for number in one.lines]
    if any(CHANGED.search(line) for line in lines):
        return False
    words = [{_word(log, spot) for spot in one.spots} - {""} for one in pair]
    return bool(words[0] & words[1])


def _word(log: Log, spot: Spot) -> str:
    before = KEPT.findall(log.line(spot.line)[: spot.column - 1])
    return stem(before[-1]) if before else ""


def _hit(log: Log, kind: str, pair: tuple[Designator, Designator], *, slip: bool) -> Iterator[Hit]:
    one, other = pair
    rare, usual = (other, one) if len(other.spots) <= len(one.spots) else (one, other)
    near_by = min(abs(a - b) for a in one.lines for b in other.lines)
    if near_by < 1 or (near_by == 1 and len(usual.lines) < ROW) or in_one_column(log, one.text, other.text):
        return
    near = [log.line(number) for number in rare.lines]
    if any(RENAMED.search(line) for line in near) or (kind == "ticket" and all(NEXT.search(line) for line in near)):
        return
    # A number that nothing but its word tells from others is as often another one: an error's code, a sample of a day.
    bare = not slip and (kind == "number" or (kind == "ticket" and not re.match(r"[A-Za-z]", rare.text)))
    kind = "number" if kind in ("account", "handle") else kind
    yield Hit(
        confidence=Confidence.LOW if bare else None,
        spot=rare.spots[0],
        also=tuple(usual.spots[:4]),
        why=f"the {kind} is {rare.text} here and {usual.text} elsewhere",
        instead="the number as it is where it was given, the same everywhere",
    )
