"""What an entry gives as the cause of what it tells, and the entries in which that was done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bongsu.audit.ahead import KO_PAST, PAST
from bongsu.audit.begun import CLAIM, GAP_MOST, SAID_MOST, entries, often, telling
from bongsu.audit.claims import late, withdrawn
from bongsu.audit.deeds import deeds, related
from bongsu.audit.passages import beginning
from bongsu.audit.patterns import pattern
from bongsu.audit.rows import others
from bongsu.audit.typed import typed
from bongsu.audit.units import units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.begun import Entry, Sentence
    from bongsu.audit.log import Log

_WHO = r"(?:the|our|its|his|her|their|that|this|we|I|he|she|they|you|someone|somebody|[A-Z][\w.-]+(?:['’]s)?|\w+['’]s)"
BEHIND = re.compile(
    rf"\b(?:because(?: of)?|thanks? to|thank\w* (?:\w+ ){{0,3}}for|due to|owing to|(?:caused|triggered|brought on) by|(?:as a |the |a )?results? of|courtesy of|blam\w+(?: it)? on"
    rf"|(?i:after|since|now that|once|following) (?={_WHO} )|[Ss]ince (?=\w+ing\b)|noticed|felt"
    r"|(?:it|that|this)(?:['’]s| is| was|['’]ll be|'d be)(?: (?:just|only|probably|from|after|due to))? the|(?:com(?:es|ing)|came) (?:from|of)|from (?=the (?:\w+ )?\w+$))\b"
)
"""What stands before a cause."""
FRONT = pattern(
    r"\b(?:did (?:it|that|this|the (?:trick|job|work))|has done (?:it|its)|had (?:\w+ed|brought|made|done|put|let|sent|set|taken|cut|given)\b|doing (?:its|his|her|their) (?:work|job|thing)"
    r"|(?:is|are) (?:working|to blame|to thank)|worked(?! on)|took (?:effect|hold)|taking (?:effect|hold)|kicked in|helped|paid off|made the difference|bit(?= |$)"
    r"|(?:fixed|cleared|cured|solved|sorted|brought|unblocked|unstuck|freed) (?:it|that|them|things|this)|(?:has|have) (?:fixed|cleared|cured|solved|sorted|unblocked|freed|brought))\b",
    re.IGNORECASE,
)
"""What stands behind one."""
KO = pattern(
    r"때문|덕분|덕[에이으택인임]|탓|여파|효과(?![가는도]? ?(?:거의|전혀|아직|별로|없|못))|영향|고 ?나서|고 ?나니|고부터|자마자|(?:[은ㄴ한된간난운린인친깐꾼낸갈진킨춘] |[가-힣](?:한|된) ?)(?:뒤|후|다음)(?:로|에|부터)?(?![가-힣])|직후|이후로?"
    r"|(?<!있)[해돼되져려와어아워러겨켜춰여라꿔내써쳐파거가]서(?![가-힣])|(?<=[가-힣])니까? (?=[가-힣 ]{0,12}(?:풀|낫|나아|돌아|사라|없|잘|되|됐|바로|정상|해결|줄|멈|그[쳤침]))|더니|먹[혔힌혀]|보고(?= )"
)
"""What stands behind one in Korean."""
THANKS = re.compile(r"thank", re.IGNORECASE)
REMEDY_KO = re.compile(r"덕|효과|먹")
WEAK = frozenset(["send"])
"""What every log tells of again and again."""
ANY = frozenset(["any"])
"""For a remedy whose words name no deed that is known."""
CUT = re.compile(r"[,;:.!?]\s|\s[–—-]\s|\(|\)|\"|“|”")
UNDONE = re.compile(
    r"\b(?:will|would|should|must|can|may|could|might|if|whether|plan\w*|going to|about to|ready|wait\w*|expect\w*|until|before|not|no|nobody|nothing|never|without|n['’]t|yesterday|last (?:week|month|year|night|time|\w+day)"
    r"|want\w*|please|let['’]s|trial|rehears\w*|tomorrow|next|needs?|usual\w*|always|old|ask(?:s|ed)?|still|to (?:be )?$|todo|every|each|also|by hand|noisy|this morning|earlier|a (?:week|day|month) ago|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|\w['’]ll|n['’]t\b"
    r"|동안|예정|계획|내일|어제|지난|다음 ?(?:주|번)|하면|되면|않|못|없|아직|리허설|연습|겠|까지|전에|아침에|월요일|화요일|수요일|목요일|금요일|[?]|만약|려고|[하할을] ?(?:것|거|게)|주세요|바랍",
    re.IGNORECASE,
)
"""What is planned, denied, or of another day."""
AGAIN = re.compile(
    r"\b(?:again|another|second|third|fourth|once more|too|also|more|rest|remaining|others?|re-?run|repeat\w*)\b|다시|또|추가|나머지|두 ?번째|[2-9]차",
    re.IGNORECASE,
)
"""What was done before, too, though the log may not tell of it."""
CAUSE_MOST = 70
FAR_S = 4 * 3600
RARE_MOST = 4
ENTRIES_LEAST = 4


@dataclass(frozen=True, slots=True)
class Blamed:
    """A sentence that gives a deed as the cause of what it tells."""

    entry: Entry
    sentence: Sentence
    cause: str
    """The words that name the cause."""
    deeds: frozenset[str]


@lru_cache(maxsize=64)
def blamed(log: Log) -> tuple[Blamed, ...]:
    """Return what the entries of a log give as causes, in the order of its lines."""
    found = entries(log)
    return tuple(one for entry in found for one in _blamed(log, entry)) if len(found) >= ENTRIES_LEAST else ()


def _blamed(log: Log, entry: Entry) -> Iterator[Blamed]:
    for sentence in entry.said[:SAID_MOST] if _leads(log, entry) else ():
        line = log.line(sentence.number)
        if not _goes_on(log, entry, sentence) or withdrawn(log, sentence.number) or typed(line) is not None:
            continue
        for cause, remedy in _named(sentence.text):
            told = frozenset() if UNDONE.search(cause) else deeds(cause) or (ANY if remedy else frozenset())
            beside = sentence.text.replace(cause, " ")
            others = frozenset().union(*(_told_plainly(one.text) for one in entry.said if one is not sentence))
            told -= deeds(beside) | others  # What it tells itself to have been done was done by then.
            if (
                told
                and not COMING.search(beside)
                and (PAST.search(beside) or KO_PAST.search(sentence.text) or GONE.search(beside))
            ):
                yield Blamed(entry, sentence, cause, told)


def _told_plainly(text: str) -> frozenset[str]:
    """Return the deeds of a sentence that it does not give as a cause."""
    return deeds(text).difference(*(deeds(cause) for cause in causes(text)))


GONE = re.compile(
    r"\b(?:is|are|now|gone|back|right|again|(?:at )?0(?![.:\d])|zero|down|up|better|quiet|thanks?|stop(?:ped|s)|good|normal|\w+s)\b|[가-힣]",
    re.IGNORECASE,
)
"""What tells how things are since."""


COMING = re.compile(
    r"\b(?:will|going to|shall|let['’]s|please)\b|\w['’]ll\b|게요|겠|예정|합시다|하자|주세요|바랍", re.IGNORECASE
)
LEAD = re.compile(r"[^\w\"{]*(?:(?:#?\d{1,8}[^\w\"{]+|[^\W\d][\w.@-]{0,16}(?: ?[:>\]|)]|\s{2}|\s\[)[^\w\"{]*)){0,2}")
"""What may stand before the time of an entry: its number, its writer."""


def _leads(log: Log, entry: Entry) -> bool:
    """Return whether an entry's line begins with its time, or is of an object that has it."""
    line = log.line(entry.number)
    if entry.moment not in log.moments(entry.number):
        return line.lstrip()[:1] in ("{", '"')
    return line.lstrip()[:1] in ("{", '"') or LEAD.fullmatch(line[: entry.moment.column - 1]) is not None


def _goes_on(log: Log, entry: Entry, sentence: Sentence) -> bool:
    """Return whether a sentence is in the entry's own line, goes on from it or stands indented below it."""
    if sentence.number == entry.number:
        return True
    line, head = log.line(sentence.number), log.line(entry.number)
    passage = beginning(log).get(entry.number)
    deeper = len(line) - len(line.lstrip()) > len(head) - len(head.lstrip())
    near = sentence.number - entry.number <= GAP_MOST
    return near and (deeper or (passage is not None and sentence.number <= passage.last))


def causes(text: str) -> Iterator[str]:
    """Yield the words of a sentence that name the cause of what it tells."""
    return (cause for cause, _ in _named(text))


def _named(text: str) -> Iterator[tuple[str, bool]]:
    """Yield them, and whether they are called a remedy, which was done whatever it is called."""
    for match in BEHIND.finditer(text):
        rest = text[match.end() :][:CAUSE_MOST]
        stop = CUT.search(rest)
        yield rest[: stop.start()] if stop else rest, THANKS.match(match[0]) is not None
    for words in (FRONT, KO):
        for match in words.finditer(text):
            before = text[: match.end() if words is KO else match.start()]
            start = max((one.end() for one in CUT.finditer(before)), default=0)
            yield (
                before[max(start, len(before) - CAUSE_MOST) :],
                words is FRONT or REMEDY_KO.match(match[0]) is not None,
            )


def done(log: Log, one: Blamed) -> tuple[Entry, Sentence] | None:
    """Return the entry, later than a sentence, that tells of what it gives as the cause; None where an earlier line does."""
    for other in entries(log):
        apart_s = (other.moment.at - one.entry.moment.at).total_seconds()
        if other.number == one.entry.number or not late(other.moment, one.entry.moment) or apart_s > FAR_S:
            continue
        for sentence in other.said[:2] if one.deeds != ANY or _leads(log, other) else ():
            shared = _shared(log, one, sentence) if not others(one.sentence.text, sentence.text) else frozenset()
            if shared and not _before(log, one, other, shared):
                return other, sentence
    return None


def _shared(log: Log, one: Blamed, sentence: Sentence) -> frozenset[str]:
    """Return the words that a sentence shares with one that gives a cause, where it tells that this was done."""
    same = _acts(one.deeds, sentence.text)
    shared = one.sentence.about & sentence.about
    if one.deeds == ANY:
        shared &= telling(one.cause)
    if not same or not shared or AGAIN.search(sentence.text):
        return frozenset()
    if any(deeds(cause) & same for cause in causes(sentence.text)):
        return frozenset()
    if same & one.deeds - WEAK:
        return shared
    count, named = often(log), telling(one.cause)
    return frozenset(word for word in shared & named if count[word] <= RARE_MOST)


def _acts(told: frozenset[str], text: str) -> frozenset[str]:
    """Return the deeds, the same or like them, that a sentence tells of as done."""
    found: frozenset[str] = frozenset()
    for part in [text] if CLAIM.search(text) else CUT.split(text):
        if CLAIM.search(part) or not UNDONE.search(part):
            found |= deeds(part)
    return found if told == ANY else found & related(told)


def _known(one: Blamed, text: str) -> bool:
    """Return whether a text tells of the very deed."""
    return bool(_acts(one.deeds, text) if one.deeds == ANY else _acts(one.deeds, text) & one.deeds)


def _before(log: Log, one: Blamed, other: Entry, shared: frozenset[str]) -> bool:
    """Return whether something earlier than a sentence, by its time or by its place, tells of the deed."""
    for entry in entries(log):
        if entry is one.entry or late(entry.moment, one.entry.moment) or not _leads(log, entry):
            continue
        named = shared | telling(one.cause)
        if any(named & said.about and _known(one, said.text) for said in entry.said):
            return True
    first, left_out = (
        entries(log)[0].number,
        {*range(one.entry.number, one.entry.last + 1), *range(other.number, other.last + 1)},
    )
    return any(
        first <= unit.number < one.sentence.number
        and unit.number not in left_out
        and shared & telling(unit.text)
        and _known(one, unit.text)
        for unit in units(log)
    )
