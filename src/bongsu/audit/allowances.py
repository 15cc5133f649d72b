"""Allowances: the spans and ends that a log says it was given, in whatever words, and the claims that they were kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.log import ROW
from bongsu.audit.moments import CONNECTED
from bongsu.audit.passages import passages, sentences
from bongsu.audit.patterns import pattern
from bongsu.audit.spoken_clocks import ends, spans
from bongsu.audit.windows import LATE, LONGER, NOT_THIS, stated, windows
from bongsu.audit.words import PLANNED, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.findings import Spot
    from bongsu.audit.log import Log
    from bongsu.audit.moments import Moment
    from bongsu.audit.passages import Passage

_NOUN = r"(?:windows?|slots?|permits?|possession|freeze|black-?out|closure|allowance|deadline|cut-?off|curfew)"
_HAD = r"(?:agree[ds]?|allow(?:ed|s)?|permit(?:ted|s)?|promise[ds]?|g[ai]ves?|given|grant(?:ed|s)?|booked|reserved|approved|authori[sz]ed|announced)"
GIVEN = pattern(
    rf"(?<![\w-])(?:{_HAD}|{_NOUN}|periods?|hours)(?![\w-])|_(?:window|slot|time|hours|allows?|allowed)\b"
    r"|(?<![가-힣])\w*창(?![가-힣]*[고구])|허용|허가|승인|합의|약속|정한|정해진|받은|구간|시간대|작업 ?시간|사이에만|점검|동결|발송 ?시간|까지만|마감|기한|시한",
    re.IGNORECASE,
)
"""What makes two times a span that was given, or one an end that was set."""
LOOSE = pattern(
    r"\b(?:may|must|only|has to|have to|latest|nothing|nobody|no longer|no \w+ (?:after|past)|not (?:after|before|later)|ask(?:ed|s)|want(?:ed|s)?|wish(?:ed)?|times?|limits?|until)\b|기로|늦어도|안에|넘기면|금지|영업 ?전|까지|사이에",
    re.IGNORECASE,
)
"""What may make one, where a claim speaks of the same thing."""
HEADED = pattern(r"(?:when|date|time|times|slot|window|period|hours|언제|일시|시간|구간|작업|때)\b", re.IGNORECASE)
TO = re.compile(
    r"\s*(?:hours|시|o'clock|local|KST|UTC|Z)?\s*(?:-|–|—|~|〜|→|to|until|till|and|부터|에서)\s*(?:밤|저녁|오후|오전|새벽|아침)?\s*",
    re.IGNORECASE,
)
ENDS = re.compile(
    r"\b(?:by|before|until|till|latest|no later than|not later than|out by|prior to|ahead of|deadline)\W{1,3}(?:at )?$"
    r"|\b(?:deadline|cut-?off)(?: is| was)?(?: set)?(?: at| for| to)? $|\b(?:no|nothing|never|nobody)\b[^.;]{0,30}\b(?:after|past|later than) $|(?:마감|기한|시한)(?: ?시각| ?시간)?[은는이가]? ?[:：]? ?$",
    re.IGNORECASE,
)
ENDS_KO = re.compile(r"\s?(?:까지|전까지|이전까지|전에|이전에|안에)(?!만 ?해도)")
ROW_END = re.compile(r"\b(?:latest|deadline|cut-?off|end of (?:slot|window))\b|마감|기한|늦어도", re.IGNORECASE)
MILITARY = re.compile(
    r"(?<![\w:.-])(?P<a>[01]\d[0-5]\d|2[0-3][0-5]\d)(?P<z>Z?) ?(?:-|–|to) ?(?P<b>[01]\d[0-5]\d|2[0-3][0-5]\d)(?P=z)(?![\w:-])"
)
_THE = r"(?:(?:the|our|its|that|this|these|those|their|what|of) ){0,2}"
_TOLD = r"(?:was|were|is|are|has been|have been|been) (?:\w+ )?"
KEPT = pattern(
    rf"\b(?:(?:with)?in(?:side)?|into)(?: of)? {_THE}(?:(?!time\b)[\w'-]+ ){{0,3}}{_NOUN}\b(?! (?:of|for) \d)|\b(?:within|inside|in(?! (?:the|a) (?:bank|\w+ promised)))(?: of)? {_THE}(?:[\w'-]+ ){{0,4}}?{_HAD}\b|\b(?:within|inside)(?: of)? (?:the|our|their|those|these) (?:hours?|times?|period)\b"
    rf"|\bbefore (?:the end|the close) of\b|\bbefore (?:the |our |a |its )?(?:\w+ ){{0,4}}(?:closed|opened|ended|began|started|ran out|lock-?up|opening|closing)\b"
    rf"|\b(?:kept|held|stuck|stayed|respected) (?:to )?{_THE}(?:[\w'-]+ ){{0,4}}?(?:{_NOUN}|{_HAD}|promise|rule|hours|times)\b|\b(?:{_NOUN}|promise|agreement|agreed (?:time|hours|period)) (?:\w+ ){{0,7}}?(?:{_TOLD})?(?:kept|met|held|respected|observed|honou?red)\b"
    rf"|\b(?:nothing|none|nobody|no \w+|never)\b[^.;]{{0,40}}\b(?:outside|beyond|past|after)\b {_THE}(?:[\w'-]+ ){{0,2}}(?:{_NOUN}|{_HAD}|hours|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|time)\b|[a-z]_?(?:[Ww]ith|_)[Ii]n(?:side)?_?(?:the_)?(?:\w+_)?(?:window|time|slot)\"? ?: ?(?:true|\"?yes|\"[^\d\"\[]{{3}})|(?:window|slot|time|deadline)_?kept"
    r"|\bbetween (?:half past |a? ?quarter (?:past|to) )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) and (?:half past |a? ?quarter (?:past|to) )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"|(?:(?:허용|허가|승인|약속|작업|정한|받은|발송|점검) ?(?:된 |받은 |한 )?시[간각]|(?<![가-힣])시간|창|구간|시간대|마감(?: ?시각)?|[기시]한|약속|동결|윈도우|한 시|두 시|세 시|네 시|\d시)\s?(?:안|내|이내|전)(?:에서?|으?로|이)?(?![가-힣]*(?:까지|내))|(?:시간|창|구간|시간대|마감|[기시]한|약속|시각|동결)[을를은는도]? ?(?:[가-힣]+ ){0,2}(?:지[켰킴켜키]|준수|넘기지|벗어나지|맞[췄추])",
    re.IGNORECASE,
)
"""What says that something was inside what was given."""
IN_TIME = pattern(
    r"(?<![_\w])(?:in (?:due |good |ample )?time(?! zone| series|ly)|on time|to spare|before time)\b(?! out)|제때|제시간|늦지 ?않",
    re.IGNORECASE,
)
"""What says of anything that it was in time."""
DID = re.compile(
    r"\b(?:was|were|is|had|been|did|do|fell|ran|went|made|took|kept|met|held|gave|got|all|every\w*|nothing|nobody|no|still|\w+ed)\b|_|true|yes|끝|마[침친쳐]|지킴|지켜|완료|함|남|종료",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"[,;:]\s|\.\s+|\s[–—-]\s|\b(?:and|but|so|because|since|while)\b|(?<=[가-힣](?:고|며|나|서))(?<!에서)[ ,]|(?<=므로|니까)[ ,]"
)
PLANNED_SO = re.compile(
    r"(?:당초 |원래 )?계획서(?:에서?|의|상)?(?= )|\b(?:could|can|may) (?:\w+ )?(?:tell|say|report|write|note)\b|(?:계획|예정)(?:한|된|했던|되어 있던)|\bplanned\b|\btargets?\b",
    re.IGNORECASE,
)
"""What calls the span itself planned, or says that somebody may say so."""
SOME = re.compile(
    r"\b(?<!every )(?<!each )(?:\d+|one|two|three|four|five|six|some|most|half)(?: \w+)? (?:of|out of) (?:the |them\b|\d|two|three|four|five|six|seven)|\b(?:one|two|three) in time\b|중 ?(?:한|두|세|\d)",
    re.IGNORECASE,
)
"""What says so of some, and not of all."""
BARE = re.compile(r"\bto spare\b|^\W*(?:so |and |all )*in (?:good |due |ample )?time\b", re.IGNORECASE)
"""What tells of what was, without a verb."""
BOTH = re.compile(r"\b(?:the|all) (?:two|three|four|five|six) of (?:them|us)\b", re.IGNORECASE)
"""What says so of all, and not of some."""
NOT_LONGER = pattern(
    r"\b(?:no|without|not ask(?:ed)? for(?: an?)?|nor any|never asked for(?: an?)?) (?:an? |any )?(?:exten\w+|more time)(?: was| were)?(?: asked(?: for| of)?| needed| requested)?|"
    r"연장 ?(?:신청|요청)?[은는을를도]? ?(?:하지 ?않\S*|없\S*|안 ?\S+)",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:not|n't|cannot|nearly|almost|late|except|apart from|but (?:one|two|for)|too (?:late|slow|long)|if|whether|unless|would|should|must|will|may|can|please|want\w*|need\w*|hope\w*|ask(?:ed|s)?|tomorrow|next|last (?:time|week|year)|first time)\b|\?|못|않(?!고 끝|았)|넘겨|넘겼|초과|벗어나(?!지)|연장|예정|해야|바랍|주세요|하면|기로|다음|지난|제외|빼고|(?:합니다|한다|할 것)\W*$",
    re.IGNORECASE,
)
"""What makes it no claim that something was in time."""
HOUR_NAMES = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOUR = r"\d{1,2}|" + "|".join(HOUR_NAMES[1:])
_HALF = r"[ap]\.?m\b|in the (?:morning|evening|afternoon)|at night"


def _clock(n: int) -> str:
    return rf"(?P<h{n}>{_HOUR})(?::(?P<m{n}>\d\d))?(?: ?o'clock)? ?(?P<half{n}>{_HALF})?"


NEITHER = re.compile(
    rf"\b(?:no|not|nothing|never|nobody|none)\b[^.;]{{0,60}}\b(?:before|earlier than) {_clock(1)},? (?:and|n?or)(?: \w+)? (?:after|later than|past) {_clock(2)}(?![\d:])",
    re.IGNORECASE,
)
NEITHER_KO = pattern(
    r"(?P<half1>오전|아침|새벽)? ?(?P<h1>\d{1,2})(?::(?P<m1>\d\d)|시) ?이?전(?:에는|에|과|이나|,)? ?(?P<half2>오후|저녁|밤)? ?(?P<h2>\d{1,2})(?::(?P<m2>\d\d)|시) ?(?:이후|뒤|넘어|지나)[^.]{0,30}(?:않|안 |금지|못|말)"
)
HALF_LATER = re.compile(r"p\.?m|evening|afternoon|night|오후|저녁|밤", re.IGNORECASE)
AM_PM_S, DAY_S, LEAST_S, MOST_S, FAR_S = 43_200, 86_400, 600, 14 * 3600, 2 * 3600
HEAD_LINES = 15
FINALS, PAST_FINAL, BEFORE_MOST = 28, 20, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """One span that was given; of an end alone the start is the end."""

    number: int
    last: int
    start_s: int
    end_s: int
    """Seconds of the day, by the clock that it is told by."""
    zone_min: int | None
    halves: bool
    """Whether its hours may be of either half of the day."""
    about: frozenset[str]
    text: str
    spot: Spot
    named: bool = True
    """Whether its words say that it was given; else only a claim of the same thing is one of it."""
    strict: bool = False
    """Whether it is the one window of the log."""

    def after_s(self, moment: Moment) -> float:
        """Return by how much a time is after the end, in seconds; 0 for one inside the span or before it."""
        shown = shown_s(moment)
        if self.zone_min is not None and moment.zone_min is not None:
            shown = (shown + 60 * (self.zone_min - moment.zone_min)) % DAY_S
        length = (self.end_s - self.start_s) % DAY_S
        turns = (0, AM_PM_S) if self.halves else (0,)
        since = min((shown - self.start_s - turn) % DAY_S for turn in turns)
        return since - length if length < since <= length + FAR_S else 0.0


def shown_s(moment: Moment) -> int:
    """Return the second of the day that a time shows, on the clock that it is told by."""
    at = moment.at
    return (at.hour * 3600 + at.minute * 60 + at.second + 60 * (moment.zone_min or 0)) % DAY_S


@lru_cache(maxsize=64)
def allowances(log: Log) -> tuple[Allowed, ...]:
    """Return what a log says it was given, in the order of its lines."""
    found = [one for passage in passages(log) for one in _of_passage(passage)]
    places = {one.number for one in found}
    found += [
        _made((window.number, window.number), (window.start, window.end), log.line(window.number), window.spot)
        for window in stated(log)
        if window.number not in places
    ]
    alone = {(shown_s(one.start), shown_s(one.end)) for one in windows(log)}
    return tuple(replace(one, strict=(one.start_s, one.end_s) in alone) for one in found)


def _of_passage(passage: Passage) -> Iterator[Allowed]:
    log, lines = passage.log, (passage.number, passage.last)
    if log.fenced(passage.number) or withdrawn(log, passage.number):
        return
    led = passage.moments and passage.moments[0].column <= 4
    for at, text in sentences(passage):
        times = [one for one in passage.moments if at < one.column <= at + len(text)]
        context = f"{log.section(passage.number).title} {text}" if not passage.number > HEAD_LINES else text
        headed = HEADED.search(context) or HEADED.match(passage.text.lstrip(" -*|·•"))
        named = bool(GIVEN.search(text) or (passage.number <= HEAD_LINES and headed and not led))
        yield from _hours_told(passage, at, text)
        if not times and (GIVEN.search(text) or LOOSE.search(text)):
            yield from _in_words(passage, at, text)
        if not (named or LOOSE.search(text)):
            continue
        pairs = [
            (one, other)
            for one, other in pairwise(times)
            if (CONNECTED.fullmatch(gap := passage.text[one.end - 1 : other.column - 1]) or TO.fullmatch(gap))
            and not NOT_THIS.search(passage.text[max(at, one.column - 1 - BEFORE_MOST) : one.column - 1])
        ]
        for one, other in pairs:
            made = replace(_made(lines, (one, other), text, passage.moment_spot(one)), named=named)
            if LEAST_S <= (made.end_s - made.start_s) % DAY_S <= MOST_S:
                yield made
        if not pairs:
            yield from (replace(one, named=named) for one in _ends(passage, at, text, times))
        for match in MILITARY.finditer(text):
            ends = [int(match[name][:2]) * 3600 + int(match[name][2:]) * 60 for name in "ab"]
            yield Allowed(
                number=lines[0], last=lines[1], start_s=ends[0], end_s=ends[1], zone_min=0 if match["z"] else None,
                halves=False, about=stems(text), text=match[0], spot=passage.spot(at + match.start(), at + match.end()),
            )  # fmt: skip


def _hours_told(passage: Passage, at: int, text: str) -> Iterator[Allowed]:
    """Yield the hours that a sentence leaves between two others: `nothing before 8 in the morning nor after 8 in the evening`."""
    found = NEITHER.search(text) or NEITHER_KO.search(text)
    if found is not None:
        start_s, end_s = (_clock_s(found[f"h{n}"], found[f"m{n}"], found[f"half{n}"]) for n in (1, 2))
        yield Allowed(
            number=passage.number, last=passage.last, start_s=start_s, end_s=end_s, zone_min=None, halves=False,
            about=stems(text), text=f"{_shown(start_s)} – {_shown(end_s)}",
            spot=passage.spot(at + found.start(), at + found.end()),
        )  # fmt: skip


def _in_words(passage: Passage, at: int, text: str) -> Iterator[Allowed]:
    """Yield the spans and ends that a sentence gives in words: `between six and nine in the morning`."""
    for one in (*spans(text), *ends(text)):
        yield Allowed(
            number=passage.number, last=passage.last, start_s=one.start_s, end_s=one.end_s, zone_min=None,
            halves=one.halves, about=stems(text), text=text[one.start : one.end].strip(),
            spot=passage.spot(at + one.start, at + one.end), named=GIVEN.search(text) is not None,
        )  # fmt: skip


def _clock_s(hour: str, minute: str | None, half: str | None) -> int:
    value = int(hour) if hour.isdigit() else HOUR_NAMES.index(hour.lower())
    later = half is not None and HALF_LATER.search(half) is not None and value < HOUR_NAMES.index("twelve")
    return (value + (12 if later else 0)) % 24 * 3600 + int(minute or 0) * 60


def _shown(of_day_s: int) -> str:
    return f"{of_day_s // 3600:02}:{of_day_s % 3600 // 60:02}"


def _ends(passage: Passage, at: int, text: str, times: list[Moment]) -> Iterator[Allowed]:
    """Yield the ends that a sentence sets: `must fall before 20:30`, `16:00 전까지`."""
    row = ROW.fullmatch(passage.log.line(passage.number))
    for one in times:
        before, after = text[: one.column - 1 - at], text[one.end - 1 - at :]
        named = ENDS.search(before) or ENDS_KO.match(after) or (row and len(times) == 1 and ROW_END.search(before))
        if named and one.column - at >= 8:
            yield _made((passage.number, passage.last), (one, one), text, passage.moment_spot(one))


def _made(lines: tuple[int, int], ends: tuple[Moment, Moment], text: str, spot: Spot) -> Allowed:
    start, end = ends
    bare = all(one.to_s == 3600 and not re.search(r"[ap]m|오전|오후", one.text, re.IGNORECASE) for one in ends)
    return Allowed(
        number=lines[0],
        last=lines[1],
        start_s=shown_s(start),
        end_s=shown_s(end),
        zone_min=end.zone_min,
        halves=bare and shown_s(end) <= AM_PM_S,
        about=stems(text),
        text=f"{start.text} – {end.text}" if start is not end else end.text,
        spot=spot,
    )


def _past(text: str) -> bool:
    """Return whether a sentence tells of what was: by its words, or by a Korean syllable of the past as `했`, `갈았`, `마쳤`."""
    return DID.search(text) is not None or any(
        "가" <= sign <= "힣" and (ord(sign) - ord("가")) % FINALS == PAST_FINAL for sign in text
    )


def claim(text: str) -> tuple[bool, int, int] | None:
    """Return the clause in which a sentence says that something was in time, and whether it names what was given.

    None for one that says nothing of that, or denies, plans or asks it.
    """
    said = NOT_LONGER.sub(lambda found: " " * len(found[0]), text)
    match = KEPT.search(said) or IN_TIME.search(said)
    if match is None or LATE.search(said) or LONGER.search(said) or text.rstrip().endswith("?"):
        return None
    start = max((one.end() for one in CLAUSE.finditer(said, 0, match.start())), default=0)
    end = next((one.start() for one in CLAUSE.finditer(said, match.end())), len(said))
    rest = PLANNED_SO.sub(" ", said[start : match.start()] + " " + said[match.end() : end])
    if (
        SOME.search(BOTH.sub(" ", said[start:end]))
        or DENIED.search(rest)
        or PLANNED.search(rest)
        or not (_past(said[start:end]) or BARE.search(said[start:end]))
    ):
        return None
    return KEPT.search(said) is not None, start, end
