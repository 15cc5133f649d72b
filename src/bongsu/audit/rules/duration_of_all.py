"""What is told of the whole, or of a cut, took the time between a first and a last step of the log that may be its ends.

Source: the log's own times; arithmetic. The ends are told by what they do, a stop and a going on, whatever they are called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.fitting import borne_out
from bongsu.audit.items import groups
from bongsu.audit.lengths import Length, lengths, shown, unit_s
from bongsu.audit.mistimed import sure
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import duration_in_summary, duration_of_steps, duration_of_subject, duration_start_end
from bongsu.audit.rules.duration_in_summary import ELSEWHERE
from bongsu.audit.rules.duration_of_subject import GENERIC, OTHER
from bongsu.audit.rules.duration_start_end import NOT_MEASURED
from bongsu.audit.steps import steps
from bongsu.audit.typed import typed
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage
    from bongsu.audit.steps import Step

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
WHOLE = re.compile(
    r"\b(?:in total|total(?: time| length| duration)?|altogether|in all|all told|start to (?:finish|end)|begin(?:ning)? to end|end to end|from go\b|whole (?:thing|move|switch|change|job|night|operation|cutover|migration|exercise|evening|work)|"
    r"(?:the )?(?:cut-?over|migration|switch-?over|maintenance|change|move|work|exercise|drill|fail-?over) (?:itself )?(?:took|lasted|ran|was over in|was done in)|(?:duration|elapsed|time taken)\b)"
    r"|총 ?(?:소요|작업|걸린)?|전체|소요 ?시간|처음부터|시작부터|작업 ?(?:시간|소요)|다 해서|모두 합쳐",
    re.IGNORECASE,
)
CUT = pattern(
    r"\b(?:outages?|down ?time|interrupt\w*|unavailab\w*|pause[ds]?|frozen|freeze|closed|stopped|stood still|shut|offline|off the air|read-?only|black-?out|silence|dark|could(?: not|n't)|unable|refused|blocked|without|impact|disrupt\w*|degrad\w*|was down|were down|"
    r"maintenance(?: mode| page)?|incident|hold|held|halt\w*|broken|at zero)\b|중단|장애|정지|멈|막힌|막혀|막힘|막았|불가|끊긴|끊김|닫|점검|못 ?(?:했|하|받|썼|쓰)|동결|읽기 ?전용|공백",
    re.IGNORECASE,
)
STOPS = re.compile(
    r"\b(?:fail(?:s|ed|ing|ures?)?|errors?|down|stop(?:s|ped|ping)?|paus(?:ed|ing|es)|froze|frozen|freez\w+|clos(?:e|ed|ing|es)|shut\w*|block(?:ed|ing|s)|refus(?:ed|es|ing)|read-?only|into maintenance|maintenance (?:mode |page )?(?:on|up)|lost|broke|dark|off|disabl(?:ed|es|ing)|held|hold|halt(?:ed)?|unavailable|to (?:zero|0)|alarm|began|begins|started|starts)\b"
    r"|실패|오류|에러|장애|중단|정지|중지|멈|막음|막았|막고|닫|내림|내렸|끔|껐|동결|차단|읽기 ?전용|점검 ?(?:시작|화면|모드)|시작|끊",
    re.IGNORECASE,
)
GOES_ON = re.compile(
    r"\b(?:succeed(?:s|ed)?|success\w*|recover(?:ed|s|y)?|restor(?:ed|es)|resum(?:ed|es|ing)|back|open(?:ed|s)?|re-?open(?:ed|s)?|again|releas(?:ed|es)|lifted|unfr[eo]ze\w*|allow(?:ed|s)|accept(?:ed|s|ing)|out of maintenance|maintenance (?:mode |page )?(?:off|down)|healthy|normal|resolv(?:ed|es|ing)|over|ended|ends|done|finished|cleared?|stop(?:ped|s)?|up|on|good|fixed|started|green)\b"
    r"|복구|재개|열|해제|풀|올림|올렸|켬|켰|정상|성공|종료|끝|완료|다시|해소|마침|쓰기 ?가능",
    re.IGNORECASE,
)
BEGINS = re.compile(
    r"\b(?:start(?:s|ed|ing)?|beg[iau]n(?:s|ning)?|kick(?:ed)? off|go|we(?:'re| are) off|off we go|first step)\b|시작|개시|착수|출발",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:end(?:s|ed)?|finish(?:ed|es)?|done|complete[ds]?|completion|over|clos(?:ed|es)|that(?:'s| is| was) it|all good|stood down|all[- ]clear)\b|종료|끝|완료|마침|마쳤|마무리",
    re.IGNORECASE,
)
FOUND_OUT = re.compile(
    r"\b(?:alert(?:s|ed)?|alarm|page[ds]?|detect\w*|notic(?:ed|es)|saw|seen|report(?:ed|s)?|ticket|called|acknowledged|ack)\b|인지|감지|탐지|발견|알람|알림|경보|접수|신고|확인",
    re.IGNORECASE,
)
TO_FIND = re.compile(
    r"\b(?:time to (?:detect|detection|notice|discover|find)|mttd|detection(?: time)?|detected (?:in|after))\b|(?:인지|감지|탐지|발견)까지|(?:인지|감지|탐지) ?(?:소요|시간)",
    re.IGNORECASE,
)
TO_MEND = re.compile(
    r"\b(?:time to (?:recover|recovery|restore|restoration|resolve|resolution|mitigate|mitigation|repair|fix)|mttr|recovery(?: time)?|recovered in|restoration)\b|복구까지|(?:복구|조치) ?(?:소요|시간)|조치까지",
    re.IGNORECASE,
)
METRIC = re.compile(rf"{TO_FIND.pattern}|{TO_MEND.pattern}", re.IGNORECASE)
EITHER = re.compile(f"{STOPS.pattern}|{FOUND_OUT.pattern}", re.IGNORECASE)
Kind = tuple[re.Pattern[str], re.Pattern[str]]
KINDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (TO_FIND, (STOPS, FOUND_OUT)),
    (TO_MEND, (EITHER, GOES_ON)),
    (CUT, (STOPS, GOES_ON)),
    (WHOLE, (BEGINS, DONE)),
)
OVER = re.compile(
    rf"{DONE.pattern}|\b(?:drained|back|restored|ready|through|built|copied|loaded|caught up|in sync)\b", re.IGNORECASE
)
"""How an entry begins that is the end of what its length is of."""
CANNOT = re.compile(r"\bcould(?: not|n't)\b", re.IGNORECASE)
FROM = re.compile(r"\bfrom\b|부터", re.IGNORECASE)
EDGE = re.compile(
    r"[,;:()](?=\s|$)|[.!?][*_]{0,2}(?=\s|$)| [–—-] | (?:and|then|but|while) |(?<=[고며]) |(?<=[가-힣])(?:다|음|함)[.,]?(?=\s)"
)
RAN = re.compile(
    r"\W*(?:(?:it|this|that|the \w+|we) )?(?:ran|took|lasted|went on|needed|걸린|걸렸|소요|총)", re.IGNORECASE
)
LIVES = re.compile(
    r"\b(?:expir\w*|retain\w*|kept for|lifetime|validity|valid|lease|hot ?line|on hold)\b|만료|유효", re.IGNORECASE
)
"""What has a length by its settings."""
DAY_S, OWN_MOST_S, STEPS_MOST, BETWEEN_MOST = 86_400, 12 * 3600, 60, 24
OF_ORDER = 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A length that the whole, or a cut, is said to have taken."""

    first: int
    """The line in which what is said there begins."""
    spot: Spot
    one: Length
    kind: Kind
    edges: bool = True
    """Whether the first and the last step of all may be meant, whatever they say."""
    about: frozenset[str] = frozenset()
    """What it is told of, where that is neither the whole nor a cut."""


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths of the whole, and of cuts, that no two steps which may be their ends are apart."""
    for log in filter(written, logs):
        yield from (hit for hit in _in_prose(log) if not borne_out(log, hit))
        listed = [one for one in steps(log) if one.event.moment.to_s <= 60 and one.event.kind != "inline"]
        if not 2 <= len({one.event.moment.at for one in listed}) <= STEPS_MOST:
            continue
        claims = list(_claims(log))
        simpler = [duration_start_end, duration_in_summary, duration_of_steps, duration_of_subject] if claims else []
        told = {hit.spot.line for rule in simpler for hit in hits(rule, log)}
        for claim in claims:
            pair = None if claim.spot.line in told else _ends(claim, listed)
            if pair is not None and not borne_out(log, _hit(claim, *pair)):
                yield _hit(claim, *pair)


def _claims(log: Log) -> Iterator[Claim]:
    yield from _told(log)
    yield from _members(log)


def _told(log: Log) -> Iterator[Claim]:
    for passage in passages(log):
        text = passage.text
        if text.lstrip().startswith((">", "|")) or any(withdrawn(log, n) for _, n, _ in passage.parts):
            continue
        for start, said in sentences(passage):
            found = lengths(said)
            times = [one for one in passage.moments if start < one.column <= start + len(said)]
            if len(found) != 1 or len(times) > 1 or (times and times[0] is not passage.moments[0]):
                continue
            one = found[0]
            rest = _clause(said, one)
            kind = _kind(rest) or _kind(said[: one.start])
            shell = typed(log.line(passage.number))
            in_command = shell is not None and not log.line(passage.number)[shell:].startswith("#")
            if in_command or not _measured(one, METRIC.sub(" ", rest)):
                continue
            begin, end = start + one.start, start + one.end
            spot, first = passage.spot(begin, end), passage.number
            if kind is not None:
                yield Claim(first=first, spot=spot, one=one, kind=kind, edges=not FROM.search(rest))
            elif passage.moments and OVER.search(text[: start + one.start]):
                about = stems(OVER.sub(" ", text[passage.moments[0].end - 1 : start + one.start])) - GENERIC
                yield Claim(first=first, spot=spot, one=one, kind=(BEGINS, DONE), about=about)


def _members(log: Log) -> Iterator[Claim]:
    for group in groups(log):
        for item in group.items:
            unit, kind = unit_s(item.label), _kind(item.label.replace("_", " "))
            if unit and kind and re.fullmatch(r"\d+", item.value) and not NOT_MEASURED.search(item.label):
                text, length_s = f"{item.label} {item.value}", int(item.value) * unit
                one = Length(start=0, end=0, text=text, length_s=length_s, exact_s=unit, about=False, bound=False)
                yield Claim(first=item.spot.line, spot=item.spot, one=one, kind=kind)


def _kind(words: str) -> Kind | None:
    """Return what tells the ends of what some words name a length of: of the whole, of a cut, of how long something was to find or to mend."""
    found = [ends for regex, ends in KINDS if regex.search(words)]
    return found[0] if found else None


def _in_prose(log: Log) -> Iterator[Hit]:
    """Yield the length in a sentence behind those that tell when it was stopped and when it went on."""
    for passage in passages(log):
        if passage.text.lstrip().startswith((">", "|")) or log.fenced(passage.number) or len(passage.moments) < 2:
            continue
        if any(withdrawn(log, number) for _, number, _ in passage.parts):
            continue
        for start, said in sentences(passage):
            found = lengths(said)
            told = [one for one in passage.moments if one.end - 1 <= start]
            inside = any(start < one.column <= start + len(said) for one in passage.moments)
            if len(found) != 1 or inside or len(told) < 2 or _lengths_before(passage, start):
                continue
            one, rest = found[0], _clause(said, found[0])
            if not _measured(one, rest) or not (CUT.search(rest) or WHOLE.search(rest) or RAN.match(rest)):
                continue
            first, last = told[0], told[-1]
            begins = _around(passage.text, first)
            if not (STOPS.search(begins) or BEGINS.search(begins)) or not GOES_ON.search(_around(passage.text, last)):
                continue
            if any(one.fits(_between_s(a, b), max(a.to_s, b.to_s)) for a, b in combinations(told, 2)):
                continue
            real_s = _between_s(first, last)
            if first.fits(last) and real_s / OF_ORDER <= one.length_s <= real_s * OF_ORDER:
                yield Hit(
                    spot=passage.spot(start + one.start, start + one.end),
                    also=tuple(passage.moment_spot(moment) for moment in (first, last)),
                    why=f"from {first.text} to {last.text} it is {shown(real_s)}, not {one.text.strip()}",
                    instead="the two recorded times; the duration follows from them",
                    confidence=sure(one.length_s, real_s),
                )


def _lengths_before(passage: Passage, start: int) -> bool:
    """Return whether something else has a length before a place: then a length behind it may be of that."""
    times = passage.moments
    return any(
        all(one.end <= other.column - 1 or other.end - 1 <= one.start for other in times)
        for one in lengths(passage.text[:start])
    )


def _around(text: str, moment: Moment) -> str:
    """Return the clause that a time stands in."""
    before = EDGE.split(text[: moment.column - 1])[-1]
    return before + " " + EDGE.split(text[moment.end - 1 :])[0]


def _clause(said: str, one: Length) -> str:
    """Return the words of the clause that a length stands in, without it; of the sentence where it stands alone in its clause."""
    before, after = EDGE.split(said[: one.start])[-1], EDGE.split(said[one.end :])[0]
    clause = f"{before} {after}"
    told = len(re.findall(r"[^\W\d]{2,}", clause)) > 1 or RAN.search(clause) or _kind(clause)
    return clause if told else said[: one.start] + " " + said[one.end :]


def _measured(one: Length, rest: str) -> bool:
    """Return whether a length is told as one that something took, and of this time."""
    if one.about or one.bound or one.length_s > OWN_MOST_S or rest.rstrip().endswith("?"):
        return False
    rest = CANNOT.sub(" ", rest)
    return not (OTHER.search(rest) or ELSEWHERE.search(rest) or PLANNED.search(rest) or LIVES.search(rest))


def _ends(claim: Claim, listed: list[Step]) -> tuple[Step, Step] | None:
    """Return the two steps that a length is told of, if no two that may be meant are that far apart."""
    own = [one for one in listed if claim.first <= one.event.number <= claim.spot.line]
    others = [one for one in listed if one not in own]
    firsts = [one for one in others if claim.kind[0].search(one.event.text)]
    if claim.about:
        own_least = min((one.event.number for one in own), default=0)
        shared = [one for one in others if one.event.number < own_least and claim.about & one.about]
        firsts = [one for one in shared if claim.kind[0].search(one.event.text) or typed(one.event.text)][-1:]
        if not firsts or any(_fits(claim.one, a, own[-1]) for a in shared):
            return None
    lasts = own or [one for one in others if claim.kind[1].search(one.event.text)]
    if not firsts or not lasts:
        return None
    a_edge, b_edge = (others[:1], others[-1:]) if claim.edges and not claim.about else ([], [])
    for a in (*firsts, *a_edge):
        for b in (*lasts, *b_edge):
            if a is not b and _fits(claim.one, a, b):
                return None
    first = firsts[0]
    last = [one for one in lasts if one.event.head == first.event.head or one.event.kind != "row"][-1:]
    if not last or listed.index(first) >= listed.index(last[0]) or not first.event.moment.fits(last[0].event.moment):
        return None
    real_s = _apart_s(first, last[0])
    close = real_s / OF_ORDER <= claim.one.length_s <= real_s * OF_ORDER
    return (first, last[0]) if close else None


def _apart_s(first: Step, last: Step) -> float:
    return _between_s(first.event.moment, last.event.moment)


def _between_s(one: Moment, other: Moment) -> float:
    apart_s = (other.at - one.at).total_seconds()
    return apart_s if one.own_date and other.own_date else apart_s % DAY_S


def _fits(one: Length, first: Step, last: Step) -> bool:
    return one.fits(_apart_s(first, last), max(first.event.moment.to_s, last.event.moment.to_s))


def _hit(claim: Claim, first: Step, last: Step) -> Hit:
    real_s = _apart_s(first, last)
    return Hit(
        spot=claim.spot,
        also=(first.event.spot, last.event.spot),
        why=f"from {first.event.moment.text} to {last.event.moment.text} it is {shown(real_s)}, not {claim.one.text.strip()}",
        instead="the two recorded times; the duration follows from them",
        confidence=sure(claim.one.length_s, real_s),
    )
