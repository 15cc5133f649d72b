"""`3 of 3`, `all`, `100%` and `none` hold of the list that stands beside them, or that is the only one of its log.

Source: the log's own rows and lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand, told, withdrawn
from bongsu.audit.concepts import HYPOTHETIC, NEGATED, WORDS
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.grids import grids
from bongsu.audit.outcomes import outcomes
from bongsu.audit.patterns import pattern
from bongsu.audit.quantified_claims import ANOTHER, DOUBT, Claim
from bongsu.audit.quantified_links import explained
from bongsu.audit.quantified_rows import OUTCOME_HEAD, denies
from bongsu.audit.quantified_words import ANSWERED, BAD, EVERY, EXCEPT, LATER, NOT_BAD, THAT, UNANSWERED, WELL
from bongsu.audit.rules import all_but_a_row, all_of_some, every_one
from bongsu.audit.words import plain, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Cell, Log
    from bongsu.audit.outcomes import Outcomes

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
OF = pattern(r"(?<![\d/.,:-])(?P<n>\d{1,3}) ?(?:/|of|out of|중) ?(?:the )?(?P=n)(?![\d/.,:-]\d|\d)")
HUNDRED = re.compile(r"(?<![\d.])100 ?(?:%|percent\b|퍼센트)", re.IGNORECASE)
RATE = re.compile(r"\brate\b|\bshare\b|\bsuccess\w*|\bdeliver\w+|률|율", re.IGNORECASE)
NO_NOUN = re.compile(
    r"\b(?:no|zero|not (?:a single|one)) (?P<noun>(?:[a-z-]+ ){0,2}?[a-z-]{4,})(?= (?:was|were|had|has|in|during|at|on|of|over|for|needed|occurred|seen|happened)\b|[.,;]|$)"
    r"|(?P<ko>[A-Za-z가-힣]{2,8})(?:은|는|이|가|도)? ?(?:한 ?건도 |하나도 |전혀 )?(?:없(?:음|었|다|습|이)|0 ?(?:건|회))",
    re.IGNORECASE,
)
SCOPED = re.compile(
    r"\b(?:since|after|afterwards|from|until|before|later|now|yet|other|else|more|further|new|yesterday|rehears\w*|staging)\b|\d:\d\d|이후|까지|부터|다른|추가|더|외|현재|아직",
    re.IGNORECASE,
)
ROW_OF_ALL = re.compile(r"\W*(?:total|sum|all|합계|계|총계|전체)\W*", re.IGNORECASE)
COUNT = re.compile(r"[1-9]\d{0,5}(?: ?(?:건|회|번|개|x|times?))?")
NONE_AT_ALL = re.compile(r"0(?: ?(?:건|회|번|개))?|[-–—]|none|없음", re.IGNORECASE)
NEAR = 6

NOT_ALL = re.compile(r"\bnot (?:all|every|each|both)", re.IGNORECASE)
"""What denies that it was so with all: `Not everyone did.`"""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what is said of a whole list, with the entries that are otherwise."""
    for log in filter(by_hand, logs):
        found = {number: spots for number, line in told(log) if (spots := _against(log, number, plain(line)))}
        rules = (all_but_a_row, all_of_some, every_one) if found else ()
        known = {hit.spot.line for rule in rules for hit in hits(rule, log) if hit.confidence is not Confidence.LOW}
        for number, spots in found.items():
            if number not in known:
                yield Hit(
                    spot=log.spot(number),
                    also=tuple(spots[:6]),
                    why=f"line {spots[0].line} says of one that it was not so",
                    instead="the count, and who or what is missing",
                )


def _against(log: Log, number: int, text: str) -> list[Spot]:
    if text.lstrip()[:1] in ("|", "$", "{", "[", '"', "#") or withdrawn(log, number) or len(text) > 160:
        return []
    if any(words.search(text) for words in (EXCEPT, DOUBT, ANOTHER, THAT)):
        return []
    claim = None if LATER.search(text) else _claim(number, text)
    return (_of_all(log, claim) if claim else []) or _of_none(log, text)


def _claim(number: int, text: str) -> Claim | None:
    of = OF.search(text)
    every = of or EVERY.search(text) or (HUNDRED.search(text) and RATE.search(text))
    if (
        not every
        or NOT_ALL.search(text)
        or ((BAD.search(text) or UNANSWERED.search(text)) and not NOT_BAD.search(text))
    ):
        return None
    facets = {name for name, words in (("answer", ANSWERED), ("well", WELL)) if words.search(text)}
    return Claim(
        first=number,
        last=number,
        text=text,
        every=True,
        none=False,
        facets=frozenset(facets | {"said"}),
        counts=frozenset({int(of["n"])} if of else ()),
        nouns=(),
        about=stems(text),
        core=stems(text),
    )


def _of_all(log: Log, claim: Claim) -> list[Spot]:
    """Return the entries that went otherwise, of the one list that a claim can be about."""
    every = outcomes(log)
    near = [one for one in every if _beside(log, claim, one)]
    for one in near if len({each.listed.start for each in near}) == 1 else ():
        size = len(one.listed.entries)
        counted = bool(claim.counts)
        if not one.bad or not one.good or (counted and size not in claim.counts) or not _about(claim, one):
            continue
        alone = len({each.listed.start for each in every}) == 1
        if not (counted or alone or claim.about & one.listed.about):
            continue
        if not explained(log, one.listed, claim, list(one.bad)):
            return [spot for _, spot in one.bad]
    return []


def _beside(log: Log, claim: Claim, one: Outcomes) -> bool:
    """Return whether nothing but a few lines stand between a claim and a list, and no step that may have changed it."""
    start, end = one.listed.start, one.listed.end
    if claim.last < start:
        led = claim.counts or claim.text.rstrip("*_ ").endswith((":", "：")) or "well" in claim.facets
        same = log.section(claim.first).start == log.section(start).start
        between = range(claim.last + 1, start)
        return bool(led) and same and start - claim.last <= NEAR and not any(log.moments(n) for n in between)
    between = range(end + 1, claim.first + 1)
    return 0 < claim.first - end <= NEAR and not any(log.moments(n) for n in between)


def _about(claim: Claim, one: Outcomes) -> bool:
    """Return whether what a list tells of its entries is what a claim says of them."""
    if stems(one.head) & claim.core and (claim.counts or claim.facets & {"answer", "well"}):
        return True
    values = [entry.values[0] for entry, _ in one.bad]
    if all(UNANSWERED.search(value) for value in values):
        return "answer" in claim.facets
    shared = any(stems(value) & claim.core for value in one.good)
    plainly = "well" in claim.facets and (not one.head or OUTCOME_HEAD.search(one.head))
    return bool(shared or plainly) or any(denies(value, claim) for value in values)


def _of_none(log: Log, text: str) -> list[Spot]:
    """Return the cells of the only column under what a claim denies that count some, where others count none."""
    match = NO_NOUN.search(text)
    if match is None or SCOPED.search(text) or HYPOTHETIC.search(text):
        return []
    denied = match["noun"] or match["ko"]
    concepts = [words for words in WORDS.values() if words.search(denied)]
    columns = list(_columns(log, stems(denied), concepts))
    return _some(columns[0]) if len(columns) == 1 else []


def _columns(log: Log, noun: frozenset[str], concepts: list[re.Pattern[str]]) -> Iterator[list[Cell]]:
    """Yield the columns under a noun, without the rows that sum them up."""
    for grid in grids(log):
        for place, head in enumerate(grid.heads):
            named = noun & stems(head) or any(words.search(head) for words in concepts)
            if place and named and not NEGATED.search(head):
                yield [row[place] for row in grid.rows if not ROW_OF_ALL.fullmatch(row[0].text)]


def _some(cells: list[Cell]) -> list[Spot]:
    some = [cell.spot for cell in cells if COUNT.fullmatch(cell.text.strip("* "))]
    none = [cell for cell in cells if NONE_AT_ALL.fullmatch(cell.text.strip("* "))]
    return some if none and len(some) + len(none) == len(cells) else []
