"""What a summary says that something took is the time between two steps of the log that tell of it.

Source: the log's own times; arithmetic.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn, written
from bongsu.audit.events import events
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.fitting import borne_out
from bongsu.audit.items import groups
from bongsu.audit.lengths import lengths, shown
from bongsu.audit.mistimed import sure
from bongsu.audit.passages import in_full, passages, sentences
from bongsu.audit.rules.duration_of_steps import ENDS, STARTS
from bongsu.audit.rules.duration_start_end import NOT_MEASURED
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.events import Event
    from bongsu.audit.findings import Spot
    from bongsu.audit.lengths import Length
    from bongsu.audit.log import Log
    from bongsu.audit.passages import Passage

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.LOW
TOOK = re.compile(
    r"\b(?:took|lasted|for|ran|needed|cost|in all|in total|total(?:led)?|altogether|outage|downtime|interruption|gap|pause|unavailable|read-?only|refused|down|off|stopped|frozen|blocked)\b|걸렸|걸림|걸린|소요|동안|중단|정지|멈췄|멈춘|만에",
    re.IGNORECASE,
)
FROM_TO = re.compile(
    r"\b(?:from |between )?(?:the )?(?P<a_pick>first |last )?(?P<a>[\w./-]+(?: [\w./-]+){0,3}?),? (?:to|until|till|and) (?:the )?(?P<b_pick>first |last )?(?P<b>[\w./-]+(?: [\w./-]+){0,3}?)\W*$"
)
TO_AFTER = re.compile(
    r"^ (?:from|between) (?:the )?(?P<a_pick>first |last )?(?P<a>[\w./-]+(?: [\w./-]+){0,3}?) (?:to|until|till|and) (?:the )?(?P<b_pick>first |last )?(?P<b>[\w./-]+(?: [\w./-]+){0,2}?)(?=[,.;)]|$)"
)
AGAIN = re.compile(
    r"\b(?:in|on|again|back|last|good|up|accepted|off|lifted|released|normal)\b|재개|다시|마지막|풀|켰|열",
    re.IGNORECASE,
)
BEGUN = re.compile(r"\b(?:refused|off|blocked|down|frozen|first|disabled|read-?only)\b|막|끔|껐|멈", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"\b(?:rehears\w*|practi[cs]\w*|staging|dry.?run|trial|usual\w*|normal\w*|typical\w*|last (?:time|week|month|year)|yesterday|in (?:the )?tests?|used to|history|each|every|per)\b|예행|연습|리허설|스테이징|평소|보통|지난|어제|시험|마다|\d월 ?\d{1,2}일",
    re.IGNORECASE,
)
"""What tells of another time than the log's, or of many."""
CUT = re.compile(
    r"\b(?:refused|down|off|read-?only|unavailable|frozen|blocked|outage|interrupt\w*)\b|중단|막|멈", re.IGNORECASE
)
NAMES = re.compile(r"(?<![\w-])[A-Z]{1,3}-?\d{1,3}(?![\w-])")
NOW = re.compile(r"\b(?:until|till|to|up to) (?:now|here|this point)\b|\bso far\b|지금까지|여기까지", re.IGNORECASE)
Claim = tuple["Spot", str, str, "Length"]
"""Where a length stands, the words before and behind it, and the length."""
DAY_S = 86_400
EVENTS_MOST = 120
LEAD_MOST = 12


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield lengths in summaries that no two steps of the log are apart."""
    for log in filter(written, logs):
        listed = [in_full(one) for one in events(log) if one.kind != "inline" or len(log.moments(one.number)) == 1]
        if not 2 <= len(listed) <= EVENTS_MOST:
            continue
        for claim in _claims(log):
            yield from (hit for hit in _between(claim, listed) if not borne_out(log, hit))
        for passage in passages(log):
            yield from _until_now(passage)


def _claims(log: Log) -> Iterator[Claim]:
    """Yield each length that something took, with the words before and after it, where no time stands beside it."""
    for passage in passages(log):
        first = passage.number
        quoted = passage.text.lstrip().startswith((">", "|", '"', "“", "「")) or (
            log.fenced(first) and not passage.text.lstrip().startswith(("#", "*", "["))
        )
        if quoted or any(withdrawn(log, number) for _, number, _ in passage.parts):
            continue
        for start, text in sentences(passage):
            times = [one for one in passage.moments if start < one.column <= start + len(text)]
            found = [one for one in lengths(text) if not one.bound and not one.about]
            told = times[1:] or (times and start + text.find(text.strip()[:1]) < times[0].column - 12)
            if len(found) != 1:
                continue
            one = found[0]
            rest = text[: one.start] + " " + text[one.end :]
            if not told and not NOT_MEASURED.search(rest) and not ELSEWHERE.search(rest):
                end = start + one.end
                begin = times[0].end - 1 - start if times else 0
                yield passage.spot(start + one.start, end), text[max(begin, 0) : one.start], text[one.end :], one
    for group in groups(log):
        for item in group.items if group.kind in ("lines", "row") else ():
            found = [one for one in lengths(item.value) if not one.bound and not one.about]
            if group.kind == "row" and len(found) == 1 and found[0].text == item.value.strip("` *."):
                label = group.items[0].value if len(group.items) == 2 else item.label
                if not NOT_MEASURED.search(label):
                    yield item.spot, label, "", found[0]


def _until_now(passage: Passage) -> Iterator[Hit]:
    """Yield a length up to now in an entry that begins with its time and names the other one."""
    found = passage.moments
    named = [one for one in lengths(passage.text) if not one.bound and not one.about]
    if len(found) != 2 or len(named) != 1 or found[0].column > LEAD_MOST or not NOW.search(passage.text):
        return
    real_s = (found[0].at - found[1].at).total_seconds() % DAY_S
    if found[0].fits(found[1]) and not named[0].fits(real_s, max(one.to_s for one in found)):
        yield Hit(
            spot=passage.spot(named[0].start, named[0].end),
            also=tuple(passage.moment_spot(one) for one in found),
            why=f"from {found[1].text} to {found[0].text} it is {shown(real_s)}, not {named[0].text}",
            instead="the two recorded times; the duration follows from them",
            confidence=sure(named[0].length_s, real_s),
        )


def _between(claim: Claim, listed: list[Event]) -> Iterator[Hit]:
    spot, words, after, one = claim
    # An entry with a time of its own tells of what ended then, and not of two other steps.
    own = any(event.number == spot.line and event.kind == "leading" for event in listed)
    listed = [event for event in listed if event.number != spot.line]
    row = _of_row(f"{words} {after}", listed)
    if row and not _fits(one, *row):
        yield _hit(claim, row)
        return
    match = TO_AFTER.search(after) or (FROM_TO.search(words.rstrip(" :=–-(,")) if not TOOK.search(words) else None)
    if match:
        pairs = _ends(match, listed)
    elif TOOK.search(f"{words} {after[:16]}") and not own:
        pairs = _of_subject(words, listed)
    else:
        return
    if not pairs or any(_fits(one, *pair) for pair in pairs):
        return
    exact = [event for event in listed if event.moment.to_s <= one.exact_s]
    sure = len(pairs) == 1 and CUT.search(words) and BEGUN.search(pairs[0][0].text)
    if not match and not sure and any(_fits(one, *pair) for pair in combinations(exact, 2)):
        return
    yield _hit(claim, pairs[0])


def _of_row(said: str, listed: list[Event]) -> tuple[Event, Event] | None:
    """Return start and end of the one row whose name, a letter and a number, stands in a sentence: `(B5)`."""
    names = set(NAMES.findall(said))
    rows: dict[int, list[Event]] = {}
    for event in listed if len(names) == 1 else ():
        if event.kind == "row" and names & set(NAMES.findall(event.text)[:1]):
            rows.setdefault(event.number, []).append(event)
    found = next(iter(rows.values()), []) if len(rows) == 1 else []
    return (found[0], found[1]) if len(found) == 2 else None


def _hit(claim: Claim, pair: tuple[Event, Event]) -> Hit:
    (spot, _, _, one), (first, last) = claim, pair
    return Hit(
        spot=spot,
        also=(first.spot, last.spot),
        why=f"from {first.moment.text} to {last.moment.text} it is {shown(_apart_s(first, last))}, not {one.text.strip()}",
        instead="the two recorded times; the duration follows from them",
        confidence=sure(one.length_s, _apart_s(first, last)),
    )


def _ends(match: re.Match[str], listed: list[Event]) -> list[tuple[Event, Event]]:
    """Return the pairs of steps that `from A to B` may mean."""
    starts = _telling(stems(match["a"]), listed)
    ends = _telling(stems(match["b"]), listed)
    starts = starts[:1] if match["a_pick"] == "first " else starts
    ends = ends[-1:] if match["b_pick"] == "last " else ends
    return [
        (a, b) for a in starts for b in ends if a is not b and a.moment.fits(b.moment) and a.moment.at < b.moment.at
    ]


def _telling(what: frozenset[str], listed: list[Event]) -> list[Event]:
    found = [one for one in listed if what and what <= one.stems]
    return sorted(found, key=lambda one: one.moment.at)


def _of_subject(words: str, listed: list[Event]) -> list[tuple[Event, Event]]:
    """Return the pairs of a step that begins and one that ends what a sentence is about."""
    what = stems(TOOK.sub(" ", words)) | (stems(words) & stems("refused read only frozen"))
    begun = [one for one in listed if what & one.stems and (STARTS.search(one.text) or BEGUN.search(one.text))]
    ended = [one for one in listed if what & one.stems and (ENDS.search(one.text) or AGAIN.search(one.text))]
    return [
        (a, b)
        for a in begun
        for b in ended
        if a is not b and a.moment.fits(b.moment) and a.moment.at < b.moment.at and a.moment.to_s == b.moment.to_s == 1
    ]


def _apart_s(first: Event, last: Event) -> float:
    return (last.moment.at - first.moment.at).total_seconds()


def _fits(one: Length, first: Event, last: Event) -> bool:
    if not first.moment.fits(last.moment):
        return False
    apart_s = abs(_apart_s(first, last))
    to_s = max(first.moment.to_s, last.moment.to_s)
    return one.fits(apart_s, to_s) or one.fits(DAY_S - apart_s, to_s)
