"""The words of what is said of all, or denied of any: what makes it so, what it is about, and what says otherwise of one."""

from __future__ import annotations

import re

from bongsu.audit.patterns import pattern
from bongsu.audit.words import EN_NUMBER, KO_NUMBER

KO_OF = r"(?:명|분|곳|대|개|건|군데|가지|항목|단계|사람|팀|지점|종|리전|회차|척|통|장|회|번|줄|차례|자리|사|팟|파드|노드|서버)"
_PART = r"(?:파트장|파트|병동|학급|조|매장|점포|지점|지소|분관|시나리오|항목|리졸버|파드|노드|서버|시스템|부서|기기|단말|창구|센터|역|반|층|구간|호기|팀장|담당자|담당)"
EVERY = pattern(
    r"(?<![\w-])(?:(?<!in )(?<!at )(?<!after )(?<!of )(?<!that is )(?<!that's )all(?! (?:told|right|clear|day|night|times?|clocks?|along|over|set|in all|but|of a sudden|the (?:same|time|way|while))\b)|every(?! (?:\d|few|other|hour|half|day|night|morning|week|month|quarter|minute|second|two|three|four|five|six|ten|time)\b)|everyone|everybody|everything|(?<!on )(?<!for )(?<!of )each(?! (?:other|time|day|hour|night|run\b.{0,12}\btakes))|(?<!on )(?<!of )(?<!in )both|without exception|the (?:whole|entire))(?![\w-])"
    rf"|\b(?P<of>\d{{1,6}}|{EN_NUMBER}) (?:of|out of) (?:the )?(?P=of)\b"
    r"|전원(?! ?(?:꺼|켜|끔|off|on\b|부(?!터)|을 ?끄|을 ?뽑|공급|장치|어댑터|케이블|버튼|불량|장애|이 ?나))|(?:모두|전부)(?! ?\d+[\d,]* ?(?:건|명|개|통|편|대|원|곳|장|회|번|척|%|$))|모든|빠짐 ?없이|예외 ?없이|남김 ?없이|(?:둘|셋|넷|양쪽) ?다(?![가-힣])|일제히"
    rf"|(?:{KO_NUMBER}|\d{{1,4}}) ?(?:{KO_OF}|{_PART})(?: ?[가-힣]{{1,4}})?(?:이|가|은|는|님|들)? 다(?= )|(?:^|[\s\"(])전 (?:{_PART}|대상|계좌|채널|회차|리전|사이트|매장|장비|샤드|브로커|존)",
    re.IGNORECASE,
)
NONE = pattern(
    r"\b(?:no|none|nobody|no one|not (?:one|a single|even one|once)|neither|never|nothing|zero|nowhere|without (?:a|an|any|one)|at no (?:time|point|moment))\b(?! (?:longer|matter|doubt|need|idea|later|sooner|one else|other))"
    r"|(?:하나|한 ?(?:건|줄|명|번|통|대|개|곳|차례|회|사람|장|분)|단 ?한 ?\S{1,2}|누구|아무|전혀|일절|어느 \S{1,6})도?(?=[^.]{0,30}(?:없|않|못))|없(?:었|음|다|이|습니|고|으며|네요|어요)|(?<![\d.,])0 ?(?:건|명|회|번|개|통|대)(?!\d)|전무",
    re.IGNORECASE,
)
ANSWERED = re.compile(
    r"\b(?:answer(?:ed|s)?|repl(?:y|ied|ies)|respond(?:ed|s)?|ack(?:s|['’]?d|ed|nowledged)|confirmed|picked (?:it )?up|(?:was|were|got|been) reached|reached (?:by|on)|(?:called|rang|wrote) back|checked in|reported (?:in|back)|signed(?: off| in)?|said yes|agreed|pressed|tapped|verified|got (?:hold of|through to)|spoke|on the (?:line|call|bridge))\b"
    r"|응답(?!률|율| ?시간| ?코드| ?속도| ?본문|값| ?없| ?기한| ?지연)|회신(?! ?없)|답(?:했|함|하[여고는]|해|장|(?:을|이)? ?(?:주|보냈|받|줌|했|왔|옴)|변)|(?<!열람 )(?<!수신 )(?<!전달 )(?<!열람)(?<!수신)(?<!전달)확인(?= ?(?:완료|했|함|됐|됨|받|해|끝|을 ?눌|버튼|눌|\"|”))|통화|연락이? ?(?:닿|됐|됨)|연결 ?(?:됐|됨|완료)|눌렀|누름|(?<!안 )(?<!못 )(?<!안)받(?:음|았)|서명|수신 ?(?:완료|확인)",
    re.IGNORECASE,
)
UNANSWERED = pattern(
    r"\bno (?:answer|reply|response|ack\w*|confirmation|return call|call ?back|sign(?:al|ature)?|show|word|pick ?up|contact)\b|\b(?:not|never|n't)(?: yet| been| be| get| have| ever| even)* (?:answer\w*|repl\w+|respon\w+|ack\w*|reach\w*|confirm\w*|pick(?:ed|ing)? (?:it )?up|(?:call|r[aiu]ng|wr[io]te?)(?:ed|ing|ten)? back|sign\w*|heard|there|pressed|tapped)\b"
    r"|\bun(?:answered|reached|reachable|acknowledged|confirmed|signed|available)\b|\bvoice ?mail\b|\bmissed\b(?! (?:by|the (?:limit|mark|target)))|\bsilent\b|\bsilence from\b|\bstill (?:waiting|out|open|nothing|silent)\b|\bnothing (?:from|heard|back)\b|\b(?:rang|rung) out\b|\bnobody (?:picked|answered)\b|\bline (?:was )?(?:busy|dead)\b|\bno luck\b"
    r"|무응답|미응답|미확인|미회신|미수신|미접속|무반응|부재|불통|통화 ?중|(?:응답|회신|답|답장|답변|연락|확인|수신|반응|대답|말)(?:이|은|을|도|는)? ?(?:아직|없|못|안 |오지|끝까지)|(?:전화|연락|연결|통화)\S{0,2} ?(?:안|불가|실패|못) ?(?:받|됨|됐|되|닿|함|하|$)?|안 ?받(?:으|아|음|았|네)|(?:받지|닿지|(?<![가-힣])오지|(?:응답|회신|답|확인|연락|연결)하지) ?(?:않|못)|연락 ?(?:두절|안)|아직(?:이[네에다]| ?(?:아무|답|소식))|아무 ?(?:말|답|소식|연락)도? ?없",
    re.IGNORECASE,
)
WELL = re.compile(
    r"\b(?:checked|ok|okay|fine|healthy|green|pass(?:ed|es)?|done|complete[d]?|finished|migrated|moved|updated|upgraded|ready|up|online|reachable|work(?:s|ed|ing)|normal|"
    r"succeed(?:ed|s)?|success\w*|went (?:through|out|well|fine)|got through|drained|restarted|replaced|reconnected|verified|tested|synced|printed|delivered|clean(?:ly)?|acknowledged|confirmed|signed|installed|patched|running|received|got|sent|reached|"
    r"equal|match(?:ed|es|ing)?|good|came (?:back|up|through)|came out (?:right|well|clean)|faultless|arrived|accounted for|present|closed|opened|restored|switched|converted|inspected|approved|stable|through|200|return(?:ed|s)?|gave|serv(?:ed|es?)|took|loaded|landed|held|kept|accepted|applied|posted|booked|"
    r"without (?:an?y? |a single |one )?(?:error|failure|exception|incident|problem|hitch|loss|trouble|issue|fault)s?|on time|in time|in place)\b|"
    r"정상|완료|성공|통과|합격|양호|마쳤|마침|마치|끝났|끝냈|이상 ?없|문제 ?없|오류 ?없|일치(?:했|함|한다|합)|받았|받음|받으|눌렀|누름|답했|답함|나갔|나감|도착|도달|떴|돌아왔|돌아옴|처리|발송|전송|전달|수신|저장|등록|반영|적용|교체|이관|복구|접속|전환|점검|검증|배포|승인|동의|올라|붙었|붙음|닫음|닫았|확인|응답|회신|준비",
    re.IGNORECASE,
)
BAD = pattern(
    r"\b(?:fail(?:ed|s|ure)?|fehler|no[tn]?[- ](?:checked|ok|okay|ready|reached|reachable|run|done|tested|answered|verified|confirmed|migrated|updated|restarted|started|synced|available|moved|healthy|received|sent|printed|yet|completed?|installed|delivered|"
    r"patched|replaced|responding|signed|inspected|closed|opened|equal|matching|present|found|there|working|connected|converted|running|loaded|applied|accepted|approved|live|up|good|passed|switched|drained)|un(?:checked|tested|verified|confirmed|answered|reachable|healthy|signed|available|responsive|sent|delivered|known|synced|patched)|notready|offline|skipped|"
    r"timed[- ]out|time-?out|no (?:answer|response|reply|data|connection|contact|signal|reading|label|file|link|power|show)|pending|missing|missed|refused|rejected|declined|left on|kept on the old|left (?:out|over|behind|as (?:it )?is|open)|degraded|stuck|aborted|crash(?:ed|loop\w*)?|oom\w*|evicted|"
    r"dead|denied|postponed|deferred|absent|did(?: not|n't) (?:answer|come|start|reply|respond|print|arrive|pass|boot|open|close|connect|load|return)|(?:could not|couldn't|cannot|can't) (?:be )?\w+|broken|mismatch\w*|differs?|still (?:old|down|off|open|on|the old|shows?|serv\w+)|by hand|wrong|red|error|down|lost|bounced|expired|servfail|nxdomain|refuses)\b|\b50[0-4]\b|\b4(?:0[0-9]|2[29])\b(?! ?(?:sent|rows|ms|건|명))|[✗✘❌]|"
    r"미(?!리|터|국|디|팅|니|래|만|러|션|정산|사용|설정 ?시)[가-힣]{2}|미달|무응답|실패|보류|누락|오프라인|불량|불합격|비정상|반려|반송|폐기|거부|거절|결번|오류|에러|고장|(?:응답|답|연락|신호|회신) ?없|연결 ?안|안 ?(?:됨|나옴|나감|뜸|켜짐|됐|받|올라|붙)|건너뜀|불일치|꺼져|꺼짐|(?:확인|점검|출력|수신|접속) ?못|못 ?(?:함|받|했|감|찾|붙|들|나|눌|봤|읽|열|켜|보냈)|틀(?:림|렸|린)|어긋|하지 ?못|불가|제외됨|연락 ?두절|시간 ?초과|타임 ?아웃|죽음|죽었|멈춤|멈췄|중단|이전 (?:주소|버전|서버)|예전 (?:주소|버전|것)|구 ?(?:주소|버전|서버|IP)",
    re.IGNORECASE,
)
NOT_BAD = pattern(
    r"\b(?:0|no|none|nothing|nobody|without|zero|not one|never|neither) (?:\w+ ){0,2}(?:fail\w*|errors?|missing|missed|skipped|refused|lost|pending|timed|offline|unknown|rejected|timeouts?|mismatch\w*|red|wrong)|\b(?:fail\w*|errors?|missing|missed|refused|pending|rejected|skipped|timeouts?|lost)\W{1,3}(?:0|none|no|-)(?!\d)|"
    r"\bif\b|\bwould\b|\bmust not\b|\bin case\b|\bfail-?over\b|\bfailed over\b|\bnot (?:red|down|wrong|lost)\b|\b(?:expected|as intended|by design|on purpose|as planned|planned)\b|(?:실패|누락|오류|에러|보류|미응답|제외|거부|반송) ?(?:건수?)? ?:? ?0(?!\d)|(?:실패|누락|오류|에러|보류|미응답|거부|반송|불량|이상)(?:는|은|가|이|도)? ?없|예상대로|의도|계획대로|정상",
    re.IGNORECASE,
)
AGAIN_WELL = re.compile(
    r"\b(?:then|later|again|retri\w+|second|2nd|3rd|third|re-?sent|now|after|afterwards|finally|eventually|replaced|fixed|by hand|manually)\b|재시도|다시|2차|3차|두 ?번째|이후|뒤늦게|나중|복구|조치|수동|결국|재",
    re.IGNORECASE,
)
FIRST = pattern(
    r"\bfirst (?:call|try|attempt|go|poll|reload|time|ring|ask|request|run|pass|shot|reading)\b|\bat once\b|\bstraight away\b|\bone (?:try|attempt|go|call)\b|\bfirst-time\b|첫 ?(?:시도|통화|전화|요청|호출|번|회)|한 ?번에|단번에|1차(?:에| ?시도)|1회 ?만에",
    re.IGNORECASE,
)
REPEATED = re.compile(
    r"\b(?:repeated|retried|retr(?:y|ies)|re-?run|redone|re-?sent|resends?|re-?send(?:ing)?|run again|tried again|second (?:try|attempt|go|call)|done (?:twice|again)|more than once|twice)\b|(?<!자동 )재시도|재실행|재작업|재전송|재발송|재호출|두 ?번 ?(?:한|돌|실행|걸)|다시 ?(?:한|돌|실행|시도|보|걸)",
    re.IGNORECASE,
)
LATER_TRY = pattern(
    r"\b(?:2nd|3rd|[4-9]th|second|third|fourth) (?:try|attempt|go|call|poll|reload|time|ask|request|ring|run|pass|page)\b|\b(?:try|attempt|call) [2-9]\b|\b(?:\w{3,}ed|tried|ran|run|called|asked|sent) again\b|\bretried\b|\bafter (?:a|one|two|three|\d) (?:retr\w+|tries|attempts)\b"
    r"|\b(?:twice|two tries|two attempts|three tries|three attempts|[2-9] (?:tries|attempts|calls))\b|[2-9] ?(?:번째|회째|번 ?만에|회 ?만에)(?: ?시도)?|[2-9]차(?: ?시도|에|에서|\b)|[두세네] ?번(?:째|만에)|재(?:시도|전송|발송|호출)(?! ?(?:없|0|간격|횟수|정책|설정|불필요|안|하지|건수))|다시 ?(?:시도|실행|걸|보|호출)",
    re.IGNORECASE,
)
TRY_HEAD = re.compile(
    r"\b(?:attempts?|tries|try|calls?|polls?|on poll|retries|pages?)\b|시도|횟수|차수|호출 ?수|재시도", re.IGNORECASE
)
ORDINAL = re.compile(
    r"(?:[2-9](?:nd|rd|th)|[2-9]|second|third|[2-9] ?(?:회|번|차|번째))(?: \w+)?(?: ?\([^)]*\))?", re.IGNORECASE
)
ZEROTH = re.compile(r"retr\w+|재시도|재전송|재발송", re.IGNORECASE)
"""A head under which already one is once too often."""
OLD = pattern(
    r"\b(?:old|previous|former|stale|earlier|legacy|unchanged|not (?:new|yet|changed|switched))\b|이전 ?(?:것|값|주소|버전|서버|인증서)|예전|옛|구 ?(?:주소|버전|서버|IP|인증서)|기존|^구\b|그대로|변경 ?전",
    re.IGNORECASE,
)
NEW = re.compile(
    r"\bnew\b|\bswitched\b|\bmoved\b|\bchanged\b|새 |새로|신규|신 ?(?:주소|버전|서버|IP)|바뀐|변경된|최신",
    re.IGNORECASE,
)
ALIKE = re.compile(
    r"\b(?:same|identical|equal|match(?:es|ed)?|agree[ds]?|up to date|(?:is|are|runs?|run|on|at|to|with|had|have|has|shows?|gives?|serves?|returned|came back with) (?:now )?(?:on |at |in )?(?:version )?v?\d[\w.]*)\b|같(?:은|았|음|다)|동일|일치|새 |새로운|신규|최신|\bnew\b",
    re.IGNORECASE,
)
LEFT_OUT = re.compile(
    r"\b(?:left (?:out|behind|over|off)|skipped|omitted|dropped|excluded|taken out|passed over|postponed|put off|deferred|discarded|thrown away|held back)\b|빠짐(?! ?없)|빠진|누락|제외|생략|보류|미뤄|미룸|폐기|건너뛴|건너뜀|빼놓",
    re.IGNORECASE,
)
EMPTY = re.compile(r"\b(?:empty|zero|drained|at 0|clear)\b|비었|비어|0건|0으로", re.IGNORECASE)
WHOLE = re.compile(
    r"빠짐 ?없이|누락 ?없이|\bwithout exception\b|예외 ?없이|남김 ?없이|\bnone left out\b", re.IGNORECASE
)
NO = re.compile(
    r"no|none|not yet|open|pending|[-–—✗✘❌xX]+|null|false|아니오|없음|아직|대기|미정|x|no \(.*\)|no,.*|\(.*(?:없|no ).*\)|\(?(?:none|blank|empty)\)?",
    re.IGNORECASE,
)
YES = re.compile(
    r"\b(?:yes|ok|done|approved|signed|passed|confirmed|ready|answered|true|sent|200)\b|(?P<of>\d+) ?(?:of|/) ?(?P=of)(?!\d)|\d{1,2}:\d\d|^\d+ ?(?:s|sec|min|초|분)|[✓✔✅]|확인|완료|승인|정상|성공|예$|^[oO○]$",
    re.IGNORECASE,
)
EXCEPT = pattern(
    r"\b(?:all|every \w+|everyone|everybody|everything) (?:but|except|save)\b|\bexcept|\bapart from\b|\bother than\b|\bbesides\b|\bbut (?:one|two|for|not)\b|\bnot (?:all|every|each|both)\b|\bremaining\b|\bothers?\b|\brest\b|\balmost\b|\bnearly\b|\b(?:but|though|although|however)\b|\bin the end\b|\beventually\b|\bfinally\b|"
    r"결국|최종적으로|마침내|\b(?:second|third|next) (?:drill|test)\b|[23]차 ?훈련|\bof (?:those|them|these)\b|\bthat (?:were|was|had|did)\b|\bwho (?:were|was|had|did)\b|\bonly\b|\bso far\b|\bsave for\b|\bthe (?:first|second|third|fourth|last|other) (?:\w+ )?(?:late|later|missing)\b|앞의 (?:둘|셋|두|세) ?|도 (?:모두|전부|전원|다) |[했됐이]으나|지만(?=[ ,])|는데 |제외하|제외한|빼고|나머지|(?<!내)외에(?!서)|말고|거의|아니(?!오)|대부분|않은|다른|지금까지",
    re.IGNORECASE,
)
LATER = re.compile(
    r"\b(?:after (?:the|a|that|two|one)|retr(?:y|ied|ies)|the second|again|later|by then|this time|second (?:round|call|drill))\b|재시도 ?(?:후|로|해|하|끝|에)|이후|다시|최종|이번에는 모|재발송 ?(?:후|로|해|하)|재전송 ?(?:후|로|해|하)",
    re.IGNORECASE,
)
"""It was so in the end, which is no contradiction of how it began."""
COUNTED = re.compile(
    r"\b(?:with|count(?:ing|ed)?|includ(?:ing|ed)|after) (?:the |that |a |its |their )?(?:(?:second|third|later|other|repeated|repeat|next) (?:run|try|attempt|go|pass|round|call)s?|re-?runs?|retr(?:y|ies)|repeats?|repetitions?|re-?sends?)\b"
    r"|(?:두 ?번째|세 ?번째|[23]차|재시도|재실행|재발송|재전송|다시 ?(?:한|돌린|보낸|건) ?것)\S{0,3} ?(?:까지 ?)?(?:포함|합치|합쳐|합하|치면|쳐서|넣으면|감안)",
    re.IGNORECASE,
)
"""What says with the claim itself that a second try is in it."""
THAT = re.compile(r"\b(?:all|every|each|everyone|both)\b[^,;:.]{0,40}?\b(?:that|which|who|whose)\b", re.IGNORECASE)
"""Some of them alone are meant."""
WEAK = frozenset(
    [
        "run",
        "result",
        "time",
        "check",
        "list",
        "line",
        "work",
        "start",
        "new",
        "note",
        "확인",
        "결과",
        "완료",
        "응답",
        "점검",
        "정상",
        "작업",
        "없이",
        "명",
        "건",
        "한",
        "번",
        "발송",
        "처리",
    ]
)
"""Words that half of all lists share: they tie no sentence to one of them."""
