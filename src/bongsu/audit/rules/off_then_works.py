"""What an entry switches off does nothing in a later entry, and is not switched on twice, unless one between tells of it.

Source: the log's own entries; a rule, an alarm or a consumer that is off stays off until somebody switches it on.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.claims import by_hand, withdrawn
from bongsu.audit.concepts import HYPOTHETIC, NEGATED
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.typed import typed
from bongsu.audit.words import PLANNED, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment

SEVERITY = Severity.ERROR
SINCE = re.compile(r"\b(?:after|since|once|when|because)\b|(?:이후|뒤|후)(?![가-힣])", re.IGNORECASE)
CONFIDENCE = Confidence.MEDIUM
KIND = r"(?:rules?|alarms?|triggers?|functions?|lambdas?|consumers?|workers?|bots?|jobs?|schedules?|schedulers?|crons?|queues?|feeds?|pipelines?|규칙|룰|알람|경보|트리거|함수|람다|소비자|워커|봇|작업|스케줄|예약)"
WHICH = r"(?:legacy|old|new|previous|current|first|second|기존|구형|신규|이전|새)"
OFF = re.compile(
    r"(?<![\w-])(?:disabled|DISABLED|silenced|paused|muted|stopped|suspended|throttled|(?:switched|turned) off|is off|off from here)(?![\w-])|비활성화|(?<![가-힣])(?:끔|껐|꺼짐|꺼 ?둠|멈춤|중지|정지)",
    re.IGNORECASE,
)
ON = re.compile(
    r"(?<![\w-])(?:re-?)?(?:enabled|activated|resumed|unmuted|unsilenced|unpaused|(?:re)?started|restored|revived|lifted|(?:switched|turned) (?:back )?on|back on|on again|is on)(?![\w-])|enable-rule|(?<!비)활성화|켬|켰|켜짐|재개|해제|복구|되살|다시",
    re.IGNORECASE,
)
EVERYTHING = re.compile(
    r"\b(?:all|both|everything|every|rolled? ?back|rollback|restored|reverted)\b|모두|전부|롤백|되돌|원복",
    re.IGNORECASE,
)
WORKS = re.compile(
    r"(?<![\w-])(?:fired|fires|ran|runs|triggered|invoked|executed|took|sent|paged|processed|delivered|run (?:by|of|from)|first (?:run|invocation|execution))(?![\w-])|실행|발송|울림|울렸|작동|호출|동작|처리",
    re.IGNORECASE,
)
DEED = re.compile(
    r"(?<![\w-])(?:enabled|activated|resumed|unmuted)(?: rule \S+)?(?: \([^)]*\))?(?= *(?:\||$|[.,;]))|(?<![비재])활성화(?:함|했다)?(?= *(?:\||$|[.,]))"
)
WORD = re.compile(
    r"(?:on|re|un|pre|post|non|co|e|go|stand|day|first|cut|roll|fail|follow|start|end|hand|run|read|by)-\w+|[a-z]+-(?:up|over|off|on|by|in|out|back|live|minute|hour|second)",
    re.IGNORECASE,
)
"""Words with a hyphen that name nothing."""
NAME = re.compile(r"(?<![\w./:#@-])[A-Za-z][A-Za-z\d]*(?:[-_][A-Za-z\d]+)+(?![\w/@-]|[.:]\w)")
WORDED = re.compile(rf"(?:(?P<which>{WHICH}) )?(?:[\w가-힣-]+ )?(?P<kind>(?<![\w-]){KIND})(?![A-Za-z])", re.IGNORECASE)
TIMED = re.compile(r"[\s>*•|\[(`-]*(?:\d{1,2}[.)] +)?[\[(*`]*\d{1,2}:\d\d(?::\d\d)?")
PASSED = re.compile(
    r"\b(?:last|until|before|would|by hand|manual\w*|test event|dry[- ]run|in flight|already|earlier|queued|scheduled|during|while)\b|마지막|이전까지|수동|시험|테스트|예약됨|직접",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:not|never|cannot|nobody|nothing|without)\b|n't\b|않|못|아니", re.IGNORECASE)
LONGEST, ENTRIES_MOST = 140, 120
CLAUSE = re.compile(r"[,;](?= )|\. |(?<=고) |(?<=며) ")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line tells under a time of its own."""

    number: int
    at: Moment
    text: str
    things: frozenset[str]


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what works after it was switched off, and what is switched on when it is on."""
    for log in filter(by_hand, logs):
        entries = _entries(log)
        many = Counter(name for entry in entries for name in entry.things)
        for place, entry in enumerate(entries if len(entries) <= ENTRIES_MOST else ()):
            if len(entry.things) == 1 and many[next(iter(entry.things))] > 1 and not PASSED.search(entry.text):
                yield from _after(log, entry, entries[place + 1 :])


@lru_cache(maxsize=64)
def _entries(log: Log) -> tuple[Entry, ...]:
    found = []
    for number, line in log.numbered():
        told = log.moments(number) if TIMED.match(line) and len(line) <= LONGEST else ()
        if len(told) != 1 or typed(line) is not None or withdrawn(log, number):
            continue
        text = plain(line)
        if not any(words.search(text) for words in (HYPOTHETIC, PLANNED)):
            found.append(Entry(number, told[0], text, _things(text)))
    return tuple(found)


def _things(text: str) -> frozenset[str]:
    """Return what a text names: by an identifier, or by its kind with which of them it is."""
    names = frozenset(
        match[0].lower() for match in NAME.finditer(text.replace("`", " ")) if not WORD.fullmatch(match[0])
    )
    worded = {
        f"{(match['which'] or '').lower()} {match['kind'].lower().rstrip('s')}".strip()
        for match in WORDED.finditer(text)
    }
    return names or frozenset(worded)


def _unsaid(one: Entry, name: str) -> bool:
    """Return whether an entry may be about a thing that it does not name: of no thing, or of one of its kind."""
    bare = {thing for thing in one.things if " " not in thing and not NAME.fullmatch(thing)}
    return bare == one.things and (not bare or NAME.fullmatch(name) is not None or name.rsplit(maxsplit=1)[-1] in bare)


def _after(log: Log, entry: Entry, later: Sequence[Entry]) -> Iterator[Hit]:
    (name,) = entry.things
    off, on = OFF.search(entry.text), ON.search(entry.text)
    if bool(off) == bool(on) or DENIED.search(entry.text):
        return
    for one in later:
        if not one.at.fits(entry.at) or one.at.at <= entry.at.at or EVERYTHING.search(one.text):
            return
        if name not in one.things:
            if (ON if off else OFF).search(one.text) and _unsaid(one, name):
                return
            continue
        if _told_between(log, entry, one, ON if off else OFF):
            return
        if off and _works(one, name) and not ON.search(one.text):
            yield _hit(log, one, entry, f"line {entry.number} switches off what works here")
        elif on and _switches_on(one) and DEED.search(entry.text):
            yield _hit(log, one, entry, f"line {entry.number} has switched it on, and no line between switches it off")
        return


def _switches_on(one: Entry) -> bool:
    """Return whether an entry tells of a switching on as its own deed, and not of what came after one."""
    return bool(DEED.search(one.text)) and not OFF.search(one.text) and not SINCE.search(one.text)


def _told_between(log: Log, entry: Entry, one: Entry, words: re.Pattern[str]) -> bool:
    """Return whether a line between two entries that is none itself tells of a switching."""
    timed = {each.number for each in _entries(log)}
    return any(n not in timed and words.search(line) for n, line in log.numbered(entry.number + 1, one.number - 1))


def _works(one: Entry, name: str) -> bool:
    """Return whether the clause that names a thing tells that it worked."""
    for clause in CLAUSE.split(one.text):
        if name in _things(clause) and WORKS.search(clause):
            return not (NEGATED.search(clause) or PASSED.search(one.text) or OFF.search(clause))
    return False


def _hit(log: Log, one: Entry, entry: Entry, why: str) -> Hit:
    return Hit(
        spot=log.spot(one.number),
        also=(log.spot(entry.number),),
        why=why,
        instead="the step that switched it on again, with its time, or who really did the work",
    )
