"""The words by which a log tells that it switches a thing off or on, and that the thing did its work."""

from __future__ import annotations

import re

from bongsu.audit.patterns import pattern

QUOTED = pattern(
    r"\b(?:alarm|alert|monitor|job|flag|report|rule|schedule|feed|queue|task) [\"“](?P<quoted>[^\"”]{4,40})[\"”]|[\"“](?P<what>[^\"”]{4,40})[\"”] (?:alarm|alert|monitor|job)\b",
    re.IGNORECASE,
)
"""A thing that is called by the words of its title."""
IDENT = re.compile(
    r"(?<![\w.@$-])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+(?![A-Za-z0-9_]|\.[a-z]|\"\s*:)|(?<![\w-])[A-Z]{4,12}(?![\w-])|(?<![\w.#-])[A-Z]{1,2}\d{1,2}(?![\w-]|\.\w)"
)
NOT_IDENT = re.compile(
    r"(?:S3|EC2|R53|T\d{1,2}|P50|P[79]\d|Q[1-4]|H[12]|K8|L\d|A4|B2|IP\d|PM\d+|AM\d+)|(?:DISABLED|ENABLED|STATE|STATUS|DONE|START|REPORT|TRUE|FALSE|NULL|NONE|INFO|ERROR|WARN|HTTP|HTTPS|POST|DRILL|TOTAL|PASS|FAIL|RUNNING|STOPPED|PAUSED|SUCCESS|COMPLETED|NOTE|TODO|JSON|TELEGRAM|SLACK|EXIT|WINDOW|READY|ACTIVE|SUSPEND|SCHEDULE|PAUSE|RESUME)|[A-Z][a-z]+-[a-z]+"
    r"|(?:aws|x)[-_].*|.*[-_](?:rule|rules|by-rule|alarms?|attributes|mapping|task|tasks|queue|function|configuration|service|actions|events|schedule|targets|concurrency|processes|query|identity|alias)|no-enabled|(?:us|eu|ap|sa|ca|me|af|il|cn)-(?:gov-)?(?:north|south|east|west|central)\w*-\d|[0-9a-f]{8}-[0-9a-f]{4}-.*|.*[_](?:id|at|ms|mb)|message[_-]id|chat[_-]id",
)
PARTS = pattern(
    r"(?<=[^\d\s]), (?=(?:and |then |the |new |old )?\S)|(?<=\d), (?=(?:and |then )?[a-z]{3})|; | / |(?<=[고며]),? "
)
PRONOUN = re.compile(r"\b(?:it|them|they)\b", re.IGNORECASE)
GOES_ON = re.compile(
    r"(?:and |then |and then )+\w+(?:ed|n)\b|(?:serv|runn|deliver|answer|accept|process)ing\b|resumed\b|(?:and |then )+(?:off|down|out)\b|(?:its )?(?:state|status) (?:DIS|EN)ABLED\b",
    re.IGNORECASE,
)
"""How a part of a sentence begins that leaves out of what it speaks: `drained, then powered off`."""
NOBODY = re.compile(r"\b(?:not|never|nobody|no one|none|without)\b|않|없|못|안 ?켰", re.IGNORECASE)
TO_COME = re.compile(r"\b(?:to be|will be|will|until|till|before|when|once)(?: \w+)? $", re.IGNORECASE)
NEVER_ON = pattern(
    r"\b(?:never|not|nobody|no one|no step|nothing)\b[^.;,]{0,30}\b(?:again|back|since|after(?:wards)?|resumed|restarted|re-?enabled|started|switched|turned)\b[^.;,)]*|\bdid not (?:start|switch|turn|bring) \w+ (?:again|back)[^.;,)]*"
    r"|(?:다시|이후|그 ?뒤|후)[^.;,]{0,16}(?:켠|켜|시작|돌린|올린|띄운|재개|재시작|기동)\S* ?(?:적|일|기록|사람)\S* ?없\S*",
    re.IGNORECASE,
)
"""What says that a thing stayed off, which makes its work the stranger."""
STARTED = re.compile(
    r"^\W{0,3}(?:\d{1,2}:\d\d(?::\d\d)?\W{1,4})?(?:[\w-]+ )?·+ (?:was |is )?(?:started|starts|running)\b", re.IGNORECASE
)
"""A name that begins an entry, and that it was started."""
MANY_STARTED = re.compile(
    r"\b\d+ (?:new )?(?:replicas?|pods?|workers?|tasks?|instances?|processes|copies|nodes?|threads?) (?:were |are )?(?:started|running|ready|up|launched|created)\b|\d ?[대개](?:만|를|는|가|부터)? ?(?:먼저 ?|우선 ?)?(?:기동|구동)",
    re.IGNORECASE,
)
READ = re.compile(r"\"(?:invocation|invoke|execution|run|tick|fire)\"|\bpartition=\d|\boffset=\d|\bjob=\S")
"""What a worker prints of what it read."""
NO_WORK = re.compile(
    r"(?:waited|queued|held|stopped|paused|left|expected|kept|deleted|removed|moved|copied|counted|compared|needed|allowed|planned|disabled|failed|lost|isolated|locked|scaled|opened|closed|cordoned|drained|suspended|started|added|created|attached|joined|configured|tested|checked|installed|booted|seen|found|used|called)"
)
DONE = re.compile(
    r"\w{2,}ed|swept|wrote|took|sent|made|paid|sold|built|gave|fed|caught|ran|drew|lent|cut|put|brought|dealt|spoke|rang"
)
DONE_WITHIN = 7
WROTE = re.compile(
    r"\b[1-9]\d* new (?:rows?|records?|documents?|orders?|bookings?)\b|\b(?:rows?|records?|documents?|orders?|bookings?) (?:were |was )?(?:inserted|added|written|updated|saved)\b|\b(?:INSERT|UPDATE|DELETE) (?:0 )?[1-9]\d*\b"
)
AT_AN_END = re.compile(
    r"read[- ]?write|writ(?:e?able|es again)|\b(?:lift|end|off|back|until|still|was|were|while|user|replica|role|account|(?<!write )access|key|mount)|해제|풀",
    re.IGNORECASE,
)
ASIDE = pattern(
    r"\([^()]*\)|\b(?:than|unlike|versus|vs\.?|instead of|compared (?:to|with)|against|like)\b.*", re.IGNORECASE
)
SINCE = re.compile(r"\bsince \d{1,2}:\d\d\b|\d{1,2}:\d\d ?부터", re.IGNORECASE)
RUNS = re.compile(
    r"\b(?:runs?|running|works|under way|up|in service|live|busy)\b|가동|운영 ?중|동작|작동", re.IGNORECASE
)
MAY_BE_BACK = re.compile(
    r"\b(?:fixed|repaired|ready|plugged in|under way|replaced|rebuilt|swapped|reinstalled|reconnected|goes on|went on|go|goes|ok to|all clear|is back|up|joined|healthy|green|moved|new (?:host|machine|home|one))\b|수리|교체|고쳤|고침|복구|원복|정상화|준비|이전 ?완료|연결",
    re.IGNORECASE,
)
GOES_ON_SAID = re.compile(
    r"\b(?:go|go(?:es|ing)? (?:on|ahead)|continu\w+|proceed\w*|carry on|carried on|green light|all clear|is over|over[.!]?$|fixed|approved|corrected|roll(?:ed|ing)? ?back)\b|진행|계속|승인|수정|롤백|원복|속행",
    re.IGNORECASE,
)
"""What may tell, without a name, that work goes on."""
WRITES_AGAIN = pattern(
    r"\bread[- ]write\b|\bwrit(?:e?able|es (?:again|on|back|open))\b|read_only = off|쓰기 ?(?:가능|허용|재개)",
    re.IGNORECASE,
)
READ_ONLY = pattern(
    r"\bwrite access (?:was )?(?:revoked|removed|taken)|\bwrites (?:were )?(?:blocked|forbidden|refused|closed)|\bread[- ]only\b|read_only = on|읽기 ?전용",
    re.IGNORECASE,
)
_N = r"(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
GOT = pattern(
    rf"(?<![\w.:/-]){_N} (?:(?!(?:was|were|is|are|not|to|be|and|of|in|ms|s|min|sec\w*|minutes?|hours?)\b)[a-z-]+ ){{1,3}}(?:(?:was|were|have been|has been) )?(?P<done>[a-z]{{2,}}ed|taken|sent|sold|read|written|made|paid|built|done|drawn|caught|put through)\b"
    rf"|(?<![\w.:/-]){_N} (?:new |more )?[a-z]{{4,}} (?:in|over|within|during) the (?:last|past) "
    rf"|(?<![\w.:/-]){_N} (?:new |more )?[a-z]{{3,}} (?:went|came|got|passed|left|arrived) (?:out|in|through|over|by)\b|(?<![\w.:/-]){_N} [a-z]{{3,}} (?:per|an?|each) (?:second|minute|hour)\b"
    r"|[1-9][\d,]* ?(?:건|통|명|개|장|줄|행|회|대)(?:을|를|이)? ?(?:더 |새로 )?(?:올렸|올림|보냈|보냄|내보|받았|받음|읽었|읽음|찍었|찍음|넣었|넣음|썼|씀|담았|담음|옮겼|옮김|실었|실음|뽑았|뽑음|인쇄|출력|적재|수집|예열|반영|갱신|정산|집계|동기화|이관|변환|생성|호출)"
)
"""How many of what were done: `64 new tickets taken`, `1,840 requests in the last ten minutes`, `312건을 올림`."""
TARGET = pattern(
    r"\b(?:cronjobs?|deploy(?:ment)?s?|sts|statefulset|jobs?|systemctl (?:--\S+ )*\w+|docker \w+|configmap|cordon|uncordon|drain)[ /](?:--now )?(?P<a>[a-z][\w.-]{2,40})|--(?:name|rule|service|function-name|alarm-names|queue-url|auto-scaling-group-name|db-instance-identifier|uuid)[ =]\"?(?P<b>[\w./:$-]{2,120})|\b(?:PAUSE|RESUME|SUSPEND) (?P<c>[a-z]\w{2,30})"
)
"""What a command is for."""
OFF_COMMAND = pattern(
    r"\bkubectl (?:-\S+ \S+ )*(?:cordon|drain)\b|\bdocker[ -]compose (?:\S+ )*?(?:stop|down|pause)\b|\bdisable-rule\b|\bdisable-alarm-actions\b|--no-enabled\b|--state[= ]DISABLED|--replicas[= ]0\b|\bdesired-count[= ]0\b|[\"']?(?:suspend|paused?|disabled)[\"']?\s*[:=]\s*[\"']?true|\bsystemctl \S*(?: --\S+)* ?(?:stop|disable|mask)\b|\b(?:disable|stop)(?: --now)? \S+\.(?:timer|service)|\b(?:DisableRule|PauseJob|StopTask|DisableSchedule)\b|\b(?:Create|Update)Schedule\b.*\"State\"\s*:\s*\"DISABLED\"|\bPutRule\b.*\"State\"\s*:\s*\"DISABLED\""
    r"|\b(?:stop-instances|stop-db-instance|suspend-processes|reserved-concurrent-executions[= ]0|jobs pause|docker (?:stop|pause)|kubectl(?: -n \S+)? delete(?! pods?\b| po\b))\b|\bdelete-(?:queue|rule|function|schedule|service|event-source-mapping)\b",
)
ON_COMMAND = pattern(
    r"\bdocker[ -]compose (?:\S+ )*?(?:start|up|unpause|restart)\b|\benable-rule\b|\benable-alarm-actions\b|(?<!no)(?<!no-)--enabled\b|--state[= ]ENABLED|--replicas[= ][1-9]|\bdesired-count[= ][1-9]|[\"']?(?:suspend|paused?|disabled)[\"']?\s*[:=]\s*[\"']?false|\bsystemctl \S*(?: --\S+)* ?(?:start|enable|restart|unmask)\b|\b(?:EnableRule|ResumeJob|EnableSchedule|RunTask)\b"
    r"|\b(?:start-instances|start-db-instance|resume-processes|delete-function-concurrency|jobs resume|docker (?:start|unpause|restart)|rollout restart|uncordon|put-rule|create-\w+|run-task)\b|\b(?:paused?|suspend|disabled)-(?=\s|$)",
)
OFF_SAID = pattern(
    r"\b(?:[Dd]isabl(?:ed|ing)|muted|silenced|(?<!not )paused|(?<!not )isolated|locked (?:off|out)|tagged out|blanked off|valved off|stopped|suspended|halted|deactivated|fenced(?: off)?|powered (?:it )?(?:off|down)|shut (?:down|off)|switched (?:it )?off|turned (?:it )?off|taken (?:out|down|offline)|took (?:it )?(?:out|down|offline)|drained and (?:deleted|removed|stopped)|(?<!\" )deleted(?! ?[=:\d])|decommissioned|removed from (?:the )?(?:pool|rotation|service)|out of (?:the )?(?:pool|rotation)|commented out|put on hold|on hold|held back|scal(?:ed|ing) (?:\S+ )?(?:down )?to (?:0|zero)|down to (?:0|zero)(?: \w+)?|set to (?:0|zero|off|false)|killed|parked|frozen|unplugged|is off|now off|went off|(?:switch|turn|power|tak|put|took)\w* \S+ (?:off|down|out))\b"
    r"|\b(?:DISABLED|PAUSED|SUSPENDED|STOPPED|PAUSE)\b|\bdisable$|\bdisable\b(?= ?[|`*])|→ ?DISABLED|\boff at\b|비활성화?|중지|정지|껐|껏|끔(?![가-힣])|끕니다|꺼 ?둠|꺼짐|꺼져|멈춤|멈췄|멈춰|내렸|내림|차단|보류|주석 ?처리|종료시|분리(?:했|함|됨)|폐기|삭제(?:했|함|됨|완료|(?=[\s(,.]|$)(?! ?\d))",
)
ON_SAID = pattern(
    r"\b(?:read-write|writable|writeable|unmut\w+|unsilenc\w+|let (?:\S+ ){1,3}(?:go|run|work|start|continue|carry)|re-?enabled?|enabled?|ENABLED|RESUME|locks? (?:came )?off|isolation (?:removed|lifted|off)|de-?isolated|unlocked|handed back|to auto|resum\w+|re-?start\w*|started again|start(?:ed)? (?:it|them) (?:again|back)|unpaus\w+|re-?activat\w+|activated|switched (?:it )?(?:back )?on|turned (?:it )?(?:back )?on|powers? (?:it |\S+ )?(?:back )?on|powered (?:it )?(?:back )?on|put back|brought (?:it )?back|came (?:back )?up|back (?:in|on|up|online|into|after|at)|is back|rejoin\w*|released?|lifted|uncommented|uncordon\w*|scaled (?:back |up )?(?:up )?to [1-9]\d*|restored|taken off hold|off hold|unfenced|recreated|(?:bringing|spinning) \S+ (?:back )?up|spun up|starting (?:\S+ )?(?:again|up|back)|rolled back|rollback|is on again|on again|(?:switch|turn|power)\w* \S+ (?:back )?on)\b"
    r"|\.apps/·+ (?:created|restarted)\b|활성화|재개|재가동|켬|(?<!시)켰|켜짐|켭니다|다시 (?:켜|켠|시작|올|띄|돌)|해제|복구|풀었|풀고|재시작|되살|되돌|복귀|원복|올렸|올림|올립니다|올려(?: ?[둠뒀놓]|요|서)|띄[웠움웁]|롤백",
)
WORK = pattern(
    r"\b(?:ran|runs|running|fired|fires|invoked|invokes|triggered|processed|processing|picks? up|picked up|picking up|serves|served|serving|handled|handling|handles|published|publishing|consumed|consuming|committed|committing|printed|printing|drains|draining|carr(?:y|ies|ied|ying)|(?:takes|took|taking)(?! (?:under|over|about|some|around|less|more|only|just|an?|\d\S*|two|three|four|five|ten|half|place|effect|note|part|care|\S+ (?:off|down|out))\b)|accepted|accepting|answered|answers|executed|worked|works|started (?:by itself|on (?:its own|schedule|time)|at)|its (?:normal|usual|own|regular) (?:\w+ )?run|by (?:the|its) schedule|on schedule|on time|as usual|as before|as normal|is live|remains live|did its (?:first|second|next|regular) run|live on|in service|received|receives|written|writes|wrote|delivered|(?:of the|its|gets?|got|carr\w+|serv\w+|full|all) (?:\S+ )?(?:traffic|load)|(?:traffic|load)(?: share)?\s?[:=]|traffic (?:was |is )?(?:divided|split|shared|spread|served|routed|flow\w*|go(?:es|ing))|healthy and|busy|brought .{1,40} down|came down|completed at|finished at|sent|\d[\d,]* ?/ ?min|per minute|a minute|(?:keeps|kept) (?!(?:show|report|ask|list|call|nam|say)ing)\w+ing|committed=\d|batch=\d|paged|woke|scaled (?:out|in)|replied|responded)\b"
    r"|START RequestId|\d ?(?:건|통|명|개|장|줄|행|회|번)\S{0,2} ?(?:정상 ?)?(?:처리|발송|전송|소비|기록|저장|등록|접수|출력|생성|전달|배정|정리)|호출(?:했|하|되|됐|한 것|됨|함)|실행(?:되|됐|했|됨|함|을 ?(?:했|마쳤))|정기 ?실행|저장(?:됐|됨|했|해 ?봤|함)|실행(?=,|$)|정상 ?(?:실행|동작|수행|종료|스케줄|처리)|돌았|돌고|돕니다|도는|처리(?:했|함|됨|되|하)|(?:빼|비우|읽|돌리|보내|찍)고 ?있|비웠|비움|\d ?(?:→|->) ?\d[\d,]* ?(?:→|->) ?\d|발송(?:했|함|됨|되|하)|운영 ?중|동작|수행(?:되|됐|했|함)|나갔|기동|작동|가동|받고|받았|읽고|쓰고|기록(?:되|됐|했|됨)|스케줄대로|예정대로|평소대로",
    re.IGNORECASE,
)
FROM = re.compile(r"\b(?:from|by|worker|source|consumer|pod|host|node|instance|writer)=[A-Za-z]")
"""Where a line of a program's log says which of it did what the line tells."""
JOB = re.compile(
    r"\s*(?P<name>[a-z][\w-]+)-(?P<n>\d{5,9})\s+Complete\s+\d+/\d+\s+\S+\s+(?P<age>(?:\d+h)?(?:\d+m)?(?:\d+s)?)\s*$"
)
POD = re.compile(
    r"\s*(?:[a-z][\w-]*\s+)?[a-z][\w-]*-(?:[0-9a-f]{8,10}-[a-z0-9]{5}|\d{1,3})\s+\d+/\d+\s+(?:Running|Pending|ContainerCreating)\s+\d+(?: \([^)]*\))?\s+(?P<age>(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?)\s+[\d.]+\s+(?P<node>[a-z][\w.-]+)"
)
"""A pod of a deployment or a stateful set with its age and its node; those of a daemon set stand on every node."""
PICKED = re.compile(
    r"\s*(?:[a-z][\w-]*\s+)?[a-z][\w-]*-[0-9a-f]{8,10}-[a-z0-9]{5}(?=\s)(?!.*\b(?:Terminating|Completed|Evicted)\b)(?=.*?\s(?P<age>(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?)(?=\s|$))(?:.*?\s)(?P<node>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)\s*$"
)
"""What somebody picked of such a listing: the pod, its age, and at the end its node."""
SHOWN = re.compile(r"\s*(?P<name>[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)+)\s+\|\s")
"""A row that a database printed, with the name of a thing in its first column."""
READY = re.compile(
    r"\s*(?:(?:deployment\.apps|statefulset\.apps)/)?(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)\s+[1-9]\d*/\d+\s+\d+\s+\d+\s+(?:\d+[dhms])+\s*"
)
"""A deployment of which some pod is ready, as `kubectl get` lists it."""
YEARS = (2015, 2040)
"""One run of a scheduled job in a cluster's listing: its name and how long ago it began."""
BY_HAND = pattern(
    r"\b(?:by hand|manual\w*|hand-made|test(?:ed|s| run| event)?|dry[- ]?run|rehears\w+|staging|yesterday|last (?:night|week|run|ran|time|write|row|one)|previous|earlier|before (?:the|it|that|then|we|i|she|he|they|switching|cutover)|until then|had been|had \w+ed|had run|would(?: have)?|could|might|should|can|never|not|nothing (?:\w+ )?(?:ran|fired|came|was|left|sent|since|more|from|by|after)|0 (?:\w+ ){0,2}(?:sent|taken|processed|written|served|handled|received|accepted|delivered|run|ran)|(?:sent|processed|served|taken|records?|rows|count)[ =:]{1,2}0(?![.,:]?\d)|no (?:longer|more|run|runs|one)|without(?! (?:any |a )?(?:problem|error|trouble|issue|fail|delay|incident|hitch|complaint))|nobody|none|in flight|in-flight|already running|remaining|left over|leftover|(?:it|they|he|she) had|in hand|the rest|exited|since (?:the )?(?:morning|midnight|yesterday|last|mon|tues|wednes|thurs|fri|satur|sun)\w*|so far today|in total|altogether|overall|total|last of|compare\w*|same (?:result|as)|difference|once|if|whether|unless|when|takes? (?:about |some |around )?\d+ ?(?:s|sec\w*|min\w*|h|hours?)|\?)(?!\w)"
    r"|수동|손으로|시험|테스트|연습|리허설|스테이징|어제|지난|이전에는|마지막|직전|까지|없|않|못|안 ?(?:돌|나|불)|남은|잔여|비교|대조|만약|경우|면 |할까|나요|예정(?!대로)|하겠|까요|였|차이|모의",
    re.IGNORECASE,
)
KINDS = {
    "consumer": r"(?:event source )?mappings?|consumers?|consumption|workers?|소비자|워커|컨슈머",
    "export": r"exports?|내보내기",
    "schedule": r"schedules?|scheduler|스케줄러?",
    "feed": r"feeds?",
    "replication": r"replication|복제",
    "backup": r"backups?|백업",
    "publisher": r"publishers?|producers?|생산자",
    "import": r"imports?|importer|적재",
    "timer": r"timers?",
    "mailer": r"mailer|발송기",
    "rule": r"rules?|규칙|룰",
    "batch": r"batch job|배치",
    "cron": r"cron(?:tab| job)?|크론탭?",
    "sync": r"sync|동기화",
}
KIND = pattern(
    rf"(?:(?P<old>\b(?:old|legacy|former|previous)\s|(?:예전|옛|구|기존|이전) ?)|(?P<new>\b(?:new|v\d+)\s|(?:새|신규?) ?))?(?:[a-z]+ed )?(?<![A-Za-z가-힣_-])(?P<kind>{'|'.join(KINDS.values())})(?![A-Za-z_-])",
    re.IGNORECASE,
)
RUN_HEAD = re.compile(r"start(?:ed)?(?: at)?|began|run at|시작(?: ?시각)?|실행(?: ?시각)?")
LOGS = re.compile(
    r"\b(?:logs tail|logs filter-log-events .*?--log-group-name) (?:/aws/lambda/|/ecs/)?(?P<name>[\w-]+)|\bdocker(?:[ -]compose)? logs (?:-\S+ (?:\d\S* )?)*(?P<box>[a-z][\w-]+)|\bjournalctl .*?-u (?P<svc>[a-z][\w@-]+)|\bkubectl (?:-n \S+ )?logs (?:-f )?(?:\w+/)?(?P<pod>[\w-]+)"
)
LOGGED = re.compile(
    r"START RequestId|\b(?:processed|batch|started|worker up|picked up|sent|committed|done|finished|records|rows|trigger)\b[\" =:,]",
    re.IGNORECASE,
)
QUEUED = re.compile(r"\bbatch\b|\brecords\b|\bmessages\b", re.IGNORECASE)
READS = re.compile(r"\baws \w+ (?:get|describe|receive)-|\bkubectl (?:-n \S+ )?(?:get|describe)\b")
BACK_THEN = re.compile(r"\buntil\b|\btill\b|\bto\b|~|–|—|까지|\bby\b", re.IGNORECASE)
