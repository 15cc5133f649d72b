"""What is switched off does no work until the log switches it on again, by whatever name, at whatever time.

Source: the log's own steps and times; rules, consumers, nodes and jobs stay as they were set.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from bongsu.audit.claims import late, withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.switch_words import BACK_THEN, KINDS, OFF_COMMAND, OFF_SAID, WROTE
from bongsu.audit.switches import Switch, goings_on, is_weak, openings, switches
from bongsu.audit.typed import refused_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.units import Unit

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
FAR_S = 43_200
DELETED = re.compile(r"\bdelete|\bdelet(?:ed|ing)\b|\bremoved\b|삭제|폐기", re.IGNORECASE)
LOCKED = re.compile(r"\block(?:ed)? (?:off|out)|\bisolated|tagged out|잠금|격리", re.IGNORECASE)
CORDONED = re.compile(r"\bcordon|kubectl .*\bdrain\b", re.IGNORECASE)
TO_NONE = re.compile(r"--replicas[= ]0(?!\d)|\bscaled? (?:\w+ ){0,3}to (?:0|zero|none)\b", re.IGNORECASE)
MUTED = re.compile(r"\b(?:muted|silenced)\b", re.IGNORECASE)
PAGED = re.compile(r"\b(?:paged|rang|woke|called|texted)\b|울렸|울림|호출(?:했|됨|함)", re.IGNORECASE)
AGAIN = re.compile(
    r"\b(?:it|them|again|back|restarted|roll(?:ed|ing) back)\b|(?:롤백|원복)(?:함|했|합니다|하기로|완료)|원복$|다시|재개|재시작|재가동",
    re.IGNORECASE,
)
IDLE = re.compile(
    r"(?:매월|매일|매주|매시|매년)[^.]{0,24}(?:도는|돌던|돌아가는|실행하는|실행되는|하는|하던)|\bruns? (?:every|each|daily|nightly|hourly|weekly|monthly)\b|"
    r"\b(?:sitting|waiting|pil(?:ed|ing)|queued|stuck|unread|unconsumed)\b|쌓여|쌓였|밀려|밀렸",
    re.IGNORECASE,
)
"""What tells of a habit, or of what nobody has worked on."""
PRINTED = re.compile(r"[\s\[|>]*\d{4}-\d\d-\d\d[T ]")
"""How a line of a program's own log begins."""
INSTEAD = "the step that switched it on again, with its time, or who really did the work"


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield the work of a thing between the step that switched it off and the next that switched it on."""
    for log in filter(written, logs):
        named = sorted(switches(log), key=lambda one: one.name)
        for name, group in groupby(named, key=lambda one: one.name):
            mine = list(group)
            mine += _by_name(named, mine) if _of_kind(name) else []
            yield from _of(log, name, sorted(mine, key=lambda one: one.unit.number))


def _by_name(every: list[Switch], mine: list[Switch]) -> list[Switch]:
    """Return when what was switched off under its kind may have come back under the name that it had beside it."""
    off = [one.unit for one in mine if one.what == "off"]
    names = {one.name for one in every if one.what == "off" and one.unit in off}
    return [one for one in every if one.name in names and one not in mine and one.what in ("on", "start", "doubt")]


def _of(log: Log, name: str, mine: list[Switch]) -> Iterator[Hit]:
    # What is under lock cannot be started; anything else that is started is on.
    locked = any(one.what == "off" and LOCKED.search(one.unit.text) for one in mine)
    turns = [one for one in mine if one.what in ("on", "off", "frozen") or (one.what == "start" and not locked)]
    for one in mine:
        if one in turns or one.what == "doubt" or withdrawn(log, one.unit.number) or IDLE.search(one.unit.text):
            continue
        if one.unit.number in refused_lines(log):
            continue
        last = _last(turns, one.unit)
        if last is None or last.what in ("on", "start"):
            continue
        if one.what not in ("placed", "answer") and _opened(log, name, last.unit, one.unit):
            continue
        if any(each.what == "doubt" and _between(last.unit, each.unit, one.unit) for each in mine):
            continue
        if _came_back(one, last) or _done_to(one, name):
            continue
        if _cannot(one, last):
            ends = {one.unit.last, last.unit.last} - {one.unit.number, last.unit.number}
            yield Hit(
                spot=log.spot(one.unit.number),
                also=(log.spot(last.unit.number), *(log.spot(number) for number in sorted(ends))),
                why=f"{name} was switched off in line {last.unit.number} and is on again by no line before this",
                instead=INSTEAD,
            )
            return


def _came_back(work: Switch, turn: Switch) -> bool:
    """Return whether the line of a switching goes on with what came after, as in `stopped. 09:33 it ran again`."""
    return work.unit.number == turn.unit.number and re.search(r"\bagain\b|다시", work.unit.text) is not None


def _done_to(work: Switch, name: str) -> bool:
    """Return whether a text only tells what was done to a thing: `7.4 written to belt 1`."""
    return (
        re.search(rf"\b(?:written|copied|sent) to [`*]*{re.escape(name)}\b", work.unit.text, re.IGNORECASE) is not None
    )


def _cannot(work: Switch, turn: Switch) -> bool:
    """Return whether a thing that was switched off in such words does no such work."""
    what, off = work.what, turn.unit.text
    if what == "ready":
        return TO_NONE.search(off) is not None
    if turn.what == "frozen":
        return what in ("work", "wrote") and WROTE.search(work.unit.text) is not None
    if MUTED.search(off):
        return what == "work" and PAGED.search(work.unit.text) is not None
    if CORDONED.search(off):
        return what == "placed" or (what == "work" and OFF_SAID.search(off) is not None)
    return what in ("work", "start") or (what == "answer" and DELETED.search(off) is not None)


def _last(turns: list[Switch], work: Unit) -> Switch | None:
    """Return the switching that a piece of work came after; None when that is open."""
    before = [one for one in turns if _before(one.unit, work)]
    if not before:
        return None
    timed = [one for one in before if _when(one.unit) is not None]
    last = max(timed, key=_at) if len(timed) == len(before) else before[-1]
    end, when = _until(last.unit), _when(work)
    if last.what == "off" and end is not None and (when is None or not late(end, when)):
        return None
    # A switching whose place in time is open may have been the one between.
    others = [one for one in turns if one.what == "on" and one not in before and _when(one.unit) is None]
    return None if any(one.unit.number < work.number for one in others) else last


def _opened(log: Log, name: str, off: Unit, work: Unit) -> bool:
    """Return whether something that has no name was switched on between: it may have been this."""
    said = [one for one in openings(log) if _of_kind(name) or is_weak(name) or AGAIN.search(one.text)]
    said += goings_on(log) if is_weak(name) else []
    return any(_between(off, one, work) for one in said)


def _between(off: Unit, one: Unit, work: Unit) -> bool:
    return (_before(off, one) or off.number < one.number) and (_before(one, work) or one.number == work.number)


def _of_kind(name: str) -> bool:
    return name.removeprefix("old ") in KINDS


def _at(one: Switch) -> float:
    when = _when(one.unit)
    return when.at.timestamp() + one.unit.number / 1e6 if when else 0.0


def _before(turn: Unit, work: Unit) -> bool:
    if turn is work:
        return False
    one, other = _when(turn), _when(work)
    if one is not None and other is not None and one.fits(other):
        apart = (other.at - one.at).total_seconds()
        near = apart < FAR_S or (one.dated and other.own_date)
        return (late(other, one) or (apart >= 0 and turn.number < work.number)) and near
    return turn.number < work.number and (
        other is None or (OFF_COMMAND.search(turn.text) is not None and _spoken(work, other))
    )


def _spoken(work: Unit, when: Moment) -> bool:
    """Return whether somebody tells of work and its time: what a program printed may be older than what stands above."""
    return not PRINTED.match(work.text) and when.text in work.text


def _when(unit: Unit) -> Moment | None:
    return unit.at[0] if unit.at else unit.under


def _until(unit: Unit) -> Moment | None:
    """Return when a thing was to be on again, by the words that tell that it went off."""
    ends = len(unit.at) > 1 and BACK_THEN.search(unit.text) and late(unit.at[-1], unit.at[0])
    return unit.at[-1] if ends else None
