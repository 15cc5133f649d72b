"""While a thing is off: what a log tells of switching off, switching on, staying off and working, by whatever it speaks of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bongsu.audit.claims import withdrawn
from bongsu.audit.feigned import feigned
from bongsu.audit.nicknames import numbered
from bongsu.audit.patterns import pattern
from bongsu.audit.payloads import payloads, walk
from bongsu.audit.rows import marks
from bongsu.audit.switch_words import BY_HAND, OFF_COMMAND, ON_COMMAND
from bongsu.audit.switches import idents
from bongsu.audit.things import (
    MOST,
    NOTHING,
    SKIP,
    Thing,
    heads_in,
    is_name,
    labelled,
    thing,
    tokens_of,
    words_after,
    words_before,
)
from bongsu.audit.typed import typed
from bongsu.audit.units import Unit, units
from bongsu.audit.words import PLANNED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.log import Log

OFF = pattern(
    r"\b(?:zeroi[sz]ed|wiped|cut(?! ?over)|muting|revoking|[1-9]\d* ?(?:->|→) ?0(?!\S)|disabl(?:ed|es|ing)|disable-\w+|Disable\w+|paus(?:ed|es|ing)|pause|suspended|suspends|suspending|stopped|stops|stopping|halted|halts|held back|on hold|(?:un)?frozen|froze|freezing|muted|mutes|silenced|silences|deactivated|deactivates|disarmed|disarms|revoked|revokes|withdrawn|withdraws|detached|detaches|detaching|deregistered|drained|draining|cordon(?:ed)?|fenced(?: off)?|isolat(?:ed|es|ing)|locked (?:off|out)|unplugged|disconnected|quarantined|parked|unmounted|retired|decommissioned|terminated|killed|removed|deleted|blocked|barred|shut(?: it| them)?(?: down| off)?|powered(?: it| them)? (?:off|down)|"
    r"(?:switch|turn|flip|tak|took|put|pull|bring|brought|clos|set|mov|scal|wound|wind|ramp)(?:e|es|s|ed|ing|en)?(?: (?:it|them|\S+))?(?: \S+){0,2}? (?:off|down to (?:0|zero)|to (?:0|zero|off|false|read[- ]only)|offline|out of (?:service|rotation|the pool|use)|down)|"
    r"--no-enabled|--state[= ]DISABLED|replicas[= ]0|desired-count[= ]0|(?:is|are|was|were|now|stays?) (?:off|at (?:0|zero)|disabled|read[- ]only)|at (?:0|zero)(?: replicas)?|to (?:0|zero)\b(?! errors)|read[- ]only from|closed)(?![\w-])|(?<=[\w`)] )(?<!hands )(?<!kick )(?<!sign )(?<!day )(?<!time )(?<!week )off(?= ?[,.;(|]|\s*$)|(?:[=:]|->|→) ?(?:off|disabled|read[- ]only)\b(?! ?(?:->|→))|\b(?:stop|disable|pause|suspend|drain|cordon|mask)(?= ?(?:\+|처리|완료|했|함|합|하고|하|됨|돼|해)| [가-힣])"
    r"|전원이? ?(?:내려|나가|꺼)|끊겼|끊김|끊어[졌짐]|비활성|중지|정지|껐|껏|끔(?![가-힣])|끕니|잠금|잠그|잠갔|잠급|막는|막습|거둬|뽑았|뽑음|뺍니|내립니|내리[고는]|끄고|끈 |꺼 ?[두둠둔뒀놓]|꺼짐|꺼진|꺼져|멈춤|멈췄|멈추|멈춰|멈춘|내렸|내림|내려 ?[두둠둔뒀]|차단|보류|막았|막음|막아 ?[두둠둔뒀]|닫았|닫음|닫힘|분리|해지|회수|폐기|철거|뺐|뺌|빼 ?[두둠둔뒀]|잠갔|잠금|중단|격리|일시 ?중지|동결|얼렸",
    re.IGNORECASE,
)
ON = pattern(
    r"\b(?:(?:re-?)?enabl\w+|Enable\w+|resum\w+|re-?start\w*|start(?:ed|s|ing|-\w+)?|re-?open\w*|open(?:ed|ing)|unpaus\w+|unmut\w+|unfr[eo]\w+|thaw\w*|(?:re-?)?activat\w+|boot\w*|back (?:on|up|in|online|into|to)|again|put back|uncordon\w*|unfenc\w*|unlock\w*|unsuspend\w*|unblock\w*|releas\w+|lift\w*|restor\w+|re-?attach\w*|re-?connect\w*|re-?join\w*|re-?add\w*|re-?instat\w*|rolled back|rollback|going back|went back|reverted|fail(?:ed)? ?back|raised|undrain\w*|allow\w*|recreated|redeploy\w*|spun up|brought \S+ up|"
    r"(?:switch|turn|power|flip|put|set|scal|bring|brought|mov)(?:e|es|ed|s|ing)?(?: (?:it|them|\S+))?(?: \S+){0,2}? (?:on|up|to [1-9]\d*|from (?:0|zero)|to (?:on|true|enabled|read[- ]write))|(?:is|are|was|were|now|=|->|→) (?:on|up|live|open)\b|replicas[= ][1-9]|desired-count[= ][1-9]|--state[= ]ENABLED|(?<!no)(?<!no-)--enabled|0 ?(?:->|→|to) ?[1-9]|from (?:0|zero) to|uncommented|writable|read[- ]write)(?![\w-])|(?<=[\w`)] )on(?= ?[,.;(|]|\s*$)"
    r"|(?<!비)활성화|재개|재가동|켬|켰|켜짐|켭니|켜고|켜 ?[두둠둔뒀놓]|올라[왔옴]|올렸|올림|올립니|올려|띄[웠움웁운우]|시작|기동|해제|풀었|풀음|풀고|풉니|복구|복귀|원복|다시|열었|열림|열어|개방|연결했|붙였|붙임|투입|허용|되살|되돌|롤백|재발급",
    re.IGNORECASE,
)
UNDO = r"(?:touch\w*|switch\w*|start\w*|enabl\w*|resum\w*|turn(?:s|ed|ing)?|lift\w*|re(?:start|enabl|open|instat|stor|load|connect|attach|activat|join|set|issu|leas|new|-)\w*|un(?:paus|mut|cordon|fenc|lock|suspend|block|freez|froz|do|plug|tag)\w*|loaded|loads?|open(?:s|ed|ing)?|plug\w*|puts?|brought|brings?|raised|raises|scaled|powered|powers|moved|thaw\w*|allow\w*|activat\w*|gets? back|goes back|comes? back|back|again|changed?|chang\w*)"
UNDONE = r"(?:touch\w*|resum\w*|lift\w*|re(?:start|enabl|open|instat|stor|load|connect|attach|activat|set|issu|new|-)\w*|un(?:paus|mut|cordon|fenc|lock|suspend|block|freez|froz|do|plug|tag)\w*|thaw\w*|back|again)"
STAYS = pattern(
    rf"\b(?:never|nobody|no one|nothing|no \w+(?: was| is| were)?)\b(?! only)[^.;,:]{{0,44}}?\b{UNDO}\b"
    rf"|\b(?:not|none|without|didn['’]t|don['’]t|isn['’]t|wasn['’]t|won['’]t|hasn['’]t)\b(?! only)[^.;,:]{{0,44}}?\b{UNDONE}\b"
    r"|\b(?:stays?|stayed|staying|remains?|remained|remaining|keeps?|kept|keeping|still|leave|leaves|leaving|left)\b[^.;,:]{0,40}?\b(?:off|out|down|paused|stopped|suspended|disabled|drained|cordoned|frozen|closed|shut|halted|muted|silenced|revoked|locked|read[- ]only|at (?:0|zero)|so|that way|like that|as (?:it|they) (?:is|are|was|were)|untouched|alone|isolated|fenced|detached|parked|dark|idle|overnight|unplugged|empty|in manual|manual|armed)\b"
    r"|(?<!% )\b(?:off|out|paused|stopped|suspended|disabled|down|shut|closed|frozen|fenced|muted|locked|revoked|zero|0|stays?|full)\b[^.;,:]{0,30}?\b(?:until|(?<!their )(?<!the )till|since|for the (?:night|rest|day|whole)|all (?:day|night|shift|morning|evening)|for (?:good|ever)|throughout|overnight|for the time being|the whole)\b|\bfirst time since\b|\buntouched\b|\bonly \w+ (?:lifts|opens|starts|switches|may|can)\b"
    r"|\b(?:nothing|none) else\b|\bend of (?:the )?list\b|그 ?밖에|그 ?외에?는|그대로 ?(?:둠|두|둔|둡|뒀|유지|놔)"
    r"|(?:켜|풀|손대|손 ?대|건드리|시작하|재개하|돌리|올리|열|되살리|띄우|만지|넣|꽂|붙이|바꾸|켜지|열리|풀리|되돌리)지 ?(?:는 ?|도 ?)?(?:않|말|못)|(?:안|못) ?(?:켜|켰|켬|켭|켤|풀|푼|건드|띄|돌렸|돌림|올렸|올림|올려|열|엶|연|손)|(?:켠|푼|손댄|손 ?댄|올린|띄운|건드린|만진|연|연 ?|재개한|시작한|켜진|풀린|꽂은|되살린|손본) ?(?:적|사람|이는?|일|분)|재개 ?(?:보류|안)|(?:되살릴|되돌릴|켤|풀|열) ?수 ?(?:도 ?)?없|이후 ?손|까지 ?(?:는 ?|계속 ?)?(?:꺼|끄|끈|멈|중지|정지|보류|막|내려|잠|닫)|(?:켤|풀|올릴|열|재개할|재개) ?예정|(?:끈|꺼진|멈춘|막은|잠근|닫은|내린|중지된|정지된|잠긴|닫힌) ?채|(?:풀|켜|올리|열)기로"
    r"|(?:제가|내가|저희가|우리가)[^.]{0,30}(?:쓸|적을|말할|말씀드릴|알릴|올릴|풀|켤|열) ?때까지|(?:쓸|적을|말할|알릴) ?때까지는? ?(?:안|못)|(?:제가|내가|저희가|우리가) ?[^.]{0,20}(?:쓰|적|말하|알리|풀|켜|열)기 ?전(?:엔|에는?|까지)|없는 ?셈"
    r"|\b(?:until|till|unless|before) (?:I|we) (?:say|write|tell|post|lift|open|note|call)\w*\b",
    re.IGNORECASE,
)
WORKED = pattern(
    r"\b(?:ran|runs|running|fired|fires|firing|arriv(?:ed|es|ing)|dropped|tagged|marked|produced|made|probed|invoked|triggered|process(?:ed|es|ing)|pick(?:ed|s|ing)? (?:up|\d+)|picked|served|serves|serving|handled|handles|handling|publish(?:ed|es|ing)|consum(?:ed|es|ing)|commit(?:ted|s|ting)|print(?:ed|s|ing)|drain(?:s|ing)|carr(?:ied|ies|ying)|took|takes|taking|accept(?:ed|s|ing)|answer(?:ed|s|ing)|execut(?:ed|es|ing)|work(?:ed|s|ing)|receiv(?:ed|es|ing)|writ(?:es|ing|ten)|wrote|deliver(?:ed|s|ing)|sent|sends|sending|paged|pages|page from|alert from|woke|replied|responded|respond(?:s|ing)|replies|stream(?:ed|s|ing)|attached|follow(?:s|ed|ing)|mov(?:ed|es|ing) \d|ship(?:ped|s|ping)|post(?:ed|s|ing)|insert(?:ed|s|ing)|record(?:ed|s|ing)|book(?:ed|s|ing)|load(?:ed|s|ing)|import(?:ed|s|ing)|export(?:ed|s|ing)|sold|paid|pays|pumped|pumps|deliver\w*|rout(?:ed|es|ing)|forward(?:ed|s|ing)|relay(?:ed|s|ing)|poll(?:ed|s|ing)|scann?(?:ed|s|ing)|swept|sweeps|clean(?:ed|s|ing)|renew(?:ed|s|ing)|collect(?:ed|s|ing)|fetch(?:ed|es|ing)|pull(?:ed|s|ing)|push(?:ed|es|ing)|read(?![- ]only| back)|reads|reading|rang|rings|flow(?:ed|s|ing)|went (?:out|in|through)|came (?:in|through|out)|finish(?:ed|es)|completed?|mail(?:ed|s)|renders?|rendered|signs|signed(?! off)|issu(?:ed|es|ing)|page:?|dimm?(?:ed|s|ing)|lit|signs|signed(?! off)|issu(?:ed|es|ing)|page:?|dimm?(?:ed|s|ing)|sampl(?:ed|es|ing)|supplied|supplies|fed|feeds|up and|healthy|sounds|sounded|blows|blew|in the last (?:minute|hour|\d+ min\w*)|as ever|as usual|as before|as normal|on schedule|by itself|per minute|a minute|a second|per second|/min|/s|START RequestId|sent=\d|state=(?:started|running)|in use|active|on,|is on|was on|authenticat\w+|logged in|log(?:s)? in|signed)\b"
    r"|돌았|돌고|돕니|돌아|돌면서|돌려|처리|수행|실행됐|실행되|실행됨|실행했|호출했|호출됐|호출함|호출됨|발송(?:했|됐|됨|함|되|하)|보냈|보냄|내보[냈냄]|나갔|나감|나간|전송|저장(?:했|됐|됨|함|되)|기록(?:됐|됨|되|했)|접수(?:됐|됨|되|했|받|함)|받았|받음|받고|읽었|읽음|읽고|빼 ?[가갔]|뺐|소비|동작|작동|가동 ?중|운영 ?중|응답했|응답함|응답하|찍었|찍음|찍고|울렸|울림|정상 ?종료|켜져 ?있|들어왔|들어옴|들어와|쌓았|썼|씀|완료했|배정|출력|정산했|이체|결제(?:됐|됨|되|했)|승인(?:됐|됨)|갱신(?:됐|됨|했|함)|수집(?:했|됐|됨|함)|통과(?:했|됨|함)|로그인|받아|꺼냄|꺼냈|꺼내 ?[갔감]|발행(?:된|됐|됨|돼|했|함)|들어온|찍혔|찍힘|찍힌|울려|뿌렸|뿌림|열렸|열림|열려|쓰임|통했|만들어 ?[내냈]|붙여 ?[주줌줬]|붙였|올라온|결제하(?:셨|심)|잘 ?[나돼되됩]",
    re.IGNORECASE,
)
NEGATED = pattern(
    r"\b(?:not|never|nobody|no one|none|nothing|without(?! (?:a |any )?(?:pause|gap|break|interruption|stop))|no(?! (?:gap|pause|break|error))|neither|nor|cannot|can['’]t|isn['’]t|wasn['’]t|didn['’]t|don['’]t|doesn['’]t|won['’]t|haven['’]t|hasn['’]t|0|zero)\b(?! ?errors| ?failed| ?fail)|없|않|못|안 ?(?:돌|나|울|켜|켰|풀|받|들|했|함|됨|됐)|\b0 ?(?:건|통|개|회)",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"것 같|까 봐|\?|\bif\b|\bwhether\b|\bunless\b|\bplease\b|\bshall\b|까요|할까|나요|면 ?(?:됩|되|안)|주세요|하세요|바랍니다|십시오"
)
COMING_ON = re.compile(
    r"\b(?:until|till|before|once|when|after|to be|will be|will|would|may|can|only|by|tomorrow|next|on (?:mon|tues|wednes|thurs|fri|satur|sun)\w*|goes)\b|까지|예정|이후|다음|내일|보류|때|전에|면 ",
    re.IGNORECASE,
)
COMING_DAY = re.compile(
    r"\b(?:tomorrow|on (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:morning|evening|night)|next (?:week|day|shift|mon\w*)|in the morning|not before|only (?:then|when|after))\b|내일|모레|다음 ?(?:주|날)|월요일|화요일|수요일|목요일|금요일|아침에",
    re.IGNORECASE,
)
WAS = re.compile(r"\b(?:was|were|had|\w+ed)\b|[했됐었았였]", re.IGNORECASE)
QUOTED_ON = pattern(r"[가-힣]+[었았켰렸웠]다고(?=\s*$| ?(?:쓸|적을|말|알|하기|쓰기|할 때))")
"""What somebody will say when it is on again."""
CLAUSE = pattern(
    r"(?<=[^\d\s])[,;](?=\s)|(?<=\d),(?= [a-z가-힣])|(?<=[.!?])\s| [–—-] | / |\(|\)|\b(?:and|but|so that|while|because|although|though)\b|(?<=[가-힣](?:고|며|나))(?=[ ,])|(?<=지만)|(?<=는데)|(?<=면서)(?= )|(?<=아서|어서|해서)(?= )|(?<=니까)(?= )"
)
BY = re.compile(r"\b(?:by|from|through|via|on|source)\b")
OBJECT_KO = re.compile(r"[가-힣](?:을|를|에|의|까지|부터|에게)$")
ACTIVE = re.compile(r"\s+(?:(?:the|our|its|all|both|that|this|those|these|old|new)\b|`)", re.IGNORECASE)
ENDS = re.compile(
    r"off|on|out|down|up|to|of|zero|false|true|offline|service|rotation|the|pool|use|read|only|read-only|disabled|read-write|from|is|are|was|were|now"
)


ACTED = pattern(
    r"(?:[\W\d]|T\d|Z|KST |UTC )*(?:[Tt]he |[Oo]ur )?(?P<who>[A-Za-z][\w.-]*(?: [\w.-]+){0,2}?) (?!was |were |had |has |is |are |been )(?:(?!check|look|ask|confirm|report|not|compar|test|count|call|want|need|finish|end)[a-z]{2,}ed|let|gave|made|held|caught|cut|fed|put|sold|took|brought|drew) (?:in |out )?(?:\d|the |its |all |an? |our |every |each )"
)
"""A thing at the beginning of an entry, a verb of the past and what it was done to: `the sorter sorted 412 parcels`."""


ASKED_FOR = re.compile(r"\s*[\w.:@~-]{1,24}[>$#%] ?(?=[a-z])")
OFF_TOLD = re.compile(
    r"\b(?:suspend|pause|disable|stop|drain|cordon|mute|silence|revoke|detach|deregister|shutdown|mask|hold|lock|--to[= ]0)\b"
)
CALLED = re.compile(
    r"(?:\w+[ :]){0,2}(?:Enable|Disable|Put|Update|Create|Delete|Stop|Start|Pause|Resume|Suspend)[A-Z]\w+"
)
LABEL = re.compile(
    r"(?>(?:[\s*•·>|`\[\]()-]|(?>\d[\d:.,-]*\d)|KST|UTC)*)(?P<label>(?<![\d])[A-Z](?=\s?:|\s{2})|[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)+(?=`?(?:\s?: |\s{2,}|\s?\|)))"
)
"""A name that begins an entry or a row, which speaks of it."""
SPEAKER = re.compile(r"\s*\[[^\]]{4,20}\] ?<?[\w.-]+>?: ")
STATE_ALONE = re.compile(r"[\s\"',{}\[\]:]*(?:\"?\w+\"?\s*:)?[\s\"']*[A-Za-z]+[\s\"',{}\]]*")
"""A state that a service printed, and of what it does not say."""
NEVER_BEEN = re.compile(r"처음부터|한 ?번도", re.IGNORECASE)
RUN_LISTED = re.compile(r"\s*[a-z][\w-]*-\d{5,}\s")
COUNTED_OFF = re.compile(r"(?<![\w:.-])\d[\d,]* $|\d ?[건개명통]\S? ?$")
"""How many were removed or blocked, which switches nothing off."""
COUNTED_BEHIND = re.compile(r"[: ]{1,2}\d[\d,]*\b(?! ?[:h])")
NO_STOP = re.compile(
    r"\b(?:queue|backlog|lag|messages?|jobs?)\b[^.;]{0,30}\bdrained|\b(?:drill|ticket|incident|window|room|call|poll|change|meeting|watch|case|book|thread|log|shift|desk)\b[^.;,]{0,30}\b(?:closed|stopped)|^\W*CLOSED|\bmeans\b",
    re.IGNORECASE,
)
"""What is drained or closed and was no running thing."""
ABOUT = pattern(
    r"\b(?:check\w*|verif\w+|look(?:s|ed|ing)?|ask(?:s|ed)?|tell|told|report\w*|not(?:e|ed|ice)|discuss\w*|confirm\w*|inform\w*|count\w*|compar\w+|test\w*|plan\w*|yesterday|last (?:night|week)|before|owner|ticket|manual\w*|by hand|copy|backup|same as)\b|확인|점검|문의|안내|보고|공지|논의|설명|비교|대조|어제|지난|이전|전날|시험|수동|손으로|직접",
    re.IGNORECASE,
)
"""What tells of talk, or of a look, or of another day."""
COMMON, WRITERS_LEAST = 8, 2
NAMED_IN = pattern(r"\((?P<name>[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+)\)")
"""A name beside what it is called: `the tagger (spam-tag)`."""
CONFIGURED = re.compile(r"->|\w = '|^\W*\w+=\S")
SELF = re.compile(r"아직|계속|내내|종일|채로|채 ", re.IGNORECASE)
PRONOUN = re.compile(r"\b(?:it|them|they|both|this|that)\b|그것|얘", re.IGNORECASE)
CONTINUES = re.compile(r"\bstill\b|아직|계속|\bsince\b|first time", re.IGNORECASE)
FIRST_SINCE = re.compile(r"first time|처음", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing that a log tells of something: that it went off, came on, is left off, or did its work."""

    unit: Unit
    what: str
    """`off`, `on`, `stays`, `never` for what is denied to have been on, or `work`."""
    of: Thing
    near: frozenset[str]
    """All that its clause may speak of."""
    text: str
    whole: frozenset[str] = frozenset()
    """All that its sentence may speak of."""


@lru_cache(maxsize=64)
def said_of(log: Log) -> tuple[Said, ...]:
    """Return what a log tells of what is off or works, in the order of its lines."""
    return tuple(_said(log))


@lru_cache(maxsize=64)
def sentences(log: Log) -> tuple[Unit, ...]:
    """Return the sentences and entries of a log; what an object with a time tells stands under that time."""
    inside = frozenset(_object_lines(log))
    plain = [one for one in units(log) if one.number not in inside]
    return tuple(sorted([*plain, *_objects(log)], key=lambda unit: unit.number))


@lru_cache(maxsize=64)
def common(log: Log) -> frozenset[str]:
    """Return the words that so many of a log's sentences have that they tell nothing apart."""
    counts = Counter(word for one in sentences(log) for word in heads_in(tokens_of(one.text)))
    return frozenset(word for word, count in counts.items() if count > COMMON)


@lru_cache(maxsize=64)
def _initials(log: Log) -> frozenset[str]:
    """Return the single letters that begin one timed entry after another: who writes, and not what is written of."""
    counts = Counter(match["label"] for one in sentences(log) if one.at and (match := LABEL.match(one.text)))
    return frozenset(label for label, count in counts.items() if len(label) == 1 and count > WRITERS_LEAST)


def _said(log: Log) -> Iterator[Said]:
    for one in sentences(log):
        if not withdrawn(log, one.number) and not feigned(log, one.number):
            yield from _of_unit(log, one)


def _object_lines(log: Log) -> Iterator[int]:
    for one in _objects(log):
        yield from range(one.number, one.last + 1)


@lru_cache(maxsize=64)
def _objects(log: Log) -> tuple[Unit, ...]:
    """Return what each object with a time tells, member by member, with what stands in the objects in it."""
    found = []
    for _, value, lines in payloads(log):
        for path, one in walk(value):
            if not isinstance(one, dict):
                continue
            numbers = [lines[(*path, key)] for key in one if (*path, key) in lines]
            if not numbers:
                continue
            moment = next(
                (
                    found_at
                    for key, inner in one.items()
                    if isinstance(inner, str) and len(inner) < 40 and (*path, key) in lines
                    for found_at in log.moments(lines[(*path, key)])
                    if found_at.text in inner
                ),
                None,
            )
            if moment is None:
                continue
            for key, inner in one.items():
                number = lines.get((*path, key))
                if number is None or (isinstance(inner, str) and moment.text in inner and len(inner) < 40):
                    continue
                text = _flat(key, inner)
                if key in ("call", "api", "action", "method", "cmd", "command", "op"):
                    text += " " + " ".join(_flat(k, v) for k, v in one.items() if isinstance(v, dict))
                found.append(Unit(number=number, last=number, text=text, at=(moment,), under=None))
    return tuple(found)


def _flat(key: str, value: object) -> str:
    if isinstance(value, dict):
        return " ".join(_flat(k, v) for k, v in value.items())
    if isinstance(value, list):
        return " ".join(_flat("", v) for v in value if not isinstance(v, dict))
    return f"{value}" if isinstance(value, str) and " " in value else f"{key} {value}"


def _of_unit(log: Log, unit: Unit) -> Iterator[Said]:
    if typed(log.line(unit.number)) is not None or CALLED.match(unit.text) or ASKED_FOR.match(unit.text):
        yield from _commanded(unit)
        return
    if STATE_ALONE.fullmatch(unit.text) or RUN_LISTED.match(unit.text):
        return
    if (
        unit.at
        and not CONFIGURED.search(unit.text)
        and not any(words.search(unit.text) for words in (OFF, ON, STAYS, NEGATED, ASKS, ABOUT, PLANNED))
    ):
        yield Said(unit=unit, what="told", of=NOTHING, near=heads_in(tokens_of(unit.text)), text=unit.text)
    yield from _acted(unit)
    label = None if SPEAKER.match(unit.text) else LABEL.match(unit.text)
    mine = labelled(label["label"]) if label and label["label"] not in _initials(log) else NOTHING
    last = mine
    whole = heads_in(tokens_of(unit.text))
    for clause in _clauses(NAMED_IN.sub(r" \g<name> ", unit.text)):
        if not last:
            last = thing([one for one in tokens_of(clause) if is_name(one)][:1])
        numbers = frozenset(numbered(clause))
        near = heads_in(tokens_of(clause)) | numbers
        for what, verb in _told(clause):
            of = (subject_at if what == "work" else thing_at)(clause, verb)
            of = Thing(of.names | numbers, of.heads, of.beside) if numbers else of
            if mine.names and not of.names:
                of = Thing(mine.names, of.heads | mine.heads, of.beside | mine.beside)
            of = of or last
            last = of or last
            yield Said(
                unit=unit, what=what, of=of, near=near | whole if what == "work" else near, text=clause, whole=whole
            )


def _acted(unit: Unit) -> Iterator[Said]:
    """Yield the work of what a sentence begins with, whatever the verb that tells of it."""
    acted = ACTED.match(unit.text) if unit.at and not WORKED.search(unit.text) else None
    if acted is None or any(words.search(unit.text) for words in (OFF, ON, STAYS, NEGATED, ASKS, PLANNED)):
        return
    if of := thing(acted["who"].split()):
        numbers = frozenset(numbered(acted["who"]))
        near = heads_in(tokens_of(unit.text)) | numbers
        yield Said(unit=unit, what="work", of=Thing(of.names | numbers, of.heads, of.beside), near=near, text=unit.text)


def _commanded(unit: Unit) -> Iterator[Said]:
    start = typed(unit.text)
    text = unit.text if start is None else unit.text[start:]
    names = frozenset(idents(text)) | frozenset(numbered(text))
    by_command = OFF_COMMAND.search(text) or ON_COMMAND.search(text)
    off = OFF_COMMAND.search(text) if by_command else OFF.search(text) or OFF_TOLD.search(text)
    if (by_command or off or ON.search(text)) and names:
        of = thing(sorted(names))
        of = Thing(names, of.heads, of.beside)
        near = heads_in(tokens_of(unit.text)) | names
        yield Said(unit=unit, what="off" if off else "on", of=of, near=near, text=unit.text)


def _told(clause: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield what a clause tells, with the verb that tells it."""
    off, on, stays, work = (
        OFF.search(clause),
        ON.search(QUOTED_ON.sub(" ", clause)),
        STAYS.search(clause),
        WORKED.search(clause),
    )
    if not (off or on or stays or work) or ASKS.search(clause):
        return
    if off and not stays and (SELF.search(clause) or NEVER_BEEN.search(clause)):
        stays = SELF.search(clause) or NEVER_BEEN.search(clause)
    if stays:
        if off and not CONTINUES.search(clause) and not NEGATED.search(clause[: off.start()]):
            yield "off", off
        yield "stays", off or stays
        if on and FIRST_SINCE.search(clause):
            yield "on", on
        return
    if off and (not on or on.start() < off.start()):
        if (
            (COUNTED_OFF.search(clause[: off.start()]) and not marks(clause[: off.start()].rstrip()))
            or COUNTED_BEHIND.match(clause[off.end() :])
            or NO_STOP.search(clause)
        ):
            return
        if not NEGATED.search(clause.replace(off[0], " ")) and not PLANNED.search(clause):
            yield "off", off
    elif on and COMING_DAY.search(clause) and not WAS.search(clause):
        yield "stays", on
    elif on and not NEGATED.search(clause[: on.start()]) and not COMING_ON.search(clause[: on.start()]):
        yield "on", on
    if work and not (NEGATED.search(clause) or BY_HAND.search(clause) or PLANNED.search(clause)):
        yield "work", work


def _clauses(text: str) -> list[str]:
    cuts = [0, *(found.start() for found in CLAUSE.finditer(text)), len(text)]
    return [text[a:b] for a, b in pairwise(cuts) if text[a:b].strip()]


def thing_at(clause: str, verb: re.Match[str]) -> Thing:
    """Return what something is done with: what stands inside or after an active verb, or before a passive one."""
    before = words_before(tokens_of(clause[: verb.start()]))
    after = words_after(tokens_of(clause[verb.end() :]))
    if verb[0][0] >= "가":
        return thing([word for part in before for word in part]) if before else thing(after)
    inner = [word for word in tokens_of(verb[0])[1:] if not ENDS.fullmatch(word.lower()) and not word.isdigit()]
    if inner and (held := thing(words_after(inner))):
        return held
    first = before[0] if before else []
    person = (
        not first
        or (len(first) <= 2 and all(w[:1].isupper() and w[1:].islower() for w in first))
        or first[-1].lower() in ("i", "we")
    )
    active = (
        ACTIVE.match(clause[verb.end() :])
        or verb[0].lower().endswith("ing")
        or verb[0].lower().startswith(("pause", "disable", "--"))
    )
    if after and (person or active) and (named := thing(after)):
        return with_place(named, clause[verb.end() :])
    return thing(first)


def with_place(of: Thing, behind: str) -> Thing:
    """Return a thing with what stands behind a preposition after it, as words beside it: `the pager for hooks`."""
    tokens = tokens_of(behind)
    place = next((n for n, one in enumerate(tokens) if one.lower() in ("for", "of", "on", "from", "in")), None)
    if place is None or place > MOST:
        return of
    more = thing(words_after(tokens[place + 1 :]))
    return Thing(of.names, of.heads, of.beside | more.heads | more.beside)


def subject_at(clause: str, verb: re.Match[str]) -> Thing:
    """Return what may have done a piece of work: what stands before the verb, or behind `by`, `from`, `through`."""
    parts = words_before(tokens_of(clause[: verb.start()]))
    found = [thing(one) for one in parts]
    found += [thing(words_after(tokens_of(clause[hit.end() :]))) for hit in BY.finditer(clause)]
    if verb[0][0] >= "가":
        before = [one for one in tokens_of(clause[: verb.start()]) if re.match(r"[A-Za-z가-힣]", one)]
        found += [thing([one]) for one in before if not OBJECT_KO.search(one) and one not in SKIP]
        found += [thing(list(two)) for two in pairwise(before) if not OBJECT_KO.search(two[1])]
    return Thing(
        frozenset(name for one in found for name in one.names),
        frozenset(head for one in found for head in one.heads),
        frozenset(word for one in found for word in one.beside),
    )
