"""What a log says was done inside a span that it states, or before a time, has no step of its own behind that.

Source: the log's own span or time, and its own steps. The span is the one whose words the claim repeats, whatever it is called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.lengths import shown
from bongsu.audit.moments import CONNECTED
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import window_kept
from bongsu.audit.rules.duration_of_steps import ENDS, STARTS
from bongsu.audit.rules.window_kept import DENIED, NOT_LONGER, UNKEPT
from bongsu.audit.steps import steps
from bongsu.audit.windows import LATE, LONGER, Window, outside, windows
from bongsu.audit.words import stems
from bongsu.audit.work import NO_END, OTHER, is_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage
    from bongsu.audit.steps import Step

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
INSIDE = re.compile(
    r"\b(?:inside|within|in|during|between|kept to|stuck to|respected|observed|held|met|did not (?:leave|exceed|overrun)|never left) (?:of )?(?:the |our |its |that |this |their )?(?P<noun>[^\W\d][\w-]*(?: [^\W\d][\w-]*){0,3})?"
    r"|(?P<ko>[가-힣A-Za-z]+(?: [가-힣A-Za-z]+){0,2}) ?(?:\([^)]*\) ?)?(?:안|내|이내|중)(?:에서?|로|에만)?(?![가-힣])|(?P<ko2>[가-힣]+(?: [가-힣]+)?)[을를] (?:[가-힣]+ )?(?:지켰|지킴|준수|넘기지 ?않|벗어나지 ?않)",
    re.IGNORECASE,
)
ALLOWANCE = re.compile(
    r"\b(?:window|slot|permit|possession|freeze|black-?out|outage|closure|hours|times?|period|allowance|agreed|allowed|permitted|promised)\b|창|윈도우|시간|시간대|구간|동결",
    re.IGNORECASE,
)
"""What the time is called in which something may be done."""
BEFORE = re.compile(r"\b(?:before|by|no later than|prior to|ahead of)\s+$", re.IGNORECASE)
AFTER_NOT = re.compile(
    r"\b(?:nothing|none|nobody|no \w+|not (?:one|a single) \w+)\b[^,;:]{0,30}\b(?:touched|changed|sent|done|went|ran|moved|deployed|made|written|started|opened|closed|happened|left)\b[^,;:]{0,24}\b(?:after|past|later than)\s+$",
    re.IGNORECASE,
)
OVER = re.compile(
    r"\b(?:done|finished|complete[d]?|over|through|sent|gone|closed|out)\b|완료|끝|마쳤|마침|마무리|나갔", re.IGNORECASE
)
"""What says of anything that no more of it came."""
DEADLINE = re.compile(
    r"\b(?:before|by|until|no later than|latest|nothing \w+ (?:\w+ ){0,2}after)\b|까지|전에|이전", re.IGNORECASE
)
BEFORE_KO = re.compile(r"\s?(?:전에?|이전에?|안에)(?![가-힣])|\s?까지(?!만|는)")
WHOLLY = pattern(
    r"\b(?:all|every\w*|each|both|whole|nothing|none|no|three|four|five|changes?|work|we|it)\b|모두|전부|모든|전 [가-힣]|전체|전원|작업|변경|다 ",
    re.IGNORECASE,
)
DONE = pattern(
    r"\b(?:was|were|had|been|done|did|finished|ended|complete[d]?|over|stayed|kept|went|gave|sent|closed|made|took|ran|held|met|respected|stuck|never left)\b|완료|끝났|끝냈|끝남|마쳤|마침|마무리|지켰|준수|나갔|했(?!으면)|됐|되었",
    re.IGNORECASE,
)
AHEAD = re.compile(
    r"\b(?:will|must|should|shall|would|may|can|could|have to|has to|needs? to|to be|plan(?:s|ned)?|agreed (?:to|that|with|on)|promised to|please|g(?:ave|iven?) us|asks? (?:us|you|for)|(?:us|you) to be|want(?:ed)?|if|unless|only if|expected|rehears\w*|last (?:time|week|month|year)|yesterday|(?<!as )asked|deadline)\b"
    r"|기로 ?(?:했|함|합|정|한)|해야|예정|계획|바랍|주세요|합의|정했|정함|정한 |하겠|할 것|지난|어제|목표|리허설",
    re.IGNORECASE,
)
GENERIC = stems(
    "done finished completed complete everything nothing work works change changes all steps step touched touch time ended over window inside within before promised asked agreed required told stayed kept took place was whole 완료 작업 모두 전부 모든 시간 끝 마무리 결과 보고 안 내 전 발송 변경"
)
ALLOWED = stems("window slot agreed approved allowed permitted time hours 허용 승인 작업 시간 창")
SENDS = stems("발송 sent send sends sending 전송")
NOT_A_NOUN = stems(
    "time order place turn sync full question fact parallel all the morning evening night end production staging minutes minute hours hour seconds"
)
EVERY = re.compile(r"\b(?:both|all|every\w*|each|nothing|whole)\b(?! \d)|모두|전부|모든", re.IGNORECASE)
FAR_S, HALF_DAY_S = 6 * 3600, 12 * 3600
AGAIN_LEAST = 2
LEAD_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence that says that all of something was over by a time."""

    spot: Spot
    text: str
    lines: range
    window: Window
    to: bool
    """Whether it names that time itself: then it tells of what it names, and of nothing else."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield claims that all was done in time, with what was done later."""
    for log in filter(written, logs):
        claims = list(_claims(log))
        told = {hit.spot.line for hit in hits(window_kept, log)} if claims else set()
        for claim in claims:
            late = [one for one in steps(log) if _late(claim, one)]
            meant = [one for one in late if _meant(log, claim, one)]
            if meant and claim.spot.line not in told:
                worst = max(meant, key=lambda one: outside(one.event, claim.window))
                yield Hit(
                    spot=claim.spot,
                    also=(*dict.fromkeys(one.event.spot for one in meant), claim.window.spot)[:8],
                    why=f"{worst.event.moment.text} is {shown(outside(worst.event, claim.window))} after {claim.window.end.text}",
                    instead="what was done after that time, and who allowed it",
                )


def _claims(log: Log) -> Iterator[Claim]:
    spans = list(_spans(log))
    for passage in passages(log):
        if passage.text.lstrip().startswith(">") or any(withdrawn(log, number) for _, number, _ in passage.parts):
            continue
        for start, text in sentences(passage):
            times = [one for one in passage.moments if start < one.column <= start + len(text)]
            if "while" in text.lower().split():
                continue
            said = NOT_LONGER.sub(lambda found: " " * len(found[0]), text)
            if not (WHOLLY.search(said) and DONE.search(said)) or AHEAD.search(said) or UNKEPT.search(said):
                continue
            if LONGER.search(said) or LATE.search(said) or text.rstrip().endswith("?"):
                continue
            own = [(one, other) for one, other in pairwise(times) if _spans_to(text, start, one, other)]
            for window, at, to in (
                *(one for one in _by_time(passage, start, text, times) if _asked_for(passage, one[0])),
                *_by_span(passage, start, text, times, spans=spans),
            ):
                if not to and any(_within(window, one, other) for one, other in own):
                    continue  # It says itself of what time it tells, which is inside.
                yield Claim(
                    spot=passage.spot(start + at[0], start + at[1]),
                    text=text,
                    lines=range(passage.number, passage.last + 1),
                    window=window,
                    to=to,
                )


def _within(window: Window, start: Moment, end: Moment) -> bool:
    """Return whether a span is a part of a window, and not the window itself."""
    whole = _same(start, window.start) and _same(end, window.end)
    return window.start.at <= start.at and end.at <= window.end.at and not whole


def _spans_to(text: str, start: int, one: Moment, other: Moment) -> bool:
    """Return whether a sentence gives two times as the ends of what it tells of."""
    return CONNECTED.fullmatch(text[one.end - 1 - start : other.column - 1 - start]) is not None


Found = tuple[Window, tuple[int, int], bool]


def _by_time(passage: Passage, start: int, text: str, times: list[Moment]) -> Iterator[Found]:
    """Yield the time before which a sentence says that it was done."""
    for place, one in enumerate(times):
        begin, end = one.column - 1 - start, one.end - 1 - start
        before, after = text[:begin], text[end:]
        named = BEFORE.search(before) or AFTER_NOT.search(before) or BEFORE_KO.match(after)
        if not AFTER_NOT.search(before) and not OVER.search(text[max(0, begin - 50) : end + 40]):
            continue
        if named is None or (place and CONNECTED.fullmatch(text[times[place - 1].end - 1 - start : begin])):
            continue
        if times[0] is not one and times[0].column - 1 - start < 14 and times[0].at < one.at:
            continue  # An entry of before that time cannot tell of what came after it.
        window = Window(
            number=passage.line_of(one), start=replace(one, at=one.at), end=one, spot=passage.moment_spot(one)
        )
        yield window, (max(0, begin - 8), end), True


def _asked_for(passage: Passage, window: Window) -> bool:
    """Return whether the log says in another place that a time is one by which all is to be over."""
    log = passage.log
    return any(
        DEADLINE.search(line) and AHEAD.search(line) and any(_same(one, window.end) for one in log.moments(n))
        for n, line in log.numbered()
        if n not in range(passage.number, passage.last + 1)
    )


def _same(one: Moment, other: Moment) -> bool:
    """Return whether two times are one time of the day; of `9시` nobody knows which half of the day is meant."""
    apart_s = abs((one.at - other.at).total_seconds()) % HALF_DAY_S
    return apart_s == 0


def _stated(passage: Passage, start: Moment, end: Moment) -> bool:
    """Return whether the log gives the two times as one span in another place, too."""
    log = passage.log
    return any(
        any(_same(one, start) and _same(other, end) for one, other in pairwise(log.moments(n)))
        for n, _ in log.numbered()
        if n not in range(passage.number, passage.last + 1)
    )


def _by_span(
    passage: Passage, start: int, text: str, times: list[Moment], *, spans: list[tuple[Window, frozenset[str]]]
) -> Iterator[Found]:
    """Yield the span in which a sentence says that it was done: its own, or the one whose words it repeats."""
    for match in INSIDE.finditer(text):
        noun = match["noun"] or match["ko"] or match["ko2"] or ""
        if DENIED.search(text[match.end() :]):
            continue
        named_so = bool(ALLOWANCE.search(noun))
        for one, other in pairwise(times):
            between = text[one.end - 1 - start : other.column - 1 - start]
            near = (
                abs(one.column - 1 - start - match.end()) < 14 or match.start() <= one.column - 1 - start < match.end()
            )
            if (
                near
                and CONNECTED.fullmatch(between)
                and "," not in between
                and (named_so or _stated(passage, one, other))
            ):
                # What was done between two times is what is named, and nothing else; what was in a window is all work.
                yield (
                    Window(number=passage.line_of(one), start=one, end=other, spot=passage.moment_spot(one)),
                    match.span(),
                    match[0].lower().startswith("between") and not EVERY.search(text[: match.start()]),
                )
                return
        what = stems(noun) - NOT_A_NOUN
        named = [
            window
            for window, about in spans
            if named_so
            and len(what & about) * 2 >= len(what) > 0
            and window.number not in range(passage.number, passage.last + 1)
        ]
        if named and len({(one.start.at.time(), one.end.at.time()) for one in named}) == 1:
            yield named[0], match.span(), False
            return


def _spans(log: Log) -> Iterator[tuple[Window, frozenset[str]]]:
    """Yield the spans that a log states, each with the words right around it and of the label that it stands under."""
    for passage in passages(log):
        if log.fenced(passage.number) or withdrawn(log, passage.number):
            continue
        for start, end in pairwise(passage.moments):
            between = passage.text[start.end - 1 : end.column - 1]
            if not CONNECTED.fullmatch(between) or "," in between or start.column < LEAD_MOST:
                continue
            words = (
                passage.text[max(0, start.column - 48) : start.column - 1]
                + " "
                + passage.text[end.end - 1 : end.end + 28]
            )
            indented = passage.text[:1] == " " and passage.number > 1 and not log.moments(passage.number - 1)
            label = (log.line(passage.number - 1) if indented else passage.text)[:24]
            spot = passage.moment_spot(start)
            yield Window(number=spot.line, start=start, end=end, spot=spot), stems(f"{label} {words}")
    yield from ((one, ALLOWED) for one in windows(log))


def _late(claim: Claim, step: Step) -> bool:
    event = step.event
    if event.number in claim.lines or event.kind == "inline" or LATE.search(event.text):
        return False
    if claim.to:
        day = 86_400
        apart = (event.moment.at - claim.window.end.at).total_seconds()
        apart = apart if event.moment.own_date and claim.window.end.own_date else (apart + day / 2) % day - day / 2
        same = event.moment.zone_min == claim.window.end.zone_min
        return same and max(event.moment.to_s, 60) <= apart < FAR_S and outside(event, claim.window) > 0
    return 0 < outside(event, claim.window) < FAR_S


def _meant(log: Log, claim: Claim, step: Step) -> bool:
    """Return whether a step is of what the claim tells of."""
    event = step.event
    what = stems(claim.text) - GENERIC
    shared = what & step.about
    calm = bool(NO_END.search(event.text)) or any(
        found[0].lower() not in claim.text.lower() for found in OTHER.finditer(event.text)
    )
    if calm and not is_work(event):
        return False
    edge = bool(ENDS.search(event.text) or STARTS.search(event.text))
    if not claim.to:
        edge = edge or (bool(shared) and (step.begins or step.ends))
        told = shared or (SENDS & stems(claim.text) & step.about)
        return is_work(event) or edge or (bool(told) and _one_of_many(log, claim, step))
    if shared and len(shared) * 3 >= len(what) * 2:
        return True
    spanned = claim.window.start.text != claim.window.end.text
    akin = bool(shared) or any(one.startswith(each) or each.startswith(one) for one in what for each in step.about)
    alike = (edge or (spanned and is_work(event))) and (akin or not spanned) and _one_of_many(log, claim, step)
    return (not what and (is_work(event) or edge)) or alike


def _one_of_many(log: Log, claim: Claim, step: Step) -> bool:
    """Return whether a step is the like of one that was in time: `south sent`, after `north sent`; or of two in its edge."""
    in_time = [
        one
        for one in steps(log)
        if one.event.kind == step.event.kind and one.event.number not in claim.lines and not _late(claim, one)
    ]
    if any(len(step.about & one.about) * 2 >= max(len(one.about), len(step.about)) > 0 for one in in_time):
        return True
    for edge in (STARTS, ENDS):
        word = edge.search(step.event.text)
        found = [edge.search(one.event.text) for one in in_time if one.event.moment.at < claim.window.end.at]
        if word and sum(bool(one) and one[0].lower() == word[0].lower() for one in found if one) >= AGAIN_LEAST:
            return True
    return False
