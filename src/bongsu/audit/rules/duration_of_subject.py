"""What is told to have taken some time took it between the two steps of the log that are about it.

Source: the log's own times; arithmetic. Only where no two steps that may be meant are that far apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

from bongsu.audit.asked import hits
from bongsu.audit.claims import withdrawn, written
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.fitting import borne_out
from bongsu.audit.lengths import lengths, shown
from bongsu.audit.mistimed import sure
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.rules import duration_in_summary, duration_of_steps, duration_start_end
from bongsu.audit.rules.duration_in_summary import ELSEWHERE
from bongsu.audit.steps import steps, tokens, weights
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.findings import Spot
    from bongsu.audit.lengths import Length
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.steps import Step

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
TOOK = re.compile(
    r"\b(?:took|taken|takes|lasted|lasting|ran for|needed|cost|went on|stretch\w*|(?:was|were|been|makes|made|stood|stayed|lay|kept|remained|sat) (?:[\w-]+ ){0,4}for|for|makes|that is|in all|in total|total(?:led)?|altogether|durations?|elapsed|down ?times?|outage|without|"
    r"length|from start to (?:end|finish)|end to end|window of|pause of|gap of|finished in|done in|through in|over in|complete in)\b|걸렸|걸림|걸린|소요|동안|만에|지속|총|합계|이어졌|멈췄|중단|공백|구간",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:sla|limit|time.?out|target|interval|delay|ttl|retention|every|period|max\w*|lag|p\d\d|latency|retr\w+|budget|cadence|poll\w*|ping|on average|avg|average|mean|expected|estimate\w*|ago|"
    r"old|settle|thought|guess\w*|tried|trial|if|would|should|can|will|may|might|enough|allowed?|reserve\w*|plan(?:s|ned)?|next|tomorrow|up to|aim\w*|answer\w*|respon\w*|ack\w*|press\w*|tap(?:ped|s)?|fewer|from then|both|together|combined|watch(?:ed|ing)?|wait(?:s|ed|ing)?|sleep|observ\w*|monitor\w*|billed|init|self-?test|per|each|every one|usual\w*|cach\w+|ahead|earlier|late|later|slow\w*|longer|shorter|less|more than|within|at most|another|longest|shortest|slowest|fastest)\b|"
    r"제한|주기|간격|지연|보관|한도|기준|응답|예상|예정|계획|평균|이내|관찰|대기|확인까지|평소|보다|목표|최대|최장|가장|마다|씩|당(?= )|해야|다음|눌|늦|답|합쳐|각각|둘 ?다",
    re.IGNORECASE,
)
"""What a length is of that no two steps show."""
LEADS = re.compile(r"\W*(?:[A-Za-z]{1,3} )?(?:20[\d-]+[T ])?")
LABEL = re.compile(r"[\s|*•·-]*[^\W\d][^:=|.]{6,50}[:=|]\s*$")
"""A label of some words, behind which the length itself stands."""
OF_ANOTHER = re.compile(
    r"\b(?:in|last|of|since) (?:January|February|March|April|May|June|July|August|September|October|November|December|spring|summer|autumn|winter|20\d\d)\b|\bthe last one\b|\bprevious\w*\b|\bon (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|지난|작년|올해 \d",
)
THAT = re.compile(
    r"\s*(?:that|this|it|so|makes|that is|in all|in total|total|altogether|together|all told|all of|the whole|hence|frozen|closed|down|off|out|총|전체|합계|모두|즉|소요|그래서|따라서|결국)\b|^.{0,24}$",
    re.IGNORECASE,
)
"""How a sentence begins that sums up the one before it."""
SPLIT = re.compile(r"; |, (?=(?:and|but|then|the|which|so|after)\b)| [—–] |\((?=[^)]{12,}\))")
AND = re.compile(r", (?:and )?|; | and |및|, ")
GENERIC = stems("took take last lasted total whole all minutes work job 총 소요 전체 시간 작업 걸린 동안 결과 합계")
OWN_MOST_S, LEAST_S = 12 * 3600, 5
STEPS_MOST = 160
NEAR = 6
SURE, OWN_SURE, MARGIN = 4.0, 2.75, 0.5
"""How much must speak for two steps, for a length's own step and an earlier one, and how much more than for any two that fit."""
NAMED = pattern(
    r"(?:\bfrom |^[\W\d]*)(?:the |its )?(?P<a>[^\W\d][\w-]*(?: [\w-]+)?) (?:to|until|till) (?:the |its )?(?P<b>[\w-]+)|(?P<c>[가-힣]+)(?:부터|에서) (?P<d>[가-힣]+)까지",
    re.IGNORECASE,
)
"""The two ends of a length, by their names."""
EDGES = stems("start begin beginning moment end finish point when go 시작 끝 종료")
OWN, TWIN = 0.75, 1.0
ALONE, ODD = 1.5, 2.0
DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A length that something is said to have taken, with what it is about."""

    log: Log
    number: int
    first: int
    """The line in which what is said there begins."""
    spot: Spot
    one: Length
    about: frozenset[str]
    named: re.Match[str] | None = None


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths that the steps of what they are told of are not apart, where no simpler rule has found them."""
    for log in filter(written, logs):
        found = [hit for hit in _found(log) if not borne_out(log, hit)]
        simpler = [duration_start_end, duration_in_summary, duration_of_steps] if found else []
        told = {hit.spot.line for rule in simpler for hit in hits(rule, log)}
        yield from (hit for hit in found if hit.spot.line not in told)


def _found(log: Log) -> Iterator[Hit]:
    yield from _beside(log)
    listed = [one for one in steps(log) if one.event.moment.to_s <= 60]
    if 2 <= len(listed) <= STEPS_MOST:
        for claim in _claims(log):
            pair = _meant(log, claim, listed)
            if pair is not None:
                yield _hit(claim, *pair)


def _claims(log: Log) -> Iterator[Claim]:
    for passage in passages(log):
        if passage.text.lstrip().startswith(">") or any(withdrawn(log, n) for _, n, _ in passage.parts):
            continue
        if len(lengths(passage.text)) > NEAR:
            continue
        for start, text in sentences(passage):
            times = [one for one in passage.moments if start < one.column <= start + len(text)]
            inline = times and not LEADS.fullmatch(passage.text[: times[0].column - 1])
            if inline or len(times) > 1 or ELSEWHERE.search(text) or OF_ANOTHER.search(text):
                continue
            for at, clause, around in _clauses(text):
                (one,) = lengths(clause)
                if one.about or one.bound or not LEAST_S <= one.length_s <= OWN_MOST_S:
                    continue
                begin, end = start + at + one.start, start + at + one.end
                spot = passage.spot(begin, end)
                shell = typed(log.line(spot.line))
                in_time = any(one.column - 1 < end and begin < one.end - 1 for one in times)
                if in_time or (shell is not None and not log.line(spot.line)[shell:].startswith("#")):
                    continue
                if passage.text[begin - 1 : begin] + passage.text[end : end + 1] == '""':
                    continue  # A member of a JSON object, whose own members give its start and end.
                rest = clause[: one.start] + " " + clause[one.end :]
                if _took(clause, one, around) and not OTHER.search(rest):
                    about = tokens(rest) - GENERIC
                    yield Claim(
                        log=log,
                        number=spot.line,
                        first=passage.number,
                        spot=spot,
                        one=one,
                        about=about,
                        named=NAMED.search(rest),
                    )


def _beside(log: Log) -> Iterator[Hit]:
    """Yield the length behind a sentence, or in one, that names two times and no more: from when to when it took that long."""
    for passage in passages(log):
        if log.fenced(passage.number) or re.match(r"\s*[>|{\[\"]", passage.text):
            continue
        if any(withdrawn(log, number) for _, number, _ in passage.parts):
            continue
        told: list[Moment] = []
        for start, text in sentences(passage):
            times = [one for one in passage.moments if start < one.column <= start + len(text)]
            pair, told = (times, times) if times else (told, [])
            named = lengths(text)
            if len(named) != 1 or len(pair) != 2 or (not times and not THAT.match(text)) or ELSEWHERE.search(text):
                continue
            one = named[0]
            rest = text[: one.start] + " " + (re.split(r"[,;(]", text[one.end :])[0] if times else text[one.end :])
            first, last = pair
            real_s = (last.at - first.at).total_seconds()
            real_s = real_s if first.own_date and last.own_date else real_s % DAY_S
            if one.bound or one.about or OTHER.search(rest) or not _took(text, one, "") or not first.fits(last):
                continue
            if times and one.start < last.column - 1 - start:
                continue
            if not one.fits(real_s, max(first.to_s, last.to_s)) and _close(one, real_s):
                yield Hit(
                    spot=passage.spot(start + one.start, start + one.end),
                    also=tuple(passage.moment_spot(moment) for moment in pair),
                    why=f"from {first.text} to {last.text} it is {shown(real_s)}, not {one.text.strip()}",
                    instead="the two recorded times; the duration follows from them",
                    confidence=sure(one.length_s, real_s),
                )


def _took(clause: str, one: Length, around: str) -> bool:
    """Return whether the words around a length say that something took it."""
    before = clause[: one.start].rstrip()
    return bool(TOOK.search(before) or TOOK.search(clause[one.end :]) or TOOK.search(around) or LABEL.match(before))


def _clauses(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the pieces of a sentence that name one length each, with where they begin and what stands before all of them."""
    edges = [0, *(found.start() for found in SPLIT.finditer(text)), len(text)]
    named = lengths(text)
    for one, other in pairwise(named):
        between = AND.search(text, one.end, other.start)
        edges += [between.start()] if between else []
    edges = sorted(set(edges))
    for start, end in pairwise(edges):
        if len(lengths(text[start:end])) == 1:
            yield start, text[start:end], text[: named[0].start] if len(named) > 1 else ""


def _meant(log: Log, claim: Claim, listed: list[Step]) -> tuple[Step, Step] | None:
    """Return the two steps that a length is told of, if it is not theirs, and none that fits is as likely meant."""
    own = _own(log, claim, listed)
    others = [one for one in listed if one is own or not claim.first <= one.event.number <= claim.number]
    weight = weights(log)
    best, most, fitting = None, 0.0, 0.0
    for first, last in permutations(others, 2):
        if first is own or not first.event.moment.fits(last.event.moment) or not _named(claim, first, last):
            continue
        apart_s = _apart_s(first, last)
        if not 0 < apart_s <= OWN_MOST_S:
            continue
        score = _score(claim, first, last, weight)
        if own is not None and own.event.kind in ("leading", "row"):
            score += OWN if last is own and own.ends else -OWN if first.begins and last.ends and last is not own else -9
        if _fits(claim.one, first, last):
            fitting = max(fitting, score + _odd(claim.one, first, last))
            continue
        score += _twin(claim.one, apart_s)
        if score > most and _close(claim.one, apart_s):
            best, most = (first, last), score
    sure = OWN_SURE if claim.named or (best and own is best[1]) else SURE
    return best if most >= sure and fitting <= most - MARGIN else None


def _named(claim: Claim, first: Step, last: Step) -> bool:
    """Return whether two steps are those that a claim names, if it names its ends."""
    if claim.named is None:
        return True
    ends = stems(claim.named["a"] or claim.named["c"]), stems(claim.named["b"] or claim.named["d"])
    return all(not what - EDGES or what & step.about for what, step in zip(ends, (first, last), strict=True))


def _own(log: Log, claim: Claim, listed: list[Step]) -> Step | None:
    """Return the step in which a length is told: its own line's, or in a transcript the time printed last."""
    here = [one for one in listed if claim.first <= one.event.number <= claim.number]
    if here and (here[-1].event.kind in ("leading", "row")):
        return here[-1]
    text = log.line(claim.number).lstrip()
    if log.fenced(claim.number) or text.startswith("#"):
        before = [one for one in listed if one.event.number < claim.number <= one.event.number + NEAR]
        return before[-1] if before else None
    return None


def _score(claim: Claim, first: Step, last: Step, weight: dict[str, float]) -> float:
    """Return how likely two steps are the ones meant: by the words that they share with the claim and what they do."""
    a = sum(weight.get(word, 0.0) for word in claim.about & first.about)
    b = sum(weight.get(word, 0.0) for word in claim.about & last.about)
    shared = sum(weight.get(word, 0.0) for word in first.about & last.about)
    linked = (a and (b or shared)) or (b and shared and first.begins) or (shared and not claim.about)
    if not linked and not (a >= ALONE and first.begins and last.ends):
        return 0.0
    return (
        min(a, 2.0) + min(b, 2.0) + (min(shared, 1.0) if claim.about else 1.0) + 0.75 * first.begins + 0.75 * last.ends
    )


def _twin(one: Length, real_s: float) -> float:
    """Return what it adds that a length and the real one end in the same odd seconds."""
    if one.exact_s == 1 and one.length_s % 60 and real_s % 60 == 0:
        return -TWIN  # Times to the minute show nothing of odd seconds.
    odd = one.exact_s == 1 and one.length_s % 30
    return (TWIN if (one.length_s - real_s) % 60 == 0 else -MARGIN) if odd else 0.0


def _odd(one: Length, first: Step, last: Step) -> float:
    """Return what it adds that two times are a length apart to the odd second, as two that have nothing to do with it seldom are."""
    exact = one.exact_s == first.event.moment.to_s == last.event.moment.to_s == 1 and one.length_s % 60
    return ODD if exact else 0.0


def _apart_s(first: Step, last: Step) -> float:
    one, other = first.event.moment, last.event.moment
    apart_s = (other.at - one.at).total_seconds()
    return apart_s if one.dated else apart_s % DAY_S


def _fits(one: Length, first: Step, last: Step) -> bool:
    return one.fits(_apart_s(first, last), max(first.event.moment.to_s, last.event.moment.to_s))


def _close(one: Length, real_s: float) -> bool:
    """Return whether a length may be what somebody wrote who meant another: of that order, or the same but for one part."""
    return real_s / 2.2 <= one.length_s <= real_s * 2.2


def _hit(claim: Claim, first: Step, last: Step) -> Hit:
    real_s = _apart_s(first, last)
    return Hit(
        spot=claim.spot,
        also=(first.event.spot, last.event.spot),
        why=f"from {first.event.moment.text} to {last.event.moment.text} it is {shown(real_s)}, not {claim.one.text.strip()}",
        instead="the two recorded times; the duration follows from them",
        confidence=sure(claim.one.length_s, real_s),
    )
