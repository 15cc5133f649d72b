"""What happened for the first time at one time of a log, or not before it, had no effect at an earlier time.

Source: causality, and what the log itself calls the first or the only one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bongsu.audit.begun import GAP_MOST, SAID_MOST, entries, firsts, often
from bongsu.audit.claims import by_hand, late, withdrawn
from bongsu.audit.findings import Confidence, Hit, Severity
from bongsu.audit.typed import typed
from bongsu.audit.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bongsu.audit.begun import Entry, First, Sentence
    from bongsu.audit.log import Log

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.MEDIUM
NOT_AN_EFFECT = re.compile(
    r"\b(?:tests?|dry|trial|rehears\w*|staging|plan\w*|will|going to|about to|ready|prepar\w*|tomorrow|yesterday|next|soon|waiting|expect\w*|should|if|when|before|until|want\w*|please|let['’]s|shall|ask\w*|request\w*|order(?:ed|s)|call(?:s|ed)|rings?|rang|to do|due|(?:en|dis)abled?|paused?|stopped|halted|created?|installed|set up|built|made|can you|could|would|old|previous|(?:its|our|the|their|his|her) last|last (?:week|month|year|night|time|one)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|\w+['’]ll|need\w*|not|no|nobody|nothing|never|today:)\b|n['’]t\b"
    r"|시험|리허설|연습|예행|사전|미리|준비|예정|계획|내일|어제|전날|마지막|지난|다음|할게|하겠|합시다|까지 ?(?:는|만|해|하|[0-9])|전에|기다|대기|주세요|바랍|부탁|않|못|없|아직|안 |아니|할 ?것|하기로|하면|되면|옛|기존|이전|구 |겠|[을ㄹ] ?[거것게까]|켬|켰|켠 |정지|중지|멈춤|멈췄|세움|세웠|끔|껐|만듦|만들(?!어진)|만든|생성함|설치|등록함|물어|물었|요청|신청|주문|[?]",
    re.IGNORECASE,
)
"""What is planned, tried out, asked for, denied or of an older one."""
CLAUSE = re.compile(r"[,;]\s")
BECAUSE = re.compile(
    r"\b(?:because|caused|comes? from|came from|thanks?|thanked|thanking|due to|result of|that(?:['’]s| is| was) (?:the|from|our)|it(?:['’]s| is| was) the|noticed|felt|owing|blam\w+|after (?:the|our)|since (?:the|our)|triggered by|follow\w+|from the)\b"
    r"|때문|덕분|덕에|탓|효과|영향|여파|해서 그|라서 그|결과",
    re.IGNORECASE,
)
ALREADY = re.compile(r"\b(?:already|first|works?|working|new)\b|벌써|이미|첫 |처음|새 |잘 ", re.IGNORECASE)
DIAGNOSIS = re.compile(r"\b(?:root )?causes? (?:is|was|lies|seems|turned)\b|원인(?:은|이) ", re.IGNORECASE)
"""What was found to be the cause of something is no effect of its remedy."""
FINISHED = re.compile(
    r"\b(?:written|finished|complete[d]?|done|ready|ended)\b|완료|마[쳤침]|끝[났남]|다 ?[됐됨]", re.IGNORECASE
)
BEGUN = re.compile(
    r"\b(?:begun|began|begins?|started|starts?|starting|kicked off|launched|under way)\b|시작|착수|개시", re.IGNORECASE
)
"""A thing that is finished for the first time was begun before."""
BECAUSE_WEIGHS, ALREADY_WEIGHS = 0.5, 0.2
LEAST, SHARED_LEAST, SOON_LEAST = 0.55, 0.12, 0.5
EFFECTS_MOST = 3
"""Earlier entries of one thing: where there are more, the words are what the whole log is about."""
NIGHT_S, SOON_S = 43_200, 1_800


def find(logs: Sequence[Log]) -> Iterator[Hit]:
    """Yield what tells, at an earlier time, of a thing that there was none of before a later one."""
    for log in filter(by_hand, logs):
        for first in firsts(log):
            effects = [] if withdrawn(log, first.line) else list(_effects(log, first))
            if 0 < len(effects) <= EFFECTS_MOST:
                _, place, effect = max(effects, key=lambda one: one[0])
                yield Hit(
                    spot=log.spot(_line(log, first, effect.said[place])),
                    also=(log.spot(first.line),),
                    why=f"told at {effect.moment.text}, and of {first.entry.moment.text} it is said that there was none before",
                    instead="the recorded time of each",
                )


def _effects(log: Log, first: First) -> Iterator[tuple[float, int, Entry]]:
    cause = first.entry
    for one in entries(log):
        apart_s = (cause.moment.at - one.moment.at).total_seconds()
        if one.number != cause.number and late(cause.moment, one.moment) and apart_s < NIGHT_S:
            weighed = [(_weight(log, first, one, place), place) for place in range(min(SAID_MOST, len(one.said)))]
            weight, place = max(weighed)
            if weight >= (SOON_LEAST if apart_s < SOON_S else LEAST) and not withdrawn(log, one.said[place].number):
                yield weight, place, one


def _line(log: Log, first: First, sentence: Sentence) -> int:
    """Return the line of a sentence that has most of what it shares with the first one."""
    places = range(sentence.number, sentence.last + 1)
    return max(places, key=lambda number: len(stems(log.line(number)) & first.about & sentence.about))


def _weight(log: Log, first: First, one: Entry, place: int) -> float:
    """Return how surely a sentence of an earlier entry tells of what was first so later: the rarer what they share, the surer."""
    sentence = one.said[place]
    shared = first.about & sentence.about
    if not shared or sentence.number - one.number > GAP_MOST or typed(log.line(sentence.number)) is not None:
        return 0.0
    count = often(log)
    rare = sum(1 / max(1, count[word] - 1) for word in shared)
    text = sentence.text
    for moment in log.moments(sentence.number):
        text = text.replace(moment.text, " ")
    clauses = [part for part in CLAUSE.split(text) if shared & {*stems(part), *map(str.lower, part.split())}]
    if DIAGNOSIS.search(text) or (BEGUN.search(text) and FINISHED.search(log.line(first.line))):
        return 0.0
    if rare < SHARED_LEAST or NOT_AN_EFFECT.search(", ".join(clauses) or text):
        return 0.0
    return rare + BECAUSE_WEIGHS * bool(BECAUSE.search(text)) + ALREADY_WEIGHS * bool(ALREADY.search(text))
