"""What is said to have been on, or off, the whole time is not told to have been switched meanwhile.

Source: the log's own words and times.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, late, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.patterns import pattern
from bongsu.audit.spells import Said, said_of, sentences
from bongsu.audit.things import heads_in, shared, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.units import Unit

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
_WHOLE = r"(?:the whole (?:time|night|day|evening|morning|window)|all (?:night|day|along|the time|evening|morning)|throughout|without (?:a |any )?(?:break|interruption|pause|gap)|uninterrupted\w*|continuously|ever since|from (?:start|beginning) to (?:end|finish))"
_UP = r"(?:up|on|armed|running|active|enabled|open|live|available|reachable|connected|in (?:service|use)|working|attached|mounted|locked)"
KEPT_ON = pattern(
    rf"\b{_UP}\b[^.;]{{0,40}}?\b{_WHOLE}\b|\b{_WHOLE}\b[^.;]{{0,30}}?\b{_UP}\b|\bnever (?:once )?(?:went|was|been|switched|turned) (?:switched |turned )?(?:off|down|out|disarmed|interrupted|stopped|offline)\b"
    r"|한 ?번도 (?:안 ?(?:꺼|끊|멈)|(?:꺼지|끊기|끊어지|내려가|멈추|끄|내리)지 ?않)|(?:내내|계속|줄곧|끝까지|쭉) ?(?:켜|살아|열려|돌고|돌아|연결|작동|가동)|(?:중단|끊김) ?없이",
    re.IGNORECASE,
)
NEVER_ON = re.compile(
    r"\b(?:was|were|has been|had been|been) never (?:once )?(?:switched |turned )?(?:on|enabled|armed|started|active|running|open)\b|\bnever (?:once )?(?:was|been) (?:on|enabled|armed|started|active)\b|\boff (?:the whole|all) (?:time|day|night|morning|evening)\b"
    r"|한 ?번도 (?:안 ?켜|(?:켜지|켠|켜진|열린|켜져) ?(?:적|지|있))|(?:하루 ?종일|처음부터(?: 끝까지)?|내내) ?(?:꺼|끈|닫혀|멈춰)",
    re.IGNORECASE,
)
SINCE = re.compile(r"\b(?:again|since|after|until)\b|다시|이후|뒤로|부터|까지", re.IGNORECASE)
"""What says of which part of the log that is so."""
OTHERWISE = re.compile(r"\b(?:except|apart from|but for|save for|other than)\b|빼고|제외|외에는", re.IGNORECASE)
INSTEAD = "from when to when it was so, with the switching between"
LEAST, REACH = 2, 60
"""Words that two sentences share about one thing, and letters of a sentence in which it names it."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what a sentence says was so the whole time, though the log tells of a switching in between."""
    for log in filter(by_hand, logs):
        for claim in sentences(log):
            if OTHERWISE.search(claim.text) or withdrawn(log, claim.number):
                continue
            kept_on, never_on = KEPT_ON.search(claim.text), NEVER_ON.search(claim.text)
            if never_on and not SINCE.search(never_on[0]) and not kept_on:
                yield from _switched(log, claim, ("on", never_on), (None, None))
            elif kept_on and not never_on:
                yield from _switched(log, claim, ("off", kept_on), _span(claim))


def _switched(
    log: Log, claim: Unit, told: tuple[str, re.Match[str]], span: tuple[Moment | None, Moment | None]
) -> Iterator[Hit]:
    what, match = told
    words = heads_in(tokens_of(claim.text[max(0, match.start() - REACH) : match.end() + REACH]))
    for one in said_of(log):
        if one.what != what or one.unit.number == claim.number or shared(one.of, words) < LEAST:
            continue
        when = one.unit.at[0] if one.unit.at else one.unit.under
        if when is None or not _within(when, span) or not _may(one, claim, what):
            continue
        yield Hit(
            spot=log.spot(claim.number),
            also=(log.spot(one.unit.number),),
            why=f"line {one.unit.number} tells that it went off in that time"
            if what == "off"
            else f"line {one.unit.number} tells that it was switched on before",
            instead=INSTEAD,
        )
        return


def _may(one: Said, claim: Unit, what: str) -> bool:
    """Return whether a switching is told of as such, and of the time before the claim."""
    begun = claim.at[0] if claim.at else claim.under
    when = one.unit.at[0] if one.unit.at else one.unit.under
    if what == "on" and begun is not None and when is not None and late(when, begun):
        return False
    return one.unit.number < claim.number or bool(one.unit.at)


def _span(claim: Unit) -> tuple[Moment | None, Moment | None]:
    """Return from when to when a sentence speaks."""
    if not claim.at:
        return None, None
    last = claim.at[-1] if len(claim.at) > 1 and late(claim.at[-1], claim.at[0]) else None
    return claim.at[0], last


def _within(when: Moment, span: tuple[Moment | None, Moment | None]) -> bool:
    start, end = span
    if start is not None and not late(when, start):
        return False
    return end is None or late(end, when)
