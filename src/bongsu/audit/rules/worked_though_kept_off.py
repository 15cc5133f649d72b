"""What is off does no work: not what the log says stays off, nor what is on again later, or by no line of the log.

Source: the log's own steps, times and promises; whatever the thing is called and by whatever words it went off.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand, late
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.rows import others
from bongsu.audit.rules import works_while_off
from bongsu.audit.spells import Said, common, said_of
from bongsu.audit.switch_words import SINCE
from bongsu.audit.things import is_name, match, shared, sided
from bongsu.audit.typed import refused_lines
from bongsu.audit.units import BACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.units import Unit

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
GONE = re.compile(r"\bdelet|\bremov|\bdestroy|\bterminat|\bdecommission|삭제|폐기|철거", re.IGNORECASE)
VOWED = re.compile(r"\b(?:not|never|nobody|no one|nothing|untouched|first time)\b|않|없|안 |못", re.IGNORECASE)
AS_IT_WAS = re.compile(
    r"채로?|그대로|계속|내내|종일|아직|기로|\b(?:left|leave|stay|stays|stayed|kept|keep|remains?|remained)\b",
    re.IGNORECASE,
)
BY_THEN = re.compile(
    r"\bhad (?:last |already |just )?(?:been )?(?:\w+ed|run|gone|sent|done|begun|woken)\b|\b(?:its|the) last \w+ (?:was|were) (?:at|on)\b",
    re.IGNORECASE,
)
"""What tells of a time before the one that is told of: `it had last fired at 13:57`."""
UNTIL = re.compile(
    r"\b(?:until|till|to)\W{1,3}\d{1,2}:\d\d|\d{1,2}:\d\d\S{0,3}까지|\d시(?: ?\d{1,2}분)? ?까지", re.IGNORECASE
)
DEAD = re.compile(
    r"\b(?:off|down|dead|silent|unreachable|missing)\b|\bno (?:answer|response|reply|signal)\b|무응답|응답 ?없|반출|수거|철거|방문",
    re.IGNORECASE,
)
"""What tells of a thing that it does not work, or that it is fetched away."""
LISTED = re.compile(r"\s*\|(?!\s*\**\d{1,2}:\d\d)")
"""A row that gives a state as it was found."""
COLLECTIVE = re.compile(r"\b(?:it|them|all|both|everything)\b|전부|모두|둘 ?다", re.IGNORECASE)
FROZEN = re.compile(r"\bread[- ]only\b|\bwrit\w+\b|읽기 ?전용|쓰기", re.IGNORECASE)
WRITES = re.compile(
    r"\b(?:writ\w+|wrote|insert\w*|sav(?:ed|es)|record(?:ed|s)|book(?:ed|s)|accept(?:ed|s)|creat\w+|updat\w+|commit\w*|post(?:ed|s)|plac(?:ed|es)|orders? (?:came|went))\b|기록|저장|접수|등록|쓰기|썼|반영",
    re.IGNORECASE,
)
HERE = re.compile(r"\d (?:here|there|local|hers|his|ours|theirs)\b|현지|여기는? \d|거기는? \d", re.IGNORECASE)
TO_COME = re.compile(r"\W*(?:앞으로|다음|향후|next|to ?do|follow|later)", re.IGNORECASE)
WHOLE = re.compile(r"\b(?:nothing|none) else\b|\bend of (?:the )?list\b|그 ?밖에|그 ?외에?는", re.IGNORECASE)
"""What closes a list of all that was switched."""
NEAR, ENTRY, NAMED = 6, 2, 3
DAY_S, NIGHT_S = 86_400, 43_200
FEW = 3
ITSELF = frozenset(["it", "they", "both"])
PAIRS_MOST = 100_000
"""Switchings times sentences that are held against each other: a log of more is a machine's."""
INSTEAD = "the step that switched it on again, with its time, or who really did the work"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the work of what is off, where the log says that it stays so, or when it came back, or nothing of that."""
    for log in filter(by_hand, logs):
        told = said_of(log)
        offs = [place for place, one in enumerate(told) if one.what == "off" and one.of]
        if len(offs) * len(told) > PAIRS_MOST:
            continue
        seen = {hit.spot.line for hit in hits(works_while_off, log)} if offs else set()
        for place in offs:
            hit = _of(log, place, told)
            if hit is not None and hit.spot.line not in seen:
                seen.add(hit.spot.line)
                yield hit


def _of(log: Log, place: int, told: tuple[Said, ...]) -> Hit | None:
    off = told[place]
    kept = [one for one in told[place:] if one.what == "stays" and _kept(off, one)]
    ons = [one for one in told if one.what == "on" and one.unit is not off.unit and _on_again(off, one)]
    once_more = {one.unit.number for one in told if one.what == "off" and match(off.of, one.of)}
    for work in told:
        if work.what not in ("work", "told") or work.unit.number in once_more | refused_lines(log):
            continue
        again = [one for one in told if one.what == "on" and one.unit.number == work.unit.number]
        if _told_otherwise(log, off, work) or any(one.of.heads & ITSELF for one in again):
            continue
        if (
            others(off.unit.text, work.unit.text)
            or not _may_be_of(off, work)
            or (not match(off.of, work.of) and _only_common(log, off, work))
        ):
            continue
        between = [one for one in ons if _between(off.unit, one.unit, work.unit) or _first_in_line(one, work)]
        if any(one.of and match(off.of, one.of) for one in between):
            continue
        here = [one for one in told if one.what == "stays" and one.unit.number == work.unit.number and not one.of]
        mine = [one for one in kept or here if not _over_by(one, work)]
        if between and not any(VOWED.search(one.text) or AS_IT_WAS.search(one.text) for one in mine):
            continue
        later = [one for one in ons if one.of and match(off.of, one.of) and _before(work.unit, one.unit)]
        if _over_by(off, work) or DEAD.search(work.text):
            continue
        if _proved(off, work, mine, later, open_=bool(between)):
            return _hit(log, off, work, (mine, later))
    return None


def _over_by(said: Said, work: Said) -> bool:
    """Return whether a sentence says until when it is so, and a piece of work came later: `stopped until 08:20`."""
    own, end = _when(work.unit), said.unit.at[-1] if said.unit.at else None
    return own is not None and end is not None and UNTIL.search(said.unit.text) is not None and late(own, end)


def _first_in_line(on: Said, work: Said) -> bool:
    """Return whether the line of a piece of work tells first that it was switched on: `02:26 on, took the 4 that waited`."""
    line = work.unit.text
    return on.unit is work.unit and 0 <= line.find(on.text.strip()) < line.find(work.text.strip())


def _told_otherwise(log: Log, off: Said, work: Said) -> bool:
    """Return whether an entry before it in the log only gives its own time by another clock too: `07:02 here`."""
    return work.unit.number < off.unit.number and HERE.search(log.line(work.unit.number)) is not None


def _may_be_of(off: Said, work: Said) -> bool:
    """Return whether a piece of work, later than something went off, may be its own."""
    sure, loose = match(off.of, work.of), shared(off.of, work.near)
    if not (sure or loose) or (not sure and loose < NAMED and sided(off.of, work.of)):
        return False
    if not _before(off.unit, work.unit) or BACK.search(work.text) or BY_THEN.search(work.text):
        return False
    if work.what == "told" and not work.unit.at and work.unit.number < off.unit.number:
        return False
    return FROZEN.search(off.text) is None or WRITES.search(work.text) is not None


def _only_common(log: Log, off: Said, work: Said) -> bool:
    """Return whether all that two sentences share are words of half the log."""
    return (off.of.names | off.of.heads | off.of.beside) & work.near <= common(log)


def _proved(off: Said, work: Said, kept: list[Said], later: list[Said], *, open_: bool) -> bool:
    """Return whether the log says enough: the less a piece of work is called like what went off, the more it takes."""
    sure, loose = match(off.of, work.of), shared(off.of, work.near)
    vowed = any(VOWED.search(one.text) or AS_IT_WAS.search(one.text) for one in kept)
    if work.what == "told":
        return vowed and loose > 1
    if not sure:
        return vowed and (loose > 1 or not off.of.names)
    if kept or (later and sure > 1):
        return True
    if sure == 1 or open_ or LISTED.match(off.text) or SINCE.search(work.text):
        return False
    return GONE.search(off.text) is not None or (sure == NAMED) == any(is_name(one) for one in off.of.names)


def _hit(log: Log, off: Said, work: Said, proof: tuple[list[Said], list[Said]]) -> Hit:
    kept, later = proof
    place = off.unit.number
    if kept:
        why = f"what went off in line {place} stays so, by line {kept[0].unit.number}, and works here"
    elif later:
        why = f"what went off in line {place} works here, and is on again only in line {later[0].unit.number}"
    else:
        why = f"what went off in line {place} works here, and no line before this switched it on again"
    spots = dict.fromkeys(one.unit.number for one in (off, *kept[:1], *later[:1]))
    return Hit(
        spot=log.spot(work.unit.number),
        also=tuple(log.spot(number) for number in spots),
        why=why,
        instead=INSTEAD,
        # Without a word that it stays so, a log as often left the switching on untold: half of these were wrong.
        confidence=None if kept or later else Confidence.LOW,
    )


def _between(off: Unit, one: Unit, work: Unit) -> bool:
    """Return whether something may have come between two others: where its time is open, by where it stands."""
    begun = _before(off, one)
    return begun is not False and not (begun is None and one.number < off.number) and _before(one, work) is not False


def _on_again(off: Said, one: Said) -> bool:
    """Return whether something that is told to come on may be what went off."""
    if one.of and match(off.of, one.of):
        return True
    if (off.of.names | off.of.heads) & one.near and not (off.of.names and one.of.names):
        return True
    return not one.of and (len(one.whole) < FEW or COLLECTIVE.search(one.text) is not None)


def _kept(off: Said, one: Said) -> bool:
    """Return whether a sentence says that it is what went off that stays so."""
    if one.unit.number < off.unit.number or TO_COME.match(one.unit.text):
        return False
    named_otherwise = bool(one.of.names) and not match(off.of, one.of)
    if one.unit is off.unit or (one.unit.number <= off.unit.last + ENTRY and not named_otherwise):
        return True
    if WHOLE.search(one.text) and off.unit.number < one.unit.number <= off.unit.number + NEAR:
        return True
    if any(_same(when, off.unit) for when in one.unit.at) and not (one.of and not match(off.of, one.of)):
        return True
    return bool(match(off.of, one.of)) or shared(off.of, one.near) > 1


def _same(when: Moment, unit: Unit) -> bool:
    own = _when(unit)
    return own is not None and own.fits(when) and abs((own.at - when.at).total_seconds()) < max(own.to_s, when.to_s)


def _before(one: Unit, other: Unit) -> bool | None:
    """Return whether something is told to have come before something else; None when that is open."""
    first, second = _when(one), _when(other)
    if first is None or second is None or not first.fits(second):
        if first is None and second is None:
            return one.number < other.number
        return None if one.number > other.number else True
    apart_s = (second.at - first.at).total_seconds()
    if late(second, first):
        return apart_s < DAY_S
    if late(first, second):
        # Past midnight, in a log that gives no dates.
        return one.number < other.number and apart_s < -NIGHT_S and not (first.own_date or second.own_date)
    return one.number < other.number


def _when(unit: Unit) -> Moment | None:
    return unit.at[0] if unit.at else unit.under
