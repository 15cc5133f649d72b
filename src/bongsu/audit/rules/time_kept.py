"""What is told to have been in time, of a span or an end that the log says it was given, has no step after that.

Source: the log's own span or end, and its own steps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bongsu.audit.allowances import AM_PM_S, BARE, FAR_S, NOT_LONGER, allowances, claim, shown_s
from bongsu.audit.asked import hits
from bongsu.audit.claims import by_hand, denied, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import shown
from bongsu.audit.moments import Moment
from bongsu.audit.passages import passages
from bongsu.audit.passages import sentences as split
from bongsu.audit.rules import done_in_time, window_kept
from bongsu.audit.spells import sentences
from bongsu.audit.spoken_clocks import afters, spans
from bongsu.audit.spoken_clocks import ends as till
from bongsu.audit.steps import steps
from bongsu.audit.windows import LATE, LONGER
from bongsu.audit.words import PLANNED, stems
from bongsu.audit.work import CHANGES, COMMANDS, NO_END, is_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.allowances import Allowed
    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.steps import Step

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
LAST = re.compile(
    r"\b(?:last|final)\b(?! (?:night|week|month|year|time|look|check|word|mail|note|call))|\bwith that\b|마지막|최종|이로써|이것으로",
    re.IGNORECASE,
)
"""What calls a step the end of the work."""
ACTED = re.compile(
    r"\b(?:unlocked|swapped|closed|solved|finished|done|sent|moved|went|rebooted|re-?built|decide[ds]?|first|written|opened)\b|보냄|보냈|켬|켰|함|했|끝|바꿈|올림|내림|잠금",
    re.IGNORECASE,
)
ENDED = re.compile(
    r"\b(?:last|final|ended|finished|over|back|closed|arrived|came)\b|종료|마지막|끝[났남]|완료|마[쳤침]|복구",
    re.IGNORECASE,
)
"""What tells of the end of what a claim speaks of."""
ABOUT_IT = re.compile(r"\b(?:photos?|pictures?|screenshots?|thank\w*|invoice)\b|사진|감사|고맙", re.IGNORECASE)
"""What is done about the work, and is none of it."""
CHANGED_KO = re.compile(
    r"옮[김겼]|바[꿈꿨]|고[침쳤]|낮[춤췄]|높[임였]|넣[음었]|갈[음았]|뽑[음았]|지[움웠]|새것으로|다시 올[림렸리]|붙[임였]|돌[림렸]|넘[김겼]"
)
TALK = re.compile(
    r"\b(?:summary|report|minutes|review|note[ds]?|wrote|writes|call|meeting|everything|all (?:steps|changes|work)|every (?:step|change)|whole)\b|보고|정리|회고|모든 작업|전 과정|전체",
    re.IGNORECASE,
)
"""What an entry tells of the whole, and not of what it did."""
GENERIC = stems(
    "time times window slot period hours inside within agreed allowed permitted given all every done finished work works change changes step steps last final kept time before after 시간 창 안 내 구간 허용 승인 작업 변경 모두 전부 완료 끝 마지막 약속 정한 마감"
)


JUST_TOLD = re.compile(
    r"^\W*(?:phew\W+)?(?:so |and |all )*in (?:good |due )?time for\b|\bincluded\b|\bincluding (?:this|that|it|the last)\b|\beven (?:this|that|the last)\b|\b(?:this|that|the last)(?: one)? too\b|(?:^|[.;] )\W*(?:So )?(?:this|that|it|which) (?:was|is|fell|ended|finished|too|still|also)\b|이것까지|이것도|그것까지|까지 ?포함",
    re.IGNORECASE,
)
"""What counts in the step that is told just above."""
WITH_IT = re.compile(r"\b(?:this|that|it|included|including|last|final)\b|포함|이것|마지막", re.IGNORECASE)
MILITARY = re.compile(r"\W*(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?P<z>Z)?\s")
PRONOUN = re.compile(r"\b(?:it|they|that|this|all)\b|그것|이것", re.IGNORECASE)
LEAD_MOST, ALIKE, PREFIX, NEAR = 14, 2, 4, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence that says that something was in time."""

    number: int
    last: int
    text: str
    whole: str
    """What stands in the same entry, row or paragraph."""
    under: Moment | None
    """The time of the entry."""
    inner: tuple[Moment, ...]
    """The times that it gives itself."""
    spot: Spot


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what is told to have been in time, with what came later."""
    for log in filter(by_hand, logs):
        given = allowances(log) or tuple(one for other in logs for one in allowances(other) if one.named)
        if not given or any(LONGER.search(NOT_LONGER.sub(" ", line)) for _, line in log.numbered()):
            continue
        claims = list(_told(log))
        sure = (hit for rule in (window_kept, done_in_time) for hit in hits(rule, log) if hit.confidence is None)
        told = {hit.spot.line for hit in sure} if claims else set()
        for one, named in claims:
            meant = _meant(one, given, named=named)
            if not meant and (named or PRONOUN.search(one.text)):
                one = replace(one, text=one.whole)  # noqa: PLW2901 - what it is of stands beside it
                meant = _meant(one, given, named=False)
            if meant and told.isdisjoint(range(one.number, one.last + 1)):
                yield from _late(log, one, meant)


def _told(log: Log) -> Iterator[tuple[Told, bool]]:
    """Yield the claims of a log, and whether each names what was given."""
    objects = {one.number: one.at[0] for one in sentences(log) if one.at and log.line(one.number).lstrip()[:1] in '{"'}
    for passage in passages(log):
        if passage.text.lstrip().startswith(">"):
            continue
        lead = passage.moments[0] if passage.moments and passage.moments[0].column <= LEAD_MOST else None
        lead = lead or objects.get(passage.number) or _military(passage.text)
        for start, text in split(passage):
            found = claim(text)
            if found is None or withdrawn(log, passage.spot(start, start + len(text)).line):
                continue
            named, first, end = found
            first = 0 if BARE.search(text[first:end]) else first
            times = [one for one in passage.moments if start + first < one.column <= start + end and one is not lead]
            spot = passage.spot(start, start + len(text))
            yield (
                Told(
                    number=passage.number, last=passage.last, text=text[first:end], whole=passage.text, under=lead,
                    inner=tuple(times), spot=spot,
                ),
                named,
            )  # fmt: skip


def _military(text: str) -> Moment | None:
    """Return the time of an entry as `0311Z`."""
    found = MILITARY.match(text)
    if found is None:
        return None
    at = datetime(2000, 1, 2, int(found["h"]), int(found["m"]), tzinfo=UTC)
    zone_min = 0 if found["z"] else None
    return Moment(
        at=at, column=found.start("h") + 1, end=found.end("m") + 1, text=found[0].strip(), dated=False,
        zone_min=zone_min, to_s=60, own_zone=bool(found["z"]),
    )  # fmt: skip


def _meant(one: Told, given: Sequence[Allowed], *, named: bool) -> list[Allowed]:
    """Return the allowances that a claim may be of: those whose words it repeats, else all that are named so."""
    others = [each for each in given if each.spot.file != one.spot.file or not each.number <= one.number <= each.last]
    what = stems(one.text) - GENERIC
    clocks = {each.end_s % AM_PM_S for words in (spans, till, afters) for each in words(one.text)}
    if same := [each for each in others if each.end_s % AM_PM_S in clocks]:
        return same
    linked = [each for each in others if what & each.about]
    called = [each for each in others if each.strict] or [each for each in others if each.named]
    meant = ([each for each in linked if each.named] or called or linked) if named else linked
    ends = {clock for each in given for clock in (each.start_s, each.end_s)}
    # A sentence that gives its own time tells of that, and of nothing else.
    return meant if all(_after(when, meant) for when in one.inner if shown_s(when) not in ends) else []


def _late(log: Log, one: Told, meant: list[Allowed]) -> Iterator[Hit]:
    own = _own(one, meant) or _just_told(log, one, meant)
    late = [own] if own else [step.event.moment for step in steps(log) if _counts(one, step, meant)]
    if not own and one.under is not None:  # Whoever says so cannot speak of what came later.
        late = [when for when in late if not when.fits(one.under) or when.at <= one.under.at]
    if not late:
        return
    worst = max(late, key=lambda when: min(each.after_s(when) for each in meant))
    lines = {step.event.number for step in steps(log) if step.event.moment in late}
    by_s = min(each.after_s(worst) for each in meant)
    yield Hit(
        spot=one.spot,
        also=(*(log.spot(number) for number in sorted(lines - {one.spot.line})[:6]), meant[0].spot),
        why=f"{worst.text} is {shown(by_s)} after {meant[0].text}",
        instead="what was done after that time, and who allowed it",
    )


def _after(when: Moment, meant: list[Allowed]) -> bool:
    """Return whether a time is after the end of every allowance that may be meant."""
    return all(max(when.to_s, 60) <= each.after_s(when) < FAR_S for each in meant)


def _own(one: Told, meant: list[Allowed]) -> Moment | None:
    """Return the time of what a sentence itself calls in time, when it is too late."""
    late = [when for when in one.inner if _after(when, meant)]
    if late:
        return late[-1]
    when = one.under
    if when is None or not _after(when, meant) or (TALK.search(one.text) and not WITH_IT.search(one.whole)):
        return None
    whole = one.whole
    return when if CHANGES.search(whole) or COMMANDS.search(whole) or ACTED.search(whole) else None


def _just_told(log: Log, one: Told, meant: list[Allowed]) -> Moment | None:
    """Return the time, too late, of the step just above that a claim counts in: `that too was inside the window`."""
    if not JUST_TOLD.search(one.whole):
        return None
    for number in range(one.spot.line, one.spot.line - NEAR, -1):
        times = [when for when in log.moments(number) if when not in one.inner]
        if times and not PLANNED.search(log.line(number)):
            return times[-1] if _after(times[-1], meant) else None
    return None


def _counts(one: Told, step: Step, meant: list[Allowed]) -> bool:
    """Return whether a step is of the work that a claim tells of, and too late."""
    event = step.event
    if one.number <= event.number <= one.last or event.kind == "inline" or LATE.search(event.text):
        return False
    if not _after(event.moment, meant) or claim(event.text) is not None:
        return False
    words = f"{event.head} {event.text}"
    what, about = stems(one.text) - GENERIC, stems(words)
    shared = {each for each in what if any(_alike(each, other) for other in about)}
    if is_work(event) or (shared and (LAST.search(event.text) or ENDED.search(words))):
        return True
    if NO_END.search(words) or ABOUT_IT.search(words) or denied(event.text):
        return False
    last = LAST.search(event.text)
    return bool(CHANGED_KO.search(words) or last or (shared and ACTED.search(words)) or len(shared) >= ALIKE)


def _alike(one: str, other: str) -> bool:
    return one == other or (one.isascii() and min(len(one), len(other)) >= PREFIX and one[:PREFIX] == other[:PREFIX])
