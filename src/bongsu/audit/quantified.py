"""What is said of all of something, or of none: the words that went well and badly, what makes an exception, what was put right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bongsu.audit.log import Log

EVERY = r"(?:\b(?:all|every|everyone|everybody|everything|each|both|100 ?%(?: of)?|the (?:entire|whole)|without exception)\b|모두|모든|전부|전원|전체|빠짐없이|예외 ?없이|둘 다|양쪽 다|각각)"
WENT_WELL = (
    r"(?:\b(?:checked|ok|okay|fine|healthy|green|pass(?:ed)?|answered|replied|responded|confirmed|done|complete[d]?|finished|migrated|moved|updated|upgraded|ready|up|online|reachable|work(?:s|ed|ing)|"
    r"succeeded|success\w*|went through|got through|drained|restarted|replaced|verified|tested|synced|printed|delivered|clean(?:ly)?|acknowledged|signed|installed|patched|running|received|equal|match(?:ed|es|ing)?|"
    r"good|came back|came out (?:right|well|clean)|faultless|arrived|accounted for|present|closed|opened|restored|switched|converted|inspected|without (?:an?y? |a single )?(?:error|failure|exception|incident|problem|hitch|loss|trouble|issue)s?)\b|"
    r"정상|완료|성공|통과|마쳤|마침|끝났|끝냈|이상 ?없|문제 ?없|오류 ?없|일치(?:했|함|한다)|받았|눌렀|누름|답했|답함|(?:확인|응답|점검|교체|이관|반영|적용|복구|접속|전환|검증|회신|배포|수신)(?:을|를)? ?(?:했|함|됐|됨|되었|하였|한다|된다|마쳤))"
)
CLAIM = re.compile(
    rf"{EVERY}.{{0,70}}?{WENT_WELL}|{WENT_WELL}[^.]{{0,12}}\b(?:on|for|by|in|at|from) {EVERY}",
    re.IGNORECASE,
)
EXCEPT = re.compile(
    r"\b(?:all|every \w+|everyone|everybody|everything) (?:but|except|save)\b|\bexcept|\bapart from\b|\bother than\b|\bbesides\b|\bbut (?:one|two|for|not)\b|\bnot (?:all|every|each|both)\b|\bremaining\b|\bothers?\b|\brest\b|\balmost\b|\bnearly\b|"
    r"\bin the end\b|결국|최종적으로|\b(?:second|third|next) (?:drill|test)\b|[23]차 ?훈련|\bof (?:those|them|these)\b|\bthat (?:were|was|had|did)\b|\bwho (?:were|was|had|did)\b|\b(?:if|when(?:ever)?|until|unless|as long as|where|so that|to (?:see|check|make sure|ensure)|whether|must|should|needs?|before)\b|\bafter all\b|\bat all\b|\bin all\b|\ball (?:told|right|clear|day|night|times|the time)\b|\?\s*$|제외하|빼고|나머지|외에|거의|아니|대부분|않은",
    re.IGNORECASE,
)
BAD = re.compile(
    r"\b(?:fail(?:ed|s|ure)?|not (?:checked|ok|ready|reached|reachable|run|done|tested|answered|verified|confirmed|migrated|updated|restarted|started|synced|available|moved|healthy|received|sent|printed|yet|completed?|installed|"
    r"patched|replaced|responding|signed|inspected|closed|opened|equal|matching|present|found|there|working|connected|converted)|un(?:checked|tested|verified|confirmed|answered|reachable|healthy|signed|available|responsive)|offline|skipped|"
    r"timed out|time-?out|no (?:answer|response|reply|data|connection|contact|signal|reading)|pending|missing|missed|refused|rejected|declined|left on|kept on the old|left (?:out|over|behind|as (?:it )?is)|degraded|stuck|aborted|crash(?:ed|loop\w*)?|"
    r"dead|denied|postponed|deferred|absent|unknown|did(?: not|n't) (?:answer|come|start|reply|respond|print|arrive|pass|boot|open|close)|(?:could not|couldn't|cannot) (?:be )?\w+|broken|mismatch\w*|differs?|still (?:old|down|off|open|on (?:the )?old))\b|"
    r"미확인|미응답|무응답|미완료|미점검|미처리|미수신|미적용|미교체|실패|보류|누락|오프라인|(?:응답|답|연락|신호) ?없|연결 ?안|안 ?됨|건너뜀|불일치|꺼져|꺼짐|확인 ?못|점검 ?못|못함|하지 ?못|못했|불가|제외됨|연락 두절|접속 불가",
    re.IGNORECASE,
)
NOT_BAD = re.compile(
    r"\b(?:0|no|none|nothing|nobody|without|zero|not one|never|neither) (?:\w+ ){0,2}(?:fail\w*|errors?|missing|missed|skipped|refused|lost|pending|timed|offline|unknown|rejected|timeouts?|mismatch\w*)|\b(?:fail\w*|errors?|missing|missed|refused|pending|rejected|skipped|timeouts?)\W{1,3}(?:0|none|no|-)\b|"
    r"\bfirst (?:try|attempt)\b|1차|첫 ?시도|\bif\b|\bwould\b|\bmust not\b|\bin case\b|\bfail-?over\b|\bfailed over\b|(?:실패|누락|오류|보류|미응답|제외) ?(?:건수?)? ?:? ?0|(?:실패|누락|오류|보류|미응답)(?:는|은|가|이|도)? ?없",
    re.IGNORECASE,
)
BETTER = re.compile(
    r"\b(?:ok|okay|ready|done|again|succeeded|success\w*|fixed|restored|healthy|answered|back|recovered|passed|went through|online|up|green|retri\w+|second try|replaced|late[r]?)\b|정상|성공|완료|해결|재시도|다시|복구|뒤늦게",
    re.IGNORECASE,
)
AGAIN = re.compile(r"\bretr\w+|\bsecond\b|\bagain\b|\bafter the retry\b|재시도|다시", re.IGNORECASE)


def better(log: Log, number: int, name: str) -> bool:
    """Return whether a later line tells of the same thing that it came right."""
    own = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE) if name else AGAIN
    for place, line in log.numbered(number + 1):
        if own.search(line) and BETTER.search(line) and not BAD.search(line) and not CLAIM.search(line):
            same = log.section(place).start == log.section(number).start or not line.lstrip().startswith("|")
            if same:
                return True
    return False
